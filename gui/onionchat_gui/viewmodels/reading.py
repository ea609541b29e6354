"""A long text in pages, each of which is laid out in no time.

What lives here: where a text is cut into pages. What may not: pixels.

64 KiB of combining characters cost a fifth of a second to lay out, and a bubble is laid out anew
whenever it is painted. So no bubble shows more than one such page, and what is longer is read in
pages, whatever it is made of.
"""

from __future__ import annotations

from typing import Final

from onionchat.displayable import displayable

from . import links
from .links import Link
from .message_row import MAX_CHARACTERS, MAX_LINES

_WORD: Final = 200
"""Characters in which the end of a line or word is looked for, so that a page ends there."""


def pages(text: str) -> list[str]:
    """A text as it was written, in pages; together they are the text. Linear."""
    found: list[str] = []
    start = 0
    while start < len(text):
        end = _end(text, start)
        found.append(text[start:end])
        start = end
    return found or [""]


def shown(page: str) -> str:
    """A page as it may be shown."""
    return displayable(page)


def links_of(text: str) -> tuple[Link, ...]:
    """The links of a whole text."""
    return links.find(displayable(text))


def _end(text: str, start: int) -> int:
    end = start + MAX_CHARACTERS
    at = start
    for _ in range(MAX_LINES):
        at = text.find("\n", at, end) + 1
        if not at:
            break
    else:
        return at
    if end >= len(text):
        return len(text)
    for blank in ("\n", " "):
        at = text.rfind(blank, end - _WORD, end)
        if at > start:
            return at + 1
    return end
