"""Bias and variance, folds and curves, against hand-worked values, loops and scikit-learn."""

import numpy as np
import pytest
from sklearn import model_selection
from sklearn.linear_model import Ridge

from nnlib.bias_variance import bias_variance, k_fold, learning_curve, validation_curve
from nnlib.regularization import ridge

# --- The decomposition


def test_by_hand(xp, dtype):
    # Two models, two points. At the first, mean 2 for a truth of 1, and deviations of ±1; at the
    # second, mean 5 for a truth of 2, and deviations of ±2.
    predictions = xp.asarray([[1.0, 3.0], [3.0, 7.0]], dtype=getattr(xp, dtype))
    targets = xp.asarray([1.0, 2.0], dtype=getattr(xp, dtype))
    parts = bias_variance(predictions, targets, noise=0.25)
    assert parts == ((1 + 9) / 2, (1 + 4) / 2, 0.25, 7.75)
    assert parts._fields == ("bias2", "variance", "noise", "error")
    assert all(type(part) is float for part in parts)
    assert bias_variance(predictions, targets).error == 7.5


def test_the_parts_add_up_exactly_and_agree_with_loops(rng):
    predictions, targets = rng.normal(size=(7, 5)) + 2, rng.normal(size=5)
    bias2, variance, noise, error = bias_variance(predictions, targets, noise=0.3)
    assert min(bias2, variance) > 0.1
    assert bias2 + variance + noise == pytest.approx(error, rel=1e-14)
    squares = [(predictions[s, n] - targets[n]) ** 2 for s in range(7) for n in range(5)]
    assert error == pytest.approx(sum(squares) / 35 + 0.3, rel=1e-13)
    means = [sum(predictions[s, n] for s in range(7)) / 7 for n in range(5)]
    offsets = [(mean - target) ** 2 for mean, target in zip(means, targets, strict=True)]
    assert bias2 == pytest.approx(sum(offsets) / 5, rel=1e-13)


def test_a_shrunken_mean_has_the_bias_and_variance_of_theory(rng):
    # Of n numbers with mean μ and variance σ², c times the mean: bias (c - 1)μ, variance c²σ²/n.
    means = rng.normal(3.0, 2.0, size=(40_000, 5)).mean(axis=1)
    for c in (1.0, 0.5):
        parts = bias_variance(c * means[:, None], np.array([3.0]), noise=4.0)
        assert parts.bias2 == pytest.approx((c - 1) ** 2 * 9, rel=0.02, abs=1e-4)
        assert parts.variance == pytest.approx(c**2 * 4 / 5, rel=0.03)


# --- Folds


@pytest.mark.parametrize(("n", "k"), [(10, 5), (10, 3), (7, 7), (2, 2), (101, 4)])
def test_folds_are_a_partition(rng, n, k):
    splits = k_fold(n, k=k, rng=rng)
    assert len(splits) == k
    held_out = np.concatenate([validation for _, validation in splits])
    np.testing.assert_array_equal(np.sort(held_out), np.arange(n))
    for train, validation in splits:
        np.testing.assert_array_equal(np.sort(np.concatenate([train, validation])), np.arange(n))
    # The sizes are those of scikit-learn.
    theirs = model_selection.KFold(k).split(np.zeros(n))
    assert [len(v) for _, v in splits] == [len(v) for _, v in theirs]


def test_folds_are_random_and_come_from_the_generator():
    first, again, other = (k_fold(50, k=5, rng=np.random.default_rng(s)) for s in (1, 1, 2))
    for (train, validation), (same_train, same_validation) in zip(first, again, strict=True):
        np.testing.assert_array_equal(train, same_train)
        np.testing.assert_array_equal(validation, same_validation)
        assert (np.diff(train) < 0).any(), "not in order"
    assert (first[0][1] != other[0][1]).any()


# --- Curves


@pytest.fixture
def data(rng):
    X = rng.normal(size=(30, 4))
    return X, X @ np.array([1.0, -2.0, 0.5, 0.0]) + rng.normal(size=30)


def mean_squared_error(w, X, y):
    return ((X @ w - y) ** 2).mean()


def test_learning_curve_agrees_with_scikit_learn(data):
    train, validation = learning_curve(
        lambda X, y: ridge(X, y, strength=0.5),
        mean_squared_error, *data, sizes=[3, 10, 22], k=4, rng=np.random.default_rng(1),
    )  # fmt: skip
    _, *theirs = model_selection.learning_curve(
        Ridge(alpha=0.5, fit_intercept=False), *data, train_sizes=[3, 10, 22],
        cv=k_fold(30, k=4, rng=np.random.default_rng(1)), scoring="neg_mean_squared_error",
    )  # fmt: skip
    assert train.shape == validation.shape == (3, 4)
    np.testing.assert_allclose(train, -theirs[0], rtol=1e-9)
    np.testing.assert_allclose(validation, -theirs[1], rtol=1e-9)


def test_validation_curve_agrees_with_scikit_learn(data):
    values = [0.01, 1.0, 100.0]
    train, validation = validation_curve(
        lambda X, y, value: ridge(X, y, strength=value),
        mean_squared_error, *data, values=values, k=7, rng=np.random.default_rng(1),
    )  # fmt: skip
    theirs = model_selection.validation_curve(
        Ridge(fit_intercept=False), *data, param_name="alpha", param_range=values,
        cv=k_fold(30, k=7, rng=np.random.default_rng(1)), scoring="neg_mean_squared_error",
    )  # fmt: skip
    assert train.shape == validation.shape == (3, 7)
    np.testing.assert_allclose(train, -theirs[0], rtol=1e-9)
    np.testing.assert_allclose(validation, -theirs[1], rtol=1e-9)


def test_arrays_of_any_library_are_split(xp):
    X = xp.reshape(xp.arange(8.0), (4, 2))
    y = xp.asarray([0.0, 1.0, 1.0, 2.0])
    # Leaving one out, the mean of the others is 4/3, 1, 1 and 2/3, off by 4/3, 0, 0 and 4/3.
    train, validation = validation_curve(
        lambda X, y, shift: xp.mean(y) + shift,
        lambda mean, X, y: xp.max(xp.abs(y - mean)) if X.shape[1] == 2 else None,
        X, y, values=[0, 1.0], k=4, rng=np.random.default_rng(0),
    )  # fmt: skip
    np.testing.assert_allclose(np.sort(validation[0]), [0, 0, 4 / 3, 4 / 3], atol=1e-12)
    np.testing.assert_allclose(np.sort(validation[1]), [1 / 3, 1, 1, 7 / 3])
    np.testing.assert_allclose(np.sort(train[0]), [2 / 3, 2 / 3, 1, 1])


def test_no_model_sees_what_it_is_validated_on():
    X, seen = np.arange(20), []

    def fit(X, y, *value):
        seen.append((set(X.tolist()), *value))
        np.testing.assert_array_equal(y, -X)
        return set(X.tolist())

    def error(trained_on, X, y):
        np.testing.assert_array_equal(y, -X)
        return len(trained_on & set(X.tolist()))

    rng = np.random.default_rng(0)
    train, validation = learning_curve(fit, error, X, -X, sizes=[5, 1, 15], k=4, rng=rng)
    np.testing.assert_array_equal(train, [[5] * 4, [1] * 4, [15] * 4])
    np.testing.assert_array_equal(validation, np.zeros((3, 4)))
    for five, one, fifteen in zip(seen[:4], seen[4:8], seen[8:], strict=True):
        assert one[0] < five[0] < fifteen[0]
    seen.clear()
    train, validation = validation_curve(fit, error, X, -X, values=["a", None], k=5, rng=rng)
    np.testing.assert_array_equal(train, np.full((2, 5), 16))
    np.testing.assert_array_equal(validation, np.zeros((2, 5)))
    assert [value for _, value in seen] == ["a"] * 5 + [None] * 5
    assert seen[:5] == [(rows, "a") for rows, _ in seen[5:]], "the same folds for each value"


# --- Bad input

RNG = np.random.default_rng(0)
P, T = np.ones((3, 2)), np.ones(2)
curve = {"k": 2, "rng": RNG}
BAD = [
    (lambda: bias_variance(P.tolist(), T), TypeError, "predictions must be an array"),
    (lambda: bias_variance(P, T.astype(int)), TypeError, "targets must have a real floating"),
    (lambda: bias_variance(T, T), ValueError, r"predictions must have the shape \(S, n\)"),
    (lambda: bias_variance(P[:0], T), ValueError, r"of 1 or more, got \(0, 2\)"),
    (lambda: bias_variance(P, P), ValueError, r"targets must have the shape \(2,\).*got \(3, 2\)"),
    (lambda: bias_variance(P, T, noise=-1), ValueError, "noise must be 0 or more, got -1"),
    (lambda: k_fold(5, k=1, rng=RNG), ValueError, "k must be 2 or more, got 1"),
    (lambda: k_fold(5, k=6, rng=RNG), ValueError, "k must be at most the number of examples, 5"),
    (lambda: k_fold(5.0, k=2, rng=RNG), TypeError, "n must be an integer, got float"),
    (lambda: k_fold(5, k=2, rng=0), TypeError, "rng must be a numpy.random.Generator"),
    (
        lambda: learning_curve(None, None, P, T, sizes=[1], **curve),
        ValueError,
        r"X and y must be equally many .*got the shapes \(3, 2\) and \(2,\)",
    ),
    (
        lambda: learning_curve(None, None, T, T, sizes=[1, 2], **curve),
        ValueError,
        r"sizes\[1\] must be at most the size of a training part, 1, got 2",
    ),
    (
        lambda: learning_curve(None, None, T, T, sizes=[0], **curve),
        ValueError,
        r"sizes\[0\] must be 1 or more, got 0",
    ),
    (
        lambda: validation_curve(None, None, [1.0], T, values=[1], **curve),
        TypeError,
        "X must be an array",
    ),
    (
        lambda: validation_curve(None, None, T, T[0], values=[1], **curve),
        ValueError,
        r"X and y must be equally many .*got the shapes \(2,\) and \(\)",
    ),
    (
        lambda: validation_curve(None, None, T, T, values=[1], k=3, rng=RNG),
        ValueError,
        "k must be at most the number of examples, 2, got 3",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
