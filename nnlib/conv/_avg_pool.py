"""Average pooling: the mean of each window, or of each channel."""

from functools import reduce
from math import prod

from array_api_extra import at

from nnlib.conv._checks import check_gradient, check_images
from nnlib.conv._pool import check_pool
from nnlib.conv._windows import interior, pad, slices, zeros_padded

__all__ = ["avg_pool2d", "avg_pool2d_vjp", "global_avg_pool2d", "global_avg_pool2d_vjp"]


def avg_pool2d(x, size, /, *, stride=None, padding=0):
    r"""Average pooling: the mean of the numbers in each window.

    .. math::
        Y_{n c p q} = \frac{1}{K^2} \sum_{u=1}^K \sum_{v=1}^K \tilde{X}_{n c, s(p-1)+u, s(q-1)+v}

    Equation ``eq-avg-pool2d`` of the book, for windows of K × K and stride s; X̃ is x with zeros
    around it, which are counted in the mean, as in PyTorch by default.

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
        How many zeros are put above and below, and left and right; less than the size. "valid" is
        0. With "same", the output is as large as the input divided by the stride, rounded up.

    Returns
    -------
    array, shape (N, C, OH, OW)
        Means Y; `conv_output_size` gives OH and OW. Rows and columns at the end that fill no whole
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
    >>> x = np.array([[[[1.0, 2.0, 0.0, 8.0], [4.0, 3.0, 0.0, 0.0]]]])
    >>> nnlib.avg_pool2d(x, 2)
    array([[[[2.5, 2. ]]]])
    """
    xp, geo = check_pool(x, size, stride, padding)
    x = pad(x, geo)
    return reduce(xp.add, (x[window] for window in slices(geo))) / prod(geo.size)


def avg_pool2d_vjp(dy, x, size, /, *, stride=None, padding=0):
    r"""Vector–Jacobian product of `avg_pool2d`: all numbers of a window share its gradient.

    .. math::
        \frac{\partial J}{\partial X_{n c i j}} = \frac{1}{K^2} \sum_p \sum_q V_{n c p q}
        \mathbb{1}[1 \le i + P - s(p-1) \le K] \mathbb{1}[1 \le j + P - s(q-1) \le K]

    Equation ``eq-avg-pool2d-vjp`` of the book, with V = `dy`, stride s and padding P.

    Parameters
    ----------
    dy : array, shape (N, C, OH, OW)
        Gradient of the objective with respect to the output.
    x : array, shape (N, C, H, W)
        Images; their values have no influence.
    size : int or pair of ints
        As in `avg_pool2d`.
    stride : int or pair of ints, optional
        As in `avg_pool2d`.
    padding : int, pair of ints, "valid" or "same", default 0
        As in `avg_pool2d`.

    Returns
    -------
    array, shape of x
        Gradient with respect to x.

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
    >>> x, dy = np.zeros((1, 1, 2, 4)), np.array([[[[4.0, 8.0]]]])
    >>> nnlib.avg_pool2d_vjp(dy, x, 2)
    array([[[[1., 1., 2., 2.],
             [1., 1., 2., 2.]]]])
    """
    _, geo = check_pool(x, size, stride, padding)
    check_gradient(dy, x, (*x.shape[:2], *geo.out), "avg_pool2d(x, size)")
    shape, share = x.shape[2:], dy / prod(geo.size)
    dx = zeros_padded(x, shape, geo)
    for window in slices(geo):
        dx = at(dx)[window].add(share)
    return dx[interior(geo, shape)]


def global_avg_pool2d(x, /):
    r"""Global average pooling: the mean of each channel, whatever the size of the images.

    .. math:: Y_{n c} = \frac{1}{L_1 L_2} \sum_i \sum_j X_{n c i j}

    Equation ``eq-global-avg-pool2d`` of the book, for images of $L_1 \times L_2$ pixels.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images, each with C channels.

    Returns
    -------
    array, shape (N, C)
        Means Y.

    Raises
    ------
    TypeError
        If `x` is not an array of a real floating-point dtype.
    ValueError
        If `x` has not four axes, or images without pixels.

    References
    ----------
    M. Lin, Q. Chen and S. Yan, "Network in network", ICLR, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.global_avg_pool2d(np.array([[[[1.0, 2.0], [3.0, 6.0]], [[0.0, 0.0], [4.0, 0.0]]]]))
    array([[3., 1.]])
    """
    xp = check_images(2, x=x)
    return xp.mean(x, axis=(2, 3))


def global_avg_pool2d_vjp(dy, x, /):
    r"""Vector–Jacobian product of `global_avg_pool2d`: all pixels share their channel's gradient.

    .. math:: \frac{\partial J}{\partial X_{n c i j}} = \frac{V_{n c}}{L_1 L_2}

    Equation ``eq-global-avg-pool2d-vjp`` of the book, with V = `dy`.

    Parameters
    ----------
    dy : array, shape (N, C)
        Gradient of the objective with respect to the output.
    x : array, shape (N, C, H, W)
        Images; their values have no influence.

    Returns
    -------
    array, shape of x
        Gradient with respect to x.

    Raises
    ------
    TypeError
        If `dy` or `x` is not an array of a real floating-point dtype, or their dtypes differ.
    ValueError
        If the shapes do not fit, or images have no pixels.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.global_avg_pool2d_vjp(np.array([[4.0]]), np.zeros((1, 1, 2, 2)))
    array([[[[1., 1.],
             [1., 1.]]]])
    """
    xp = check_images(2, x=x)
    check_gradient(dy, x, tuple(x.shape[:2]), "global_avg_pool2d(x)")
    share = dy / prod(x.shape[2:])
    return share[:, :, None, None] * xp.ones_like(x)
