"""What is written: the tree of a formula before anything is known about its symbols.

`W x_i` is here a `Term` of a symbol and a scripted symbol; whether it is a product, what `x_i`
means, and whether `f(x)` is an application, is read off the values bound later (`resolve`).
Every node knows its place in the LaTeX (`at`), which takes no part in comparisons.
"""

from dataclasses import dataclass, field

from nnlib.formula.errors import Span

__all__ = ["Cases", "Chain", "Fence", "Frac", "Group", "Head", "Logic", "Mark", "Matrix", "Node",
           "Number", "Root", "Scripted", "Sum", "Symbol", "Term"]  # fmt: skip


@dataclass(frozen=True)
class Node:
    """Something written; `spell` gives its LaTeX in a normal form."""

    at: Span = field(compare=False, repr=False)

    def walk(self):
        """Yield every node from this one down."""
        yield self
        for value in vars(self).values():
            yield from _walk(value)


def _walk(value):
    if isinstance(value, Node):
        yield from value.walk()
    elif isinstance(value, tuple):
        for item in value:
            yield from _walk(item)


@dataclass(frozen=True)
class Number(Node):
    """Digits, as `0.015`."""

    text: str

    def spell(self):
        return self.text


@dataclass(frozen=True)
class Symbol(Node):
    r"""A letter with its accents and fonts in normal form, as `\hat{y}`, or an upright word.

    `\operatorname{softmax}`, `\mathrm{softmax}` and the key `softmax` are all named `softmax`.
    """

    name: str

    @property
    def upright(self):
        return len(self.name) > 1 and not self.name.startswith("\\")

    def spell(self):
        return rf"\operatorname{{{self.name}}}" if self.upright else self.name


@dataclass(frozen=True)
class Mark(Node):
    r"""A sign that stands alone: `*`, `\top`, `:`, `\cdot` for an argument, `\infty`, `+`."""

    name: str

    def spell(self):
        return self.name


@dataclass(frozen=True)
class Head(Node):
    r"""What takes something that follows: `\log`, `\sum`, `\nabla`, `\partial`."""

    kind: str  # "function", "big", "nabla" or "partial"
    name: str

    def spell(self):
        return self.name


@dataclass(frozen=True)
class Scripted(Node):
    """A base with subscripts, primes, and one superscript."""

    base: Node
    subs: tuple[Node, ...] = ()
    primes: int = 0
    sup: Node | None = None

    def spell(self):
        sub = f"_{{{','.join(s.spell() for s in self.subs)}}}" if self.subs else ""
        sup = f"^{{{self.sup.spell()}}}" if self.sup is not None else ""
        return f"{self.base.spell()}{sub}{chr(39) * self.primes}{sup}"


CLOSERS = {"(": ")", "[": "]", r"\{": r"\}", "{": "}"}


@dataclass(frozen=True)
class Group(Node):
    r"""Something in brackets; `seps` are the signs between the items (`,`, `;`, `|`, `\|`)."""

    opener: str
    items: tuple[Node, ...]
    seps: tuple[str, ...] = ()

    def spell(self):
        spelled = self.items[0].spell()
        for sep, item in zip(self.seps, self.items[1:], strict=True):
            spelled += f"{sep} {item.spell()}" if sep.startswith("\\") else sep + item.spell()
        return f"{self.opener}{spelled}{CLOSERS[self.opener]}"


@dataclass(frozen=True)
class Frac(Node):
    """A fraction, or a derivative: which of the two is read off its parts."""

    num: Node
    den: Node

    def spell(self):
        return rf"\frac{{{self.num.spell()}}}{{{self.den.spell()}}}"


@dataclass(frozen=True)
class Root(Node):
    """A root; `degree` is None for the square root."""

    degree: Node | None
    body: Node

    def spell(self):
        degree = f"[{self.degree.spell()}]" if self.degree is not None else ""
        return rf"\sqrt{degree}{{{self.body.spell()}}}"


FENCES = {"abs": (r"\lvert ", r"\rvert"), "norm": (r"\lVert ", r"\rVert"),
          "floor": (r"\lfloor ", r"\rfloor"), "ceil": (r"\lceil ", r"\rceil")}  # fmt: skip


@dataclass(frozen=True)
class Fence(Node):
    """An absolute value, a norm, a floor or a ceiling."""

    kind: str
    body: Node

    def spell(self):
        return self.body.spell().join(FENCES[self.kind])


def spell_rows(name, rows):
    spelled = r" \\ ".join(" & ".join(cell.spell() for cell in row) for row in rows)
    return rf"\begin{{{name}}}{spelled}\end{{{name}}}"


@dataclass(frozen=True)
class Matrix(Node):
    """A matrix or a vector written out; a binomial coefficient has the kind `binom`."""

    rows: tuple[tuple[Node, ...], ...]
    kind: str = "bmatrix"

    def spell(self):
        if self.kind == "binom":
            (n,), (k,) = self.rows
            return rf"\binom{{{n.spell()}}}{{{k.spell()}}}"
        return spell_rows(self.kind, self.rows)


@dataclass(frozen=True)
class Cases(Node):
    """Values with their conditions; a row without a condition holds otherwise."""

    rows: tuple[tuple[Node, ...], ...]

    def spell(self):
        rows = [(*row, Otherwise) if len(row) == 1 else row for row in self.rows]
        return spell_rows("cases", rows)


class Otherwise:
    spell = staticmethod(lambda: r"\text{otherwise}")


@dataclass(frozen=True)
class Term(Node):
    r"""Factors and the signs before them: `` (juxtaposed), `\cdot`, `\times`, `\odot`, `/`."""

    factors: tuple[Node, ...]
    signs: tuple[str, ...]

    def spell(self):
        pairs = zip(self.signs, self.factors, strict=True)
        return " ".join(f"{sign} {factor.spell()}".strip() for sign, factor in pairs)


@dataclass(frozen=True)
class Sum(Node):
    """Addends and their signs; the first sign may be empty."""

    terms: tuple[Node, ...]
    signs: tuple[str, ...]

    def spell(self):
        pairs = zip(self.signs, self.terms, strict=True)
        return " ".join(f"{sign} {term.spell()}".strip() for sign, term in pairs)


@dataclass(frozen=True)
class Chain(Node):
    r"""Sides with relations between them, as `a = b \le c`."""

    sides: tuple[Node, ...]
    signs: tuple[str, ...]
    places: tuple[Span, ...] = field(compare=False, repr=False, default=())

    def spell(self):
        rest = zip(self.signs, self.sides[1:], strict=True)
        return " ".join([self.sides[0].spell(), *(f"{sign} {side.spell()}" for sign, side in rest)])


@dataclass(frozen=True)
class Logic(Node):
    r"""Conditions joined by `\land` or `\lor`, or by `:` in what stands under a sum."""

    sign: str
    parts: tuple[Node, ...]

    def spell(self):
        return f" {self.sign} ".join(part.spell() for part in self.parts)
