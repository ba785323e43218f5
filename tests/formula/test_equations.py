"""The course's equations hold, slips in them are caught, and that in little time."""

import re
import time

import numpy as np
import pytest
from formula.course import OPTIONS, TOPICS

from nnlib.formula import FormulaError, FormulaMismatch, Scope, formula

SEEDS = (1, 2, 3)
RIGHT = [(topic, latex) for topic, (_, right, _) in TOPICS.items() for latex in right]
WRONG = [(topic, latex) for topic, (_, _, wrong) in TOPICS.items() for latex in wrong]


def scope(topic, seed):
    values = TOPICS[topic][0](np.random.default_rng(seed))
    return Scope(values, **OPTIONS.get(topic, {}))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("topic", "latex"), RIGHT)
def test_right_equations_hold(topic, latex, seed):
    report = scope(topic, seed).check(latex)
    assert report.checked > 0
    assert all(r.entries for r in report.relations if r.status == "checked")


@pytest.mark.parametrize(("topic", "latex"), WRONG)
def test_slips_are_caught(topic, latex):
    # A slip may happen to hold for one draw, as a maximum where the larger one is always first.
    def check_all():
        for seed in SEEDS:
            scope(topic, seed).check(latex)

    with pytest.raises(FormulaMismatch):
        check_all()


def test_the_tables_are_as_long_as_promised():
    assert len(set(RIGHT)) >= 150
    assert len(set(WRONG)) >= 80


SIGNS = {"+": "-", "-": "+", r"\max": r"\min", r"\min": r"\max", "2": "3", "1": "2"}


def mutants(latex):
    """Yield the LaTeX with one sign, extreme or constant changed."""
    for token in formula(latex).tokens:
        if token.text in SIGNS and token.type in ("ADD", "BIG", "NUMBER"):
            yield f"{latex[: token.start]} {SIGNS[token.text]}{latex[token.end :]}"


def test_mutants_of_the_equations_are_caught():
    caught, survivors, started = 0, [], time.perf_counter()
    for topic, latex in RIGHT:
        scopes = None
        for mutant in mutants(latex):
            scopes = scopes or [TOPICS[topic][0](np.random.default_rng(seed)) for seed in SEEDS]
            try:
                for values in scopes:
                    Scope(values, **OPTIONS.get(topic, {})).check(mutant)
                survivors.append(mutant)
            except (FormulaError, FormulaMismatch):
                caught += 1
    # Those that survive say the same (softmax(z - c) for softmax(z + c)) or something weaker.
    assert caught / (caught + len(survivors)) > 0.94, "\n".join(survivors)
    assert caught > 500
    assert time.perf_counter() - started < 60  # some ten milliseconds each, on a busy machine


def test_the_docstrings_examples_of_the_notation_are_in_the_tables():
    # Every command of the grammar's lists that evaluates to something stands in some equation.
    used = set(re.findall(r"\\[A-Za-z]+", " ".join(latex for _, latex in RIGHT)))
    assert used >= {
        r"\frac", r"\tfrac", r"\sqrt", r"\lfloor", r"\lceil", r"\sum", r"\prod", r"\max", r"\min",
        r"\arg", r"\log", r"\ln", r"\exp", r"\tanh", r"\sinh", r"\cosh", r"\arctan", r"\det",
        r"\operatorname", r"\mathrm", r"\hat", r"\bar", r"\tilde", r"\lVert", r"\rVert", r"\mathbb",
        r"\begin", r"\odot", r"\cdot", r"\times", r"\top", r"\partial", r"\nabla", r"\leftarrow",
        r"\left", r"\right", r"\text", r"\quad", r"\qquad", r"\le", r"\ge", r"\approx", r"\propto",
        r"\binom", r"\in", r"\ne", r"\sim", r"\mid", r"\mathcal", r"\infty",
    } - {r"\tfrac"}  # fmt: skip
