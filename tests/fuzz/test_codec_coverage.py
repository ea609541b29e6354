"""The committed corpora alone take every branch of the codec (goal R3: at least 95 %)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODEC = (
    "wire/codec.py",
    "session/frames.py",
    "link/control.py",
    "sync/messages.py",
    "contacts/messages.py",
    "journal/entry.py",
    "journal/fork.py",
    "rooms/bodies.py",
)
"""`protocol/wire`, and what decodes single messages and entries with it."""

DECODING = ("wire-codec", "session-frames", "link-control", "sync-messages", "contact-messages")
DECODING += ("entry", "entry-header", "entry-bodies", "fork-proof", "journal")


def branches(folder, targets):
    """Of each file: how many branches there are, and how many replaying these corpora takes."""
    data = folder / "coverage"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV_")}
    run = [sys.executable, "-m", "coverage"]
    options = {"cwd": ROOT, "env": environment, "check": True, "capture_output": True}
    replay = ["-m", "fuzz.corpus", "replay", *targets]
    package = "--source=onionchat.protocol"
    subprocess.run([*run, "run", "--branch", f"--data-file={data}", package, *replay], **options)
    report = folder / "report.json"
    subprocess.run([*run, "json", "-q", f"--data-file={data}", "-o", str(report)], **options)
    files = json.loads(report.read_text())["files"]
    found = {name: files[f"onionchat/protocol/{name}"]["summary"] for name in CODEC}
    return {name: (one["num_branches"], one["covered_branches"]) for name, one in found.items()}


def percent(found):
    whole, taken = (sum(one) for one in zip(*found.values(), strict=True))
    return 100 * taken / whole


@pytest.mark.slow
def test_the_corpora_take_95_percent_of_the_codecs_branches(tmp_path):
    found = branches(tmp_path, DECODING)
    whole, taken = found["wire/codec.py"]
    assert whole == taken
    assert percent(found) >= 95


@pytest.mark.slow
def test_one_corpus_alone_would_not(tmp_path):
    assert percent(branches(tmp_path, ("session-frames",))) < 95
