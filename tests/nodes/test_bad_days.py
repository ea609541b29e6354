"""Full disks, wrong passphrases, damaged files, other versions: each has its name and sentence."""

import base64
import shutil

import pytest

from onionchat.errors import (
    DiskFull,
    InvalidInput,
    LinkVersionUnknown,
    NameTaken,
    NoProfile,
    ProfileDamaged,
    ProfileExists,
    ProfileInUse,
    ProfileTooNew,
    Stopping,
    StorageFailed,
    TextTooLong,
    UnknownContact,
    UnknownSetting,
    UnsafePermissions,
    WrongPassphrase,
)
from onionchat.node import quota
from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.store import intake, reserves
from onionchat.testing.nodes import PASSPHRASE, Person, VirtualDb, World
from onionchat.views import Warned

# --- a full disk ----------------------------------------------------------------------------------


def fill(person: Person) -> None:
    """Leave no room for another page."""
    connection = person.db.database.connection
    connection.pragma("max_page_count", connection.pragma("page_count"))


def make_room(person: Person) -> None:
    person.db.database.connection.pragma("max_page_count", 2**31 - 2)


def test_sending_on_a_full_disk_fails_by_name_and_works_again_later(world, friends):
    alice, bob = friends
    fill(alice)
    sent = []
    with pytest.raises(DiskFull) as caught:
        for number in range(200):
            alice.send("Bob", f"{number} " + "x" * 1000)
            sent.append(number)
    assert "full" in str(caught.value)
    world.pass_time(60)
    make_room(alice)
    alice.send("Bob", "room again")
    world.until(lambda: "room again" in bob.texts("Alice"), 700)
    assert [int(text.split()[0]) for text in bob.texts("Alice")[:-1]] == sent


def test_a_receiver_with_a_full_disk_acknowledges_nothing_and_catches_up(world, friends):
    alice, bob = friends
    world.pass_time(5)
    fill(bob)
    for number in range(60):
        alice.send("Bob", f"{number} " + "x" * 1000)
    world.pass_time(30)
    held = len(bob.texts("Alice"))
    assert held < 60
    said = [m for m in alice.history("Bob") if m.state == "delivered"]
    assert len(said) <= held
    assert [e for e in bob.told(Warned) if "full" in e.sentence]
    assert any("full" in sentence for sentence in bob.do(bob.api.status()).warnings)
    make_room(bob)
    world.until(lambda: len(bob.texts("Alice")) == 60, 700)
    world.until(lambda: all(m.state == "delivered" for m in alice.history("Bob")), 60)
    assert [int(t.split()[0]) for t in bob.texts("Alice")] == list(range(60))
    assert not any("full" in sentence for sentence in bob.do(bob.api.status()).warnings)


def test_a_disk_without_room_stands_in_the_status_though_nobody_sends_anything(
    friends, monkeypatch
):
    """A home node is looked at, and not only when a contact was refused."""
    alice, _bob = friends
    full = [DiskFull.sentence]
    assert not set(full) & set(alice.do(alice.api.status()).warnings)
    monkeypatch.setattr(intake, "room", lambda _tx: (quota.KEPT_FREE - 1, 10**12))
    assert list(alice.do(alice.api.status()).warnings) == full
    monkeypatch.undo()
    assert not set(full) & set(alice.do(alice.api.status()).warnings)


def test_a_full_disk_warns_once_and_not_once_a_message(world, friends):
    alice, bob = friends
    world.pass_time(5)
    fill(bob)
    for number in range(60):
        alice.send("Bob", f"{number} " + "x" * 1000)
        world.pass_time(1)
    assert len([e for e in bob.told(Warned) if "full" in e.sentence]) <= 2


def test_a_store_that_fails_while_a_link_comes_up_ends_the_node(world, friends, monkeypatch):
    """Found by the simulator: it was logged as a bug, and the node went on without a store."""
    ended = [person.begin(person.api.until_ended()) for person in friends]

    def fails(*_args):
        raise StorageFailed

    monkeypatch.setattr(reserves, "linked", fails)
    world.cut(*friends)
    for one in ended:
        with pytest.raises(StorageFailed):
            world.time.result(one)


def test_a_full_disk_while_a_link_comes_up_is_told_and_not_logged_as_a_bug(world, friends):
    alice, bob = friends
    world.pass_time(70)
    fill(alice)
    for number in range(40):
        bob.send("Alice", f"{number} " + "x" * 1000)
    for _ in range(5):
        world.cut(alice, bob)
        world.pass_time(10)
    assert [e for e in alice.told(Warned) if "full" in e.sentence]
    assert alice.node is not None


# --- the profile ----------------------------------------------------------------------------------


@pytest.fixture
def stopped(alice: Person) -> Person:
    alice.stop()
    return alice


def refused(person: Person, error: type[Exception], passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(error) as caught:
        person.start(passphrase)
    return str(caught.value)


def test_a_wrong_passphrase(stopped):
    assert refused(stopped, WrongPassphrase, "wrong") == "The passphrase is wrong."
    stopped.start()


def test_no_profile(world, folder):
    nobody = Person(world, "Nobody", folder / "nobody")
    assert "onionchat init" in refused(nobody, NoProfile)


def test_a_profile_that_is_there_already(alice):
    with pytest.raises(ProfileExists):
        alice.create()


def test_a_profile_in_use(world, alice):
    second = Person(world, "Alice", alice.profile)
    assert "in use" in refused(second, ProfileInUse)
    assert alice.do(alice.api.status()).name == "Alice"


def test_a_truncated_database(stopped):
    path = stopped.profile / "onionchat.db"
    path.write_bytes(path.read_bytes()[:5000])
    assert "damaged" in refused(stopped, ProfileDamaged)


def test_a_database_of_another_profile(world, stopped, bob):
    bob.stop()
    shutil.copy(bob.profile / "onionchat.db", stopped.profile / "onionchat.db")
    assert "another profile" in refused(stopped, ProfileDamaged)


def test_a_database_of_a_newer_version(stopped):
    def newer(db: VirtualDb) -> None:
        opening = db._open

        def open_newer():
            database = opening()
            database.connection.pragma("user_version", 10_000)
            database.close()
            return opening()

        db._open = open_newer

    with pytest.raises(ProfileTooNew) as caught:
        stopped.start(prepare=newer)
    assert "newer version" in str(caught.value)


def test_files_that_others_can_read(stopped):
    (stopped.profile / "onionchat.db").chmod(0o644)
    assert "chmod" in refused(stopped, UnsafePermissions)


def test_another_passphrase_opens_from_then_on(alice):
    with pytest.raises(WrongPassphrase):
        alice.do(alice.api.change_passphrase("wrong", "new one"))
    with pytest.raises(InvalidInput):
        alice.do(alice.api.change_passphrase(PASSPHRASE, ""))
    alice.do(alice.api.change_passphrase(PASSPHRASE, "new one"))
    alice.stop()
    refused(alice, WrongPassphrase)
    alice.start("new one")


def test_a_node_that_stops_refuses_what_comes_late(world, friends):
    alice, _bob = friends
    api = alice.api
    alice.stop()
    with pytest.raises(Stopping):
        alice.do(api.send("Bob", "too late"))


def test_stopping_twice_is_stopping_once(world, friends):
    alice, bob = friends
    api = alice.api
    first, second = alice.begin(api.stop()), alice.begin(api.stop())
    world.time.result(first)
    world.time.result(second)
    alice.do(api.until_ended())
    alice.node = None
    world.until(lambda: not bob.links(), 5)


# --- what people type -----------------------------------------------------------------------------


def test_links_of_a_newer_version(bob, alice):
    text = alice.invite().removeprefix("onionchat:")
    content = bytearray(base64.b32decode(text + "=" * (-len(text) % 8))[:-4])
    content[0] = 9
    data = bytes(content) + digest(Label.LINK_CHECKSUM, bytes(content))[:4]
    link = "onionchat:" + base64.b32encode(data).decode().rstrip("=")
    with pytest.raises(LinkVersionUnknown) as caught:
        bob.add(link)
    assert "newer version" in str(caught.value)


def test_a_greeting_that_is_too_long(alice, bob):
    with pytest.raises(TextTooLong):
        bob.add(alice.invite(), greeting="x" * 100_000)
    assert bob.contacts() == []


@pytest.mark.parametrize("name", ["", " ", "a\u202eb", "a\nb", "x" * 65, "\u200b"])
def test_names_that_are_none(friends, name):
    alice, _bob = friends
    with pytest.raises(InvalidInput):
        alice.do(alice.api.rename("Bob", name))
    assert alice.states() == {"Bob": "active"}


def test_renaming(friends, carol, world):
    alice, bob = friends
    world.befriend(alice, carol)
    assert alice.do(alice.api.rename("Bob", "Robert")).name == "Robert"
    with pytest.raises(NameTaken):
        alice.do(alice.api.rename("Carol", "Robert"))
    alice.restart()
    assert set(alice.states()) == {"Robert", "Carol"}
    assert bob.states() == {"Alice": "active"}


def test_contacts_can_be_named_by_the_beginning_of_their_id(friends):
    alice, _bob = friends
    number = alice.contact("Bob").id
    assert alice.do(alice.api.rename(number[:8], "Bobby")).id == number
    with pytest.raises(UnknownContact):
        alice.do(alice.api.rename(number[:4], "Bobbie"))


@pytest.mark.parametrize(
    ("name", "value"), [("nonsense", "1"), ("read-receipts", "maybe"), ("visibility", "away")]
)
def test_settings_that_do_not_exist(alice, name, value):
    with pytest.raises((UnknownSetting, InvalidInput)):
        alice.do(alice.api.set_setting(name, value))


@pytest.mark.parametrize("lifetime", [0, -1, float("nan"), float("inf"), 1e30])
def test_lifetimes_that_are_none(alice, lifetime):
    with pytest.raises(InvalidInput):
        alice.invite(lifetime=lifetime)


def test_limits_of_pages_are_kept(friends):
    alice, _bob = friends
    for _ in range(3):
        alice.send("Bob", "x")
    assert len(alice.history("Bob", limit=2)) == 2
    assert len(alice.history("Bob", limit=0)) == 0


# --- clocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-4000, -1, 1, 4000])
def test_a_clock_that_is_wrong_by_days_harms_no_message(world: World, days):
    alice = world.person("Alice")
    bob = world.person("Bob", start=False)
    bob.wall.offset = days * 24 * 3600 * 1000
    bob.start()
    try:
        bob.add(alice.invite(), "Alice")
    except Exception as error:  # noqa: BLE001 - the sentence is what is tested
        assert days == 4000
        assert "expired" in str(error)
        bob.add(alice.invite(standing=True), "Alice")
        world.until(lambda: alice.do(alice.api.requests()))
        alice.do(alice.api.accept("r1", name="Bob"))
    world.until(lambda: world.linked(alice, bob), 200)
    for number in range(5):
        alice.send("Bob", f"a{number}")
        bob.send("Alice", f"b{number}")
        world.pass_time(3)
    bob.wall.offset = 0
    bob.restart()
    bob.send("Alice", "right again")
    world.pass_time(20)
    assert alice.texts("Bob") == bob.texts("Alice")
    assert alice.texts("Bob")[-1] == "right again"
    assert len(alice.texts("Bob")) == 11
