"""Links in texts of other people: which there are, and what the person is told before one opens."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.displayable import displayable
from onionchat_gui.viewmodels import links

ONION = "a" * 56 + ".onion"


def found(text, **more):
    return [link.text for link in links.find(text, **more)]


def only(text):
    (link,) = links.find(text)
    return links.read(link)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("see https://example.org/maps?region=north, please", "https://example.org/maps?region=north"),
        ("(https://en.example.org/wiki/Onion_(plant))", "https://en.example.org/wiki/Onion_(plant)"),
        ("Is it http://example.org?", "http://example.org"),
        ("HTTPS://EXAMPLE.ORG/A", "HTTPS://EXAMPLE.ORG/A"),
        ("«https://example.org».", "https://example.org"),
        ("“https://example.org/a”…", "https://example.org/a"),
        (f"{ONION}/forum.", f"{ONION}/forum"),
        (f"go to www.{ONION}:8080/x", f"www.{ONION}:8080/x"),
        (f"http://{ONION}", f"http://{ONION}"),
        ("\u2066https://example.org/a\u2069", "https://example.org/a"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://müller.example/ä", "https://müller.example/ä"),
        ("https://example.org/a\nb", "https://example.org/a"),
        ("\U0001f600 https://example.org \U0001f600", "https://example.org"),
    ],
)  # fmt: skip
def test_a_link_ends_where_the_sentence_goes_on(text, there):
    assert found(text) == [there]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "file:///etc/passwd", "mailto:bob@example.org", "data:text/html,x",
        "ftp://example.org", "onionchat:ABC", "http://", "https://.", "http:////example.org",
        "https://a..b/", "https://exa mple", "x" + ONION, ONION + ".com", "me@" + ONION,
        "example.org", "https://example.org:99999/", "https://" + "a" * 3000 + ".org",
    ],
)  # fmt: skip
def test_what_is_no_link_of_the_web(text):
    assert "https://exa" in found(text) if text == "https://exa mple" else found(text) == []


def test_of_a_cut_text_the_last_link_may_be_another_one():
    text = "https://example.org https://example.org/pri"
    assert found(text, cut=True) == ["https://example.org"]
    assert len(found(text)) == 2


def test_of_one_message_few_links_are_taken():
    assert len(found("http://a.b " * 1000)) == links.MAX_LINKS


def test_of_one_text_few_places_are_taken_apart_whatever_they_are(monkeypatch):
    taken = []
    apart = links._address
    monkeypatch.setattr(links, "_address", lambda text: taken.append(text) or apart(text))
    assert found("http://. " * 1000 + "http://a.b") == []
    assert len(taken) == links.MAX_LINKS


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_what_is_opened_is_ascii_of_the_web_and_stands_there(before, after):
    shown = displayable(f"{before}http://{after}")
    for link in links.find(shown):
        assert shown[link.start : link.end] == link.text
        assert link.address.isascii()
        assert links.may_be_opened(link.address)
        reading = links.read(link)
        assert reading.host in reading.address
        assert links.visible(reading.written) == reading.written


@pytest.mark.parametrize(
    "text",
    [
        "e" + "\u0301" * 1_000_000,
        "http://" + "(" * 500_000 + ")" * 500_000,
        "http://" * 140_000,
        "http://a.b" + "." * 1_000_000,
        "http://" + "\u202e" * 1_000_000,
        ("a" * 56 + ".onion.") * 16_000,
        ("a" * 55 + ".") * 18_000,
        "-a" * 500_000,
        "http://a " * 110_000,
    ],
    ids=[
        "marks", "brackets", "schemes", "points", "overrides",
        "onions", "labels", "hyphens", "many",
    ],
)  # fmt: skip
def test_a_hostile_megabyte_costs_no_more_than_its_length(text):
    began = time.process_time()
    links.find(text)
    links.turned("א" + text)
    # A tenth of that here; a quadratic search would take hours.
    assert time.process_time() - began < 2


def test_an_ordinary_link_is_told_as_it_is():
    reading = only("http://Example.org/a?b=c#d")
    assert reading.address == "http://example.org/a?b=c#d"
    assert (reading.host, reading.host_decoded, reading.written) == ("example.org", "", "")
    assert not reading.has_user and not reading.is_onion


@pytest.mark.parametrize("text", ["https://аррӏе.com/", "https://xn--80ak6aa92e.com/"])
def test_a_host_in_other_letters_is_told_in_both_ways(text):
    reading = only(text)
    assert reading.host == "xn--80ak6aa92e.com"
    assert reading.host_decoded == "аррӏе.com"
    assert reading.address == "https://xn--80ak6aa92e.com/"


@pytest.mark.parametrize(
    ("text", "written", "address"),
    [
        ("https://a.b/\u2060gpj.exe", "https://a.b/[U+2060]gpj.exe", "https://a.b/%E2%81%A0gpj.exe"),
        ("https://exa\u200bmple.com/", "https://exa[U+200B]mple.com/", "https://example.com/"),
        ("https://ⓔxample.com", "https://ⓔxample.com", "https://example.com"),
        ("https://a.b/e\u0301x", "https://a.b/e[U+0301]x", "https://a.b/e%CC%81x"),
    ],
)  # fmt: skip
def test_what_is_not_seen_is_told(text, written, address):
    reading = only(text)
    assert (reading.written, reading.address) == (written, address)


@pytest.mark.parametrize(
    "turn", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069"
)
def test_a_link_ends_before_what_would_turn_its_parts_around(turn):
    assert found(f"see https://evil.org/{turn}moc.knab, please") == ["https://evil.org/"]


def test_only_where_a_line_can_run_from_the_right_links_are_isolated():
    link = "https://a.b/c"
    assert links.turned(f"see {link}") == ()
    for before in ("ראה ", "انظر ", "\u200f", "\u2067"):
        assert links.turned(f"{before}{link}.") == ((len(before), len(before) + len(link)),)


@pytest.mark.parametrize("text", ["https://bank.com@evil.com/", "https://bank.com\\@evil.com/"])
def test_a_name_before_the_site_is_told(text):
    reading = only(text)
    assert (reading.host, reading.has_user) == ("evil.com", True)


def test_an_onion_is_told():
    assert only(f"{ONION}/x").is_onion
    assert only(f"http://{ONION}./x").is_onion
    assert not only(f"https://example.org/{ONION}").is_onion


@pytest.mark.parametrize(
    "address",
    ["", "file:///etc/passwd", "javascript:x", "https:", "http://ä.b/", "a.b", "http://a b/"],
)  # fmt: skip
def test_nothing_else_is_opened(address):
    assert not links.may_be_opened(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "localhost",
        "localhost.",
        "192.168.1.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[fe80::1]",
        "router",
        "printer.local",
    ],
)
def test_what_leads_into_the_own_network_is_told(host):
    assert only(f"http://{host}/x").is_near


@pytest.mark.parametrize("host", ["example.org", "9.9.9.9", "[2001:4860:4860::8888]", ONION])
def test_what_leads_elsewhere_is_not_called_near(host):
    assert not only(f"http://{host}/x").is_near
