r"""LaTeX to a syntax tree, with Lark.

Examples
--------
>>> from nnlib.formula.parse import parse
>>> parse(r"\hat y_i &= W_{ij} x_j").equations[0].spell()
'\\hat{y}_{i} = W_{i j} x_{j}'
"""

import functools
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from lark import Lark, UnexpectedInput
from lark.exceptions import VisitError

from nnlib.formula import syntax
from nnlib.formula.build import Build
from nnlib.formula.errors import FormulaError, Span
from nnlib.formula.layout import lay_out

__all__ = ["Parsed", "Piece", "parse"]

_lock = threading.Lock()  # the parser is shared, and so is what it keeps of the last formula
CHECKABLE = {"=", r"\ne", r"\approx", r"\le", r"\ge", "<", ">", r"\leftarrow", r"\propto"}


@dataclass(frozen=True)
class Piece:
    """One token of a formula: its type in the grammar, its text, and its place."""

    type: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Parsed:
    """The equations of a formula, and the tokens it was read from."""

    source: str
    equations: tuple[syntax.Chain, ...]
    tokens: tuple[Piece, ...]


@functools.cache
def _parser(start):
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, start=start, parser="lalr", lexer="basic", postlex=_Keep(),
                propagate_positions=True)  # fmt: skip


class _Keep:
    """Hands the laid-out tokens to the parser, and keeps them for whoever wants the tokens."""

    # Gone after it:
    always_accept = ("BEGIN", "END", "TEXT", "BAR", "BARS", "QUAD", "PERIOD", "SUBSTACK")

    def __init__(self):
        self.source, self.tokens = "", []

    def process(self, stream):
        self.tokens = lay_out(stream, self.source)
        return iter(self.tokens)


@functools.lru_cache(maxsize=4096)
def parse(source):
    """Parse the LaTeX of one or several equations.

    Raises
    ------
    FormulaError
        Where the LaTeX is outside the notation.
    """
    if not isinstance(source, str):
        raise TypeError(f"a formula is a str of LaTeX, not {type(source).__name__}")
    source = _open_text_in_cases(source)
    if not source.strip(" \t\r\n"):
        raise FormulaError("an empty formula", Span(source, 0, 0))
    lark = _parser("start")
    keep = lark.options.postlex
    try:
        with _lock:
            keep.source = source
            tree, tokens = lark.parse(source), keep.tokens
        equations = Build(source).transform(tree)
    except UnexpectedInput as error:
        raise _explain(error, source) from None
    except VisitError as error:
        raise error.orig_exc from None
    except RecursionError:
        raise Span(source, 0, len(source)).error("brackets are nested too deeply here") from None
    for equation in equations:
        for sign, place in zip(equation.signs, equation.places, strict=True):
            if sign not in CHECKABLE:
                raise place.error(f"{sign} cannot be checked by evaluating both sides")
    pieces = tuple(Piece(t.type, str(t), t.start_pos, t.end_pos) for t in tokens)
    return Parsed(source, equations, pieces)


def _open_text_in_cases(source):
    r"""Rewrite `\text{if $x<0$}` in cases to `\text{if }x<0  `, of the same length."""
    text = re.compile(r"\\text\{([^{}$]*)\$([^{}$]*)\$([.,]?)\}")
    return re.sub(
        r"\\begin\{cases\}.*?\\end\{cases\}",
        lambda cases: text.sub(r"\\text{\1}\2\3  ", cases[0]),
        source,
        flags=re.S,
    )


def _explain(error, source):
    at = error.pos_in_stream if error.pos_in_stream is not None else len(source)
    token = getattr(error, "token", None)
    if token is None:  # the lexer knows no token that begins like this
        text = re.match(r"\\[A-Za-z]+|.|$", source[at:], re.S)[0]
        return Span(source, at, at + len(text)).error(f"{text} is not in the notation")
    if token.type == "$END":
        end = len(source.rstrip())
        return Span(source, end, end).error("the formula breaks off here")
    place = Span(source, token.start_pos, token.end_pos)
    if token.type == "SEP":
        return place.error("the equation before this place breaks off")
    return place.error(f"{place.text} is not expected here")
