r"""The names of symbols: keys of dictionaries in normal form, and what a scripted symbol may mean.

Keys are read by the grammar of the formulas themselves, so that `\hat y` and `\hat{y}`, or
`W^{(1)}_{ij}` and `W_{ij}^{(1)}`, are the same.

Examples
--------
>>> from nnlib.formula.names import read_key
>>> read_key(r"\hat y").text, read_key(r"P(a \mid b)").text
('\\hat{y}', 'P(a|b)')
"""

import re
from dataclasses import dataclass

from nnlib.formula import syntax
from nnlib.formula.errors import FormulaError, Span
from nnlib.formula.parse import parse

__all__ = ["CONSTANTS", "Form", "Key", "base_letter", "forms", "is_letter", "read_key"]

CONSTANTS = {"e": 2.718281828459045, r"\pi": 3.141592653589793}  # unless they are bound
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
ARROW = re.compile(r"\s*\\(leftarrow|gets)\s*$")


@dataclass(frozen=True)
class Key:
    """A symbol that may be bound: its name, and the arguments if it spells them.

    `updated` marks the key of the new value in an update, as in ``w \\leftarrow``.
    """

    name: str
    args: tuple[str, ...] = ()
    seps: tuple[str, ...] = ()
    updated: bool = False

    @property
    def text(self):
        inner = "".join(a + s for a, s in zip(self.args, (*self.seps, ""), strict=False))
        return self.name + f"({inner})" * bool(self.args) + r" \leftarrow" * self.updated


def read_key(text):
    """Read the key of a dictionary of values."""
    if not isinstance(text, str):
        raise TypeError(f"a symbol's key is a str of LaTeX, not {type(text).__name__}")
    if WORD.fullmatch(text):
        return Key(text)
    plain = ARROW.sub("", text)
    try:
        (chain,) = parse(plain).equations
        (side,) = chain.sides
        return key_of(side, updated=plain != text)
    except (FormulaError, ValueError) as error:
        place = getattr(error, "at", None) or Span(text, 0, len(text))
        raise place.error("this key is not one symbol of the notation; brace a script of "
                          r"several letters, as in W_{hh}") from None  # fmt: skip


def key_of(node, updated=False):
    """Return the key that a symbol, or a symbol with its arguments, spells."""
    group = None
    if isinstance(node, syntax.Term) and len(node.factors) == 2 and node.signs[1] == "":
        node, group = node.factors
    whole = forms(node)[0]
    if group is None:
        return Key(whole.name, updated=updated)
    if not isinstance(group, syntax.Group) or group.opener != "(":
        raise group.at.error("only arguments in round brackets may follow a symbol")
    return Key(whole.name, tuple(a.spell() for a in group.items), group.seps, updated)


@dataclass(frozen=True)
class Form:
    """One reading of a scripted symbol: so much of it is the name, the rest is left over."""

    name: str
    length: int  # how many scripts belong to the name
    subs: tuple[syntax.Node, ...]
    primes: int
    sup: tuple[syntax.Node, ...]


def forms(node):
    """Return every reading of a symbol with its scripts, those with the longest names first."""
    symbol = node.base if isinstance(node, syntax.Scripted) else node
    if not isinstance(symbol, syntax.Symbol):
        raise node.at.error("this is not a symbol")
    if symbol is node:
        return [Form(symbol.name, 0, (), 0, ())]
    subs, primes, sup = node.subs, node.primes, sup_pieces(node.sup)
    readings = []
    for in_sub in range(len(subs) + 1):
        for in_primes in {0, primes}:
            for in_sup in range(len(sup) + 1):
                name = symbol.name + "'" * in_primes
                if in_sub:
                    name += f"_{{{','.join(s.spell() for s in subs[:in_sub])}}}"
                if in_sup:
                    name += f"^{{{' '.join(s.spell() for s in sup[:in_sup])}}}"
                length = in_sub + bool(in_primes) + in_sup
                rest = subs[in_sub:], primes - in_primes, sup[in_sup:]
                readings.append(Form(name, length, *rest))
    return sorted(readings, key=lambda form: -form.length)


def sup_pieces(sup):
    r"""Split a superscript as `(1)\top` into its pieces; one expression is one piece."""
    if not isinstance(sup, syntax.Term) or not is_mark(sup.factors[0]):
        return () if sup is None else (sup,)
    marks = 1
    while marks < len(sup.factors) and not sup.signs[marks] and is_mark(sup.factors[marks]):
        marks += 1
    rest = sup.factors[marks:]
    if len(rest) > 1:
        rest = (syntax.Term(rest[0].at.until(sup.at), rest, ("", *sup.signs[marks + 1 :])),)
    return (*sup.factors[:marks], *rest)


def is_mark(node):
    r"""Whether a piece of a superscript is a star, `\top`, or an index in round brackets."""
    if isinstance(node, syntax.Mark):
        return True
    return isinstance(node, syntax.Group) and node.opener == "(" and all(map(is_index, node.items))


def is_index(node):
    """Whether this looks like an index: a letter, an integer, a word, or letter ± integer."""
    if isinstance(node, syntax.Sum):
        return all(map(is_index, node.terms))
    if isinstance(node, syntax.Number):
        return node.text.isdigit()
    return isinstance(node, syntax.Symbol) or is_letter(node)


def is_letter(node):
    r"""Whether this is one letter, perhaps primed, that may be an index; `\pi` is a number."""
    if isinstance(node, syntax.Scripted):
        plain = not node.subs and node.sup is None
        return plain and is_letter(node.base)
    return isinstance(node, syntax.Symbol) and bool(
        re.fullmatch(r"[A-Za-z]|\\[a-z]+(?<!\\pi)", node.name)
    )


def base_letter(spelled):
    """Return an index's letter without primes."""
    return spelled.rstrip("'")
