"""A ledger's home as people find it who sit down at the desk: keys as files, everybody enrolled.

The cast is that of `ledger_world.GovernedWorld`; the keys lie beside the ledger under the names
that docs/howto/review-desk.md uses. They are made of seeds that stand in this repository.
"""

from __future__ import annotations

import copy
import shutil

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ledger_world import GovernedWorld
from suyuan_ledger.keys.pkcs8 import encrypt_key
from suyuan_ledger.log.clock import system_clock
from suyuan_ledger.service import Ledger
from suyuan_ledger.workflow.default_rules import default_rules

PASSPHRASE = "only for this test"
EVER = {"notBefore": "2020-01-01T00:00:00Z", "notAfter": "2099-01-01T00:00:00Z"}
SEEDS = {
    "ledger/keys/log": b"\x10" * 32,
    **{
        name: number.to_bytes(32, "big")
        for name, number in (
            ("root", 1),
            ("works", 2),
            ("checker", 11),
            ("bureau", 12),
            ("registry", 13),
            ("inspectorate", 14),
            ("expert1", 20),
            ("expert2", 21),
            ("expert3", 22),
            ("expert4", 23),
        )
    },
}
"""Of the keys of the world, by the name of their file."""


class HomeWorld(GovernedWorld):
    """A governed world on the machine's own clock, whose enrolments do not lapse."""

    def open(self):
        """Open the log at its place."""
        return Ledger.open(self.path, signer=self.log_key, clock=system_clock)

    def enrol(self, party=None, roles=("submitter",), person=None, **changes):
        """Log a request and its enrolment by the root."""
        return super().enrol(party, roles, person, **{**EVER, **changes})


def make_home(folder, rules=None):
    """Make `folder/ledger` with a governed log, and a key file for everybody.

    Args:
        folder: an empty folder.
        rules: the rule set to put in force; the default one if absent.

    Returns:
        The world; its ledger is open.
    """
    (folder / "ledger" / "keys").mkdir(parents=True)
    for name, seed in SEEDS.items():
        pem = encrypt_key(Ed25519PrivateKey.from_private_bytes(seed), PASSPHRASE)
        (folder / f"{name}.pem").write_bytes(pem)
    place = folder / "ledger" / "ledger.sqlite"
    return HomeWorld(place, clock=system_clock, rules=rules or default_rules()).begin()


def copy_home(world, folder):
    """Copy a closed world into an empty folder, and open its ledger there."""
    shutil.copytree(world.path.parents[1], folder, dirs_exist_ok=True)
    moved = copy.copy(world)
    moved.path = folder / "ledger" / "ledger.sqlite"
    moved.ledger = moved.open()
    return moved
