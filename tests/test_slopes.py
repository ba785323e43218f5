"""PReLU's and RReLU's slopes: one for all, one for each unit, drawn at random."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from helpers import to_numpy

import nnlib

Z = np.array([[-2.0, -2.0, 4.0], [1.0, 0.0, -4.0]])


# --- PReLU


def test_prelu_with_a_slope_for_each_unit(xp, dtype):
    z, slope = (xp.asarray(a, dtype=getattr(xp, dtype)) for a in (Z, np.array([0.25, 0.5, -1])))
    for function, expected in [
        (nnlib.prelu, [[-0.5, -1, 4], [1, 0, 4]]),
        (nnlib.prelu_deriv, [[0.25, 0.5, 1], [1, 0.5, -1]]),
        (nnlib.prelu_slope_deriv, [[-2, -2, 0], [0, 0, -4]]),
    ]:
        result = function(z, slope)
        assert result.dtype == z.dtype
        np.testing.assert_array_equal(to_numpy(result), expected)


@pytest.mark.parametrize("function", [nnlib.prelu, nnlib.prelu_deriv, nnlib.prelu_slope_deriv])
def test_prelu_slope_may_be_a_number_or_any_array_that_broadcasts(xp, dtype, function):
    z = xp.asarray(Z, dtype=getattr(xp, dtype))
    expected = to_numpy(function(z, 0.25))
    for shape in [(), (1,), (3,), (2, 1), (2, 3)]:
        for slope_dtype in (xp.float32, xp.float64):
            result = function(z, xp.full(shape, 0.25, dtype=slope_dtype))
            assert result.dtype == z.dtype
            np.testing.assert_array_equal(to_numpy(result), expected)
    np.testing.assert_array_equal(to_numpy(function(z, negative_slope=0.25)), expected)


def test_prelu_derivatives_are_those_that_jax_finds(rng):
    z, dy, slope = rng.standard_normal((4, 3)), rng.standard_normal((4, 3)), rng.random(3)
    _, pull = jax.vjp(nnlib.prelu, z, slope)
    dz, dslope = pull(dy)
    np.testing.assert_allclose(dy * nnlib.prelu_deriv(z, slope), dz, rtol=1e-14)
    gradient = (dy * nnlib.prelu_slope_deriv(z, slope)).sum(axis=0)
    np.testing.assert_allclose(gradient, dslope, rtol=1e-14)
    np.testing.assert_allclose(jax.jit(nnlib.prelu)(z, slope), nnlib.prelu(z, slope), rtol=1e-14)


BAD_SLOPES = [
    ([0.25], TypeError, "negative_slope must be a real number, got list"),
    (None, TypeError, "negative_slope must be a real number, got NoneType"),
    (np.nan, ValueError, "negative_slope must be finite, got nan"),
    (np.array(1), TypeError, "negative_slope must have a real floating-point dtype, got int"),
    (jnp.zeros(3), TypeError, "z, negative_slope must be of one array library"),
    (
        np.zeros(2),
        ValueError,
        r"negative_slope must broadcast to the shape of z, \(2, 3\), got \(2,\)",
    ),
    (np.zeros((1, 2, 3)), ValueError, r"negative_slope must broadcast .*, got \(1, 2, 3\)"),
]


@pytest.mark.parametrize(("slope", "error", "message"), BAD_SLOPES)
@pytest.mark.parametrize("function", [nnlib.prelu, nnlib.prelu_deriv, nnlib.prelu_slope_deriv])
def test_bad_slopes_are_named(function, slope, error, message):
    with pytest.raises(error, match=message):
        function(Z, slope)
    with pytest.raises(ValueError, match=r"of z, \(2, 1\), got \(2, 3\)"):
        function(Z[:, :1], Z)  # would make the result larger than z


# --- RReLU


def test_rrelu_draws_slopes_uniformly_between_the_bounds(xp, dtype):
    z = xp.asarray(np.stack([-np.ones((40, 100)), np.ones((40, 100))]))
    z = xp.astype(z, getattr(xp, dtype))
    y = nnlib.rrelu(z, lower=0.1, upper=0.5, rng=np.random.default_rng(1))
    assert y.dtype == z.dtype
    negative, positive = to_numpy(y)
    slopes = -negative.reshape(-1)
    assert len(np.unique(slopes)) > 3900
    assert scipy.stats.kstest(slopes, scipy.stats.uniform(0.1, 0.4).cdf).pvalue > 0.01
    assert abs(slopes.mean() - 0.3) < 5 * 0.4 / np.sqrt(12 * 4000)
    np.testing.assert_array_equal(positive, 1)


def test_rrelu_s_default_bounds_are_an_eighth_and_a_third():
    slopes = nnlib.rrelu_deriv(-np.ones(4000), rng=np.random.default_rng(1))
    assert slopes.min() == pytest.approx(1 / 8, abs=1e-3)
    assert slopes.max() == pytest.approx(1 / 3, abs=1e-3)
    assert nnlib.rrelu(np.array(-48.0)) == pytest.approx(-11)  # their mean is 11/48


def test_rrelu_and_its_derivative_draw_the_same_slopes(xp, rng):
    z = xp.asarray(rng.standard_normal((4, 5)))
    y, again = (nnlib.rrelu(z, rng=np.random.default_rng(1)) for _ in range(2))
    slopes = nnlib.rrelu_deriv(z, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(to_numpy(y), to_numpy(again))
    np.testing.assert_array_equal(to_numpy(y), to_numpy(slopes * z))
    assert (to_numpy(y) != to_numpy(nnlib.rrelu(z, rng=np.random.default_rng(2)))).any()


def test_rrelu_without_a_generator_is_no_draw(rng):
    z = rng.standard_normal(100)
    np.testing.assert_array_equal(nnlib.rrelu(z), nnlib.rrelu(z))
    np.testing.assert_array_equal(
        nnlib.rrelu(z, lower=0.2, upper=0.2, rng=rng), nnlib.leaky_relu(z, negative_slope=0.2)
    )


BAD_DRAWS = [
    ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator.* got int"),
    ({"rng": np.random.RandomState(0)}, TypeError, "rng must be .* got RandomState"),  # noqa: NPY002
    ({"lower": 0.5, "upper": 0.4}, ValueError, "lower must not exceed upper, got 0.5 and 0.4"),
    ({"lower": "0"}, TypeError, "lower must be a real number, got str"),
    ({"upper": np.inf}, ValueError, "upper must be finite, got inf"),
]


@pytest.mark.parametrize(("options", "error", "message"), BAD_DRAWS)
@pytest.mark.parametrize("function", [nnlib.rrelu, nnlib.rrelu_deriv])
def test_bad_bounds_and_generators_are_named(function, options, error, message):
    with pytest.raises(error, match=message):
        function(Z, **options)
