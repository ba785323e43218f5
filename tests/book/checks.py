"""Evaluate the equations of a page on random draws, and on the draws the wrong versions of them.

What the symbols of a page mean stands in `symbols/<page>.py`:

    draw(rng)   their values, and the functions of nnlib behind the names
    DRAWS       how often they are drawn: more than 3 times where a function has many pieces
    LOCAL       {label: values} where a symbol means something else than on the rest of the page
    OPTIONS     options of `Scope`, such as the first label of an index
    FUNCTIONS   {label: (function, *symbols)}: the function of nnlib that implements an equation
    WAIVED      {label: {"en": reason, "zh": reason}}: nothing can be compared with these
    EQUIVALENT  {changed line: reason}: wrong versions that are not wrong
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import SimpleNamespace

import numpy as np

from nnlib.formula import FormulaError, FormulaMismatch, Scope, formula
from tests.book.equations import Equation, equations
from tests.book.mutants import mutants

FUNCTION_RTOL = 1e-9
TABLE = {"DRAWS": 3, "LOCAL": {}, "OPTIONS": {}, "FUNCTIONS": {}, "WAIVED": {}, "EQUIVALENT": {}}


@dataclass
class Outcome:
    """What became of an equation."""

    equation: Equation
    relations: int = 0  # that were compared on every draw
    numbers: int = 0  # that were compared, on all draws
    defined: tuple[str, ...] = ()  # symbols that it only gives their meaning
    problem: str = ""
    waiver: str = ""


@cache
def table(page):
    """What the symbols of a page mean; see above."""
    module = import_module(f"tests.book.symbols.{page.replace('/', '.')}")
    return SimpleNamespace(draw=module.draw, **{
        name: getattr(module, name, default) for name, default in TABLE.items()
    })  # fmt: skip


@cache
def draws(page):
    """The values of a page's symbols: a dictionary for each of the seeded draws."""
    drawn = [table(page).draw(np.random.default_rng(seed)) for seed in range(table(page).DRAWS)]
    for values in drawn:
        for value in values.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False  # every equation is to see the same
    return drawn


def scope(page, values, label=None, defined_by=()):
    """The symbols at an equation: those of the page, its own, and those defined before it."""
    symbols = table(page)
    result = Scope({**values, **symbols.LOCAL.get(label, {})}, **symbols.OPTIONS)
    for earlier in defined_by:
        result.check(earlier)
    return result


@cache
def outcomes(page, language):
    """Check all equations of a page, in order."""
    waivers = table(page).WAIVED
    result, defined_by = [], []
    for equation in equations(page, language):
        outcome = Outcome(equation, waiver=waivers.get(equation.label, {}).get(language, ""))
        try:
            reports = [check(equation, values, defined_by) for values in draws(page)]
            outcome.relations = min(report.checked for report in reports)
            outcome.numbers = sum(r.entries for report in reports for r in report.relations)
            outcome.defined = reports[0].defined
            if outcome.defined:
                defined_by.append(equation.latex)
        except (AssertionError, ValueError, TypeError) as error:
            outcome.problem = f"{equation}:\n{error}"
        result.append(outcome)
    return result


def check(equation, values, defined_by=()):
    """Check an equation on one draw, and the function of nnlib that implements it."""
    here = scope(equation.page, values, equation.label, defined_by)
    report = here.check(equation.latex)
    if equation.label in table(equation.page).FUNCTIONS:
        function, *symbols = table(equation.page).FUNCTIONS[equation.label]
        # The right-most side of the first of the equations that stand under the label.
        latex, value = report.sides[len(formula(equation.latex).equations[0].sides) - 1]
        np.testing.assert_allclose(
            value,
            function(*(np.asarray(here.value(symbol)) for symbol in symbols)),
            rtol=FUNCTION_RTOL,
            atol=FUNCTION_RTOL * np.abs(value).max(),
            err_msg=f"{latex} (left) and nnlib.{function.__name__}({', '.join(symbols)}) (right)",
        )
    return report


@dataclass
class Mutant:
    """A wrong version of an equation, and whether its check noticed."""

    equation: Equation
    slip: str  # "sign", "index", …
    latex: str
    caught: bool

    @property
    def change(self):
        """The first line that differs from the right version."""
        pairs = zip(self.equation.latex.split("\n"), self.latex.split("\n"), strict=False)
        return next(wrong.strip() for right, wrong in pairs if right != wrong)


@cache
def mutation(page):
    """The wrong versions of a page's equations that are in the notation and can be evaluated."""
    result, defined_by = [], []
    for outcome in outcomes(page, "en"):
        equation = outcome.equation
        for slip, latex in mutants(equation.latex) if outcome.relations else ():
            wrong = Equation(page, "en", equation.line, latex, equation.label)
            verdicts = (verdict(wrong, values, defined_by) for values in draws(page))
            decisive = next((found for found in verdicts if found != "right"), "right")
            if decisive != "nonsense":
                result.append(Mutant(equation, slip, latex, caught=decisive == "wrong"))
        if outcome.defined:
            defined_by.append(equation.latex)
    return result


def verdict(equation, values, defined_by):
    """Whether a version of an equation is right, wrong, or nonsense: a slip no author misses."""
    try:
        check(equation, values, defined_by)
    except FormulaMismatch:
        return "wrong"
    except AssertionError:  # the equation holds, but nnlib gives something else
        return "wrong"
    except FormulaError:
        return "nonsense"
    return "right"
