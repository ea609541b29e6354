"""How a long check ends when somebody ends it: one line, its own exit status, nothing left behind.

What lives here: the handlers of signals, holding them back, and processes that end with ours. What
may not: what is checked.

Signals raise an exception in the main thread, so that `with` blocks clean up. The processes started
by `Crew` do not hear a Ctrl-C of the terminal, which reaches all of its processes: only the first
one says "interrupted", and ends the others.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final, TypeVar

ENDED_BY: Final = 128
"""The exit status is this and the signal's number, as shells give it to what a signal ended."""

_ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

T = TypeVar("T")
R = TypeVar("R")


def run(main: Callable[[], int]) -> int:
    """Run a program; returns its exit status, or that of the signal that ended it.

    To be called in the main thread, with nothing to do afterwards: the handlers stay.
    """
    for number in _ENDS:
        # One that is ignored stays so: SIGHUP under nohup.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    try:
        return main()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr, flush=True)
        return ENDED_BY + signal.SIGINT


def _end(number: int, _frame: FrameType | None) -> None:
    # A second one would only disturb the cleaning up.
    for other in _ENDS:
        signal.signal(other, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(ENDED_BY + number)


@contextmanager
def held(*signals: signal.Signals) -> Iterator[None]:
    """Signals (default: all) come only after the block; processes started in it never get them.

    For code that takes any exception for one of what it tests, and would swallow it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals or _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Crew:
    """Commands that run side by side and end no later than ours."""

    def __init__(self, size: int) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self.ended = False
        """Whether we were ended: what a command did then says nothing."""
        self._pool = ThreadPoolExecutor(size)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            with self._lock:
                self.ended = True
                for process in self._running:
                    end(process)
        self._pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Call `work` for each item, so many at a time as the crew has; the results in order."""
        return list(self._pool.map(work, items))

    @contextmanager
    def process(self, command: Sequence[str], **how: Any) -> Iterator[subprocess.Popen[str]]:  # noqa: ANN401 - as `Popen` takes it
        """A running command, to be waited for in the block, within `map`."""
        with self._lock:
            if self.ended:
                raise RuntimeError("nothing starts any more")
            # A group of its own: no Ctrl-C reaches it, and all that it starts ends with it.
            process = subprocess.Popen(command, text=True, process_group=0, **how)
            self._running.add(process)
        try:
            with process:
                yield process
        finally:
            with self._lock:
                self._running.discard(process)


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> None:
    """Signal a process of a crew and all that it started."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
