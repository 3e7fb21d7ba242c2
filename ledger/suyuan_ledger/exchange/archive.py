"""Zip archives that are the same bytes wherever they are written (docs/spec/views.md#openlca).

Stored, not deflated: compressors differ, and a view has to be comparable. No clock, no permission
and no name of a system comes from the machine.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_REGULAR_FILE = 0o100644


def write_archive(entries: Mapping[str, bytes]) -> bytes:
    """Write an archive.

    Args:
        entries: content by name, names in ASCII; written in ascending order.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = _REGULAR_FILE << 16
            archive.writestr(info, entries[name])
    return buffer.getvalue()
