"""The symbols of the chapter on bias and variance."""

from itertools import product

import numpy as np
from scipy import integrate, stats

from nnlib import bias_variance as tools
from nnlib.formula import derived, distribution, joint

# Enough for the number of features to fall on both sides of the number of examples.
DRAWS = 6


def draw(rng):
    """Values of the symbols: predictions of four training sets, noise, a number of features."""
    predictions, chances = rng.uniform(1, 4, 4), rng.dirichlet(np.ones(4))
    f, s, odds = rng.uniform(1, 3), rng.uniform(0.5, 1.5), rng.uniform(0.5, 2)
    noise = s * np.array([odds**0.5, -(odds**-0.5)])  # of mean 0 and variance s²
    return {
        # truth, prediction and its mean, noise, label
        "f": f,
        r"\hat{f}": distribution(predictions, chances),
        r"\bar{f}": predictions @ chances,
        **joint([1 / (1 + odds), odds / (1 + odds)], {r"\epsilon": noise, "y": f + noise}),
        r"\sigma": s,
        "c": rng.uniform(0.5, 2),
        # double descent: examples, features, length of the weights, excess risk
        "m": 7,
        "d": int(rng.choice([4, 5, 9, 12])),
        "r": rng.uniform(1, 3),
        "R": derived(excess_risk, "m", "d", "r", r"\sigma"),
        "tr": np.trace,
    }


def excess_risk(m, d, r, s):
    """Its mean, by integrals over the χ² and beta distributions that it is made of."""
    fewer, more = sorted((int(m), int(d)))
    # A diagonal element of an inverse Wishart matrix is 1 over a χ² variable.
    chi2 = stats.chi2(more - fewer + 1)
    inverse, _ = integrate.quad(lambda u: 2 * chi2.pdf(u**2) / u, 0, np.inf)
    if d < m:
        return s**2 * fewer * inverse
    missed, _ = integrate.quad(lambda t: t * stats.beta((d - m) / 2, m / 2).pdf(t), 0, 1)
    return r**2 * missed + s**2 * fewer * inverse


# --- S equally probable predictions

PREDICTIONS = np.array([1.3, 2.9, 0.4, 2.2, 3.1])
SAMPLE = {"S": 5, r"\hat{f}": PREDICTIONS, r"\bar{f}": PREDICTIONS.mean()}


def bias_variance(predictions, f, s):
    return tools.bias_variance(predictions[:, np.newaxis], f[np.newaxis], noise=float(s) ** 2).error


# --- Linear regression: for each outcome of the noise, the labels and the estimate


def signs(n):
    return np.array(list(product([-1.0, 1.0], repeat=n)))


def regression(X, w, s):
    """Labels and minimum-norm estimates, for noise of -s or s in each label."""
    noise = s * signs(len(X))
    labels = X @ w + noise
    estimates = np.array([np.linalg.lstsq(X, y)[0] for y in labels])
    outcomes = {r"\epsilon": noise, "y": labels, r"\hat{w}": estimates}
    random = joint(np.full(len(noise), 1 / len(noise)), outcomes)
    return {**random, "X": X, "w": w, r"\sigma": s, "m": X.shape[0], "d": X.shape[1]}


rng = np.random.default_rng(5)
FEW = regression(rng.standard_normal((5, 3)), rng.standard_normal(3), 0.7)
MANY = regression(rng.standard_normal((3, 5)), rng.standard_normal(5), 0.7)
MANY["P"] = np.linalg.pinv(MANY["X"]) @ MANY["X"]


def one_weight(x, w, s, strength):
    """Ridge regression with one weight, by least squares with one example more."""
    noise = s * signs(len(x))
    labels = x * w + noise
    more = np.append(x, strength**0.5)
    estimates = np.array([np.linalg.lstsq(more[:, np.newaxis], [*y, 0])[0][0] for y in labels])
    random = joint(np.full(len(noise), 1 / len(noise)), {"y": labels, r"\hat{w}": estimates})
    return {**random, "x": x, "w": w, r"\sigma": s, r"\lambda": strength, "h": x @ x}


ONE_WEIGHT = one_weight(rng.standard_normal(4), 1.3, 0.8, 0.6)

# New examples whose features have mean 0, variance 1 and no correlation.
NEW = {
    "x": distribution(np.vstack([np.eye(3), -np.eye(3)]) * 3**0.5, np.full(6, 1 / 6)),
    "w": rng.standard_normal(3),
    r"\hat{w}": rng.standard_normal(3),
}


# --- Cross-validation


def fold_errors():
    """Errors of always predicting the mean, on 4 folds."""
    labels = np.random.default_rng(6).standard_normal(10)
    errors = tools.validation_curve(
        lambda X, y, value: value * y.mean(), lambda model, X, y: np.mean((y - model) ** 2),
        labels, labels, values=[1.0], k=4, rng=np.random.default_rng(7),
    )[1][0]  # fmt: skip
    folds = tools.k_fold(10, k=4, rng=np.random.default_rng(7))
    by_hand = [np.mean((labels[out] - labels[kept].mean()) ** 2) for kept, out in folds]
    return errors, np.array(by_hand)


CV_ERRORS, FOLD_ERRORS = fold_errors()


def validation_curve(errors):
    """The mean over the folds that the tool gives."""
    return CV_ERRORS.mean()


# Where a symbol means something else than on the rest of the page.
LOCAL = {
    "eq-bias-variance": {
        "u": PREDICTIONS, r"\hat{f}": distribution(PREDICTIONS, np.full(5, 0.2))
    },
    "eq-bias-variance-sample": SAMPLE,
    "eq-bias-variance-weights": FEW,
    "eq-bias-variance-ridge": ONE_WEIGHT,
    "eq-bias-variance-ridge-mean": ONE_WEIGHT,
    "eq-bias-variance-ridge-error": ONE_WEIGHT,
    "eq-cross-validation": {"K": 4, "E": FOLD_ERRORS, "CV": CV_ERRORS.mean()},
    "eq-excess-risk": NEW,
    "eq-least-squares-error": FEW,
    "eq-excess-risk-few": FEW,
    "eq-minimum-norm": MANY,
    "eq-minimum-norm-error": MANY,
    "eq-excess-risk-many": MANY,
    "eq-ex-bias-variance-average": {
        r"\hat{f}_1": distribution([1.3, 2.9, 0.4], [0.5, 0.2, 0.3]),
        r"\hat{f}_2": distribution([2.2, 3.1, 0.9], [0.1, 0.3, 0.6]),
    },
    "eq-ex-bias-variance-shrink": {
        r"\hat{f}": distribution([1.3, 2.9, 0.4], [0.5, 0.2, 0.3]),
        "f": 1.35,
        "v": 0.5 * 0.05**2 + 0.2 * 1.55**2 + 0.3 * 0.95**2,
    },
    "eq-ex-bias-variance-shrink-best": {
        "v": 1.7,
        "c": derived(lambda f: f**2 / (f**2 + 1.7), "f"),
    },
}  # fmt: skip

# The function that gives the right side of an equation, and the symbols it takes.
FUNCTIONS = {
    "eq-bias-variance": (bias_variance, "u", "f", r"\sigma"),
    "eq-cross-validation": (validation_curve, "E"),
}

BETWEEN = "it changes only what holds between m - 1 and m + 1, where the mean is infinite"
INDEPENDENT = "the variance of the difference of independent numbers is that of their sum"

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"\frac{\sigma^2 d}{m - d - 1}, & d < m + 1 \\": BETWEEN,
    r"\frac{\sigma^2 d}{m - d - 1}, & d < m \\": BETWEEN,
    r"r^2 \left( 1 - \frac{m}{d} \right) + \frac{\sigma^2 m}{d - m - 1}, & d > m - 1": BETWEEN,
    r"r^2 \left( 1 - \frac{m}{d} \right) + \frac{\sigma^2 m}{d - m - 1}, & d > m": BETWEEN,
    r"\operatorname{Var}\left( \frac{- \hat{f}_1 + \hat{f}_2}{2} \right)": INDEPENDENT,
    r"\operatorname{Var}\left( \frac{\hat{f}_1 - \hat{f}_2}{2} \right)": INDEPENDENT,
}
