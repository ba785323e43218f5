"""Arrays whose leading axes are named by indices, and the arithmetic of them.

A `Value` has one leading axis for each index letter it depends on (`dims`) and, after these, the
axes of what is left unindexed, its *core*: none for a number, one for a vector, two for a matrix.
Letters are matched by name; cores follow linear algebra, and nothing else is broadcast.
"""

from dataclasses import dataclass, replace

import numpy as np

__all__ = ["Value", "assembled", "both", "check_cores", "constant", "cropped", "elementwise",
           "gather", "hadamard", "merged", "over", "plus", "spread", "times", "transpose",
           "union"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Value:
    """An array with named leading axes.

    Attributes
    ----------
    data : ndarray
        The axes of `dims`, then those of the core.
    dims : tuple of str
        Letters; names that begin with a blank are axes of the evaluator's own (draws, steps).
    row : bool
        Whether the core is a transposed vector.
    size : ndarray
        The magnitude of the largest addend of each entry, by which its rounding is judged.
    valid : ndarray of bool
        Over `dims`: where every reference exists.
    numeric : bool
        Whether a numerical derivative went into it.
    """

    data: np.ndarray
    dims: tuple[str, ...] = ()
    row: bool = False
    size: np.ndarray | None = None
    valid: np.ndarray | None = None
    numeric: bool = False

    def __post_init__(self):
        if self.size is None:
            object.__setattr__(self, "size", np.abs(self.data))
        if self.valid is None:
            object.__setattr__(self, "valid", np.ones(self.data.shape[: len(self.dims)], bool))

    @property
    def core(self):
        """The shape of what is left unindexed."""
        return self.data.shape[len(self.dims) :]

    @property
    def shape(self):
        """The lengths of the named axes."""
        return self.data.shape[: len(self.dims)]

    def described(self):
        """Return the kind of the core in words, for messages."""
        names = {0: "a number", 1: "a row vector" if self.row else "a vector", 2: "a matrix"}
        sizes = " × ".join(map(str, self.core))
        return names.get(len(self.core), "an array") + (f" of {sizes}" if sizes else "")


def constant(number):
    """Return a number as a value."""
    return Value(np.asarray(number, float))


def union(*values):
    """Return the names of all leading axes, in order of first appearance."""
    return tuple(dict.fromkeys(dim for value in values for dim in value.dims))


def _placed(array, have, want):
    """Move named axes to their places among `want`, with length 1 for the missing ones."""
    kept = [dim for dim in want if dim in have]
    rest = tuple(range(len(have), array.ndim))
    array = array.transpose([have.index(dim) for dim in kept] + list(rest))
    lengths = iter(array.shape[: len(kept)])
    shape = [next(lengths) if dim in have else 1 for dim in want]
    return array.reshape(shape + list(array.shape[len(kept) :]))


def spread(value, dims, rank=None, array=None):
    """Return the array of a value over `dims`; a number gets `rank` core axes of length 1."""
    array = value.data if array is None else array
    placed = _placed(array, value.dims, dims)
    if rank and not value.core:
        placed = placed.reshape(placed.shape + (1,) * rank)
    return placed


def merged(*values):
    """Return what results of several values share: their dims, validity and numeric flag."""
    dims = union(*values)
    valid = np.ones((1,) * len(dims), bool)
    for value in values:
        valid = valid & _placed(value.valid, value.dims, dims)
    return {"dims": dims, "valid": valid, "numeric": any(v.numeric for v in values)}


def assembled(data, shared, size=None, row=False):
    """Build a value whose validity is broadcast to its data."""
    data = np.asarray(data)
    shape = data.shape[: len(shared["dims"])]
    valid = np.broadcast_to(shared["valid"], shape)
    size = None if size is None else np.broadcast_to(size, data.shape)
    return Value(data, shared["dims"], row, size, valid, shared["numeric"])


def elementwise(function, *values):
    """Apply a function of arrays to values whose cores are equal or numbers."""
    shared = merged(*values)
    rank = max(len(value.core) for value in values)
    row = any(value.row for value in values)
    return assembled(function(*(spread(v, shared["dims"], rank) for v in values)), shared, row=row)


def both(a, b):
    """Return 1 where two conditions hold, 0 where one does not, NaN where that is not known."""
    return np.where((a == 0) | (b == 0), 0.0, a * b)


def check_cores(values, at, what):
    """Refuse arrays of different shapes, and numbers beside matrices or foreign indices."""
    arrays = [value for value in values if value.core]
    numbers = [value for value in values if not value.core]
    for other in arrays[1:]:
        if other.core != arrays[0].core or other.row != arrays[0].row:
            raise at.error(f"{what} {arrays[0].described()} and {other.described()}")
    if not arrays or not numbers:
        return
    if len(arrays[0].core) > 1:
        raise at.error(f"{what} {arrays[0].described()} and a number: for which entries?")
    letters = {d for v in numbers for d in v.dims if not d.startswith(" ")}
    foreign = letters - set(union(*arrays))
    if foreign:
        raise at.error(f"{what} a whole vector and a number for each {min(foreign)}: index both")


def plus(values, signs, at):
    """Add values with their signs."""
    check_cores(values, at, "this adds")
    if len(values) == 1:
        value = values[0]
        return value if signs[0] == "+" else replace(value, data=-value.data)
    shared, rank = merged(*values), max(len(value.core) for value in values)
    data, size = 0.0, 0.0
    for value, sign in zip(values, signs, strict=True):
        term = spread(value, shared["dims"], rank)
        data = data + (term if sign == "+" else -term)
        size = np.maximum(size, spread(value, shared["dims"], rank, value.size))
    return assembled(data, shared, size, any(value.row for value in values))


def times(left, right, at):
    """Multiply numbers, scale arrays, or multiply vectors and matrices as matrices."""
    shared = merged(left, right)
    a, b = (len(value.core) for value in (left, right))
    if not a or not b:
        rank = max(a, b)
        factors = [spread(v, shared["dims"], rank) for v in (left, right)]
        sizes = [spread(v, shared["dims"], rank, v.size) for v in (left, right)]
        row = left.row or right.row
        return assembled(factors[0] * factors[1], shared, sizes[0] * sizes[1], row)
    if a > 2 or b > 2:
        raise at.error("a product of arrays with more than two axes: index them")
    if a == b == 1 and left.row == right.row:
        raise at.error("a vector times a vector: write x^\\top y, x y^\\top or x \\odot y")
    outer = a == b == 1 and right.row
    if a == 2 and right.row or not outer and left.core[-1] != right.core[0]:
        raise at.error(f"{left.described()} times {right.described()}")

    def product(x, y):
        x = x[..., :, None] if outer else x[..., None, :] if a == 1 else x
        y = y[..., None, :] if outer else y[..., :, None] if b == 1 else y
        z = np.matmul(x, y)
        if outer:
            return z
        z = z[..., 0] if b == 1 else z
        return z[..., 0] if a == b == 1 else z[..., 0, :] if a == 1 else z

    arrays = [spread(value, shared["dims"]) for value in (left, right)]
    sizes = [spread(value, shared["dims"], array=value.size) for value in (left, right)]
    return assembled(product(*arrays), shared, product(*sizes), a == 1 and b == 2 and left.row)


def hadamard(left, right, at):
    """Multiply entry by entry."""
    if left.core != right.core or left.row != right.row:
        raise at.error(f"\\odot between {left.described()} and {right.described()}")
    product = elementwise(np.multiply, left, right)
    sizes = (spread(value, product.dims, array=value.size) for value in (left, right))
    return replace(product, size=np.broadcast_to(np.multiply(*sizes), product.data.shape))


def over(num, den, at):
    """Divide; a vector divides a number, or a vector of its length, entry by entry."""
    if len(den.core) > 1 or den.row:
        raise at.error(f"a division by {den.described()}: write ^{{-1}}")
    if den.core and num.core and num.core != den.core or den.core and num.row:
        raise at.error(f"{num.described()} divided by {den.described()}")
    if den.core and not num.core:
        check_cores((num, den), at, "this divides")
    quotient = elementwise(np.divide, num, den)
    rank = len(quotient.core)
    sizes = spread(num, quotient.dims, rank, num.size) / np.abs(spread(den, quotient.dims, rank))
    return replace(quotient, size=np.broadcast_to(sizes, quotient.data.shape))


def transpose(value, at):
    """Transpose a vector or a matrix."""
    if len(value.core) == 1:
        return replace(value, row=not value.row)
    if len(value.core) != 2:
        raise at.error(f"{value.described()} cannot be transposed: bracket what can")
    return replace(value, data=value.data.swapaxes(-1, -2), size=value.size.swapaxes(-1, -2))


def gather(base, indices, starts, at, ats=None):
    """Take entries of the core's axes; an index is an integer value, or None for all."""
    if len(indices) > len(base.core):
        raise at.error(f"{len(indices)} indices for {base.described()}")
    taken = [value for value in indices if value is not None]
    shared = merged(base, *taken)
    dims, offset = shared["dims"], len(base.dims)
    chosen = [k for k, value in enumerate(indices) if value is not None]
    others = [k for k in range(len(base.core)) if k not in chosen]
    order = [*range(offset), *(offset + k for k in chosen), *(offset + k for k in others)]
    places = [_placed(np.arange(n), (d,), dims) for d, n in zip(base.dims, base.shape, strict=True)]
    valid = shared["valid"]
    for k, value in zip(chosen, taken, strict=True):
        place = spread(value, dims) - starts[k]
        known = spread(value, dims, array=value.valid)
        if value.core or np.any(known & (place != np.round(place))):
            raise (ats[k] if ats else at).error("an index is an integer, and this is not")
        exists = (place >= 0) & (place < base.core[k])
        places.append(np.where(exists, place, 0).astype(int))
        valid = valid & exists
    shape = np.broadcast_shapes(*(place.shape for place in places)) if places else ()
    data, size = (
        np.asarray(array.transpose(order)[tuple(places)]) for array in (base.data, base.size)
    )
    return Value(data, dims, False, size, np.broadcast_to(valid, shape), shared["numeric"])


def cropped(value, letters, ranges, at):
    """Cut the named axes to where all references exist; also return the first labels left."""
    first = {}
    for letter in letters:
        axis = value.dims.index(letter)
        others = tuple(k for k in range(len(value.dims)) if k != axis)
        (there,) = np.nonzero(value.valid.any(axis=others))
        if not there.size:
            raise at.error(f"for no {letter} does all that is referred to exist")
        cut = (slice(None),) * axis + (slice(there[0], there[-1] + 1),)
        first[letter] = ranges[letter][0] + int(there[0])
        value = Value(value.data[cut], value.dims, value.row, value.size[cut], value.valid[cut],
                      value.numeric)  # fmt: skip
    if not value.valid.all():
        raise at.error("some of what this refers to does not exist")
    return value, first
