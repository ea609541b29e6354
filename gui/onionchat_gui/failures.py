"""What an exception that nobody caught says and leaves: where it was, and nothing of its contents.

What lives here: the hooks. What may not: errors that are shown. Python would print the exception's
words into the journal of the desktop, and keep its frames, with texts and passphrases in them,
until the next one: also while the window is locked.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from types import TracebackType

_KEPT = ("last_exc", "last_type", "last_value", "last_traceback")


def keep_quiet() -> None:
    """From now on, of an exception in a slot its kind and its way through the code are told."""
    sys.excepthook = _tell
    sys.unraisablehook = lambda failed: _tell(failed.exc_type, None, failed.exc_traceback)


def _tell(kind: type[BaseException], _: BaseException | None, trace: TracebackType | None) -> None:
    way = [
        f"{os.path.basename(code.co_filename)}:{line}"
        for code, line in ((frame.f_code, line) for frame, line in traceback.walk_tb(trace))
    ]
    with suppress(OSError, AttributeError):
        sys.stderr.write(f"onionchat-gui: {kind.__name__} at {' > '.join(way) or '?'}\n")
    for name in _KEPT:
        with suppress(AttributeError):
            delattr(sys, name)
