"""The part of the fake node that links devices: as the real one answers, without any of its keys.

What lives here: `FakeDevices`, for the fake node to inherit. What may not: anything that a test of
linking itself would need; for that there are real nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from onionchat import errors
from onionchat.names import clean_name
from onionchat.views import (
    DeviceLinkView,
    DeviceView,
    LinkedView,
    LinkingChanged,
    NodeEvent,
    RevokedView,
)

if TYPE_CHECKING:
    from onionchat.testing.fake_node import FakeWorld

PREFIX = "onionchat-device:FAKE"
LIFE = 15 * 60
WORDS = ("abandon", "ability", "able", "about", "above", "absent")
_MAX_TRIES = 3
_DIGITS = 8
_PHRASE = 24


class FakeDevices:
    """One node's devices, and the link that is out."""

    world: FakeWorld
    publish: Callable[[NodeEvent], None]

    def begin_devices(self, device: str) -> None:
        """This device is the first one."""
        self._devices = [DeviceView(device, "Device 1", True, "active")]
        self._device_link: str | None = None
        self._device_tries = 0
        self._joiners: dict[str, tuple[FakeDevices, str]] = {}
        """Those who wait, by their codes, and what they are called."""

    async def link_device(self) -> DeviceLinkView:
        """A link that other fake nodes of the world can use."""
        await self.cancel_device_link()
        made = self._device_link = f"{PREFIX}{self.world.new_id().upper()}"
        self.world.device_links[made] = self
        return DeviceLinkView(made, self.world.now() + LIFE)

    async def cancel_device_link(self) -> None:
        """Take it back."""
        if self._device_link is not None:
            del self.world.device_links[self._device_link]
        self._device_link, self._device_tries, self._joiners = None, 0, {}

    async def confirm_device(self, code: str) -> LinkedView:
        """Take in who shows the code. Raises as the real one."""
        digits = "".join(code.split())
        if not (digits.isascii() and digits.isdigit() and len(digits) == _DIGITS):
            raise errors.InvalidInput("The code has eight digits; the new device shows it.")
        if not self._joiners:
            raise errors.NoDeviceWaits
        found = self._joiners.pop(digits, None)
        if found is None:
            self._device_tries += 1
            if self._device_tries >= _MAX_TRIES:
                await self.cancel_device_link()
                raise errors.DeviceLinkSpoiled
            raise errors.WrongDeviceCode
        joiner, name = found
        mine = replace(joiner._devices[0], name=name)
        for one in joiner, self:
            others = [replace(view, this=False, connected=True) for view in self._devices]
            one._devices = [*others, replace(mine, this=False, connected=True)]
        joiner._devices[-1] = mine
        self._devices[0] = replace(self._devices[0], this=True, connected=False)
        await self.cancel_device_link()
        joiner.publish(LinkingChanged("new", "confirmed"))
        joiner.publish(LinkingChanged("new", "linked", words=WORDS))
        self.publish(LinkingChanged("old", "linked", name=name, words=WORDS))
        return LinkedView(name, WORDS)

    async def revoke_device(self, device: str, *, recovery: str | None) -> RevokedView:
        """Put one out; of the others only their views change. Raises as the real one."""
        found = next((v for v in self._devices if device in (v.id, v.name)), None)
        if found is None:
            raise errors.UnknownDevice
        if len(self._devices) == 1:
            raise errors.OnlyDevice
        if recovery is not None and len(recovery.split()) != _PHRASE:
            raise errors.InvalidInput("A recovery phrase has 24 words, separated by spaces.")
        places = [view.this for view in self._devices]
        if recovery is None and self._devices.index(found) < places.index(True):
            raise errors.NotSenior
        out = replace(found, state="revoked", connected=False, ended=self.world.now())
        self._devices[self._devices.index(found)] = out
        return RevokedView(out, 0)

    async def join_device(self, link: str, *, name: str, history: str) -> None:
        """Show a code. Raises as the real one."""
        if link.startswith("onionchat:"):
            raise errors.InviteLinkRefused
        if not link.startswith(PREFIX):
            raise errors.InvalidLink
        if len(self._devices) > 1:
            raise errors.ProfileNotFresh
        clean = clean_name(name)
        host = self.world.device_links.get(link)
        if host is None:
            raise errors.LinkExpired
        code = str(12345678 + len(host._joiners))
        host._joiners[code] = self, clean
        self.publish(LinkingChanged("new", "calling"))
        self.publish(LinkingChanged("new", "code", code=f"{code[:4]} {code[4:]}", words=WORDS))
        host.publish(LinkingChanged("old", "waiting", waiting=len(host._joiners)))

    async def devices(self) -> Sequence[DeviceView]:
        """All of them."""
        return list(self._devices)

    async def rename_device(self, device: str, name: str) -> DeviceView:
        """Another name. Raises as the real one."""
        for place, view in enumerate(self._devices):
            if device in (view.id, view.name):
                self._devices[place] = replace(view, name=clean_name(name))
                return self._devices[place]
        raise errors.UnknownDevice
