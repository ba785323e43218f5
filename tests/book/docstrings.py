"""The equations that a docstring of nnlib shows."""

import inspect
import re

import nnlib
from nnlib import rl

MATH = re.compile(r"\.\. math::(.*?)\n\nEquation ``(eq-[\w-]+)`` of the book", re.DOTALL)


def equations_of(function):
    """Pairs of label and LaTeX, with runs of white space as one space."""
    found = MATH.findall(inspect.getdoc(function))
    shown = inspect.getdoc(function).count(".. math::")
    if len(found) < shown:
        raise ValueError(
            f"{function.__name__}: each `.. math::` is followed by a paragraph that begins "
            "«Equation ``eq-…`` of the book»"
        )
    return [(label, " ".join(latex.split())) for latex, label in found]


def formulas():
    """Functions that show equations of the book: all of nnlib, and those of nnlib.rl that do."""
    shown = [name for name in rl.__all__ if "of the book." in getattr(rl, name).__doc__]
    return {f"nnlib.{name}": getattr(nnlib, name) for name in nnlib.__all__} | {
        f"nnlib.rl.{name}": getattr(rl, name) for name in shown
    }
