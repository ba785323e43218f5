"""Every formula of the course, as small, tested functions on arrays of any standard library.

The functions take and return arrays of NumPy, JAX, PyTorch or any other library of the array API
standard. `nnlib.formula` evaluates the book's LaTeX; `nnlib.plotting` draws its figures. These
two need the extras of their names and are imported by themselves.
"""

from nnlib.activations import log_softmax, logsumexp, softmax, softmax_jacobian, softmax_vjp
from nnlib.losses import (
    cross_entropy,
    entropy,
    kl_divergence,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)

__all__ = [
    "cross_entropy",
    "entropy",
    "kl_divergence",
    "log_softmax",
    "logsumexp",
    "softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
    "softmax_jacobian",
    "softmax_vjp",
]

__version__ = "0.1.0"
