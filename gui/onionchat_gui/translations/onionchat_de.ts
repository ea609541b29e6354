<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AddPage</name>
    <message>
        <source>Add a contact</source>
        <translation>Kontakt hinzufügen</translation>
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
        <source>Links that can still be used</source>
        <translation>Links, die noch gelten</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>Keine.</translation>
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
        <source>✓ A link for many: its maker answers each request</source>
        <translation>✓ Ein Link für viele: Wer ihn erstellt hat, beantwortet jede Anfrage</translation>
    </message>
    <message>
        <source>✓ A link for one person</source>
        <translation>✓ Ein Link für eine Person</translation>
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
    <message numerus="yes">
        <source>can be used for %n more day(s)</source>
        <translation>
            <numerusform>gilt noch %n Tag</numerusform>
            <numerusform>gilt noch %n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>can be used for %n more hour(s)</source>
        <translation>
            <numerusform>gilt noch %n Stunde</numerusform>
            <numerusform>gilt noch %n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>can be used for %n more minute(s)</source>
        <translation>
            <numerusform>gilt noch %n Minute</numerusform>
            <numerusform>gilt noch %n Minuten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BubbleDelegate</name>
    <message>
        <source>Long message. Press Enter to show all of it.</source>
        <translation>Lange Nachricht. Die Eingabetaste zeigt sie ganz.</translation>
    </message>
    <message>
        <source>Press Enter to try again.</source>
        <translation>Die Eingabetaste versucht es noch einmal.</translation>
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
</context>
<context>
    <name>Contact</name>
    <message>
        <source>These are not safety words: they are too long.</source>
        <translation>Das sind keine Sicherheitswörter: Sie sind zu lang.</translation>
    </message>
</context>
<context>
    <name>ContactPage</name>
    <message>
        <source>Contact</source>
        <translation>Kontakt</translation>
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
        <source>Safety words of your contact</source>
        <translation>Sicherheitswörter deines Kontakts</translation>
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
        <source>No more contact</source>
        <translation>Kein Kontakt mehr</translation>
    </message>
    <message>
        <source>Block %1?</source>
        <translation>%1 blockieren?</translation>
    </message>
    <message>
        <source>This contact can then neither reach you nor see whether you are online. Your messages stay here. You can undo it on this page.</source>
        <translation>Dieser Kontakt kann dich dann weder erreichen noch sehen, ob du online bist. Eure Nachrichten bleiben hier. Du kannst es auf dieser Seite rückgängig machen.</translation>
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
        <source>%1 was removed.</source>
        <translation>%1 wurde entfernt.</translation>
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
        <source>✓ This contact reaches you at an address that no other contact knows.</source>
        <translation>✓ Dieser Kontakt erreicht dich an einer Adresse, die kein anderer Kontakt kennt.</translation>
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
        <source>● Connected over Tor</source>
        <translation>● Über Tor verbunden</translation>
    </message>
    <message>
        <source>○ Not connected</source>
        <translation>○ Nicht verbunden</translation>
    </message>
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
        <source>not validated</source>
        <translation>nicht geprüft</translation>
    </message>
    <message>
        <source>✓ validated</source>
        <translation>✓ geprüft</translation>
    </message>
    <message>
        <source>⚠ compromised</source>
        <translation>⚠ gefährdet</translation>
    </message>
    <message>
        <source>connected over Tor</source>
        <translation>über Tor verbunden</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
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
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search in all conversations</source>
        <translation>In allen Unterhaltungen suchen</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
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
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>About onionchat</source>
        <translation>Über onionchat</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(ohne Namen)</translation>
    </message>
    <message>
        <source>● Tor: contacts can reach you</source>
        <translation>● Tor: Kontakte erreichen dich</translation>
    </message>
    <message>
        <source>○ Tor: %1 %</source>
        <translation>○ Tor: %1 %</translation>
    </message>
    <message>
        <source>The connection to the node is lost; trying again.</source>
        <translation>Die Verbindung zum Dienst ist abgerissen; neuer Versuch läuft.</translation>
    </message>
    <message>
        <source>Tor is not up: %1 You can read and write; what you send leaves when Tor is up.</source>
        <translation>Tor ist nicht verbunden: %1 Du kannst lesen und schreiben; was du sendest, geht hinaus, sobald Tor verbunden ist.</translation>
    </message>
</context>
<context>
    <name>MessageList</name>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>You</source>
        <translation>Du</translation>
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
    <name>Preferences</name>
    <message>
        <source>What this window remembered cannot be read; it starts anew.</source>
        <translation>Was sich dieses Fenster gemerkt hatte, lässt sich nicht lesen; es fängt neu an.</translation>
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
    <name>StartPage</name>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Bitte warten</translation>
    </message>
    <message>
        <source>This profile cannot be opened.</source>
        <translation>Dieses Profil lässt sich nicht öffnen.</translation>
    </message>
    <message>
        <source>There is no profile yet. `onionchat init` makes one.</source>
        <translation>Es gibt noch kein Profil. `onionchat init` legt eines an.</translation>
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
</context>
<context>
    <name>_RowDelegate</name>
    <message>
        <source>Draft: </source>
        <translation>Entwurf: </translation>
    </message>
</context>
<context>
    <name>pages</name>
    <message>
        <source>Choose a conversation, or add a contact.</source>
        <translation>Wähle eine Unterhaltung oder füge einen Kontakt hinzu.</translation>
    </message>
    <message>
        <source>This page is not there yet.</source>
        <translation>Diese Seite gibt es noch nicht.</translation>
    </message>
</context>
<context>
    <name>words</name>
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
