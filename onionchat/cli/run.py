"""From arguments to exit status: the frame around every command.

What lives here: loading a command, and turning whatever goes wrong into one sentence. What may not:
what a command does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from onionchat.displayable import displayable_line
from onionchat.errors import OnionchatError

from . import arguments as arguments_

if TYPE_CHECKING:
    from .session import Session

INTERRUPTED = 130
NO_TERMINAL = "Without a terminal there is no prompt: say a command; --help lists them."
NO_NODE_STARTED = "--torrc, --tor and --tor-control are for starting a node; this command does not."


def run(arguments: Sequence[str] | None) -> int:
    """Run the program; returns the exit status. No exception leaves it, and no traceback."""
    _open_closed_streams()
    _accept_any_text()
    try:
        if sys.stdout is None:
            return _failed("Standard output is closed; nothing was done.")
        return _run(arguments)
    except OnionchatError as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except EOFError:
        return _failed("The input ended before the answer; nothing was done.")
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more at exit.
        _forget_output()
        return 1
    except OSError as error:
        _forget_output()
        where = f" ({os.fsdecode(error.filename)})" if error.filename is not None else ""
        return _failed(f"{error.strerror or type(error).__name__}{where}.")
    except Exception as error:  # noqa: BLE001 - a defect of ours, told in one sentence as well
        return _failed(f"This is a defect of onionchat: {type(error).__name__} at {_place(error)}.")


def _run(arguments: Sequence[str] | None) -> int:
    parser = arguments_.build()
    try:
        given = sys.argv[1:] if arguments is None else arguments
        options = parser.parse_args(arguments_.texts_apart(given))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    # Only now: --help and wrong usage need no connection.
    from .session import Session

    session = Session(options)
    if options.command not in (None, "node", "service") and any(
        hasattr(options, name.removeprefix("--").replace("-", "_"))
        for name in arguments_.NODE_OPTIONS
    ):
        print(f"onionchat: {NO_NODE_STARTED}", file=sys.stderr)
        return 2
    if options.command is None:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            parser.print_usage(sys.stderr)
            print(f"onionchat: {NO_TERMINAL}", file=sys.stderr)
            return 2
        options.run = "chat:chat"
    module, _, function = options.run.partition(":")
    command: Callable[[Session], int | None]
    command = getattr(import_module(f"onionchat.cli.{module}"), function)
    with session:
        status = command(session)
        sys.stdout.flush()
    return status or 0


def _open_closed_streams() -> None:
    """What was started with `<&-` or `2>&-`: else the next descriptor would be taken for it."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")


def _accept_any_text() -> None:
    """A terminal that cannot show a character shows a question mark instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _failed(sentence: str) -> int:
    with suppress(OSError):
        print(f"onionchat: {displayable_line(sentence)}", file=sys.stderr)
    return 1


def _place(error: BaseException) -> str:
    place = "?"
    step = error.__traceback__
    while step is not None:
        place = f"{os.path.basename(step.tb_frame.f_code.co_filename)}:{step.tb_lineno}"
        step = step.tb_next
    return place


def _forget_output() -> None:
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
