"""Whether Qt can open a window here: it ends the process without a word of ours if it cannot.

What lives here: looking before Qt does, on Linux. What may not: anything that needs Qt to run.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PACKAGES: Final = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0"
    " libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"
)
"""Debian's names of what Qt needs for X11 and does not bring; tools/need-qt installs them."""


def problem(environ: Mapping[str, str], plugins: Path) -> str | None:
    """A sentence that says why no window can open, or None.

    `plugins`: the folder in which Qt looks for its platforms.
    """
    if environ.get("QT_QPA_PLATFORM") or environ.get("WAYLAND_DISPLAY"):
        return None
    if not environ.get("DISPLAY"):
        return (
            "There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set. The command"
            " line, `onionchat`, needs none."
        )
    try:
        # Qt loads it in a moment anyway.
        ctypes.CDLL(str(plugins / "platforms" / "libqxcb.so"))
    except OSError as error:
        return f"Qt cannot open a window here ({error}). On Debian and Ubuntu install {PACKAGES}."
    return None
