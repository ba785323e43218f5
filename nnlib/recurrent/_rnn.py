"""The plain recurrent layer, and backpropagation through time."""

from nnlib.layers import linear_vjp
from nnlib.recurrent._sequence import (
    as_given,
    check_saved,
    check_sequence,
    check_upstream,
    flat,
    in_order,
    inputs_in_order,
    project,
    steps,
    transposed,
    where,
)

__all__ = ["rnn", "rnn_vjp"]


def rnn(
    x,
    h0,
    W_x,
    W_h,
    b_x,
    b_h,
    /,
    *,
    activation="tanh",
    mask=None,
    reverse=False,
    time_first=False,
    return_saved=False,
):
    r"""Recurrent layer: each step makes a new state of its input and of the state before.

    .. math:: h_t = \phi(a_t + h_{t-1} W_h), \qquad a_t = x_t W_x + b_x + b_h

    Equation ``eq-rnn`` of the book. The products with W_x of all steps are one product of matrices.

    A long sequence may come in pieces: the final state of one is `h0` of the next. If no gradient
    of the final state is passed on between the pieces, that is truncated backpropagation.

    Parameters
    ----------
    x : array, shape (N, T, D)
        Inputs: D features at T steps of N sequences; (T, N, D) with `time_first`.
    h0 : array, shape (N, H)
        State before the first step.
    W_x : array, shape (D, H)
        Weights of the inputs.
    W_h : array, shape (H, H)
        Weights of the state before.
    b_x, b_h : array, shape (H,)
        Biases, which are added.
    activation : {"tanh", "relu"}, default "tanh"
        Function φ.
    mask : array of bool, shape (N, T), optional
        Which steps count; (T, N) with `time_first`. The others leave the state as it was, and
        their outputs are 0. For sequences of different lengths, False after the end of each.
    reverse : bool, default False
        Whether to go from the last step to the first. Outputs stay beside their inputs.
    time_first : bool, default False
        Whether the steps are the first axis, and the sequences the second.
    return_saved : bool, default False
        Whether to return also what `rnn_vjp` would otherwise compute once more.

    Returns
    -------
    hs : array, shape (N, T, H)
        State after each step; (T, N, H) with `time_first`.
    h : array, shape (N, H)
        State after the last step that is taken.
    saved : dict
        For `rnn_vjp`; only with `return_saved`.

    Raises
    ------
    TypeError
        If an array is not of a real floating-point dtype, or `mask` not one of booleans, or they
        are of several libraries.
    ValueError
        If the shapes do not fit, or `activation` is another.

    References
    ----------
    J. L. Elman, "Finding structure in time", Cognitive Science 14, 1990.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, one, zero = np.array([[[1.0], [0.0], [0.0]]]), np.ones((1, 1)), np.zeros(1)
    >>> hs, h = nnlib.rnn(x, np.zeros((1, 1)), one, 0.5 * one, zero, zero, activation="relu")
    >>> hs[0, :, 0]  # the state forgets half of itself in each step
    array([1.  , 0.5 , 0.25])
    >>> h
    array([[0.25]])
    """
    order = {"reverse": reverse, "time_first": time_first}
    xp = check_sequence(1, order, mask, x, W_x, W_h, b_x, b_h, h0=h0)
    check_activation(activation)
    x, m = inputs_in_order(x, mask, order)
    h, states = h0, []
    for a_t, m_t in steps(project(x, W_x, b_x + b_h), m):
        z = a_t + h @ W_h
        h = where(m_t, xp.tanh(z) if activation == "tanh" else xp.maximum(z, 0), h)
        states.append(h)
    hs = as_given(where(m, xp.stack(states)), **order)
    return (hs, h, {"h": states}) if return_saved else (hs, h)


def rnn_vjp(
    dhs,
    x,
    h0,
    W_x,
    W_h,
    b_x,
    b_h,
    /,
    *,
    dstate=None,
    activation="tanh",
    mask=None,
    reverse=False,
    time_first=False,
    saved=None,
):
    r"""Vector–Jacobian product of `rnn`: backpropagation through time.

    .. math::
        \begin{aligned}
        \delta_t &= (v_t + \delta_{t+1} W_h^\top) \odot \phi'(a_t + h_{t-1} W_h) \\
        \nabla_{W_h} J &= \sum_t h_{t-1} \delta_t^\top, \qquad
        \nabla_{W_x} J = \sum_t x_t \delta_t^\top \\
        \nabla_{b_x} J &= \nabla_{b_h} J = \sum_t \delta_t, \qquad
        \nabla_{x_t} J = \delta_t W_x^\top
        \end{aligned}

    Equation ``eq-rnn-vjp`` of the book, with v = `dhs`, from the last step to the first. The
    gradient of the final state, `dstate`, is added to that of the last output. The gradient of the
    weights is one product of matrices, after the loop.

    Parameters
    ----------
    dhs : array, shape (N, T, H)
        Gradient of the objective with respect to the outputs; (T, N, H) with `time_first`.
    x, h0, W_x, W_h, b_x, b_h : array
        Arguments of `rnn`.
    dstate : array, shape (N, H), optional
        Gradient with respect to the final state h; 0 by default.
    activation, mask, reverse, time_first : optional
        Options of `rnn`.
    saved : dict, optional
        What `rnn` returned for the same arguments, with `return_saved`: it spares the forward
        pass, and changes nothing else.

    Returns
    -------
    dx : array, shape of x
        Gradient with respect to the inputs.
    dh0 : array, shape (N, H)
        Gradient with respect to the initial state.
    dW_x, dW_h, db_x, db_h : array
        Gradients with respect to the parameters, each of its shape.

    Raises
    ------
    TypeError
        If an array is not of a real floating-point dtype, or `mask` not one of booleans, or they
        are of several libraries.
    ValueError
        If the shapes do not fit, `activation` is another, or `saved` is of another call.

    References
    ----------
    P. J. Werbos, "Backpropagation through time: what it does and how to do it", Proceedings of the
    IEEE 78, 1990.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, one, zero = np.array([[[1.0], [1.0], [1.0]]]), np.ones((1, 1)), np.zeros(1)
    >>> args = x, np.zeros((1, 1)), one, 0.5 * one, zero, zero
    >>> dx, *_ = nnlib.rnn_vjp(np.zeros((1, 3, 1)), *args, dstate=one, activation="relu")
    >>> dx[0, :, 0]  # each step back halves the gradient
    array([0.25, 0.5 , 1.  ])
    """
    order = {"reverse": reverse, "time_first": time_first}
    xp = check_sequence(1, order, mask, x, W_x, W_h, b_x, b_h, h0=h0)
    (dh,) = check_upstream(order, dhs, x, dstate, h0=h0)
    check_activation(activation)
    if saved is None:
        options = {"activation": activation, "mask": mask, **order}
        saved = rnn(x, h0, W_x, W_h, b_x, b_h, **options, return_saved=True)[-1]
    check_saved(("h",), order, saved, x, h0)
    states = saved["h"]
    x, m = inputs_in_order(x, mask, order)
    v = where(m, in_order(dhs, **order))
    W_back, deltas = transposed(W_h), []
    for v_t, h, m_t in reversed(steps(v, states, m)):
        u = v_t + dh
        # φ' from the value: 1 - tanh² z; 1 where max(0, z) > 0.
        delta = u * (1 - h * h) if activation == "tanh" else u * xp.astype(h > 0, h.dtype)
        delta = where(m_t, delta)
        dh = where(m_t, delta @ W_back, u)
        deltas.append(delta)
    delta = xp.concat(deltas[::-1])
    dx, dW_x, db = linear_vjp(delta, flat(x), W_x, b_x)
    dW_h = xp.concat([h0, *states[:-1]]).T @ delta
    dx = as_given(xp.reshape(dx, x.shape), **order)
    return dx, dh, dW_x, dW_h, db, xp.asarray(db, copy=True)


def check_activation(activation):
    """Check that the activation is one whose derivative can be told from its value."""
    if activation not in ("tanh", "relu"):
        raise ValueError(f"activation must be 'tanh' or 'relu', got {activation!r}")
