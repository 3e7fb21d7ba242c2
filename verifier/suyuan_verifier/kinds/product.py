"""What a footprint, a certificate and a label call the product.

See docs/spec/kinds.md#footprintstatement.
"""

from __future__ import annotations

from suyuan_verifier.digital_link import is_gtin
from suyuan_verifier.kinds.terms import check_ascending
from suyuan_verifier.shape import array, bilingual, fail, obj, pattern

PRODUCT = obj({"name": bilingual()}, {"specification": bilingual()})
PRODUCT_IDS = array(
    pattern(
        r"urn:[a-z0-9][a-z0-9-]{1,31}:[A-Za-z0-9()+,.:=@;$_!*'%/?#-]{1,180}", "record.product_id"
    ),
    1,
    8,
)
_GTIN = "urn:gtin:"


def check_product_ids(ids: list[str], pointer: str) -> None:
    """Check that product ids, whose form holds, ascend and that trade item numbers are sound."""
    check_ascending(ids, lambda item: item, pointer)
    for position, item in enumerate(ids):
        if item.startswith(_GTIN) and not is_gtin(item.removeprefix(_GTIN)):
            raise fail(
                f"{pointer}/{position}",
                "14 digits with a right check digit: one product, one spelling",
                item,
                "record.product_id",
            )
