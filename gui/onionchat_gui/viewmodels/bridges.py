"""Bridge lines that a person pastes, until Tor uses them.

What lives here: the model of the form on the Tor page. What may not: what a bridge line is (the
node's), how the bridges in use are doing (`tor`).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import NodeNotRunning, OnionchatError, Stopping
from onionchat.views import BridgeCheckView, SettingView
from onionchat_gui.node import Node

from .sentences import worded

SETTING: Final = "bridges"
PAUSE_MILLIS: Final = 300
"""Lines are looked at when nothing was typed for so long."""
MAX_TEXT: Final = 64 * 1024
"""Characters that the node takes."""


class Line(NamedTuple):
    """One line of the field, and what the node says of it."""

    text: str
    check: BridgeCheckView


class Bridges(QObject):
    """The setting `bridges`, and a text that may become it."""

    changed = Signal()
    """Anything here but `text` is another."""
    filled = Signal()
    """`text` is another, and nobody typed it."""
    failed = Signal(str)
    """A sentence that belongs below the field."""
    used = Signal()
    """The setting is another, and Tor starts anew with it."""

    def __init__(self, node: Node, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self.text = ""
        self.stored: str | None = None
        """The setting; None until the node has told it."""
        self.lines: tuple[Line, ...] = ()
        """Those of `text` that are not empty; none while they are being looked at."""
        self.checked = False
        """Whether `lines` are those of `text`."""
        self.busy = False
        """The setting is being changed."""
        self._left_out: set[str] = set()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MILLIS)
        self._pause.timeout.connect(self.check)
        node.joined.connect(self._joined)

    # --- Which lines -----------------------------------------------------------------------------

    def set_text(self, text: str) -> None:
        """What stands in the field."""
        if text != self.text:
            self._take(text)
            self._pause.start()

    def chosen(self, line: Line) -> bool:
        """Whether this line will be used."""
        return line.check.ok and line.text not in self._left_out

    def choose(self, line: Line, chosen: bool) -> None:
        """Use this line, or leave it out."""
        (self._left_out.discard if chosen else self._left_out.add)(line.text)
        self.changed.emit()

    @property
    def value(self) -> str:
        """The setting as it would become; a line that stands there twice is one bridge."""
        return "\n".join(dict.fromkeys(line.text for line in self.lines if self.chosen(line)))

    @property
    def usable(self) -> bool:
        """Whether `use` would do something."""
        value = self.value
        return bool(value) and value != self.stored and self.checked and not self.busy

    @property
    def half_done(self) -> bool:
        """Whether the field holds something else than the setting."""
        return self.text != (self.stored or "")

    @property
    def in_use(self) -> bool:
        """Whether the lines that are chosen are those that are used already."""
        return bool(self.stored) and self.checked and self.value == self.stored

    # --- What the node is asked ------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the setting. It fills the field, unless somebody has typed into that."""
        self._node.ask(self, schema.Settings(), self._told, self._fail)

    def check(self) -> None:
        """Ask what the node thinks of the lines; a late answer about others is ignored."""
        self._pause.stop()
        text = self.text
        if not text.strip():
            self._judged(text, ())
        elif len(text) > MAX_TEXT:
            self.failed.emit(self.tr("This is too long to be bridge lines."))
        else:
            self._node.ask(
                self,
                schema.CheckBridges(text=text),
                lambda found: self._judged(text, found),
                lambda error: self._fail(error) if text == self.text else None,
            )

    def use(self) -> None:
        """Have Tor use the lines that are chosen, and no others."""
        if self.usable:
            self._set(self.value)

    def remove(self) -> None:
        """Have Tor use no bridges. What stands in the field stays."""
        if self.stored and not self.busy:
            self._set("")

    def _set(self, value: str) -> None:
        self.busy = True
        self.changed.emit()
        self._node.ask(self, schema.Set(name=SETTING, value=value), self._stored, self._not_stored)

    # --- What it says ----------------------------------------------------------------------------

    def _told(self, settings: tuple[SettingView, ...]) -> None:
        value = _value(settings)
        untouched = not self.half_done
        self.stored = value
        if untouched and value != self.text:
            self._take(value)
            self.filled.emit()
            self.check()
        self.changed.emit()

    def _told_again(self, settings: tuple[SettingView, ...]) -> None:
        self.stored = _value(settings)
        self.changed.emit()

    def _judged(self, text: str, found: tuple[BridgeCheckView, ...]) -> None:
        if text != self.text:
            return
        typed = text.split("\n")
        self.lines = tuple(
            Line(typed[check.line - 1].strip(), check)
            for check in found
            if 0 < check.line <= len(typed)
        )
        self.checked = True
        self.changed.emit()

    def _stored(self, setting: SettingView) -> None:
        self.busy = False
        self.stored = setting.value
        self.changed.emit()
        self.used.emit()

    def _not_stored(self, error: OnionchatError) -> None:
        self.busy = False
        self.changed.emit()
        self.failed.emit(worded(error))
        # It may be stored all the same, if Tor could not be started with it.
        self._node.ask(self, schema.Settings(), self._told_again, self._fail)

    def _take(self, text: str) -> None:
        self.text, self.lines, self.checked = text, (), False
        self.changed.emit()

    def _joined(self) -> None:
        self.load()
        if not self.checked:
            self.check()

    def _fail(self, error: OnionchatError) -> None:
        # Of a connection that is gone the window tells; everything is asked again after that.
        if not isinstance(error, NodeNotRunning | Stopping):
            self.failed.emit(worded(error))


def _value(settings: tuple[SettingView, ...]) -> str:
    return next((setting.value for setting in settings if setting.name == SETTING), "")
