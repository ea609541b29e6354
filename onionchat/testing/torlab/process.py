"""Processes that never outlive the one that started them.

Every child gets the kernel's parent-death signal through ``boundexec``, so it is killed even when
its parent ends by ``kill -9`` and even while the child is suspended. That works on Linux only.
What the children are is not known here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from onionchat.testing.torlab.clock import Deadline, wait_until
from onionchat.testing.torlab.errors import TorLabError

__all__ = ["Child", "bound_to_us", "python_program", "run_all", "spawn", "stop_all"]

Child = subprocess.Popen[bytes]

_BOUNDEXEC = Path(__file__).with_name("boundexec.py")
_TERM_SECONDS = 5.0
_KILL_SECONDS = 10.0

# The kernel sends the parent-death signal when the *thread* that forked ends. So all children are
# forked by one thread that lives as long as this process.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="torlab-forker")


def python_program(script: Path) -> list[str]:
    """Return the start of a command line that runs `script` quickly, without site packages."""
    return [sys.executable, "-I", "-S", str(script)]


def bound_to_us() -> tuple[str, ...]:
    """The words before a command whose process is to be killed when this thread ends."""
    return (*python_program(_BOUNDEXEC), str(os.getpid()))


def spawn(
    argv: Sequence[str | Path],
    *,
    output: Path,
    stdin: int = subprocess.DEVNULL,
    pass_fds: Collection[int] = (),
) -> Child:
    """Start `argv` as a child that dies with this process; its output is appended to `output`.

    Raises `TorLabError` if this is not Linux or the process cannot be started. A program that
    does not exist shows as exit code 127 with the reason in `output`.
    """
    if sys.platform != "linux":
        raise TorLabError("The private Tor network needs Linux (the parent-death signal).")

    command = [*bound_to_us(), *map(str, argv)]

    def fork() -> Child:
        with output.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                # A Ctrl-C at the terminal is for the supervisor, which stops its children.
                start_new_session=True,
            )

    try:
        return _forker.submit(fork).result()
    except OSError as error:
        raise TorLabError(f"Cannot start {argv[0]}: {error}.") from error


def run_all(
    commands: Iterable[tuple[Sequence[str | Path], bytes, Path]], *, seconds: float
) -> None:
    """Run commands side by side, each given as (argv, what it reads on stdin, its output file).

    Raises `TorLabError` if one fails or they take more than `seconds` together; in both cases all
    of them have ended.
    """
    deadline = Deadline(seconds)
    running: list[tuple[Sequence[str | Path], Path, Child]] = []
    try:
        for argv, text, output in commands:
            child = spawn(argv, output=output, stdin=subprocess.PIPE)
            running.append((argv, output, child))
            if child.stdin is not None:
                try:
                    with child.stdin as pipe:
                        pipe.write(text)
                except BrokenPipeError:
                    pass  # It ended before reading: its exit code below says what happened.
        for argv, output, child in running:
            try:
                code = child.wait(timeout=deadline.remaining())
            except subprocess.TimeoutExpired:
                raise TorLabError(f"{argv[0]} has not ended after {seconds:g} s.") from None
            if code != 0:
                said = output.read_text(errors="replace").strip()
                raise TorLabError(f"{argv[0]} ended with code {code}: {said or 'no output'}")
    finally:
        stop_all(child for _, _, child in running)


def stop_all(children: Iterable[Child]) -> None:
    """End all `children`, suspended ones too: ask them first, kill what is left. Reaps them."""
    left = [child for child in children if child.poll() is None]
    for child in left:
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGCONT)
    if not _all_ended(left, _TERM_SECONDS):
        for child in left:
            child.kill()
        _all_ended(left, _KILL_SECONDS)


def _all_ended(children: list[Child], seconds: float) -> bool:
    return wait_until(
        lambda: all(child.poll() is not None for child in children), Deadline(seconds)
    )
