"""tor-config/get-tor: which tor it accepts. (What it downloads needs a network and is not here.)"""

import os
import subprocess
from pathlib import Path

import pytest

GET_TOR = Path(__file__).parents[2] / "tor-config" / "get-tor"


def fake_tor(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    tor = folder / "tor"
    tor.write_text(f"#!/bin/sh\necho 'Tor version {version}.'\necho 'Tor is running on Linux.'\n")
    tor.chmod(0o755)
    return tor


def get_tor(**environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "ONIONCHAT_TOR"}
    return subprocess.run(
        [str(GET_TOR)], env=inherited | environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "version",
    ["0.4.7", "0.4.7.1", "0.4.8.0-alpha-dev (git-0123456789abcdef)", "0.4.10.1", "0.5.0.1", "1.0"],
)
def test_new_enough(tmp_path: Path, version: str) -> None:
    tor = fake_tor(tmp_path / "a folder", version)
    assert get_tor(ONIONCHAT_TOR=str(tor)).stdout == f"{tor}\n"


@pytest.mark.parametrize("version", ["0.4.6.99", "0.3.10.1", "0.4.5.16", "?"])
def test_setting_that_cannot_be_used_is_an_error(tmp_path: Path, version: str) -> None:
    tor = fake_tor(tmp_path, version)
    run = get_tor(ONIONCHAT_TOR=str(tor))
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"get-tor: ONIONCHAT_TOR={tor} is not a tor of version 0.4.7")


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    assert get_tor(ONIONCHAT_TOR=str(tmp_path / "none")).returncode == 1


def test_passes_over_an_old_one_on_the_path(tmp_path: Path) -> None:
    old, new = fake_tor(tmp_path / "old", "0.4.5.16"), fake_tor(tmp_path / "new", "0.4.9.1")
    run = get_tor(PATH=f"{old.parent}:{new.parent}:{os.environ['PATH']}")
    assert (run.returncode, run.stdout) == (0, f"{new}\n")
    assert str(old) in run.stderr
