"""The node's settings that everybody understands, and a backup: what the settings page changes.

What lives here: the model of what the node remembers. What may not: what the window remembers for
itself (`preferences`), Tor (its own page), what a setting means to the node.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Signal

from onionchat.control import schema
from onionchat.errors import OnionchatError
from onionchat.views import SettingView
from onionchat_gui.node import Node

from .sentences import worded

VISIBILITY: Final = "visibility"
RECEIPTS: Final = "read-receipts"
CHOICES: Final = {VISIBILITY: ("online", "restricted", "hidden"), RECEIPTS: ("off", "on")}
"""What can be chosen on the page, as the node calls it. The other settings are about Tor."""


class Field(StrEnum):
    """Where on the page something went wrong."""

    ALL = "all"
    """Nothing could be had."""
    VISIBILITY = VISIBILITY
    RECEIPTS = RECEIPTS
    BACKUP = "backup"


class Settings(QObject):
    """What the node said last; `values` is empty until it said anything."""

    changed = Signal()
    """`values` or `saving` is another."""
    failed = Signal(str, str)
    """A `Field`, and the sentence that belongs below it. What was chosen is not so."""
    saved = Signal(str)
    """A backup was written: its folder."""

    def __init__(self, node: Node, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self.values: dict[str, str] = {}
        self.saving = False
        """A backup is being written."""
        # A later choice counts, whichever answer comes first.
        self._choice: dict[str, int] = {}

    def load(self) -> None:
        """Ask for all of them."""
        self._node.ask(
            self,
            schema.Settings(),
            self._told,
            lambda error: self.failed.emit(Field.ALL, worded(error)),
        )

    def choose(self, name: str, value: str) -> None:
        """Change one; a value of `CHOICES`."""
        if self.values.get(name, value) == value:
            return
        before = self.values[name]
        number = self._choice[name] = self._choice.get(name, 0) + 1
        self._take(name, value)

        def not_done(error: OnionchatError) -> None:
            if number == self._choice[name]:
                self._take(name, before)
            self.failed.emit(name, worded(error))

        if name == VISIBILITY:
            self._node.ask(
                self,
                schema.SetVisibility(visibility=value),  # type: ignore[arg-type]
                lambda _: None,
                not_done,
            )
        else:
            request = schema.Set(name=name, value=value)
            self._node.ask(self, request, lambda _: None, not_done)

    def back_up(self, folder: str) -> None:
        """Write an encrypted copy into a folder that is not there yet."""
        if self.saving:
            return

        def done(_: schema.Nothing) -> None:
            self.saving = False
            self.changed.emit()
            self.saved.emit(folder)

        def not_done(error: OnionchatError) -> None:
            self.saving = False
            self.changed.emit()
            self.failed.emit(Field.BACKUP, worded(error))

        self.saving = True
        self.changed.emit()
        self._node.ask(self, schema.Backup(path=folder), done, not_done)

    def _told(self, settings: tuple[SettingView, ...]) -> None:
        self.values = {setting.name: setting.value for setting in settings}
        self.changed.emit()

    def _take(self, name: str, value: str) -> None:
        self.values[name] = value
        self.changed.emit()
