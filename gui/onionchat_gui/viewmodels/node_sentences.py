"""Sentences that the node and the core say, for the catalogues; `sentences.worded` looks them up.

What lives here: the sentences, word by word as they come; %1, %2 stand for what changes. What may
not: how they are found, what is said of Tor (`tor_sentences`).

tests/gui/test_sentences.py compares them with the sources of the core.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

SENTENCES: Final[tuple[Any, ...]] = (
    QT_TRANSLATE_NOOP("node", "You blocked this contact."),
    QT_TRANSLATE_NOOP("node", "This device was removed: it gets nothing any more."),
    QT_TRANSLATE_NOOP(
        "node", "Nothing is sent before it is known what this profile, which is a copy, has sent."
    ),
    QT_TRANSLATE_NOOP("node", "The disk here is full: no connection is kept."),
    QT_TRANSLATE_NOOP("node", "The connection is being set up."),
    QT_TRANSLATE_NOOP("node", "It does not have this conversation yet."),
    QT_TRANSLATE_NOOP(
        "node",
        "It takes no more of yours for now: you have sent your share of a day, or it has no room.",
    ),
    QT_TRANSLATE_NOOP("node", "It goes out next."),
    QT_TRANSLATE_NOOP("node", "Not connected; another device that is passes it on."),
    QT_TRANSLATE_NOOP(
        "node", "Not connected; it has not said where it can be called, it calls here itself."
    ),
    QT_TRANSLATE_NOOP("node", "Not connected; it is being called."),
    QT_TRANSLATE_NOOP("node", "Behind %1 that were written before it."),
    # --- What cannot be done (`errors`)
    QT_TRANSLATE_NOOP("node", "Something went wrong."),
    QT_TRANSLATE_NOOP("node", "That cannot be done."),
    QT_TRANSLATE_NOOP("node", "That input is not valid."),
    QT_TRANSLATE_NOOP("node", "The message is empty: there is nothing to send."),
    QT_TRANSLATE_NOOP("node", "The text is too long for one message."),
    QT_TRANSLATE_NOOP("node", "%1 is too long: %2 bytes, %3 are allowed."),
    QT_TRANSLATE_NOOP("node", "The text is not valid UTF-8."),
    QT_TRANSLATE_NOOP("node", "There is no contact with that name or id."),
    QT_TRANSLATE_NOOP("node", "There is no waiting contact request with that id."),
    QT_TRANSLATE_NOOP("node", "This contact is blocked."),
    QT_TRANSLATE_NOOP("node", "This contact has not accepted your request yet."),
    QT_TRANSLATE_NOOP(
        "node",
        "This contact is being set up here: you can read, and write as soon as one of your other"
        " devices was connected to this one.",
    ),
    QT_TRANSLATE_NOOP("node", "This contact had not accepted; ask it anew with `add`."),
    QT_TRANSLATE_NOOP("node", "This contact declined your request."),
    QT_TRANSLATE_NOOP("node", "The invite was used up or expired before anybody answered."),
    QT_TRANSLATE_NOOP("node", "Another contact already has that name; choose another one."),
    QT_TRANSLATE_NOOP(
        "node",
        "Character %1 of this name (U+%2) cannot be seen, or changes how others are shown. Delete"
        " it, or type the name anew.",
    ),
    QT_TRANSLATE_NOOP("node", "A name needs at least one visible character."),
    QT_TRANSLATE_NOOP("node", "A name has at most %1 bytes of UTF-8."),
    QT_TRANSLATE_NOOP("node", "A letter of a name can carry at most %1 marks."),
    QT_TRANSLATE_NOOP("node", "There is no message with that id."),
    QT_TRANSLATE_NOOP("node", "That message is not one of yours."),
    QT_TRANSLATE_NOOP("node", "The other person declined the contact request."),
    QT_TRANSLATE_NOOP("node", "Who sent this request is a contact of yours already; decline it."),
    QT_TRANSLATE_NOOP("node", "These are not the safety words of this contact."),
    QT_TRANSLATE_NOOP("node", "There are %1 safety words; these are %2."),
    QT_TRANSLATE_NOOP("node", "There is no such setting, or it cannot take that value."),
    QT_TRANSLATE_NOOP("node", "This setting is an IP address and a port."),
    QT_TRANSLATE_NOOP("node", "Bridge programs are lines such as obfs4=/usr/bin/obfs4proxy."),
    QT_TRANSLATE_NOOP("node", "Too many programs are connected to this node."),
    # --- Links and invites
    QT_TRANSLATE_NOOP("node", "This is not an onionchat invite link."),
    QT_TRANSLATE_NOOP(
        "node", "The link has a wrong or missing character (its checksum does not match)."
    ),
    QT_TRANSLATE_NOOP("node", "The link was made by a newer version of onionchat; please update."),
    QT_TRANSLATE_NOOP("node", "This invite link has expired; ask for a new one."),
    QT_TRANSLATE_NOOP(
        "node", "This one-time invite link has been used already; ask for a new one."
    ),
    QT_TRANSLATE_NOOP("node", "This is your own invite link; give it to somebody else."),
    QT_TRANSLATE_NOOP(
        "node",
        "This is the invite of a contact, not the link of a device of yours; to become contacts,"
        " use `onionchat add`.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "No new device has called by this link yet; its code appears once it has."
    ),
    QT_TRANSLATE_NOOP("node", "No device that waits shows this code; look at it again."),
    QT_TRANSLATE_NOOP("node", "Three wrong codes: this link is void now, make a new one."),
    QT_TRANSLATE_NOOP(
        "node",
        "That device is senior to this one; your recovery words can put it out (`--recovery`).",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "This device was put out of your account: it can read what is here, and say nothing.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "Your account has no other device; `onionchat wipe` destroys what is here."
    ),
    QT_TRANSLATE_NOOP("node", "This recovery phrase does not belong to this account."),
    QT_TRANSLATE_NOOP(
        "node", "No device of yours has that name or id; `onionchat device list` shows them."
    ),
    QT_TRANSLATE_NOOP(
        "node", "There is no link for a new device; `onionchat device link` makes one."
    ),
    QT_TRANSLATE_NOOP(
        "node", "The history to bring is `all`, `none`, or a day such as 2026-01-31."
    ),
    QT_TRANSLATE_NOOP("node", "The new device does not answer; if it comes back, it is linked."),
    QT_TRANSLATE_NOOP("node", "The other device did not take this one in; make a new link there."),
    QT_TRANSLATE_NOOP(
        "node", "The code of another device was typed there; make a new link if that was a mistake."
    ),
    QT_TRANSLATE_NOOP("node", "Other devices are calling by this link; make a new one there."),
    QT_TRANSLATE_NOOP(
        "node",
        "This link adds a DEVICE to an account and would show that account's messages to its"
        " owner; it is not a contact's invite, so it was refused.",
    ),
    QT_TRANSLATE_NOOP("node", "There is no outstanding invite with that id."),
    QT_TRANSLATE_NOOP(
        "node", "Too many invites are outstanding; wait until one is used or revoke one."
    ),
    QT_TRANSLATE_NOOP("node", "No further address of its own is free; one tor cannot carry more."),
    QT_TRANSLATE_NOOP(
        "node",
        "Only a fresh profile, without contacts and requests, can become a device of an account;"
        " make another profile for it.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "This account has had 32 devices, which is all that one can ever have."
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "One of your other devices signed two different things for one place: either two copies of"
        " its profile are in use, or its key is in somebody else's hands. Revoke it and link it"
        " anew.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Two copies of this profile have written to your other devices. They cannot take what this"
        " one writes any more; revoke this device and link it anew.",
    ),
    QT_TRANSLATE_NOOP("node", "An invite lives for some time, and ten years at most."),
    QT_TRANSLATE_NOOP(
        "node",
        "Whoever made this link uses it under an identity that a contact of yours has: no new"
        " contact came of it.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "This link was used already, for this contact; no new request was made."
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "This link was used already, for this contact; no new request was made. Its name was %1"
        " until now.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "The standing link by which this contact came still works: it shows when this device is"
        " online, and lets anybody ask who has it. `onionchat invites` lists it, `onionchat revoke"
        " i%1` ends it.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Nobody can use this link now: this device is visible to contacts only. `onionchat"
        " visibility online` lets new ones in.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Nobody can use this link now: this device is hidden. `onionchat visibility online` lets"
        " others reach it.",
    ),
    QT_TRANSLATE_NOOP("node", "There is no QR code in this picture, or it is not sharp enough."),
    QT_TRANSLATE_NOOP("node", "There are several QR codes in this picture; cut out one of them."),
    QT_TRANSLATE_NOOP(
        "node", "This file is not a picture (PNG, JPEG, WebP, GIF, BMP or PPM), or it is damaged."
    ),
    QT_TRANSLATE_NOOP(
        "node", "This picture is too large; cut out the code, or scale the picture down."
    ),
    QT_TRANSLATE_NOOP("node", "This is not a file."),
    QT_TRANSLATE_NOOP("node", "This file cannot be read."),
    QT_TRANSLATE_NOOP("node", "The picture could not be read: %1"),
    QT_TRANSLATE_NOOP(
        "node", "Reading a code from a picture needs Pillow: pip install 'onionchat[qr-image]'."
    ),
    # --- Profile and passphrase
    QT_TRANSLATE_NOOP("node", "The passphrase is wrong."),
    QT_TRANSLATE_NOOP("node", "Too many wrong passphrases; try again later."),
    QT_TRANSLATE_NOOP("node", "Too many wrong passphrases; try again in %1 s."),
    QT_TRANSLATE_NOOP("node", "There is a profile here already; nothing was changed."),
    QT_TRANSLATE_NOOP("node", "This profile is in use by another onionchat node."),
    QT_TRANSLATE_NOOP(
        "node",
        "The profile's database is damaged or belongs to another profile; restore it from a"
        " backup.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "The profile's key file (keyslot) is damaged; restore it from a backup: no passphrase"
        " opens the database without it.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "The profile's database (onionchat.db) is missing; restore it, and the key file, from a"
        " backup.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "This profile was written by a newer version of onionchat; please update."
    ),
    QT_TRANSLATE_NOOP(
        "node", "A file of the profile can be read by other users; make it private (chmod 700/600)."
    ),
    QT_TRANSLATE_NOOP("node", "A file of the profile is a link or a device; it was not opened."),
    QT_TRANSLATE_NOOP("node", "A file of the profile belongs to another user."),
    QT_TRANSLATE_NOOP("node", "The profile's sockets belong to another user."),
    QT_TRANSLATE_NOOP("node", "The folder %1 cannot be looked into."),
    QT_TRANSLATE_NOOP(
        "node", "A profile's name has 1 to 64 bytes, no slash and no dot at its beginning."
    ),
    QT_TRANSLATE_NOOP("node", "The passphrase is empty."),
    QT_TRANSLATE_NOOP("node", "The new passphrase is empty."),
    QT_TRANSLATE_NOOP("node", "The passphrase is too long."),
    QT_TRANSLATE_NOOP("node", "The passphrase is not valid text."),
    QT_TRANSLATE_NOOP("node", "The passphrase is not valid UTF-8."),
    QT_TRANSLATE_NOOP("node", "A passphrase is one line."),
    QT_TRANSLATE_NOOP("node", "A passphrase must have at least %1 characters."),
    QT_TRANSLATE_NOOP("node", "A passphrase has at most %1 bytes."),
    QT_TRANSLATE_NOOP("node", "The passphrase was changed by somebody else meanwhile."),
    QT_TRANSLATE_NOOP("node", "This is the node of another profile; nothing was destroyed."),
    QT_TRANSLATE_NOOP("node", "The folder of a backup must be given by its absolute path."),
    QT_TRANSLATE_NOOP("node", "There is something at that place already; nothing was changed."),
    QT_TRANSLATE_NOOP(
        "node",
        "This profile is an older copy; your own messages are being fetched back from the contact"
        " first. Try again in a moment.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "This profile is a copy, perhaps an older one: you can write to each contact once it was"
        " reached and has given back what is missing here.",
    ),
    QT_TRANSLATE_NOOP("node", "This passphrase is guessed at once."),
    QT_TRANSLATE_NOOP("node", "This passphrase is guessed within an hour."),
    QT_TRANSLATE_NOOP("node", "This passphrase would stand for some days."),
    QT_TRANSLATE_NOOP("node", "This passphrase would stand for years."),
    QT_TRANSLATE_NOOP("node", "This passphrase is strong."),
    QT_TRANSLATE_NOOP("node", "Five or six words drawn by chance would be much stronger."),
    # --- The disk, and the node itself
    QT_TRANSLATE_NOOP(
        "node", "The disk is full: nothing more can be stored, and nothing was lost."
    ),
    QT_TRANSLATE_NOOP("node", "The disk does not take or give the profile's data."),
    QT_TRANSLATE_NOOP("node", "window.json cannot be read: %1."),
    QT_TRANSLATE_NOOP("node", "window.json cannot be written: %1."),
    QT_TRANSLATE_NOOP("node", "%1 cannot be used: %2."),
    QT_TRANSLATE_NOOP("node", "There is not enough memory."),
    QT_TRANSLATE_NOOP("node", "There is not enough memory to unlock the profile."),
    QT_TRANSLATE_NOOP("node", "That is not possible just now."),
    QT_TRANSLATE_NOOP("node", "It took too long."),
    QT_TRANSLATE_NOOP("node", "The node is stopping."),
    QT_TRANSLATE_NOOP("node", "The node ended."),
    QT_TRANSLATE_NOOP("node", "The node ended before it answered."),
    QT_TRANSLATE_NOOP("node", "The node does not answer."),
    QT_TRANSLATE_NOOP("node", "The node closed the connection."),
    QT_TRANSLATE_NOOP("node", "The node cannot be started: %1."),
    QT_TRANSLATE_NOOP("node", "The node did not start within %1 s."),
    QT_TRANSLATE_NOOP("node", "No profile can be made: %1."),
    QT_TRANSLATE_NOOP("node", "No profile was made within %1 s."),
    QT_TRANSLATE_NOOP(
        "node", "No profile was made, and the program that makes it has not said why."
    ),
    QT_TRANSLATE_NOOP("node", "The node ended at once; %1 may say why."),
    QT_TRANSLATE_NOOP("node", "The node cannot be reached: %1."),
    QT_TRANSLATE_NOOP(
        "node", "The notifications were not read fast enough, so the node closed the connection."
    ),
    QT_TRANSLATE_NOOP("node", "The setting was stored, but: %1"),
    # --- What the window's process meets itself
    QT_TRANSLATE_NOOP("node", "The picture could not be read in time."),
    QT_TRANSLATE_NOOP("node", "The program that reads pictures could not be started."),
    QT_TRANSLATE_NOOP("node", "%1 in the profile's folder is damaged."),
    QT_TRANSLATE_NOOP("node", "The profile was not destroyed: its disk does not answer."),
    QT_TRANSLATE_NOOP("node", "Nothing was destroyed: %1."),
    # --- A contact's connection, and warnings
    QT_TRANSLATE_NOOP(
        "node",
        "Your answer has not arrived there yet: the other device is not online, or its request was"
        " taken back.",
    ),
    QT_TRANSLATE_NOOP("node", "The other device is not online."),
    QT_TRANSLATE_NOOP("node", "The other device has just gone off, or is not ready yet."),
    QT_TRANSLATE_NOOP("node", "The other device does not let this one in."),
    QT_TRANSLATE_NOOP("node", "The other device cannot be reached now."),
    QT_TRANSLATE_NOOP("node", "The other device cannot be reached just now."),
    QT_TRANSLATE_NOOP("node", "Tor is not ready."),
    QT_TRANSLATE_NOOP("node", "The connection broke; it is made anew."),
    QT_TRANSLATE_NOOP(
        "node",
        "The maker of the link cannot be reached: not online just now, or the link was used by"
        " somebody else, revoked, or has expired. `cancel` takes your request back.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "The other node speaks another version of the protocol; one of you has to update."
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "The other node uses something that only a newer onionchat understands; update this.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "A device of this contact signed two different messages for one place. Its key may be in"
        " somebody else's hands: the contact is marked as compromised.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "A device of yours was put out of your account; all your contacts are told, and the"
        " addresses of this device are new.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "One of your other devices tried to put out a device that is senior to it, in vain. It may"
        " be in somebody else's hands: revoke it.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "A device of this contact tried to put out a device that is senior to it. It may be in"
        " somebody else's hands: the contact is marked as compromised.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "This contact has added a device, which reads what you write from now on. If that is a"
        " surprise, ask the person.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "This contact has removed a device: it gets nothing from you any more."
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Device %1 of this contact signed two different messages for one place, as was seen on %2:"
        " somebody else may have its key.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Device %1 of this contact signed two different messages for one place, as was seen on %2:"
        " somebody else may have its key. The contact has removed that device since.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Device %1 of this contact tried to put out a device that is senior to it, as was seen on"
        " %2: somebody else may have it.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Device %1 of this contact tried to put out a device that is senior to it, as was seen on"
        " %2: somebody else may have it. The contact has removed that device since.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "You marked this contact as compromised, here or on another device of yours."
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "This contact is compromised: somebody else may have its keys, and read what you write."
        " Nothing was sent.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Something was written in this device's name that was not written here: this profile was"
        " moved back in time, or a copy of it is in use. If you have not put a backup or a snapshot"
        " in its place, somebody else has it: tell your contacts by another way, and become"
        " contacts anew.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Two copies of this profile have written to this contact. It cannot take what this one"
        " writes any more; become contacts anew by an invite.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "This profile was moved back in time. What you had written to this contact since then was"
        " put behind what it has: %1 messages.",
    ),
    QT_TRANSLATE_NOOP("node", "The author's clock is ahead of this computer's."),
    QT_TRANSLATE_NOOP("node", "A newer version of onionchat is needed to show this."),
    QT_TRANSLATE_NOOP("node", "The text was deleted."),
    QT_TRANSLATE_NOOP("node", "The author has deleted this for everyone."),
    QT_TRANSLATE_NOOP("node", "The author asked everybody to delete this."),
    QT_TRANSLATE_NOOP("node", "You deleted this and asked for it to be deleted everywhere."),
    QT_TRANSLATE_NOOP("node", "You deleted this; the request to delete it has arrived."),
    QT_TRANSLATE_NOOP("node", "That message is not here."),
    # --- What the other side did wrong
    QT_TRANSLATE_NOOP("node", "The other side broke the protocol; the connection was closed."),
    QT_TRANSLATE_NOOP("node", "The other side sent something that cannot be decoded."),
    QT_TRANSLATE_NOOP("node", "The other side sent something too large."),
    QT_TRANSLATE_NOOP("node", "The other side could not prove who it is."),
    QT_TRANSLATE_NOOP("node", "A record was altered on its way."),
    QT_TRANSLATE_NOOP("node", "A signature does not match."),
    QT_TRANSLATE_NOOP(
        "node", "A device signed two different entries for one position; it may be compromised."
    ),
    QT_TRANSLATE_NOOP("node", "The other side sent a message out of turn."),
    QT_TRANSLATE_NOOP("node", "The other side sent too much."),
    QT_TRANSLATE_NOOP(
        "node", "Somebody tampered with the connection: it was made with an older version."
    ),
    # --- What was looked at (`health`)
    QT_TRANSLATE_NOOP("node", "The database is sound."),
    QT_TRANSLATE_NOOP("node", "The database is damaged: restore a backup."),
    QT_TRANSLATE_NOOP("node", "%1 MiB are free for the profile."),
    QT_TRANSLATE_NOOP("node", "Neither Tor nor what contacts write speaks against it."),
    QT_TRANSLATE_NOOP("node", "%1 layer-2 guards are kept over restarts."),
    QT_TRANSLATE_NOOP("node", "The joined tor chooses its own layer-2 guards."),
    QT_TRANSLATE_NOOP(
        "node", "No layer-2 guards are kept: the Tor network is too small, or not known yet."
    ),
    QT_TRANSLATE_NOOP("node", "Nothing waits to be delivered."),
    QT_TRANSLATE_NOOP("node", "1 message waits for its contact's device."),
    QT_TRANSLATE_NOOP("node", "%1 messages wait for their contacts' devices."),
)

OF_PASSPHRASES: Final[tuple[Any, ...]] = (
    QT_TRANSLATE_NOOP("node", "This is a top-10 common password."),
    QT_TRANSLATE_NOOP("node", "This is a top-100 common password."),
    QT_TRANSLATE_NOOP("node", "This is a very common password."),
    QT_TRANSLATE_NOOP("node", "This is similar to a commonly used password."),
    QT_TRANSLATE_NOOP("node", "A word by itself is easy to guess."),
    QT_TRANSLATE_NOOP("node", "Names and surnames by themselves are easy to guess."),
    QT_TRANSLATE_NOOP("node", "Common names and surnames are easy to guess."),
    QT_TRANSLATE_NOOP("node", "Straight rows of keys are easy to guess."),
    QT_TRANSLATE_NOOP("node", "Short keyboard patterns are easy to guess."),
    QT_TRANSLATE_NOOP("node", 'Repeats like "aaa" are easy to guess.'),
    QT_TRANSLATE_NOOP(
        "node", 'Repeats like "abcabcabc" are only slightly harder to guess than "abc".'
    ),
    QT_TRANSLATE_NOOP("node", 'Sequences like "abc" or "6543" are easy to guess.'),
    QT_TRANSLATE_NOOP("node", "Recent years are easy to guess."),
    QT_TRANSLATE_NOOP("node", "Dates are often easy to guess."),
)
"""What zxcvbn finds wrong with a passphrase."""

WITH_NAMES: Final[tuple[Any, ...]] = (
    QT_TRANSLATE_NOOP(
        "node",
        "%1 has filled all that one contact may fill of this disk (%2 GiB): nothing more of it is"
        " taken. What you write still goes out; `block` or `remove` ends it.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "%1 has sent more than a contact's share of a day (%2 MiB): nothing more of it is taken"
        " until %3 UTC, then it comes by itself. What you write still goes out.",
    ),
    QT_TRANSLATE_NOOP("node", "The clock of %1 seems to be wrong: it is about %2 %3."),
    QT_TRANSLATE_NOOP("node", "Your clock or that of %1 is wrong: yours is about %2 %3."),
)
"""Their %1 is a name that a person gave: no word of it is looked up."""

PHRASES: Final[tuple[Any, ...]] = (
    QT_TRANSLATE_NOOP("node", "ahead"),
    QT_TRANSLATE_NOOP("node", "behind"),
    QT_TRANSLATE_NOOP("node", "1 hour"),
    QT_TRANSLATE_NOOP("node", "%1 hours"),
    QT_TRANSLATE_NOOP("node", "%1 days"),
    QT_TRANSLATE_NOOP("node", "about %1"),
    QT_TRANSLATE_NOOP("node", "at least %1"),
    QT_TRANSLATE_NOOP("node", "The message"),
    QT_TRANSLATE_NOOP("node", "The greeting"),
)
"""What may stand in the place of a %1 and has words of its own."""
