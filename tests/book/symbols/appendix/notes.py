"""The symbols of the page on the notes' errors."""

import numpy as np

import nnlib
from nnlib.formula import derived

# Enough for z to fall on both sides of 0.
DRAWS = 8


def draw(rng):
    """Values of the symbols: logits of 4 classes, an objective, a number."""
    penalty = rng.uniform(0.2, 1)
    return {
        # a prediction for 4 classes, its label, and the loss of class k in bits
        "k": 3,
        "z": 2 * rng.standard_normal(4),
        r"\hat{y}": derived(nnlib.softmax, "z"),
        "y": rng.dirichlet(np.ones(4)),
        "L": derived(lambda probs: -np.log2(probs[2]), r"\hat{y}"),
        # an objective: m examples, l layers with three weights each, a penalty and its strength
        "m": 5,
        "l": 2,
        r"\theta": rng.standard_normal((2, 3)),
        "J": lambda theta: np.sum(np.cos(theta)),
        r"\Omega": lambda theta: penalty / 2 * np.sum(theta**2),
        r"\lambda": penalty,
        "w": rng.standard_normal(3),
        # a bias, a value before dropout
        "b": rng.normal(),
        "x": rng.normal(),
        # functions
        "ReLU": nnlib.relu,
    }


WEIGHTS = np.array([[0.7, -1.2, 0.4], [1.5, 0.3, -0.8]])
TARGETS, PREDICTIONS = np.array([1.0, 0.2, -0.7, 0.5, 2.0]), np.array([0.4, 0.9, -0.1, 0.8, 1.1])


def objective(theta):
    """Mean squared error of the predictions, plus the penalty of strength 0.3 on all weights."""
    return np.mean((PREDICTIONS - TARGETS) ** 2) + 0.15 * np.sum(theta**2)


# Where a symbol means something else than on the rest of the page.
LOCAL = {
    "eq-notes-relu-pair": {"z": np.array([-1.7, -0.2, 0.6, 2.1])},
    "eq-notes-objective": {
        r"\tilde{J}": objective,
        r"\theta": WEIGHTS,
        "w": WEIGHTS,
        "L": lambda predicted, target: (predicted - target) ** 2,
        r"\hat{y}": PREDICTIONS,
        "y": TARGETS,
        r"\lambda": 0.3,
    },
    "eq-notes-bias": {"y": TARGETS, r"\bar{y}": TARGETS.mean()},
    "eq-ex-notes-inside": {"L": (PREDICTIONS - TARGETS) ** 2},
    "eq-ex-notes-abs": {"z": derived(lambda b: 2 * b, "b")},
}

# e to the −10 has three digits.
OPTIONS = {"approx_rtol": 1e-3}

FAULT = "the terms of the sums contain neither i nor j: that is the fault"

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"-\frac{1}{m} \left( \sum_{j=1}^m J(\theta) + \sum_{j=1}^l \Omega(\theta) \right)": FAULT,
    r"-\frac{1}{m} \left( \sum_{i=1}^m J(\theta) + \sum_{i=1}^l \Omega(\theta) \right)": FAULT,
}
