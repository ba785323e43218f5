"""Cross-entropy, entropy and divergence, against values worked by hand, SciPy and derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import scipy.stats
from array_api_compat import array_namespace
from helpers import central_difference, to_numpy

import nnlib

RTOL = {"float32": 2e-6, "float64": 1e-14}


def distributions(rng, shape, dtype="float64"):
    p = rng.dirichlet(np.ones(shape[-1]), size=shape[:-1]).astype(dtype)
    assert np.ptp(p) > 0.1
    return p


# The study notes' example, by hand: -ln 0.866 = 0.14387037; the gradient is 0.866 - 1 = -0.134.
NOTES = np.array([0.015, 0.866, 0.117])


def test_cross_entropy_of_the_notes_example(xp):
    probs = xp.asarray(NOTES)
    one_hot = xp.asarray([0.0, 1.0, 0.0], dtype=xp.float64)
    for labels in (one_hot, xp.asarray(1)):
        np.testing.assert_allclose(
            to_numpy(nnlib.cross_entropy(probs, labels)), 0.14387037, rtol=1e-7
        )


def test_gradient_of_the_notes_example():
    # log ŷ are logits whose softmax is ŷ over its sum, 0.998: the notes' figures are rounded.
    gradient = nnlib.softmax_cross_entropy_grad(np.log(NOTES), np.array(1))
    np.testing.assert_allclose(gradient, [0.015 / 0.998, 0.866 / 0.998 - 1, 0.117 / 0.998])
    np.testing.assert_allclose(gradient, [0.015, -0.134, 0.117], atol=0.002)


def test_loss_of_equal_logits_is_log_of_the_number_of_classes(xp, dtype):
    logits = xp.zeros((5, 10), dtype=getattr(xp, dtype))
    loss = nnlib.softmax_cross_entropy(logits, xp.asarray([0, 3, 5, 8, 9]))
    assert loss.dtype == logits.dtype
    np.testing.assert_allclose(to_numpy(loss), np.full(5, np.log(10)), rtol=RTOL[dtype])


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 4, 3)])
def test_softmax_cross_entropy_is_cross_entropy_of_softmax(xp, dtype, rng, shape):
    logits = (2 * rng.standard_normal(shape)).astype(dtype)
    labels = distributions(rng, shape, dtype)
    # SciPy, in float64, is the independent form.
    probs = scipy.special.softmax(logits.astype("float64"), axis=-1)
    expected = -np.sum(labels * np.log(probs), axis=-1)
    for loss in (
        nnlib.softmax_cross_entropy(xp.asarray(logits), xp.asarray(labels)),
        nnlib.cross_entropy(nnlib.softmax(xp.asarray(logits)), xp.asarray(labels)),
    ):
        assert loss.shape == shape[:-1]
        assert loss.dtype == getattr(xp, dtype)
        np.testing.assert_allclose(to_numpy(loss), expected, rtol=RTOL[dtype])


@pytest.mark.parametrize(
    "function",
    [nnlib.cross_entropy, nnlib.softmax_cross_entropy, nnlib.softmax_cross_entropy_grad],
)
def test_integer_labels_are_one_hot_labels(xp, dtype, rng, function):
    scores = distributions(rng, (2, 4, 5), dtype)
    labels = rng.integers(5, size=(2, 4))
    assert len(np.unique(labels)) > 1
    by_integer = function(xp.asarray(scores), xp.asarray(labels))
    by_one_hot = function(xp.asarray(scores), xp.asarray(np.eye(5, dtype=dtype)[labels]))
    assert by_integer.dtype == getattr(xp, dtype)
    np.testing.assert_array_equal(to_numpy(by_integer), to_numpy(by_one_hot))


def test_gradient_agrees_with_central_differences_and_jax(rng):
    logits, labels = 2 * rng.standard_normal((4, 5)), distributions(rng, (4, 5))
    gradient = nnlib.softmax_cross_entropy_grad(logits, labels)

    def loss(z):
        return nnlib.softmax_cross_entropy(z, array_namespace(z).asarray(labels)).sum()

    np.testing.assert_allclose(gradient, central_difference(loss, logits), rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(gradient, jax.grad(loss)(logits), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-15)


def test_gradient_is_the_vjp_of_softmax_behind_cross_entropy(rng):
    # The chain rule through the probabilities: dL/dŷ = -y/ŷ, then softmax's own vjp.
    logits, labels = rng.standard_normal((4, 5)), distributions(rng, (4, 5))
    dy = -labels / scipy.special.softmax(logits, axis=-1)
    np.testing.assert_allclose(
        nnlib.softmax_vjp(dy, logits),
        nnlib.softmax_cross_entropy_grad(logits, labels),
        rtol=1e-12,
        atol=1e-14,
    )


def test_extreme_logits_give_the_limits_without_a_warning(xp, dtype):
    logits = xp.asarray([[1e4, -1e4], [1e4, -1e4]], dtype=getattr(xp, dtype))
    labels = xp.asarray([0, 1])
    np.testing.assert_allclose(to_numpy(nnlib.softmax_cross_entropy(logits, labels)), [0, 2e4])
    np.testing.assert_array_equal(
        to_numpy(nnlib.softmax_cross_entropy_grad(logits, labels)), [[0, 0], [1, -1]]
    )


def test_cross_entropy_at_probability_zero(xp, dtype):
    probs = xp.asarray([[0.0, 1.0], [0.0, 1.0]], dtype=getattr(xp, dtype))
    np.testing.assert_array_equal(
        to_numpy(nnlib.cross_entropy(probs, xp.asarray([0, 1]))), [np.inf, 0]
    )


def test_entropy_agrees_with_scipy(xp, dtype, rng):
    p = distributions(rng, (4, 3), dtype)
    np.testing.assert_allclose(
        to_numpy(nnlib.entropy(xp.asarray(p))), scipy.stats.entropy(p, axis=-1), rtol=RTOL[dtype]
    )


def test_kl_divergence_agrees_with_scipy(xp, dtype, rng):
    p, q = distributions(rng, (4, 3), dtype), distributions(rng, (4, 3), dtype)
    np.testing.assert_allclose(
        to_numpy(nnlib.kl_divergence(xp.asarray(p), xp.asarray(q))),
        scipy.stats.entropy(p, q, axis=-1),
        rtol=20 * RTOL[dtype],
    )


def test_cross_entropy_is_entropy_plus_divergence(rng):
    p, q = distributions(rng, (4, 3)), distributions(rng, (4, 3))
    np.testing.assert_allclose(
        nnlib.cross_entropy(q, p), nnlib.entropy(p) + nnlib.kl_divergence(p, q), rtol=1e-13
    )


def test_entropy_and_divergence_at_zero_probabilities():
    certain, even = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    assert nnlib.entropy(certain) == 0
    assert nnlib.entropy(even) == pytest.approx(np.log(2), rel=1e-15)
    assert nnlib.kl_divergence(certain, certain) == 0
    assert nnlib.kl_divergence(certain, even) == pytest.approx(np.log(2), rel=1e-15)
    assert nnlib.kl_divergence(even, certain) == np.inf


@pytest.mark.parametrize("labels", ["integers", "distributions"])
@pytest.mark.parametrize(
    "function",
    [nnlib.cross_entropy, nnlib.softmax_cross_entropy, nnlib.softmax_cross_entropy_grad],
)
def test_jit_and_vmap_change_nothing(rng, function, labels):
    scores = distributions(rng, (4, 3))
    labels = np.array([0, 2, 1, 1]) if labels == "integers" else distributions(rng, (4, 3))
    expected = function(scores, labels)
    np.testing.assert_allclose(jax.jit(function)(scores, labels), expected, rtol=1e-13)
    np.testing.assert_allclose(jax.vmap(function)(scores, labels), expected, rtol=1e-13)


def test_gradient_of_cross_entropy_at_zero_is_no_nan():
    # jax.grad through 0 · log 0: a class without a label has no say.
    p = jnp.asarray([0.0, 1.0])
    gradient = jax.grad(nnlib.cross_entropy)(p, p)
    np.testing.assert_array_equal(gradient, [0, -1])


S, Y = np.zeros((2, 3)), np.full((2, 3), 1 / 3)
BAD = [
    (S, [0, 1], TypeError, "labels must be an array .* got list"),
    ([0.0, 1.0], np.array(0), TypeError, "must be an array .* got list"),
    (S, jnp.array([0, 1]), TypeError, "labels must be of one array library"),
    (S, np.array([True, False]), TypeError, "labels must have an integer or a real .* got bool"),
    (
        S,
        np.array([0, 1, 2]),
        ValueError,
        r"integer labels must have the shape .*\(2,\), got \(3,\)",
    ),
    (S, np.array([0, 3]), ValueError, "integer labels must be from 0 to 2"),
    (S, np.array([0, -1]), ValueError, "integer labels must be from 0 to 2"),
    (S, Y[0], ValueError, r"labels must have the shape of .* \(2, 3\), got \(3,\)"),
    (S, Y[:, 0], ValueError, r"labels must .* \(2, 3\), or be integers .* got float64 .* \(2,\)"),
    (S, 2 * Y, ValueError, "labels must sum to 1 along the last axis"),
    (S, np.array([[2.0, -1.0, 0.0]] * 2), ValueError, "labels must be non-negative"),
    (S, Y * np.nan, ValueError, "labels must be non-negative, got .* NaN"),
    (S[:, :0], np.array([0, 0]), ValueError, "must not be empty along axis -1"),
    (S.astype(int), np.array([0, 1]), TypeError, "must have a real floating-point dtype"),
]


@pytest.mark.parametrize(("scores", "labels", "error", "message"), BAD)
@pytest.mark.parametrize(
    "function",
    [nnlib.cross_entropy, nnlib.softmax_cross_entropy, nnlib.softmax_cross_entropy_grad],
)
def test_bad_input_is_named(function, scores, labels, error, message):
    with pytest.raises(error, match=message):
        function(scores, labels)


P = np.array([0.25, 0.75])
BAD_DISTRIBUTIONS = [
    (lambda: nnlib.cross_entropy(-P, np.array(0)), ValueError, "probs must be non-negative"),
    (lambda: nnlib.entropy(2 * P), ValueError, "probs must sum to 1"),
    (lambda: nnlib.entropy([0.5, 0.5]), TypeError, "probs must be an array"),
    (lambda: nnlib.kl_divergence(P, P[:1]), ValueError, r"q must have the shape of p, \(2,\)"),
    (lambda: nnlib.kl_divergence(P, 2 * P), ValueError, "q must sum to 1"),
    (lambda: nnlib.kl_divergence(P - 1, P), ValueError, "p must be non-negative"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD_DISTRIBUTIONS)
def test_distributions_are_checked(call, error, message):
    with pytest.raises(error, match=message):
        call()
