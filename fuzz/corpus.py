"""The committed inputs: reading, replaying, and keeping them few.

    python -m fuzz.corpus replay [TARGET …]     # every committed input, measured
    python -m fuzz.corpus adopt [TARGET …]      # seeds and what `make fuzz` found, minimised

What lives here: `corpora/TARGET/`, one input a file, named by its hash. What may not: fuzzing.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType

from fuzz.measure import ROOT, Finding, check
from fuzz.target import Target
from fuzz.targets import TARGETS, find

CORPORA = Path(__file__).with_name("corpora")
FOUND = ROOT / ".cache" / "fuzz" / "corpus"
MAX_COMMITTED = 2100
"""Bytes of a committed input; longer ones are made by the generators when they are needed."""


def committed(target: Target) -> list[bytes]:
    """The committed inputs of a target."""
    return [path.read_bytes() for path in sorted((CORPORA / target.name).glob("*"))]


def inputs(target: Target) -> Iterator[bytes]:
    """All that is replayed: what is committed, the seeds, and the inputs of the largest size."""
    seen = set()
    for data in (*committed(target), *target.seeds(), *target.large()):
        if data not in seen:
            seen.add(data)
            yield data


def name_of(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


Trace = Callable[[FrameType, str, object], object]

_ONIONCHAT = str(ROOT / "onionchat") + "/"


def features(target: Target, data: bytes) -> set[object]:
    """Which pairs of lines of the program follow one another, and how it ends."""
    found: set[object] = set()

    def trace(frame: FrameType, event: str, _: object) -> Trace | None:
        code = frame.f_code
        if not code.co_filename.startswith(_ONIONCHAT):
            return None
        last = 0

        def local(inner: FrameType, kind: str, _: object) -> Trace:
            nonlocal last
            if kind == "line":
                found.add((code, last, inner.f_lineno))
                last = inner.f_lineno
            elif kind == "return":
                found.add((code, last, -1))
            return local

        return local

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        ended = type(target.run(data)).__name__
    except Exception as error:  # noqa: BLE001 - how it ends is a feature, whatever it is
        ended = type(error).__name__
    finally:
        sys.settrace(before)
    found.add(ended)
    return found


def smallest(target: Target, candidates: Iterable[bytes]) -> list[bytes]:
    """Inputs that together show every feature of the candidates, small ones first."""
    kept, seen = [], set[object]()
    for data in sorted(set(candidates), key=lambda one: (len(one), one)):
        if len(data) > MAX_COMMITTED:
            continue
        new = features(target, data) - seen
        if new:
            seen |= new
            kept.append(data)
    return kept


def adopt(target: Target) -> tuple[int, int]:
    """Write the committed corpus anew; returns how many inputs there were and how many are kept."""
    folder = CORPORA / target.name
    found = [path.read_bytes() for path in (FOUND / target.name).glob("*") if path.is_file()]
    candidates = [*committed(target), *target.seeds(), *found]
    kept = smallest(target, candidates)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name_of(data): data for data in kept}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, data in wanted.items():
        (folder / name).write_bytes(data)
    return len(candidates), len(kept)


def replay(target: Target) -> tuple[int, list[Finding]]:
    """Run the committed inputs; returns how many there are, and what is wrong."""
    data = committed(target)
    return len(data), [found for one in data if (found := check(target, one)) is not None]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("replay", "adopt"))
    parser.add_argument("targets", nargs="*")
    chosen = parser.parse_args()
    wrong = 0
    for target in map(find, chosen.targets or TARGETS):
        if chosen.what == "adopt":
            before, kept = adopt(target)
            print(f"{target.name}: {kept} of {before}")
            continue
        count, findings = replay(target)
        wrong += len(findings)
        print(f"{target.name}: {count} inputs, {len(findings)} findings")
        for finding in findings:
            print(f"  {finding}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
