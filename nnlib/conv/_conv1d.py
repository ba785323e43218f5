"""One-dimensional convolution and its gradients."""

from nnlib.conv._checks import check_conv, check_gradient
from nnlib.conv._correlate import correlate, correlate_vjp_w, correlate_vjp_x

__all__ = ["conv1d", "conv1d_vjp"]


def conv1d(x, w, b=None, /, *, stride=1, padding=0, dilation=1, groups=1):
    r"""Convolution layer for sequences: the same small kernel weighs every window of the sequence.

    .. math::
        Y_{n o p} = b_o + \sum_c \sum_u W_{o c u} \tilde{X}_{n c, s(p-1)+d(u-1)+1}

    Equation ``eq-conv1d`` of the book, with stride s and dilation d; X̃ is x with zeros around it.
    The kernel is not flipped: mathematicians call this a cross-correlation.

    Parameters
    ----------
    x : array, shape (N, C, L)
        Sequences, each with C channels.
    w : array, shape (O, C / groups, K)
        Kernels, one for each output channel.
    b : array, shape (O,), optional
        Biases. Without them, nothing is added.
    stride : int, default 1
        How far the window moves at each step.
    padding : int, "valid" or "same", default 0
        How many zeros are put before and after. "valid" is 0. With "same", the output is as long as
        the input divided by the stride, rounded up; if an odd number of zeros is needed for that,
        the last one comes at the end.
    dilation : int, default 1
        Distance of the elements that neighbouring weights meet; 1 for neighbouring elements.
    groups : int, default 1
        The channels are split into so many groups, and each group of output channels sees one of
        them. With C groups the convolution is depthwise.

    Returns
    -------
    array, shape (N, O, OL)
        Weighted sums Y; `conv_output_size` gives OL.

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
    >>> x, w = np.array([[[1.0, 2.0, 4.0, 7.0]]]), np.array([[[-1.0, 1.0]]])
    >>> nnlib.conv1d(x, w)  # differences of neighbours
    array([[[1., 2., 3.]]])
    >>> nnlib.conv1d(x, w, stride=2)
    array([[[1., 3.]]])
    """
    xp, geo, groups = check_conv(
        1, x, w, b, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    y = correlate(x, w, geo, groups)
    return y if b is None else y + xp.reshape(b, (-1, 1))


def conv1d_vjp(dy, x, w, b=None, /, *, stride=1, padding=0, dilation=1, groups=1):
    r"""Vector–Jacobian product of `conv1d`: gradients with respect to its three arguments.

    .. math::
        \begin{aligned}
        \frac{\partial J}{\partial X_{n c i}}
        &= \sum_o \sum_p \sum_u V_{n o p} W_{o c u} \mathbb{1}[i + P = s(p-1)+d(u-1)+1] \\
        \frac{\partial J}{\partial W_{o c u}} &= \sum_n \sum_p
        V_{n o p} \tilde{X}_{n c, s(p-1)+d(u-1)+1} \\
        \frac{\partial J}{\partial b_o} &= \sum_n \sum_p V_{n o p}
        \end{aligned}

    Equation ``eq-conv1d-vjp`` of the book, with V = `dy`, stride s, padding P and dilation d.

    Parameters
    ----------
    dy : array, shape (N, O, OL)
        Gradient of the objective with respect to the output.
    x : array, shape (N, C, L)
        Sequences.
    w : array, shape (O, C / groups, K)
        Kernels.
    b : array, shape (O,), optional
        Biases.
    stride : int, default 1
        As in `conv1d`.
    padding : int, "valid" or "same", default 0
        As in `conv1d`.
    dilation : int, default 1
        As in `conv1d`.
    groups : int, default 1
        As in `conv1d`.

    Returns
    -------
    dx : array, shape of x
        Gradient with respect to the sequences.
    dw : array, shape of w
        Gradient with respect to the kernels, summed over the sequences and positions.
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
    >>> x, w, b = np.array([[[1.0, 2.0, 4.0]]]), np.array([[[-1.0, 1.0]]]), np.array([0.0])
    >>> dx, dw, db = nnlib.conv1d_vjp(np.array([[[1.0, 10.0]]]), x, w, b)
    >>> dx
    array([[[-1., -9., 10.]]])
    >>> dw
    array([[[21., 42.]]])
    >>> db
    array([11.])
    """
    xp, geo, groups = check_conv(
        1, x, w, b, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    check_gradient(dy, x, (x.shape[0], w.shape[0], *geo.out), "conv1d(x, w)")
    dx = correlate_vjp_x(dy, w, x.shape[2:], geo, groups)
    dw = correlate_vjp_w(dy, x, geo, groups)
    return dx, dw, None if b is None else xp.sum(dy, axis=(0, 2))
