"""Convolution and its gradients, against hand-worked values, SciPy, JAX and loops."""

import jax
import numpy as np
import pytest
from conv_reference import (
    KEYWORDS,
    assert_close,
    cases,
    conv_by_jax,
    conv_by_loops,
    normal,
    with_vjp,
)
from helpers import central_difference, to_numpy
from hypothesis import given, settings
from scipy.signal import correlate2d

import nnlib

OPTIONS = [
    {},
    {"stride": 2, "padding": 1},
    {"stride": (2, 1), "padding": (0, 2), "dilation": (1, 2)},
    {"padding": "same", "groups": 2},
    {"stride": 3, "padding": "same", "dilation": 2, "groups": 4},
]


def along(axis, options):
    """Options of `conv1d` for one axis of images, 2 or 3; the other axis stays as it is."""
    neutral = {"stride": 1, "padding": 0, "dilation": 1}
    return {
        name: (value, neutral[name])[:: 1 if axis == 2 else -1]
        if name in neutral and not isinstance(value, str)
        else value
        for name, value in options.items()
    }


# ---------------------------------------------------------------------------------------------
# Worked by hand


def test_conv1d_by_hand(xp):
    # Two channels, two kernels: 1·1 + 2·0 + 10·0 + 20·1 + 0.5 = 21.5; 2 · (1 + 2 + 10 + 20) = 66.
    x = xp.asarray([[[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]])
    w = xp.asarray([[[1.0, 0.0], [0.0, 1.0]], [[2.0, 2.0], [2.0, 2.0]]])
    y = nnlib.conv1d(x, w, xp.asarray([0.5, 0.0]))
    np.testing.assert_array_equal(to_numpy(y), [[[21.5, 32.5], [66, 110]]])


def test_conv2d_by_hand(xp):
    # 1·1 + 2·2 + 4·3 + 5·4 = 37; one to the right 47; the row below 67 and 77.
    x = xp.reshape(xp.asarray([1.0, 2, 3, 4, 5, 6, 7, 8, 9]), (1, 1, 3, 3))
    w = xp.asarray([[[[1.0, 2.0], [3.0, 4.0]]]])
    np.testing.assert_array_equal(to_numpy(nnlib.conv2d(x, w)), [[[[37, 47], [67, 77]]]])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # The kernel (1, 10) on 1 2 3 4 5.
        ({}, [21, 32, 43, 54]),
        ({"stride": 2}, [21, 43]),
        ({"stride": 3}, [21, 54]),
        ({"dilation": 2}, [31, 42, 53]),
        ({"padding": 1}, [10, 21, 32, 43, 54, 5]),
        ({"padding": 2, "stride": 4}, [0, 43]),
        ({"padding": "valid"}, [21, 32, 43, 54]),
        # An even kernel needs one zero, which comes at the end.
        ({"padding": "same"}, [21, 32, 43, 54, 5]),
        ({"padding": "same", "stride": 2}, [21, 43, 5]),
        # Spans 4 and so needs three zeros, of which two come at the end.
        ({"padding": "same", "dilation": 3}, [30, 41, 52, 3, 4]),
        # With a stride longer than the kernel, there is nothing to add.
        ({"padding": "same", "stride": 4}, [21, 5]),
    ],
)
def test_options_by_hand(options, expected):
    x, w = np.array([[[1.0, 2, 3, 4, 5]]]), np.array([[[1.0, 10.0]]])
    np.testing.assert_array_equal(nnlib.conv1d(x, w, **options), [[expected]])
    # On images, along each axis: the other axis has a kernel of one element.
    for axis in (2, 3):
        other = 5 - axis
        y = nnlib.conv2d(np.expand_dims(x, other), np.expand_dims(w, other), **along(axis, options))
        np.testing.assert_array_equal(np.squeeze(y), expected)


def test_groups_by_hand():
    # Each output channel sees one input channel: that is depthwise convolution.
    x, w = np.array([[[1.0, 2.0], [10.0, 20.0]]]), np.array([[[3.0]], [[4.0]]])
    np.testing.assert_array_equal(nnlib.conv1d(x, w, groups=2), [[[3, 6], [40, 80]]])


def test_gradients_by_hand(xp):
    # y = (x1 w1 + x2 w2 + b, x2 w1 + x3 w2 + b), with upstream gradients 1 and 10.
    x, w = xp.asarray([[[1.0, 2.0, 3.0]]]), xp.asarray([[[5.0, 7.0]]])
    dy, b = xp.asarray([[[1.0, 10.0]]]), xp.asarray([0.0])
    dx, dw, db = map(to_numpy, nnlib.conv1d_vjp(dy, x, w, b))
    np.testing.assert_array_equal(dx, [[[5, 7 + 50, 70]]])
    np.testing.assert_array_equal(dw, [[[1 + 20, 2 + 30]]])
    np.testing.assert_array_equal(db, [11])


# ---------------------------------------------------------------------------------------------
# Other origins


@pytest.mark.parametrize("mode", ["valid", "same"])
@pytest.mark.parametrize("size", [(1, 1), (3, 3), (5, 3), (7, 5)])
def test_conv2d_agrees_with_scipy(rng, mode, size):
    x, w = normal(rng, (2, 3, 9, 8), (4, 3, *size))
    y = nnlib.conv2d(x, w, padding=mode)
    for n, o in np.ndindex(2, 4):
        by_scipy = sum(correlate2d(x[n, c], w[o, c], mode) for c in range(3))
        assert_close(y[n, o], by_scipy, 1e-13)


@given(case=cases())
@settings(max_examples=100, **KEYWORDS)
def test_conv2d_agrees_with_its_definition_and_its_vjp_is_the_adjoint(case):
    shape, kernel, options = case
    rng = np.random.default_rng(0)
    x, w, b = normal(rng, shape, kernel, kernel[:1])
    y = nnlib.conv2d(x, w, b, **options)
    assert_close(y, conv_by_loops(x, w, b, **options), 1e-13)
    # y is linear in each argument: <dy, change of y> = <gradient, change of the argument>.
    (dy,) = normal(rng, y.shape)
    dx, dw, db = nnlib.conv2d_vjp(dy, x, w, b, **options)
    other_x, other_w, other_b = normal(rng, shape, kernel, kernel[:1])
    assert_close((dx * other_x).sum(), (dy * nnlib.conv2d(other_x, w, **options)).sum(), 1e-12)
    assert_close((dw * other_w).sum(), (dy * nnlib.conv2d(x, other_w, **options)).sum(), 1e-12)
    assert_close((db * other_b).sum(), (dy * other_b[:, None, None]).sum(), 1e-12)


@given(case=cases())
@settings(max_examples=100, **KEYWORDS)
def test_conv2d_and_its_vjp_agree_with_jax(case):
    shape, kernel, options = case
    rng = np.random.default_rng(0)
    x, w, b = normal(rng, shape, kernel, kernel[:1])
    y = nnlib.conv2d(x, w, b, **options)
    (dy,) = normal(rng, y.shape)
    by_jax = with_vjp(lambda x, w, b: conv_by_jax(x, w, b, **options), dy, x, w, b)
    for came, expected in zip([y, *nnlib.conv2d_vjp(dy, x, w, b, **options)], by_jax, strict=True):
        assert_close(came, expected, 1e-10)


@pytest.mark.parametrize("f", [(nnlib.conv1d, nnlib.conv1d_vjp), (nnlib.conv2d, nnlib.conv2d_vjp)])
def test_vjp_agrees_with_jax_on_the_same_source(rng, f):
    forward, vjp = f
    axes = 1 if forward is nnlib.conv1d else 2
    options = {"stride": 2, "padding": "same", "dilation": 3, "groups": 2}
    x, w, b = normal(rng, (2, 4, *(9, 7)[:axes]), (6, 2, *(3, 2)[:axes]), (6,))
    (dy,) = normal(rng, forward(x, w, b, **options).shape)
    _, *by_jax = with_vjp(lambda x, w, b: forward(x, w, b, **options), dy, x, w, b)
    for came, expected in zip(vjp(dy, x, w, b, **options), by_jax, strict=True):
        assert_close(came, expected, 1e-12)


@pytest.mark.parametrize("options", OPTIONS)
def test_vjp_agrees_with_central_differences(rng, options):
    x, w, b = normal(rng, (2, 4, 5, 4), (4, 4 // options.get("groups", 1), 2, 2), (4,))
    (dy,) = normal(rng, nnlib.conv2d(x, w, b, **options).shape)
    arrays = {"x": x, "w": w, "b": b}

    def objective(**changed):
        return (dy * nnlib.conv2d(*(arrays | changed).values(), **options)).sum()

    for (name, a), came in zip(
        arrays.items(), nnlib.conv2d_vjp(dy, x, w, b, **options), strict=True
    ):
        differences = central_difference(lambda a, name=name: objective(**{name: a}), a)
        assert_close(came, differences, 1e-9)


@pytest.mark.parametrize("options", OPTIONS)
def test_conv1d_is_conv2d_on_images_of_one_row(rng, options):
    options = {k: v[1] if isinstance(v, tuple) else v for k, v in options.items()}
    x, w, b = normal(rng, (2, 4, 11), (4, 4 // options.get("groups", 1), 4), (4,))
    two = along(3, options)
    image, kernel = x[:, :, None, :], w[:, :, None, :]
    y = nnlib.conv1d(x, w, b, **options)
    assert_close(y[:, :, None], nnlib.conv2d(image, kernel, b, **two), 1e-14)
    (dy,) = normal(rng, y.shape)
    expected = nnlib.conv2d_vjp(dy[:, :, None], image, kernel, b, **two)
    for came, right in zip(nnlib.conv1d_vjp(dy, x, w, b, **options), expected, strict=True):
        assert_close(came.reshape(right.shape), right, 1e-13)


# ---------------------------------------------------------------------------------------------
# What holds besides


# Short rows and long ones, which are packed in two ways.
@pytest.mark.parametrize(
    ("shape", "options"), [((2, 4, 6, 7), OPTIONS[2]), ((1, 4, 5, 33), OPTIONS[3])]
)
def test_every_backend(xp, dtype, rng, options, shape):
    arrays = normal(rng, shape, (4, 4 // options.get("groups", 1), 3, 2), (4,), dtype=dtype)
    x, w, b = map(xp.asarray, arrays)
    y = nnlib.conv2d(x, w, b, **options)
    (dy,) = normal(rng, y.shape, dtype=dtype)
    before = [a.copy() for a in arrays]
    came = [y, *nnlib.conv2d_vjp(xp.asarray(dy), x, w, b, **options)]
    x, w, b, dy64 = (a.astype("float64") for a in (*arrays, dy))
    expected = [nnlib.conv2d(x, w, b, **options), *nnlib.conv2d_vjp(dy64, x, w, b, **options)]
    for a, right in zip(came, expected, strict=True):
        assert a.dtype == getattr(xp, dtype)
        assert_close(to_numpy(a), right, 2e-6 if dtype == "float32" else 1e-13)
    for a, was in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, was)


def test_without_bias(rng):
    x, w, dy = normal(rng, (2, 3, 7), (4, 3, 2), (2, 4, 6))
    np.testing.assert_array_equal(nnlib.conv1d(x, w), nnlib.conv1d(x, w, np.zeros(4)))
    assert nnlib.conv1d_vjp(dy, x, w)[2] is None
    assert nnlib.conv2d_vjp(dy[:, :, None, :], x[:, :, None, :], w[:, :, None, :])[2] is None


@pytest.mark.parametrize("width", [8, 40])
def test_many_images_are_each_treated_alike(rng, width):
    # So many that their columns come in several blocks, the last of them smaller.
    x, w, b = normal(rng, (241, 6, 12, width), (2, 6, 5, 5), (2,))
    y = nnlib.conv2d(x, w, b)
    (dy,) = normal(rng, y.shape)
    dx, dw, db = nnlib.conv2d_vjp(dy, x, w, b)
    total = np.zeros_like(w)
    for n in range(0, 241, 40):
        one = slice(n, n + 1)
        assert_close(y[one], nnlib.conv2d(x[one], w, b), 1e-13)
        assert_close(dx[one], nnlib.conv2d_vjp(dy[one], x[one], w)[0], 1e-13)
    for n in range(241):
        total += nnlib.conv2d_vjp(dy[n : n + 1], x[n : n + 1], w)[1]
    assert_close(dw, total, 1e-12)
    assert_close(db, dy.sum(axis=(0, 2, 3)), 1e-12)


def test_float32_is_as_accurate_as_it_should_be(rng):
    arrays = normal(rng, (64, 8, 28, 28), (16, 8, 3, 3), (16,), (64, 16, 28, 28), dtype="float32")
    x, w, b, dy = arrays
    came = [nnlib.conv2d(x, w, b, padding=1), *nnlib.conv2d_vjp(dy, x, w, b, padding=1)]
    x, w, b, dy = (a.astype("float64") for a in arrays)
    expected = [nnlib.conv2d(x, w, b, padding=1), *nnlib.conv2d_vjp(dy, x, w, b, padding=1)]
    for a, right, tolerance in zip(came, expected, (1e-6, 2e-5, 2e-5, 2e-5), strict=True):
        assert_close(a, right, tolerance)


@pytest.mark.parametrize("n", [0, 1])
def test_no_images_or_one(n):
    x, w, b = np.ones((n, 2, 4, 4)), np.ones((3, 2, 2, 2)), np.ones(3)
    assert nnlib.conv2d(x, w, b).shape == (n, 3, 3, 3)
    dx, dw, db = nnlib.conv2d_vjp(np.ones((n, 3, 3, 3)), x, w, b)
    np.testing.assert_array_equal(dw, np.full(w.shape, 9.0 * n))
    np.testing.assert_array_equal(db, np.full(3, 9.0 * n))
    assert dx.shape == x.shape


def test_moving_the_image_moves_the_output(rng):
    x, w = normal(rng, (1, 1, 9, 9), (1, 1, 3, 3))
    moved = np.roll(x, (1, 2), axis=(2, 3))
    y, moved_y = nnlib.conv2d(x, w), nnlib.conv2d(moved, w)
    assert_close(moved_y[..., 1:, 2:], y[..., :-1, :-2], 1e-15)


# ---------------------------------------------------------------------------------------------
# Bad input

X, W, B = np.ones((2, 6, 5, 4)), np.ones((4, 3, 3, 2)), np.ones(4)
BAD = [
    (lambda: nnlib.conv2d([[1.0]], W), TypeError, "x must be an array"),
    (lambda: nnlib.conv2d(X, W.astype(int), groups=2), TypeError, "w must have a real floating"),
    (
        lambda: nnlib.conv2d(X, W.astype("float32"), groups=2),
        TypeError,
        "w must have the dtype of x, float64, got float32",
    ),
    (
        lambda: nnlib.conv2d(X, W, B.astype("float32"), groups=2),
        TypeError,
        "b must have the dtype of x, float64, got float32",
    ),
    (
        lambda: nnlib.conv2d(X[0], W),
        ValueError,
        r"x must have the shape \(N, C, H, W\), .* got \(6, 5, 4\)",
    ),
    (
        lambda: nnlib.conv1d(X, W),
        ValueError,
        r"x must have the shape \(N, C, L\), .* got \(2, 6, 5, 4\)",
    ),
    (
        lambda: nnlib.conv2d(X[:, :, :0], W),
        ValueError,
        r"x must .* of which only N may be 0, got \(2, 6, 0, 4\)",
    ),
    (
        lambda: nnlib.conv2d(X, W),
        ValueError,
        r"w must have the shape \(O, 6, KH, KW\), .* got \(4, 3, 3, 2\)",
    ),
    (
        lambda: nnlib.conv2d(X, W[0], groups=2),
        ValueError,
        r"w must have the shape \(O, 3, KH, KW\), .* got \(3, 3, 2\)",
    ),
    (
        lambda: nnlib.conv1d(X[..., 0], W, groups=2),
        ValueError,
        r"w must have the shape \(O, 3, K\), .* got \(4, 3, 3, 2\)",
    ),
    (lambda: nnlib.conv2d(X, W[:0], groups=2), ValueError, r"w must .* got \(0, 3, 3, 2\)"),
    (lambda: nnlib.conv2d(X, W[..., :0], groups=2), ValueError, r"w must .* got \(4, 3, 3, 0\)"),
    (
        lambda: nnlib.conv2d(X, W, groups=4),
        ValueError,
        "groups must divide the channels of x, 6, got 4",
    ),
    (
        lambda: nnlib.conv2d(X, W[:3], groups=2),
        ValueError,
        "groups must divide the output channels of w, 3, got 2",
    ),
    (lambda: nnlib.conv2d(X, W, groups=0), ValueError, "groups must be 1 or more, got 0"),
    (lambda: nnlib.conv2d(X, W, groups=2.0), TypeError, "groups must be an integer, got float"),
    (
        lambda: nnlib.conv2d(X, W, B[:3], groups=2),
        ValueError,
        r"b must have the shape \(4,\), .* got \(3,\)",
    ),
    (
        lambda: nnlib.conv2d(X, W, groups=2, dilation=(3, 1)),
        ValueError,
        r"w must fit into x and its padding: it spans 7 elements along H, .* 0 \+ 5 \+ 0",
    ),
    (
        lambda: nnlib.conv2d(X, W, groups=2, dilation=9, padding=(8, 2)),
        ValueError,
        r"w must fit .* 10 elements along W, .* 2 \+ 4 \+ 2",
    ),
    (
        lambda: nnlib.conv2d(X, W, groups=2, padding="full"),
        ValueError,
        "padding must be integers, 'valid' or 'same', got 'full'",
    ),
    (lambda: nnlib.conv2d(X, W, groups=2, padding=-1), ValueError, "padding must be 0 or more"),
    (lambda: nnlib.conv2d(X, W, groups=2, padding=1.5), TypeError, "padding must be an integer"),
    (lambda: nnlib.conv2d(X, W, groups=2, stride=0), ValueError, "stride must be 1 or more, got 0"),
    (
        lambda: nnlib.conv2d(X, W, groups=2, stride=(1, 2, 3)),
        ValueError,
        r"stride must have one integer for each of 2 axes, got \(1, 2, 3\)",
    ),
    (lambda: nnlib.conv2d(X, W, groups=2, stride=(1, 2.0)), TypeError, "stride must be an integer"),
    (lambda: nnlib.conv2d(X, W, groups=2, stride="2"), TypeError, "stride must be an integer"),
    (lambda: nnlib.conv2d(X, W, groups=2, dilation=0), ValueError, "dilation must be 1 or more"),
    (
        lambda: nnlib.conv2d_vjp(X, X, W, groups=2),
        ValueError,
        r"dy must have the shape of conv2d\(x, w\), \(2, 4, 3, 3\), got \(2, 6, 5, 4\)",
    ),
    (
        lambda: nnlib.conv1d_vjp(B, X[..., 0], W[..., 0], groups=2),
        ValueError,
        r"dy must have the shape of conv1d\(x, w\), \(2, 4, 3\), got \(4,\)",
    ),
    (
        lambda: nnlib.conv2d_vjp(np.ones((2, 4, 3, 3), "float32"), X, W, groups=2),
        TypeError,
        "dy must have the dtype of x, float64, got float32",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_arrays_of_two_libraries_are_refused():
    with pytest.raises(TypeError, match="x, w must be of one array library"):
        nnlib.conv2d(X, jax.numpy.asarray(W), groups=2)
