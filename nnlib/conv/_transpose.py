"""Transposed convolution, which makes images larger, and its gradients."""

from nnlib.conv._checks import check_conv_transpose, check_gradient
from nnlib.conv._correlate import correlate, correlate_vjp_w, correlate_vjp_x

__all__ = ["conv_transpose2d", "conv_transpose2d_vjp"]


def conv_transpose2d(
    x, w, b=None, /, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    r"""Transposed convolution: each element of x puts down a kernel, multiplied by itself.

    .. math::
        \begin{aligned}
        Y_{n o i j} &= b_o + \sum_c \sum_p \sum_q \sum_u \sum_v X_{n c p q} W_{c o u v} \\
        &\quad \cdot \mathbb{1}[i + P = s(p-1)+d(u-1)+1] \mathbb{1}[j + P = s(q-1)+d(v-1)+1]
        \end{aligned}

    Equation ``eq-conv-transpose2d`` of the book, with stride s, dilation d and padding P, which is
    cut off on each side. As a linear map it is the transpose of `conv2d` with the same kernels and
    options: what that function does to sizes and channels, this one undoes.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
        Images, each with C channels.
    w : array, shape (C, O / groups, KH, KW)
        Kernels, one for each input and output channel: those of the `conv2d` that goes from O
        channels to C.
    b : array, shape (O,), optional
        Biases. Without them, nothing is added.
    stride : int or pair of ints, default 1
        Distance of the kernels that neighbours put down: down, and to the right.
    padding : int or pair of ints, default 0
        How much is cut off above and below, and left and right.
    output_padding : int or pair of ints, default 0
        How many rows more than necessary are kept or added below, and columns to the right; less
        than the stride or the dilation. Without it, of the sizes that `conv2d` with this stride
        maps to that of x, the result has the smallest.
    dilation : int or pair of ints, default 1
        Distance of a kernel's neighbouring weights in the result.
    groups : int, default 1
        The channels are split into so many groups, and each group of output channels sees one of
        them.

    Returns
    -------
    array, shape (N, O, OH, OW)
        Larger images Y; `conv_transpose_output_size` gives OH and OW.

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
    >>> x, w = np.array([[[[1.0, 2.0]]]]), np.array([[[[10.0, 20.0, 30.0]]]])
    >>> nnlib.conv_transpose2d(x, w, stride=2)  # 10 20 30, and two steps on 20 40 60
    array([[[[10., 20., 50., 40., 60.]]]])
    """
    xp, shape, geo, groups = check_conv_transpose(
        2,
        x,
        w,
        b,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
    )
    y = correlate_vjp_x(x, w, shape, geo, groups)
    return y if b is None else y + xp.reshape(b, (-1, 1, 1))


def conv_transpose2d_vjp(
    dy, x, w, b=None, /, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1
):
    r"""Vector–Jacobian product of `conv_transpose2d`: gradients with respect to its arguments.

    .. math::
        \begin{aligned}
        \frac{\partial J}{\partial X_{n c p q}} &= \sum_o \sum_u \sum_v
        W_{c o u v} \tilde{V}_{n o, s(p-1)+d(u-1)+1, s(q-1)+d(v-1)+1} \\
        \frac{\partial J}{\partial W_{c o u v}} &= \sum_n \sum_p \sum_q
        X_{n c p q} \tilde{V}_{n o, s(p-1)+d(u-1)+1, s(q-1)+d(v-1)+1} \\
        \frac{\partial J}{\partial b_o} &= \sum_n \sum_i \sum_j V_{n o i j}
        \end{aligned}

    Equation ``eq-conv-transpose2d-vjp`` of the book, with V = `dy`; Ṽ is V with zeros
    where the output was cut off. The gradient with respect to x is `conv2d` of `dy` with the same
    kernels.

    Parameters
    ----------
    dy : array, shape (N, O, OH, OW)
        Gradient of the objective with respect to the output.
    x : array, shape (N, C, H, W)
        Images.
    w : array, shape (C, O / groups, KH, KW)
        Kernels.
    b : array, shape (O,), optional
        Biases.
    stride : int or pair of ints, default 1
        As in `conv_transpose2d`.
    padding : int or pair of ints, default 0
        As in `conv_transpose2d`.
    output_padding : int or pair of ints, default 0
        As in `conv_transpose2d`.
    dilation : int or pair of ints, default 1
        As in `conv_transpose2d`.
    groups : int, default 1
        As in `conv_transpose2d`.

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
    >>> x, w = np.array([[[[1.0, 2.0]]]]), np.array([[[[10.0, 20.0]]]])
    >>> dx, dw, _ = nnlib.conv_transpose2d_vjp(np.array([[[[1.0, 0.0, 1.0]]]]), x, w)
    >>> dx
    array([[[[10., 20.]]]])
    >>> dw
    array([[[[1., 2.]]]])
    """
    xp, shape, geo, groups = check_conv_transpose(
        2,
        x,
        w,
        b,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
    )
    expected = (x.shape[0], groups * w.shape[1], *shape)
    check_gradient(dy, x, expected, "conv_transpose2d(x, w)")
    dx = correlate(dy, w, geo, groups)
    dw = correlate_vjp_w(x, dy, geo, groups)
    return dx, dw, None if b is None else xp.sum(dy, axis=(0, 2, 3))
