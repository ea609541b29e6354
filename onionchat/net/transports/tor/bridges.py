"""Bridges: lines that a person pastes, checked, and the torrc lines made of them. Pure but for
looking whether a plug-in program exists.

Pasted text is hostile: nothing of it reaches a configuration file that does not match a strict
form, so no second line and no other option can be smuggled in.
"""

from __future__ import annotations

import ipaddress
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from onionchat.errors import InvalidInput, PluginMissing

PLUGINS: Final[Mapping[str, tuple[str, ...]]] = {
    "obfs4": ("lyrebird", "obfs4proxy"),
    "meek_lite": ("lyrebird", "obfs4proxy"),
    "webtunnel": ("webtunnel-client", "lyrebird"),
    "snowflake": ("snowflake-client", "lyrebird"),
}
"""For each transport the programs that can serve it, the preferred one first."""

MAX_BRIDGES: Final = 32
_MAX_LINE: Final = 1024
_MAX_PORT: Final = 65535
_PRINTABLE = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_FINGERPRINT = re.compile(r"[0-9A-Fa-f]{40}")
_ARGUMENT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*=[\x21-\x7e]*")
_FORBIDDEN = re.compile(r"[\"'\\#%]")


@dataclass(frozen=True, slots=True)
class Bridge:
    """One bridge. `transport` is "" for a plain one; `address` is HOST:PORT as given."""

    transport: str
    address: str
    fingerprint: str
    arguments: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """As it stands after `Bridge` in a torrc."""
        parts = (self.transport, self.address, self.fingerprint, *self.arguments)
        return " ".join(part for part in parts if part)

    def __repr__(self) -> str:
        return f"<Bridge {self.transport or 'plain'} (address hidden)>"


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """Which bridges to use, and where plug-in programs are if not on PATH (by transport name)."""

    bridges: tuple[Bridge, ...] = ()
    programs: Mapping[str, str] = field(default_factory=dict)


def parse_bridge(text: str) -> Bridge:
    """A bridge line as people get it, with or without the word `Bridge` before it.

    Raises:
        InvalidInput: it has another form, an unknown transport, or characters that could change
            a configuration file.
    """
    text = text.strip(" ")
    if len(text) > _MAX_LINE:
        raise InvalidInput("A bridge line is too long.")
    if not _PRINTABLE.fullmatch(text) or _FORBIDDEN.search(text):
        raise InvalidInput("A bridge line has characters that it may not have.")
    words = text.split(" ")
    if words[0].lower() == "bridge":
        words = words[1:]
    transport = ""
    if words and not _is_address(words[0]):
        transport, words = words[0].lower(), words[1:]
        if transport not in PLUGINS:
            raise InvalidInput(
                "A bridge line names an unknown transport; known are " + ", ".join(PLUGINS) + "."
            )
    if not words or not _is_address(words[0]):
        raise InvalidInput("A bridge line needs an IP address and port.")
    address, words = words[0], words[1:]
    fingerprint = ""
    if words and _FINGERPRINT.fullmatch(words[0]):
        fingerprint, words = words[0].upper(), words[1:]
    if words and not transport:
        raise InvalidInput("A bridge without a transport takes no arguments.")
    if not all(_ARGUMENT.fullmatch(word) for word in words):
        raise InvalidInput("A bridge line's arguments have the form name=value.")
    if transport == "obfs4" and not any(word.startswith("cert=") for word in words):
        raise InvalidInput("An obfs4 bridge needs its cert= argument.")
    return Bridge(transport, address, fingerprint, tuple(words))


def parse_bridges(text: str) -> tuple[Bridge, ...]:
    """Several lines; empty ones are skipped.

    Raises:
        InvalidInput: one of them is not a bridge line, or there are more than 32.
    """
    bridges: list[Bridge] = []
    for _, line in bridge_lines(text):
        bridges.append(next_bridge(line, len(bridges)))
    return tuple(bridges)


def bridge_lines(text: str) -> list[tuple[int, str]]:
    """The lines that are not empty, each with its number, from 1."""
    lines = enumerate(re.split(r"\r?\n", text), 1)
    return [(number, line) for number, line in lines if line.strip(" ")]


def next_bridge(line: str, before: int) -> Bridge:
    """The bridge of a line that follows so many others. Raises what `parse_bridges` raises."""
    if before >= MAX_BRIDGES:
        raise InvalidInput(f"At most {MAX_BRIDGES} bridges can be used.")
    return parse_bridge(line)


def torrc_lines(
    settings: BridgeSettings, which: Callable[[str], str | None] = shutil.which
) -> Sequence[str]:
    """The torrc lines for `settings`; none for no bridges. `which` finds programs on PATH.

    Raises:
        PluginMissing: no program for one of the transports.
        InvalidInput: a program's path cannot stand in a torrc.
    """
    if not settings.bridges:
        return ()
    lines = ["UseBridges 1"]
    by_program: dict[str, list[str]] = {}
    for transport in dict.fromkeys(bridge.transport for bridge in settings.bridges):
        if transport:
            by_program.setdefault(_program(transport, settings, which), []).append(transport)
    lines += [
        f"ClientTransportPlugin {','.join(transports)} exec {program}"
        for program, transports in by_program.items()
    ]
    lines += [f"Bridge {bridge.line}" for bridge in settings.bridges]
    return lines


def _program(transport: str, settings: BridgeSettings, which: Callable[[str], str | None]) -> str:
    named = settings.programs.get(transport)
    found = which(named) if named else next(filter(None, map(which, PLUGINS[transport])), None)
    if found is None:
        wanted = named or " or ".join(PLUGINS[transport])
        raise PluginMissing(f"{transport} bridges need the program {wanted}, which was not found.")
    path = str(Path(found).absolute())
    # tor splits the command line at spaces and knows no quoting there.
    if not _PRINTABLE.fullmatch(path) or " " in path or _FORBIDDEN.search(path):
        raise InvalidInput("The path of a bridge program has characters that tor cannot take.")
    return path


def _is_address(word: str) -> bool:
    host, _, port = word.rpartition(":")
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) <= _MAX_PORT:
        return False
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        version = 6
    else:
        version = 4
    try:
        return ipaddress.ip_address(host).version == version
    except ValueError:
        return False
