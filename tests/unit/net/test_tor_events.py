"""What tor says, parsed; hostile lines give nothing; logs carry no addresses."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.net.transports.tor.events import (
    SUBSCRIBED_OWN,
    Bootstrap,
    Circuit,
    CircuitsEstablished,
    ClockJumped,
    ClockSkew,
    GuardsChanged,
    Liveness,
    RelayConnection,
    Said,
    Uploaded,
    UploadFailed,
    integer,
    pairs,
    parse_bootstrap,
    parse_event,
    redact,
)

ONION = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx"
INTRO = f"PURPOSE=HS_SERVICE_INTRO HS_STATE=HSSI_ESTABLISHED REND_QUERY={ONION}"
RELAY = "$0123456789ABCDEF0123456789ABCDEF01234567~nick"


@pytest.mark.parametrize(
    ("name", "data", "event"),
    [
        (
            "STATUS_CLIENT",
            'NOTICE BOOTSTRAP PROGRESS=75 TAG=enough_dirinfo SUMMARY="Loaded enough"',
            Bootstrap(75, "enough_dirinfo", "Loaded enough"),
        ),
        (
            "STATUS_CLIENT",
            'WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting" WARNING="Network is '
            'unreachable" REASON=NOROUTE COUNT=3 RECOMMENDATION=warn HOSTADDR="192.0.2.1:9001"',
            Bootstrap(5, "conn", "Connecting", "NOROUTE", "Network is unreachable", 3),
        ),
        ("STATUS_CLIENT", "NOTICE CIRCUIT_ESTABLISHED", CircuitsEstablished(True)),
        (
            "STATUS_CLIENT",
            "NOTICE CIRCUIT_NOT_ESTABLISHED REASON=CLOCK_JUMPED",
            CircuitsEstablished(False),
        ),
        (
            "STATUS_GENERAL",
            "WARN CLOCK_SKEW SKEW=-7200 MIN_SKEW=-3600 SOURCE=CONSENSUS",
            ClockSkew(-7200),
        ),
        ("STATUS_GENERAL", "WARN CLOCK_SKEW MIN_SKEW=-3600 SOURCE=CONSENSUS", ClockSkew(-3600)),
        ("STATUS_GENERAL", "NOTICE CLOCK_JUMPED TIME=120", ClockJumped(120)),
        ("NETWORK_LIVENESS", "UP", Liveness(True)),
        ("NETWORK_LIVENESS", "DOWN", Liveness(False)),
        ("HS_DESC", f"UPLOADED {ONION} UNKNOWN {RELAY}", Uploaded(ONION)),
        (
            "HS_DESC",
            f"FAILED {ONION} NO_AUTH {RELAY} x REASON=UPLOAD_REJECTED",
            UploadFailed(ONION, "UPLOAD_REJECTED"),
        ),
        ("HS_DESC", f"FAILED {ONION} NO_AUTH {RELAY} x REASON=NOT_FOUND", None),
        ("HS_DESC", f"UPLOAD {ONION} UNKNOWN {RELAY}", None),
        ("ORCONN", f"{RELAY} CONNECTED ID=4", RelayConnection("CONNECTED")),
        ("GUARD", f"ENTRY {RELAY} DROPPED", GuardsChanged()),
        ("GUARD", f"ENTRY {RELAY} UP", None),
        (
            "WARN",
            "Connection to 192.0.2.1:9001 failed",
            Said("WARN", "Connection to [address] failed"),
        ),
        ("CIRC", "5 BUILT", Circuit("5", built=True, ended=False)),
        ("CIRC", f"5 LAUNCHED {INTRO}", Circuit("5", built=False, ended=False, introduces=ONION)),
        ("CIRC", f"5 BUILT {RELAY} {INTRO}", Circuit("5", True, False, introduces=ONION)),
        ("CIRC", "5 BUILT PURPOSE=HS_CLIENT_INTRO REND_QUERY=" + ONION, Circuit("5", True, False)),
        ("CIRC", f"5 CLOSED {INTRO} REASON=X", Circuit("5", False, True, introduces=ONION)),
        ("CIRC", "5 FAILED REASON=TIMEOUT", Circuit("5", built=False, ended=True)),
        ("CIRC_MINOR", f"5 PURPOSE_CHANGED {INTRO}", Circuit("5", True, False, introduces=ONION)),
        ("STREAM", "5 NEW", None),
    ],
)
def test_events_are_parsed(name, data, event):
    assert parse_event(name, data) == event


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("STATUS_CLIENT", ""),
        ("STATUS_CLIENT", "NOTICE"),
        ("STATUS_CLIENT", "NOTICE BOOTSTRAP"),
        ("STATUS_CLIENT", "NOTICE BOOTSTRAP PROGRESS=x"),
        ("STATUS_CLIENT", "NOTICE BOOTSTRAP PROGRESS=101"),
        ("STATUS_CLIENT", "NOTICE BOOTSTRAP PROGRESS=-1"),
        ("STATUS_CLIENT", "NOTICE BOOTSTRAP PROGRESS=" + "9" * 5000),
        ("STATUS_CLIENT", "NOTICE BOOTSTRAP PROGRESS=\u0661"),
        ("STATUS_CLIENT", "NOTICE NEW_THING X=1"),
        ("STATUS_GENERAL", "WARN CLOCK_SKEW"),
        ("STATUS_GENERAL", "WARN CLOCK_SKEW SKEW=99999999999999999"),
        ("STATUS_GENERAL", "NOTICE CLOCK_JUMPED TIME="),
        ("NETWORK_LIVENESS", "MAYBE"),
        ("NETWORK_LIVENESS", ""),
        ("HS_DESC", "UPLOADED"),
        ("HS_DESC", "UPLOADED UNKNOWN"),
        ("HS_DESC", f"UPLOADED {ONION}x"),
        ("ORCONN", "x"),
        ("GUARD", "ENTRY"),
        ("CIRC", "5"),
        ("CIRC", "\u0665 BUILT"),
        ("CIRC", "12345678901234567 BUILT"),
    ],
)
def test_what_is_malformed_or_unknown_is_nothing(name, data):
    assert parse_event(name, data) is None


@given(st.sampled_from(SUBSCRIBED_OWN), st.text(max_size=300))
def test_no_text_raises(name, data):
    parse_event(name, data)
    parse_bootstrap(data)


@given(st.text(max_size=200))
def test_pairs_take_any_text(text):
    assert all(isinstance(value, str) for value in pairs(text).values())


def test_quotes_are_undone_and_the_first_of_a_name_counts():
    assert pairs(r'A="x \"y\" \\" B=2 A=3 C=') == {"A": r'x "y" \ '.rstrip(), "B": "2", "C": ""}


@pytest.mark.parametrize("text", [None, "", "1.5", "0x1", " 1", "1" * 19, "6"])
def test_integers_are_strict_and_bounded(text):
    assert integer(text, low=0, high=5) is None


@pytest.mark.parametrize(
    "secret",
    [
        "192.0.2.77",
        "192.0.2.77:9001",
        "[2001:db8::7]:443",
        "2001:db8:1:2::7",
        ONION,
        ONION + ".onion",
        "0123456789ABCDEF0123456789ABCDEF01234567",
        RELAY,
        "guard.example.com",
        "/srv/data/alice/tor/cookie",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
    ],
)
def test_logs_carry_no_addresses_keys_or_paths(secret):
    assert redact(f"before {secret} after") in {
        f"before [{kind}] after" for kind in ("address", "onion", "relay", "host", "path", "key")
    }


def test_redacted_text_is_one_bounded_line():
    assert redact("a\nb\x1b[31m\u202e") == "a b [31m "
    assert len(redact("x" * 10_000)) <= 4096


def test_a_line_of_dots_does_not_take_the_square_of_its_length():
    """Found by fuzzing: looking for host names in one took 118 ms."""

    def seconds(length):
        line = "a." * (length // 2)
        begin = time.thread_time()
        redact(line)
        return time.thread_time() - begin

    short, long = (min(seconds(length) for _ in range(7)) for length in (1024, 4096))
    assert long < 10 * short
    assert redact("from a.very-long.name.example.com!") == "from [host]!"


def test_a_tunnel_to_a_directory_is_no_path():
    """It may outlive every other circuit: authorities are no guards."""
    flags = "BUILD_FLAGS=ONEHOP_TUNNEL,IS_INTERNAL PURPOSE=GENERAL"
    for line in (f"2 BUILT ${'A' * 40}~auth1 {flags}", f"2 CLOSED ${'A' * 40}~auth1 {flags}"):
        found = parse_event("CIRC", line)
        assert not found.built
        assert found.ended is ("CLOSED" in line)
