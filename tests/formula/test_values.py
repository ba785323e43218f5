r"""Values of formulas against NumPy loops and numbers worked by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.formula import FormulaError, Scope, formula

RNG = np.random.default_rng(7)
X = RNG.normal(size=(4, 3))
A = RNG.normal(size=(3, 3))
x, y = RNG.normal(size=3), RNG.normal(size=3)
T = RNG.normal(size=(2, 3, 4))
VALUES = {"X": X, "A": A, "x": x, "y": y, "T": T, "a": 2.0, "b": 0.5, "n": 3, "m": 4,
          r"\hat{y}": y, r"\lambda": 0.1, "W^{(1)}": A, "w_{out}": 7.0, "q_*": 3.0,
          r"\sigma^2": 0.25, "f": lambda v: 2 * v, "s'": 5.0, r"\mathbf{x}": x}  # fmt: skip

# LaTeX, and the same in NumPy or by hand.
CASES = [
    ("1 + 2 \\cdot 3", 7.0),
    ("2 - 3 - 4", -5.0),
    ("-2^2", -4.0),
    ("(-2)^2", 4.0),
    ("2^{3^2}", 512.0),
    ("8 / 2", 4.0),
    (r"\frac{1}{2} \cdot \frac34 + \tfrac14 - \dfrac{1}{8}", 0.5),
    (r"\frac12 a", 1.0),
    ("2a / 4", 1.0),
    (r"\sum_j x_j / n", x.mean()),
    (r"\sqrt{16} + \sqrt[3]{27} + \sqrt[3]{-8}", 5.0),
    (r"\lfloor 2.7 \rfloor + \lceil 2.2 \rceil + \left\lfloor -0.5 \right\rfloor", 4.0),
    (r"\lvert -3 \rvert + |2 - 5| + \left| -1 \right|", 7.0),
    (r"|-a| |b|", 1.0),
    (r"\binom{5}{2}", 10.0),
    (r"\ln e^2", 2.0),
    (r"\log_2 8 + \log_{10} 100", 5.0),
    (r"\sin^2 a + \cos^2 a", 1.0),
    (r"e^{-b}", math.exp(-0.5)),
    (r"\exp(-b) + \exp\{0\}", math.exp(-0.5) + 1),
    (r"2\pi", 2 * math.pi),
    (r"10^{-3} + 1{,}000", 1000.001),
    (r"0.015 + .5", 0.515),
    (r"\max(1, a, b)", 2.0),
    (r"\max(x)", x.max()),
    (r"\min\{a, b\}", 0.5),
    (r"\max_j x_j a", 2 * x.max()),
    (r"\max_j x_j + a", x.max() + 2),
    (r"\arg\max_i x_i", float(np.argmax(x) + 1)),
    (r"\operatorname*{arg\,min}_i x_i", float(np.argmin(x) + 1)),
    # names
    (r"\hat y_1", y[0]),
    (r"w_{out} + q_* + \sigma^2 + s'", 15.25),
    (r"\lambda^2", 0.01),
    (r"W^{(1)}_{1,2}", A[0, 1]),
    (r"W_{1,2}^{(1)}", A[0, 1]),
    (r"\mathbf x_2", x[1]),
    # indices
    ("x_i", x),
    ("x_{i}^2", x**2),
    ("A_{ij}", A),
    ("A_{i j}", A),
    ("A_{ji} - A_{ij}", (A.T - A).T),  # j appears first
    ("A_{ii}", np.diag(A)),
    ("A_{2j}", A[1]),
    ("x_n", x[2]),
    ("x_{n-1}", x[1]),
    ("x_{i+1}", x),  # where it exists: i from 0
    ("x_{i+1} - x_i", np.diff(x)),
    ("x_{n+1-i}", x[::-1]),
    ("X_i", X),  # the rows, as whole vectors
    ("X_{:,j}", X.T),
    ("T_{i,j,k} x_j", T * x[:, None]),
    ("(A x)_i", A @ x),
    ("(A^\\top)_{ij}", A.T),
    (r"\left[ A A \right]_{ij}", A @ A),
    # sums
    (r"\sum_i x_i", x.sum()),
    (r"\sum_{i=1}^n x_i y_i", x @ y),
    (r"\sum_{i=2}^{3} x_i", x[1:].sum()),
    (r"\sum_{1 < i \le 3} x_i", x[1:].sum()),
    (r"\sum_{k=1}^{n} k^2", 14.0),
    (r"\sum_{k=0}^{n-1} b^k", 1.75),
    (r"\sum_{k=3}^{2} x_k", 0.0),
    (r"\prod_{k=3}^{2} x_k", 1.0),
    (r"\sum_i x_i \sum_j y_j", x.sum() * y.sum()),
    (r"\sum_i \sum_j A_{ij}", A.sum()),
    (r"\sum_{i,j} A_{ij}", A.sum()),
    (r"\sum_{ij} A_{ij}", A.sum()),
    (r"\sum_{i<j} A_{ij}", np.triu(A, 1).sum()),
    (r"\sum_{i \ne 2} x_i", x[0] + x[2]),
    (r"\sum_{i, i \ne 2} x_i", x[0] + x[2]),
    (r"\sum_{j: j > 1} x_j", x[1:].sum()),
    (r"\sum_i x_i + a", x.sum() + 2),
    (r"\sum_i x_i a + \sum_i x_i", 3 * x.sum()),
    (r"\sum_i a x_i b", x.sum()),
    (r"\prod_i x_i", x.prod()),
    (r"\sum_i X_{ij}", X.sum(0)),
    (r"\sum_i X_i", X.sum(0)),
    (r"\frac{1}{m} \sum_{i=1}^{m} X_{ij}", X.mean(0)),
    (r"\sum_{j=1}^{i} x_j y_i", np.cumsum(x) * y),
    (r"\sum_k x_k X_{i+k-1,1}", np.array([X[i:i + 3, 0] @ x for i in range(2)])),
    (r"\sum_{i=1}^n \mathbb{1}[x_i > 0]", float((x > 0).sum())),
    (r"\sum_i i x_i", x @ [1, 2, 3]),
    # linear algebra
    ("A x", A @ x),
    ("x A", x @ A),
    (r"x^\top A y", x @ A @ y),
    (r"x y^\top", np.outer(x, y)),
    (r"x^\top y", x @ y),
    (r"x \odot y", x * y),
    (r"a x \odot y", 2 * x * y),
    (r"A x \odot y", (A @ x) * y),
    (r"X A x", X @ A @ x),
    (r"A^{-1} x", np.linalg.solve(A, x)),
    ("A^2", A @ A),
    ("A^{-2}", np.linalg.matrix_power(np.linalg.inv(A), 2)),
    (r"x + 1", x + 1),
    (r"\frac{x}{a}", x / 2),
    (r"\frac{x}{y}", x / y),
    (r"\frac{a}{1 + e^x}", 2 / (1 + np.exp(x))),
    (r"\operatorname{diag}(x) A", np.diag(x) @ A),
    (r"\operatorname{diag}(A)", np.diag(A)),
    (r"\operatorname{tr} A + \det A", np.trace(A) + np.linalg.det(A)),
    (r"\lVert x \rVert", np.sqrt(x @ x)),
    (r"\lVert x \rVert_2^2 + \|x\|_1", x @ x + np.abs(x).sum()),
    (r"\lVert x \rVert_\infty", np.abs(x).max()),
    (r"\lVert x \rVert_{3}", (np.abs(x) ** 3).sum() ** (1 / 3)),
    (r"\lVert A \rVert_F + \lVert A \rVert_2", np.sqrt((A**2).sum()) + np.linalg.svd(A)[1][0]),
    (r"\lVert X_i \rVert", np.sqrt((X**2).sum(1))),
    (r"\begin{pmatrix} a & b \\ 0 & 1 \end{pmatrix}", np.array([[2, 0.5], [0, 1]])),
    (r"\begin{bmatrix} a \\ b \end{bmatrix} + (1, 2)", np.array([3, 2.5])),
    (r"\operatorname{sign}(x)", np.sign(x)),
    (r"\tanh(x)", np.tanh(x)),
    # functions and cases
    ("f(x)", 2 * x),
    ("f(x)_i", 2 * x),
    ("f(x_i)^2", 4 * x**2),
    ("a(1 - a)", -2.0),
    ("f(a)(1 - f(a))", -12.0),
    (r"\begin{cases} x_i, & x_i > 0 \\ 0, & \text{otherwise} \end{cases}", np.maximum(x, 0)),
    (r"\begin{cases} 1 & a > 3 \\ 2 & 1 < a \le 3 \end{cases}", 2.0),
    (r"\begin{cases} 1 & \text{若 } a > 3 \text{ 且 } b > 0 \\ 2 & \text{其他} \end{cases}", 2.0),
    (r"\begin{cases} 1 & a > 3 \lor b > 0 \\ 2 & \text{else} \end{cases}", 1.0),
    (r"\mathbb{1}[a = 2, b < 1] + \mathbb{1}_{a \ne 2} + \mathbb{1}\{b = 0.5\}", 2.0),
    # spelling
    (r"\left( a + b \right) \bigl[ a - b \bigr]", 3.75),
    (r"a \, b \; + \! b \quad", 1.5),
    (r"\displaystyle\sum\limits_{i}{x_i}", x.sum()),
    ("{a}^{b} {}- {b}", 2**0.5 - 0.5),
    ("a % the rest is a comment", 2.0),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "expected"), CASES)
def test_value(latex, expected):
    value = formula(latex)(VALUES)
    assert np.shape(value) == np.shape(expected)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)


def test_a_number_is_a_float_and_an_array_is_an_ndarray():
    assert type(formula("a")(a=1)) is float
    assert type(formula("a_i")(a=[1, 2])) is np.ndarray


def test_the_right_most_side_is_the_value():
    assert formula(r"\hat{y} = a = b + 1")(a=5, b=1) == 2.0
    assert formula(r"L = m + 1, \qquad m = \max_j z_j")(z=[1, 4]) == 4.0


def test_keys_and_keywords_are_combined():
    assert formula(r"\lambda a")({r"\lambda": 3}, a=2) == 6.0


def test_axes_appear_in_the_order_of_the_whole_formula():
    np.testing.assert_array_equal(formula("B_{ji} = A_{ij}")(A=A), A.T)
    np.testing.assert_array_equal(formula(r"x_k y_i = y_i x_k")(x=x, y=y), np.outer(x, y))


def test_unindexed_axes_come_last():
    value = formula(r"y_j X_i")(X=X, y=y)
    np.testing.assert_array_equal(value, y[:, None, None] * X)


def test_a_callable_is_applied_and_an_array_multiplied():
    assert formula("g(1 - a)")(g=3.0, a=0.5) == 1.5
    assert formula("g(1 - a)")(g=lambda v: v**2, a=0.5) == 0.25


def test_indexed_arguments_are_mapped_and_others_passed_whole():
    def softmax(z):
        return np.exp(z) / np.exp(z).sum(axis=-1)

    np.testing.assert_allclose(formula(r"\operatorname{softmax}(z)_i")(z=x, softmax=softmax),
                               np.exp(x) / np.exp(x).sum())  # fmt: skip
    np.testing.assert_array_equal(
        formula(r"\mathrm{softmax}(z_i)")(z=x, softmax=softmax), np.ones(3)
    )
    np.testing.assert_allclose(formula(r"s(X_i)_j")(X=X, s=softmax),
                               np.exp(X) / np.exp(X).sum(1, keepdims=True))  # fmt: skip


def test_the_longest_bound_name_wins():
    values = {"w": [1.0, 2.0], "w_1": 10.0, r"\sigma": 3.0, r"\sigma^2": 5.0}
    assert formula("w_1")(values) == 10.0
    assert formula("w_2")(values) == 2.0
    assert formula(r"\sigma^2")(values) == 5.0
    assert formula(r"\sigma^3")(values) == 27.0
    with pytest.raises(FormulaError, match="may mean"):
        formula("x_1^2")({"x_1": 1.0, "x^2": [4.0, 5.0]})


def test_pi_and_e_are_numbers_unless_bound():
    assert formula(r"\pi + e")({r"\pi": 1, "e": 2}) == 3.0


def test_starts_and_truncation():
    G = Scope({"R": [1.0, 2.0, 4.0], r"\gamma": 0.5}, starts={"t": 0}, infinity=60)
    assert G.value(r"\sum_{t=0}^{2} \gamma^t R_t") == 3.0
    assert G.value("R_0") == 1.0  # an axis that t has indexed
    assert G.value(r"\sum_{k=0}^\infty \gamma^k") == pytest.approx(2.0)
    own = Scope({"h": [1.0, 2.0, 3.0], "x": [5.0, 6.0]}, starts={"h": 0})
    np.testing.assert_array_equal(own.value("x_t + h_{t-1} + 10 h_t"), [26.0, 38.0])


def test_a_row_of_tables():
    p = np.array([[0.25, 0.5], [0.75, 0.5]])
    values = {r"p(a\mid s)": p, "v(s)": [1.0, 3.0]}
    np.testing.assert_array_equal(formula("p(a|s)")(values), p)
    np.testing.assert_array_equal(formula(r"p(2 \mid s')")(values), p[1])
    np.testing.assert_array_equal(formula(r"\sum_{s'} p(b|s') v(s')")(values), p @ [1, 3])
    assert formula("p(1|2)")(values) == 0.5


numbers = st.floats(-100, 100).map(lambda v: round(v, 3))
trees = st.recursive(
    numbers.map(lambda v: (f"({v})", v)),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-"]), inner, inner).map(
            lambda t: (f"({t[1][0]} {t[0]} {t[2][0]})", eval(f"a {t[0]} b", {"a": t[1][1],
                                                                            "b": t[2][1]}))),
        st.tuples(inner, inner).map(lambda t: (f"{t[0][0]} {t[1][0]}", t[0][1] * t[1][1])),
        inner.map(lambda t: (f"-{{{t[0]}}}".join(("(", ")")), -t[1])),
        inner.map(lambda t: (rf"\left|{t[0]}\right|", abs(t[1]))),
        st.tuples(inner, inner).filter(lambda t: t[1][1] != 0).map(
            lambda t: (rf"\frac{{{t[0][0]}}}{{{t[1][0]}}}", t[0][1] / t[1][1])),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(deadline=None)  # the machine may be busy
@given(trees)
def test_arithmetic_is_that_of_python(tree):
    latex, expected = tree
    assert formula(latex)() == pytest.approx(expected, rel=1e-12, abs=1e-12)
