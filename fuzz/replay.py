"""Run one input of a target in this process and say what it costs.

python -m fuzz.replay TARGET FILE
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from fuzz.measure import measure_here
from fuzz.targets import find


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the cost as JSON")
    parser.add_argument("--raise", dest="raises", action="store_true", help="show the traceback")
    parser.add_argument("target")
    parser.add_argument("file", type=Path)
    chosen = parser.parse_args()
    target = find(chosen.target)
    try:
        data = chosen.file.read_bytes()
    except OSError as error:
        parser.error(f"cannot read {chosen.file}: {error.strerror}")
    if chosen.raises:
        target.run(data)
    cost = measure_here(target, data)
    if chosen.json:
        sys.stdout.buffer.write(msgspec.json.encode(cost))
        return 0
    print(
        f"{target.name}: {len(data)} bytes, {cost.seconds * 1000:.2f} ms of CPU,"
        f" {cost.traced / 1024:.0f} KiB of Python objects,"
        f" resident peak +{cost.resident / 1024:.0f} KiB"
    )
    print(cost.over() or "within the limits, only declared errors")
    return 1 if cost.over() else 0


if __name__ == "__main__":
    sys.exit(main())
