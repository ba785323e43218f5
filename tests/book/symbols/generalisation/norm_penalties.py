"""The symbols of the chapter on norm penalties."""

import numpy as np

from nnlib import regularization
from nnlib.formula import derived

# Enough for weights to fall on both sides of a threshold, and within it.
DRAWS = 8


def draw(rng):
    """Values of the symbols: a regression with 6 examples and 3 weights, and its penalty."""
    X, y, strength = rng.standard_normal((6, 3)), rng.standard_normal(6), rng.uniform(0.2, 1)
    H = X.T @ X / 6
    h, Q = np.linalg.eigh(H)
    return {
        # data, weights, predictions, losses
        "m": 6,
        "d": 3,
        "X": X,
        "y": y,
        "w": rng.standard_normal(3),
        "b": rng.normal(),
        "c": rng.uniform(0.5, 2),
        r"\hat{y}": derived(np.matmul, "X", "w"),
        "L": derived(lambda y_hat, y: (y_hat - y) ** 2 / 2, r"\hat{y}", "y"),
        "J": lambda w: np.mean((X @ w - y) ** 2) / 2,
        # the penalty; objective and minimum with it, and the minimum without
        r"\lambda": strength,
        r"\Omega": lambda w: regularization.l2_penalty(w, strength=strength),
        r"\tilde{J}": lambda w: np.mean((X @ w - y) ** 2) / 2 + strength / 2 * sum(w**2),
        r"\tilde{w}": with_more_rows(X, y, 6 * strength),
        "w^*": np.linalg.lstsq(X, y)[0],
        "I": derived(lambda H: np.eye(len(H)), "H"),
        "H": derived(lambda X: X.T @ X / len(X), "X"),
        "h": h,
        "q": Q.T,
        # a step; another point; a threshold
        "g": rng.standard_normal(3),
        r"\eta": rng.uniform(0.05, 0.5),
        "u": rng.standard_normal(3),
        "t": rng.uniform(0.3, 1),
        "S": lambda w, t: regularization.soft_threshold(np.asarray(w), threshold=np.asarray(t)),
        # standard deviations of the labels and of the prior; share of L1; a layer
        "s": rng.uniform(0.5, 2),
        r"\tau": rng.uniform(0.5, 2),
        "r": rng.uniform(0.2, 0.8),
        "W": rng.standard_normal((3, 4)),
        # the notes' letters
        r"\omega": rng.standard_normal(3),
        r"\alpha": rng.uniform(0.05, 0.5),
        # functions
        "sign": np.sign,
        "tr": np.trace,
    }


def with_more_rows(X, y, strength):
    """Ridge by least squares on more examples, one for each weight."""
    d = X.shape[1]
    return np.linalg.lstsq(np.vstack([X, strength**0.5 * np.eye(d)]), np.append(y, np.zeros(d)))[0]


def l1_minimum(w_star, h, strength):
    """The best of the points at which h (w - w*)²/2 + λ|w| can have its minimum."""
    points = np.stack([w_star - strength / h, w_star + strength / h, 0 * w_star])
    heights = h / 2 * (points - w_star) ** 2 + strength * np.abs(points)
    return points[heights.argmin(axis=0), np.arange(len(w_star))]


def elastic_net_minimum(w_star, h, strength, share):
    """The same with the elastic net, whose L2 part is moved into the parabola."""
    curvature = h + strength * (1 - share)
    centre = np.asarray([h * w_star / curvature])
    return l1_minimum(centre, curvature, strength * share)[0]


def largest_strength(X, y):
    return max(abs(column @ y) for column in X.T) / len(y)


def with_options(function, *names):
    """A function of nnlib that takes its options after the arrays."""

    def call(*values):
        options = map(float, values[-len(names) :])
        return function(*values[: -len(names)], **dict(zip(names, options, strict=True)))

    call.__name__ = function.__name__
    return call


L1, L1_GRAD, L2, L2_GRAD, GROUP_LASSO, RIDGE = (
    with_options(function, "strength")
    for function in (
        regularization.l1_penalty,
        regularization.l1_penalty_grad,
        regularization.l2_penalty,
        regularization.l2_penalty_grad,
        regularization.group_lasso_penalty,
        regularization.ridge,
    )
)
ELASTIC_NET, ELASTIC_NET_GRAD = (
    with_options(function, "strength", "l1_ratio")
    for function in (regularization.elastic_net_penalty, regularization.elastic_net_penalty_grad)
)
SOFT_THRESHOLD, GROUP_SOFT_THRESHOLD = (
    with_options(function, "threshold")
    for function in (regularization.soft_threshold, regularization.group_soft_threshold)
)
L2_STEP, WEIGHT_DECAY_STEP, PROXIMAL_STEP = (
    with_options(function, "learning_rate", "strength")
    for function in (
        regularization.l2_step,
        regularization.weight_decay_step,
        regularization.proximal_step,
    )
)
MAX_NORM = with_options(regularization.max_norm_projection, "max_norm")


def stepped(function):
    """The new weights after a step."""
    return {r"w \leftarrow": derived(function, "w", "g", r"\eta", r"\lambda")}


def fixed(penalty, *options):
    """A penalty whose strength, and whose share of L1, are the same in all draws."""
    symbols = dict(zip((r"\lambda", "r"), options, strict=False))
    return {**symbols, r"\Omega": lambda w: penalty(w, *options)}


# For three weights, each in another case.
L1_MINIMUM = {
    "h": np.array([2.0, 1.3, 0.5]),
    "w^*": np.array([1.9, -1.1, 0.08]),
    r"\tilde{w}": derived(l1_minimum, "w^*", "h", r"\lambda"),
}

# Where a symbol means something else than on the rest of the page.
LOCAL = {
    "eq-l2-penalty-grad": {r"\Omega": derived(L2, "w", r"\lambda")},
    "eq-l2-step": stepped(L2_STEP),
    "eq-weight-decay": stepped(WEIGHT_DECAY_STEP),
    "eq-ridge": {"w": derived(with_more_rows, "X", "y", r"\lambda")},
    "eq-l1-penalty": fixed(L1, 0.7),
    "eq-l1-penalty-grad": {r"\Omega": derived(L1, "w", r"\lambda")},
    "eq-l1-positive": {
        "h": np.array([0.5, 1.3, 2.2]),
        "w^*": np.array([2.5, 1.1, 0.9]),
        r"\tilde{w}": derived(l1_minimum, "w^*", "h", r"\lambda"),
    },
    "eq-l1-cases": L1_MINIMUM,
    "eq-l1-minimum": L1_MINIMUM,
    "eq-proximal-step": stepped(PROXIMAL_STEP),
    "eq-elastic-net": fixed(ELASTIC_NET, 0.7, 0.3),
    "eq-elastic-net-grad": {r"\Omega": derived(ELASTIC_NET, "w", r"\lambda", "r")},
    "eq-group-lasso": fixed(GROUP_LASSO, 0.7),
    "eq-group-soft-threshold": {"S": GROUP_SOFT_THRESHOLD},
    "eq-max-norm": {"c": 1.5, "project": lambda W: MAX_NORM(W, 1.5)},
    "eq-ex-norm-penalties-largest": {r"\lambda_{\max}": derived(largest_strength, "X", "y")},
    "eq-ex-norm-penalties-elastic-net": {
        "h": 1.3,
        "w^*": 1.7,
        r"\tilde{w}": derived(elastic_net_minimum, "w^*", "h", r"\lambda", "r"),
    },
}

# The function that gives the right side of an equation, and the symbols it takes.
FUNCTIONS = {
    "eq-l2-penalty": (L2, "w", r"\lambda"),
    "eq-l2-penalty-grad": (L2_GRAD, "w", r"\lambda"),
    "eq-l2-step": (L2_STEP, "w", "g", r"\eta", r"\lambda"),
    "eq-weight-decay": (WEIGHT_DECAY_STEP, "w", "g", r"\eta", r"\lambda"),
    "eq-ridge": (RIDGE, "X", "y", r"\lambda"),
    "eq-l1-penalty": (L1, "w", r"\lambda"),
    "eq-l1-penalty-grad": (L1_GRAD, "w", r"\lambda"),
    "eq-soft-threshold": (SOFT_THRESHOLD, "w", "t"),
    "eq-proximal-step": (PROXIMAL_STEP, "w", "g", r"\eta", r"\lambda"),
    "eq-elastic-net": (ELASTIC_NET, "w", r"\lambda", "r"),
    "eq-elastic-net-grad": (ELASTIC_NET_GRAD, "w", r"\lambda", "r"),
    "eq-group-lasso": (GROUP_LASSO, "W", r"\lambda"),
    "eq-group-soft-threshold": (GROUP_SOFT_THRESHOLD, "W", "t"),
    "eq-max-norm": (MAX_NORM, "W", "c"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"\nabla_w \tilde{J}  = \lambda w + \nabla_w J(w)": "the gradient is taken at w anyway",
    r"\nabla_w \tilde{J}(w) = \lambda w + \nabla_w J": "the gradient is taken at w anyway",
    r"\omega - \alpha (\lambda \omega + \nabla_\omega J )": "it is taken at ω anyway",
    r"= (1 - \alpha \lambda) \omega - \alpha \nabla_\omega J": "it is taken at ω anyway",
    r"\omega - \alpha (\lambda \operatorname{sign}(\omega) + \nabla_\omega J )"
    : "it is taken at ω anyway",
}  # fmt: skip
