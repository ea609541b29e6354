"""How the process of a node ends when something fails that is no error of the node's own."""

import argparse
import errno
import os
from pathlib import Path

import pytest
from twisted.python.failure import Failure

from onionchat.errors import DiskFull, InternalError
from onionchat.node_process import NodeProcess
from onionchat.service_manager import ServiceManager


@pytest.fixture
def process(tmp_path: Path) -> NodeProcess:
    chosen = argparse.Namespace(ready_fd=os.open(tmp_path / "report", os.O_CREAT | os.O_WRONLY))
    return NodeProcess(None, chosen, tmp_path, None, ServiceManager({}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        # A start on a full disk: the files of the sockets found no room.
        (OSError(errno.ENOSPC, "No space left", "token"), DiskFull.code, DiskFull.sentence),
        (
            OSError(errno.EROFS, "Read-only file system", "token"),
            3020,
            "token cannot be used: Read-only file system.",
        ),
        (ValueError("a secret"), InternalError.code, InternalError.sentence),
    ],
)
def test_it_says_in_one_sentence_why(process, tmp_path, capsys, error, code, sentence):
    process._failed(Failure(error))
    assert process.status == 1
    assert (tmp_path / "report").read_text() == f"error {code} {sentence}\n"
    said = capsys.readouterr().err
    assert said.endswith(f"onionchat: {sentence}\n")
    assert "secret" not in said
