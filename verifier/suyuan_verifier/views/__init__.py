"""Views: files in others' formats, projected from a bundle again and compared byte by byte.

    sources    the records of a bundle that views are made from
    terms      what the projections share; tokens: JSON with numbers as digits
    pact, untp, cbam, openlca (archive), table (factors)    one projection each
    compare    which view a file is, and whether it says what the bundle says

Written from docs/spec/views.md alone; what exports views shares no code with this.
"""

from suyuan_verifier.views.compare import MAX_VIEW_BYTES, check_view

__all__ = ["MAX_VIEW_BYTES", "check_view"]
