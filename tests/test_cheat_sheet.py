"""The facts of the cheat sheet, measured on the functions themselves."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from nnlib import activations
from nnlib.cheat_sheet import CHEAT_SHEET, Range

NEAR = np.linspace(-15, 15, 30001)
FAR = np.array([-1e30, -1e4, 1e4, 1e30])
entries = pytest.mark.parametrize("entry", CHEAT_SHEET.values(), ids=CHEAT_SHEET)


# --- The instruments


def end(function, sign):
    """The low end (sign 1) or the high end (sign -1) of the values, and whether it is taken."""
    near, far = sign * function(NEAR), (sign * function(FAR)).min()
    taken = near.min() <= far
    if not taken:
        return sign * (-inf if far < -1e20 else far), False
    at = NEAR[near.argmin()]
    bounds = {"bounds": (at - 0.01, at + 0.01), "options": {"xatol": 1e-12}}
    found = minimize_scalar(lambda z: sign * float(function(np.asarray(z))), **bounds)
    return sign * min(found.fun, near.min()), True


def measured_range(function):
    (low, low_taken), (high, high_taken) = end(function, 1), end(function, -1)
    return Range(low, high, low_taken, high_taken, between=len(np.unique(function(NEAR))) > 2)


def measured_continuity(function, derivative):
    """Order of the first derivative, up to the third, that jumps anywhere, less one."""
    at, step = np.arange(-8, 8.25, 0.25), 1e-4

    def beside(side):
        """Function and derivatives, on one side."""
        h = side * step
        d1, d2, d3 = (derivative(at + k * h) for k in (1, 2, 3))
        return [function(at + h), d1, (d2 - d1) / h, (d3 - 2 * d2 + d1) / h**2]

    jumps = (np.abs(left - right) for left, right in zip(beside(-1), beside(1), strict=True))
    return next((order - 1 for order, jump in enumerate(jumps) if jump.max() > 0.05), inf)


def never_falls(values):
    return bool((np.diff(values) >= -1e-15).all())


def measured_monotonic(function):
    return never_falls(function(NEAR))


def measured_derivative_monotonic(derivative):
    return never_falls(derivative(NEAR)) or never_falls(-derivative(NEAR))


def measured_zero_centred(function):
    return np.allclose(function(-NEAR), -function(NEAR), rtol=1e-15, atol=0)


# What they measure on functions whose facts are known: function, derivative, facts.
KNOWN = {
    "|z|": (np.abs, np.sign, Range(0, inf, True), 0, False, True, False),
    "sign": (
        np.sign,
        np.zeros_like,
        Range(-1, 1, True, True),
        -1,
        True,
        True,
        True,
    ),
    "z|z|": (lambda z: z * abs(z), lambda z: 2 * abs(z), Range(-inf, inf), 1, True, False, True),
    "z²|z|": (
        lambda z: z * z * abs(z),
        lambda z: 3 * z * abs(z),
        Range(0, inf, True),
        2,
        False,
        True,
        False,
    ),
    "1/(1 + z²)": (
        lambda z: 1 / (1 + z * z),
        lambda z: -2 * z / (1 + z * z) ** 2,
        Range(0, 1, False, True),
        inf,
        False,
        False,
        False,
    ),
    "z - 1": (lambda z: z - 1, np.ones_like, Range(-inf, inf), inf, True, True, False),
    "-z": (lambda z: -z, lambda z: -np.ones_like(z), Range(-inf, inf), inf, False, True, True),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_instruments(name):
    function, derivative, range_, continuity, monotonic, derivative_monotonic, odd = KNOWN[name]
    found = measured_range(function)
    assert (found.low, found.high) == pytest.approx((range_.low, range_.high), abs=1e-12)
    assert (found.low_taken, found.high_taken) == (range_.low_taken, range_.high_taken)
    assert found.between
    assert measured_continuity(function, derivative) == continuity
    assert measured_monotonic(function) is monotonic
    assert measured_derivative_monotonic(derivative) is derivative_monotonic
    assert measured_zero_centred(function) is odd


# --- The facts


@entries
def test_range(entry):
    found, stated = measured_range(entry.function), entry.range
    assert (stated.low, stated.high) == pytest.approx((found.low, found.high), rel=1e-12, abs=1e-12)
    assert (stated.low_taken, stated.high_taken) == (found.low_taken, found.high_taken)
    assert stated.between == found.between
    # Never left, and its open ends not touched where rounding has not set in.
    values = entry.function(NEAR)
    assert (values >= stated.low - 1e-15).all()
    assert (values <= stated.high + 1e-15).all()
    assert stated.low_taken or (values > stated.low).all()
    assert stated.high_taken or (values < stated.high).all()


@entries
def test_continuity(entry):
    assert entry.continuity == measured_continuity(entry.function, entry.derivative)


@entries
def test_monotonic(entry):
    assert entry.monotonic is measured_monotonic(entry.function)


@entries
def test_derivative_monotonic(entry):
    assert entry.derivative_monotonic is measured_derivative_monotonic(entry.derivative)


@entries
def test_zero_centred(entry):
    assert entry.zero_centred is measured_zero_centred(entry.function)


@entries
def test_function_and_derivative_are_nnlib_s_with_these_parameters(entry):
    assert entry is CHEAT_SHEET[entry.name]
    for function, suffix in [(entry.function, ""), (entry.derivative, "_deriv")]:
        named = getattr(activations, entry.name + suffix)
        np.testing.assert_array_equal(function(NEAR), named(NEAR, **entry.parameters))
        # and they take other parameters too
        other = {name: value / 2 for name, value in entry.parameters.items()}
        changed = function(NEAR, **other)
        np.testing.assert_array_equal(changed, named(NEAR, **other))


def test_parameters():
    assert {name: entry.parameters for name, entry in CHEAT_SHEET.items() if entry.parameters} == {
        "prelu": {"negative_slope": 0.25},
        "elu": {"alpha": 1.0},
        "leaky_relu": {"negative_slope": 0.01},
        "rrelu": {"lower": 1 / 8, "upper": 1 / 3},
        "gelu": {"approximate": False},
    }


@entries
def test_equations_are_the_docstrings(entry):
    kebab = entry.name.replace("_", "-")
    assert entry.label == f"eq-{kebab}"
    assert entry.derivative_label == f"eq-{kebab}-deriv"
    for latex, name in [
        (entry.formula, entry.name),
        (entry.derivative_formula, f"{entry.name}_deriv"),
    ]:
        assert "\n" not in latex
        written = " ".join(getattr(activations, name).__doc__.split())
        assert f".. math:: {latex} Equation" in written
        assert "=" in latex


def test_a_function_of_ones_own_has_no_equation_until_it_shows_one():
    row = replace(CHEAT_SHEET["relu"], function=lambda z: z)
    with pytest.raises(ValueError, match="must show an equation of the book in its docstring"):
        _ = row.formula


# --- The sheet


def test_it_has_every_activation_and_begins_as_the_picture_of_the_notes():
    derivatives = {n for n in activations.__all__ if n.endswith("_deriv")} - {"prelu_slope_deriv"}
    assert {f"{name}_deriv" for name in CHEAT_SHEET} == derivatives
    assert list(CHEAT_SHEET)[:9] == [
        "identity",
        "binary_step",
        "sigmoid",
        "tanh",
        "arctan",
        "relu",
        "prelu",
        "elu",
        "softplus",
    ]


@pytest.mark.parametrize(
    ("range_", "text"),
    [
        (Range(0, 1), "(0, 1)"),
        (Range(-3 / 8, inf, True), "[-0.375, inf)"),
        (Range(-inf, 0, high_taken=True), "(-inf, 0]"),
        (Range(-np.pi / 2, np.pi / 2), "(-1.571, 1.571)"),
        (Range(0, 1, True, True, between=False), "{0, 1}"),
    ],
)
def test_ranges_as_text(range_, text):
    assert str(range_) == text
