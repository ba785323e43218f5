"""The convolutional network of the MNIST-1D benchmark."""

from nnlib._validation import check_arrays, check_count, check_generator, check_layers
from nnlib.activations import relu, relu_deriv
from nnlib.cnn._shared import (
    check_sizes,
    dense,
    dense_vjp,
    init_params,
    kernel_shapes,
    mean_loss,
)
from nnlib.conv import conv1d, conv1d_vjp, conv_output_size
from nnlib.initializers import he_normal

__all__ = ["cnn1d", "cnn1d_init", "cnn1d_loss_and_grads"]

STRIDED = {"stride": 2, "padding": 1}  # how each convolution makes signals shorter


def cnn1d_init(
    *,
    rng,
    length=40,
    channels=(25, 25, 25),
    sizes=(5, 3, 3),
    classes=10,
    initializer=he_normal,
):
    """Initial parameters of the network of MNIST-1D: random weights, biases of 0.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the random numbers.
    length : int, default 40
        Length of a signal.
    channels : tuple of int, default (25, 25, 25)
        Number of kernels in each convolution.
    sizes : tuple of int, default (5, 3, 3)
        Length of these kernels.
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
        If a size is below 1, `channels` and `sizes` are not equally many, or the kernels do not fit
        into the signal.

    References
    ----------
    S. Greydanus and D. Kobak, "Scaling down deep learning with MNIST-1D", ICML, 2024.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.cnn import cnn1d_init
    >>> params = cnn1d_init(rng=np.random.default_rng(0))
    >>> params["W4"].shape, sum(w.size for w in params.values())
    ((125, 10), 5210)
    """
    check_generator(rng=rng)
    length = check_count(1, length=length)
    channels = check_sizes(None, channels=channels)
    sizes = check_sizes(len(channels), sizes=sizes)
    for size in sizes:
        length = conv_output_size(length, size=size, **STRIDED)
    kernels = kernel_shapes(1, channels, [(size,) for size in sizes])
    last = (channels[-1] * length, check_count(1, classes=classes))
    return init_params([*kernels, last], rng, initializer)


def cnn1d(params, x, /):
    """Compute the logits of the network of MNIST-1D: strided convolutions, and a linear layer.

    Each convolution has the stride 2, one zero on either side, and ReLU after it.

    Parameters
    ----------
    params : dict of array
        Weights and biases, as `cnn1d_init` returns them.
    x : array, shape (N, L)
        Signals.

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
    >>> from nnlib.cnn import cnn1d, cnn1d_init
    >>> cnn1d(cnn1d_init(rng=np.random.default_rng(0)), np.ones((5, 40))).shape
    (5, 10)
    """
    return _cnn1d_layers(params, x)[1]


def cnn1d_loss_and_grads(params, x, labels, /):
    """Mean cross-entropy of the network of MNIST-1D and its gradients, by backpropagation.

    Parameters
    ----------
    params : dict of array
        Weights and biases, as `cnn1d_init` returns them.
    x : array, shape (N, L)
        Signals.
    labels : array, shape (N,) or (N, classes)
        Classes, integers from 0; or distributions.

    Returns
    -------
    loss : array, shape ()
        Mean over the signals.
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
    >>> from nnlib.cnn import cnn1d_init, cnn1d_loss_and_grads
    >>> params = cnn1d_init(rng=np.random.default_rng(0))
    >>> loss, grads = cnn1d_loss_and_grads(params, np.zeros((5, 40)), np.arange(5))
    >>> print(f"{loss:.4f}")  # all logits are 0, and the loss is log 10
    2.3026
    """
    hidden, logits = _cnn1d_layers(params, x)
    loss, dlogits = mean_loss(logits, labels)
    depth, grads = len(hidden) + 1, {}
    inputs = [x[:, None, :], *(h for _, h in hidden)]
    W, b = f"W{depth}", f"b{depth}"
    dh, grads[W], grads[b] = dense_vjp(dlogits, inputs[-1], params[W], params[b])
    for layer in range(depth - 1, 0, -1):
        W, b = f"W{layer}", f"b{layer}"
        dz = dh * relu_deriv(hidden[layer - 1][0])
        dh, grads[W], grads[b] = conv1d_vjp(dz, inputs[layer - 1], params[W], params[b], **STRIDED)
    return loss, {name: grads[name] for name in params}


def _cnn1d_layers(params, x):
    """The pair (z, h) of each convolution, before and after ReLU, and the logits."""
    depth = check_layers(params)
    check_arrays(x=x)
    if x.ndim != 2:
        raise ValueError(f"x must have the shape (N, L), got {tuple(x.shape)}")
    hidden, h = [], x[:, None, :]
    for layer in range(1, depth):
        z = conv1d(h, params[f"W{layer}"], params[f"b{layer}"], **STRIDED)
        h = relu(z)
        hidden.append((z, h))
    return hidden, dense(h, params[f"W{depth}"], params[f"b{depth}"])
