"""Taking a new device in: a link, and the code that the new device shows.

What lives here: the model of the card "Link a new device". What may not: the new device's side
(`joining`), the list of devices (`devices`).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat.views import LinkedView, LinkingChanged
from onionchat_gui.node import Node

from .asking import Asking
from .sentences import worded


class Linking(Asking):
    """The link that is out, if any, and who waits at it. Leaving the page ends nothing."""

    ticked = Signal()
    """`left` is another."""

    def __init__(self, node: Node, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self._now = now
        self.link: schema.DeviceLinkReply | None = None
        """The link that is out."""
        self.waiting = 0
        """New devices that show a code."""
        self.linked: LinkedView | None = None
        """The device that came in last, and the words that both devices show."""
        self._seconds = QTimer(self, interval=1000)
        self._seconds.timeout.connect(self._tick)
        node.happened.connect(self._happened)
        node.parted.connect(self._parted)

    @property
    def left(self) -> int:
        """Seconds for which the link can be used."""
        return max(0, int(self.link.expires - self._now())) if self.link is not None else 0

    def make(self) -> None:
        """Make a link; one that is out ends."""
        if self.busy:
            return
        self.linked = None
        self.set_busy(True)
        self._node.ask(self, schema.LinkDevice(), self._made, self.fail)

    def confirm(self, code: str) -> None:
        """Take in the device that shows this code."""
        if self.busy or self.link is None:
            return
        self.set_busy(True)
        self._node.ask(self, schema.ConfirmDevice(code=code), self._confirmed, self.fail)

    def cancel(self) -> None:
        """Take the link back: nobody can use it any more."""
        if self.link is not None:
            self._end()
            self._node.ask(self, schema.CancelDeviceLink(), lambda _: None, self.fail)

    def finish(self) -> None:
        """The words were compared."""
        self.linked = None
        self.changed.emit()

    def _made(self, reply: schema.DeviceLinkReply) -> None:
        self.link, self.waiting = reply, 0
        self._seconds.start()
        self.set_busy(False)

    def _confirmed(self, linked: LinkedView) -> None:
        self.linked, self.busy = linked, False
        self._end()

    def _happened(self, events: tuple[object, ...]) -> None:
        for event in events:
            if not isinstance(event, LinkingChanged) or event.side != "old" or self.link is None:
                continue
            match event.stage:
                case "waiting":
                    self.waiting = event.waiting
                    self.changed.emit()
                case "linked":
                    # It may have been confirmed at a terminal.
                    self.linked = LinkedView(event.name, event.words)
                    self._end()
                case "failed":
                    self._end()
                    self.failed.emit(worded(event.sentence))

    def _parted(self, _: OnionchatError) -> None:
        if self.link is not None:
            # A node that ended has forgotten its link.
            self._end()
            self.failed.emit(self.tr("The connection to the node was lost. Make a new link."))

    def _tick(self) -> None:
        self.ticked.emit()

    def _end(self) -> None:
        self.link, self.waiting = None, 0
        self._seconds.stop()
        self.changed.emit()
