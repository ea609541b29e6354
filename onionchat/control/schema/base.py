"""Limits, and what every request is made of."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Generic, TypeVar

from msgspec import Meta, Struct

API_VERSION: Final = 1
"""Raised by one when a program written for the version before could fail; `hello` compares it."""

MAX_LINE_BYTES: Final = 1024 * 1024
"""Longest line that a node takes, newline included."""

MAX_REPLY_BYTES: Final = 16 * 1024 * 1024
"""Longest line that a node sends, newline included."""

MAX_PAGE: Final = 200
"""Most messages in one reply of `history` or `search`."""

MAX_SEARCH: Final = 1000
"""Most characters of the words of `search`."""

MAX_EXCERPT: Final = 200
"""Characters of a contact's last message, and of its draft, that `contacts` shows."""

ContactRef = Annotated[str, Meta(min_length=1, max_length=200)]
"""A petname in any capitals, a contact id, or an unambiguous prefix of 8 or more digits of one."""
Id = Annotated[str, Meta(min_length=1, max_length=128)]
Tag = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[!-~]+\Z")]
"""Printable ASCII without spaces, made up by the program that asks."""
Text = str
"""Bounded by the line; its own limit is in bytes and has its own error, TextTooLong."""
Seconds = Annotated[float, Meta(ge=0, le=365 * 24 * 3600)]

R_co = TypeVar("R_co", covariant=True)


class Request(Struct, Generic[R_co], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all requests; the type argument is the reply."""

    method: ClassVar[str]


class Nothing(Struct, frozen=True):
    """The reply of a request that only does something: an empty object."""
