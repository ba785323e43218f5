"""The symbols of the Softmax chapter."""

import numpy as np

import nnlib
from nnlib.formula import derived


def draw(rng):
    """Values of the symbols: 4 classes; 5 examples of 3 features."""
    return {
        # logits of one example, what is added to them, and a temperature
        "z": 2 * rng.standard_normal(4),
        "c": rng.normal(),
        "T": rng.uniform(0.5, 3),
        r"z_{\max}": derived(np.max, "z"),
        # prediction, label and loss of the example
        r"\hat{y}": derived(nnlib.softmax, "z"),
        "y": rng.dirichlet(np.ones(4)),
        "L": derived(nnlib.cross_entropy, r"\hat{y}", "y"),
        # two other distributions; a direction; the number of classes; a label's smoothing
        "p": rng.dirichlet(np.ones(4)),
        "q": rng.dirichlet(np.ones(4)),
        "v": rng.standard_normal(4),
        "K": 4,
        r"\varepsilon": rng.uniform(0.1, 0.9),
        # the classifier: all examples, one in each row
        "m": 5,
        "X": rng.standard_normal((5, 3)),
        "W": rng.standard_normal((3, 4)),
        "Z": derived(np.matmul, "X", "W"),
        r"\hat{Y}": derived(nnlib.softmax, "Z"),
        "Y": rng.dirichlet(np.ones(4), size=5),
        "J": derived(mean_cross_entropy, r"\hat{Y}", "Y"),
        # functions
        "softmax": softmax,
        "logsoftmax": nnlib.log_softmax,
        "logsumexp": nnlib.logsumexp,
        "H": nnlib.entropy,
        "KL": nnlib.kl_divergence,
    }


def softmax(z, temperature=1.0):
    """The book writes the temperature as a second argument."""
    return nnlib.softmax(z, temperature=float(temperature))


def mean_cross_entropy(probs, labels):
    return nnlib.cross_entropy(probs, labels).mean()


# Where a symbol means something else than on the rest of the page.
LOCAL = {
    "eq-softmax-cross-entropy": {"L": derived(nnlib.softmax_cross_entropy, "z", "y")},
}

# Worked by hand to four digits, and to three where a number begins with 0.01.
OPTIONS = {"approx_rtol": 2e-3}

# The function that gives the right side of an equation, and the symbols it takes.
FUNCTIONS = {
    "eq-softmax": (nnlib.softmax, "z"),
    "eq-softmax-temperature": (softmax, "z", "T"),
    "eq-log-softmax": (nnlib.log_softmax, "z"),
    "eq-logsumexp": (nnlib.logsumexp, "z"),
    "eq-softmax-jacobian": (nnlib.softmax_jacobian, "z"),
    "eq-softmax-vjp": (nnlib.softmax_vjp, "v", "z"),
    "eq-entropy": (nnlib.entropy, "p"),
    "eq-kl-divergence": (nnlib.kl_divergence, "p", "q"),
    "eq-cross-entropy": (nnlib.cross_entropy, r"\hat{y}", "y"),
    "eq-softmax-cross-entropy": (nnlib.softmax_cross_entropy, "z", "y"),
    "eq-softmax-cross-entropy-grad": (nnlib.softmax_cross_entropy_grad, "z", "y"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"\operatorname{softmax}(z - c)_i": "no shift changes softmax",
    r"\operatorname{softmax}(z)_i": "no shift changes softmax",
    r"\operatorname{softmax}(z - c)_i = \operatorname{softmax}(z)_i": "no shift changes softmax",
    r"\operatorname{softmax}(z)_i = \operatorname{softmax}(z)_i": "no shift changes softmax",
    r"&= \frac{\mathbb{1}[i = j] e^{z_j} \sum_k e^{z_k} - e^{z_i} e^{z_j}}": "only i = j counts",
    r"\hat{y}_k - 1, & i = k \\": "only i = k counts",
    r"&= \left  \log \sum_j e^{z_j} - \sum_i y_i z_i": "the factor dropped, the sum of y, is 1",
    r"&= \sum_n \sum_i \frac{\partial J}{\partial Z_{nk}} \frac{\partial Z_{ni}}{\partial W_{jk}}"
    r" \\"
    : "the other derivative is 0 unless i = k",
    r"&= \sum_n \sum_i \frac{1}{m} (\hat{Y}_{nk} - Y_{ni}) X_{nj} \mathbb{1}[i = k] \\"
    : "only i = k counts",
    r"&= \sum_n \sum_i \frac{1}{m} (\hat{Y}_{ni} - Y_{nk}) X_{nj} \mathbb{1}[i = k] \\"
    : "only i = k counts",
}  # fmt: skip
