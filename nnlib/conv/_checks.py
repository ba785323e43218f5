"""Checks of the arrays that convolution and pooling take."""

from math import prod

from nnlib._validation import check_count, check_floating
from nnlib.conv._geometry import AXES, KERNEL_AXES, geometry, transposed_geometry


def check_images(axes, **arrays):
    """Return the array namespace of arrays of shape (N, C, …) with `axes` spatial axes."""
    xp = check_floating(**arrays)
    for name, array in arrays.items():
        if array.ndim != 2 + axes or prod(array.shape[1:]) == 0:
            wanted = ", ".join(("N", "C", *AXES[axes]))
            raise ValueError(
                f"{name} must have the shape ({wanted}), of which only N may be 0, "
                f"got {tuple(array.shape)}"
            )
    return xp


def check_same_dtype(**arrays):
    """Check that all arrays have the dtype of the first."""
    (first, expected), *others = arrays.items()
    for name, array in others:
        if array.dtype != expected.dtype:
            raise TypeError(
                f"{name} must have the dtype of {first}, {expected.dtype}, got {array.dtype}"
            )


def check_groups(groups, **channels):
    """Return groups as an int that divides all numbers of channels, given by name."""
    groups = check_count(1, groups=groups)
    for name, number in channels.items():
        if number % groups:
            raise ValueError(f"groups must divide {name}, {number}, got {groups}")
    return groups


def check_gradient(dy, x, expected, output):
    """Check that dy has the shape of the output of which it is the gradient."""
    check_floating(x=x, dy=dy)
    check_same_dtype(x=x, dy=dy)
    if dy.shape != expected:
        raise ValueError(f"dy must have the shape of {output}, {expected}, got {tuple(dy.shape)}")


def check_conv(axes, x, w, b, *, groups, **options):
    """Return the array namespace of arguments of `conv1d` or `conv2d`, Geometry and groups."""
    xp = _check_arrays(axes, x, w, b)
    groups = check_groups(groups, **{"the channels of x": x.shape[1]})
    _check_kernels(w, axes, "O", x.shape[1] // groups)
    check_groups(groups, **{"the output channels of w": w.shape[0]})
    _check_bias(b, w.shape[0])
    return xp, geometry(x.shape[2:], w.shape[2:], window="w", **options), groups


def check_conv_transpose(axes, x, w, b, *, groups, **options):
    """Return what `check_conv` does, and the spatial shape of the output after the namespace."""
    xp = _check_arrays(axes, x, w, b)
    groups = check_groups(groups, **{"the channels of x": x.shape[1]})
    _check_kernels(w, axes, x.shape[1], "O / groups")
    _check_bias(b, groups * w.shape[1])
    return xp, *transposed_geometry(x.shape[2:], w.shape[2:], **options), groups


def _check_arrays(axes, x, w, b):
    given = {"x": x, "w": w} | ({} if b is None else {"b": b})
    xp = check_floating(**given)
    check_same_dtype(**given)
    check_images(axes, x=x)
    return xp


def _check_kernels(w, axes, first, second):
    """Check the shape of w; `first` and `second` are sizes of its channels, or stand for them."""
    wrong = any(
        isinstance(wanted, int) and wanted != came
        for wanted, came in zip((first, second), w.shape, strict=False)
    )
    if w.ndim != 2 + axes or prod(w.shape) == 0 or wrong:
        wanted = ", ".join(map(str, (first, second, *KERNEL_AXES[axes])))
        raise ValueError(
            f"w must have the shape ({wanted}), none of them 0, as x and groups say, "
            f"got {tuple(w.shape)}"
        )


def _check_bias(b, channels):
    if b is not None and b.shape != (channels,):
        raise ValueError(
            f"b must have the shape ({channels},), a number for each output channel, "
            f"got {tuple(b.shape)}"
        )
