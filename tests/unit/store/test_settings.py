"""Settings, counters, guards."""

from onionchat.store import settings
from onionchat.store.settings import Guard


def test_a_setting_is_bytes_under_a_name(tx):
    assert settings.get(tx, "a") is None
    settings.put(tx, "a", b"1")
    settings.put(tx, "a", b"2")
    settings.put(tx, "b", b"")
    assert settings.get(tx, "a") == b"2"
    assert settings.everything(tx) == {"a": b"2", "b": b""}
    settings.put(tx, "a", None)
    assert settings.everything(tx) == {"b": b""}


def test_keys_can_be_asked_for_by_their_beginning(tx):
    for key in ("a/10", "a/2", "a", "b/1", "a0"):
        settings.put(tx, key, b"1")
    assert settings.beginning(tx, "a/") == ["a/10", "a/2"]
    assert settings.beginning(tx, "c/") == []


def test_counters_begin_at_nought(tx):
    assert settings.counter(tx, "violations") == 0
    assert settings.count(tx, "violations") == 1
    assert settings.count(tx, "violations", 5) == 6
    assert settings.counter(tx, "violations") == 6


def test_guards_last_until_they_expire(tx):
    first = Guard(b"1" * 20, 5, 100)
    second = Guard(b"2" * 20, 4, 50)
    settings.put_guards(tx, [first, second])
    assert settings.guards(tx, 49) == [second, first]
    assert settings.guards(tx, 50) == [first]
    settings.put_guards(tx, [])
    assert settings.guards(tx, 0) == []
