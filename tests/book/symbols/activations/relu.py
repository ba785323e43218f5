"""The symbols of the chapter on ReLU and its family."""

from functools import wraps

import numpy as np
from scipy.special import erf, lambertw, ndtr

import nnlib
from nnlib.formula import derived, distribution

DRAWS = 10  # so that z meets all pieces of the functions

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
LOWER, UPPER = 1 / 8, 1 / 3


def draw(rng):
    """Values of the symbols: numbers; 5 examples of 3 inputs of one unit; 4 units."""
    a, alpha = rng.uniform(0.05, 0.6), rng.uniform(0.3, 2)
    return {
        # a pre-activation, an input, a slope at the kink, a factor, a steepness
        "z": rng.choice([-3.5, -1.5, 0.5, 3.5]) + rng.uniform(-0.5, 0.5),
        "x": rng.uniform(-3, 3),
        "g": rng.uniform(),
        "t": rng.uniform(0.3, 3),
        r"\beta": rng.uniform(0.5, 3),
        # slopes: fixed or learned; random, and its bounds
        "a": a,
        "A": distribution(*uniform(LOWER, UPPER)),
        "l": LOWER,
        "u": UPPER,
        # ELU's constant, SELU's scale, a standard normal number
        r"\alpha": alpha,
        "s": SELU_SCALE,
        r"\xi": distribution(*normal()),
        # one unit: inputs of all examples, weights, bias, outputs, labels, objective
        "m": 5,
        "X": rng.standard_normal((5, 3)),
        "w": rng.standard_normal(3),
        "b": rng.normal(),
        "y": rng.standard_normal(5),
        "v": derived(np.subtract, "h", "y"),
        "J": derived(lambda h, y: np.mean((h - y) ** 2) / 2, "h", "y"),
        # SiLU's lowest point, where 1 + z + e^z = 0
        "z_*": -1 - lambertw(np.exp(-1)).real,
        # functions
        "ReLU": nnlib.relu,
        "LeakyReLU": lambda z: nnlib.leaky_relu(z, negative_slope=a),
        "PReLU": nnlib.prelu,
        "RReLU": nnlib.rrelu,
        "ELU": lambda z: nnlib.elu(z, alpha=alpha),
        "SELU": nnlib.selu,
        "GELU": nnlib.gelu,
        "SiLU": nnlib.silu,
        "Mish": nnlib.mish,
        "hardswish": nnlib.hard_swish,
        "hardsigmoid": nnlib.hard_sigmoid,
        "softplus": nnlib.softplus,
        r"\sigma": nnlib.sigmoid,
        r"\Phi": ndtr,
        "erf": erf,
    }


def uniform(low, high):
    """Points and probabilities that give the means of polynomials of a uniform number."""
    points, weights = np.polynomial.legendre.leggauss(5)
    return (low + high) / 2 + (high - low) / 2 * points, weights / 2


def normal():
    """Points and probabilities for means over a standard normal number, with a kink at 0."""
    points, weights = np.polynomial.legendre.leggauss(60)
    half = 6 + 6 * points  # from 0 to 12
    probabilities = 6 * weights * np.exp(-(half**2) / 2) / np.sqrt(2 * np.pi)
    return np.concatenate([-half, half]), np.concatenate([probabilities, probabilities])


def with_options(function, *names, **fixed):
    """The function with symbols in place of its options."""

    @wraps(function)
    def named(z, *values):
        return function(z, **dict(zip(names, map(float, values), strict=True)), **fixed)

    return named


def net(x):
    """A network with one input and one hidden layer, in nnlib's layout."""
    h = nnlib.relu(nnlib.linear(np.reshape(x, (1, 1)), NET["w"][None, :], NET["b"]))
    return nnlib.linear(h, NET["v"][:, None], np.array([NET["c"]]))[0, 0]


NET = {
    "w": np.array([1.2, -0.7, 0.4, -1.9]),
    "b": np.array([0.3, 0.8, -0.6, 1.1]),
    "v": np.array([-0.9, 1.4, 2.2, 0.5]),
    "c": 0.35,
}
UNIT = {
    "z": derived(lambda X, w, b: X @ w + b, "X", "w", "b"),
    "h": derived(nnlib.relu, "z"),
}
EXAMPLE = {"w": np.array([0.5, -1.0]), "x": np.array([1.0, 2.0]), "b": 0.5, "a": 0.1, r"\eta": 0.5}
SELU = {r"\alpha": SELU_ALPHA}

# Where a symbol means something else than on the rest of the page.
LOCAL = {
    "eq-relu-vjp": {
        "z": np.array([-1.3, 0.8, -0.4, 2.1]),
        "y": np.array([0.7, -0.2, 1.6, 0.9]),
        "h": derived(nnlib.relu, "z"),
        "J": derived(lambda h, y: np.sum((h - y) ** 2) / 2, "h", "y"),
    },
    "eq-relu-net": {**NET, "f": net},
    "eq-relu-net-slope": {**NET, "f": net},
    "eq-relu-dead": UNIT,
    "eq-leaky-relu-alive": {
        **UNIT,
        "h": derived(lambda z, a: nnlib.leaky_relu(z, negative_slope=float(a)), "z", "a"),
    },
    "eq-prelu-slope-grad": {
        "z": np.array([-1.3, 0.8, -0.4, 2.1, -2.2]),
        "h": derived(nnlib.prelu, "z", "a"),
    },
    "eq-selu": SELU,
    "eq-selu-deriv": SELU,
    "eq-selu-moments": SELU,
    "eq-selu-constants": SELU,
    # for negative numbers both forms are near 0, and a relative comparison is unfair
    "eq-gelu-tanh": {"z": derived(lambda x: 1.2 + abs(x), "x")},
    "eq-relu-example": {**EXAMPLE, "z": derived(lambda w, x, b: w @ x + b, "w", "x", "b")},
    "eq-relu-example-grad": {**EXAMPLE, "h": -0.1, "L": derived(lambda h: -4 * h, "h")},
    "eq-relu-example-step": EXAMPLE,
    "eq-ex-relu-sawtooth": {"x": derived(lambda g: 3 * g - 1.5, "g")},
    "eq-ex-relu-rescale": {
        "z": np.array([-1.3, 0.8, -0.4, 2.1]),
        "W": np.array([[0.4, -1.1], [0.9, 0.3], [-0.8, 1.7], [0.6, -0.5]]),
    },
}

# The function that gives the right side of an equation, and the symbols it takes.
FUNCTIONS = {
    "eq-relu": (nnlib.relu, "z"),
    "eq-relu-deriv": (nnlib.relu_deriv, "z"),
    "eq-leaky-relu": (with_options(nnlib.leaky_relu, "negative_slope"), "z", "a"),
    "eq-leaky-relu-deriv": (with_options(nnlib.leaky_relu_deriv, "negative_slope"), "z", "a"),
    "eq-prelu": (nnlib.prelu, "z", "a"),
    "eq-prelu-deriv": (nnlib.prelu_deriv, "z", "a"),
    "eq-prelu-slope-deriv": (nnlib.prelu_slope_deriv, "z", "a"),
    "eq-rrelu": (with_options(nnlib.rrelu, "lower", "upper"), "z", "l", "u"),
    "eq-rrelu-deriv": (with_options(nnlib.rrelu_deriv, "lower", "upper"), "z", "l", "u"),
    "eq-elu": (with_options(nnlib.elu, "alpha"), "z", r"\alpha"),
    "eq-elu-deriv": (with_options(nnlib.elu_deriv, "alpha"), "z", r"\alpha"),
    "eq-selu": (nnlib.selu, "z"),
    "eq-selu-deriv": (nnlib.selu_deriv, "z"),
    "eq-gelu": (nnlib.gelu, "z"),
    "eq-gelu-tanh": (with_options(nnlib.gelu, approximate=True), "z"),
    "eq-gelu-deriv": (nnlib.gelu_deriv, "z"),
    "eq-silu": (nnlib.silu, "z"),
    "eq-silu-deriv": (nnlib.silu_deriv, "z"),
    "eq-mish": (nnlib.mish, "z"),
    "eq-mish-deriv": (nnlib.mish_deriv, "z"),
    "eq-hard-swish": (nnlib.hard_swish, "z"),
    "eq-hard-swish-deriv": (nnlib.hard_swish_deriv, "z"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"\mathbb{E}[ (\xi)] = 0, \qquad \mathbb{E}[\operatorname{SELU}(\xi)^2] = 1"
    : "ξ itself has mean 0",
    r"\mathbb{E}[\operatorname{SELU}(\xi)] = 0, \qquad \mathbb{E}[ (\xi)^2] = 1"
    : "ξ itself has second moment 1",
    r"\mathbb{E}[\min(0, \xi)^2] = \frac{1}{2} \\": "ξ and -ξ are distributed alike",
    r"\mathbb{E}[ (\xi)]": "ξ itself has mean 0",
    r"&=   \left( \frac{1}{\sqrt{2 \pi}} + \alpha \left( \sqrt{e} \, \Phi(-1) - \frac{1}{2} \right)"
    : "the bracket is 0",
    r"\mathbb{E}[ (\xi)^2]": "ξ itself has second moment 1",
}  # fmt: skip
