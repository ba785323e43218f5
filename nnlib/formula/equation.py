r"""A formula of the book, parsed once, to be evaluated and checked as often as one likes."""

from functools import lru_cache

from nnlib.formula.parse import parse
from nnlib.formula.scope import Scope

__all__ = ["Formula", "formula"]


@lru_cache(maxsize=4096)
def formula(latex, /):
    r"""Read one or several equations, or an expression, in the book's LaTeX.

    Parameters
    ----------
    latex : str
        As it stands between the dollar signs.

    Returns
    -------
    Formula

    Raises
    ------
    FormulaError
        Where the LaTeX is outside the notation.

    Examples
    --------
    >>> from nnlib.formula import formula
    >>> softmax = formula(r"\hat{y}_i = \frac{e^{z_i}}{\sum_j e^{z_j}}")
    >>> softmax(z=[1, 2, 3]).round(3)
    array([0.09 , 0.245, 0.665])
    >>> softmax.check({"z": [1, 2, 3], r"\hat y": [0.1, 0.2, 0.7]})
    Traceback (most recent call last):
        ...
    nnlib.formula.errors.FormulaMismatch: \hat{y}_i = \frac{e^{z_i}}{\sum_j e^{z_j}}
    does not hold at i = 2 (rtol 1e-09):
      \hat{y}_i
        is 0.2
      = \frac{e^{z_i}}{\sum_j e^{z_j}}
        is 0.244728471055
    """
    return Formula(latex)


class Formula:
    r"""A parsed formula; made by `formula`.

    Attributes
    ----------
    latex : str
        As it was given.
    equations : tuple of syntax.Chain
        The syntax tree; every node has its place in the LaTeX (`at`).
    tokens : tuple of parse.Piece
        The tokens with their places.

    Methods
    -------
    __call__
    check

    Examples
    --------
    >>> from nnlib.formula import formula
    >>> mean = formula(r"\frac{1}{3} \sum_{i=1}^{3} x_i")
    >>> mean.latex
    '\\frac{1}{3} \\sum_{i=1}^{3} x_i'
    >>> mean(x=[1, 2, 6])
    3.0
    """

    def __init__(self, latex):
        parsed = parse(latex)
        self.latex, self.equations, self.tokens = latex, parsed.equations, parsed.tokens

    def __call__(self, values=None, /, **names):
        r"""Return the value of the right-most side.

        Parameters
        ----------
        values : dict, optional
            LaTeX symbols and what they are bound to; see `Scope`.
        **names
            The same for plain names.

        Returns
        -------
        float or ndarray
            Over the free indices, in the order in which they appear first in the whole formula.

        Raises
        ------
        FormulaError
            If a symbol is not bound, or does not fit the place where it stands.

        Examples
        --------
        >>> from nnlib.formula import formula
        >>> formula(r"W_{ij} x_j")({"W": [[1, 2], [3, 4]], "x": [10, 1]})
        array([[10.,  2.],
               [30.,  4.]])
        """
        scope = Scope(values)
        scope.bind(names)
        return scope.value(self)

    def check(self, values=None, /, **options):
        """Evaluate every side, and see whether each relation holds.

        Parameters
        ----------
        values : dict, optional
            LaTeX symbols and what they are bound to; see `Scope`.
        **options
            Those of `Scope`: `rtol`, `starts` and so on.

        Returns
        -------
        Report
            The relations that were compared, and the values of the sides.

        Raises
        ------
        FormulaMismatch
            If two sides do not agree.
        FormulaError
            If a symbol is not bound, or does not fit the place where it stands.

        Examples
        --------
        >>> from nnlib.formula import formula
        >>> formula(r"(a + b)^2 = a^2 + 2ab + b^2").check({"a": 3.0, "b": 0.5}).checked
        1
        """
        return Scope(values, **options).check(self)

    def __repr__(self):
        return f"formula({self.latex!r})"

    def _repr_latex_(self):
        return f"$\\displaystyle {self.latex}$"
