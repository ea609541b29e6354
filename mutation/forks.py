"""Runs tests against one mutant in a process of its own: fork, mutate while importing, pytest.

A mutant is a changed syntax tree of one module; no file is touched. The process that forks must not
have imported the package: the child's import finds the changed module.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

from mutation.results import Mutant
from mutation.slices import ROOT, module_name

PACKAGE: Final = "onionchat"

KILLED, SURVIVED, TIMEOUT, BROKEN = "killed", "survived", "timeout", "broken"
"""`BROKEN`: pytest could not run these tests at all; says nothing about the mutant."""

_OPTIONS: Final = (
    *("-x", "-q", "--no-header", "--tb=no", "--confcutdir=tests/unit", "--import-mode=importlib"),
    *("-p", "no:twisted", "-p", "no:cov", "-p", "no:cacheprovider", "-p", "mutation.profile"),
    *("-o", "addopts=", "-W", "ignore"),
)


@dataclass(frozen=True)
class Changed:
    """A mutant, and the tree of its whole module."""

    mutant: Mutant
    path: Path
    tree: ast.Module


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a tree instead of its file."""

    def __init__(self, changed: Changed) -> None:
        self._name = module_name(changed.path).removesuffix(".__init__")
        self._path = ROOT / changed.path
        self._tree = changed.tree

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        is_package = self._path.name == "__init__.py"
        spec = importlib.util.spec_from_loader(
            fullname, self, origin=str(self._path), is_package=is_package
        )
        if spec is not None and is_package:
            spec.submodule_search_locations = [str(self._path.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self._path)
        exec(compile(self._tree, str(self._path), "exec"), module.__dict__)


def warm_up() -> None:
    """Import what all children need, but not the package.

    Raises:
        RuntimeError: the package is imported already.
    """
    if any(name.partition(".")[0] == PACKAGE for name in sys.modules):
        raise RuntimeError("the package is imported: its mutants would not be seen")
    import attrs  # noqa: F401
    import automat  # noqa: F401
    import hypothesis  # noqa: F401
    import msgspec  # noqa: F401
    import nacl.bindings  # noqa: F401
    import pytest  # noqa: F401


def run(changed: Changed | None, tests: Sequence[str], seconds: float) -> str:
    """Whether these tests notice the mutant (None: the code as it is); one of the four words."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            status = _child(changed, tests)
        finally:
            os._exit(status)
    try:
        return _outcome(child, time.monotonic() + seconds)
    except KeyboardInterrupt:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        raise


def _outcome(child: int, until: float) -> str:
    pause = 0.005
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return TIMEOUT
        time.sleep(pause)
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return SURVIVED
    # 1: a test failed; 2, 3: the tests cannot even be imported; a signal: the interpreter died.
    return KILLED if code in (1, 2, 3) or code < 0 else BROKEN


def _child(changed: Changed | None, tests: Sequence[str]) -> int:
    import pytest

    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os.chdir(ROOT)
    # What is compiled without a mutant, rewritten tests above all, is read by all that follow.
    sys.dont_write_bytecode = changed is not None
    if changed is not None:
        sys.meta_path.insert(0, _Finder(changed))
    return int(pytest.main([*_OPTIONS, *tests]))
