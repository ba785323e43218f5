"""Powers, and vectors and matrices that are written out."""

import numpy as np

from nnlib.formula.values import assembled, elementwise, merged, spread

__all__ = ["power", "written"]


def power(base, exponent, at, constant_e=False):
    """Raise to a power: numbers, e to a vector entry by entry, square matrices to integers."""
    if len(exponent.core) > 1 or exponent.row:
        raise at.error(f"{exponent.described()} as an exponent")
    if exponent.core and not constant_e:
        raise at.error("only e is raised to a vector, entry by entry")
    if constant_e:
        return elementwise(np.exp, exponent)
    if not base.core:
        return elementwise(np.power, base, exponent)
    if len(base.core) != 2 or base.core[0] != base.core[1]:
        raise at.error(f"{base.described()} has no power: write x^\\top x, x \\odot x or x_i^2")
    return _matrix_power(base, exponent, at)


def _matrix_power(base, exponent, at):
    """Raise a square matrix to integers: one product for each of them."""
    shared = merged(base, exponent)
    powers = spread(exponent, shared["dims"])[..., None, None]
    if np.any(powers != np.round(powers)):
        raise at.error("a matrix is raised to integers only")
    matrix, data = spread(base, shared["dims"]), 0.0
    try:
        for power in np.unique(powers):
            data = np.where(powers == power, np.linalg.matrix_power(matrix, int(power)), data)
    except np.linalg.LinAlgError:
        raise at.error("this matrix has no inverse") from None
    largest = np.abs(data).max(axis=(-2, -1), keepdims=True, initial=0)
    return assembled(data, shared, largest)


def written(rows, at, vector, numbers):
    """Return the vector or matrix of some entries; vectors are joined to a longer one."""
    flat = [entry for row in rows for entry in row]
    for entry in flat:
        joined = vector and not numbers and len(entry.core) == 1 and not entry.row
        if entry.core and not joined:
            kind = "vector" if vector else "matrix"
            raise at.error(f"{entry.described()} as an entry of a {kind}")
    shared = merged(*flat)
    dims = shared["dims"]
    columns = [spread(value, dims) for value in flat]
    columns = [c if v.core else c[..., None] for c, v in zip(columns, flat, strict=True)]
    shape = np.broadcast_shapes(*(column.shape[:-1] for column in columns))
    columns = [np.broadcast_to(column, shape + column.shape[-1:]) for column in columns]
    data = np.concatenate(columns, axis=-1)
    return assembled(data if vector else data.reshape(shape + (len(rows), len(rows[0]))), shared)
