"""A program, not a module to import: ties its own life to its parent's, then becomes another.

``python -I -S boundexec.py PARENT_PID PROGRAM [ARGUMENT ...]``. It must stay tiny and import next
to nothing, since it runs once for every process that the private network starts.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_CANNOT_RUN = 127


def main(argv: list[str]) -> int:
    """Become `argv[2:]`, to be killed when the process `argv[1]` ends. Returns only on failure."""
    parent = int(argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        print("prctl(PR_SET_PDEATHSIG):", os.strerror(ctypes.get_errno()), file=sys.stderr)
        return _CANNOT_RUN
    # The signal is not sent for a parent that had ended before the call above.
    if os.getppid() != parent:
        return _CANNOT_RUN
    try:
        os.execvp(argv[2], argv[2:])  # noqa: S606  (becoming that program is the purpose)
    except OSError as error:
        print(f"{argv[2]}: {error}", file=sys.stderr)
    return _CANNOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv))
