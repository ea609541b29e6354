"""Becoming a device of an account that is there already.

What lives here: the model of the page "join", from the link to the words that both devices show.
What may not: the other device's side (`linking`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Signal

from onionchat.control import schema
from onionchat.views import DeviceView, LinkingChanged
from onionchat_gui.node import Node
from onionchat_gui.qr import QrReader

from .asking import Asking
from .sentences import worded

ALL: Final = "all"
NONE: Final = "none"
_DAY: Final = 86_400


class Stage(StrEnum):
    """How far it is."""

    ASKED = "asked"
    CALLING = "calling"
    CODE = "code"
    CONFIRMED = "confirmed"
    LINKED = "linked"


class Joining(Asking):
    """A link and a name, then a code, then an account. Leaving the page ends nothing."""

    linked = Signal()
    """This device belongs to the account now."""

    def __init__(
        self,
        node: Node,
        now: Callable[[], float],
        reader: QrReader | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._node = node
        self._now = now
        self._reader = reader or QrReader(self)
        self.stage = Stage.ASKED
        self.link = self.name = ""
        """As they were typed: who leaves the page for a while finds them there."""
        self.code = ""
        """What is to be typed on the other device, from `CODE` on."""
        self.words: tuple[str, ...] = ()
        """Shown by both devices at `LINKED`; none where that was a while ago."""
        self.why = ""
        """At `CALLING` why it is tried again: a sentence."""
        self._given_up = False
        node.happened.connect(self._happened)

    def look(self) -> None:
        """Ask whether this profile is a device among others already."""
        self._node.ask(self, schema.Devices(), self._told, lambda _: None)

    def set_link(self, text: str) -> None:
        """What stands in the field, as pasted: the node finds the link in a whole mail."""
        link = text.strip()
        if link != self.link:
            self.link = link
            self.changed.emit()

    def set_name(self, name: str) -> None:
        """What this device is to be called."""
        self.name = name
        self.changed.emit()

    def join(self, history: str) -> None:
        """Call the other device; `history` as `since` makes it, `ALL` or `NONE`."""
        if self.busy or not self.link or not self.name.strip():
            return
        self._given_up = False
        self.set_busy(True)
        self._node.ask(
            self,
            schema.JoinDevice(link=self.link, name=self.name.strip(), history=history),
            self._called,
            self.fail,
        )

    def since(self, days: int) -> str:
        """For `join`: the history since the beginning of the day that was so many days ago."""
        return datetime.fromtimestamp(self._now() - days * _DAY, UTC).date().isoformat()

    def give_up(self) -> None:
        """Another link is to be used; the call goes on until that, or until its link ends."""
        self._given_up = True
        self._enter(Stage.ASKED)

    def read_file(self, path: str) -> None:
        """Take the link from the code in a picture file."""
        if not self.busy:
            self.set_busy(True)
            self._reader.read_file(path, self._read, self.fail)

    def read_picture(self, content: bytes) -> None:
        """Take the link from the code in a picture in memory."""
        if not self.busy:
            self.set_busy(True)
            self._reader.read_bytes(content, self._read, self.fail)

    def _told(self, views: tuple[DeviceView, ...]) -> None:
        if len(views) > 1 and self.stage == Stage.ASKED:
            self._enter(Stage.LINKED)

    def _read(self, text: str) -> None:
        self.busy = False
        self.link = text.strip()
        self.changed.emit()

    def _called(self, _: schema.Nothing) -> None:
        self.busy = False
        if self.stage == Stage.ASKED:
            # What was told before this answer may be further on.
            self.stage = Stage.CALLING
        self.changed.emit()

    def _happened(self, events: tuple[object, ...]) -> None:
        for event in events:
            if isinstance(event, LinkingChanged) and event.side == "new":
                self._hear(event)

    def _hear(self, event: LinkingChanged) -> None:
        match event.stage:
            case "confirmed":
                self._enter(Stage.CONFIRMED)
            case "linked":
                self.words = event.words
                self.link = self.code = ""
                self._enter(Stage.LINKED)
                self.linked.emit()
            case _ if self._given_up:
                # Of the call that nobody waits for.
                return
            case "calling" if self.stage != Stage.CONFIRMED:
                self.code = ""
                self.why = worded(event.sentence)
                self._enter(Stage.CALLING)
            case "code":
                self.code = event.code or ""
                self._enter(Stage.CODE)
            case "failed":
                self.code = ""
                self._enter(Stage.ASKED)
                self.failed.emit(worded(event.sentence))

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()
