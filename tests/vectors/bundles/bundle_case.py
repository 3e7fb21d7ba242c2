"""What one vector is, and the registry that the case files fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from governance_story import Story
from simulator import Ledger, jcs

Step = tuple[int, str, str]


@dataclass(frozen=True)
class Case:
    """One bundle with its policy, and everything about it that does not pass.

    Attributes:
        why: the sentence that the vector shows.
        problems: (step, code, outcome) of every check that failed or could not be made.
        notes: (step, code, `pass`) of what a report says although nothing is wrong.
        status: the file given as `--status`, None without.
    """

    name: str
    why: str
    bundle: bytes
    policy: dict
    now: str
    verdict: str
    problems: tuple[Step, ...]
    status: bytes | None = None
    notes: tuple[Step, ...] = ()


CASES: dict[str, Callable[[], Case]] = {}


def case(verdict: str, *said: Step):
    """Register a function that returns (ledger, bundle, policy); its docstring is the sentence.

    What is said with `pass` is a note, anything else a problem.

    The function may add `now`, and after it a second bundle, the one given as `--status`.
    """

    def register(build):
        name = build.__name__.replace("_", "-")

        def make() -> Case:
            ledger, bundle, policy, *more = build()
            now, status = (*more, None, None)[:2]
            return Case(
                name,
                build.__doc__,
                bundle if isinstance(bundle, bytes) else jcs(bundle),
                policy,
                now or ledger.now,
                verdict,
                tuple(step for step in said if step[2] != "pass"),
                status if status is None else jcs(status),
                tuple(step for step in said if step[2] == "pass"),
            )

        if name in CASES:
            raise ValueError(name)
        CASES[name] = make
        return build

    return register


ADVERSE = (8, "workflow.adverse", "pass")
"""Said of whatever was found against a footprint, a certificate or the goods."""


def invalid(step: int, code: str, *also: tuple[int, str]):
    """The verdict is INVALID; one check fails, or the named ones together."""
    return case("INVALID", *sorted((s, c, "fail") for s, c in ((step, code), *also)))


def undecided(step: int, code: str):
    """The verdict is UNDECIDED; one check could not be made."""
    return case("UNDECIDED", (step, code, "unknown"))


def unreadable(code: str):
    """The verdict is UNREADABLE."""
    return case("UNREADABLE", (1, code, "fail"))


def finish(ledger: Ledger, record: dict, others, **lies) -> tuple[Ledger, dict, dict]:
    """Log the subject, anchor, and export it with the records at the indexes `others`."""
    index = ledger.append(record, lies.pop("time", None))
    ledger.fill(2)
    anchor = ledger.anchor()
    return ledger, ledger.bundle(index, [*others, index], anchor, **lies), ledger.policy()


TO_WORKFLOW = [1, 2, 3, 4, 5, 6, 7, 8]
"""Required steps of a story whose end is not the status list."""
ASSERTED = (8, "workflow.completeness", "unknown")
"""Said of every admission, and never in the way of VALID: only an audit sees what was left out."""


def told(story: Story, subject: str, **export) -> tuple[Ledger, dict, dict]:
    """End a story that asks for no status: export the record of a label with all the others."""
    export.setdefault("requiredSteps", TO_WORKFLOW)
    return story.ledger, *story.export(subject, **export)


def refused(step: int, code: str, *also: tuple[int, str]):
    """As `invalid`, of a bundle with admissions, of each of which the same is always said."""
    return case("INVALID", ASSERTED, *sorted((s, c, "fail") for s, c in ((step, code), *also)))
