"""A number in a chapter's text is one that the chapter computes.

Every decimal number and every percentage in sentences, captions, tables and alternative texts
must be, rounded to its own digits, a number that the notebook's cells print or draw, or that
stands in their code or in a displayed equation (which the tests evaluate). In LaTeX within a
line, write an equation: `$e^2 \\approx 7.4$` is evaluated. Figures of the world, such as years or
a size in megabytes, are whole numbers.
"""

import re

import nbformat
import pytest

from nnlib.formula import FormulaError, FormulaMismatch, formula
from tests.book.cells import ROOT, cells
from tests.book.parity import INSERT

CHAPTERS = sorted(
    path.relative_to(ROOT / "book").as_posix() for path in (ROOT / "book").glob("*/*/*.ipynb")
)
EXPONENT = r"(?:[eE][-+]?\d+)"
DECIMAL = re.compile(rf"(?<![\w.^])[-−]?\d[\d,]*(?:\.\d+{EXPONENT}?\s?%?|\s?%)")
POWER = re.compile(r"\s*\\cdot\s*10\^\{?(-?\d+)\}?")  # 3.4 \cdot 10^{38}
ANY = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?" + f"{EXPONENT}?")
# Of a long series, what its few samples are says little; its extremes and mean are facts.
SAMPLES = re.compile(r"^(\s+\w+.*?: )[^(\n]*(?=\(\d+ of )", re.MULTILINE)


def value(number):
    return float(number.rstrip("% ").replace(",", "").replace("−", "-"))


def computed(notebook):
    """The numbers that a notebook's cells print, draw or contain, and those of its equations."""
    texts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            texts += re.findall(r"\$\$.*?\$\$", cell.source, re.DOTALL)
            continue
        texts.append(re.sub(r'(?<=alt=)(?:\s*"[^"\n]*")+', "", cell.source))
        for output in cell.outputs:
            shown = output.text if output.output_type == "stream" else output.data["text/plain"]
            texts.append(SAMPLES.sub(r"\1", re.sub(r"\AFigure: .*", "", shown)))
    return {value(number) for text in texts for number in ANY.findall(text)}


def sentences(cell):
    """The texts of a cell in which a reader meets numbers; comments stand beside their code."""
    shown = {"paragraph", "table cell", "caption", "text in code"}
    return [passage for passage in cell.content.passages if passage.kind in shown]


def is_computed(number, numbers):
    """Whether a number is one of these, rounded (or cut to a percentage)."""
    mantissa, _, exponent = number.rstrip("% ").lower().partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent or 0)
    error = 0.5 * 10.0**-digits * (1 + 1e-9)
    x = value(number)
    scales = (1, 100) if number.endswith("%") else (1,)
    return any(abs(abs(x) - abs(y) * scale) <= error for y in numbers for scale in scales)


def in_formula(latex, numbers):
    """The numbers of LaTeX within a line that are wrong, or that nothing computes."""
    found = DECIMAL.findall(POWER.sub(r"e\1", latex))
    try:
        if found and formula(latex).check({}).checked:
            return []
    except FormulaMismatch:
        return found
    except FormulaError:  # not an equation between numbers
        pass
    return [number for number in found if not is_computed(number, numbers)]


def unfounded(cell, numbers):
    """The numbers in a cell's sentences that nothing in the chapter computes."""
    for passage in sentences(cell):
        text = INSERT.sub(" ", passage.text)
        yield from (n for n in DECIMAL.findall(text) if not is_computed(n, numbers))
        for insert in passage.inserts:
            if insert.startswith("$"):
                yield from in_formula(insert.strip("$"), numbers)


def problems(source, notebook, root=ROOT):
    """Where the text of a chapter has numbers that the notebook does not compute."""
    numbers = computed(nbformat.read(notebook, as_version=4))
    return [
        f"{cell.file}:{cell.line} («{cell.words}»): {', '.join(unfounded(cell, numbers))}"
        for cell in cells(source, root)
        if any(unfounded(cell, numbers))
    ]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_numbers_in_the_text_are_computed(chapter):
    notebook = ROOT / "book" / chapter
    found = problems(notebook.with_suffix(".md"), notebook)
    assert not found, "numbers that no cell prints or draws:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("the dog has 148.4", "the dog has 148.5"), ("(98.2% at", "(98.3% at"), ("x 7.4$", "x 7.5$")],
)
def test_a_wrong_number_is_noticed(tmp_path, right, wrong):
    chapter = ROOT / "book" / "en" / "activations" / "softmax.md"
    source = tmp_path / chapter.relative_to(ROOT)
    source.parent.mkdir(parents=True)
    text = chapter.read_text(encoding="utf-8")
    assert text.count(right) == 1
    source.write_text(text.replace(right, wrong), encoding="utf-8")
    (found,) = problems(source, chapter.with_suffix(".ipynb"), tmp_path)
    assert re.search(r"\d[\d.]+", wrong)[0] in found
