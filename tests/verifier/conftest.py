"""Makes the reference implementations beside these tests importable."""

from __future__ import annotations

import sys
from pathlib import Path

# pytest's importlib mode adds no folder to the path; the references are modules, not tests. The
# folder above holds the simulator.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
