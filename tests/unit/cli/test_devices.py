"""`onionchat device`: linking, listing, naming and putting out one's own devices."""

import pytest
from twisted.internet.defer import Deferred

from onionchat.cli.devices import revoked
from onionchat.control.client import Client
from onionchat.views import DeviceView, LinkingChanged, RevokedView


def result(work):
    """What a request to a fake node gives at once."""
    found = []
    Deferred.fromCoroutine(work).addBoth(found.append)
    return found[0]


@pytest.fixture
def answering(place, monkeypatch):
    """Bob types the code as soon as the new device shows it."""
    true_events = Client.events

    def events(client):
        for event in true_events(client):
            yield event
            if isinstance(event, LinkingChanged) and event.code:
                result(place.bob.confirm_device(event.code))

    monkeypatch.setattr(Client, "events", events)


@pytest.fixture
def link(place):
    """Bob's link for a new device."""
    return result(place.bob.link_device()).link


class TestLink:
    def test_plain_says_what_to_do(self, cli):
        said = cli("device", "link").out
        assert "onionchat-device:" in said
        assert "device join LINK" in said and "device confirm CODE" in said
        assert "Nobody comes in without the code" in said

    def test_json(self, cli):
        reply = cli("device", "link", "--json").json
        assert reply["link"].startswith("onionchat-device:")
        assert reply["expires"] > 0

    def test_it_can_be_taken_back(self, cli, place):
        link = cli("device", "link", "--json").json["link"]
        assert cli("device", "cancel").out == "The link was taken back.\n"
        assert link not in place.world.device_links
        assert cli("device", "cancel", "--json").out == ""


class TestConfirm:
    def test_the_right_code(self, cli, place):
        link = cli("device", "link", "--json").json["link"]
        result(place.bob.join_device(link, name="Phone\x1b[2J"[:5], history="all"))
        said = cli("device", "confirm", "1234", "5678")
        assert said.out.startswith("Phone is a device of yours now.")
        assert "abandon ability able about above absent" in said.out

    def test_json(self, cli, place):
        link = cli("device", "link", "--json").json["link"]
        result(place.bob.join_device(link, name="Phone", history="all"))
        linked = cli("device", "confirm", "12345678", "--json").json
        assert linked["name"] == "Phone" and len(linked["words"]) == 6

    @pytest.mark.parametrize("code", ["87654321", "1234"])
    def test_another_code(self, cli, place, code):
        link = cli("device", "link", "--json").json["link"]
        result(place.bob.join_device(link, name="Phone", history="all"))
        said = cli("device", "confirm", code)
        assert said.status == 1 and said.out == ""

    def test_nobody_waits(self, cli):
        cli("device", "link")
        assert "No new device has called" in cli("device", "confirm", "12345678").err


class TestJoin:
    def test_plain(self, cli, link, answering):
        said = cli("device", "join", link, "--name", "Phone")
        assert said.status == 0
        assert "Type this code on the other device: 1234 5678" in said.out
        assert "abandon ability able about above absent" in said.out
        assert "void" in said.out

    def test_json_is_the_code_and_then_the_end(self, cli, link, answering):
        first, last = cli("device", "join", link, "--json").lines
        assert first["code"] == "1234 5678"
        assert last["linked"] is True and last["words"] == first["words"]

    def test_a_link_from_stdin(self, cli, link, answering):
        assert cli("device", "join", "-", stdin=link.encode()).status == 0

    def test_an_invite_is_refused(self, cli):
        invite = cli("invite", "--json").json["link"].replace("onionchat-fake", "onionchat")
        assert cli("device", "join", invite).status == 1

    def test_a_failure_is_a_sentence(self, cli, place, link, monkeypatch):
        true_events = Client.events

        def events(client):
            place.node.publish(LinkingChanged("new", "failed", sentence="It went wrong."))
            yield from true_events(client)

        monkeypatch.setattr(Client, "events", events)
        said = cli("device", "join", link)
        assert said.status == 1 and said.err == "onionchat: It went wrong.\n"

    def test_the_nodes_end_ends_it(self, cli, place, link, monkeypatch):
        true_events = Client.events

        def events(client):
            place.stop()
            yield from true_events(client)

        monkeypatch.setattr(Client, "events", events)
        assert cli("device", "join", link).status == 1


class TestList:
    def test_one_device(self, cli):
        said = cli("device", "list").out
        assert "Device 1" in said and "this device" in said and said.endswith("1 device\n")

    def test_json(self, cli, link, answering):
        cli("device", "join", link, "--name", "Phone")
        found = cli("device", "list", "--json").json
        assert [set(view) >= {"id", "name", "this", "state"} for view in found] == [True, True]
        assert [view["name"] for view in found if view["this"]] == ["Phone"]
        assert "connected" in cli("device", "list").out

    def test_rename(self, cli):
        assert cli("device", "rename", "Device 1", "Laptop").status == 0
        assert cli("device", "rename", "Laptop", "Desk", "--json").json["name"] == "Desk"
        assert "Desk" in cli("device", "list").out
        assert "No device of yours" in cli("device", "rename", "Laptop", "x").err


class TestRevoke:
    @pytest.fixture
    def phone(self, place, link):
        """This device is the second one of Bob's account."""
        result(place.node.join_device(link, name="Phone", history="all"))
        result(place.bob.confirm_device("12345678"))

    def test_nothing_is_done_without_a_yes(self, cli, phone):
        said = cli("device", "revoke", "Phone")
        assert said.status == 1 and "--yes" in said.err
        assert "revoked" not in cli("device", "list").out

    def test_leaving(self, cli, phone):
        said = cli("device", "revoke", "Phone", "--yes").out
        assert "Phone is none of your devices any more." in said
        assert "onionchat wipe" in said
        assert "revoked since" in cli("device", "list").out

    def test_a_senior_one_takes_the_words_which_come_from_the_standard_input(self, cli, phone):
        assert "recovery words" in cli("device", "revoke", "Device 1", "--yes").err
        words = " ".join(["word"] * 24)
        by_words = ("device", "revoke", "Device 1", "--yes", "--recovery")
        assert cli(*by_words, stdin=b"too few").status == 1
        said = cli(*by_words, "--json", stdin=words.encode()).json
        assert said["device"]["state"] == "revoked"

    def test_standing_links_of_the_device_are_named(self):
        lost = DeviceView("0" * 64, "Lost\x1b", False, "revoked", ended=1.0)
        first, out, waits, senior, standing = revoked(RevokedView(lost, 3, 1, 2))
        assert "\x1b" not in first
        assert "3 contacts" in out and "2 contacts" in waits
        assert "1 contact " in senior and "--recovery" in senior
        assert "Standing invite links" in standing


@pytest.mark.parametrize(
    "arguments",
    [
        ("revoke",),
        ("link", "x"),
        ("join",),
        ("join", "a", "b"),
        ("confirm",),
        ("list", "x"),
        ("rename", "x"),
    ],
)
def test_wrong_arguments_are_said(cli, arguments):
    said = cli("device", *arguments)
    assert said.status == 1 and f"device {arguments[0]}" in said.err
