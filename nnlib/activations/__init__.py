"""Activation functions and their derivatives, elementwise; and softmax with its relatives."""

from nnlib.activations._elu import elu, elu_deriv, selu, selu_deriv
from nnlib.activations._gelu import gelu, gelu_deriv
from nnlib.activations._hard import hard_sigmoid, hard_sigmoid_deriv, hard_swish, hard_swish_deriv
from nnlib.activations._identity import binary_step, binary_step_deriv, identity, identity_deriv
from nnlib.activations._prelu import prelu, prelu_deriv, prelu_slope_deriv
from nnlib.activations._relu import leaky_relu, leaky_relu_deriv, relu, relu_deriv
from nnlib.activations._rrelu import rrelu, rrelu_deriv
from nnlib.activations._sigmoid import (
    log_sigmoid,
    log_sigmoid_deriv,
    sigmoid,
    sigmoid_deriv,
    softplus,
    softplus_deriv,
)
from nnlib.activations._silu import mish, mish_deriv, silu, silu_deriv
from nnlib.activations._softmax import (
    log_softmax,
    logsumexp,
    softmax,
    softmax_jacobian,
    softmax_vjp,
)
from nnlib.activations._tanh import arctan, arctan_deriv, softsign, softsign_deriv, tanh, tanh_deriv

__all__ = [
    "arctan",
    "arctan_deriv",
    "binary_step",
    "binary_step_deriv",
    "elu",
    "elu_deriv",
    "gelu",
    "gelu_deriv",
    "hard_sigmoid",
    "hard_sigmoid_deriv",
    "hard_swish",
    "hard_swish_deriv",
    "identity",
    "identity_deriv",
    "leaky_relu",
    "leaky_relu_deriv",
    "log_sigmoid",
    "log_sigmoid_deriv",
    "log_softmax",
    "logsumexp",
    "mish",
    "mish_deriv",
    "prelu",
    "prelu_deriv",
    "prelu_slope_deriv",
    "relu",
    "relu_deriv",
    "rrelu",
    "rrelu_deriv",
    "selu",
    "selu_deriv",
    "sigmoid",
    "sigmoid_deriv",
    "silu",
    "silu_deriv",
    "softmax",
    "softmax_jacobian",
    "softmax_vjp",
    "softplus",
    "softplus_deriv",
    "softsign",
    "softsign_deriv",
    "tanh",
    "tanh_deriv",
]
