"""What really stands on what in a picture of the window: roles of colours, read off its pixels.

What lives here: a palette whose roles can be told apart, and what is found of them in pictures that
were painted with it. What may not: which pairs there may be (`theme.PAIRS`).
"""

from dataclasses import fields
from itertools import groupby

from PySide6.QtGui import QFont, QImage

from onionchat_gui.theme import Palette

ROLES = tuple(field.name for field in fields(Palette))
SPY = Palette(**{role: f"#{0x2B4D1F * (n + 1) % 0xFFFFFF:06x}" for n, role in enumerate(ROLES)})
"""Each role in a colour of its own."""

LETTERS = {"text", "text_dim", "text_mine", "dim_mine", "accent", "on_accent", "danger", "good"}
"""Roles in which words and drawings are painted."""

GROUNDS = set(ROLES) - (LETTERS - {"accent"})
"""Roles on which they stand."""

_NAMES = {0xFF000000 | int(getattr(SPY, role)[1:], 16): role for role in ROLES}


def with_hard_edges(font):
    """The font, painted without mixtures of the colours of text and ground."""
    hard = QFont(font)
    hard.setStyleStrategy(QFont.StyleStrategy.NoAntialias)
    return hard


class Seen:
    """The pairs of (letters, ground) in the pictures that it is shown."""

    def __init__(self):
        self._lines = set()
        """Many lines of pixels are the same in most pictures; each is looked at once."""

    def look_at(self, picture):
        """What is there that was in no picture before.

        A stroke stands on a ground if that ground is at both of its sides: so an area that ends
        beside another, or a letter beside a mark, is none. Mixtures of two colours, which round
        edges have, belong to neither.
        """
        image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
        step, wide = image.bytesPerLine(), 4 * image.width()
        pixels = bytes(image.constBits())
        lines = {pixels[at : at + wide] for at in range(0, len(pixels), step)} - self._lines
        self._lines |= lines
        found = set()
        for line in lines:
            runs = (_NAMES.get(pixel) for pixel, _ in groupby(memoryview(line).cast("I")))
            roles = [role for role, _ in groupby(filter(None, runs))]
            found |= set(zip(roles, roles[1:], roles[2:], strict=False))
        return {
            (stroke, before)
            for before, stroke, after in found
            if before == after and before in GROUNDS and stroke in LETTERS
        }
