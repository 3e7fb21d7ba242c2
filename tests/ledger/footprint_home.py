"""A home of `desk_home` with those who sign footprints, and factors that a footprint can use.

The producer, the verification body, the certifier and the filing office are fictional; their keys
lie beside the ledger under the names that docs/howto/footprint.md uses. Two electricity factors
are the official ones, everything else is illustrative.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from desk_home import PASSPHRASE, make_home
from ledger_world import Party, rules_of_the_world
from suyuan_ledger.keys.pkcs8 import encrypt_key
from suyuan_ledger.official import official_table
from suyuan_ledger.records.table_import import import_factors

CAST = {
    "smelter": (30, "Example Smelter", "示例冶炼厂", "producer"),
    "body": (31, "Example Verification Body", "示例核查机构", "verificationBody"),
    "certifier": (32, "Example Certifier", "示例认证机构", "certifier"),
    "office": (33, "Example Filing Office", "示例备案机关", "filingOffice"),
}
"""Number, name, Chinese name and role, by the name of the key's file."""

OFFICIAL = {
    "EX-AVERAGE": "CN-ELEC-CFP-2024-NAT",
    "EX-HYDRO": "CN-ELEC-CFP-2024-HYDRO",
    "EX-LOSSES": "CN-ELEC-CFP-2024-TD-LOSS",
}
"""Official figures that are admitted, by registry number."""

CARBON = "EX-0001"
"""Registry number of EXAMPLE-1: 1.5 tCO2e per tonne, illustrative."""


def make_footprint_home(folder):
    """Make `folder/ledger` and key files for everybody.

    Args:
        folder: an empty folder.

    Returns:
        The world, with `parties` by name; its ledger is open.
    """
    world = make_home(folder, rules_of_the_world())
    world.parties = {}
    for name, (number, en, zh, role) in CAST.items():
        party = Party(number, en, zh)
        world.enrol(party, [role])
        world.parties[name] = party
        key = Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))
        (folder / f"{name}.pem").write_bytes(encrypt_key(key, PASSPHRASE))
    world.enrol(world.works, ["transcriber"])
    world.admit(1, referencePeriod={"start": "2024-01-01", "end": "2024-12-31"})
    subjects = {
        row.subject["factorCode"]: row.subject for row in import_factors(official_table()).rows
    }
    for number, code in OFFICIAL.items():
        about = world.submission(**subjects[code])
        opinions = world.opinions(about)
        world.ledger.submit(world.admission(about, opinions, number=number))
    return world
