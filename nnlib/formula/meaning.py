"""What is meant: the tree of a formula once its symbols are known.

`resolve` makes these nodes, `evaluate` computes them. Letters that stand for an index are
`Letter`s here, everything bound is a `Ref` to its key, and `free` says which letters a node
leaves free.
"""

from dataclasses import dataclass, field, fields

from nnlib.formula.errors import Span

__all__ = ["Apply", "Bare", "Binder", "Both", "Builtin", "Choose", "Compare", "Const",
           "Derivative", "Draw", "Hadamard", "Index", "Letter", "Mean", "Meaning", "Norm", "Over",
           "Plus", "Power", "Reduce", "Ref", "Slope", "Times", "Transpose", "Truth",
           "Written"]  # fmt: skip


@dataclass(eq=False)
class Meaning:
    """Something that has a value."""

    at: Span

    def parts(self):
        """Yield the nodes right under this one."""
        for each in fields(self):
            yield from _nodes(getattr(self, each.name))

    def walk(self, bound=None):
        """Yield every node from this one down, with the sums over letters that it stands in."""
        bound = bound or {}
        yield self, bound
        for part in self.parts():
            yield from part.walk(bound)

    @property
    def free(self):
        """The letters that stand for a free index here."""
        try:
            return self._free
        except AttributeError:
            self._free = frozenset(
                node.name
                for node, bound in self.walk()
                if isinstance(node, Letter) and node.name not in bound
            )
            return self._free


def _nodes(value):
    if isinstance(value, Meaning):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


@dataclass(eq=False)
class Const(Meaning):
    """A number."""

    value: float


@dataclass(eq=False)
class Letter(Meaning):
    """The label of an index, as a number."""

    name: str


@dataclass(eq=False)
class Ref(Meaning):
    """The value bound to a key, whole."""

    key: str


@dataclass(eq=False)
class Index(Meaning):
    """Entries of an array; None stands for a whole axis."""

    base: Meaning
    indices: tuple[Meaning | None, ...]


@dataclass(eq=False)
class Apply(Meaning):
    """A bound function, applied."""

    key: str
    args: tuple[Meaning, ...]


@dataclass(eq=False)
class Slope(Meaning):
    """A derivative of a function of one argument: a bound one, or one of the notation."""

    key: str
    args: tuple[Meaning, ...]
    order: int
    builtin: bool = False


@dataclass(eq=False)
class Bare(Meaning):
    """A bound function without its argument: good for being differentiated only."""

    key: str


@dataclass(eq=False)
class Builtin(Meaning):
    r"""A function of the notation itself, as `\log`."""

    name: str
    args: tuple[Meaning, ...]


@dataclass(eq=False)
class Plus(Meaning):
    """A sum of addends, each with its sign."""

    terms: tuple[Meaning, ...]
    signs: tuple[str, ...]


@dataclass(eq=False)
class Times(Meaning):
    """A product: of scalars, by a scalar, or of matrices."""

    left: Meaning
    right: Meaning


@dataclass(eq=False)
class Hadamard(Meaning):
    """The product entry by entry."""

    left: Meaning
    right: Meaning


@dataclass(eq=False)
class Over(Meaning):
    """A quotient."""

    num: Meaning
    den: Meaning


@dataclass(eq=False)
class Power(Meaning):
    """A power; of a square matrix, a repeated product."""

    base: Meaning
    exponent: Meaning


@dataclass(eq=False)
class Transpose(Meaning):
    base: Meaning


@dataclass(eq=False)
class Binder:
    """A letter under a sum, and its bounds: none, both, or the set it runs through.

    `down` tells that the bounds were written from the last label to the first.
    """

    letter: str
    lower: Meaning | None = None
    upper: Meaning | None = None
    within: Ref | frozenset[int] | None = None
    down: bool = False


@dataclass(eq=False)
class Reduce(Meaning):
    r"""`\sum`, `\prod`, `\max`, … over letters.

    `perhaps` are letters of the condition that are summed over too, unless something outside
    this node gives them (`\sum_{i<j}` against `\sum_{j<i}` in an equation for each `i`).
    """

    kind: str
    binders: list[Binder]
    condition: Meaning | None
    body: Meaning
    perhaps: tuple[str, ...] = ()

    def letters(self):
        return frozenset(binder.letter for binder in self.binders)

    def parts(self):
        for binder in self.binders:
            yield from _nodes((binder.lower, binder.upper, binder.within))
        yield from _nodes((self.condition, self.body))

    def walk(self, bound=None):
        bound = bound or {}
        yield self, bound
        inner = bound | dict.fromkeys(self.letters(), self)
        for binder in self.binders:  # its bounds may use the letters that come before its own
            for part in _nodes((binder.lower, binder.upper, binder.within)):
                yield from part.walk(bound)
            bound = bound | {binder.letter: self}
        for part in _nodes((self.condition, self.body)):
            yield from part.walk(inner)


@dataclass(eq=False)
class Mean(Meaning):
    """The expectation over what is random in the body, or over the random keys named.

    `given` is a condition on what is random.
    """

    body: Meaning
    over: tuple[str, ...] = ()
    given: Meaning | None = None


@dataclass(eq=False)
class Draw(Meaning):
    """An expectation over one key, which is drawn from a bound distribution."""

    key: str
    source: Ref
    body: Meaning


@dataclass(eq=False)
class Derivative(Meaning):
    r"""A derivative with respect to keys, or to entries of them; axes: the body's, then theirs.

    `factors` are those of a body without brackets, of which only one may depend on the variable.
    `gradient` marks `\nabla`, whose body is a scalar.
    """

    body: Meaning
    variables: tuple[Meaning, ...]
    factors: tuple[Meaning, ...] = ()
    gradient: bool = False

    def parts(self):
        return _nodes((self.body, self.variables))


@dataclass(eq=False)
class Compare(Meaning):
    """A condition: sides and the relations between them."""

    sides: tuple[Meaning, ...]
    signs: tuple[str, ...]


@dataclass(eq=False)
class Both(Meaning):
    r"""Conditions joined by `\land` or `\lor`."""

    sign: str
    conditions: tuple[Meaning, ...]


@dataclass(eq=False)
class Truth(Meaning):
    """1 where a condition holds, else 0."""

    condition: Meaning


@dataclass(eq=False)
class Choose(Meaning):
    """Cases: values and their conditions, None for otherwise."""

    values: tuple[Meaning, ...]
    conditions: tuple[Meaning | None, ...]


@dataclass(eq=False)
class Written(Meaning):
    """A matrix written out; `vector` if it is one column, or a list.

    `numbers` marks a list in round brackets, which joins no vectors.
    """

    rows: tuple[tuple[Meaning, ...], ...]
    vector: bool
    numbers: bool = False


@dataclass(eq=False)
class Norm(Meaning):
    """A norm: its order is None, 1, 2, inf, "F" or another number."""

    body: Meaning
    order: float | str | None = field(default=None)
