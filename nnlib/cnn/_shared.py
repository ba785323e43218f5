"""What the networks share: sizes, initial parameters, the linear layer and the loss."""

from math import prod

import numpy as np

from nnlib._validation import check_arrays, check_count
from nnlib.layers import linear, linear_vjp
from nnlib.losses import softmax_cross_entropy, softmax_cross_entropy_grad


def check_sizes(count, /, **sizes):
    """Return the tuple of sizes given by name, each 1 or more; `count` of them, or at least one."""
    ((name, values),) = sizes.items()
    if not isinstance(values, tuple | list):
        raise TypeError(f"{name} must be a tuple of integers, got {type(values).__name__}")
    if len(values) != (count or len(values) or 1):
        raise ValueError(f"{name} must have {count or 'one or more'} sizes, got {values}")
    return [check_count(1, **{f"{name}[{k}]": value}) for k, value in enumerate(values)]


def kernel_shapes(channels_in, channels, sizes):
    """Shapes of the kernels of convolutions, one after the other."""
    channels_in = [channels_in, *channels[:-1]]
    return [(o, c, *size) for o, c, size in zip(channels, channels_in, sizes, strict=True)]


def init_params(shapes, rng, initializer):
    """Weights of these shapes, kernels first and a matrix last, and a bias for each output."""
    params = {}
    for layer, shape in enumerate(shapes, start=1):
        outputs = shape[0] if layer < len(shapes) else shape[1]
        params[f"W{layer}"] = initializer(shape, rng=rng)
        params[f"b{layer}"] = np.zeros(outputs, dtype=params[f"W{layer}"].dtype)
    return params


def dense(maps, W, b):
    """A linear layer that takes the maps of each example as one vector."""
    return linear(_flat(maps), W, b)


def dense_vjp(dy, maps, W, b):
    """Gradients of `dense` with respect to its three arguments."""
    dflat, dW, db = linear_vjp(dy, _flat(maps), W, b)
    return check_arrays(dflat=dflat).reshape(dflat, maps.shape), dW, db


def mean_loss(logits, labels):
    """Mean cross-entropy over the examples, and its gradient with respect to the logits."""
    xp = check_arrays(logits=logits, labels=labels)
    if logits.shape[0] == 0:
        raise ValueError("x must hold one example or more, got none")
    loss = xp.mean(softmax_cross_entropy(logits, labels))
    return loss, softmax_cross_entropy_grad(logits, labels) / logits.shape[0]


def _flat(maps):
    return check_arrays(maps=maps).reshape(maps, (maps.shape[0], prod(maps.shape[1:])))
