r"""Numerical derivatives: central differences at three steps, extrapolated twice (Richardson).

The error of the extrapolated difference is of the sixth order in a step of about 1/64 of the
variable, and its rounding a few hundred times that of the function: on smooth functions 1e-11
relative. All steps are one evaluation, along an axis of their own. Where the three steps
disagree they are made smaller, three times at most. At a kink the two one-sided differences stay
apart however small the step is: there is no derivative, and a FormulaError says so.
"""

import itertools
from dataclasses import replace

import numpy as np

from nnlib.formula import meaning as m
from nnlib.formula.functions import builtin
from nnlib.formula.values import Value, gather, spread, union

__all__ = ["differentiate", "slope"]

STEP = 2.0**-6  # relative to the variable
LEVELS = np.array([1.0, 0.5, 0.25])
SHRINK = 2.0**-4
EPS = np.finfo(float).eps
MOST = 5 * 10**7  # numbers in the moved variable: some hundred megabytes
_names = itertools.count()


def differentiate(env, node):
    """Evaluate a derivative: the axes of the body, then those of the variables."""
    bases = [v.base if isinstance(v, m.Index) else v for v in node.variables]
    for base in bases:
        if not env.scope.mentions(node.body, base.key) and not isinstance(node.body, m.Const):
            raise node.body.at.error(f"this does not depend on {base.key}: bind it as derived")
        depend = [f for f in node.factors if env.scope.mentions(f, base.key)]
        if len(depend) > 1 and not env.value(depend[0]).core:  # x^\top A x is one whole
            raise node.at.error("how far does this derivative reach? Use brackets")
    depth = []  # of the core of the body, known once it has been evaluated

    def nested(env, keys):
        if not keys:
            value = env.value(node.body)
            depth[:] = [len(value.core)]
            if node.gradient and value.core:
                raise node.body.at.error(f"\\nabla of {value.described()}: use \\partial")
            return replace(value, row=False)
        *before, last = keys
        base = env.lookup(last, node.at)
        return partials(base, lambda value: nested(env.where({last: value}), before), node.at)

    value = nested(env, [base.key for base in bases])
    indices, starts = [None] * depth[0], [0] * depth[0]
    for variable, base in zip(node.variables, bases, strict=True):
        rank = len(env.lookup(base.key, node.at).core)
        given = variable.indices if isinstance(variable, m.Index) else ()
        if len(given) > rank:
            raise variable.at.error(f"{len(given)} indices for {base.key}")
        indices += [None if i is None else env.value(i) for i in given]
        starts += [env.scope.start(variable, k)[0] for k in range(len(given))]
        indices += [None] * (rank - len(given))
        starts += [0] * (rank - len(given))
    if all(index is None for index in indices):
        return value
    return gather(value, indices, starts, node.at)


def partials(base, function, at):
    """Return the derivatives of a function by every entry of a value, as further core axes."""
    best = None
    for shrink in SHRINK ** np.arange(4):
        value, settled = _differences(base, function, shrink, at)
        if best is None:
            best, done = value, settled
        else:
            new = settled & ~done
            best = replace(best, data=np.where(new, value.data, best.data),
                           size=np.where(new, value.size, best.size))  # fmt: skip
            done = done | settled
        if done.all():
            return best
    raise at.error("there is no derivative here: at a kink or a jump, or outside the domain")


def _differences(base, function, shrink, at):
    """Return the extrapolated differences, and where their error is small."""
    count = int(np.prod(base.core))
    rank = len(base.dims)
    step = STEP * shrink * np.maximum(np.abs(base.data), 2.0**-4)
    step = 2.0 ** np.floor(np.log2(step))  # so that x + step is exact
    step = step.reshape(base.shape + (count,))
    offsets = (LEVELS[:, None] * np.array([1.0, -1.0])).reshape(-1)
    flat = base.data.reshape(base.shape + (count,))
    if (1 + len(offsets) * count) * flat.size > MOST:
        raise at.error("this derivative takes too many steps to be evaluated")
    moves = np.concatenate([np.zeros((1, count)), np.kron(np.eye(count), offsets[:, None])])
    moved = flat + moves.reshape((-1,) + (1,) * rank + (count,)) * step
    dim = f" step {next(_names)}"
    value = function(Value(moved.reshape((-1, *base.data.shape)), (dim, *base.dims),
                           numeric=base.numeric))  # fmt: skip
    if dim not in value.dims:
        value = replace(value, data=np.broadcast_to(value.data, (len(moves), *value.data.shape)),
                        size=np.broadcast_to(value.size, (len(moves), *value.size.shape)),
                        valid=np.broadcast_to(value.valid, (len(moves), *value.valid.shape)),
                        dims=(dim, *value.dims))  # fmt: skip
    rest = tuple(d for d in union(value, base) if d != dim)
    data = spread(value, (dim, *rest))
    valid = spread(value, (dim, *rest), array=value.valid).all(axis=0)
    centre, sides = data[0], data[1:].reshape((count, len(LEVELS), 2, *data.shape[1:]))
    # The steps, with one axis for the entry, one for the level, those of `rest`, and the core.
    steps = spread(Value(step, base.dims), rest)
    steps = np.moveaxis(steps, -1, 0)
    steps = steps.reshape((count, 1, *steps.shape[1:]) + (1,) * len(value.core))
    steps = steps * LEVELS.reshape((1, -1) + (1,) * (data.ndim - 1))
    forward, backward = sides[:, :, 0], sides[:, :, 1]
    slopes = (forward - backward) / (2 * steps)
    once = (4 * slopes[:, 1:] - slopes[:, :-1]) / 3
    twice = (16 * once[:, 1] - once[:, 0]) / 15
    amplitude = np.maximum(np.abs(sides).max(axis=(1, 2)), np.abs(centre))
    noise = (1e4 if value.numeric else 16) * EPS * amplitude / steps[:, -1]
    error = np.abs(twice - once[:, 1])
    jump = np.abs((forward - centre) + (backward - centre)) / steps
    kink = (jump[:, 2] > 0.6 * jump[:, 1]) & (jump[:, 1] > 0.6 * jump[:, 0])
    kink &= jump[:, 2] > np.maximum(1e-6 * np.abs(twice), 1e3 * noise)
    settled = (error <= np.maximum(1e-7 * np.abs(twice), 1e3 * noise)) & ~kink
    settled &= np.isfinite(twice)
    settled |= ~valid.reshape(valid.shape + (1,) * len(value.core))
    # Rounding is judged as if the difference had addends a million times its noise.
    size = np.maximum(np.abs(twice), 1e6 * noise)
    shape = twice.shape[1:] + base.core
    arrays = [np.moveaxis(a, 0, -1).reshape(shape) for a in (twice, size, settled)]
    valid = np.broadcast_to(valid, shape[: len(rest)])
    return Value(arrays[0], rest, False, arrays[1], valid, True), arrays[2]


def slope(env, node):
    """Evaluate σ'(z); of a whole array entry by entry, if the function works so."""
    if len(node.args) != 1:
        raise node.at.error("a prime on a function of several arguments: write \\partial")
    arg = env.value(node.args[0])

    def call(args):
        if node.builtin:
            return builtin(node.key, args, node.at)
        return env.call(node.key, args, node.at)

    dims = tuple(f" entry {next(_names)}" for _ in arg.core)
    entries = Value(arg.data, arg.dims + dims, False, arg.size,
                    np.broadcast_to(arg.valid.reshape(arg.shape + (1,) * len(dims)),
                                    arg.data.shape), arg.numeric)  # fmt: skip

    def nested(value, order):
        if not order:
            return call([value])
        return partials(value, lambda moved: nested(moved, order - 1), node.at)

    result = nested(entries, node.order)
    if not dims:
        return result
    whole = call([arg])
    single = spread(nested(entries, 0), arg.dims + dims)
    if single.shape != whole.data.shape or not np.allclose(single, whole.data, 1e-9, 0):
        raise node.at.error("a prime on a function that does not work entry by entry")
    if result.core:
        raise node.at.error("a prime on a function of a number with several values")
    data, size = (spread(result, arg.dims + dims, array=a) for a in (result.data, result.size))
    return Value(data, arg.dims, False, size, arg.valid, True)
