"""Two recurrent layers that read a sequence in both directions."""

from array_api_compat import array_namespace

from nnlib._validation import check_floating

__all__ = ["bidirectional", "bidirectional_vjp"]


def bidirectional(layer, x, forward, backward, /, *, return_saved=False, **options):
    r"""Read a sequence in both directions: at each step the outputs know what follows, too.

    .. math::
        \overrightarrow{h}_t = f(x_t, \overrightarrow{h}_{t-1}), \qquad
        \overleftarrow{h}_t = g(x_t, \overleftarrow{h}_{t+1})

    Equation ``eq-bidirectional`` of the book. The output at step t is both, one after the other.

    Parameters
    ----------
    layer : callable
        A recurrent layer: `rnn`, `lstm` or `gru`.
    x : array, shape (N, T, D)
        Inputs; (T, N, D) with the option `time_first`.
    forward, backward : tuple of array
        For each direction the layer's other arguments: initial state, weights and biases. The
        backward direction starts from its initial state at the end of each sequence.
    return_saved : bool, default False
        Whether to return also what `bidirectional_vjp` would otherwise compute once more.
    **options
        The layer's other options, for both directions.

    Returns
    -------
    hs : array, shape (N, T, 2 H)
        Outputs of both directions; (T, N, 2 H) with `time_first`.
    states : tuple of two
        Final state of each direction; that of the backward one is after the first step of x.
    saved : tuple of two dicts
        For `bidirectional_vjp`; only with `return_saved`.

    Raises
    ------
    TypeError
        If an argument is of another type, or an option is not one of the layer.
    ValueError
        If the shapes do not fit, or an option has another value.

    References
    ----------
    M. Schuster and K. K. Paliwal, "Bidirectional recurrent neural networks", IEEE Transactions on
    Signal Processing 45, 1997.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, one, zero = np.array([[[0.0], [1.0], [0.0]]]), np.ones((1, 1)), np.zeros(1)
    >>> args = np.zeros((1, 1)), one, 0.5 * one, zero, zero
    >>> hs, _ = nnlib.bidirectional(nnlib.rnn, x, args, args, activation="relu")
    >>> hs[0].T  # the second direction sees the 1 coming
    array([[0. , 1. , 0.5],
           [0.5, 1. , 0. ]])
    """
    _check(layer, options, x, forward=forward, backward=backward)
    xp = array_namespace(x)
    hs, states, *saved = zip(
        layer(x, *forward, **options, return_saved=return_saved),
        layer(x, *backward, **options, return_saved=return_saved, reverse=True),
        strict=True,
    )
    return xp.concat(hs, axis=-1), states, *saved


def bidirectional_vjp(
    dhs, layer_vjp, x, forward, backward, /, *, dstates=(None, None), saved=(None, None), **options
):
    r"""Vector–Jacobian product of `bidirectional`.

    .. math:: \nabla_{x_t} J = \overrightarrow{v}_t + \overleftarrow{v}_t

    Equation ``eq-bidirectional-vjp`` of the book: the gradients v of the inputs that come through
    the two directions are added. Every other gradient belongs to one of them.

    Parameters
    ----------
    dhs : array, shape (N, T, 2 H)
        Gradient of the objective with respect to the outputs; (T, N, 2 H) with `time_first`.
    layer_vjp : callable
        That of the layer: `rnn_vjp`, `lstm_vjp` or `gru_vjp`.
    x : array, shape (N, T, D)
        Inputs.
    forward, backward : tuple of array
        For each direction the layer's other arguments.
    dstates : tuple of two, optional
        Gradient with respect to the final state of each direction, as `layer_vjp` takes it; None
        for 0.
    saved : tuple of two dicts, optional
        What `bidirectional` returned for the same arguments, with `return_saved`.
    **options
        The layer's other options, for both directions.

    Returns
    -------
    dx : array, shape of x
        Gradient with respect to the inputs.
    dforward, dbackward : tuple of array
        Gradients with respect to the other arguments of each direction.

    Raises
    ------
    TypeError
        If an argument is of another type, or an option is not one of the layer.
    ValueError
        If the shapes do not fit, or an option has another value.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, one, zero = np.array([[[0.0], [1.0], [0.0]]]), np.ones((1, 1)), np.zeros(1)
    >>> args, dhs = (np.zeros((1, 1)), one, 0.5 * one, zero, zero), np.zeros((1, 3, 2))
    >>> dhs[0, 1, 1] = 1  # the second direction's output at the second step
    >>> dx, *_ = nnlib.bidirectional_vjp(dhs, nnlib.rnn_vjp, x, args, args, activation="relu")
    >>> dx[0, :, 0]
    array([0., 1., 0.])
    """
    _check(layer_vjp, options, x, forward=forward, backward=backward)
    check_floating(dhs=dhs, x=x)
    H = forward[0].shape[-1]
    if dhs.ndim != 3 or dhs.shape[2] != H + backward[0].shape[-1]:
        raise ValueError(
            f"dhs must have both directions' outputs, {H} + {backward[0].shape[-1]}, along its "
            f"last of three axes, got the shape {tuple(dhs.shape)}"
        )
    dx, *dforward = layer_vjp(
        dhs[..., :H], x, *forward, **options, dstate=dstates[0], saved=saved[0]
    )
    dx_back, *dbackward = layer_vjp(
        dhs[..., H:], x, *backward, **options, dstate=dstates[1], saved=saved[1], reverse=True
    )
    return dx + dx_back, tuple(dforward), tuple(dbackward)


def _check(layer, options, x, **directions):
    if not callable(layer):
        raise TypeError(
            f"the layer must be a function, such as nnlib.lstm, got {type(layer).__name__}"
        )
    if "reverse" in options:
        raise TypeError("reverse is no option of both directions")
    check_floating(x=x)
    for name, args in directions.items():
        if not isinstance(args, tuple | list) or not args:
            raise TypeError(
                f"{name} must be a tuple of arrays, the layer's arguments after x, "
                f"got {type(args).__name__}"
            )
        check_floating(x=x, **{f"{name}[{k}]": array for k, array in enumerate(args)})
