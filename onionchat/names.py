"""Names: clean ones, and warnings about names that look like others.

What lives here: rules for display names and petnames. What may not: who is called what.

The look-alike check is an approximation of Unicode's confusable detection (UTS 39, section 4) by a
small table of letters of Latin, Greek and Cyrillic, digits and a few pairs; it is made to warn, and
errs on the side of warning. It does not know every script.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from onionchat.errors import InvalidInput
from onionchat.types import MAX_NAME_BYTES

MAX_MARKS: Final = 3
"""Combining marks on one letter; more is drawn over other lines."""

_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and symbols that draw nothing: a name with one beside it would look like the same."""

_JOINER: Final = "\u200d"
"""Makes one picture of two emoji; between letters nobody sees it."""

_MODIFIERS: Final = "\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""What can stand behind an emoji: variation selectors, colours of skin."""

_MARKS: Final = frozenset({"Mn", "Me", "Mc"})

# Characters of the Latin alphabet and digits after case folding, and what looks like them.
_LOOKS_LIKE: Final = {
    "a": "аαɑ@4",
    "b": "вьƅ",
    "c": "сϲⅽ",
    "d": "ԁɗ",
    "e": "еεєҽ3",
    "f": "ғϝ",
    "g": "ɡց9",
    "h": "һнհ",
    "j": "јϳ",
    "k": "кκҝ",
    "l": "1i|!ıіӏɩⅼιǀ",
    "m": "мϻ",
    "n": "пηո",
    "o": "0оοσөօ",
    "p": "рρ",
    "q": "ԛգ",
    "r": "гᴦ",
    "s": "ѕ5$",
    "t": "тτ7",
    "u": "υսц",
    "v": "ѵν",
    "w": "ԝωшѡ",
    "x": "хχ×",
    "y": "уүγ",
    "z": "ᴢ2",
    "ss": "ß",
    "ae": "æ",
    "oe": "œ",
}
_SKELETON: Final = {
    ord(other): letter for letter, others in _LOOKS_LIKE.items() for other in others
}
# After the single letters: pairs that run together.
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def clean_name(name: str) -> str:
    """A name as a person gives it, in NFC, with single spaces.

    Raises:
        InvalidInput: empty, more than 64 bytes of UTF-8, characters that cannot be seen or change
            how others are shown, or too many marks on one letter.
    """
    # Normalising can triple the size, so the size is looked at first.
    if len(name) > MAX_NAME_BYTES:
        raise InvalidInput(f"A name has at most {MAX_NAME_BYTES} bytes of UTF-8.")
    refused = next((place for place in range(len(name)) if _is_refused(name, place)), None)
    if refused is not None:
        raise InvalidInput(
            f"Character {refused + 1} of this name (U+{ord(name[refused]):04X}) cannot be seen, or"
            " changes how others are shown. Delete it, or type the name anew."
        )
    cleaned = " ".join(unicodedata.normalize("NFC", name).split())
    if not any(_is_visible(c) for c in cleaned):
        raise InvalidInput("A name needs at least one visible character.")
    if len(cleaned.encode()) > MAX_NAME_BYTES:
        raise InvalidInput(f"A name has at most {MAX_NAME_BYTES} bytes of UTF-8.")
    if _most_marks(cleaned) > MAX_MARKS:
        raise InvalidInput(f"A letter of a name can carry at most {MAX_MARKS} marks.")
    return cleaned


def tidy_name(name: str) -> str:
    """What a contact calls itself, made fit to be shown: never raises; empty if nothing is left."""
    kept: list[str] = []
    marks = 0
    text = unicodedata.normalize("NFC", name[:MAX_NAME_BYTES])
    for place, c in enumerate(text):
        category = unicodedata.category(c)
        # What is left out parts nothing: the marks around it stand on one letter.
        if _is_refused(text, place):
            continue
        marks = marks + 1 if category in _MARKS else 0
        if marks <= MAX_MARKS:
            kept.append(c)
    cut = "".join(kept).encode()[:MAX_NAME_BYTES].decode(errors="ignore").rstrip(_JOINER)
    # Once more, since what was taken out may have kept a letter and its mark apart.
    tidied = " ".join(unicodedata.normalize("NFC", cut).split())
    return tidied if any(_is_visible(c) for c in tidied) else ""


def _is_refused(text: str, place: int) -> bool:
    """Whether a character may not stand where it does; the joiner may within an emoji sequence
    (UTS 51, section 1.4.2: families, professions)."""
    if text[place] in _BLANK:
        return True
    if unicodedata.category(text[place]) not in _REFUSED:
        return False
    if text[place] != _JOINER:
        return True
    before = text[:place].rstrip(_MODIFIERS)
    return not (_is_picture(before[-1:]) and _is_picture(text[place + 1 : place + 2]))


def _is_picture(character: str) -> bool:
    return character != "" and character not in _BLANK and unicodedata.category(character) == "So"


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK


def _most_marks(name: str) -> int:
    most = run = 0
    for c in name:
        run = run + 1 if unicodedata.category(c) in _MARKS else 0
        most = max(most, run)
    return most


def skeleton(name: str) -> str:
    """What a name looks like: two names with one skeleton are easily taken for each other."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(c for c in folded if _is_visible(c))
    looks = letters.translate(_SKELETON)
    for pair, letter in _PAIRS:
        looks = looks.replace(pair, letter)
    return looks


def flag_lookalikes(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Those of the `others` that `name` could be taken for, equal ones included."""
    looks = skeleton(name)
    return tuple(other for other in others if skeleton(other) == looks)
