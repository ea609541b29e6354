"""Tor in trouble, the short form (`make trouble` is the long one, docs/testing.md)."""

import pytest_twisted
from twisted.internet import reactor

from onionchat.testing.trouble.faults import cut, killed
from onionchat.testing.trouble.gate import Way
from onionchat.testing.trouble.trial import pair

CUT_SECONDS = 8.0
"""Long enough for tor to give up all its guards, which it would try again in ten minutes."""

ASLEEP_SECONDS = 10.0


@pytest_twisted.ensureDeferred
async def test_a_contact_reaches_us_again_after_a_cut_and_not_with_the_watchdog_asleep(
    tor_network, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("t")
    made = await pair(reactor, folder, tor_network.torrc, tor_network.client_seed)
    try:
        trial = await made.trial("cut", cut(Way.REFUSED, CUT_SECONDS))
        assert trial.kept, trial
        # A killed tor stays dead when nobody looks after it.
        made.subject.put_to_sleep()
        assert (await made.trial("killed", killed, patience=ASLEEP_SECONDS)).seconds is None
    finally:
        await made.stop()
