"""Every command block of the README and the tutorial, in both languages, is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh.md")
TUTORIALS = ("docs/tutorial/first-ledger.md", "docs/tutorial/first-ledger.zh.md")
TEST_COMMAND = "python3 dev.py test"


def blocks(name: str, language: str) -> list[str]:
    """Return the fenced blocks of one language in a document."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script the way a reader would paste it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # Ends a chain in the background also when a command fails before `kill`.
    trap = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", trap + script],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the README's paths mean what they say, after its first block was run."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)
    demo = shell(".venv/bin/suyuan demo", folder)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    return folder


@pytest.mark.anvil
@pytest.mark.parametrize("name", READMES)
def test_readme_blocks_run_in_order(name: str, checkout: Path) -> None:
    """What the README tells a reader to type works, and the Python block prints VALID."""
    commands = blocks(name, "sh")

    assert [block.strip() for block in commands[:2]] == ["python3 dev.py demo", TEST_COMMAND]

    for block in commands[2:]:
        done = shell(block, checkout)
        assert done.returncode == 0, block + done.stdout + done.stderr
    for block in blocks(name, "python"):
        done = subprocess.run(
            [sys.executable, "-c", block], cwd=checkout, capture_output=True, text=True, check=False
        )
        assert done.stdout == "VALID 0.0141\n", done.stderr


def test_demo_command_of_dev_py_is_the_one_that_ran() -> None:
    """`dev.py demo` starts the very command that the block test runs."""
    assert '"demo": lambda rest: run([str(BIN / "suyuan"), "demo", *rest])' in (
        ROOT / "dev.py"
    ).read_text(encoding="utf-8")


def test_ci_calls_the_test_command_of_the_readme() -> None:
    """The one block that a test cannot run from inside itself is what CI runs."""
    assert TEST_COMMAND in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.anvil
def test_tutorial_runs_from_an_empty_folder(tmp_path: Path) -> None:
    """The tutorial's blocks, pasted one after the other, end in a valid bundle.

    The Chinese tutorial has the same blocks, which the next test holds it to.
    """
    done = shell("\n".join(blocks(TUTORIALS[0], "sh")), tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "VALID (steps 1-7)" in done.stdout
    assert "51 logged, 0 were logged before, 0 refused" in done.stderr
    assert "0 logged, 51 were logged before, 0 refused" in done.stderr


def test_both_languages_give_the_same_commands() -> None:
    """The Chinese documents never lag behind: same blocks, apart from the language option."""
    for english, chinese in (READMES, TUTORIALS):
        expected = [block.replace(" --lang zh", "") for block in blocks(english, "sh")]
        found = [block.replace(" --lang zh", "") for block in blocks(chinese, "sh")]

        assert expected == found


def test_links_of_the_documents_lead_somewhere() -> None:
    """A relative link in a document names a file that is there."""
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")]:
        # What is code is no link, whatever it looks like.
        text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"
