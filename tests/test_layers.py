"""The linear layer and its gradients, against loops, hand-worked values and differentiation."""

import jax
import numpy as np
import pytest
from helpers import central_difference, to_numpy

import nnlib

RTOL = {"float32": 2e-6, "float64": 1e-13}
SHAPES = [(3,), (5, 3), (2, 4, 3)]  # of x; the last axis is that of the inputs


def arguments(rng, shape, dtype="float64"):
    """x, W, b and an upstream gradient, none of which has zeros."""
    x, W, b = rng.normal(size=shape), rng.normal(size=(3, 4)), rng.normal(size=4)
    dy = rng.normal(size=(*shape[:-1], 4))
    return [a.astype(dtype) for a in (x, W, b, dy)]


def test_linear_by_hand(xp):
    # Two people's hours and the pay of two jobs: 10·1 + 20·3 + 5 = 75, 10·2 + 20·4 + 6 = 106, …
    x = xp.asarray([[10.0, 20.0], [1.0, 0.0]])
    W, b = xp.asarray([[1.0, 2.0], [3.0, 4.0]]), xp.asarray([5.0, 6.0])
    np.testing.assert_array_equal(to_numpy(nnlib.linear(x, W, b)), [[75, 106], [6, 8]])


@pytest.mark.parametrize("shape", SHAPES)
def test_linear_agrees_with_a_loop(xp, dtype, rng, shape):
    x, W, b, _ = arguments(rng, shape, dtype)
    expected = np.empty((*shape[:-1], 4))
    for n in np.ndindex(shape[:-1]):
        for k in range(4):
            expected[n][k] = sum(x[n][j] * W[j, k] for j in range(3)) + b[k]
    z = nnlib.linear(*(xp.asarray(a) for a in (x, W, b)))
    assert z.dtype == getattr(xp, dtype)
    np.testing.assert_allclose(to_numpy(z), expected, rtol=RTOL[dtype], atol=RTOL[dtype])


@pytest.mark.parametrize("shape", SHAPES)
def test_vjp_agrees_with_central_differences_and_jax(rng, shape):
    x, W, b, dy = arguments(rng, shape)
    gradients = nnlib.linear_vjp(dy, x, W, b)

    def objective(**changed):
        args = {"x": x, "W": W, "b": b} | changed
        return (dy * nnlib.linear(*args.values())).sum()

    _, pull = jax.vjp(nnlib.linear, x, W, b)
    args = {"x": x, "W": W, "b": b}
    for (name, a), gradient, by_jax in zip(args.items(), gradients, pull(dy), strict=True):
        assert gradient.shape == a.shape
        differences = central_difference(lambda a, name=name: objective(**{name: a}), a)
        np.testing.assert_allclose(gradient, differences, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(gradient, by_jax, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("shape", SHAPES)
def test_vjp_on_every_backend_leaves_its_arguments_alone(xp, dtype, rng, shape):
    x, W, b, dy = arguments(rng, shape, dtype)
    before = [a.copy() for a in (dy, x, W, b)]
    expected = nnlib.linear_vjp(*(a.astype("float64") for a in (dy, x, W, b)))
    gradients = nnlib.linear_vjp(*(xp.asarray(a) for a in (dy, x, W, b)))
    for gradient, right in zip(gradients, expected, strict=True):
        assert gradient.dtype == getattr(xp, dtype)
        np.testing.assert_allclose(to_numpy(gradient), right, rtol=RTOL[dtype], atol=1e-5)
    for a, was in zip((dy, x, W, b), before, strict=True):
        np.testing.assert_array_equal(a, was)


X, W, B = np.ones((5, 3)), np.ones((3, 4)), np.ones(4)
BAD = [
    (lambda: nnlib.linear([1.0], W, B), TypeError, "x must be an array"),
    (lambda: nnlib.linear(X, W.astype(int), B), TypeError, "W must have a real floating-point"),
    (lambda: nnlib.linear(X, B, B), ValueError, r"W must have the shape \(in, out\), got \(4,\)"),
    (lambda: nnlib.linear(X.T, W, B), ValueError, r"x must have .* \(\.\.\., 3\).*got \(3, 5\)"),
    (lambda: nnlib.linear(np.array(1.0), W, B), ValueError, r"x must have the shape \(\.\.\., 3\)"),
    (lambda: nnlib.linear(X, W, B[:1]), ValueError, r"b must have the shape \(4,\).*got \(1,\)"),
    (lambda: nnlib.linear_vjp(X, X, W, B), ValueError, r"dy must have .* \(5, 4\), got \(5, 3\)"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
