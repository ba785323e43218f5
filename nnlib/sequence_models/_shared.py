"""What the recurrent models share: their layers, and names and shapes of parameters."""

from typing import NamedTuple

import numpy as np

from nnlib._validation import check_count, check_generator
from nnlib.initializers import glorot_uniform
from nnlib.recurrent import gru, gru_vjp, lstm, lstm_init, lstm_vjp, rnn, rnn_vjp
from nnlib.recurrent._init import layer_init

LAYER = ("W_x", "W_h", "b_x", "b_h")
BACK = tuple(f"{name}_back" for name in LAYER)


class Cell(NamedTuple):
    """A recurrent layer, and how many gates and states it has."""

    layer: callable
    vjp: callable
    gates: int
    states: int


CELLS = {
    "rnn": Cell(rnn, rnn_vjp, 1, 1),
    "lstm": Cell(lstm, lstm_vjp, 4, 2),
    "gru": Cell(gru, gru_vjp, 3, 1),
}


def find_cell(cell):
    if cell not in CELLS:
        raise ValueError(f"cell must be one of {', '.join(CELLS)}, got {cell!r}")
    return CELLS[cell]


def check_sizes(expected, sizes, rng):
    check_generator(rng=rng)
    if not isinstance(sizes, tuple | list):
        raise TypeError(f"sizes must be a tuple of integers, got {type(sizes).__name__}")
    if len(sizes) != 3:
        raise ValueError(f"sizes must be {expected}, got {tuple(sizes)}")
    return [check_count(1, **{f"sizes[{k}]": size}) for k, size in enumerate(sizes)]


def init_layer(shape, names, *, cell, rng, forget_bias, dtype):
    gates = find_cell(cell).gates
    if cell == "lstm":
        weights = lstm_init(shape, rng=rng, forget_bias=forget_bias, dtype=dtype)
    else:
        weights = layer_init(shape, gates, rng=rng, dtype=dtype)
    return dict(zip(names, weights, strict=True))


def init_head(features, K, rng, dtype):
    W = glorot_uniform((features, K), rng=rng, dtype=dtype)
    return {"W": W, "b": np.zeros(K, dtype=dtype)}


def check_params(params, *layers):
    if not isinstance(params, dict):
        raise TypeError(f"params must be a dict of arrays, got {type(params).__name__}")
    if not any(params.keys() == {*layer, "W", "b"} for layer in layers):
        raise ValueError(f"params must have the keys of the model, got {', '.join(params)}")
