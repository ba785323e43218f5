"""Softmax and its relatives, against values worked by hand, SciPy and differentiation."""

import jax
import numpy as np
import pytest
import scipy.special
from helpers import central_difference, to_numpy

import nnlib

SHAPES = [(1,), (4,), (3, 5), (2, 3, 4)]
RTOL = {"float32": 2e-6, "float64": 1e-14}


def sample(rng, shape, dtype="float64", scale=3.0):
    z = (scale * rng.standard_normal(shape)).astype(dtype)
    assert z.size == 1 or np.ptp(z) > 0.1
    return z


# By hand: e^(ln a) = a, so the outputs are a over the sum of the a.
BY_HAND = [
    ([1.0, 2.0, 5.0], [1 / 8, 2 / 8, 5 / 8]),
    ([1.0, 1.0, 1.0, 1.0], [1 / 4, 1 / 4, 1 / 4, 1 / 4]),
    ([3.0, 1.0], [3 / 4, 1 / 4]),
    ([7.0], [1.0]),
]


@pytest.mark.parametrize(("weights", "expected"), BY_HAND)
def test_softmax_by_hand(xp, dtype, weights, expected):
    z = xp.log(xp.asarray(weights, dtype=getattr(xp, dtype)))
    y = nnlib.softmax(z)
    assert y.dtype == z.dtype
    np.testing.assert_allclose(to_numpy(y), expected, rtol=RTOL[dtype])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("function", "reference"),
    [
        (nnlib.softmax, scipy.special.softmax),
        (nnlib.log_softmax, scipy.special.log_softmax),
        (nnlib.logsumexp, scipy.special.logsumexp),
    ],
)
def test_agrees_with_scipy_along_every_axis(xp, dtype, rng, shape, function, reference):
    z = sample(rng, shape, dtype)
    for axis in range(-z.ndim, z.ndim):
        result = function(xp.asarray(z), axis=axis)
        expected = reference(z.astype("float64"), axis=axis)
        assert result.dtype == getattr(xp, dtype)
        assert result.shape == expected.shape
        np.testing.assert_allclose(to_numpy(result), expected, rtol=RTOL[dtype], atol=RTOL[dtype])


def test_softmax_is_a_distribution_that_a_shift_leaves_alone(rng):
    z = sample(rng, (6, 5))
    y = nnlib.softmax(z)
    assert (y > 0).all()
    np.testing.assert_allclose(y.sum(axis=-1), 1, rtol=1e-15)
    np.testing.assert_allclose(nnlib.softmax(z + 123.456), y, rtol=1e-12)


def test_logsumexp_keepdims(xp):
    z = xp.zeros((2, 3, 4))
    assert nnlib.logsumexp(z, axis=1).shape == (2, 4)
    assert nnlib.logsumexp(z, axis=1, keepdims=True).shape == (2, 1, 4)


# Limits by hand: the largest logit takes all, equal ones share, log-probabilities are differences.
EXTREME = [
    ([1e4, 0.0, -1e4], [1, 0, 0], [0, -1e4, -2e4], 1e4),
    ([-1e4, -1e4], [0.5, 0.5], [-np.log(2), -np.log(2)], -1e4 + np.log(2)),
    ([1e4, 1e4, -1e4], [0.5, 0.5, 0], [-np.log(2), -np.log(2), -2e4 - np.log(2)], 1e4 + np.log(2)),
]


@pytest.mark.parametrize(("z", "y", "log_y", "lse"), EXTREME)
def test_extreme_logits_give_the_limits_without_a_warning(xp, dtype, z, y, log_y, lse):
    z = xp.asarray(z, dtype=getattr(xp, dtype))
    np.testing.assert_allclose(to_numpy(nnlib.softmax(z)), y, rtol=RTOL[dtype])
    np.testing.assert_allclose(to_numpy(nnlib.log_softmax(z)), log_y, rtol=RTOL[dtype])
    np.testing.assert_allclose(to_numpy(nnlib.logsumexp(z)), lse, rtol=RTOL[dtype])
    np.testing.assert_allclose(to_numpy(nnlib.softmax_vjp(xp.ones_like(z), z)), 0, atol=1e-6)
    assert np.isfinite(to_numpy(nnlib.softmax_jacobian(z))).all()


def test_masked_logit_has_probability_zero():
    np.testing.assert_array_equal(nnlib.softmax(np.array([0.0, -np.inf, 0.0])), [0.5, 0, 0.5])


def test_temperature_divides_the_logits(xp, dtype, rng):
    z = sample(rng, (3, 4), dtype)
    for function, reference in [
        (nnlib.softmax, scipy.special.softmax),
        (nnlib.log_softmax, scipy.special.log_softmax),
    ]:
        result = function(xp.asarray(z), temperature=np.float64(2.5))
        assert result.dtype == getattr(xp, dtype)
        expected = reference(z.astype("float64") / 2.5, axis=-1)
        np.testing.assert_allclose(to_numpy(result), expected, rtol=RTOL[dtype] * 2)


def test_temperature_limits():
    z = np.array([1.0, 3.0, 3.0, 2.0])
    np.testing.assert_allclose(nnlib.softmax(z, temperature=1e-6), [0, 0.5, 0.5, 0], atol=1e-15)
    np.testing.assert_allclose(nnlib.softmax(z, temperature=1e9), 0.25, rtol=1e-8)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_jacobian_agrees_with_central_differences_and_jax(rng, temperature):
    z = sample(rng, (2, 4))
    jacobian = nnlib.softmax_jacobian(z, temperature=temperature)
    assert jacobian.shape == (2, 4, 4)
    for n, i in np.ndindex(2, 4):
        by_differences = central_difference(
            lambda x, i=i: nnlib.softmax(x, temperature=temperature)[i], z[n]
        )
        np.testing.assert_allclose(jacobian[n, i], by_differences, rtol=1e-7, atol=1e-11)
    by_jax = jax.vmap(jax.jacobian(lambda x: nnlib.softmax(x, temperature=temperature)))(z)
    np.testing.assert_allclose(jacobian, by_jax, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("temperature", [1.0, 0.3])
def test_vjp_agrees_with_the_jacobian_and_jax(rng, shape, temperature):
    z, dy = sample(rng, shape), sample(rng, shape)
    for axis in range(z.ndim):
        dz = nnlib.softmax_vjp(dy, z, axis=axis, temperature=temperature)
        _, pull = jax.vjp(lambda x, a=axis: nnlib.softmax(x, axis=a, temperature=temperature), z)
        np.testing.assert_allclose(dz, pull(dy)[0], rtol=1e-12, atol=1e-13)
    jacobian = nnlib.softmax_jacobian(z, temperature=temperature)
    np.testing.assert_allclose(
        dz, np.einsum("...i,...ij->...j", dy, jacobian), rtol=1e-12, atol=1e-13
    )


def test_vjp_and_jacobian_on_every_backend(xp, dtype, rng):
    z, dy = sample(rng, (3, 4), dtype), sample(rng, (3, 4), dtype)
    for result, expected in [
        (nnlib.softmax_vjp(xp.asarray(dy), xp.asarray(z)), nnlib.softmax_vjp(dy, z)),
        (nnlib.softmax_jacobian(xp.asarray(z)), nnlib.softmax_jacobian(z)),
    ]:
        assert result.dtype == getattr(xp, dtype)
        np.testing.assert_allclose(to_numpy(result), expected, rtol=1e-5, atol=RTOL[dtype])


@pytest.mark.parametrize("function", [nnlib.softmax, nnlib.log_softmax, nnlib.softmax_jacobian])
def test_jit_and_vmap_change_nothing(rng, function):
    z = sample(rng, (3, 4))
    np.testing.assert_allclose(jax.jit(function)(z), function(z), rtol=1e-14)
    np.testing.assert_allclose(jax.vmap(function)(z), function(z), rtol=1e-14)


def test_the_caller_s_array_is_left_alone(rng):
    z = sample(rng, (3, 4))
    before = z.copy()
    for function in (nnlib.softmax, nnlib.log_softmax, nnlib.logsumexp, nnlib.softmax_jacobian):
        function(z)
    np.testing.assert_array_equal(z, before)


Z = np.zeros((2, 3))
BAD = [
    (lambda: nnlib.softmax([1.0, 2.0]), TypeError, "z must be an array .* got list"),
    (lambda: nnlib.softmax(np.arange(3)), TypeError, "z must have a real floating-point dtype"),
    (lambda: nnlib.softmax(Z + 1j), TypeError, "z must have a real floating-point dtype"),
    (lambda: nnlib.softmax(np.array(1.0)), ValueError, "axis must be one of z's 0 axes, got -1"),
    (lambda: nnlib.softmax(Z, axis=2), ValueError, "axis must be one of z's 2 axes, got 2"),
    (lambda: nnlib.softmax(Z, axis=0.5), TypeError, "axis must be an integer, got float"),
    (lambda: nnlib.softmax(Z[:, :0]), ValueError, r"z must not be empty along axis -1, .*\(2, 0\)"),
    (lambda: nnlib.softmax(Z, temperature=0), ValueError, "temperature must be positive"),
    (lambda: nnlib.softmax(Z, temperature=-1.0), ValueError, "temperature must be positive"),
    (lambda: nnlib.softmax(Z, temperature=np.nan), ValueError, "temperature must be positive"),
    (lambda: nnlib.softmax(Z, temperature=np.inf), ValueError, "temperature must be .* finite"),
    (lambda: nnlib.softmax(Z, temperature="1"), TypeError, "temperature must be a real number"),
    (lambda: nnlib.log_softmax(Z, temperature=0), ValueError, "temperature must be positive"),
    (lambda: nnlib.logsumexp(Z, axis=-3), ValueError, "axis must be one of z's 2 axes, got -3"),
    (lambda: nnlib.softmax_jacobian(1.0), TypeError, "z must be an array"),
    (lambda: nnlib.softmax_vjp(Z[0], Z), ValueError, r"dy must have the shape of z, \(2, 3\)"),
    (lambda: nnlib.softmax_vjp(Z, Z, temperature=0), ValueError, "temperature must be positive"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
