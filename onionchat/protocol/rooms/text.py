"""Texts: what may be sent, and how a text by somebody else is shown without harm.

What lives here: checks of outgoing texts and `displayable`, which every screen, terminal or window,
puts between a stored text and the person. What may not: wire structures (`bodies`).

Texts are stored as they were sent. Only what is shown is changed.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from onionchat.errors import EmptyText, InvalidText, TextTooLong
from onionchat.types import MAX_TEXT_BYTES

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_BREAKS: Final = {"\r\n": "\n", "\r": "\n", "\N{LINE SEPARATOR}": "\n"} | {
    "\N{PARAGRAPH SEPARATOR}": "\n"
}

_EMBEDDINGS: Final = "\u202a\u202b\u202d\u202e"
"""LRE, RLE, LRO, RLO: open until PDF."""

_ISOLATES: Final = "\u2066\u2067\u2068"
"""LRI, RLI, FSI: open until PDI."""

_PDF: Final = "\u202c"
_PDI: Final = "\u2069"

# Characters that draw nothing whatever their category: fillers and blank symbols.
_BLANK: Final = "\u115f\u1160\u2800\u3164\uffa0"
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Mn", "Me"})


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: only spaces, controls, format characters and lone marks.

    Characters that this Python's Unicode does not know yet count as visible: they may be.
    """
    return all(c in _BLANK or unicodedata.category(c) in _INVISIBLE for c in text)


def clean_text(text: str | bytes, limit: int = MAX_TEXT_BYTES) -> str:
    """Check a text before it is sent; it is returned as it is, decoded if bytes were given.

    `limit` is in bytes of UTF-8.

    Raises:
        TextTooLong: beyond the limit, which the sentence names.
        InvalidText: bytes that are not UTF-8, half a surrogate pair, or the character NUL.
        EmptyText: nothing in it is visible.
    """
    # Characters first, so that a huge text is not encoded just to be measured.
    if len(text) > limit:
        raise _too_long(limit)
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        size = len(decoded.encode())
    except UnicodeError:
        raise InvalidText from None
    if size > limit:
        raise _too_long(limit)
    if "\0" in decoded:
        raise InvalidText("The text contains the character NUL, which no text may carry.")
    if is_blank(decoded):
        raise EmptyText
    return decoded


def _too_long(limit: int) -> TextTooLong:
    return TextTooLong(f"The text is too long for one message: at most {limit:,} bytes of UTF-8.")


def displayable(text: str) -> str:
    """The text as it may be written to a terminal or a window.

    * Every line break is a newline; tabs stay. All other control characters are replaced by
      visible signs, ESC included, so that no text moves the cursor or colours a terminal.
    * On each line every bidirectional embedding, override and isolate that was opened is closed,
      and what closes none is dropped, so that no line changes how others are shown, nor what
      stands before or after the text.
    """
    for given, newline in _BREAKS.items():
        text = text.replace(given, newline)
    return "\n".join(
        line if line.isprintable() else _closed(line.translate(_SIGNS)) for line in text.split("\n")
    )


def displayable_line(text: str) -> str:
    """Like `displayable`, for places with one line: line breaks and tabs become spaces."""
    return " ".join(displayable(text).replace("\t", " ").split("\n"))


# Unicode has pictures of the C0 controls and of DEL, none of the C1 controls.
_SIGNS: Final = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) != "\t"}
    | {0x7F: "\N{SYMBOL FOR DELETE}"}
    | dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)
    # Halves of surrogate pairs cannot be written; annotation marks hide text.
    | dict.fromkeys([*range(0xD800, 0xE000), *range(0xFFF9, 0xFFFC)], _REPLACEMENT)
)
"""What is shown instead of a character that would do something."""


def _closed(line: str) -> str:
    """A line in which every bidirectional control that opens is closed, and the other way round."""
    shown: list[str] = []
    open_: list[str] = []
    for character in line:
        if character in _EMBEDDINGS:
            open_.append(_PDF)
        elif character in _ISOLATES:
            open_.append(_PDI)
        elif character == _PDF:
            # It cannot close what was opened outside an isolate.
            if open_[-1:] != [_PDF]:
                continue
            open_.pop()
        elif character == _PDI:
            if _PDI not in open_:
                continue
            # Closing an isolate closes the embeddings inside it.
            while open_.pop() != _PDI:
                pass
        shown.append(character)
    return "".join(shown) + "".join(reversed(open_))
