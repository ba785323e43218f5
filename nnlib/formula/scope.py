r"""The symbols that a chapter's formulas share: what is bound, what is defined on the way."""

from collections.abc import Mapping

import numpy as np

from nnlib.formula import meaning as m
from nnlib.formula.bindings import Defined, Derived, Function, Known, Labels, Random, binding
from nnlib.formula.bounds import settle
from nnlib.formula.check import check, evaluate
from nnlib.formula.evaluate import Env
from nnlib.formula.functions import apply_python
from nnlib.formula.known import Names
from nnlib.formula.names import read_key
from nnlib.formula.parse import parse
from nnlib.formula.ranges import letters_of
from nnlib.formula.resolve import Resolver
from nnlib.formula.values import Value, cropped

__all__ = ["Scope"]


class Scope(Names):
    r"""Symbols for several formulas, which may build on each other.

    A symbol that stands alone on the left of an equation and is not bound is defined by that
    equation, for this formula and the later ones, and computed anew whenever what it depends on
    changes, as under a derivative.

    Parameters
    ----------
    values : dict, optional
        LaTeX symbols and what they are bound to: numbers, arrays, functions, `derived` values,
        random symbols (`distribution`, `joint`), sets of labels (`range`). A key that spells
        arguments, as ``P(a \mid b)``, binds a table whose axes these are, in order; a key with
        an arrow, as ``w \leftarrow``, binds the value after an update.
    starts : dict, optional
        The first label of axes that do not start at 1: of every axis that a letter indexes
        (``{"t": 0}``), of a symbol's first axis (``{"h": 0}``), or of several of its axes
        (``{"A": (1, 0)}``).
    infinity : int, optional
        What stands for an infinite bound. Without it such bounds are errors.
    rtol, derivative_rtol, approx_rtol : float
        Relative tolerances: of equations, of those a numerical derivative went into, of ``≈``.

    Methods
    -------
    bind
    check
    value

    Raises
    ------
    ValueError
        If a key is no symbol or given twice, or `infinity` not positive.
    TypeError
        If something is bound that is neither number, array nor function.

    Examples
    --------
    >>> from nnlib.formula import Scope
    >>> scope = Scope({"z": [1.0, 2.0, 3.0], "y": [0.0, 1.0, 0.0]})
    >>> scope.check(r"\hat{y}_i = \frac{e^{z_i}}{\sum_j e^{z_j}}").defined
    ('\\hat{y}',)
    >>> scope.check(r"L = -\sum_i y_i \log \hat{y}_i").checked
    0
    >>> scope.check(r"\frac{\partial L}{\partial z_i} = \hat{y}_i - y_i").checked
    1
    """

    def __init__(self, values=None, /, *, starts=None, infinity=None, rtol=1e-9,
                 derivative_rtol=1e-5, approx_rtol=1e-2):  # fmt: skip
        if infinity is not None and (infinity != int(infinity) or infinity < 1):
            raise ValueError(f"infinity must be a positive integer, not {infinity!r}")
        self.infinity, self.rtol = infinity, rtol
        self.derivative_rtol, self.approx_rtol = derivative_rtol, approx_rtol
        self.starts = {read_key(key).text: start for key, start in (starts or {}).items()}
        self.learned = {}  # the starts of axes at which a letter with a start has stood
        super().__init__()
        self._reach = {}
        self.env = Env(self)
        self.bind({} if values is None else values)

    def bind(self, values):
        r"""Bind more symbols.

        Parameters
        ----------
        values : dict
            As those of the scope itself.

        Raises
        ------
        ValueError
            If a key is no symbol, or bound already.
        TypeError
            If something is bound that is neither number, array nor function.

        Examples
        --------
        >>> from nnlib.formula import Scope
        >>> scope = Scope({"a": 2.0})
        >>> scope.bind({r"\beta": 0.5})
        >>> scope.value(r"a \beta")
        1.0
        """
        if not isinstance(values, Mapping):
            raise TypeError(f"values must be a dict of LaTeX symbols, not {type(values).__name__}")
        for text, value in values.items():
            key = read_key(text)
            if key.text in self.bindings:
                raise ValueError(f"{key.text} is bound twice")
            self.add(key, binding(text, value))

    def check(self, formula, /):
        r"""Check a formula, and keep what it defines for the formulas that come later.

        Parameters
        ----------
        formula : Formula or str
            One or several equations.

        Returns
        -------
        Report
            The relations that were compared, and what was defined.

        Raises
        ------
        FormulaMismatch
            If two sides do not agree.
        FormulaError
            If the formula, or what it is given, is not in order.

        Examples
        --------
        >>> from nnlib.formula import Scope
        >>> scope = Scope({"x": [3.0, 4.0]})
        >>> scope.check(r"r = \lVert x \rVert_2").defined
        ('r',)
        >>> scope.check("r = 5").checked
        1
        """
        return _within_means(check, self, _parsed(formula))

    def value(self, formula, /):
        """Return the value of the right-most side of a formula, over its free indices.

        Parameters
        ----------
        formula : Formula or str
            An expression, or equations.

        Returns
        -------
        float or ndarray
            Over the free indices, in the order in which they appear first in the whole formula.

        Raises
        ------
        FormulaError
            If the formula, or what it is given, is not in order.

        Examples
        --------
        >>> from nnlib.formula import Scope
        >>> Scope({"x": [3.0, 4.0]}).value("2 x_i")
        array([6., 8.])
        """
        return _within_means(evaluate, self, _parsed(formula))

    def add(self, key, bound):
        """Bind a key that has been read."""
        super().add(key, bound)
        self._reach.clear()

    # --- what `evaluate` asks about values

    def compute(self, key, env, at):
        """Return the value of a bound or defined symbol in an environment."""
        bound = self.bindings.get(key)
        if isinstance(bound, Known):
            return bound.value
        if isinstance(bound, Random):
            return Value(bound.values, (bound.space,))
        if isinstance(bound, Derived):
            args = [env.lookup(name, at) for name in bound.keys]
            return apply_python(bound.function, args, at, f"the function that derives {key}")
        if isinstance(bound, Defined):
            return self._compute_defined(key, bound, env, at)
        if isinstance(bound, Labels):
            raise at.error(f"{key} is a set of labels: it has no value")
        raise at.error(f"{key} is not bound" if bound is None else f"{key} is a function")

    def _compute_defined(self, key, bound, env, at):
        if bound.computing:
            raise at.error(f"{key} is defined by itself: bind it, or a function to recur")
        bound.computing = True
        try:
            body = self.meaning(bound)
            if unknown := set(bound.letters) - body.free:
                raise body.at.error(f"{min(unknown)} is free on the left only")
            places = dict.fromkeys(bound.letters, body.at)
            env = env.letters(bound.letters, [body], places)
            value = env.value(body)
        finally:
            bound.computing = False
        value, first = cropped(value, bound.letters, env.ranges, body.at)
        bound.starts = tuple(first[letter] for letter in bound.letters)
        bound.cut = any(value.shape[value.dims.index(letter)] < len(range(*env.ranges[letter]))
                        for letter in bound.letters)  # fmt: skip
        hidden = tuple(dim for dim in value.dims if dim not in bound.letters)
        foreign = [dim for dim in hidden if not dim.startswith(" ")]
        if foreign:
            raise body.at.error(f"{foreign[0]} is free here, and not on the left")
        order = [value.dims.index(dim) for dim in (*hidden, *bound.letters)]
        order += range(len(order), value.data.ndim)
        valid = value.valid.all(axis=tuple(value.dims.index(dim) for dim in bound.letters))
        return Value(value.data.transpose(order), hidden, value.row, value.size.transpose(order),
                     valid, value.numeric)  # fmt: skip

    def meaning(self, bound):
        """Return what the right side of a definition means."""
        if bound.meaning is None:
            local = bound.params if bound.dummies else ()
            bound.meaning = Resolver(self).inside(local=local).read(bound.body)
            settle([bound.meaning], related=True, elsewhere=bound.letters)
        return bound.meaning

    def call(self, key, args, env, at):
        """Apply a bound or defined function."""
        bound = env.overrides.get(key) or self.bindings.get(key)
        if isinstance(bound, Function):
            return apply_python(bound.function, args, at, key)
        if not isinstance(bound, Defined):
            raise at.error(f"{key} is no function")
        if len(args) != len(bound.params):
            raise at.error(f"{key} is defined with {len(bound.params)} arguments")
        given = {}
        for param, arg in zip(bound.params, args, strict=True):
            # Letters of the argument are not those of the definition.
            dims = tuple(d if d.startswith(" ") else f" given {d}" for d in arg.dims)
            given[param] = Value(arg.data, dims, arg.row, arg.size, arg.valid, arg.numeric)
        value = env.where(given).fresh().value(self.meaning(bound))
        dims = tuple(dim.removeprefix(" given ") for dim in value.dims)
        return Value(value.data, dims, value.row, value.size, value.valid, value.numeric)

    def start(self, node, k):
        """Return the first label of an axis that is indexed, and whether it is the symbol's own."""
        key = node.base.key if isinstance(node.base, m.Ref) else None
        own = self.starts.get(key, ())
        own = own if isinstance(own, tuple) else (own,)
        if k < len(own):
            return own[k], True
        index = node.indices[k]
        for letter in sorted(letters_of(index)) if index is not None else ():
            if letter in self.starts and not self.has(letter):  # else it is a symbol's start
                if key is not None:
                    self.learned[key, k] = self.starts[letter]
                return self.starts[letter], False
        bound = self.bindings.get(key)
        if isinstance(bound, Defined) and k < len(bound.starts):
            return bound.starts[k], bound.cut
        return self.learned.get((key, k), 1), False

    def mentions(self, node, key):
        """Whether the value of a node depends on a key."""
        for each, _ in node.walk():
            name = getattr(each, "key", None)
            if name is not None and (name == key or self.depends(name, key)):
                return True
        return False

    def depends(self, key, other):
        """Whether the value of a key depends on another key."""
        if (key, other) not in self._reach:
            self._reach[key, other] = False  # what is defined by itself is an error elsewhere
            bound, found = self.bindings.get(key), False
            if isinstance(bound, Derived):
                found = any(name == other or self.depends(name, other) for name in bound.keys)
            elif isinstance(bound, Defined):
                found = self.mentions(self.meaning(bound), other)
            self._reach[key, other] = found
        return self._reach[key, other]


def _parsed(formula):
    return parse(formula) if isinstance(formula, str) else formula


def _within_means(compute, scope, formula):
    """Check or evaluate a formula; one that needs more than there is is a FormulaError."""
    try:
        with np.errstate(all="ignore"):
            return compute(scope, formula)
    except RecursionError:
        raise formula.equations[0].at.error("this is nested too deeply to be evaluated") from None
    except MemoryError:
        raise formula.equations[0].at.error("this needs more memory than there is") from None
