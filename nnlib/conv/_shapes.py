"""Sizes: of outputs, of receptive fields, and of what a layer has to learn."""

from math import prod

from nnlib._validation import check_count
from nnlib.conv._checks import check_groups
from nnlib.conv._geometry import geometry, per_axis, transposed_geometry

__all__ = [
    "conv_output_size",
    "conv_parameters",
    "conv_transpose_output_size",
    "receptive_field",
]


def conv_output_size(n, /, *, size, stride=1, padding=0, dilation=1):
    r"""Number of positions of a convolution's or a pooling's window along one axis.

    .. math:: L' = \left\lfloor \frac{L + 2 P - d (K - 1) - 1}{s} \right\rfloor + 1

    Equation ``eq-conv-output-size`` of the book, with an input of size L, a window of size K,
    stride s, dilation d and padding P.

    Parameters
    ----------
    n : int
        Size of the input along the axis, L.
    size : int
        Size of the window along the axis, K.
    stride : int, default 1
        How far the window moves at each step, s.
    padding : int, "valid" or "same", default 0
        Zeros on each side, P. "valid" is 0; with "same", the result is L / s, rounded up.
    dilation : int, default 1
        Distance of neighbouring elements of the window, d.

    Returns
    -------
    int
        Size of the output along the axis.

    Raises
    ------
    TypeError
        If an argument is not an integer.
    ValueError
        If an argument is out of range, or the window does not fit into the padded input.

    Examples
    --------
    >>> import nnlib
    >>> nnlib.conv_output_size(28, size=5)
    24
    >>> nnlib.conv_output_size(28, size=3, stride=2, padding=1)
    14
    """
    n = check_count(1, n=n)
    size = check_count(1, size=size)
    geo = geometry(
        (n,), (size,), stride=stride, padding=padding, dilation=dilation, name="the input"
    )
    return geo.out[0]


def conv_transpose_output_size(n, /, *, size, stride=1, padding=0, output_padding=0, dilation=1):
    r"""Size of the output of a transposed convolution along one axis.

    .. math:: L' = s (L - 1) + d (K - 1) + 1 - 2 P + r

    Equation ``eq-conv-transpose-output-size`` of the book, with an input of size L, a kernel of
    size K, stride s, dilation d, padding P and output padding r.

    Parameters
    ----------
    n : int
        Size of the input along the axis, L.
    size : int
        Size of the kernel along the axis, K.
    stride : int, default 1
        Distance of the kernels that neighbours put down, s.
    padding : int, default 0
        How much is cut off on each side, P.
    output_padding : int, default 0
        How much more is kept or added at the end, r; less than the stride or the dilation.
    dilation : int, default 1
        Distance of a kernel's neighbouring weights in the result, d.

    Returns
    -------
    int
        Size of the output along the axis.

    Raises
    ------
    TypeError
        If an argument is not an integer.
    ValueError
        If an argument is out of range, or nothing is left.

    Examples
    --------
    >>> import nnlib
    >>> nnlib.conv_transpose_output_size(14, size=2, stride=2)
    28
    """
    n = check_count(1, n=n)
    size = check_count(1, size=size)
    out, _ = transposed_geometry(
        (n,),
        (size,),
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
    )
    return out[0]


def receptive_field(layers, /):
    r"""How much of the input, along one axis, one element of the last layer depends on.

    .. math:: R = 1 + \sum_l d_l (K_l - 1) \prod_{m < l} s_m, \qquad S = \prod_l s_l

    Equation ``eq-receptive-field`` of the book: layer l has a window of size $K_l$, stride $s_l$
    and dilation $d_l$, and S is the jump, the distance in the input of the fields of two
    neighbours in the last layer.

    Parameters
    ----------
    layers : list of tuples of ints
        For each convolution or pooling, from the input on: size and stride of its window, or size,
        stride and dilation.

    Returns
    -------
    size : int
        Size R of the receptive field of an element of the last layer.
    jump : int
        Distance j of the fields of two neighbours.

    Raises
    ------
    TypeError
        If `layers` is not a list of tuples of integers.
    ValueError
        If a number is less than 1, or a layer has not two or three of them.

    Examples
    --------
    >>> import nnlib
    >>> nnlib.receptive_field([(3, 1), (2, 2), (3, 1)])  # convolution, pooling, convolution
    (8, 2)
    """
    field = jump = 1
    for layer in layers:
        if not isinstance(layer, tuple | list):
            raise TypeError(f"layers must hold tuples (size, stride), got {layer!r}")
        if len(layer) not in (2, 3):
            raise ValueError(f"layers must hold (size, stride[, dilation]), got {layer!r}")
        size, stride, *rest = layer
        size = check_count(1, size=size)
        stride = check_count(1, stride=stride)
        dilation = check_count(1, dilation=rest[0]) if rest else 1
        field += dilation * (size - 1) * jump
        jump *= stride
    return field, jump


def conv_parameters(channels_in, channels_out, size, /, *, groups=1, bias=True):
    r"""How many numbers a convolution layer has to learn, however large the image is.

    .. math:: \operatorname{parameters}(C, O, K, G) = O \left( \frac{C}{G} K^2 + 1 \right)

    Equation ``eq-conv-parameters`` of the book, with C input and O output channels in G groups, a
    kernel of K × K elements, and biases.

    Parameters
    ----------
    channels_in : int
        Number of input channels, C.
    channels_out : int
        Number of output channels, O.
    size : int or tuple of ints
        Size of the kernel along each axis, (KH, KW); one number for a square. (K,) is the size of
        a `conv1d` kernel.
    groups : int, default 1
        Number of groups of channels, G.
    bias : bool, default True
        Whether each output channel has a bias.

    Returns
    -------
    int
        Number of weights, and of biases if there are any.

    Raises
    ------
    TypeError
        If a number is not an integer.
    ValueError
        If a number is less than 1, or `groups` does not divide the channels.

    Examples
    --------
    >>> import nnlib
    >>> nnlib.conv_parameters(3, 64, 3)  # 64 kernels of 3 · 3 · 3 weights, and a bias each
    1792
    >>> nnlib.conv_parameters(25, 25, (3,), bias=False)
    1875
    """
    channels_in = check_count(1, channels_in=channels_in)
    channels_out = check_count(1, channels_out=channels_out)
    groups = check_groups(groups, channels_in=channels_in, channels_out=channels_out)
    axes = len(size) if isinstance(size, tuple | list) else 2
    weights = channels_in // groups * prod(per_axis(1, axes, size=size))
    return channels_out * (weights + bool(bias))
