"""Cross-correlation in any number of dimensions, as matrix products of kernels and columns.

With groups of channels, each group has a product of its own.

Two things are for speed alone. Columns are many times as large as the images, which therefore come
in blocks, small enough for the processor's cache. And where the rows of the images are short, the
examples are put last, so that there are long runs of memory to copy: a packed array has the axes
(N, C, …, 1) or (1, C, …, N), with the spatial axes in between.
"""

from math import prod

from array_api_compat import array_namespace

from nnlib.conv._windows import gather, scatter

BLOCK = 2**19  # elements of the columns of a block
SHORT = 8  # elements of a row


def correlate(x, w, geo, groups):
    """Sums of the elements in each window of x, weighted by w: convolution without a bias."""
    xp = array_namespace(x, w)
    kernels = matrices(w, groups)
    y = []
    for (part,) in blocks(geo, x.shape[1], x):
        rows = kernels @ columns_of(part, geo, groups)
        y.append(unpack(xp.reshape(rows, (part.shape[0], w.shape[0], *geo.out, part.shape[-1]))))
    return join(y)


def correlate_vjp_x(dy, w, shape, geo, groups):
    """Gradient of `correlate` with respect to x, whose spatial axes have the sizes `shape`."""
    xp = array_namespace(dy, w)
    kernels = xp.matrix_transpose(matrices(w, groups))
    channels = groups * w.shape[1]
    dx = []
    for (part,) in blocks(geo, channels, dy):
        columns = kernels @ rows_of(part, groups)
        axes = (part.shape[0], channels, *geo.size, *geo.out, part.shape[-1])
        dx.append(unpack(scatter(xp.reshape(columns, axes), shape, geo)))
    return join(dx)


def correlate_vjp_w(dy, x, geo, groups):
    """Gradient of `correlate` with respect to w."""
    xp = array_namespace(dy, x)
    dw = 0
    for v, part in blocks(geo, x.shape[1], dy, x):
        columns = columns_of(part, geo, groups)
        dw = dw + xp.sum(rows_of(v, groups) @ xp.matrix_transpose(columns), axis=0)
    return xp.reshape(dw, (dy.shape[1], x.shape[1] // groups, *geo.size))


def matrices(w, groups):
    """The kernels of each group as rows: (groups, O/groups, C/groups · K)."""
    return array_namespace(w).reshape(w, (groups, w.shape[0] // groups, prod(w.shape[1:])))


def columns_of(x, geo, groups):
    """The windows of each group, packed, as columns: (N, groups, C/groups · K, L)."""
    n, c = x.shape[:2]
    shape = (n, groups, c // groups * prod(geo.size), prod(geo.out) * x.shape[-1])
    return array_namespace(x).reshape(gather(x, geo), shape)


def rows_of(y, groups):
    """The channels of each group, packed, as rows: (N, groups, O/groups, L)."""
    n, o = y.shape[:2]
    return array_namespace(y).reshape(y, (n, groups, o // groups, prod(y.shape[2:])))


def blocks(geo, channels, *arrays):
    """Packed blocks of the examples in arrays, the same of each."""
    examples = arrays[0].shape[0]
    step = max(1, BLOCK // (channels * prod(geo.size) * prod(geo.out)))
    for start in range(0, max(examples, 1), step):
        stop = min(start + step, examples)
        yield [pack(a[start:stop, ...], geo) for a in arrays]


def pack(a, geo):
    """Put an axis of the examples, or one of size 1, after the spatial axes."""
    xp = array_namespace(a)
    if geo.out[-1] >= SHORT:
        return xp.expand_dims(a, axis=-1)
    return xp.expand_dims(xp.permute_dims(a, (*range(1, a.ndim), 0)), axis=0)


def unpack(a):
    """Undo `pack`."""
    xp = array_namespace(a)
    *_, last = axes = range(a.ndim)
    a = xp.permute_dims(a, (0, last, *axes[1:last]))
    return xp.reshape(a, (a.shape[0] * a.shape[1], *a.shape[2:]))


def join(blocks):
    """One array of all blocks' examples."""
    return blocks[0] if len(blocks) == 1 else array_namespace(*blocks).concat(blocks)
