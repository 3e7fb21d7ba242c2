"""The Chinese font: the one that was named, else a known one, else a clear word about it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from printed_labels import chinese_font
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.label.fonts import KNOWN, find_font, font_folders, open_font


def test_the_first_of_the_list_is_taken_wherever_it_lies(tmp_path):
    for place, name in (("b/c", KNOWN[3]), ("a", KNOWN[5]), ("z", KNOWN[3]), ("a", "Other.ttf")):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / name).touch()
    folders = [tmp_path / "z", tmp_path / "absent", tmp_path / "a", tmp_path / "b"]
    assert find_font(folders) == tmp_path / "z" / KNOWN[3]
    assert find_font([tmp_path]) == tmp_path / "b" / "c" / KNOWN[3]
    assert find_font([tmp_path / "absent"]) is None


def test_the_users_own_folder_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_DATA_DIRS", f"{tmp_path / 'one'}{os.pathsep}")
    monkeypatch.setattr("sys.platform", "linux")
    assert font_folders()[:2] == [tmp_path / "own" / "fonts", tmp_path / "one" / "fonts"]


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_keep_fonts_elsewhere(monkeypatch, system):
    monkeypatch.setattr("sys.platform", system)
    assert all("fonts" in str(folder).lower() for folder in font_folders())


def test_nothing_but_the_named_font_and_the_typesetters_own_is_used(tmp_path):
    chosen = open_font(chinese_font(), tmp_path)
    own = {font.family for font in chosen.fonts.fonts() if font.path}
    assert own == set(chosen.families)
    assert "DejaVu Sans Mono" in chosen.fonts.families()


def test_a_font_is_found_by_its_content_not_by_its_folder(tmp_path):
    copy = tmp_path / "here" / "font.ttf"
    copy.parent.mkdir()
    shutil.copyfile(chinese_font(), copy)
    (tmp_path / "there").mkdir()
    chosen = open_font(copy, tmp_path / "there")
    assert chosen.path == copy
    assert chosen.families


@pytest.mark.parametrize("content", [None, b"", b"no font"], ids=["absent", "empty", "text"])
def test_a_file_that_is_no_font(tmp_path, content):
    path = tmp_path / "font.ttf"
    if content is not None:
        path.write_bytes(content)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RefusedError) as caught:
        open_font(path, tmp_path / "empty")
    assert caught.value.code == "print.font"
    assert "--font" in caught.value.hint("en")
    assert "--font" in caught.value.hint("zh")


def test_a_system_without_any(monkeypatch, tmp_path):
    monkeypatch.setattr("suyuan_ledger.label.fonts.font_folders", lambda: [Path(tmp_path)])
    with pytest.raises(RefusedError) as caught:
        open_font(None, tmp_path)
    assert caught.value.code == "print.font"
