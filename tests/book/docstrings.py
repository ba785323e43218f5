"""The equations that a docstring of nnlib shows."""

import inspect
import re

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
