"""Making a profile without a terminal: what a program hands to `onionchat init --json` and gets
back, and how a person proves to have written the recovery phrase down.

What lives here: the structs on standard input and output, written and read at both ends, and asking
two words back. What may not: making the profile, keeping a phrase.
"""

from __future__ import annotations

import json
import string
import unicodedata
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from onionchat.errors import InternalError, InvalidInput, InvalidText, OnionchatError, by_code

MAX_BYTES: Final = 8 * 1024
"""Longest input of `init --json`."""

WORDS: Final = 24
"""Of the recovery phrase (a test compares it with the protocol's)."""

_NO_WORD: Final = "No profile was made, and the program that makes it has not said why."
_PAIRS: Final = WORDS * (WORDS - 1)
_LIMIT: Final = 65536 - 65536 % _PAIRS


class NewProfile(Struct, frozen=True, forbid_unknown_fields=True):
    """What `init --json` reads: one JSON object, to the end of its standard input."""

    passphrase: Annotated[str, Meta(min_length=1, max_length=1024)]
    """At least 8 characters."""
    name: Annotated[str, Meta(max_length=64)] = ""
    """What contacts will see; at most 64 bytes of UTF-8, may be empty."""


class MadeProfile(Struct, frozen=True):
    """What it prints, once and never again."""

    profile: str
    """The folder."""
    words: tuple[str, ...]
    """The recovery phrase, to be written down: who has it can take the account over."""


class Failed(Struct, frozen=True):
    """What it prints instead; the sentence goes to standard error as well."""

    code: int
    name: str
    """The error's name, as in the table of errors."""
    sentence: str


def written(asked: NewProfile) -> str:
    """The input, for whoever starts `init --json`. Raises InvalidText for what is no Unicode."""
    try:
        return msgspec.json.encode(asked).decode()
    except UnicodeEncodeError:
        raise InvalidText("Name and passphrase must be valid Unicode.") from None


def made(said: bytes) -> MadeProfile:
    """What `init --json` printed, all of it. Raises the error that it names; InternalError when it
    is neither profile nor error, as of a process that was ended.
    """
    try:
        # Paths that are no Unicode stand in it in a way that msgspec does not read.
        document = json.loads(said)
        if "code" in document:
            failure = msgspec.convert(document, Failed)
            raise by_code(failure.code)(failure.sentence)
        found = msgspec.convert(document, MadeProfile)
    except (ValueError, TypeError, msgspec.ValidationError):
        raise InternalError(_NO_WORD) from None
    if len(found.words) != WORDS:
        raise InternalError(_NO_WORD)
    return found


def parse(data: bytes) -> NewProfile:
    """Read the input. Raises InvalidInput, in whose sentence nothing of the input occurs."""
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"The input of init --json has at most {MAX_BYTES} bytes.")
    try:
        return msgspec.json.decode(data, type=NewProfile)
    except msgspec.ValidationError as error:
        # Which field and what is wrong with it; msgspec quotes the names of fields alone.
        what = str(error) if "unknown field" not in str(error) else "an unknown field"
        raise InvalidInput(f"The input of init --json does not fit: {what}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInput("The input of init --json is not one JSON object in UTF-8.") from None


def failed(error: OnionchatError) -> Failed:
    """An error as it is printed."""
    return Failed(error.code, type(error).__name__, str(error))


def places(random_bytes: Callable[[int], bytes]) -> tuple[int, int]:
    """Two places of the recovery phrase, from 1 to 24, the smaller first, by chance."""
    number = _LIMIT
    while number >= _LIMIT:
        # Beyond it, the first pairs would come up more often than the others.
        number = int.from_bytes(random_bytes(2), "big")
    one, other = divmod(number % _PAIRS, WORDS - 1)
    if other >= one:
        other += 1
    return min(one, other) + 1, max(one, other) + 1


def right(words: Sequence[str], place: int, typed: str) -> bool:
    """Whether this is the word at a place (from 1), in whatever capitals, and with whatever blanks
    or punctuation around it.
    """
    said = unicodedata.normalize("NFKD", typed).lower()
    return said.strip(f"{string.whitespace}{string.punctuation}") == words[place - 1]
