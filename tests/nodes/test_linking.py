"""A new device is taken in by its code, and by nothing else (docs/devices.md, "Linking")."""

import pytest

from onionchat.errors import (
    DeviceLinkRefused,
    DeviceLinkSpoiled,
    InvalidInput,
    InviteLinkRefused,
    LinkExpired,
    NameTaken,
    NoDeviceWaits,
    ProfileNotFresh,
    TimedOut,
    UnknownDevice,
    WrongDeviceCode,
)
from onionchat.views import LinkingChanged


def join(phone, link, name="Phone", history="all"):
    phone.do(phone.api.join_device(link, name=name, history=history))


def stages(person, side):
    return [event.stage for event in person.told(LinkingChanged) if event.side == side]


def code_of(world, person, after=0):
    """The code that a new device shows next."""

    def codes():
        return [event.code for event in person.told(LinkingChanged) if event.code][after:]

    world.until(codes)
    return codes()[-1]


def make_link(person):
    return person.do(person.api.link_device()).link


def confirm(world, alice, phone):
    return alice.do(alice.api.confirm_device(code_of(world, phone)))


@pytest.fixture
def phone(world):
    return world.person("Phone")


@pytest.fixture
def link(alice):
    return make_link(alice)


def names(person):
    return {view.name: (view.this, view.state) for view in person.do(person.api.devices())}


def test_two_devices_become_one_account(world, alice, phone, link):
    join(phone, link)
    linked = confirm(world, alice, phone)
    assert linked.name == "Phone"
    world.until(lambda: stages(phone, "new")[-1] == "linked")
    assert stages(phone, "new") == ["calling", "code", "confirmed", "linked"]
    assert stages(alice, "old") == ["waiting", "linked"]
    # Both show the same words.
    assert phone.told(LinkingChanged)[-1].words == linked.words
    assert len(linked.words) == 6
    mine, its = (person.do(person.api.status()) for person in (alice, phone))
    assert mine.account == its.account and mine.device != its.device
    assert its.name == "Alice"


def test_both_know_and_name_their_devices(world, alice, phone, link):
    join(phone, link)
    confirm(world, alice, phone)
    world.until(lambda: names(phone) == {"Device 1": (False, "active"), "Phone": (True, "active")})
    world.until(
        lambda: all(view.connected for view in phone.do(phone.api.devices()) if not view.this)
    )
    phone.do(phone.api.rename_device("device 1", "Laptop"))
    world.until(lambda: names(alice) == {"Laptop": (True, "active"), "Phone": (False, "active")})
    with pytest.raises(UnknownDevice):
        alice.do(alice.api.rename_device("Tablet", "x"))
    with pytest.raises(NameTaken):
        alice.do(alice.api.rename_device("Phone", "laptop"))


def test_they_stay_linked_over_restarts(world, alice, phone, link):
    join(phone, link)
    confirm(world, alice, phone)
    world.until(lambda: stages(phone, "new")[-1] == "linked")
    alice.restart()
    phone.restart()
    world.until(
        lambda: all(view.connected for view in phone.do(phone.api.devices()) if not view.this), 600
    )
    world.until(lambda: names(alice).keys() == names(phone).keys() == {"Device 1", "Phone"})


def test_a_link_takes_one_device_in(world, alice, phone, link):
    join(phone, link)
    confirm(world, alice, phone)
    tablet = world.person("Tablet")
    join(tablet, link)
    world.until(lambda: stages(tablet, "new")[-1] == "failed", 1000)
    assert len(names(alice)) == 2
    with pytest.raises(NoDeviceWaits):
        alice.do(alice.api.confirm_device("12345678"))


def test_a_third_device_comes_in_at_the_second(world, alice, phone, link):
    join(phone, link)
    confirm(world, alice, phone)
    world.until(lambda: stages(phone, "new")[-1] == "linked")
    tablet = world.person("Tablet")
    join(tablet, make_link(phone), "Tablet")
    confirm(world, phone, tablet)
    for person in (alice, phone, tablet):
        world.until(lambda person=person: len(names(person)) == 3)


def test_wrong_codes_void_the_link(world, alice, phone, link):
    join(phone, link)
    code = code_of(world, phone).replace(" ", "")
    wrong = str((int(code) + 1) % 10**8).zfill(8)
    for _ in range(2):
        with pytest.raises(WrongDeviceCode):
            alice.do(alice.api.confirm_device(wrong))
    with pytest.raises(InvalidInput):
        alice.do(alice.api.confirm_device("four"))
    with pytest.raises(DeviceLinkSpoiled):
        alice.do(alice.api.confirm_device(wrong))
    world.until(lambda: stages(phone, "new")[-1] == "failed")
    with pytest.raises(NoDeviceWaits):
        alice.do(alice.api.confirm_device(code))
    assert list(names(alice)) == ["Device 1"]


def test_who_has_the_link_and_no_code_stays_outside(world, alice, phone, link):
    thief = world.person("Thief")
    join(thief, link)
    code_of(world, thief)
    join(phone, link)
    assert confirm(world, alice, phone).name == "Phone"
    world.until(lambda: stages(thief, "new")[-1] == "failed")
    assert set(names(alice)) == {"Device 1", "Phone"}
    assert alice.do(alice.api.status()).account != thief.do(thief.api.status()).account


def test_what_broke_goes_on(world, alice, phone, link):
    join(phone, link)
    first = code_of(world, phone)
    world.cut(alice, phone)
    second = code_of(world, phone, after=1)
    assert second != first
    assert alice.do(alice.api.confirm_device(second)).name == "Phone"


def test_a_restart_of_the_new_device_goes_on(world, alice, phone, link):
    join(phone, link)
    first = code_of(world, phone)
    phone.kill()
    phone.start()
    second = code_of(world, phone, after=1)
    assert second != first
    assert alice.do(alice.api.confirm_device(second)).name == "Phone"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(1, 5))
def test_a_kill_of_the_new_device_anywhere_leaves_it_out_or_in(
    world, alice, phone, link, step, when
):
    """Around each commit after the code was right: both agree in the end."""
    join(phone, link)
    code = code_of(world, phone)
    last = phone.db.commits + step

    def die(number):
        if number == last:
            phone.kill()

    setattr(phone.db, when, die)
    alice.begin(alice.api.confirm_device(code)).addErrback(lambda failure: failure.trap(TimedOut))
    world.until(lambda: phone.node is None)
    phone.start()
    world.pass_time(30)
    if stages(phone, "new")[-1] == "code":
        # Not in yet, as the old device knows: it asks again and shows another code.
        alice.do(alice.api.confirm_device(phone.told(LinkingChanged)[-1].code))
    account = alice.do(alice.api.status()).account
    world.until(lambda: phone.do(phone.api.status()).account == account)
    world.until(lambda: len(names(phone)) == len(names(alice)) == 2)


def test_a_link_expires(world, alice, phone, link):
    world.pass_time(16 * 60)
    with pytest.raises(LinkExpired):
        join(phone, link)
    with pytest.raises(NoDeviceWaits):
        alice.do(alice.api.confirm_device("12345678"))


def test_a_call_to_nobody_ends_with_the_link(world, alice, phone, link):
    alice.stop()
    join(phone, link)
    world.until(lambda: stages(phone, "new")[-1] == "failed", 1000)
    assert phone.told(LinkingChanged)[-1].sentence == str(LinkExpired())


def test_a_link_can_be_taken_back(world, alice, phone, link):
    join(phone, link)
    code = code_of(world, phone)
    alice.do(alice.api.cancel_device_link())
    world.until(lambda: stages(phone, "new")[-1] == "failed")
    with pytest.raises(NoDeviceWaits):
        alice.do(alice.api.confirm_device(code))


def test_only_a_fresh_profile_joins(world, friends, link):
    _, bob = friends
    with pytest.raises(ProfileNotFresh):
        join(bob, link)


def test_neither_link_works_in_the_others_place(alice, bob, link):
    with pytest.raises(DeviceLinkRefused):
        bob.add(link)
    with pytest.raises(InviteLinkRefused):
        join(bob, alice.invite())


@pytest.mark.parametrize("history", ["", "some", "2999-01-01", "1969-12-31"])
def test_what_is_no_history(alice, phone, link, history):
    with pytest.raises(InvalidInput):
        join(phone, link, history=history)


@pytest.mark.parametrize("name", ["", "\u202ex", "x" * 65])
def test_what_is_no_name(alice, phone, link, name):
    with pytest.raises(InvalidInput):
        join(phone, link, name)


def test_a_hidden_node_links_devices_all_the_same(world, alice, phone):
    alice.do(alice.api.set_visibility("hidden", contact=None))
    join(phone, make_link(alice))
    assert confirm(world, alice, phone).name == "Phone"
