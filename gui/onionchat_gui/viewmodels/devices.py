"""The person's own devices: which there are, what they are called, and putting one out.

What lives here: the list of the page "devices". What may not: taking in a new one (`linking`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat.views import DeviceView, LinkingChanged, RevokedView
from onionchat_gui.node import Node

from .asking import Asking

REFRESH_MILLIS: Final = 5_000
"""No event tells that a device of one's own came or went, so the list is asked for so often while
somebody looks at it."""


class Devices(Asking):
    """The devices, the most senior first."""

    renamed = Signal(str)
    """The device with this id has the name that it was to have."""
    was_put_out = Signal(object)
    """What became of a device that was put out, a `RevokedView`."""

    def __init__(self, node: Node, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self.views: tuple[DeviceView, ...] = ()
        self.known = True
        """Whether who is connected is known now; not while the node is lost."""
        self._loading = self._stale = False
        self.again = QTimer(self, interval=REFRESH_MILLIS)
        self.again.timeout.connect(self.load)
        node.joined.connect(self.load)
        node.parted.connect(self._parted)
        node.happened.connect(self._happened)

    def open(self) -> None:
        """Somebody looks: keep the list fresh."""
        self.load()
        self.again.start()

    def close(self) -> None:
        """Nobody looks."""
        self.again.stop()

    def load(self) -> None:
        """Ask for the list."""
        if self._loading:
            # The answer on its way may be older than what happened now.
            self._stale = True
            return
        self._loading, self._stale = True, False
        self._node.ask(self, schema.Devices(), self._told, self._not_told)

    def rename(self, device: str, name: str) -> None:
        """Call a device otherwise."""
        if self.busy:
            return
        self.set_busy(True)
        self._node.ask(
            self, schema.RenameDevice(device=device, name=name.strip()), self._renamed, self.fail
        )

    @property
    def belongs(self) -> bool:
        """Whether this device is one of the account; false once it was put out."""
        return not any(view.this and view.state != "active" for view in self.views)

    def may_go(self, view: DeviceView) -> bool:
        """Whether this device can put out that one: never the only one there is."""
        active = [one for one in self.views if one.state == "active"]
        return self.belongs and view in active and len(active) > 1

    def senior(self, view: DeviceView) -> bool:
        """Whether only the recovery words can put that one out, for this one is junior to it."""
        for one in self.views:
            if one.id == view.id or one.this:
                return not one.this
        return False

    def put_out(self, device: str, recovery: str = "") -> None:
        """Put a device out of the account, for good; with the recovery words any."""
        if self.busy:
            return
        self.set_busy(True)
        self._node.ask(
            self,
            schema.RevokeDevice(device=device, recovery=recovery or None),
            self._gone,
            self.fail,
        )

    def _happened(self, events: tuple[object, ...]) -> None:
        if any(isinstance(event, LinkingChanged) for event in events):
            self.load()

    def _renamed(self, view: DeviceView) -> None:
        self.views = tuple(view if one.id == view.id else one for one in self.views)
        # An answer on its way may have the old name.
        self._stale = self._loading
        self.set_busy(False)
        self.renamed.emit(view.id)

    def _gone(self, gone: RevokedView) -> None:
        self.set_busy(False)
        self.load()
        self.was_put_out.emit(gone)

    def _told(self, views: tuple[DeviceView, ...]) -> None:
        self._loading = False
        if self._stale:
            self.load()
        elif views != self.views or not self.known:
            self.views, self.known = views, True
            self.changed.emit()

    def _not_told(self, error: OnionchatError) -> None:
        # Of a node that is lost the strip says so; the list comes when it is back.
        self._loading = False

    def _parted(self, _: OnionchatError) -> None:
        self.known = False
        self.changed.emit()
