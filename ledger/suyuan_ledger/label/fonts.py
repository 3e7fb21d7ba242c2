"""The Chinese font of a certificate: named by the user, else the first one that is installed.

Only font files that are known to hold simplified Chinese are looked for, by name, in the folders in
which systems keep fonts; the order below is the order of preference. Nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import typst

from suyuan_ledger.errors import RefusedError

KNOWN = (
    "NotoSansCJKsc-Regular.otf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "SourceHanSans-Regular.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
    "msyh.ttc",
    "simhei.ttf",
    "simsun.ttc",
)
_SIMPLIFIED = ("SC", "CN", "GB")
"""Endings of family names: a collection holds the same characters in the forms of each country."""


@dataclass(frozen=True, slots=True)
class ChineseFont:
    """A font file with Chinese characters.

    Attributes:
        path: the file.
        families: its families' names, the one for simplified Chinese first.
        fonts: it and the fonts of the typesetter, and no others of this machine.
    """

    path: Path
    families: tuple[str, ...]
    fonts: typst.Fonts


def open_font(path: Path | None, folder: Path) -> ChineseFont:
    """Open the font that was named, or find one.

    Args:
        path: a font file, None to look for one.
        folder: an empty folder; the file is copied there, because the typesetter reads folders and
            another file beside the font would change what is printed.

    Raises:
        RefusedError: `print.font` if there is none, or the file is no font.
    """
    found = find_font() if path is None else path
    if found is None:
        raise RefusedError("print.font", found="none of those that are looked for")
    try:
        shutil.copyfile(found, folder / found.name)
    except OSError as error:
        raise RefusedError("print.font", pointer=str(found), found=error.strerror) from None
    own = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    families = sorted(own.families(), key=_preference)
    if not families:
        raise RefusedError("print.font", pointer=str(found), expected="a font file")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder]
    )
    return ChineseFont(found, tuple(families), fonts)


def find_font(folders: list[Path] | None = None) -> Path | None:
    """Look for a known font file, in the folders of this system unless told others."""
    files: dict[str, Path] = {}
    for folder in font_folders() if folders is None else folders:
        for place, _, names in sorted(os.walk(folder)):
            for name in names:
                files.setdefault(name, Path(place, name))
    return next((files[name] for name in KNOWN if name in files), None)


def font_folders() -> list[Path]:
    """Return the folders in which this system keeps fonts, the user's own first."""
    home = Path.home()
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home), "Microsoft", "Windows", "Fonts")
        return [local, Path(os.environ.get("WINDIR", "C:\\Windows"), "Fonts")]
    # XDG Base Directory Specification, as fontconfig reads it.
    own = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    data = [own, *shared.split(":")]
    return [*(Path(folder, "fonts") for folder in data if folder), home / ".fonts"]


def _preference(family: str) -> tuple[bool, str]:
    return (not family.endswith(_SIMPLIFIED), family)
