"""The fictional organisations of the demo; each says in both languages that it is an example.

Their identifiers carry the administrative division 999999, which is assigned to nobody, and right
check characters, so that they pass every check without naming anyone. Persons are opaque ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ROOT_NAMES = {"name": "Example root authority (fictional)", "nameZh": "示例根机构（虚构）"}

GROUP = "91999999MADEM0PP18"
"""The submitter's parent group, which is also that of one of the experts."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast, as it asks to be enrolled.

    Attributes:
        label: name of its key file.
        organisation: as records state it.
        roles: what it may sign.
        person: opaque id of the person behind the key, for experts.
        scope: what its enrolment is limited to.
        by_root: enrolled by the root authority itself; a registrar may not grant these roles.
    """

    label: str
    organisation: dict[str, str]
    roles: tuple[str, ...]
    person: str | None = None
    scope: dict[str, Any] = field(default_factory=dict)
    by_root: bool = False

    @property
    def names(self) -> dict[str, str]:
        """The names that the member's records carry."""
        return {name: self.organisation[name] for name in ("name", "nameZh")}


def _organisation(
    registered_id: str, en: str, zh: str, kind: str, parent: str | None = None
) -> dict[str, str]:
    stated = {
        "registeredId": registered_id,
        "name": f"{en} (fictional)",
        "nameZh": f"{zh}（虚构）",
        "orgType": kind,
    }
    return stated if parent is None else {**stated, "parentGroupId": parent}


_CHINA = {"geography": ["CN"]}
_INSTITUTE_A = _organisation(
    "91999999MADEM0FF2M", "Example institute A", "示例研究院甲", "institute"
)
_INSTITUTE_B = _organisation(
    "91999999MADEM0GG3F", "Example institute B", "示例研究院乙", "institute"
)
_INSTITUTE_C = _organisation(
    "91999999MADEM0HH49", "Example institute C", "示例研究院丙", "institute"
)
_INSTITUTE_D = _organisation(
    "91999999MADEM0JJ53", "Example institute D", "示例研究院丁", "institute"
)

REGISTRAR = Member(
    "registrar",
    _organisation("91999999MADEM0AA9R", "Example registrar", "示例登记处", "ledgerOperator"),
    ("registrar",),
    by_root=True,
)
TRANSCRIBER = Member(
    "transcriber",
    _organisation(
        "91999999MADEM0BB3X", "Example transcription desk", "示例官方数据转录组", "institute"
    ),
    ("transcriber",),
    # The two official electricity series of China.
    scope={"geography": ["CN"], "series": ["GRID_CO2_ORG", "ELEC_FOOTPRINT"]},
)
SUBMITTER = Member(
    "submitter",
    _organisation(
        "91999999MADEM0EE1U",
        "Example Yunnan hydropower association",
        "示例云南水电协会",
        "association",
        GROUP,
    ),
    ("submitter",),
    scope={"geography": ["CN-YN"]},
)
CHECKER = Member(
    "checker",
    _organisation("91999999MADEM0LL7N", "Example checking centre", "示例溯源校验中心", "institute"),
    ("checker",),
    scope=_CHINA,
)
EXPERTS = tuple(
    Member(f"expert-{number}", organisation, ("expert",), f"demo-person-{number}", _CHINA)
    for number, organisation in enumerate(
        (_INSTITUTE_A, _INSTITUTE_B, _INSTITUTE_C, _INSTITUTE_D), 1
    )
)
"""Four: the second will object, the third step down, and the fourth's key will be stolen."""

SECOND_KEY = Member("expert-1-second-key", _INSTITUTE_A, ("expert",), EXPERTS[0].person, _CHINA)
"""Another key of the first expert, honestly enrolled: still one person."""

COUSIN = Member(
    "expert-of-the-group",
    _organisation(
        "91999999MADEM0KK6W",
        "Example power institute of the submitter's group",
        "示例报送方集团研究院",
        "institute",
        GROUP,
    ),
    ("expert",),
    "demo-person-5",
    _CHINA,
)
AUTHORITY = Member(
    "authority",
    _organisation(
        "91999999MADEM0MM8G", "Example competent authority", "示例行业主管部门", "authority"
    ),
    ("authority",),
    scope=_CHINA,
    by_root=True,
)
ADMITTER = Member(
    "admitter",
    _organisation("91999999MADEM0NN9A", "Example factor registry", "示例因子库管理处", "institute"),
    ("admitter",),
    scope=_CHINA,
    by_root=True,
)
PUBLISHER = Member(
    "publisher",
    _organisation("91999999MADEM0QQ22", "Example status desk", "示例状态发布处", "ledgerOperator"),
    ("statusPublisher",),
    by_root=True,
)
SUPERVISOR = Member(
    "supervisor",
    _organisation("91999999MADEM0RR3U", "Example supervision office", "示例监督机关", "authority"),
    ("supervisor",),
    scope=_CHINA,
)
COMPANY = (
    REGISTRAR,
    TRANSCRIBER,
    SUBMITTER,
    CHECKER,
    *EXPERTS,
    SECOND_KEY,
    COUSIN,
    AUTHORITY,
    ADMITTER,
    PUBLISHER,
    SUPERVISOR,
)
"""Everybody who is enrolled at the beginning; the registrar first."""

STRANGER = Member(
    "stranger",
    _organisation("91999999MADEM0CC84", "Example stranger", "示例陌生人", "enterprise"),
    ("transcriber",),
)
NEWCOMER = Member(
    "newcomer",
    _organisation("91999999MADEM0DD28", "Example institute", "示例研究所", "institute"),
    ("submitter",),
    by_root=True,
)
