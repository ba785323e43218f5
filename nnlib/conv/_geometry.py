"""Where the windows of a convolution or a pooling lie: options and sizes, checked."""

from operator import index
from typing import NamedTuple

from nnlib._validation import check_count

AXES = {1: ("L",), 2: ("H", "W")}  # the letters of the spatial axes
KERNEL_AXES = {1: ("K",), 2: ("KH", "KW")}


class Geometry(NamedTuple):
    """Windows on an array (N, C, …): for each spatial axis one number, of padding a pair."""

    size: tuple
    stride: tuple
    padding: tuple  # before and after
    dilation: tuple
    out: tuple  # how many windows there are


def per_axis(least, axes, /, **option):
    """Return an option as a tuple of ints, `least` or more; a single int holds for every axis."""
    ((name, value),) = option.items()
    try:
        value = (index(value),) * axes
    except TypeError:
        if not isinstance(value, tuple | list):
            wanted = "an integer" if axes == 1 else f"an integer, or {axes}"
            raise TypeError(f"{name} must be {wanted}, got {value!r}") from None
    if len(value) != axes:
        raise ValueError(f"{name} must have one integer for each of {axes} axes, got {value!r}")
    return tuple(check_count(least, **{name: each}) for each in value)


def span(size, dilation):
    """How many elements a window reaches over, those between its own included."""
    return dilation * (size - 1) + 1


def geometry(shape, size, /, *, stride, padding, dilation, name="x", window="window"):
    """Return the Geometry of windows on spatial axes of `shape`, which must have room for one."""
    axes = len(shape)
    stride = per_axis(1, axes, stride=stride)
    dilation = per_axis(1, axes, dilation=dilation)
    spans = tuple(map(span, size, dilation))
    padding = _padding(padding, shape, spans, stride)
    out = []
    for axis, n, (before, after), k, s in zip(
        AXES[axes], shape, padding, spans, stride, strict=True
    ):
        if k > before + n + after:
            raise ValueError(
                f"{window} must fit into {name} and its padding: it spans {k} elements along "
                f"{axis}, where there are {before} + {n} + {after}"
            )
        out.append((before + n + after - k) // s + 1)
    return Geometry(tuple(size), stride, padding, dilation, tuple(out))


def _padding(padding, shape, spans, stride):
    """Return padding as a pair for each axis: before and after."""
    if padding == "same":
        # The last of ceil(n / s) windows ends s·(ceil(n / s) - 1) + k elements after the start.
        total = [
            max(-(-n // s) * s - s + k - n, 0) for n, k, s in zip(shape, spans, stride, strict=True)
        ]
        return tuple((zeros // 2, zeros - zeros // 2) for zeros in total)
    if padding == "valid":
        padding = 0
    if isinstance(padding, str):
        raise ValueError(f"padding must be integers, 'valid' or 'same', got {padding!r}")
    return tuple((zeros, zeros) for zeros in per_axis(0, len(shape), padding=padding))


def transposed_geometry(shape, size, /, *, stride, padding, output_padding, dilation):
    """Return sizes of a transposed convolution's output, and the Geometry of windows on it.

    `shape` is that of the input: in the output, there is a window for each of its elements.
    """
    axes = len(shape)
    stride = per_axis(1, axes, stride=stride)
    dilation = per_axis(1, axes, dilation=dilation)
    padding = per_axis(0, axes, padding=padding)
    extra = per_axis(0, axes, output_padding=output_padding)
    out = []
    for axis, n, k, s, p, d, r in zip(
        AXES[axes], shape, size, stride, padding, dilation, extra, strict=True
    ):
        if r >= max(s, d):
            raise ValueError(
                f"output_padding must be less than the stride or the dilation: along {axis} they "
                f"are {s} and {d}, got {r}"
            )
        full = s * (n - 1) + span(k, d) + r
        if full <= 2 * p:
            raise ValueError(
                f"padding must leave something of the output's {axis}, "
                f"which would be {full} - 2 · {p}"
            )
        out.append(full - 2 * p)
    both = tuple((p, p) for p in padding)
    return tuple(out), Geometry(tuple(size), stride, both, dilation, tuple(shape))
