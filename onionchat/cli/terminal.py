"""A line editor at the bottom of the terminal, and text that appears above it meanwhile.

What lives here: readline, signals, escape codes. What may not: what is typed or shown.

While the person types, Python waits inside readline. New bytes on the node's socket raise SIGIO,
whose handler runs in this same thread between two keys: no second thread, no lock, no polling
beyond one look a second (a signal in the instant before readline waits would else go unseen).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_LOOK_SECONDS: Final = 1.0
_SIGNALS: Final = frozenset({signal.SIGIO, signal.SIGALRM})


class Terminal:
    """Reads lines; `on_readable` is called while it waits and `descriptor` has something."""

    def __init__(self, descriptor: int, on_readable: Callable[[], None]) -> None:
        try:
            import readline
        except ImportError:
            # Some builds have none; typing then has no history and no cursor keys.
            self._line: Callable[[], str] = lambda: ""
            self._redisplay: Callable[[str], None] | None = None
        else:
            readline.set_auto_history(True)
            readline.parse_and_bind("tab: complete")
            self._line = readline.get_line_buffer
            self._redisplay = _redisplay_of(getattr(readline, "__file__", None))
        self.plain = os.environ.get("TERM", "dumb") == "dumb"
        self.colours = not self.plain and "NO_COLOR" not in os.environ
        self._on_readable = on_readable
        self._prompt = ""
        self._at_prompt = False
        self._showing = False
        for number in _SIGNALS:
            signal.signal(number, self._signalled)
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)

    def read(self, prompt: str) -> str:
        """A line that the person typed. Raises `EOFError`, `KeyboardInterrupt`."""
        self._prompt = prompt
        with self._interruptible():
            try:
                return input(prompt)
            except SystemError as error:
                # CPython's input() runs the handlers of other signals while Ctrl-C's exception is
                # already pending, and then takes it for an error of theirs.
                if _caused_by_interrupt(error):
                    raise KeyboardInterrupt from None
                raise

    def show(self, text: str) -> None:
        """Print `text`, above what is being typed if the person is typing."""
        if not self._at_prompt:
            print(text, flush=True)
            return
        typed = self._line()
        if self.plain:
            sys.stdout.write(f"\n{text}\n{self._prompt}{typed}")
        else:
            sys.stdout.write(f"{self._erase(typed)}{text}\n")
            if self._redisplay is None:
                sys.stdout.write(self._prompt + typed)
        sys.stdout.flush()
        if self._redisplay is not None and not self.plain:
            # It knows where the cursor stands in the line.
            self._redisplay(self._prompt)

    def change_prompt(self, prompt: str) -> None:
        """Say something else in front of what is being typed, where the terminal allows it."""
        if self._at_prompt and prompt != self._prompt and self._redisplay and not self.plain:
            sys.stdout.write(self._erase(self._line()))
            sys.stdout.flush()
            self._prompt = prompt
            self._redisplay(prompt)

    def _erase(self, typed: str) -> str:
        """What removes prompt and line; they may have run over the terminal's edge."""
        rows = (len(self._prompt) + len(typed)) // max(1, shutil.get_terminal_size().columns)
        up = f"\x1b[{rows}A" if rows else ""
        return f"{up}\r\x1b[J"

    def dim(self, text: str) -> str:
        """Less important text."""
        return f"\x1b[2m{text}\x1b[0m" if self.colours and text else text

    def bold(self, text: str) -> str:
        """More important text."""
        return f"\x1b[1m{text}\x1b[0m" if self.colours else text

    def complete(self, words: Callable[[str], list[str]]) -> None:
        """Offer, at the tab key, what `words` finds for the line typed so far."""
        try:
            import readline
        except ImportError:
            return
        readline.set_completer_delims("")

        def completer(line: str, number: int) -> str | None:
            found = words(line)
            return found[number] if number < len(found) else None

        readline.set_completer(completer)

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        # A signal that comes in here is answered by the next one, a second later at most.
        if self._at_prompt and not self._showing:
            self._showing = True
            try:
                self._on_readable()
            finally:
                self._showing = False

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        self._at_prompt = True
        signal.setitimer(signal.ITIMER_REAL, _LOOK_SECONDS, _LOOK_SECONDS)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        try:
            yield
        finally:
            self._at_prompt = False
            signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _caused_by_interrupt(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _redisplay_of(module: str | None) -> Callable[[str], None] | None:
    """readline's own way to draw a prompt and the line anew, where it can be reached."""
    try:
        library = ctypes.CDLL(module)
        set_prompt, update = library.rl_set_prompt, library.rl_forced_update_display
    except (OSError, AttributeError):
        return None

    def redisplay(prompt: str) -> None:
        set_prompt(prompt.encode(sys.stdout.encoding or "utf-8", "replace"))
        update()

    return redisplay
