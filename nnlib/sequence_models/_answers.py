"""Models that read a sequence and give one answer."""

from array_api_compat import array_namespace

from nnlib._validation import check_arrays, check_count, check_floating
from nnlib.layers import linear, linear_vjp
from nnlib.losses import softmax_cross_entropy, softmax_cross_entropy_grad
from nnlib.sequence_models._shared import (
    BACK,
    LAYER,
    check_params,
    check_sizes,
    find_cell,
    init_head,
    init_layer,
)

__all__ = ["recurrent_init", "recurrent_loss_and_grads", "recurrent_model"]


def recurrent_init(
    sizes, /, *, cell, rng, bidirectional=False, steps=None, forget_bias=1.0, dtype="float64"
):
    """Initial parameters of a recurrent layer and of a linear layer that reads it.

    Parameters
    ----------
    sizes : tuple of int
        Numbers of features D, of units H and of outputs K.
    cell : {"rnn", "lstm", "gru"}
        The recurrent layer.
    rng : numpy.random.Generator
        Source of the random numbers.
    bidirectional : bool, default False
        Whether a second layer of H units reads backward.
    steps : int, optional
        If given, the linear layer reads the outputs of all steps, which are so many. By default it
        reads the final state, and sequences may have any length.
    forget_bias : float, default 1.0
        Bias of an LSTM's forget gates.
    dtype : {"float64", "float32"}, default "float64"
        Type of the parameters.

    Returns
    -------
    dict of numpy.ndarray
        The parameters.

    Raises
    ------
    TypeError
        If `sizes` is not a tuple of integers, or `rng` not a generator.
    ValueError
        If there are not three sizes, one is below 1, or `cell` or `dtype` is another.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.sequence_models import recurrent_init
    >>> params = recurrent_init((2, 5, 1), cell="lstm", rng=np.random.default_rng(0))
    >>> {name: w.shape for name, w in params.items()}
    {'W_x': (2, 20), 'W_h': (5, 20), 'b_x': (20,), 'b_h': (20,), 'W': (5, 1), 'b': (1,)}
    """
    D, H, K = check_sizes("(D, H, K)", sizes, rng)
    options = {"cell": cell, "rng": rng, "forget_bias": forget_bias, "dtype": dtype}
    params = init_layer((D, H), LAYER, **options)
    if bidirectional:
        params |= init_layer((D, H), BACK, **options)
    features = (2 if bidirectional else 1) * H
    if steps is not None:
        features *= check_count(1, steps=steps)
    return params | init_head(features, K, rng, dtype)


def recurrent_model(params, x, /, *, cell):
    """Compute the outputs of a recurrent model, one answer for each sequence.

    Parameters
    ----------
    params : dict of array
        As `recurrent_init` returns them.
    x : array, shape (N, T, D)
        Sequences.
    cell : {"rnn", "lstm", "gru"}
        The recurrent layer.

    Returns
    -------
    array, shape (N, K)
        Logits, or predicted numbers.

    Raises
    ------
    TypeError
        If `params` is not a dict, or an array not of a real floating-point dtype.
    ValueError
        If names or shapes do not fit, or `cell` is another.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.sequence_models import recurrent_init, recurrent_model
    >>> params = recurrent_init((2, 5, 1), cell="gru", rng=np.random.default_rng(0))
    >>> recurrent_model(params, np.ones((3, 10, 2)), cell="gru").shape
    (3, 1)
    """
    return _forward(params, x, cell)[0]


def recurrent_loss_and_grads(params, x, labels, /, *, cell, loss=None):
    """Mean loss of a recurrent model and all its gradients, by backpropagation through time.

    Parameters
    ----------
    params : dict of array
        As `recurrent_init` returns them.
    x : array, shape (N, T, D)
        Sequences.
    labels : array, shape (N,) or (N, K)
        Classes, integers of shape (N,); or numbers to predict, floating, of shape (N, K).
    cell : {"rnn", "lstm", "gru"}
        The recurrent layer.
    loss : tuple of two callables, optional
        Two functions of outputs and labels: the loss of each sequence, and its gradient with
        respect to the outputs. By default `nnlib.softmax_cross_entropy` and its gradient for
        classes; for numbers the squared error, summed over the K outputs.

    Returns
    -------
    loss : array, shape ()
        Mean over the sequences.
    grads : dict of array
        Gradient of the mean loss with respect to each parameter, under its name.

    Raises
    ------
    TypeError
        If `params` is not a dict, or an array of another dtype.
    ValueError
        If names, shapes or values do not fit, or `cell` is another.

    Examples
    --------
    >>> from functools import partial
    >>> import numpy as np
    >>> from nnlib import training
    >>> from nnlib.sequence_models import recurrent_init, recurrent_loss_and_grads
    >>> from nnlib.sequences import adding_problem
    >>> rng = np.random.default_rng(0)
    >>> X, y = adding_problem(500, 4, rng=rng)
    >>> params = recurrent_init((2, 16, 1), cell="gru", rng=rng)
    >>> loss_and_grads = partial(recurrent_loss_and_grads, cell="gru")
    >>> options = {"rng": rng, "epochs": 10, "learning_rate": 0.01}
    >>> params, history = training.fit(loss_and_grads, params, X, y, **options)
    >>> history["loss"][-1] < 0.05 < 1 / 6
    True
    """
    outputs, read, every_step, runs = _forward(params, x, cell)
    xp = check_arrays(outputs=outputs, labels=labels)
    value, gradient = _default_loss(outputs, labels) if loss is None else loss
    mean_loss = xp.mean(value(outputs, labels))

    (N, T, _), H = x.shape, params["W_h"].shape[0]
    V = gradient(outputs, labels) / N
    dread, dW, db = linear_vjp(V, read, params["W"], params["b"])
    grads = {"W": dW, "b": db}
    dread = xp.reshape(dread, (N, T, -1)) if every_step else dread
    for k, (names, args, options) in enumerate(runs):
        dh = dread[..., k * H : (k + 1) * H]
        if not every_step:  # then it is the gradient of the final state
            options = options | {"dstate": (dh, xp.zeros_like(dh)) if cell == "lstm" else dh}
            dh = xp.zeros((N, T, H), dtype=dh.dtype)
        _, *back = find_cell(cell).vjp(dh, x, *args, **options)
        grads |= zip(names, back[-4:], strict=True)
    return mean_loss, {name: grads[name] for name in params}


def _forward(params, x, cell):
    """Outputs, what the linear layer read and whether at every step, and each direction's run."""
    layer, _, _, states = find_cell(cell)
    check_params(params, LAYER, LAYER + BACK)
    xp, H = check_floating(x=x), params["W_h"].shape[0]
    directions = [LAYER, BACK] if "W_x_back" in params else [LAYER]
    every_step = params["W"].shape[0] != len(directions) * H
    h0 = xp.zeros((x.shape[0] if x.ndim else 0, H), dtype=x.dtype)
    read, runs = [], []
    for names in directions:
        args = (*[h0] * states, *(params[name] for name in names))
        options = {"reverse": names is BACK}
        hs, state, saved = layer(x, *args, **options, return_saved=True)
        final = state[0] if states == 2 else state
        read.append(hs if every_step else final)
        runs.append((names, args, options | {"saved": saved}))
    read = xp.concat(read, axis=-1)
    read = xp.reshape(read, (x.shape[0], -1)) if every_step else read
    return linear(read, params["W"], params["b"]), read, every_step, runs


def _default_loss(outputs, labels):
    if array_namespace(labels).isdtype(labels.dtype, "integral"):
        return softmax_cross_entropy, softmax_cross_entropy_grad
    check_floating(labels=labels)
    if labels.shape != outputs.shape:
        raise ValueError(
            f"labels must be integers, or have the shape (N, K) = {tuple(outputs.shape)}, got "
            f"{labels.dtype} of the shape {tuple(labels.shape)}"
        )
    return _squared_error, _squared_error_grad


def _squared_error(outputs, labels):
    return array_namespace(outputs).sum((outputs - labels) ** 2, axis=-1)


def _squared_error_grad(outputs, labels):
    return 2 * (outputs - labels)
