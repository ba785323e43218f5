r"""Sums, products and extremes over letters; expectations over draws."""

import functools
import math

import numpy as np

from nnlib.formula.ranges import bound_value, bounds_of
from nnlib.formula.values import Value, both, constant, elementwise, merged, spread, union

__all__ = ["draw", "mean", "reduce"]

NEUTRAL = {"sum": 0.0, "prod": 1.0, "max": -np.inf, "min": np.inf, "argmax": -np.inf,
           "argmin": np.inf}  # fmt: skip
FOLDS = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min, "argmax": np.max,
         "argmin": np.min}  # fmt: skip
TIE = 1e-12
MOST = 10**7  # terms of one sum, for all free indices together: some hundred megabytes


def reduce(env, node):
    """Evaluate a big operator: the body over the whole range, masked to where the sum goes."""
    inner, masks = env, [constant(1.0)]
    for binder in node.binders:
        outer, inner = inner, inner.within({binder.letter: bounds_of(binder, node, inner)})
        if math.prod(stop - start for start, stop in inner.ranges.values()) > MOST:
            raise node.at.error("this has too many terms to be evaluated")
        label = Value(np.arange(*inner.ranges[binder.letter], dtype=float), (binder.letter,))
        if binder.lower is not None:
            lower, upper = (bound_value(b, outer) for b in (binder.lower, binder.upper))
            masks.append(elementwise(_between, lower, label, upper))
        if binder.within is not None:
            labels = sorted(env.labels(binder.within))
            masks.append(elementwise(lambda x, known=labels: np.isin(x, known) * 1.0, label))
    if node.condition is not None:
        masks.append(inner.value(node.condition))
    mask = elementwise(lambda *held: functools.reduce(both, held), *masks)
    body = inner.value(node.body)
    if body.core:
        _check_core(node, body)
    letters = tuple(binder.letter for binder in node.binders)
    result = _fold(node, body, mask, letters, inner.ranges)
    if np.any(mask.data) and not result.valid.any():
        guessed = [b.letter for b in node.binders if b.lower is None and b.within is None]
        how = f": write the bounds of {guessed[0]}" if guessed else ""
        raise node.at.error(f"for no index do all terms of this \\{node.kind} exist{how}")
    return result


def _check_core(node, body):
    """Refuse what is not a number, except sums, and products of matrices in a written order."""
    square = len(body.core) == 2 and body.core[0] == body.core[1]
    if node.kind == "prod" and square:
        if len(node.binders) > 1 or node.binders[0].lower is None:
            raise node.at.error("matrices in which order? Write the bounds of one letter")
    elif node.kind != "sum" or body.row and len(body.core) > 1:
        raise node.at.error(f"\\{node.kind} of {body.described()}: index it")


def _between(lower, label, upper):
    return ((lower <= label) & (label <= upper)) * 1.0


def _fold(node, body, mask, letters, ranges):
    shared = merged(body, mask)
    rest = tuple(dim for dim in shared["dims"] if dim not in letters)
    dims = letters + rest
    lengths = [len(range(*ranges[letter])) for letter in letters]
    lengths += [max(v.shape[v.dims.index(d)] for v in (body, mask) if d in v.dims) for d in rest]
    shape, axes = tuple(lengths), tuple(range(len(letters)))
    holds = np.broadcast_to(spread(mask, dims), shape)
    held = holds != 0
    shared = merged(Value(np.zeros(shape), dims), body, mask)
    valid = np.broadcast_to(shared["valid"], shape)
    core = body.core
    where = held.reshape(shape + (1,) * len(core))
    matrices = node.kind == "prod" and bool(core)
    neutral = np.eye(core[0]) if matrices else NEUTRAL[node.kind]
    data = np.where(where, np.broadcast_to(spread(body, dims), shape + core), neutral)
    data = np.where(np.isnan(holds).reshape(where.shape), np.nan, data)
    size = np.where(where, spread(body, dims, array=body.size), neutral * matrices)
    if matrices:
        result, largest = (_in_order(node, array) for array in (data, size))
    else:
        result = FOLDS[node.kind](data, axis=axes)
        largest = np.max(size, axis=axes) if node.kind == "sum" else np.abs(result)
    exists = np.all(valid | ~held, axis=axes)
    filled = held.any(axis=axes)
    if node.kind not in ("sum", "prod") or filled.any() and not (filled & exists).any():
        exists = exists & filled  # that a sum without terms exists says nothing if no other does
    if node.kind.startswith("arg"):
        result = _place(node, data, result, exists, ranges, letters)
        largest = np.abs(result)
    return Value(np.asarray(result), rest, body.row, np.asarray(largest), np.asarray(exists),
                 shared["numeric"])  # fmt: skip


def _in_order(node, matrices):
    """Multiply matrices from left to right, from the first label that is written to the last."""
    down = node.binders[0].down
    return functools.reduce(np.matmul, matrices[::-1] if down else matrices)


def _place(node, data, best, exists, ranges, letters):
    """Return the label of the extreme entry, of which there must be one."""
    if len(letters) > 1:
        raise node.at.error(f"\\{node.kind} over one letter only")
    with np.errstate(invalid="ignore"):
        ties = (np.abs(data - best) <= TIE * np.abs(best)).sum(axis=0)
    if np.any((ties > 1) & exists):
        raise node.at.error("a tie: several entries are extreme")
    places = data.argmax(axis=0) if node.kind == "argmax" else data.argmin(axis=0)
    return places + float(ranges[letters[0]][0])


def mean(env, node):
    """Evaluate the expectation over what is random in the body, and in the condition."""
    body = env.value(node.body)
    given = None if node.given is None else env.value(node.given)
    dims = body.dims if given is None else union(body, given)
    draws = [dim for dim in dims if dim in env.scope.weights]
    if node.over:
        named = {dim for key in node.over for dim in env.lookup(key, node.at).dims}
        draws = [dim for dim in draws if dim in named]
    if not draws:
        raise node.at.error("nothing random is here to take the mean of")
    return _mean_over(env, body, draws, given)


def _mean_over(env, body, draws, given=None):
    """Return the mean over some axes, weighted by the probabilities of what is given."""
    condition = constant(1.0) if given is None else given
    rest = tuple(dim for dim in union(body, condition) if dim not in draws)
    dims, axes = (*draws, *rest), tuple(range(len(draws)))
    weight = spread(condition, dims)
    for k, dim in enumerate(draws):
        shape = [-1 if k == place else 1 for place in range(len(dims))]
        weight = weight * env.scope.weights[dim].reshape(shape)
    valid = spread(body, dims, array=body.valid)
    if given is not None:
        possible = weight.sum(axis=axes, keepdims=True)
        weight = weight / np.where(possible == 0, 1.0, possible)
        valid = (valid | (weight == 0)) & (possible != 0) & spread(given, dims, array=given.valid)
    weight = weight.reshape(weight.shape + (1,) * len(body.core))
    # What never happens is no NaN.
    data = np.where(weight == 0, 0.0, spread(body, dims) * weight).sum(axis=axes)
    size = (spread(body, dims, array=body.size) * weight).max(axis=axes)
    valid = np.broadcast_to(valid.all(axis=axes), data.shape[: len(rest)])
    return Value(data, rest, body.row, size, valid, body.numeric)


def draw(env, node):
    r"""Evaluate `\mathbb{E}_{x \sim p}[…]`: x is drawn anew, independently of all else."""
    dim = f" draw {id(node)}"
    value = env.scope.drawn(node.source.key, dim)
    body = env.where({node.key: value}).value(node.body)
    if dim not in body.dims:
        raise node.at.error(f"nothing here depends on {node.key}")
    return _mean_over(env, body, [dim])
