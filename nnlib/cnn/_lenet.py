"""A LeNet: convolution, ReLU and max pooling, repeated, and a linear layer."""

from math import prod

from nnlib._validation import check_count, check_generator, check_layers
from nnlib.activations import relu, relu_deriv
from nnlib.cnn._shared import (
    check_sizes,
    dense,
    dense_vjp,
    init_params,
    kernel_shapes,
    mean_loss,
)
from nnlib.conv import conv2d, conv2d_vjp, max_pool2d, max_pool2d_vjp
from nnlib.initializers import he_normal

__all__ = ["lenet", "lenet_init", "lenet_layers", "lenet_loss_and_grads", "lenet_vjp"]


def lenet_init(
    *, rng, shape=(1, 8, 8), channels=(16, 32), size=3, classes=10, initializer=he_normal
):
    """Initial parameters of a LeNet: random weights, biases of 0.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the random numbers.
    shape : tuple of int, default (1, 8, 8)
        Channels, height and width of an image.
    channels : tuple of int, default (16, 32)
        Number of kernels in each convolution. After each, height and width are halved.
    size : int, default 3
        Height and width of the kernels.
    classes : int, default 10
        Number of outputs.
    initializer : callable, default nnlib.he_normal
        Called as `initializer(shape, rng=rng)`, it returns weights; biases get their dtype.

    Returns
    -------
    dict of numpy.ndarray
        Kernels `W1` and biases `b1` of the first convolution, and so on; last the linear layer's.

    Raises
    ------
    TypeError
        If a size is not an integer, or `rng` not a generator.
    ValueError
        If a size is below 1, or nothing is left of the images after the last pooling.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86, 1998.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.cnn import lenet_init
    >>> params = lenet_init(rng=np.random.default_rng(0), channels=(4, 8))
    >>> {name: w.shape for name, w in params.items()}  # doctest: +NORMALIZE_WHITESPACE
    {'W1': (4, 1, 3, 3), 'b1': (4,), 'W2': (8, 4, 3, 3), 'b2': (8,), 'W3': (32, 10), 'b3': (10,)}
    """
    check_generator(rng=rng)
    channels_in, *spatial = check_sizes(3, shape=shape)
    channels, size = check_sizes(None, channels=channels), check_count(1, size=size)
    for _ in channels:
        spatial = [n // 2 for n in spatial]
    if prod(spatial) == 0:
        raise ValueError(
            f"shape must leave a pixel after halving it {len(channels)} times, got {shape}"
        )
    kernels = kernel_shapes(channels_in, channels, [(size, size)] * len(channels))
    last = (channels[-1] * prod(spatial), check_count(1, classes=classes))
    return init_params([*kernels, last], rng, initializer)


def lenet_layers(params, x, /):
    """What happens inside a LeNet: every convolution, activation and pooling, and the logits.

    Parameters
    ----------
    params : dict of array
        Weights and biases, as `lenet_init` returns them.
    x : array, shape (N, C, H, W)
        Images.

    Returns
    -------
    hidden : list of tuple of array
        For each convolution its output, with as many rows and columns as its input; this after
        ReLU: the feature maps; and these after max pooling by 2 × 2.
    logits : array, shape (N, classes)
        Outputs of the linear layer, which takes the last of these as one vector.

    Raises
    ------
    TypeError
        If an argument is no array of a real floating-point dtype.
    ValueError
        If names or shapes of the parameters do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.cnn import lenet_init, lenet_layers
    >>> params = lenet_init(rng=np.random.default_rng(0))
    >>> hidden, logits = lenet_layers(params, np.ones((5, 1, 8, 8)))
    >>> [pooled.shape for _, _, pooled in hidden], logits.shape
    ([(5, 16, 4, 4), (5, 32, 2, 2)], (5, 10))
    """
    depth = check_layers(params)
    hidden, pooled = [], x
    for layer in range(1, depth):
        z = conv2d(pooled, params[f"W{layer}"], params[f"b{layer}"], padding="same")
        maps = relu(z)
        pooled = max_pool2d(maps, 2)
        hidden.append((z, maps, pooled))
    return hidden, dense(pooled, params[f"W{depth}"], params[f"b{depth}"])


def lenet(params, x, /):
    """Compute the logits of a LeNet: convolution, ReLU and pooling, repeated, and a linear layer.

    The original of 1998 has a scaled tanh instead of ReLU, weighted means instead of maxima, and
    more layers.

    Parameters
    ----------
    params : dict of array
        Weights and biases, as `lenet_init` returns them.
    x : array, shape (N, C, H, W)
        Images.

    Returns
    -------
    array, shape (N, classes)
        The logits: softmax makes probabilities of them.

    Raises
    ------
    TypeError
        If an argument is no array of a real floating-point dtype.
    ValueError
        If names or shapes of the parameters do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.cnn import lenet, lenet_init
    >>> lenet(lenet_init(rng=np.random.default_rng(0)), np.ones((5, 1, 8, 8))).shape
    (5, 10)
    """
    return lenet_layers(params, x)[1]


def lenet_vjp(dy, params, x, /):
    """Vector–Jacobian product of `lenet`: gradients with respect to parameters and images.

    With a `dy` that is 1 for one class and else 0, the gradient with respect to an image says which
    pixels that class's logit depends on: its saliency.

    Parameters
    ----------
    dy : array, shape (N, classes)
        Gradient of the objective with respect to the logits.
    params : dict of array
        Weights and biases, as `lenet_init` returns them.
    x : array, shape (N, C, H, W)
        Images.

    Returns
    -------
    dparams : dict of array
        Gradient with respect to each parameter, under its name.
    dx : array, shape of x
        Gradient with respect to the images.

    Raises
    ------
    TypeError
        If an argument is no array of a real floating-point dtype.
    ValueError
        If names or shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.cnn import lenet_init, lenet_vjp
    >>> params = lenet_init(rng=np.random.default_rng(0))
    >>> dparams, dx = lenet_vjp(np.eye(10)[[7]], params, np.ones((1, 1, 8, 8)))
    >>> dx.shape
    (1, 1, 8, 8)
    """
    hidden, _ = lenet_layers(params, x)
    return _lenet_backward(dy, params, x, hidden)


def lenet_loss_and_grads(params, x, labels, /):
    """Mean cross-entropy of a LeNet and all its gradients, by backpropagation.

    Parameters
    ----------
    params : dict of array
        Weights and biases, as `lenet_init` returns them.
    x : array, shape (N, C, H, W)
        Images.
    labels : array, shape (N,) or (N, classes)
        Classes, integers from 0; or distributions.

    Returns
    -------
    loss : array, shape ()
        Mean over the images.
    grads : dict of array
        Gradient of the mean loss with respect to each parameter, under its name.

    Raises
    ------
    TypeError
        If an array is of another dtype.
    ValueError
        If names, shapes or values do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.cnn import lenet_init, lenet_loss_and_grads
    >>> params = lenet_init(rng=np.random.default_rng(0))
    >>> loss, grads = lenet_loss_and_grads(params, np.zeros((5, 1, 8, 8)), np.arange(5))
    >>> print(f"{loss:.4f}")  # all logits are 0, and the loss is log 10
    2.3026
    """
    hidden, logits = lenet_layers(params, x)
    loss, dlogits = mean_loss(logits, labels)
    return loss, _lenet_backward(dlogits, params, x, hidden)[0]


def _lenet_backward(dy, params, x, hidden):
    """Gradients with respect to parameters and images, from what `lenet_layers` found inside."""
    depth, grads = len(hidden) + 1, {}
    inputs = [x, *(pooled for _, _, pooled in hidden)]
    W, b = f"W{depth}", f"b{depth}"
    dpooled, grads[W], grads[b] = dense_vjp(dy, inputs[-1], params[W], params[b])
    for layer in range(depth - 1, 0, -1):
        W, b = f"W{layer}", f"b{layer}"
        z, maps, _ = hidden[layer - 1]
        dz = max_pool2d_vjp(dpooled, maps, 2) * relu_deriv(z)
        dpooled, grads[W], grads[b] = conv2d_vjp(
            dz, inputs[layer - 1], params[W], params[b], padding="same"
        )
    return {name: grads[name] for name in params}, dpooled
