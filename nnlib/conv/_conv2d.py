"""Two-dimensional convolution and its gradients."""

from nnlib.conv._checks import check_conv, check_gradient
from nnlib.conv._correlate import correlate, correlate_vjp_w, correlate_vjp_x

__all__ = ["conv2d", "conv2d_vjp"]


def conv2d(x, w, b=None, /, *, stride=1, padding=0, dilation=1, groups=1):
    r"""Convolution layer for images: the same small kernel weighs every window of the image.

    .. math::
        Y_{n o p q} = b_o
        + \sum_c \sum_u \sum_v W_{o c u v} \tilde{X}_{n c, s(p-1)+d(u-1)+1, s(q-1)+d(v-1)+1}

    Equation ``eq-conv2d`` of the book, with stride s and dilation d; X̃ is x with zeros around it.
    The kernel is not flipped: mathematicians call this a cross-correlation.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images, each with C channels.
    w : array, shape (O, C / groups, KH, KW)
        Kernels, one for each output channel.
    b : array, shape (O,), optional
        Biases. Without them, nothing is added.
    stride : int or pair of ints, default 1
        How far the window moves at each step: down, and to the right.
    padding : int, pair of ints, "valid" or "same", default 0
        How many zeros are put above and below, and left and right. "valid" is 0. With "same", the
        output is as large as the input divided by the stride, rounded up; if an odd number of
        zeros is needed for that, the last one comes below or to the right.
    dilation : int or pair of ints, default 1
        Distance of the elements that neighbouring weights meet; 1 for neighbouring elements.
    groups : int, default 1
        The channels are split into so many groups, and each group of output channels sees one of
        them. With C groups the convolution is depthwise.

    Returns
    -------
    array, shape (N, O, OH, OW)
        Weighted sums Y; `conv_output_size` gives OH and OW.

    Raises
    ------
    TypeError
        If an argument is not an array of a real floating-point dtype, the dtypes differ, or an
        option is not an integer.
    ValueError
        If shapes or options do not fit.

    References
    ----------
    V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning",
    arXiv:1603.07285, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x = np.array([[[[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]]]])  # dark left, bright right
    >>> edges = np.array([[[[-1.0, 1.0]]]])
    >>> nnlib.conv2d(x, edges)
    array([[[[0., 1., 0.],
             [0., 1., 0.]]]])
    """
    xp, geo, groups = check_conv(
        2, x, w, b, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    y = correlate(x, w, geo, groups)
    return y if b is None else y + xp.reshape(b, (-1, 1, 1))


def conv2d_vjp(dy, x, w, b=None, /, *, stride=1, padding=0, dilation=1, groups=1):
    r"""Vector–Jacobian product of `conv2d`: gradients with respect to its three arguments.

    .. math::
        \begin{aligned}
        \frac{\partial J}{\partial X_{n c i j}}
        &= \sum_o \sum_p \sum_q \sum_u \sum_v V_{n o p q} W_{o c u v} \\
        &\quad \cdot \mathbb{1}[i + P = s(p-1)+d(u-1)+1] \mathbb{1}[j + P = s(q-1)+d(v-1)+1] \\
        \frac{\partial J}{\partial W_{o c u v}} &= \sum_n \sum_p \sum_q
        V_{n o p q} \tilde{X}_{n c, s(p-1)+d(u-1)+1, s(q-1)+d(v-1)+1} \\
        \frac{\partial J}{\partial b_o} &= \sum_n \sum_p \sum_q V_{n o p q}
        \end{aligned}

    Equation ``eq-conv2d-vjp`` of the book, with V = `dy`, stride s, padding P and dilation d.

    Parameters
    ----------
    dy : array, shape (N, O, OH, OW)
        Gradient of the objective with respect to the output.
    x : array, shape (N, C, H, W)
        Images.
    w : array, shape (O, C / groups, KH, KW)
        Kernels.
    b : array, shape (O,), optional
        Biases.
    stride : int or pair of ints, default 1
        As in `conv2d`.
    padding : int, pair of ints, "valid" or "same", default 0
        As in `conv2d`.
    dilation : int or pair of ints, default 1
        As in `conv2d`.
    groups : int, default 1
        As in `conv2d`.

    Returns
    -------
    dx : array, shape of x
        Gradient with respect to the images.
    dw : array, shape of w
        Gradient with respect to the kernels, summed over the images and positions.
    db : array, shape of b, or None
        Gradient with respect to the biases; None if there are none.

    Raises
    ------
    TypeError
        If an argument is not an array of a real floating-point dtype, the dtypes differ, or an
        option is not an integer.
    ValueError
        If shapes or options do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, w = np.array([[[[1.0, 2.0, 3.0]]]]), np.array([[[[10.0, 20.0]]]])
    >>> dx, dw, db = nnlib.conv2d_vjp(np.array([[[[1.0, 1.0]]]]), x, w)
    >>> dx
    array([[[[10., 30., 20.]]]])
    >>> dw
    array([[[[3., 5.]]]])
    >>> print(db)
    None
    """
    xp, geo, groups = check_conv(
        2, x, w, b, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    check_gradient(dy, x, (x.shape[0], w.shape[0], *geo.out), "conv2d(x, w)")
    dx = correlate_vjp_x(dy, w, x.shape[2:], geo, groups)
    dw = correlate_vjp_w(dy, x, geo, groups)
    return dx, dw, None if b is None else xp.sum(dy, axis=(0, 2, 3))
