"""Where the sockets are, and that nobody else can have put them there."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onionchat import cli, daemon
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


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("platform", "place"),
    [
        ("linux", ".local/share"),
        ("freebsd14", ".local/share"),
        ("darwin", "Library/Application Support"),
        ("win32", "AppData/Roaming"),
    ],
)
def test_the_default_profile_is_where_the_platform_keeps_such_things(
    home: Path, platform: str, place: str
) -> None:
    assert address.default_profile({}, platform) == home / place / "onionchat" / "default"


@pytest.mark.parametrize(
    ("platform", "name"),
    [("linux", "XDG_DATA_HOME"), ("darwin", "XDG_DATA_HOME"), ("win32", "APPDATA")],
)
def test_the_environment_can_say_where_the_default_profile_is(
    home: Path, tmp_path: Path, platform: str, name: str
) -> None:
    elsewhere = {name: str(tmp_path / "elsewhere")}
    place = tmp_path / "elsewhere" / "onionchat" / "default"
    assert address.default_profile(elsewhere, platform) == place
    relative = address.default_profile({name: "relative"}, platform)
    assert relative == address.default_profile({}, platform)


def test_another_platforms_variable_is_ignored(home: Path, tmp_path: Path) -> None:
    wrong = {"APPDATA": str(tmp_path / "elsewhere")}
    assert address.default_profile(wrong, "linux") == address.default_profile({}, "linux")


def test_a_place_with_a_space_has_its_sockets_where_tor_can_name_them(home: Path) -> None:
    profile = address.default_profile({}, "darwin")
    assert " " in str(profile)
    assert " " not in str(address.run_folder(profile, {}).path)


def test_a_system_without_unix_sockets_is_told_so() -> None:
    assert address.refusal("posix") is None
    sentence = address.refusal("nt")
    assert sentence is not None
    assert "Windows" in sentence


def test_no_program_begins_where_it_cannot_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(address, "refusal", lambda: "Not here.")
    for program in (cli.main, daemon.main):
        assert program(["--help"]) == 1
        assert capsys.readouterr().err.endswith("Not here.\n")


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
