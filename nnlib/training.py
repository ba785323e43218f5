"""A multilayer perceptron with hand-written backpropagation, and a loop that trains any model.

Parameters are a dict of arrays: `W1`, `b1` of the first layer, and so on.
"""

from contextlib import nullcontext
from math import isfinite

import numpy as np
from array_api_compat import array_namespace

from nnlib._validation import (
    check_arrays,
    check_count,
    check_generator,
    check_layers,
    check_params,
)
from nnlib.cheat_sheet import CHEAT_SHEET
from nnlib.initializers import he_normal
from nnlib.layers import linear, linear_vjp
from nnlib.losses import (
    sigmoid_binary_cross_entropy,
    sigmoid_binary_cross_entropy_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)
from nnlib.optimizers import adam, clip_by_global_norm

__all__ = ["fit", "mlp", "mlp_init", "mlp_layers", "mlp_loss_and_grads"]


def mlp_init(sizes, /, *, rng, initializer=he_normal):
    """Initial parameters of a multilayer perceptron: random weights, biases of 0.

    Parameters
    ----------
    sizes : tuple of int
        Number of inputs, of units in each hidden layer, and of outputs.
    rng : numpy.random.Generator
        Source of the random numbers.
    initializer : callable, default nnlib.he_normal
        Called as `initializer((n_in, n_out), rng=rng)`, it returns the weights of a layer.

    Returns
    -------
    dict of numpy.ndarray
        Weights `W1` and biases `b1` of the first layer, `W2` and `b2` of the second, and so on.

    Raises
    ------
    TypeError
        If `sizes` is not a tuple of integers or `rng` not a generator.
    ValueError
        If there are fewer than two sizes, or one is below 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.training import mlp_init
    >>> params = mlp_init((64, 32, 10), rng=np.random.default_rng(0))
    >>> {name: w.shape for name, w in params.items()}
    {'W1': (64, 32), 'b1': (32,), 'W2': (32, 10), 'b2': (10,)}
    """
    check_generator(rng=rng)
    if not isinstance(sizes, tuple | list):
        raise TypeError(f"sizes must be a tuple of integers, got {type(sizes).__name__}")
    sizes = [check_count(1, **{f"sizes[{k}]": size}) for k, size in enumerate(sizes)]
    if len(sizes) < 2:
        raise ValueError(f"sizes must name the inputs and the outputs at least, got {sizes}")
    params = {}
    for layer, shape in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
        params[f"W{layer}"] = initializer(shape, rng=rng)
        params[f"b{layer}"] = np.zeros(shape[1])
    return params


def mlp_layers(params, x, /, *, activation="relu"):
    """What happens inside a multilayer perceptron: every hidden layer, and the logits.

    Layer l computes Z⁽ˡ⁾ = H⁽ˡ⁻¹⁾ W⁽ˡ⁾ + b⁽ˡ⁾ and, if it is hidden, H⁽ˡ⁾ = φ(Z⁽ˡ⁾). H⁽⁰⁾ is x.

    Parameters
    ----------
    params : dict of array
        Weights and biases, as `mlp_init` returns them.
    x : array, shape (..., in)
        Inputs.
    activation : str or Activation, default "relu"
        Function φ: a name in `nnlib.cheat_sheet.CHEAT_SHEET`, or an object with the attributes
        `function` and `derivative`.

    Returns
    -------
    hidden : list of tuple of array
        The pair (Z, H) of each hidden layer.
    logits : array, shape (..., out)
        Outputs of the last layer.

    Raises
    ------
    TypeError
        If `activation` is neither a name nor has the two attributes, or a layer's argument is no
        array of a real floating-point dtype.
    ValueError
        If `activation` is not in the cheat sheet, or names or shapes of the parameters do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.training import mlp_init, mlp_layers
    >>> params = mlp_init((64, 32, 16, 10), rng=np.random.default_rng(0))
    >>> hidden, logits = mlp_layers(params, np.ones((5, 64)), activation="tanh")
    >>> [H.shape for Z, H in hidden], logits.shape
    ([(5, 32), (5, 16)], (5, 10))
    """
    phi, depth = _activation(activation).function, check_layers(params)
    hidden, H = [], x
    for layer in range(1, depth):
        Z = linear(H, params[f"W{layer}"], params[f"b{layer}"])
        H = phi(Z)
        hidden.append((Z, H))
    return hidden, linear(H, params[f"W{depth}"], params[f"b{depth}"])


def mlp(params, x, /, *, activation="relu"):
    """Compute the logits of a multilayer perceptron.

    Parameters
    ----------
    params : dict of array
        Weights and biases, as `mlp_init` returns them.
    x : array, shape (..., in)
        Inputs.
    activation : str or Activation, default "relu"
        Of the hidden layers; see `mlp_layers`.

    Returns
    -------
    array, shape (..., out)
        The logits: softmax or the sigmoid makes probabilities of them.

    Raises
    ------
    TypeError
        If `activation` is of another type, or a layer's argument is no array of a real
        floating-point dtype.
    ValueError
        If `activation` is not in the cheat sheet, or names or shapes of the parameters do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.training import mlp
    >>> params = {"W1": np.array([[1.0, -1.0]]), "b1": np.zeros(2)}
    >>> params |= {"W2": np.array([[1.0], [1.0]]), "b2": np.zeros(1)}
    >>> mlp(params, np.array([[3.0], [-2.0]]))  # max(0, x) + max(0, -x) = |x|
    array([[3.],
           [2.]])
    """
    return mlp_layers(params, x, activation=activation)[1]


def mlp_loss_and_grads(params, x, labels, /, *, activation="relu", loss=None):
    """Mean loss of a multilayer perceptron and all its gradients, by backpropagation.

    Parameters
    ----------
    params : dict of array
        Weights and biases, as `mlp_init` returns them.
    x : array, shape (m, in)
        Inputs.
    labels : array
        As the loss takes them: classes, integers of shape (m,), or distributions of shape (m, out).
        For one output, 0 or 1, or probabilities, of shape (m,) or (m, 1).
    activation : str or Activation, default "relu"
        Of the hidden layers; see `mlp_layers`.
    loss : tuple of two callables, optional
        Two functions of logits and labels: the loss of each example, and its gradient with respect
        to the logits. By default `nnlib.softmax_cross_entropy` and its gradient; for one output
        `nnlib.sigmoid_binary_cross_entropy` and its.

    Returns
    -------
    loss : array, shape ()
        Mean over the examples.
    grads : dict of array
        Gradient of the mean loss with respect to each parameter, under its name.

    Raises
    ------
    TypeError
        If `activation` is of another type, or an array of another dtype.
    ValueError
        If `activation` is not in the cheat sheet, or names, shapes or values do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.training import mlp_init, mlp_loss_and_grads
    >>> params = mlp_init((64, 32, 10), rng=np.random.default_rng(0))
    >>> loss, grads = mlp_loss_and_grads(params, np.zeros((5, 64)), np.arange(5))
    >>> print(f"{loss:.4f}")  # all logits are 0, and the loss is log 10
    2.3026
    >>> {name: grad.shape for name, grad in grads.items()}
    {'W1': (64, 32), 'b1': (32,), 'W2': (32, 10), 'b2': (10,)}
    """
    check_arrays(x=x, labels=labels)
    phi_deriv, depth = _activation(activation).derivative, check_layers(params)
    if loss is not None:
        _check_pair("functions, the loss and its gradient", loss=loss)
    hidden, logits = mlp_layers(params, x, activation=activation)
    if x.ndim != 2 or x.shape[0] == 0:
        raise ValueError(f"x must have the shape (m, in) with m of 1 or more, got {tuple(x.shape)}")
    if loss is None and logits.shape[-1] == 1:
        loss = sigmoid_binary_cross_entropy, sigmoid_binary_cross_entropy_grad
        labels = labels[:, None] if labels.ndim == 1 else labels
    elif loss is None:
        loss = softmax_cross_entropy, softmax_cross_entropy_grad
    value, gradient = loss
    xp = array_namespace(logits)
    mean_loss = xp.mean(value(logits, labels))

    Z = [None, *(Z for Z, _ in hidden)]
    H = [x, *(H for _, H in hidden)]
    grads = {}
    V = gradient(logits, labels) / x.shape[0]
    for layer in range(depth, 0, -1):  # V is the gradient with respect to Z of this layer
        W, b = f"W{layer}", f"b{layer}"
        dH, grads[W], grads[b] = linear_vjp(V, H[layer - 1], params[W], params[b])
        if layer > 1:
            V = dH * phi_deriv(Z[layer - 1])
    return mean_loss, {name: grads[name] for name in params}


def fit(
    loss_and_grads,
    params,
    X,
    labels,
    /,
    *,
    rng,
    epochs,
    batch_size=32,
    optimizer=adam,
    learning_rate=1e-3,
    max_norm=None,
    validation=None,
    progress=False,
):
    """Train a model on minibatches.

    In each epoch every example is seen once, in a new random order. The last minibatch of an epoch
    may be smaller than the others.

    Parameters
    ----------
    loss_and_grads : callable
        Called as `loss_and_grads(params, X, labels)` on a minibatch, it returns the mean loss and a
        dict of the gradients: `mlp_loss_and_grads`, or that of any other model.
    params : dict of array
        Initial parameters. They are left alone.
    X : array, shape (m, ...)
        Training examples.
    labels : array, shape (m, ...)
        Their labels.
    rng : numpy.random.Generator
        Source of the order of the examples.
    epochs : int
        How often all examples are seen, 0 or more.
    batch_size : int, default 32
        Examples in a minibatch, 1 or more.
    optimizer : callable, default nnlib.adam
        Called as `optimizer(w, grad, state, learning_rate=…)`, it returns the new w and state. Its
        other options can be set by `functools.partial`.
    learning_rate : float or callable, default 1e-3
        Learning rate; or a schedule, which is called with the number of steps made before.
    max_norm : float, optional
        Largest norm of the gradients, to which `nnlib.clip_by_global_norm` shortens them.
    validation : tuple of array, optional
        Examples and labels that are not trained on, to measure the loss on after each epoch.
    progress : bool, default False
        Whether to show a progress bar, on the standard error stream.

    Returns
    -------
    params : dict of array
        Parameters after the last epoch.
    history : dict of list of float
        For each epoch `loss`, the mean loss of its minibatches, each taken before its step; and
        with `validation`, `validation_loss` after the epoch.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If `X` and `labels` are not equally many, an option is out of range, the loss is not one
        number, or the gradients have other names than the parameters.
    FloatingPointError
        If the loss of a minibatch becomes infinite or NaN.
    ImportError
        If `progress` is asked for and tqdm is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> from nnlib import training
    >>> from nnlib.datasets import make_moons
    >>> rng = np.random.default_rng(0)
    >>> X, y, *_ = make_moons(200, noise=0.1, rng=rng)
    >>> params = training.mlp_init((2, 16, 1), rng=rng)
    >>> options = {"rng": rng, "epochs": 50, "learning_rate": 0.02}
    >>> params, history = training.fit(training.mlp_loss_and_grads, params, X, y, **options)
    >>> nnlib.accuracy(training.mlp(params, X), y)
    1.0
    """
    check_generator(rng=rng)
    epochs, batch_size = check_count(0, epochs=epochs), check_count(1, batch_size=batch_size)
    xp = check_arrays(X=X, labels=labels)
    if X.ndim == 0 or X.shape[0] == 0:
        raise ValueError(f"X must hold one example or more, got the shape {tuple(X.shape)}")
    m = X.shape[0]
    if labels.shape[:1] != (m,):
        raise ValueError(
            f"labels must be as many as the examples, {m}, got the shape {tuple(labels.shape)}"
        )
    check_params(params)
    if not callable(optimizer):
        raise TypeError(
            f"optimizer must be a function, such as nnlib.adam, got {type(optimizer).__name__}"
        )
    if validation is not None:
        _check_pair("arrays, examples and labels", validation=validation)
    schedule = learning_rate if callable(learning_rate) else lambda step: learning_rate

    params, states, steps = dict(params), dict.fromkeys(params), 0
    history = {"loss": []} if validation is None else {"loss": [], "validation_loss": []}
    # A loss that grows without bound is reported below; NumPy's warnings would come before.
    with _bar(epochs, progress) as bar, np.errstate(over="ignore", invalid="ignore"):
        for epoch in bar:
            total, order = 0.0, rng.permutation(m)
            for start in range(0, m, batch_size):
                batch = xp.asarray(order[start : start + batch_size])
                loss, grads = loss_and_grads(
                    params, xp.take(X, batch, axis=0), xp.take(labels, batch, axis=0)
                )
                _check_progress(epoch, loss, grads, params)
                total += float(loss) * batch.shape[0]
                if max_norm is not None:
                    grads = clip_by_global_norm(grads, max_norm=max_norm)
                for name, grad in grads.items():
                    params[name], states[name] = optimizer(
                        params[name], grad, states[name], learning_rate=schedule(steps)
                    )
                steps += 1
            history["loss"].append(total / m)
            if validation is not None:
                history["validation_loss"].append(float(loss_and_grads(params, *validation)[0]))
            if progress:
                bar.set_postfix({key: f"{values[-1]:.4f}" for key, values in history.items()})
    return params, history


def _activation(activation):
    """The activation of a name in the cheat sheet; an activation itself."""
    if isinstance(activation, str):
        if activation not in CHEAT_SHEET:
            raise ValueError(
                f"activation must be one of {', '.join(CHEAT_SHEET)}, got {activation!r}"
            )
        return CHEAT_SHEET[activation]
    if not (hasattr(activation, "function") and hasattr(activation, "derivative")):
        raise TypeError(
            "activation must be a name, or have the attributes function and derivative, "
            f"got {type(activation).__name__}"
        )
    return activation


def _check_pair(expected, **pairs):
    ((name, pair),) = pairs.items()
    if not isinstance(pair, tuple | list):
        raise TypeError(f"{name} must be a tuple of two {expected}, got {type(pair).__name__}")
    if len(pair) != 2:
        raise ValueError(f"{name} must be a tuple of two {expected}, got {len(pair)}")


def _check_progress(epoch, loss, grads, params):
    """Check that the loss is one finite number, and that each parameter has a gradient."""
    if np.ndim(loss) != 0:
        raise ValueError(
            "loss_and_grads must return a loss that is one number, such as a mean, "
            f"got the shape {np.shape(loss)}"
        )
    if not isfinite(loss):
        raise FloatingPointError(
            f"loss became {float(loss)} at epoch {epoch}: lower learning_rate, set max_norm, or "
            "look for infinite and missing values in X"
        )
    if grads.keys() != params.keys():
        raise ValueError(
            f"loss_and_grads must return gradients of {', '.join(params)}; got {', '.join(grads)}"
        )


def _bar(epochs, progress):
    """The numbers of the epochs, as a progress bar if that is asked for."""
    numbers = range(1, epochs + 1)
    if not progress:
        return nullcontext(numbers)
    try:
        from tqdm import tqdm
    except ImportError as error:
        raise ImportError(
            "the progress bar needs tqdm: pip install 'nnlib-course[notebooks]'"
        ) from error
    return tqdm(numbers, unit="epoch")
