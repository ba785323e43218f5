"""The symbols of the chapter on early stopping."""

from itertools import product

import numpy as np

from nnlib.early_stopping import retrain_for
from nnlib.formula import derived, distribution, joint

OPTIONS = {"starts": {"w": 0}}


def draw(rng):
    """Values of the symbols: least squares with 6 examples and 3 weights, and its descent."""
    X, y = rng.standard_normal((6, 3)), rng.standard_normal(6)
    h, Q = np.linalg.eigh(X.T @ X / 6)
    eta = rng.uniform(0.3, 0.8) / h[-1]
    return {
        "m": 6,
        "X": X,
        "H": derived(lambda X: X.T @ X / len(X), "X"),
        "I": derived(lambda H: np.eye(len(H)), "H"),
        "h": h,
        "q": Q.T,
        # the minimum, and gradient descent from 0 with 4 steps
        "w^*": least_squares(X, y),
        r"\eta": eta,
        r"\tau": 4,
        "w": derived(lambda eta: descent(X, y, np.zeros(3), [eta] * 4), r"\eta"),
        r"\lambda": rng.uniform(0.2, 1),
        # the truth's components, and the standard deviation of the labels' noise
        "a": rng.uniform(0.5, 2, 3),
        r"\sigma": rng.uniform(0.5, 2),
    }


def least_squares(X, y):
    return np.linalg.lstsq(X, y)[0]


def descent(X, y, start, rates):
    """Weights before the first step, and after each."""
    weights = [start]
    for rate in rates:
        gradient = X.T @ (X @ weights[-1] - y) / len(y)
        weights.append(weights[-1] - rate * gradient)
    return np.array(weights)


def share(h, eta, tau):
    """What descent leaves of a minimum at 1, along directions with the curvatures h."""
    return retrain_for(lambda w: w - eta * h * (w - 1), np.zeros(len(h)), steps=int(tau))


def as_strong(h, eta, tau):
    """The strengths of L2 penalties that leave the same shares."""
    left = share(h, eta, tau)
    return h / left - h


STRENGTHS = {r"\lambda": derived(as_strong, "h", r"\eta", r"\tau")}


def noisy_labels():
    """Least squares and its descent, for all signs of the noise; the truth is w."""
    rng = np.random.default_rng(5)
    X, w, sigma, eta = rng.standard_normal((5, 3)), rng.standard_normal(3), 0.7, 0.2
    h, Q = np.linalg.eigh(X.T @ X / 5)
    noise = sigma * np.array(list(product([-1, 1], repeat=5)))
    labels = [X @ w + errors for errors in noise]
    minima = [least_squares(X, y) for y in labels]
    stopped = [descent(X, y, np.zeros(3), [eta] * 4)[-1] for y in labels]
    known = {"m": 5, "X": X, "w": w, "h": h, "q": Q.T, r"\sigma": sigma, r"\eta": eta}
    known |= {"a": Q.T @ w, "f": derived(share, "h", r"\eta", r"\tau")}
    return known | joint(np.full(32, 1 / 32), {"w^*": minima, r"w^{(\tau)}": stopped})


def another_descent(start, rates):
    """Gradient descent from any start, with a learning rate for each step."""
    rng = np.random.default_rng(6)
    X, y = rng.standard_normal((6, 3)), rng.standard_normal(6)
    h, Q = np.linalg.eigh(X.T @ X / 6)
    w = descent(X, y, np.array(start), rates)
    return {"w": w, "w^*": least_squares(X, y), "h": h, "q": Q.T, r"\eta": np.array(rates)}


def best_share(a, sigma, m, h):
    """The vertex of the parabola: the error as a function of the share."""
    at_0, at_half, at_1 = (
        (1 - share) ** 2 * a**2 + share**2 * sigma**2 / (m * h) for share in (0, 0.5, 1)
    )
    curvature = 2 * (at_0 - 2 * at_half + at_1)
    return (curvature - (at_1 - at_0)) / (2 * curvature)


def signs(count):
    """Independent errors of one size and either sign."""
    entries = 0.7 * np.array(list(product([-1, 1], repeat=count)))
    return distribution(entries, np.full(len(entries), 1 / len(entries)))


# Where a symbol means something else than on the rest of the page.
LOCAL = {
    "eq-early-stopping-equal": STRENGTHS,
    "eq-early-stopping-strength": STRENGTHS,
    "eq-early-stopping-log": STRENGTHS,
    # Little has been learnt yet.
    "eq-early-stopping-lambda": STRENGTHS | {"h": np.array([1e-4, 5e-4, 1e-3])},
    "eq-early-stopping-variance": noisy_labels(),
    "eq-early-stopping-risk": noisy_labels(),
    "eq-ex-early-stopping-start": another_descent([0.5, -1.0, 2.0], [0.2] * 4)
    | {r"\eta": 0.2, "f": derived(share, "h", r"\eta", r"\tau")},
    "eq-ex-early-stopping-schedule": another_descent([0.0, 0.0, 0.0], [0.3, 0.2, 0.1, 0.05]),
    "eq-ex-early-stopping-best": {
        "f": derived(best_share, "a", r"\sigma", "m", "h"),
        r"\lambda": derived(lambda h, f: h / f - h, "h", "f"),
    },
    "eq-ex-early-stopping-minimum": {"k": 3, r"\sigma": 0.7, r"\epsilon": signs(3)},
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"\frac{\eta   h_i}{1 + \eta \tau h_i} \le 1 - (1 - \eta h_i)^\tau \le \eta \tau h_i"
    : "a bound from below may be lower",
    r"\frac{\eta \tau h_i}{2 + \eta \tau h_i} \le 1 - (1 - \eta h_i)^\tau \le \eta \tau h_i"
    : "a bound from below may be lower",
    r"\frac{\eta \tau h_i}{1 +   \tau h_i} \le 1 - (1 - \eta h_i)^\tau \le \eta \tau h_i"
    : "a bound from below may be lower",
}  # fmt: skip
