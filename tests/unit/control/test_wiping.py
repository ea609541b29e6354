"""Destroying a profile that a node has open: the key at once, then that node, then the files."""

import os
from pathlib import Path

import pytest

from onionchat.control import address, wiping
from onionchat.control.wiping import Asked
from onionchat.errors import ProfileInUse, StorageFailed
from onionchat.store import profile, wipe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "profile"
    made.mkdir(mode=0o700)
    for name in (address.KEYSLOT, address.DATABASE):
        profile.make_private_file(made / name)
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What asking the node leads to, one after the other; functions are called. Then nobody."""
    answers: list[object] = []

    def answer(folder: Path) -> Asked:
        assert not address.holds_profile(folder), "nobody is waited for before the key is gone"
        said = answers.pop(0) if answers else Asked.NOBODY
        return said() if callable(said) else said  # type: ignore[return-value]

    monkeypatch.setattr(wiping, "end_node", answer)
    return answers


def test_a_node_that_answers_is_waited_for(folder: Path, asked: list[object]) -> None:
    lock = profile.Lock(folder)
    (folder / "letter").touch()

    def end() -> Asked:
        lock.release()
        wipe.remove(folder)
        return Asked.ENDED

    asked.append(end)
    assert wiping.destroy(folder) == ["letter"]


def test_a_node_that_starts_is_asked_as_soon_as_it_answers(
    folder: Path, asked: list[object]
) -> None:
    lock = profile.Lock(folder)
    address.create(folder, os.environ)

    def end() -> Asked:
        lock.release()
        return Asked.ENDED

    asked.extend([Asked.NOBODY, Asked.NOBODY, end])
    assert wiping.destroy(folder) == []
    assert not folder.exists()


@pytest.mark.parametrize("answer", [Asked.NOBODY, Asked.IN_VAIN])
def test_a_node_that_stays_is_said_though_the_key_is_gone(
    folder: Path, asked: list[object], answer: Asked
) -> None:
    lock = profile.Lock(folder)
    address.create(folder, os.environ)
    asked.append(answer)
    with pytest.raises(ProfileInUse):
        wiping.destroy(folder, starting_seconds=0.0)
    lock.release()
    assert not address.holds_profile(folder)
    assert address.holds_traces(folder), "so that it can be finished"


def test_a_key_that_cannot_be_destroyed_is_what_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_: Path) -> None:
        raise StorageFailed

    monkeypatch.setattr(wipe, "destroy_key", cannot)
    lock = profile.Lock(folder)
    with pytest.raises(StorageFailed):
        wiping.destroy(folder)
    lock.release()
