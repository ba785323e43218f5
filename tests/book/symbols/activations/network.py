"""The symbols of the chapter on networks."""

from functools import partial
from itertools import product

import numpy as np

import nnlib
from nnlib import activations
from nnlib.formula import derived, distribution, joint


def draw(rng):
    """Values of the symbols: 5 examples of 3 features, 4 hidden units, 2 classes."""
    name = rng.choice(["tanh", "sigmoid", "softplus"])
    phi, g_max = getattr(activations, name), rng.uniform(0.5, 3)
    return {
        "m": 5,
        "X": rng.standard_normal((5, 3)),
        "Y": rng.dirichlet(np.ones(2), size=5),
        r"\mathbf{1}": derived(ones, "X"),
        # a linear layer, for one example and for all
        "x": rng.standard_normal(3),
        "W": rng.standard_normal((3, 4)),
        "b": rng.standard_normal(4),
        "Z": derived(nnlib.linear, "X", "W", "b"),
        # the network
        "W^{(1)}": rng.standard_normal((3, 4)),
        "b^{(1)}": rng.standard_normal(4),
        "W^{(2)}": rng.standard_normal((4, 2)),
        "b^{(2)}": rng.standard_normal(2),
        "Z^{(1)}": derived(nnlib.linear, "X", "W^{(1)}", "b^{(1)}"),
        "H": derived(phi, "Z^{(1)}"),
        "Z^{(2)}": derived(nnlib.linear, "H", "W^{(2)}", "b^{(2)}"),
        r"\hat{Y}": derived(nnlib.softmax, "Z^{(2)}"),
        "J": derived(mean_cross_entropy, r"\hat{Y}", "Y"),
        # two Jacobians and a row of derivatives
        "A": rng.standard_normal((2, 4)),
        "B": rng.standard_normal((4, 3)),
        "v": rng.standard_normal(2),
        # optimisers: the gradients of six steps, and the options
        "g": rng.standard_normal((6, 2)),
        r"\eta": rng.uniform(0.05, 0.3),
        r"\mu": rng.uniform(0.3, 0.9),
        r"\rho": rng.uniform(0.3, 0.9),
        r"\beta_1": rng.uniform(0.3, 0.9),
        r"\beta_2": rng.uniform(0.3, 0.9),
        r"\epsilon": rng.uniform(0.1, 0.5),
        r"\lambda": rng.uniform(0.1, 0.5),
        # schedules
        r"\eta_0": rng.uniform(0.5, 1),
        r"\eta_\tau": rng.uniform(0.05, 0.2),
        r"\kappa": rng.uniform(0.3, 0.6),
        # clipping
        r"g_{\max}": g_max,
        "clip": lambda g: clip(g, g_max),
        # functions
        r"\phi": phi,
        r"\phi'": getattr(activations, f"{name}_deriv"),
        "softmax": nnlib.softmax,
        "ReLU": activations.relu,
    }


def ones(X):
    return np.ones(len(X))


def mean_cross_entropy(probs, labels):
    return nnlib.cross_entropy(probs, labels).mean()


# Steps are counted from 0, the state before the first step.
OPTIONS = {"approx_rtol": 2e-3, "starts": {"w": 0, "v": 0, "r": 0, r"\eta": 0}}


# --- Where a symbol means something else than on the rest of the page: layers

UNITS = {"z": derived(nnlib.linear, "x", "W", "b")}
# V is the gradient of some J at the layer's output.
LAYER = {"V": derived(np.cos, "Z"), "J": derived(lambda Z: np.sin(Z).sum(), "Z")}

EXAMPLE = {
    "m": 1,
    "X": np.array([[1.0, 2.0]]),
    "Y": np.array([[1.0, 0.0]]),
    "W^{(1)}": np.array([[1.0, 2.0], [1.0, -2.0]]),
    "b^{(1)}": np.array([-1.0, 1.0]),
    "W^{(2)}": np.array([[1.0, 2.0], [-1.0, 2.0]]),
    "b^{(2)}": np.array([-1.0, -1.0]),
    "H": derived(activations.relu, "Z^{(1)}"),
}


def middle_layer():
    """Layer l of a deep network, 4 units between 3 and 2, and some J behind the next layer."""
    rng = np.random.default_rng(1)
    return {
        "H^{(l-1)}": rng.standard_normal((5, 3)),
        "W^{(l)}": rng.standard_normal((3, 4)),
        "b^{(l)}": rng.standard_normal(4),
        "W^{(l+1)}": rng.standard_normal((4, 2)),
        "b^{(l+1)}": rng.standard_normal(2),
        "Z^{(l)}": derived(nnlib.linear, "H^{(l-1)}", "W^{(l)}", "b^{(l)}"),
        "H^{(l)}": derived(activations.tanh, "Z^{(l)}"),
        "Z^{(l+1)}": derived(nnlib.linear, "H^{(l)}", "W^{(l+1)}", "b^{(l+1)}"),
        "J": derived(lambda Z: np.sin(Z).sum(), "Z^{(l+1)}"),
        r"\phi": activations.tanh,
        r"\phi'": activations.tanh_deriv,
    }


# --- First weights


def random_layer():
    """Two inputs that depend on each other, and the independent weights of two units."""
    rng = np.random.default_rng(2)
    inputs = [(rng.standard_normal(2), chance) for chance in (0.2, 0.3, 0.5)]
    entries = product([(-1.2, 0.3), (0.0, 0.4), (1.2, 0.3)], repeat=4)
    outcomes = [
        (h, np.reshape([w for w, _ in W], (2, 2)) * [1.0, 0.6], p * np.prod([p for _, p in W]))
        for (h, p), W in product(inputs, entries)
    ]
    h, W, chances = map(np.array, zip(*outcomes, strict=True))
    return {
        **joint(chances, {"h": h, "W": W, "z": np.einsum("nj,njk->nk", h, W)}),
        r"n_{\mathrm{in}}": 2,
        "q": sum(p * np.mean(h**2) for h, p in inputs),
    }


def symmetric():
    """A random number whose distribution is symmetric around 0."""
    rng = np.random.default_rng(3)
    values, chances = rng.standard_normal(4), rng.dirichlet(np.ones(4)) / 2
    return distribution([*values, *-values], [*chances, *chances])


def renamed(function, original):
    """A function under the name of the function of nnlib that it calls."""
    function.__name__ = original.__name__
    return function


def drawn_by(initializer):
    """The weights of 3 inputs and 4 units that nnlib draws from a certain seed."""
    return renamed(lambda: initializer((3, 4), rng=np.random.default_rng(4)), initializer)


def weights(initializer, numbers):
    """Those weights, and the standard random numbers ξ that the seed gives."""
    return {
        "W": drawn_by(initializer)(),
        r"\xi": numbers(np.random.default_rng(4)),
        r"n_{\mathrm{in}}": 3,
        r"n_{\mathrm{out}}": 4,
    }


def normal(rng):
    return rng.standard_normal((3, 4))


def uniform(rng):
    return rng.uniform(-1, 1, (3, 4))


# --- Optimisers, schedules, clipping

ADAM = {"beta1": r"\beta_1", "beta2": r"\beta_2", "eps": r"\epsilon"}
OPTIMISERS = {
    nnlib.sgd: {},
    nnlib.momentum: {"momentum": r"\mu"},
    nnlib.nesterov: {"momentum": r"\mu"},
    nnlib.rmsprop: {"decay": r"\rho", "eps": r"\epsilon"},
    nnlib.adam: ADAM,
    nnlib.adamw: ADAM | {"weight_decay": r"\lambda"},
}


def path(optimiser, symbol, gradients, learning_rate, *options):
    """The weights w, or a part of the state, from step 0 on."""
    options = dict(zip(OPTIMISERS[optimiser], map(float, options), strict=True))
    w, state = np.array([1.3, -0.6]), None
    found = [w if symbol == "w" else np.zeros(2)]
    for g in gradients:
        w, state = optimiser(w, g, state, learning_rate=float(learning_rate), **options)
        found.append(w if symbol == "w" else state[symbol])
    return np.array(found)


def steps(optimiser, symbols="w"):
    """The symbols of an optimiser, as nnlib computes them."""
    keys = OPTIMISERS[optimiser].values()
    return {s: derived(partial(path, optimiser, s), "g", r"\eta", *keys) for s in symbols}


def after_each_step(optimiser, symbol):
    """The symbol that an optimiser's first equation gives, as nnlib computes it."""
    function = renamed(lambda *values: path(optimiser, symbol, *values)[1:], optimiser)
    return function, "g", r"\eta", *OPTIMISERS[optimiser].values()


def cosine(initial, final):
    rate = partial(nnlib.cosine_schedule, initial=float(initial), final=float(final), steps=10)
    return np.array([rate(t) for t in range(11)])


def staircase(initial, factor):
    rate = partial(nnlib.step_schedule, initial=float(initial), factor=float(factor), every=3)
    return np.array([rate(t) for t in range(11)])


def clip(g, g_max):
    return nnlib.clip_by_global_norm([g], max_norm=float(g_max))[0]


def shrinking(eta, h):
    """Gradient descent on h w² / 2."""
    return 1.3 * (1 - eta * h) ** np.arange(7)


# --- Metrics: 12 examples of 3 classes, numbered from 1

TRUE = np.array([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 1, 2])
PREDICTED = np.array([1, 2, 3, 2, 2, 1, 1, 3, 3, 1, 2, 2])
METRICS = {
    "m": 12,
    "Z": np.eye(3)[PREDICTED - 1] + np.random.default_rng(5).uniform(0, 0.9, (12, 3)),
    "k": TRUE,
    r"\hat{k}": PREDICTED,
    # counted by hand
    "accuracy": 8 / 12,
    "C": np.array([[3, 2, 0], [0, 3, 1], [1, 0, 2]]),
}


def accuracy(Z, k):
    return nnlib.accuracy(Z, k.astype(int) - 1)


def confusion_matrix(k_hat, k):
    return nnlib.confusion_matrix(k_hat.astype(int) - 1, k.astype(int) - 1, classes=3)


LOCAL = {
    "eq-linear-sum": UNITS,
    "eq-linear": UNITS,
    "eq-linear-vjp-steps": LAYER,
    "eq-linear-vjp": LAYER,
    "eq-network-forward-layer": middle_layer(),
    "eq-network-backprop-layer": middle_layer(),
    "eq-network-example": EXAMPLE,
    "eq-network-example-forward": EXAMPLE,
    "eq-network-example-backward": EXAMPLE,
    "eq-network-central-difference": {"w": 0.8, "h": 0.3, "J": lambda w: w**3 - w},
    "eq-network-variance": random_layer(),
    "eq-network-relu-half": {"z": symmetric()},
    "eq-lecun-normal": weights(nnlib.lecun_normal, normal),
    "eq-glorot-normal": weights(nnlib.glorot_normal, normal),
    "eq-glorot-uniform": weights(nnlib.glorot_uniform, uniform),
    "eq-he-normal": weights(nnlib.he_normal, normal),
    "eq-he-uniform": weights(nnlib.he_uniform, uniform),
    "eq-orthogonal": {"W": nnlib.orthogonal((4, 3), rng=np.random.default_rng(6)), "I": np.eye(3)},
    "eq-sgd": steps(nnlib.sgd),
    "eq-network-quadratic": {"h": 0.8, "w": derived(shrinking, r"\eta", "h")},
    "eq-momentum": steps(nnlib.momentum, "wv"),
    "eq-nesterov": steps(nnlib.nesterov, "wv"),
    "eq-rmsprop": steps(nnlib.rmsprop, "wr"),
    "eq-adam": steps(nnlib.adam, "wvr"),
    "eq-network-running-mean": steps(nnlib.adam, "v"),
    "eq-network-bias-correction": {"t": 4},
    "eq-network-adam-first": steps(nnlib.adam),
    "eq-adamw": steps(nnlib.adamw, "wvr"),
    "eq-clip-by-global-norm": {"g": np.array([0.3, -1.2, 0.9])},
    "eq-step-schedule": {r"\eta": derived(staircase, r"\eta_0", r"\kappa"), r"\tau": 3},
    "eq-cosine-schedule": {r"\eta": derived(cosine, r"\eta_0", r"\eta_\tau"), r"\tau": 10},
    "eq-accuracy": METRICS,
    "eq-confusion-matrix": METRICS,
    "eq-ex-network-xor-linear": {"b": 0.4, "w_1": 1.1, "w_2": -0.7},
    "eq-ex-network-leaky": {
        "z": symmetric(),
        "a": 0.3,
        "LeakyReLU": partial(activations.leaky_relu, negative_slope=0.3),
    },
    "eq-ex-network-squared-error": {
        "J": derived(lambda Z, Y: ((Z - Y) ** 2).sum() / (2 * len(Z)), "Z^{(2)}", "Y"),
    },
}


def linear_vjp(V, X, W, b):
    """The first of the three gradients, which the first equation gives."""
    return nnlib.linear_vjp(V, X, W, b)[0]


def orthogonal(W):
    return W.T @ W


FUNCTIONS = {
    "eq-linear": (nnlib.linear, "x", "W", "b"),
    "eq-linear-vjp": (linear_vjp, "V", "X", "W", "b"),
    **{
        f"eq-{initializer.__name__.replace('_', '-')}": (drawn_by(initializer),)
        for initializer in (
            nnlib.lecun_normal,
            nnlib.glorot_normal,
            nnlib.glorot_uniform,
            nnlib.he_normal,
            nnlib.he_uniform,
        )
    },
    "eq-orthogonal": (orthogonal, "W"),
    "eq-sgd": after_each_step(nnlib.sgd, "w"),
    "eq-momentum": after_each_step(nnlib.momentum, "v"),
    "eq-nesterov": after_each_step(nnlib.nesterov, "v"),
    "eq-rmsprop": after_each_step(nnlib.rmsprop, "r"),
    "eq-adam": after_each_step(nnlib.adam, "v"),
    "eq-adamw": after_each_step(nnlib.adamw, "v"),
    "eq-clip-by-global-norm": (renamed(clip, nnlib.clip_by_global_norm), "g", r"g_{\max}"),
    "eq-step-schedule": (renamed(staircase, nnlib.step_schedule), r"\eta_0", r"\kappa"),
    "eq-cosine-schedule": (renamed(cosine, nnlib.cosine_schedule), r"\eta_0", r"\eta_\tau"),
    "eq-accuracy": (accuracy, "Z", "k"),
    "eq-confusion-matrix": (confusion_matrix, r"\hat{k}", "k"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"&= \sum_n V_{nk}   = \sum_n V_{nk}": "the derivative with respect to a bias is 1",
    r"&= \sum_n V_{nk} \frac{\partial Z_{jk}}{\partial b_k} = \sum_n V_{nk}": "it is always 1",
    r"&= \sum_i \frac{\partial J}{\partial H_{nj}} \frac{\partial H_{ni}}{\partial Z^{(1)}_{nj}} \\"
    : "only i = j counts",
    r"&= \sum_i \frac{\partial J}{\partial H_{ni}} \mathbb{1}[i = j] \phi'(Z^{(1)}_{ni}) \\"
    : "only i = j counts",
    r"Z^{(2)} &= \begin{bmatrix} 2 & 0 \end{bmatrix} \begin{bmatrix} 1 & 2 \\ +1 & 2 \end{bmatrix}"
    : "the second hidden unit is 0",
    r"Z^{(2)} &= \begin{bmatrix} 2 & 0 \end{bmatrix} \begin{bmatrix} 1 & 2 \\ -2 & 2 \end{bmatrix}"
    : "the second hidden unit is 0",
    r"Z^{(2)} &= \begin{bmatrix} 2 & 0 \end{bmatrix} \begin{bmatrix} 1 & 2 \\ -1 & 3 \end{bmatrix}"
    : "the second hidden unit is 0",
    r"\nabla_{Z^{(1)}} J &\approx \begin{bmatrix} 0.8808 & 3.6424 \end{bmatrix}"
    : "the second hidden unit is off",
    r"&= \sum_i \sum_j \mathbb{E}[h_j h_j] \mathbb{E}[W_{ik} W_{jk}] \\": "only i = j counts",
    r"&= \sum_i \sum_j \mathbb{E}[h_i h_i] \mathbb{E}[W_{ik} W_{jk}] \\": "only i = j counts",
    r"&= \sum_j \mathbb{E}[h_j^2] \mathbb{E}[W_{ik}^2] \\": "all weights of a unit are alike",
    r"&= n_{\mathrm{in}} \operatorname{Var}(W_{ik}) q": "all weights of a unit are alike",
    r"&= \sum_j \mathbb{E}[h_j^2] \mathbb{E}[W_{kk}^2] \\": "all weights of a unit are alike",
    r"&= n_{\mathrm{in}} \operatorname{Var}(W_{kk}) q": "all weights of a unit are alike",
    r"\eta_t = \eta_1 \kappa^{\lfloor t / \tau \rfloor}": "the first steps have one rate",
    r"\operatorname{ReLU}\left( \begin{bmatrix} 0 & -2 \\ 1 & 0 \\ 1 & 0 \\ 2 & 1 \end{bmatrix}"
    r" \right)"
    : "ReLU makes it 0",
}  # fmt: skip
