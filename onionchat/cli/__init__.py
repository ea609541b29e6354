"""The command line: one subcommand for each thing a person or a script asks of a node.

What lives here: arguments, plain and JSON output, the chat prompt. What may not: anything that the
node decides; it is reached by `onionchat.control.client` alone, without Twisted, so that a command
answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """The program `onionchat`; returns the exit status: 0 done, 1 refused or failed, 2 usage,
    130 interrupted."""
    try:
        from onionchat.control import address

        refusal = address.refusal()
        if refusal is not None:
            # Before anything is imported that such a system lacks.
            sys.stderr.write(refusal + "\n")
            return 1
        from .run import run
    except KeyboardInterrupt:
        return 130
    return run(arguments)
