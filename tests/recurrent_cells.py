"""The recurrent layers as the tests run through them, and what they are given."""

from typing import NamedTuple

import numpy as np
from helpers import to_numpy

import nnlib


class Cell(NamedTuple):
    """A recurrent layer: its functions and options, and how many gates and states it has."""

    layer: callable
    vjp: callable
    step: callable
    gates: int
    states: int
    options: dict


CELLS = {
    "rnn": Cell(nnlib.rnn, nnlib.rnn_vjp, nnlib.rnn_step, 1, 1, {}),
    "rnn-relu": Cell(nnlib.rnn, nnlib.rnn_vjp, nnlib.rnn_step, 1, 1, {"activation": "relu"}),
    "lstm": Cell(nnlib.lstm, nnlib.lstm_vjp, nnlib.lstm_step, 4, 2, {}),
    "gru": Cell(nnlib.gru, nnlib.gru_vjp, nnlib.gru_step, 3, 1, {}),
    "gru-before": Cell(nnlib.gru, nnlib.gru_vjp, nnlib.gru_step, 3, 1, {"reset_after": False}),
}


def draw(rng, cell, N=3, T=5, D=2, H=4, dtype="float64"):
    """x, initial states and parameters; biases are all different."""
    wide = cell.gates * H
    x = rng.normal(size=(N, T, D))
    states = [rng.normal(size=(N, H)) for _ in range(cell.states)]
    weights = [rng.normal(size=(D, wide)), 0.7 * rng.normal(size=(H, wide))]
    biases = [rng.normal(size=wide), rng.normal(size=wide)]
    assert np.ptp(biases) > 0.1
    return [a.astype(dtype) for a in (x, *states, *weights, *biases)]


def states_of(cell, final):
    """The final state as a list."""
    return list(final) if cell.states == 2 else [final]


def close(actual, expected, tolerance=1e-12):
    """Assert that all agree, relative to the largest value of each."""
    for a, e in zip(actual, expected, strict=True):
        a, e = to_numpy(a), to_numpy(e)
        assert a.shape == e.shape
        np.testing.assert_allclose(a, e, rtol=0, atol=tolerance * np.max(np.abs(e)))
