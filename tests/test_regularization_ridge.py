"""Ridge regression, and lasso and elastic net by proximal steps, against scikit-learn and others.

scikit-learn's objectives are ‖y - Xw‖² + α‖w‖² for ridge, and ‖y - Xw‖²/(2m) + α(r‖w‖₁ +
(1 - r)/2 ‖w‖²) for the others. The book's is ½‖y - Xw‖² + Ω(w): so λ is α there, and m α here.
"""

from fractions import Fraction

import numpy as np
import pytest
from helpers import central_difference, to_numpy
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from nnlib.regularization import elastic_net_penalty, l1_penalty, l2_penalty, proximal_step, ridge

RTOL = {"float32": 1e-5, "float64": 1e-12}


@pytest.fixture
def data(rng):
    X = rng.normal(size=(12, 4)) @ rng.normal(size=(4, 4))
    return X, rng.normal(size=12)


def objective(penalty, X, y, **options):
    return lambda w: ((X @ w - y) ** 2).sum() / 2 + penalty(w, **options)


# --- Ridge


def test_ridge_by_hand(xp, dtype):
    # Of one feature, w = Σxy / (Σx² + λ); of orthogonal ones, each for itself.
    X = xp.asarray([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0]], dtype=getattr(xp, dtype))
    y = xp.asarray([1.0, 4.0, -2.0], dtype=getattr(xp, dtype))
    w = ridge(X, y, strength=3.0)
    assert w.dtype == X.dtype
    np.testing.assert_allclose(to_numpy(w), [9 / 8, -6 / 12], rtol=RTOL[dtype])


@pytest.mark.parametrize("strength", [0.0, 0.01, 1.0, 100.0])
def test_ridge_agrees_with_scikit_learn_and_augmented_least_squares(data, strength):
    X, y = data
    w = ridge(X, y, strength=strength)
    np.testing.assert_allclose(
        w, Ridge(alpha=strength, fit_intercept=False).fit(X, y).coef_, rtol=1e-9
    )
    # λ‖w‖² is the squared error of further examples, √λ I, whose targets are 0.
    rows, zeros = np.vstack([X, strength**0.5 * np.eye(4)]), np.zeros(4)
    expected = np.linalg.lstsq(rows, np.concatenate([y, zeros]))[0]
    np.testing.assert_allclose(w, expected, rtol=1e-11)


def test_ridge_is_where_the_slope_of_its_objective_is_0(data):
    value = objective(l2_penalty, *data, strength=0.5)
    assert np.abs(central_difference(value, np.zeros(4))).max() > 1
    w = ridge(*data, strength=0.5)
    np.testing.assert_allclose(central_difference(value, w), np.zeros(4), atol=1e-10)


def test_ridge_of_several_targets_is_one_of_each(data, rng):
    X, _ = data
    Y = rng.normal(size=(12, 3))
    together = ridge(X, Y, strength=0.5)
    each = np.stack([ridge(X, y, strength=0.5) for y in Y.T], axis=1)
    np.testing.assert_allclose(together, each, rtol=1e-12)


def test_without_a_penalty_the_shortest_solution_is_taken(rng):
    wide = rng.normal(size=(3, 6))
    twice = np.column_stack([wide.T, wide.T[:, :1]])  # two equal columns: no inverse
    for X in (wide, twice, np.zeros((4, 2))):
        y = rng.normal(size=X.shape[0])
        w = ridge(X, y, strength=0.0)
        np.testing.assert_allclose(w, np.linalg.pinv(X) @ y, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(ridge(X, y, strength=1e-9), w, rtol=1e-6, atol=1e-9)


def test_of_two_equal_features_each_has_half_of_the_weight(xp, dtype):
    X = xp.asarray([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], dtype=getattr(xp, dtype))
    y = xp.asarray([1.0, 2.0, 6.0], dtype=getattr(xp, dtype))
    # Their sum is Σxy / Σx² = 23/14, and for λ = 7 it is 23 / (14 + 7/2).
    for strength, total in ((0.0, 23 / 14), (7.0, 23 / 17.5)):
        w = to_numpy(ridge(X, y, strength=strength))
        np.testing.assert_allclose(w, [total / 2, total / 2], rtol=RTOL[dtype])


def solve_exactly(A, b):
    """Gaussian elimination on fractions."""
    rows = [[Fraction(a) for a in (*row, b)] for row, b in zip(A, b, strict=True)]
    n = len(rows)
    for i in range(n):
        pivot = next(k for k in range(i, n) if rows[k][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [a / rows[i][i] for a in rows[i]]
        for k in range(n):
            if k != i:
                rows[k] = [a - rows[k][i] * c for a, c in zip(rows[k], rows[i], strict=True)]
    return np.array([float(row[-1]) for row in rows])


def test_ridge_keeps_its_accuracy_where_normal_equations_lose_theirs(rng):
    X = np.vander(np.linspace(0, 1, 15), 8)
    y, strength = rng.normal(size=15), 2.0**-40
    exact = [[Fraction(a) for a in row] for row in X.tolist()]
    gram = [
        [sum(row[i] * row[j] for row in exact) + (i == j) * Fraction(strength) for j in range(8)]
        for i in range(8)
    ]
    moments = [sum(row[i] * Fraction(b) for row, b in zip(exact, y.tolist(), strict=True))
               for i in range(8)]  # fmt: skip
    expected = solve_exactly(gram, moments)

    def error(w):
        return np.abs(w - expected).max() / np.abs(expected).max()

    by_normal_equations = np.linalg.solve(X.T @ X + strength * np.eye(8), X.T @ y)
    assert error(ridge(X, y, strength=strength)) < 1e-11
    assert error(by_normal_equations) > 1e-9


# --- Lasso and elastic net: many proximal steps arrive at scikit-learn's minimum


def minimise(X, y, *, l1, l2=0.0):
    curvature = np.linalg.eigvalsh(X.T @ X).max() + l2
    w = np.zeros(X.shape[1])
    for _ in range(3000):
        w = proximal_step(w, X.T @ (X @ w - y) + l2 * w, learning_rate=1 / curvature, strength=l1)
    return w


def test_proximal_steps_find_the_lasso_of_scikit_learn():
    X, y = load_diabetes(return_X_y=True)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()
    m, alpha = len(y), 0.1
    expected = Lasso(alpha=alpha, fit_intercept=False, tol=1e-12).fit(X, y).coef_
    assert 2 <= np.count_nonzero(expected) <= 8
    w = minimise(X, y, l1=m * alpha)
    np.testing.assert_array_equal(w == 0, expected == 0)
    np.testing.assert_allclose(w, expected, rtol=1e-7)
    value = objective(l1_penalty, X, y, strength=m * alpha)
    assert value(w) == pytest.approx(value(expected), rel=1e-12)


def test_proximal_steps_find_the_elastic_net_of_scikit_learn(data, rng):
    X, y = data
    m, alpha, ratio = len(y), 0.3, 0.6
    model = ElasticNet(alpha=alpha, l1_ratio=ratio, fit_intercept=False, tol=1e-13, max_iter=10**5)
    expected = model.fit(X, y).coef_
    w = minimise(X, y, l1=m * alpha * ratio, l2=m * alpha * (1 - ratio))
    assert 1 <= np.count_nonzero(expected) <= 3
    np.testing.assert_allclose(w, expected, rtol=1e-8, atol=1e-12)
    # Nearby, the penalised objective is nowhere lower.
    value = objective(elastic_net_penalty, X, y, strength=m * alpha, l1_ratio=ratio)
    nearby = expected + 1e-3 * rng.normal(size=(200, 4))
    assert min(value(u) for u in nearby) > value(expected)


# --- Bad input

X, Y = np.ones((3, 2)), np.ones(3)
BAD = [
    (lambda: ridge(X.tolist(), Y, strength=1.0), TypeError, "X must be an array"),
    (lambda: ridge(X, Y.astype(int), strength=1.0), TypeError, "y must have a real floating"),
    (lambda: ridge(Y, Y, strength=1.0), ValueError, r"X must have the shape \(m, d\).*got \(3,\)"),
    (lambda: ridge(X[:0], Y[:0], strength=1.0), ValueError, r"m and d of 1 or more, got \(0, 2\)"),
    (
        lambda: ridge(X, Y[:2], strength=1.0),
        ValueError,
        r"y must have the shape \(3,\) or \(3, k\), got \(2,\)",
    ),
    (lambda: ridge(X, Y[0], strength=1.0), ValueError, r"y must have the shape .*got \(\)"),
    (lambda: ridge(X, Y, strength=-1.0), ValueError, "strength must be 0 or more, got -1"),
    (lambda: ridge(X, Y, strength=np.nan), ValueError, "strength must be finite, got nan"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
