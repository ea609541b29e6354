"""The error tree: every failure that a person, a script or a peer can meet has a name here.

What lives here: exceptions, their JSON-RPC codes, the sentence a person reads. Nothing else may:
no logic, no import of the project.

Three branches, after h11's split between "you asked for something illegal" and "the peer did":

* `Refused`            the request cannot be done as asked; asking again the same way will not help
* `ProtocolViolation`  the peer broke the protocol; its link is closed and the fault counted
* `Unavailable`        it could work later or elsewhere (tor down, disk full, node not running)

The sentence never contains keys, addresses, message text or names of people.
"""

from __future__ import annotations

from typing import ClassVar


class OnionchatError(Exception):
    """Base of all named errors. `str(error)` is one sentence for the person."""

    code: ClassVar[int] = -32000
    sentence: ClassVar[str] = "Something went wrong."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


# --- Refused: the request cannot be done as asked ------------------------------------------------


class Refused(OnionchatError):
    """The request cannot be done as asked."""

    code = 1000
    sentence = "That cannot be done."


class InvalidInput(Refused):
    """An argument has the wrong type, form or size."""

    code = 1001
    sentence = "That input is not valid."


class EmptyText(InvalidInput):
    """A message without any visible character."""

    code = 1002
    sentence = "The message is empty: there is nothing to send."


class TextTooLong(InvalidInput):
    """A text beyond its limit in bytes of UTF-8."""

    code = 1003
    sentence = "The text is too long for one message."


class InvalidText(InvalidInput):
    """Bytes that are not UTF-8, or characters that a text may not carry."""

    code = 1004
    sentence = "The text is not valid UTF-8."


class UnknownContact(Refused):
    """No contact has that name or id."""

    code = 1010
    sentence = "There is no contact with that name or id."


class AmbiguousContact(Refused):
    """Several contacts match."""

    code = 1011
    sentence = "Several contacts match that name; use the id."


class UnknownRequest(Refused):
    """No waiting contact request has that id."""

    code = 1012
    sentence = "There is no waiting contact request with that id."


class ContactBlocked(Refused):
    """The contact is blocked."""

    code = 1013
    sentence = "This contact is blocked."


class ContactCompromised(Refused):
    """There is proof that the contact's keys are misused, and nobody said to go on anyway."""

    code = 1048
    sentence = (
        "This contact is compromised: somebody else may have its keys, and read what you write. "
        "Nothing was sent."
    )


class ContactNotReady(Refused):
    """The contact has not accepted the request yet (or declined it)."""

    code = 1014
    sentence = "This contact has not accepted your request yet."


class NotAdmittedYet(Refused):
    """Another device of the person's made this contact, and none has added this one to it yet."""

    code = 1055
    sentence = (
        "This contact is being set up here: you can read, and write as soon as one of your other "
        "devices was connected to this one."
    )


class NotARequest(Refused):
    """What was named is a contact, not a request of one's own that led to nothing."""

    code = 1029
    sentence = "That is a contact, not a request of yours; `remove` forgets a contact."


class NameTaken(Refused):
    """Another contact already has that petname."""

    code = 1015
    sentence = "Another contact already has that name; choose another one."


class UnknownMessage(Refused):
    """No message has that id."""

    code = 1016
    sentence = "There is no message with that id."


class AmbiguousMessage(Refused):
    """Several messages match."""

    code = 1018
    sentence = "Several messages have an id that begins so; give more digits of it."


class InvalidLink(Refused):
    """Text that is not an invite link at all."""

    code = 1020
    sentence = "This is not an onionchat invite link."


class LinkChecksumWrong(InvalidLink):
    """The link's checksum does not match: a character was lost or changed."""

    code = 1021
    sentence = "The link has a wrong or missing character (its checksum does not match)."


class LinkVersionUnknown(InvalidLink):
    """The link was made by a newer version."""

    code = 1022
    sentence = "The link was made by a newer version of onionchat; please update."


class LinkExpired(Refused):
    """The invite's time is over."""

    code = 1023
    sentence = "This invite link has expired; ask for a new one."


class LinkUsed(Refused):
    """A one-time invite that somebody has used already."""

    code = 1024
    sentence = "This one-time invite link has been used already; ask for a new one."


class LinkToSelf(Refused):
    """The person's own invite."""

    code = 1025
    sentence = "This is your own invite link; give it to somebody else."


class DeviceLinkRefused(InvalidLink):
    """A link that joins a device to an account, given where a contact's link is expected."""

    code = 1026
    sentence = (
        "This link adds a DEVICE to an account and would show that account's messages to its "
        "owner; it is not a contact's invite, so it was refused."
    )


class ProfileNotFresh(Refused):
    """A profile that has met somebody cannot become a device of another account."""

    code = 1050
    sentence = (
        "Only a fresh profile, without contacts and requests, can become a device of an account; "
        "make another profile for it."
    )


class TooManyDevices(Refused):
    """An account has admitted as many devices as it ever can."""

    code = 1051
    sentence = "This account has had 32 devices, which is all that one can ever have."


class InviteLinkRefused(InvalidLink):
    """An invite, given where the link of one's own device is expected."""

    code = 1060
    sentence = (
        "This is the invite of a contact, not the link of a device of yours; to become contacts, "
        "use `onionchat add`."
    )


class NoDeviceWaits(Refused):
    """A code was typed, and no new device has called."""

    code = 1061
    sentence = "No new device has called by this link yet; its code appears once it has."


class WrongDeviceCode(Refused):
    """The code typed is that of no device which waits."""

    code = 1062
    sentence = "No device that waits shows this code; look at it again."


class DeviceLinkSpoiled(Refused):
    """Too many wrong codes were typed for one device's link."""

    code = 1063
    sentence = "Three wrong codes: this link is void now, make a new one."


class DeviceNotTaken(Refused):
    """The old device does not take the new one in."""

    code = 1064
    sentence = "The other device did not take this one in; make a new link there."


class OtherDeviceTaken(DeviceNotTaken):
    """The code that was typed on the old device is another one's."""

    code = 1065
    sentence = "The code of another device was typed there; make a new link if that was a mistake."


class UnknownDevice(Refused):
    """No device of one's own has that name or id, or several have."""

    code = 1066
    sentence = "No device of yours has that name or id; `onionchat device list` shows them."


class NotSenior(Refused):
    """A device is to be put out by one that is junior to it."""

    code = 1067
    sentence = (
        "That device is senior to this one; your recovery words can put it out (`--recovery`)."
    )


class DevicePutOut(Refused):
    """This device was put out of the account."""

    code = 1068
    sentence = "This device was put out of your account: it can read what is here, and say nothing."


class OnlyDevice(Refused):
    """The account has no other device."""

    code = 1069
    sentence = "Your account has no other device; `onionchat wipe` destroys what is here."


class RequestDeclined(Refused):
    """The other person declined the contact request."""

    code = 1027
    sentence = "The other person declined the contact request."


class UnknownInvite(Refused):
    """No outstanding invite has that id."""

    code = 1019
    sentence = "There is no outstanding invite with that id."


class TooManyInvites(Refused):
    """More invites outstanding than one tor can carry."""

    code = 1028
    sentence = "Too many invites are outstanding; wait until one is used or revoke one."


class TooManyOnions(Refused):
    """All contact onions are taken."""

    code = 1038
    sentence = "No further address of its own is free; one tor cannot carry more."


class WrongPassphrase(Refused):
    """The passphrase does not open the profile."""

    code = 1030
    sentence = "The passphrase is wrong."


class NoProfile(Refused):
    """The folder holds no profile."""

    code = 1031
    sentence = "There is no profile here yet; create one with `onionchat init`."


class ProfileExists(Refused):
    """`init` on a folder that already holds a profile."""

    code = 1032
    sentence = "There is a profile here already; nothing was changed."


class ProfileInUse(Refused):
    """Another node runs on this profile."""

    code = 1033
    sentence = "This profile is in use by another onionchat node."


class ProfileDamaged(Refused):
    """A truncated, altered or foreign database or key file."""

    code = 1034
    sentence = (
        "The profile's database is damaged or belongs to another profile; restore it from a backup."
    )


class KeyslotDamaged(ProfileDamaged):
    """The key file is truncated, altered or something else."""

    code = 1039
    sentence = (
        "The profile's key file (keyslot) is damaged; restore it from a backup: "
        "no passphrase opens the database without it."
    )


class KeyslotMissing(ProfileDamaged):
    """A database whose key file is not there."""

    code = 1042
    sentence = (
        "There is a database here, but its key file (keyslot) is missing; restore it from a "
        "backup. (`onionchat init` begins anew and puts the old database aside.)"
    )


class ProfileTooNew(Refused):
    """The database has a schema from a newer version."""

    code = 1035
    sentence = "This profile was written by a newer version of onionchat; please update."


class UnsafePermissions(Refused):
    """A file or folder that others can read or write."""

    code = 1036
    sentence = "A file of the profile can be read by other users; make it private (chmod 700/600)."


class UnknownSetting(Refused):
    """No setting has that name, or the value is not one it can take."""

    code = 1037
    sentence = "There is no such setting, or it cannot take that value."


class UnknownMethod(Refused):
    """The control API has no such method."""

    code = -32601
    sentence = "The control API has no such method."


class NotAuthorised(Refused):
    """The control token is missing or wrong."""

    code = 1040
    sentence = "The control token is missing or wrong."


class ApiVersionUnknown(Refused):
    """The front end speaks another version of the control API than the node."""

    code = 1041
    sentence = "The node speaks another version of the control API; restart it after an update."


class InvalidJson(Refused):
    """A control line that is not JSON."""

    code = -32700
    sentence = "The line is not valid JSON in UTF-8."


class InvalidRequest(Refused):
    """A control line that is JSON, but not a request of JSON-RPC 2.0 as the control API takes
    it."""

    code = -32600
    sentence = "The line is not a JSON-RPC 2.0 request."


class InvalidParameters(Refused):
    """Parameters of a control request that are missing, unknown or of the wrong type."""

    code = -32602
    sentence = "The parameters do not fit the method."


# --- ProtocolViolation: the peer's fault ---------------------------------------------------------


class ProtocolViolation(OnionchatError):
    """The peer sent something that the protocol does not allow; its link is closed."""

    code = 2000
    sentence = "The other side broke the protocol; the connection was closed."


class Malformed(ProtocolViolation):
    """Bytes that do not decode: wrong type, trailing bytes, over-long field."""

    code = 2001
    sentence = "The other side sent something that cannot be decoded."


class TooLarge(ProtocolViolation):
    """A frame, message or list beyond its limit."""

    code = 2002
    sentence = "The other side sent something too large."


class HandshakeFailed(ProtocolViolation):
    """The handshake's authentication failed: wrong keys, token or prologue."""

    code = 2003
    sentence = "The other side could not prove who it is."


class DecryptionFailed(ProtocolViolation):
    """A record that does not authenticate."""

    code = 2004
    sentence = "A record was altered on its way."


class BadSignature(ProtocolViolation):
    """A signature that does not verify."""

    code = 2005
    sentence = "A signature does not match."


class BadChain(ProtocolViolation):
    """An entry whose previous hash, sequence number or body hash does not fit its log."""

    code = 2006
    sentence = "An entry does not fit the log that it claims to continue."


class ForkedLog(ProtocolViolation):
    """Two signed entries for one position of one log: proof that a device's key is misused."""

    code = 2007
    sentence = "A device signed two different entries for one position; it may be compromised."


class NotPermitted(ProtocolViolation):
    """An entry by an author who may not write it."""

    code = 2008
    sentence = "The author had no right to write this entry."


class UnexpectedMessage(ProtocolViolation):
    """A message that does not fit the state of the exchange."""

    code = 2009
    sentence = "The other side sent a message out of turn."


class FloodRefused(ProtocolViolation):
    """More than the peer's share of requests, memory or disk."""

    code = 2010
    sentence = "The other side sent too much."


class Downgraded(ProtocolViolation):
    """Both sides speak a newer version than the one that the connection was made with."""

    code = 2011
    sentence = "Somebody tampered with the connection: it was made with an older version."


# --- Unavailable: may work later or elsewhere ----------------------------------------------------


class Unavailable(OnionchatError):
    """It cannot be done now, but may work later."""

    code = 3000
    sentence = "That is not possible just now."


class NodeNotRunning(Unavailable):
    """No node answers for this profile."""

    code = 3001
    sentence = "The node is not running; start it with `onionchat node`."


class NodeLocked(Unavailable):
    """The node runs without its profile's key: nobody has unlocked it since it was started."""

    code = 3016
    sentence = "The node is locked; `onionchat unlock` opens it."


class TorNotFound(Unavailable):
    """No tor program."""

    code = 3002
    sentence = "No tor program was found; install the package `tor`, or name one with --tor."


class TorTooOld(Unavailable):
    """tor lacks what the protocol needs."""

    code = 3003
    sentence = "This tor is too old; version 0.4.7 or newer is needed."


class TorFailed(Unavailable):
    """tor ended, refused its configuration or cannot be controlled."""

    code = 3004
    sentence = "Tor does not work here."


class TorUnreachable(Unavailable):
    """tor runs but cannot connect to its network."""

    code = 3005
    sentence = "Tor cannot reach its network."


class PeerUnreachable(Unavailable):
    """The other device does not answer."""

    code = 3006
    sentence = "The other device cannot be reached now."


class PeerVersionUnknown(Unavailable):
    """The other node speaks only versions of the protocol that this one does not."""

    code = 3007
    sentence = "The other node speaks another version of the protocol; one of you has to update."


class PeerTooNew(PeerVersionUnknown):
    """The other node relies on something that only newer versions of the protocol have."""

    code = 3014
    sentence = "The other node uses something that only a newer onionchat understands; update this."


class DeviceLinkBusy(Unavailable):
    """So many call by one device's link that there is no place for another."""

    code = 3060
    sentence = "Other devices are calling by this link; make a new one there."


class DiskFull(Unavailable):
    """No room to write."""

    code = 3008
    sentence = "The disk is full: nothing more can be stored, and nothing was lost."


class TimedOut(Unavailable):
    """A deadline passed."""

    code = 3009
    sentence = "It took too long."


class TooManyTries(Unavailable):
    """Too many wrong passphrases in a row; this one was not looked at."""

    code = 3015
    sentence = "Too many wrong passphrases; try again later."

    def __init__(self, sentence: str | None = None, wait: int = 0) -> None:
        super().__init__(sentence)
        self.wait = wait
        """Seconds until the next one is looked at; 0 if that is not known."""


class ClockWrong(Unavailable):
    """The machine's clock is so far off that tor does not work."""

    code = 3010
    sentence = "This computer's clock seems wrong; Tor needs it right within hours."


class RestoredBackup(Unavailable):
    """This profile is an old copy: one's own log is longer at the contact than here."""

    code = 3021
    sentence = (
        "This profile is an older copy; your own messages are being fetched back from the "
        "contact first. Try again in a moment."
    )


class Stopping(Unavailable):
    """The node is shutting down."""

    code = 3011
    sentence = "The node is stopping."


class InternalError(Unavailable):
    """A defect of the node; its log names the place, never the contents."""

    code = -32603
    sentence = "The node failed at this request; its log says where."


class PluginMissing(Unavailable):
    """A bridge needs a program that is not installed."""

    code = 3013
    sentence = "A program for these bridges is missing."


class ClientTooSlow(Unavailable):
    """A front end that does not read its notifications fast enough."""

    code = 3012
    sentence = "The notifications were not read fast enough, so the node closed the connection."


class StorageFailed(Unavailable):
    """Reading or writing the profile's files failed, for another reason than a full disk."""

    code = 3020
    sentence = "The disk does not take or give the profile's data."


def by_code(code: int) -> type[OnionchatError]:
    """The class that carries an RPC `code`, so that a client raises what the node raised."""
    pending: list[type[OnionchatError]] = [OnionchatError]
    while pending:
        found = pending.pop()
        if found.code == code:
            return found
        pending.extend(found.__subclasses__())
    return OnionchatError
