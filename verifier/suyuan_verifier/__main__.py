"""`python -m suyuan_verifier` is `suyuan-verify`."""

import sys

from suyuan_verifier.cli import main

sys.exit(main())
