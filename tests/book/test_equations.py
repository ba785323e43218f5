"""Every displayed equation of the book holds, and is what nnlib computes."""

import numpy as np
import pytest

import nnlib
from tests.book import checks
from tests.book.docstrings import equations_of, formulas
from tests.book.equations import LANGUAGES, Equation, equations, pages
from tools import checked

EQUATIONS = [
    e for language in LANGUAGES for page in pages(language) for e in equations(page, language)
]
PAGES = sorted({equation.page for equation in EQUATIONS})
FORMULAS = formulas()
LABELLED = {e.label: e for e in EQUATIONS if e.language == "en" and e.label}


@pytest.mark.parametrize("equation", EQUATIONS, ids=lambda e: f"{e.language}/{e.page}:{e.name}")
def test_equation_holds(equation):
    outcome = next(
        o for o in checks.outcomes(equation.page, equation.language) if o.equation == equation
    )
    if outcome.waiver:
        assert not outcome.relations, f"{equation} is checked now: take its waiver back"
    else:
        assert not outcome.problem, outcome.problem
        assert outcome.relations, (
            f"{equation} only defines {', '.join(outcome.defined)}: bind it in tests/book/symbols, "
            "so that there is something to compare, or waive it with a reason"
        )


def test_there_are_equations_and_at_most_one_in_twenty_is_waived():
    waived = [e for e in EQUATIONS if e.label in checks.table(e.page).WAIVED]
    assert len(EQUATIONS) > 80
    assert len(waived) <= len(EQUATIONS) / 20


@pytest.mark.parametrize("page", PAGES)
def test_tables_name_labels_that_exist(page):
    table, labels = checks.table(page), {e.label for e in EQUATIONS if e.page == page}
    assert set(table.LOCAL) | set(table.FUNCTIONS) | set(table.WAIVED) <= labels
    assert all(reason.strip() for reason in table.EQUIVALENT.values())
    assert all(reasons.keys() == set(LANGUAGES) for reasons in table.WAIVED.values())


@pytest.mark.parametrize("page", PAGES)
def test_draws_are_not_degenerate(page):
    first, *others = checks.draws(page)
    assert len(others) >= 2
    for symbol, value in first.items():
        if isinstance(value, np.ndarray):
            assert (value != 0).all(), f"{symbol} has a zero"
            assert len(np.unique(value)) == value.size, f"{symbol} has equal elements"
            assert all((value != other[symbol]).any() for other in others), f"{symbol} stays"


# --- nnlib's docstrings


@pytest.mark.parametrize("name", FORMULAS)
def test_docstring_shows_the_book_s_equation(name):
    found = equations_of(FORMULAS[name])
    assert found, f"{name} names no equation of the book in its docstring"
    for label, latex in found:
        assert label in LABELLED, f"{name}: the book has no equation {label}"
        equation = LABELLED[label]
        assert latex == " ".join(equation.latex.split()), f"docstring of {name}: {equation}"
        functions = checks.table(equation.page).FUNCTIONS
        assert label in functions, f"{name}: name it in FUNCTIONS of tests/book/symbols"
        assert functions[label][0].__name__ == FORMULAS[name].__name__


# --- The check itself: each of these slips must be noticed, and the message must lead to it.

SLIPS = {
    "a sign": (
        r"L = \log \sum_j e^{z_j} + \sum_i y_i z_i",
        r"= \log \sum_j e^{z_j} + \sum_i y_i z_i",
    ),
    "an index": (
        r"\frac{\partial \hat{y}_i}{\partial z_j} = \hat{y}_j (\mathbb{1}[i = j] - \hat{y}_j)",
        "does not hold at i = ",
    ),
    "the second step of three": (
        r"L = -\sum_i y_i \log \hat{y}_i = \sum_i y_i \log \hat{y}_i = L",
        "step 2 of ",
    ),
    "in Chinese too": (r"\sum_i \hat{y}_i = 2", "= 2\n    is 2"),
}


@pytest.mark.parametrize(("latex", "message"), SLIPS.values(), ids=SLIPS)
def test_a_wrong_equation_is_caught(monkeypatch, latex, message):
    wrong = Equation("activations/softmax", "zh", 123, latex, "eq-wrong")
    monkeypatch.setattr(checks, "equations", lambda page, language: [wrong])
    (outcome,) = checks.outcomes.__wrapped__(wrong.page, wrong.language)
    assert outcome.problem.startswith("book/zh/activations/softmax.md:123 (eq-wrong):\n")
    assert message in outcome.problem
    assert not outcome.relations


def test_a_wrong_function_is_caught(monkeypatch):
    equation = LABELLED["eq-softmax-cross-entropy-grad"]
    functions = checks.table(equation.page).FUNCTIONS

    def softmax_cross_entropy_grad(logits, labels):
        return labels - nnlib.softmax(logits)

    monkeypatch.setitem(functions, equation.label, (softmax_cross_entropy_grad, "z", "y"))
    with pytest.raises(AssertionError, match="nnlib.softmax_cross_entropy_grad"):
        checks.check(equation, checks.draws(equation.page)[0])


# --- Wrong versions of the book's equations


@pytest.mark.parametrize("page", PAGES)
def test_mutants_are_caught(page):
    mutants = checks.mutation(page)
    survivors = {mutant.change: mutant for mutant in mutants if not mutant.caught}
    assert len(mutants) > 5 * len([e for e in EQUATIONS if (e.page, e.language) == (page, "en")])
    caught = sum(mutant.caught for mutant in mutants)
    assert checked.recorded().get(page) == [len(mutants), caught], "run `make checked`"
    assert len(survivors) <= 0.05 * len(mutants)
    equivalent = checks.table(page).EQUIVALENT
    unexplained = [f"{survivors[c].equation}: {c}" for c in survivors if c not in equivalent]
    assert not unexplained, "wrong versions that pass the check:\n" + "\n".join(unexplained)
    assert set(equivalent) <= set(survivors), "listed as equivalent, but caught"


# --- The page that lists the equations


@pytest.mark.parametrize("language", LANGUAGES)
def test_checked_pages_are_up_to_date(language):
    assert set(checked.recorded()) == set(PAGES), "run `make checked`"
    path = checked.path(language)
    assert path.read_text(encoding="utf-8") == checked.text(language), (
        f"{path.name} lists other equations than the book has: run `make checked`"
    )
