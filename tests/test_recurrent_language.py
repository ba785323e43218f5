"""Embedding, losses of sequences, sampling and initial parameters, by hand and by derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import to_numpy

import nnlib

# Two sequences over three symbols. By hand, with the probabilities ½, ¼, ¼ and 1/8, 1/8, ¾:
# -log ½ - log 1/8 = log 16 of the first; -log ¾ of the second, whose other step does not count.
PROBS = np.array([[[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]]] * 2)
LOGITS = np.log(PROBS) + np.array([[5.0], [-7.0]])  # a number added to all logits has no effect
LABELS = np.array([[0, 1], [0, 2]])
MASK = np.array([[True, True], [False, True]])


def test_loss_by_hand(xp, dtype):
    logits = xp.asarray(LOGITS.astype(dtype))
    loss = nnlib.sequence_cross_entropy(logits, xp.asarray(LABELS), mask=xp.asarray(MASK))
    assert loss.dtype == getattr(xp, dtype)
    rtol = 2e-6 if dtype == "float32" else 1e-13
    np.testing.assert_allclose(to_numpy(loss), [np.log(16), np.log(4 / 3)], rtol=rtol)
    without = nnlib.sequence_cross_entropy(logits, xp.asarray(LABELS))
    np.testing.assert_allclose(to_numpy(without), np.log([16, 8 / 3]), rtol=rtol)


def test_perplexity_by_hand(xp):
    # Three steps count: exp(log(16 · 4/3) / 3). All four: (16 · 8/3)^¼.
    args = xp.asarray(LOGITS), xp.asarray(LABELS)
    found = nnlib.perplexity(*args, mask=xp.asarray(MASK))
    np.testing.assert_allclose(float(found), (64 / 3) ** (1 / 3), rtol=1e-13)
    np.testing.assert_allclose(float(nnlib.perplexity(*args)), (128 / 3) ** 0.25, rtol=1e-13)
    certain = nnlib.perplexity(xp.asarray([[800.0, 0.0]]), xp.asarray([0]))
    assert float(certain) == 1


def test_gradient_by_hand(xp):
    args = xp.asarray(LOGITS), xp.asarray(LABELS)
    found = nnlib.sequence_cross_entropy_grad(*args, mask=xp.asarray(MASK))
    expected = [[[-0.5, 0.25, 0.25], [0.125, -0.875, 0.75]], [[0, 0, 0], [0.125, 0.125, -0.25]]]
    np.testing.assert_allclose(to_numpy(found), expected, atol=1e-14)


def test_what_stands_at_masked_steps_has_no_influence():
    logits = np.where(MASK[..., None], LOGITS, np.nan)
    assert np.all(np.isfinite(nnlib.sequence_cross_entropy(logits, LABELS, mask=MASK)))
    gradient = nnlib.sequence_cross_entropy_grad(logits, LABELS, mask=MASK)
    np.testing.assert_array_equal(gradient[1, 0], 0)


def test_gradient_is_that_of_jax_for_classes_and_distributions(rng):
    logits = rng.normal(size=(2, 3, 4, 5))
    mask = jnp.asarray(rng.random((2, 3, 4)) < 0.6)
    for labels in (rng.integers(5, size=(2, 3, 4)), rng.dirichlet(np.ones(5), size=(2, 3, 4))):
        labels = jnp.asarray(labels)
        total = jax.grad(lambda z, y=labels: nnlib.sequence_cross_entropy(z, y, mask=mask).sum())
        found = nnlib.sequence_cross_entropy_grad(jnp.asarray(logits), labels, mask=mask)
        np.testing.assert_allclose(found, total(jnp.asarray(logits)), atol=1e-12)


def test_embedding_takes_rows_and_its_vjp_adds_them_up(xp, dtype):
    W = xp.asarray(np.arange(8.0).reshape(4, 2).astype(dtype))
    ids = xp.asarray([[3, 0, 3], [1, 3, 1]])
    x = nnlib.embedding(ids, W)
    assert x.dtype == W.dtype
    rows = [[[6, 7], [0, 1], [6, 7]], [[2, 3], [6, 7], [2, 3]]]
    np.testing.assert_array_equal(to_numpy(x), rows)
    dy = xp.asarray(np.arange(1.0, 13.0).reshape(2, 3, 2).astype(dtype))
    # Row 3: (1, 2) + (5, 6) + (9, 10); row 1: (7, 8) + (11, 12).
    found = nnlib.embedding_vjp(dy, ids, W)
    assert found.dtype == W.dtype
    np.testing.assert_array_equal(to_numpy(found), [[3, 4], [18, 20], [0, 0], [15, 18]])


def test_embedding_is_the_product_with_one_hot_rows(rng):
    W, ids = rng.normal(size=(7, 3)), rng.integers(7, size=(4, 5))
    np.testing.assert_array_equal(nnlib.embedding(ids, W), np.eye(7)[ids] @ W)
    dy = rng.normal(size=(4, 5, 3))
    _, pull = jax.vjp(lambda W: nnlib.embedding(jnp.asarray(ids), W), jnp.asarray(W))
    np.testing.assert_allclose(nnlib.embedding_vjp(dy, ids, W), pull(dy)[0], atol=1e-13)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_classes_are_drawn_with_softmax_s_probabilities(xp, rng, temperature):
    logits, draws = np.array([1.0, 0.0, -1.0, 2.0]), 20_000
    many = xp.asarray(np.tile(logits, (draws, 1)))
    drawn = nnlib.sample_with_temperature(many, rng=rng, temperature=temperature)
    weights = np.exp(logits / temperature)
    probs = weights / weights.sum()
    frequencies = np.bincount(to_numpy(drawn), minlength=4) / draws
    # Four standard deviations: 1 in 16,000 per class.
    bound = 4 * np.sqrt(probs * (1 - probs) / draws)
    assert np.all(abs(frequencies - probs) < bound)
    assert np.all(bound < 0.015)


def test_extreme_temperatures_and_logits(xp, rng):
    logits = xp.asarray(np.array([[0.0, 3.0, 3.0], [1e4, -1e4, 0.0]], dtype="float32"))
    for temperature in (0, 1e-30):
        drawn = nnlib.sample_with_temperature(logits, rng=rng, temperature=temperature)
        assert to_numpy(drawn)[1] == 0
    first = nnlib.sample_with_temperature(logits, rng=rng, temperature=0)
    np.testing.assert_array_equal(to_numpy(first), [1, 0])  # the first of two that are alike
    many = xp.zeros((3000, 3), dtype=xp.float32) + logits[1, :]
    hot = nnlib.sample_with_temperature(many, rng=rng, temperature=1e30)
    assert np.all(np.bincount(to_numpy(hot), minlength=3) > 900)  # of 1000 each


def test_samples_depend_on_the_generator_alone():
    logits = np.zeros((5, 10))
    first, second, other = (
        nnlib.sample_with_temperature(logits, rng=np.random.default_rng(s)) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert np.any(first != other)


def test_initial_parameters_of_an_lstm(rng, dtype):
    W_x, W_h, b_x, b_h = nnlib.lstm_init((30, 20), rng=rng, forget_bias=2.5, dtype=dtype)
    assert {a.dtype for a in (W_x, W_h, b_x, b_h)} == {np.dtype(dtype)}
    np.testing.assert_array_equal(b_x, [0] * 20 + [2.5] * 20 + [0] * 40)
    np.testing.assert_array_equal(b_h, np.zeros(80))
    for gate in np.split(W_h, 4, axis=1):
        np.testing.assert_allclose(gate.T @ gate, np.eye(20), atol=1e-6)
    for gate in np.split(W_x, 4, axis=1):  # of the gate alone: in + out = 30 + 20
        assert gate.shape == (30, 20)
        assert 0.9 < abs(gate).max() / np.sqrt(6 / 50) <= 1
    gates = [*np.split(W_h, 4, axis=1), *np.split(W_x, 4, axis=1)]
    assert not any(np.array_equal(a, b) for i, a in enumerate(gates) for b in gates[:i])


RNG = np.random.default_rng(0)
Z, W3 = np.zeros((2, 4, 3)), np.zeros((3, 2))
BAD = [
    (lambda: nnlib.embedding(np.array([0.0]), W3), TypeError, "ids must have an integer dtype"),
    (lambda: nnlib.embedding(np.array([3]), W3), ValueError, "ids must be from 0 to 2"),
    (lambda: nnlib.embedding(np.array([-1]), W3), ValueError, "ids must be from 0 to 2"),
    (lambda: nnlib.embedding(np.array([0]), W3[0]), ValueError, r"W must .*\(V, D\).* got \(2,\)"),
    (lambda: nnlib.embedding(np.array([0]), W3.astype(int)), TypeError, "W must have a real"),
    (lambda: nnlib.embedding_vjp(W3, np.array([0]), W3), ValueError, r"dy .*= \(1, 2\), got \(3, "),
    (lambda: nnlib.perplexity(Z[0, 0], np.array(0)), ValueError, r"\(\.\.\., T, K\).* got \(3,\)"),
    (
        lambda: nnlib.perplexity(Z[0], np.zeros(4, dtype=int), mask=np.zeros(4, dtype=bool)),
        ValueError,
        "mask must be True at one step",
    ),
    (
        lambda: nnlib.sequence_cross_entropy(Z, np.zeros((2, 4), dtype=int), mask=np.ones((2, 4))),
        TypeError,
        "mask must have a boolean dtype, got float64",
    ),
    (
        lambda: nnlib.sequence_cross_entropy_grad(Z, np.zeros((2, 4), dtype=int), mask=Z[0] == 0),
        ValueError,
        r"mask must have the shape \(\.\.\., T\) = \(2, 4\), got \(4, 3\)",
    ),
    (lambda: nnlib.sequence_cross_entropy(Z, np.zeros(4, dtype=int)), ValueError, r"\(2, 4\), got"),
    (lambda: nnlib.sample_with_temperature(Z, rng=0), TypeError, "rng must be a numpy.random.Gene"),
    (
        lambda: nnlib.sample_with_temperature(Z, rng=RNG, temperature=-1.0),
        ValueError,
        "temperature must be 0 or more, got -1.0",
    ),
    (lambda: nnlib.lstm_init(3, rng=RNG), TypeError, "shape must be a tuple, got int"),
    (lambda: nnlib.lstm_init((3, 2, 1), rng=RNG), ValueError, r"two sizes \(D, H\), got \(3, 2, 1"),
    (lambda: nnlib.lstm_init((3, 0), rng=RNG), ValueError, r"shape\[1\] must be 1 or more, got 0"),
    (lambda: nnlib.lstm_init((3, 2), rng=RNG, forget_bias=np.inf), ValueError, "must be finite"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
