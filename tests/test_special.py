"""The special functions that the array standard lacks, against the C library's and SciPy's."""

import math

import jax
import numpy as np
import pytest
import scipy.special
from helpers import to_numpy
from numpy.polynomial import Chebyshev, Polynomial

from nnlib import _special

RTOL = {"float32": 6e-7, "float64": 1.2e-15}
# Dense about 0, and where one form takes over from another; to where erfc is 0 in float64.
X = np.concatenate([np.linspace(-6, 26.5, 6501), np.logspace(-300, 0, 61), [0.46875, 0.5, 4]])
X = np.concatenate([X, np.nextafter(X, np.inf), -X[-64:]])


@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_every_digit_is_the_c_library_s(xp, dtype, name):
    x = X.astype(dtype)
    expected = np.array([getattr(math, name)(float(each)) for each in x])
    result = getattr(_special, name)(xp.asarray(x))
    assert result.dtype == getattr(xp, dtype)
    # Below the smallest normal number there are fewer digits.
    smallest = np.finfo(dtype).tiny
    np.testing.assert_allclose(to_numpy(result), expected, rtol=RTOL[dtype], atol=smallest)


def test_the_c_library_s_are_scipy_s():
    for name in ("erf", "erfc"):
        x = X[np.abs(X) < 5]
        expected = [getattr(math, name)(float(each)) for each in x]
        np.testing.assert_allclose(getattr(scipy.special, name)(x), expected, rtol=1e-13)


def test_far_away_without_a_warning(xp, dtype):
    x = xp.asarray([-np.inf, -1e30, -1e4, 1e4, 1e30, np.inf, np.nan], dtype=getattr(xp, dtype))
    nan = np.nan
    np.testing.assert_array_equal(to_numpy(_special.erf(x)), [-1, -1, -1, 1, 1, 1, nan])
    np.testing.assert_array_equal(to_numpy(_special.erfc(x)), [2, 2, 2, 0, 0, 0, nan])


def test_jax_differentiates_them():
    x = np.concatenate([np.linspace(-6, 6, 241), [-0.0, -1e30, 1e30]])
    density = 2 / np.sqrt(np.pi) * np.exp(-(np.clip(x, -30, 30) ** 2))
    for function, sign in [(_special.erf, 1), (_special.erfc, -1)]:
        gradient = jax.jit(jax.vmap(jax.grad(function)))(x)
        np.testing.assert_allclose(gradient, sign * density, rtol=1e-12, atol=1e-14)


def test_the_coefficients_are_those_of_the_interpolation():
    # erfcx(x) = exp(x²) erfc(x), in t = (x - 3.75)/(x + 3.75) at Chebyshev points.
    def scaled(t):
        x = 3.75 * (1 + t) / (1 - t)
        return (1 + 2 * x) * scipy.special.erfcx(x)

    t = np.linspace(-1, 0.999, 1001)
    by_scipy = Chebyshev.interpolate(scaled, 24)(t)
    ours = Polynomial(_special._ERFC[::-1])(t)
    np.testing.assert_allclose(ours, by_scipy, rtol=1e-14)


@pytest.mark.parametrize(
    ("x", "y", "expected"), [(0, 0, 0), (0, 5, 0), (2, np.e, 2), (3, 1, 0), (2, 0, -np.inf)]
)
def test_xlogy_by_hand(xp, dtype, x, y, expected):
    x, y = (xp.asarray(each, dtype=getattr(xp, dtype)) for each in (x, y))
    result = _special.xlogy(x, y)
    assert result.dtype == x.dtype
    assert float(result) == pytest.approx(expected, rel=1e-6)
    assert float(result) == pytest.approx(scipy.special.xlogy(to_numpy(x), to_numpy(y)), rel=1e-6)
