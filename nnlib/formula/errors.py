"""What can be wrong with a formula, and the place in its LaTeX where it is."""

import unicodedata
from dataclasses import dataclass

__all__ = ["FormulaError", "FormulaMismatch", "Span"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of LaTeX: the characters from `start` up to, but without, `end`."""

    source: str
    start: int
    end: int

    @property
    def text(self):
        return self.source[self.start : self.end]

    def until(self, other):
        """Return the span from the start of this one to the end of `other`."""
        return Span(self.source, self.start, other.end)

    def error(self, message):
        """Return the error that points at this span."""
        return FormulaError(message, self)


class FormulaError(ValueError):
    r"""LaTeX outside the notation, ambiguous, or not fitting the values it was given.

    Parameters
    ----------
    message : str
        What is wrong, and what to write instead.
    at : Span, optional
        Where. The message then shows that line of the LaTeX with a caret under the place.

    Examples
    --------
    >>> from nnlib.formula import formula
    >>> formula(r"w^T x")(w=[1, 2], x=[3, 4])
    Traceback (most recent call last):
        ...
    nnlib.formula.errors.FormulaError: ^T is not a transpose here: write ^\top
      w^T x
        ^
    """

    def __init__(self, message, at=None):
        self.message, self.at = message, at
        super().__init__(message if at is None else f"{message}\n{self._picture()}")

    @property
    def line(self):
        """The number of the line in which the place is, from 1."""
        return self.at.source.count("\n", 0, self.at.start) + 1

    @property
    def column(self):
        """The number of the character in its line over the caret, from 0."""
        return self.at.start - (self.at.source.rfind("\n", 0, self.at.start) + 1)

    def _picture(self):
        line = self.at.source.split("\n")[self.line - 1].replace("\t", " ")
        # A Chinese character is two columns wide on a terminal, and so is U+3000, its blank.
        wide = [unicodedata.east_asian_width(c) in "WF" for c in line[: self.column]]
        return f"  {line}\n  {''.join(chr(0x3000) if w else ' ' for w in wide)}^"


class FormulaMismatch(AssertionError):
    """Two sides of a relation that do not hold together.

    Parameters
    ----------
    message : str
        The sides, their values, and the indices where they differ most.
    relation : Relation, optional
        Which of the formula's relations it is.

    Examples
    --------
    >>> from nnlib.formula import FormulaMismatch, formula
    >>> try:
    ...     formula("a = b = c").check({"a": 1.0, "b": 1.0, "c": 2.0})
    ... except FormulaMismatch as mismatch:
    ...     print(mismatch.relation.step, mismatch.relation.left, mismatch.relation.right)
    2 b c
    """

    def __init__(self, message, relation=None):
        super().__init__(message)
        self.relation = relation
