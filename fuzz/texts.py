"""Targets for texts: what people paste or type, what contacts call themselves, what tor prints.

What lives here: pure functions of text. What may not: the control socket and files (`local`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from twisted.internet.testing import StringTransport

from fuzz.people import invite
from fuzz.target import Tape, target
from onionchat import names
from onionchat.displayable import displayable, displayable_line
from onionchat.errors import InvalidInput, PluginMissing, Refused, TorFailed
from onionchat.net.transports.tor import bridges, control, events, guards, join, process, status
from onionchat.net.transports.tor.socks import SocksCore
from onionchat.protocol.contacts import invite as invites
from onionchat.protocol.contacts import link_text, qr
from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.identity.onion import onion_address, onion_key
from onionchat.protocol.identity.recovery import phrase_from_seed, seed_from_phrase
from onionchat.protocol.rooms.text import clean_text
from onionchat.types import MAX_NAME_BYTES, MAX_TEXT_BYTES, OnionKey

ONION = onion_address(OnionKey(invite().onion_key))
FINGERPRINT = "A1" * 20


def text_of(data: bytes) -> str:
    """Any text, lone surrogates included (a terminal can produce them)."""
    return data.decode("utf-8", "surrogateescape")


# --- invites --------------------------------------------------------------------------------------


def link_seeds() -> Iterator[bytes]:
    link = invite().to_link()
    other = invites.Invite(invite().onion_key, invite().agreement_key, b"o" * 16).to_link()
    yield from (
        text.encode()
        for text in (
            link,
            link.lower(),
            f"Write to me: <{link}>, soon.",
            link[:60] + "\n  " + link[60:],
            link[:60] + "x" + link[61:],
            link[:-1],
            f"{link}\n\nAnd more text",
            f"{link} {link}",
            f"{link} {other}",
            "onionchat-device:" + link[10:],
            "onionchat-room:" + link[10:],
            "onionchat:",
            "onionchat:aaaaaaaa",
            "no link",
            link + "\u00e9",
        )
    )


def link_large() -> Iterator[bytes]:
    yield b"onionchat:" * 1600
    yield b"onionchat:" + b" " * 16000
    yield b"onionchat:" + b"\n \t" * 5000
    yield b"onionchat:" + b"A" * 16000
    yield b"onionchat-" * 1600
    yield (invite().to_link() + " ").encode() * 100


@target(
    "invite-link",
    covers=(invites.parse_link,),
    declared=(Refused,),
    seeds=link_seeds,
    large=link_large,
    max_size=invites.MAX_LINK_TEXT + 1,
)
def invite_link(data: bytes) -> None:
    found = invites.parse_link(text_of(data))
    if invites.parse_link(found.to_link()) != found:
        raise AssertionError("a link is not what it says")


def _checksum(content: bytes) -> bytes:
    return digest(Label.LINK_CHECKSUM, content)[: link_text.CHECKSUM_SIZE]


def invite_seeds() -> Iterator[bytes]:
    good = invite().to_bytes()
    yield good
    for content in (
        b"\x02" + good[1:-4],
        b"\x01\x02" + good[2:-4],
        good[:-5],
        good[:6] + bytes(32) + good[38:-4],
        good[:38] + bytes(32) + good[70:-4],
        good[:5],
    ):
        yield content + _checksum(content)
    yield good[:-1]
    yield b""


@target(
    "invite-bytes",
    covers=(invites.from_bytes,),
    declared=(Refused,),
    seeds=invite_seeds,
    max_size=256,
)
def invite_bytes(data: bytes) -> None:
    """As it is, and with the checksum put right, so that the fuzzer gets beyond it."""
    for content in (data, data[:-4] + _checksum(data[:-4])):
        try:
            invites.from_bytes(content)
        except Refused:
            continue


# --- names and texts ------------------------------------------------------------------------------

NAMES = (
    "Alice",
    "  Bob   Builder ",
    "Zoe\u0308",
    "a" + "\u0301" * 9,
    "\u202eevil",
    "\u115f",
    "\ud55c\uae00 \u0410\u043b\u0438\u0441\u0430",
    "\U0001f600",
    "nul\0",
    "",
    "x" * 65,
    "\ufdfa" * 21,
)


@target(
    "names",
    covers=(
        names.clean_name,
        names.tidy_name,
        names.skeleton,
        names.flag_lookalikes,
    ),
    declared=(InvalidInput,),
    seeds=lambda: (name.encode() for name in NAMES),
    large=lambda: (b"\xef\xb7\xba" * 3000, b"a" * 9000, "e\u0301".encode() * 3000),
    max_size=4096,
)
def name_cleaning(data: bytes) -> None:
    text = text_of(data)
    tidied = names.tidy_name(text)
    if names.tidy_name(tidied) != tidied or len(tidied.encode()) > MAX_NAME_BYTES:
        raise AssertionError("a tidied name is not tidy")
    names.flag_lookalikes(tidied, ("Alice", "Bob"))
    cleaned = names.clean_name(text)
    if names.clean_name(cleaned) != cleaned:
        raise AssertionError("a cleaned name is not clean")


TEXTS = (
    "text",
    "two\nlines\t.",
    "\x1b]0;title\x07",
    "\u202e\u2067\u202c\u2069 x \u2066",
    "\u2028\u2029\x85",
    "\u202a" * 70 + "\u2069",
    "\0",
    " \u200b",
    "e\u0301",
    "\ufff9hidden\ufffa\ufffb",
)


@target(
    "texts",
    covers=(displayable, displayable_line, clean_text),
    declared=(InvalidInput,),
    seeds=lambda: (text.encode() for text in TEXTS),
    large=lambda: (
        "\u2067".encode() * (MAX_TEXT_BYTES // 3),
        "\u202a\u2067\u2069".encode() * (MAX_TEXT_BYTES // 9),
        ("\u2067" * 60 + "\u202a" * 20000).encode()[:MAX_TEXT_BYTES],
        b"\n" * MAX_TEXT_BYTES,
        b"\x1b" * MAX_TEXT_BYTES,
        "\U0001f600".encode() * (MAX_TEXT_BYTES // 4),
    ),
    max_size=MAX_TEXT_BYTES,
)
def texts(data: bytes) -> None:
    text = text_of(data)
    shown = displayable(text)
    if displayable(shown) != shown:
        raise AssertionError("what is displayable changes when shown again")
    if any((ord(c) < 0x20 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 for c in shown):
        raise AssertionError("a control character is shown")
    if "\n" in displayable_line(text):
        raise AssertionError("a line has several")
    clean_text(text)


@target(
    "qr-drawing",
    covers=(qr.modules, qr.paint),
    declared=(ValueError,),
    seeds=lambda: (b"ONIONCHAT:A", b"x", b"", "\u20ac".encode()),
    max_size=24,
)
def qr_drawing(data: bytes) -> None:
    """Only links of one's own are drawn: short ones here, since drawing takes long."""
    qr.paint(text_of(data))


def recovery_seeds() -> Iterator[bytes]:
    phrase = phrase_from_seed(bytes(range(32)))
    words = phrase.split()
    yield phrase.encode()
    yield phrase.upper().replace(" ", "\n ").encode()
    yield " ".join(words[::-1]).encode()
    yield " ".join(words[:-1]).encode()
    yield " ".join([*words[:-1], "nonsense"]).encode()
    yield ONION.encode()
    yield ONION.upper().removesuffix(".ONION").encode()
    yield ("a" + ONION[1:]).encode()
    yield b"short.onion"


@target(
    "typed-keys",
    covers=(seed_from_phrase, onion_key),
    declared=(InvalidInput,),
    seeds=recovery_seeds,
    large=lambda: (b"abandon " * 200, b"a" * 10000, "\ufdfa".encode() * 3000),
    max_size=4096,
)
def typed_keys(data: bytes) -> None:
    text = text_of(data)
    try:
        onion_key(text)
    except InvalidInput:
        seed_from_phrase(text)


# --- tor ------------------------------------------------------------------------------------------

BRIDGES = (
    f"obfs4 192.0.2.1:443 {FINGERPRINT} cert=abc/+ iat-mode=0",
    f"Bridge 192.0.2.1:9001 {FINGERPRINT}",
    "webtunnel [2001:db8::1]:443 url=https://example.com/x ver=0.0.1",
    f"snowflake 192.0.2.3:80 {FINGERPRINT} fronts=a,b ice=stun:x:1 utls-imitate=y",
    "192.0.2.1:99999",
    "[::1%eth0]:443",
    'obfs4 192.0.2.1:443 cert="x"',
    "unknown 192.0.2.1:443",
    "192.0.2.1:443\nSocksPort 9050",
    "",
)


@target(
    "bridge-lines",
    covers=(bridges.parse_bridge, bridges.parse_bridges, bridges.torrc_lines),
    declared=(InvalidInput, PluginMissing),
    seeds=lambda: (text.encode() for text in (*BRIDGES, "\n".join(BRIDGES[:4]))),
    large=lambda: (b"\r\n" * 30000, b"1" * 1024, ("\n".join([BRIDGES[0]] * 32)).encode()),
    max_size=64 * 1024,
)
def bridge_lines(data: bytes) -> None:
    """No text makes a torrc line that is not a bridge's."""
    found = bridges.parse_bridges(text_of(data))
    lines = bridges.torrc_lines(
        bridges.BridgeSettings(found), which=lambda name: f"/usr/bin/{name}"
    )
    for line in lines:
        if not line.isascii() or not line.isprintable():
            raise AssertionError("a torrc line with something else in it")
        if line.split(" ")[0] not in ("UseBridges", "ClientTransportPlugin", "Bridge"):
            raise AssertionError("a torrc line that is no bridge's")


PLACES = ("unix:/run/tor/control", "127.0.0.1:9051", "[::1]:9051", "unix:relative", "x:1", "1:0")


@target(
    "tor-places",
    covers=(
        join.parse_place,
        join.parse_listeners,
        process.parse_version,
        process.torrc_text,
        process.quoted,
    ),
    declared=(InvalidInput, TorFailed),
    seeds=lambda: (
        *(place.encode() for place in PLACES),
        b"Tor version 0.4.8.13 (git-1234).",
        b"Tor version 0.4.7-alpha.",
        b'"unix:/run/tor/socks" "127.0.0.1:9050"',
    ),
    large=lambda: (b'"127.0.0.1:1" ' * 4000, b"0." * 4000, b'"' * 9000, b"\\" * 9000),
    max_size=64 * 1024,
)
def tor_places(data: bytes) -> None:
    text = text_of(data)
    process.parse_version(data)
    for read in (join.parse_listeners, join.parse_place):
        try:
            read(text)
        except (InvalidInput, TorFailed):
            continue
    process.torrc_text(
        process.TorFolders(Path("/p"), Path("/r")), owner_pid=1, lines=(), appended=text
    )


EVENTS = (
    ("STATUS_CLIENT", 'NOTICE BOOTSTRAP PROGRESS=50 TAG=loading SUMMARY="Loading \\"x\\""'),
    ("STATUS_CLIENT", 'WARN BOOTSTRAP PROGRESS=5 TAG=conn REASON=TIMEOUT COUNT=3 WARNING="x"'),
    ("STATUS_CLIENT", "NOTICE CIRCUIT_ESTABLISHED"),
    ("STATUS_CLIENT", "NOTICE CIRCUIT_NOT_ESTABLISHED REASON=CLOCK_JUMPED"),
    ("STATUS_GENERAL", "WARN CLOCK_SKEW SKEW=-3600 SOURCE=OR:192.0.2.1:9001"),
    ("STATUS_GENERAL", "NOTICE CLOCK_JUMPED TIME=4000"),
    ("STATUS_GENERAL", "WARN CLOCK_SKEW SKEW=99999999999999999999"),
    ("HS_DESC", f"UPLOADED {ONION[:-6]} UNKNOWN ${FINGERPRINT}~x"),
    ("HS_DESC", f"FAILED {ONION[:-6]} NO_AUTH ${FINGERPRINT} REASON=UPLOAD_REJECTED"),
    ("HS_DESC", "UPLOADED short"),
    ("NETWORK_LIVENESS", "UP"),
    ("NETWORK_LIVENESS", "DOWN"),
    ("ORCONN", f"${FINGERPRINT}~x CONNECTED ID=3"),
    ("GUARD", f"ENTRY ${FINGERPRINT} DROPPED"),
    (
        "CIRC",
        f"7 BUILT ${FINGERPRINT}~a,${FINGERPRINT}~b BUILD_FLAGS=IS_INTERNAL"
        f" PURPOSE=HS_SERVICE_INTRO REND_QUERY={ONION[:-6]} TIME_CREATED=2026-01-01T00:00:00",
    ),
    ("CIRC", "7 CLOSED REASON=FINISHED"),
    ("CIRC_MINOR", "7 PURPOSE_CHANGED PURPOSE=HS_VANGUARDS"),
    ("WARN", f"Could not reach {ONION} at 192.0.2.1:443, see /var/lib/tor/x: {'k' * 43}="),
    ("ERR", "[2001:db8::1]:443 example.com ${FINGERPRINT}~name"),
    ("WARN", "Certificate not yet valid: is your clock set incorrectly?"),
)
NAMES_OF_EVENTS = tuple(dict.fromkeys(name for name, _ in EVENTS))


def event_seeds() -> Iterator[bytes]:
    for name, data in EVENTS:
        yield bytes((NAMES_OF_EVENTS.index(name),)) + data.encode()
    yield b"\x63x"


PARTS = (
    *(bytes((code,)) for code in b"a[0 -$\\"),
    *(b"a.", b"/a", b"a:", b"1.", b"A=", b'="', b'A="\\', b'a="x" ', b"//", b"a-", b"\xc3\xa9"),
    b"a2" * 28 + b" ",
)
"""What lines are made of that take the square of their length to read, if anything does."""


def event_large() -> Iterator[bytes]:
    longest = 5000
    for name in range(len(NAMES_OF_EVENTS)):
        for part in PARTS:
            yield bytes((name,)) + (part * longest)[:longest]


@target(
    "tor-events",
    covers=(
        events.parse_event,
        events.parse_bootstrap,
        events.parse_circuit,
        events.pairs,
        events.integer,
        events.redact,
        status.StatusBoard,
    ),
    declared=(),
    seeds=event_seeds,
    large=event_large,
    max_size=8 * 1024,
)
def tor_events(data: bytes) -> None:
    """Nothing that tor says may raise, and nothing secret of it may stay in what is shown."""
    name = NAMES_OF_EVENTS[data[0] % len(NAMES_OF_EVENTS)] if data else "x"
    event = events.parse_event(name, text_of(data[1:]))
    board = status.StatusBoard(own=True, bridges=bool(data and data[0] & 0x40))
    board.starting()
    if event is not None:
        board.apply(event)
    board.snapshot()


CONSENSUS = (
    "r relay AAAAAAAAAAAAAAAAAAAAAAAAAAA ZZZZ 2026-01-01 00:00:00 192.0.2.7 9001 0\n"
    "s Fast Running Stable Valid\nw Bandwidth=20\n"
    "r other AAAAAAAAAAAAAAAAAAAAAAAAAAE 2026-01-01 00:00:00 198.51.100.7 443 0\n"
    "s Fast\nw Bandwidth=1\n"
)


@target(
    "tor-guards",
    covers=(
        guards.read_consensus,
        guards.ConsensusReader.line,
        guards.parse,
        guards.refresh,
        guards.setconf,
    ),
    declared=(),
    seeds=lambda: (
        CONSENSUS.encode(),
        f"{FINGERPRINT} 1700000000\n{'B2' * 20} 1800000000\n".encode(),
        b"r \ns \nw \n",
        b"w Bandwidth=1",
    ),
    large=lambda: (CONSENSUS.encode() * 20, b"r " * 4000, b"s " + b"Fast " * 1000),
    max_size=8 * 1024,
)
def tor_guards(data: bytes) -> None:
    from onionchat.testing.rng import SeededRng

    text = text_of(data)
    kept = guards.parse(text)
    relays = guards.read_consensus(text.split("\n"))
    chosen = guards.refresh(kept, relays, wall=1_700_000_000, rng=SeededRng(1), force=True)
    line = guards.setconf(chosen or kept)
    if not line.isascii() or not line.isprintable():
        raise AssertionError("a control command with something else in it")


def socks_seeds() -> Iterator[bytes]:
    head = b"\x05\x02\x01\x00"
    yield b"\xff" + head + b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50stream"
    yield b"\x01" + head + b"\x05\x00\x00\x03\x05onion\x00\x50"
    yield b"\x03" + head + b"\x05\x00\x00\x04" + bytes(18)
    yield from (b"\xff" + head + bytes((5, code)) for code in (1, 6, 0xF0, 0xF7, 0x99))
    yield b"\xff\x05\xff"
    yield b"\xff\x05\x02\x01\x01"
    yield b"\xff" + head + b"\x04\x00"
    yield b"\xff" + head + b"\x05\x00\x00\x09\x00"


@target(
    "socks-replies",
    covers=(SocksCore.receive,),
    declared=(),
    seeds=socks_seeds,
    max_size=1024,
)
def socks_replies(data: bytes) -> None:
    """In pieces as the first byte says; what follows the reply is handed over whole."""
    core = SocksCore(ONION, 80, "isolation")
    size = data[0] if data else 1
    fed, data = 0, data[1:]
    for start in range(0, len(data), size or 1):
        piece = data[start : start + (size or 1)]
        core.receive(piece)
        core.bytes_to_send()
        fed += len(piece)
        if core.connected and core.failure is not None:
            raise AssertionError("connected and failed")
        if core.connected or core.failure is not None:
            break
    if core.connected and not data[:fed].endswith(core.take_rest()):
        raise AssertionError("the stream does not begin where the reply ends")


CONTROL_LINES = (
    b'250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor="0.4.8.13"\r\n250 OK\r\n',
    b'250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/run/x"\r\n250 OK\r\n',
    b"250 OK\r\n",
    b"250+circuit-status=\r\n7 BUILT\r\n.\r\n250 OK\r\n",
    b"250-events/names=CIRC HS_DESC\r\n250 OK\r\n",
    b"650 HS_DESC UPLOADED x\r\n",
    b"650+NS\r\nr x\r\n.\r\n650 OK\r\n",
    b"515 Bad\r\n",
    b"not a reply\r\n",
    b"250-\xff\xfe\r\n",
    b"\r\n",
)


def control_seeds() -> Iterator[bytes]:
    for count in range(1, 6):
        yield b"\xff" + b"".join(CONTROL_LINES[:count])
    for line in CONTROL_LINES:
        yield b"\x05" + CONTROL_LINES[0] + line
        yield b"\xff" + line


@target(
    "tor-control",
    covers=(control._Wire.lineReceived,),
    declared=(),
    seeds=control_seeds,
    large=lambda: (
        b"\xff" + b"250+x=\r\n" + b"line\r\n" * 2000,
        b"\xff" + b"250-" + b"x" * 30000,
        b"\xff" + b"650 CIRC " + b"\xff" * 15000 + b"\r\n",
    ),
    max_size=32 * 1024,
)
def tor_control(data: bytes) -> None:
    """Whatever tor's control port says, the protocol drops the connection or goes on."""
    tape = Tape(data)
    piece = tape.byte() or 1
    transport = StringTransport()
    gone = False

    def abort() -> None:
        nonlocal gone
        gone = True

    transport.abortConnection = abort
    wire = control._Wire(None)
    # Authentication that fails is reported there; nobody waits for it here.
    wire.post_bootstrap.addErrback(lambda _: None)
    wire.makeConnection(transport)
    while tape and not gone and not transport.disconnecting:
        wire.dataReceived(tape.take(piece if piece != 255 else len(data)))
    from twisted.internet.error import ConnectionDone
    from twisted.python.failure import Failure

    wire.connectionLost(Failure(ConnectionDone()))
