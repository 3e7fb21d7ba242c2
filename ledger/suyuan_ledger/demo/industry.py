"""The cast of footprints and labels: producers, who verifies them, certifies, files; all fictional.

As in `cast`, every organisation says in both languages that it is an example.
"""

from __future__ import annotations

from suyuan_ledger.demo.cast import Member

_YUNNAN = {"geography": ["CN-YN"]}
_CHINA = {"geography": ["CN"]}


def _member(label: str, code: str, names: tuple[str, str], role: str, kind: str) -> Member:
    en, zh = names
    stated = {
        "registeredId": code,
        "name": f"{en} (fictional)",
        "nameZh": f"{zh}（虚构）",
        "orgType": kind,
    }
    scope = _YUNNAN if role in ("producer", "submitter") else _CHINA
    return Member(label, stated, (role,), scope=scope)


MATERIALS = _member(
    "materials",
    "91999999MADEM0TT7Y",
    ("Example association of materials industries", "示例原材料工业协会"),
    "submitter",
    "association",
)
SMELTER = _member(
    "smelter",
    "91999999MADEM0UU7M",
    ("Example aluminium smelter", "示例铝业公司"),
    "producer",
    "enterprise",
)
FERTILISER = _member(
    "fertiliser",
    "91999999MADEM0WW7C",
    ("Example fertiliser works", "示例磷肥公司"),
    "producer",
    "enterprise",
)
AMMONIA = _member(
    "ammonia",
    "91999999MADEM0XX73",
    ("Example ammonia works", "示例合成氨厂"),
    "producer",
    "enterprise",
)
BODY = _member(
    "verification-body",
    "91999999MADEM0YY7R",
    ("Example verification body", "示例核查机构"),
    "verificationBody",
    "institute",
)
CERTIFIER = _member(
    "certifier",
    "91999999MADEM01177",
    ("Example certification body", "示例认证机构"),
    "certifier",
    "institute",
)
OFFICE = _member(
    "filing-office",
    "91999999MADEM0227X",
    ("Example filing office", "示例备案机关"),
    "filingOffice",
    "authority",
)
INDUSTRY = (MATERIALS, SMELTER, FERTILISER, AMMONIA, BODY, CERTIFIER, OFFICE)
"""Everybody who is enrolled for the chapters on labels."""
