"""What the window remembers for itself: how it looks, what it tells, when it locks.

What lives here: the values with their limits, and the one object that changes them. What may not:
what the node remembers (its own settings), files (`preference_file`), contents, names, addresses.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, Protocol

from msgspec import Struct, ValidationError, convert, to_builtins
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from onionchat.errors import OnionchatError

from .sentences import worded

MIN_SCALE, MAX_SCALE = 80, 200
"""Per cent of the system's size of type."""
MAX_LOCK_MINUTES: Final = 24 * 60
MAX_RECENT: Final = 32
"""Emoji kept as recently used."""
MAX_PIXELS: Final = 1 << 16
"""Of no screen, and so of no window."""


class Scheme(StrEnum):
    """Which colours."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Telling(StrEnum):
    """How much a notification on the desktop says."""

    NOTHING = "nothing"
    """There are none."""
    SOMETHING = "something"
    """That there is a message; not from whom."""
    NAME = "name"
    TEXT = "text"


class Closing(StrEnum):
    """What becomes of the node when the window is closed."""

    ASK = "ask"
    KEEP = "keep"
    STOP = "stop"


class Values(Struct, frozen=True, kw_only=True):
    """All of it, with what holds until somebody chooses. Unknown fields of a file are ignored."""

    scheme: Scheme = Scheme.SYSTEM
    text_scale: int = 100
    """Per cent, `MIN_SCALE` to `MAX_SCALE`."""
    language: str = ""
    """As in "de"; empty: the system's."""
    telling: Telling = Telling.SOMETHING
    lock_minutes: int = 15
    """Idle minutes until the window locks; 0: never."""
    locked: bool = False
    """Whether the window was locked: the next one asks for the passphrase, too."""
    left: float | None = None
    """When a window that was open to be read closed in order, in seconds since 1970. None while one
    is there, and after one that was locked or that nobody closed: killed, crashed."""
    closing: Closing = Closing.ASK
    panic_key: bool = False
    """Whether pressing Ctrl+Shift+Delete twice destroys the profile."""
    recent_emoji: tuple[str, ...] = ()
    words_open: bool = False
    """Whether the recovery words were made for this window, and nobody confirmed to have them."""
    size: tuple[int, int] | None = None
    """Of the window, in pixels, when it is not maximized."""
    place: tuple[int, int] | None = None
    """Of its upper left corner; a second screen may begin left of the first, so below 0."""
    maximized: bool = False
    list_width: int | None = None
    """Of the list of conversations, in pixels."""

    def __post_init__(self) -> None:
        """As msgspec calls it: raises ValueError beyond the limits."""
        if not MIN_SCALE <= self.text_scale <= MAX_SCALE:
            raise ValueError("text_scale")
        if not 0 <= self.lock_minutes <= MAX_LOCK_MINUTES:
            raise ValueError("lock_minutes")
        if len(self.recent_emoji) > MAX_RECENT:
            raise ValueError("recent_emoji")
        for name, pixels, least in (
            ("size", self.size, 1),
            ("place", self.place, -MAX_PIXELS),
            ("list_width", (self.list_width or 1,), 1),
        ):
            if not all(least <= number <= MAX_PIXELS for number in pixels or ()):
                raise ValueError(name)


class Shelf(Protocol):
    """Where the values lie between two starts. Fulfilled by `preference_file` and by fakes."""

    def load(self) -> dict[str, Any] | None:
        """What was stored; None if nothing was.

        Raises OnionchatError when there is something that cannot be read.
        """

    def store(self, fields: dict[str, Any]) -> None:
        """Put these in the place of what was stored.

        Raises OnionchatError.
        """

    def remove(self) -> None:
        """Store nothing any more. Raises OnionchatError."""


class Preferences(QObject):
    """The values in use."""

    changed = Signal()
    """`values` is another."""
    failed = Signal(str)
    """A sentence: what was chosen holds until the window closes, but is not stored."""

    def __init__(self, shelf: Shelf | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.values = Values()
        self.problem = ""
        """A sentence: why what was stored is not in use."""

    @property
    def outlasts(self) -> bool:
        """Whether anything is remembered from one window to the next."""
        return self._shelf is not None

    def load(self) -> None:
        """Take what is stored. What cannot be read is left alone, and what comes with the program
        holds.
        """
        self.problem = ""
        if self._shelf is None:
            return
        try:
            fields = self._shelf.load()
            found = Values() if fields is None else convert(fields, Values)
        except ValidationError:
            self._not_loaded(self.tr("What this window remembered cannot be read; it starts anew."))
        except OnionchatError as error:
            self._not_loaded(worded(error))
        else:
            self._take(found)

    def change(self, **fields: Any) -> bool:  # noqa: ANN401 - the fields of Values
        """Choose: in use at once, and stored; whether that worked. Raises ValueError beyond the
        limits.
        """
        self._take(replace(self.values, **fields))
        if self._shelf is None:
            return True
        try:
            self._shelf.store(to_builtins(self.values))
        except OnionchatError as error:
            self.failed.emit(worded(error))
            return False
        self.problem = ""
        return True

    def change_or_drop(self, **fields: Any) -> bool:  # noqa: ANN401 - the fields of Values
        """The same for what must not stay as it is stored: where it cannot be replaced, on a full
        disk say, nothing stays stored, until a change can be.
        """
        stored = self.change(**fields)
        if not stored and self._shelf is not None:
            try:
                self._shelf.remove()
            except OnionchatError as error:
                self.failed.emit(worded(error))
        return stored

    def forget(self) -> None:
        """The profile is gone: nothing of what was chosen for it stays in use."""
        self._take(Values())

    def _not_loaded(self, sentence: str) -> None:
        self.problem = sentence
        self.failed.emit(sentence)

    def _take(self, values: Values) -> None:
        if values != self.values:
            self.values = values
            self.changed.emit()
