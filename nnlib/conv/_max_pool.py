"""Max pooling: the largest number in each window."""

from functools import reduce
from math import inf

from array_api_extra import at

from nnlib.conv._checks import check_gradient
from nnlib.conv._pool import check_pool, pad_with
from nnlib.conv._windows import interior, slices, zeros_padded

__all__ = ["max_pool2d", "max_pool2d_vjp"]


def max_pool2d(x, size, /, *, stride=None, padding=0):
    r"""Max pooling: the largest number in each window.

    .. math:: Y_{n c p q} = \max_{1 \le u, v \le K} \tilde{X}_{n c, s(p-1)+u, s(q-1)+v}

    Equation ``eq-max-pool2d`` of the book, for windows of K × K and stride s; X̃ is x with -∞ around
    it: what is put there is never the largest.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images, each with C channels.
    size : int or pair of ints
        Size of the window: height and width.
    stride : int or pair of ints, optional
        How far the window moves at each step: down, and to the right. The size by default: then
        windows neither overlap nor leave anything out between them.
    padding : int, pair of ints, "valid" or "same", default 0
        How far windows reach beyond the image: above and below, and left and right; less than the
        size. "valid" is 0. With "same", the output is as large as the input divided by the stride,
        rounded up.

    Returns
    -------
    array, shape (N, C, OH, OW)
        Maxima Y; `conv_output_size` gives OH and OW. Rows and columns at the end that fill no whole
        window are left out.

    Raises
    ------
    TypeError
        If `x` is not an array of a real floating-point dtype, or an option not an integer.
    ValueError
        If `x` has not four axes, the window is larger than the image, or an option out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x = np.array([[[[1.0, 2.0, 0.0, 9.0], [4.0, 3.0, 0.0, 0.0]]]])
    >>> nnlib.max_pool2d(x, 2)
    array([[[[4., 9.]]]])
    >>> nnlib.max_pool2d(x, 2, stride=1)
    array([[[[4., 3., 9.]]]])
    """
    xp, geo = check_pool(x, size, stride, padding)
    x = pad_with(x, geo, -inf)
    return reduce(xp.maximum, (x[window] for window in slices(geo)))


def max_pool2d_vjp(dy, x, size, /, *, stride=None, padding=0):
    r"""Vector–Jacobian product of `max_pool2d`: the largest number in a window gets its gradient.

    .. math::
        \frac{\partial J}{\partial X_{n c i j}}
        = \sum_p \sum_q V_{n c p q} \mathbb{1}[i = i^*_{n c p q}] \mathbb{1}[j = j^*_{n c p q}]

    Equation ``eq-max-pool2d-vjp`` of the book, with V = `dy`, where i* and j* are the place of the
    largest number of a window. Of several equal ones, the first gets all, row by row.

    Parameters
    ----------
    dy : array, shape (N, C, OH, OW)
        Gradient of the objective with respect to the output.
    x : array, shape (N, C, H, W)
        Images.
    size : int or pair of ints
        As in `max_pool2d`.
    stride : int or pair of ints, optional
        As in `max_pool2d`.
    padding : int, pair of ints, "valid" or "same", default 0
        As in `max_pool2d`.

    Returns
    -------
    array, shape of x
        Gradient with respect to x. Where windows overlap, their gradients add up.

    Raises
    ------
    TypeError
        If `dy` or `x` is not an array of a real floating-point dtype, their dtypes differ, or an
        option is not an integer.
    ValueError
        If the shapes do not fit, or an option is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x = np.array([[[[1.0, 4.0, 0.0, 9.0], [4.0, 3.0, 0.0, 0.0]]]])
    >>> nnlib.max_pool2d_vjp(np.array([[[[10.0, 20.0]]]]), x, 2)
    array([[[[ 0., 10.,  0., 20.],
             [ 0.,  0.,  0.,  0.]]]])
    """
    xp, geo = check_pool(x, size, stride, padding)
    check_gradient(dy, x, (*x.shape[:2], *geo.out), "max_pool2d(x, size)")
    shape, x = x.shape[2:], pad_with(x, geo, -inf)
    windows = list(slices(geo))
    # Copied once, since each is read twice, and slices with steps are slow to read.
    parts = [xp.asarray(x[window], copy=True) for window in windows]
    largest = reduce(xp.maximum, parts)
    dx = zeros_padded(x, shape, geo)
    overlap = any(s < k for s, k in zip(geo.stride, geo.size, strict=True))
    left = dy  # what no place in the window has taken yet
    for window, part in zip(windows, parts, strict=True):
        taken = left * xp.astype(part == largest, dy.dtype)
        dx = at(dx)[window].add(taken) if overlap else at(dx)[window].set(taken)
        left = left - taken
    return dx[interior(geo, shape)]
