"""Recurrent layers, forward and backpropagation through time: nnlib against PyTorch.

make bench
"""

from functools import partial

import numpy as np
from sides import Case, main

N, T, D, H = 32, 50, 32, 128  # sequences, steps, features and units
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def arrays(cell):
    """x, initial states, W_x, W_h, b_x, b_h and an upstream gradient, the same on both sides."""
    rng, wide = np.random.default_rng(0), GATES[cell] * H
    states = [(N, H)] * (2 if cell == "lstm" else 1)
    weights = [rng.uniform(-1, 1, shape) / H**0.5 for shape in ((D, wide), (H, wide), wide, wide)]
    inputs = [rng.normal(size=shape) for shape in ((N, T, D), *states)]
    return [a.astype("float32") for a in (*inputs, *weights, rng.normal(size=(N, T, H)))]


def both_nnlib(cell):
    import nnlib

    kept = []  # as in any program, results live on until the next ones are there
    layer, vjp = getattr(nnlib, cell), getattr(nnlib, f"{cell}_vjp")
    *args, dhs = arrays(cell)

    def run():
        hs, _, saved = layer(*args, return_saved=True)
        kept[:] = hs, *vjp(dhs, *args, saved=saved), saved
        return sum(np.vdot(a, a) for a in kept[:-1])

    return run


def both_torch(cell):
    import torch

    *args, dhs = map(torch.tensor, arrays(cell))
    x, *states = args[:-4]
    layer = getattr(torch.nn, cell.upper())(D, H, batch_first=True)
    parameters = list(layer.parameters())
    with torch.no_grad():
        for parameter, weight in zip(parameters, args[-4:], strict=True):
            parameter[:] = weight.T if weight.ndim == 2 else weight
    kept = []
    inputs = [a.requires_grad_() for a in (x, *(state[None] for state in states))]

    def run():
        state = tuple(inputs[1:]) if cell == "lstm" else inputs[1]
        hs, _ = layer(inputs[0], state)
        kept[:] = hs, *torch.autograd.grad(hs, (*inputs, *parameters), dhs)
        return sum((a.ravel() @ a.ravel()).item() for a in kept)

    return run


if __name__ == "__main__":
    main(
        {
            f"{cell} and gradients": Case(partial(both_nnlib, cell), partial(both_torch, cell), bar)
            for cell, bar in {"rnn": 1.0, "lstm": 1.8, "gru": 1.0}.items()
        }
    )
