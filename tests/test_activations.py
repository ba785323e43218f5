"""Activations and their derivatives, against jax.nn, SciPy, values by hand and differences."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.integrate
import scipy.special
from helpers import central_difference, to_numpy

import nnlib

MEAN = 11 / 48  # of RReLU's slopes, between 1/8 and 1/3


def leaky(slope):
    return lambda z: jnp.where(z > 0, z, slope * z)


# Each function and its options; JAX's form of it; where it or a derivative of it has a corner.
FUNCTIONS = {
    "arctan": ({}, lambda z: jnp.arctan2(z, 1.0), ()),
    "binary_step": ({}, lambda z: jnp.heaviside(z, 1.0), (0,)),
    "elu": ({}, jax.nn.elu, (0,)),
    "elu alpha": ({"alpha": 0.3}, lambda z: jax.nn.elu(z, 0.3), (0,)),
    "gelu": ({}, lambda z: jax.nn.gelu(z, approximate=False), ()),
    "gelu tanh": ({"approximate": True}, lambda z: jax.nn.gelu(z, approximate=True), ()),
    "hard_sigmoid": ({}, jax.nn.hard_sigmoid, (-3, 3)),
    "hard_swish": ({}, jax.nn.hard_swish, (-3, 3)),
    "identity": ({}, lambda z: z, ()),
    "leaky_relu": ({}, jax.nn.leaky_relu, (0,)),
    "leaky_relu slope": ({"negative_slope": 0.2}, leaky(0.2), (0,)),
    "log_sigmoid": ({}, jax.nn.log_sigmoid, ()),
    "mish": ({}, jax.nn.mish, ()),
    "prelu": ({"negative_slope": 0.25}, leaky(0.25), (0,)),
    "relu": ({}, jax.nn.relu, (0,)),
    "rrelu": ({}, leaky(MEAN), (0,)),
    "rrelu bounds": ({"lower": 0.1, "upper": 0.5}, leaky(0.3), (0,)),
    "selu": ({}, jax.nn.selu, (0,)),
    "sigmoid": ({}, jax.nn.sigmoid, ()),
    "silu": ({}, jax.nn.silu, ()),
    "softplus": ({}, jax.nn.softplus, ()),
    "softsign": ({}, jax.nn.soft_sign, (0,)),
    "tanh": ({}, jnp.tanh, ()),
}
BAR = {"float32": 1e-6, "float64": 1e-12}
NAMES = sorted({case.split()[0] for case in FUNCTIONS})
EVERY = [*NAMES, *(f"{name}_deriv" for name in NAMES)]
# These alone do not depend on z.
CONSTANT = {"identity_deriv", "binary_step_deriv"}


def of(case, suffix=""):
    """The function of nnlib with the options of a case."""
    function, options = getattr(nnlib, case.split()[0] + suffix), FUNCTIONS[case][0]
    return lambda z: function(z, **options)


def every(name):
    """A function or derivative of nnlib, to be called with z alone."""
    return of(name.removesuffix("_deriv"), "_deriv" * name.endswith("_deriv"))


def numbers(dtype):
    """[-50, 50], dense about 0, and extremes, in NumPy."""
    info = np.finfo(dtype)
    tiny = [info.smallest_subnormal, info.tiny, info.eps]
    large = [100, 710, 1e4, 1e30]
    positive = np.concatenate([np.linspace(0, 50, 501), np.logspace(-6, 0, 31), tiny, large])
    return np.concatenate([-positive, positive]).astype(dtype)


def away_from(kinks, z):
    """The numbers, with another one in place of a kink. JAX takes subnormal numbers for 0."""
    normal = np.where(np.abs(z) < np.finfo(z.dtype).tiny, 0, z)
    return np.where(np.isin(normal, kinks), z.dtype.type(1.5), z)


def repeated(values, dtype):
    """Values over and over, in the shape of `numbers`: JAX compiles once for each shape."""
    return np.resize(np.asarray(values, dtype=dtype), numbers(dtype).shape)


def assert_within_the_bar(result, reference, dtype):
    reference = to_numpy(reference)
    error = np.abs(to_numpy(result).astype("float64") - reference)
    assert (error <= BAR[dtype] * np.maximum(1, np.abs(reference))).all(), error.max()


def test_every_activation_is_tested():
    derivatives = {n.removesuffix("_deriv") for n in nnlib.activations.__all__ if "deriv" in n}
    assert derivatives - {"prelu_slope"} == set(NAMES)


@pytest.mark.parametrize("case", FUNCTIONS)
def test_agrees_with_jax(xp, dtype, case):
    z = numbers(dtype) if case != "binary_step" else away_from([0], numbers(dtype))
    result = of(case)(xp.asarray(z))
    assert result.dtype == getattr(xp, dtype)
    assert_within_the_bar(result, FUNCTIONS[case][1](z.astype("float64")), dtype)


@pytest.mark.parametrize("case", FUNCTIONS)
def test_derivative_agrees_with_differentiation_of_jax_s_form(xp, dtype, case):
    _, reference, kinks = FUNCTIONS[case]
    z = away_from(kinks, numbers(dtype))
    result = of(case, "_deriv")(xp.asarray(z))
    assert result.dtype == getattr(xp, dtype)
    assert_within_the_bar(result, jax.vmap(jax.grad(reference))(z.astype("float64")), dtype)


@pytest.mark.parametrize("case", FUNCTIONS)
def test_derivative_agrees_with_differences(rng, case):
    z = 3 * rng.standard_normal(20)
    assert np.ptp(z) > 3
    z = z[np.abs(z[:, None] - [-3, 0, 3]).min(axis=1) > 0.01]
    by_differences = central_difference(lambda z: of(case)(z).sum(), z)
    np.testing.assert_allclose(of(case, "_deriv")(z), by_differences, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", FUNCTIONS)
def test_jax_differentiates_it_without_nan(case):
    gradient = jax.jit(jax.vmap(jax.grad(of(case))))
    for dtype in BAR:
        assert np.isfinite(to_numpy(gradient(numbers(dtype)))).all()
    z = away_from(FUNCTIONS[case][2], numbers("float64"))
    assert_within_the_bar(gradient(z), of(case, "_deriv")(z), "float64")


# --- Values by hand

LN2, LN3 = np.log(2), np.log(3)
BY_HAND = [
    (nnlib.identity, -2, -2),
    (nnlib.binary_step, -1e-300, 0),
    (nnlib.sigmoid, LN3, 3 / 4),  # 1/(1 + 1/3)
    (nnlib.sigmoid_deriv, -LN3, 3 / 16),  # 1/4 · 3/4
    (nnlib.log_sigmoid, -LN3, -2 * LN2),  # log 1/4
    (nnlib.log_sigmoid_deriv, LN3, 1 / 4),
    (nnlib.softplus, LN3, 2 * LN2),  # log(1 + 3)
    (nnlib.softplus_deriv, LN3, 3 / 4),
    (nnlib.tanh, LN2, 3 / 5),  # (2 - 1/2)/(2 + 1/2)
    (nnlib.tanh_deriv, -LN2, 16 / 25),  # 1 - 9/25
    (nnlib.arctan, np.sqrt(3), np.pi / 3),
    (nnlib.arctan_deriv, -2, 1 / 5),
    (nnlib.softsign, -4, -4 / 5),
    (nnlib.softsign_deriv, -4, 1 / 25),
    (nnlib.hard_sigmoid, 1.5, 3 / 4),
    (nnlib.hard_sigmoid_deriv, 1.5, 1 / 6),
    (nnlib.hard_swish, -1.5, -3 / 8),
    (nnlib.hard_swish_deriv, 1.5, 1),
    (nnlib.elu, -LN2, -1 / 2),
    (nnlib.elu_deriv, -LN2, 1 / 2),
    (nnlib.silu, LN3, LN3 * 3 / 4),
    (nnlib.silu_deriv, LN3, 3 / 4 + LN3 * 3 / 16),
    (nnlib.mish, LN2, LN2 * 4 / 5),  # tanh(log 3) = (9 - 1)/(9 + 1)
    (nnlib.mish_deriv, 0, 3 / 5),  # tanh(log 2)
    (nnlib.gelu, 1, 0.8413447460685429),  # Φ(1), from tables
    (nnlib.gelu_deriv, 0, 1 / 2),
]


@pytest.mark.parametrize(("function", "z", "expected"), BY_HAND)
def test_by_hand(function, z, expected):
    np.testing.assert_allclose(function(np.asarray(float(z))), expected, rtol=1e-14)


SCALE = 1.0507009873554805
AT_KINKS = [
    (nnlib.relu_deriv, {}, {0: 0}),
    (nnlib.leaky_relu_deriv, {}, {0: 0.01}),
    (nnlib.prelu_deriv, {"negative_slope": 0.25}, {0: 0.25}),
    (nnlib.prelu_slope_deriv, {"negative_slope": 0.25}, {0: 0, -2: -2, 2: 0}),
    (nnlib.rrelu_deriv, {}, {0: MEAN}),
    (nnlib.elu_deriv, {"alpha": 0.3}, {0: 0.3}),
    (nnlib.selu_deriv, {}, {0: SCALE * 1.6732632423543772}),
    (nnlib.binary_step, {}, {0: 1}),
    (nnlib.binary_step_deriv, {}, {0: 0}),
    (nnlib.hard_sigmoid_deriv, {}, {-3: 0, 3: 0}),
    (nnlib.hard_swish_deriv, {}, {-3: 0, 3: 1}),
    (nnlib.softsign_deriv, {}, {0: 1}),
]


@pytest.mark.parametrize(("function", "options", "values"), AT_KINKS)
def test_conventions_at_kinks(xp, dtype, function, options, values):
    z, expected = repeated(list(values), dtype), repeated(list(values.values()), dtype)
    for zero in (0.0, -0.0):
        result = function(xp.asarray(np.where(z == 0, zero, z).astype(dtype)), **options)
        np.testing.assert_allclose(to_numpy(result), expected, rtol=2e-7)


def test_the_smallest_numbers_are_on_their_side_of_0():
    z = np.asarray([-5e-324, 5e-324])
    np.testing.assert_array_equal(nnlib.binary_step(z), [0, 1])
    np.testing.assert_array_equal(nnlib.relu_deriv(z), [0, 1])
    np.testing.assert_array_equal(nnlib.elu_deriv(z, alpha=0.3), [0.3, 1])


AT_INFINITY = {
    "arctan": (-np.pi / 2, np.pi / 2),
    "arctan_deriv": (0, 0),
    "binary_step": (0, 1),
    "binary_step_deriv": (0, 0),
    "elu": (-1, np.inf),
    "elu_deriv": (0, 1),
    "gelu": (0, np.inf),
    "gelu tanh": (0, np.inf),
    "gelu_deriv": (0, 1),
    "hard_sigmoid": (0, 1),
    "hard_sigmoid_deriv": (0, 0),
    "hard_swish": (0, np.inf),
    "hard_swish_deriv": (0, 1),
    "identity": (-np.inf, np.inf),
    "identity_deriv": (1, 1),
    "leaky_relu": (-np.inf, np.inf),
    "leaky_relu_deriv": (0.01, 1),
    "log_sigmoid": (-np.inf, 0),
    "log_sigmoid_deriv": (1, 0),
    "mish": (0, np.inf),
    "mish_deriv": (0, 1),
    "prelu": (-np.inf, np.inf),
    "prelu_deriv": (0.25, 1),
    "relu": (0, np.inf),
    "relu_deriv": (0, 1),
    "rrelu": (-np.inf, np.inf),
    "rrelu_deriv": (MEAN, 1),
    "selu": (-SCALE * 1.6732632423543772, np.inf),
    "selu_deriv": (0, SCALE),
    "sigmoid": (0, 1),
    "sigmoid_deriv": (0, 0),
    "silu": (0, np.inf),
    "silu_deriv": (0, 1),
    "softplus": (0, np.inf),
    "softplus_deriv": (0, 1),
    "softsign": (-1, 1),
    "softsign_deriv": (0, 0),
    "tanh": (-1, 1),
    "tanh_deriv": (0, 0),
}


@pytest.mark.parametrize("name", AT_INFINITY)
def test_limits_at_infinity_and_nan(xp, dtype, name):
    assert set(EVERY) <= set(AT_INFINITY)
    z = xp.asarray(repeated([-np.inf, np.inf, np.nan], dtype))
    low, high, nan, *_ = to_numpy(every(name)(z))
    np.testing.assert_allclose([low, high], AT_INFINITY[name], rtol=2e-7)
    assert np.isnan(nan) or name in CONSTANT


# Tails, where the result is small and every digit of it still right.
TAILS = [
    (nnlib.sigmoid, scipy.special.expit, -700),
    (nnlib.softplus, scipy.special.expit, -40),  # log(1 + e) and e/(1 + e) are e - O(e²)
    (nnlib.log_sigmoid, lambda z: -scipy.special.expit(-z), 40),
    (nnlib.sigmoid_deriv, scipy.special.expit, -40),
    (nnlib.tanh_deriv, lambda z: 4 * np.exp(-2 * z), 40),
    (nnlib.silu, lambda z: z * np.exp(z), -40),
    (nnlib.gelu, lambda z: z * np.exp(scipy.special.log_ndtr(z)), -30),
    (nnlib.elu, lambda z: z, -1e-13),  # e^z - 1 is z + O(z²)
]


@pytest.mark.parametrize(("function", "reference", "z"), TAILS)
def test_tails_keep_their_digits(function, reference, z):
    z = np.asarray(float(z))
    assert 0 < abs(function(z)) < 1e-10
    np.testing.assert_allclose(function(z), reference(z), rtol=1e-12)


def test_selu_keeps_mean_0_and_variance_1_of_standard_normal_numbers():
    def moment(power):
        def density(z):
            z = np.asarray(z)
            return nnlib.selu(z) ** power * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)

        return sum(scipy.integrate.quad(density, *half)[0] for half in [(-12, 0), (0, 12)])

    assert moment(1) == pytest.approx(0, abs=1e-12)
    assert moment(2) == pytest.approx(1, rel=1e-12)


def test_the_tanh_form_of_gelu_is_as_close_as_its_docstring_says():
    z = np.linspace(-6, 6, 2001)
    error = np.abs(nnlib.gelu(z) - nnlib.gelu(z, approximate=True)).max()
    assert 4e-4 < error < 5e-4


# --- How they are called


@pytest.mark.parametrize("name", EVERY)
def test_any_shape(xp, name):
    function = every(name)
    for shape in [(), (2, 0)]:
        z = xp.full(shape, 0.5, dtype=xp.float32)
        # JAX would compile each operation for each shape; that it traces them is enough.
        result = jax.eval_shape(function, z) if xp is jnp else function(z)
        assert result.shape == shape
        assert result.dtype == xp.float32


@pytest.mark.parametrize("name", EVERY)
def test_jit_and_vmap_change_nothing(rng, name):
    z = rng.standard_normal((3, 4))
    expected = every(name)(z)
    mapped = jax.jit(jax.vmap(every(name)))
    np.testing.assert_allclose(mapped(z), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", EVERY)
def test_the_caller_s_array_is_left_alone(rng, name):
    z = rng.standard_normal(10)
    before = z.copy()
    result = every(name)(z)
    result += 1  # nor is the result the array itself
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("name", [*EVERY, "prelu_slope_deriv"])
def test_bad_z_is_named(name):
    function = getattr(nnlib, name)
    slope = [0.25] if name.startswith("prelu") else []
    for bad, message in [
        ([1.0, 2.0], "z must be an array .* got list"),
        (1.0, "z must be an array .* got float"),
        (np.arange(3), "z must have a real floating-point dtype, got int"),
        (np.array([True]), "z must have a real floating-point dtype, got bool"),
        (np.array([1j]), "z must have a real floating-point dtype, got complex"),
    ]:
        with pytest.raises(TypeError, match=message):
            function(bad, *slope)
    with pytest.raises(TypeError, match="positional"):
        function(*slope, z=np.zeros(2))


Z = np.zeros(2)
BAD = [
    (nnlib.leaky_relu, {"negative_slope": "0.1"}, TypeError, "negative_slope must be a real"),
    (nnlib.leaky_relu, {"negative_slope": np.inf}, ValueError, "negative_slope must be finite"),
    (nnlib.elu, {"alpha": None}, TypeError, "alpha must be a real number, got NoneType"),
    (nnlib.elu, {"alpha": np.nan}, ValueError, "alpha must be finite, got nan"),
]


@pytest.mark.parametrize(("function", "options", "error", "message"), BAD)
def test_bad_options_are_named(function, options, error, message):
    derivative = getattr(nnlib, f"{function.__name__}_deriv")
    for each in (function, derivative):
        with pytest.raises(error, match=message):
            each(Z, **options)


@pytest.mark.parametrize("name", NAMES)
def test_the_derivative_takes_the_same_options(name):
    function, derivative = getattr(nnlib, name), getattr(nnlib, f"{name}_deriv")
    assert inspect.signature(function) == inspect.signature(derivative)
