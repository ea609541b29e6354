"""Texts: what may be sent.

What lives here: checks of outgoing texts. What may not: wire structures (`bodies`), and how a text
by somebody else is shown without harm (`onionchat.displayable`).

Texts are stored as they were sent. Only what is shown is changed.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from onionchat.errors import EmptyText, InvalidInput, InvalidText, TextTooLong
from onionchat.protocol.rooms.bodies import MAX_EMOJI_BYTES
from onionchat.types import MAX_TEXT_BYTES

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


def clean_emoji(emoji: str) -> str:
    """Check a reaction before it is sent; empty takes it back.

    Which signs are emoji changes with every version of Unicode, so it is a few bytes without
    spaces and controls, with something visible in them.

    Raises:
        InvalidInput: anything else.
    """
    try:
        size = len(emoji.encode())
    except UnicodeError:
        size = MAX_EMOJI_BYTES + 1
    if size > MAX_EMOJI_BYTES or any(c.isspace() or unicodedata.category(c) == "Cc" for c in emoji):
        raise InvalidInput("A reaction is one emoji.")
    if emoji and is_blank(emoji):
        raise InvalidInput("A reaction is one emoji; this one shows nothing.")
    return emoji


def _too_long(limit: int) -> TextTooLong:
    return TextTooLong(f"The text is too long for one message: at most {limit:,} bytes of UTF-8.")
