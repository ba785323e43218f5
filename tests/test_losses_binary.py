"""Binary cross-entropy, against values worked by hand, SciPy, scikit-learn and derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import sklearn.metrics
from array_api_compat import array_namespace
from helpers import central_difference, to_numpy

import nnlib

RTOL = {"float32": 2e-6, "float64": 1e-14}
OF_LOGITS = [nnlib.sigmoid_binary_cross_entropy, nnlib.sigmoid_binary_cross_entropy_grad]
ALL = [nnlib.binary_cross_entropy, *OF_LOGITS]

# By hand: for the probability 3/4, whose logit is log 3, and the labels 1, 0 and 1/2.
LOG2, LOG3 = np.log([2, 3])
LABELS = [1.0, 0.0, 0.5]
LOSSES = [2 * LOG2 - LOG3, 2 * LOG2, 2 * LOG2 - LOG3 / 2]
GRADIENTS = [-1 / 4, 3 / 4, 1 / 4]


def test_by_hand(xp, dtype):
    floating = getattr(xp, dtype)
    labels = xp.asarray(LABELS, dtype=floating)
    probs, logits = xp.full((3,), 0.75, dtype=floating), xp.full((3,), float(LOG3), dtype=floating)
    for result, expected in [
        (nnlib.binary_cross_entropy(probs, labels), LOSSES),
        (nnlib.sigmoid_binary_cross_entropy(logits, labels), LOSSES),
        (nnlib.sigmoid_binary_cross_entropy_grad(logits, labels), GRADIENTS),
    ]:
        assert result.dtype == floating
        np.testing.assert_allclose(to_numpy(result), expected, rtol=RTOL[dtype])


@pytest.mark.parametrize("function", ALL)
def test_integer_labels_are_floating_point_labels(xp, dtype, rng, function):
    scores, labels = rng.random((3, 4)).astype(dtype), rng.integers(2, size=(3, 4))
    assert 0 < labels.mean() < 1
    by_integer = function(xp.asarray(scores), xp.asarray(labels))
    by_number = function(xp.asarray(scores), xp.asarray(labels.astype(dtype)))
    assert by_integer.dtype == getattr(xp, dtype)
    assert by_integer.shape == (3, 4)
    np.testing.assert_array_equal(to_numpy(by_integer), to_numpy(by_number))


def test_the_mean_is_scikit_learn_s_log_loss(rng):
    logits, labels = 3 * rng.standard_normal(50), rng.integers(2, size=50)
    assert 0 < labels.mean() < 1
    probs = scipy.special.expit(logits)
    expected = sklearn.metrics.log_loss(labels, probs)
    for loss in (
        nnlib.binary_cross_entropy(probs, labels),
        nnlib.sigmoid_binary_cross_entropy(logits, labels),
    ):
        np.testing.assert_allclose(loss.mean(), expected, rtol=1e-13)


def test_it_is_the_cross_entropy_of_two_classes(rng):
    logits, labels = 3 * rng.standard_normal(20), rng.integers(2, size=20)
    # The sigmoid is the softmax of the logit and 0.
    two = np.stack([np.zeros(20), logits], axis=-1)
    np.testing.assert_allclose(
        nnlib.sigmoid_binary_cross_entropy(logits, labels),
        nnlib.softmax_cross_entropy(two, labels),
        rtol=1e-12,
        atol=1e-15,
    )
    np.testing.assert_allclose(
        nnlib.sigmoid_binary_cross_entropy_grad(logits, labels),
        nnlib.softmax_cross_entropy_grad(two, labels)[:, 1],
        rtol=1e-12,
        atol=1e-15,
    )


def test_gradient_agrees_with_central_differences_and_jax(rng):
    logits, labels = 2 * rng.standard_normal((3, 4)), rng.random((3, 4))
    logits[0, 0] = 0
    gradient = nnlib.sigmoid_binary_cross_entropy_grad(logits, labels)

    def loss(z):
        return nnlib.sigmoid_binary_cross_entropy(z, array_namespace(z).asarray(labels)).sum()

    np.testing.assert_allclose(gradient, central_difference(loss, logits), rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(gradient, jax.grad(loss)(logits), rtol=1e-12, atol=1e-15)


def test_extreme_logits_give_the_limits_without_a_warning(xp, dtype):
    logits = xp.asarray([1e4, 1e4, -1e4, -1e4, 1e30, -1e30], dtype=getattr(xp, dtype))
    labels = xp.asarray([1, 0, 1, 0, 1, 0])
    loss = to_numpy(nnlib.sigmoid_binary_cross_entropy(logits, labels))
    gradient = to_numpy(nnlib.sigmoid_binary_cross_entropy_grad(logits, labels))
    np.testing.assert_array_equal(loss, [0, 1e4, 1e4, 0, 0, 0])
    np.testing.assert_array_equal(gradient, [0, 1, -1, 0, 0, 0])


def test_a_small_loss_keeps_its_digits():
    # log(1 + e^-40) is e^-40 to the last digit; softplus(40) - 40 is 0.
    loss = nnlib.sigmoid_binary_cross_entropy(np.array([40.0, -40.0]), np.array([1, 0]))
    np.testing.assert_allclose(loss, np.exp(-40), rtol=1e-14)


def test_certain_predictions(xp, dtype):
    probs = xp.asarray([0.0, 0.0, 1.0, 1.0, 1.0], dtype=getattr(xp, dtype))
    labels = xp.asarray([0.0, 1.0, 1.0, 0.0, 0.5], dtype=getattr(xp, dtype))
    loss = to_numpy(nnlib.binary_cross_entropy(probs, labels))
    np.testing.assert_array_equal(loss, [0, np.inf, 0, np.inf, np.inf])
    assert not np.signbit(loss).any()


def test_gradient_at_certain_predictions_is_no_nan():
    # jax.grad through 0 · log 0: d/dp of -log p at 1, and of -log(1 - p) at 0.
    gradient = jax.vmap(jax.grad(nnlib.binary_cross_entropy))(
        jnp.asarray([1.0, 0]), jnp.asarray([1, 0])
    )
    np.testing.assert_array_equal(gradient, [-1, 1])


@pytest.mark.parametrize("function", ALL)
def test_jit_vmap_and_a_call_change_nothing(rng, function):
    scores, labels = rng.random((3, 4)), rng.integers(2, size=(3, 4))
    before = scores.copy()
    expected = function(scores, labels)
    mapped = jax.jit(jax.vmap(function))(scores, labels)
    np.testing.assert_allclose(mapped, expected, rtol=1e-13)
    np.testing.assert_array_equal(scores, before)


S = np.full((2, 3), 0.5)
BAD = [
    (S, [0, 1], TypeError, "labels must be an array .* got list"),
    ([0.5], np.array([1]), TypeError, "(probs|logits) must be an array .* got list"),
    (S.astype(int), S, TypeError, "(probs|logits) must have a real floating-point dtype"),
    (S, jnp.zeros((2, 3)), TypeError, "labels must be of one array library"),
    (S, S > 0, TypeError, "labels must have an integer or a real .* dtype, got bool"),
    (S, S[0], ValueError, r"labels must have the shape of \w+, \(2, 3\), got \(3,\)"),
    (S, np.full((2, 3), 2), ValueError, "integer labels must be 0 or 1"),
    (S, np.full((2, 3), -1), ValueError, "integer labels must be 0 or 1"),
    (S, S + 0.6, ValueError, "labels must be from 0 to 1"),
    (S, S - 0.6, ValueError, "labels must be from 0 to 1"),
    (S, S * np.nan, ValueError, "labels must be from 0 to 1, got .* NaN"),
]


@pytest.mark.parametrize(("scores", "labels", "error", "message"), BAD)
@pytest.mark.parametrize("function", ALL)
def test_bad_input_is_named(function, scores, labels, error, message):
    with pytest.raises(error, match=message):
        function(scores, labels)


@pytest.mark.parametrize("probs", [S + 0.6, S - 0.6, S * np.nan])
def test_probabilities_are_checked(probs):
    with pytest.raises(ValueError, match="probs must be from 0 to 1"):
        nnlib.binary_cross_entropy(probs, S)
