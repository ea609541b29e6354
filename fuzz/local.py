"""Targets for the control socket and for files: JSON lines, key slot, passphrase, QR answers.

What lives here: what a file or a local process can say. What may not: network (`machines`).
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
import unittest.mock
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

import apsw
import msgspec

from fuzz.target import Tape, target
from fuzz.texts import text_of
from onionchat.control import first_run, passphrase, rpc, schema
from onionchat.errors import InvalidInput, OnionchatError, ProfileDamaged, ProfileTooNew, Refused
from onionchat.media import qr_image
from onionchat.node import people, preferences
from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.store import keyslot, profile, search
from onionchat.store import settings as settings_store
from onionchat.store.database import Database
from onionchat.store.keyslot import MasterKey
from onionchat.store.transaction import Transaction
from onionchat.testing.rng import SeededRng

MAX_LINE = schema.MAX_LINE_BYTES


def request_seeds() -> Iterator[bytes]:
    for method, kind in schema.REQUESTS.items():
        fields = {field.name: None for field in msgspec.structs.fields(kind) if field.required}
        for value in ("text", 1, True, ["a"], {"a": 1}):
            parameters = dict.fromkeys(fields, value)
            yield msgspec.json.encode(
                {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
            )
            if not fields:
                break
    yield from (
        b'{"jsonrpc":"2.0","id":"a","method":"nothing"}',
        b'{"jsonrpc":"1.0","id":1,"method":"status"}',
        b'[{"jsonrpc":"2.0","id":1,"method":"status"}]',
        b'{"jsonrpc":"2.0","id":1.5,"method":"status"}',
        b'{"jsonrpc":"2.0","method":"status"}',
        b'{"jsonrpc":"2.0","id":1,"method":"status","params":[]}',
        b'{"jsonrpc":"2.0","id":1,"method":"status","extra":1}',
        b'{"id":"\xff"}',
        b"{",
        b"",
        b"[" * 100,
    )


def json_large() -> Iterator[bytes]:
    def request(text: bytes) -> bytes:
        return (
            b'{"jsonrpc":"2.0","id":1,"method":"send","params":{"contact":"a","text":"'
            + text
            + b'"}}'
        )

    yield b"[" * (MAX_LINE - 1)
    yield b'{"a":' * (MAX_LINE // 5)
    yield request(b"x" * (MAX_LINE - 100))
    yield request(b"\\u00e9" * (MAX_LINE // 6 - 20))
    yield request("\U0001f600".encode() * (MAX_LINE // 4 - 30))
    yield b'{"jsonrpc":"2.0","id":1,"method":"status","params":' + b"[" * (MAX_LINE - 100)
    yield b"9" * (MAX_LINE - 1)
    yield b'{"id":' + b"9" * (MAX_LINE - 10) + b"}"
    yield b'{"' + b'":1,"'.join([b"a"] * (MAX_LINE // 6 - 9)) + b'":1}'


@target(
    "rpc-requests",
    covers=(rpc.parse_request, rpc.error_line, rpc._id_of),
    declared=(rpc.Refusal,),
    seeds=request_seeds,
    large=json_large,
    max_size=MAX_LINE,
)
def rpc_requests(data: bytes) -> None:
    try:
        rpc.parse_request(data)
    except rpc.Refusal as refusal:
        rpc.error_line(refusal.id, refusal.error)
        raise


def message_seeds() -> Iterator[bytes]:
    yield rpc.error_line(1, InvalidInput())
    yield rpc.error_line(None, InvalidInput())
    yield from (
        msgspec.json.encode({"jsonrpc": "2.0", "method": name, "params": {}})
        for name in schema.NOTIFICATIONS
    )
    yield b'{"jsonrpc":"2.0","id":1,"result":{"a":1}}'
    yield b'{"jsonrpc":"2.0","id":1,"result":null}'
    yield b'{"jsonrpc":"2.0","id":1}'
    yield b'{"jsonrpc":"2.0","method":"from the future"}'
    yield b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"\xff"}}'


@target(
    "rpc-answers",
    covers=(rpc.parse_message, rpc.exception_of, rpc.result_of),
    declared=(OnionchatError,),
    seeds=message_seeds,
    large=json_large,
    max_size=MAX_LINE,
)
def rpc_answers(data: bytes) -> None:
    """What the command line makes of a node's line, also as the reply to each request."""
    message = rpc.parse_message(data)
    if isinstance(message, rpc.Failure):
        rpc.exception_of(message.error)
    elif isinstance(message, rpc.Result):
        rpc.result_of(schema.Status(), message.raw)


@target(
    "rpc-lines",
    covers=(rpc.Lines.receive,),
    declared=(OnionchatError,),
    seeds=lambda: (
        b"\x05one\ntwo\n\n \nthree",
        b"\xff" + b"x" * 300,
        b"\x01\n\n",
        b"\x10" + b"a" * 64,
    ),
    max_size=4096,
)
def rpc_lines(data: bytes) -> None:
    """Any pieces give the same lines."""
    size, stream = (data[0] if data else 0) or 1, data[1:]
    lines = rpc.Lines(64)
    found = []
    for start in range(0, len(stream), size):
        found.extend(lines.receive(stream[start : start + size]))
    whole = [line for line in stream.split(b"\n")[:-1] if line.strip()]
    if found != whole:
        raise AssertionError("lines are not what was sent")


def slot_seeds() -> Iterator[bytes]:
    cost = keyslot.Cost(1, 8)
    slot = keyslot.MasterKey(b"m" * 32).sealed("passphrase", SeededRng(1), cost)
    yield slot
    yield slot[:-1]
    yield slot + b"x"
    yield b"onionkey"
    yield b"onionkey\x02"
    yield slot[:8] + b"\0" + slot[9:]
    yield slot[:9] + b"\xff" * 8 + slot[17:]
    yield slot[:-1] + b"x"
    yield b""


@target(
    "key-slot",
    covers=(keyslot._parse,),
    declared=(ProfileDamaged, ProfileTooNew),
    seeds=slot_seeds,
    max_size=256,
)
def key_slot(data: bytes) -> None:
    """As it is, and with the checksum put right."""
    content = data[:-13]
    for slot in (data, content + digest(Label.KEYSLOT, content, size=13)):
        try:
            (cost, _), _ = keyslot._parse(slot)
        except (ProfileDamaged, ProfileTooNew):
            continue
        if cost.memory > 1024 * 1024 or cost.passes > 16:
            raise AssertionError("a slot makes the program compute for a day")


@target(
    "passphrases",
    covers=(passphrase.checked, passphrase.strength_hint, keyslot._normalised),
    declared=(InvalidInput,),
    seeds=lambda: (b"correct horse\n", b"\r\n", "pa\u0308ss".encode(), b"\xff", b"x" * 1025),
    large=lambda: (b"a" * 8000, "\ufdfa".encode() * 340, "a\u0301".encode() * 340),
    max_size=4096,
)
def passphrases(data: bytes) -> None:
    found = passphrase.checked(data)
    passphrase.strength_hint(found)
    keyslot._normalised(found)


@target(
    "first-run",
    covers=(first_run.parse,),
    declared=(InvalidInput,),
    seeds=lambda: (
        b'{"name": "Alice", "passphrase": "correct horse"}',
        b'{"passphrase": ""}',
        b'{"passphrase": 1}',
        b'{"passphrase": "x", "more": 1}',
        b'{"passphrase": "\xff"}',
        b'{"passphrase": "\\ud800"}',
        b"[]",
        b"",
    ),
    large=lambda: (b"[" * first_run.MAX_BYTES, b'{"passphrase":"' + b"x" * 8000 + b'"}'),
    max_size=first_run.MAX_BYTES,
)
def first_run_input(data: bytes) -> None:
    """What a program hands to `init --json`; a refusal shows nothing of it."""
    try:
        first_run.parse(data)
    except InvalidInput as error:
        if not str(error).isascii():
            raise AssertionError("a refusal shows what was handed over") from error
        raise


@target(
    "qr-answer",
    covers=(qr_image.read_qr_bytes, qr_image._ask_child),
    declared=(OnionchatError,),
    seeds=lambda: (
        b'{"texts": ["onionchat:x"]}',
        b'{"texts": []}',
        b'{"texts": ["a", "b"]}',
        b'{"problem": "image"}',
        b'{"problem": "pillow"}',
        b'{"problem": "new"}',
        b'{"more": 1}',
        b"\xff",
        b"",
    ),
    large=lambda: (b"[" * qr_image.MAX_ANSWER, b'{"texts":[' + b'"",' * 20000),
    max_size=qr_image.MAX_ANSWER,
)
def qr_answer(data: bytes) -> None:
    """The child that decoded a hostile picture may itself say anything."""

    def child(*_arguments: object, stdout: BinaryIO, **_options: object) -> None:
        stdout.write(data)
        stdout.flush()

    with unittest.mock.patch.object(subprocess, "run", child):
        qr_image.read_qr_bytes(b"picture")


@target(
    "settings",
    covers=(preferences._programs, preferences._place, preferences._tcp_place),
    declared=(Refused,),
    seeds=lambda: (b"obfs4=/usr/bin/obfs4proxy", b"unix:/run/tor", b"127.0.0.1:9050", b"=", b""),
    large=lambda: (b"a=/b\n" * 800, b"=" * 4000),
    max_size=4096,
)
def settings(data: bytes) -> None:
    text = text_of(data)
    for read in (preferences._programs, preferences._place, preferences._tcp_place):
        try:
            read(text)
        except Refused:
            continue


@cache
def _index() -> apsw.Connection:
    """A search index in memory, as the migrations make it."""
    connection = apsw.Connection(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE search USING fts5"
        '(text, scope, tokenize="unicode61 remove_diacritics 2")'
    )
    connection.execute("INSERT INTO search (text, scope) VALUES ('some text', 'j1')")
    return connection


QUERIES = (
    "some text",
    "te",
    '"quoted" OR NEAR(',
    "scope:j1 -text *",
    "'; DROP TABLE",
    "",
    "\ufdfa",
)


@target(
    "search-words",
    covers=(search.words, search.query, people.prefix_range),
    declared=(),
    seeds=lambda: (*(query.encode() for query in QUERIES), b"0123456789ABCDEF", b"\xff"),
    large=lambda: (b"a " * 2000, b'"' * 4000, "\ufdfa".encode() * 1300),
    max_size=4096,
)
def search_words(data: bytes) -> None:
    """Whatever is searched for, it is words, never an operator or a syntax error."""
    typed = text_of(data)
    people.prefix_range(typed, 32)
    connection = _index()
    expression = search.query(Transaction(connection), typed, 1)
    if expression is not None:
        connection.execute(
            "SELECT rowid FROM search WHERE search MATCH ?", (expression,)
        ).fetchall()


@cache
def _profile() -> tuple[Path, MasterKey, bytes]:
    """A folder for damaged databases, their key, and a sound one."""
    folder = Path(tempfile.mkdtemp(prefix="onionchat-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    key = MasterKey(b"m" * 32)
    sound = folder / "sound"
    database = Database.create(sound, key)
    database.run(lambda tx: settings_store.put(tx, "setting", b"value"))
    database.close()
    damaged = folder / "damaged"
    damaged.mkdir(mode=0o700)
    return damaged, key, (sound / profile.DATABASE).read_bytes()


def database_seeds() -> Iterator[bytes]:
    yield b"\0"
    yield b"\0SQLite format 3\0" + bytes(84)
    yield b"\0" + bytes(4096)
    yield b"\1"
    yield b"\1\0\0\0\x10\x01"
    yield b"\1\0\0\x30\x10\x01"
    yield b"\1\2\0\x30\x10\x01"
    yield b"\1\3\0\x30\x10\x01"
    yield b"\2\x37\x7f\x06\x82" + bytes(28)
    yield b"\2" + bytes(64)
    yield b"\3" + bytes(64)


@target(
    "database-file",
    covers=(Database.open, Database.check),
    declared=(OnionchatError,),
    seeds=database_seeds,
    large=lambda: (b"\0" + bytes(60000), b"\2" + b"\x37\x7f\x06\x82" + bytes(60000)),
    max_size=512,
)
def database_file(data: bytes) -> None:
    """A file that is no database, one with altered bytes, a strange log beside a sound one."""
    folder, key, sound = _profile()
    tape = Tape(data)
    kind = tape.byte() % 4
    files = {"": sound, "-wal": b"", "-journal": b""}
    if kind == 0:
        files[""] = tape.rest()
    elif kind == 1:
        while tape:
            place = tape.number(3) % len(sound)
            files[""] = files[""][:place] + tape.flip(files[""][place:])
    else:
        files["-wal" if kind == 2 else "-journal"] = tape.rest()
    for path in folder.iterdir():
        path.unlink()
    for suffix, content in files.items():
        if content or not suffix:
            path = folder / (profile.DATABASE + suffix)
            path.touch(mode=0o600)
            path.write_bytes(content)
    database = Database.open(folder, key)
    try:
        database.check()
        found = database.run(settings_store.everything)
    finally:
        database.close()
    if found != {"setting": b"value"}:
        raise AssertionError("an altered database was read as if it were sound")
