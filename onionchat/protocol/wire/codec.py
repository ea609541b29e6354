"""Strict MessagePack: the only two calls by which structures become bytes and back.

Structures are `msgspec.Struct`s declared with `WIRE` options: arrays of fixed shape, no surplus
fields, integer tags. Ids and signatures are always over bytes as received, so nothing may decode
and encode again to compare.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from onionchat.errors import Malformed, TooLarge

if TYPE_CHECKING:
    from collections.abc import Hashable

    from typing_extensions import TypeForm

T = TypeVar("T")


class WireStruct(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """Base of all structures on the wire:

        class Ping(WireStruct, frozen=True, tag=5):
            token: Bytes16

    (`frozen=True` again, because type checkers do not inherit it.)

    Fields have no defaults: an array with a default could be sent in two lengths.
    A `max_length` of a text counts characters: bounds in bytes are checked where it is used.
    """


_encoder = msgspec.msgpack.Encoder()


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:  # noqa: ANN401 - any type form or union
    return msgspec.msgpack.Decoder(kind)


def encode(value: WireStruct) -> bytes:
    """Encode a structure that this program built itself."""
    return _encoder.encode(value)


def decode(kind: TypeForm[T], data: bytes, limit: int) -> T:
    """Decode `data` strictly as `kind` (a structure or a union of tagged ones).

    Raises:
        TooLarge: more than `limit` bytes; checked before anything is decoded.
        Malformed: anything that is not exactly one `kind`, including trailing bytes.
    """
    if len(data) > limit:
        raise TooLarge
    try:
        value: T = _decoder(cast("Hashable", kind)).decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        # Without the cause: its text can repeat what the peer sent.
        raise Malformed from None
    return value
