"""Models of language: each symbol of a text from those before it."""

import numpy as np
from array_api_compat import array_namespace

from nnlib._validation import check_arrays, check_count, check_generator
from nnlib.layers import linear, linear_vjp
from nnlib.losses import softmax_cross_entropy, softmax_cross_entropy_grad
from nnlib.recurrent import embedding, embedding_vjp, sample_with_temperature
from nnlib.sequence_models._shared import (
    LAYER,
    check_params,
    check_sizes,
    find_cell,
    init_head,
    init_layer,
)

__all__ = ["generate", "language_init", "language_loss_and_grads", "language_model"]


def language_init(sizes, /, *, cell, rng, forget_bias=1.0, dtype="float64"):
    """Initial parameters of a model of language: embedding, recurrent layer, linear layer.

    Parameters
    ----------
    sizes : tuple of int
        Numbers of symbols V, of features E that the embedding gives each, and of units H.
    cell : {"rnn", "lstm", "gru"}
        The recurrent layer.
    rng : numpy.random.Generator
        Source of the random numbers.
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
    >>> from nnlib.sequence_models import language_init
    >>> params = language_init((30, 8, 5), cell="rnn", rng=np.random.default_rng(0))
    >>> {name: w.shape for name, w in params.items() if "W" in name}
    {'W_e': (30, 8), 'W_x': (8, 5), 'W_h': (5, 5), 'W': (5, 30)}
    """
    V, E, H = check_sizes("(V, E, H)", sizes, rng)
    options = {"cell": cell, "rng": rng, "forget_bias": forget_bias, "dtype": dtype}
    layers = init_layer((E, H), LAYER, **options) | init_head(H, V, rng, dtype)
    return {"W_e": rng.standard_normal((V, E)).astype(dtype), **layers}


def language_model(params, ids, state=None, /, *, cell):
    """Compute the logits of the symbol that follows, after each symbol of a text.

    Parameters
    ----------
    params : dict of array
        As `language_init` returns them.
    ids : array of int, shape (N, T)
        Texts as numbers, from 0 to V - 1.
    state : array, or tuple of two arrays, shape (N, H), optional
        State of the recurrent layer before the first symbol, as `nnlib.rnn`, `nnlib.gru` or
        `nnlib.lstm` return it; zeros by default.
    cell : {"rnn", "lstm", "gru"}
        The recurrent layer.

    Returns
    -------
    logits : array, shape (N, T, V)
        Unnormalised log-probabilities of the next symbol.
    state : array, or tuple of two arrays, shape (N, H)
        State after the last symbol, to go on from.

    Raises
    ------
    TypeError
        If `params` is not a dict, or an array of another dtype.
    ValueError
        If names or shapes do not fit, a symbol is not from 0 to V - 1, or `cell` is another.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.sequence_models import language_init, language_model
    >>> params = language_init((30, 8, 5), cell="gru", rng=np.random.default_rng(0))
    >>> logits, state = language_model(params, np.array([[3, 1, 4, 1, 5]]), cell="gru")
    >>> logits.shape, state.shape
    ((1, 5, 30), (1, 5))
    """
    logits, _, state, *_ = _read_text(params, ids, state, cell)
    return logits, state


def language_loss_and_grads(params, ids, targets, /, *, cell):
    """Mean loss per symbol of a model of language and all its gradients.

    Every text starts from a state of zeros: backpropagation is truncated where texts are cut.

    Parameters
    ----------
    params : dict of array
        As `language_init` returns them.
    ids : array of int, shape (N, T)
        Texts as numbers, from 0 to V - 1.
    targets : array of int, shape (N, T)
        The symbol that follows each.
    cell : {"rnn", "lstm", "gru"}
        The recurrent layer.

    Returns
    -------
    loss : array, shape ()
        Mean cross-entropy of all symbols, in nats: the logarithm of the perplexity.
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
    >>> from nnlib.sequence_models import language_init, language_loss_and_grads
    >>> from nnlib.sequences import encode, windows
    >>> ids, alphabet = encode("round and round and " * 20)
    >>> pieces, rng = windows(ids, 21, every=10), np.random.default_rng(0)
    >>> params = language_init((len(alphabet), 8, 16), cell="gru", rng=rng)
    >>> loss_and_grads = partial(language_loss_and_grads, cell="gru")
    >>> data, options = (pieces[:, :-1], pieces[:, 1:]), {"rng": rng, "learning_rate": 0.02}
    >>> params, history = training.fit(loss_and_grads, params, *data, epochs=40, **options)
    >>> history["loss"][-1] < 0.3 < history["loss"][0]
    True
    """
    logits, hs, _, x, args, saved = _read_text(params, ids, None, cell)
    xp = check_arrays(ids=ids, targets=targets)
    loss = xp.mean(softmax_cross_entropy(logits, targets))
    V = softmax_cross_entropy_grad(logits, targets) / (ids.shape[0] * ids.shape[1])
    dhs, dW, db = linear_vjp(V, hs, params["W"], params["b"])
    dx, *back = find_cell(cell).vjp(dhs, x, *args, saved=saved)
    grads = {"W_e": embedding_vjp(dx, ids, params["W_e"]), "W": dW, "b": db}
    grads |= zip(LAYER, back[-4:], strict=True)
    return loss, {name: grads[name] for name in params}


def generate(params, ids, length, /, *, cell, rng, temperature=1.0):
    """Continue a text: draw one symbol after the other, each after reading the one before.

    Parameters
    ----------
    params : dict of array
        As `language_init` returns them.
    ids : array of int, shape (T,)
        Beginning of the text, one symbol or more.
    length : int
        Number of symbols to draw.
    cell : {"rnn", "lstm", "gru"}
        The recurrent layer.
    rng : numpy.random.Generator
        Source of the random numbers.
    temperature : float, default 1.0
        See `nnlib.sample_with_temperature`.

    Returns
    -------
    numpy.ndarray of int, shape (length,)
        The symbols that were drawn.

    Raises
    ------
    TypeError
        If `length` is not an integer, `rng` not a generator, or an array of another dtype.
    ValueError
        If names or shapes do not fit, a symbol is not from 0 to V - 1, or an option is out of
        range.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.sequence_models import generate, language_init
    >>> rng = np.random.default_rng(0)
    >>> params = language_init((3, 4, 5), cell="lstm", rng=rng)
    >>> generate(params, np.array([0, 1]), 6, cell="lstm", rng=rng).shape
    (6,)
    """
    check_generator(rng=rng)
    xp = check_arrays(ids=ids)
    if ids.ndim != 1 or ids.shape[0] == 0:
        raise ValueError(f"ids must have one symbol or more, got the shape {tuple(ids.shape)}")
    text, state, last = [], None, ids[None, :]
    for _ in range(check_count(0, length=length)):
        logits, state = language_model(params, last, state, cell=cell)
        drawn = sample_with_temperature(logits[:, -1, :], rng=rng, temperature=temperature)
        text.append(int(drawn[0]))
        last = xp.reshape(drawn, (1, 1))
    return np.array(text, dtype=int)


def _read_text(params, ids, state, cell):
    """Logits, outputs and final state of the layer, its inputs and arguments, and what it saved."""
    layer, _, _, states = find_cell(cell)
    check_params(params, ("W_e", *LAYER))
    x = embedding(ids, params["W_e"])
    if ids.ndim != 2:
        raise ValueError(f"ids must have the shape (N, T), got {tuple(ids.shape)}")
    if state is None:
        xp = array_namespace(x)
        state = [xp.zeros((x.shape[0], params["W_h"].shape[0]), dtype=x.dtype)] * states
    elif states == 1:
        state = (state,)
    args = (*state, *(params[name] for name in LAYER))
    hs, state, saved = layer(x, *args, return_saved=True)
    return linear(hs, params["W"], params["b"]), hs, state, x, args, saved
