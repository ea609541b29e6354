"""D-Bus in bytes: where the session's bus is, its greeting, calls to it, and what comes back.

What lives here: bytes in, answers and signals out, within bounds; no socket, no Qt. What may not:
what is said over the bus. The format is that of the D-Bus specification, version 1; `jeepney`
writes and reads it. What comes from the bus is never trusted: lengths are looked at before anything
else, and of bodies only the few kinds are read that are wanted here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from jeepney import (
    AuthenticationError,
    DBusAddress,
    Header,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
    new_method_call,
)
from jeepney.auth import BEGIN, Authenticator

ADDRESS: Final = "DBUS_SESSION_BUS_ADDRESS"
MAX_MESSAGE: Final = 16 * 1024
"""Bytes of a message that is read; a longer one is skipped. Wanted are some with some hundred."""
MAX_FIELDS: Final = 2 * 1024
"""Bytes of a header that is read: reading costs some microseconds for each of its fields."""
_LARGEST: Final = 128 * 1024 * 1024
"""Bytes of a message that the specification allows."""
_START: Final = 16
"""Bytes that tell how long a message is."""
_BYTE_ORDERS: Final = {ord("l"): "<", ord("B"): ">"}
_VERSION: Final = 1
_EMPTY: Final = b"()"
"""A structure of nothing, which the specification forbids, and of which jeepney would read an array
without end.
"""
_READ: Final = frozenset({"s", "u", "as", "us", "uu", "sss"})
"""Bodies that are read. In none of them the sender says what follows, as variants do."""
_UNREADABLE: Final = (
    ArithmeticError,
    AssertionError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What jeepney raises for bytes that are no message."""


class NoBus(Exception):
    """What is at the other end does not speak D-Bus, or does not let us in."""


@dataclass(frozen=True, slots=True)
class Place:
    """A Unix socket at which there may be a bus."""

    name: str
    abstract: bool = False
    """Whether it has no file."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method of an object on the bus, and what it is given."""

    bus_name: str
    path: str
    interface: str
    member: str
    signature: str | None = None
    body: tuple[Any, ...] = ()
    starts: bool = False
    """Whether the bus may start the program that has the name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call led to."""

    serial: int
    """That of the call."""
    sender: str
    failed: bool
    body: tuple[Any, ...]
    """Empty where it is none that is read here."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A signal."""

    sender: str
    interface: str
    member: str
    body: tuple[Any, ...]


def places(environment: Mapping[str, str]) -> tuple[Place, ...]:
    """Where to look for the session's bus, in this order.

    Only sockets of this computer: no program is started and no network asked, whatever the
    variable says.
    """
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    usual = Place(f"{runtime}/bus") if os.path.isabs(runtime) else None
    said = environment.get(ADDRESS, "")
    if not said:
        return () if usual is None else (usual,)
    found: list[Place] = []
    for address in said.split(";"):
        transport, _, rest = address.partition(":")
        pairs = (pair.partition("=") for pair in rest.split(","))
        fields = {key: os.fsdecode(unquote_to_bytes(value)) for key, _, value in pairs}
        if transport != "unix" or any("\0" in value for value in fields.values()):
            continue
        if os.path.isabs(fields.get("path", "")):
            found.append(Place(fields["path"]))
        elif fields.get("abstract"):
            found.append(Place(fields["abstract"], abstract=True))
        elif fields.get("runtime") == "yes" and usual is not None:
            found.append(usual)
    return tuple(found)


class Wire:
    """One connection to a bus, of which somebody else moves the bytes."""

    def __init__(self) -> None:
        self._login = Authenticator()
        self._out = bytearray(self._login.data_to_send())
        self._calls = bytearray()
        """What is said once we are let in."""
        self._serial = 0
        self._buffer = bytearray()
        self._skip = 0
        """Bytes still to come of a message that is too long."""

    def bytes_to_send(self) -> bytes:
        """What there is to send, once."""
        sent = bytes(self._out)
        self._out.clear()
        return sent

    def call(self, call: Call, *, answered: bool = True) -> int:
        """Its serial, by which its answer is known. `answered`: whether there is to be one."""
        message = new_method_call(
            DBusAddress(call.path, call.bus_name, call.interface),
            call.member,
            call.signature,
            call.body,
        )
        if not answered:
            message.header.flags |= MessageFlag.no_reply_expected
        if not call.starts:
            message.header.flags |= MessageFlag.no_auto_start
        self._serial += 1
        (self._out if self._login.authenticated else self._calls).extend(
            message.serialise(self._serial)
        )
        return self._serial

    def receive(self, data: bytes) -> list[Answer | Heard]:
        """What these bytes complete; a message that cannot be read counts for nothing.

        Raises NoBus; then nothing that comes after can be understood.
        """
        if not self._login.authenticated:
            self._log_in(data)
            return []
        self._buffer += data
        heard: list[Answer | Heard] = []
        while True:
            skipped = min(self._skip, len(self._buffer))
            del self._buffer[:skipped]
            self._skip -= skipped
            if len(self._buffer) < _START:
                return heard
            fields, size = _measured(self._buffer)
            if size > MAX_MESSAGE:
                self._skip = size
                continue
            if len(self._buffer) < size:
                return heard
            raw = bytes(self._buffer[:size])
            del self._buffer[:size]
            if fields <= MAX_FIELDS and _EMPTY not in raw[_START : _START + fields]:
                heard += _decoded(raw)

    def _log_in(self, data: bytes) -> None:
        try:
            self._login.feed(data)
        except AuthenticationError:
            # What was said instead is nobody's business.
            raise NoBus from None
        if self._login.authenticated:
            self._out += BEGIN + self._calls
            self._calls.clear()


def _measured(start: bytearray) -> tuple[int, int]:
    """Bytes of a message's fields, and of all of it; raises NoBus."""
    order = _BYTE_ORDERS.get(start[0])
    if order is None or start[3] != _VERSION:
        raise NoBus
    body, _, fields = struct.unpack(f"{order}III", start[4:_START])
    size = _START + fields + -fields % 8 + body
    if size > _LARGEST:
        raise NoBus
    return fields, size


def _decoded(raw: bytes) -> list[Answer | Heard]:
    """The message, where it is one that is of interest."""
    try:
        header, _ = Header.from_buffer(raw)
        read = header.fields.get(HeaderFields.signature) in _READ
        body = tuple(Message.from_buffer(raw).body) if read else ()
    except _UNREADABLE:
        return []
    fields = header.fields
    sender = _text(fields, HeaderFields.sender)
    if header.message_type == MessageType.signal:
        interface = _text(fields, HeaderFields.interface)
        return [Heard(sender, interface, _text(fields, HeaderFields.member), body)]
    answers = fields.get(HeaderFields.reply_serial)
    if header.message_type == MessageType.method_call or not isinstance(answers, int):
        return []
    return [Answer(answers, sender, header.message_type == MessageType.error, body)]


def _text(fields: Mapping[HeaderFields, object], field: HeaderFields) -> str:
    said = fields.get(field)
    return said if isinstance(said, str) else ""
