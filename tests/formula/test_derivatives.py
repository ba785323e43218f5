r"""Numerical derivatives against derivatives worked by hand."""

import numpy as np
import pytest

from nnlib.formula import FormulaError, Scope, derived, formula

RNG = np.random.default_rng(11)
x = RNG.normal(size=3)
A = RNG.normal(size=(3, 3))
BOUND = {"x": x, "A": A, "u": 0.7, "v": -1.3, "c": 1e-3, "d_1": 2.0, r"\sigma": np.tanh,
         "g": lambda a, b: a * b**2, r"\theta": np.array([0.3, -0.2])}  # fmt: skip

EXACT = [
    (r"\frac{d}{du} u^3", 3 * 0.7**2),
    (r"\frac{\mathrm{d} e^{5u}}{\mathrm{d} u}", 5 * np.exp(3.5)),
    (r"\frac{d^2 \sin u}{d u^2}", -np.sin(0.7)),
    (r"\frac{\partial^3 u^5}{\partial u^3}", 60 * 0.49),
    (r"\frac{\partial^2 (u^2 v^3)}{\partial u \partial v}", 6 * 0.7 * 1.69),
    (r"\frac{d \log c}{dc}", 1e3),
    (r"\frac{d \sqrt{c}}{dc}", 0.5 / np.sqrt(1e-3)),
    (r"\frac{d}{du} \frac{1}{u}", -1 / 0.49),
    (r"\frac{d}{du} |u|", 1.0),
    (r"\frac{d}{dv} |v|", -1.0),
    (r"\frac{d \max(0, c)}{dc}", 1.0),
    (r"\frac{\partial g(u, v)}{\partial v}", 2 * 0.7 * -1.3),
    (r"\sigma'(u)", 1 / np.cosh(0.7) ** 2),
    (r"\sigma'(x)", 1 / np.cosh(x) ** 2),
    (r"\sigma'(x_i)", 1 / np.cosh(x) ** 2),
    (r"\sigma''(u)", -2 * np.tanh(0.7) / np.cosh(0.7) ** 2),
    (r"\frac{d\sigma}{du}", 1 / np.cosh(0.7) ** 2),
    (r"\frac{\partial x_i}{\partial x_j}", np.eye(3)),
    (r"\frac{\partial x}{\partial x}", np.eye(3)),
    (r"\frac{\partial (A x)}{\partial x}", A),
    (r"\frac{\partial (A x)_i}{\partial A_{jk}}", np.eye(3)[:, :, None] * x),
    (r"\frac{\partial x^\top A x}{\partial A}", np.outer(x, x)),
    (r"\nabla_x (x^\top A x)", (A + A.T) @ x),
    (r"\nabla_x^2 (x^\top A x)", A + A.T),
    (r"\frac{\partial}{\partial x_2} \sum_i x_i^3", 3 * x[1] ** 2),
    (r"\frac{\partial}{\partial x_i} \prod_j x_j", x.prod() / x),
    (r"\frac{\partial}{\partial u} \frac12 u^2 v", 0.7 * -1.3),
    (r"\sum_i \frac{\partial x_i^2}{\partial x_i}", 2 * x.sum()),
    (r"\lVert \nabla_\theta (\theta^\top \theta) \rVert", 2 * np.sqrt(0.13)),
    (r"\frac{\partial \operatorname{tr}(A^{-1})}{\partial A_{ij}}",
     -np.linalg.matrix_power(np.linalg.inv(A), 2).T),
    (r"\frac{\partial}{\partial A_{ij}} \log |\det A|", np.linalg.inv(A).T),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "expected"), EXACT)
def test_derivative(latex, expected):
    value = formula(latex)(BOUND)
    assert np.shape(value) == np.shape(expected)
    higher = ("d^2", "^3", "\\partial^2", "x^2 (", "''")  # each order costs four digits
    tolerance = 1e-7 if any(mark in latex[:16] for mark in higher) else 1e-9
    np.testing.assert_allclose(value, expected, rtol=tolerance, atol=tolerance)


def test_a_kink_has_no_derivative():
    for latex in (r"\frac{d |u|}{du}", r"\frac{d}{du} \max(0, u)", r"s'(u)"):
        with pytest.raises(FormulaError, match="no derivative"):
            formula(latex)(u=0.0, s=lambda z: np.maximum(0.0, z))


def test_close_to_a_kink_the_steps_shrink():
    assert formula(r"\frac{d |u|}{du}")(u=1e-3) == pytest.approx(1, rel=1e-9)
    near = formula(r"\frac{d}{du} \max(1, u)")
    assert near(u=1.001) == pytest.approx(1, rel=1e-9)
    assert near(u=0.999) == pytest.approx(0, abs=1e-9)


def test_what_depends_on_the_variable_is_computed_anew():
    scope = Scope({"z": [0.1, 0.4], "y": derived(np.exp, "z"), "s": derived(np.sum, "y")})
    scope.check(r"L = \log s")
    p = np.exp([0.1, 0.4]) / np.exp([0.1, 0.4]).sum()
    np.testing.assert_allclose(scope.value(r"\frac{\partial L}{\partial z_i}"), p, rtol=1e-9)
    total = np.exp([0.1, 0.4]).sum()
    assert scope.value(r"\frac{\partial L}{\partial s}") == pytest.approx(1 / total)
    np.testing.assert_allclose(
        scope.value(r"\frac{\partial L}{\partial y_i}"), np.full(2, 1 / total), rtol=1e-9
    )


def test_a_symbol_that_does_not_depend_is_an_error():
    with pytest.raises(FormulaError, match="does not depend on z"):
        formula(r"\frac{\partial L}{\partial z}")(L=1.0, z=2.0)


def test_a_prime_is_a_bound_key_first():
    assert formula(r"\sigma'(2)")({r"\sigma'": lambda z: -z, r"\sigma": np.tanh}) == -2.0


def test_a_prime_on_what_mixes_entries_is_an_error():
    with pytest.raises(FormulaError, match="entry by entry"):
        formula(r"\sigma'(x)")({r"\sigma": lambda z: z / np.sum(z), "x": x})


def test_d_is_a_symbol_where_it_is_bound():
    assert formula(r"\frac{d}{n}")(d=6, n=2) == 3.0
    with pytest.raises(FormulaError):
        formula(r"\frac{d u}{d v}")(d=6, v=2.0)
