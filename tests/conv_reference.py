"""What the tests of convolution and of transposed convolution share: cases, and JAX's results."""

import jax
import numpy as np
from hypothesis import strategies as st

KEYWORDS = {"derandomize": True, "deadline": None, "database": None}
NAMES = ("stride", "padding", "dilation")


def pair(option):
    """One number for both axes, as two."""
    return option if isinstance(option, tuple) else (option, option)


def one_or_two(numbers):
    """A strategy for an option: a number, or one for each axis."""
    return numbers | st.tuples(numbers, numbers)


@st.composite
def cases(draw, paddings=("valid", "same")):
    """Shapes of x and w, and options, of a convolution that has room for its window."""
    options = {
        "stride": draw(one_or_two(st.integers(1, 3))),
        "padding": draw(one_or_two(st.integers(0, 2)) | st.sampled_from(paddings or (0,))),
        "dilation": draw(one_or_two(st.integers(1, 3))),
        "groups": draw(st.integers(1, 3)),
    }
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    padding = (0, 0) if isinstance(options["padding"], str) else pair(options["padding"])
    spans = [d * (k - 1) + 1 for d, k in zip(pair(options["dilation"]), kernel, strict=True)]
    least = [max(1, n - 2 * p) for n, p in zip(spans, padding, strict=True)]
    # Up to rows of more than 16 elements, which are packed in another way.
    size = draw(
        st.tuples(*(st.integers(n, n + more) for n, more in zip(least, (5, 19), strict=True)))
    )
    n, per_group, out = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)))
    channels = options["groups"] * per_group
    return (n, channels, *size), (options["groups"] * out, per_group, *kernel), options


def normal(rng, *shapes, dtype="float64"):
    """Arrays of normal numbers."""
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def conv_by_loops(x, w, b, *, stride=1, padding=0, dilation=1, groups=1):
    """Two-dimensional convolution by its definition, one output position after the other."""
    (s1, s2), (d1, d2), kernel = pair(stride), pair(dilation), w.shape[2:]
    if padding == "same":
        # As TensorFlow's documentation has it: ceil(n / s) outputs, more zeros at the end.
        around = []
        for n, k, s, d in zip(x.shape[2:], kernel, (s1, s2), (d1, d2), strict=True):
            reach = d * (k - 1) + 1
            zeros = max(reach - s if n % s == 0 else reach - n % s, 0)
            around.append((zeros // 2, zeros - zeros // 2))
    else:
        around = [(p, p) for p in pair(0 if padding == "valid" else padding)]
    x = np.pad(x, [(0, 0), (0, 0), *around])
    last = [n - d * (k - 1) for n, d, k in zip(x.shape[2:], (d1, d2), kernel, strict=True)]
    per_group, out_per_group = w.shape[1], w.shape[0] // groups
    y = [
        [
            [
                b[o]
                + sum(
                    w[o, c, u, v] * x[:, o // out_per_group * per_group + c, i + d1 * u, j + d2 * v]
                    for c, u, v in np.ndindex(w.shape[1:])
                )
                for j in range(0, last[1], s2)
            ]
            for i in range(0, last[0], s1)
        ]
        for o in range(w.shape[0])
    ]
    return np.moveaxis(np.array(y), -1, 0)


def conv_by_jax(x, w, b, *, stride=1, padding=0, dilation=1, groups=1):
    """Two-dimensional convolution by JAX."""
    if not isinstance(padding, str):
        # XLA crashes on some gradients if its convolution has more padding than the kernel needs.
        x = jax.numpy.pad(x, [(0, 0), (0, 0), *((p, p) for p in pair(padding))])
        padding = "valid"
    y = jax.lax.conv_general_dilated(
        x,
        w,
        pair(stride),
        padding.upper(),
        rhs_dilation=pair(dilation),
        feature_group_count=groups,
    )
    return y + b[:, None, None]


def with_vjp(f, dy, *arrays):
    """f(*arrays) and its vector–Jacobian products, by JAX."""

    def both(dy, *arrays):
        y, pull = jax.vjp(f, *arrays)
        return y, *pull(dy)

    # Each new shape is compiled, which takes longer than the rest of the test: not optimised.
    fast = {"xla_backend_optimization_level": 0}
    compiled = jax.jit(both).lower(dy, *arrays).compile(compiler_options=fast)
    return [np.asarray(array) for array in compiled(dy, *arrays)]


def assert_close(came, expected, tolerance):
    """Shapes are the same, and differences at most `tolerance` times the largest value."""
    came, expected = np.asarray(came), np.asarray(expected)
    assert came.shape == expected.shape
    largest = np.abs(expected).max(initial=0)
    np.testing.assert_allclose(came, expected, rtol=0, atol=tolerance * max(largest, 1))
