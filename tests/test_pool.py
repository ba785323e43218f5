"""Pooling, against hand-worked values, loops over windows, JAX's windows and its derivatives."""

from itertools import product

import jax
import numpy as np
import pytest
from helpers import central_difference, to_numpy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import nnlib

RTOL = {"float32": 1e-6, "float64": 1e-14}
EXAMPLES = settings(max_examples=100, derandomize=True, deadline=None, database=None)


def pads(padding, shape, size, stride):
    """Rows and columns before and after: of "same" by the rule in TensorFlow's documentation."""
    if padding == "valid":
        padding = 0
    if padding != "same":
        return [(p, p) for p in (padding if isinstance(padding, tuple) else (padding,) * 2)]
    along = []
    for n, k, s in zip(shape, size, stride, strict=True):
        total = max(k - s, 0) if n % s == 0 else max(k - n % s, 0)
        along.append((total // 2, total - total // 2))
    return along


def windows(x, size, stride, padding):
    """For each output: its place, and the places in x (row by row) that its window covers."""
    size = size if isinstance(size, tuple) else (size, size)
    stride = size if stride is None else stride if isinstance(stride, tuple) else (stride, stride)
    (top, bottom), (left, right) = pads(padding, x.shape[2:], size, stride)
    H, W = x.shape[2:]
    rows = range(0, top + H + bottom - size[0] + 1, stride[0])
    columns = range(0, left + W + right - size[1] + 1, stride[1])
    for (p, i), (q, j) in product(enumerate(rows), enumerate(columns)):
        places = product(range(i - top, i - top + size[0]), range(j - left, j - left + size[1]))
        yield (p, q), [(a, b) for a, b in places if 0 <= a < H and 0 <= b < W], size[0] * size[1]


def by_loops(kind, x, size, dy=None, *, stride=None, padding=0):
    """The output, and the gradient at the input, by the definition: window by window."""
    y, dx = {}, np.zeros_like(x)
    for n, c in np.ndindex(*x.shape[:2]):
        for place, covered, area in windows(x, size, stride, padding):
            values = [x[n, c, a, b] for a, b in covered]
            v = 1.0 if dy is None else dy[n, c, *place]
            if kind == "max":
                y[n, c, *place] = max(values)
                first = covered[values.index(max(values))]
                dx[n, c, *first] += v
            else:
                y[n, c, *place] = sum(values) / area
                for a, b in covered:
                    dx[n, c, a, b] += v / area
    shape = tuple(1 + max(index[axis] for index in y) for axis in range(4))
    return np.array([y[index] for index in np.ndindex(*shape)]).reshape(shape), dx


FUNCTIONS = {
    "max": (nnlib.max_pool2d, nnlib.max_pool2d_vjp),
    "avg": (nnlib.avg_pool2d, nnlib.avg_pool2d_vjp),
}
kinds = pytest.mark.parametrize("kind", FUNCTIONS)


@st.composite
def poolings(draw):
    """Shape of x, size of the window, and options that fit."""
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 2)), *draw_pair(draw, 1, 7))
    size = draw_pair(draw, 1, 3)
    stride = draw(st.none() | st.integers(1, 3) | st.tuples(*[st.integers(1, 4)] * 2))
    around = st.tuples(*(st.integers(0, k - 1) for k in size)) | st.sampled_from(["same", "valid"])
    padding = draw(around | st.integers(0, min(size) - 1))
    steps = size if stride is None else stride if isinstance(stride, tuple) else (stride, stride)
    along = pads(padding, shape[2:], size, steps)
    assume(all(n + sum(p) >= k for n, p, k in zip(shape[2:], along, size, strict=True)))
    return shape, size, {"stride": stride, "padding": padding}


def draw_pair(draw, least, most):
    return draw(st.tuples(*[st.integers(least, most)] * 2))


# --- Values and gradients


def test_max_pool_by_hand(xp):
    x = xp.asarray([[[[1.0, 5.0, 2.0, 8.0, 9.0], [3.0, 4.0, 7.0, 6.0, 9.0], [9.0] * 5]]])
    # Windows of 2 × 2 side by side; the third row and the fifth column fill none.
    np.testing.assert_array_equal(to_numpy(nnlib.max_pool2d(x, 2)), [[[[5, 8]]]])
    overlapping = nnlib.max_pool2d(x, 2, stride=1)
    np.testing.assert_array_equal(to_numpy(overlapping), [[[[5, 7, 8, 9], [9, 9, 9, 9]]]])
    columns = nnlib.max_pool2d(x, (3, 1), stride=(1, 2))
    np.testing.assert_array_equal(to_numpy(columns), [[[[9, 9, 9]]]])


def test_avg_pool_by_hand(xp):
    x = xp.asarray([[[[1.0, 5.0, 2.0], [3.0, 4.0, 7.0]]]])
    np.testing.assert_array_equal(to_numpy(nnlib.avg_pool2d(x, 2)), [[[[13 / 4]]]])
    np.testing.assert_array_equal(to_numpy(nnlib.avg_pool2d(x, 2, stride=1)), [[[[3.25, 4.5]]]])
    # The zeros around are counted: 1, 5, 2 each with three zeros, or the sum of two with two.
    padded = nnlib.avg_pool2d(x, 2, padding=1)
    np.testing.assert_array_equal(to_numpy(padded), [[[[1 / 4, 7 / 4], [3 / 4, 11 / 4]]]])


def test_global_avg_pool_by_hand(xp):
    x = xp.asarray([[[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]], [[0.0, 0.0, 0.0], [0.0, 0.0, -6.0]]]])
    np.testing.assert_array_equal(to_numpy(nnlib.global_avg_pool2d(x)), [[4, -1]])
    dx = nnlib.global_avg_pool2d_vjp(xp.asarray([[6.0, 12.0]]), x)
    np.testing.assert_array_equal(to_numpy(dx), [[[[1, 1, 1]] * 2, [[2, 2, 2]] * 2]])


@EXAMPLES
@given(poolings(), st.integers(0, 2**32 - 1))
def test_pooling_agrees_with_loops_over_windows(pooling, seed):
    shape, size, options = pooling
    rng = np.random.default_rng(seed)
    # Few different numbers, all negative: ties are frequent, and what is put around must not win.
    x = rng.integers(-4, 0, shape) - 0.5
    for kind, (pool, pool_vjp) in FUNCTIONS.items():
        y = pool(x, size, **options)
        dy = rng.normal(size=y.shape)
        expected, gradient = by_loops(kind, x, size, dy, **options)
        np.testing.assert_allclose(y, expected, rtol=1e-13)
        dx = pool_vjp(dy, x, size, **options)
        np.testing.assert_allclose(dx, gradient, rtol=1e-10, atol=1e-13)


@EXAMPLES
@given(poolings(), st.integers(0, 2**32 - 1))
def test_vjp_is_the_adjoint_of_the_derivative(pooling, seed):
    shape, size, options = pooling
    rng = np.random.default_rng(seed)
    # Between neighbouring numbers, the maximum is linear: a step of 1/4 each way finds its slope.
    x = rng.permutation(np.prod(shape)).reshape(shape).astype("float64")
    step = rng.uniform(-1 / 4, 1 / 4, size=shape)
    for pool, pool_vjp in FUNCTIONS.values():
        forward = (pool(x + step, size, **options) - pool(x - step, size, **options)) / 2
        dy = rng.normal(size=forward.shape)
        backward = pool_vjp(dy, x, size, **options)
        assert (dy * forward).sum() == pytest.approx((backward * step).sum(), rel=1e-10, abs=1e-10)


CASES = [
    ((2, 3, 8, 8), (2, 2), {}),
    ((2, 3, 7, 9), (3, 3), {"stride": 2, "padding": 1}),
    ((1, 2, 6, 5), (3, 2), {"stride": (1, 2), "padding": (1, 0)}),
    ((2, 1, 7, 5), (2, 3), {"stride": 2, "padding": "same"}),
    ((1, 2, 5, 8), (1, 3), {"stride": (2, 1), "padding": "valid"}),
]


@kinds
@pytest.mark.parametrize(("shape", "size", "options"), CASES)
def test_pooling_agrees_with_jax_s_windows_and_their_gradients(rng, kind, shape, size, options):
    x = rng.normal(size=shape)
    stride = options.get("stride") or size
    stride = stride if isinstance(stride, tuple) else (stride, stride)
    padding = options.get("padding", 0)
    if not isinstance(padding, str):
        padding = [(0, 0), (0, 0), *pads(padding, shape[2:], size, stride)]
    else:
        padding = padding.upper()
    start, combine = {"max": (-np.inf, jax.lax.max), "avg": (0.0, jax.lax.add)}[kind]

    @jax.jit
    def reference(x):
        y = jax.lax.reduce_window(x, start, combine, (1, 1, *size), (1, 1, *stride), padding)
        return y / (np.prod(size) if kind == "avg" else 1)

    pool, pool_vjp = FUNCTIONS[kind]
    expected, pull = jax.vjp(reference, x)
    np.testing.assert_allclose(pool(x, size, **options), expected, rtol=1e-13)
    dy = rng.normal(size=expected.shape)
    expected = np.asarray(pull(dy)[0])
    np.testing.assert_allclose(pool_vjp(dy, x, size, **options), expected, rtol=1e-10, atol=1e-13)
    # The same source, differentiated.
    _, pull = jax.vjp(jax.jit(lambda x: pool(x, size, **options)), x)
    np.testing.assert_allclose(pull(dy)[0], expected, rtol=1e-10, atol=1e-13)


def test_global_avg_pool_agrees_with_a_window_of_the_whole_image(rng):
    x, dy = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3))
    expected = nnlib.avg_pool2d(x, (4, 5))[:, :, 0, 0]
    np.testing.assert_allclose(nnlib.global_avg_pool2d(x), expected, rtol=1e-13)
    dx = nnlib.global_avg_pool2d_vjp(dy, x)
    differences = central_difference(lambda x: (dy * nnlib.global_avg_pool2d(x)).sum(), x)
    np.testing.assert_allclose(dx, differences, rtol=1e-9, atol=1e-12)


def test_of_equal_numbers_the_first_gets_the_gradient_row_by_row(xp):
    x = xp.asarray([[[[0.0, 7.0, 7.0], [7.0, 7.0, 0.0]]]])
    dx = nnlib.max_pool2d_vjp(xp.asarray([[[[1.0, 10.0]]]]), x, 2, stride=1)
    # The first window's 7s stand at (0, 1), (1, 0), (1, 1); the second's at (0, 1), (0, 2), (1, 1).
    np.testing.assert_array_equal(to_numpy(dx), [[[[0, 11, 0], [0, 0, 0]]]])
    dx = nnlib.max_pool2d_vjp(xp.ones((1, 1, 1, 1)), xp.zeros((1, 1, 3, 3)), 3)
    np.testing.assert_array_equal(to_numpy(dx)[0, 0], [[1, 0, 0], [0, 0, 0], [0, 0, 0]])


def test_what_is_put_around_never_wins(xp, dtype):
    x = xp.full((1, 1, 2, 2), -3.0, dtype=getattr(xp, dtype))
    y = nnlib.max_pool2d(x, 3, stride=1, padding=2)
    np.testing.assert_array_equal(to_numpy(y), np.full((1, 1, 4, 4), -3))
    assert y.dtype == x.dtype
    # Each window gives its gradient to a pixel, and none to what is around.
    dx = nnlib.max_pool2d_vjp(xp.ones_like(y), x, 3, stride=1, padding=2)
    assert float(xp.sum(dx)) == 16


@kinds
def test_every_backend_and_dtype(xp, dtype, rng, kind):
    pool, pool_vjp = FUNCTIONS[kind]
    options = {"stride": 2, "padding": 1}
    x = rng.normal(size=(2, 3, 6, 7)).astype(dtype)
    dy = rng.normal(size=(2, 3, 3, 4)).astype(dtype)
    before = x.copy(), dy.copy()
    y = pool(xp.asarray(x), 3, **options)
    dx = pool_vjp(xp.asarray(dy), xp.asarray(x), 3, **options)
    wide = x.astype("float64"), dy.astype("float64")
    expected, gradient = by_loops(kind, wide[0], 3, wide[1], **options)
    for result, right in ((y, expected), (dx, gradient)):
        assert result.dtype == getattr(xp, dtype)
        np.testing.assert_allclose(to_numpy(result), right, atol=RTOL[dtype] * abs(right).max())
    for array, was in zip((x, dy), before, strict=True):
        np.testing.assert_array_equal(array, was)


def test_infinite_pixels_pass_the_maximum(xp):
    x = xp.asarray([[[[-xp.inf, 1.0, xp.inf, 1.0]]]])
    np.testing.assert_array_equal(to_numpy(nnlib.max_pool2d(x, (1, 2))), [[[[1, np.inf]]]])


def test_an_empty_batch_stays_empty(xp):
    x = xp.zeros((0, 3, 4, 4))
    for pool, pool_vjp in FUNCTIONS.values():
        assert pool(x, 2).shape == (0, 3, 2, 2)
        assert pool_vjp(xp.zeros((0, 3, 2, 2)), x, 2).shape == x.shape


X, DY = np.ones((1, 2, 4, 5)), np.ones((1, 2, 2, 2))
most, most_vjp = FUNCTIONS["max"]
mean, mean_vjp = FUNCTIONS["avg"]
everywhere, everywhere_vjp = nnlib.global_avg_pool2d, nnlib.global_avg_pool2d_vjp
BAD = [
    (lambda: most([1.0], 2), TypeError, "x must be an array .* got list"),
    (lambda: most(X.astype(int), 2), TypeError, "x must have a real floating-point dtype"),
    (lambda: most(X[0], 2), ValueError, r"x must have the shape \(N, C, H, W\).* got \(2, 4, 5\)"),
    (lambda: most(X, 2.0), TypeError, "size must be an integer.* got 2.0"),
    (lambda: most(X, (2, 2, 2)), ValueError, "size must have one integer for each of 2 axes"),
    (lambda: most(X, 0), ValueError, "size must be 1 or more, got 0"),
    (lambda: most(X, 2, stride=0), ValueError, "stride must be 1 or more, got 0"),
    (lambda: most(X, 2, padding=-1), ValueError, "padding must be 0 or more, got -1"),
    (lambda: most(X, 2, padding="SAME"), ValueError, "padding must be .*'SAME'"),
    (lambda: most(X, 2, padding=(1, 2)), ValueError, "padding must be less than .* W it is 2.* 2"),
    (lambda: most(X, 5), ValueError, r"window must fit into x.* 5 elements along H.* 0 \+ 4 \+ 0"),
    (lambda: mean(X, 2, padding=2), ValueError, "padding must be less than size.* H it is 2"),
    (lambda: most_vjp(X, X, 2), ValueError, r"dy must .* max_pool2d.* \(1, 2, 2, 2\), got"),
    (lambda: mean_vjp(X, X, 2), ValueError, r"dy must .* avg_pool2d.* \(1, 2, 2, 2\), got"),
    (lambda: most_vjp(DY.astype("float32"), X, 2), TypeError, "dy must have the dtype of x"),
    (lambda: everywhere(X[0]), ValueError, "x must have the shape"),
    (lambda: everywhere(X[..., :0]), ValueError, r"x must have .* got \(1, 2, 4, 0\)"),
    (lambda: everywhere_vjp(DY, X), ValueError, r"dy must have .* global_avg.* \(1, 2\), got"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
