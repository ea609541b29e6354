"""Making a profile by a program, and asking two words of the phrase back."""

import collections
import json

import msgspec
import pytest

from onionchat.control import first_run
from onionchat.control.first_run import Failed
from onionchat.errors import InternalError, InvalidInput, InvalidText, ProfileExists
from onionchat.protocol.identity.recovery import PHRASE_WORDS
from onionchat.testing.rng import SeededRng


def test_name_and_passphrase() -> None:
    found = first_run.parse('{"name": "Zoë", "passphrase": "correct horse"}'.encode())
    assert (found.name, found.passphrase) == ("Zoë", "correct horse")
    assert first_run.parse(b'{"passphrase": "correct horse"}\n').name == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"my secret",
        b'{"passphrase": "my secret"',
        b'{"passphrase": ""}',
        b'{"passphrase": 5}',
        b'{"passphrase": "my secret", "my secret": 1}',
        b'{"passphrase": "my secret"} {}',
        b'{"passphrase": "\xff my secret"}',
        b'{"passphrase": "my secret", "name": "' + b"x" * 65 + b'"}',
        b'{"passphrase": "' + b"my secret" * 150 + b'"}',
        b'{"passphrase": "my secret"}' + b" " * first_run.MAX_BYTES,
        b'{"passphrase": "\\ud800 my secret"}',
    ],
)
def test_bad_input_is_named_without_showing_it(data: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        first_run.parse(data)
    assert "secret" not in str(caught.value)


def test_what_a_program_writes_is_what_init_reads() -> None:
    asked = first_run.NewProfile(name='Zo\u00eb\n"', passphrase="correct horse")
    assert first_run.parse(first_run.written(asked).encode()) == asked
    with pytest.raises(InvalidText):
        first_run.written(first_run.NewProfile("a\udc80", "\ud800"))


def test_what_init_prints_is_what_a_program_reads() -> None:
    words = tuple(f"word{number}" for number in range(first_run.WORDS))
    printed = json.dumps({"profile": "/home/\udcff", "words": words}).encode()
    assert first_run.made(printed).words == words
    with pytest.raises(ProfileExists, match="Somewhere"):
        first_run.made(msgspec.json.encode(Failed(ProfileExists.code, "", "Somewhere.")))


@pytest.mark.parametrize(
    "said", [b"", b"\xff", b"[]", b"{}", b'{"profile": "", "words": ["one"]}', b"Traceback"]
)
def test_a_program_that_said_neither_is_a_defect(said: bytes) -> None:
    with pytest.raises(InternalError, match="has not said why"):
        first_run.made(said)


def test_a_failure_names_the_error() -> None:
    failed = first_run.failed(ProfileExists())
    assert (failed.code, failed.name) == (ProfileExists.code, "ProfileExists")
    assert failed.sentence == ProfileExists.sentence


def test_two_different_places_each_pair_as_often_as_any_other() -> None:
    assert first_run.WORDS == PHRASE_WORDS
    rng = SeededRng("places")
    found = collections.Counter(first_run.places(rng.random_bytes) for _ in range(27_600))
    assert len(found) == 24 * 23 / 2
    assert all(1 <= one < other <= 24 for one, other in found)
    assert min(found.values()) > 50 and max(found.values()) < 160


def test_places_beyond_the_last_whole_round_are_drawn_again() -> None:
    draws = [b"\xff\xff", b"\xff\xfe", b"\x00\x00"]
    assert first_run.places(lambda size: draws.pop(0)[:size]) == (1, 2)
    assert draws == []


def test_a_word_is_right_however_it_is_written() -> None:
    words = [f"word{number}" for number in range(1, 25)]
    assert first_run.right(words, 3, " WORD3\n")
    for wrong in ("", "word", "word4", "word3 word3"):
        assert not first_run.right(words, 3, wrong)
