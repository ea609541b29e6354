"""`python -m onionchat.cli` is `onionchat`."""

import sys

from . import main

sys.exit(main())
