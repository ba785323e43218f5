"""Transposed convolution and its gradients, against its definition, JAX, and the convolution."""

import jax
import numpy as np
import pytest
from conv_reference import KEYWORDS, assert_close, cases, normal, pair, with_vjp
from helpers import to_numpy
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlib

OPTIONS = [
    {"stride": 2, "padding": 1, "output_padding": 1},
    {
        "stride": (3, 1),
        "padding": (0, 1),
        "dilation": (1, 2),
        "output_padding": (2, 0),
        "groups": 2,
    },
]


@st.composite
def transposed(draw):
    """Shapes of x and w, and options, of a transposed convolution that leaves something over."""
    _, kernel, options = draw(cases(paddings=()))
    channels, *_ = kernel
    dilation, stride = pair(options["dilation"]), pair(options["stride"])
    most = [max(s, d) - 1 for s, d in zip(stride, dilation, strict=True)]
    extra = draw(st.tuples(*(st.integers(0, n) for n in most)))
    least = [
        max(1, -((k * d - d - 2 * p + r) // s) + 1)
        for k, s, p, d, r in zip(
            kernel[2:], stride, pair(options["padding"]), dilation, extra, strict=True
        )
    ]
    size = draw(
        st.tuples(*(st.integers(n, n + more) for n, more in zip(least, (3, 18), strict=True)))
    )
    return (draw(st.integers(1, 2)), channels, *size), kernel, options | {"output_padding": extra}


def by_definition(x, w, b, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    """Each element of x puts down a kernel; then borders are cut off, rows and columns added.

    As PyTorch's documentation of ConvTranspose2d has it, output_padding only says how large the
    result is, on one side: along an axis it has (n - 1)·stride - 2·padding + dilation·(k - 1) +
    output_padding + 1 elements.
    """
    (s1, s2), (d1, d2), (p1, p2), (r1, r2) = map(pair, (stride, dilation, padding, output_padding))
    (n, channels, H, W), (_, out, K1, K2) = x.shape, w.shape
    rows, columns = (H - 1) * s1 + d1 * (K1 - 1) + 1 + r1, (W - 1) * s2 + d2 * (K2 - 1) + 1 + r2
    full = np.zeros((n, groups * out, rows, columns))
    for c, o, i, j, u, v in np.ndindex(channels, out, H, W, K1, K2):
        to = c // (channels // groups) * out + o
        full[:, to, s1 * i + d1 * u, s2 * j + d2 * v] += x[:, c, i, j] * w[c, o, u, v]
    inside = full[:, :, p1 : full.shape[2] - p1, p2 : full.shape[3] - p2]
    return inside + b[:, None, None]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # The kernel (1, 10, 100), put down by 2 and by 3.
        ({}, [2, 23, 230, 300]),
        ({"stride": 2}, [2, 20, 203, 30, 300]),
        ({"stride": 4}, [2, 20, 200, 0, 3, 30, 300]),
        ({"dilation": 2}, [2, 3, 20, 30, 200, 300]),
        ({"padding": 1}, [23, 230]),
        # What output_padding asks for, padding has cut off: it is kept …
        ({"stride": 2, "padding": 1, "output_padding": 1}, [20, 203, 30, 300]),
        # … or it was never there.
        ({"stride": 2, "output_padding": 1}, [2, 20, 203, 30, 300, 0]),
    ],
)
def test_by_hand(xp, options, expected):
    x, w = xp.asarray([[[[2.0, 3.0]]]]), xp.asarray([[[[1.0, 10.0, 100.0]]]])
    options = {k: (0 if "padding" in k else 1, v) for k, v in options.items()}
    y = nnlib.conv_transpose2d(x, w, **options)
    np.testing.assert_array_equal(to_numpy(y), [[[expected]]])


def test_gradients_by_hand():
    # y = (x1 w1, x1 w2 + x2 w1, x2 w2) + b, with upstream gradients 1, 10 and 100.
    x, w = np.array([[[[2.0, 3.0]]]]), np.array([[[[5.0, 7.0]]]])
    dy, b = np.array([[[[1.0, 10.0, 100.0]]]]), np.array([0.0])
    dx, dw, db = nnlib.conv_transpose2d_vjp(dy, x, w, b)
    np.testing.assert_array_equal(dx, [[[[5 + 70, 50 + 700]]]])
    np.testing.assert_array_equal(dw, [[[[2 + 30, 20 + 300]]]])
    np.testing.assert_array_equal(db, [111])


@given(case=transposed())
@settings(max_examples=100, **KEYWORDS)
def test_agrees_with_its_definition_and_its_vjp_is_the_adjoint(case):
    shape, kernel, options = case
    rng = np.random.default_rng(0)
    x, w, b = normal(rng, shape, kernel, (options["groups"] * kernel[1],))
    y = nnlib.conv_transpose2d(x, w, b, **options)
    assert_close(y, by_definition(x, w, b, **options), 1e-13)
    # y is linear in each argument: <dy, change of y> = <gradient, change of the argument>.
    (dy,) = normal(rng, y.shape)
    dx, dw, db = nnlib.conv_transpose2d_vjp(dy, x, w, b, **options)
    other_x, other_w, other_b = normal(rng, x.shape, w.shape, b.shape)
    f = nnlib.conv_transpose2d
    assert_close((dx * other_x).sum(), (dy * f(other_x, w, **options)).sum(), 1e-12)
    assert_close((dw * other_w).sum(), (dy * f(x, other_w, **options)).sum(), 1e-12)
    assert_close((db * other_b).sum(), (dy * other_b[:, None, None]).sum(), 1e-12)


@pytest.mark.parametrize(
    ("stride", "dilation", "padding"),
    [((1, 1), (1, 1), (0, 0)), ((2, 3), (1, 1), (1, 0)), ((3, 1), (2, 3), (2, 1))],
)
def test_agrees_with_jax(rng, stride, dilation, padding):
    x, w, b = normal(rng, (2, 3, 5, 4), (3, 2, 4, 3), (2,))
    options = {"stride": stride, "dilation": dilation}
    y = nnlib.conv_transpose2d(x, w, b, padding=padding, **options)
    (dy,) = normal(rng, y.shape)
    reach = [d * (k - 1) for d, k in zip(dilation, (4, 3), strict=True)]

    def by_jax(x, w, b):
        # JAX's padding is that of the convolution over x with zeros between its elements.
        around = [(n - p, n - p) for n, p in zip(reach, padding, strict=True)]
        y = jax.lax.conv_transpose(
            x,
            w,
            stride,
            around,
            rhs_dilation=dilation,
            dimension_numbers=("NCHW", "OIHW", "NCHW"),
            transpose_kernel=True,
        )
        return y + b[:, None, None]

    came = [y, *nnlib.conv_transpose2d_vjp(dy, x, w, b, padding=padding, **options)]
    for a, expected in zip(came, with_vjp(by_jax, dy, x, w, b), strict=True):
        assert_close(a, expected, 1e-10)


@pytest.mark.parametrize("options", OPTIONS)
def test_vjp_agrees_with_jax_on_the_same_source(rng, options):
    x, w, b = normal(rng, (2, 4, 3, 4), (4, 3, 2, 3), (3 * options.get("groups", 1),))
    (dy,) = normal(rng, nnlib.conv_transpose2d(x, w, b, **options).shape)
    _, *by_jax = with_vjp(lambda *a: nnlib.conv_transpose2d(*a, **options), dy, x, w, b)
    for a, expected in zip(nnlib.conv_transpose2d_vjp(dy, x, w, b, **options), by_jax, strict=True):
        assert_close(a, expected, 1e-12)


@pytest.mark.parametrize("stride", [1, 2, (3, 2)])
def test_is_the_transpose_of_conv2d(rng, stride):
    # <y, conv2d(x)> = <conv_transpose2d(y), x>, for images whose last rows no window leaves out.
    options = {"stride": stride, "padding": 1, "dilation": (1, 2), "groups": 2}
    w, x = normal(rng, (4, 3, 3, 2), (2, 6, 10, 9))
    conv = nnlib.conv2d(x, w, **options)
    (y,) = normal(rng, conv.shape)
    rest = [(n + 2 - reach) % s for n, reach, s in zip((10, 9), (3, 3), pair(stride), strict=True)]
    back = nnlib.conv_transpose2d(y, w, output_padding=tuple(rest), **options)
    assert_close((y * conv).sum(), (back * x).sum(), 1e-12)


@pytest.mark.parametrize("options", OPTIONS)
def test_every_backend(xp, dtype, rng, options):
    bias = (3 * options.get("groups", 1),)
    arrays = normal(rng, (2, 4, 3, 4), (4, 3, 2, 3), bias, dtype=dtype)
    x, w, b = map(xp.asarray, arrays)
    y = nnlib.conv_transpose2d(x, w, b, **options)
    (dy,) = normal(rng, y.shape, dtype=dtype)
    before = [a.copy() for a in arrays]
    came = [y, *nnlib.conv_transpose2d_vjp(xp.asarray(dy), x, w, b, **options)]
    x, w, b, dy = (a.astype("float64") for a in (*arrays, dy))
    expected = [
        nnlib.conv_transpose2d(x, w, b, **options),
        *nnlib.conv_transpose2d_vjp(dy, x, w, b, **options),
    ]
    for a, right in zip(came, expected, strict=True):
        assert a.dtype == getattr(xp, dtype)
        assert_close(to_numpy(a), right, 1e-6 if dtype == "float32" else 1e-13)
    for a, was in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, was)


def test_without_bias(rng):
    x, w = normal(rng, (2, 3, 4, 4), (3, 5, 2, 2))
    y = nnlib.conv_transpose2d(x, w)
    np.testing.assert_array_equal(y, nnlib.conv_transpose2d(x, w, np.zeros(5)))
    assert nnlib.conv_transpose2d_vjp(y, x, w)[2] is None


X, W, B = np.ones((2, 4, 5, 3)), np.ones((4, 3, 3, 2)), np.ones(6)
BAD = [
    (lambda: nnlib.conv_transpose2d([[1.0]], W), TypeError, "x must be an array"),
    (
        lambda: nnlib.conv_transpose2d(X, W.astype("float32")),
        TypeError,
        "w must have the dtype of x, float64, got float32",
    ),
    (
        lambda: nnlib.conv_transpose2d(X[0], W),
        ValueError,
        r"x must have the shape \(N, C, H, W\), .* got \(4, 5, 3\)",
    ),
    (
        lambda: nnlib.conv_transpose2d(X, W[:3]),
        ValueError,
        r"w must have the shape \(4, O / groups, KH, KW\), .* got \(3, 3, 3, 2\)",
    ),
    (
        lambda: nnlib.conv_transpose2d(X, W[:, 0]),
        ValueError,
        r"w must have the shape \(4, O / groups, KH, KW\), .* got \(4, 3, 2\)",
    ),
    (
        lambda: nnlib.conv_transpose2d(X, W, groups=3),
        ValueError,
        "groups must divide the channels of x, 4, got 3",
    ),
    (
        lambda: nnlib.conv_transpose2d(X, W, B[:3], groups=2),
        ValueError,
        r"b must have the shape \(6,\), .* got \(3,\)",
    ),
    (
        lambda: nnlib.conv_transpose2d(X, W, padding="same"),
        TypeError,
        "padding must be an integer, or 2, got 'same'",
    ),
    (
        lambda: nnlib.conv_transpose2d(X, W, padding=(0, 2)),
        ValueError,
        r"padding must leave something of the output's W, .* 4 - 2 · 2",
    ),
    (
        lambda: nnlib.conv_transpose2d(X, W, stride=(2, 3), output_padding=2),
        ValueError,
        r"output_padding must be less than the stride or the dilation: along H .* 2",
    ),
    (
        lambda: nnlib.conv_transpose2d(X, W, output_padding=-1),
        ValueError,
        "output_padding must be 0 or more, got -1",
    ),
    (
        lambda: nnlib.conv_transpose2d_vjp(X, X, W),
        ValueError,
        r"dy must have the shape of conv_transpose2d\(x, w\), \(2, 3, 7, 4\), got \(2, 4, 5, 3\)",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
