"""A process that holds a passphrase, keys or messages leaves no file of its memory behind.

What lives here: asking that of the kernel; used by the daemon and the command line.
"""

from __future__ import annotations

from typing import Final

_PR_SET_DUMPABLE: Final = 4


def forbid() -> None:
    """No core file is written for this process, and no debugger of this user may look into it.

    It does not last over `exec`: each program asks for itself.
    """
    # Costs time to load, and most commands of the command line have no need of it.
    import ctypes
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Linux only; elsewhere there is no such function, and the limit above has to do. Where core
    # files are piped to a program, the limit alone would not.
    set_option = getattr(ctypes.CDLL(None), "prctl", None)
    if set_option is not None:
        set_option(_PR_SET_DUMPABLE, 0, 0, 0, 0)
