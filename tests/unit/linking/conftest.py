"""An old device with its account, and a new one."""

from types import SimpleNamespace

import pytest

from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.persona import Persona
from onionchat.protocol.identity.statements import build_add
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.linking.host import AccountFacts
from onionchat.testing.rng import SeededRng

RECOVERY = AgreementKey(b"p" * 32).public


class Account:
    """An account's journal, as the old device keeps it."""

    def __init__(self, seed="alice", addresses=0):
        self.persona = Persona.create(SeededRng(seed), RECOVERY)
        self.journal = MemoryJournal(account_journal(self.persona.account))
        self.say(self.persona.genesis)

    def say(self, body, kind=EntryKind.ROSTER, key=None):
        return self.journal.append(key or self.persona.device, 1000, kind, body)

    @property
    def entries(self):
        return tuple(entry.to_bytes() for entry in self.journal)

    @property
    def facts(self):
        author = self.persona.device.public
        return AccountFacts(RECOVERY, "Alice", author, self.entries)

    def add(self, device_key, link_key, consent):
        self.say(build_add(device_key, link_key, consent))
        return self.entries


@pytest.fixture
def account():
    return Account()


def new_device(seed="phone"):
    rng = SeededRng(seed)
    return SimpleNamespace(device=SigningKey.generate(rng), link=AgreementKey.generate(rng))
