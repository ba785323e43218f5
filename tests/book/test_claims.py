"""The tables of the notes' claims: each row has a verdict, and leads to where it is shown.

A target is an equation, a figure, or a heading of a chapter. Both languages have the same rows
(tests/book/test_parity.py); here they are complete, and their number is what the page says.
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from docutils.nodes import make_id

from tests.book.cells import ROOT

PAGE = "appendix/notes"
# The verdicts, and how the sentence that counts them begins.
VERDICTS = {"en": ("right", "loose", "wrong"), "zh": ("正确", "不严谨", "错误")}
COUNTS = {
    "en": r"Of the (\d+) claims .*? (\d+) are right, (\d+) are loose, .*? only (\d+) are\s+wrong",
    "zh": r"列出了 (\d+) 个论断，其中 (\d+) 个正确，(\d+) 个不严谨.*?只有 (\d+) 个是错的",
}
TARGET = re.compile(r"\{(?:eq|numref)\}`([^`]+)`|\]\(([^()#]+)#([^()]+)\)")
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def rows(text):
    """The rows of the tables of claims: those of three cells, without their heads."""
    table = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    heads = [k for k, row in enumerate(table) if len(row) == 3 and row[1] in ("verdict", "评判")]
    return [row for k, row in enumerate(table) if heads and k > heads[0] and k not in heads]


@cache
def labels(language):
    """The labels of a language's equations and figures."""
    chapters = (ROOT / "book" / language).glob("*/*.md")
    text = "\n".join(chapter.read_text(encoding="utf-8") for chapter in chapters)
    return set(re.findall(r"^(?:\$\$ \(| +name: )((?:eq|fig)-[\w-]+)\)?$", text, re.MULTILINE))


@cache
def anchors(page):
    """The anchors of a page's headings, which both languages take from the English."""
    text = (ROOT / "book" / "en" / page).with_suffix(".md").read_text(encoding="utf-8")
    return {make_id(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def problems(row, language):
    """What is wrong with a row."""
    if len(row) != 3:
        return [f"{len(row)} cells instead of 3"]
    found = [] if row[1] in VERDICTS[language] else [f"no verdict: {row[1]}"]
    targets = TARGET.findall(row[2])
    if not targets:
        found.append("leads nowhere")
    for label, page, anchor in targets:
        if label and label not in labels(language):
            found.append(f"no equation or figure {label}")
        if page and not (ROOT / "book" / language / PAGE).parent.joinpath(page).exists():
            found.append(f"no page {page}")
        elif page and anchor not in anchors(page.removeprefix("../")):
            found.append(f"no heading #{anchor} in {Path(page).name}")
    return found


def text_of(language):
    return (ROOT / "book" / language / f"{PAGE}.md").read_text(encoding="utf-8")


@LANGUAGES
def test_each_claim_has_a_verdict_and_is_shown(language):
    found = {" | ".join(row): problems(row, language) for row in rows(text_of(language))}
    assert {row: said for row, said in found.items() if said} == {}


@LANGUAGES
def test_the_page_counts_its_claims(language):
    text = text_of(language)
    verdicts = Counter(row[1] for row in rows(text))
    said = [int(n) for n in re.search(COUNTS[language], text, re.DOTALL).groups()]
    assert said == [sum(verdicts.values()), *(verdicts[word] for word in VERDICTS[language])]
    assert said[0] > 80


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("claim | right | {eq}`eq-softmax`", None),
        ("claim | right | [x](../activations/relu.ipynb#derivation)", None),
        ("claim | true | {eq}`eq-softmax`", "no verdict: true"),
        ("claim | right | by heart", "leads nowhere"),
        ("claim | right | {eq}`eq-none`", "no equation or figure eq-none"),
        ("claim | right | [x](../no/x.ipynb#derivation)", "no page ../no/x.ipynb"),
        ("claim | right | [x](../api/index.ipynb#no)", "no page ../api/index.ipynb"),
        ("claim | right | [x](../activations/relu.ipynb#no)", "no heading #no in relu.ipynb"),
    ],
)
def test_a_bad_row_is_noticed(row, problem):
    assert problems(row.split(" | "), "en") == ([problem] if problem else [])
