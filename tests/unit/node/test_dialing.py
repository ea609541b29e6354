"""Whom to dial when: back-off, urgency, width, yielding."""

from __future__ import annotations

import pytest

from onionchat.node import dialing
from onionchat.node.dialing import DialSchedule


class MiddleRng:
    """Jitter without chance: always the middle."""

    def random_bytes(self, size: int) -> bytes:
        return bytes(size)

    def uniform(self, low: float, high: float) -> float:
        return (low + high) / 2


@pytest.fixture
def schedule() -> DialSchedule[str]:
    return DialSchedule(MiddleRng())


def test_a_wanted_peer_is_due_at_once_and_only_once_at_a_time(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=10.0)
    assert schedule.next_at() == 10.0
    assert schedule.due(10.0) == ["bob"]
    assert schedule.due(11.0) == []
    assert schedule.next_at() is None


def test_failures_double_the_wait_up_to_the_longest(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=0.0)
    now, waits = 0.0, []
    for _ in range(12):
        assert schedule.due(now) == ["bob"]
        schedule.failed("bob", now)
        at = schedule.next_at()
        assert at is not None
        waits.append(at - now)
        now = at
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == dialing.LAST_RETRY


def test_who_moved_is_dialled_soon_whatever_failed_at_the_old_address(
    schedule: DialSchedule[str],
) -> None:
    schedule.want("bob", now=0.0)
    for _ in range(8):
        (now,) = [schedule.next_at()]
        assert now is not None
        schedule.due(now)
        schedule.failed("bob", now)
    schedule.moved("bob", now + 1.0)
    assert schedule.next_at() == now + dialing.URGENT_SPACING
    schedule.moved("carol", now)


def test_who_moved_after_it_hung_up_or_broke_the_protocol_waits_as_before(
    schedule: DialSchedule[str],
) -> None:
    schedule.satisfied("bob", 0.0)
    schedule.want("bob", now=5.0, wait=300.0)
    schedule.satisfied("carol", 0.0)
    schedule.want("carol", now=1.0)
    for peer in ("bob", "carol"):
        schedule.moved(peer, 6.0)
    assert schedule.due(2.0 - 0.1) == []
    assert schedule.due(6.0) == ["carol"]
    assert schedule.next_at() == 305.0


def test_failures_after_links_that_came_to_nothing_go_on_from_their_wait(
    schedule: DialSchedule[str],
) -> None:
    """Whoever lets us in, hangs up and then shuts us out would have us begin with 2 s each time."""
    now = 0.0
    for _ in range(6):
        schedule.want("bob", now=now)
        now = schedule.next_at() or now
        schedule.due(now)
        schedule.satisfied("bob", now)
    schedule.want("bob", now=now)
    now = schedule.next_at() or now
    schedule.due(now)
    schedule.failed("bob", now)
    assert schedule.next_at() == now + dialing.PROVEN_SECONDS


def test_links_made_by_dialling_are_so_many_at_once_and_then_one_every_ten_minutes(
    schedule: DialSchedule[str],
) -> None:
    """However long each of them lived."""
    now, made = 0.0, []
    while now < 10 * 3600:
        schedule.want("bob", now=now)
        now = schedule.next_at() or now
        schedule.due(now)
        schedule.satisfied("bob", now)
        made.append(now)
        now += dialing.PROVEN_SECONDS + 1.0
    late = [b - a for a, b in zip(made[40:], made[41:], strict=False)]
    assert made[dialing.LINKS_AT_ONCE - 1] < dialing.LINKS_AT_ONCE * 65
    assert late == pytest.approx([dialing.SECONDS_PER_LINK] * len(late))


def test_links_that_the_other_side_made_cost_nothing(schedule: DialSchedule[str]) -> None:
    now = 0.0
    for _ in range(100):
        schedule.want("bob", now=now)
        schedule.satisfied("bob", now)
        now += dialing.PROVEN_SECONDS + 1.0
    schedule.want("bob", now=now)
    assert schedule.due(now) == ["bob"]


def test_who_waits_for_a_person_is_dialled_whatever_was_spent(schedule: DialSchedule[str]) -> None:
    now = 0.0
    for _ in range(dialing.LINKS_AT_ONCE + 5):
        schedule.want("bob", now=now)
        now = schedule.next_at() or now
        schedule.due(now)
        schedule.satisfied("bob", now)
        now += dialing.PROVEN_SECONDS + 1.0
    schedule.want("bob", now=now)
    assert (schedule.next_at() or 0.0) > now + 60.0
    schedule.urge("bob", now)
    assert schedule.due(now) == ["bob"]


def test_the_one_that_yields_waits_first(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=0.0, yielding=True)
    assert schedule.due(0.0) == []
    assert schedule.due(dialing.YIELD_SECONDS) == ["bob"]


def test_urgent_peers_go_ahead_but_not_faster_than_the_spacing(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=0.0)
    schedule.due(0.0)
    for _ in range(5):
        schedule.failed("bob", 1.0)
    schedule.urge("bob", 1.0)
    assert schedule.next_at() == dialing.URGENT_SPACING
    schedule.want("carol", now=2.0)
    assert schedule.due(3.0) == ["bob", "carol"]


def test_urging_a_peer_that_nobody_wants_does_nothing(schedule: DialSchedule[str]) -> None:
    schedule.urge("bob", 1.0)
    assert schedule.next_at() is None


def test_width_is_bounded_with_a_lane_for_the_urgent(schedule: DialSchedule[str]) -> None:
    for number in range(40):
        schedule.want(str(number), now=0.0)
    assert len(schedule.due(0.0)) == dialing.WIDTH
    assert schedule.due(0.0) == []
    assert schedule.next_at() is None
    schedule.urge("39", 0.0)
    assert schedule.next_at() == 0.0
    assert schedule.due(0.0) == ["39"]
    for number in range(dialing.WIDTH, 39):
        schedule.urge(str(number), 0.0)
    assert len(schedule.due(0.0)) == dialing.URGENT_WIDTH - dialing.WIDTH - 1
    assert schedule.next_at() is None


def test_a_dial_that_came_through_makes_room_before_its_link_is_up(
    schedule: DialSchedule[str],
) -> None:
    for number in range(dialing.WIDTH + 2):
        schedule.want(str(number), now=0.0)
    first, second, *_ = schedule.due(0.0)
    schedule.connected(first)
    assert schedule.next_at() == 0.0
    assert len(schedule.due(0.0)) == 1
    # Its handshake fails, its place had been given away; nobody is dialled twice at once.
    schedule.failed(first, 1.0)
    assert schedule.due(1.0) == []
    schedule.connected(second)
    schedule.satisfied(second, 1.0)
    assert len(schedule.due(1.0)) == 1
    schedule.connected("nobody")
    assert schedule.due(1.0) == []


def test_a_link_ends_the_wish(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=0.0)
    schedule.due(0.0)
    schedule.satisfied("bob", 0.5)
    assert not schedule.wants("bob")
    schedule.failed("bob", 1.0)
    assert schedule.next_at() is None


def test_when_the_way_out_works_again_back_off_is_forgotten(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=0.0)
    now = 0.0
    for _ in range(8):
        schedule.due(now)
        schedule.failed("bob", now)
        now = schedule.next_at() or now
    schedule.due(now)
    schedule.failed("bob", now)
    schedule.restart(now + 10)
    assert schedule.next_at() == now + 10
    schedule.want("bob", now + 11)
    assert schedule.due(now + 10) == ["bob"]


def hang_up(schedule: DialSchedule[str], now: float, lived: float) -> float:
    """Dial bob at `now`, have a link for so long, lose it; when is the next dial?"""
    assert schedule.due(now) == ["bob"]
    schedule.satisfied("bob", now)
    schedule.want("bob", now + lived)
    at = schedule.next_at()
    assert at is not None
    return at


def test_whoever_hangs_up_at_once_is_dialled_later_each_time(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=0.0)
    now, waits = 0.0, []
    for _ in range(12):
        at = hang_up(schedule, now, 0.1)
        waits.append(at - now)
        now = at
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == dialing.PROVEN_SECONDS
    later = now + hang_up(schedule, now, dialing.PROVEN_SECONDS) - now
    assert later == now + dialing.PROVEN_SECONDS, "a link that lived is dialled anew at once"
    assert hang_up(schedule, later, 0.1) == later + 2.0


def test_a_link_that_the_other_made_counts_as_one_too(schedule: DialSchedule[str]) -> None:
    for number in range(5):
        now = number * 1000.0
        schedule.satisfied("bob", now)
        schedule.satisfied("bob", now + 5)
        schedule.want("bob", now + 6)
        at = schedule.next_at()
        assert at is not None
        assert at == max(now + 6, now + min(2.0 * 2**number, dialing.PROVEN_SECONDS))


def test_failures_between_short_links_do_not_make_them_forgotten(
    schedule: DialSchedule[str],
) -> None:
    schedule.want("bob", now=0.0)
    at = hang_up(schedule, 0.0, 0.1)
    schedule.due(at)
    schedule.failed("bob", at)
    again = schedule.next_at()
    assert again is not None
    assert hang_up(schedule, again, 0.1) == again + 4.0
    schedule.forget("bob")
    schedule.want("bob", now=again)
    assert schedule.next_at() == again


def test_when_the_way_out_works_again_short_links_are_forgiven(
    schedule: DialSchedule[str],
) -> None:
    schedule.want("bob", now=0.0)
    now = 0.0
    for _ in range(6):
        now = hang_up(schedule, now, 0.1)
    schedule.restart(now)
    assert hang_up(schedule, now, 0.1) == now + 2.0


def links_with_drops(schedule: DialSchedule[str], hours: int) -> int:
    """Bob has a link for a minute whenever he can, and is dropped each half hour."""
    now, made, turn = 0.0, 0, 1800.0
    while now < hours * 3600:
        schedule.want("bob", now=now)
        now = schedule.next_at() or now
        if now >= turn:
            schedule.drop("bob")
            now, turn = turn, turn + 1800.0
            continue
        schedule.due(now)
        schedule.satisfied("bob", now)
        made += 1
        now += dialing.PROVEN_SECONDS + 1.0
    return made


def test_who_is_dropped_for_a_while_begins_with_what_was_left(
    schedule: DialSchedule[str],
) -> None:
    hours = 6
    assert links_with_drops(schedule, hours) <= dialing.LINKS_AT_ONCE + 6 * hours + 1


def test_the_anti_test_forgotten_each_time_it_would_begin_anew(
    schedule: DialSchedule[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "drop", lambda peer: _forgotten(schedule, peer))
    assert links_with_drops(schedule, 6) > 100


def _forgotten(schedule: DialSchedule[str], peer: str) -> None:
    DialSchedule.drop(schedule, peer)
    schedule._rests.pop(peer, None)


def test_being_dropped_is_no_short_link(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=0.0)
    now = hang_up(schedule, 0.0, dialing.PROVEN_SECONDS)
    for _ in range(10):
        schedule.drop("bob")
        now += 1800.0
        schedule.want("bob", now=now)
        assert schedule.due(now) == ["bob"]
        schedule.failed("bob", now)
        assert schedule.next_at() == now + 2.0


def test_whoever_is_gone_for_good_is_forgotten(schedule: DialSchedule[str]) -> None:
    schedule.want("bob", now=0.0)
    hang_up(schedule, 0.0, 0.1)
    schedule.drop("bob")
    assert schedule._rests
    schedule.forget("bob")
    assert not schedule._rests and not schedule.wants("bob")
