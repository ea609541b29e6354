"""The desktop's leave to come to the front: a token that it gives with what the person did.

What lives here: which tokens are taken, and where Qt looks for them. What may not: windows.
"""

from __future__ import annotations

import os
import re
from typing import Final

ACTIVATION: Final = "XDG_ACTIVATION_TOKEN"
_TOKEN: Final = re.compile(r"[\w.:/+=-]{1,200}", re.ASCII)
"""What a desktop gives to programs that it starts, or whose notification was clicked."""


def accept(token: str) -> None:
    """Keep it for the next time that the window asks to come to the front; else nothing is kept."""
    if _TOKEN.fullmatch(token):
        # Qt takes it from here, once.
        os.environ[ACTIVATION] = token
