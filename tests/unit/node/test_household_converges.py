"""Whatever the person does on whichever device, and in whatever order it arrives: once all devices
have everything, they agree."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onionchat.errors import NameTaken
from onionchat.node import acquaintance, journals, preferences, sharing
from onionchat.protocol.contacts.states import ContactInputs
from onionchat.protocol.rooms.household import PETNAME, TRUST
from onionchat.store import contacts, drafts, frontiers, personas
from onionchat.store.contacts import ContactState
from onionchat.testing.household import Friend, Household
from onionchat.types import Trust

DEVICES, FRIENDS = 3, 3

device, friend = st.integers(0, DEVICES - 1), st.integers(0, FRIENDS - 1)
steps = st.one_of(
    st.tuples(st.just("meet"), device, friend),
    st.tuples(st.just("rename"), device, friend, st.sampled_from(["Ann", "ann", "Ann 2", "Eve"])),
    st.tuples(st.just("trust"), device, friend, st.sampled_from(Trust)),
    st.tuples(st.just("block"), device, friend),
    st.tuples(st.just("unblock"), device, friend),
    st.tuples(st.just("draft"), device, friend, st.sampled_from(["", "one", "two"])),
    st.tuples(st.just("read"), device, friend, st.integers(1, 9)),
    st.tuples(st.just("remove"), device, friend),
    st.tuples(st.just("receipts"), device, st.sampled_from(["on", "off"])),
    st.tuples(st.just("later"), device, st.integers(0, 5)),
    st.tuples(st.just("carry"), device, device, st.integers(1, 6)),
)


class Life:
    """Three devices, three people who may become contacts, each by one link."""

    def __init__(self, folder):
        self.home = Household(folder, DEVICES)
        self.friends = [Friend(f"friend {number}") for number in range(FRIENDS)]
        self.met = set()

    def do(self, what, number, *rest):
        device = self.home.devices[number]
        if what == "carry":
            if rest[0] != number:
                self.home.carry(device, self.home.devices[rest[0]], rest[1])
        elif what == "later":
            device.now += rest[0] * 1000
        elif what == "receipts":
            device.run(lambda tx: self.receipts(tx, device, rest[0]))
        elif what == "meet":
            if rest[0] not in self.met:
                self.met.add(rest[0])
                device.meet(self.friends[rest[0]])
        else:
            device.change(
                self.friends[rest[0]],
                lambda tx, contact: getattr(self, what)(tx, device, contact, *rest[1:]),
            )

    def receipts(self, tx, device, value):
        preferences.put(tx, preferences.READ_RECEIPTS, value)
        sharing.share_setting(tx, preferences.READ_RECEIPTS, device.now)

    def rename(self, tx, device, contact, name):
        try:
            contacts.rename(tx, contact.number, name)
        except NameTaken:
            return
        sharing.share_contact(tx, contact.number, device.now, PETNAME)

    def trust(self, tx, device, contact, trust):
        contacts.set_trust(tx, contact.number, trust, device.now)
        sharing.share_contact(tx, contact.number, device.now, TRUST)

    def block(self, tx, device, contact):
        acquaintance.step(tx, contact.number, ContactInputs.block, device.now, device.rng)

    def unblock(self, tx, device, contact):
        if not sharing.is_removed(tx, contact.account_id):
            acquaintance.step(tx, contact.number, ContactInputs.unblock, device.now, device.rng)

    def draft(self, tx, device, contact, text):
        drafts.put(tx, contact.number, text, device.now)
        sharing.share_draft(tx, contact.number, device.now)

    def read(self, tx, device, contact, seq):
        author = next(iter(journals.roster(tx, contact.account_id).devices))
        frontiers.read_elsewhere(tx, contact.number, author, seq)
        sharing.share_read(tx, contact.number, {author: seq}, device.now)

    def remove(self, tx, device, contact):
        sharing.share_removed(tx, contact.account_id, device.now)
        acquaintance.retire(tx, contact, device.now, device.rng)

    def seen(self, device):
        """All that has to be the same on each device."""

        def work(tx):
            found = {}
            for contact in contacts.everyone(tx):
                persona = personas.get(tx, contact.persona)
                removed = sharing.is_removed(tx, contact.account_id)
                if removed:
                    # Its row is erased by a service; until then it is shut out.
                    assert contact.state is ContactState.BLOCKED
                    continue
                found[contact.account_id] = (
                    contact.public_id,
                    contact.petname,
                    contact.state,
                    contact.trust,
                    drafts.get(tx, contact.number),
                    frontiers.person_read(tx, contact.number),
                    journals.roster(tx, persona.account_id),
                    persona.admitted,
                )
            return found, preferences.get(tx, preferences.READ_RECEIPTS)

        return device.run(work)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(steps, max_size=40))
def test_devices_agree_in_the_end(script):
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Path(folder))
        try:
            for step in script:
                life.do(*step)
            life.home.settle()
            first, *others = [life.seen(device) for device in life.home.devices]
            for other in others:
                assert other == first
            assert all(facts[-1] for facts in first[0].values())
        finally:
            life.home.close()
