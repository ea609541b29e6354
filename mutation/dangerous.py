"""Twenty changes that would each be a disaster, and the tests that must notice: part of `make test`.

Each one names a place in the code by its text. If the text is not there any more, or twice, that is
an error: somebody changed the code, and has to say what the danger looks like now.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mutation import forks
from mutation.results import Mutant
from mutation.slices import ROOT, module_name

SECONDS: Final = 300.0
"""No danger is an endless loop, and all tests take seconds: this ends what hangs, on any machine."""


class NotFound(Exception):
    """The place that a mutant names is not in the code, or more than once."""


@dataclass(frozen=True)
class Danger:
    """In `function` of `file`, the statement or expression `old` becomes `new`."""

    file: str
    function: str
    old: str
    new: str
    tests: str
    """The file with the tests of which one must fail."""


_J: Final = "onionchat/protocol/journal/"
_S: Final = "onionchat/protocol/sync/"
_VALIDATE: Final = "tests/unit/journal/test_validate.py"
_ORDER: Final = "tests/unit/journal/test_order.py"
_SESSION: Final = "tests/unit/sync/test_session.py"
_INCOMING: Final = "tests/unit/sync/test_incoming.py"
_ROSTER: Final = "tests/unit/identity/test_roster.py"
_POLICY: Final = "tests/unit/rooms/test_policy.py"

DANGERS: Final = (
    # A signature that nobody checks.
    Danger(_J + "validate.py", "_holds", "return False", "return True", _VALIDATE),
    Danger(
        _J + "entry.py",
        "check_signature",
        "verify(author, Label.SIGN_ENTRY, header_bytes, signature)",
        "pass",
        _VALIDATE,
    ),
    # A body that is not the one that was signed.
    Danger(
        _J + "entry.py",
        "check_body",
        "digest(Label.ENTRY_BODY, entry.body) != entry.header.body_hash",
        "False",
        _VALIDATE,
    ),
    # A log with a hole, or with another past.
    Danger(
        _J + "validate.py",
        "_place",
        "header.seq == expected and header.previous != tip",
        "False",
        _VALIDATE,
    ),
    # Somebody accused without proof; a forger believed.
    Danger(
        _J + "fork.py",
        "verify_fork",
        "entry_id(proof.first.header) == entry_id(proof.second.header)",
        "False",
        _VALIDATE,
    ),
    Danger(
        _J + "validate.py",
        "_already_taken",
        "stored is None or not _holds(entry.header.author, stored.header, stored.signature)",
        "stored is None",
        _VALIDATE,
    ),
    # The policy is not asked.
    Danger(_J + "validate.py", "_place", "permit(entry)", "pass", _VALIDATE),
    # An answer before its question.
    Danger(_J + "order.py", "order_key", "ancestor.effective > effective", "False", _ORDER),
    Danger(_J + "order.py", "order_key", "ancestor.depth > depth", "False", _ORDER),
    # Bytes after the end; more bytes than allowed.
    Danger(
        "onionchat/protocol/wire/codec.py",
        "decode",
        "len(data) > limit",
        "False",
        "tests/unit/wire/test_codec.py",
    ),
    Danger(
        _J + "entry.py",
        "parse_header",
        "any((one >= other for one, other in zip(parents, parents[1:], strict=False)))",
        "False",
        "tests/unit/journal/test_entry.py",
    ),
    # Memory that a peer fills.
    Danger(
        _S + "incoming.py", "_count", "self._unacked > WINDOW + MAX_MESSAGE", "False", _INCOMING
    ),
    Danger(
        _S + "incoming.py", "_wait", "len(self._pending) >= MAX_PENDING_ENTRIES", "False", _INCOMING
    ),
    # A tick for what is not on the other's disk.
    Danger(_S + "replica.py", "surely_there", "self._sure.seq", "self.peer_seq(author)", _SESSION),
    # A number that is signed twice and sent.
    Danger(
        _S + "session.py",
        "_compare",
        "self._outgoing.refused(replica, replica.own)",
        "pass",
        _SESSION,
    ),
    # Entries of a journal that the peer may not read.
    Danger(_S + "session.py", "found_by_id", "self._peer_shares(e.journal)", "True", _SESSION),
    # A thief who revokes his owner; a device that nobody asked; one that was revoked.
    Danger(
        "onionchat/protocol/identity/roster.py",
        "_stands",
        "device.valid_seq(self._journal, said.act.seq)",
        "True",
        _ROSTER,
    ),
    Danger(
        "onionchat/protocol/identity/statements.py",
        "is_consented",
        "_verifies(add.device_key, Label.SIGN_ADD, message, add.consent)",
        "True",
        _ROSTER,
    ),
    Danger(
        "onionchat/protocol/rooms/policy.py",
        "permit",
        "any((entry.author in roster.known for roster in self._rosters))",
        "True",
        _POLICY,
    ),
    # What was removed comes back.
    Danger(
        "onionchat/protocol/rooms/self_state.py",
        "meet",
        "held is None or new.order > held.order",
        "True",
        "tests/unit/rooms/test_self_state.py",
    ),
)


def changed(danger: Danger, source: str | None = None) -> forks.Changed:
    """The mutant's tree.

    Raises:
        NotFound: its place is not there, or not there alone.
    """
    text = (ROOT / danger.file).read_text(encoding="utf-8") if source is None else source
    tree = ast.parse(text)
    places = [
        (function, node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name == danger.function
        for node in ast.walk(function)
        if isinstance(node, ast.expr | ast.stmt) and _is(node, danger.old)
    ]
    # A statement that is just an expression has the same text as that.
    statements = {id(node.value) for _, node in places if isinstance(node, ast.Expr)}
    places = [(function, node) for function, node in places if id(node) not in statements]
    if len(places) != 1:
        raise NotFound(f"{danger.file}, {danger.function}: {danger.old!r}")
    _, target = places[0]
    new = ast.parse(danger.new).body[0]
    replacement = new.value if isinstance(target, ast.expr) and isinstance(new, ast.Expr) else new
    tree = _Replace(target, replacement).visit(tree)
    mutant = Mutant(f"{module_name(Path(danger.file))}.{danger.function}", danger.old, danger.new)
    return forks.Changed(mutant, Path(danger.file), ast.fix_missing_locations(tree))


def _is(node: ast.AST, text: str) -> bool:
    return ast.unparse(node) == text


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: ast.AST) -> None:
        self._target = target
        self._replacement = replacement

    def visit(self, node: ast.AST) -> ast.AST:
        return self._replacement if node is self._target else super().visit(node)


def survivors(dangers: Sequence[Danger] = DANGERS) -> list[Danger]:
    """The dangers that their tests do not notice.

    Raises:
        NotFound: a place is not in the code.
        RuntimeError: tests fail without any mutant, cannot be run, or do not end.
    """
    forks.warm_up()
    tests = sorted({danger.tests for danger in dangers})
    if forks.run(None, tests, SECONDS) != forks.SURVIVED:
        raise RuntimeError(f"{', '.join(tests)} fail as they are")
    found: list[Danger] = []
    for danger in dangers:
        became = forks.run(changed(danger), [danger.tests], SECONDS)
        if became in (forks.BROKEN, forks.TIMEOUT):
            raise RuntimeError(f"{danger.tests} cannot be run with {danger}: {became}")
        if became == forks.SURVIVED:
            found.append(danger)
    return found


def main() -> int:
    """0 if every one is noticed."""
    found = survivors()
    for danger in found:
        print(f"NOT NOTICED: {danger.file}, {danger.function}: {danger.old} -> {danger.new}")
    print(f"{len(DANGERS) - len(found)} of {len(DANGERS)} dangerous changes are noticed")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
