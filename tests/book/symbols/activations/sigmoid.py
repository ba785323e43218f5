"""The symbols of the Sigmoid chapter."""

import numpy as np

import nnlib
from nnlib.formula import derived

# Enough for z to fall on both sides of 0, and within and without the kinks of the hard sigmoid.
DRAWS = 8
BINS = 4


def draw(rng):
    """Values of the symbols: one logit with its label, a chain, a layer, a data set."""
    return {
        # a logit, what is added to it, prediction, label and losses
        "z": rng.uniform(-5, 5),
        "c": rng.normal(),
        r"\hat{y}": derived(nnlib.sigmoid, "z"),
        "y": rng.uniform(0.1, 0.9),
        "L": derived(nnlib.binary_cross_entropy, r"\hat{y}", "y"),
        "S": derived(lambda probs, label: (probs - label) ** 2 / 2, r"\hat{y}", "y"),
        # a label of -1 or 1; what a missed yes costs, and where that equals a false alarm
        "t": rng.choice([-1, 1]),
        "r": rng.uniform(2, 20),
        "p": derived(lambda cost: 1 / (1 + cost), "r"),
        # a measurement, its means in two classes and its standard deviation
        "x": rng.normal(),
        r"\mu_0": rng.normal(),
        r"\mu_1": rng.normal(),
        "s": rng.uniform(0.7, 2),
        # weights and biases of three units in a chain; a layer and the gradient at its output
        "D": 3,
        "w": rng.normal(size=3),
        "b": rng.normal(size=3),
        "W": rng.uniform(0.1, 1) * rng.normal(size=(4, 3)),
        "v": rng.normal(size=3),
        # examples of three measurements; predictions and scores of twelve examples; a penalty
        "m": 12,
        "X": rng.normal(size=(12, 3)),
        r"\hat{Y}": (np.repeat(np.arange(BINS), [5, 2, 3, 2]) + rng.uniform(size=12)) / BINS,
        "Y": rng.uniform(size=12),
        "B": BINS,
        r"\lambda": rng.uniform(0.1, 1),
        # functions
        r"\sigma": nnlib.sigmoid,
        "softmax": nnlib.softmax,
        "softplus": nnlib.softplus,
        "logsigmoid": nnlib.log_sigmoid,
        "hardsigmoid": nnlib.hard_sigmoid,
    }


def chain(x, w, b):
    """Input and outputs of a chain of sigmoids."""
    h = [x]
    for weight, bias in zip(w, b, strict=True):
        h.append(nnlib.sigmoid(weight * h[-1] + bias))
    return np.stack(h)


CHAIN = {
    "h": derived(chain, "x", "w", "b"),
    "z": derived(lambda h, w, b: w * h[:-1] + b, "h", "w", "b"),
}


def mean_loss(z, y):
    return nnlib.sigmoid_binary_cross_entropy(z, y).mean()


REGRESSION = {
    "z": derived(np.matmul, "X", "w"),
    "y": derived(np.copy, "Y"),
    "J": derived(mean_loss, "z", "y"),
}


def bin_means(probs, labels):
    return nnlib.calibration_curve(probs, labels, bins=BINS)[0]


def bin_frequencies(probs, labels):
    return nnlib.calibration_curve(probs, labels, bins=BINS)[1]


def calibration_curve(probs, labels):
    """The first line of the equation: how many examples each bin has."""
    return nnlib.calibration_curve(probs, labels, bins=BINS)[2]


def expected_calibration_error(probs, labels):
    return nnlib.expected_calibration_error(probs, labels, bins=BINS)


CALIBRATION = {
    r"\hat{y}": derived(np.copy, r"\hat{Y}"),
    "y": derived(lambda scores: (scores > 0.5).astype(int), "Y"),
    "N": derived(calibration_curve, r"\hat{y}", "y"),
    r"\bar{p}": derived(bin_means, r"\hat{y}", "y"),
    r"\bar{f}": derived(bin_frequencies, r"\hat{y}", "y"),
    "ECE": derived(expected_calibration_error, r"\hat{y}", "y"),
}

# Where a symbol means something else than on the rest of the page: above all, where z, y and their
# like are vectors.
LOCAL = {
    "eq-sigmoid-chain": CHAIN,
    "eq-sigmoid-chain-deriv": CHAIN,
    "eq-sigmoid-chain-bound": CHAIN,
    "eq-sigmoid-layer-bound": {"z": derived(np.copy, "b")},
    "eq-logistic-regression": REGRESSION,
    "eq-logistic-regression-grad-steps": REGRESSION,
    "eq-logistic-regression-grad": REGRESSION,
    "eq-ex-sigmoid-penalty": REGRESSION,
    "eq-calibration-curve": CALIBRATION,
    "eq-expected-calibration-error": CALIBRATION,
}

# h^(0) is the input of the chain. Worked by hand to four digits.
OPTIONS = {"starts": {"h": 0}, "approx_rtol": 2e-3}

# The function that gives the right side of an equation, and the symbols it takes.
FUNCTIONS = {
    "eq-sigmoid": (nnlib.sigmoid, "z"),
    "eq-sigmoid-deriv": (nnlib.sigmoid_deriv, "z"),
    "eq-log-sigmoid": (nnlib.log_sigmoid, "z"),
    "eq-log-sigmoid-deriv": (nnlib.log_sigmoid_deriv, "z"),
    "eq-softplus": (nnlib.softplus, "z"),
    "eq-softplus-deriv": (nnlib.softplus_deriv, "z"),
    "eq-hard-sigmoid": (nnlib.hard_sigmoid, "z"),
    "eq-hard-sigmoid-deriv": (nnlib.hard_sigmoid_deriv, "z"),
    "eq-binary-cross-entropy": (nnlib.binary_cross_entropy, r"\hat{y}", "y"),
    "eq-sigmoid-binary-cross-entropy": (nnlib.sigmoid_binary_cross_entropy, "z", "y"),
    "eq-sigmoid-binary-cross-entropy-grad": (nnlib.sigmoid_binary_cross_entropy_grad, "z", "y"),
    "eq-calibration-curve": (calibration_curve, r"\hat{y}", "y"),
    "eq-expected-calibration-error": (expected_calibration_error, r"\hat{y}", "y"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"\sigma'(+\log 4) = \frac{1}{5} \cdot \frac{4}{5} = \frac{4}{25}"
    : "the slope is the same at z and at -z",
}  # fmt: skip
