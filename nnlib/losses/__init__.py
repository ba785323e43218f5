"""Losses and measures of information, one value per example: the caller takes the mean."""

from nnlib.losses._binary import (
    binary_cross_entropy,
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
)
from nnlib.losses._categorical import (
    cross_entropy,
    entropy,
    kl_divergence,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)

__all__ = [
    "binary_cross_entropy",
    "cross_entropy",
    "entropy",
    "kl_divergence",
    "sigmoid_binary_cross_entropy",
    "sigmoid_binary_cross_entropy_grad",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
]
