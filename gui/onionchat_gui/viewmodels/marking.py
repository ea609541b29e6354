"""Where the words that somebody typed stand in a text, and the piece of the text around them.

What lives here: pure functions on text, that a long text costs little. What may not: finding, which
the node does. These words are only marked in what it found.

A word is what the node's index takes for one (`onionchat/store/search.py`): letters and digits,
without case, and without the accents of Latin letters. All words but the last one are whole.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from onionchat.displayable import displayable_line

MAX_SNIPPET: Final = 200
"""Characters of a long text that are shown."""
BEFORE: Final = 40
"""… and of these before the first word found."""
MAX_LOOKED: Final = 65_536
"""Characters of a text that are looked at; the node takes none that is longer."""
MAX_WORDS: Final = 16
"""Words that are looked for, as in the index."""

_ACCENTS: Final = (
    "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
)
"""Marks that the index takes for a part of the letter before them, and drops."""
_MORE: Final = f"\ue000-\uf8ff{_ACCENTS}"
_LETTER: Final = f"(?:[^\\W_]|[{_MORE}])"
_NO_LETTER_BEFORE: Final = f"(?<![^\\W_])(?<![{_MORE}])"
_NO_LETTER_AFTER: Final = f"(?!{_LETTER})"
_WORD: Final = re.compile(f"(?:[^\\W_]|[\ue000-\uf8ff]){_LETTER}*")
_BLANKS: Final = re.compile("[ \t\r\n\u2028\u2029]+")
_JOINED_FROM, _JOINED_TO = "\u0600", "\u18af"


class _Folds(dict[int, str]):
    """One character for one character, so that places stay; learnt as they occur."""

    def __init__(self, *, every_accent: bool) -> None:
        super().__init__()
        self._every_accent = every_accent

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # Casefold makes two characters of a few that the index leaves one.
        made = (character.casefold(), character.lower(), character)
        low = "i" if code == _DOTTED_I else next(text for text in made if len(text) == 1)
        parts = unicodedata.normalize("NFD", low)
        if len(parts) > 1 and (self._every_accent or parts[0].isascii()):
            low = parts[0]
        self[code] = low
        return low


_DOTTED_I: Final = ord("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}")
_AS_INDEXED: Final = _Folds(every_accent=False)
_PLAINEST: Final = _Folds(every_accent=True)
_NO_ACCENTS: Final = re.compile(f"[{_ACCENTS}]+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text that is safe to show, in one line, and where words stand in it."""

    text: str
    ranges: tuple[tuple[int, int], ...]
    """First character and the one after the last, in order; characters, not UTF-16 units."""


class Words:
    """What somebody typed."""

    def __init__(self, typed: str, *, every_accent: bool = False, beginnings: bool = False) -> None:
        """With `every_accent`, no letter's accents count; with `beginnings`, each word is one."""
        self._folds = _PLAINEST if every_accent else _AS_INDEXED
        folded = typed.translate(self._folds)
        words = [_NO_ACCENTS.sub("", word) for word in _WORD.findall(folded)][:MAX_WORDS]
        # The last one is ended by a space, say; as the index has it.
        ended = not typed[-1:].isalnum()
        self._patterns = [
            _pattern(word, whole=not beginnings and (ended or number < len(words)))
            for number, word in enumerate(words, 1)
        ]
        # Of two that begin alike the longer one is marked.
        self._any = re.compile("|".join(sorted(self._patterns, key=len, reverse=True)))

    def __bool__(self) -> bool:
        """Whether there is any word in it."""
        return bool(self._patterns)

    def all_in(self, text: str) -> bool:
        """Whether every word stands in the text."""
        folded = text[:MAX_LOOKED].translate(self._folds)
        return all(re.search(pattern, folded) for pattern in self._patterns)

    def marked(self, line: str) -> Marked:
        """A short text, a name say, with its words."""
        return self._mark(displayable_line(line), cut=False)

    def snippet(self, text: str) -> Marked:
        """The piece of a text that has the first of the words, in one line."""
        text = text[:MAX_LOOKED]
        first = self._any.search(text.translate(self._folds)) if self._patterns else None
        begin = _beginning(text, first.start()) if first is not None else 0
        end = min(len(text), begin + MAX_SNIPPET)
        piece = displayable_line(_BLANKS.sub(" ", text[begin:end]))
        cut = begin > 0 and text[begin - 1].isalnum()
        made = self._mark(piece, cut=cut)
        before = "…" if begin > 0 else ""
        after = "…" if end < len(text) else ""
        shift = len(before)
        ranges = tuple((one + shift, other + shift) for one, other in made.ranges)
        return Marked(before + piece + after, ranges)

    def _mark(self, shown: str, *, cut: bool) -> Marked:
        if not self._patterns:
            return Marked(shown, ())
        found = self._any.finditer(shown.translate(self._folds))
        ranges = tuple(
            (match.start(), _letter_end(shown, match.end()))
            for match in found
            # The rest of a word that was cut is no word.
            if not (cut and match.start() == 0)
        )
        return Marked(shown, ranges)


def _pattern(word: str, *, whole: bool) -> str:
    letters = "".join(f"{re.escape(letter)}[{_ACCENTS}]*" for letter in word)
    return _NO_LETTER_BEFORE + letters + (_NO_LETTER_AFTER if whole else "")


def _beginning(text: str, first: int) -> int:
    """Where a piece begins that has the character `first`: at a word, where one is near."""
    if first <= BEFORE:
        return 0
    begin = first - BEFORE
    if (blank := text.find(" ", begin, first)) >= 0:
        return blank + 1
    while begin < first and unicodedata.category(text[begin]).startswith("M"):
        begin += 1
    return begin


def _letter_end(text: str, end: int) -> int:
    """Where a mark may end: not between a letter and its accents, nor between letters that take
    their form from each other.
    """
    while end < len(text):
        kind = unicodedata.category(text[end])
        joined = _JOINED_FROM <= text[end] <= _JOINED_TO and kind.startswith("L")
        if not joined and not kind.startswith("M"):
            break
        end += 1
    return end
