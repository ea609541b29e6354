"""Bridge lines: what people paste is accepted, what attackers paste is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import InvalidInput, PluginMissing
from onionchat.net.transports.tor.bridges import (
    BridgeSettings,
    parse_bridge,
    parse_bridges,
    torrc_lines,
)

PRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
OBFS4 = f"obfs4 192.0.2.1:443 {PRINT} cert=AbC/+d iat-mode=0"
SNOWFLAKE = (
    f"snowflake 192.0.2.3:80 {PRINT} fingerprint={PRINT} url=https://snow.example/ "
    "fronts=a.example,b.example ice=stun:stun.example:3478 utls-imitate=hellorandomizedalpn"
)
WEBTUNNEL = f"webtunnel [2001:db8::1]:443 {PRINT} url=https://web.example/secret ver=0.0.1"
MEEK = f"meek_lite 192.0.2.18:80 {PRINT} url=https://meek.example/ front=cdn.example"
PLAIN = f"192.0.2.7:9001 {PRINT}"


@pytest.mark.parametrize("line", [OBFS4, SNOWFLAKE, WEBTUNNEL, MEEK, PLAIN, "192.0.2.7:9001"])
def test_the_usual_lines_come_through_unchanged(line):
    assert parse_bridge(line).line == line
    assert parse_bridge(f"Bridge {line} ").line == line


def test_fingerprints_and_transports_may_have_either_case():
    assert parse_bridge(f"OBFS4 192.0.2.1:443 {PRINT.lower()} cert=x").line == (
        f"obfs4 192.0.2.1:443 {PRINT} cert=x"
    )


def test_a_bridge_shows_no_address():
    assert "192" not in repr(parse_bridge(OBFS4))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Bridge",
        "obfs4",
        "obfs4 bridge.example:443 cert=x",
        "obfs4 192.0.2.1 cert=x",
        "obfs4 192.0.2.1:0 cert=x",
        "obfs4 192.0.2.1:65536 cert=x",
        "obfs4 2001:db8::1:443 cert=x",
        "obfs4 [192.0.2.1]:443 cert=x",
        "obfs4 192.0.2.256:443 cert=x",
        f"obfs4 192.0.2.1:443 {PRINT}",
        f"obfs5 192.0.2.1:443 {PRINT} cert=x",
        f"obfs4 192.0.2.1:443 {PRINT} cert=x stray",
        f"192.0.2.1:443 {PRINT} cert=x",
        f"{OBFS4}\nLog debug file stolen",
        f"{OBFS4}\rLog debug",
        f"{OBFS4}\x0bLog debug",
        f"{OBFS4}\u2028Log debug",
        f"{OBFS4}\0",
        f"{OBFS4} # comment",
        f'{OBFS4} x="y"',
        f"{OBFS4} x=y\\",
        f"{OBFS4} x=%include",
        f"{OBFS4}  two=spaces",
        OBFS4 + " x=" + "y" * 1100,
        "obfs4 192.0.2.1:\u0664\u0664\u0663 cert=x",
    ],
)
def test_everything_else_is_refused(line):
    with pytest.raises(InvalidInput):
        parse_bridge(line)


@given(st.text(max_size=80))
def test_an_accepted_line_is_always_one_line_of_plain_characters(text):
    for line in (text, f"obfs4 192.0.2.1:443 cert={text}", f"192.0.2.1:1 {text}"):
        try:
            made = parse_bridge(line).line
        except InvalidInput:
            continue
        assert made.isascii() and made.isprintable() and not set(made) & set("\"'\\#%")


def test_several_lines_are_split_and_counted():
    assert [b.transport for b in parse_bridges(f"{OBFS4}\r\n\n{PLAIN}\n")] == ["obfs4", ""]
    with pytest.raises(InvalidInput):
        parse_bridges("\n".join([PLAIN] * 33))
    assert parse_bridges("") == ()


def programs(*names):
    return lambda name: f"/opt/bin/{name}" if name in names else None


def lines(text, which, **named):
    return list(torrc_lines(BridgeSettings(parse_bridges(text), named), which))


def test_no_bridges_need_no_lines():
    assert torrc_lines(BridgeSettings(), programs()) == ()


def test_plain_bridges_need_no_program():
    assert lines(PLAIN, programs()) == ["UseBridges 1", f"Bridge {PLAIN}"]


def test_one_program_serves_several_transports():
    assert lines(f"{OBFS4}\n{MEEK}", programs("lyrebird", "obfs4proxy")) == [
        "UseBridges 1",
        "ClientTransportPlugin obfs4,meek_lite exec /opt/bin/lyrebird",
        f"Bridge {OBFS4}",
        f"Bridge {MEEK}",
    ]


def test_the_older_program_does_as_well():
    assert "ClientTransportPlugin obfs4 exec /opt/bin/obfs4proxy" in lines(
        OBFS4, programs("obfs4proxy")
    )


def test_a_named_program_is_preferred():
    found = lines(SNOWFLAKE, lambda name: f"/abs/{name}", snowflake="mine")
    assert "ClientTransportPlugin snowflake exec /abs/mine" in found


@pytest.mark.parametrize(("text", "word"), [(OBFS4, "lyrebird or obfs4proxy"), (WEBTUNNEL, "web")])
def test_a_missing_program_is_named_in_a_sentence(text, word):
    with pytest.raises(PluginMissing, match=word):
        lines(text, programs())
    with pytest.raises(PluginMissing, match="not-there"):
        lines(OBFS4, programs("lyrebird"), obfs4="not-there")


@pytest.mark.parametrize("path", ["/a b/lyrebird", "/a\nLog/lyrebird", '/a"/lyrebird', "/\u00e9/x"])
def test_a_program_path_that_could_change_the_file_is_refused(path):
    with pytest.raises(InvalidInput):
        lines(OBFS4, lambda _: path)
