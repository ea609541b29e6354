"""Text of other people made safe to show: on a terminal, in a window, in a log of one's own.

What lives here: pure functions on text. What may not: anything that knows what the text is about.

The text itself is never changed where it is stored or handed to a program; only what a person sees
passes through here. Two dangers are met: control characters, which move a terminal's cursor, rename
its window or answer for the person; and bidirectional formatting, which reaches over the end of its
text and turns around what stands beside it, or, as an override, makes letters read backwards.
"""

from __future__ import annotations

from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_PICTURES: Final = 0x2400
"""Where Unicode keeps a visible picture of each C0 control, in the same order."""

_POP_EMBEDDING: Final = "\N{POP DIRECTIONAL FORMATTING}"
_POP_ISOLATE: Final = "\N{POP DIRECTIONAL ISOLATE}"
_CLOSER: Final = {
    "\N{LEFT-TO-RIGHT EMBEDDING}": _POP_EMBEDDING,
    "\N{RIGHT-TO-LEFT EMBEDDING}": _POP_EMBEDDING,
    "\N{LEFT-TO-RIGHT ISOLATE}": _POP_ISOLATE,
    "\N{RIGHT-TO-LEFT ISOLATE}": _POP_ISOLATE,
    "\N{FIRST STRONG ISOLATE}": _POP_ISOLATE,
}
_BIDI: Final = frozenset(_CLOSER) | {_POP_EMBEDDING, _POP_ISOLATE}

MAX_OPEN: Final = 60
"""Embeddings and isolates open at once in one line; more are dropped. Unicode allows 125."""


def _visible() -> dict[int, str]:
    """The character table: what is never shown raw, and what stands for it."""
    table = {code: chr(_PICTURES + code) for code in range(0x20)}
    del table[ord("\n")], table[ord("\t")]
    table[0x7F] = "\N{SYMBOL FOR DELETE}"
    table.update(dict.fromkeys(range(0x80, 0xA0), REPLACEMENT))
    table.update(dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT))
    # Annotation marks hide the text between them.
    table.update(dict.fromkeys(range(0xFFF9, 0xFFFC), REPLACEMENT))
    # Overrides turn letters around, of a link say; no script needs them. What closes one closes
    # nothing then, and goes.
    table.update(dict.fromkeys((0x202D, 0x202E), REPLACEMENT))
    # A line ends only where everything else here thinks that it does.
    table[0x2028] = table[0x2029] = "\n"
    return table


_VISIBLE: Final = _visible()


def displayable(text: str) -> str:
    """`text` as it may be shown: controls made visible, bidirectional formatting kept in its line.

    Newline and tab stay. Each C0 control becomes its picture (ESC: ␛), C1 controls, lone
    surrogates and overrides of direction become U+FFFD, line and paragraph separators become
    newlines. Every embedding or isolate is closed at the end of its line, and a closer without an
    opener is removed. The result of the result is the same.
    """
    shown = text.translate(_VISIBLE)
    if _BIDI.isdisjoint(shown):
        return shown
    return "\n".join(_balanced(line) for line in shown.split("\n"))


def displayable_line(text: str) -> str:
    """As `displayable`, in one line: newlines and tabs become visible pictures too."""
    return displayable(
        text.replace("\u2028", "\n")
        .replace("\u2029", "\n")
        .replace("\n", "\N{SYMBOL FOR NEWLINE}")
        .replace("\t", "\N{SYMBOL FOR HORIZONTAL TABULATION}")
    )


def _balanced(line: str) -> str:
    """`line` with as many closers as openers, in the right order (UAX #9, X5a to X7)."""
    out: list[str] = []
    open_: list[str] = []
    for character in line:
        if character not in _BIDI:
            out.append(character)
        elif character in _CLOSER:
            if len(open_) < MAX_OPEN:
                open_.append(_CLOSER[character])
                out.append(character)
        elif character == _POP_EMBEDDING:
            # Inside an isolate it can only end an embedding that began there.
            if open_ and open_[-1] == _POP_EMBEDDING:
                out.append(open_.pop())
        elif _POP_ISOLATE in open_:
            # It ends the isolate and with it whatever embedding began inside.
            while True:
                closer = open_.pop()
                out.append(closer)
                if closer == _POP_ISOLATE:
                    break
    out.extend(reversed(open_))
    return "".join(out)
