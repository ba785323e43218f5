"""The symbols of the chapter «Cheat sheet and derivatives»."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

import nnlib
from nnlib.formula import derived

DRAWS = 8  # so that z meets the pieces of every function


def draw(rng):
    """Values of the symbols: a number z; two layers of 3, 4 and 2 neurons."""
    a, alpha = rng.uniform(0.1, 0.9), rng.uniform(0.3, 2)

    def elu(z):
        return nnlib.elu(z, alpha=alpha)

    return {
        # a neuron's input, and how the objective depends on it through the output
        "z": rng.uniform(-5, 5),
        r"\phi": nnlib.silu,
        "g": nnlib.sigmoid,
        "h": derived(nnlib.silu, "z"),
        "J": derived(np.exp, "h"),
        "z_*": brentq(lambda z: float(nnlib.silu_deriv(np.asarray(z))), -2, 0),
        # an output's label, and losses
        "y": rng.uniform(0.1, 0.9),
        "L": derived(lambda z, y: nnlib.softplus(z) - y * z, "z", "y"),
        "E": derived(lambda z, y: (nnlib.sigmoid(z) - y) ** 2 / 2, "z", "y"),
        "A": nnlib.softplus,
        # two linear layers
        "x": rng.standard_normal(3),
        "W^{(1)}": rng.standard_normal((3, 4)),
        "b^{(1)}": rng.standard_normal(4),
        "W^{(2)}": rng.standard_normal((4, 2)),
        "b^{(2)}": rng.standard_normal(2),
        # parameters
        "a": a,
        r"\alpha": alpha,
        # functions
        "identity": nnlib.identity,
        "step": nnlib.binary_step,
        r"\sigma": nnlib.sigmoid,
        "softplus": nnlib.softplus,
        "softsign": nnlib.softsign,
        "hardsigmoid": nnlib.hard_sigmoid,
        "ReLU": nnlib.relu,
        "LeakyReLU": lambda z: nnlib.leaky_relu(z, negative_slope=a),
        "ELU": elu,
        "SELU": nnlib.selu,
        "GELU": nnlib.gelu,
        r"\Phi": ndtr,
        "SiLU": nnlib.silu,
        "Mish": nnlib.mish,
        "hardswish": nnlib.hard_swish,
        "softmax": nnlib.softmax,
        "logsumexp": nnlib.logsumexp,
    }


def classes():
    """Logits and label of one example of four classes."""
    rng = np.random.default_rng(0)
    return {"z": 2 * rng.standard_normal(4), "y": rng.dirichlet(np.ones(4))}


# SELU's constants to the digits of its paper.
SELU = {"s": 1.0507009873554805, r"\alpha": 1.6732632423543772}

# Where a symbol means something else than on the rest of the page.
LOCAL = {
    "eq-softplus-from-output": {"h": derived(nnlib.softplus, "z")},
    "eq-elu-from-output": {"h": derived(lambda z, a: nnlib.elu(z, alpha=float(a)), "z", r"\alpha")},
    "eq-selu-elu": {**SELU, "ELU": lambda z: nnlib.elu(z, alpha=SELU[r"\alpha"])},
    "eq-by-hand-elu": {"ELU": nnlib.elu},  # with alpha = 1
    "eq-output-softmax": classes(),
    "eq-ex-softsign-from-output": {"h": derived(nnlib.softsign, "z")},
    "eq-ex-arctan-from-output": {"h": derived(nnlib.arctan, "z")},
}

# Worked by hand to four digits.
OPTIONS = {"approx_rtol": 1e-3}

# The function that gives the right side of an equation, and the symbols it takes.
FUNCTIONS = {
    "eq-identity": (nnlib.identity, "z"),
    "eq-identity-deriv": (nnlib.identity_deriv, "z"),
    "eq-binary-step": (nnlib.binary_step, "z"),
    "eq-binary-step-deriv": (nnlib.binary_step_deriv, "z"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    "(z) = z": "that is the identity",
    r"(z) &= z \cdot 1 \\": "that is the identity",
    r"&= z   \\": "the factor dropped, the sum of the two gates, is 1",
    r"\frac{\partial}{\partial z_k} \left( \operatorname{logsumexp}(z) - \sum_i y_k z_i \right)"
    : "only i = k counts",
    r"\operatorname{softsign}'\left( \begin{bmatrix} +1 \\ 0 \\ 2 \end{bmatrix} \right)"
    : "an odd function has the same slope at -1 and at 1",
    r"\operatorname{hardswish}\left( \begin{bmatrix} -2 \\ 0 \\ 2 \end{bmatrix} \right)"
    : "the parabola is the same at -2 and at -1",
    r"\operatorname{ELU}'\left( \begin{bmatrix} -1 \\ 1 \\ 2 \end{bmatrix} \right)"
    : "the slope is 1 at 0 and at 1",
    r"\operatorname{ELU}'\left( \begin{bmatrix} -1 \\ 0 \\ 3 \end{bmatrix} \right)"
    : "the slope is 1 at 2 and at 3",
}  # fmt: skip
