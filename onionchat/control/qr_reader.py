"""Reading the QR code in a picture file, for front ends: in a child process, never in their own.

What lives here: the command of the child and what its end means; whoever uses it starts it (a
window must not wait for it). What may not: opening a picture.
"""

from __future__ import annotations

import os
import sys
from typing import Final

from onionchat.displayable import displayable_line
from onionchat.errors import InvalidLink

MODULE: Final = "onionchat.media.qr_image"
"""Run as a process of its own: decoding a picture is the riskiest thing done with foreign bytes."""

SECONDS: Final = 30
"""After which the child should be killed; it gives up by itself before."""


def command(image: str) -> list[str]:
    """The command line; the path is one argument of it."""
    return [sys.executable, "-I", "-m", MODULE, os.path.abspath(image)]


def text_of(status: int, out: bytes, err: bytes) -> str:
    """The text of the code, of the exit status and the output of the child.

    Raises:
        InvalidLink: no readable picture, no code in it, or several.
    """
    if status == 0:
        return out.decode("utf-8", errors="replace")
    said = err.decode("utf-8", errors="replace").strip()
    said = said or out.decode("utf-8", errors="replace").strip()
    last = said.splitlines()[-1] if said else "no QR code was found in it"
    raise InvalidLink(f"The picture could not be read: {displayable_line(last)}")
