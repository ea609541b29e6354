"""Two people who introduce themselves to each other."""

from types import SimpleNamespace

import pytest

from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.persona import Persona
from onionchat.protocol.identity.statements import build_address, build_profile
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.journal.ids import account_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.testing.rng import SeededRng


def make_person(name):
    persona = Persona.create(SeededRng(name), AgreementKey(b"p" * 32).public)
    journal = MemoryJournal(account_journal(persona.account))
    onion = SigningKey(name.encode().ljust(32))

    def say(body, kind=EntryKind.ROSTER):
        return journal.append(persona.device, 1000, kind, body)

    say(persona.genesis)
    say(build_profile(name))
    say(build_address(onion.public, b"s" * 32, 80))
    return SimpleNamespace(
        name=name,
        persona=persona,
        journal=journal,
        say=say,
        onion=onion,
        entries=lambda: tuple(entry.to_bytes() for entry in journal),
    )


@pytest.fixture
def alice():
    return make_person("Alice")


@pytest.fixture
def bob():
    return make_person("Bob")
