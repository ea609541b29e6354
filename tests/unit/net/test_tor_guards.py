"""Layer-2 guards: chosen as proposal 333 says, kept for their life."""

import base64
import hashlib
import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from onionchat.net.transports.tor import guards
from onionchat.net.transports.tor.guards import (
    GUARDS,
    MAX_LIFE_SECONDS,
    MIN_LIFE_SECONDS,
    PinnedGuard,
    Relay,
)

NOW = 1_800_000_000.0


class Draws:
    """Deterministic and well spread."""

    def __init__(self, seed=1):
        self.seed, self.count = seed, 0

    def random_bytes(self, size):
        self.count += 1
        return hashlib.shake_128(f"{self.seed} {self.count}".encode()).digest(size)

    def uniform(self, low, high):
        return low + (high - low) * int.from_bytes(self.random_bytes(7), "big") / 2**56


def relay(number, weight=100, network=None):
    network = number if network is None else network
    return Relay(f"{number:040X}", f"{network // 256 + 1}.{network % 256}.0.{number % 250}", weight)


NETWORK = [relay(number) for number in range(1, 61)]


def refresh(present=(), relays=NETWORK, wall=NOW, rng=None, **options):
    return guards.refresh(present, relays, wall=wall, rng=rng or Draws(), **options)


def prints(chosen):
    return [guard.fingerprint for guard in chosen]


def test_four_different_relays_live_one_to_twelve_days():
    chosen = refresh()
    assert len(set(prints(chosen))) == GUARDS
    assert all(NOW + MIN_LIFE_SECONDS <= g.until <= NOW + MAX_LIFE_SECONDS for g in chosen)


def test_lives_are_uniform_and_so_average_a_week():
    rng = Draws(7)
    lives = [g.until - NOW for _ in range(500) for g in refresh(rng=rng)]
    assert math.isclose(sum(lives) / len(lives), 6.5 * 86400, rel_tol=0.05)


def test_within_their_life_the_guards_are_identical_over_twenty_restarts():
    first = refresh()
    stored = guards.serialise(first)
    for restart in range(20):
        again = refresh(guards.parse(stored), wall=NOW + restart * 3600, rng=Draws(restart))
        assert prints(again) == prints(first)
        stored = guards.serialise(again)


def test_only_the_one_whose_life_is_over_is_replaced():
    first = refresh()
    ended = min(first, key=lambda guard: guard.until)
    later = refresh(first, wall=ended.until + 1)
    assert set(prints(first)) - set(prints(later)) == {ended.fingerprint}
    assert len(later) == GUARDS
    assert guards.next_change(first) == ended.until


def test_a_relay_that_left_the_consensus_is_replaced():
    first = refresh()
    gone = first[0].fingerprint
    later = refresh(first, relays=[r for r in NETWORK if r.fingerprint != gone])
    assert gone not in prints(later) and prints(first)[1:] == prints(later)[:3]


def test_a_clock_set_back_does_not_prolong_a_life():
    present = (PinnedGuard(NETWORK[0].fingerprint, NOW + MAX_LIFE_SECONDS + 1),)
    assert NETWORK[0].fingerprint not in prints(refresh(present, rng=Draws(3))) or all(
        guard.until <= NOW + MAX_LIFE_SECONDS for guard in refresh(present, rng=Draws(3))
    )


def test_no_two_share_a_network_of_16_bits():
    crowded = [relay(n, network=n % 5) for n in range(1, 41)]
    for seed in range(50):
        chosen = refresh(relays=crowded, rng=Draws(seed))
        networks = {crowded[int(p, 16) - 1].address.split(".")[1] for p in prints(chosen)}
        assert len(networks) == len(chosen) == GUARDS


def test_relays_of_one_family_do_not_stand_together():
    family = frozenset(r.fingerprint for r in NETWORK[:58])

    def families(fingerprint):
        return family if fingerprint in family else frozenset()

    chosen = refresh(families=families, rng=Draws(5))
    assert len(family & set(prints(chosen))) <= 1
    assert len(chosen) == 3


def test_a_declared_family_counts_only_if_both_say_so():
    claims = frozenset(r.fingerprint for r in NETWORK)
    chosen = refresh(families=lambda f: claims if f == NETWORK[0].fingerprint else frozenset())
    assert len(chosen) == GUARDS


def test_the_choice_is_weighted_by_bandwidth():
    relays = [relay(n, weight=1000 if n <= 10 else 10) for n in range(1, 31)]
    rng = Draws(11)
    firsts = Counter(prints(refresh(relays=relays, rng=rng))[0] for _ in range(1000))
    heavy = sum(count for fingerprint, count in firsts.items() if int(fingerprint, 16) <= 10)
    assert 0.96 <= heavy / 1000 <= 1.0


def test_without_any_bandwidth_the_choice_is_uniform():
    relays = [relay(n, weight=0) for n in range(1, 31)]
    rng = Draws(13)
    firsts = Counter(prints(refresh(relays=relays, rng=rng))[0] for _ in range(600))
    assert len(firsts) == 30


def test_small_networks_are_left_to_tor_unless_forced():
    small = [relay(n, network=1) for n in range(1, 6)]
    assert refresh(relays=small) is None
    assert len(refresh(relays=small, force=True)) == GUARDS
    assert len(refresh(relays=small[:2], force=True)) == 2
    assert refresh(relays=[], force=True) is None


def test_the_command_and_the_torrc_line_name_fingerprints():
    chosen = (PinnedGuard("A" * 40, NOW), PinnedGuard("B" * 40, NOW))
    assert guards.setconf(chosen) == f"SETCONF HSLayer2Nodes=${'A' * 40},${'B' * 40}"
    assert guards.torrc_line(chosen) == f"HSLayer2Nodes ${'A' * 40},${'B' * 40}"


def test_a_damaged_file_loses_only_its_bad_lines():
    text = f"{'A' * 40} 1800000000\n{'A' * 39} 1\n{'B' * 40} -1\n{'C' * 40} 1800000001\n"
    assert prints(guards.parse(text)) == ["A" * 40, "C" * 40]
    assert guards.parse("") == ()
    assert guards.next_change(()) is None


@given(st.text(max_size=500))
def test_parse_takes_any_text(text):
    assert len(guards.parse(text)) <= GUARDS


# --- the consensus --------------------------------------------------------------------------------


def entry(number, flags="Fast Running Stable Valid", bandwidth="100", micro=False, address=None):
    identity = base64.b64encode(number.to_bytes(20, "big")).decode().rstrip("=")
    digest = "" if micro else " AAAAAAAAAAAAAAAAAAAAAAAAAAA"
    address = address or f"10.{number}.0.1"
    return [
        f"r relay{number} {identity}{digest} 2026-01-01 00:00:00 {address} 9001 0",
        f"s {flags}",
        f"w Bandwidth={bandwidth}",
    ]


def test_relays_with_all_four_flags_are_read_in_both_forms_of_entry():
    lines = ["ns/all=", *entry(1), *entry(2, micro=True), *entry(3, flags="Fast Running Valid")]
    assert guards.read_consensus(lines) == (
        Relay(f"{1:040X}", "10.1.0.1", 100),
        Relay(f"{2:040X}", "10.2.0.1", 100),
    )


def test_malformed_entries_are_skipped_and_do_not_spoil_others():
    lines = [
        "r",
        "r a !!!! x",
        "s Fast Running Stable Valid",
        "w Bandwidth=5",
        *entry(1, bandwidth="-5"),
        *entry(2, bandwidth="x"),
        *entry(3, address="999.1.1.1"),
        *entry(4, address="::1"),
        "w Bandwidth=7",
        *entry(5),
    ]
    assert [r.fingerprint for r in guards.read_consensus(lines)] == [f"{5:040X}"]


def test_the_number_of_relays_is_bounded(monkeypatch):
    monkeypatch.setattr(guards, "_MAX_RELAYS", 3)
    lines = [line for number in range(1, 10) for line in entry(number)]
    assert len(guards.read_consensus(lines)) == 3


@given(st.lists(st.text(max_size=60), max_size=20))
def test_no_line_raises(lines):
    guards.read_consensus(["r " + line for line in lines] + lines)
