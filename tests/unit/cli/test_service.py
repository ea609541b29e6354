"""`onionchat service`: a unit for this user, with the right paths, and nothing beyond a file."""

import os
import sys
from pathlib import Path

import pytest

from onionchat.cli import main, service


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "a home with 100 % spaces"
    home.mkdir()
    for name in (
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "ONIONCHAT_PROFILE",
        "ONIONCHAT_PASSPHRASE_FILE",
        "ONIONCHAT_TOR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(service, "namespaces", lambda: True)
    return home


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main(["service", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def lines(text: str, key: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"{key}=")]


def unit(home: Path) -> Path:
    return home / ".config" / "systemd" / "user" / "onionchat.service"


def test_it_writes_the_unit_and_says_what_is_next(home, capsys):
    status, out, _ = run(capsys, "install")
    assert status == 0
    assert "systemctl --user enable --now onionchat" in out
    assert "starts locked" in out
    (command,) = lines(unit(home).read_text(), "ExecStart")
    program = Path(sys.executable).parent / "onionchat"
    profile = str(home / ".local/share/onionchat/default").replace("%", "%%")
    assert command == f'ExecStart={program} node --headless "--profile={profile}"'
    (writable,) = lines(unit(home).read_text(), "ReadWritePaths")
    # The folder of profiles, which takes backups, too.
    assert writable == f'ReadWritePaths="-{Path(profile).parent}" %t'


def test_it_can_be_looked_at_without_being_written(home, capsys):
    status, out, err = run(capsys, "install", "--print")
    assert (status, err) == (0, "")
    assert out.startswith("# Made by `onionchat service install`")
    assert not unit(home).exists()


def test_what_the_person_says_of_profile_passphrase_and_tor_stands_in_it(home, capsys):
    _, out, _ = run(
        capsys,
        "install",
        "--print",
        "--profile=/x/p",
        "--passphrase-file=/x/secret",
        "--tor-control=unix:/run/tor/control",
    )
    (command,) = lines(out, "ExecStart")
    assert command.endswith("--headless --profile=/x/p --tor-control=unix:/run/tor/control")
    assert lines(out, "LoadCredential") == ["LoadCredential=passphrase:/x/secret"]
    assert lines(out, "RestrictAddressFamilies") == ["RestrictAddressFamilies=AF_UNIX"]
    assert lines(out, "ReadWritePaths") == ["ReadWritePaths=-/x/p %t"]


def test_a_tor_over_tcp_needs_the_internet_families(home, capsys):
    _, out, _ = run(capsys, "install", "--print", "--tor-control=127.0.0.1:9051")
    assert "AF_INET " in lines(out, "RestrictAddressFamilies")[0]


def test_the_tor_of_the_environment_is_kept(home, capsys, monkeypatch):
    monkeypatch.setenv("ONIONCHAT_TOR", "/opt/tor")
    _, out, _ = run(capsys, "install", "--print")
    assert "--tor=/opt/tor" in lines(out, "ExecStart")[0]
    _, out, _ = run(capsys, "install", "--print", "--tor=/other/tor")
    assert "--tor=/opt/tor" not in lines(out, "ExecStart")[0]


@pytest.mark.parametrize("why", ["asked", "kernel"])
def test_without_user_namespaces_it_is_not_confined(home, capsys, monkeypatch, why):
    if why == "kernel":
        monkeypatch.setattr(service, "namespaces", lambda: False)
    _, out, _ = run(capsys, "install", "--print", *(["--unconfined"] if why == "asked" else []))
    assert "PrivateUsers" not in out
    assert "NoNewPrivileges=yes" in out


def test_one_that_was_changed_is_not_overwritten_unasked(home, capsys):
    run(capsys, "install")
    assert run(capsys, "install")[0] == 0
    unit(home).write_text("mine")
    status, _, err = run(capsys, "install")
    assert status == 1
    assert "--replace" in err
    assert unit(home).read_text() == "mine"
    assert run(capsys, "install", "--replace")[0] == 0
    assert "ExecStart" in unit(home).read_text()


def test_it_can_be_removed(home, capsys):
    run(capsys, "install")
    status, out, _ = run(capsys, "remove")
    assert status == 0
    assert "systemctl --user stop" in out
    assert not unit(home).exists()
    assert run(capsys, "remove")[0] == 1


def test_paths_that_would_be_other_lines_are_refused(home, capsys):
    status, _, err = run(capsys, "install", "--profile", "/x\nExecStartPre=/bin/true")
    assert status == 1
    assert "line breaks" in err
    assert not unit(home).exists()


def test_where_the_system_says_that_users_get_no_namespaces(tmp_path, monkeypatch):
    monkeypatch.undo()
    switch = tmp_path / "switch"
    monkeypatch.setattr(service, "_NO_NAMESPACES", {str(switch): "0"})
    assert service.namespaces()
    switch.write_text("0\n")
    assert not service.namespaces()
    switch.write_text("15000\n")
    assert service.namespaces()


def test_the_unit_s_place_follows_the_standard(home, monkeypatch):
    assert service.unit_path() == unit(home)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))
    assert service.unit_path().is_relative_to(home / "elsewhere")
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert service.unit_path() == unit(home)
    assert os.path.isabs(service.unit_path())
