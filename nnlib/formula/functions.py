"""The functions that the notation itself has, on values."""

import math

import numpy as np

from nnlib.formula.values import Value, check_cores, elementwise, merged, spread

__all__ = ["apply_python", "builtin", "norm"]

ENTRYWISE = {
    "ln": np.log, "log": np.log, "lg": np.log10, "exp": np.exp, "sqrt": np.sqrt,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "arcsinh": np.arcsinh, "arccosh": np.arccosh, "arctanh": np.arctanh, "sign": np.sign,
    "cot": lambda x: 1 / np.tan(x), "coth": lambda x: 1 / np.tanh(x),
    "sech": lambda x: 1 / np.cosh(x), "erf": np.vectorize(math.erf, otypes=[float]),
}  # fmt: skip
NUMBERS = {"abs": np.abs, "floor": np.floor, "ceil": np.ceil}


def builtin(name, args, at):
    """Apply a function of the notation by its name."""
    if name in ENTRYWISE:
        _count(args, 1, at)
        return elementwise(ENTRYWISE[name], *args)
    if name in NUMBERS:
        if args[0].core:
            meant = ": a norm is \\lVert … \\rVert" if name == "abs" else ""
            raise at.error(f"this takes a number, not {args[0].described()}{meant}")
        return elementwise(NUMBERS[name], *args)
    return BUILTINS[name](args, at)


def _count(args, count, at):
    if len(args) != count:
        raise at.error(f"{count} argument{'s' * (count > 1)} expected here, not {len(args)}")


def _extreme(function, over_axis):
    def extreme(args, at):
        if len(args) > 1:
            check_cores(args, at, "this compares")
            value = args[0]
            for other in args[1:]:
                value = elementwise(function, value, other)
            return value
        if len(args[0].core) != 1:
            raise at.error(f"the extreme of {args[0].described()}: write the index below")
        return _of_core(lambda data: over_axis(data, axis=-1), args[0])

    return extreme


def _of_core(function, value, size=None):
    return Value(function(value.data), value.dims, False, size, value.valid, value.numeric)


def _logarithm(args, at):
    _count(args, 2, at)
    if args[1].core:
        raise at.error(f"{args[1].described()} as the base of a logarithm")
    return elementwise(lambda x, base: np.log(x) / np.log(base), *args)


def _root(args, at):
    _count(args, 2, at)

    def root(x, n):  # an odd root of a negative number is real
        odd = (n % 2 == 1) & (x < 0)
        return np.where(odd, -1.0, 1.0) * np.power(np.where(odd, -x, x), 1 / n)

    if args[0].core or args[1].core:
        raise at.error("a root of a number only")
    return elementwise(root, *args)


def _binomial(args, at):
    def choose(n, k):
        if n != round(n) or k != round(k) or n < 0 or k < 0:
            raise at.error("a binomial coefficient of integers only")
        try:
            return float(math.comb(int(n), int(k)))
        except OverflowError:
            raise at.error("this binomial coefficient is too large") from None

    return elementwise(np.vectorize(choose, otypes=[float]), *args)


def _square(value, at):
    if len(value.core) != 2 or value.core[0] != value.core[1]:
        raise at.error(f"a square matrix is expected here, not {value.described()}")


def _trace(args, at):
    _count(args, 1, at)
    _square(args[0], at)
    size = np.abs(np.diagonal(args[0].size, axis1=-2, axis2=-1)).sum(-1)
    return _of_core(lambda data: np.trace(data, axis1=-2, axis2=-1), args[0], size)


def _determinant(args, at):
    _count(args, 1, at)
    _square(args[0], at)
    return _of_core(np.linalg.det, args[0])


def _diagonal(args, at):
    _count(args, 1, at)
    if len(args[0].core) == 1:
        return _of_core(lambda data: data[..., None] * np.eye(data.shape[-1]), args[0])
    _square(args[0], at)
    return _of_core(lambda data: np.diagonal(data, axis1=-2, axis2=-1).copy(), args[0])


BUILTINS = {"max": _extreme(np.maximum, np.max), "min": _extreme(np.minimum, np.min),
            "log_base": _logarithm, "root": _root, "binom": _binomial, "trace": _trace,
            "det": _determinant, "diag": _diagonal}  # fmt: skip


def norm(value, order, at):
    """Return the norm of a vector, or the Frobenius or spectral norm of a matrix."""
    if len(value.core) == 1 and order != "F":
        size = None
        order = 2 if order is None else order
        return _of_core(lambda data: np.linalg.norm(data, order, axis=-1), value, size)
    if len(value.core) == 2 and order in ("F", 2):
        kind = "fro" if order == "F" else order
        return _of_core(lambda data: np.linalg.norm(data, kind, axis=(-2, -1)), value)
    spelled = "no subscript" if order is None else f"the subscript {order}"
    raise at.error(f"a norm of {value.described()} with {spelled}")


def apply_python(function, args, at, name):
    """Map a Python function over the named axes of its arguments; cores are passed whole."""
    shared = merged(*args)
    dims = shared["dims"]
    shape = np.broadcast_shapes(*(spread(a, dims).shape[: len(dims)] for a in args))
    arrays = [np.broadcast_to(spread(a, dims), shape + a.core) for a in args]
    valid = np.broadcast_to(shared["valid"], shape)
    results, core = {}, None
    for point in np.ndindex(shape):
        if valid[point]:
            result = _call(function, [array[point] for array in arrays], args, at, name)
            if core is not None and result.shape != core:
                raise at.error(f"{name} returned arrays of different shapes")
            results[point], core = result, result.shape
    if core is None:
        raise at.error("no index has values for all that this refers to")
    data = np.full(shape + core, np.nan)
    for point, result in results.items():
        data[point] = result
    return Value(data, dims, False, None, valid, shared["numeric"])


def _call(function, arrays, args, at, name):
    try:
        try:
            result = function(*(_argument(a) for a in arrays))
        except (TypeError, ValueError, IndexError):
            # A function of vectors, given the number z_i, sees the vector of this one entry:
            # softmax(z_i) is 1.
            lone = [not v.core and (bool(v.dims) or len(args) == 1) for v in args]
            if not any(lone):
                raise
            pairs = zip(arrays, lone, strict=True)
            result = np.asarray(function(*(a[None] if one else _argument(a) for a, one in pairs)))
            result = result[0] if result.shape == (1,) else result
    except Exception as error:
        raise at.error(f"{name} raised {type(error).__name__}: {error}") from error
    try:
        return np.asarray(result, float)
    except (TypeError, ValueError) as error:
        raise at.error(f"{name} returned {result!r}, which is no array of numbers") from error


def _argument(array):
    return np.float64(array) if array.ndim == 0 else array
