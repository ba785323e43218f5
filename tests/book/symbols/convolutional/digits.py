"""The symbols of the chapter on a CNN that reads digits."""

import numpy as np

import nnlib
from nnlib.formula import derived


def draw(rng):
    """Values of the symbols: 5 values of 2 channels, that is of a layer with 2 units."""
    return {
        "m": 5,
        "x": rng.standard_normal((5, 2)),
        r"\epsilon": rng.uniform(0.1, 0.3),
        r"\gamma": rng.uniform(0.5, 2, 2),
        r"\beta": rng.standard_normal(2),
        r"\mu": derived(mean, "x"),
        r"\sigma": derived(lambda x: np.sqrt(var(x)), "x"),
        r"\sigma^2": derived(var, "x"),
        r"\hat{x}": derived(normalised, "x", r"\epsilon"),
        "y": derived(batch_norm, "x", r"\gamma", r"\beta", r"\epsilon"),
        "v": derived(np.cos, "y"),
        "J": derived(some_objective, "y"),
    }


def some_objective(values):
    return np.sin(values).sum()


def mean(x):
    return x.mean(axis=0)


def var(x):
    return x.var(axis=0)


def normalised(x, eps):
    return (x - mean(x)) / np.sqrt(var(x) + eps)


# --- Batch normalisation


def batch_norm(x, gamma, beta, eps):
    return nnlib.batch_norm(x, gamma, beta, eps=float(eps))


def batch_norm_hat(x, eps):
    """The first of the two equations: scale 1, shift 0."""
    ones = np.ones(x.shape[1])
    return nnlib.batch_norm(x, ones, 0 * ones, eps=float(eps))


def batch_statistics(x):
    """The mean, which the first equation gives."""
    return nnlib.batch_statistics(x)[0]


def batch_norm_vjp(v, x, gamma, beta, eps):
    """The gradient with respect to the shifts, which the first equation gives."""
    return nnlib.batch_norm_vjp(v, x, gamma, beta, eps=float(eps))[2]


def one_channel():
    """A channel of 5 values, and the root s."""
    rng = np.random.default_rng(1)
    return {
        "x": rng.standard_normal(5),
        r"\gamma": 1.3,
        r"\beta": -0.4,
        r"\mu": derived(mean, "x"),
        r"\sigma^2": derived(var, "x"),
        "s": derived(lambda x, eps: np.sqrt(var(x) + eps), "x", r"\epsilon"),
        r"\hat{x}": derived(normalised, "x", r"\epsilon"),
        "y": derived(
            lambda x, gamma, beta, eps: gamma * normalised(x, eps) + beta,
            "x", r"\gamma", r"\beta", r"\epsilon",
        ),
    }  # fmt: skip


EXAMPLE = {
    "x": np.array([1.0, 1.0, 3.0, 3.0]),
    r"\mu": 2.0,
    r"\sigma^2": 1.0,
    r"\hat{x}": derived(lambda x: normalised(x, 0), "x"),
    "y": derived(lambda x: 2 * normalised(x, 0) + 1, "x"),
    "J": derived(lambda y: y[0], "y"),
}


def running():
    """Running statistics before and after a batch, as nnlib computes them."""
    rng = np.random.default_rng(2)
    x, old_mean, old_var = rng.standard_normal((5, 2)), rng.standard_normal(2), np.array([1.4, 0.7])
    new_mean, new_var = nnlib.update_running_statistics(old_mean, old_var, x, momentum=0.3)
    return {
        "x": x,
        r"\rho": 0.7,
        r"\bar{\mu}": old_mean,
        r"\bar{\sigma}^2": old_var,
        r"\bar{\mu} \leftarrow": new_mean,
        r"\bar{\sigma}^2 \leftarrow": new_var,
    }


def update_running_statistics(old_mean, old_var, x, rho):
    """The mean, which the first equation gives."""
    return nnlib.update_running_statistics(old_mean, old_var, x, momentum=1 - float(rho))[0]


# --- The network: 2 images of 2 channels


def block():
    """One block, its input already with zeros around it."""
    rng = np.random.default_rng(3)
    P = np.pad(rng.standard_normal((2, 2, 6, 6)), ((0, 0), (0, 0), (1, 1), (1, 1)))
    return {
        r"\tilde{P}^{(l-1)}": P,
        "W^{(l)}": rng.standard_normal((3, 2, 3, 3)),
        "b^{(l)}": rng.standard_normal(3),
        "Z^{(l)}": derived(nnlib.conv2d, r"\tilde{P}^{(l-1)}", "W^{(l)}", "b^{(l)}"),
        "H^{(l)}": derived(nnlib.relu, "Z^{(l)}"),
        "P^{(l)}": derived(pooled, "H^{(l)}"),
    }


def pooled(H):
    return nnlib.max_pool2d(H, 2)


def logits(P, W, b):
    return nnlib.linear(P.reshape(len(P), -1), W.reshape(-1, W.shape[-1]), b)


def last_layers():
    """ReLU, pooling and the linear layer; some objective behind them."""
    rng = np.random.default_rng(4)
    Z = rng.standard_normal((2, 3, 4, 4))
    Z[..., ::2, 1::2] = 0.2 + np.abs(Z[..., ::2, 1::2])  # a window of zeros is a kink
    return {
        "Z^{(2)}": Z,
        "H^{(2)}": derived(nnlib.relu, "Z^{(2)}"),
        "P^{(2)}": derived(pooled, "H^{(2)}"),
        "W^{(3)}": rng.standard_normal((3, 2, 2, 4)),
        "b^{(3)}": rng.standard_normal(4),
        "z": derived(logits, "P^{(2)}", "W^{(3)}", "b^{(3)}"),
        "J": derived(some_objective, "z"),
        "V^{(3)}": np.zeros((2, 3, 4, 4)),  # there is no such layer
        "V^{(2)}": derived(gradient_before_relu, "Z^{(2)}", "W^{(3)}", "b^{(3)}"),
    }


def gradient_before_relu(Z, W, b):
    """The gradient with respect to Z, by nnlib's vector–Jacobian products."""
    H = nnlib.relu(Z)
    P = pooled(H)
    dz = np.cos(logits(P, W, b))
    dP = (dz @ W.reshape(-1, W.shape[-1]).T).reshape(P.shape)
    return nnlib.max_pool2d_vjp(dP, H, 2) * nnlib.relu_deriv(Z)


def curved_logits(X):
    return np.tanh(np.tensordot(X, np.linspace(-1, 1, 27).reshape(3, 3, 3), axes=2))


SALIENCY = {
    "k": 2,
    "X": np.random.default_rng(5).standard_normal((3, 3)),
    "z": derived(curved_logits, "X"),
    "S": derived(lambda X: np.abs(slope(X)), "X"),
}


def slope(X):
    """The gradient of the second of the logits above, by hand."""
    weights = np.linspace(-1, 1, 27).reshape(3, 3, 3)
    return (1 - curved_logits(X)[1] ** 2) * weights[..., 1]


def folded():
    """A linear layer with batch normalisation, and the layer that they are together."""
    rng = np.random.default_rng(6)
    W, b = rng.standard_normal((3, 2)), rng.standard_normal(2)
    gamma, beta = rng.uniform(0.5, 2, 2), rng.standard_normal(2)
    mean, var, eps = rng.standard_normal(2), rng.uniform(0.5, 2, 2), 0.2
    at = [nnlib.batch_norm(x @ W + b, gamma, beta, mean, var, eps=eps) for x in
          (np.zeros((1, 3)), np.eye(3))]  # fmt: skip
    return {
        "x": rng.standard_normal((4, 3)),
        "W": W,
        "b": b,
        r"\gamma": gamma,
        r"\beta": beta,
        r"\bar{\mu}": mean,
        r"\bar{\sigma}^2": var,
        r"\epsilon": eps,
        "b'": at[0][0],
        "W'": at[1] - at[0],
    }


def linear_classifier():
    rng = np.random.default_rng(7)
    X, W, b = rng.standard_normal((3, 3)), rng.standard_normal((4, 3, 3)), rng.standard_normal(4)
    return {
        "X": X,
        "W": W,
        "z": derived(lambda X: np.einsum("ij,kij->k", X, W) + b, "X"),
        "k": 2,
        "s": 3,
        "t": 1,
    }


LOCAL = {
    "eq-digits-block": block(),
    "eq-digits-logits": last_layers(),
    "eq-digits-backward": last_layers(),
    "eq-digits-saliency": SALIENCY,
    "eq-batch-norm-grad-statistics": one_channel(),
    "eq-batch-norm-grad-root": one_channel(),
    "eq-batch-norm-jacobian": one_channel(),
    "eq-batch-norm-grad-input": one_channel(),
    "eq-batch-norm-example": EXAMPLE,
    "eq-running-statistics": running(),
    "eq-digits-shuffle": {
        "x": np.random.default_rng(8).standard_normal(4),
        "W": np.random.default_rng(9).standard_normal((4, 3)),
        r"\Pi": np.eye(4)[[2, 0, 3, 1]],
    },
    "eq-ex-digits-fold": folded(),
    "eq-ex-digits-scale": one_channel() | {"a": 1.7},
    "eq-ex-digits-occlusion": linear_classifier(),
}

FUNCTIONS = {
    "eq-batch-statistics": (batch_statistics, "x"),
    "eq-batch-norm": (batch_norm_hat, "x", r"\epsilon"),
    "eq-batch-norm-vjp": (batch_norm_vjp, "v", "x", r"\gamma", r"\beta", r"\epsilon"),
    "eq-running-statistics": (
        update_running_statistics, r"\bar{\mu}", r"\bar{\sigma}^2", "x", r"\rho",
    ),
}  # fmt: skip

for wrapper, function in (
    (batch_norm_hat, nnlib.batch_norm),
    (batch_statistics, nnlib.batch_statistics),
    (batch_norm_vjp, nnlib.batch_norm_vjp),
    (update_running_statistics, nnlib.update_running_statistics),
):
    wrapper.__name__ = function.__name__

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    **dict.fromkeys(
        (
            r"P^{(l)}_{n o p q} &= \max_{1 \le u, v \le 2} H^{(l)}_{n o, - 2(p-1)+u, 2(q-1)+v}",
            r"P^{(l)}_{n o p q} &= \max_{1 \le u, v \le 2} H^{(l)}_{n o, 2(p-1)+u, - 2(q-1)+v}",
        ),
        "the first place stays, and there are no others",
    ),
    r"\frac{\partial \mu}{\partial x_n} &= \frac{1}{m} \\": "any index is the same here",
    r"&= \frac{1}{s} \left( \mathbb{1}[n = i] - \frac{\partial \mu}{\partial x_n} \right)"
    : "this derivative is the same for all values",
    **dict.fromkeys(
        (
            r"&= \frac{2}{m} \sum_n (x_n + \mu) \left( \mathbb{1}[n = i] - \frac{1}{m} \right) \\",
            r"&= \frac{2}{m} \sum_n (x_n) \left( \mathbb{1}[n = i] - \frac{1}{m} \right) \\",
        ),
        "the brackets behind sum to 0",
    ),
    **dict.fromkeys(
        (
            r"&= \frac{2}{m} \sum_n (x_n - \mu) \left( \mathbb{1}[n = i] + \frac{1}{m} \right) \\",
            r"&= \frac{2}{m} \sum_n (x_n - \mu) \left( \mathbb{1}[n = i] \right) \\",
            r"&= \frac{2}{m} \sum_n (x_n - \mu) \left( \mathbb{1}[n = i] - \frac{m}{1} \right) \\",
            r"&= \frac{2}{m} \sum_n (x_n - \mu) \left( \mathbb{1}[n = i] - \frac{2}{m} \right) \\",
            r"&= \frac{2}{m} (x_i - \mu) + \frac{2}{m^2} \sum_n (x_n - \mu) \\",
            r"&= \frac{2}{m} (x_i - \mu) \\",
            r"&= \frac{2}{m} (x_i - \mu) -   \sum_n (x_n - \mu) \\",
            r"&= \frac{2}{m} (x_i - \mu) - \frac{m^2}{2} \sum_n (x_n - \mu) \\",
            r"&= \frac{2}{m} (x_i - \mu) - \frac{3}{m^2} \sum_n (x_n - \mu) \\",
            r"&= \frac{2}{m} (x_i - \mu) - \frac{2}{m^3} \sum_n (x_n - \mu) \\",
        ),
        "deviations from the mean sum to 0",
    ),
    r"\sum_n \frac{\partial J}{\partial x_{n  }} = 0": "it holds for both channels at once",
    r"\sigma^3 = \frac{1 + 1 + 1 + 1}{4} = 1 \\": "the variance is 1",
    r"\sigma^2 = \frac{4}{1 + 1 + 1 + 1} = 1 \\": "the variance is 1",
}  # fmt: skip
