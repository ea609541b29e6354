"""JSON-RPC 2.0 as lines: framing and envelopes for both directions, without input or output.

What lives here: bytes to typed envelopes and back. What may not: sockets, the meaning of a method.

One UTF-8 line is one object. Stricter than the standard, so that there is one way to say a thing:
parameters only by name, ids only integers or short text, every request has an id, no batches, no
unknown members. Whatever comes in raises named errors of `onionchat.errors` and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from onionchat.errors import (
    InternalError,
    InvalidJson,
    InvalidParameters,
    InvalidRequest,
    OnionchatError,
    TooManyTries,
    UnknownMethod,
    by_code,
)

from .schema import NOTIFICATIONS, REQUESTS, Request, reply_type

R = TypeVar("R")

RequestId = Annotated[int, Meta(ge=-(2**53), le=2**53)] | Annotated[str, Meta(max_length=64)]


class Lines:
    """Splits a stream into lines of bounded length.

    Holds at most `limit` bytes besides the piece being worked on.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = bytearray()

    def receive(self, data: bytes) -> Iterator[bytes]:
        """The lines that `data` completes, without their newlines; empty lines are skipped.

        Raises `InvalidRequest` when a line, newline included, is longer than the limit; the stream
        cannot be continued then.
        """
        begin = 0
        while (end := data.find(b"\n", begin)) >= 0:
            if len(self._rest) + end + 1 - begin > self._limit:
                raise InvalidRequest(self._too_long())
            line = bytes(self._rest) + data[begin:end]
            self._rest.clear()
            begin = end + 1
            if line.strip():
                yield line
        if len(self._rest) + len(data) - begin >= self._limit:
            raise InvalidRequest(self._too_long())
        self._rest += data[begin:]

    def _too_long(self) -> str:
        return f"The line is longer than {self._limit} bytes."


# --- Envelopes -----------------------------------------------------------------------------------


class _RequestEnvelope(Struct, frozen=True, forbid_unknown_fields=True):
    jsonrpc: Literal["2.0"]
    method: str
    id: RequestId
    params: Raw = Raw(b"{}")


class _IdOnly(Struct, frozen=True):
    id: RequestId | None = None


class ErrorData(Struct, frozen=True, omit_defaults=True):
    """What an error says beyond the standard."""

    name: str
    """The name of the error's class in `onionchat.errors`."""
    wait: int | None = None
    """Of TooManyTries: seconds until the next passphrase is looked at."""


class ErrorObject(Struct, frozen=True, omit_defaults=True):
    """An error as JSON-RPC carries it."""

    code: int
    message: str
    data: ErrorData | None = None


class _AnyEnvelope(Struct, frozen=True):
    """Whatever a node sends: a result, an error or a notification."""

    jsonrpc: Literal["2.0"]
    id: RequestId | None = None
    method: str | None = None
    params: Raw = Raw(b"{}")
    result: Raw | UnsetType = UNSET
    error: ErrorObject | None = None


class Call(Struct, frozen=True):
    """A request as it came in."""

    id: int | str
    request: Request[Any]


class Refusal(Exception):
    """A line that is not a request of the API, with the id (if it has one) to answer to."""

    def __init__(self, id_: int | str | None, error: OnionchatError) -> None:
        super().__init__(str(error))
        self.id = id_
        self.error = error


class Result(Struct, frozen=True):
    """The good answer to a request; its type is known to whoever asked."""

    id: int | str
    raw: Raw


class Failure(Struct, frozen=True):
    """The bad answer; without an id when the node could not read the request."""

    id: int | str | None
    error: ErrorObject


class Notification(Struct, frozen=True):
    """What the node tells unasked; `params` is an event or `schema.Closing`."""

    method: str
    params: Any


_ENCODER: Final = msgspec.json.Encoder()
_REQUEST: Final = msgspec.json.Decoder(_RequestEnvelope)
_ID: Final = msgspec.json.Decoder(_IdOnly)
_ANY: Final = msgspec.json.Decoder(_AnyEnvelope)
_UNDECODABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_PARAMETERS: Final = {name: msgspec.json.Decoder(kind) for name, kind in REQUESTS.items()}


def _line(envelope: dict[str, Any]) -> bytes:
    return _ENCODER.encode({"jsonrpc": "2.0", **envelope}) + b"\n"


# --- The node's side -----------------------------------------------------------------------------


def parse_request(line: bytes) -> Call:
    """The request in a line. Raises `Refusal` with the named error to answer with."""
    try:
        line.decode()
        envelope = _REQUEST.decode(line)
    except msgspec.ValidationError as error:
        if line.lstrip().startswith(b"["):
            raise Refusal(None, InvalidRequest("Batches of requests are not supported.")) from None
        raise Refusal(_id_of(line), InvalidRequest(_sentence(InvalidRequest, error))) from None
    except _UNDECODABLE:
        raise Refusal(None, InvalidJson()) from None
    parameters = _PARAMETERS.get(envelope.method)
    if parameters is None:
        raise Refusal(envelope.id, UnknownMethod())
    try:
        return Call(envelope.id, parameters.decode(envelope.params))
    except msgspec.ValidationError as error:
        refused = InvalidParameters(_sentence(InvalidParameters, error))
        raise Refusal(envelope.id, refused) from None
    except _UNDECODABLE:
        raise Refusal(envelope.id, InvalidJson()) from None


def result_line(id_: int | str, result: Struct | tuple[Any, ...]) -> bytes:
    """The good answer to request `id_`."""
    return _line({"id": id_, "result": result})


def error_line(id_: int | str | None, error: OnionchatError) -> bytes:
    """The bad answer to request `id_`, or to a line that could not be read (None)."""
    wait = error.wait if isinstance(error, TooManyTries) else None
    more = ErrorData(type(error).__name__, wait)
    return _line({"id": id_, "error": ErrorObject(error.code, str(error), more)})


def notification_line(method: str, params: Struct) -> bytes:
    """Something told unasked."""
    return _line({"method": method, "params": params})


def _id_of(line: bytes) -> int | str | None:
    try:
        return _ID.decode(line).id
    except _UNDECODABLE:
        return None


def _sentence(kind: type[OnionchatError], error: msgspec.ValidationError) -> str:
    # msgspec's texts name types, fields and limits, never values.
    return f"{kind.sentence.removesuffix('.')}: {error}."


# --- The client's side ---------------------------------------------------------------------------


def request_line(id_: int, request: Request[Any]) -> bytes:
    """A request with its id. Raises `UnicodeEncodeError` for text with lone surrogates."""
    return _line({"id": id_, "method": request.method, "params": request})


def parse_message(line: bytes) -> Result | Failure | Notification | None:
    """What a node sent; None for a notification that this version does not know.

    Raises `InvalidJson` or `InvalidRequest` when it is nothing that a node sends.
    """
    try:
        message = _ANY.decode(line)
        if message.method is not None:
            kind = NOTIFICATIONS.get(message.method)
            if kind is None:
                return None
            return Notification(message.method, msgspec.json.decode(message.params, type=kind))
        if message.error is not None:
            return Failure(message.id, message.error)
        if message.id is not None and message.result is not UNSET:
            return Result(message.id, message.result)
    except msgspec.ValidationError as error:
        raise InvalidRequest(_sentence(InvalidRequest, error)) from None
    except _UNDECODABLE:
        raise InvalidJson() from None
    raise InvalidRequest()


def result_of(request: Request[R], raw: Raw) -> R:
    """The typed reply to `request`. Raises `InternalError` when it has another form."""
    try:
        reply: R = msgspec.json.decode(raw, type=reply_type(type(request)))
    except _UNDECODABLE:
        raise InternalError("The node's reply has an unexpected form.") from None
    return reply


def exception_of(error: ErrorObject) -> OnionchatError:
    """The exception that the node raised, with its sentence."""
    made = by_code(error.code)(error.message)
    if isinstance(made, TooManyTries) and error.data is not None:
        made.wait = error.data.wait or 0
    return made
