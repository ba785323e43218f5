"""The multilayer perceptron of `nnlib.training`, made fast for very small batches.

An agent computes it for one observation at a time, for which NumPy's overhead counts more than the
arithmetic. So all parameters lie in one vector, which an optimiser changes in one step.
"""

import math

import numpy as np

from nnlib._validation import check_at_least_zero
from nnlib.cheat_sheet import CHEAT_SHEET
from nnlib.optimizers import clip_by_global_norm, sgd
from nnlib.training import mlp

# Activation and derivative; the derivative as a function of z and of the activation h.
_FAST = {
    "relu": (lambda z: np.maximum(z, 0.0), lambda z, h: z > 0.0),
    "tanh": (np.tanh, lambda z, h: 1.0 - h * h),
}


class Network:
    """A multilayer perceptron with its optimiser; parameters and gradient are vectors."""

    def __init__(self, name, params, inputs, outputs, activation):
        _check_shapes(name, params, inputs, outputs, activation)
        self.shapes = {key: np.shape(w) for key, w in params.items()}
        self.vector = _vector(params)
        self.gradient = np.zeros_like(self.vector)
        self.layers = self._layers(self.vector)
        self.gradients = self._layers(self.gradient)
        fast = isinstance(activation, str) and activation in _FAST
        self.phi, self.phi_deriv = _FAST[activation] if fast else _general(activation)
        self.state, self.updates = None, 0

    def _layers(self, vector):
        """Weights and biases of each layer, as views of a vector."""
        arrays = _arrays(vector, self.shapes)
        numbers = range(1, len(arrays) // 2 + 1)
        return [(arrays[f"W{layer}"], arrays[f"b{layer}"]) for layer in numbers]

    def __call__(self, x):
        """Outputs for x of shape (m, inputs)."""
        for W, b in self.layers[:-1]:
            x = self.phi(x @ W + b)
        W, b = self.layers[-1]
        return x @ W + b

    def forward(self, x):
        """Outputs, and what `backward` needs."""
        Z, H = [], [x]
        for W, b in self.layers[:-1]:
            Z.append(H[-1] @ W + b)
            H.append(self.phi(Z[-1]))
        W, b = self.layers[-1]
        return H[-1] @ W + b, (Z, H)

    def backward(self, V, cache):
        """Set the gradient: V is that with respect to the outputs, added over the rows."""
        Z, H = cache
        for layer in range(len(self.layers) - 1, -1, -1):
            dW, db = self.gradients[layer]
            np.matmul(H[layer].T, V, out=dW)
            np.add.reduce(V, axis=0, out=db)
            if layer > 0:
                V = (V @ self.layers[layer][0].T) * self.phi_deriv(Z[layer - 1], H[layer])

    def step(self, optimizer, learning_rate, max_norm=None):
        """Change the parameters along the gradient."""
        gradient = self.gradient
        if max_norm is not None:
            (gradient,) = clip_by_global_norm([gradient], max_norm=max_norm)
        rate = learning_rate(self.updates) if callable(learning_rate) else learning_rate
        if optimizer is sgd:  # the same arithmetic: its checks take longer than all else here
            self.vector -= check_at_least_zero(learning_rate=rate) * gradient
        else:
            w, self.state = optimizer(self.vector, gradient, self.state, learning_rate=rate)
            self.vector[:] = w
        self.updates += 1

    @property
    def params(self):
        """A copy of the parameters, as the dict that `nnlib.training` knows."""
        return {key: w.copy() for key, w in _arrays(self.vector, self.shapes).items()}

    @property
    def progress(self):
        """All that is needed to go on."""
        # Optimisers are pure: they leave the state that they are given as it is.
        return {"params": self.params, "optimizer": self.state, "updates": self.updates}

    def load(self, params, optimizer, updates):
        """Go on from what `progress` was."""
        shapes = {key: np.shape(w) for key, w in params.items()}
        if shapes != self.shapes:
            raise ValueError(
                f"start must be of networks with the shapes {self.shapes}, as params are, "
                f"got {shapes}"
            )
        self.vector[:] = _vector(params)
        self.state, self.updates = optimizer, updates


def _vector(params):
    """The elements of all parameters, one after the other."""
    return np.concatenate([np.ravel(w) for w in params.values()]).astype("float64")


def _arrays(vector, shapes):
    """The arrays of these shapes that lie in a vector one after the other: views."""
    arrays, first = {}, 0
    for key, shape in shapes.items():
        last = first + math.prod(shape)
        arrays[key] = vector[first:last].reshape(shape)
        first = last
    return arrays


def _check_shapes(name, params, inputs, outputs, activation):
    """Check that params are those of a network of so many inputs and outputs."""
    if not isinstance(params, dict):
        raise TypeError(f"{name} must be a dict of arrays, as mlp_init returns, got {params!r}")
    first, last = params.get("W1"), params.get(f"b{len(params) // 2}")
    shapes = np.shape(first)[:1], np.shape(last)
    if first is not None and last is not None and shapes != ((inputs,), (outputs,)):
        raise ValueError(
            f"{name} must be of a network with {inputs} inputs and {outputs} outputs, "
            f"got W1 of shape {np.shape(first)} and b{len(params) // 2} of shape {np.shape(last)}"
        )
    mlp(params, np.zeros((1, inputs)), activation=activation)  # names and shapes of all layers


def _general(activation):
    """Function and derivative of any other activation."""
    phi = CHEAT_SHEET[activation] if isinstance(activation, str) else activation
    return phi.function, lambda z, h: phi.derivative(z)
