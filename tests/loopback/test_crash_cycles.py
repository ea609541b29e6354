"""A process that stores is killed again and again; the long form is `make crash CYCLES=1000`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def killed(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "onionchat.testing.crashes.cycles", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_doubled_or_another_after_kill_9():
    status, said = killed("--cycles", "120", "--seed", "7")
    assert status == 0, said
    assert "120 processes killed" in said
    # Most of them were killed at work, however slow the machine.
    before_work = re.search(r"(\d+) killed before their first commit", said)
    assert 0 < int(before_work.group(1)) < 60


def test_telling_before_the_commit_is_found():
    status, said = killed("--cycles", "120", "--seed", "7", "--early")
    assert status == 1
    assert "BROKEN" in said
