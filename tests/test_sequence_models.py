"""Recurrent models: gradients, what they learn, and texts that they continue."""

from functools import partial

import numpy as np
import pytest

import nnlib
from nnlib.gradcheck import check_gradients
from nnlib.sequence_models import (
    generate,
    language_init,
    language_loss_and_grads,
    language_model,
    recurrent_init,
    recurrent_loss_and_grads,
    recurrent_model,
)
from nnlib.sequences import adding_problem, encode, windows
from nnlib.training import fit


@pytest.fixture(params=["rnn", "lstm", "gru"])
def cell(request):
    return request.param


def shaken(params, rng):
    """The parameters with biases that are all different, and no zeros."""
    return {name: w + 0.3 * rng.normal(size=w.shape) for name, w in params.items()}


@pytest.mark.parametrize(
    "options", [{}, {"bidirectional": True}, {"bidirectional": True, "steps": 4}]
)
@pytest.mark.parametrize("kind", ["classes", "numbers"])
def test_gradients_of_one_answer(rng, cell, options, kind):
    params = shaken(recurrent_init((2, 3, 4), cell=cell, rng=rng, **options), rng)
    X = rng.normal(size=(5, 4, 2))
    labels = rng.integers(4, size=5) if kind == "classes" else rng.normal(size=(5, 4))
    report = check_gradients(partial(recurrent_loss_and_grads, cell=cell), params, X, labels)
    assert report.ok, str(report)


def test_outputs_by_the_layers_themselves(rng, cell):
    options = {"cell": cell, "rng": rng, "bidirectional": True}
    X, h0 = rng.normal(size=(5, 4, 2)), np.zeros((5, 3))
    states, layer = (h0,) * (2 if cell == "lstm" else 1), getattr(nnlib, cell)

    def read(params):
        names = ("W_x", "W_h", "b_x", "b_h")
        both = [(*states, *(params[name + end] for name in names)) for end in ("", "_back")]
        hs, finals = nnlib.bidirectional(layer, X, *both)
        return hs, [final[0] if cell == "lstm" else final for final in finals]

    params = shaken(recurrent_init((2, 3, 4), **options), rng)
    expected = np.concatenate(read(params)[1], axis=1) @ params["W"] + params["b"]
    np.testing.assert_allclose(recurrent_model(params, X, cell=cell), expected, rtol=1e-12)
    params = shaken(recurrent_init((2, 3, 4), **options, steps=4), rng)
    expected = read(params)[0].reshape(5, 24) @ params["W"] + params["b"]
    np.testing.assert_allclose(recurrent_model(params, X, cell=cell), expected, rtol=1e-12)


def test_losses_by_hand():
    # Weights of 0: the outputs are b, whatever the sequence.
    params = recurrent_init((2, 3, 2), cell="rnn", rng=np.random.default_rng(0))
    params = {name: 0 * w for name, w in params.items()} | {"b": np.array([1.0, 3.0])}
    X = np.ones((2, 4, 2))
    loss, grads = recurrent_loss_and_grads(
        params, X, np.array([[1.0, 1.0], [0.0, 3.0]]), cell="rnn"
    )
    assert loss == (4 + 1) / 2
    np.testing.assert_array_equal(grads["b"], [1, 2])  # 2 (0 + 1) / 2 and 2 (2 + 0) / 2
    loss, _ = recurrent_loss_and_grads(params, X, np.array([0, 1]), cell="rnn")
    assert loss == pytest.approx((np.log(1 + np.exp(2)) + np.log(1 + np.exp(-2))) / 2)
    square = (lambda z, y: z[:, 0] * 0 + 7, lambda z, y: z * 0 + 8)
    loss, grads = recurrent_loss_and_grads(params, X, np.array([0, 1]), cell="rnn", loss=square)
    assert loss == 7
    np.testing.assert_array_equal(grads["b"], [8, 8])


def test_gradients_of_language(rng, cell):
    params = shaken(language_init((5, 2, 3), cell=cell, rng=rng), rng)
    ids, targets = rng.integers(5, size=(2, 3, 4))
    report = check_gradients(partial(language_loss_and_grads, cell=cell), params, ids, targets)
    assert report.ok, str(report)


def test_loss_of_language_is_the_logarithm_of_perplexity(rng, cell):
    params = shaken(language_init((5, 2, 3), cell=cell, rng=rng), rng)
    ids, targets = rng.integers(5, size=(2, 3, 4))
    loss, _ = language_loss_and_grads(params, ids, targets, cell=cell)
    logits, _ = language_model(params, ids, cell=cell)
    assert np.exp(loss) == pytest.approx(nnlib.perplexity(logits, targets))


def test_a_text_read_in_two_pieces_is_the_text(rng, cell):
    params = language_init((5, 2, 3), cell=cell, rng=rng)
    ids = rng.integers(5, size=(2, 7))
    whole, _ = language_model(params, ids, cell=cell)
    first, state = language_model(params, ids[:, :3], cell=cell)
    second, _ = language_model(params, ids[:, 3:], state, cell=cell)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, atol=1e-12)


def test_a_text_is_continued_as_it_was_learned(cell):
    rng = np.random.default_rng(1)
    ids, alphabet = encode("abcd" * 30)
    pieces = windows(ids, 9)
    params = language_init((4, 4, 16), cell=cell, rng=rng)
    loss_and_grads = partial(language_loss_and_grads, cell=cell)
    options = {"rng": rng, "epochs": 20, "learning_rate": 0.02}
    params, _ = fit(loss_and_grads, params, pieces[:, :-1], pieces[:, 1:], **options)
    text = generate(params, ids[:6], 10, cell=cell, rng=rng, temperature=0)
    assert "".join(alphabet[i] for i in text) == "cdabcdabcd"


def test_generated_text_depends_on_generator_and_temperature(rng):
    params = language_init((20, 4, 8), cell="gru", rng=rng)
    cold, hot, again = (
        generate(params, np.array([3]), 30, cell="gru", rng=np.random.default_rng(0), temperature=t)
        for t in (0.01, 5.0, 5.0)
    )
    np.testing.assert_array_equal(hot, again)
    assert len(set(cold.tolist())) < len(set(hot.tolist()))
    assert generate(params, np.array([3]), 0, cell="gru", rng=rng).shape == (0,)


def test_a_gru_learns_to_add(rng):
    X, y = adding_problem(1000, 6, rng=rng)
    params = recurrent_init((2, 16, 1), cell="gru", rng=rng)
    loss_and_grads = partial(recurrent_loss_and_grads, cell="gru")
    params, _ = fit(loss_and_grads, params, X, y, rng=rng, epochs=15, learning_rate=0.01)
    X, y = adding_problem(500, 6, rng=rng)
    assert np.mean((recurrent_model(params, X, cell="gru") - y) ** 2) < 0.02  # the baseline is 1/6


def test_initial_parameters(rng, cell):
    params = recurrent_init((2, 3, 4), cell=cell, rng=rng, forget_bias=2.0, dtype="float32")
    assert {w.dtype for w in params.values()} == {np.dtype("float32")}
    biases = np.concatenate([params[name] for name in ("b_x", "b_h", "b")])
    assert sorted(set(biases.tolist())) == ([0, 2] if cell == "lstm" else [0])
    both = recurrent_init((2, 3, 4), cell=cell, rng=rng, bidirectional=True)
    assert not np.array_equal(both["W_x"], both["W_x_back"])
    same, there = (recurrent_init((2, 3, 4), cell=cell, rng=np.random.default_rng(0)) for _ in "12")
    assert all(np.array_equal(same[name], there[name]) for name in same)


RNG = np.random.default_rng(0)
P = recurrent_init((2, 3, 1), cell="rnn", rng=RNG)
L = language_init((5, 2, 3), cell="rnn", rng=RNG)
X, IDS = np.ones((4, 5, 2)), np.zeros((2, 3), dtype=int)
BAD = [
    (lambda: recurrent_init((2, 3), cell="rnn", rng=RNG), ValueError, r"\(D, H, K\), got \(2, 3\)"),
    (
        lambda: recurrent_init((2, 3, 0), cell="rnn", rng=RNG),
        ValueError,
        r"sizes\[2\] must be 1 or",
    ),
    (
        lambda: recurrent_init((2, 3, 1), cell="elman", rng=RNG),
        ValueError,
        "cell must be one of rnn",
    ),
    (lambda: recurrent_init((2, 3, 1), cell="rnn", rng=1), TypeError, "rng must be a numpy.random"),
    (lambda: recurrent_init(3, cell="rnn", rng=RNG), TypeError, "sizes must be a tuple"),
    (lambda: recurrent_model([], X, cell="rnn"), TypeError, "params must be a dict"),
    (lambda: recurrent_model(L, X, cell="rnn"), ValueError, "params must have the keys .* W_e"),
    (lambda: recurrent_model(P, X, cell="lstm"), ValueError, r"W_h must have the shape \(H, 4 H\)"),
    (
        lambda: recurrent_model(P, X[0], cell="rnn"),
        ValueError,
        r"x must have the shape \(N, T, D\)",
    ),
    (
        lambda: recurrent_loss_and_grads(P, X, np.ones(4), cell="rnn"),
        ValueError,
        r"labels must be integers, or have the shape \(N, K\) = \(4, 1\), got float64 of .* \(4,\)",
    ),
    (lambda: language_model(P, IDS, cell="rnn"), ValueError, "params must have the keys"),
    (lambda: language_model(L, IDS[0], cell="rnn"), ValueError, r"ids .*\(N, T\), got \(3,\)"),
    (lambda: language_model(L, IDS + 5, cell="rnn"), ValueError, "ids must be from 0 to 4"),
    (lambda: generate(L, IDS, 3, cell="rnn", rng=RNG), ValueError, r"one symbol or more.*\(2, 3\)"),
    (lambda: generate(L, IDS[0], -1, cell="rnn", rng=RNG), ValueError, "length must be 0 or more"),
    (lambda: generate(L, IDS[0], 3, cell="rnn", rng=0), TypeError, "rng must be a numpy.random"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
