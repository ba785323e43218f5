"""Write the page «How this book is checked» in both languages: `python -m tools.checked`.

It lists every displayed equation and what became of it, so it is written anew when equations
change (the tests say when). Its words stand in tools/checked.en.md and tools/checked.zh.md.
"""

import json
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import jinja2
import numpy as np

from nnlib.formula.bindings import Derived
from tests.book import checks
from tests.book.docstrings import equations_of, formulas
from tests.book.equations import LANGUAGES, equations, pages

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "tests" / "book" / "mutants.json"
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(ROOT / "tools"),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def path(language):
    """Where the page of a language stands."""
    return ROOT / "book" / language / "checked.md"


def checked_pages():
    """The pages that have equations, as the table of contents has them; then any others."""
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    order = re.findall(r"file: book/en/(\S+?)(?:\.ipynb)?$", contents, re.MULTILINE)
    found = [page for page in pages("en") if equations(page, "en")]
    return sorted(found, key=lambda page: order.index(page) if page in order else len(order))


def text(language):
    """The page of a language."""
    chapters = [
        {
            "page": page,
            "outcomes": checks.outcomes(page, language),
            "approx": checks.scope(page, {}).approx_rtol,
            "symbols": list(symbols(checks.draws(page)[0])),
        }
        for page in checked_pages()
    ]
    tried, noticed = (sum(counts) for counts in zip(*recorded().values(), strict=True))
    return TEMPLATES.get_template(f"checked.{language}.md").render(
        chapters=chapters,
        draws=checks.TABLE["DRAWS"],
        functions=implementations(),
        mutants=tried,
        caught=noticed,
    )


def recorded():
    """How many wrong versions of a page's equations there were, and how many were noticed."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def count(page):
    """The same, found out anew."""
    mutants = checks.mutation(page)
    return [len(mutants), sum(mutant.caught for mutant in mutants)]


def implementations():
    """The functions of nnlib that each label's equation is implemented by."""
    found = {}
    for name, function in formulas().items():
        for label, _ in equations_of(function):
            found.setdefault(label, []).append(name)
    return found


def symbols(values):
    """What the symbols of a draw are: numbers and arrays, derived from others, or functions."""
    for symbol, value in values.items():
        symbol = symbol.replace("|", r" \mid ")  # a bar would end the table's cell
        if isinstance(value, Derived):
            keys = [key.replace("|", r" \mid ") for key in value.keys]
            yield symbol, "derived", value.function.__name__, keys
        elif callable(value):
            yield symbol, "function", value.__name__, ()
        else:
            yield symbol, "drawn", " × ".join(map(str, np.shape(value))), ()


def main():
    with ProcessPoolExecutor() as pool:  # it takes ten seconds or more a page
        counts = dict(zip(checked_pages(), pool.map(count, checked_pages()), strict=True))
    RECORD.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8", newline="\n")
    for language in LANGUAGES:
        path(language).write_text(text(language), encoding="utf-8", newline="\n")
        print(f"{path(language).relative_to(ROOT)}: written")


if __name__ == "__main__":
    main()
