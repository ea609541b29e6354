"""QR codes as text: for a terminal and as SVG.

What lives here: drawing, which is pure. What may not: reading an image (`media.qr_image`).
"""

from __future__ import annotations

from typing import Final

import pyqrcode

QUIET_ZONE: Final = 4
"""Light modules around the code (ISO/IEC 18004, section 6.3.8)."""

_BLACK_ON_WHITE: Final = "\x1b[30;107m"
_RESET: Final = "\x1b[0m"
_HALVES: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def modules(text: str) -> list[list[int]]:
    """The square of modules, 1 dark and 0 light, with its quiet zone.

    Links are put in upper case, which they may be and which makes the code smaller.

    Raises:
        ValueError: the text does not fit into a QR code, or has characters that are not Latin-1.
    """
    drawn = pyqrcode.create(text.upper(), error="M")
    size = len(drawn.code) + 2 * QUIET_ZONE
    side, blank = [0] * QUIET_ZONE, [[0] * size for _ in range(QUIET_ZONE)]
    rows = [[*side, *(int(module) for module in row), *side] for row in drawn.code]
    return [*blank, *rows, *blank]


def paint(text: str) -> tuple[str, str]:
    """The code for a terminal and as SVG, computed once: choosing its mask takes nearly all time.

    Raises:
        ValueError: as `modules`.
    """
    rows = modules(text)
    return _half_blocks(rows), _strokes(rows)


def _half_blocks(rows: list[list[int]]) -> str:
    """Half-block characters, two rows of modules a line.

    Each line sets black on white and resets, so that it can be read on dark and light terminals.
    """
    # Every QR code has an odd number of rows.
    rows = [*rows, [0] * len(rows)]
    lines = (
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return "\n".join(f"{_BLACK_ON_WHITE}{line}{_RESET}" for line in lines)


def _strokes(rows: list[list[int]]) -> str:
    """A complete SVG image, one unit a module, black on white."""
    size = len(rows)
    # Runs of dark modules as one stroke each keep the file small and without hairlines.
    strokes = "".join(
        f"M{start} {y}.5h{end - start}" for y, row in enumerate(rows) for start, end in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        ' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h'
        f'{size}v{size}H0z"/><path stroke="#000" d="{strokes}"/></svg>\n'
    )


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """Start and end of each run of dark modules."""
    edges = [x for x in range(1, len(row)) if row[x] != row[x - 1]]
    # The quiet zone makes every row begin and end light, so edges come in pairs.
    return list(zip(edges[::2], edges[1::2], strict=True))
