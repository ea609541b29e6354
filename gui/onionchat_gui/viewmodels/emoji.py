"""Emoji to choose from: which there are, what they are called, which were used last.

What lives here: their names from Unicode's (those that Python knows), the search. What may
not: pixels, and whether a font has a glyph, which the view says.

Each is one character, perhaps with the selector that asks for a coloured picture: families, flags
and colours of skin, which are several, are left to the system's own way of writing them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from . import emoji_table
from .preferences import MAX_RECENT, Preferences

COLOURED: Final = "\N{VARIATION SELECTOR-16}"
"""After a character that would be a letter-like sign by itself."""

MAX_WORDS: Final = 100
"""Characters of a search."""


class Category(StrEnum):
    """Where an emoji is looked for."""

    RECENT = "recent"
    FACES = "faces"
    PEOPLE = "people"
    NATURE = "nature"
    FOOD = "food"
    PLACES = "places"
    PLAY = "play"
    THINGS = "things"
    SIGNS = "signs"


@dataclass(frozen=True, slots=True)
class Emoji:
    """One of them."""

    text: str
    """What is inserted."""
    name: str
    """In English, as Unicode calls it."""


_TABLE: Final = {
    Category.FACES: emoji_table.FACES,
    Category.PEOPLE: emoji_table.PEOPLE,
    Category.NATURE: emoji_table.NATURE,
    Category.FOOD: emoji_table.FOOD,
    Category.PLACES: emoji_table.PLACES,
    Category.PLAY: emoji_table.PLAY,
    Category.THINGS: emoji_table.THINGS,
    Category.SIGNS: emoji_table.SIGNS,
}


@cache
def table() -> dict[Category, tuple[Emoji, ...]]:
    """All emoji whose names are known, by category; each stands in one of them."""
    seen: set[str] = set()
    return {category: tuple(_listed(numbers, seen)) for category, numbers in _TABLE.items()}


def _listed(numbers: str, seen: set[str]) -> list[Emoji]:
    found = []
    for part in numbers.split():
        selector = COLOURED if part.endswith("+") else ""
        first, _, last = part.rstrip("+").partition("-")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            name = unicodedata.name(chr(code), "")
            if name and chr(code) not in seen:
                seen.add(chr(code))
                found.append(Emoji(chr(code) + selector, name.lower()))
    return found


class EmojiBook:
    """What there is to choose from, as far as it can be drawn here."""

    def __init__(self, preferences: Preferences, can_draw: Callable[[str], bool]) -> None:
        self._preferences = preferences
        self._can_draw = can_draw
        self._drawable: dict[str, bool] = {}
        self._by_text = {emoji.text: emoji for found in table().values() for emoji in found}

    def of(self, category: Category) -> list[Emoji]:
        """Those of a category; of `RECENT`, those that were used last, the newest first."""
        if category is Category.RECENT:
            texts = self._preferences.values.recent_emoji
            found = [self._by_text[text] for text in texts if text in self._by_text]
        else:
            found = list(table()[category])
        return [emoji for emoji in found if self._draws(emoji)]

    def search(self, words: str) -> list[Emoji]:
        """Those whose names hold words that begin with all of these."""
        wanted = words[:MAX_WORDS].lower().split()
        return [
            emoji
            for emoji in self._by_text.values()
            if all(_holds(emoji.name, word) for word in wanted) and self._draws(emoji)
        ]

    def use(self, emoji: Emoji) -> None:
        """It was chosen."""
        others = [text for text in self._preferences.values.recent_emoji if text != emoji.text]
        self._preferences.change(recent_emoji=(emoji.text, *others)[:MAX_RECENT])

    def _draws(self, emoji: Emoji) -> bool:
        found = self._drawable.get(emoji.text)
        if found is None:
            found = self._drawable[emoji.text] = self._can_draw(emoji.text)
        return found


def _holds(name: str, word: str) -> bool:
    return any(part.startswith(word) for part in name.replace("-", " ").split())
