"""Merging has the properties of goal R5; merges that are broken on purpose are found.

The long form is `make properties CASES=100000`.
"""

from dataclasses import replace

import pytest

from onionchat.protocol.identity.roster import fold
from onionchat.protocol.identity.statements import Profile, decode_statement
from onionchat.protocol.journal.memory import MemoryJournal, anybody
from onionchat.protocol.journal.order import OrderKey, order_key
from onionchat.protocol.journal.validate import Accepted, Outcome
from onionchat.protocol.rooms.self_state import Held, SelfState
from properties import accounts, journals, states
from properties.__main__ import main
from properties.case import Broken, Case
from properties.suite import CHECKS


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_merging_has_its_properties(check):
    for number in range(18 * check.share):
        check.case(number)


def test_the_shares_of_the_checks_are_all_of_the_cases():
    assert sum(check.share for check in CHECKS) == 100


@pytest.mark.parametrize("number", [1285, 50136])
def test_a_reply_between_two_badly_signed_entries_is_offered_in_its_place(number):
    """The checks' own replica once sorted what it tried again by number, a reply to the second
    entry of a log before that entry: what a later signature vouches for seemed to be lost.
    """
    next(check for check in CHECKS if check.name == "journals any_order").case(number)


class ByArrival(MemoryJournal):
    """Shows entries in the order in which they came."""

    def insert(self, accepted):
        super().insert(accepted)
        self._order.remove(accepted.key)
        self._order.append(accepted.key)


class ByClockAlone(MemoryJournal):
    """Believes every clock, whatever the author had seen."""

    def insert(self, accepted):
        entry = accepted.entry
        super().insert(Accepted(entry, OrderKey(entry.header.time, 1, entry.id)))


class AllHeads(MemoryJournal):
    """Forgets what an entry names."""

    def insert(self, accepted):
        heads = set(self._heads)
        super().insert(accepted)
        self._heads |= heads


class Forgiving(MemoryJournal):
    """Drops a fork without a word."""

    def receive(self, entries, permit=anybody):
        found = super().receive(entries, permit)
        return Outcome(found.accepted, found.duplicates, found.waiting, found.unproven)


class Gullible(MemoryJournal):
    """Takes what nothing vouches for."""

    def receive(self, entries, permit=anybody):
        found = super().receive(entries, permit)
        for entry in found.unproven:
            head = self.head_of(entry.author)
            if (head.seq + 1 if head else 1) == entry.seq:
                above = [key for key in map(self.key_of, entry.ancestors) if key]
                self.insert(Accepted(entry, order_key(entry.header.time, entry.id, above)))
        return found


class LastArrivalWins(SelfState):
    """Of each key what came last."""

    def apply(self, order, put):
        self._places[put.key] = Held(order, put.value)
        return True


class ForgetsRemovals(SelfState):
    """An earlier value that comes late brings a removed key back."""

    def apply(self, order, put):
        changed = super().apply(order, put)
        if put.value is None:
            self._places.pop(put.key, None)
        return changed


def fold_as_they_came(account, journal, acts):
    return fold(account, journal, acts)


fold_as_they_came.as_they_came = True


def fold_without_ends(account, journal, acts):
    """A revoked device goes on speaking: every end is moved out of reach."""
    found = fold(account, journal, acts)
    name = ""
    for act in acts:
        statement = act.body and decode_statement(act.body)
        if isinstance(statement, Profile):
            name = statement.name
    return replace(found, name=name)


@pytest.mark.parametrize(
    ("checks", "planted", "rule"),
    [
        (journals.CHECKS, ByArrival, "any order of arrival gives the same view"),
        (journals.CHECKS, ByClockAlone, "depth is that of the longest chain"),
        (journals.CHECKS, AllHeads, "heads are what no entry names"),
        (journals.CHECKS, Forgiving, "a fork is proven whatever comes first"),
        (journals.CHECKS, Gullible, "what is void never gets in"),
        (accounts.CHECKS, fold_as_they_came, "any order of arrival gives the same roster"),
        (accounts.CHECKS, fold_without_ends, "what is void has no say"),
        (states.CHECKS, LastArrivalWins, "of each key the last in order wins"),
        (states.CHECKS, ForgetsRemovals, "of each key the last in order wins"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_merge_that_is_broken_on_purpose_is_found(checks, planted, rule):
    """By the rule that it breaks, not by a mistake in the checks."""
    with pytest.raises(Broken, match=rule):
        for number in range(200):
            for check in checks:
                check(Case(check.__name__, number), planted)


def test_a_case_is_the_same_each_time():
    one, other = (accounts.history(Case("x", 7)) for _ in range(2))
    assert [entry.id for entry in one.entries] == [entry.id for entry in other.entries]
    ids = [[e.id for e in journals.honest_history(Case("x", 7), journals.KEYS)] for _ in range(2)]
    assert ids[0] == ids[1]


def test_the_command_names_the_case_that_shows_what_is_broken(monkeypatch, capsys):
    def failing(case, subject):
        case.require(case.chance.random() < 0.9, "the sky stays up")

    planted = CHECKS[0].__class__("journals sky", failing, None, 100)
    monkeypatch.setattr("properties.suite.CHECKS", (planted,))
    monkeypatch.setattr("properties.__main__.CHECKS", (planted,))
    assert main(["--cases", "200"]) == 1
    message = capsys.readouterr().err
    assert "BROKEN: journals sky, case " in message
    number = message.partition("case ")[2].partition(":")[0]
    with pytest.raises(Broken):
        planted.case(int(number))
