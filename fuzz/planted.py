"""Decoders that are broken on purpose: whoever looks for faults must find these.

What lives here: one for each thing that a fuzzer has to see. What may not: faults of the program.
"""

from __future__ import annotations

from collections.abc import Mapping

from fuzz.target import Run, Target
from onionchat.errors import Malformed, ProtocolViolation

SEED = b"\x03abc"


def _prefixed(data: bytes) -> bytes:
    """A length and so many bytes, as all of the broken ones understand it."""
    if not data or len(data) <= data[0]:
        raise Malformed
    return data[1 : 1 + data[0]]


def wrong_error(data: bytes) -> object:
    """An index beyond the end instead of the declared error."""
    content = _prefixed(data)
    if content[:1] == b"z":
        return content[len(content)]
    return content


MOST_BRACKETS = 5
BRANCHES = 18


def _nested(text: bytes, place: int) -> bool:
    if place == len(text) or text[place] != ord("("):
        return False
    return any(_nested(text, place + 1) for _ in range(BRANCHES))


def exponential(data: bytes) -> object:
    """Time that is `BRANCHES` times as long with each bracket: four are harmless, five take several
    times the limit, so that neither a fast machine nor a busy one is near it."""
    return _nested(_prefixed(data)[:MOST_BRACKETS], 0)


def bomb(data: bytes) -> object:
    """Believes a length that the peer names."""
    content = _prefixed(data)
    return len(b"\x01" * (int.from_bytes(content[:2], "big") * 1024))


def endless(data: bytes) -> object:
    """Never comes to its end."""
    content = _prefixed(data)
    while content[:1] == b"h":
        pass
    return content


def silent(data: bytes) -> object:
    """Takes in what it should refuse: only a check of the result can see it."""
    content = _prefixed(data)
    if content.upper() == content and content[:1] == b"Q":
        raise AssertionError("a result is not what was sent")
    return content


def _target(run: Run, name: str) -> Target:
    return Target(
        f"planted:{name}",
        run,
        (ProtocolViolation,),
        (),
        lambda: (SEED,),
        lambda: (),
        64,
    )


TARGETS: Mapping[str, Target] = {
    made.name: made
    for made in (
        _target(wrong_error, "error"),
        _target(exponential, "time"),
        _target(bomb, "memory"),
        _target(endless, "hang"),
        _target(silent, "result"),
    )
}

TRIGGERS: Mapping[str, bytes] = {
    "planted:error": b"\x01z",
    "planted:time": bytes([MOST_BRACKETS]) + b"(" * MOST_BRACKETS,
    "planted:memory": b"\x02\xff\xff",
    "planted:hang": b"\x01h",
    "planted:result": b"\x01Q",
}
"""For each the input that shows it."""
