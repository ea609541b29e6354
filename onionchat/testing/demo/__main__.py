"""`python -m onionchat.testing.demo [--keep]`."""

from __future__ import annotations

import argparse
import sys

from onionchat.testing.demo.story import main

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Two nodes chat over a private Tor network.")
    parser.add_argument("--keep", action="store_true", help="leave everything running until Ctrl-C")
    sys.exit(main(keep=parser.parse_args().keep))
