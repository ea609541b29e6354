<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About onionchat</source>
        <translation>Über onionchat</translation>
    </message>
    <message>
        <source>A messenger without servers. Messages go from your device to that of your contact, through Tor, encrypted from end to end. Nobody else keeps them, and there is no account with anybody.</source>
        <translation>Nachrichten ohne Server: Sie gehen von deinem Gerät zu dem deines Kontakts, durch Tor, verschlüsselt von Ende zu Ende. Niemand sonst bewahrt sie auf, und du brauchst nirgends ein Konto.</translation>
    </message>
    <message>
        <source>Your profile</source>
        <translation>Dein Profil</translation>
    </message>
    <message>
        <source>Keys, contacts and messages are in this folder, encrypted with your passphrase.</source>
        <translation>Schlüssel, Kontakte und Nachrichten liegen in diesem Ordner, mit deiner Passphrase verschlüsselt.</translation>
    </message>
    <message>
        <source>Free software</source>
        <translation>Freie Software</translation>
    </message>
    <message>
        <source>You may use, share and change onionchat under the terms of the GNU General Public License, version 3 or later. It comes without any warranty.</source>
        <translation>Du darfst onionchat benutzen, weitergeben und ändern, nach der GNU General Public License, Version 3 oder neuer. Es kommt ohne jede Gewähr.</translation>
    </message>
    <message>
        <source>Made with the work of others</source>
        <translation>Mit der Arbeit anderer gemacht</translation>
    </message>
    <message>
        <source>The pictures are Lucide&apos;s; their licence asks to be shown.</source>
        <translation>Die Bilder sind von Lucide; ihre Lizenz will gezeigt werden.</translation>
    </message>
    <message>
        <source>Show the licence of the pictures</source>
        <translation>Lizenz der Bilder zeigen</translation>
    </message>
    <message>
        <source>Version %1, Qt %2</source>
        <translation>Version %1, Qt %2</translation>
    </message>
</context>
<context>
    <name>AddPage</name>
    <message>
        <source>Add a contact</source>
        <translation>Kontakt hinzufügen</translation>
    </message>
    <message>
        <source>Invite somebody</source>
        <translation>Jemanden einladen</translation>
    </message>
    <message>
        <source>Somebody gave you a link or a QR code</source>
        <translation>Jemand hat dir einen Link oder QR-Code gegeben</translation>
    </message>
    <message>
        <source>Paste the link here</source>
        <translation>Füge den Link hier ein</translation>
    </message>
    <message>
        <source>Invite link</source>
        <translation>Einladungslink</translation>
    </message>
    <message>
        <source>Your name for this contact (optional)</source>
        <translation>Dein Name für diesen Kontakt (freiwillig)</translation>
    </message>
    <message>
        <source>Your name for this contact</source>
        <translation>Dein Name für diesen Kontakt</translation>
    </message>
    <message>
        <source>A few words, so that the other knows you</source>
        <translation>Ein paar Worte, damit man dich erkennt</translation>
    </message>
    <message>
        <source>Greeting</source>
        <translation>Gruß</translation>
    </message>
    <message>
        <source>Send the request</source>
        <translation>Anfrage senden</translation>
    </message>
    <message>
        <source>Give somebody a link of yours</source>
        <translation>Gib jemandem einen Link von dir</translation>
    </message>
    <message>
        <source>For one person</source>
        <translation>Für eine Person</translation>
    </message>
    <message>
        <source>For many, each waits for your answer</source>
        <translation>Für viele; alle warten auf deine Antwort</translation>
    </message>
    <message>
        <source>How long the link can be used</source>
        <translation>Wie lange der Link gilt</translation>
    </message>
    <message>
        <source>Make a link</source>
        <translation>Link erstellen</translation>
    </message>
    <message>
        <source>Your invite link as a QR code</source>
        <translation>Dein Einladungslink als QR-Code</translation>
    </message>
    <message>
        <source>Your invite link</source>
        <translation>Dein Einladungslink</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Whoever has the link can ask you: send it on a way you trust.</source>
        <translation>Wer den Link hat, kann bei dir anfragen: Schick ihn auf einem Weg, dem du traust.</translation>
    </message>
    <message>
        <source>Somebody has used this link and is your contact now. It works for nobody else.</source>
        <translation>Jemand hat diesen Link benutzt und ist jetzt dein Kontakt. Für andere gilt er nicht mehr.</translation>
    </message>
    <message>
        <source>Links that can still be used</source>
        <translation>Links, die noch gelten</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>Keine.</translation>
    </message>
    <message>
        <source>The link was copied.</source>
        <translation>Der Link wurde kopiert.</translation>
    </message>
    <message>
        <source>Withdraw this link?</source>
        <translation>Diesen Link zurückziehen?</translation>
    </message>
    <message>
        <source>Nobody can use it any more, and it cannot be brought back.</source>
        <translation>Niemand kann ihn dann mehr benutzen, und er lässt sich nicht zurückholen.</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Zurückziehen</translation>
    </message>
    <message>
        <source>for a week</source>
        <translation>für eine Woche</translation>
    </message>
    <message>
        <source>for a day</source>
        <translation>für einen Tag</translation>
    </message>
    <message>
        <source>for an hour</source>
        <translation>für eine Stunde</translation>
    </message>
    <message>
        <source>for 30 days</source>
        <translation>für 30 Tage</translation>
    </message>
    <message>
        <source>until you withdraw it</source>
        <translation>bis du ihn zurückziehst</translation>
    </message>
    <message>
        <source>A link for many: its maker answers each request</source>
        <translation>Ein Link für viele: Wer ihn erstellt hat, beantwortet jede Anfrage</translation>
    </message>
    <message>
        <source>A link for one person</source>
        <translation>Ein Link für eine Person</translation>
    </message>
    <message numerus="yes">
        <source>The greeting is too long by %n byte(s).</source>
        <translation>
            <numerusform>Der Gruß ist um %n Byte zu lang.</numerusform>
            <numerusform>Der Gruß ist um %n Bytes zu lang.</numerusform>
        </translation>
    </message>
    <message>
        <source>Withdraw the link</source>
        <translation>Link zurückziehen</translation>
    </message>
    <message>
        <source>For many people</source>
        <translation>Für viele</translation>
    </message>
    <message>
        <source>can be used until it is withdrawn</source>
        <translation>gilt, bis er zurückgezogen wird</translation>
    </message>
    <message>
        <source>has expired</source>
        <translation>ist abgelaufen</translation>
    </message>
    <message>
        <source>can be used until %1</source>
        <translation>gilt bis %1</translation>
    </message>
</context>
<context>
    <name>AimStrip</name>
    <message>
        <source>Editing your message</source>
        <translation>Du bearbeitest deine Nachricht</translation>
    </message>
    <message>
        <source>Stop editing</source>
        <translation>Nicht mehr bearbeiten</translation>
    </message>
    <message>
        <source>In answer to yourself</source>
        <translation>Antwort an dich selbst</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>In answer to %1</source>
        <translation>Antwort an %1</translation>
    </message>
</context>
<context>
    <name>AppearanceCard</name>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Size of the text</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>The new language is used from the next start on.</source>
        <translation>Die neue Sprache gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>Background</name>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>Bridges</name>
    <message>
        <source>This is too long to be bridge lines.</source>
        <translation>Das ist zu lang für Brücken.</translation>
    </message>
</context>
<context>
    <name>BridgesCard</name>
    <message>
        <source>Bridges</source>
        <translation>Brücken</translation>
    </message>
    <message>
        <source>Tor is blocked where I am</source>
        <translation>Tor ist bei mir gesperrt</translation>
    </message>
    <message>
        <source>A bridge is a way into the Tor network that stands on no public list, so it is hard to block. Whoever watches your line does not easily see either that you use Tor.</source>
        <translation>Eine Brücke ist ein Weg ins Tor-Netz, der auf keiner öffentlichen Liste steht und deshalb schwer zu sperren ist. Wer deine Leitung beobachtet, sieht auch nicht so leicht, dass du Tor benutzt.</translation>
    </message>
    <message>
        <source>Where you get bridges</source>
        <translation>Wo du Brücken bekommst</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>Webseite</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-Mail</translation>
    </message>
    <message>
        <source>It answers those who write from Gmail or Riseup.</source>
        <translation>Antwort bekommt, wer von Gmail oder Riseup aus schreibt.</translation>
    </message>
    <message>
        <source>Telegram</source>
        <translation>Telegram</translation>
    </message>
    <message>
        <source>A friend</source>
        <translation>Freunde</translation>
    </message>
    <message>
        <source>Somebody elsewhere can ask for you. Whoever watches your line may see that you ask at the addresses above.</source>
        <translation>Jemand an einem anderen Ort kann für dich fragen. Wer deine Leitung beobachtet, sieht vielleicht, dass du bei den Adressen oben fragst.</translation>
    </message>
    <message>
        <source>Bridge lines</source>
        <translation>Zeilen mit Brücken</translation>
    </message>
    <message>
        <source>Paste the lines here as you got them</source>
        <translation>Füge die Zeilen hier so ein, wie du sie bekommen hast</translation>
    </message>
    <message>
        <source>Bridge lines, one bridge a line</source>
        <translation>Zeilen mit Brücken, jede Zeile eine Brücke</translation>
    </message>
    <message>
        <source>A program that is missing can be installed like any other program, by the name that stands above. Then check again. Or get bridges of another kind.</source>
        <translation>Ein fehlendes Programm lässt sich unter dem Namen, der oben steht, wie jedes andere installieren. Prüfe dann noch einmal. Oder besorge dir Brücken anderer Art.</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Noch einmal prüfen</translation>
    </message>
    <message>
        <source>This takes effect at once: Tor starts anew, and all connections are remade.</source>
        <translation>Das gilt sofort: Tor startet neu, und alle Verbindungen werden neu aufgebaut.</translation>
    </message>
    <message>
        <source>Use these bridges</source>
        <translation>Diese Brücken benutzen</translation>
    </message>
    <message>
        <source>Use no bridges…</source>
        <translation>Keine Brücken benutzen…</translation>
    </message>
    <message>
        <source>Use no bridges?</source>
        <translation>Keine Brücken benutzen?</translation>
    </message>
    <message>
        <source>Tor then connects directly: whoever watches your line sees that you use Tor, and where it is blocked it does not work.</source>
        <translation>Tor verbindet sich dann direkt: Wer deine Leitung beobachtet, sieht, dass du Tor benutzt, und wo es gesperrt ist, geht es nicht.</translation>
    </message>
    <message>
        <source>Use no bridges</source>
        <translation>Keine Brücken benutzen</translation>
    </message>
    <message>
        <source>Stored. Tor starts anew and goes by these bridges from now on.</source>
        <translation>Gespeichert. Tor startet neu und geht ab jetzt über diese Brücken.</translation>
    </message>
    <message>
        <source>Stored. Tor starts anew and connects directly from now on.</source>
        <translation>Gespeichert. Tor startet neu und verbindet sich ab jetzt direkt.</translation>
    </message>
    <message>
        <source>Change the bridges</source>
        <translation>Brücken ändern</translation>
    </message>
    <message>
        <source>Tor starts anew…</source>
        <translation>Tor startet neu…</translation>
    </message>
    <message numerus="yes">
        <source>And %n more line(s).</source>
        <translation>
            <numerusform>Und %n weitere Zeile.</numerusform>
            <numerusform>Und %n weitere Zeilen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <translation>Zeile %1: %2</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>Another program started the Tor that onionchat uses here. Bridges are set there.</source>
        <translation>Das Tor, das onionchat hier benutzt, hat ein anderes Programm gestartet. Brücken werden dort eingestellt.</translation>
    </message>
    <message>
        <source>Tor goes by these bridges:</source>
        <translation>Tor geht über diese Brücken:</translation>
    </message>
    <message>
        <source>Tor connects directly, without bridges.</source>
        <translation>Tor verbindet sich direkt, ohne Brücken.</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1. %2</translation>
    </message>
</context>
<context>
    <name>BubbleDelegate</name>
    <message>
        <source>edited</source>
        <translation>bearbeitet</translation>
    </message>
    <message>
        <source>Long message. Click here or press Enter to read all of it.</source>
        <translation>Lange Nachricht. Ein Klick hierher oder die Eingabetaste zeigt sie ganz.</translation>
    </message>
    <message>
        <source>Click here or press Enter to try again.</source>
        <translation>Ein Klick hierher oder die Eingabetaste versucht es noch einmal.</translation>
    </message>
    <message>
        <source>New messages</source>
        <translation>Neue Nachrichten</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Are they on paper?</source>
        <translation>Stehen sie auf Papier?</translation>
    </message>
    <message>
        <source>Look at your paper, and type these two of the words.</source>
        <translation>Sieh auf dein Papier und tippe diese zwei der Wörter ein.</translation>
    </message>
    <message>
        <source>Word %1</source>
        <translation>Wort %1</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Look at the words again</source>
        <translation>Die Wörter noch einmal ansehen</translation>
    </message>
    <message>
        <source>Both are other words. You can look at them again.</source>
        <translation>Beide Wörter lauten anders. Du kannst sie noch einmal ansehen.</translation>
    </message>
    <message>
        <source>Word %1 is another one. You can look at the words again.</source>
        <translation>Wort %1 lautet anders. Du kannst die Wörter noch einmal ansehen.</translation>
    </message>
</context>
<context>
    <name>Checkup</name>
    <message>
        <source>Messages on this device</source>
        <translation>Nachrichten auf diesem Gerät</translation>
    </message>
    <message>
        <source>Room on the disk</source>
        <translation>Platz auf der Festplatte</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Uhr</translation>
    </message>
    <message>
        <source>First servers of Tor</source>
        <translation>Erste Server von Tor</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>Zustellung</translation>
    </message>
</context>
<context>
    <name>CheckupCard</name>
    <message>
        <source>Looks whether the messages on this device are sound, whether there is room for more, and whether something hinders their delivery.</source>
        <translation>Sieht nach, ob die Nachrichten auf diesem Gerät heil sind, ob Platz für weitere ist und ob etwas ihre Zustellung behindert.</translation>
    </message>
    <message>
        <source>Look now</source>
        <translation>Jetzt nachsehen</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Es wird nachgesehen…</translation>
    </message>
</context>
<context>
    <name>ClearDialog</name>
    <message>
        <source>Delete the conversation with %1?</source>
        <translation>Die Unterhaltung mit %1 löschen?</translation>
    </message>
    <message>
        <source>What is deleted</source>
        <translation>Was gelöscht wird</translation>
    </message>
    <message>
        <source>All of it, and the draft</source>
        <translation>Alles, auch der Entwurf</translation>
    </message>
    <message>
        <source>What was written before this day:</source>
        <translation>Was vor diesem Tag geschrieben wurde:</translation>
    </message>
    <message>
        <source>The day before which all is deleted</source>
        <translation>Der Tag, vor dem alles gelöscht wird</translation>
    </message>
    <message>
        <source>It goes from this device and your own other devices, for good.</source>
        <translation>Sie verschwindet endgültig von diesem Gerät und deinen anderen Geräten.</translation>
    </message>
    <message>
        <source>Also ask the devices of %1 to delete what you wrote</source>
        <translation>Auch die Geräte von %1 bitten, zu löschen, was du geschrieben hast</translation>
    </message>
    <message>
        <source>That is a request: whoever has copied something keeps it, and a program may refuse. What %1 wrote stays there.</source>
        <translation>Das ist eine Bitte: Wer etwas kopiert hat, behält es, und ein Programm kann sich weigern. Was %1 geschrieben hat, bleibt dort.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ClosingCard</name>
    <message>
        <source>When the window closes</source>
        <translation>Wenn das Fenster schließt</translation>
    </message>
    <message>
        <source>Ask each time</source>
        <translation>Jedes Mal fragen</translation>
    </message>
    <message>
        <source>Keep receiving messages in the background</source>
        <translation>Im Hintergrund weiter Nachrichten empfangen</translation>
    </message>
    <message>
        <source>Stop receiving</source>
        <translation>Nichts mehr empfangen</translation>
    </message>
    <message>
        <source>Nothing runs any more, and your keys leave the computer&apos;s memory. Messages wait until you open onionchat again.</source>
        <translation>Dann läuft nichts mehr, und deine Schlüssel verlassen den Speicher des Computers. Nachrichten warten, bis du onionchat wieder öffnest.</translation>
    </message>
</context>
<context>
    <name>CodeSources</name>
    <message>
        <source>Code in a picture file…</source>
        <translation>Code in einer Bilddatei…</translation>
    </message>
    <message>
        <source>Copied picture</source>
        <translation>Kopiertes Bild</translation>
    </message>
    <message>
        <source>Code on the screen</source>
        <translation>Code auf dem Bildschirm</translation>
    </message>
    <message>
        <source>Picture with a QR code</source>
        <translation>Bild mit einem QR-Code</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp *.gif *.bmp)</source>
        <translation>Bilder (*.png *.jpg *.jpeg *.webp *.gif *.bmp)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>No picture was copied. Copy one, or choose a file.</source>
        <translation>Es wurde kein Bild kopiert. Kopiere eines oder wähle eine Datei.</translation>
    </message>
    <message>
        <source>This desktop does not let programs see the screen. Take a screenshot, and choose it as a file or copy it.</source>
        <translation>Dieser Desktop lässt Programme den Bildschirm nicht sehen. Mach ein Bildschirmfoto und wähle es als Datei oder kopiere es.</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Choose an emoji</source>
        <translation>Emoji auswählen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Too long for one message: %1 of %2 kB. Send it in parts.</source>
        <translation>Zu lang für eine Nachricht: %1 von %2 kB. Sende den Text in Teilen.</translation>
    </message>
    <message>
        <source>What you pasted does not fit into one message; its end was left out.</source>
        <translation>Was du eingefügt hast, passt nicht in eine Nachricht; das Ende wurde weggelassen.</translation>
    </message>
    <message>
        <source>Nearly as long as one message can be: %1 of %2 kB.</source>
        <translation>Fast so lang, wie eine Nachricht sein kann: %1 von %2 kB.</translation>
    </message>
</context>
<context>
    <name>Contact</name>
    <message>
        <source>These are not safety words: they are too long.</source>
        <translation>Das sind keine Sicherheitswörter: Sie sind zu lang.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) were deleted here.</source>
        <translation>
            <numerusform>%n Nachricht wurde hier gelöscht.</numerusform>
            <numerusform>%n Nachrichten wurden hier gelöscht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The contact is asked to delete %n message(s).</source>
        <translation>
            <numerusform>Der Kontakt wird gebeten, %n Nachricht zu löschen.</numerusform>
            <numerusform>Der Kontakt wird gebeten, %n Nachrichten zu löschen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ContactNotes</name>
    <message>
        <source>Nobody has checked yet that these keys are those of the person you mean. Compare the safety words once: when you meet, or in a call in which you know the voice.</source>
        <translation>Noch hat niemand geprüft, ob diese Schlüssel der Person gehören, die du meinst. Vergleicht einmal die Sicherheitswörter: wenn ihr euch trefft oder in einem Anruf, in dem du die Stimme kennst.</translation>
    </message>
    <message>
        <source>Compare now</source>
        <translation>Jetzt vergleichen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>This contact added a device (number %1) on %2.</source>
        <translation>Dieser Kontakt hat am %2 ein Gerät hinzugefügt (Nummer %1).</translation>
    </message>
    <message>
        <source>This contact removed a device (number %1) on %2.</source>
        <translation>Dieser Kontakt hat am %2 ein Gerät entfernt (Nummer %1).</translation>
    </message>
</context>
<context>
    <name>ContactPage</name>
    <message>
        <source>Contact</source>
        <translation>Kontakt</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>Your name for this contact</source>
        <translation>Dein Name für diesen Kontakt</translation>
    </message>
    <message>
        <source>Only you see it. It stays on this device.</source>
        <translation>Nur du siehst ihn. Er bleibt auf diesem Gerät.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Is it really this person?</source>
        <translation>Ist es wirklich diese Person?</translation>
    </message>
    <message>
        <source>Both of you see the same safety words if nobody sits between you. Compare them where nobody can imitate your friend: when you meet, or in a call in which you know the voice.</source>
        <translation>Ihr seht beide dieselben Sicherheitswörter, wenn niemand zwischen euch sitzt. Vergleicht sie dort, wo sich niemand als der andere ausgeben kann: wenn ihr euch trefft, oder in einem Anruf, in dem du die Stimme kennst.</translation>
    </message>
    <message>
        <source>The safety words as a QR code, for your contact&apos;s device</source>
        <translation>Die Sicherheitswörter als QR-Code, für das Gerät deines Kontakts</translation>
    </message>
    <message>
        <source>All words are the same</source>
        <translation>Alle Wörter sind gleich</translation>
    </message>
    <message>
        <source>Or type the words that your contact reads out, and let them be compared.</source>
        <translation>Oder tippe die Wörter ein, die dein Kontakt vorliest, und lass sie vergleichen.</translation>
    </message>
    <message>
        <source>The safety words that your contact reads out</source>
        <translation>Die Sicherheitswörter, die dein Kontakt vorliest</translation>
    </message>
    <message>
        <source>Safety words</source>
        <translation>Sicherheitswörter</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Can this contact reach you?</source>
        <translation>Kann dieser Kontakt dich erreichen?</translation>
    </message>
    <message>
        <source>Yes, while this device is online</source>
        <translation>Ja, solange dieses Gerät online ist</translation>
    </message>
    <message>
        <source>Your contact sees when you are online.</source>
        <translation>Dein Kontakt sieht, wann du online bist.</translation>
    </message>
    <message>
        <source>No, only this device calls</source>
        <translation>Nein, nur dieses Gerät meldet sich</translation>
    </message>
    <message>
        <source>Your contact cannot see when you are online. Messages arrive when your device calls and the other one is online.</source>
        <translation>Dein Kontakt kann nicht sehen, wann du online bist. Nachrichten kommen an, wenn dein Gerät sich meldet und das andere online ist.</translation>
    </message>
    <message>
        <source>An address of its own</source>
        <translation>Eine eigene Adresse</translation>
    </message>
    <message>
        <source>Give an own address</source>
        <translation>Eigene Adresse geben</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Disappearing messages</source>
        <translation>Verschwindende Nachrichten</translation>
    </message>
    <message>
        <source>What either of you writes from now on disappears so long after it was seen, on each device by its own clock. It is an agreement: whoever wants to keep something can copy it.</source>
        <translation>Was ihr beide von jetzt an schreibt, verschwindet so lange nach dem Lesen, auf jedem Gerät nach dessen Uhr. Es ist eine Abmachung: Wer etwas behalten will, kann es kopieren.</translation>
    </message>
    <message>
        <source>Delete the conversation…</source>
        <translation>Unterhaltung löschen…</translation>
    </message>
    <message>
        <source>No more contact</source>
        <translation>Kein Kontakt mehr</translation>
    </message>
    <message>
        <source>This contact is not there.</source>
        <translation>Diesen Kontakt gibt es nicht.</translation>
    </message>
    <message>
        <source>Calls itself “%1”</source>
        <translation>Nennt sich „%1“</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) wait to be delivered</source>
        <translation>
            <numerusform>%n Nachricht wartet auf Zustellung</numerusform>
            <numerusform>%n Nachrichten warten auf Zustellung</numerusform>
        </translation>
    </message>
    <message>
        <source>The name that this contact gives itself looks like your contact “%1”. Somebody may want to be taken for that person: compare the safety words.</source>
        <translation>Der Name, den sich dieser Kontakt gibt, ähnelt deinem Kontakt „%1“. Vielleicht möchte sich jemand als diese Person ausgeben: Vergleiche die Sicherheitswörter.</translation>
    </message>
    <message>
        <source>This contact reaches you at an address that no other contact knows.</source>
        <translation>Dieser Kontakt erreicht dich an einer Adresse, die kein anderer Kontakt kennt.</translation>
    </message>
    <message>
        <source>So far this contact knows the address that others know too: two of them could tell that they know the same person. An own address costs Tor a little more.</source>
        <translation>Bisher kennt dieser Kontakt die Adresse, die auch andere kennen: Zwei von ihnen könnten merken, dass sie dieselbe Person kennen. Eine eigene Adresse macht Tor etwas mehr Arbeit.</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Blockierung aufheben</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>Blockieren…</translation>
    </message>
    <message>
        <source>Take back the request…</source>
        <translation>Anfrage zurücknehmen…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>This contact is blocked: it cannot reach you, nor see when you are online.</source>
        <translation>Dieser Kontakt ist blockiert: Er kann dich nicht erreichen und nicht sehen, wann du online bist.</translation>
    </message>
    <message>
        <source>Blocking can be undone; removing deletes all messages.</source>
        <translation>Blockieren lässt sich rückgängig machen; Entfernen löscht alle Nachrichten.</translation>
    </message>
    <message>
        <source>The words are the same: %1 is validated now.</source>
        <translation>Die Wörter sind gleich: %1 ist jetzt geprüft.</translation>
    </message>
    <message>
        <source>Word %1: %2</source>
        <translation>Wort %1: %2</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Conversations</source>
        <translation>Unterhaltungen</translation>
    </message>
</context>
<context>
    <name>ConversationMenu</name>
    <message>
        <source>Mark as read</source>
        <translation>Als gelesen markieren</translation>
    </message>
    <message>
        <source>Search in this conversation</source>
        <translation>In dieser Unterhaltung suchen</translation>
    </message>
    <message>
        <source>About this contact</source>
        <translation>Über diesen Kontakt</translation>
    </message>
    <message>
        <source>Delete the conversation…</source>
        <translation>Unterhaltung löschen…</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Blockierung aufheben</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>Blockieren…</translation>
    </message>
    <message>
        <source>Take back the request…</source>
        <translation>Anfrage zurücknehmen…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Disappearing messages</source>
        <translation>Verschwindende Nachrichten</translation>
    </message>
</context>
<context>
    <name>ConversationPage</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>About this contact</source>
        <translation>Über diesen Kontakt</translation>
    </message>
    <message>
        <source>Newest messages</source>
        <translation>Neueste Nachrichten</translation>
    </message>
    <message>
        <source>Send although this contact is compromised?</source>
        <translation>Senden, obwohl dieser Kontakt gefährdet ist?</translation>
    </message>
    <message>
        <source>%1
If you go on, you are not asked again while this window is open.</source>
        <translation>%1
Wenn du fortfährst, wirst du nicht noch einmal gefragt, solange dieses Fenster offen ist.</translation>
    </message>
    <message>
        <source>Send all the same</source>
        <translation>Trotzdem senden</translation>
    </message>
</context>
<context>
    <name>Conversations</name>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n ungelesen</numerusform>
            <numerusform>%n ungelesen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CreatingCard</name>
    <message>
        <source>Your profile is being made</source>
        <translation>Dein Profil wird angelegt</translation>
    </message>
    <message>
        <source>This takes some seconds: your key is made so that guessing takes long.</source>
        <translation>Das dauert einige Sekunden: Dein Schlüssel wird so gemacht, dass Raten lange dauert.</translation>
    </message>
    <message>
        <source>No profile was made</source>
        <translation>Es wurde kein Profil angelegt</translation>
    </message>
    <message>
        <source>Open that profile</source>
        <translation>Jenes Profil öffnen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
</context>
<context>
    <name>DangerCard</name>
    <message>
        <source>Destroy this profile</source>
        <translation>Dieses Profil vernichten</translation>
    </message>
    <message>
        <source>All messages, contacts and keys on this device are destroyed for good. Your recovery phrase and backups are not reached, and your contacts keep what they have; they are told nothing.</source>
        <translation>Alle Nachrichten, Kontakte und Schlüssel auf diesem Gerät werden endgültig vernichtet. Deine Wiederherstellungswörter und Sicherungen bleiben, und deine Kontakte behalten, was sie haben; sie erfahren davon nichts.</translation>
    </message>
    <message>
        <source>wipe</source>
        <translation>vernichten</translation>
    </message>
    <message>
        <source>Type “%1” to destroy it</source>
        <translation>Tippe „%1“, um es zu vernichten</translation>
    </message>
    <message>
        <source>Destroy</source>
        <translation>Vernichten</translation>
    </message>
    <message>
        <source>Panic key</source>
        <translation>Paniktaste</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>On: %1</source>
        <translation>An: %1</translation>
    </message>
    <message>
        <source>Pressed twice within five seconds, it destroys this profile: without a word and without your passphrase, also while the window is locked. Whoever sits at your computer can do it too.</source>
        <translation>Zweimal innerhalb von fünf Sekunden gedrückt, vernichtet sie dieses Profil: ohne Rückfrage und ohne deine Passphrase, auch wenn das Fenster gesperrt ist. Wer an deinem Computer sitzt, kann das auch.</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>No browser could be opened. Copy the link and paste it there.</source>
        <translation>Es ließ sich kein Browser öffnen. Kopiere den Link und füge ihn dort ein.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>The recovery words of this profile were never confirmed.</source>
        <translation>Die Wiederherstellungswörter dieses Profils wurden nie bestätigt.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>DeviceRow</name>
    <message>
        <source>New name of the device</source>
        <translation>Neuer Name des Geräts</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Put out…</source>
        <translation>Ausschließen …</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>This device</source>
        <translation>Dieses Gerät</translation>
    </message>
    <message>
        <source>Not known now</source>
        <translation>Derzeit nicht bekannt</translation>
    </message>
    <message>
        <source>Leave the account…</source>
        <translation>Konto verlassen …</translation>
    </message>
    <message>
        <source>Put out of your account</source>
        <translation>Aus deinem Konto ausgeschlossen</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
</context>
<context>
    <name>DevicesPage</name>
    <message>
        <source>Your devices</source>
        <translation>Deine Geräte</translation>
    </message>
    <message>
        <source>Devices of your account</source>
        <translation>Geräte deines Kontos</translation>
    </message>
    <message>
        <source>Each has keys of its own and all of your messages. A device further up can put out those below it. Contacts never see these names.</source>
        <translation>Jedes hat eigene Schlüssel und alle deine Nachrichten. Ein Gerät weiter oben kann die darunter ausschließen. Kontakte sehen diese Namen nie.</translation>
    </message>
    <message>
        <source>Link a new device</source>
        <translation>Ein neues Gerät koppeln</translation>
    </message>
</context>
<context>
    <name>EmojiPicker</name>
    <message>
        <source>Used last</source>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>People and hands</source>
        <translation>Menschen und Hände</translation>
    </message>
    <message>
        <source>Animals, plants and weather</source>
        <translation>Tiere, Pflanzen und Wetter</translation>
    </message>
    <message>
        <source>Food and drink</source>
        <translation>Essen und Trinken</translation>
    </message>
    <message>
        <source>Travel and places</source>
        <translation>Reisen und Orte</translation>
    </message>
    <message>
        <source>Games, sports and feasts</source>
        <translation>Spiele, Sport und Feste</translation>
    </message>
    <message>
        <source>Things</source>
        <translation>Dinge</translation>
    </message>
    <message>
        <source>Hearts and signs</source>
        <translation>Herzen und Zeichen</translation>
    </message>
    <message>
        <source>Choose an emoji</source>
        <translation>Emoji auswählen</translation>
    </message>
    <message>
        <source>Search by English name</source>
        <translation>Nach englischem Namen suchen</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>Emoji suchen</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>Emoji</translation>
    </message>
    <message>
        <source>None that can be shown here.</source>
        <translation>Keines, das sich hier zeigen lässt.</translation>
    </message>
</context>
<context>
    <name>FirstRunPages</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Back (Esc)</source>
        <translation>Zurück (Esc)</translation>
    </message>
    <message>
        <source>Close although the words are not confirmed?</source>
        <translation>Schließen, obwohl die Wörter nicht bestätigt sind?</translation>
    </message>
    <message>
        <source>Your profile is made, and your passphrase opens it at the next start. But these words are never shown again.</source>
        <translation>Dein Profil ist angelegt, und deine Passphrase öffnet es beim nächsten Start. Aber diese Wörter werden nie wieder gezeigt.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
</context>
<context>
    <name>FoundDelegate</name>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Contacts: the latest %1 of %2</source>
        <translation>Kontakte: die neuesten %1 von %2</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>Du: %1</translation>
    </message>
</context>
<context>
    <name>Gate</name>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
</context>
<context>
    <name>JoinPage</name>
    <message>
        <source>This is another device of mine</source>
        <translation>Das ist ein weiteres Gerät von mir</translation>
    </message>
    <message>
        <source>Join the account of your other device</source>
        <translation>In das Konto deines anderen Geräts</translation>
    </message>
    <message>
        <source>On the other device, choose “Your devices” in the menu and make a link. This profile then has the contacts and messages of that account. The recovery words that you wrote down for this profile are void then: those of the account count.</source>
        <translation>Wähle auf dem anderen Gerät „Deine Geräte“ im Menü und erstelle einen Link. Dieses Profil hat dann die Kontakte und Nachrichten jenes Kontos. Die Wiederherstellungswörter, die du für dieses Profil aufgeschrieben hast, sind dann ungültig: Es gelten die des Kontos.</translation>
    </message>
    <message>
        <source>Paste the link of the other device here</source>
        <translation>Link des anderen Geräts hier einfügen</translation>
    </message>
    <message>
        <source>Link of the other device</source>
        <translation>Link des anderen Geräts</translation>
    </message>
    <message>
        <source>Name of this device, only for you</source>
        <translation>Name dieses Geräts, nur für dich</translation>
    </message>
    <message>
        <source>Name of this device</source>
        <translation>Name dieses Geräts</translation>
    </message>
    <message>
        <source>Messages from before:</source>
        <translation>Frühere Nachrichten:</translation>
    </message>
    <message>
        <source>Messages from before</source>
        <translation>Frühere Nachrichten</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>of the last year</source>
        <translation>des letzten Jahres</translation>
    </message>
    <message>
        <source>of the last 30 days</source>
        <translation>der letzten 30 Tage</translation>
    </message>
    <message>
        <source>of the last week</source>
        <translation>der letzten Woche</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Link this device</source>
        <translation>Dieses Gerät koppeln</translation>
    </message>
    <message>
        <source>Use another link</source>
        <translation>Einen anderen Link benutzen</translation>
    </message>
    <message>
        <source>This is a device of your account now.</source>
        <translation>Das ist jetzt ein Gerät deines Kontos.</translation>
    </message>
    <message>
        <source>Both devices show the same six words:</source>
        <translation>Beide Geräte zeigen dieselben sechs Wörter:</translation>
    </message>
    <message>
        <source>If the other device shows others, or none, somebody came in between: put this device out there, and destroy this profile.</source>
        <translation>Zeigt das andere Gerät andere oder keine, kam jemand dazwischen: Schließe dieses Gerät dort aus und vernichte dieses Profil.</translation>
    </message>
    <message>
        <source>The recovery words that were shown for this profile are void: destroy that paper. Those of your account count. Contacts and messages come as soon as both devices are connected.</source>
        <translation>Die Wiederherstellungswörter, die für dieses Profil gezeigt wurden, sind ungültig: Vernichte das Blatt. Es gelten die deines Kontos. Kontakte und Nachrichten kommen, sobald beide Geräte verbunden sind.</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Type this code on the other device:</source>
        <translation>Gib diesen Code auf dem anderen Gerät ein:</translation>
    </message>
    <message>
        <source>The code is right. Taking over the account…</source>
        <translation>Der Code stimmt. Das Konto wird übernommen …</translation>
    </message>
    <message>
        <source>Calling the other device over Tor; that can take a minute…</source>
        <translation>Das andere Gerät wird über Tor gerufen; das kann eine Minute dauern …</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
    <message>
        <source>The node does not answer; it may still be running.</source>
        <translation>Der Dienst antwortet nicht; vielleicht läuft er noch.</translation>
    </message>
</context>
<context>
    <name>LeavingPage</name>
    <message>
        <source>Keep receiving messages in the background?</source>
        <translation>Weiter Nachrichten im Hintergrund empfangen?</translation>
    </message>
    <message>
        <source>Without the window, onionchat can go on running: messages arrive, and what you sent is delivered. If you stop it, nobody reaches you before you open it again; what is sent to you meanwhile waits with its sender.</source>
        <translation>Auch ohne Fenster kann onionchat weiterlaufen: Nachrichten kommen an, und was du gesendet hast, wird zugestellt. Wenn du es beendest, erreicht dich niemand, bis du es wieder öffnest; was dir inzwischen gesendet wird, wartet beim Absender.</translation>
    </message>
    <message>
        <source>Do not ask again (the settings change it)</source>
        <translation>Nicht mehr fragen (die Einstellungen ändern es)</translation>
    </message>
    <message>
        <source>Keep receiving</source>
        <translation>Weiter empfangen</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Beenden und schließen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>onionchat is closing</source>
        <translation>onionchat wird geschlossen</translation>
    </message>
    <message>
        <source>Something that you wrote could not be stored or sent. It is lost if the window closes now.</source>
        <translation>Etwas, das du geschrieben hast, konnte nicht gespeichert oder gesendet werden. Es geht verloren, wenn das Fenster jetzt schließt.</translation>
    </message>
</context>
<context>
    <name>LinkCard</name>
    <message>
        <source>Make a profile on the new device, and choose “This is another device of mine” there. It has to run while you do this.</source>
        <translation>Lege auf dem neuen Gerät ein Profil an und wähle dort „Das ist ein weiteres Gerät von mir“. Es muss laufen, während du das tust.</translation>
    </message>
    <message>
        <source>Make a link</source>
        <translation>Link erstellen</translation>
    </message>
    <message>
        <source>The link as a QR code</source>
        <translation>Der Link als QR-Code</translation>
    </message>
    <message>
        <source>Link for the new device</source>
        <translation>Link für das neue Gerät</translation>
    </message>
    <message>
        <source>Scan the code with the new device, or give it the link. Nobody comes in by the link alone: you type a code here first.</source>
        <translation>Lies den Code mit dem neuen Gerät ein oder gib ihm den Link. Allein mit dem Link kommt niemand herein: Vorher gibst du hier einen Code ein.</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Take the link back</source>
        <translation>Link zurückziehen</translation>
    </message>
    <message>
        <source>Code that the new device shows</source>
        <translation>Code, den das neue Gerät zeigt</translation>
    </message>
    <message>
        <source>Take this device in</source>
        <translation>Dieses Gerät aufnehmen</translation>
    </message>
    <message>
        <source>They are the same</source>
        <translation>Sie sind gleich</translation>
    </message>
    <message>
        <source>The link was copied.</source>
        <translation>Der Link wurde kopiert.</translation>
    </message>
    <message>
        <source>“%1” is a device of yours now. Both devices show the same six words; if the other shows others, put it out at once:</source>
        <translation>„%1“ ist jetzt ein Gerät von dir. Beide Geräte zeigen dieselben sechs Wörter; zeigt das andere andere, schließe es sofort aus:</translation>
    </message>
    <message>
        <source>The device is being taken in…</source>
        <translation>Das Gerät wird aufgenommen …</translation>
    </message>
    <message>
        <source>Waiting for the new device…</source>
        <translation>Warten auf das neue Gerät …</translation>
    </message>
    <message>
        <source>A device shows a code. Type the eight digits here:</source>
        <translation>Ein Gerät zeigt einen Code. Gib die acht Ziffern hier ein:</translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) show a code; somebody else may have seen the link. Type the digits of your own:</source>
        <translation>
            <numerusform>%n Gerät zeigt einen Code; jemand anders kann den Link gesehen haben. Gib die Ziffern deines eigenen ein:</numerusform>
            <numerusform>%n Geräte zeigen einen Code; jemand anders kann den Link gesehen haben. Gib die Ziffern deines eigenen ein:</numerusform>
        </translation>
    </message>
    <message>
        <source>Can be used once, for %1 more minutes.</source>
        <translation>Kann einmal benutzt werden, noch %1 Minuten lang.</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open this link?</source>
        <translation>Diesen Link öffnen?</translation>
    </message>
    <message>
        <source>The whole link</source>
        <translation>Der ganze Link</translation>
    </message>
    <message>
        <source>It leads to %1.</source>
        <translation>Er führt zu %1.</translation>
    </message>
    <message>
        <source>In its own letters that is %1. Letters of other alphabets can look like those of a name that you know.</source>
        <translation>In seinen eigenen Buchstaben heißt das %1. Buchstaben anderer Alphabete können so aussehen wie die eines Namens, den du kennst.</translation>
    </message>
    <message>
        <source>What stands before the “@” is not where it leads to.</source>
        <translation>Was vor dem „@“ steht, ist nicht, wohin er führt.</translation>
    </message>
    <message>
        <source>In the message it is written like this:</source>
        <translation>In der Nachricht steht er so:</translation>
    </message>
    <message>
        <source>The link as it is written</source>
        <translation>Der Link, wie er geschrieben ist</translation>
    </message>
    <message>
        <source>An onion address opens in Tor Browser alone: copy the link, and paste it there. Any other browser fails, and may tell your Internet provider the address.</source>
        <translation>Eine Onion-Adresse öffnet sich nur im Tor Browser: Kopiere den Link und füge ihn dort ein. Mit jedem anderen Browser geht es nicht, und dein Internetanbieter erfährt vielleicht die Adresse.</translation>
    </message>
    <message>
        <source>This leads into your own network or to this computer. Whoever sent it may want your browser to change something there.</source>
        <translation>Das führt in dein eigenes Netz oder zu diesem Computer. Wer es geschickt hat, will vielleicht, dass dein Browser dort etwas verändert.</translation>
    </message>
    <message>
        <source>Your browser is not Tor: the other end will see your address.</source>
        <translation>Dein Browser ist nicht Tor: Die andere Seite sieht deine Adresse.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Im Browser öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Linking</name>
    <message>
        <source>The connection to the node was lost. Make a new link.</source>
        <translation>Die Verbindung zum Dienst im Hintergrund ging verloren. Erstelle einen neuen Link.</translation>
    </message>
</context>
<context>
    <name>Lock</name>
    <message>
        <source>The service in the background does not answer just now. Try again in a moment.</source>
        <translation>Der Dienst im Hintergrund antwortet gerade nicht. Versuche es gleich noch einmal.</translation>
    </message>
</context>
<context>
    <name>LockCard</name>
    <message>
        <source>A locked window shows nothing and asks for your passphrase. Messages go on arriving. Lock before you leave the computer: %1.</source>
        <translation>Ein gesperrtes Fenster zeigt nichts und fragt nach deiner Passphrase. Nachrichten kommen weiter an. Sperre, bevor du vom Computer weggehst: %1.</translation>
    </message>
    <message>
        <source>Lock by itself after</source>
        <translation>Von selbst sperren nach</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n Stunde</numerusform>
            <numerusform>%n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>onionchat is locked</source>
        <translation>onionchat ist gesperrt</translation>
    </message>
    <message>
        <source>Messages go on arriving. Your passphrase shows them again.</source>
        <translation>Nachrichten kommen weiter an. Deine Passphrase zeigt sie wieder.</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>The passphrase is being tried</source>
        <translation>Die Passphrase wird geprüft</translation>
    </message>
    <message numerus="yes">
        <source>Too many wrong passphrases. Try again in %n second(s).</source>
        <translation>
            <numerusform>Zu viele falsche Passphrasen. Versuche es in %n Sekunde noch einmal.</numerusform>
            <numerusform>Zu viele falsche Passphrasen. Versuche es in %n Sekunden noch einmal.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainMenu</name>
    <message>
        <source>Add a contact</source>
        <translation>Kontakt hinzufügen</translation>
    </message>
    <message>
        <source>Contact requests</source>
        <translation>Kontaktanfragen</translation>
    </message>
    <message>
        <source>Tor</source>
        <translation>Tor</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>Deine Geräte</translation>
    </message>
    <message>
        <source>Profiles</source>
        <translation>Profile</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>About onionchat</source>
        <translation>Über onionchat</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Tor: not known now</source>
        <translation>Tor: gerade nicht bekannt</translation>
    </message>
    <message>
        <source>Tor: contacts can reach you</source>
        <translation>Tor: Kontakte erreichen dich</translation>
    </message>
    <message>
        <source>Tor: your address is being published</source>
        <translation>Tor: Deine Adresse wird veröffentlicht</translation>
    </message>
    <message>
        <source>Tor: connected, nobody can call you</source>
        <translation>Tor: verbunden, niemand erreicht dich</translation>
    </message>
    <message>
        <source>Tor: connected</source>
        <translation>Tor: verbunden</translation>
    </message>
    <message>
        <source>Tor: %1 %</source>
        <translation>Tor: %1 %</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(ohne Namen)</translation>
    </message>
    <message>
        <source>The connection to the node is lost; trying again.</source>
        <translation>Die Verbindung zum Dienst ist abgerissen; neuer Versuch läuft.</translation>
    </message>
    <message>
        <source>Tor is not up: %1 You can read and write; what you send leaves when Tor is up.</source>
        <translation>Tor ist noch nicht verbunden. %1 Du kannst lesen und schreiben; was du sendest, geht hinaus, sobald Tor verbunden ist.</translation>
    </message>
</context>
<context>
    <name>MessageDetails</name>
    <message>
        <source>About this message</source>
        <translation>Über diese Nachricht</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Geschrieben</translation>
    </message>
    <message>
        <source>Arrived here</source>
        <translation>Hier angekommen</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Why it was not sent</source>
        <translation>Warum sie nicht gesendet wurde</translation>
    </message>
    <message>
        <source>In answer to</source>
        <translation>Antwort auf</translation>
    </message>
    <message>
        <source>Your reaction</source>
        <translation>Deine Reaktion</translation>
    </message>
    <message>
        <source>Reaction of %1</source>
        <translation>Reaktion von %1</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>Bearbeitet</translation>
    </message>
    <message>
        <source>What it said before</source>
        <translation>Was vorher da stand</translation>
    </message>
    <message>
        <source>Does not stay</source>
        <translation>Bleibt nicht</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>At the contact&apos;s devices</source>
        <translation>Auf den Geräten des Kontakts</translation>
    </message>
    <message>
        <source>At your devices</source>
        <translation>Auf deinen Geräten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>not known now</source>
        <translation>zurzeit nicht bekannt</translation>
    </message>
    <message>
        <source>Number of the message</source>
        <translation>Nummer der Nachricht</translation>
    </message>
</context>
<context>
    <name>MessageList</name>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Open link…</source>
        <translation>Link öffnen…</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Text kopieren</translation>
    </message>
    <message>
        <source>Read all</source>
        <translation>Alles lesen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Go to what it answers</source>
        <translation>Zur beantworteten Nachricht</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>React…</source>
        <translation>Reagieren…</translation>
    </message>
    <message>
        <source>Take back %1</source>
        <translation>%1 zurücknehmen</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
</context>
<context>
    <name>MessageRows</name>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>new messages begin here</source>
        <translation>hier beginnen neue Nachrichten</translation>
    </message>
    <message>
        <source>this is what was found</source>
        <translation>das ist die Fundstelle</translation>
    </message>
</context>
<context>
    <name>NameCard</name>
    <message>
        <source>What is your name?</source>
        <translation>Wie heißt du?</translation>
    </message>
    <message>
        <source>Your contacts see this name. It can be any name, and you may leave it empty.</source>
        <translation>Deine Kontakte sehen diesen Namen. Er darf frei erfunden sein, und du kannst ihn leer lassen.</translation>
    </message>
    <message>
        <source>Your name (optional)</source>
        <translation>Dein Name (freiwillig)</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>NewPassphrase</name>
    <message>
        <source>A passphrase needs at least %1 characters.</source>
        <translation>Eine Passphrase braucht mindestens %1 Zeichen.</translation>
    </message>
    <message>
        <source>You typed two different passphrases.</source>
        <translation>Du hast zwei verschiedene Passphrasen getippt.</translation>
    </message>
    <message>
        <source>Whoever gets hold of this device would guess this passphrase at once. Choose another one, or press once more to keep it.</source>
        <translation>Wer dieses Gerät in die Hände bekommt, hätte diese Passphrase sofort erraten. Wähle eine andere oder drücke noch einmal, um sie zu behalten.</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n neue Nachricht</numerusform>
            <numerusform>%n neue Nachrichten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New messages in %n conversation(s)</source>
        <translation>
            <numerusform>Neue Nachrichten in %n Unterhaltung</numerusform>
            <numerusform>Neue Nachrichten in %n Unterhaltungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new contact request(s)</source>
        <translation>
            <numerusform>%n neue Kontaktanfrage</numerusform>
            <numerusform>%n neue Kontaktanfragen</numerusform>
        </translation>
    </message>
    <message>
        <source>New contact request from “%1”</source>
        <translation>Neue Kontaktanfrage von „%1“</translation>
    </message>
</context>
<context>
    <name>NotificationsCard</name>
    <message>
        <source>Notifications are shown by your desktop: on the locked screen, in its history, and to whoever looks over your shoulder. A locked window tells only that there is something.</source>
        <translation>Benachrichtigungen zeigt dein Desktop: auf dem Sperrbildschirm, in seinem Verlauf und allen, die dir über die Schulter sehen. Ein gesperrtes Fenster sagt nur, dass es etwas gibt.</translation>
    </message>
    <message>
        <source>What do notifications say?</source>
        <translation>Was sagen Benachrichtigungen?</translation>
    </message>
    <message>
        <source>No notifications</source>
        <translation>Keine Benachrichtigungen</translation>
    </message>
    <message>
        <source>Only that there is something new</source>
        <translation>Nur, dass es etwas Neues gibt</translation>
    </message>
    <message>
        <source>From whom it is</source>
        <translation>Von wem es ist</translation>
    </message>
    <message>
        <source>From whom it is, and what it says</source>
        <translation>Von wem es ist und was darin steht</translation>
    </message>
    <message>
        <source>Names and texts are shown only where the desktop can take them back when the window locks. Elsewhere it says how many messages are new.</source>
        <translation>Namen und Texte werden nur gezeigt, wo der Desktop sie zurücknehmen kann, wenn das Fenster gesperrt wird. Sonst steht dort, wie viele Nachrichten neu sind.</translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>Use the recovery words…</source>
        <translation>Mit den Wörtern …</translation>
    </message>
    <message>
        <source>“%1” is none of your devices any more.</source>
        <translation>„%1“ ist keines deiner Geräte mehr.</translation>
    </message>
    <message numerus="yes">
        <source>It is out with %n contact(s).</source>
        <translation>
            <numerusform>Bei %n Kontakt ist es ausgeschlossen.</numerusform>
            <numerusform>Bei %n Kontakten ist es ausgeschlossen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>With %n contact(s) it will be, as soon as one of your devices may say so there.</source>
        <translation>
            <numerusform>Bei %n Kontakt geschieht das, sobald eines deiner Geräte es dort sagen darf.</numerusform>
            <numerusform>Bei %n Kontakten geschieht das, sobald eines deiner Geräte es dort sagen darf.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>With %n contact(s) it is the senior device, so that only your recovery words put it out there.</source>
        <translation>
            <numerusform>Bei %n Kontakt steht es über den anderen, sodass es dort nur deine Wiederherstellungswörter ausschließen.</numerusform>
            <numerusform>Bei %n Kontakten steht es über den anderen, sodass es dort nur deine Wiederherstellungswörter ausschließen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PageFrame</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Back (Esc)</source>
        <translation>Zurück (Esc)</translation>
    </message>
</context>
<context>
    <name>PanicSheet</name>
    <message>
        <source>Destroy this profile?</source>
        <translation>Dieses Profil vernichten?</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>Press %1 once more within %n second(s), and all messages, contacts and keys are gone for good.</source>
        <translation>
            <numerusform>Drück %1 innerhalb von %n Sekunde noch einmal, und alle Nachrichten, Kontakte und Schlüssel sind endgültig weg.</numerusform>
            <numerusform>Drück %1 innerhalb von %n Sekunden noch einmal, und alle Nachrichten, Kontakte und Schlüssel sind endgültig weg.</numerusform>
        </translation>
    </message>
    <message>
        <source>Destroying the profile…</source>
        <translation>Das Profil wird vernichtet…</translation>
    </message>
</context>
<context>
    <name>PassphraseCard</name>
    <message>
        <source>It opens this profile, and nobody can replace it for you. Backups that you have made keep the passphrase of then.</source>
        <translation>Sie öffnet dieses Profil, und niemand kann sie dir ersetzen. Sicherungen von früher behalten die Passphrase von damals.</translation>
    </message>
    <message>
        <source>Passphrase until now</source>
        <translation>Bisherige Passphrase</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>Neue Passphrase</translation>
    </message>
    <message>
        <source>The new passphrase again</source>
        <translation>Die neue Passphrase noch einmal</translation>
    </message>
    <message>
        <source>Change the passphrase</source>
        <translation>Passphrase ändern</translation>
    </message>
    <message>
        <source>The passphrase is being changed</source>
        <translation>Die Passphrase wird geändert</translation>
    </message>
    <message>
        <source>The passphrase is changed.</source>
        <translation>Die Passphrase ist geändert.</translation>
    </message>
    <message>
        <source>Choose a passphrase</source>
        <translation>Wähle eine Passphrase</translation>
    </message>
    <message>
        <source>It encrypts your messages and contacts on this device, and opens them again. Five or six words drawn by chance are strong, and can be remembered.</source>
        <translation>Sie verschlüsselt deine Nachrichten und Kontakte auf diesem Gerät und öffnet sie wieder. Fünf oder sechs zufällig gezogene Wörter sind stark und lassen sich merken.</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>Noch einmal dasselbe</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show the passphrase</source>
        <translation>Passphrase zeigen</translation>
    </message>
    <message>
        <source>Nobody can restore a passphrase that is forgotten, and nobody can help you then: your messages and contacts are lost.</source>
        <translation>Niemand kann eine vergessene Passphrase wiederherstellen, und niemand kann dir dann helfen: Deine Nachrichten und Kontakte sind verloren.</translation>
    </message>
    <message>
        <source>Make my profile</source>
        <translation>Mein Profil anlegen</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Verbergen</translation>
    </message>
</context>
<context>
    <name>PassphraseChange</name>
    <message>
        <source>Type the passphrase that you have now.</source>
        <translation>Gib die Passphrase ein, die du jetzt hast.</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>What this window remembered cannot be read; it starts anew.</source>
        <translation>Was sich dieses Fenster gemerkt hatte, lässt sich nicht lesen; es fängt neu an.</translation>
    </message>
</context>
<context>
    <name>Privacy</name>
    <message>
        <source>Who can reach this device?</source>
        <translation>Wer kann dieses Gerät erreichen?</translation>
    </message>
    <message>
        <source>Contacts and new people</source>
        <translation>Kontakte und neue Leute</translation>
    </message>
    <message>
        <source>Contacts see when you are online, and your invite links work.</source>
        <translation>Kontakte sehen, wann du online bist, und deine Einladungslinks gelten.</translation>
    </message>
    <message>
        <source>Contacts only</source>
        <translation>Nur Kontakte</translation>
    </message>
    <message>
        <source>Invite links do not work until you change this.</source>
        <translation>Einladungslinks gelten nicht, bis du das änderst.</translation>
    </message>
    <message>
        <source>Nobody, only this device calls</source>
        <translation>Niemand, nur dieses Gerät meldet sich</translation>
    </message>
    <message>
        <source>Nobody sees when you are online. Messages arrive when your device calls and the other one is online: two hidden people never meet.</source>
        <translation>Niemand sieht, wann du online bist. Nachrichten kommen an, wenn dein Gerät sich meldet und das andere online ist: Zwei, die sich beide verbergen, treffen sich nie.</translation>
    </message>
    <message>
        <source>Read receipts</source>
        <translation>Lesebestätigungen</translation>
    </message>
    <message>
        <source>Do not tell what you have read</source>
        <translation>Nicht mitteilen, was du gelesen hast</translation>
    </message>
    <message>
        <source>Tell contacts how far you have read</source>
        <translation>Kontakten mitteilen, wie weit du gelesen hast</translation>
    </message>
    <message>
        <source>It shows them when you are awake.</source>
        <translation>Das verrät ihnen, wann du wach bist.</translation>
    </message>
</context>
<context>
    <name>Profiles</name>
    <message>
        <source>There is a profile with that name already.</source>
        <translation>Ein Profil mit diesem Namen gibt es schon.</translation>
    </message>
    <message>
        <source>The window could not be started.</source>
        <translation>Das Fenster konnte nicht gestartet werden.</translation>
    </message>
</context>
<context>
    <name>ProfilesPage</name>
    <message>
        <source>Profiles</source>
        <translation>Profile</translation>
    </message>
    <message>
        <source>Each profile has contacts, messages, an address and a passphrase of its own. It opens in a window of its own.</source>
        <translation>Jedes Profil hat eigene Kontakte und Nachrichten, eine eigene Adresse und eine eigene Passphrase. Es öffnet sich in einem eigenen Fenster.</translation>
    </message>
    <message>
        <source>New profile</source>
        <translation>Neues Profil</translation>
    </message>
    <message>
        <source>Name of its folder</source>
        <translation>Name des Ordners</translation>
    </message>
    <message>
        <source>Name of the new profile&apos;s folder</source>
        <translation>Name des Ordners für das neue Profil</translation>
    </message>
    <message>
        <source>Make a new profile</source>
        <translation>Neues Profil anlegen</translation>
    </message>
    <message>
        <source>Only this computer sees the name, and whoever can look into your folders: choose one that gives nothing away.</source>
        <translation>Den Namen sieht nur dieser Computer und wer in deine Ordner schauen kann: Nimm einen, der nichts verrät.</translation>
    </message>
    <message>
        <source>The window of “%1” opens.</source>
        <translation>Das Fenster von „%1“ öffnet sich.</translation>
    </message>
    <message>
        <source>this window</source>
        <translation>dieses Fenster</translation>
    </message>
    <message>
        <source>cannot be opened: its key is missing</source>
        <translation>kann nicht geöffnet werden: Der Schlüssel fehlt</translation>
    </message>
    <message>
        <source>receives messages</source>
        <translation>empfängt Nachrichten</translation>
    </message>
    <message>
        <source>is not running</source>
        <translation>läuft nicht</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
</context>
<context>
    <name>PutOutQuestion</name>
    <message>
        <source>Your 24 recovery words</source>
        <translation>Deine 24 Wiederherstellungswörter</translation>
    </message>
    <message>
        <source>Put it out for good</source>
        <translation>Endgültig ausschließen</translation>
    </message>
    <message>
        <source>Leave it in</source>
        <translation>Nicht ausschließen</translation>
    </message>
    <message>
        <source>Leave your account with this device?</source>
        <translation>Mit diesem Gerät dein Konto verlassen?</translation>
    </message>
    <message>
        <source>This device keeps what it has, can say nothing any more, and gets nothing. Leave it running until your other devices have heard of it.</source>
        <translation>Dieses Gerät behält, was es hat, kann nichts mehr sagen und bekommt nichts mehr. Lass es laufen, bis deine anderen Geräte davon wissen.</translation>
    </message>
    <message>
        <source>Put “%1” out of your account?</source>
        <translation>„%1“ aus deinem Konto ausschließen?</translation>
    </message>
    <message>
        <source>It keeps what it has, and gets nothing more. Your contacts hear that it does not belong to you any more, and your addresses change. This cannot be undone; the device can only be linked anew. Standing invite links that it made cannot be taken back from here.</source>
        <translation>Es behält, was es hat, und bekommt nichts mehr. Deine Kontakte erfahren, dass es nicht mehr zu dir gehört, und deine Adressen ändern sich. Das lässt sich nicht zurücknehmen; das Gerät kann nur neu gekoppelt werden. Dauerhafte Einladungslinks, die es gemacht hat, lassen sich von hier aus nicht zurückziehen.</translation>
    </message>
    <message>
        <source>With some contacts only your recovery words put it out:</source>
        <translation>Bei einigen Kontakten schließen es nur deine Wiederherstellungswörter aus:</translation>
    </message>
    <message>
        <source>That device is senior to this one, so your recovery words are needed:</source>
        <translation>Jenes Gerät steht über diesem, darum sind deine Wiederherstellungswörter nötig:</translation>
    </message>
</context>
<context>
    <name>RequestCard</name>
    <message>
        <source>(no name)</source>
        <translation>(ohne Namen)</translation>
    </message>
    <message>
        <source>This name looks like that of your contact “%1”, but it is somebody else or another device. Ask that person before you accept.</source>
        <translation>Dieser Name ähnelt dem deines Kontakts „%1“, aber es ist jemand anders oder ein anderes Gerät. Frag diese Person, bevor du annimmst.</translation>
    </message>
    <message>
        <source>Your name for this contact (optional)</source>
        <translation>Dein Name für diesen Kontakt (freiwillig)</translation>
    </message>
    <message>
        <source>Your name for %1</source>
        <translation>Dein Name für %1</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>Blockieren…</translation>
    </message>
    <message>
        <source>Block %1?</source>
        <translation>%1 blockieren?</translation>
    </message>
    <message>
        <source>The request is refused, and the same person cannot ask again from there.</source>
        <translation>Die Anfrage wird abgelehnt, und dieselbe Person kann von dort nicht noch einmal fragen.</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
</context>
<context>
    <name>RequestsPage</name>
    <message>
        <source>Contact requests</source>
        <translation>Kontaktanfragen</translation>
    </message>
    <message>
        <source>Asking the node…</source>
        <translation>Der Dienst wird gefragt…</translation>
    </message>
    <message>
        <source>Nobody waits for an answer. Requests by your invites appear here.</source>
        <translation>Niemand wartet auf eine Antwort. Anfragen über deine Einladungen erscheinen hier.</translation>
    </message>
    <message numerus="yes">
        <source>%n more wait; they are shown when these are answered.</source>
        <translation>
            <numerusform>Eine weitere wartet; sie erscheint, wenn diese beantwortet sind.</numerusform>
            <numerusform>%n weitere warten; sie erscheinen, wenn diese beantwortet sind.</numerusform>
        </translation>
    </message>
    <message>
        <source>They followed a link of yours. Nobody learns that you look at this.</source>
        <translation>Sie sind einem Link von dir gefolgt. Niemand erfährt, dass du das hier ansiehst.</translation>
    </message>
</context>
<context>
    <name>Results</name>
    <message>
        <source>Search results</source>
        <translation>Suchergebnisse</translation>
    </message>
</context>
<context>
    <name>Search</name>
    <message>
        <source>Contact: %1</source>
        <translation>Kontakt: %1</translation>
    </message>
    <message>
        <source>You to %1</source>
        <translation>Du an %1</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search in all conversations</source>
        <translation>In allen Unterhaltungen suchen</translation>
    </message>
    <message>
        <source>Clear the search (Esc)</source>
        <translation>Suche leeren (Esc)</translation>
    </message>
    <message>
        <source>Search in this conversation</source>
        <translation>In dieser Unterhaltung suchen</translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message>
        <source>Search everywhere</source>
        <translation>Überall suchen</translation>
    </message>
    <message numerus="yes">
        <source>Show %n new message(s)</source>
        <translation>
            <numerusform>%n neue Nachricht zeigen</numerusform>
            <numerusform>%n neue Nachrichten zeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Search in the conversation with %1</source>
        <translation>In der Unterhaltung mit %1 suchen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>These are the newest %1 messages. Type more to find others.</source>
        <translation>Das sind die neuesten %1 Nachrichten. Tippe mehr, um andere zu finden.</translation>
    </message>
    <message>
        <source>Type a word, or how it begins.</source>
        <translation>Tippe ein Wort oder wie es anfängt.</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche läuft…</translation>
    </message>
    <message>
        <source>The search did not work.</source>
        <translation>Die Suche hat nicht geklappt.</translation>
    </message>
    <message>
        <source>Nothing was found.</source>
        <translation>Nichts gefunden.</translation>
    </message>
    <message>
        <source>Type letters or digits: signs alone cannot be found.</source>
        <translation>Tippe Buchstaben oder Ziffern: Zeichen allein lassen sich nicht finden.</translation>
    </message>
    <message>
        <source>Words are found by how they begin: “brid” finds “bridge”, but “ridge” does not. Of several words, only the last may be a beginning.</source>
        <translation>Wörter werden nach ihrem Anfang gefunden: „brück“ findet „Brücke“, „rücke“ aber nicht. Von mehreren Wörtern darf nur das letzte ein Anfang sein.</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>The service in the background has ended, and not by this window. Your passphrase starts it again. What you wrote is kept: it is sent then, or stands ready in its conversation.</source>
        <translation>Der Dienst im Hintergrund wurde beendet, und nicht von diesem Fenster. Deine Passphrase startet ihn wieder. Was du geschrieben hast, ist noch da: Es wird dann gesendet oder steht in seiner Unterhaltung bereit.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Privatsphäre</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperre</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Storage and backup</source>
        <translation>Speicher und Sicherung</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>When the window closes</source>
        <translation>Wenn das Fenster schließt</translation>
    </message>
    <message>
        <source>Danger</source>
        <translation>Gefahr</translation>
    </message>
    <message>
        <source>Recovery words</source>
        <translation>Wiederherstellungswörter</translation>
    </message>
    <message>
        <source>Tor and bridges</source>
        <translation>Tor und Brücken</translation>
    </message>
    <message>
        <source>How you are connected, and what helps where Tor is blocked.</source>
        <translation>Wie du verbunden bist, und was hilft, wo Tor gesperrt ist.</translation>
    </message>
    <message>
        <source>Open the page about Tor</source>
        <translation>Seite über Tor öffnen</translation>
    </message>
</context>
<context>
    <name>ShortcutsPage</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>With Tab you reach everything in the window, one after another.</source>
        <translation>Mit der Tabulatortaste erreichst du alles im Fenster, eins nach dem anderen.</translation>
    </message>
    <message>
        <source>or</source>
        <translation>oder</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Begin anew</source>
        <translation>Neu anfangen</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Bitte warten</translation>
    </message>
    <message>
        <source>Your messages are encrypted. The passphrase opens them.</source>
        <translation>Deine Nachrichten sind verschlüsselt. Die Passphrase öffnet sie.</translation>
    </message>
    <message>
        <source>Opening the profile…</source>
        <translation>Das Profil wird geöffnet…</translation>
    </message>
    <message>
        <source>Connecting to the node…</source>
        <translation>Verbindung zum Dienst wird hergestellt…</translation>
    </message>
    <message>
        <source>The node cannot be used.</source>
        <translation>Der Dienst lässt sich nicht benutzen.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>This profile is destroyed. You can begin anew with another one.</source>
        <translation>Dieses Profil ist vernichtet. Du kannst mit einem anderen neu anfangen.</translation>
    </message>
    <message>
        <source>This profile cannot be opened. If you had messages here, put its key file back from a backup. If the program only ended while the profile was being made, there is nothing in it yet. Beginning anew puts the old files aside; nothing is deleted.</source>
        <translation>Dieses Profil lässt sich nicht öffnen. Wenn du hier Nachrichten hattest, stell seine Schlüsseldatei aus einer Sicherung wieder her. Falls nur das Programm beim Anlegen des Profils abgebrochen wurde, ist noch nichts darin. Neu anzufangen legt die alten Dateien beiseite; nichts wird gelöscht.</translation>
    </message>
</context>
<context>
    <name>StorageCard</name>
    <message>
        <source>Folder of this profile</source>
        <translation>Ordner dieses Profils</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sicherung</translation>
    </message>
    <message>
        <source>A copy of everything, encrypted with the passphrase that you have now. Keep it on another disk. Use it only when this device is lost or broken: two devices that run the same profile disturb each other.</source>
        <translation>Eine Kopie von allem, verschlüsselt mit der Passphrase, die du jetzt hast. Bewahre sie auf einer anderen Festplatte auf. Benutze sie nur, wenn dieses Gerät verloren oder kaputt ist: Zwei Geräte mit demselben Profil stören einander.</translation>
    </message>
    <message>
        <source>Make a backup…</source>
        <translation>Sicherung anlegen…</translation>
    </message>
    <message>
        <source>The backup is being written</source>
        <translation>Die Sicherung wird geschrieben</translation>
    </message>
    <message>
        <source>A new folder for the backup</source>
        <translation>Ein neuer Ordner für die Sicherung</translation>
    </message>
    <message>
        <source>The backup is in %1</source>
        <translation>Die Sicherung liegt in %1</translation>
    </message>
</context>
<context>
    <name>StrengthMeter</name>
    <message>
        <source>How strong it is appears here while you type.</source>
        <translation>Wie stark sie ist, erscheint hier beim Tippen.</translation>
    </message>
    <message>
        <source>Very weak: it would be guessed at once.</source>
        <translation>Sehr schwach: Sie wäre sofort erraten.</translation>
    </message>
    <message>
        <source>Weak: it would be guessed within an hour.</source>
        <translation>Schwach: Sie wäre in einer Stunde erraten.</translation>
    </message>
    <message>
        <source>Fair: it would stand for some days.</source>
        <translation>Mittel: Sie hielte einige Tage stand.</translation>
    </message>
    <message>
        <source>Good: it would stand for years.</source>
        <translation>Gut: Sie hielte Jahre stand.</translation>
    </message>
    <message>
        <source>Strong.</source>
        <translation>Stark.</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Open Tor page</source>
        <translation>Tor-Seite öffnen</translation>
    </message>
</context>
<context>
    <name>TextReader</name>
    <message>
        <source>The whole message</source>
        <translation>Die ganze Nachricht</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Page before</source>
        <translation>Vorige Seite</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>Nächste Seite</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>Seite %1 von %2</translation>
    </message>
</context>
<context>
    <name>TorPage</name>
    <message>
        <source>Tor</source>
        <translation>Tor</translation>
    </message>
    <message>
        <source>Over the Tor network</source>
        <translation>Über das Tor-Netz</translation>
    </message>
    <message>
        <source>Your messages go through the Tor network, so that nobody on the way sees who talks to whom.</source>
        <translation>Deine Nachrichten gehen durch das Tor-Netz, damit unterwegs niemand sieht, wer mit wem spricht.</translation>
    </message>
    <message>
        <source>Is everything all right?</source>
        <translation>Ist alles in Ordnung?</translation>
    </message>
    <message>
        <source>What Tor does for you now</source>
        <translation>Was Tor gerade für dich tut</translation>
    </message>
    <message>
        <source>Ways through the network</source>
        <translation>Wege durch das Netz</translation>
    </message>
    <message>
        <source>Addresses at which this device is called</source>
        <translation>Adressen, unter denen dieses Gerät angerufen wird</translation>
    </message>
    <message>
        <source>Tor does not run</source>
        <translation>Tor läuft nicht</translation>
    </message>
    <message>
        <source>Connecting to Tor</source>
        <translation>Verbindung mit Tor wird aufgebaut</translation>
    </message>
    <message>
        <source>Connected to Tor</source>
        <translation>Mit Tor verbunden</translation>
    </message>
    <message>
        <source>Over since %1: %2</source>
        <translation>Vorbei seit %1: %2</translation>
    </message>
    <message>
        <source>Connections to first servers</source>
        <translation>Verbindungen zu ersten Servern</translation>
    </message>
    <message>
        <source>Asking the node…</source>
        <translation>Der Dienst wird gefragt…</translation>
    </message>
    <message>
        <source>That Tor serves other programs, too, so it is not asked what it does.</source>
        <translation>Dieses Tor dient auch anderen Programmen, deshalb wird es nicht gefragt, was es tut.</translation>
    </message>
    <message>
        <source>Nothing yet.</source>
        <translation>Noch nichts.</translation>
    </message>
    <message>
        <source>onionchat started this Tor itself. Version: %1</source>
        <translation>onionchat hat dieses Tor selbst gestartet. Version: %1</translation>
    </message>
    <message>
        <source>Another program started this Tor. Version: %1</source>
        <translation>Ein anderes Programm hat dieses Tor gestartet. Version: %1</translation>
    </message>
</context>
<context>
    <name>TorProgress</name>
    <message>
        <source>How far Tor is with connecting</source>
        <translation>Wie weit Tor mit dem Verbinden ist</translation>
    </message>
    <message>
        <source>Use a bridge</source>
        <translation>Brücke benutzen</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>These bridges may be blocked. Others may help.</source>
        <translation>Diese Brücken sind vielleicht gesperrt. Andere können helfen.</translation>
    </message>
    <message>
        <source>Tor may be blocked here. A bridge is another way in.</source>
        <translation>Tor ist hier vielleicht gesperrt. Eine Brücke ist ein anderer Weg hinein.</translation>
    </message>
    <message>
        <source>Use other bridges</source>
        <translation>Andere Brücken benutzen</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>onionchat: %n unread message(s)</source>
        <translation>
            <numerusform>onionchat: %n ungelesene Nachricht</numerusform>
            <numerusform>onionchat: %n ungelesene Nachrichten</numerusform>
        </translation>
    </message>
    <message>
        <source>onionchat: something new</source>
        <translation>onionchat: etwas Neues</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Since %1</source>
        <translation>Seit %1</translation>
    </message>
</context>
<context>
    <name>WaitingRow</name>
    <message numerus="yes">
        <source>%n contact request(s)</source>
        <translation>
            <numerusform>%n Kontaktanfrage</numerusform>
            <numerusform>%n Kontaktanfragen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WelcomeCard</name>
    <message>
        <source>Welcome to onionchat</source>
        <translation>Willkommen bei onionchat</translation>
    </message>
    <message>
        <source>The profile was destroyed</source>
        <translation>Das Profil wurde vernichtet</translation>
    </message>
    <message>
        <source>Its key is gone from this device: nobody can open its messages and contacts any more, you neither. What could not be destroyed are backups and copies of this disk, the recovery phrase on paper, and what your contacts have.</source>
        <translation>Sein Schlüssel ist von diesem Gerät verschwunden: Niemand kann seine Nachrichten und Kontakte mehr öffnen, auch du nicht. Nicht vernichten ließen sich Sicherungen und Kopien dieser Platte, die Wiederherstellungswörter auf Papier und was deine Kontakte haben.</translation>
    </message>
    <message>
        <source>You can begin anew here:</source>
        <translation>Hier kannst du neu anfangen:</translation>
    </message>
    <message>
        <source>Your messages go from your device to that of your contact, encrypted and over Tor: there is no server in between that could keep them, and nobody learns where you are.</source>
        <translation>Deine Nachrichten gehen von deinem Gerät zu dem deines Kontakts, verschlüsselt und über Tor: Dazwischen ist kein Server, der sie aufheben könnte, und niemand erfährt, wo du bist.</translation>
    </message>
    <message>
        <source>You need no telephone number and no e-mail address. All that you need is made now, on this device, and stays here.</source>
        <translation>Du brauchst keine Telefonnummer und keine E-Mail-Adresse. Alles Nötige entsteht jetzt, auf diesem Gerät, und bleibt hier.</translation>
    </message>
    <message>
        <source>You have onionchat on another device already? Make a profile here first. Then choose “This is another device of mine”.</source>
        <translation>Du hast onionchat schon auf einem anderen Gerät? Lege hier zuerst ein Profil an. Wähle dann „Das ist ein weiteres Gerät von mir“.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Los geht’s</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Add a contact</source>
        <translation>Kontakt hinzufügen</translation>
    </message>
    <message>
        <source>Invite somebody</source>
        <translation>Jemanden einladen</translation>
    </message>
    <message>
        <source>This is another device of mine</source>
        <translation>Das ist ein weiteres Gerät von mir</translation>
    </message>
    <message>
        <source>You got a link or a code from somebody.</source>
        <translation>Du hast von jemandem einen Link oder Code bekommen.</translation>
    </message>
    <message>
        <source>Make a link or a code and give it to somebody.</source>
        <translation>Mach einen Link oder Code und gib ihn jemandem.</translation>
    </message>
    <message>
        <source>Your contacts and messages are on your other device.</source>
        <translation>Deine Kontakte und Nachrichten sind auf deinem anderen Gerät.</translation>
    </message>
    <message>
        <source>Connecting to Tor</source>
        <translation>Verbindung mit Tor wird aufgebaut</translation>
    </message>
    <message>
        <source>Tor does not run</source>
        <translation>Tor läuft nicht</translation>
    </message>
    <message>
        <source>Tor hides who talks to whom. The first time takes a minute or two.</source>
        <translation>Tor verbirgt, wer mit wem spricht. Beim ersten Mal dauert es ein, zwei Minuten.</translation>
    </message>
    <message>
        <source>You need not wait for it:</source>
        <translation>Du musst nicht darauf warten:</translation>
    </message>
    <message>
        <source>Welcome to onionchat</source>
        <translation>Willkommen bei onionchat</translation>
    </message>
    <message>
        <source>Nobody is here yet. Two people become contacts by a link or a code.</source>
        <translation>Hier ist noch niemand. Zwei Menschen werden durch einen Link oder Code zu Kontakten.</translation>
    </message>
    <message>
        <source>Choose a conversation, or add a contact.</source>
        <translation>Wähle eine Unterhaltung oder füge einen Kontakt hinzu.</translation>
    </message>
</context>
<context>
    <name>Wiping</name>
    <message>
        <source>The key of this profile is destroyed, so nobody can open it any more. But the service in the background has not ended: it still has your messages in its memory, and some files are still there. End its process, or switch the computer off.</source>
        <translation>Der Schlüssel dieses Profils ist vernichtet, niemand kann es mehr öffnen. Aber der Dienst im Hintergrund hat nicht aufgehört: Er hat deine Nachrichten noch in seinem Speicher, und einige Dateien sind noch da. Beende seinen Prozess oder schalte den Computer aus.</translation>
    </message>
</context>
<context>
    <name>WordGrid</name>
    <message>
        <source>Word %1: %2</source>
        <translation>Wort %1: %2</translation>
    </message>
</context>
<context>
    <name>WordsCard</name>
    <message>
        <source>Your recovery words</source>
        <translation>Deine Wiederherstellungswörter</translation>
    </message>
    <message>
        <source>Write these %1 words on paper, in this order. You see them only now: they are stored nowhere and cannot be shown again.</source>
        <translation>Schreib diese %1 Wörter auf Papier, in dieser Reihenfolge. Du siehst sie nur jetzt: Sie sind nirgends gespeichert und lassen sich nicht noch einmal zeigen.</translation>
    </message>
    <message>
        <source>They prove that the account is yours, should this device be stolen. Whoever has them can take your account over, so keep the paper where nobody finds it. They do not bring back messages or contacts.</source>
        <translation>Sie beweisen, dass das Konto dir gehört, falls dieses Gerät gestohlen wird. Wer sie hat, kann dein Konto übernehmen; bewahre das Papier also dort auf, wo niemand es findet. Nachrichten oder Kontakte bringen sie nicht zurück.</translation>
    </message>
    <message>
        <source>I have written them down</source>
        <translation>Ich habe sie aufgeschrieben</translation>
    </message>
    <message>
        <source>Nobody has confirmed that the recovery words of this profile are on paper.</source>
        <translation>Niemand hat bestätigt, dass die Wiederherstellungswörter dieses Profils auf Papier stehen.</translation>
    </message>
    <message>
        <source>They cannot be shown again: nothing on this device holds them. Your passphrase opens this profile all the same, and a backup brings it back. But without the words you could not prove that the account is yours, should the device be stolen. If that matters to you, make another profile, write its words down, and give your contacts its link.</source>
        <translation>Sie lassen sich nicht noch einmal zeigen: Nichts auf diesem Gerät enthält sie. Deine Passphrase öffnet dieses Profil trotzdem, und eine Sicherung bringt es zurück. Aber ohne die Wörter könntest du nicht beweisen, dass das Konto deins ist, falls das Gerät gestohlen wird. Wenn dir das wichtig ist, leg ein anderes Profil an, schreib seine Wörter auf und gib deinen Kontakten seinen Link.</translation>
    </message>
    <message>
        <source>I have them on paper</source>
        <translation>Ich habe sie auf Papier</translation>
    </message>
    <message>
        <source>Make another profile</source>
        <translation>Ein anderes Profil anlegen</translation>
    </message>
</context>
<context>
    <name>_RowDelegate</name>
    <message>
        <source>Draft: </source>
        <translation>Entwurf: </translation>
    </message>
</context>
<context>
    <name>_Spans</name>
    <message numerus="yes">
        <source>%n week(s)</source>
        <translation>
            <numerusform>%n Woche</numerusform>
            <numerusform>%n Wochen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n Stunde</numerusform>
            <numerusform>%n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>boxes</name>
    <message>
        <source>What you pasted is too long for this field; its end was left out.</source>
        <translation>Was du eingefügt hast, ist zu lang für dieses Feld; das Ende wurde weggelassen.</translation>
    </message>
</context>
<context>
    <name>node</name>
    <message>
        <source>You blocked this contact.</source>
        <translation>Du hast diesen Kontakt blockiert.</translation>
    </message>
    <message>
        <source>This device was removed: it gets nothing any more.</source>
        <translation>Dieses Gerät wurde entfernt: Es bekommt nichts mehr.</translation>
    </message>
    <message>
        <source>Nothing is sent before it is known what this profile, which is a copy, has sent.</source>
        <translation>Es wird nichts gesendet, bevor bekannt ist, was dieses Profil, das eine Kopie ist, gesendet hat.</translation>
    </message>
    <message>
        <source>The disk here is full: no connection is kept.</source>
        <translation>Die Festplatte hier ist voll: Keine Verbindung wird gehalten.</translation>
    </message>
    <message>
        <source>The connection is being set up.</source>
        <translation>Die Verbindung wird gerade aufgebaut.</translation>
    </message>
    <message>
        <source>It does not have this conversation yet.</source>
        <translation>Es hat diese Unterhaltung noch nicht.</translation>
    </message>
    <message>
        <source>It takes no more of yours for now: you have sent your share of a day, or it has no room.</source>
        <translation>Es nimmt vorerst nichts mehr von dir: Du hast den Anteil eines Tages gesendet, oder es hat keinen Platz.</translation>
    </message>
    <message>
        <source>It goes out next.</source>
        <translation>Sie geht als Nächstes hinaus.</translation>
    </message>
    <message>
        <source>Not connected; another device that is passes it on.</source>
        <translation>Nicht verbunden; ein anderes Gerät, das es ist, gibt sie weiter.</translation>
    </message>
    <message>
        <source>Not connected; it has not said where it can be called, it calls here itself.</source>
        <translation>Nicht verbunden; es hat nicht gesagt, wo es gerufen werden kann, und ruft selbst hier an.</translation>
    </message>
    <message>
        <source>Not connected; it is being called.</source>
        <translation>Nicht verbunden; es wird gerufen.</translation>
    </message>
    <message>
        <source>Behind %1 that were written before it.</source>
        <translation>Hinter %1, die vor ihr geschrieben wurden.</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>Etwas ist schiefgegangen.</translation>
    </message>
    <message>
        <source>That cannot be done.</source>
        <translation>Das geht nicht.</translation>
    </message>
    <message>
        <source>That input is not valid.</source>
        <translation>Diese Eingabe ist nicht gültig.</translation>
    </message>
    <message>
        <source>The message is empty: there is nothing to send.</source>
        <translation>Die Nachricht ist leer: Es gibt nichts zu senden.</translation>
    </message>
    <message>
        <source>The text is too long for one message.</source>
        <translation>Der Text ist zu lang für eine Nachricht.</translation>
    </message>
    <message>
        <source>%1 is too long: %2 bytes, %3 are allowed.</source>
        <translation>%1 ist zu lang: %2 Bytes, erlaubt sind %3.</translation>
    </message>
    <message>
        <source>The text is not valid UTF-8.</source>
        <translation>Der Text enthält ungültige Zeichen.</translation>
    </message>
    <message>
        <source>There is no contact with that name or id.</source>
        <translation>Diesen Kontakt gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no waiting contact request with that id.</source>
        <translation>Diese Anfrage wartet nicht mehr.</translation>
    </message>
    <message>
        <source>This contact is blocked.</source>
        <translation>Dieser Kontakt ist blockiert.</translation>
    </message>
    <message>
        <source>This contact has not accepted your request yet.</source>
        <translation>Dieser Kontakt hat deine Anfrage noch nicht angenommen.</translation>
    </message>
    <message>
        <source>This contact is being set up here: you can read, and write as soon as one of your other devices was connected to this one.</source>
        <translation>Dieser Kontakt wird hier noch eingerichtet: Lesen können Sie schon, schreiben, sobald eines Ihrer anderen Geräte mit diesem verbunden war.</translation>
    </message>
    <message>
        <source>This contact had not accepted; ask it anew with `add`.</source>
        <translation>Dieser Kontakt hatte nicht angenommen; frag ihn neu an.</translation>
    </message>
    <message>
        <source>This contact declined your request.</source>
        <translation>Dieser Kontakt hat deine Anfrage abgelehnt.</translation>
    </message>
    <message>
        <source>The invite was used up or expired before anybody answered.</source>
        <translation>Die Einladung war verbraucht oder abgelaufen, bevor jemand geantwortet hat.</translation>
    </message>
    <message>
        <source>Another contact already has that name; choose another one.</source>
        <translation>Ein anderer Kontakt heißt schon so; wähle einen anderen Namen.</translation>
    </message>
    <message>
        <source>Character %1 of this name (U+%2) cannot be seen, or changes how others are shown. Delete it, or type the name anew.</source>
        <translation>Das %1. Zeichen dieses Namens (U+%2) ist nicht zu sehen oder verändert, wie andere gezeigt werden. Lösche es oder tippe den Namen neu.</translation>
    </message>
    <message>
        <source>A name needs at least one visible character.</source>
        <translation>Ein Name braucht mindestens ein sichtbares Zeichen.</translation>
    </message>
    <message>
        <source>A name has at most %1 bytes of UTF-8.</source>
        <translation>Ein Name hat höchstens %1 Bytes in UTF-8.</translation>
    </message>
    <message>
        <source>A letter of a name can carry at most %1 marks.</source>
        <translation>Ein Buchstabe eines Namens kann höchstens %1 Zusatzzeichen tragen.</translation>
    </message>
    <message>
        <source>There is no message with that id.</source>
        <translation>Diese Nachricht gibt es nicht.</translation>
    </message>
    <message>
        <source>That message is not one of yours.</source>
        <translation>Diese Nachricht ist keine von dir.</translation>
    </message>
    <message>
        <source>The other person declined the contact request.</source>
        <translation>Die andere Person hat die Kontaktanfrage abgelehnt.</translation>
    </message>
    <message>
        <source>Who sent this request is a contact of yours already; decline it.</source>
        <translation>Wer diese Anfrage geschickt hat, ist schon dein Kontakt; lehne sie ab.</translation>
    </message>
    <message>
        <source>These are not the safety words of this contact.</source>
        <translation>Das sind nicht die Sicherheitswörter dieses Kontakts.</translation>
    </message>
    <message>
        <source>There are %1 safety words; these are %2.</source>
        <translation>Es sind %1 Sicherheitswörter; das hier sind %2.</translation>
    </message>
    <message>
        <source>There is no such setting, or it cannot take that value.</source>
        <translation>Diese Einstellung gibt es nicht, oder sie kann diesen Wert nicht haben.</translation>
    </message>
    <message>
        <source>This setting is an IP address and a port.</source>
        <translation>Hier gehören eine IP-Adresse und ein Port hin.</translation>
    </message>
    <message>
        <source>Bridge programs are lines such as obfs4=/usr/bin/obfs4proxy.</source>
        <translation>Programme für Brücken sind Zeilen wie obfs4=/usr/bin/obfs4proxy.</translation>
    </message>
    <message>
        <source>Too many programs are connected to this node.</source>
        <translation>Zu viele Programme sind mit diesem Dienst verbunden.</translation>
    </message>
    <message>
        <source>This is not an onionchat invite link.</source>
        <translation>Das ist kein Einladungslink von onionchat.</translation>
    </message>
    <message>
        <source>The link has a wrong or missing character (its checksum does not match).</source>
        <translation>Im Link ist ein Zeichen falsch oder fehlt (seine Prüfsumme stimmt nicht).</translation>
    </message>
    <message>
        <source>The link was made by a newer version of onionchat; please update.</source>
        <translation>Der Link stammt von einer neueren Version von onionchat; bitte aktualisiere.</translation>
    </message>
    <message>
        <source>This invite link has expired; ask for a new one.</source>
        <translation>Dieser Einladungslink ist abgelaufen; bitte um einen neuen.</translation>
    </message>
    <message>
        <source>This one-time invite link has been used already; ask for a new one.</source>
        <translation>Dieser Link für eine Person wurde schon benutzt; bitte um einen neuen.</translation>
    </message>
    <message>
        <source>This is your own invite link; give it to somebody else.</source>
        <translation>Das ist dein eigener Einladungslink; gib ihn jemand anderem.</translation>
    </message>
    <message>
        <source>This is the invite of a contact, not the link of a device of yours; to become contacts, use `onionchat add`.</source>
        <translation>Das ist die Einladung eines Kontakts, nicht der Link eines deiner Geräte; um Kontakte zu werden, nimm `onionchat add`.</translation>
    </message>
    <message>
        <source>No new device has called by this link yet; its code appears once it has.</source>
        <translation>Über diesen Link hat sich noch kein neues Gerät gemeldet; sein Code erscheint, sobald es das tut.</translation>
    </message>
    <message>
        <source>No device that waits shows this code; look at it again.</source>
        <translation>Kein wartendes Gerät zeigt diesen Code; sieh ihn dir noch einmal an.</translation>
    </message>
    <message>
        <source>Three wrong codes: this link is void now, make a new one.</source>
        <translation>Drei falsche Codes: Dieser Link gilt nicht mehr, erstelle einen neuen.</translation>
    </message>
    <message>
        <source>That device is senior to this one; your recovery words can put it out (`--recovery`).</source>
        <translation>Dieses Gerät ist älter als das, vor dem du sitzt; ausschließen können es deine Wiederherstellungswörter (`--recovery`).</translation>
    </message>
    <message>
        <source>This device was put out of your account: it can read what is here, and say nothing.</source>
        <translation>Dieses Gerät wurde aus deinem Konto ausgeschlossen: Es kann lesen, was hier ist, und nichts mehr sagen.</translation>
    </message>
    <message>
        <source>Your account has no other device; `onionchat wipe` destroys what is here.</source>
        <translation>Dein Konto hat kein anderes Gerät; `onionchat wipe` vernichtet, was hier ist.</translation>
    </message>
    <message>
        <source>This recovery phrase does not belong to this account.</source>
        <translation>Diese Wiederherstellungswörter gehören nicht zu diesem Konto.</translation>
    </message>
    <message>
        <source>No device of yours has that name or id; `onionchat device list` shows them.</source>
        <translation>Keines deiner Geräte hat diesen Namen oder diese Kennung; `onionchat device list` zeigt sie.</translation>
    </message>
    <message>
        <source>There is no link for a new device; `onionchat device link` makes one.</source>
        <translation>Es gibt keinen Link für ein neues Gerät; `onionchat device link` erstellt einen.</translation>
    </message>
    <message>
        <source>The history to bring is `all`, `none`, or a day such as 2026-01-31.</source>
        <translation>Der mitzunehmende Verlauf ist `all`, `none` oder ein Tag wie 2026-01-31.</translation>
    </message>
    <message>
        <source>The new device does not answer; if it comes back, it is linked.</source>
        <translation>Das neue Gerät antwortet nicht; kommt es zurück, wird es verbunden.</translation>
    </message>
    <message>
        <source>The other device did not take this one in; make a new link there.</source>
        <translation>Das andere Gerät hat dieses nicht aufgenommen; erstelle dort einen neuen Link.</translation>
    </message>
    <message>
        <source>The code of another device was typed there; make a new link if that was a mistake.</source>
        <translation>Dort wurde der Code eines anderen Geräts eingegeben; erstelle einen neuen Link, wenn das ein Versehen war.</translation>
    </message>
    <message>
        <source>Other devices are calling by this link; make a new one there.</source>
        <translation>Andere Geräte melden sich über diesen Link; erstelle dort einen neuen.</translation>
    </message>
    <message>
        <source>This link adds a DEVICE to an account and would show that account&apos;s messages to its owner; it is not a contact&apos;s invite, so it was refused.</source>
        <translation>Dieser Link fügt einem Konto ein GERÄT hinzu und würde dessen Besitzer die Nachrichten des Kontos zeigen; er ist keine Einladung eines Kontakts und wurde deshalb abgelehnt.</translation>
    </message>
    <message>
        <source>There is no outstanding invite with that id.</source>
        <translation>Diese Einladung gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>Too many invites are outstanding; wait until one is used or revoke one.</source>
        <translation>Es sind zu viele Einladungen offen; warte, bis eine benutzt wird, oder ziehe eine zurück.</translation>
    </message>
    <message>
        <source>No further address of its own is free; one tor cannot carry more.</source>
        <translation>Es ist keine weitere eigene Adresse frei; mehr schafft ein Tor nicht.</translation>
    </message>
    <message>
        <source>Only a fresh profile, without contacts and requests, can become a device of an account; make another profile for it.</source>
        <translation>Nur ein frisches Profil, ohne Kontakte und Anfragen, kann ein Gerät eines Kontos werden; lege dafür ein anderes an.</translation>
    </message>
    <message>
        <source>This account has had 32 devices, which is all that one can ever have.</source>
        <translation>Dieses Konto hatte schon 32 Geräte; mehr kann keines je haben.</translation>
    </message>
    <message>
        <source>One of your other devices signed two different things for one place: either two copies of its profile are in use, or its key is in somebody else&apos;s hands. Revoke it and link it anew.</source>
        <translation>Eines deiner anderen Geräte hat für eine Stelle zwei verschiedene Dinge unterschrieben: Entweder sind zwei Kopien seines Profils in Gebrauch, oder sein Schlüssel ist in fremden Händen. Widerrufe es und verbinde es neu.</translation>
    </message>
    <message>
        <source>Two copies of this profile have written to your other devices. They cannot take what this one writes any more; revoke this device and link it anew.</source>
        <translation>Zwei Kopien dieses Profils haben deinen anderen Geräten geschrieben. Was dieses hier schreibt, können sie nicht mehr annehmen; widerrufe dieses Gerät und verbinde es neu.</translation>
    </message>
    <message>
        <source>An invite lives for some time, and ten years at most.</source>
        <translation>Eine Einladung gilt eine Zeit lang, höchstens zehn Jahre.</translation>
    </message>
    <message>
        <source>Whoever made this link uses it under an identity that a contact of yours has: no new contact came of it.</source>
        <translation>Wer diesen Link erstellt hat, benutzt ihn als jemand, der schon dein Kontakt ist: Es wurde kein neuer Kontakt daraus.</translation>
    </message>
    <message>
        <source>This link was used already, for this contact; no new request was made.</source>
        <translation>Dieser Link wurde schon benutzt, für diesen Kontakt; es gab keine neue Anfrage.</translation>
    </message>
    <message>
        <source>This link was used already, for this contact; no new request was made. Its name was %1 until now.</source>
        <translation>Dieser Link wurde schon benutzt, für diesen Kontakt; es gab keine neue Anfrage. Er hieß bisher %1.</translation>
    </message>
    <message>
        <source>The standing link by which this contact came still works: it shows when this device is online, and lets anybody ask who has it. `onionchat invites` lists it, `onionchat revoke i%1` ends it.</source>
        <translation>Der Link für viele, über den dieser Kontakt kam, gilt noch: Er verrät, wann dieses Gerät online ist, und alle, die ihn haben, können anfragen. Unter „Kontakt hinzufügen“ kannst du ihn zurückziehen (Nummer i%1).</translation>
    </message>
    <message>
        <source>Nobody can use this link now: this device is visible to contacts only. `onionchat visibility online` lets new ones in.</source>
        <translation>Zurzeit kann niemand diesen Link benutzen: Dieses Gerät ist nur für Kontakte sichtbar. Die Einstellungen können das ändern.</translation>
    </message>
    <message>
        <source>Nobody can use this link now: this device is hidden. `onionchat visibility online` lets others reach it.</source>
        <translation>Zurzeit kann niemand diesen Link benutzen: Dieses Gerät ist unsichtbar. Die Einstellungen können das ändern.</translation>
    </message>
    <message>
        <source>There is no QR code in this picture, or it is not sharp enough.</source>
        <translation>In diesem Bild ist kein QR-Code, oder er ist nicht scharf genug.</translation>
    </message>
    <message>
        <source>There are several QR codes in this picture; cut out one of them.</source>
        <translation>In diesem Bild sind mehrere QR-Codes; schneide einen davon aus.</translation>
    </message>
    <message>
        <source>This file is not a picture (PNG, JPEG, WebP, GIF, BMP or PPM), or it is damaged.</source>
        <translation>Diese Datei ist kein Bild (PNG, JPEG, WebP, GIF, BMP oder PPM), oder sie ist beschädigt.</translation>
    </message>
    <message>
        <source>This picture is too large; cut out the code, or scale the picture down.</source>
        <translation>Dieses Bild ist zu groß; schneide den Code aus oder verkleinere das Bild.</translation>
    </message>
    <message>
        <source>This is not a file.</source>
        <translation>Das ist keine Datei.</translation>
    </message>
    <message>
        <source>This file cannot be read.</source>
        <translation>Diese Datei lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The picture could not be read: %1</source>
        <translation>Das Bild ließ sich nicht lesen: %1</translation>
    </message>
    <message>
        <source>Reading a code from a picture needs Pillow: pip install &apos;onionchat[qr-image]&apos;.</source>
        <translation>Um einen Code aus einem Bild zu lesen, wird Pillow gebraucht: pip install &apos;onionchat[qr-image]&apos;.</translation>
    </message>
    <message>
        <source>The passphrase is wrong.</source>
        <translation>Die Passphrase ist falsch.</translation>
    </message>
    <message>
        <source>Too many wrong passphrases; try again later.</source>
        <translation>Zu viele falsche Passphrasen; versuch es später noch einmal.</translation>
    </message>
    <message>
        <source>Too many wrong passphrases; try again in %1 s.</source>
        <translation>Zu viele falsche Passphrasen; versuch es in %1 s noch einmal.</translation>
    </message>
    <message>
        <source>There is a profile here already; nothing was changed.</source>
        <translation>Hier gibt es schon ein Profil; es wurde nichts verändert.</translation>
    </message>
    <message>
        <source>This profile is in use by another onionchat node.</source>
        <translation>Dieses Profil wird schon von einem anderen Dienst benutzt.</translation>
    </message>
    <message>
        <source>The profile&apos;s database is damaged or belongs to another profile; restore it from a backup.</source>
        <translation>Die Datenbank des Profils ist beschädigt oder gehört zu einem anderen Profil; stelle sie aus einer Sicherung wieder her.</translation>
    </message>
    <message>
        <source>The profile&apos;s key file (keyslot) is damaged; restore it from a backup: no passphrase opens the database without it.</source>
        <translation>Die Schlüsseldatei des Profils (keyslot) ist beschädigt; stelle sie aus einer Sicherung wieder her: Ohne sie öffnet keine Passphrase die Datenbank.</translation>
    </message>
    <message>
        <source>The profile&apos;s database (onionchat.db) is missing; restore it, and the key file, from a backup.</source>
        <translation>Die Datenbank des Profils (onionchat.db) fehlt; stelle sie und die Schlüsseldatei aus einer Sicherung wieder her.</translation>
    </message>
    <message>
        <source>This profile was written by a newer version of onionchat; please update.</source>
        <translation>Dieses Profil stammt von einer neueren Version von onionchat; bitte aktualisiere.</translation>
    </message>
    <message>
        <source>A file of the profile can be read by other users; make it private (chmod 700/600).</source>
        <translation>Andere Benutzer können eine Datei des Profils lesen; mach sie privat (chmod 700/600).</translation>
    </message>
    <message>
        <source>A file of the profile is a link or a device; it was not opened.</source>
        <translation>Eine Datei des Profils ist eine Verknüpfung oder ein Gerät; sie wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>A file of the profile belongs to another user.</source>
        <translation>Eine Datei des Profils gehört einem anderen Benutzer.</translation>
    </message>
    <message>
        <source>The profile&apos;s sockets belong to another user.</source>
        <translation>Die Verbindungen des Profils (sockets) gehören einem anderen Benutzer.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be looked into.</source>
        <translation>In den Ordner %1 kann nicht hineingesehen werden.</translation>
    </message>
    <message>
        <source>A profile&apos;s name has 1 to 64 bytes, no slash and no dot at its beginning.</source>
        <translation>Der Name eines Profils hat 1 bis 64 Bytes, keinen Schrägstrich und keinen Punkt am Anfang.</translation>
    </message>
    <message>
        <source>The passphrase is empty.</source>
        <translation>Die Passphrase ist leer.</translation>
    </message>
    <message>
        <source>The new passphrase is empty.</source>
        <translation>Die neue Passphrase ist leer.</translation>
    </message>
    <message>
        <source>The passphrase is too long.</source>
        <translation>Die Passphrase ist zu lang.</translation>
    </message>
    <message>
        <source>The passphrase is not valid text.</source>
        <translation>Die Passphrase enthält ungültige Zeichen.</translation>
    </message>
    <message>
        <source>The passphrase is not valid UTF-8.</source>
        <translation>Die Passphrase enthält ungültige Zeichen.</translation>
    </message>
    <message>
        <source>A passphrase is one line.</source>
        <translation>Eine Passphrase ist eine Zeile.</translation>
    </message>
    <message>
        <source>A passphrase must have at least %1 characters.</source>
        <translation>Eine Passphrase muss mindestens %1 Zeichen haben.</translation>
    </message>
    <message>
        <source>A passphrase has at most %1 bytes.</source>
        <translation>Eine Passphrase hat höchstens %1 Bytes.</translation>
    </message>
    <message>
        <source>The passphrase was changed by somebody else meanwhile.</source>
        <translation>Die Passphrase wurde inzwischen anderswo geändert.</translation>
    </message>
    <message>
        <source>This is the node of another profile; nothing was destroyed.</source>
        <translation>Das ist der Dienst eines anderen Profils; es wurde nichts vernichtet.</translation>
    </message>
    <message>
        <source>The folder of a backup must be given by its absolute path.</source>
        <translation>Der Ordner einer Sicherung muss mit seinem vollen Pfad angegeben werden.</translation>
    </message>
    <message>
        <source>There is something at that place already; nothing was changed.</source>
        <translation>An dieser Stelle liegt schon etwas; es wurde nichts verändert.</translation>
    </message>
    <message>
        <source>This profile is an older copy; your own messages are being fetched back from the contact first. Try again in a moment.</source>
        <translation>Dieses Profil ist eine ältere Kopie; deine eigenen Nachrichten werden erst vom Kontakt zurückgeholt. Versuch es gleich noch einmal.</translation>
    </message>
    <message>
        <source>This profile is a copy, perhaps an older one: you can write to each contact once it was reached and has given back what is missing here.</source>
        <translation>Dieses Profil ist eine Kopie, vielleicht eine ältere: Du kannst jedem Kontakt schreiben, sobald er erreicht wurde und zurückgegeben hat, was hier fehlt.</translation>
    </message>
    <message>
        <source>This passphrase is guessed at once.</source>
        <translation>Diese Passphrase ist sofort erraten.</translation>
    </message>
    <message>
        <source>This passphrase is guessed within an hour.</source>
        <translation>Diese Passphrase ist in einer Stunde erraten.</translation>
    </message>
    <message>
        <source>This passphrase would stand for some days.</source>
        <translation>Diese Passphrase hielte einige Tage stand.</translation>
    </message>
    <message>
        <source>This passphrase would stand for years.</source>
        <translation>Diese Passphrase hielte Jahre stand.</translation>
    </message>
    <message>
        <source>This passphrase is strong.</source>
        <translation>Diese Passphrase ist stark.</translation>
    </message>
    <message>
        <source>Five or six words drawn by chance would be much stronger.</source>
        <translation>Fünf oder sechs zufällig gezogene Wörter wären viel stärker.</translation>
    </message>
    <message>
        <source>The disk is full: nothing more can be stored, and nothing was lost.</source>
        <translation>Die Festplatte ist voll: Es kann nichts mehr gespeichert werden, und nichts ging verloren.</translation>
    </message>
    <message>
        <source>The disk does not take or give the profile&apos;s data.</source>
        <translation>Die Festplatte nimmt die Daten des Profils nicht an oder gibt sie nicht her.</translation>
    </message>
    <message>
        <source>window.json cannot be read: %1.</source>
        <translation>window.json lässt sich nicht lesen: %1.</translation>
    </message>
    <message>
        <source>window.json cannot be written: %1.</source>
        <translation>window.json lässt sich nicht schreiben: %1.</translation>
    </message>
    <message>
        <source>%1 cannot be used: %2.</source>
        <translation>%1 lässt sich nicht benutzen: %2.</translation>
    </message>
    <message>
        <source>There is not enough memory.</source>
        <translation>Es ist nicht genug Arbeitsspeicher frei.</translation>
    </message>
    <message>
        <source>There is not enough memory to unlock the profile.</source>
        <translation>Es ist nicht genug Arbeitsspeicher frei, um das Profil zu öffnen.</translation>
    </message>
    <message>
        <source>That is not possible just now.</source>
        <translation>Das geht gerade nicht.</translation>
    </message>
    <message>
        <source>It took too long.</source>
        <translation>Es hat zu lange gedauert.</translation>
    </message>
    <message>
        <source>The node is stopping.</source>
        <translation>Der Dienst im Hintergrund hört gerade auf.</translation>
    </message>
    <message>
        <source>The node ended.</source>
        <translation>Der Dienst im Hintergrund hat aufgehört.</translation>
    </message>
    <message>
        <source>The node ended before it answered.</source>
        <translation>Der Dienst im Hintergrund hat aufgehört, bevor er geantwortet hat.</translation>
    </message>
    <message>
        <source>The node does not answer.</source>
        <translation>Der Dienst im Hintergrund antwortet nicht.</translation>
    </message>
    <message>
        <source>The node closed the connection.</source>
        <translation>Der Dienst im Hintergrund hat die Verbindung beendet.</translation>
    </message>
    <message>
        <source>The node cannot be started: %1.</source>
        <translation>Der Dienst im Hintergrund lässt sich nicht starten: %1.</translation>
    </message>
    <message>
        <source>The node did not start within %1 s.</source>
        <translation>Der Dienst im Hintergrund ist nicht innerhalb von %1 s gestartet.</translation>
    </message>
    <message>
        <source>No profile can be made: %1.</source>
        <translation>Es lässt sich kein Profil anlegen: %1.</translation>
    </message>
    <message>
        <source>No profile was made within %1 s.</source>
        <translation>Innerhalb von %1 s wurde kein Profil angelegt.</translation>
    </message>
    <message>
        <source>No profile was made, and the program that makes it has not said why.</source>
        <translation>Es wurde kein Profil angelegt, und das Programm dafür hat nicht gesagt, warum.</translation>
    </message>
    <message>
        <source>The node ended at once; %1 may say why.</source>
        <translation>Der Dienst im Hintergrund hat gleich wieder aufgehört; vielleicht steht in %1, warum.</translation>
    </message>
    <message>
        <source>The node cannot be reached: %1.</source>
        <translation>Der Dienst im Hintergrund ist nicht erreichbar: %1.</translation>
    </message>
    <message>
        <source>The notifications were not read fast enough, so the node closed the connection.</source>
        <translation>Das Fenster kam nicht hinterher, deshalb hat der Dienst im Hintergrund die Verbindung beendet.</translation>
    </message>
    <message>
        <source>The setting was stored, but: %1</source>
        <translation>Die Einstellung wurde gespeichert, aber: %1</translation>
    </message>
    <message>
        <source>The picture could not be read in time.</source>
        <translation>Das Bild ließ sich nicht rechtzeitig lesen.</translation>
    </message>
    <message>
        <source>The program that reads pictures could not be started.</source>
        <translation>Das Programm, das Bilder liest, ließ sich nicht starten.</translation>
    </message>
    <message>
        <source>%1 in the profile&apos;s folder is damaged.</source>
        <translation>%1 im Ordner des Profils ist beschädigt.</translation>
    </message>
    <message>
        <source>The profile was not destroyed: its disk does not answer.</source>
        <translation>Das Profil wurde nicht vernichtet: Seine Festplatte antwortet nicht.</translation>
    </message>
    <message>
        <source>Nothing was destroyed: %1.</source>
        <translation>Es wurde nichts vernichtet: %1.</translation>
    </message>
    <message>
        <source>Your answer has not arrived there yet: the other device is not online, or its request was taken back.</source>
        <translation>Deine Antwort ist dort noch nicht angekommen: Das andere Gerät ist nicht online, oder seine Anfrage wurde zurückgenommen.</translation>
    </message>
    <message>
        <source>The other device is not online.</source>
        <translation>Das andere Gerät ist nicht online.</translation>
    </message>
    <message>
        <source>The other device has just gone off, or is not ready yet.</source>
        <translation>Das andere Gerät ist gerade weggegangen oder noch nicht bereit.</translation>
    </message>
    <message>
        <source>The other device does not let this one in.</source>
        <translation>Das andere Gerät lässt dieses nicht herein.</translation>
    </message>
    <message>
        <source>The other device cannot be reached now.</source>
        <translation>Das andere Gerät ist jetzt nicht erreichbar.</translation>
    </message>
    <message>
        <source>The other device cannot be reached just now.</source>
        <translation>Das andere Gerät ist gerade nicht erreichbar.</translation>
    </message>
    <message>
        <source>Tor is not ready.</source>
        <translation>Tor ist nicht bereit.</translation>
    </message>
    <message>
        <source>The connection broke; it is made anew.</source>
        <translation>Die Verbindung ist abgerissen; sie wird neu aufgebaut.</translation>
    </message>
    <message>
        <source>The maker of the link cannot be reached: not online just now, or the link was used by somebody else, revoked, or has expired. `cancel` takes your request back.</source>
        <translation>Wer den Link erstellt hat, ist nicht erreichbar: gerade nicht online, oder der Link wurde von jemand anderem benutzt, zurückgezogen oder ist abgelaufen. Du kannst deine Anfrage zurücknehmen.</translation>
    </message>
    <message>
        <source>The other node speaks another version of the protocol; one of you has to update.</source>
        <translation>Auf der anderen Seite läuft eine andere Version von onionchat; eine von beiden muss aktualisiert werden.</translation>
    </message>
    <message>
        <source>The other node uses something that only a newer onionchat understands; update this.</source>
        <translation>Die andere Seite benutzt etwas, das nur ein neueres onionchat versteht; aktualisiere dieses.</translation>
    </message>
    <message>
        <source>A device of this contact signed two different messages for one place. Its key may be in somebody else&apos;s hands: the contact is marked as compromised.</source>
        <translation>Ein Gerät dieses Kontakts hat zwei verschiedene Nachrichten für dieselbe Stelle unterschrieben. Vielleicht hat jemand anders seinen Schlüssel: Der Kontakt gilt jetzt als gefährdet.</translation>
    </message>
    <message>
        <source>A device of yours was put out of your account; all your contacts are told, and the addresses of this device are new.</source>
        <translation>Ein Gerät von dir wurde aus deinem Konto ausgeschlossen; alle deine Kontakte erfahren es, und die Adressen dieses Geräts sind neu.</translation>
    </message>
    <message>
        <source>One of your other devices tried to put out a device that is senior to it, in vain. It may be in somebody else&apos;s hands: revoke it.</source>
        <translation>Eines deiner anderen Geräte wollte ein Gerät ausschließen, das älter ist als es selbst, vergeblich. Vielleicht hat es jemand anders: Schließe es aus.</translation>
    </message>
    <message>
        <source>A device of this contact tried to put out a device that is senior to it. It may be in somebody else&apos;s hands: the contact is marked as compromised.</source>
        <translation>Ein Gerät dieses Kontakts wollte ein Gerät ausschließen, das älter ist als es selbst. Vielleicht hat es jemand anders: Der Kontakt gilt jetzt als gefährdet.</translation>
    </message>
    <message>
        <source>This contact has added a device, which reads what you write from now on. If that is a surprise, ask the person.</source>
        <translation>Dieser Kontakt hat ein Gerät hinzugefügt, das ab jetzt mitliest, was du schreibst. Wenn dich das wundert, frage nach.</translation>
    </message>
    <message>
        <source>This contact has removed a device: it gets nothing from you any more.</source>
        <translation>Dieser Kontakt hat ein Gerät entfernt: Es bekommt nichts mehr von dir.</translation>
    </message>
    <message>
        <source>Device %1 of this contact signed two different messages for one place, as was seen on %2: somebody else may have its key.</source>
        <translation>Gerät %1 dieses Kontakts hat zwei verschiedene Nachrichten für dieselbe Stelle unterschrieben, gesehen am %2: Vielleicht hat jemand anders seinen Schlüssel.</translation>
    </message>
    <message>
        <source>Device %1 of this contact signed two different messages for one place, as was seen on %2: somebody else may have its key. The contact has removed that device since.</source>
        <translation>Gerät %1 dieses Kontakts hat zwei verschiedene Nachrichten für dieselbe Stelle unterschrieben, gesehen am %2: Vielleicht hat jemand anders seinen Schlüssel. Der Kontakt hat dieses Gerät inzwischen entfernt.</translation>
    </message>
    <message>
        <source>Device %1 of this contact tried to put out a device that is senior to it, as was seen on %2: somebody else may have it.</source>
        <translation>Gerät %1 dieses Kontakts wollte ein Gerät ausschließen, das älter ist als es selbst, gesehen am %2: Vielleicht hat es jemand anders.</translation>
    </message>
    <message>
        <source>Device %1 of this contact tried to put out a device that is senior to it, as was seen on %2: somebody else may have it. The contact has removed that device since.</source>
        <translation>Gerät %1 dieses Kontakts wollte ein Gerät ausschließen, das älter ist als es selbst, gesehen am %2: Vielleicht hat es jemand anders. Der Kontakt hat dieses Gerät inzwischen entfernt.</translation>
    </message>
    <message>
        <source>You marked this contact as compromised, here or on another device of yours.</source>
        <translation>Du hast diesen Kontakt als gefährdet markiert, hier oder auf einem anderen deiner Geräte.</translation>
    </message>
    <message>
        <source>This contact is compromised: somebody else may have its keys, and read what you write. Nothing was sent.</source>
        <translation>Dieser Kontakt ist gefährdet: Vielleicht hat jemand anders seine Schlüssel und liest, was du schreibst. Es wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>Something was written in this device&apos;s name that was not written here: this profile was moved back in time, or a copy of it is in use. If you have not put a backup or a snapshot in its place, somebody else has it: tell your contacts by another way, and become contacts anew.</source>
        <translation>Im Namen dieses Geräts wurde etwas geschrieben, das nicht hier geschrieben wurde: Entweder wurde dieses Profil in der Zeit zurückversetzt, oder eine Kopie davon ist in Gebrauch. Wenn du keine Sicherung und keinen Schnappschuss an seine Stelle gesetzt hast, hat jemand anderes das Profil: Sag es deinen Kontakten auf einem anderen Weg, und werdet neu Kontakte.</translation>
    </message>
    <message>
        <source>Two copies of this profile have written to this contact. It cannot take what this one writes any more; become contacts anew by an invite.</source>
        <translation>Zwei Kopien dieses Profils haben diesem Kontakt geschrieben. Von dieser nimmt er nichts mehr an; werdet über eine Einladung neu Kontakte.</translation>
    </message>
    <message>
        <source>This profile was moved back in time. What you had written to this contact since then was put behind what it has: %1 messages.</source>
        <translation>Dieses Profil wurde auf einen alten Stand zurückgesetzt. Was du diesem Kontakt seitdem geschrieben hattest, wurde hinten angefügt: %1 Nachrichten.</translation>
    </message>
    <message>
        <source>The author&apos;s clock is ahead of this computer&apos;s.</source>
        <translation>Die Uhr der anderen Seite geht gegenüber dieser vor.</translation>
    </message>
    <message>
        <source>A newer version of onionchat is needed to show this.</source>
        <translation>Um das zu zeigen, ist eine neuere Version von onionchat nötig.</translation>
    </message>
    <message>
        <source>The text was deleted.</source>
        <translation>Der Text wurde gelöscht.</translation>
    </message>
    <message>
        <source>The author has deleted this for everyone.</source>
        <translation>Wer das geschrieben hat, hat es für alle gelöscht.</translation>
    </message>
    <message>
        <source>The author asked everybody to delete this.</source>
        <translation>Wer das geschrieben hat, hat alle gebeten, es zu löschen.</translation>
    </message>
    <message>
        <source>You deleted this and asked for it to be deleted everywhere.</source>
        <translation>Du hast das gelöscht und darum gebeten, es überall zu löschen.</translation>
    </message>
    <message>
        <source>You deleted this; the request to delete it has arrived.</source>
        <translation>Du hast das gelöscht; die Bitte, es zu löschen, ist angekommen.</translation>
    </message>
    <message>
        <source>That message is not here.</source>
        <translation>Diese Nachricht ist nicht hier.</translation>
    </message>
    <message>
        <source>The other side broke the protocol; the connection was closed.</source>
        <translation>Die andere Seite hat sich nicht an die Regeln gehalten; die Verbindung wurde beendet.</translation>
    </message>
    <message>
        <source>The other side sent something that cannot be decoded.</source>
        <translation>Die andere Seite hat etwas Unlesbares geschickt.</translation>
    </message>
    <message>
        <source>The other side sent something too large.</source>
        <translation>Die andere Seite hat etwas zu Großes geschickt.</translation>
    </message>
    <message>
        <source>The other side could not prove who it is.</source>
        <translation>Die andere Seite konnte nicht beweisen, wer sie ist.</translation>
    </message>
    <message>
        <source>A record was altered on its way.</source>
        <translation>Unterwegs wurde etwas verändert.</translation>
    </message>
    <message>
        <source>A signature does not match.</source>
        <translation>Eine Unterschrift stimmt nicht.</translation>
    </message>
    <message>
        <source>A device signed two different entries for one position; it may be compromised.</source>
        <translation>Ein Gerät hat zwei verschiedene Einträge für dieselbe Stelle unterschrieben; vielleicht ist es gefährdet.</translation>
    </message>
    <message>
        <source>The other side sent a message out of turn.</source>
        <translation>Die andere Seite hat etwas geschickt, das nicht an der Reihe war.</translation>
    </message>
    <message>
        <source>The other side sent too much.</source>
        <translation>Die andere Seite hat zu viel geschickt.</translation>
    </message>
    <message>
        <source>Somebody tampered with the connection: it was made with an older version.</source>
        <translation>Jemand hat die Verbindung manipuliert: Sie wurde mit einer älteren Version aufgebaut.</translation>
    </message>
    <message>
        <source>The database is sound.</source>
        <translation>Die Datenbank ist heil.</translation>
    </message>
    <message>
        <source>The database is damaged: restore a backup.</source>
        <translation>Die Datenbank ist beschädigt: Stelle eine Sicherung wieder her.</translation>
    </message>
    <message>
        <source>%1 MiB are free for the profile.</source>
        <translation>%1 MiB sind für das Profil frei.</translation>
    </message>
    <message>
        <source>Neither Tor nor what contacts write speaks against it.</source>
        <translation>Weder Tor noch was Kontakte schreiben spricht dagegen.</translation>
    </message>
    <message>
        <source>%1 layer-2 guards are kept over restarts.</source>
        <translation>%1 Wächter der zweiten Schicht bleiben über Neustarts hinweg.</translation>
    </message>
    <message>
        <source>The joined tor chooses its own layer-2 guards.</source>
        <translation>Das mitbenutzte Tor wählt seine Wächter der zweiten Schicht selbst.</translation>
    </message>
    <message>
        <source>No layer-2 guards are kept: the Tor network is too small, or not known yet.</source>
        <translation>Es bleiben keine Wächter der zweiten Schicht: Das Tor-Netz ist zu klein oder noch nicht bekannt.</translation>
    </message>
    <message>
        <source>Nothing waits to be delivered.</source>
        <translation>Nichts wartet auf Zustellung.</translation>
    </message>
    <message>
        <source>1 message waits for its contact&apos;s device.</source>
        <translation>1 Nachricht wartet auf das Gerät ihres Kontakts.</translation>
    </message>
    <message>
        <source>%1 messages wait for their contacts&apos; devices.</source>
        <translation>%1 Nachrichten warten auf die Geräte ihrer Kontakte.</translation>
    </message>
    <message>
        <source>This is a top-10 common password.</source>
        <translation>Das ist eines der zehn häufigsten Passwörter.</translation>
    </message>
    <message>
        <source>This is a top-100 common password.</source>
        <translation>Das ist eines der hundert häufigsten Passwörter.</translation>
    </message>
    <message>
        <source>This is a very common password.</source>
        <translation>Das ist ein sehr häufiges Passwort.</translation>
    </message>
    <message>
        <source>This is similar to a commonly used password.</source>
        <translation>Das ähnelt einem häufigen Passwort.</translation>
    </message>
    <message>
        <source>A word by itself is easy to guess.</source>
        <translation>Ein einzelnes Wort ist leicht zu erraten.</translation>
    </message>
    <message>
        <source>Names and surnames by themselves are easy to guess.</source>
        <translation>Namen allein sind leicht zu erraten.</translation>
    </message>
    <message>
        <source>Common names and surnames are easy to guess.</source>
        <translation>Häufige Namen sind leicht zu erraten.</translation>
    </message>
    <message>
        <source>Straight rows of keys are easy to guess.</source>
        <translation>Tasten in einer Reihe sind leicht zu erraten.</translation>
    </message>
    <message>
        <source>Short keyboard patterns are easy to guess.</source>
        <translation>Kurze Muster auf der Tastatur sind leicht zu erraten.</translation>
    </message>
    <message>
        <source>Repeats like &quot;aaa&quot; are easy to guess.</source>
        <translation>Wiederholungen wie „aaa“ sind leicht zu erraten.</translation>
    </message>
    <message>
        <source>Repeats like &quot;abcabcabc&quot; are only slightly harder to guess than &quot;abc&quot;.</source>
        <translation>Wiederholungen wie „abcabcabc“ sind kaum schwerer zu erraten als „abc“.</translation>
    </message>
    <message>
        <source>Sequences like &quot;abc&quot; or &quot;6543&quot; are easy to guess.</source>
        <translation>Folgen wie „abc“ oder „6543“ sind leicht zu erraten.</translation>
    </message>
    <message>
        <source>Recent years are easy to guess.</source>
        <translation>Jahreszahlen der letzten Zeit sind leicht zu erraten.</translation>
    </message>
    <message>
        <source>Dates are often easy to guess.</source>
        <translation>Daten sind oft leicht zu erraten.</translation>
    </message>
    <message>
        <source>%1 has filled all that one contact may fill of this disk (%2 GiB): nothing more of it is taken. What you write still goes out; `block` or `remove` ends it.</source>
        <translation>%1 hat alles belegt, was ein Kontakt von dieser Festplatte belegen darf (%2 GiB): Es wird nichts mehr angenommen. Was du schreibst, geht weiter hinaus; blockieren oder entfernen beendet es.</translation>
    </message>
    <message>
        <source>%1 has sent more than a contact&apos;s share of a day (%2 MiB): nothing more of it is taken until %3 UTC, then it comes by itself. What you write still goes out.</source>
        <translation>%1 hat mehr geschickt als den Anteil eines Kontakts für einen Tag (%2 MiB): Bis %3 UTC wird nichts mehr angenommen, danach kommt es von selbst. Was du schreibst, geht weiter hinaus.</translation>
    </message>
    <message>
        <source>The clock of %1 seems to be wrong: it is about %2 %3.</source>
        <translation>Die Uhr von %1 scheint falsch zu gehen: etwa %2 %3.</translation>
    </message>
    <message>
        <source>Your clock or that of %1 is wrong: yours is about %2 %3.</source>
        <translation>Deine Uhr oder die von %1 geht falsch: deine etwa %2 %3.</translation>
    </message>
    <message>
        <source>ahead</source>
        <translation>vor</translation>
    </message>
    <message>
        <source>behind</source>
        <translation>nach</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 Stunde</translation>
    </message>
    <message>
        <source>%1 hours</source>
        <translation>%1 Stunden</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 Tage</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>mindestens %1</translation>
    </message>
    <message>
        <source>The message</source>
        <translation>Die Nachricht</translation>
    </message>
    <message>
        <source>The greeting</source>
        <translation>Der Gruß</translation>
    </message>
    <message>
        <source>Tor does not work here.</source>
        <translation>Tor funktioniert hier nicht.</translation>
    </message>
    <message>
        <source>No tor program was found; install the package `tor`, or name one with --tor.</source>
        <translation>Es wurde kein Programm tor gefunden; installiere das Paket „tor“ oder nenne eines mit --tor.</translation>
    </message>
    <message>
        <source>The tor program that was named (--tor or ONIONCHAT_TOR) is not there or cannot be run.</source>
        <translation>Das angegebene Programm tor (--tor oder ONIONCHAT_TOR) gibt es nicht, oder es lässt sich nicht ausführen.</translation>
    </message>
    <message>
        <source>This tor is too old; version 0.4.7 or newer is needed.</source>
        <translation>Dieses Tor ist zu alt; es muss Version 0.4.7 oder neuer sein.</translation>
    </message>
    <message>
        <source>Tor cannot reach its network.</source>
        <translation>Tor erreicht sein Netz nicht.</translation>
    </message>
    <message>
        <source>A program for these bridges is missing.</source>
        <translation>Ein Programm für diese Brücken fehlt.</translation>
    </message>
    <message>
        <source>%1 bridges need the program %2, which was not found.</source>
        <translation>Brücken der Art %1 brauchen das Programm %2, das nicht gefunden wurde.</translation>
    </message>
    <message>
        <source>Tor is not running.</source>
        <translation>Tor läuft nicht.</translation>
    </message>
    <message>
        <source>Tor has not been started yet.</source>
        <translation>Tor wurde noch nicht gestartet.</translation>
    </message>
    <message>
        <source>Starting Tor.</source>
        <translation>Tor wird gestartet.</translation>
    </message>
    <message>
        <source>Joining the Tor that runs here.</source>
        <translation>Das Tor, das hier läuft, wird mitbenutzt.</translation>
    </message>
    <message>
        <source>Connecting to Tor.</source>
        <translation>Verbindung zu Tor wird aufgebaut.</translation>
    </message>
    <message>
        <source>Connecting to Tor: %1 % (%2).</source>
        <translation>Verbindung zu Tor: %1 % (%2).</translation>
    </message>
    <message>
        <source>Connected to Tor.</source>
        <translation>Mit Tor verbunden.</translation>
    </message>
    <message>
        <source>Waiting for a path through Tor.</source>
        <translation>Es wird auf einen Weg durch Tor gewartet.</translation>
    </message>
    <message>
        <source>The connection to the Tor network has broken; Tor tries to get it back.</source>
        <translation>Die Verbindung zum Tor-Netz ist abgerissen; Tor versucht, sie wiederzubekommen.</translation>
    </message>
    <message>
        <source>Tor does not answer; if that goes on, it is started anew.</source>
        <translation>Tor antwortet nicht; bleibt das so, wird es neu gestartet.</translation>
    </message>
    <message>
        <source>The ways by which others reach this device have broken; Tor builds new ones.</source>
        <translation>Die Wege, auf denen andere dieses Gerät erreichen, sind abgerissen; Tor baut neue.</translation>
    </message>
    <message>
        <source>Tor is up; your onion is being published.</source>
        <translation>Tor ist verbunden; deine Adresse wird gerade bekannt gemacht.</translation>
    </message>
    <message>
        <source>Tor&apos;s directories do not take the announcement of this device. If its clock was ahead before, they will once that time has come, three hours from now at most; until then this device calls its contacts.</source>
        <translation>Die Verzeichnisse von Tor nehmen die Adresse dieses Geräts nicht an. Ging seine Uhr vorher vor, tun sie es, sobald jene Zeit gekommen ist, spätestens in drei Stunden; bis dahin meldet sich dieses Gerät bei seinen Kontakten.</translation>
    </message>
    <message>
        <source>A test call to this device did not get through; Tor is being repaired.</source>
        <translation>Ein Testanruf bei diesem Gerät kam nicht durch; Tor wird repariert.</translation>
    </message>
    <message>
        <source>Tor is just being started; try again in a moment.</source>
        <translation>Tor wird gerade gestartet; versuch es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Tor ended unexpectedly; it is started again.</source>
        <translation>Tor hat unerwartet aufgehört; es wird neu gestartet.</translation>
    </message>
    <message>
        <source>Tor did not start.</source>
        <translation>Tor ist nicht gestartet.</translation>
    </message>
    <message>
        <source>Tor did not start: %1</source>
        <translation>Tor ist nicht gestartet: %1</translation>
    </message>
    <message>
        <source>The tor program cannot be started.</source>
        <translation>Das Programm tor lässt sich nicht starten.</translation>
    </message>
    <message>
        <source>The program named as tor does not say a Tor version.</source>
        <translation>Das als tor angegebene Programm nennt keine Version von Tor.</translation>
    </message>
    <message>
        <source>No Tor listens at the control address given.</source>
        <translation>Unter der angegebenen Adresse ist kein Tor zu erreichen.</translation>
    </message>
    <message>
        <source>Tor does not let this node control it (authentication failed).</source>
        <translation>Tor lässt sich von diesem Dienst nicht steuern (Anmeldung fehlgeschlagen).</translation>
    </message>
    <message>
        <source>Tor does not answer on its control connection.</source>
        <translation>Tor antwortet auf seiner Steuerverbindung nicht.</translation>
    </message>
    <message>
        <source>The control connection to Tor is closed.</source>
        <translation>Die Steuerverbindung zu Tor ist geschlossen.</translation>
    </message>
    <message>
        <source>The Tor that runs has no SOCKS port.</source>
        <translation>Das laufende Tor hat keinen SOCKS-Port.</translation>
    </message>
    <message>
        <source>The Tor that was joined does not tell this node what happens.</source>
        <translation>Das mitbenutzte Tor sagt diesem Dienst nicht, was geschieht.</translation>
    </message>
    <message>
        <source>Tor runs on another machine: name the address where it can reach this one (setting onion-listen).</source>
        <translation>Tor läuft auf einem anderen Rechner: Nenne die Adresse, unter der es diesen erreicht (Einstellung onion-listen).</translation>
    </message>
    <message>
        <source>Tor has to run on this machine or its private network.</source>
        <translation>Tor muss auf diesem Rechner oder in seinem privaten Netz laufen.</translation>
    </message>
    <message>
        <source>A Tor address is unix:/path or IP-address:port.</source>
        <translation>Eine Adresse von Tor hat die Form unix:/pfad oder IP-Adresse:Port.</translation>
    </message>
    <message>
        <source>Tor did not take the second layer of guards.</source>
        <translation>Tor hat die zweite Schicht von Wächtern nicht angenommen.</translation>
    </message>
    <message>
        <source>The network does not seem to work.</source>
        <translation>Das Netz scheint nicht zu funktionieren.</translation>
    </message>
    <message>
        <source>There is no network connection.</source>
        <translation>Es gibt keine Netzverbindung.</translation>
    </message>
    <message>
        <source>The bridges do not answer; try other ones.</source>
        <translation>Die Brücken antworten nicht; versuch es mit anderen.</translation>
    </message>
    <message>
        <source>The network seems to block Tor; a bridge may help.</source>
        <translation>Das Netz scheint Tor zu sperren; eine Brücke kann helfen.</translation>
    </message>
    <message>
        <source>This computer&apos;s clock seems wrong; Tor needs it right within hours.</source>
        <translation>Die Uhr dieses Computers scheint falsch zu gehen; für Tor muss sie auf Stunden genau stimmen.</translation>
    </message>
    <message>
        <source>This computer&apos;s clock seems wrong.</source>
        <translation>Die Uhr dieses Computers scheint falsch zu gehen.</translation>
    </message>
    <message>
        <source>This computer&apos;s clock seems to be far %1; Tor needs it right.</source>
        <translation>Die Uhr dieses Computers scheint weit %1; für Tor muss sie stimmen.</translation>
    </message>
    <message>
        <source>This computer&apos;s clock is %1 %2; Tor needs it right.</source>
        <translation>Die Uhr dieses Computers geht %1 %2; für Tor muss sie stimmen.</translation>
    </message>
    <message>
        <source>This computer&apos;s clock seems to be wrong: it is about %1 %2, compared with those of %3 contacts.</source>
        <translation>Die Uhr dieses Computers scheint falsch zu gehen: etwa %1 %2, verglichen mit denen von %3 Kontakten.</translation>
    </message>
    <message>
        <source>Install the package tor, or say where the program is.</source>
        <translation>Installiere das Paket tor oder sag, wo das Programm liegt.</translation>
    </message>
    <message>
        <source>Update tor.</source>
        <translation>Aktualisiere tor.</translation>
    </message>
    <message>
        <source>It is tried again by itself; `doctor` and the log say more.</source>
        <translation>Es wird von selbst wieder versucht; mehr steht im Protokoll.</translation>
    </message>
    <message>
        <source>Set this computer&apos;s date, time and time zone right.</source>
        <translation>Stell Datum, Uhrzeit und Zeitzone dieses Computers richtig.</translation>
    </message>
    <message>
        <source>Look after the network connection; Tor goes on by itself then.</source>
        <translation>Sieh nach der Netzverbindung; Tor macht dann von selbst weiter.</translation>
    </message>
    <message>
        <source>Ask for bridges (by the Tor project&apos;s web page, e-mail or a friend) and add them; a café&apos;s or hotel&apos;s network may want you to log in first.</source>
        <translation>Bitte um Brücken (über die Webseite des Tor-Projekts, per E-Mail oder bei Freunden) und trage sie ein; im Netz eines Cafés oder Hotels musst du dich vielleicht erst anmelden.</translation>
    </message>
    <message>
        <source>Ask for bridges (by the Tor project&apos;s web page, e-mail or a friend) and add them, or another kind of them.</source>
        <translation>Bitte um Brücken (über die Webseite des Tor-Projekts, per E-Mail oder bei Freunden) und trage sie ein, vielleicht von anderer Art.</translation>
    </message>
    <message>
        <source>Wait some minutes. If it lasts: ask for bridges (by the Tor project&apos;s web page, e-mail or a friend) and add them.</source>
        <translation>Warte ein paar Minuten. Wenn es so bleibt: Bitte um Brücken (über die Webseite des Tor-Projekts, per E-Mail oder bei Freunden) und trage sie ein.</translation>
    </message>
    <message>
        <source>Look whether this computer&apos;s clock is right; it is tried again by itself.</source>
        <translation>Sieh nach, ob die Uhr dieses Computers stimmt; es wird von selbst wieder versucht.</translation>
    </message>
    <message>
        <source>Nothing need be done.</source>
        <translation>Es ist nichts zu tun.</translation>
    </message>
    <message>
        <source>`doctor` and the log may say more.</source>
        <translation>Vielleicht steht im Protokoll mehr.</translation>
    </message>
    <message>
        <source>It is connected.</source>
        <translation>Sie ist verbunden.</translation>
    </message>
    <message>
        <source>It has answered before; Tor uses another one now.</source>
        <translation>Sie hat schon geantwortet; Tor benutzt jetzt eine andere.</translation>
    </message>
    <message>
        <source>Tor has not tried it yet.</source>
        <translation>Tor hat sie noch nicht ausprobiert.</translation>
    </message>
    <message>
        <source>It does not answer.</source>
        <translation>Sie antwortet nicht.</translation>
    </message>
    <message>
        <source>Nothing is known of it.</source>
        <translation>Über sie ist nichts bekannt.</translation>
    </message>
    <message>
        <source>This line can be used.</source>
        <translation>Diese Zeile ist brauchbar.</translation>
    </message>
    <message>
        <source>A bridge line is too long.</source>
        <translation>Eine Zeile ist zu lang für eine Brücke.</translation>
    </message>
    <message>
        <source>A bridge line has characters that it may not have.</source>
        <translation>In der Zeile einer Brücke stehen Zeichen, die dort nicht stehen dürfen.</translation>
    </message>
    <message>
        <source>A bridge line needs an IP address and port.</source>
        <translation>Die Zeile einer Brücke braucht IP-Adresse und Port.</translation>
    </message>
    <message>
        <source>A bridge without a transport takes no arguments.</source>
        <translation>Eine Brücke ohne Übertragungsart hat keine weiteren Angaben.</translation>
    </message>
    <message>
        <source>A bridge line&apos;s arguments have the form name=value.</source>
        <translation>Die Angaben einer Brücke haben die Form Name=Wert.</translation>
    </message>
    <message>
        <source>An obfs4 bridge needs its cert= argument.</source>
        <translation>Eine obfs4-Brücke braucht ihre Angabe cert=.</translation>
    </message>
    <message>
        <source>At most %1 bridges can be used.</source>
        <translation>Es lassen sich höchstens %1 Brücken benutzen.</translation>
    </message>
    <message>
        <source>A bridge line names an unknown transport; known are %1.</source>
        <translation>Die Zeile nennt eine unbekannte Übertragungsart; bekannt sind %1.</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Connecting to pluggable transport</source>
        <translation>Brücke: Programm wird gestartet</translation>
    </message>
    <message>
        <source>Connected to pluggable transport</source>
        <translation>Brücke: Programm läuft</translation>
    </message>
    <message>
        <source>Connecting to proxy</source>
        <translation>Verbindung zum Proxy</translation>
    </message>
    <message>
        <source>Connected to proxy</source>
        <translation>mit dem Proxy verbunden</translation>
    </message>
    <message>
        <source>Connecting to a relay</source>
        <translation>Verbindung zu einem Server von Tor</translation>
    </message>
    <message>
        <source>Connected to a relay</source>
        <translation>mit einem Server von Tor verbunden</translation>
    </message>
    <message>
        <source>Handshaking with a relay</source>
        <translation>Begrüßung mit einem Server von Tor</translation>
    </message>
    <message>
        <source>Handshake with a relay done</source>
        <translation>Begrüßung mit einem Server von Tor fertig</translation>
    </message>
    <message>
        <source>Establishing an encrypted directory connection</source>
        <translation>verschlüsselte Verbindung zum Verzeichnis</translation>
    </message>
    <message>
        <source>Asking for networkstatus consensus</source>
        <translation>Frage nach der Liste der Server</translation>
    </message>
    <message>
        <source>Loading networkstatus consensus</source>
        <translation>die Liste der Server wird geladen</translation>
    </message>
    <message>
        <source>Loading authority key certs</source>
        <translation>Schlüssel der Verzeichnisse werden geladen</translation>
    </message>
    <message>
        <source>Asking for relay descriptors</source>
        <translation>Frage nach den Angaben zu den Servern</translation>
    </message>
    <message>
        <source>Loading relay descriptors</source>
        <translation>Angaben zu den Servern werden geladen</translation>
    </message>
    <message>
        <source>Loaded enough directory info to build circuits</source>
        <translation>genug geladen, um Wege zu bauen</translation>
    </message>
    <message>
        <source>Connecting to pluggable transport to build circuits</source>
        <translation>Brücke: Programm wird gestartet, um Wege zu bauen</translation>
    </message>
    <message>
        <source>Connected to pluggable transport to build circuits</source>
        <translation>Brücke: Programm läuft, um Wege zu bauen</translation>
    </message>
    <message>
        <source>Connecting to proxy to build circuits</source>
        <translation>Verbindung zum Proxy, um Wege zu bauen</translation>
    </message>
    <message>
        <source>Connected to proxy to build circuits</source>
        <translation>mit dem Proxy verbunden, um Wege zu bauen</translation>
    </message>
    <message>
        <source>Connecting to a relay to build circuits</source>
        <translation>Verbindung zu einem Server, um Wege zu bauen</translation>
    </message>
    <message>
        <source>Connected to a relay to build circuits</source>
        <translation>mit einem Server verbunden, um Wege zu bauen</translation>
    </message>
    <message>
        <source>Finishing handshake with a relay to build circuits</source>
        <translation>Begrüßung mit einem Server wird beendet</translation>
    </message>
    <message>
        <source>Handshake finished with a relay to build circuits</source>
        <translation>Begrüßung mit einem Server fertig</translation>
    </message>
    <message>
        <source>Establishing a Tor circuit</source>
        <translation>ein Weg durch Tor wird gebaut</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>fertig</translation>
    </message>
</context>
<context>
    <name>pages</name>
    <message>
        <source>This page is not there yet.</source>
        <translation>Diese Seite gibt es noch nicht.</translation>
    </message>
</context>
<context>
    <name>questions</name>
    <message>
        <source>Block %1?</source>
        <translation>%1 blockieren?</translation>
    </message>
    <message>
        <source>This contact can then neither reach you nor see whether you are online. Your messages stay here. You can undo it.</source>
        <translation>Dieser Kontakt kann dich dann weder erreichen noch sehen, ob du online bist. Deine Nachrichten bleiben hier. Du kannst es rückgängig machen.</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Take back the request to %1?</source>
        <translation>Die Anfrage an %1 zurücknehmen?</translation>
    </message>
    <message>
        <source>Your request and what you wrote so far are deleted.</source>
        <translation>Deine Anfrage und was du bisher geschrieben hast, werden gelöscht.</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>%1 entfernen?</translation>
    </message>
    <message>
        <source>This deletes, for good, all messages with this contact on this device, the keys, and the name that you gave. The contact keeps its own copy of the messages and cannot reach you any more. Backups are not changed.</source>
        <translation>Das löscht endgültig alle Nachrichten mit diesem Kontakt auf diesem Gerät, die Schlüssel und den Namen, den du vergeben hast. Der Kontakt behält seine Kopie der Nachrichten und kann dich nicht mehr erreichen. Sicherungen werden nicht verändert.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>“Delete here”: it goes from this device and your own other devices, for good.</source>
        <translation>„Hier löschen“: Sie verschwindet endgültig von diesem Gerät und deinen anderen Geräten.</translation>
    </message>
    <message>
        <source>%1 keeps it and is not told.</source>
        <translation>%1 behält sie und erfährt nichts davon.</translation>
    </message>
    <message>
        <source>No device of %1 has it yet: it is not sent any more.</source>
        <translation>Noch kein Gerät von %1 hat sie: Sie wird nicht mehr gesendet.</translation>
    </message>
    <message>
        <source>“Delete everywhere”: the devices of %1 are asked to delete it, too. Whoever has copied it keeps it, and a program may refuse.</source>
        <translation>„Überall löschen“: Auch die Geräte von %1 werden gebeten, sie zu löschen. Wer sie kopiert hat, behält sie, und ein Programm kann sich weigern.</translation>
    </message>
    <message>
        <source>Delete this message?</source>
        <translation>Diese Nachricht löschen?</translation>
    </message>
    <message>
        <source>Delete here</source>
        <translation>Hier löschen</translation>
    </message>
    <message>
        <source>Delete everywhere</source>
        <translation>Überall löschen</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>%1 wurde entfernt.</translation>
    </message>
</context>
<context>
    <name>remarks</name>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>You: from here on messages disappear %1 after they were seen.</source>
        <translation>Du: Ab hier verschwinden Nachrichten %1 nach dem Lesen.</translation>
    </message>
    <message>
        <source>You: from here on messages stay.</source>
        <translation>Du: Ab hier bleiben Nachrichten stehen.</translation>
    </message>
    <message>
        <source>%2: from here on messages disappear %1 after they were seen.</source>
        <translation>%2: Ab hier verschwinden Nachrichten %1 nach dem Lesen.</translation>
    </message>
    <message>
        <source>%2: from here on messages stay.</source>
        <translation>%2: Ab hier bleiben Nachrichten stehen.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation>%1 T</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 Std</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 Min</translation>
    </message>
    <message>
        <source>disappears %1</source>
        <translation>verschwindet %1</translation>
    </message>
    <message>
        <source>disappears %1 after it was delivered</source>
        <translation>verschwindet %1 nach der Zustellung</translation>
    </message>
    <message>
        <source>disappears %1 after it was seen</source>
        <translation>verschwindet %1 nach dem Lesen</translation>
    </message>
    <message>
        <source>in answer to “%1”</source>
        <translation>als Antwort auf „%1“</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>bearbeitet</translation>
    </message>
    <message>
        <source>you reacted with %1</source>
        <translation>du hast mit %1 reagiert</translation>
    </message>
    <message>
        <source>%2 reacted with %1</source>
        <translation>%2 hat mit %1 reagiert</translation>
    </message>
</context>
<context>
    <name>sentences</name>
    <message>
        <source>The service in the background is not running. Open the profile again.</source>
        <translation>Der Dienst im Hintergrund läuft nicht. Öffne das Profil noch einmal.</translation>
    </message>
    <message>
        <source>The service in the background waits for the passphrase.</source>
        <translation>Der Dienst im Hintergrund wartet auf die Passphrase.</translation>
    </message>
    <message>
        <source>There is no profile here yet.</source>
        <translation>Hier gibt es noch kein Profil.</translation>
    </message>
    <message>
        <source>Here is a database, but the file with its key (keyslot) is missing.</source>
        <translation>Hier ist eine Datenbank, aber die Datei mit ihrem Schlüssel (keyslot) fehlt.</translation>
    </message>
    <message>
        <source>Several contacts have that name.</source>
        <translation>Mehrere Kontakte heißen so.</translation>
    </message>
    <message>
        <source>That is a contact already, not a request.</source>
        <translation>Das ist schon ein Kontakt, keine Anfrage.</translation>
    </message>
    <message>
        <source>That failed because of a mistake in onionchat. Its log says where.</source>
        <translation>Das ging wegen eines Fehlers in onionchat schief. Im Protokoll steht, wo.</translation>
    </message>
    <message>
        <source>The window and the service in the background are of different versions. Stop the service, and open the profile again.</source>
        <translation>Fenster und Dienst im Hintergrund haben verschiedene Versionen. Beende den Dienst und öffne das Profil noch einmal.</translation>
    </message>
    <message>
        <source>The service in the background does not accept this window.</source>
        <translation>Der Dienst im Hintergrund lässt dieses Fenster nicht zu.</translation>
    </message>
</context>
<context>
    <name>shortcuts</name>
    <message>
        <source>Conversations</source>
        <translation>Unterhaltungen</translation>
    </message>
    <message>
        <source>In a conversation</source>
        <translation>In einer Unterhaltung</translation>
    </message>
    <message>
        <source>The window</source>
        <translation>Das Fenster</translation>
    </message>
    <message>
        <source>Next conversation</source>
        <translation>Nächste Unterhaltung</translation>
    </message>
    <message>
        <source>Previous conversation</source>
        <translation>Vorige Unterhaltung</translation>
    </message>
    <message>
        <source>One of the first nine conversations</source>
        <translation>Eine der ersten neun Unterhaltungen</translation>
    </message>
    <message>
        <source>Newest message</source>
        <translation>Neueste Nachricht</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Nachricht senden</translation>
    </message>
    <message>
        <source>New line in the message</source>
        <translation>Neue Zeile in der Nachricht</translation>
    </message>
    <message>
        <source>Copy the chosen message</source>
        <translation>Gewählte Nachricht kopieren</translation>
    </message>
    <message>
        <source>What can be done with the chosen message</source>
        <translation>Was mit der gewählten Nachricht möglich ist</translation>
    </message>
    <message>
        <source>Answer the chosen message</source>
        <translation>Die gewählte Nachricht beantworten</translation>
    </message>
    <message>
        <source>React to the chosen message</source>
        <translation>Auf die gewählte Nachricht reagieren</translation>
    </message>
    <message>
        <source>Edit the chosen message</source>
        <translation>Die gewählte Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>Edit your last message, where nothing is written</source>
        <translation>Deine letzte Nachricht bearbeiten, wo noch nichts geschrieben ist</translation>
    </message>
    <message>
        <source>Delete the chosen message</source>
        <translation>Die gewählte Nachricht löschen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search in this conversation</source>
        <translation>In dieser Unterhaltung suchen</translation>
    </message>
    <message>
        <source>Add a contact</source>
        <translation>Kontakt hinzufügen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Lock the window</source>
        <translation>Fenster sperren</translation>
    </message>
    <message>
        <source>Back to the page before</source>
        <translation>Zurück zur vorigen Seite</translation>
    </message>
    <message>
        <source>Quit onionchat</source>
        <translation>onionchat beenden</translation>
    </message>
    <message>
        <source>Pressed twice: destroy this profile, if the settings allow it</source>
        <translation>Zweimal gedrückt: dieses Profil vernichten, wenn die Einstellungen es erlauben</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>standing</name>
    <message>
        <source>What is written now disappears %1 after it was seen.</source>
        <translation>Was jetzt geschrieben wird, verschwindet %1 nach dem Lesen.</translation>
    </message>
</context>
<context>
    <name>tor</name>
    <message>
        <source>Looking for a way into the Tor network…</source>
        <translation>Ein Weg ins Tor-Netz wird gesucht…</translation>
    </message>
    <message>
        <source>Fetching the list of Tor&apos;s servers…</source>
        <translation>Die Liste der Tor-Server wird geholt…</translation>
    </message>
    <message>
        <source>Making ways through the Tor network…</source>
        <translation>Wege durch das Tor-Netz werden gebaut…</translation>
    </message>
    <message>
        <source>Contacts can reach you.</source>
        <translation>Kontakte können dich erreichen.</translation>
    </message>
    <message>
        <source>Nobody can reach you, as you chose; this device calls your contacts.</source>
        <translation>Niemand kann dich erreichen, wie du es willst; dieses Gerät ruft deine Kontakte an.</translation>
    </message>
    <message>
        <source>There is nobody yet who could reach you.</source>
        <translation>Es gibt noch niemanden, der dich erreichen könnte.</translation>
    </message>
    <message>
        <source>Contacts cannot reach you yet.</source>
        <translation>Kontakte können dich noch nicht erreichen.</translation>
    </message>
    <message>
        <source>Contacts cannot reach you until Tor is connected.</source>
        <translation>Kontakte erreichen dich erst, wenn Tor verbunden ist.</translation>
    </message>
    <message>
        <source>To devices of your contacts</source>
        <translation>Zu Geräten deiner Kontakte</translation>
    </message>
    <message>
        <source>Being made to such devices</source>
        <translation>Zu solchen Geräten im Bau</translation>
    </message>
    <message>
        <source>To entrances, where contacts call you</source>
        <translation>Zu Eingängen, an denen Kontakte anrufen</translation>
    </message>
    <message>
        <source>To announce and look up addresses</source>
        <translation>Um Adressen bekannt zu geben und zu finden</translation>
    </message>
    <message>
        <source>Kept ready for the next call</source>
        <translation>Bereit für den nächsten Anruf</translation>
    </message>
    <message>
        <source>For other things</source>
        <translation>Für anderes</translation>
    </message>
    <message>
        <source>For your contacts</source>
        <translation>Für deine Kontakte</translation>
    </message>
    <message>
        <source>For an invite link</source>
        <translation>Für einen Einladungslink</translation>
    </message>
    <message>
        <source>For a contact who missed a change of address</source>
        <translation>Für einen Kontakt, der einen Wechsel der Adresse verpasst hat</translation>
    </message>
    <message>
        <source>For something else</source>
        <translation>Für etwas anderes</translation>
    </message>
    <message>
        <source>waits for Tor</source>
        <translation>wartet auf Tor</translation>
    </message>
    <message>
        <source>is being announced</source>
        <translation>wird bekannt gegeben</translation>
    </message>
    <message>
        <source>announced; entrances: %1</source>
        <translation>bekannt gegeben; Eingänge: %1</translation>
    </message>
    <message>
        <source>could not be announced, is tried again</source>
        <translation>konnte nicht bekannt gegeben werden, neuer Versuch folgt</translation>
    </message>
    <message>
        <source>no longer used</source>
        <translation>nicht mehr benutzt</translation>
    </message>
    <message>
        <source>announced</source>
        <translation>bekannt gegeben</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>plain</source>
        <translation>einfach</translation>
    </message>
</context>
<context>
    <name>whereabouts</name>
    <message>
        <source>Device %1</source>
        <translation>Gerät %1</translation>
    </message>
    <message>
        <source>Your device %1</source>
        <translation>Dein Gerät %1</translation>
    </message>
    <message>
        <source>This device</source>
        <translation>Dieses Gerät</translation>
    </message>
    <message>
        <source>(removed)</source>
        <translation>(entfernt)</translation>
    </message>
    <message>
        <source>written there</source>
        <translation>dort geschrieben</translation>
    </message>
    <message>
        <source>written there, %1</source>
        <translation>dort geschrieben, %1</translation>
    </message>
    <message>
        <source>has it</source>
        <translation>hat sie</translation>
    </message>
    <message>
        <source>has it since %1</source>
        <translation>hat sie seit %1</translation>
    </message>
    <message>
        <source>on its way there</source>
        <translation>auf dem Weg dorthin</translation>
    </message>
    <message>
        <source>does not have it.</source>
        <translation>hat sie nicht.</translation>
    </message>
    <message>
        <source>nobody can tell</source>
        <translation>lässt sich nicht sagen</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Validated</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>You compared the safety words: messages go to this person&apos;s keys alone.</source>
        <translation>Du hast die Sicherheitswörter verglichen: Nachrichten gehen nur an die Schlüssel dieser Person.</translation>
    </message>
    <message>
        <source>Compromised</source>
        <translation>Gefährdet</translation>
    </message>
    <message>
        <source>Something signed with this contact&apos;s keys contradicts itself: somebody else may have them. Do not send secrets until you have talked to the person.</source>
        <translation>Etwas, das mit den Schlüsseln dieses Kontakts unterschrieben ist, widerspricht sich: Vielleicht hat jemand anders sie. Schick nichts Geheimes, bevor du mit der Person gesprochen hast.</translation>
    </message>
    <message>
        <source>Not validated yet</source>
        <translation>Noch nicht geprüft</translation>
    </message>
    <message>
        <source>Messages are encrypted, but nobody has checked that these keys are those of the person you mean.</source>
        <translation>Nachrichten sind verschlüsselt, aber niemand hat geprüft, ob diese Schlüssel der Person gehören, die du meinst.</translation>
    </message>
    <message>
        <source>Not known now</source>
        <translation>Derzeit nicht bekannt</translation>
    </message>
    <message>
        <source>This window has lost its node, and cannot tell who is connected. What you write goes out when the node is there again.</source>
        <translation>Die Verbindung zum Dienst ist abgerissen, daher weiß dieses Fenster nicht, wer verbunden ist. Was du schreibst, geht hinaus, sobald der Dienst wieder da ist.</translation>
    </message>
    <message>
        <source>Connected over Tor</source>
        <translation>Über Tor verbunden</translation>
    </message>
    <message>
        <source>Messages arrive at once. Neither of you learns where the other one is.</source>
        <translation>Nachrichten kommen sofort an. Keiner von euch erfährt, wo der andere ist.</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>Messages wait on this device and go out by themselves as soon as both of you are there.</source>
        <translation>Nachrichten warten auf diesem Gerät und gehen von selbst hinaus, sobald ihr beide da seid.</translation>
    </message>
    <message>
        <source>Your request is on its way</source>
        <translation>Deine Anfrage ist unterwegs</translation>
    </message>
    <message>
        <source>Your request waits for an answer</source>
        <translation>Deine Anfrage wartet auf Antwort</translation>
    </message>
    <message>
        <source>Wants to become your contact</source>
        <translation>Möchte dein Kontakt werden</translation>
    </message>
    <message>
        <source>Declined</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>No answer in time</source>
        <translation>Keine Antwort bekommen</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>wird gesendet</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>on its way</source>
        <translation>unterwegs</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>zugestellt</translation>
    </message>
    <message>
        <source>read</source>
        <translation>gelesen</translation>
    </message>
    <message>
        <source>not sent</source>
        <translation>nicht gesendet</translation>
    </message>
</context>
</TS>
