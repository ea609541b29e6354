"""Every command: what it prints, what it answers to what cannot be done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from onionchat import errors
from onionchat.cli.session import counted, local_time
from onionchat.cli.status import tor_summary
from onionchat.testing.fake_node import PREFIX
from onionchat.views import (
    CheckView,
    DeviceNewsView,
    TorChanged,
    TorDetailsView,
    TorView,
    TroubleView,
    Warned,
)


def sentence(said) -> str:
    """The one sentence of a refused command."""
    assert said.status == 1
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("onionchat: ")
    return line.removeprefix("onionchat: ")


@pytest.fixture
def link(place):
    """Of a one-time invite by Bob."""
    return result(place.bob.invite(standing=False, lifetime=None)).link


def result(coroutine):
    from twisted.internet.defer import Deferred

    results = []
    Deferred.fromCoroutine(coroutine).addCallback(results.append)
    return results[0]


class TestStatus:
    def test_json(self, cli) -> None:
        status = cli("status", "--json").json
        assert status["online"] is True
        assert status["tor"]["bootstrap"] == 100
        for name in ("contacts", "queued"):
            assert status[name] == 0
        assert status["account"] != status["device"]

    def test_plain(self, cli) -> None:
        said = cli("status")
        assert said.status == 0
        assert "100 %, Connected to the Tor network." in said.out

    def test_tor_up_and_yet_offline(self) -> None:
        tor = TorView(True, 100, "Connected to Tor.", services=1)
        assert tor_summary(tor, True) == "Connected to Tor."
        assert tor_summary(tor, False) == "Connected to Tor."
        assert "no onion" in tor_summary(TorView(True, 100, "Connected to Tor."), False)
        for down in (TorView(True, 50, "Loading."), TorView(False, 100, "Tor is not running.")):
            assert tor_summary(down, False) == down.summary

    def test_without_a_node(self, cli, place) -> None:
        place.running = False
        assert sentence(cli("status")) == errors.NodeNotRunning.sentence

    def test_a_profile_that_may_not_be_looked_into(self, cli, place, monkeypatch) -> None:
        """It looked like none."""
        place.running = False

        def refuse(path):
            raise PermissionError

        monkeypatch.setattr(Path, "stat", refuse)
        assert "cannot be looked into by this user" in sentence(cli("status"))

    def test_without_a_profile(self, cli, place) -> None:
        place.running = False
        (place.profile / "keyslot").unlink()
        said = sentence(cli("status"))
        assert said.startswith(f"There is no profile in {place.profile}; `onionchat init`")


class TestInvites:
    def test_plain_has_link_and_qr(self, cli) -> None:
        said = cli("invite")
        qr, link, terms = said.out.splitlines()
        assert link.startswith(PREFIX)
        assert qr == f"▀▄█ {link}", "without colours into a pipe"
        assert terms.startswith("Can be used once, until 2026-01-08")

    def test_json_is_the_invite(self, cli) -> None:
        one, standing = cli("invite", "--json").json, cli("invite", "--standing", "--json").json
        assert one["expires"] > 0
        assert standing["expires"] is None
        assert [v["id"] for v in cli("invites", "--json").json] == [one["id"], standing["id"]]
        said = cli("invites").out
        assert "one-time  until 2026-01-08" in said
        assert "standing  for ever" in said

    @pytest.mark.parametrize("hours", ["0.001", "0.09", "0", "-1", "nan", "x"])
    def test_a_life_too_short_to_be_kept_is_refused(self, cli, hours: str) -> None:
        """It was rounded up to a minute."""
        said = cli("invite", "--expires", hours)
        assert said.status == 2
        assert cli("invites", "--json").json == []

    def test_expires(self, cli) -> None:
        view = cli("invite", "--expires", "2", "--json").json
        assert view["expires"] - view["created"] == 7200

    def test_svg(self, cli, tmp_path: Path) -> None:
        file = tmp_path / "link.svg"
        view = cli("invite", "--svg", str(file), "--json").json
        assert file.read_text() == f"<svg>{view['link']}</svg>"
        assert file.stat().st_mode & 0o777 == 0o600
        said = cli("invite", "--svg", str(file))
        assert said.status == 1
        assert "File exists" in said.err

    @pytest.mark.parametrize("name", ["there/is/no/folder.svg", "", "a\0b", "."])
    def test_no_invite_without_its_file(self, cli, tmp_path: Path, monkeypatch, name: str) -> None:
        monkeypatch.chdir(tmp_path)
        assert "no invite was made" in sentence(cli("invite", "--svg", name))
        assert cli("invites", "--json").json == []

    def test_no_file_without_its_invite(self, cli, place, tmp_path: Path) -> None:
        place.running = False
        assert cli("invite", "--svg", str(tmp_path / "link.svg")).status == 1
        assert not (tmp_path / "link.svg").exists()

    def test_revoke(self, cli) -> None:
        view = cli("invite", "--json").json
        assert cli("revoke", view["id"]).out.startswith("The invite was withdrawn")
        assert cli("invites").out == "No invites are outstanding.\n"
        assert cli("invites", "--json").json == []
        assert sentence(cli("revoke", view["id"])) == errors.UnknownInvite.sentence


class TestAdd:
    def test_by_link(self, cli, link: str) -> None:
        assert cli("add", link).out == "Bob: active\n"
        (contact,) = cli("contacts", "--json").json
        assert (contact["name"], contact["state"]) == ("Bob", "active")

    def test_json_and_petname(self, cli, link: str) -> None:
        view = cli("add", link, "--name", "Robert", "--greeting", "It is me", "--json").json
        assert (view["name"], view["suggested_name"]) == ("Robert", "Bob")

    def test_from_stdin(self, cli, link: str) -> None:
        assert cli("add", "-", stdin=f"  {link}\n".encode()).status == 0

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            (lambda link: "hello", errors.InvalidLink),
            (lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"), errors.LinkChecksumWrong),
            (lambda link: link.replace("-1-", "-2-"), errors.LinkChecksumWrong),
            (lambda link: "onionchat-device:" + link, errors.DeviceLinkRefused),
            (lambda link: "", errors.InvalidLink),
        ],
    )
    def test_bad_links(self, cli, link: str, change, error) -> None:
        assert sentence(cli("add", change(link))) == error.sentence

    def test_of_a_newer_version(self, cli, place) -> None:
        said = cli("add", place.world.link("a" * 32, version=2))
        assert sentence(said) == errors.LinkVersionUnknown.sentence

    def test_used(self, cli, link: str) -> None:
        cli("add", link)
        again = cli("add", link, "--name", "Other")
        assert again.status == 0
        assert "Other: This link was used already." in again.out

    def test_expired(self, cli, place) -> None:
        view = result(place.bob.invite(standing=False, lifetime=60))
        place.clock.advance(61)
        assert sentence(cli("add", view.link)) == errors.LinkExpired.sentence

    def test_of_oneself(self, cli) -> None:
        own = cli("invite", "--json").json["link"]
        assert sentence(cli("add", own)) == errors.LinkToSelf.sentence

    def test_name_taken(self, cli, place, link: str) -> None:
        place.befriend()
        assert sentence(cli("add", link)) == errors.NameTaken.sentence

    def test_neither_link_nor_picture(self, cli, link: str) -> None:
        assert cli("add").status == 2
        assert cli("add", link, "--qr", "x.png").status == 2

    @pytest.mark.parametrize("status", [0, 1])
    def test_picture(self, cli, link: str, monkeypatch, status: int) -> None:
        commands = []

        def reader(command, **_):
            commands.append(command)
            out = link.encode() + b"\n" if status == 0 else b""
            err = b"" if status == 0 else b"There is no \x1b[1mQR code in it.\n"
            return subprocess.CompletedProcess(command, status, out, err)

        monkeypatch.setattr("subprocess.run", reader)
        said = cli("add", "--qr", "-strange name.png")
        (command,) = commands
        assert command[:-1] == [sys.executable, "-I", "-m", "onionchat.media.qr_image"]
        assert os.path.isabs(command[-1])
        if status == 0:
            assert said.out == "Bob: active\n"
        else:
            assert sentence(said).endswith("There is no ␛[1mQR code in it.")


class TestRequests:
    @pytest.fixture
    def request_id(self, cli, place) -> str:
        link = cli("invite", "--standing", "--json").json["link"]
        result(place.bob.add(link, name=None, greeting="Hi!\x1b[2J\nfake line"))
        return cli("requests", "--json").json[0]["id"]

    def test_listed_safely(self, cli, request_id: str) -> None:
        (line,) = cli("requests").out.splitlines()
        assert line.endswith("Bob: Hi!␛[2J␤fake line")
        assert cli("requests", "--json").json[0]["greeting"] == "Hi!\x1b[2J\nfake line"
        assert "\x1b" not in cli("requests", "--json").out

    def test_accept(self, cli, request_id: str) -> None:
        assert cli("accept", request_id, "--name", "Robert").out == "Robert: active\n"
        assert cli("requests", "--json").json == []

    def test_decline(self, cli, place, request_id: str) -> None:
        assert cli("decline", request_id).out == "The request was declined.\n"
        assert cli("requests").out == "No requests wait.\n"
        assert result(place.bob.contacts())[0].state == "declined"

    def test_unknown(self, cli) -> None:
        assert sentence(cli("accept", "ffff")) == errors.UnknownRequest.sentence
        assert sentence(cli("decline", "ffff")) == errors.UnknownRequest.sentence


class TestContacts:
    def test_list(self, cli, place) -> None:
        assert cli("contacts").out == "No contacts yet.\n"
        assert cli("contacts", "--json").json == []
        place.befriend()
        place.hear("Hello")
        (line,) = cli("contacts").out.splitlines()
        assert line.startswith("Bob  online  1 unread")

    def test_by_name_id_and_prefix(self, cli, place) -> None:
        place.befriend()
        id_ = cli("contacts", "--json").json[0]["id"]
        for name in ("Bob", "bob", "BOB", id_, id_[:8], id_.upper()):
            assert cli("rename", name, "Bob").status == 0
        for name in (id_[:7], "", "Nobody"):
            assert cli("rename", name, "Bob").status == 1

    def test_rename(self, cli, place) -> None:
        place.befriend()
        assert cli("rename", "Bob", "Robert").out == "Robert: active\n"
        assert "visible character" in sentence(cli("rename", "Robert", " "))
        assert "64 are allowed" in sentence(cli("rename", "Robert", "x" * 65))

    def test_block(self, cli, place) -> None:
        place.befriend()
        assert cli("block", "Bob").out == "Bob: blocked\n"
        assert sentence(cli("send", "Bob", "x")) == errors.ContactBlocked.sentence
        assert cli("unblock", "Bob", "--json").json["state"] == "active"

    def test_cancel(self, cli, place) -> None:
        place.befriend()
        assert sentence(cli("cancel", "Bob")) == errors.NotARequest.sentence
        link = result(place.bob.invite(standing=True, lifetime=None)).link
        cli("add", link, "--name", "Robert")
        assert cli("cancel", "Robert").out == "Robert: your request was taken back.\n"
        cli("add", link, "--name", "Robert")
        assert cli("cancel", "Robert", "--json").json["name"] == "Robert"
        assert [view["name"] for view in cli("contacts", "--json").json] == ["Bob"]

    def test_remove_asks_or_is_told_yes(self, cli, place, monkeypatch) -> None:
        place.befriend()
        place.hear("Hello")
        assert "say --yes" in sentence(cli("remove", "Bob"))
        monkeypatch.setattr("onionchat.cli.contacts.on_terminal", lambda: True)
        said = cli("remove", "Bob", stdin=b"no\n")
        assert said.status == 1
        assert "Remove Bob and delete all messages" in said.err
        assert "Nothing was removed." in said.err
        said = cli("remove", "Bob", stdin=b"yes\n")
        assert (said.status, said.out) == (0, "Bob was removed, with 1 message.\n")
        assert cli("contacts").out == "No contacts yet.\n"
        assert sentence(cli("remove", "Bob", "--yes")) == errors.UnknownContact.sentence

    def test_remove_of_scripts(self, cli, place) -> None:
        place.befriend()
        assert cli("remove", "Bob", "--yes", "--json").json == {
            "name": "Bob",
            "messages": 0,
            "note": None,
        }

    def test_verify(self, cli, place) -> None:
        place.befriend()
        words = cli("verify", "Bob", "--json").json["words"]
        assert len(words) == 12
        said = cli("verify", "Bob").out
        assert said.splitlines()[:3] == [" ".join(words[n : n + 4]) for n in (0, 4, 8)]
        assert f"▀▄█ ONIONCHAT-VERIFY:{' '.join(words).upper()}" in said
        assert "not the safety words" in sentence(cli("verify", "Bob", "--words", "a b"))
        assert "No words" in sentence(cli("verify", "Bob", "--words", " "))
        said = cli("verify", "Bob", "--words", " ".join(words).upper())
        assert said.out == "The words are right: Bob is validated.\n"
        said = cli("verify", "Bob", "--json", "--words", " ".join(words))
        assert said.json["trust"] == "validated"

    def test_verify_by_a_picture(self, cli, place, monkeypatch) -> None:
        place.befriend()
        read = []

        def child(command: list[str], **more: object) -> subprocess.CompletedProcess[bytes]:
            assert command[-1].endswith("/code.png")
            return subprocess.CompletedProcess(command, 0, read[-1], b"")

        monkeypatch.setattr("subprocess.run", child)
        words = " ".join(cli("verify", "Bob", "--json").json["words"]).upper()
        for wrong in ("onionchat:AEAA", words, f"ONIONCHAT-VERIFY:{words} MORE"):
            read.append(wrong.encode())
            said = sentence(cli("verify", "Bob", "--qr", "code.png"))
            assert "not one of safety words" in said or "not the safety words" in said
        assert cli("contacts", "--json").json[0]["trust"] == "unvalidated"
        read.append(f"ONIONCHAT-VERIFY:{words}\n".encode())
        assert "is validated" in cli("verify", "Bob", "--qr", "code.png").out
        assert cli("verify", "Bob", "--qr", "code.png", "--words", "a").status == 2

    def test_a_compromised_contact_is_told_of_everywhere(self, cli, place) -> None:
        place.befriend()
        place.node.compromise("Bob", "Device 1 has signed two things.")
        loud = "!!! Bob IS COMPROMISED. Device 1 has signed two things."
        assert loud in cli("contacts").out
        assert "compromised" in cli("contacts").out
        assert loud in cli("history", "Bob").err
        said = cli("history", "Bob", "--json")
        assert (said.json, loud in said.err) == ([], True)
        said = cli("send", "Bob", "hello")
        assert (said.status, said.out, loud in said.err) == (1, "", True)
        assert "--anyway sends it all the same" in said.err
        assert cli("send", "Bob", "hello", "--anyway").status == 0
        said = cli("verify", "Bob")
        assert loud in said.err

    def test_the_right_words_of_a_compromised_contact(self, cli, place) -> None:
        place.befriend()
        place.node.compromise("Bob", "Device 1 has signed two things.")
        words = " ".join(cli("verify", "Bob", "--json").json["words"])
        said = sentence(cli("verify", "Bob", "--words", words))
        assert said.startswith("Device 1 has signed two things. Nothing was changed.")
        assert "--anyway" in said
        assert "is validated" in cli("verify", "Bob", "--words", words, "--anyway").out
        assert cli("contacts", "--json").json[0]["against"] is None

    def test_a_contact_is_marked_as_compromised_by_the_person(self, cli, place) -> None:
        place.befriend()
        assert "!!! Bob IS COMPROMISED. You marked" in cli("verify", "Bob", "--compromised").out
        assert cli("send", "Bob", "hello").status == 1
        assert cli("verify", "Bob", "--compromised", "--words", "a").status == 2
        assert cli("verify", "Bob", "--compromised", "--json").json["trust"] == "compromised"

    def test_news_of_devices_are_shown_with_the_contact(self, cli, place) -> None:
        place.befriend()
        news = (DeviceNewsView(2, "added", 1_767_225_600.0),)
        place.node._change(place.node._find("Bob"), news=news)
        told = "! Bob added a device (number 2) on 2026-01-01"
        assert told in cli("contacts").out
        assert told in cli("history", "Bob").err

    def test_own_onion(self, cli, place) -> None:
        place.befriend()
        assert cli("own-onion", "Bob", "--json").json["own_onion"] is True

    def test_visibility(self, cli, place) -> None:
        place.befriend()
        assert cli("visibility").out.startswith("online: contacts and whoever has an invite")
        assert cli("visibility", "restricted").out.startswith("restricted: only contacts")
        assert cli("status", "--json").json["visibility"] == "restricted"
        said = cli("visibility", "hidden", "--contact", "Bob")
        assert said.out == "Bob: this contact cannot reach this device, which calls it itself.\n"
        assert cli("visibility", "--contact", "Bob").status == 2
        assert cli("contacts", "--json").json[0]["visibility"] == "hidden"
        assert (
            "You are hidden from Bob: only this device begins connections." in cli("contacts").out
        )
        assert cli("visibility", "invisible").status == 2


class TestSend:
    def test_prints_the_id(self, cli, place) -> None:
        place.befriend()
        id_ = cli("send", "Bob", "Hello").out.strip()
        (message,) = cli("history", "Bob", "--json").json
        assert message["id"] == id_
        assert (message["text"], message["mine"]) == ("Hello", True)

    def test_json(self, cli, place) -> None:
        place.befriend()
        assert cli("send", "Bob", "Hello", "--json").json["state"] == "queued"

    def test_wait(self, cli, place) -> None:
        place.befriend()
        assert cli("send", "Bob", "Hello", "--wait", "10").status == 0
        assert cli("history", "Bob", "--json").json[0]["state"] == "delivered"

    def test_wait_json_is_one_document_with_the_state_at_the_end(self, cli, place) -> None:
        place.befriend()
        assert cli("send", "Bob", "Hello", "--wait", "10", "--json").json["state"] == "delivered"
        place.bob.reachable = False
        said = cli("send", "Bob", "Hello", "--wait", "2", "--json")
        assert said.status == 1
        assert said.json["text"] == "Hello"
        assert said.json["state"] in ("queued", "sent")
        assert said.err.startswith("onionchat: Not delivered within 2 s")

    def test_wait_in_vain(self, cli, place) -> None:
        place.befriend()
        place.bob.reachable = False
        said = cli("send", "Bob", "Hello", "--wait", "2")
        assert said.status == 1
        assert len(said.out.split()) == 1, "the id is printed all the same"
        assert said.err == (
            "onionchat: Not delivered within 2 s; the message stays queued and nothing is lost.\n"
        )

    @pytest.mark.parametrize(
        ("data", "text"),
        [
            (b"one\n", "one"),
            (b"one", "one"),
            (b"one\n\n", "one\n"),
            ("Grüße\n你好\n".encode(), "Grüße\n你好"),
            (b"\x1b[31m\xe2\x80\xae\n", "\x1b[31m\u202e"),
            (b"x" * 65536 + b"\n", "x" * 65536),
        ],
    )
    def test_stdin(self, cli, place, data: bytes, text: str) -> None:
        place.befriend()
        assert cli("send", "Bob", "-", stdin=data).status == 0
        assert cli("history", "Bob", "--json").json[0]["text"] == text

    @pytest.mark.parametrize(
        ("data", "part"),
        [
            (b"", errors.EmptyText.sentence),
            (b"\n", errors.EmptyText.sentence),
            (b" \t\n\n", errors.EmptyText.sentence),
            (b"caf\xe9\n", "not valid UTF-8; nothing was sent"),
            (b"\xed\xa0\x80", "not valid UTF-8"),
            (b"x" * 65537, "65536 bytes"),
            (b"x" * 10_000_000, "65536 bytes"),
            (b"a\0b", "NUL"),
        ],
    )
    def test_bad_stdin(self, cli, place, data: bytes, part: str) -> None:
        place.befriend()
        assert part in sentence(cli("send", "Bob", "-", stdin=data))
        assert cli("history", "Bob", "--json").json == []

    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("", errors.EmptyText.sentence),
            ("a\udcff", "not valid UTF-8"),
            ("ä" * 32769, "65536 bytes"),
        ],
    )
    def test_bad_argument(self, cli, place, text: str, part: str) -> None:
        place.befriend()
        assert part in sentence(cli("send", "Bob", text))

    def test_a_contact_that_is_not_utf8(self, cli) -> None:
        assert "UTF-8" in sentence(cli("send", "\udcff", "text"))

    def test_a_text_that_looks_like_an_option(self, cli, place) -> None:
        place.befriend()
        assert cli("send", "Bob", "--", "-hello").status == 0
        assert cli("send", "--wait", "x", "Bob", "hello").status == 2

    def test_disk_full(self, cli, place) -> None:
        place.befriend()
        place.node.disk_full = True
        assert sentence(cli("send", "Bob", "x")) == errors.DiskFull.sentence

    def test_not_accepted_yet(self, cli, place) -> None:
        link = result(place.bob.invite(standing=True, lifetime=None)).link
        assert cli("add", link).out == "Bob: has your request, no answer yet\n"
        assert sentence(cli("send", "Bob", "x")) == errors.ContactNotReady.sentence

    def test_nobody(self, cli) -> None:
        assert sentence(cli("send", "Nobody", "x")) == errors.UnknownContact.sentence


class TestHistory:
    def test_oldest_first(self, cli, place) -> None:
        place.befriend()
        for number in range(5):
            cli("send", "Bob", f"to {number}", "--wait", "5")
            place.hear(f"from {number}")
        messages = cli("history", "Bob", "--json").json
        assert [m["text"] for m in messages] == [
            f"{way} {number}" for number in range(5) for way in ("to", "from")
        ]
        assert {m["state"] for m in messages} == {"delivered", "received"}
        assert {m["author"] for m in messages} == {"Alice", "Bob"}
        for name in ("id", "author", "mine", "text", "time", "state"):
            assert all(name in m for m in messages)
        last = cli("history", "Bob", "--limit", "1", "--json").json
        assert [m["text"] for m in last] == ["from 4"]

    def test_where_each_message_is(self, cli, place) -> None:
        place.befriend()
        result(place.node.send("Bob", "hello"))
        place.hear("hi")
        place.bob.reachable = False
        result(place.node.send("Bob", "too late"))
        said = cli("history", "Bob", "--where").out.splitlines()
        shown = [line.strip() for line in said if line.startswith("    ")]
        assert [line.partition(" since ")[0] for line in shown[:2]] == [
            "this device: there",
            "device 1: there",
        ]
        assert shown[3].startswith("device 1: written there, 20")
        assert shown[5] == "device 1: not there. The other device is not online."
        infos = cli("history", "Bob", "--where", "--json").json
        assert [info["message"]["text"] for info in infos] == ["hello", "hi", "too late"]
        assert infos[2]["devices"][1]["state"] == "waiting"

    def test_more_than_a_page(self, cli, place) -> None:
        place.befriend()
        for number in range(450):
            result(place.node.send("Bob", str(number)))
        messages = cli("history", "Bob", "--json", "--limit", "420").json
        assert [m["text"] for m in messages] == [str(number) for number in range(30, 450)]
        assert len(cli("history", "Bob", "--json", "--limit", "9999").json) == 450

    def test_at_a_place(self, cli, place) -> None:
        place.befriend()
        ids = [result(place.node.send("Bob", str(number))).id for number in range(450)]

        def found(*options: str) -> list[int]:
            said = cli("history", "Bob", "--json", *options)
            assert said.status == 0
            return [int(m["text"]) for m in said.json]

        assert found("--around", ids[200], "--limit", "5") == [198, 199, 200, 201, 202]
        assert len(found("--around", ids[200], "--limit", "9999")) == 200
        assert found("--before", ids[3], "--limit", "2") == [1, 2]
        assert found("--before", ids[420], "--limit", "410") == list(range(10, 420))
        assert found("--after", ids[3], "--limit", "2") == [4, 5]
        assert found("--after", ids[3], "--limit", "999") == list(range(4, 450))
        assert found("--after", ids[449]) == []
        assert cli("history", "Bob", "--after", ids[1], "--before", ids[2]).status == 2
        said = cli("history", "Bob", "--around", "00" * 16)
        assert sentence(said) == errors.UnknownMessage.sentence

    def test_plain_is_safe(self, cli, place) -> None:
        place.befriend()
        place.hear("\x1b]0;owned\x07\u202etxet\nfake: line\u2028x")
        out = cli("history", "Bob").out
        assert out.endswith(" Bob: ␛]0;owned␇\ufffdtxet\n    fake: line\n    x\n")
        said = cli("history", "Bob", "--json")
        assert said.json[0]["text"] == "\x1b]0;owned\x07\u202etxet\nfake: line\u2028x"
        assert said.out.isascii()

    def test_states_are_shown(self, cli, place) -> None:
        place.befriend()
        cli("send", "Bob", "Hello")
        assert cli("history", "Bob").out.endswith(" Alice: Hello  [queued]\n")

    def test_mark_read(self, cli, place) -> None:
        place.befriend()
        place.hear("Hello")
        cli("history", "Bob")
        assert cli("contacts", "--json").json[0]["unread"] == 1
        cli("history", "Bob", "--mark-read")
        assert cli("contacts", "--json").json[0]["unread"] == 0

    def test_an_impossible_time(self, cli, place) -> None:
        from msgspec.structs import replace

        place.befriend()
        place.hear("Hello")
        place.node._messages[0] = replace(place.node._messages[0], time=1e300)
        assert cli("history", "Bob").out.startswith("????-??-?? ")

    @pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5"])
    def test_bad_limits(self, cli, limit: str) -> None:
        assert cli("history", "Bob", "--limit", limit).status == 2


class TestSearch:
    def test_search(self, cli, place) -> None:
        place.befriend()
        place.hear("the quick brown fox")
        cli("send", "Bob", "a quick answer")
        found = cli("search", "quick", "--json").json
        assert [m["text"] for m in found] == ["a quick answer", "the quick brown fox"]
        assert len(cli("search", "quick", "fox", "--json").json) == 1
        assert "Alice to Bob: a quick answer" in cli("search", "answer").out
        assert cli("search", "absent", "--json").json == []
        assert cli("search", "quick", "--contact", "Nobody").status == 1
        assert cli("search").status == 2
        assert cli("search", "absent").out == "Nothing found.\n"

    def test_words_that_cannot_be_searched_for(self, cli) -> None:
        for words in ("", " "):
            assert sentence(cli("search", words)) == "There are no words to search for."
        assert "1000 characters are allowed" in sentence(cli("search", "x" * 1001))


class TestWatch:
    def events(self, place):
        place.befriend()
        place.hear("Hello\x1b[2J")
        place.node.publish(TorChanged(TorView(True, 42, "Loading"), False))
        place.node.publish(Warned("The disk is nearly full."))
        link = result(place.node.invite(standing=True, lifetime=None)).link
        result(place.bob.add(link, name="A", greeting="hi"))
        result(place.node.send("Bob", "Hi"))
        place.clock.advance(1)

    @pytest.fixture
    def happenings(self, place, monkeypatch):
        """Things that happen as soon as somebody watches, before the node stops."""
        from onionchat.control.client import Client

        true_events = Client.events

        def events(client):
            self.events(place)
            place.stop()
            yield from true_events(client)

        monkeypatch.setattr(Client, "events", events)

    def test_json(self, cli, happenings) -> None:
        said = cli("watch", "--json")
        assert said.status == 0
        assert {event["type"] for event in said.lines} == {
            "message",
            "state",
            "contact",
            "request",
            "connection",
            "tor",
            "warning",
        }

    def test_plain(self, cli, happenings) -> None:
        said = cli("watch")
        assert said.status == 0
        assert "Bob: Hello␛[2J" in said.out
        assert " to Bob: Hi" in said.out
        for part in ("Bob is online", "tor: 42 %", "warning: The disk", "from Bob: hi"):
            assert part in said.out

    @pytest.fixture
    def over(self, monkeypatch) -> None:
        """Nothing happens before the node stops."""
        from onionchat.control import schema
        from onionchat.control.client import Client

        closing = schema.Closing("stopping", "The node is stopping.")
        monkeypatch.setattr(Client, "events", lambda client: iter([closing]))

    def test_what_stands_against_contacts_is_said_first(self, cli, place, over) -> None:
        place.befriend()
        place.node.compromise("Bob", "Device 1 has signed two things.")
        said = cli("watch")
        assert said.out.startswith("!!! Bob IS COMPROMISED. Device 1 has signed two things.\n")

    def test_comparing_words_is_advised_once(self, cli, place, over) -> None:
        place.befriend()
        place.hear("Hello")
        result(place.node.send("Bob", "Hi"))
        assert cli("contacts", "--json").json[0]["suggest_verify"] is True
        for times in (1, 0):
            said = cli("watch")
            assert said.out.count("advice: Nobody has checked yet") == times

    def test_too_slow(self, cli, place, monkeypatch) -> None:
        from onionchat.control import schema
        from onionchat.control.client import Client

        closing = schema.Closing("slow", errors.ClientTooSlow.sentence)
        monkeypatch.setattr(Client, "events", lambda client: iter([closing]))
        assert sentence(cli("watch")) == errors.ClientTooSlow.sentence

    def test_a_killed_node(self, cli, place, monkeypatch) -> None:
        from onionchat.control.client import Client

        monkeypatch.setattr(Client, "events", lambda client: iter([]))
        assert sentence(cli("watch")) == "The node ended without a word."

    def test_interrupted(self, cli, place, monkeypatch) -> None:
        from onionchat.control.client import Client

        def events(client):
            raise KeyboardInterrupt

        monkeypatch.setattr(Client, "events", events)
        assert cli("watch").status == 130


class TestSettings:
    def test_show(self, cli) -> None:
        names = [setting["name"] for setting in cli("settings", "--json").json]
        assert "read-receipts" in names
        assert "read-receipts = off\n" in cli("settings").out
        assert cli("settings", "read-receipts").out.count("=") == 1
        assert cli("settings", "nothing").status == 1

    def test_change(self, cli) -> None:
        assert "read-receipts = on  (changed)" in cli("settings", "read-receipts", "on").out
        assert sentence(cli("settings", "nothing", "on")) == errors.UnknownSetting.sentence
        assert cli("settings", "read-receipts", "maybe").status == 1
        assert "= off\n" in cli("settings", "read-receipts", "").out

    def test_bridges(self, cli) -> None:
        assert cli("bridges").out == "No bridges.\n"
        assert cli("bridges", "add", "obfs4 192.0.2.1:1 A").out == "obfs4 192.0.2.1:1 A\n"
        cli("bridges", "add", "-", stdin=b"obfs4 192.0.2.1:1 A\n\n snowflake 192.0.2.2:1 B \n")
        lines = ["obfs4 192.0.2.1:1 A", "snowflake 192.0.2.2:1 B"]
        assert cli("bridges", "list", "--json").json == lines
        assert cli("bridges", "clear", "--json").json == []
        assert "UTF-8" in sentence(cli("bridges", "add", "-", stdin=b"\xff"))
        assert cli("bridges", "add").status == 2
        assert cli("bridges", "list", "x").status == 2
        assert cli("bridges", "remove").status == 2


class TestProfiles:
    @pytest.fixture
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        return tmp_path / "data" / "onionchat"

    def test_a_list(self, cli, home: Path) -> None:
        assert "There are no profiles in" in cli("profiles").out
        assert cli("profiles", "--json").json == []
        for name in ("work", "default", "half\x1b"):
            (home / name).mkdir(parents=True, mode=0o700)
            (home / name / "keyslot").touch()
        (home / "half\x1b" / "keyslot").rename(home / "half\x1b" / "onionchat.db")
        lines = [line.split()[0:2] for line in cli("profiles").out.splitlines()]
        assert lines == [["default", "-"], ["half␛", "without"], ["work", "-"]]
        found = cli("profiles", "--json").json
        assert [view["name"] for view in found] == ["default", "half\x1b", "work"]

    def test_one_by_its_name(self, cli, home: Path, place, monkeypatch) -> None:
        asked = []

        def connect(profile: Path, **_: object) -> object:
            asked.append(profile)
            return place.connect()

        monkeypatch.setattr("onionchat.control.client.Client.connect", connect)
        assert cli("--named", "work", "status").status == 0
        assert cli("status", "--named", "work").status == 0
        assert asked == [home / "work"] * 2
        assert cli("--named", "work", "--profile", "x", "status").status == 2
        assert "slash" in sentence(cli("--named", "../x", "status"))


class TestTor:
    def test_what_tor_does_in_words(self, cli) -> None:
        cli("bridges", "add", "obfs4 192.0.2.1:443 cert=x")
        out = cli("tor").out
        words = " ".join(out.split())
        assert "reachable yes: contacts can reach this device program tor" in words
        assert "ways 1 to devices, 0 being made to some, 3 to entrances" in words
        assert "bridge 1" in out and "obfs4: It is connected." in out
        assert "192.0.2.1" not in out
        said = cli("tor", "--json").json
        assert said["circuits"]["entrances"] == 3
        assert said["bridges"][0]["state"] == "connected"

    def test_troubles_with_their_way_out(self, cli, place, monkeypatch) -> None:
        from msgspec.structs import replace

        page = result(place.node.tor_details())
        trouble = TroubleView("clock", "The clock is \x1b[31mwrong.", "Set it right.", 0.0)
        over = TroubleView("blocked", "It was blocked.", "Add bridges.", 0.0, 60.0)

        async def details() -> TorDetailsView:
            return replace(page, circuits=None, troubles=(trouble,), last_trouble=over)

        monkeypatch.setattr(place.node, "tor_details", details)
        lines = cli("tor").out.splitlines()
        assert lines[-2:] == [
            "! The clock is ␛[31mwrong. Set it right.",
            "Over: It was blocked. (1970-01-01 00:00 to 00:01)",
        ]

    def test_bridges_are_checked_and_not_set(self, cli) -> None:
        done = cli("bridges", "check", "-", stdin=b"obfs4 192.0.2.1:443\n\nnonsense\n")
        assert (done.status, done.out) == (
            1,
            "line 1 (obfs4): This line can be used.\nline 3: A bridge line needs an IP address.\n",
        )
        assert cli("bridges", "check", "obfs4 x").status == 0
        assert cli("bridges", "check", "obfs4 x", "--json").json[0]["ok"] is True
        assert cli("bridges", "check", "-", stdin=b"\n").status == 1
        assert cli("bridges", "check").status == 2
        assert cli("bridges", "--json").json == []


class TestPassphrase:
    @pytest.fixture
    def files(self, tmp_path: Path) -> list[str]:
        paths = []
        for name in ("correct horse", "battery staple", "wrong one"):
            path = tmp_path / name.replace(" ", "-")
            path.touch(0o600)
            path.write_text(name + "\n")
            paths.append(str(path))
        return paths

    def test_change(self, cli, files: list[str]) -> None:
        old, new, _ = files
        command = ("passphrase", "--passphrase-file", old, "--new-passphrase-file", new)
        assert cli(*command).status == 0
        assert sentence(cli(*command)) == errors.WrongPassphrase.sentence

    def test_wrong(self, cli, files: list[str]) -> None:
        _, new, wrong = files
        said = cli("passphrase", "--passphrase-file", wrong, "--new-passphrase-file", new)
        assert sentence(said) == errors.WrongPassphrase.sentence

    def test_nobody_to_ask(self, cli) -> None:
        assert "--passphrase-file" in sentence(cli("passphrase"))


class TestBackup:
    def test_relative_paths_are_the_clients(self, cli, tmp_path, monkeypatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert cli("backup", "copy").status == 0
        assert (tmp_path / "copy").is_dir()
        assert "exists already" in sentence(cli("backup", "copy"))


class TestDoctor:
    @pytest.fixture(autouse=True)
    def tor(self, tmp_path: Path, monkeypatch) -> Path:
        program = tmp_path / "tor"
        program.write_text("#!/bin/sh\necho 'Tor version 0.4.8.12.'\n")
        program.chmod(0o755)
        monkeypatch.setenv("ONIONCHAT_TOR", str(program))
        return program

    def test_with_a_node(self, cli) -> None:
        said = cli("doctor", "--json")
        assert said.status == 0
        assert {"profile", "disk", "sockets", "tor program", "clock", "node", "tor"} <= {
            check["name"] for check in said.json
        }
        assert "version 0.4.8" in cli("doctor").out
        names = [check["name"] for check in said.json]
        assert len(names) == len(set(names))

    def test_what_is_worth_a_note_is_not_wrong(self, cli, place, monkeypatch) -> None:
        async def doctor() -> list[CheckView]:
            return [CheckView("delivery", True, "1 message waits.", note=True)]

        monkeypatch.setattr(place.node, "doctor", doctor)
        said = cli("doctor")
        assert said.status == 0
        assert "note   delivery: 1 message waits." in said.out

    def test_without_a_node(self, cli, place) -> None:
        place.running = False
        said = cli("doctor")
        assert said.status == 0
        assert "Not looked into" in said.out

    def test_without_a_profile(self, cli, place) -> None:
        place.running = False
        (place.profile / "keyslot").unlink()
        said = cli("doctor")
        assert said.status == 1
        assert f"WRONG  profile: {errors.NoProfile.sentence}" in said.out

    def test_open_profile(self, cli, place) -> None:
        place.profile.chmod(0o755)
        assert "WRONG  profile" in cli("doctor").out

    def test_open_sockets(self, cli, place) -> None:
        (place.profile / "run").mkdir(mode=0o755)
        assert "WRONG  sockets" in cli("doctor").out

    @pytest.mark.parametrize(
        ("script", "part"),
        [
            ("echo 'Tor version 0.3.5.7.'", "too old"),
            ("echo hello", "does not say its version"),
        ],
    )
    def test_strange_tor(self, cli, tor: Path, script: str, part: str) -> None:
        tor.write_text(f"#!/bin/sh\n{script}\n")
        assert part in cli("doctor").out

    def test_no_tor(self, cli, tor: Path, monkeypatch) -> None:
        tor.unlink()
        assert "cannot be run" in cli("doctor").out
        monkeypatch.delenv("ONIONCHAT_TOR")
        monkeypatch.setenv("PATH", "/nonexistent")
        assert "No tor program" in cli("doctor").out

    @pytest.mark.parametrize("now", [0.0, 1.8e9 - 400 * 86400.0, 5e9])
    def test_a_wrong_clock(self, cli, monkeypatch, place, now: float) -> None:
        os.utime(place.profile / "keyslot", (1.8e9, 1.8e9))
        monkeypatch.setattr("time.time", lambda: now)
        assert "WRONG  clock" in cli("doctor").out

    def test_what_the_node_finds(self, cli, place) -> None:
        place.node.disk_full = True
        assert cli("doctor").status == 1


class TestFrame:
    def test_input_that_does_not_fit_is_told_without_the_terms_of_the_api(self, cli) -> None:
        assert sentence(cli("send", "", "x")) == "CONTACT is empty."
        assert sentence(cli("revoke", "x" * 200)) == "That input is not valid: ID."

    def test_closed_streams(self, cli, monkeypatch) -> None:
        with monkeypatch.context() as closed:
            closed.setattr("sys.stdout", None)
            said = cli("invite")
        assert sentence(said) == "Standard output is closed; nothing was done."
        assert cli("invites", "--json").json == []

    def test_no_command_and_no_terminal(self, cli) -> None:
        assert cli().err.splitlines()[-1] == (
            "onionchat: Without a terminal there is no prompt: say a command; --help lists them."
        )

    def test_a_name_that_is_given_shows_something(self, cli) -> None:
        assert sentence(cli("init", "--name", " ")).startswith("A name needs at least one visible")

    def test_help_and_version(self, cli) -> None:
        assert "Exit status" in cli("--help").out
        assert cli("send", "--help").status == 0
        assert cli("--version").out.startswith("onionchat ")

    @pytest.mark.parametrize(
        "arguments", [(), ("nonsense",), ("send",), ("--nonsense",), ("init", "extra")]
    )
    def test_usage(self, cli, arguments: tuple[str, ...]) -> None:
        said = cli(*arguments)
        assert said.status == 2
        assert said.out == ""
        assert said.err.startswith("usage: onionchat")

    @pytest.mark.parametrize("where", ["before", "after", "environment"])
    def test_the_profile_may_be_named_anywhere(
        self, cli, place, tmp_path, monkeypatch, where: str
    ) -> None:
        from onionchat.control.client import Client

        asked = []

        def connect(profile: Path):
            asked.append(profile)
            return place.connect()

        monkeypatch.setattr(Client, "connect", connect)
        other = str(tmp_path / "other")
        if where == "environment":
            monkeypatch.setenv("ONIONCHAT_PROFILE", other)
            cli("status")
        elif where == "before":
            cli("--profile", other, "status")
        else:
            cli("status", "--profile", other)
        assert asked == [Path(other)]

    def test_a_defect_has_a_sentence_too(self, cli, monkeypatch) -> None:
        def broken(session) -> None:
            raise ValueError("secret")

        monkeypatch.setattr("onionchat.cli.status.status", broken)
        said = cli("status")
        assert "This is a defect of onionchat: ValueError at test_commands.py:" in sentence(said)
        assert "secret" not in said.err

    def test_other_peoples_sentences_are_safe(self, cli, monkeypatch) -> None:
        def broken(session) -> None:
            raise errors.Refused("No \x1b[2J\nonionchat: All is well.")

        monkeypatch.setattr("onionchat.cli.status.status", broken)
        assert sentence(cli("status")) == "No ␛[2J␤onionchat: All is well."

    def test_json_documents_are_one_line(self, cli, place) -> None:
        place.befriend()
        for command in ("status", "contacts", "requests", "invites", "settings"):
            said = cli(command, "--json")
            assert said.out.count("\n") == 1
            json.loads(said.out)


class TestTextsThatBeginWithADash:
    """`send Bob -dash` said that TEXT was missing."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ("send", "Bob", "-dash"),
            ("send", "Bob", "-dash", "--json"),
            ("send", "--wait", "0.5", "Bob", "-dash"),
            ("send", "Bob", "--", "-dash"),
        ],
    )
    def test_one_dash(self, cli, place, arguments) -> None:
        place.befriend()
        cli(*arguments)
        assert [m["text"] for m in cli("history", "Bob", "--json").json] == ["-dash"]

    def test_two_dashes_need_two_before_them(self, cli, place) -> None:
        """A mistyped option must not become a message."""
        place.befriend()
        said = cli("send", "Bob", "--wiat")
        assert said.status == 2
        assert "send CONTACT -- TEXT" in said.err
        assert cli("history", "Bob", "--json").json == []
        cli("send", "Bob", "--", "--wiat")
        assert [m["text"] for m in cli("history", "Bob", "--json").json] == ["--wiat"]
        assert "send CONTACT -- TEXT" in cli("send", "--help").out


def test_one_is_not_many() -> None:
    """It said "1 messages" here and there."""
    assert counted(1, "message") == "1 message"
    assert counted(0, "message") == "0 messages"
    assert counted(2, "contact request") == "2 contact requests"


@pytest.mark.parametrize(("date", "shown"), [(True, "????-??-?? ??:??"), (False, "??:??")])
def test_a_time_that_no_clock_here_can_show_is_no_defect(date: bool, shown: str) -> None:
    """The prompt would end at each message of such a contact, where time has 32 bits."""
    assert local_time(1e18, date=date) == shown
