r"""Evaluating every side of a formula and comparing them.

The tolerance is rtol · max(|a|, |b|, largest addend); neither side may be infinite or NaN.
"""

from dataclasses import dataclass, field

import numpy as np

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.bounds import settle
from nnlib.formula.define import define
from nnlib.formula.errors import FormulaError, FormulaMismatch
from nnlib.formula.names import is_letter
from nnlib.formula.resolve import Resolver
from nnlib.formula.values import cropped, spread, union

__all__ = ["Relation", "Report", "check", "evaluate"]


@dataclass(frozen=True)
class Relation:
    r"""Two neighbouring sides of a formula.

    Attributes
    ----------
    step : int
        Its number in the formula, from 1.
    left, right, sign : str
        LaTeX.
    status : str
        "checked", or "defined" if it only gives a symbol on the left its meaning.
    entries : int
        How many numbers were compared.
    numeric : bool
        Whether a numerical derivative is involved.

    Examples
    --------
    >>> from nnlib.formula import formula
    >>> (relation,) = formula(r"\sin^2 x + \cos^2 x = 1").check({"x": 0.3}).relations
    >>> relation.sign, relation.right, relation.status
    ('=', '1', 'checked')
    """

    step: int
    left: str
    sign: str
    right: str
    status: str
    entries: int = 0
    numeric: bool = False


@dataclass(frozen=True)
class Report:
    r"""What a check did.

    Attributes
    ----------
    relations : tuple of Relation
        In the order of the formula.
    defined : tuple of str
        The symbols that the formula defined.
    sides : tuple of (str, ndarray or float)
        The LaTeX of each side, and its value over its free indices; None if it has none alone.

    Examples
    --------
    >>> from nnlib.formula import formula
    >>> report = formula(r"y = 2 x, \qquad y^2 = 4 x^2").check({"x": 3.0})
    >>> report.checked, report.defined, report.sides[1]
    (1, ('y',), ('2 x', 6.0))
    """

    relations: tuple[Relation, ...]
    defined: tuple[str, ...]
    sides: tuple = field(repr=False)

    @property
    def checked(self):
        """How many relations were compared."""
        return sum(relation.status == "checked" for relation in self.relations)


def evaluate(scope, formula):
    """Return the value of the right-most side of a formula."""
    equations = formula.equations
    _complete(equations)
    define(scope, equations)
    last = equations[-1]
    side = Resolver(scope).read(last.sides[-1])
    others = [letter for other in last.sides[:-1] for letter in _free_letters(other)]
    settle([side], related=bool(last.signs), elsewhere=others)
    order = _order(last, side.free)
    env = scope.env.letters(order, [side], _places([side]))
    return _plain(env.value(side), order, env, side.at)


def check(scope, formula):
    """Check every relation of a formula; see `Scope.check`."""
    equations = formula.equations
    if not any(equation.signs for equation in equations):
        raise equations[0].at.error("there is no relation here to check")
    _complete(equations)
    heads = define(scope, equations)
    relations, sides = [], []
    for equation, head in zip(equations, heads, strict=True):
        _Equation(scope, equation, head, relations, sides).check()
    return Report(tuple(relations), tuple(head for head in heads if head), tuple(sides))


def _complete(equations):
    """Refuse several expressions side by side: which of them would be meant?"""
    for equation in equations:
        if len(equations) > 1 and not equation.signs:
            raise equation.at.error("a relation is missing here")


class _Equation:
    """One chain of sides, checked step by step."""

    def __init__(self, scope, chain, head, relations, sides):
        self.scope, self.chain, self.head = scope, chain, head
        self.relations, self.sides = relations, sides

    def check(self):
        dummies = self.head is not None and self.scope.bindings[self.head].dummies
        first = 1 if dummies else 0  # f(x) for every x has no value
        resolver = Resolver(self.scope)
        meanings = [resolver.read(side) for side in self.chain.sides[first:]]
        if dummies and len(meanings) == 1:
            self._record(0, "defined")
            return
        settle(meanings, related=True)
        for k, sign in enumerate(self.chain.signs):
            if sign == r"\leftarrow":
                meanings[k] = self._updated(meanings[k], self.chain.places[k])
        letters = _order(self.chain, frozenset().union(*(node.free for node in meanings)))
        env = self.scope.env.letters(letters, meanings, _places(meanings))
        values = [env.value(node) for node in meanings]
        for node, value in zip(self.chain.sides[first:], values, strict=True):
            kept = [letter for letter in letters if letter in value.dims]
            self.sides.append((node.at.text.strip(), _plain(value, kept, env, node.at, False)))
        if first:
            self._record(0, "defined")
        for k in range(len(values) - 1):
            step = k + first
            if step == 0 and self.head is not None:
                self._record(0, "defined")
            else:
                self._compare(step, values[k], values[k + 1], meanings[k + 1], env, letters)

    def _updated(self, node, place):
        """Return the left side of an update with the value bound as the new one."""
        ref = node.base if isinstance(node, m.Index) else node
        if not isinstance(ref, m.Ref):
            raise place.error("only a symbol can be updated")
        key = rf"{ref.key} \leftarrow"
        if not self.scope.has(key):
            raise place.error(f'the new value is not bound: give it the key r"{key}"')
        new = m.Ref(ref.at, key)
        return new if ref is node else m.Index(node.at, new, node.indices)

    def _record(self, step, status, entries=0, numeric=False):
        left, right = (side.at.text.strip() for side in self.chain.sides[step : step + 2])
        relation = Relation(len(self.relations) + 1, left, self.chain.signs[step], right, status,
                            entries, numeric)  # fmt: skip
        self.relations.append(relation)
        return relation

    def _compare(self, step, left, right, node, env, letters):
        place, sign = self.chain.places[step], self.chain.signs[step]
        zero = [isinstance(n, syntax.Number) and float(n.text) == 0
                for n in self.chain.sides[step : step + 2]]  # fmt: skip
        if (left.core, left.row) != (right.core, right.row) and not any(zero):
            raise place.error(f"{left.described()} on the left, {right.described()} on the right")
        dims = tuple(d for d in letters if d in union(left, right))
        dims += tuple(d for d in union(left, right) if d not in letters)
        rank = max(len(left.core), len(right.core))
        arrays = [(v, a) for v in (left, right) for a in (v.data, v.size)]
        a, a_size, b, b_size = np.broadcast_arrays(
            *(spread(value, dims, rank, array) for value, array in arrays)
        )
        valid = np.ones((1,) * len(dims), bool)
        for value in (left, right):
            valid = valid & spread(value, dims, array=value.valid)
        valid = np.broadcast_to(valid.reshape(valid.shape + (1,) * rank), a.shape)
        if not valid.any():
            raise place.error("for no index does all that is referred to exist")
        numeric = left.numeric or right.numeric
        rtol = self.scope.derivative_rtol if numeric else self.scope.rtol
        if sign == r"\approx":
            rtol = self.scope.approx_rtol
        if sign == r"\propto":
            a, a_size, b = self._ratio(a, a_size, b, b_size, valid, place)
            b_size = np.abs(b)
        tolerance = rtol * np.maximum(np.maximum(np.abs(a), np.abs(b)), np.maximum(a_size, b_size))
        finite = np.isfinite(a) & np.isfinite(b) & np.isfinite(tolerance)
        holds = HOLDS[sign](a, b, tolerance) & finite
        if sign == r"\ne" and rank:  # arrays differ if some entries do
            core = tuple(range(len(dims), a.ndim))
            holds = np.broadcast_to(holds.any(axis=core, keepdims=True), a.shape) & finite
        relation = self._record(step, "checked", int(valid.sum()), numeric)
        wrong = valid & ~holds
        if wrong.any():
            excess = np.where(finite, np.abs(a - b) / np.maximum(tolerance, 1e-300), np.inf)
            worst = np.unravel_index(np.argmax(np.where(wrong, excess, -1.0)), a.shape)
            self._mismatch(relation, a[worst], b[worst], worst, dims, env, rtol)

    def _ratio(self, a, a_size, b, b_size, valid, place):
        """Return both sides of ∝ as ratios: each, and the one that all must be equal to."""
        if np.any((b == 0) & valid):
            raise place.error("a constant ratio to zero")
        if valid.sum() == 1:
            raise place.error("one number is proportional to any other")
        ratio = a / b
        biggest = np.unravel_index(np.argmax(np.where(valid, np.abs(b), -1)), b.shape)
        return ratio, a_size / np.abs(b), np.full_like(ratio, ratio[biggest])

    def _mismatch(self, relation, a, b, worst, dims, env, rtol):
        labels = [f"{d} = {env.ranges[d][0] + k}" for d, k in zip(dims, worst, strict=False)
                  if d in env.ranges]  # fmt: skip
        outcome = [f"outcome {k + 1}" for d, k in zip(dims, worst, strict=False)
                   if d not in env.ranges]  # fmt: skip
        entry = [f"entry {tuple(int(k) + 1 for k in worst[len(dims) :])}"][: len(worst) - len(dims)]
        where = ", ".join(labels + outcome + entry)
        steps = "" if len(self.chain.signs) == 1 else f"step {relation.step} of "
        message = (
            f"{steps}{self.chain.at.text.strip()}\n"
            f"does not hold{f' at {where}' if where else ''} (rtol {rtol:g}):\n"
            f"  {relation.left}\n    is {a:.12g}\n"
            f"  {relation.sign} {relation.right}\n    is {b:.12g}"
        )
        raise FormulaMismatch(message, relation)


HOLDS = {
    "=": lambda a, b, tol: np.abs(a - b) <= tol,
    r"\approx": lambda a, b, tol: np.abs(a - b) <= tol,
    r"\leftarrow": lambda a, b, tol: np.abs(a - b) <= tol,
    r"\propto": lambda a, b, tol: np.abs(a - b) <= tol,
    r"\ne": lambda a, b, tol: np.abs(a - b) > tol,
    r"\le": lambda a, b, tol: a <= b + tol,
    r"\ge": lambda a, b, tol: a >= b - tol,
    "<": lambda a, b, tol: a < b,
    ">": lambda a, b, tol: a > b,
}


def _order(chain, free):
    """Sort free letters by their first appearance in what is written, left side first."""
    seen = {}
    for node in chain.walk():
        if is_letter(node):
            seen[node.spell()] = min(node.at.start, seen.get(node.spell(), node.at.start))
    return sorted(free, key=lambda letter: seen[letter])


def _free_letters(side):
    """Return the letters of a side that is only read, without those of its sums."""
    nodes = list(side.walk())
    big = [n for n in nodes if isinstance(n, syntax.Scripted) and isinstance(n.base, syntax.Head)]
    summed = {n.spell() for head in big for sub in head.subs for n in sub.walk() if is_letter(n)}
    return {node.spell() for node in nodes if is_letter(node)} - summed


def _places(nodes):
    """Return where each free letter stands first."""
    places = {}
    for side in nodes:
        for node, bound in side.walk():
            if isinstance(node, m.Letter) and node.name not in bound:
                places.setdefault(node.name, node.at)
    return places


def _plain(value, letters, env, at, strict=True):
    """Return a value as an array over its letters, or as a float."""
    hidden = [dim for dim in value.dims if dim not in letters]
    if hidden and strict:
        raise at.error(r"this is random: take its \mathbb{E}")
    try:
        value, _ = cropped(value, letters, env.ranges, at)
    except FormulaError:
        if strict:
            raise
        return None
    if hidden:
        return None
    order = [value.dims.index(letter) for letter in letters]
    data = value.data.transpose(order + list(range(len(order), value.data.ndim)))
    return data.copy() if data.ndim else float(data)
