"""Long short-term memory: a layer whose state has a cell that gates open and close."""

from nnlib.layers import linear_vjp
from nnlib.recurrent._sequence import (
    as_given,
    blocks,
    check_saved,
    check_sequence,
    check_upstream,
    flat,
    in_order,
    inputs_in_order,
    project,
    sigma,
    steps,
    transposed,
    where,
)

__all__ = ["lstm", "lstm_vjp"]

SAVED = ("h", "c", "i", "f", "g", "o")


def lstm(
    x,
    h0,
    c0,
    W_x,
    W_h,
    b_x,
    b_h,
    /,
    *,
    mask=None,
    reverse=False,
    time_first=False,
    return_saved=False,
):
    r"""Long short-term memory, without peepholes: a layer that can keep what it has seen.

    .. math::
        \begin{aligned}
        z_t &= x_t W_x + b_x + b_h + h_{t-1} W_h \\
        c_t &= \sigma(z_t^{(f)}) \odot c_{t-1} + \sigma(z_t^{(i)}) \odot \tanh(z_t^{(g)}) \\
        h_t &= \sigma(z_t^{(o)}) \odot \tanh(c_t)
        \end{aligned}

    Equation ``eq-lstm`` of the book, where z has four parts, those of the gates i, f, g and o in
    this order. The products with W_x of all steps are one product of matrices.

    A long sequence may come in pieces: the final state of one is `h0, c0` of the next. If no
    gradient of the final state is passed on between the pieces, that is truncated backpropagation.

    Parameters
    ----------
    x : array, shape (N, T, D)
        Inputs: D features at T steps of N sequences; (T, N, D) with `time_first`.
    h0, c0 : array, shape (N, H)
        State before the first step: the output, and the cell.
    W_x : array, shape (D, 4 H)
        Weights of the inputs, for i, f, g and o.
    W_h : array, shape (H, 4 H)
        Weights of the state before.
    b_x, b_h : array, shape (4 H,)
        Biases, which are added.
    mask : array of bool, shape (N, T), optional
        Which steps count; (T, N) with `time_first`. The others leave the state as it was, and
        their outputs are 0. For sequences of different lengths, False after the end of each.
    reverse : bool, default False
        Whether to go from the last step to the first. Outputs stay beside their inputs.
    time_first : bool, default False
        Whether the steps are the first axis, and the sequences the second.
    return_saved : bool, default False
        Whether to return also what `lstm_vjp` would otherwise compute once more.

    Returns
    -------
    hs : array, shape (N, T, H)
        Output h after each step; (T, N, H) with `time_first`.
    state : tuple of two arrays, shape (N, H)
        The state (h, c) after the last step that is taken.
    saved : dict
        For `lstm_vjp`; only with `return_saved`.

    Raises
    ------
    TypeError
        If an array is not of a real floating-point dtype, or `mask` not one of booleans, or they
        are of several libraries.
    ValueError
        If the shapes do not fit.

    References
    ----------
    S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997.
    F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual prediction with LSTM",
    Neural Computation 12, 2000.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> zero, W_x, W_h = np.zeros((1, 1)), np.zeros((2, 4)), np.zeros((1, 4))
    >>> b = np.array([-100.0, 100.0, 0.0, 100.0])  # nothing enters; all is kept, and shown
    >>> hs, (h, c) = nnlib.lstm(np.ones((1, 9, 2)), zero, zero + 0.5, W_x, W_h, b, np.zeros(4))
    >>> c
    array([[0.5]])
    """
    order = {"reverse": reverse, "time_first": time_first}
    xp = check_sequence(4, order, mask, x, W_x, W_h, b_x, b_h, h0=h0, c0=c0)
    x, m = inputs_in_order(x, mask, order)
    h, c, saved = h0, c0, []
    for a_t, m_t in steps(project(x, W_x, b_x + b_h), m):
        i, f, g, o = blocks(a_t + h @ W_h, 4)
        i, f, g, o = sigma(xp, i), sigma(xp, f), xp.tanh(g), sigma(xp, o)
        c_t = f * c + i * g
        h, c = where(m_t, o * xp.tanh(c_t), h), where(m_t, c_t, c)
        saved.append((h, c, i, f, g, o) if return_saved else (h,))
    saved = dict(zip(SAVED, map(list, zip(*saved, strict=True)), strict=False))
    hs = as_given(where(m, xp.stack(saved["h"])), **order)
    return (hs, (h, c), saved) if return_saved else (hs, (h, c))


def lstm_vjp(
    dhs,
    x,
    h0,
    c0,
    W_x,
    W_h,
    b_x,
    b_h,
    /,
    *,
    dstate=None,
    mask=None,
    reverse=False,
    time_first=False,
    saved=None,
):
    r"""Vector–Jacobian product of `lstm`: backpropagation through time.

    .. math::
        \begin{aligned}
        u_t &= v_t + \delta_{t+1} W_h^\top \\
        w_t &= u_t \odot o_t \odot (1 - \tanh(c_t) \odot \tanh(c_t)) + w_{t+1} \odot f_{t+1} \\
        \delta_t^{(i)} &= w_t \odot g_t \odot i_t \odot (1 - i_t) \\
        \delta_t^{(f)} &= w_t \odot c_{t-1} \odot f_t \odot (1 - f_t) \\
        \delta_t^{(g)} &= w_t \odot i_t \odot (1 - g_t \odot g_t) \\
        \delta_t^{(o)} &= u_t \odot \tanh(c_t) \odot o_t \odot (1 - o_t)
        \end{aligned}

    Equation ``eq-lstm-vjp`` of the book, with v = `dhs`, u and w the gradients of h and c, and the
    values i, f, g and o of the gates, from the last step to the first. The gradient of the final
    state, `dstate`, is added to those of the last step. The other gradients follow from δ as in
    `rnn_vjp`: that of W_h is one product of matrices, after the loop.

    Parameters
    ----------
    dhs : array, shape (N, T, H)
        Gradient of the objective with respect to the outputs; (T, N, H) with `time_first`.
    x, h0, c0, W_x, W_h, b_x, b_h : array
        Arguments of `lstm`.
    dstate : tuple of two arrays, shape (N, H), optional
        Gradients with respect to the final state (h, c); 0 by default.
    mask, reverse, time_first : optional
        Options of `lstm`.
    saved : dict, optional
        What `lstm` returned for the same arguments, with `return_saved`: it spares the forward
        pass, and changes nothing else.

    Returns
    -------
    dx : array, shape of x
        Gradient with respect to the inputs.
    dh0, dc0 : array, shape (N, H)
        Gradients with respect to the initial state.
    dW_x, dW_h, db_x, db_h : array
        Gradients with respect to the parameters, each of its shape.

    Raises
    ------
    TypeError
        If an array is not of a real floating-point dtype, `mask` not one of booleans, or `dstate`
        no tuple of two, or they are of several libraries.
    ValueError
        If the shapes do not fit, or `saved` is of another call.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> zero, W_x, W_h = np.zeros((1, 1)), np.zeros((2, 4)), np.zeros((1, 4))
    >>> b = np.array([-100.0, 100.0, 0.0, 100.0])  # nothing enters; all is kept, and shown
    >>> args = np.ones((1, 99, 2)), zero, zero, W_x, W_h, b, np.zeros(4)
    >>> dx, dh0, dc0, *_ = nnlib.lstm_vjp(np.zeros((1, 99, 1)), *args, dstate=(zero, zero + 1))
    >>> dc0  # the gradient of the cell comes back over 99 steps whole
    array([[1.]])
    """
    order = {"reverse": reverse, "time_first": time_first}
    xp = check_sequence(4, order, mask, x, W_x, W_h, b_x, b_h, h0=h0, c0=c0)
    dh, dc = check_upstream(order, dhs, x, dstate, h0=h0, c0=c0)
    if saved is None:
        saved = lstm(x, h0, c0, W_x, W_h, b_x, b_h, mask=mask, **order, return_saved=True)[-1]
    check_saved(SAVED, order, saved, x, h0)
    x, m = inputs_in_order(x, mask, order)
    v = where(m, in_order(dhs, **order))
    c_before = [c0, *saved["c"][:-1]]
    W_back, deltas = transposed(W_h), []
    each = steps(v, c_before, *(saved[name] for name in SAVED[1:]), m)
    for v_t, c_before_t, c, i, f, g, o, m_t in reversed(each):
        tanh_c = xp.tanh(c)
        u = v_t + dh
        w = u * o * (1 - tanh_c * tanh_c) + dc
        parts = [
            w * g * i * (1 - i),
            w * c_before_t * f * (1 - f),
            w * i * (1 - g * g),
            u * tanh_c * o * (1 - o),
        ]
        delta = where(m_t, xp.concat(parts, axis=-1))
        dh, dc = where(m_t, delta @ W_back, u), where(m_t, w * f, dc)
        deltas.append(delta)
    delta = xp.concat(deltas[::-1])
    dx, dW_x, db = linear_vjp(delta, flat(x), W_x, b_x)
    dW_h = xp.concat([h0, *saved["h"][:-1]]).T @ delta
    dx = as_given(xp.reshape(dx, x.shape), **order)
    return dx, dh, dc, dW_x, dW_h, db, xp.asarray(db, copy=True)
