"""The roster: who may speak for an account, whatever a thief signs and in whatever order it comes.

`History` plays devices that see some of each other's acts, and orders them as a journal does.
"""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onionchat.errors import BadSignature, Malformed
from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.identity.roster import MAX_DEVICES, Act, Device, fold, is_eviction
from onionchat.protocol.identity.statements import (
    account_id,
    build_add,
    build_address,
    build_genesis,
    build_profile,
    build_revoke,
    consent,
    decode_statement,
)
from onionchat.protocol.wire.codec import encode

JOURNAL = b"J" * 32
TALK = b"T" * 32
RECOVERY = SigningKey(b"r" * 32)


def key(number):
    return SigningKey(number.to_bytes(32, "big"))


def link(number):
    return b"link" + number.to_bytes(28, "big")


class History:
    """Devices by number (0 made the account), their acts, and what each has seen."""

    def __init__(self):
        self.acts = {}  # id -> (order key, act)
        self.logs = {}  # device -> ids
        genesis = build_genesis(bytes(16), key(0).public, link(0), RECOVERY)
        self.account = account_id(genesis)
        self.genesis = self.say(0, genesis)

    def say(self, device, body, seen=(), time=None):
        """`device` signs `body` having seen the acts `seen` beside its own; returns the id."""
        log = self.logs.setdefault(device, [])
        past = log[-1:] + list(seen)
        effective = max([time or len(self.acts), *(self.acts[p][0][0] for p in past)])
        depth = 1 + max([0, *(self.acts[p][0][1] for p in past)])
        seq = len(log) + 1
        made = digest(Label.ENTRY_ID, key(device).public, bytes([seq]), body or b"", *past)
        act = Act(made, key(device).public, seq, tuple(seen), body)
        self.acts[made] = ((effective, depth, made), act)
        log.append(made)
        return made

    def add(self, author, device, seen=(), **kwargs):
        signature = consent(self.account, key(author).public, key(device), link(device))
        return self.say(
            author, build_add(key(device).public, link(device), signature), seen, **kwargs
        )

    def revoke(self, author, device, seen=(), account_end=0, talk_end=0, recovery=None, **kwargs):
        ends = {JOURNAL: account_end, TALK: talk_end}
        body = build_revoke(self.account, key(device).public, ends, recovery)
        return self.say(author, body, seen, **kwargs)

    def ordered(self, but=()):
        return [
            act for _, act in sorted(self.acts.values(), key=lambda a: a[0]) if act.id not in but
        ]

    def roster(self, but=()):
        return fold(self.account, JOURNAL, self.ordered(but))

    def active(self):
        roster = self.roster()
        return {n for n in range(40) if roster.active(key(n).public)}


@pytest.fixture
def history():
    return History()


def test_the_genesis_device_is_alone_at_first(history):
    roster = history.roster()
    device = roster.devices[key(0).public]
    assert (device.rank, device.link_key, device.active) == (0, link(0), True)
    assert roster.account == history.account
    assert roster.recovery_key == RECOVERY.public
    assert roster.device(link(0)) == device
    assert roster.device(link(1)) is None
    assert not roster.active(key(1).public)
    assert not roster.valid_seq(key(1).public, TALK, 1)
    assert roster.valid_seq(key(0).public, TALK, 10**9)
    assert (roster.name, roster.addresses) == ("", {})


def test_devices_add_devices(history):
    first = history.add(0, 1)
    history.add(1, 2, [first])
    roster = history.roster()
    assert [d.rank for d in roster.devices.values()] == [0, 1, 2]
    assert history.active() == {0, 1, 2}
    assert roster.known == {key(n).public for n in range(3)}


def test_an_addition_needs_the_new_devices_consent(history):
    signature = consent(history.account, key(0).public, key(1), link(1))
    history.say(0, build_add(key(2).public, link(1), signature))
    history.say(0, build_add(key(1).public, link(2), signature))
    assert history.active() == {0}
    assert history.roster().known == {key(0).public}


def test_a_link_key_shows_the_device_that_was_admitted_first_in_order(history):
    """Finding 6b: two devices of an account have different link keys."""

    def claim(author, device, shown, time):
        agreed = consent(history.account, key(author).public, key(device), link(shown))
        body = build_add(key(device).public, link(shown), agreed)
        return history.say(author, body, [history.genesis], time=time)

    claim(0, 2, 0, time=5)
    claim(0, 3, 3, time=6)
    claim(0, 4, 3, time=7)
    claim(0, 4, 4, time=8)
    roster = history.roster()
    assert [d.link_key for d in roster.devices.values()] == [link(0), link(3), link(4)]
    assert roster.device(link(3)).key == key(3).public
    assert key(2).public in roster.known


def test_a_thief_cannot_have_the_owners_additions_and_revocations_refused(history):
    first = history.add(0, 1)
    owners = history.add(0, 2, time=9)
    agreed = consent(history.account, key(1).public, key(3), link(2))
    history.say(1, build_add(key(3).public, link(2), agreed), [first], time=1)
    assert history.active() == {0, 1, 3}
    history.revoke(0, 1, [owners])
    assert history.active() == {0, 2}


def test_strangers_add_nobody_and_cannot_backdate_themselves_before_the_genesis(history):
    history.add(7, 8, time=-5)
    history.say(7, build_profile("Mallory"), time=-4)
    assert history.active() == {0}
    assert history.roster().name == ""


def test_a_device_speaks_only_after_it_was_added(history):
    history.say(1, build_profile("too early"), time=-1)
    added = history.add(0, 1)
    history.say(1, build_profile("unaware"), [history.genesis])
    assert history.roster().name == ""
    history.say(1, build_profile("aware"), [added])
    assert history.roster().name == "aware"


def test_a_second_addition_of_the_same_device_changes_nothing(history):
    added = history.add(0, 1)
    history.add(0, 1)
    history.add(0, 2)
    assert [d.rank for d in history.roster().devices.values()] == [0, 1, 2]
    history.revoke(0, 1, [added])
    history.add(0, 1)
    assert history.active() == {0, 2}


def test_a_device_that_is_added_again_stays_what_it_was(history):
    """Not even with another link key, which it consented to."""
    history.add(0, 1)
    agreed = consent(history.account, key(0).public, key(1), link(5))
    history.say(0, build_add(key(1).public, link(5), agreed))
    assert history.roster().devices[key(1).public].link_key == link(1)
    assert history.roster().device(link(5)) is None


def test_who_was_added_by_somebody_unknown_is_unknown_too(history):
    history.add(7, 8)
    assert history.roster().known == {key(0).public}


def test_an_addition_has_to_be_seen_even_if_it_is_the_first_word_of_its_author(history):
    added = history.add(0, 1)
    history.add(1, 2, [added])
    history.say(2, build_profile("unaware"), [added])
    assert history.active() == {0, 1, 2}
    assert history.roster().name == ""


@pytest.mark.parametrize("newer_first", [True, False])
def test_of_two_parents_that_saw_different_parts_of_a_log_the_further_part_counts(
    history, newer_first
):
    other = history.add(0, 2)
    behind = history.say(2, None, [other])
    added = history.add(0, 1)
    seen = [added, behind] if newer_first else [behind, added]
    history.say(1, build_profile("aware"), seen)
    assert history.roster().name == "aware"


def test_what_a_revoked_device_signed_counts_up_to_its_end(history):
    added = history.add(0, 1)
    history.say(1, build_profile("before"), [added])
    history.say(1, build_profile("after"))
    history.revoke(0, 1, account_end=1, talk_end=7)
    roster = history.roster()
    device = roster.devices[key(1).public]
    assert not device.active
    assert roster.name == "before"
    assert roster.valid_seq(key(1).public, TALK, 7)
    assert not roster.valid_seq(key(1).public, TALK, 8)
    assert not roster.valid_seq(key(1).public, b"?" * 32, 1)
    assert roster.device(link(1)) is None
    assert key(1).public in roster.known


def test_a_junior_cannot_revoke_a_senior_and_the_senior_can(history):
    first = history.add(0, 1)
    history.add(0, 2)
    history.revoke(1, 0, [first])
    history.revoke(2, 1, history.logs[0][-1:])
    assert history.active() == {0, 1, 2}
    history.revoke(1, 2, history.logs[0][-1:])
    assert history.active() == {0, 1}


@pytest.mark.parametrize("thief_first", [True, False])
def test_two_that_revoke_each_other_end_with_the_senior_one(history, thief_first):
    first = history.add(0, 1)
    second = history.add(0, 2)
    history.revoke(1, 2, [first, second], time=50 if thief_first else 60)
    history.revoke(2, 1, [first, second], time=60 if thief_first else 50)
    assert history.active() == {0, 1}


@pytest.mark.parametrize("thief_first", [True, False])
def test_a_concurrent_addition_beyond_the_end_is_void(history, thief_first):
    added = history.add(0, 1)
    thief = history.add(1, 2, [added], time=50 if thief_first else 60)
    history.say(2, build_profile("Mallory"), [thief], time=70)
    history.revoke(0, 1, time=60 if thief_first else 50)
    assert history.active() == {0}
    assert history.roster().name == ""
    # Its entries are taken in all the same, so that nobody waits for a parent that he refused.
    assert key(2).public in history.roster().known


def test_an_addition_before_the_end_stays(history):
    added = history.add(0, 1)
    history.add(1, 2, [added])
    history.revoke(0, 1, account_end=1)
    assert history.active() == {0, 2}


def test_a_revocation_beyond_its_own_authors_end_is_void(history):
    added = history.add(0, 1)
    history.add(1, 2, [added])
    history.revoke(1, 2)
    history.revoke(0, 1, account_end=1)
    assert history.active() == {0, 2}


def test_of_two_revocations_the_earlier_end_counts_in_each_journal(history):
    history.add(0, 1)
    history.add(0, 2)
    seen = history.logs[0][-1:]
    history.revoke(0, 2, account_end=5, talk_end=9)
    history.revoke(1, 2, seen, account_end=6, talk_end=4)
    ends = history.roster().devices[key(2).public].ends
    assert ends == {JOURNAL: 5, TALK: 4}


def test_a_journal_that_one_of_two_revocations_does_not_name_ends_before_its_start(history):
    history.add(0, 1)
    history.revoke(0, 1, account_end=5, talk_end=9)
    history.say(0, build_revoke(history.account, key(1).public, {JOURNAL: 6}))
    roster = history.roster()
    assert roster.devices[key(1).public].ends == {JOURNAL: 5, TALK: 0}
    assert not roster.valid_seq(key(1).public, TALK, 1)


def test_a_device_can_leave_and_its_last_word_counts(history):
    added = history.add(0, 1)
    history.say(1, build_profile("bye"), [added])
    history.revoke(1, 1, account_end=0, talk_end=3)
    history.say(1, build_profile("back"))
    history.revoke(1, 1, account_end=0, talk_end=2)
    roster = history.roster()
    assert history.active() == {0}
    assert roster.name == "bye"
    ends = {JOURNAL: 2, TALK: 3}
    assert roster.devices[key(1).public] == Device(key(1).public, link(1), 1, ends)


def test_leaving_does_not_lengthen_what_a_senior_ended(history):
    added = history.add(0, 1)
    history.say(1, build_profile("x"), [added])
    history.revoke(1, 1, talk_end=9)
    history.revoke(0, 1, account_end=2, talk_end=3)
    assert history.roster().devices[key(1).public].ends == {JOURNAL: 2, TALK: 3}
    history.revoke(0, 1, account_end=1)
    assert history.roster().devices[key(1).public].ends == {JOURNAL: 1, TALK: 0}


def test_the_recovery_key_evicts_even_the_genesis_device(history):
    added = history.add(0, 1)
    history.revoke(1, 0, [added], account_end=2, recovery=RECOVERY)
    assert history.active() == {1}
    assert history.roster().addresses == {}


@pytest.mark.parametrize("author", [0, 1])
def test_a_false_recovery_signature_makes_a_revocation_void(history, author):
    added = history.add(0, 1)
    history.revoke(author, 1, [added] if author else [], recovery=key(9))
    assert history.active() == {0, 1}


def test_the_newest_address_of_each_active_device(history):
    added = history.add(0, 1)
    history.say(0, build_address(key(20).public, bytes(32), 80))
    history.say(0, build_address(key(21).public, bytes(32), 80))
    history.say(1, build_address(key(22).public, bytes(32), 80), [added])
    found = {k: a.onion_key for k, a in history.roster().addresses.items()}
    assert found == {key(0).public: key(21).public, key(1).public: key(22).public}
    history.revoke(0, 1, account_end=1)
    assert set(history.roster().addresses) == {key(0).public}


def test_of_two_that_claim_one_link_key_the_senior_has_it(history):
    first = history.add(0, 1)
    signature = consent(history.account, key(0).public, key(2), link(1))
    history.say(0, build_add(key(2).public, link(1), signature))
    assert history.roster().device(link(1)).key == key(1).public
    history.revoke(0, 1, [first])
    assert history.roster().device(link(1)).key == key(2).public


def test_entries_of_other_kinds_carry_causality(history):
    added = history.add(0, 1)
    bridge = history.say(0, None, [added])
    history.say(1, build_profile("x"), [bridge])
    assert history.roster().name == "x"


def test_a_second_act_at_one_position_is_passed_over(history):
    history.say(0, build_profile("first"))
    (order, act) = history.acts[history.logs[0][-1]]
    forged = Act(b"\xff" * 32, act.author, act.seq, (), build_profile("second"))
    history.acts[forged.id] = ((order[0] + 1, order[1], forged.id), forged)
    assert history.roster().name == "first"
    # Nor does it keep anything from being read that comes after it, or that names it.
    added = history.add(0, 1, time=order[0] + 2)
    history.say(1, build_profile("third"), [forged.id, added])
    assert history.roster().name == "third"


def test_only_so_many_devices(history):
    for number in range(1, MAX_DEVICES + 3):
        history.add(0, number)
    assert history.active() == set(range(MAX_DEVICES))


def test_a_roster_needs_its_own_signed_genesis(history):
    with pytest.raises(Malformed):
        fold(history.account, JOURNAL, [])
    with pytest.raises(Malformed):
        fold(bytes(32), JOURNAL, history.ordered())
    other = build_genesis(bytes(16), key(1).public, link(1), RECOVERY)
    for author, seq in ((0, 1), (1, 2)):
        with pytest.raises(Malformed):
            fold(account_id(other), JOURNAL, [Act(b"i" * 32, key(author).public, seq, (), other)])
    unsigned = encode(
        msgspec.structs.replace(decode_statement(other), recovery_signature=bytes(64))
    )
    with pytest.raises(BadSignature):
        fold(account_id(unsigned), JOURNAL, [Act(b"i" * 32, key(1).public, 1, (), unsigned)])


def test_a_second_genesis_is_void(history):
    history.say(0, build_genesis(b"x" * 16, key(1).public, link(1), RECOVERY))
    assert history.active() == {0}


def test_bytes_that_are_no_statement_are_malformed(history):
    history.say(0, b"\xc1")
    with pytest.raises(Malformed):
        history.roster()


# --- properties --------------------------------------------------------------------------------

DEVICES = 5
moves = st.lists(
    st.tuples(
        st.sampled_from(["add", "revoke", "recover", "profile", "see"]),
        st.integers(0, DEVICES - 1),
        st.integers(0, DEVICES - 1),
        st.integers(0, 6),
        st.integers(0, 30),
    ),
    max_size=25,
)


def play(steps):
    """A history in which each device knows only what it was shown."""
    history = History()
    shown = {n: {history.genesis} for n in range(DEVICES)}
    for what, author, other, number, time in steps:
        seen = sorted(shown[author])
        if what == "see":
            shown[author] |= set(history.logs.get(other, ())[: number + 1])
        elif what == "add":
            history.add(author, other, seen, time=time)
        elif what == "profile":
            history.say(author, build_profile(f"{author} {number}"), seen, time=time)
        else:
            recovery = RECOVERY if what == "recover" else None
            history.revoke(author, other, seen, account_end=number, recovery=recovery, time=time)
    return history


@settings(max_examples=150, deadline=None)
@given(moves, st.randoms(use_true_random=False))
def test_every_order_of_arrival_ends_in_one_roster(steps, random):
    history = play(steps)
    arrived = list(history.acts.items())
    random.shuffle(arrived)
    again = History()
    again.acts = dict(arrived)
    assert again.roster() == history.roster()


@settings(max_examples=150, deadline=None)
@given(moves)
def test_the_genesis_device_falls_only_by_itself_or_by_the_phrase(steps):
    steps = [s for s in steps if s[0] != "recover" and not (s[0] == "revoke" and s[1] == 0)]
    assert 0 in play(steps).active()


@settings(max_examples=150, deadline=None)
@given(moves, moves)
def test_after_its_end_a_thief_changes_nothing(before, after):
    """Whatever a device signs beyond the end that the genesis device set, at whatever date."""
    before = [s for s in before if s[0] != "recover" and not (s[0] == "revoke" and s[1] == 0)]
    history = play(before)
    history.add(0, 1)
    seen = sorted(history.acts)
    end = len(history.logs.get(1, ()))
    history.revoke(0, 1, account_end=end, seen=seen)
    quiet = history.roster()
    for what, _, other, number, time in after:
        if what == "add":
            history.add(1, 10 + other, seen, time=time)
        elif what == "revoke":
            history.revoke(1, other, seen, account_end=number, time=time)
        else:
            history.say(1, build_profile("Mallory"), seen, time=time)
    loud = history.roster()
    assert (loud.devices, loud.name) == (quiet.devices, quiet.name)


@settings(max_examples=150, deadline=None)
@given(moves)
def test_what_is_known_only_grows(steps):
    """So that whether an entry is taken in does not depend on what else arrived before."""
    history = play(steps)
    last = [log[-1] for log in history.logs.values() if len(log) > (log[0] == history.genesis)]
    heads = [h for h in last if not any(h in act.parents for _, act in history.acts.values())]
    for head in heads:
        assert history.roster(but={head}).known <= history.roster().known


# --- Proof that a device is in the wrong hands ---------------------------------------------------


def evicts(history, suspect):
    return is_eviction(history.account, JOURNAL, history.ordered(), suspect)


def test_who_revokes_a_senior_device_is_found_out(history):
    first = history.add(0, 1)
    second = history.add(0, 2)
    assert evicts(history, history.revoke(1, 0, [first]))
    assert evicts(history, history.revoke(2, 1, [second]))
    assert history.active() == {0, 1, 2}
    # Whatever is done about it later.
    thieves = history.revoke(2, 0, [second])
    history.revoke(0, 2, [thieves])
    assert evicts(history, thieves)
    # A signature that is not the recovery key's makes it no better.
    assert evicts(history, history.revoke(1, 0, [second], recovery=key(1)))


def test_what_a_device_may_sign_is_no_proof(history):
    added = history.add(0, 1)
    history.add(0, 2)
    tip = history.logs[0][-1]
    assert not evicts(history, history.revoke(1, 2, [tip])), "its junior"
    assert not evicts(history, history.revoke(2, 2, [tip])), "itself"
    assert not evicts(history, history.revoke(1, 0, [tip], recovery=RECOVERY)), "by the phrase"
    assert not evicts(history, history.revoke(1, 7, [tip])), "a device that is none"
    assert not evicts(history, history.revoke(9, 0, [tip])), "an author that is none"
    assert not evicts(history, added)
    assert not evicts(history, history.say(1, None, [tip]))
    assert not evicts(history, b"?" * 32)
    ended = history.revoke(0, 0)
    assert not evicts(history, history.revoke(1, 0, [ended])), "it had left by itself"


def test_who_could_not_know_better_is_not_accused(history):
    """Ranks are those in the statement's own past: what came in between is not held against it."""
    first = history.add(0, 1)
    # The genesis device adds 2 and, unseen by it, 3 with an earlier place in the order.
    early = history.add(1, 3, [first], time=2)
    late = history.add(0, 2, time=50)
    assert not evicts(history, history.revoke(2, 3, [late])), "it had not heard of 3"
    assert [d.key for d in history.roster().devices.values()][2:] == [key(3).public, key(2).public]
    assert evicts(history, history.revoke(2, 3, [late, early])), "by now it has"


def test_who_claims_to_have_seen_nothing_is_not_believed_to_have(history):
    history.add(0, 1)
    assert not evicts(history, history.revoke(1, 0))


acts_and_news = st.lists(
    st.tuples(
        st.sampled_from(["add", "revoke", "tell", "tell"]),
        st.integers(0, 4),
        st.integers(0, 4),
        st.integers(0, 40),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(acts_and_news)
def test_nobody_is_accused_but_who_saw_that_the_other_is_senior(steps):
    """Devices that know of different acts, with clocks that are wrong, whatever comes later."""
    history = History()
    knows = {device: {history.genesis} for device in range(5)}
    expected = {}
    for what, one, other, time in steps:
        if one == other:
            continue
        if what == "tell":
            knows[other] |= knows[one]
            continue
        acts = [act for act in history.ordered() if act.id in knows[one]]
        view = fold(history.account, JOURNAL, acts)
        author, target = (view.devices.get(key(n).public) for n in (one, other))
        if author is None:
            continue
        newest = {act.author: act.id for act in acts if act.author != key(one).public}
        how = {"seen": sorted(newest.values()), "time": time}
        if what == "add":
            made = history.add(one, other, **how)
        else:
            made = history.revoke(one, other, **how)
            expected[made] = target is not None and target.active and target.rank < author.rank
        knows[one].add(made)
    assert {made: evicts(history, made) for made in expected} == expected
