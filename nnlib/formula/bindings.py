r"""What a symbol can be bound to.

Besides numbers, arrays and functions: `derived` values, which code computes from other symbols;
random symbols (`distribution`, `joint`); sets of labels (`range`, `set`).
"""

import itertools
from dataclasses import dataclass, field

import numpy as np

from nnlib.formula import syntax
from nnlib.formula.names import read_key
from nnlib.formula.values import Value

__all__ = ["Defined", "Derived", "Function", "Known", "Labels", "Random", "binding", "derived",
           "distribution", "joint"]  # fmt: skip

_spaces = itertools.count()


@dataclass(frozen=True, eq=False)
class Known:
    """A number or an array."""

    value: Value


@dataclass(frozen=True, eq=False)
class Function:
    """A Python function."""

    function: object


@dataclass(frozen=True, eq=False)
class Labels:
    """A set of labels of an index, as in `\\sum_{a \\in \\mathcal{A}}`."""

    labels: frozenset


@dataclass(frozen=True, eq=False)
class Derived:
    """A value that code computes from other symbols, anew whenever these change."""

    function: object
    keys: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Random:
    """A random symbol: its value for each outcome of a space, whose weights `joint` shares."""

    values: np.ndarray
    weights: np.ndarray
    space: str


@dataclass(eq=False)
class Defined:
    """A symbol that an equation defines; `meaning` is resolved when it is first needed."""

    body: syntax.Node
    letters: tuple[str, ...] = ()  # the indices on the left, in the order of the axes
    params: tuple[str, ...] = ()  # the symbols in brackets on the left
    dummies: bool = False  # whether these are bound nowhere else
    meaning: object = None
    starts: tuple[int, ...] = ()
    cut: bool = False  # whether it exists for a part of the range of its letters only
    computing: bool = field(default=False, repr=False)


def derived(function, *keys):
    r"""Bind a symbol to what a function makes of other symbols.

    Under a derivative the value is computed anew, so that the dependence is seen.

    Parameters
    ----------
    function : callable
        Takes the values of `keys`, whole.
    *keys : str
        Symbols, in LaTeX.

    Returns
    -------
    Derived
        To be bound to a symbol.

    Raises
    ------
    TypeError
        If `function` is not callable.
    FormulaError
        If a key is no symbol.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.formula import derived, formula
    >>> chain = formula(r"\frac{\partial y}{\partial x} = 2 x")
    >>> chain.check({"x": 3.0, "y": derived(np.square, "x")}).checked
    1
    """
    if not callable(function):
        raise TypeError(f"derived takes a function first, not {type(function).__name__}")
    return Derived(function, tuple(read_key(key).text for key in keys))


def joint(probabilities, values):
    r"""Bind several symbols to random values that are drawn together.

    Parameters
    ----------
    probabilities : array, shape (n,)
        Of the n outcomes; they sum to 1.
    values : dict of str to array, shape (n, ...)
        The value of each symbol for each outcome.

    Returns
    -------
    dict
        To be merged into the values of a formula. Symbols of different calls are independent.

    Raises
    ------
    ValueError
        If `probabilities` is no distribution, or a symbol has not one value for each outcome.
    TypeError
        If a value is not made of real numbers.

    Examples
    --------
    >>> from nnlib.formula import formula, joint
    >>> coins = joint([0.5, 0.2, 0.3], {"X": [0, 1, 1], "Y": [0, 0, 1]})
    >>> round(formula(r"\mathbb{E}[X Y] - \mathbb{E}[X] \mathbb{E}[Y]")(coins), 12)
    0.15
    """
    weights = np.asarray(probabilities, float)
    if weights.ndim != 1 or np.any(weights < 0) or not np.isclose(weights.sum(), 1, 1e-9, 0):
        raise ValueError("probabilities must be a vector of numbers ≥ 0 whose sum is 1")
    space = f" draw {next(_spaces)}"
    random = {}
    for key, value in values.items():
        array = as_array(key, value)
        if array.ndim == 0 or len(array) != len(weights):
            raise ValueError(f"{key} has one value for each of the {len(weights)} outcomes, "
                             f"not the shape {array.shape}")  # fmt: skip
        random[key] = Random(array, weights, space)
    return random


def distribution(values, probabilities):
    r"""Bind one symbol to a random value.

    Parameters
    ----------
    values : array, shape (n, ...)
        The outcomes.
    probabilities : array, shape (n,)
        Their probabilities; they sum to 1.

    Returns
    -------
    Random
        To be bound to a symbol.

    Raises
    ------
    ValueError
        If `probabilities` is no distribution, or there is not one for each outcome.
    TypeError
        If the outcomes are not real numbers.

    Examples
    --------
    >>> from nnlib.formula import distribution, formula
    >>> die = distribution([1, 2, 3, 4, 5, 6], [1 / 6] * 6)
    >>> round(formula(r"\operatorname{Var}(X)")(X=die), 12)
    2.916666666667
    """
    return joint(probabilities, {"values": values})["values"]


def as_array(key, value):
    """Return real numbers as an array of floats."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError
        return array.astype(float)
    except (TypeError, ValueError):
        raise TypeError(f"{key} must be bound to real numbers or a function, "
                        f"not {type(value).__name__}: {value!r:.60}") from None  # fmt: skip


def binding(key, value):
    """Return what a key is bound to."""
    if isinstance(value, Known | Function | Labels | Derived | Random | Defined):
        return value
    if isinstance(value, set | frozenset | range):
        labels = frozenset(value)
        if not labels or not all(isinstance(label, int) for label in labels):
            raise ValueError(f"{key}: a set of labels has integers in it, not {value!r}")
        return Labels(labels)
    if callable(value):
        return Function(value)
    array = as_array(key, value)
    if not array.size:
        raise ValueError(f"{key} is bound to an empty array")
    return Known(Value(array))
