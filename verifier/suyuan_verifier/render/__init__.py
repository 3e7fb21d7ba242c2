"""What a verification found, for people: on a terminal and as a page, in English or Chinese.

    words       what outcomes, kinds and data statuses are called in both languages
    terminal    text that cannot make a terminal lie
    text        the report of one file, a line per step
    provenance  the tree from a label down to its factors, as data; loaded where there is one
    tree        that tree as text; line_items and signers, its parts that are tables too
    page*       the report as one HTML file, made of `markup`; loaded for `--report`
    code        what a label's code says by its signature alone; loaded for `--code`

Nothing here decides anything: it shows a `Report`.
"""

from suyuan_verifier.render.terminal import printable
from suyuan_verifier.render.text import render
from suyuan_verifier.render.words import MEANING, verdict_text

__all__ = ["MEANING", "printable", "render", "verdict_text"]
