"""What the times of contacts' new entries tell of the clocks."""

import pytest

from onionchat.node.skew import QUIET_SECONDS, PeerClocks
from onionchat.store.transaction import ContactNo
from onionchat.types import Millis

BOB, CAROL, DAVE = ContactNo(1), ContactNo(2), ContactNo(3)
NAMES = {BOB: "Bob", CAROL: "Carol", DAVE: "Dave"}
HOUR = 3_600_000
START = 1_790_000_000_000


class Desk:
    """A node with links since second 0; its clock and the contacts' clocks can be wrong."""

    def __init__(self, *contacts: ContactNo) -> None:
        self.clocks = PeerClocks()
        self.now = 0.0
        self.own_offset = 0
        for contact in contacts or (BOB,):
            self.clocks.linked(contact, self.now)

    @property
    def wall(self) -> Millis:
        return Millis(START + int(self.now * 1000) + self.own_offset)

    def write(self, contact: ContactNo, offset: int = 0, *, after: float = 60.0) -> None:
        """A contact whose clock is `offset` ms ahead of the true time writes."""
        self.now += after
        time = Millis(START + int(self.now * 1000) + offset)
        self.clocks.entry(contact, time, self.wall, self.now)

    def old(self, contact: ContactNo, age: int) -> None:
        """What was written `age` ms ago comes, right after the last."""
        self.now += 0.1
        self.clocks.entry(contact, Millis(START + int(self.now * 1000) - age), self.wall, self.now)

    @property
    def says(self) -> str | None:
        return self.clocks.sentence(self.wall, self.now, NAMES.__getitem__)


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (5 * HOUR, "yours is about 5 hours behind"),
        (-5 * HOUR, "yours is about 5 hours ahead"),
        (-72 * HOUR, "yours is about 3 days ahead"),
        (HOUR, "yours is about 1 hour behind"),
    ],
)
def test_two_new_entries_that_agree_tell_of_a_wrong_clock(offset, words):
    desk = Desk()
    desk.write(BOB, offset)
    assert desk.says is None
    desk.write(BOB, offset)
    assert "Your clock or that of Bob is wrong" in desk.says
    assert words in desk.says


@pytest.mark.parametrize("offset", [0, HOUR // 2, -HOUR // 2])
def test_clocks_that_agree_are_not_mentioned(offset):
    desk = Desk()
    for _ in range(5):
        desk.write(BOB, offset)
    assert desk.says is None


def test_what_was_written_without_a_link_says_nothing():
    """Hours late, but in a row from when the link came up."""
    desk = Desk()
    for _ in range(500):
        desk.old(BOB, 5 * HOUR)
    assert desk.says is None
    desk.write(BOB)
    desk.clocks.linked(BOB, desk.now)
    for _ in range(500):
        desk.old(BOB, 5 * HOUR)
    assert desk.says is None


def test_one_late_entry_is_no_clock():
    desk = Desk()
    desk.write(BOB, -5 * HOUR)
    desk.write(BOB)
    desk.write(BOB, -9 * HOUR)
    desk.write(BOB, -5 * HOUR)
    assert desk.says is None


def test_the_one_that_differs_from_the_others_is_wrong():
    desk = Desk(BOB, CAROL)
    for _ in range(2):
        desk.write(BOB, 5 * HOUR)
        desk.write(CAROL)
    assert desk.says == "The clock of Bob seems to be wrong: it is about 5 hours ahead."


def test_when_all_contacts_agree_it_is_ones_own():
    desk = Desk(BOB, CAROL, DAVE)
    desk.own_offset = -5 * HOUR
    for _ in range(2):
        for contact in (BOB, CAROL, DAVE):
            desk.write(contact)
    assert "This computer's clock seems to be wrong: it is about 5 hours behind" in desk.says
    assert "3 contacts" in desk.says


def test_a_clock_that_was_set_right_is_not_mentioned_any_more():
    desk = Desk()
    desk.own_offset = 72 * HOUR
    for _ in range(2):
        desk.write(BOB)
    assert desk.says is not None
    desk.own_offset = 0
    assert desk.says is None
    for _ in range(2):
        desk.write(BOB)
    assert desk.says is None


def test_a_contact_whose_clock_was_set_right_is_not_mentioned_any_more():
    desk = Desk()
    for _ in range(2):
        desk.write(BOB, 5 * HOUR)
    desk.write(BOB)
    assert desk.says is None


def test_who_is_forgotten_or_without_link_says_nothing():
    desk = Desk()
    for _ in range(2):
        desk.write(BOB, 5 * HOUR, after=QUIET_SECONDS)
    assert desk.says is not None
    desk.clocks.forget(BOB)
    assert desk.says is None
    desk.write(BOB, 5 * HOUR)
    assert desk.says is None
