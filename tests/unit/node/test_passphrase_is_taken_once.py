"""What the node's process keeps of the passphrase: nothing."""

from __future__ import annotations

import argparse
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from twisted.internet.defer import Deferred

from onionchat.node_process import NodeProcess, Parts, Passphrase
from onionchat.service_manager import ServiceManager


def test_the_node_is_given_the_passphrase_and_nobody_keeps_it(tmp_path: Path) -> None:
    given: list[str] = []
    opened: Deferred[str] = Deferred()

    async def open_node(_reactor: object, *, passphrase: str, **_more: Any) -> str:
        given.append(passphrase[::-1])
        return await opened

    chosen = argparse.Namespace(torrc=None, tor=None, tor_control=None)
    parts = Parts(
        lambda *_: [], lambda *_: [], lambda *_: [], open_node, lambda *_: "", lambda *_: None
    )  # type: ignore[arg-type]
    process = NodeProcess(None, chosen, tmp_path, parts, ServiceManager({}))
    secret = Passphrase("correct horse")
    folder: Any = SimpleNamespace(tor=tmp_path)
    opening = Deferred.fromCoroutine(process._open(secret, Future().result, folder))
    assert given == ["esroh tcerroc"]
    opened.callback("node")
    assert opening.result == "node"
    assert vars(secret) == {"_text": None}


def test_a_passphrase_in_an_error_report_says_nothing() -> None:
    assert "horse" not in repr(Passphrase("correct horse"))
