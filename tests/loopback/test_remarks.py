"""reply, edit, react, disappear and delete with real processes and a real socket."""

import json
import os

from .conftest import connected, until


def test_what_is_said_of_messages_and_how_they_go(person) -> None:
    person.start()
    person.befriend()
    watching = person.begin("watch", "--json")
    assert watching.stdout is not None
    os.set_blocking(watching.stdout.fileno(), True)
    until(lambda: connected(watching))
    first = person.ok("send", "Friend", "helo", "--wait", "10").strip()
    until(lambda: len(person.json("history", "Friend")) == 2)

    assert person.json("edit", "Friend", first, "hello")["text"] == "hello"
    reply = person.json("reply", "Friend", first, "- and more")
    assert (reply["text"], reply["reply"]["text"]) == ("- and more", "hello")
    reacted = person.json("react", "Friend", first, "\N{THUMBS UP SIGN}")
    assert [one["emoji"] for one in reacted["reactions"]] == ["\N{THUMBS UP SIGN}"]
    assert person.json("react", "Friend", first, "--remove")["reactions"] == []
    assert person.run("react", "Friend", first).returncode == 1

    (edited,) = [m for m in person.json("history", "Friend", "--edits") if m["id"] == first]
    assert [version["text"] for version in edited["versions"]] == ["helo", "hello"]
    shown = person.ok("history", "Friend", "--edits", "--ids")
    assert f"{first[:12]} " in shown
    assert "before: helo" in shown
    assert "<edited>" in shown
    assert "[> " in shown

    assert person.json("disappear", "Friend", "3600")["disappear"] == 3600
    assert "3600 seconds" in person.ok("disappear", "Friend")
    assert "stays" in person.ok("disappear", "Friend", "0")
    assert person.run("disappear", "Friend", "-1").returncode == 2

    assert person.json("delete", "Friend", first, "--for-everyone") == {"messages": 1, "asked": 1}
    assert person.ok("delete", "Friend", reply["id"]) == "1 message deleted here.\n"
    assert person.run("delete", "Friend").returncode == 1
    assert person.run("delete", "Friend", "--before", "yesterday", "--yes").returncode == 1
    assert person.run("delete", "Friend", "--all").returncode == 1, "nobody was asked"
    assert person.json("history", "Friend")
    person.ok("delete", "Friend", "--before", "2020-01-01", "--yes")
    assert person.json("history", "Friend")
    person.ok("delete", "Friend", "--all", "--yes")
    assert person.json("history", "Friend") == []

    seen = set()
    while not {"changed", "deleted"} <= seen:
        seen.add(json.loads(watching.stdout.readline())["type"])
    person.ok("stop")
