"""A thief with a device of the person's cannot keep it from being put out by claiming to have more
of the person's logs than there is."""

import pytest

from onionchat.node import journals
from onionchat.protocol.journal.ids import account_journal
from onionchat.testing.devices import self_account


def claim(world, alice, thief):
    """The thief's device says that it has more of Alice's log in the self account."""
    key, account = alice.self_key(), self_account(alice)
    thief.restart()
    thief.read(
        lambda tx: tx.execute(
            "UPDATE logs SET seq = seq + 3, entry_id = randomblob(32)"
            " WHERE author = (SELECT id FROM authors WHERE device_key = ?)"
            " AND journal = (SELECT id FROM journals WHERE journal_id = ?)",
            key,
            account_journal(account),
        )
    )
    alice.restart()
    world.pass_time(120)


def is_active(alice, device):
    account = self_account(alice)
    return alice.read(lambda tx: journals.roster(tx, account)).active(device)


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("gone", [False, True])
def test_it_is_put_out_all_the_same(world, three, words, gone):
    alice, thief, _ = three
    device = thief.self_key()
    claim(world, alice, thief)
    if gone:
        thief.stop()
        world.pass_time(3600)
    phrase = " ".join(alice.words) if words else None
    alice.do(alice.api.revoke_device(device.hex(), recovery=phrase))
    assert not is_active(alice, device)


def test_with_a_third_device_as_well(world, three):
    alice, thief, _ = three
    tablet = world.device(alice, "Tablet")
    world.until(lambda: world.joined(alice, tablet))
    device = thief.self_key()
    claim(world, alice, thief)
    alice.do(alice.api.revoke_device(device.hex(), recovery=None))
    world.until(lambda: not is_active(tablet, device), 900)
    assert not is_active(alice, device)
    assert device not in alice.own_links()
