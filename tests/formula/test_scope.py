r"""Definitions, scopes, updates, random symbols, and the report of a check."""

import numpy as np
import pytest

from nnlib.formula import (
    FormulaError,
    FormulaMismatch,
    Scope,
    derived,
    distribution,
    formula,
    joint,
)

Z = np.array([0.2, -1.0, 0.7])


def test_a_definition_alone_is_not_counted_as_checked():
    report = formula(r"m = \max_j z_j").check({"z": Z})
    assert (report.checked, report.defined) == (0, ("m",))
    assert report.relations[0].status == "defined"


def test_a_bound_left_side_is_checked():
    with pytest.raises(FormulaMismatch):
        formula(r"m = \max_j z_j").check({"z": Z, "m": 0.6})


def test_a_second_equation_of_a_defined_symbol_is_checked():
    scope = Scope({"z": Z})
    scope.check(r"s = \sum_i z_i")
    assert scope.check(r"s = z_1 + z_2 + z_3").checked == 1
    with pytest.raises(FormulaMismatch):
        scope.check(r"s = z_1 + z_2 - z_3")


def test_a_definition_may_follow_its_use():
    assert formula(r"z_i - m \le 0, \qquad m = \max_j z_j").check({"z": Z}).checked == 1


def test_definitions_are_recomputed_under_a_derivative():
    scope = Scope({"z": Z})
    scope.check(r"\hat{y}_i = \frac{e^{z_i}}{\sum_j e^{z_j}}, \quad L = -\log \hat{y}_1")
    scope.check(r"\frac{\partial L}{\partial z_i} = \hat{y}_i - \mathbb{1}[i = 1]")
    scope.check(r"\frac{\partial L}{\partial \hat{y}_i} = -\frac{\mathbb{1}[i = 1]}{\hat{y}_1}")


def test_defined_functions_are_applied_to_other_arguments():
    scope = Scope({"w": Z, "v": -Z, "a": 2.0})
    scope.check(r"J(w) = \sum_i w_i^2, \quad f(x) = a x + 1")
    assert scope.value("J(v) - J") == 0.0
    assert scope.value("J(a w)") == pytest.approx(4 * Z @ Z)
    assert scope.value("f(3) + f(f(0))") == 10.0
    np.testing.assert_allclose(scope.value("f(w_i)"), 2 * Z + 1)
    scope.check(r"\nabla_w J = 2 w, \quad \nabla_w J(w) = 2 w, \quad f'(w_i) = a")


def test_the_letters_of_an_argument_are_not_those_of_the_definition():
    scope = Scope({"x": Z, "w": 1.0})
    scope.check(r"g(w) = \sum_i w x_i")
    np.testing.assert_allclose(scope.value("g(x_i)"), Z * Z.sum())


def test_tables_are_defined_too():
    scope = Scope({"h(s,a)": np.arange(6.0).reshape(2, 3)})
    scope.check(r"\pi(a|s) = \frac{e^{h(s,a)}}{\sum_b e^{h(s,b)}}")
    scope.check(r"\sum_a \pi(a|s) = 1, \quad \pi(2|s) = \frac{e}{1 + e + e^2}")


def test_conditions_of_sums_see_the_left_side():
    A = np.arange(9.0).reshape(3, 3)
    rows = [1 + 2, 3 + 5, 6 + 7]
    np.testing.assert_array_equal(formula(r"s_i = \sum_{j \ne i} A_{ij}")(A=A), rows)
    assert formula(r"s = \sum_{i \ne j} A_{ij}")(A=A) == sum(rows)
    scope = Scope({"A": A})
    scope.check(r"s_i = \sum_{j \ne i} A_{ij}, \quad u = \sum_{i<j} A_{ij}")
    np.testing.assert_array_equal(scope.value("s_i"), rows)
    assert scope.value("u") == 1 + 2 + 5
    scope.check(r"\sum_i s_i = \sum_{i \ne j} A_{ij}")


def test_a_definition_with_a_shift_keeps_its_labels():
    scope = Scope({"x": [1.0, 4.0, 9.0, 16.0]})
    scope.check(r"d_t = x_t - x_{t-1}")
    np.testing.assert_array_equal(scope.value("d_t"), [3, 5, 7])
    assert scope.value("d_2") == 3.0
    with pytest.raises(FormulaError):
        scope.value("d_1")


def test_updates_are_checked_against_the_new_value():
    update = formula(r"w \leftarrow w - \eta g")
    values = {"w": Z, r"\eta": 0.1, "g": 2 * Z}
    assert update.check({**values, r"w \leftarrow": 0.8 * Z}).checked == 1
    with pytest.raises(FormulaMismatch):
        update.check({**values, r"w \gets": 0.9 * Z})
    with pytest.raises(FormulaError, match=r"w .leftarrow"):
        update.check(values)


def test_a_recurrence_needs_a_function():
    with pytest.raises(FormulaError, match="refers to itself"):
        formula(r"h_t = \tanh(h_{t-1})").check({"x": Z})


# --- expectation


def test_the_expectation_is_the_exact_weighted_mean():
    X = distribution([1.0, 2.0, 4.0], [0.5, 0.25, 0.25])
    assert formula(r"\mathbb{E}[X]")(X=X) == 2.0
    assert formula(r"\mathbb{E}[X]^2")(X=X) == 4.0
    assert formula(r"\mathbb{E} X^2 - (\mathbb{E} X)^2")(X=X) == 1.5
    assert formula(r"\operatorname{Var}(2 X + 1)")(X=X) == 6.0
    with pytest.raises(FormulaMismatch):
        formula(r"\mathbb{E}[X] = \frac{1}{4} \sum_i x_i").check({"X": X, "x": [1, 2, 1, 3.99]})
    formula(r"\mathbb{E}[X] \approx \frac14 \sum_i x_i").check({"X": X, "x": [1, 2, 1, 3.99]})


def test_symbols_of_different_spaces_are_independent_and_of_one_are_not():
    coin = distribution([0.0, 1.0], [0.4, 0.6])
    pair = joint([0.4, 0.6], {"X": [0.0, 1.0], "Y": [0.0, 1.0]})
    product = formula(r"\mathbb{E}[X Y]")
    assert product(pair) == 0.6
    assert product(X=coin, Y=distribution([0.0, 1.0], [0.4, 0.6])) == pytest.approx(0.36)
    assert formula(r"\operatorname{Cov}(X, Y)")(pair) == pytest.approx(0.24)


def test_the_mean_over_a_named_symbol_leaves_the_others_random():
    values = {"X": distribution([1.0, 3.0], [0.5, 0.5]), "Y": distribution([0.0, 4.0], [0.5, 0.5])}
    formula(r"\mathbb{E}_X[X Y] = 2 Y").check(values)
    assert formula(r"\operatorname{Var}(\mathbb{E}_X[X Y])")(values) == 16.0
    formula(r"\mathbb{E}_{u \sim X}[u^2 Y] = 5 Y").check(values)


def test_random_vectors_and_functions_of_them():
    masks = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    values = joint([0.25] * 4, {"m": masks}) | {"x": [2.0, 6.0], "f": np.square}
    np.testing.assert_array_equal(formula(r"\mathbb{E}[m \odot x]")(values), [1, 3])
    np.testing.assert_array_equal(formula(r"\mathbb{E}[f(m_i x_i)]")(values), [2, 18])


# --- checks


def test_the_report_counts_and_keeps_the_sides():
    report = formula(r"a + b = c \le d, \qquad e = 2").check(
        {"a": 1, "b": 2, "c": 3, "d": 4, "e": 2}
    )
    assert [(r.step, r.left, r.sign, r.right) for r in report.relations] == [
        (1, "a + b", "=", "c"), (2, "c", r"\le", "d"), (3, "e", "=", "2")]  # fmt: skip
    assert report.checked == 3
    assert report.sides == (("a + b", 3.0), ("c", 3.0), ("d", 4.0), ("e", 2.0), ("2", 2.0))


def test_a_mismatch_names_the_step_the_place_and_both_values():
    with pytest.raises(FormulaMismatch) as caught:
        formula(r"x_i = x_i = y_i").check({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.5, 3.0]})
    assert str(caught.value) == (
        "step 2 of x_i = x_i = y_i\ndoes not hold at i = 2 (rtol 1e-09):\n"
        "  x_i\n    is 2\n  = y_i\n    is 2.5"
    )
    assert isinstance(caught.value, AssertionError)
    assert caught.value.relation.step == 2
    with pytest.raises(FormulaMismatch, match=r"at entry \(2, 1\)"):
        formula("A = B").check({"A": np.eye(2), "B": [[1, 0], [3, 1]]})


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("sign", ["=", r"\le", r"\approx", r"\ne", ">"])
def test_what_is_not_finite_never_agrees(bad, sign):
    with pytest.raises(FormulaMismatch):
        formula(f"a {sign} b").check({"a": bad, "b": bad})
    with pytest.raises(FormulaMismatch):
        formula(f"a_i {sign} b_i").check({"a": [1.0, bad], "b": [1.0, bad]})


def test_the_tolerance_is_relative_to_the_largest_addend():
    formula("(a + b) - a = b").check({"a": 1e6, "b": 1.1e-4})
    with pytest.raises(FormulaMismatch):
        formula("a = b").check({"a": 1.0, "b": 1 + 2e-9})
    formula("a = b").check({"a": 1.0, "b": 1 + 5e-10})
    formula("a = b").check({"a": 1.0, "b": 1 + 2e-9}, rtol=1e-8)
    formula("a - c = 0").check({"a": 1.0, "c": 1 + 5e-10})
    with pytest.raises(FormulaMismatch):
        formula("a - c = 0").check({"a": 1.0, "c": 1 + 2e-9})
    with pytest.raises(FormulaMismatch):
        formula("a = 0").check({"a": 1e-300})


@pytest.mark.parametrize(
    ("latex", "holds"),
    [
        (r"a < b", True), (r"b < a", False), (r"a \le a", True), (r"a < a", False),
        (r"b \ge a > 0", True), (r"a \ne b", True), (r"a \neq a", False), (r"x_i \le 3", True),
        (r"x_i < 3", False), (r"x \ne 2 x", True), (r"x_i \propto 2 x_i", True),
        (r"x_i \propto x_i^2", False), (r"a \approx 1.005", True), (r"a \approx 1.02", False),
        (r"a := 1", True), (r"a \equiv 2", False), (r"x - x = 0", True), (r"x = 0", False),
        (r"x_i \ne 2", False), (r"A B \ne B A", True), (r"A A \ne A A", False),
    ],
)  # fmt: skip
def test_relations(latex, holds):
    values = {"a": 1.0, "b": 2.0, "x": [1.0, 2.0, 3.0], "A": [[1, 2], [3, 4]],
              "B": [[0, 1], [1, 1]]}  # fmt: skip
    if holds:
        assert formula(latex).check(values).checked
    else:
        with pytest.raises(FormulaMismatch):
            formula(latex).check(values)


def test_a_derivative_is_judged_with_its_own_tolerance():
    slope = formula(r"\frac{d u^2}{du} = s")
    slope.check({"u": 1.0, "s": 2 + 1e-6})
    with pytest.raises(FormulaMismatch):
        slope.check({"u": 1.0, "s": 2 + 1e-4})
    with pytest.raises(FormulaMismatch):
        slope.check({"u": 1.0, "s": 2 + 1e-6}, derivative_rtol=1e-8)


def test_a_formula_shows_as_its_latex():
    assert formula("x^2")._repr_latex_() == r"$\displaystyle x^2$"
    assert repr(formula("x^2")) == "formula('x^2')"


def test_derived_values_need_their_keys():
    with pytest.raises(FormulaError, match="v is not bound"):
        formula("u")(u=derived(np.sin, "v"))
