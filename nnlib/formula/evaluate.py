"""The value of a formula's meaning in an environment of bound symbols."""

import functools

import numpy as np

from nnlib.formula import meaning as m
from nnlib.formula.derivative import differentiate, slope
from nnlib.formula.errors import FormulaError
from nnlib.formula.functions import builtin, norm
from nnlib.formula.matrices import power, written
from nnlib.formula.ranges import RangeUnknown, range_of
from nnlib.formula.reduce import draw, mean, reduce
from nnlib.formula.values import (
    Value,
    both,
    check_cores,
    constant,
    elementwise,
    gather,
    hadamard,
    merged,
    over,
    plus,
    spread,
    times,
    transpose,
)

__all__ = ["Env"]


class Env:
    """Where a formula is evaluated: a scope, symbols overridden in it, and ranges of letters.

    Parameters
    ----------
    scope : Scope
        What is bound.
    overrides : dict of str to Value
        Symbols that have other values here; what depends on them is computed anew.
    ranges : dict of str to (int, int)
        The first label of each letter, and the one after its last.
    """

    def __init__(self, scope, overrides=None, ranges=None, root=None, cache=None):
        self.scope, self.overrides, self.ranges = scope, overrides or {}, ranges or {}
        self.root = self if root is None else root
        self.cache = {} if cache is None else cache

    def within(self, ranges):
        """Return this environment with more letters."""
        return Env(self.scope, self.overrides, self.ranges | ranges, self.root, self.cache)

    def fresh(self):
        """Return this environment without letters, for the inside of a definition."""
        return Env(self.scope, self.overrides, {}, self.root, self.cache)

    def where(self, overrides):
        """Return this environment with other values for some symbols."""
        return Env(self.scope, self.overrides | overrides, self.ranges, self.root)

    def lookup(self, key, at):
        """Return the value of a symbol, computed anew if it depends on what is overridden."""
        if key in self.overrides:
            return self.overrides[key]
        depends = any(self.scope.depends(key, other) for other in self.overrides)
        env = self if depends else self.root
        if key not in env.cache:
            env.cache[key] = self.scope.compute(key, env.fresh(), at)
        return env.cache[key]

    def axis(self, node, k):
        """Return an indexed axis: its start, its length, and whether the start is its own."""
        try:
            core = self.value(node.base).core
        except RangeUnknown:
            return None
        if k >= len(core):
            raise node.at.error(
                f"{len(node.indices)} indices for {self.value(node.base).described()}"
            )
        start, own = self.scope.start(node, k)
        return start, core[k], own

    def labels(self, within):
        """Return the labels of a set, bound or written out."""
        if isinstance(within, frozenset):
            return within
        return self.scope.labels(within.key, within.at)

    def letters(self, names, nodes, at):
        """Return this environment with the ranges of free letters."""
        env, waiting = self, list(names)
        while waiting:
            later = []
            for name in waiting:
                try:
                    env = env.within({name: range_of(name, nodes, env, at[name])})
                except RangeUnknown as error:
                    later.append(name)
                    problem = error
            if len(later) == len(waiting):
                raise FormulaError(problem.message, problem.at)
            waiting = later
        return env

    def value(self, node):
        """Return the value of a node."""
        return getattr(self, f"_{type(node).__name__.lower()}")(node)

    def _const(self, node):
        return constant(node.value)

    def _letter(self, node):
        if node.name not in self.ranges:
            raise RangeUnknown(f"{node.name} is not bound, and no index of this name has a range",
                               node.at)  # fmt: skip
        return Value(np.arange(*self.ranges[node.name], dtype=float), (node.name,))

    def _ref(self, node):
        return self.lookup(node.key, node.at)

    def _index(self, node):
        base = self.value(node.base)
        if base.row:
            raise node.at.error("an index of a transposed vector")
        indices = [None if index is None else self.value(index) for index in node.indices]
        if len(indices) > len(base.core):
            raise node.at.error(f"{len(indices)} indices for {base.described()}")
        starts = [self.scope.start(node, k)[0] for k in range(len(indices))]
        places = [node.at if index is None else index.at for index in node.indices]
        return gather(base, indices, starts, node.at, places)

    def _apply(self, node):
        args = [self.value(arg) for arg in node.args]
        return self.call(node.key, args, node.at)

    def call(self, key, args, at):
        """Apply a bound or a defined function to values."""
        return self.scope.call(key, args, self, at)

    def _slope(self, node):
        return slope(self, node)

    def _bare(self, node):
        raise node.at.error(f"{node.at.text} is a function: write its argument in round brackets")

    def _builtin(self, node):
        return builtin(node.name, [self.value(arg) for arg in node.args], node.at)

    def _plus(self, node):
        return plus([self.value(term) for term in node.terms], node.signs, node.at)

    def _times(self, node):
        return times(self.value(node.left), self.value(node.right), node.at)

    def _hadamard(self, node):
        return hadamard(self.value(node.left), self.value(node.right), node.at)

    def _over(self, node):
        return over(self.value(node.num), self.value(node.den), node.at)

    def _power(self, node):
        exponent = self.value(node.exponent)
        base = self.value(node.base)
        if base.core and node.exponent.at.text == "T":
            raise node.exponent.at.error(r"^T is not a transpose here: write ^\top")
        is_e = isinstance(node.base, m.Const) and node.base.value == np.e
        return power(base, exponent, node.at, is_e)

    def _transpose(self, node):
        return transpose(self.value(node.base), node.at)

    def _reduce(self, node):
        return reduce(self, node)

    def _mean(self, node):
        return mean(self, node)

    def _draw(self, node):
        return draw(self, node)

    def _derivative(self, node):
        return differentiate(self, node)

    def _norm(self, node):
        return norm(self.value(node.body), node.order, node.at)

    def _truth(self, node):
        return self.value(node.condition)

    def _compare(self, node):
        sides = [self.value(side) for side in node.sides]
        for side in sides:
            if side.core:
                raise node.at.error(f"a condition on {side.described()}: index it")
        held = None
        for sign, left, right in zip(node.signs, sides, sides[1:], strict=False):
            one = elementwise(functools.partial(_compared, sign), left, right)
            held = one if held is None else elementwise(both, held, one)
        return held

    def _both(self, node):
        parts = [self.value(part) for part in node.conditions]
        if len(parts) == 1:
            return parts[0]
        return elementwise(lambda *held: functools.reduce(FOLD[node.sign], held), *parts)

    def _choose(self, node):
        """The value of the first case that holds; two that hold must agree."""
        values = [self.value(value) for value in node.values]
        check_cores(values, node.at, "the cases are")
        held = [constant(1.0) if c is None else self.value(c) for c in node.conditions]
        shared, rank = merged(*values, *held), max(len(value.core) for value in values)
        dims = shared["dims"]
        shape = np.broadcast_shapes(*(spread(v, dims, rank).shape for v in (*values, *held)))
        data, size = np.zeros(shape), np.zeros(shape)
        done = np.zeros(shape, bool)
        valid = np.ones(shape[: len(dims)], bool)
        for value, condition, given in zip(values, held, node.conditions, strict=True):
            condition = np.broadcast_to(spread(condition, dims, rank), shape)
            here = condition != 0
            entries = np.where(np.isnan(condition), np.nan, spread(value, dims, rank))
            again = here & done & ~np.isnan(entries)
            if given is not None and np.any(again & ~np.isclose(data, entries, 1e-9, 0)):
                raise given.at.error("two cases hold at once, and their values differ")
            new = here & ~done
            data = np.where(new, entries, data)
            size = np.where(new, spread(value, dims, rank, value.size), size)
            exists = np.broadcast_to(spread(value, dims, array=value.valid), valid.shape)
            chosen = new.any(axis=tuple(range(len(dims), len(shape))))
            valid = np.where(chosen, valid & exists, valid)
            done = done | here
        if not done.all():
            raise node.at.error("no case holds for some of the values")
        numeric = any(value.numeric for value in values)
        return Value(data, dims, any(v.row for v in values), size, valid, numeric)

    def _written(self, node):
        rows = [[self.value(cell) for cell in row] for row in node.rows]
        return written(rows, node.at, node.vector, node.numbers)


COMPARE = {"=": np.equal, r"\ne": np.not_equal, "<": np.less, ">": np.greater,
           r"\le": np.less_equal, r"\ge": np.greater_equal}  # fmt: skip
FOLD = {r"\land": both, r"\lor": lambda a, b: 1 - both(1 - a, 1 - b)}


def _compared(sign, a, b):
    """Return 1 where a comparison holds, 0 where not, NaN where a side is no number."""
    return np.where(np.isnan(a) | np.isnan(b), np.nan, COMPARE[sign](a, b))
