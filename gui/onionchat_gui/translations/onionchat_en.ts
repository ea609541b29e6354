<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AddPage</name>
    <message numerus="yes">
        <source>The greeting is too long by %n byte(s).</source>
        <translation>
            <numerusform>The greeting is too long by %n byte.</numerusform>
            <numerusform>The greeting is too long by %n bytes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BridgesCard</name>
    <message numerus="yes">
        <source>And %n more line(s).</source>
        <translation>
            <numerusform>And %n more line.</numerusform>
            <numerusform>And %n more lines.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Contact</name>
    <message numerus="yes">
        <source>%n message(s) were deleted here.</source>
        <translation>
            <numerusform>%n message was deleted here.</numerusform>
            <numerusform>%n messages were deleted here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The contact is asked to delete %n message(s).</source>
        <translation>
            <numerusform>The contact is asked to delete %n message.</numerusform>
            <numerusform>The contact is asked to delete %n messages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ContactPage</name>
    <message numerus="yes">
        <source>%n message(s) wait to be delivered</source>
        <translation>
            <numerusform>%n message waits to be delivered</numerusform>
            <numerusform>%n messages wait to be delivered</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Conversations</name>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n unread</numerusform>
            <numerusform>%n unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LinkCard</name>
    <message numerus="yes">
        <source>%n device(s) show a code; somebody else may have seen the link. Type the digits of your own:</source>
        <translation>
            <numerusform>%n device shows a code; somebody else may have seen the link. Type the digits of your own:</numerusform>
            <numerusform>%n devices show a code; somebody else may have seen the link. Type the digits of your own:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LockCard</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message numerus="yes">
        <source>Too many wrong passphrases. Try again in %n second(s).</source>
        <translation>
            <numerusform>Too many wrong passphrases. Try again in %n second.</numerusform>
            <numerusform>Too many wrong passphrases. Try again in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n new message</numerusform>
            <numerusform>%n new messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New messages in %n conversation(s)</source>
        <translation>
            <numerusform>New messages in %n conversation</numerusform>
            <numerusform>New messages in %n conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new contact request(s)</source>
        <translation>
            <numerusform>%n new contact request</numerusform>
            <numerusform>%n new contact requests</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message numerus="yes">
        <source>It is out with %n contact(s).</source>
        <translation>
            <numerusform>It is out with %n contact.</numerusform>
            <numerusform>It is out with %n contacts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>With %n contact(s) it will be, as soon as one of your devices may say so there.</source>
        <translation>
            <numerusform>With %n contact it will be, as soon as one of your devices may say so there.</numerusform>
            <numerusform>With %n contacts it will be, as soon as one of your devices may say so there.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>With %n contact(s) it is the senior device, so that only your recovery words put it out there.</source>
        <translation>
            <numerusform>With %n contact it is the senior device, so that only your recovery words put it out there.</numerusform>
            <numerusform>With %n contacts it is the senior device, so that only your recovery words put it out there.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PanicSheet</name>
    <message numerus="yes">
        <source>Press %1 once more within %n second(s), and all messages, contacts and keys are gone for good.</source>
        <translation>
            <numerusform>Press %1 once more within %n second, and all messages, contacts and keys are gone for good.</numerusform>
            <numerusform>Press %1 once more within %n seconds, and all messages, contacts and keys are gone for good.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RequestsPage</name>
    <message numerus="yes">
        <source>%n more wait; they are shown when these are answered.</source>
        <translation>
            <numerusform>%n more waits; it is shown when these are answered.</numerusform>
            <numerusform>%n more wait; they are shown when these are answered.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message numerus="yes">
        <source>Show %n new message(s)</source>
        <translation>
            <numerusform>Show %n new message</numerusform>
            <numerusform>Show %n new messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>onionchat: %n unread message(s)</source>
        <translation>
            <numerusform>onionchat: %n unread message</numerusform>
            <numerusform>onionchat: %n unread messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WaitingRow</name>
    <message numerus="yes">
        <source>%n contact request(s)</source>
        <translation>
            <numerusform>%n contact request</numerusform>
            <numerusform>%n contact requests</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Spans</name>
    <message numerus="yes">
        <source>%n week(s)</source>
        <translation>
            <numerusform>%n week</numerusform>
            <numerusform>%n weeks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
</TS>
