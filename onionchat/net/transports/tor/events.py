"""What tor says, as values: asynchronous events and `GETINFO` answers parsed, strictly and purely.

tor is our own program, yet nothing it says may stop the node: an unknown event, a missing field or
a number out of range gives None, never an exception. Addresses are dropped here or redacted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

SUBSCRIBED: Final = (
    "STATUS_CLIENT",
    "STATUS_GENERAL",
    "HS_DESC",
    "NETWORK_LIVENESS",
    "WARN",
    "ERR",
)
"""Events asked of every tor."""

SUBSCRIBED_OWN: Final = (*SUBSCRIBED, "ORCONN", "GUARD", "CIRC", "CIRC_MINOR")
"""Events asked of an own tor; a shared tor's connections are not this node's business."""

COMPLETE: Final = 100
"""The bootstrap percentage of a tor that works."""

ENOUGH_DIRECTORY: Final = 75
"""The bootstrap percentage from which tor knows enough relays to build circuits."""

_MAX_LINE: Final = 4096
_PAIR = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S*)')
_ONION = re.compile(r"[a-z2-7]{56}")
_REDACTIONS: Final = (
    (re.compile(r"\b[a-z2-7]{56}(?:\.onion)?\b"), "[onion]"),
    (re.compile(r"\$?\b[0-9A-Fa-f]{40}\b(?:[~=]\w+)?"), "[relay]"),
    (re.compile(r"\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\](?::\d+)?"), "[address]"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "[address]"),
    # Before the bare IPv6 form, so that a path with colons goes as a whole.
    (re.compile(r"(?<![\w/])/(?:[^\s/\"']+/)+[^\s\"']*"), "[path]"),
    (re.compile(r"\b(?:[0-9A-Fa-f]{1,4}:){3,}[0-9A-Fa-f:]*"), "[address]"),
    # With bounds, so that reading a line of dots and letters takes no square of its length.
    (
        re.compile(r"\b(?:[\w-]{1,63}\.){1,16}(?:com|net|org|onion|io|dev|info|de|ru|ir|cn)\b"),
        "[host]",
    ),
    (re.compile(r"\b[A-Za-z0-9+/]{43,}=*"), "[key]"),
)


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How far tor is. `reason` is tor's name of what stands in the way, "" if nothing does."""

    percent: int
    tag: str
    summary: str
    reason: str = ""
    warning: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class CircuitsEstablished:
    """tor has working circuits, or has lost them."""

    established: bool


@dataclass(frozen=True, slots=True)
class ClockSkew:
    """Somebody on the network has another time; positive: this machine is ahead."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """The clock leapt while tor ran: a suspended machine or a corrected clock."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ConsensusTimes:
    """From when to when the consensus that tor works with is valid, seconds since 1970."""

    valid_after: int
    valid_until: int


@dataclass(frozen=True, slots=True)
class Liveness:
    """tor's opinion on whether there is a network."""

    up: bool


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A directory took a descriptor of a service."""

    address: str


@dataclass(frozen=True, slots=True)
class UploadFailed:
    """A directory did not take a descriptor."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class RelayConnection:
    """A connection to a relay (for a client: a guard or bridge) came up, failed or ended."""

    status: str


@dataclass(frozen=True, slots=True)
class GuardsChanged:
    """An entry guard was given up for good or replaced."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit of tor. `introduces` is the service at whose introduction point it ends, or ""."""

    number: str
    built: bool
    ended: bool
    introduces: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AllCircuits:
    """The circuits that tor has now, and no others."""

    circuits: tuple[Circuit, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A warning or error from tor's log, redacted."""

    severity: str
    text: str


TorEvent = (
    Bootstrap
    | CircuitsEstablished
    | ClockSkew
    | ClockJumped
    | ConsensusTimes
    | Liveness
    | Uploaded
    | UploadFailed
    | RelayConnection
    | GuardsChanged
    | Circuit
    | AllCircuits
    | Said
)


def redact(text: str) -> str:
    """`text` without IP addresses, host names, onion addresses, fingerprints, keys and paths."""
    text = "".join(c if c.isprintable() else " " for c in text[:_MAX_LINE])
    for pattern, replacement in _REDACTIONS:
        text = pattern.sub(replacement, text)
    return text


def pairs(text: str) -> dict[str, str]:
    """The KEYWORD=value and KEYWORD="quoted value" parts of a line; the first of a name counts."""
    found: dict[str, str] = {}
    for match in _PAIR.finditer(text[:_MAX_LINE]):
        value = match.group(2)
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(match.group(1), value)
    return found


def integer(text: str | None, *, low: int, high: int) -> int | None:
    """A decimal number from `low` to `high`, else None."""
    if text is None or not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        return None
    number = int(text)
    return number if low <= number <= high else None


def parse_bootstrap(text: str) -> Bootstrap | None:
    """`NOTICE BOOTSTRAP PROGRESS=… TAG=… SUMMARY="…"`, from an event or from GETINFO."""
    fields = pairs(text)
    percent = integer(fields.get("PROGRESS"), low=0, high=100)
    if percent is None:
        return None
    return Bootstrap(
        percent=percent,
        tag=redact(fields.get("TAG", ""))[:64],
        summary=redact(fields.get("SUMMARY", ""))[:200],
        reason=redact(fields.get("REASON", ""))[:64],
        warning=redact(fields.get("WARNING", ""))[:200],
        count=integer(fields.get("COUNT"), low=0, high=2**31) or 0,
    )


def parse_circuit(line: str, *, built: bool = False) -> Circuit | None:
    """`7 BUILT $…,$… PURPOSE=… REND_QUERY=…`, from an event or from `GETINFO circuit-status`.

    The path is dropped: nobody here has to know the relays. A tunnel of one hop, by which tor asks
    a directory, never counts as built: nobody is reached by it.
    """
    words = line[:_MAX_LINE].split(" ")
    if len(words) < 2 or not re.fullmatch(r"[A-Za-z0-9]{1,16}", words[0]):  # noqa: PLR2004
        return None
    fields = pairs(line)
    host = fields.get("REND_QUERY", "")
    tunnel = "ONEHOP_TUNNEL" in fields.get("BUILD_FLAGS", "").split(",")
    introduces = fields.get("PURPOSE") == "HS_SERVICE_INTRO" and _ONION.fullmatch(host)
    return Circuit(
        number=words[0],
        built=(built or words[1] == "BUILT") and not tunnel,
        ended=words[1] in ("CLOSED", "FAILED"),
        introduces=host if introduces else "",
    )


def parse_event(name: str, data: str) -> TorEvent | None:
    """One asynchronous event; None for what is unknown, malformed or of no interest."""
    data = data[:_MAX_LINE].strip()
    words = data.split(" ")
    if name in ("STATUS_CLIENT", "STATUS_GENERAL"):
        return _status(words, data)
    if name == "HS_DESC":
        return _descriptor(words, data)
    if name == "NETWORK_LIVENESS":
        return Liveness(words[0] == "UP") if words[0] in ("UP", "DOWN") else None
    if name == "ORCONN":
        return RelayConnection(words[1]) if len(words) > 1 else None
    if name == "GUARD":
        dropped = len(words) > 2 and words[0] == "ENTRY" and words[2] in ("DROPPED", "BAD_L2")  # noqa: PLR2004
        return GuardsChanged() if dropped else None
    if name == "CIRC":
        return parse_circuit(data)
    if name == "CIRC_MINOR":
        # The same line, with what changed in the place of the state: it was built before.
        return parse_circuit(data, built=True)
    if name in ("WARN", "ERR"):
        return Said(name, redact(data))
    return None


def _status(words: list[str], data: str) -> TorEvent | None:
    action = words[1] if len(words) > 1 else ""
    if action == "BOOTSTRAP":
        return parse_bootstrap(data)
    if action in ("CIRCUIT_ESTABLISHED", "CIRCUIT_NOT_ESTABLISHED"):
        return CircuitsEstablished(action == "CIRCUIT_ESTABLISHED")
    if action == "CLOCK_SKEW":
        fields = pairs(data)
        # Of a consensus from the future tor can tell only how wrong the clock is at least.
        given = fields.get("SKEW", fields.get("MIN_SKEW"))
        skew = integer(given, low=-(2**40), high=2**40)
        return None if skew is None else ClockSkew(skew)
    if action == "CLOCK_JUMPED":
        jump = integer(pairs(data).get("TIME"), low=-(2**40), high=2**40)
        return None if jump is None else ClockJumped(jump)
    return None


def _descriptor(words: list[str], data: str) -> TorEvent | None:
    if len(words) < 2 or not _ONION.fullmatch(words[1]):  # noqa: PLR2004
        return None
    if words[0] == "UPLOADED":
        return Uploaded(words[1])
    if words[0] == "FAILED":
        reason = pairs(data).get("REASON", "")
        # The other reasons belong to fetching somebody else's descriptor.
        if reason in ("UPLOAD_REJECTED", "UNEXPECTED"):
            return UploadFailed(words[1], reason)
    return None
