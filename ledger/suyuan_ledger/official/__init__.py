"""The official Chinese electricity factors, as a table of our own.

51 figures: 40 grid CO2 factors of 2023 (announcement 公告2025年第47号 of the Ministry of Ecology
and Environment and the National Bureau of Statistics, annex tables 1 to 5) and 11 electricity
carbon footprint factors of 2024 (announcement of the two with the National Energy Administration,
dated 2025-09-28, annex tables 1 to 3; its document number is not known here and stands as
`notStated`).

The figures keep the annexes' own digits. What is ours, not the ministry's: the factor codes, the
English wording, and `notStated` where the annexes do not say (GWP set; boundary of the footprint
factors). 2023 and 2024 are read as calendar years.
"""

from __future__ import annotations

from suyuan_ledger.official.digits import official_problem
from suyuan_ledger.official.table import official_factors, official_table

__all__ = ["official_factors", "official_problem", "official_table"]
