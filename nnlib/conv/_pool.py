"""What the kinds of pooling have in common."""

from array_api_extra import at

from nnlib.conv._checks import check_images
from nnlib.conv._geometry import geometry, per_axis
from nnlib.conv._windows import interior, zeros_padded


def check_pool(x, size, stride, padding):
    """Return the array namespace of x, and the Geometry of a pooling."""
    xp = check_images(2, x=x)
    size = per_axis(1, 2, size=size)
    stride = size if stride is None else stride
    geo = geometry(x.shape[2:], size, stride=stride, padding=padding, dilation=1)
    for axis, k, (before, after) in zip("HW", size, geo.padding, strict=True):
        if max(before, after) >= k:
            raise ValueError(
                f"padding must be less than size, so that no window is empty: along {axis} it is "
                f"{max(before, after)}, and size {k}"
            )
    return xp, geo


def pad_with(x, geo, value):
    """Put copies of a number around x, as many as its Geometry says."""
    if not any(map(sum, geo.padding)):
        return x
    shape = x.shape[2:]
    return at(zeros_padded(x, shape, geo) + value)[interior(geo, shape)].set(x)
