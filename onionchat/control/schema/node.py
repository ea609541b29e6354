"""Requests about the node, its profile and its Tor."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from onionchat.views import BridgeCheckView, CheckView, SettingView, StatusView, TorDetailsView

from .base import ContactRef, Nothing, Request


class Status(Request[StatusView], frozen=True):
    """How the node is doing."""

    method = "status"


class Doctor(Request[tuple[CheckView, ...]], frozen=True):
    """Check what commonly goes wrong."""

    method = "doctor"


class StopReply(Struct, frozen=True):
    """The node has begun to stop."""

    pid: int
    """The process that ends when everything is stored and tor has ended."""


class Stop(Request[StopReply], frozen=True):
    """Stop the node. The reply comes first; then every client is told and disconnected."""

    method = "stop"


class Settings(Request[tuple[SettingView, ...]], frozen=True):
    """All settings with their values and what they mean."""

    method = "settings"


class TorDetails(Request[TorDetailsView], frozen=True):
    """What Tor is doing, in more detail than `status` and in words for everybody.

    Counts only: no relay, no address of a contact. Asks an own tor anew each time, at most for some
    seconds; the event "tor" says when to ask again.
    """

    method = "tor_details"


class CheckBridges(Request[tuple[BridgeCheckView, ...]], frozen=True):
    """Say of each bridge line whether it could be used, before the setting `bridges` is changed.

    Looks at its form and for the program that it needs; it connects to nobody.
    """

    method = "check_bridges"

    text: Annotated[str, Meta(max_length=64 * 1024)]
    """The lines, as pasted; empty ones are skipped."""


class Set(Request[SettingView], frozen=True):
    """Change one setting."""

    method = "set"

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    """The setting."""
    value: Annotated[str, Meta(max_length=64 * 1024)]
    """Its new value; the empty text for the default."""


class ChangePassphrase(Request[Nothing], frozen=True):
    """Put a new passphrase around the database's key."""

    method = "change_passphrase"

    old: Annotated[str, Meta(max_length=1024)]
    """The passphrase until now."""
    new: Annotated[str, Meta(min_length=1, max_length=1024)]
    """The passphrase from now on."""


class VerifyPassphrase(Request[Nothing], frozen=True):
    """Ask whether this is the profile's passphrase, as a lock screen does: WrongPassphrase if not.

    It takes as long as opening the profile. After five wrong ones in a row (of `change_passphrase`,
    too) each is followed by a pause, from one second to five minutes, in which TooManyTries is the
    answer to all, with the seconds that are left as `wait` in its `data`. The node itself is not
    locked by this: it goes on receiving, and its keys are in its memory.
    """

    method = "verify_passphrase"

    passphrase: Annotated[str, Meta(min_length=1, max_length=1024)]
    """The passphrase."""


class Unlock(Request[Nothing], frozen=True):
    """Open the profile of a node that was started without its passphrase (`locked` of `status`).

    The reply comes when the node runs, before Tor is connected. Wrong passphrases are paced as with
    `verify_passphrase`, which this is where the profile is open already.
    """

    method = "unlock"

    passphrase: Annotated[str, Meta(min_length=1, max_length=1024)]
    """The passphrase."""


class Wipe(Request[StopReply], frozen=True):
    """Destroy the profile for good: its key first, then the node stops and its files are removed.

    The reply comes when the key is destroyed, from when on nothing opens the database, whatever
    happens to the node; then every client is told and disconnected. If the key cannot be destroyed,
    the answer is an error, and the files are removed all the same. Backups are not reached.
    """

    method = "wipe"

    confirm: Literal["wipe"]
    """The word `wipe`, so that nobody does this by mistake."""
    profile: Annotated[str, Meta(max_length=64)] = ""
    """Device and inode of the profile's folder, as in the file `owner` beside the socket: the node
    of another profile refuses. Empty: whichever profile the node has."""


class Backup(Request[Nothing], frozen=True):
    """Write an encrypted copy of the profile while the node runs."""

    method = "backup"

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    """An absolute path; the folder must not exist yet."""


class SetVisibility(Request[Nothing], frozen=True):
    """Say who can reach this device."""

    method = "set_visibility"

    visibility: Literal["online", "restricted", "hidden"]
    """online: contacts and invites; restricted: contacts only; hidden: nobody, this node dials."""
    contact: ContactRef | None = None
    """For this contact alone; null for all."""
