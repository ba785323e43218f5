"""What lies at each place of a moving window, gathered; and its adjoint, scattered back.

Arrays are (N, C, spatial axes …); what axes come after these stay as they are.
"""

from functools import lru_cache
from itertools import product

from array_api_compat import array_namespace, device
from array_api_extra import at


@lru_cache
def slices(geo):
    """For each place in the window, row by row: what lies there, at all positions of the window."""
    return [
        on_axes(
            slice(d * u, d * u + s * (n - 1) + 1, s)
            for u, d, s, n in zip(place, geo.dilation, geo.stride, geo.out, strict=True)
        )
        for place in product(*map(range, geo.size))
    ]


def interior(geo, shape):
    """What of a padded array, whose spatial axes had the sizes `shape`, is not padding."""
    return on_axes(
        slice(before, before + n) for (before, _), n in zip(geo.padding, shape, strict=True)
    )


def on_axes(spatial):
    """An index of slices of the spatial axes."""
    return (slice(None), slice(None), *spatial, ...)


def zeros_padded(like, shape, geo):
    """Zeros with the axes of another array, but spatial axes of `shape` and padding."""
    xp = array_namespace(like)
    padded = [before + n + after for (before, after), n in zip(geo.padding, shape, strict=True)]
    axes = (*like.shape[:2], *padded, *like.shape[2 + len(shape) :])
    return xp.zeros(axes, dtype=like.dtype, device=device(like))


def pad(x, geo):
    """Put zeros around x, as many as its Geometry says."""
    if not any(map(any, geo.padding)):
        return x
    shape = x.shape[2 : 2 + len(geo.size)]
    return at(zeros_padded(x, shape, geo))[interior(geo, shape)].set(x)


def gather(x, geo):
    """Columns (N, C, window …, positions …): for each place in the window, what lies there.

    One axis after the other, for there are fewer copies to make so, and of longer runs of memory.
    """
    x = pad(x, geo)
    for along in reversed(axis_slices(geo)):
        x = array_namespace(x).stack([x[window] for window in along], axis=2)
    return x


def scatter(columns, shape, geo):
    """Add columns where `gather` took them from, in an array with spatial axes of `shape`."""
    xp = array_namespace(columns)
    axis = 1 + len(shape)
    for n, (before, after), along in zip(shape, geo.padding, axis_slices(geo), strict=True):
        sizes = [*columns.shape[:2], *columns.shape[3:]]
        sizes[axis] = before + n + after
        x = xp.zeros(tuple(sizes), dtype=columns.dtype, device=device(columns))
        for k, window in enumerate(along):
            x = at(x)[window].add(columns[:, :, k, ...])
        columns = x
    return columns[interior(geo, shape)]


@lru_cache
def axis_slices(geo):
    """For each axis of the window, and each place along it: what lies there.

    The places found for one axis become an axis in front of the others, so that the next one to
    take is always the array's axis 1 + (number of spatial axes).
    """
    before = (slice(None),) * (1 + len(geo.size))
    return [
        [(*before, slice(d * u, d * u + s * (n - 1) + 1, s), ...) for u in range(k)]
        for k, s, d, n in zip(geo.size, geo.stride, geo.dilation, geo.out, strict=True)
    ]
