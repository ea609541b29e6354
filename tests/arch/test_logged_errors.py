"""The error observer of tests/conftest.py: what it must catch and what it must let pass."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]

# Each of these runs in a pytest of its own, under the project's conftest.py and pyproject.toml.
CASES = """
from twisted.internet.defer import Deferred, ensureDeferred, fail, inlineCallbacks, succeed
from twisted.logger import Logger
from twisted.python import log
import pytest
import pytest_twisted


def test_bad_err():
    log.err(ZeroDivisionError("old log interface"))


def test_bad_logger_failure():
    try:
        1 / 0
    except ZeroDivisionError:
        Logger().failure("new log interface")


def test_bad_unhandled_in_deferred():
    fail(ZeroDivisionError("nobody listens"))


def test_bad_unhandled_in_a_cycle():
    holder = {"deferred": fail(ZeroDivisionError("only the collector finds it"))}
    holder["self"] = holder


def test_bad_wrong_type_flushed(flush_logged_errors):
    log.err(ZeroDivisionError("still there"))
    assert flush_logged_errors(KeyError) == []


@pytest.fixture
def noisy_cleanup():
    yield
    log.err(ZeroDivisionError("in the clean-up"))


def test_bad_fixture_cleanup(noisy_cleanup):
    pass


@pytest_twisted.ensureDeferred
async def test_bad_coroutine():
    await succeed(None)
    fail(ZeroDivisionError("in a coroutine"))


def test_good_quiet():
    pass


def test_good_handled():
    fail(ZeroDivisionError()).addErrback(lambda failure: None)


def test_good_flushed(flush_logged_errors):
    log.err(ZeroDivisionError("expected"))
    fail(KeyError("expected"))
    assert [f.type for f in flush_logged_errors(ZeroDivisionError, KeyError)] == [
        ZeroDivisionError, KeyError,
    ]


def test_good_flushed_all(flush_logged_errors):
    log.err(ZeroDivisionError("expected"))
    assert len(flush_logged_errors()) == 1


@pytest_twisted.ensureDeferred
async def test_good_coroutine():
    assert await succeed(7) == 7
"""


def test_cases(tmp_path: Path) -> None:
    (tmp_path / "tests" / "tor").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "tests" / "test_cases.py").write_text(CASES)
    # Deselected by its folder alone.
    (tmp_path / "tests" / "tor" / "test_unmarked.py").write_text("def test_bad_if_run(): pass\n")

    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not tor", f"--junitxml={report}"]
    # PYTEST_ADDOPTS, coverage's variables and the like belong to the outer run.
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stdout + run.stderr

    outcome = {}
    for case in ElementTree.parse(report).iter("testcase"):
        bad = case.find("failure") is not None or case.find("error") is not None
        outcome[case.get("name")] = outcome.get(case.get("name"), False) or bad
    assert len(outcome) == CASES.count("def test_")
    wrong = [name for name, bad in outcome.items() if bad != name.startswith("test_bad_")]
    assert wrong == [], run.stdout
