"""Batch normalisation, against hand-worked values, scikit-learn, JAX, and differentiation."""

from fractions import Fraction
from functools import partial
from math import prod

import jax
import numpy as np
import pytest
from helpers import central_difference, to_numpy
from sklearn.preprocessing import StandardScaler

import nnlib

RTOL = {"float32": 1e-6, "float64": 1e-13}  # of the largest value
GRAD_RTOL = {"float32": 2e-5, "float64": 1e-12}
SHAPES = [(6, 3), (4, 3, 5), (2, 3, 4, 5)]
shapes = pytest.mark.parametrize("shape", SHAPES)


def arguments(rng, shape, dtype="float64"):
    """x, γ, β, a mean and a variance unlike the batch's, and an upstream gradient."""
    channels = shape[1]
    x = rng.normal(2.0, 3.0, size=shape)
    gamma, beta, mean = (rng.normal(size=channels) for _ in range(3))
    var, dy = rng.uniform(0.5, 2.0, size=channels), rng.normal(size=shape)
    return [a.astype(dtype) for a in (x, gamma, beta, mean, var, dy)]


def close(result, expected, rtol):
    np.testing.assert_allclose(to_numpy(result), expected, rtol=0, atol=rtol * abs(expected).max())


def values_of_channels(x):
    """The values of each channel in a column: (m, C)."""
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


# --- Values


def test_by_hand(xp):
    # Channel 1 holds 1, 3, 5, 7: mean 4, variance (9 + 1 + 1 + 9)/4 = 5, and 5 + 4 = 3². Channel 2
    # holds -2, 2, -2, 2: mean 0, variance 4; 4 + 4 = 8.
    x = xp.asarray([[[1.0, 3.0], [-2.0, 2.0]], [[5.0, 7.0], [-2.0, 2.0]]])
    gamma, beta = xp.asarray([3.0, 8.0**0.5]), xp.asarray([10.0, 0.5])
    y = nnlib.batch_norm(x, gamma, beta, eps=4.0)
    np.testing.assert_allclose(
        to_numpy(y), [[[7, 9], [-1.5, 2.5]], [[11, 13], [-1.5, 2.5]]], rtol=1e-14
    )
    mean, var = nnlib.batch_statistics(x)
    np.testing.assert_allclose(to_numpy(mean), [4, 0], atol=1e-15)
    np.testing.assert_allclose(to_numpy(var), [5, 4], rtol=1e-15)
    # In testing: (x - 1)/√(12 + 4) · 3 + 10, and (x - 2)/√(4 + 4) · √8 + 0.5.
    given = xp.asarray([1.0, 2.0]), xp.asarray([12.0, 4.0])
    y = nnlib.batch_norm(x, gamma, beta, *given, eps=4.0)
    expected = [[[10, 11.5], [-3.5, 0.5]], [[13, 14.5], [-3.5, 0.5]]]
    np.testing.assert_allclose(to_numpy(y), expected, rtol=1e-14)


@shapes
def test_agrees_with_scikit_learn_and_jax(rng, shape):
    x, gamma, beta, *_ = arguments(rng, shape)
    columns = values_of_channels(x)
    mean, var = nnlib.batch_statistics(x)
    scaler = StandardScaler().fit(columns)
    np.testing.assert_allclose(mean, scaler.mean_, rtol=1e-13)
    np.testing.assert_allclose(var, scaler.var_, rtol=1e-13)
    y = values_of_channels(nnlib.batch_norm(x, gamma, beta, eps=1e-30))
    np.testing.assert_allclose(y, gamma * scaler.transform(columns) + beta, rtol=1e-12, atol=1e-13)
    y = values_of_channels(nnlib.batch_norm(x, gamma, beta, eps=1e-3))
    expected = gamma * jax.nn.standardize(columns, axis=0, epsilon=1e-3) + beta
    np.testing.assert_allclose(y, expected, rtol=1e-11, atol=1e-13)


@shapes
def test_the_batch_s_statistics_given_are_as_good_as_none(rng, shape):
    x, gamma, beta, *_ = arguments(rng, shape)
    given = nnlib.batch_norm(x, gamma, beta, *nnlib.batch_statistics(x))
    np.testing.assert_allclose(nnlib.batch_norm(x, gamma, beta), given, rtol=1e-12, atol=1e-13)


def test_eps_is_pytorch_s_by_default():
    # Two values 0.006 apart: variance 9e-6, and 9e-6 + 1e-5 under the root.
    y = nnlib.batch_norm(np.array([[0.0], [0.006]]), np.ones(1), np.zeros(1))
    np.testing.assert_allclose(y, np.array([[-1], [1]]) * 0.003 / 1.9e-5**0.5, rtol=1e-12)


# --- Gradients


def names(given):
    return ["x", "gamma", "beta", *(["mean", "var"] if given else [])]


@shapes
@pytest.mark.parametrize("given", [False, True], ids=["batch statistics", "given statistics"])
def test_vjp_agrees_with_central_differences_and_jax(rng, shape, given):
    x, gamma, beta, mean, var, dy = arguments(rng, shape)
    args = [x, gamma, beta, *([mean, var] if given else [])]
    gradients = nnlib.batch_norm_vjp(dy, *args, eps=0.1)
    forward = partial(nnlib.batch_norm, eps=0.1)
    by_jax = jax.vjp(jax.jit(forward), *args)[1](dy)
    for k, (name, gradient) in enumerate(zip(names(given), gradients, strict=True)):

        def objective(changed, k=k):
            return (dy * forward(*args[:k], changed, *args[k + 1 :])).sum()

        assert gradient.shape == args[k].shape
        close(gradient, central_difference(objective, args[k]), 1e-8)
        np.testing.assert_allclose(gradient, by_jax[k], rtol=1e-10, atol=1e-12, err_msg=name)


def test_batch_gradient_has_neither_a_constant_nor_a_slope(rng):
    # Shifting a channel changes nothing, and scaling it nearly nothing: eps is small.
    x, gamma, beta, *_, dy = arguments(rng, (8, 3, 4))
    dx, *_ = nnlib.batch_norm_vjp(dy, x, gamma, beta)
    np.testing.assert_allclose(dx.sum(axis=(0, 2)), 0, atol=1e-12)
    np.testing.assert_allclose((dx * x).sum(axis=(0, 2)), 0, atol=1e-4)
    assert abs(dx).max() > 0.1


# --- Special batches


@pytest.mark.parametrize("shape", [(1, 2), (7, 2), (3, 2, 4)])
def test_constant_channels_become_beta(xp, dtype, shape):
    # 0.1 has no exact mean in binary: the constant must not become rounding errors, magnified.
    x = xp.full(shape, 0.1, dtype=getattr(xp, dtype))
    gamma, beta = (xp.asarray(a, dtype=x.dtype) for a in ([100.0, 1.0], [3.0, -2.0]))
    y = to_numpy(nnlib.batch_norm(x, gamma, beta))
    expected = np.broadcast_to(np.reshape([3, -2], (1, 2) + (1,) * (len(shape) - 2)), shape)
    np.testing.assert_allclose(y, expected, rtol=RTOL[dtype])
    np.testing.assert_allclose(to_numpy(nnlib.batch_statistics(x)[1]), 0, atol=1e-15)
    dx, dgamma, dbeta = nnlib.batch_norm_vjp(x, x, gamma, beta)
    np.testing.assert_allclose(to_numpy(dx), 0, atol=3e4 * float(xp.finfo(x.dtype).eps))
    np.testing.assert_allclose(to_numpy(dgamma), 0, atol=1e-6)
    np.testing.assert_allclose(to_numpy(dbeta), 0.1 * prod(shape) / 2, rtol=1e-6)


@pytest.mark.parametrize("shape", [(5000, 2), (64, 2, 28, 28)])
@pytest.mark.parametrize("far", [0.0, 100.0])
def test_float32_is_as_accurate_as_float64_of_the_same_numbers(xp, rng, shape, far):
    x, gamma, beta, _, _, dy = arguments(rng, shape, "float32")
    x = (x + np.float32(far)).astype("float32")
    wide = [a.astype("float64") for a in (x, gamma, beta, dy)]
    args = [xp.asarray(a) for a in (x, gamma, beta)]
    y = nnlib.batch_norm(*args)
    assert y.dtype == xp.float32
    close(y, nnlib.batch_norm(*wide[:3]), RTOL["float32"])
    (mean, var), expected = nnlib.batch_statistics(args[0]), nnlib.batch_statistics(wide[0])
    close(mean, expected[0], 2e-7)
    close(var, expected[1], RTOL["float32"])
    gradients = nnlib.batch_norm_vjp(xp.asarray(dy), *args)
    for gradient, right in zip(gradients, nnlib.batch_norm_vjp(wide[3], *wide[:3]), strict=True):
        assert gradient.dtype == xp.float32
        close(gradient, right, GRAD_RTOL["float32"])


@shapes
def test_every_backend_and_dtype_leaves_arguments_alone(xp, dtype, rng, shape):
    *args, dy = arguments(rng, shape, dtype)
    before = [a.copy() for a in (*args, dy)]
    wide = [a.astype("float64") for a in args]
    y = nnlib.batch_norm(*map(xp.asarray, args))
    assert y.dtype == getattr(xp, dtype)
    close(y, nnlib.batch_norm(*wide), RTOL[dtype])
    gradients = nnlib.batch_norm_vjp(*map(xp.asarray, (dy, *args)))
    expected = nnlib.batch_norm_vjp(dy.astype("float64"), *wide)
    for gradient, right in zip(gradients, expected, strict=True):
        assert gradient.dtype == getattr(xp, dtype)
        close(gradient, right, GRAD_RTOL[dtype])
    for array, was in zip((*args, dy), before, strict=True):
        np.testing.assert_array_equal(array, was)


# --- Running statistics


def test_running_statistics_by_hand(xp, dtype):
    # The batch 1, 3, 5, 7 has the mean 4, and of the variance 20/3 with the divisor 4 - 1.
    dtype = getattr(xp, dtype)
    x = xp.asarray([[1.0], [3.0], [5.0], [7.0]], dtype=dtype)
    start = xp.asarray([10.0], dtype=dtype), xp.asarray([1.0], dtype=dtype)
    for options, share in (({}, Fraction(1, 10)), ({"momentum": 0.25}, Fraction(1, 4))):
        mean, var = nnlib.update_running_statistics(*start, x, **options)
        assert mean.dtype == var.dtype == dtype
        assert float(mean[0]) == pytest.approx(float(10 + share * (4 - 10)), rel=1e-6)
        assert float(var[0]) == pytest.approx(float(1 + share * (Fraction(20, 3) - 1)), rel=1e-6)
    assert float(start[0][0]) == 10


def test_running_statistics_forget_the_start_and_estimate_the_distribution(rng):
    mean, var = np.full(3, 50.0), np.full(3, 50.0)
    for _ in range(5000):
        x = rng.normal([1, 2, 3], [0.5, 1, 2], size=(5, 3))
        mean, var = nnlib.update_running_statistics(mean, var, x, momentum=0.002)
    np.testing.assert_allclose(mean, [1, 2, 3], rtol=0.05)
    # Unbiased: with the divisor 5 these would be a fifth too small.
    np.testing.assert_allclose(var, [0.25, 1, 4], rtol=0.1)


def test_momentum_0_and_1_are_the_limits(rng):
    x, mean, var = rng.normal(size=(7, 2, 3)), rng.normal(size=2), rng.uniform(size=2)
    kept = nnlib.update_running_statistics(mean, var, x, momentum=0)
    np.testing.assert_array_equal(kept, (mean, var))
    new = nnlib.update_running_statistics(mean, var, x, momentum=1)
    columns = values_of_channels(x)
    for result, right in zip(new, (columns.mean(axis=0), columns.var(axis=0, ddof=1)), strict=True):
        np.testing.assert_allclose(result, right, rtol=1e-13)


# --- Bad input

X, ONE = np.ones((4, 3, 2)), np.ones(3)
norm, norm_vjp = nnlib.batch_norm, nnlib.batch_norm_vjp
statistics, update = nnlib.batch_statistics, nnlib.update_running_statistics
BAD = [
    (lambda: norm([1.0], ONE, ONE), TypeError, "x must be an array .* got list"),
    (lambda: norm(X.astype(int), ONE, ONE), TypeError, "x must have a real floating-point dtype"),
    (lambda: norm(ONE, ONE, ONE), ValueError, r"x must have the shape \(N, C, \.\.\.\).* \(3,\)"),
    (lambda: norm(X, ONE[:2], ONE), ValueError, r"gamma must have the shape \(3,\).* got \(2,\)"),
    (lambda: norm(X, ONE, ONE[None]), ValueError, r"beta must have .* \(3,\).* got \(1, 3\)"),
    (lambda: norm(X, ONE, ONE, ONE), ValueError, "mean and var must be given both, or neither"),
    (lambda: norm(X, ONE, ONE, None, ONE), ValueError, "mean and var must be given both"),
    (lambda: norm(X, ONE, ONE, ONE, -ONE), ValueError, "var must be non-negative"),
    (lambda: norm(X, ONE, ONE, ONE, ONE[:1]), ValueError, r"var must have the shape \(3,\)"),
    (lambda: norm(X, ONE.astype("float32"), ONE), TypeError, "gamma must have the dtype of x"),
    (lambda: norm(X, ONE, ONE, eps=0.0), ValueError, "eps must be positive and finite, got 0.0"),
    (lambda: norm(X[:0], ONE, ONE), ValueError, r"x must have a value .* got .*\(0, 3, 2\)"),
    (lambda: norm_vjp(X[:2], X, ONE, ONE), ValueError, r"dy must have .* \(4, 3, 2\), got \(2, "),
    (lambda: norm_vjp(X, X, ONE, ONE[:1]), ValueError, "beta must have the shape"),
    (lambda: statistics(ONE), ValueError, "x must have the shape"),
    (lambda: statistics(X[..., :0]), ValueError, "x must have a value in each channel"),
    (lambda: update(ONE, ONE, X[:1, :, 0]), ValueError, r"x must have two values or .*\(1, 3\)"),
    (lambda: update(ONE[:2], ONE, X), ValueError, "running_mean must have the shape"),
    (lambda: update(ONE, -ONE, X), ValueError, "running_var must be non-negative"),
    (lambda: update(ONE, ONE, X, momentum=1.5), ValueError, "momentum must be at most 1, got 1.5"),
    (lambda: update(ONE, ONE, X, momentum=-1), ValueError, "momentum must be 0 or more"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
