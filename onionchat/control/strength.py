"""How hard a passphrase is to guess: an estimate, for whoever is choosing one.

What lives here: a pure function that front ends may call at every key (1 to 15 ms, 100 for
the worst). What may not: deciding what is taken (`passphrase.check_new`), keeping or
logging what was typed.

The estimate is zxcvbn's: common passwords, English words, names, dates, keyboard patterns and
repetitions. Words of other languages count as random letters, so it can be too kind and is never a
promise; only words drawn by chance are as strong as they look.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import prod
from typing import Final

MAX_LOOKED_AT: Final = 72
"""Characters; more can only make it stronger, and looking at them takes long."""

ENOUGH: Final = 24
"""Characters; if these are strong alone, the others are not looked at: each costs more than the
one before."""

MAX_COMBINATIONS: Final = 16
"""Of signs that stand for letters."""

_NEUTRAL: Final = "¤"
"""Stands for no letter and in no list."""

MAX_OWN: Final = 16
"""Words of the person's own that are looked for."""


class Level(StrEnum):
    """How long a thief of the disk with much hardware would take: our slots cost each guess about
    a second of a core and 256 MiB, so 10 million guesses a second are a large farm."""

    VERY_WEAK = "very_weak"
    """Under a second."""
    WEAK = "weak"
    """Under an hour."""
    FAIR = "fair"
    """Days."""
    GOOD = "good"
    """Years."""
    STRONG = "strong"
    """More than a lifetime."""


_LEVELS: Final = (
    (16.5, Level.STRONG),
    (14.0, Level.GOOD),
    (11.0, Level.FAIR),
    (7.0, Level.WEAK),
)
"""From how many guesses on (powers of ten)."""

SENTENCES: Final = {
    Level.VERY_WEAK: "This passphrase is guessed at once.",
    Level.WEAK: "This passphrase is guessed within an hour.",
    Level.FAIR: "This passphrase would stand for some days.",
    Level.GOOD: "This passphrase would stand for years.",
    Level.STRONG: "This passphrase is strong.",
}
BETTER: Final = "Five or six words drawn by chance would be much stronger."


@dataclass(frozen=True, slots=True)
class Strength:
    """An estimate. Nothing in it holds the passphrase."""

    level: Level
    guesses: float
    """The power of ten of the guesses that it would take, at least."""
    sentence: str
    """What the level means."""
    warning: str = field(default="")
    """What makes it weak, one English sentence of zxcvbn's; may be empty."""


def estimate(passphrase: str, own: tuple[str, ...] = ()) -> Strength:
    """How strong a passphrase is. `own` are words that a thief would try first: names, say."""
    looked_at = passphrase[:MAX_LOOKED_AT]
    if not looked_at:
        return _strength(0.0, "")
    words = [word for word in own[:MAX_OWN] if word]
    begun = _guessed(looked_at[:ENOUGH], words)
    if begun.level is Level.STRONG or len(looked_at) <= ENOUGH:
        return begun
    return _guessed(looked_at, words)


def _guessed(text: str, words: list[str]) -> Strength:
    # 35 ms and 10 MB, which only whoever chooses a passphrase pays for.
    import zxcvbn

    found = zxcvbn.zxcvbn(_tamed(text), user_inputs=words, max_length=MAX_LOOKED_AT)
    return _strength(float(found["guesses_log10"]), str(found["feedback"]["warning"] or ""))


def _tamed(text: str) -> str:
    """`text`, or, if it stands for letters in very many ways (4 and @ for a, …), with one sign for
    each letter alone. zxcvbn tries all combinations: seconds, for a text made to be slow.
    """
    from zxcvbn.matching import L33T_TABLE

    used = [sorted(set(signs) & set(text), key=text.index) for signs in L33T_TABLE.values()]
    if prod(len(signs) or 1 for signs in used) <= MAX_COMBINATIONS:
        return text
    surplus = {sign for signs in used for sign in signs[1:]}
    return "".join(_NEUTRAL if character in surplus else character for character in text)


def _strength(guesses: float, warning: str) -> Strength:
    level = next((level for least, level in _LEVELS if guesses >= least), Level.VERY_WEAK)
    return Strength(level, guesses, SENTENCES[level], warning)
