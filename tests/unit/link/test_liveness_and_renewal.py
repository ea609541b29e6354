"""Time: pings on an idle link, answers that stay out, fresh keys."""

import pytest

from onionchat.errors import PeerUnreachable, TimedOut, UnexpectedMessage
from onionchat.protocol.link.control import RenewRequest
from onionchat.protocol.link.events import LinkClosed, MessageReceived, Why
from onionchat.protocol.link.liveness import Liveness, Verdict
from onionchat.protocol.link.running import control_frame
from onionchat.protocol.session.renewal import KeyAge, RenewalLimits
from onionchat.testing.rng import SeededRng


def keys(link):
    session = link._run.session
    return session._send, session._receive


# --- liveness


def test_an_idle_link_sends_ever_fewer_pings(make_pair):
    pair = make_pair().up()
    start, sizes = pair.now, []
    for minutes in range(1, 121):
        before = len(pair.dialler.sent) + len(pair.callee.sent)
        pair.wait_until(start + 60 * minutes)
        sizes.append(len(pair.dialler.sent) + len(pair.callee.sent) - before)
    assert pair.dialler.told(LinkClosed) == pair.callee.told(LinkClosed) == []
    # A ping and its pong, two cells: after 4 minutes, 8 more, then every ten.
    assert {size for size in sizes if size} == {2 * 488}
    pinged = [minute for minute, size in enumerate(sizes) if size]
    assert pinged == [3, 12, *range(22, 120, 10)]


def test_use_makes_the_pings_frequent_again(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.wait_until(10_000)
    pair.dialler.link.send(channel, b"hello", pair.now)
    pair.carry()
    assert pair.dialler.link.deadline() <= pair.now + 240


def test_a_missing_answer_is_found_out_within_seconds(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.carry()
    start = pair.now
    pair.dialler.link.send(channel, b"hello?", start, expect_answer=True)
    pair.dialler.link.send(channel, b"hello??", start + 1, expect_answer=True)
    pair.dialler.take()  # lost
    first = pair.dialler.link.deadline()
    assert 4 <= first - start < 4.1
    pair.dialler.link.on_deadline(first - 1)  # too early
    assert pair.dialler.take() == b""
    pair.dialler.link.on_deadline(first)
    assert len(pair.dialler.take()) == 488  # a ping
    second = pair.dialler.link.deadline()
    assert 4 <= second - first < 4.2
    pair.dialler.link.on_deadline(second)
    pair.dialler.collect()
    (closed,) = pair.dialler.told(LinkClosed)
    assert closed.why is Why.DEAD
    assert isinstance(closed.error, PeerUnreachable)


def test_anything_from_the_peer_is_a_sign_of_life(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.carry()
    pair.dialler.link.send(channel, b"hello?", pair.now, expect_answer=True)
    pair.dialler.take()
    pair.dialler.link.on_deadline(pair.now + 5)
    pair.dialler.take()
    pair.callee.link.send(channel, b"something else", pair.now)
    pair.dialler.link.receive(pair.callee.take(), pair.now + 6)
    assert pair.dialler.link.deadline() == pair.now + 6 + 240


def test_what_is_on_its_way_may_take_its_time():
    live = Liveness(dialler=True, rtt=0.1, now=0.0)
    live.asked(0.0)
    assert live.deadline() == 4.0
    live.sent(256 * 1024)
    assert live.deadline() == 20.0
    live.heard(5.0)
    assert live.deadline() == 245.0


def test_slow_networks_get_longer():
    live = Liveness(dialler=True, rtt=2.0, now=0.0)
    live.asked(0.0)
    assert live.deadline() == 8.0


def test_the_callee_pings_later_than_the_dialler():
    assert Liveness(dialler=True, rtt=0.1, now=0.0).deadline() == 240.0
    assert Liveness(dialler=False, rtt=0.1, now=0.0).deadline() == 300.0


def test_one_ping_at_a_time_even_if_the_pong_is_late():
    live = Liveness(dialler=True, rtt=0.1, now=0.0)
    assert live.check(240.0, b"1" * 16) is Verdict.PING
    live.heard(241.0)
    assert live.check(481.0, b"2" * 16) is Verdict.FINE  # waits again, without a second ping
    assert live.deadline() == 485.0
    assert live.check(485.0, b"3" * 16) is Verdict.DEAD
    live.heard(486.0)
    with pytest.raises(UnexpectedMessage):
        live.ponged(b"2" * 16, 486.0)
    live.ponged(b"1" * 16, 486.0)
    assert live.rtt > 30  # 246 seconds, smoothed
    with pytest.raises(UnexpectedMessage):
        live.ponged(b"1" * 16, 486.0)


# --- renewal


def chat(pair, channel, until, step=30.0):
    """Talk both ways, every message counted."""
    number = len(pair.callee.messages())
    while pair.now < until:
        for end in (pair.dialler, pair.callee):
            end.link.send(channel, b"%d" % number, pair.now)
        number += 1
        pair.carry()
        pair.wait_until(pair.now + step)
    expected = [b"%d" % n for n in range(number)]
    assert pair.dialler.messages() == pair.callee.messages() == expected


def test_used_keys_are_renewed_every_ten_minutes(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.carry()
    before = keys(pair.dialler.link), keys(pair.callee.link)
    chat(pair, channel, pair.now + 500)
    assert (keys(pair.dialler.link), keys(pair.callee.link)) == before
    chat(pair, channel, pair.now + 150)
    for old, end in zip(before, (pair.dialler, pair.callee), strict=True):
        assert not set(old) & set(keys(end.link))
        assert not end.link._run.session.renewing
    chat(pair, channel, pair.now + 7200)
    assert pair.dialler.told(LinkClosed) == pair.callee.told(LinkClosed) == []


def test_unused_keys_are_left_alone(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.dialler.link.send(channel, b"hello", pair.now)
    pair.carry()
    used = keys(pair.dialler.link)
    pair.wait_until(pair.now + 700)
    fresh = keys(pair.dialler.link)
    assert used != fresh
    pair.wait_until(pair.now + 100_000)
    assert keys(pair.dialler.link) == fresh
    assert pair.callee.told(LinkClosed) == []


def test_no_byte_is_lost_when_keys_change_under_load(make_pair):
    limits = RenewalLimits(size=200_000)
    pair = make_pair(limits=limits).up()
    channel = pair.dialler.link.open("sync")
    pair.carry()
    sent = {pair.dialler: [], pair.callee: []}
    changes = set()
    wires = {pair.dialler: b"", pair.callee: b""}
    other = {pair.dialler: pair.callee, pair.callee: pair.dialler}
    for turn in range(4000):
        for end in (pair.dialler, pair.callee):
            if end.link.backlog(channel) < 50_000 and turn < 3000:
                message = b"%d " % turn * (turn % 4000)
                end.link.send(channel, message, pair.now)
                sent[end].append(message)
            end.collect()
            wires[end] += end.link.bytes_to_send(1)
        pair.now += 0.01
        # The dialler's bytes arrive in small pieces, the callee's in large ones, both late.
        for end, piece in ((pair.dialler, 9_000), (pair.callee, 16_000)):
            data, wires[end] = wires[end][:piece], wires[end][piece:]
            other[end].link.receive(data, pair.now)
            other[end].collect()
        for end in (pair.dialler, pair.callee):
            if (due := end.link.deadline()) is not None and due <= pair.now:
                end.link.on_deadline(pair.now)
        changes.add(pair.dialler.link._run.session._psk)
    assert pair.dialler.told(LinkClosed) == pair.callee.told(LinkClosed) == []
    assert pair.callee.messages() == sent[pair.dialler]
    assert pair.dialler.messages() == sent[pair.callee]
    assert len(changes) > 20


def test_a_renewal_that_is_not_answered_ends_the_link_on_both_sides(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.dialler.link.send(channel, b"hello", pair.now)
    pair.carry()
    used = pair.now
    for end in (pair.dialler, pair.callee):
        session, link = end.link._run.session, end.link
        while (due := link.deadline()) is not None:
            assert due < used + 661
            link.on_deadline(due)
            end.flush()
            if link._run is not None:
                # Some sign of life each time, but no answer.
                link._run.live.heard(due)
        (closed,) = end.told(LinkClosed)
        assert closed.why is Why.TIMEOUT
        assert isinstance(closed.error, TimedOut)
        assert session.renewing is (end is pair.dialler)


def test_a_second_request_before_the_first_has_ended_is_refused(make_pair):
    pair = make_pair().up()
    pair.now += 100
    session = pair.dialler.link._run.session
    request = control_frame(RenewRequest(session.ask()))
    pair.callee.link.receive(session.encrypt(request + request), pair.now)
    pair.callee.collect()
    assert isinstance(pair.callee.events[-1].error, UnexpectedMessage)


def test_messages_beside_a_marker_arrive(make_pair):
    pair = make_pair().up()
    channel = pair.dialler.link.open("sync")
    pair.dialler.link.send(channel, b"first", pair.now)
    pair.carry()
    due = pair.now + 600
    pair.wait_until(due - 1)
    pair.dialler.link.on_deadline(due)
    pair.now = due
    pair.dialler.link.send(channel, b"beside the request", due)
    pair.callee.link.receive(pair.dialler.take(), due)
    pair.callee.link.send(channel, b"beside the answer", due)
    pair.dialler.link.send(channel, b"under the old key", due)
    late = pair.dialler.take()
    pair.dialler.link.receive(pair.callee.take(), due)
    pair.dialler.link.send(channel, b"beside the marker", due)
    pair.callee.link.receive(late, due)
    pair.carry()
    received = [e.data for e in pair.callee.events if isinstance(e, MessageReceived)]
    assert received == [b"first", b"beside the request", b"under the old key", b"beside the marker"]
    assert pair.dialler.messages() == [b"beside the answer"]


def test_key_age():
    limits = RenewalLimits(seconds=600, size=1000, grace=60, spread=0.0)
    age = KeyAge(limits, 0.0, SeededRng(1))
    assert age.due_at() is age.over_at() is None
    age.used(100.0)
    age.used(200.0)
    assert (age.due_at(), age.over_at()) == (700.0, 760.0)
    age.carried(999, 300.0)
    assert age.due_at() == 700.0
    age.carried(1000, 300.0)
    age.carried(2000, 400.0)
    assert (age.due_at(), age.over_at()) == (300.0, 360.0)
    age.renewed(500.0)
    assert age.due_at() is None
    assert age.too_early(99, 559.0)
    assert not age.too_early(100, 559.0)
    assert not age.too_early(99, 560.0)


def test_renewals_of_links_that_were_used_together_are_spread_over_minutes():
    rng = SeededRng(1)
    ages = [KeyAge(RenewalLimits(), 0.0, rng) for _ in range(20)]
    for age in ages:
        age.used(100.0)
    begins = sorted(age.due_at() for age in ages)
    # Never later than the bound, which does not move, and never so early that it counts as a flood.
    assert begins[-1] <= 700.0 and begins[0] >= 400.0
    assert {age.over_at() for age in ages} == {760.0}
    assert not any(age.too_early(0, age.due_at()) for age in ages)
    most = max(sum(at <= other < at + 60 for other in begins) for at in begins)
    assert most <= 8

    # The anti-test: without the spread they come in one minute.
    together = [KeyAge(RenewalLimits(spread=0.0), 0.0, rng) for _ in range(20)]
    for age in together:
        age.used(100.0)
    assert {age.due_at() for age in together} == {700.0}


def test_each_pair_of_keys_has_its_own_moment_and_bytes_know_no_spread():
    age = KeyAge(RenewalLimits(size=1000), 0.0, SeededRng(1))
    moments = set()
    for _ in range(5):
        age.renewed(0.0)
        age.used(0.0)
        moments.add(age.due_at())
    assert len(moments) == 5
    age.carried(1000, 7.0)
    assert age.due_at() == 7.0


def test_a_link_renews_before_the_bound_by_its_own_chance(make_pair):
    for _ in range(3):
        pair = make_pair(limits=RenewalLimits()).up()
        channel = pair.dialler.link.open("sync")
        pair.dialler.link.send(channel, b"hello", pair.now)
        pair.carry()
        used, keys = pair.now, pair.dialler.link._run.session._psk
        pair.wait_until(used + 600)
        assert pair.dialler.link._run.session._psk != keys
