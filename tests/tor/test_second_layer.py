"""The second layer of guards outlives restarts (goal P5), and in a tor alone it does not."""

from pathlib import Path

import pytest_twisted
from twisted.internet import reactor

from onionchat.testing.second_layer import LAYER, RELAYS, KeptLayer, plain_layer
from onionchat.testing.trouble.subject import until
from onionchat.testing.trouble.trial import READY_SECONDS, pair

REPOSITORY = Path(__file__).parents[2]
RESTARTS = 3


@pytest_twisted.ensureDeferred
async def test_the_relays_that_stand_second_are_the_same_after_restarts_and_a_tor_alones_are_not(
    start_lab, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("t")
    lab = start_lab(folder / "n", REPOSITORY / ".cache" / "torlab", "--relays", str(RELAYS))
    network = lab.torrc, lab.client_seed
    ours = KeptLayer(reactor, folder / "ours", *network)
    await ours.run()
    chosen = ours.chosen
    assert len(chosen) == LAYER
    for _ in range(RESTARTS):
        # Three are seen if the entry guard is among the four.
        assert await ours.run() <= chosen
        assert ours.chosen == chosen
    # The anti-test, seen in the same way: by chance the same once in ten million runs.
    alone = [plain_layer(folder / "alone", *network) for _ in range(RESTARTS + 1)]
    assert any(not layer <= alone[0] for layer in alone[1:])


def entry_guards(subject):
    """The guards that its tor has drawn, in their order."""
    with subject.control() as control:
        lines = control.get_info("entry-guards").splitlines()
    return [line.partition("~")[0] for line in lines if line]


@pytest_twisted.ensureDeferred
async def test_a_young_tor_that_the_watchdog_restarts_keeps_its_entry_guards(
    tor_network, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("t")
    # It writes its state within ten minutes now, so that what it does not write at its end is lost.
    torrc = folder / "torrc"
    torrc.write_text(f"{tor_network.torrc.read_text()}\nAvoidDiskWrites 1\n")
    made = await pair(reactor, folder, torrc, tor_network.client_seed)
    subject = made.subject
    try:
        # The anti-test first: it is killed.
        for hung in (True, False):
            before, pid = entry_guards(subject), subject.transport.tor_pid
            await subject.transport._reopen(hung=hung)
            assert subject.transport.tor_pid not in (None, pid)
            await until(
                reactor, lambda: subject.transport.status.reachable, READY_SECONDS, "being up again"
            )
            assert before
            assert (entry_guards(subject) == before) is not hung
    finally:
        await made.stop()
