"""Profiles by name, without opening them."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onionchat.control import address, profiles
from onionchat.errors import InvalidInput, UnsafePermissions


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    # Short, because of the socket in it.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield {"XDG_DATA_HOME": folder}


def make(environment: dict[str, str], name: str) -> Path:
    place = profiles.named(name, environment)
    place.mkdir(parents=True, mode=0o700)
    (place / address.KEYSLOT).touch(0o600)
    return place


def test_none(environment: dict[str, str]) -> None:
    assert profiles.listed(environment) == ()


def test_what_a_wipe_has_not_finished_is_listed_and_an_interrupted_backup_is_not(
    environment: dict[str, str],
) -> None:
    place = make(environment, "half wiped")
    (place / address.KEYSLOT).rename(place / address.WIPING)
    (place.parent / ".copy.partial").mkdir()
    (place.parent / ".copy.partial" / address.DATABASE).touch()
    (found,) = profiles.listed(environment)
    assert (found.name, found.key) == ("half wiped", False)


def test_the_default_first_then_by_name(environment: dict[str, str]) -> None:
    for name in ("work", "Bärbel", "default", "zoo"):
        make(environment, name)
    (profiles.folder(environment) / "a file").touch()
    (profiles.folder(environment) / "empty").mkdir()
    found = profiles.listed(environment)
    assert [view.name for view in found] == ["default", "Bärbel", "work", "zoo"]
    assert [view.default for view in found] == [True, False, False, False]
    assert found[0].path == str(address.default_profile(environment))
    assert not any(view.running for view in found)
    assert all(view.key for view in found)


def test_one_that_has_lost_its_key(environment: dict[str, str]) -> None:
    place = make(environment, "half")
    (place / address.DATABASE).touch()
    (place / address.KEYSLOT).unlink()
    (view,) = profiles.listed(environment)
    assert (view.name, view.key) == ("half", False)


def test_who_runs(environment: dict[str, str]) -> None:
    place = make(environment, "work")
    make(environment, "other")
    where = address.create(place, environment)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as node:
        node.bind(str(where.socket))
        node.listen()
        assert {view.name: view.running for view in profiles.listed(environment)} == {
            "other": False,
            "work": True,
        }
    # The socket that a killed node leaves behind.
    assert where.socket.exists()
    assert not any(view.running for view in profiles.listed(environment))


def test_a_run_folder_of_others_is_no_node(environment: dict[str, str]) -> None:
    place = make(environment, "work")
    (place / "run").mkdir(mode=0o777)
    (place / "run").chmod(0o777)
    (view,) = profiles.listed(environment)
    assert not view.running


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "/etc",
        " x",
        "x ",
        "a\nb",
        "a\0b",
        "\u202ex",
        "x" * 65,
        "\udcff",
    ],
)
def test_no_names(environment: dict[str, str], name: str) -> None:
    with pytest.raises(InvalidInput):
        profiles.named(name, environment)


def test_names(environment: dict[str, str]) -> None:
    for name in ("work", "für die Familie", "x.y", "a-b_c", "日本", "x" * 64):
        assert profiles.named(name, environment).parent == profiles.folder(environment)


def test_a_place_that_cannot_be_looked_into(place_of_a_user: Path) -> None:
    environment = {"XDG_DATA_HOME": str(place_of_a_user)}
    make(environment, "work")
    profiles.folder(environment).chmod(0)
    try:
        with pytest.raises(UnsafePermissions):
            profiles.listed(environment)
    finally:
        profiles.folder(environment).chmod(0o700)
