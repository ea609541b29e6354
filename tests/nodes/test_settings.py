"""Settings of a running node: what a change leads to."""

import pytest

from onionchat.errors import InvalidInput, PluginMissing, UnknownSetting

BRIDGE = "192.0.2.1:443 " + "A" * 40


@pytest.fixture
def asked(alice):
    """The bridges with which another tor was asked for, each time."""
    found = []

    async def reconfigure():
        found.append(await alice.api._db.run(lambda tx: _bridges(tx)))

    alice.api._reconfigure = reconfigure
    return found


def _bridges(tx):
    from onionchat.node import preferences

    return preferences.get(tx, preferences.BRIDGES)


def test_a_change_for_tor_takes_effect_at_once_and_once(alice, asked):
    alice.do(alice.api.set_setting("bridges", BRIDGE))
    alice.do(alice.api.set_setting("bridges", BRIDGE))
    alice.do(alice.api.set_setting("read-receipts", "on"))
    assert asked == [BRIDGE]
    alice.do(alice.api.set_setting("bridges", ""))
    alice.do(alice.api.set_setting("tor-control", "127.0.0.1:9051"))
    assert asked == [BRIDGE, "", ""]


def test_a_value_that_cannot_be_changes_nothing(alice, asked):
    for name, value in (
        ("bridges", "nonsense"),
        ("tor-control", "example.org:1"),
        ("last-conversation", "Bob"),
        ("no", "x"),
    ):
        with pytest.raises((InvalidInput, UnknownSetting)):
            alice.do(alice.api.set_setting(name, value))
    assert asked == []


def test_bridges_are_checked_before_they_are_set(alice, asked):
    found = alice.do(alice.api.check_bridges(f"{BRIDGE}\nnonsense"))
    assert [(one.line, one.ok, one.error) for one in found] == [
        (1, True, None),
        (2, False, "InvalidInput"),
    ]
    assert asked == []
    assert _value(alice, "bridges") == ""


def _value(person, name):
    (view,) = [v for v in person.do(person.api.settings()) if v.name == name]
    return view.value


def test_where_there_is_no_tor_the_page_says_what_is_known(world, alice):
    world.pass_time(60)
    view = alice.do(alice.api.tor_details())
    assert (view.phase, view.circuits, view.connections, view.bridges) == ("online", None, None, ())
    assert view.online is alice.do(alice.api.status()).online
    assert [one.purpose for one in view.services] == ["contacts"]


def test_a_tor_that_does_not_come_up_is_told_and_the_setting_kept(alice):
    async def reconfigure():
        raise PluginMissing("The program lyrebird was not found.")

    alice.api._reconfigure = reconfigure
    with pytest.raises(PluginMissing, match="was stored, but: The program lyrebird"):
        alice.do(alice.api.set_setting("bridges", BRIDGE))
    (view,) = [v for v in alice.do(alice.api.settings()) if v.name == "bridges"]
    assert view.value == BRIDGE and "at once" in view.sentence
