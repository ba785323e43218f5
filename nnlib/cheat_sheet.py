"""The activation functions and their properties, as the book's cheat sheet lists them.

The facts are typed in one place, `CHEAT_SHEET`; the tests measure each of them on the function
itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from inspect import getdoc, signature
from math import inf, pi

from nnlib import activations

__all__ = ["Activation", "CHEAT_SHEET", "Range"]

_EQUATION = re.compile(r"\.\. math::(.*?)\n\nEquation ``(eq-[\w-]+)`` of the book", re.DOTALL)


@dataclass(frozen=True)
class Range:
    """The values that a function takes: an interval, or just its two ends.

    Attributes
    ----------
    low, high : float
        The ends; -inf and inf are possible.
    low_taken, high_taken : bool
        Whether the function takes this value, for some finite z. An end that is not taken is
        approached as closely as one likes, and may be reached by rounding.
    between : bool
        Whether the values between the ends are taken.

    Examples
    --------
    >>> from nnlib.cheat_sheet import CHEAT_SHEET
    >>> print(CHEAT_SHEET["tanh"].range, CHEAT_SHEET["relu"].range)
    (-1, 1) [0, inf)
    """

    low: float
    high: float
    low_taken: bool = False
    high_taken: bool = False
    between: bool = True

    def __str__(self):
        left, right = ("(["[self.low_taken], ")]"[self.high_taken]) if self.between else "{}"
        return f"{left}{self.low:.4g}, {self.high:.4g}{right}"


@dataclass(frozen=True)
class Activation:
    """An activation function, its derivative and their properties.

    Attributes
    ----------
    name : str
        As in nnlib.
    function, derivative : callable
        Take an array z, and as options the parameters. (PReLU's slope, which nnlib asks for, has a
        default here.)
    range : Range
        The values of the function.
    continuity : float
        The largest k for which its k-th derivative is continuous, the 0th being the function
        itself; inf if all are, -1 if the function jumps.
    monotonic : bool
        Whether the function never falls.
    derivative_monotonic : bool
        Whether the derivative never falls, or never rises.
    zero_centred : bool
        Whether f(-z) = -f(z), so that z spread evenly about 0 give outputs spread evenly about 0.
    parameters : dict
        Names and default values of the options. Range and properties are those for these values.
    label, derivative_label : str
        Labels of their equations in the book.
    formula, derivative_formula : str
        LaTeX of these equations.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.cheat_sheet import CHEAT_SHEET
    >>> elu = CHEAT_SHEET["elu"]
    >>> elu.function(np.array([-1e4, 2.0]))
    array([-1.,  2.])
    >>> print(elu.range, elu.continuity, elu.parameters, elu.label)
    (-1, inf) 1 {'alpha': 1.0} eq-elu
    >>> print(*(name for name, entry in CHEAT_SHEET.items() if entry.zero_centred))
    identity tanh arctan softsign
    """

    name: str
    function: Callable
    derivative: Callable
    range: Range
    continuity: float
    monotonic: bool
    derivative_monotonic: bool
    zero_centred: bool
    parameters: dict = field(default_factory=dict, hash=False)

    @property
    def label(self):
        return _equation(self.function)[0]

    @property
    def formula(self):
        return _equation(self.function)[1]

    @property
    def derivative_label(self):
        return _equation(self.derivative)[0]

    @property
    def derivative_formula(self):
        return _equation(self.derivative)[1]


def _equation(function):
    """Label and LaTeX of the first equation in a function's docstring."""
    function = getattr(function, "func", function)  # prelu's is a partial one
    match = _EQUATION.search(getdoc(function) or "")
    if match is None:
        raise ValueError(f"{function} must show an equation of the book in its docstring")
    latex, label = match.groups()
    return label, " ".join(latex.split())


def _activation(name, *facts):
    function, derivative = getattr(activations, name), getattr(activations, f"{name}_deriv")
    if name in _BOUND:
        function, derivative = (
            partial(function, **_BOUND[name]),
            partial(derivative, **_BOUND[name]),
        )
    options = signature(function).parameters.values()
    parameters = {
        option.name: option.default
        for option in options
        if option.kind is option.KEYWORD_ONLY and option.name != "rng"
    }
    return Activation(name, function, derivative, *facts, parameters)


# PReLU learns its slope; its authors began with this one.
_BOUND = {"prelu": {"negative_slope": 0.25}}

_REAL = Range(-inf, inf)

# name, range, continuity, monotonic, derivative monotonic, zero-centred
_FACTS = [
    ("identity", _REAL, inf, True, True, True),
    ("binary_step", Range(0, 1, True, True, between=False), -1, True, True, False),
    ("sigmoid", Range(0, 1), inf, True, False, False),
    ("tanh", Range(-1, 1), inf, True, False, True),
    ("arctan", Range(-pi / 2, pi / 2), inf, True, False, True),
    ("relu", Range(0, inf, True), 0, True, True, False),
    ("prelu", _REAL, 0, True, True, False),
    ("elu", Range(-1, inf), 1, True, True, False),
    ("softplus", Range(0, inf), inf, True, True, False),
    ("log_sigmoid", Range(-inf, 0), inf, True, True, False),
    ("softsign", Range(-1, 1), 1, True, False, True),
    ("leaky_relu", _REAL, 0, True, True, False),
    ("rrelu", _REAL, 0, True, True, False),
    ("selu", Range(-1.7580993408473766, inf), 0, True, False, False),
    ("gelu", Range(-0.16997120747990369, inf, True), inf, False, False, False),
    ("silu", Range(-0.27846454276107380, inf, True), inf, False, False, False),
    ("mish", Range(-0.30884341301725039, inf, True), inf, False, False, False),
    ("hard_sigmoid", Range(0, 1, True, True), 0, True, False, False),
    ("hard_swish", Range(-3 / 8, inf, True), 0, False, False, False),
]

CHEAT_SHEET = {name: _activation(name, *facts) for name, *facts in _FACTS}
"""All activation functions that work element by element, by name, with their properties.

Examples
--------
>>> import numpy as np
>>> from nnlib.cheat_sheet import CHEAT_SHEET
>>> len(CHEAT_SHEET)
19
>>> CHEAT_SHEET["prelu"].derivative(np.array([-2.0, 3.0]))
array([0.25, 1.  ])
>>> print(*(name for name, entry in CHEAT_SHEET.items() if not entry.monotonic))
gelu silu mish hard_swish
"""
