"""Windows of an image as the columns of a matrix, and back: how convolution becomes a product."""

from math import prod

from nnlib._validation import check_floating
from nnlib.conv._checks import check_images
from nnlib.conv._geometry import geometry, per_axis
from nnlib.conv._windows import gather, scatter

__all__ = ["col2im", "im2col"]


def im2col(x, size, /, *, stride=1, padding=0, dilation=1):
    r"""Arrange the windows of images as the columns of matrices.

    .. math::
        U_{n c u v p q} = \tilde{X}_{n c, s(p-1)+d(u-1)+1, s(q-1)+d(v-1)+1}

    Equation ``eq-im2col`` of the book, with stride s and dilation d; X̃ is x with zeros around it.
    The rows of matrix n count c, u and v, its columns p and q, the last of them fastest. Kernels,
    one in each row of a matrix, times this matrix are the convolution.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images, each with C channels.
    size : int or pair of ints
        Size of the window, (KH, KW); one number for a square.
    stride : int or pair of ints, default 1
        As in `conv2d`.
    padding : int, pair of ints, "valid" or "same", default 0
        As in `conv2d`.
    dilation : int or pair of ints, default 1
        As in `conv2d`.

    Returns
    -------
    array, shape (N, C · KH · KW, OH · OW)
        Columns U, one for each position of the window.

    Raises
    ------
    TypeError
        If `x` is not an array of a real floating-point dtype, or an option not an integer.
    ValueError
        If shapes or options do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    >>> nnlib.im2col(x, 2)  # windows 1 2 4 5 and 2 3 5 6
    array([[[1., 2.],
            [2., 3.],
            [4., 5.],
            [5., 6.]]])
    """
    xp = check_images(2, x=x)
    size = per_axis(1, 2, size=size)
    geo = geometry(x.shape[2:], size, stride=stride, padding=padding, dilation=dilation)
    n, channels = x.shape[:2]
    return xp.reshape(gather(x, geo), (n, channels * prod(size), prod(geo.out)))


def col2im(columns, shape, size, /, *, stride=1, padding=0, dilation=1):
    r"""Put columns back where `im2col` took them from, and add them up where windows overlap.

    .. math::
        \begin{aligned}
        X_{n c i j} &= \sum_p \sum_q \sum_u \sum_v U_{n c u v p q} \\
        &\quad \cdot \mathbb{1}[i + P = s(p-1)+d(u-1)+1] \mathbb{1}[j + P = s(q-1)+d(v-1)+1]
        \end{aligned}

    Equation ``eq-col2im`` of the book, with stride s, padding P and dilation d. As a linear map it
    is the transpose of `im2col`, and so takes gradients back; its inverse it is only where windows
    do not overlap, and leave nothing out.

    Parameters
    ----------
    columns : array, shape (N, C · KH · KW, OH · OW)
        Columns U, one for each position of the window.
    shape : tuple of ints
        Shape (N, C, H, W) of the images.
    size : int or pair of ints
        Size of the window, (KH, KW); one number for a square.
    stride : int or pair of ints, default 1
        As in `conv2d`.
    padding : int, pair of ints, "valid" or "same", default 0
        As in `conv2d`.
    dilation : int or pair of ints, default 1
        As in `conv2d`.

    Returns
    -------
    array, shape (N, C, H, W)
        Images.

    Raises
    ------
    TypeError
        If `columns` is not an array of a real floating-point dtype, or an option not an integer.
    ValueError
        If shapes or options do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    >>> nnlib.col2im(nnlib.im2col(x, 2), x.shape, 2)  # both windows have the middle column
    array([[[[ 1.,  4.,  3.],
             [ 4., 10.,  6.]]]])
    """
    xp = check_floating(columns=columns)
    size = per_axis(1, 2, size=size)
    n, channels, *shape = per_axis(1, 4, shape=shape)
    geo = geometry(shape, size, stride=stride, padding=padding, dilation=dilation, name="shape")
    expected = (n, channels * prod(size), prod(geo.out))
    if columns.shape != expected:
        raise ValueError(
            f"columns must have the shape {expected}: images, channels · {prod(size)} elements of "
            f"a window, and {' · '.join(map(str, geo.out))} windows; got {tuple(columns.shape)}"
        )
    return scatter(xp.reshape(columns, (n, channels, *size, *geo.out)), shape, geo)
