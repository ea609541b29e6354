"""docs/control-api.md, made from the registry: `python -m onionchat.control.reference`.

What lives here: turning docstrings, the strings below fields, types and limits into Markdown. What
may not: a fact about the API that is not in the code. A test compares the file with what this
makes.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from textwrap import dedent
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec import inspect as types

from onionchat.errors import OnionchatError

from . import address, passphrase, schema, server

INTRODUCTION: Final = f"""\
# The control API

*Made by `python -m onionchat.control.reference`; do not edit.*

A running node answers at a Unix socket: `control.sock` (mode 0600) in the profile's folder `run`
(mode 0700), or, when that path is too long for a socket ({address.MAX_SOCKET_PATH} bytes), in the
private folder that the file `run/where` names. The command line is one client of it;
[examples/echo_bot.py](examples/echo_bot.py) is another, in the standard library alone.

It speaks [JSON-RPC 2.0](https://www.jsonrpc.org/specification), one UTF-8 line per object. Stricter
than the standard: parameters by name only, unknown ones refused, every request has an `id` (an
integer or a short text), no batches. This is version {schema.API_VERSION}; fields and methods may
be added without a new version, so ignore what you do not know.

The first request must be `hello` with what stands in the file `token` beside the socket, which is
new for each run of the node. Requests of one connection are begun in the order in which they come;
answers come when they are ready and carry the request's `id`.

| bound | value |
| --- | --- |
| line to the node | {schema.MAX_LINE_BYTES} bytes |
| line from the node | {schema.MAX_REPLY_BYTES} bytes |
| connections | {server.MAX_CONNECTIONS} |
| seconds until `hello` | {server.HELLO_SECONDS:.0f} |
| requests of one connection at work; more wait unread | {server.MAX_AT_WORK} |
| lines unread by the client, then it is disconnected | {server.MAX_UNREAD} |

An answer holds `result` or `error`; a line that could not be read at all is answered with
`"id": null`. What happens is told by the notification `event` once it is subscribed; its `params`
are what `onionchat watch --json` prints. The last line of a connection is the notification
`closing`.

```text
{{"jsonrpc": "2.0", "id": 1, "result": {{}}}}
{{"jsonrpc": "2.0", "id": 2, "error":
    {{"code": 1010, "message": "…", "data": {{"name": "UnknownContact"}}}}}}
{{"jsonrpc": "2.0", "method": "event", "params":
    {{"type": "state", "contact": "…", "ids": ["…"], "state": "sent"}}}}
```

## Without a node

What a program needs before there is a node to ask; in Python, from `onionchat.control`.

* **Which profiles there are**: `onionchat profiles --json` (`profiles.listed`), without opening
  any. `--named NAME` chooses one of them, or names a new one for `init`.
* **A new profile**: `onionchat init --json` reads one JSON object to the end of its standard input,
  `{{"name": "…", "passphrase": "…"}}`, and prints `{{"profile": "…", "words": ["…", …]}}`: the
  folder and the 24 words of the recovery phrase, once. If it fails (exit status 1), it prints
  `{{"code": 1032, "name": "ProfileExists", "sentence": "…"}}` instead. A passphrase has at least
  {passphrase.MIN_LENGTH} characters; `strength.estimate` says how hard it is to guess.
  `first_run.places` and `first_run.right` ask two words back.
* **Starting a node**: `python -m onionchat.daemon node --passphrase-fd=N --ready-fd=M` reads the
  passphrase from the inherited pipe N, and writes one line to the pipe M: `ready`, or `error CODE
  SENTENCE`.
* **Destroying a profile whose node does not run or hangs**: `onionchat wipe --yes`.
"""


def field_docs(kind: type[Struct]) -> dict[str, str]:
    """The string below each field of a struct."""
    (body,) = ast.parse(dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    docs = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            docs[field.target.id] = " ".join(str(below.value.value).split())
    return docs


def type_text(kind: types.Type) -> str:
    """A type for a reader of JSON."""
    match kind:
        case types.NoneType():
            return "null"
        case types.BoolType():
            return "boolean"
        case types.StrType(min_length=low, max_length=high):
            return "text" + _bounds(low, high, " characters")
        case types.IntType(ge=low, le=high):
            return "integer" + _bounds(low, high, "")
        case types.FloatType(le=high):
            return "number" + _bounds(None, high, "")
        case types.LiteralType(values=values):
            return " or ".join(f'`"{value}"`' for value in values)
        case types.UnionType(types=parts):
            return " or ".join(type_text(part) for part in parts)
        case types.VarTupleType(item_type=item):
            text = type_text(item)
            return f"list of ({text})" if " or " in text else f"list of {text}"
        case types.StructType(cls=cls):
            return f"[{cls.__name__}](#{cls.__name__.lower()})"
        case _:
            raise TypeError(f"no words for {kind}")


def _bounds(low: float | None, high: float | None, unit: str) -> str:
    if high is None:
        return ""
    return f" ({low:g} to {high:g}{unit})" if low is not None else f" (at most {high:g}{unit})"


def _sentences(thing: type[Any]) -> str:
    return " ".join((inspect.getdoc(thing) or "").split())


def _fields(kind: type[Struct]) -> Iterator[str]:
    info = types.type_info(kind)
    assert isinstance(info, types.StructType)
    if not info.fields:
        return
    docs = field_docs(kind)
    yield "| field | type | meaning |"
    yield "| --- | --- | --- |"
    for field in info.fields:
        default = "" if field.required else f" Default: `{_json(field.default)}`."
        text = type_text(field.type).replace("|", "\\|")
        yield f"| `{field.encode_name}` | {text} | {docs.get(field.name, '')}{default} |"
    yield ""


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _structs(kind: types.Type) -> Iterator[type[Struct]]:
    """The structs that a type is made of, outermost first."""
    match kind:
        case types.StructType(cls=cls, fields=fields):
            yield cls
            for field in fields:
                yield from _structs(field.type)
        case types.VarTupleType(item_type=item):
            yield from _structs(item)
        case types.UnionType(types=parts):
            for part in parts:
                yield from _structs(part)


def _errors(kind: type[OnionchatError] = OnionchatError) -> Iterator[type[OnionchatError]]:
    if kind.__module__ == OnionchatError.__module__:
        yield kind
    for below in kind.__subclasses__():
        yield from _errors(below)


def reference() -> str:
    """The whole document."""
    lines = [INTRODUCTION, "## Requests", ""]
    shown: dict[type[Struct], None] = {}
    for request in schema.REQUESTS.values():
        reply = types.type_info(schema.reply_type(request))
        shown.update(dict.fromkeys(_structs(reply)))
        lines += [f"### {request.method}", "", _sentences(request), "", *_fields(request)]
        lines += [f"Reply: {type_text(reply)}.", ""]
    lines += ["## Notifications", "", "### event", ""]
    lines += ["`params` is one of these; its field `type` says which.", ""]
    for event in schema.EVENTS:
        shown.update(dict.fromkeys(list(_structs(types.type_info(event)))[1:]))
        name = schema.event_name(event)
        lines += [f'#### event "{name}"', "", _sentences(event), "", *_fields(event)]
    lines += ["### closing", "", _sentences(schema.Closing), "", *_fields(schema.Closing)]
    lines += ["## Types", ""]
    for struct in shown:
        lines += [f"### {struct.__name__}", "", _sentences(struct), "", *_fields(struct)]
    lines += ["## Errors", "", "| code | name | sentence unless a better one is known |"]
    lines.append("| --- | --- | --- |")
    for error in sorted(_errors(), key=lambda error: error.code):
        lines.append(f"| {error.code} | {error.__name__} | {error.sentence} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the document."""
    sys.stdout.write(reference())
    return 0


if __name__ == "__main__":
    sys.exit(main())
