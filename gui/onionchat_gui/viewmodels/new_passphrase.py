"""Choosing a passphrase: how strong what is typed looks, and whether it can be taken.

What lives here: asking the core for both without holding up the keys. What may not: rules about
passphrases (`control.passphrase`), guesses about them (`control.strength`), and what it is for.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import passphrase as passphrases
from onionchat.control import strength
from onionchat.control.strength import Level
from onionchat.errors import InvalidText, OnionchatError

from .sentences import worded

PAUSE_MILLIS: Final = 200
"""After the last key: a guess takes 1 to 100 ms, which nobody notices who does not type."""

LEVELS: Final = tuple(Level)
"""From the weakest on."""


class Flaw(StrEnum):
    """Why a passphrase is not taken."""

    NONE = ""
    SHORT = "short"
    """Fewer characters than `passphrases.MIN_LENGTH`."""
    DIFFERENT = "different"
    """Something else was typed the second time."""
    REFUSED = "refused"
    """By a rule of the core's."""
    GUESSED = "guessed"
    """It would be guessed at once. Who chooses the same once more has it."""


class NewPassphrase(QObject):
    """One passphrase that is being chosen. What is typed is kept until it is rated."""

    rated = Signal()
    """`level` and `warning` are others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.level: Level | None = None
        """None while nothing is typed."""
        self.warning = ""
        """What makes it weak, a sentence of the core's; may be empty."""
        self.sentence = ""
        """What is wrong, after `flaw` has found something; else empty."""
        self._warned_of: int | None = None
        """The hash of what would be guessed, and was said to be."""
        self._typed = ""
        self._own: tuple[str, ...] = ()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MILLIS)
        self._pause.timeout.connect(self._rate)
        self._load = QTimer(self, singleShot=True, interval=0)
        self._load.timeout.connect(lambda: strength.estimate("x"))

    def prepare(self) -> None:
        """Load the dictionaries, when there is nothing more urgent to do."""
        self._load.start()

    def typed(self, text: str, own: tuple[str, ...] = ()) -> None:
        """This stands in the field now; `own` are words that a thief would try first."""
        self._typed, self._own = text, own
        if text:
            self._pause.start()
        else:
            self._pause.stop()
            self._rate()

    def flaw(self, first: str, again: str) -> Flaw:
        """Why this cannot be taken; `sentence` says it."""
        self.sentence = ""
        found = self._flaw(first, again)
        match found:
            case Flaw.SHORT:
                self.sentence = self.tr("A passphrase needs at least %1 characters.").replace(
                    "%1", str(passphrases.MIN_LENGTH)
                )
            case Flaw.DIFFERENT:
                self.sentence = self.tr("You typed two different passphrases.")
            case Flaw.GUESSED:
                self.sentence = self.tr(
                    "Whoever gets hold of this device would guess this passphrase at once. Choose"
                    " another one, or press once more to keep it."
                )
        return found

    def _flaw(self, first: str, again: str) -> Flaw:
        try:
            taken = self.normal(first) if first else ""
        except UnicodeEncodeError:
            # Half of a character, which some input method left.
            self.sentence = worded(InvalidText())
            return Flaw.REFUSED
        except OnionchatError as error:
            self.sentence = worded(error)
            return Flaw.REFUSED
        try:
            passphrases.check_new(taken)
        except OnionchatError:
            return Flaw.SHORT
        if first != again:
            return Flaw.DIFFERENT
        if strength.estimate(taken).level == Level.VERY_WEAK and self._warned_of != hash(taken):
            self._warned_of = hash(taken)
            return Flaw.GUESSED
        return Flaw.NONE

    def normal(self, passphrase: str) -> str:
        """A passphrase without flaw as every way in takes it."""
        return passphrases.checked(passphrase.encode())

    def _rate(self) -> None:
        found = strength.estimate(self._typed, self._own) if self._typed else None
        self._typed, self._own = "", ()
        self.level = None if found is None else found.level
        self.warning = "" if found is None else found.warning
        self.rated.emit()
