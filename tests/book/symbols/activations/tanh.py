"""The symbols of the Tanh chapter."""

import numpy as np

import nnlib
from nnlib.formula import derived


def draw(rng):
    """Values of the symbols: 3 inputs of a unit, 5 examples; a network of 3, 4 and 2 units."""
    return {
        # what a function is applied to, a value of tanh, and an angle whose tangent is z
        "z": rng.normal(),
        "y": rng.uniform(-0.9, 0.9),
        "x": derived(np.arctan, "z"),
        # the loss of one example, by one linear unit
        "w": rng.standard_normal(3),
        "h": rng.standard_normal(3),
        "b": rng.normal(),
        "v": derived(np.cos, "z"),
        "L": derived(np.sin, "z"),
        # the unit's inputs for all examples, one in each row, the targets, and the objective
        "m": 5,
        "H": 1 + rng.standard_normal((5, 3)),
        "t": rng.standard_normal(5),
        "J": derived(half_mean_square, "H", "w", "t"),
        # the inputs' means and covariances; a variance, a condition number, a learning rate
        r"\bar{h}": derived(lambda H: H.mean(axis=0), "H"),
        "C": derived(lambda H: np.cov(H, rowvar=False, bias=True), "H"),
        "s": rng.uniform(0.5, 2),
        r"\kappa": derived(lambda s, mean: 1 + mean @ mean / s**2, "s", r"\bar{h}"),
        r"\eta": derived(lambda s, kappa: 2 / (s**2 * (1 + kappa)), "s", r"\kappa"),
        # a network with one hidden layer
        "W^{(1)}": rng.standard_normal((3, 4)),
        "b^{(1)}": rng.standard_normal(4),
        "W^{(2)}": rng.standard_normal((4, 2)),
        "b^{(2)}": rng.standard_normal(2),
        # functions
        r"\sigma": nnlib.sigmoid,
        "softsign": nnlib.softsign,
    }


def half_mean_square(H, w, t):
    return ((H @ w - t) ** 2).mean() / 2


def inner_layer():
    """Weights and biases between two hidden layers, those of the twin, and the objective."""
    rng = np.random.default_rng(0)
    q, slopes = rng.uniform(size=3), rng.standard_normal(2)
    return {
        "W": rng.standard_normal((3, 2)),
        "b": rng.standard_normal(2),
        "W'": derived(lambda W: 4 * W, "W"),
        "b'": derived(lambda b, W: 2 * b - 2 * W.sum(axis=0), "b", "W"),
        "J": derived(lambda W, b: np.sin(q @ W + b) @ slopes, "W'", "b'"),
    }


# Where a symbol means something else than on the rest of the page.
LOCAL = {
    "eq-tanh-unit-grad": {"z": derived(lambda w, h, b: w @ h + b, "w", "h", "b")},
    "eq-tanh-network": {"x": np.array([0.3, -1.2, 0.8]), r"\mathbf{1}": np.ones(4)},
    "eq-tanh-eigenvector": {"I": np.eye(3)},
    "eq-ex-tanh-twins": inner_layer(),
    "eq-ex-tanh-twins-step": inner_layer(),
}

# The function that gives the right side of an equation, and the symbols it takes.
FUNCTIONS = {
    "eq-tanh": (nnlib.tanh, "z"),
    "eq-tanh-deriv": (nnlib.tanh_deriv, "z"),
    "eq-softsign": (nnlib.softsign, "z"),
    "eq-softsign-deriv": (nnlib.softsign_deriv, "z"),
    "eq-arctan": (nnlib.arctan, "z"),
    "eq-arctan-deriv": (nnlib.arctan_deriv, "z"),
}
