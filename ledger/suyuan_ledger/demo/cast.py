"""The fictional organisations of the demo; each says in both languages that it is an example.

Their identifiers carry the administrative division 999999, which is assigned to nobody, and right
check characters, so that they pass every check without naming anyone.
"""

from __future__ import annotations

ROOT_NAMES = {"name": "Example root authority (fictional)", "nameZh": "示例根机构（虚构）"}

REGISTRAR = {
    "registeredId": "91999999MADEM0AA9R",
    "name": "Example registrar (fictional)",
    "nameZh": "示例登记处（虚构）",
    "orgType": "ledgerOperator",
}
TRANSCRIBER = {
    "registeredId": "91999999MADEM0BB3X",
    "name": "Example transcription desk (fictional)",
    "nameZh": "示例官方数据转录组（虚构）",
    "orgType": "institute",
}
STRANGER = {
    "registeredId": "91999999MADEM0CC84",
    "name": "Example stranger (fictional)",
    "nameZh": "示例陌生人（虚构）",
    "orgType": "enterprise",
}
NEWCOMER = {
    "registeredId": "91999999MADEM0DD28",
    "name": "Example institute (fictional)",
    "nameZh": "示例研究所（虚构）",
    "orgType": "institute",
}
TRANSCRIBER_SCOPE = {"geography": ["CN"], "series": ["GRID_CO2_ORG", "ELEC_FOOTPRINT"]}
"""What the transcriber may transcribe: the two official electricity series of China."""
