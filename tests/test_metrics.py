"""Metrics, against values worked by hand and scikit-learn."""

import numpy as np
import pytest
import sklearn.calibration
import sklearn.metrics
from helpers import to_numpy

import nnlib

# --- Accuracy


def test_accuracy_by_hand(xp, dtype):
    # The largest is at 2, 0, 1, 1; where two are equal, as in the last row, the first counts.
    logits = xp.asarray(
        [[0.0, 1.0, 2.0], [3.0, 1.0, 2.0], [-3.0, -1.0, -2.0], [0.0, 5.0, 5.0]],
        dtype=getattr(xp, dtype),
    )
    assert nnlib.accuracy(logits, xp.asarray([2, 0, 1, 1])) == 1
    assert nnlib.accuracy(logits, xp.asarray([2, 0, 0, 2])) == 0.5
    assert nnlib.accuracy(logits, xp.asarray([0, 2, 0, 0])) == 0
    assert nnlib.accuracy(logits[0, :], xp.asarray(2)) == 1


def test_accuracy_of_one_logit(xp):
    # Class 1 where the logit is above 0: 0, 1, 0, 1.
    logits = xp.asarray([[-0.1], [0.1], [0.0], [7.0]])
    assert nnlib.accuracy(logits, xp.asarray([0, 1, 0, 1])) == 1
    assert nnlib.accuracy(logits, xp.asarray([1, 1, 0, 1])) == 0.75


def test_accuracy_agrees_with_sklearn(rng):
    logits, labels = rng.normal(size=(7, 9, 4)), rng.integers(4, size=(7, 9))
    predicted = logits.argmax(axis=-1)
    expected = sklearn.metrics.accuracy_score(labels.ravel(), predicted.ravel())
    assert 0 < expected < 1
    assert nnlib.accuracy(logits, labels) == expected


# --- Confusion matrix


def test_confusion_matrix_by_hand(xp):
    predicted, labels = xp.asarray([0, 1, 1, 2, 1]), xp.asarray([0, 0, 1, 2, 2])
    matrix = nnlib.confusion_matrix(predicted, labels, classes=4)
    assert xp.isdtype(matrix.dtype, "integral")
    by_hand = [[1, 1, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(to_numpy(matrix), by_hand)


def test_confusion_matrix_agrees_with_sklearn(rng):
    predicted, labels = rng.integers(5, size=(2, 10, 20))
    matrix = nnlib.confusion_matrix(predicted, labels, classes=5)
    expected = sklearn.metrics.confusion_matrix(labels.ravel(), predicted.ravel())
    assert (expected != expected.T).any()
    np.testing.assert_array_equal(matrix, expected)


# --- Calibration

# By hand, in bins of width 1/4: 0 and 0.25 in the first, none in the second, 0.75 and 0.625 in the
# third, and 1 in the last.
PROBS, LABELS = [0.0, 0.75, 0.25, 1.0, 0.625], [0, 1, 1, 1, 0]
CURVE = [0.125, np.nan, 0.6875, 1.0], [0.5, np.nan, 0.5, 1.0], [2, 0, 2, 1]


@pytest.mark.parametrize(
    ("dtype", "kind"), [("float64", "int64"), ("float32", "bool"), ("float32", "float64")]
)
def test_calibration_curve_by_hand(xp, dtype, kind):
    probs = xp.asarray(PROBS, dtype=getattr(xp, dtype))
    labels = xp.asarray(np.array(LABELS).astype(kind))
    curve = nnlib.calibration_curve(probs, labels, bins=4)
    for result, expected in zip(curve, CURVE, strict=True):
        np.testing.assert_array_equal(to_numpy(result), expected)
    assert curve[0].dtype == probs.dtype
    assert xp.isdtype(curve[2].dtype, "integral")
    # (2 · 3/8 + 2 · 3/16 + 0) / 5
    assert nnlib.expected_calibration_error(probs, labels, bins=4) == pytest.approx(0.225, rel=1e-6)


def test_calibration_curve_agrees_with_sklearn(rng):
    probs = rng.beta(0.5, 0.5, size=(40, 25))
    labels = (rng.uniform(size=probs.shape) < probs**2).astype(int)
    confidence, frequency, count = nnlib.calibration_curve(probs, labels, bins=8)
    assert count.min() > 10
    assert count.sum() == probs.size
    by_sklearn = sklearn.calibration.calibration_curve(labels.ravel(), probs.ravel(), n_bins=8)
    np.testing.assert_allclose(frequency, by_sklearn[0], rtol=1e-12)
    np.testing.assert_allclose(confidence, by_sklearn[1], rtol=1e-12)


def test_expected_calibration_error_against_a_loop(rng):
    probs = rng.uniform(size=500)
    labels = (rng.uniform(size=500) < np.sqrt(probs)).astype(int)
    bins = [(k / 5, (k + 1) / 5) for k in range(5)]
    members = [(low < probs) & (probs <= high) for low, high in bins]
    gaps = [abs(probs[inside].mean() - labels[inside].mean()) for inside in members]
    expected = sum(gap * inside.mean() for gap, inside in zip(gaps, members, strict=True))
    assert expected > 0.1
    assert nnlib.expected_calibration_error(probs, labels, bins=5) == pytest.approx(expected)


def test_honest_probabilities_have_a_small_error(rng):
    probs = rng.uniform(size=100_000)
    honest, certain = rng.uniform(size=probs.size) < probs, probs > 0.5
    assert nnlib.expected_calibration_error(probs, honest) < 0.01
    # Always right, but claiming 3/4 on average: the error is 1/4.
    assert nnlib.expected_calibration_error(probs, certain) == pytest.approx(0.25, abs=0.01)
    # All in one bin: the mean claim is right, whatever the single ones are.
    assert nnlib.expected_calibration_error(probs, certain, bins=1) < 0.01


Z, K, P = np.zeros((2, 3)), np.array([0, 2]), np.array([0.5, 0.5])
Y = np.array([0, 1])
curve, error = nnlib.calibration_curve, nnlib.expected_calibration_error
BAD = [
    (lambda: nnlib.accuracy(K, K), TypeError, "logits must have a real floating-point"),
    (lambda: nnlib.accuracy(Z, [0, 2]), TypeError, "labels must be an array"),
    (lambda: nnlib.accuracy(Z, P), TypeError, "labels must have an integer dtype, got float64"),
    (lambda: nnlib.accuracy(Z, np.eye(2, 3, dtype=int)), ValueError, r"labels must have .* \(2,\)"),
    (lambda: nnlib.accuracy(Z, K + 1), ValueError, "labels must be from 0 to 2, got one outside"),
    (lambda: nnlib.accuracy(Z[:, :1], K), ValueError, "labels must be from 0 to 1"),
    (lambda: nnlib.accuracy(Z[:0], K[:0]), ValueError, "labels must not be empty"),
    (lambda: nnlib.confusion_matrix(K, K[:1], classes=3), ValueError, "labels must have the shape"),
    (lambda: nnlib.confusion_matrix(K, K, classes=2), ValueError, "predicted must be from 0 to 1"),
    (lambda: nnlib.confusion_matrix(P, K, classes=3), TypeError, "predicted must have an integer"),
    (lambda: nnlib.confusion_matrix(K, K, classes=0), ValueError, "classes must be 1 or more"),
    (lambda: curve(P, Y[:1]), ValueError, "labels must have the shape of probs"),
    (lambda: curve(P + 1, Y), ValueError, "probs must be from 0 to 1"),
    (lambda: curve(P * np.nan, Y), ValueError, "probs must be from 0 to 1"),
    (lambda: curve(P, Y + 1), ValueError, "labels must be 0 or 1"),
    (lambda: curve(P, Y, bins=0), ValueError, "bins must be 1 or more"),
    (lambda: curve(P, Y, bins=2.0), TypeError, "bins must be an integer, got float"),
    (lambda: error(P[:0], Y[:0]), ValueError, "probs must not be empty"),
    (lambda: error(Y, Y), TypeError, "probs must have a real floating-point dtype"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
