"""The range of an index: read off the axes it stands at, or off the bounds of its sum."""

from dataclasses import dataclass

import numpy as np

from nnlib.formula import meaning as m
from nnlib.formula.errors import FormulaError

__all__ = ["RangeUnknown", "bounds_of", "letters_of", "range_of"]


class RangeUnknown(FormulaError):
    """A letter whose range nothing gives."""


@dataclass
class Site:
    """An axis at which a letter stands, as in `2i + k - 1`, and the labels this allows it."""

    axis: tuple
    plain: bool  # the letter alone, at an axis that starts where axes do
    low: int
    high: int
    at: object


def range_of(letter, nodes, env, at, summed=False):
    """Return the first label of a letter and the one after its last.

    The axes at which the letter stands alone must agree. Axes read at a shift (`h_{t-1}`) or in
    steps (`x_{2i-1}`), or with a start of their own, only restrict where the equation holds; a
    sum must be definite about them.
    """
    sites = [s for node in nodes for s in _sites(letter, node, env, summed)]
    shifted = {site.axis for site in sites if not site.plain}
    plain = {(s.low, s.high): s for s in sites if s.axis not in shifted}
    if len(plain) > 1:
        (a, b), (c, d) = list(plain)[:2]
        place = list(plain.values())[1].at
        raise place.error(f"{letter} runs from {a} to {b} elsewhere, and from {c} to {d} here")
    found = set(plain) or {(s.low, s.high) for s in sites}
    if not found:
        raise RangeUnknown(_unknown(letter, nodes, summed), at)
    if summed and len(found) > 1:
        raise at.error(f"the range of {letter} is not clear: write its bounds")
    return min(low for low, _ in found), max(high for _, high in found) + 1


def _unknown(letter, nodes, summed):
    """Return why a letter has no range."""
    indexed = (each for node in nodes for each, bound in node.walk()
               if isinstance(each, m.Index) and letter not in bound)  # fmt: skip
    if any(letter in index.free for each in indexed for index in each.indices if index):
        return (f"the range of {letter} is not clear: no index is {letter} alone, or an integer"
                f" times {letter} plus an integer{', and it has no bounds' * summed}")  # fmt: skip
    what = "has no bounds" if summed else "is not bound"
    return f"{letter} {what}, and nothing that is bound is indexed by it"


def _sites(letter, node, env, summed):
    """Yield the sites of a letter; those that involve other letters only if there are no others."""
    single, several = [], []
    for each, bound in node.walk():
        if not isinstance(each, m.Index) or letter in bound:
            continue
        for k, index in enumerate(each.indices):
            if index is None or letter not in index.free:
                continue
            line = _line(index, env)
            factor = line.get(letter) if line else None
            if not factor or summed and abs(factor) != 1:
                continue
            others = [name for name, factor in line.items() if name and factor and name != letter]
            (several if others else single).append((each, k, index, line, bound))
    for each, k, index, line, bound in single or several:
        axis = env.axis(each, k)
        if axis is None:
            continue
        start, length, own = axis
        ends = [(start, start + length - 1)]
        try:
            for name, factor in line.items():
                if name not in ("", letter) and factor:
                    first, stop = _other(name, bound, env)
                    ends.append(tuple(sorted((-factor * first, -factor * (stop - 1)))))
        except RangeUnknown:
            continue
        low, high = (sum(end) - line[""] for end in zip(*ends, strict=True))
        factor = line[letter]  # low ≤ factor · letter ≤ high
        if factor < 0:
            factor, low, high = -factor, -high, -low
        low, high = -(-low // factor), high // factor
        if low > high:
            raise index.at.error(f"for no {letter} is there an entry here")
        plain = isinstance(index, m.Letter) and not own
        key = each.base.key if isinstance(each.base, m.Ref) else id(each.base)
        yield Site((key, k), plain, int(low), int(high), index.at)


def letters_of(index):
    """Return the letters that an index is made of: t of t + 1, but none of the S_t in V_{S_t}."""
    if isinstance(index, m.Letter):
        return {index.name}
    if isinstance(index, m.Index):
        return set()
    return set().union(*map(letters_of, index.parts()))


def _other(name, bound, env):
    """Return the range of another letter of the same index."""
    if name in env.ranges:
        return env.ranges[name]
    if name in bound:
        binder = next(b for b in bound[name].binders if b.letter == name)
        return bounds_of(binder, bound[name], env)
    raise RangeUnknown(f"the range of {name} is not known")


def _line(node, env):
    """Return an index's factor for each letter, with the constant under ""; None if not linear."""
    if isinstance(node, m.Letter):
        return {node.name: 1, "": 0}
    if not node.free:
        try:
            value = env.value(node)
        except RangeUnknown:
            return None
        whole = not value.core and not value.dims and value.data == np.round(value.data)
        return {"": int(value.data)} if whole else None
    if isinstance(node, m.Plus):
        total = {"": 0}
        for term, sign in zip(node.terms, node.signs, strict=True):
            line = _line(term, env)
            if line is None:
                return None
            for name, factor in line.items():
                total[name] = total.get(name, 0) + (factor if sign == "+" else -factor)
        return total
    if isinstance(node, m.Times):
        left, right = _line(node.left, env), _line(node.right, env)
        if left is None or right is None or len(left) > 1 and len(right) > 1:
            return None
        number, line = (left, right) if len(left) == 1 else (right, left)
        return {name: factor * number[""] for name, factor in line.items()}
    return None


def bounds_of(binder, node, env):
    """Return the range of a sum's letter: the hull of its bounds, if these depend on others."""
    if binder.within is not None:
        labels = env.labels(binder.within)
        return min(labels), max(labels) + 1
    if binder.lower is None:
        nodes = [node.body] if node.condition is None else [node.body, node.condition]
        return range_of(binder.letter, nodes, env, node.at, summed=True)
    lower, upper = (bound_value(bound, env) for bound in (binder.lower, binder.upper))
    first, last = int(np.min(lower.data)), int(np.max(upper.data))
    return first, max(first, last) + 1  # an empty sum keeps one label, masked


def bound_value(bound, env):
    """Return the value of a bound: integers, infinity only where the scope truncates it."""
    value = env.value(bound)
    data = value.data
    if np.any(np.isinf(data)):
        if env.scope.infinity is None:
            raise bound.at.error("an infinite bound: give the scope a number for it (infinity=…)")
        data = np.where(np.isinf(data), np.sign(data) * env.scope.infinity, data)
    if value.core or np.any(data != np.round(data)):
        raise bound.at.error("the bounds of a sum are integers")
    return type(value)(data, value.dims, valid=value.valid)
