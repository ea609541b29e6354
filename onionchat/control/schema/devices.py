"""Requests about the person's own devices."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from onionchat.views import DeviceView, LinkedView, RevokedView

from .base import Id, Nothing, Request, Text


class DeviceLinkReply(Struct, frozen=True):
    """A link for a new device, ready to be shown."""

    link: str
    expires: float
    qr: str
    """The link as a QR code of block characters, dark on light, for a terminal."""
    svg: str
    """The link as a QR code in SVG."""


class LinkDevice(Request[DeviceLinkReply], frozen=True):
    """Make a link by which one new device can be taken in, for 15 minutes; one that is out ends.

    The new device then shows a code, which is given to `confirm_device` here. The event "linking"
    tells how far it is.
    """

    method = "link_device"


class ConfirmDevice(Request[LinkedView], frozen=True):
    """Take in the device that shows this code; the reply comes when it is linked.

    After three wrong codes the link is void.
    """

    method = "confirm_device"

    code: Annotated[str, Meta(max_length=256)]
    """Eight digits; spaces do not matter."""


class CancelDeviceLink(Request[Nothing], frozen=True):
    """Take the link back."""

    method = "cancel_device_link"


class JoinDevice(Request[Nothing], frozen=True):
    """Become a device of the account whose device made this link. Only in a fresh profile.

    The reply comes when the call is stored; the event "linking" brings the code, and tells when the
    device is linked. The recovery words of this profile are void then: the account's count.
    """

    method = "join_device"

    link: Text
    """The link, or a text with it in it."""
    name: Text
    """What this device is called on one's other devices; contacts never see it."""
    history: Annotated[str, Meta(max_length=32)] = "all"
    """Which messages this device keeps: `all`, `none` of those before now, or those since the
    beginning of a day (UTC) such as 2026-01-31."""


class Devices(Request[tuple[DeviceView, ...]], frozen=True):
    """One's own devices, the most senior first."""

    method = "devices"


class RenameDevice(Request[DeviceView], frozen=True):
    """Call one of one's own devices otherwise."""

    method = "rename_device"

    device: Id
    """Its name or id."""
    name: Text
    """The new name."""


class RevokeDevice(Request[RevokedView], frozen=True):
    """Put one of one's own devices out of the account, for good: this one, or one that is junior to
    it; with the recovery phrase any."""

    method = "revoke_device"

    device: Id
    """Its name or id."""
    recovery: Annotated[str, Meta(min_length=1, max_length=1024)] | None = None
    """The 24 words of the recovery phrase; null: by this device's own word."""

    def __repr__(self) -> str:
        return "RevokeDevice(…)"
