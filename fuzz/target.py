"""What a target is: a function that takes bytes, the errors that it may raise, its inputs.

What lives here: the value and the tape that machines read their script from. What may not: targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import TypeVar

from onionchat.errors import ProtocolViolation

T = TypeVar("T")
Run = Callable[[bytes], object]
Fed = type | FunctionType


def _nothing() -> Iterable[bytes]:
    return ()


@dataclass(frozen=True, slots=True)
class Target:
    """One target. `run` gets any bytes and returns, or raises one of `declared`."""

    name: str
    run: Run
    declared: tuple[type[BaseException], ...]
    covers: tuple[str, ...]
    """Functions and methods of the program that it feeds, as `module.qualname`."""
    seeds: Callable[[], Iterable[bytes]]
    """Small structured inputs, for the committed corpus."""
    large: Callable[[], Iterable[bytes]]
    """Inputs up to the largest size; made when they are needed."""
    max_size: int


def name_of(fed: Fed) -> str:
    """`module.qualname` of a function, method or class."""
    return f"{fed.__module__}.{fed.__qualname__}"


class Registry:
    """Targets by name, in the order in which they were made."""

    def __init__(self) -> None:
        self.targets: dict[str, Target] = {}

    def target(
        self,
        name: str,
        *,
        covers: Sequence[Fed],
        seeds: Callable[[], Iterable[bytes]],
        declared: tuple[type[BaseException], ...] = (ProtocolViolation,),
        large: Callable[[], Iterable[bytes]] = _nothing,
        max_size: int = 4096,
    ) -> Callable[[Run], Run]:
        def add(run: Run) -> Run:
            if name in self.targets:
                raise ValueError(f"two targets are called {name}")
            fed = tuple(name_of(one) for one in covers)
            self.targets[name] = Target(name, run, declared, fed, seeds, large, max_size)
            return run

        return add


REGISTRY = Registry()
target = REGISTRY.target


class Tape:
    """A script for a state machine: reads numbers and bytes until the input is used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def __bool__(self) -> bool:
        return self._place < len(self._data)

    def byte(self) -> int:
        """The next byte; 0 at the end."""
        if self._place >= len(self._data):
            return 0
        self._place += 1
        return self._data[self._place - 1]

    def number(self, size: int = 2) -> int:
        """A number of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def take(self, size: int) -> bytes:
        """Up to `size` bytes."""
        taken = self._data[self._place : self._place + size]
        self._place += len(taken)
        return taken

    def chunk(self) -> bytes:
        """Bytes behind a length of one byte; 255 means a length of two bytes."""
        size = self.byte()
        return self.take(self.number() if size == 255 else size)

    def choose(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.byte() % len(choices)]

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self._data))

    def flip(self, data: bytes) -> bytes:
        """`data` with one byte changed, cut short or prolonged."""
        kind, place, value = self.byte() % 4, self.number(), self.byte() or 1
        if not data or kind == 3:
            return data + bytes((value,))
        place %= len(data)
        if kind == 2:
            return data[:place]
        return data[:place] + bytes((data[place] ^ value,)) + data[place + 1 :]


def chunked(data: bytes) -> bytes:
    """`data` as `Tape.chunk` reads it."""
    if len(data) < 255:
        return bytes((len(data),)) + data
    return b"\xff" + len(data).to_bytes(2, "big") + data
