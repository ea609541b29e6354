"""What the node's process says: sentences for whoever started it, and its log, both on stderr.

What lives here: `say`, and an observer of the log without contents. What may not: what is said.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twisted.logger import LogEvent


def say(sentence: str) -> None:
    """One sentence for a person."""
    print(f"onionchat: {sentence}", file=sys.stderr, flush=True)


def start() -> None:
    """Log to stderr: our own lines from info on, those of libraries from warn on.

    Our own lines hold no contents. A library's failure is reduced to its kind and place, because
    its text may hold anything.
    """
    from twisted.logger import (
        ILogObserver,
        LogLevel,
        formatEvent,
        formatTime,
        globalLogBeginner,
    )
    from zope.interface import provider

    @provider(ILogObserver)
    def write(event: LogEvent) -> None:
        level = event.get("log_level", LogLevel.info)
        namespace = str(event.get("log_namespace") or "")
        ours = namespace.startswith("onionchat")
        if level < (LogLevel.info if ours else LogLevel.warn):
            return
        failure = event.get("log_failure") or event.get("failure")
        if failure is not None:
            text = without_contents(failure.value)
        elif ours:
            text = formatEvent(event)
        else:
            text = "a warning of this library"
        time = formatTime(event["log_time"], timeFormat="%Y-%m-%dT%H:%M:%S%z")
        try:
            print(f"{time} {level.name} {namespace}: {text}", file=sys.stderr, flush=True)
        except OSError:
            # The log's disk is full or its reader gone; the node goes on.
            return

    globalLogBeginner.beginLoggingTo([write], redirectStandardIO=False, discardBuffer=True)
    # Python itself would print these with their texts.
    threading.excepthook = lambda failed: _unseen("in a thread", failed.exc_value)
    sys.unraisablehook = lambda failed: _unseen("while clearing up", failed.exc_value)


def _unseen(where: str, error: BaseException | None) -> None:
    """An exception that nobody could be told of."""
    say(f"This is a defect of onionchat, {where}: {without_contents(error)}.")


def without_contents(error: BaseException | None) -> str:
    """Kind and way of an exception, without its text."""
    import traceback

    way = " < ".join(
        f"{os.path.basename(frame.filename)}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(getattr(error, "__traceback__", None)))
    )
    return f"{type(error).__name__} at {way or 'an unknown place'}"
