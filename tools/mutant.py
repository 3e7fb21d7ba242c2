"""One changed place of a module: made by mutmut's operators, put into the module that is in use.

Used by `tools/mutants.py`, which says what it is for.
"""

from __future__ import annotations

import difflib
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import create_mutations


@dataclass(frozen=True)
class Mutant:
    """One changed place.

    Attributes:
        module: name of the module.
        place: module and function.
        original: source text of the module.
        source: the same, changed.
    """

    module: str
    place: str
    original: str
    source: str

    def change(self) -> str:
        """The lines that differ, before and after, as they stand in a Markdown table."""
        lines = list(difflib.ndiff(self.original.splitlines(), self.source.splitlines()))
        sides = (
            " ⏎ ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
        )
        return " → ".join(f"`{side}`" if side else "nothing" for side in sides).replace("|", "\\|")


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Yield the mutants of one module, each once."""
    tree, mutations, _, _ = create_mutations(f"{module}.py", source)
    spans = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    starts = [0, *itertools.accumulate(map(len, source.splitlines(keepends=True)))]
    names = dict(_functions(tree))
    seen = {source}
    for mutation in mutations:
        span = spans[mutation.original_node]
        begin = starts[span.start.line - 1] + span.start.column
        end = starts[span.end.line - 1] + span.end.column
        changed = source[:begin] + tree.code_for_node(mutation.mutated_node) + source[end:]
        if changed not in seen:
            seen.add(changed)
            place = ".".join([module, *names.get(mutation.contained_by_top_level_function, [])])
            yield Mutant(module, place, source, changed)


def _functions(tree: libcst.Module) -> Iterator[tuple[libcst.CSTNode, list[str]]]:
    for node in tree.body:
        if isinstance(node, libcst.FunctionDef):
            yield node, [node.name.value]
        elif isinstance(node, libcst.ClassDef):
            for inner in node.body.body:
                name = [inner.name.value] if isinstance(inner, libcst.FunctionDef) else []
                yield inner, [node.name.value, *name]


def graft(module: str, source: str) -> None:
    """Put the changed code into the module that is in use.

    Functions keep their identity and get new code, so that whoever imported them by name is served
    as well; tables are replaced wherever they were imported.
    """
    live = sys.modules[f"suyuan_verifier.{module}"]
    fresh = {"__name__": live.__name__, "__file__": live.__file__}
    exec(compile(source, live.__file__, "exec"), fresh)  # noqa: S102 - that is the purpose
    for name, new in fresh.items():
        old = vars(live).get(name)
        if isinstance(new, FunctionType):
            _graft_function(old, new)
        elif isinstance(new, type) and new.__module__ == live.__name__:
            for member, value in vars(new).items():
                _graft_member(vars(old).get(member), value)
        elif isinstance(new, type | ModuleType):
            continue
        elif type(new) is not type(old) or new != old:  # 1e12 equals 10**12, and is another thing
            replace_everywhere(name, old, new)


def replace_everywhere(name: str, old: object, new: object) -> None:
    """Replace what a module defines wherever it was imported by its name."""
    for module in list(sys.modules.values()):
        if vars(module).get(name, module) is old:
            setattr(module, name, new)


def _graft_member(old: object, new: object) -> None:
    if isinstance(new, property):
        _graft_function(old.fget, new.fget)
    elif isinstance(new, FunctionType):
        _graft_function(old, new)


def _graft_function(old: FunctionType, new: FunctionType) -> None:
    if new.__code__.co_filename.startswith("<"):
        return  # what a dataclass writes for itself
    if old.__module__ == new.__module__:
        old.__code__ = new.__code__
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
