"""Where the sockets are, and that nobody else can have put them there."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onionchat.control import address
from onionchat.errors import KeyslotMissing, NoProfile, UnsafePermissions
from onionchat.store import profile as store_profile


@pytest.fixture
def short() -> Iterator[Path]:
    """pytest's own temporary folders have names too long for a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def profile(short: Path) -> Path:
    folder = short / "p"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / ("d" * 60) / ("e" * 60)
    folder.mkdir(parents=True, mode=0o700)
    yield folder
    shutil.rmtree(address.run_folder(folder, {}).path, ignore_errors=True)


def test_the_store_calls_its_files_the_same() -> None:
    assert address.KEYSLOT == store_profile.KEYSLOT
    assert address.DATABASE == store_profile.DATABASE


def test_a_folder_with_a_database_only_has_lost_its_key_file(tmp_path: Path) -> None:
    assert isinstance(address.no_profile(tmp_path), NoProfile)
    (tmp_path / address.DATABASE).touch()
    assert isinstance(address.no_profile(tmp_path), KeyslotMissing)


def test_default_profile(tmp_path: Path) -> None:
    data = {"XDG_DATA_HOME": str(tmp_path)}
    assert address.default_profile(data) == tmp_path / "onionchat" / "default"
    at_home = Path("~/.local/share/onionchat/default").expanduser()
    assert address.default_profile({}) == at_home
    assert address.default_profile({"XDG_DATA_HOME": "relative"}) == at_home


def test_inside_the_profile_when_the_path_is_short(profile: Path) -> None:
    folder = address.create(profile, {})
    assert folder.path == profile / "run"
    assert folder.socket == profile / "run" / "control.sock"
    for path in (folder.path, folder.tor):
        assert path.stat().st_mode & 0o777 == 0o700
    assert address.find(profile, {}) == folder


def test_a_deep_profile_gets_a_short_folder(deep: Path, short: Path) -> None:
    runtime = short / "x"
    runtime.mkdir(mode=0o700)
    folder = address.create(deep, {"XDG_RUNTIME_DIR": str(runtime)})
    assert folder.path.parent == runtime
    assert len(os.fsencode(folder.tor)) + 33 <= address.MAX_SOCKET_PATH
    # Whoever looks for it may have another environment.
    assert address.find(deep, {}) == folder


def test_finding_1_a_copy_does_not_lead_to_the_node_of_the_original(
    deep: Path, short: Path, profile: Path
) -> None:
    runtime = short / "x"
    runtime.mkdir(mode=0o700)
    folder = address.create(deep, {"XDG_RUNTIME_DIR": str(runtime)})
    copy = short / "copy"
    shutil.copytree(deep, copy)
    # What is checked is what matters: the copy does name the original's folder.
    assert (copy / "run" / "where").read_text() == str(folder.path)
    assert address.find(copy, {}) is None
    assert address.find(deep, {}) == folder
    # Also where all is a link of the same file, as by `cp -al`.
    address.create(profile, {})
    (profile / "run" / "control.sock").touch()
    shutil.copytree(profile, short / "links", copy_function=os.link)
    assert address.find(short / "links", {}) is None


def test_what_cannot_be_removed_keeps_no_token(profile: Path) -> None:
    folder = address.create(profile, {})
    (folder.tor / "a folder").mkdir()
    for path in (folder.token, folder.owner_file, folder.socket):
        path.touch()
    address.clear(folder)
    assert [path.name for path in folder.path.iterdir()] == ["tor"]


def test_finding_1_a_profile_that_was_moved_is_still_the_same(deep: Path) -> None:
    folder = address.create(deep, {})
    moved = deep.rename(deep.with_name("moved"))
    assert address.find(moved, {}) == folder
    # And a copy in its old place is another one.
    shutil.copytree(moved, deep)
    (deep / "run" / "where").unlink()
    assert address.run_folder(deep, {}).path == folder.path
    assert address.find(deep, {}) is None
    folder.owner_file.unlink()
    assert address.find(moved, {}) is None


@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_a_runtime_folder_of_everybody_is_not_used(deep: Path, short: Path, mode: int) -> None:
    runtime = short / "x"
    runtime.mkdir()
    runtime.chmod(mode)
    folder = address.run_folder(deep, {"XDG_RUNTIME_DIR": str(runtime)})
    assert folder.path.parent == Path("/tmp")


def test_two_profiles_have_two_folders(deep: Path) -> None:
    other = address.run_folder(deep.with_name("f" * 60), {})
    assert other != address.run_folder(deep, {})


def test_a_link_to_a_profile_is_that_profile(deep: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(deep)
    assert address.run_folder(link, {}) == address.run_folder(deep, {})


def test_every_path_is_short_enough_or_elsewhere(tmp_path: Path) -> None:
    for length in range(1, 120, 7):
        folder = address.run_folder(tmp_path / ("d" * length), {})
        assert len(os.fsencode(folder.path)) + 1 + address.LONGEST_NAME <= address.MAX_SOCKET_PATH


def test_a_squatter_in_tmp_is_noticed(deep: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    address.run_folder(deep, {}).path.symlink_to(tmp_path / "elsewhere")
    try:
        with pytest.raises(UnsafePermissions):
            address.create(deep, {})
    finally:
        address.run_folder(deep, {}).path.unlink()


def test_a_folder_that_others_can_enter_is_refused(profile: Path) -> None:
    folder = address.create(profile, {})
    folder.path.chmod(0o710)
    with pytest.raises(UnsafePermissions):
        address.find(profile, {})
    with pytest.raises(UnsafePermissions):
        address.create(profile, {})


def test_a_folder_of_somebody_else_is_refused(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address.create(profile, {})
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(UnsafePermissions, match="another user"):
        address.find(profile, {})


def test_without_a_node_there_is_nothing_to_find(profile: Path, deep: Path) -> None:
    assert address.find(profile, {}) is None
    (deep / "run").mkdir(mode=0o700)
    assert address.find(deep, {}) is None


class TestPrivateFiles:
    def test_round_trip(self, tmp_path: Path) -> None:
        for text in ("one", "two"):
            address.write_private(tmp_path / "token", text)
            assert address.read_private(tmp_path / "token") == text
        assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
        assert os.listdir(tmp_path) == ["token"]

    def test_one_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        address.write_private(tmp_path / "token", "one")
        (tmp_path / "token").chmod(0o640)
        with pytest.raises(UnsafePermissions):
            address.read_private(tmp_path / "token")

    def test_a_link_is_neither_followed_nor_written_through(self, tmp_path: Path) -> None:
        (tmp_path / "target").write_text("x")
        (tmp_path / "token").symlink_to(tmp_path / "target")
        with pytest.raises(OSError):
            address.read_private(tmp_path / "token")
        (tmp_path / "token.new").symlink_to(tmp_path / "target")
        address.write_private(tmp_path / "token", "one")
        assert (tmp_path / "target").read_text() == "x"
