"""The symbols of the Dropout chapter."""

from itertools import product

import numpy as np

import nnlib
from nnlib import regularization
from nnlib.formula import derived, distribution, joint


def draw(rng):
    """Values of the symbols: a layer of 3 units, a softmax classifier of 2 classes."""
    p = rng.uniform(0.3, 0.8)
    x, W, b = rng.standard_normal(3), rng.standard_normal((3, 2)), rng.standard_normal(2)
    masks, chances = all_masks((3,), p)
    z = (masks * x / p) @ W + b
    X, y, w = rng.standard_normal((2, 3)), rng.standard_normal(2), rng.standard_normal(3)
    return {
        "p": p,
        "q": rng.uniform(0.3, 0.8),
        "x": x,
        "w": w,
        "W": W,
        "b": b,
        # a mask, the layer's values behind it, and for each mask logits and prediction
        **joint(
            chances,
            {
                "M": masks,
                r"\tilde{x}": masks * x / p,
                "z": z,
                r"\hat{y}": nnlib.softmax(z),
            },
        ),
        # a gradient, two examples and their targets, one target
        "v": rng.standard_normal(3),
        "X": X,
        "y": y,
        "t": rng.standard_normal(),
        "a": rng.uniform(0.5, 2),
        "d": 3,
        # functions
        "softmax": nnlib.softmax,
        "logsumexp": nnlib.logsumexp,
    }


def all_masks(shape, p):
    """All masks of a shape, and their probabilities."""
    entries = np.array(list(product([0, 1], repeat=int(np.prod(shape)))))
    return entries.reshape(-1, *shape), np.where(entries, p, 1 - p).prod(axis=1)


# --- One mask: values, gradients

MASK = np.array([1, 0, 1])


def dropout(x, mask, p):
    return regularization.dropout(x, mask.astype(bool), rate=1 - float(p))


def dropout_vjp(v, x, mask, p):
    return regularization.dropout_vjp(v, x, mask.astype(bool), rate=1 - float(p))


def direct_dropout(x, mask):
    return regularization.direct_dropout(x, mask.astype(bool))


def direct_dropout_vjp(v, x, mask):
    return regularization.direct_dropout_vjp(v, x, mask.astype(bool))


def direct_dropout_test(x, p):
    return regularization.direct_dropout_test(x, rate=1 - float(p))


def some_objective(values):
    return np.sin(values).sum()


DIRECT = {"M": MASK, r"\tilde{x}": derived(direct_dropout, "x", "M")}
INVERTED = {"M": MASK, r"\tilde{x}": derived(dropout, "x", "M", "p")}
BACKWARD = {"v": derived(np.cos, r"\tilde{x}"), "J": derived(some_objective, r"\tilde{x}")}
EXAMPLE = {
    "x": np.array([1.0, 2.0, 3.0]),
    "M": MASK,
    "p": 0.5,
    r"\tilde{x}": derived(dropout, "x", "M", "p"),
    "J": derived(lambda values: values @ [-1.0, 1.0, 2.0], r"\tilde{x}"),
}
EXERCISE = {
    "x": np.array([4.0, -1.0, 2.0]),
    "M": np.array([1, 1, 0]),
    "p": 0.75,
    r"\tilde{x}": derived(dropout, "x", "M", "p"),
    "J": derived(lambda values: values @ [3.0, 6.0, 9.0], r"\tilde{x}"),
}


# --- Drawing masks: the same random numbers as nnlib's

RATE = 0.4


def dropout_mask(p):
    return regularization.dropout_mask(np.random.default_rng(4), 6, 1 - float(p))


def images_mask(p):
    shape = 2, 3, 2, 2
    return regularization.spatial_dropout_mask(np.random.default_rng(4), shape, 1 - float(p))


def spatial_dropout_mask(p):
    """What the right side gives: one entry for each channel."""
    return images_mask(p)[:, :, 0, 0]


def random_numbers(shape):
    """The random numbers behind the masks above, one for each number that is drawn."""
    return np.random.default_rng(4).random(shape)


# --- Random masks


def rows_of_masks():
    """Masks of two examples with three features, and what direct dropout makes of them."""
    p = RATE
    masks, chances = all_masks((2, 3), p)
    return {"p": p, **joint(chances, {"M": masks})}


def two_masks():
    """The masks of two layers that follow each other."""
    p, q = 0.6, 0.3
    entries = list(product(product([0, 1], repeat=3), product([0, 1], repeat=3)))
    first, second = (np.array(masks) for masks in zip(*entries, strict=True))
    chances = np.where(first, p, 1 - p).prod(axis=1) * np.where(second, q, 1 - q).prod(axis=1)
    return {"p": p, "q": q, **joint(chances, {"M": first, "N": second})}


def direct_masks():
    """Direct dropout for all masks."""
    x, p = np.array([0.7, -1.3, 0.4]), 0.6
    masks, chances = all_masks((3,), p)
    return {"x": x, "p": p, **joint(chances, {"M": masks, r"\tilde{x}": masks * x})}


def equal_chances():
    """The predictions of all sub-networks of a softmax classifier, all masks alike."""
    rng, p = np.random.default_rng(5), 0.8
    x, W, b = rng.standard_normal(3), rng.standard_normal((3, 2)), rng.standard_normal(2)
    masks, _ = all_masks((3,), p)
    y = nnlib.softmax((masks * x / p) @ W + b)
    return {"x": x, "W": W, "b": b, "p": p, **joint(np.full(8, 1 / 8), {r"\hat{y}": y})}


def noise():
    """Independent random numbers of mean 0 and variance 1."""
    entries = np.array(list(product([2.0, -0.5], repeat=3)))
    chances = np.where(entries > 0, 0.2, 0.8).prod(axis=1)
    return distribution(entries, chances)


# --- Monte Carlo dropout: the predictions of 5 sub-networks


def monte_carlo(predictions):
    remaining = iter(predictions)
    return regularization.mc_dropout(
        lambda x, rng: next(remaining), None, samples=len(predictions), rng=np.random.default_rng()
    )


def mc_dropout(predictions):
    """The mean, which the first equation gives."""
    return monte_carlo(predictions)[0]


def spread(predictions):
    return monte_carlo(predictions)[1]


SAMPLES = {
    "S": 5,
    r"\hat{y}": np.random.default_rng(6).dirichlet(np.ones(3), size=5),
    r"\hat{\sigma}": derived(spread, r"\hat{y}"),
    r"\bar{y}": derived(mc_dropout, r"\hat{y}"),
}


# --- DropConnect


def drop_connect(x, W, b, mask, p):
    return regularization.drop_connect(x, W, b, mask.astype(bool), rate=1 - float(p))


def drop_connect_vjp(V, X, W, b, mask, p):
    """The first of the three gradients, which the first equation gives."""
    return regularization.drop_connect_vjp(V, X, W, b, mask.astype(bool), rate=1 - float(p))[0]


WEIGHTS = {"M": np.array([[1, 0], [1, 1], [0, 1]])}
CONNECTIONS = {
    **WEIGHTS,
    "Z": derived(drop_connect, "X", "W", "b", "M", "p"),
    "V": derived(np.cos, "Z"),
    "J": derived(some_objective, "Z"),
}

LOCAL = {
    "eq-dropout-mask": {"u": random_numbers(6), "M": derived(dropout_mask, "p")},
    "eq-spatial-dropout-mask": {
        "u": random_numbers((2, 3)),
        "M": derived(images_mask, "p"),
    },
    "eq-direct-dropout": DIRECT,
    "eq-direct-dropout-vjp": DIRECT | BACKWARD,
    "eq-direct-dropout-test": direct_masks(),
    "eq-dropout": INVERTED,
    "eq-dropout-vjp": INVERTED | BACKWARD,
    "eq-dropout-example": EXAMPLE,
    "eq-dropout-regression": rows_of_masks(),
    "eq-dropout-ridge": rows_of_masks(),
    "eq-mc-dropout": SAMPLES,
    "eq-drop-connect": WEIGHTS | {"z": derived(drop_connect, "x", "W", "b", "M", "p")},
    "eq-drop-connect-vjp": CONNECTIONS,
    "eq-ex-dropout-by-hand": EXERCISE,
    "eq-ex-dropout-twice": two_masks(),
    "eq-ex-dropout-gaussian": {r"\xi": noise()},
    "eq-ex-dropout-unweighted": equal_chances(),
}

FUNCTIONS = {
    "eq-dropout-mask": (dropout_mask, "p"),
    "eq-spatial-dropout-mask": (spatial_dropout_mask, "p"),
    "eq-direct-dropout": (direct_dropout, "x", "M"),
    "eq-direct-dropout-vjp": (direct_dropout_vjp, "v", "x", "M"),
    "eq-direct-dropout-test": (direct_dropout_test, "x", "p"),
    "eq-dropout": (dropout, "x", "M", "p"),
    "eq-dropout-vjp": (dropout_vjp, "v", "x", "M", "p"),
    "eq-mc-dropout": (mc_dropout, r"\hat{y}"),
    "eq-drop-connect": (drop_connect, "x", "W", "b", "M", "p"),
    "eq-drop-connect-vjp": (drop_connect_vjp, "V", "X", "W", "b", "M", "p"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"\operatorname{Var}(M_i) &= \mathbb{E}[M_i^3] - \mathbb{E}[M_i]^2 = p - p^2 = p (1 - p)"
    : "0 and 1 are their own powers",
    r"\tilde{x} &= \frac{1}{1/2} \left( \begin{bmatrix} 1 \\ 3 \\ 3 \end{bmatrix} \odot"
    : "the second unit is dropped",
    r"\nabla_x J &= \frac{1}{1/2} \left( \begin{bmatrix} -1 \\ 2 \\ 2 \end{bmatrix} \odot"
    : "the second unit is dropped",
    **dict.fromkeys(
        (rf"M_{{nc{i}}} = \mathbb{{1}}[u_{{nc}} \ge 1 - p]" for i in ("jj", "nj", "ii", "in")),
        "all places of a channel are alike",
    ),
    r"\mathbb{E}\left[ \left( t - \sum_i (1 - a \xi_i) x_i w_i \right)^2 \right]"
    : "the objective depends on the square of a",
}  # fmt: skip
