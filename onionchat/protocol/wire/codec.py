"""Strict MessagePack: the only two calls by which structures become bytes and back.

Structures are `msgspec.Struct`s declared with `WIRE` options: arrays of fixed shape, no surplus
fields, integer tags. Ids and signatures are always over bytes as received, so nothing may decode
and encode again to compare.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec

from onionchat.errors import Malformed, TooLarge

T = TypeVar("T")


class WireStruct(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """Base of all structures on the wire: `class Ping(WireStruct, tag=5): token: Bytes16`."""


_encoder = msgspec.msgpack.Encoder()


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:  # noqa: ANN401 - any type form or union
    return msgspec.msgpack.Decoder(kind)


def encode(value: WireStruct) -> bytes:
    """Encode a structure that this program built itself."""
    return _encoder.encode(value)


def decode(kind: type[T], data: bytes, limit: int) -> T:
    """Decode `data` strictly as `kind` (a structure or a union of tagged ones).

    Raises:
        TooLarge: more than `limit` bytes; checked before anything is decoded.
        Malformed: anything that is not exactly one `kind`, including trailing bytes.
    """
    if len(data) > limit:
        raise TooLarge
    try:
        value: T = _decoder(kind).decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Malformed from error
    return value
