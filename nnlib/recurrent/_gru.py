"""The gated recurrent unit, in both of its variants."""

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

__all__ = ["gru", "gru_vjp"]

SAVED = ("h", "r", "z", "n", "s")


def gru(
    x,
    h0,
    W_x,
    W_h,
    b_x,
    b_h,
    /,
    *,
    reset_after=True,
    mask=None,
    reverse=False,
    time_first=False,
    return_saved=False,
):
    r"""Gated recurrent unit: a layer whose gates choose between the state before and a new one.

    .. math::
        \begin{aligned}
        a_t &= x_t W_x + b_x, \qquad s_t = h_{t-1} W_h + b_h \\
        z_t &= \sigma(a_t^{(z)} + s_t^{(z)}) \\
        n_t &= \tanh(a_t^{(n)} + \sigma(a_t^{(r)} + s_t^{(r)}) \odot s_t^{(n)}) \\
        h_t &= n_t + z_t \odot (h_{t-1} - n_t)
        \end{aligned}

    Equation ``eq-gru`` of the book: a and s have three parts, those of r, which resets, z, which
    keeps, and n, which is new, in this order. The products with W_x of all steps are one product of
    matrices. Without `reset_after`, s of the part n is (r ⊙ h) W_h + b_h, and r does not multiply
    it: the reset comes before the product, as in the paper. After it, as here, it comes in cuDNN,
    PyTorch and Keras.

    A long sequence may come in pieces: the final state of one is `h0` of the next. If no gradient
    of the final state is passed on between the pieces, that is truncated backpropagation.

    Parameters
    ----------
    x : array, shape (N, T, D)
        Inputs: D features at T steps of N sequences; (T, N, D) with `time_first`.
    h0 : array, shape (N, H)
        State before the first step.
    W_x : array, shape (D, 3 H)
        Weights of the inputs, for r, z and n.
    W_h : array, shape (H, 3 H)
        Weights of the state before.
    b_x, b_h : array, shape (3 H,)
        Biases. Those of n differ in effect: r multiplies only that of b_h.
    reset_after : bool, default True
        Whether r multiplies the product with W_h, not the state that goes into the product.
    mask : array of bool, shape (N, T), optional
        Which steps count; (T, N) with `time_first`. The others leave the state as it was, and
        their outputs are 0. For sequences of different lengths, False after the end of each.
    reverse : bool, default False
        Whether to go from the last step to the first. Outputs stay beside their inputs.
    time_first : bool, default False
        Whether the steps are the first axis, and the sequences the second.
    return_saved : bool, default False
        Whether to return also what `gru_vjp` would otherwise compute once more.

    Returns
    -------
    hs : array, shape (N, T, H)
        State after each step; (T, N, H) with `time_first`.
    h : array, shape (N, H)
        State after the last step that is taken.
    saved : dict
        For `gru_vjp`; only with `return_saved`.

    Raises
    ------
    TypeError
        If an array is not of a real floating-point dtype, or `mask` not one of booleans, or they
        are of several libraries.
    ValueError
        If the shapes do not fit.

    References
    ----------
    K. Cho, B. van Merriënboer, C. Gulcehre, D. Bahdanau, F. Bougares, H. Schwenk and Y. Bengio,
    "Learning phrase representations using RNN encoder–decoder for statistical machine translation",
    EMNLP, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W_x, W_h = np.array([[0.0, 0.0, 100.0]]), np.zeros((1, 3))
    >>> b = np.array([0.0, -np.log(3), 0.0])  # z = ¼: three quarters are new in each step
    >>> hs, h = nnlib.gru(np.ones((1, 3, 1)), np.zeros((1, 1)), W_x, W_h, b, np.zeros(3))
    >>> hs[0, :, 0].round(4)
    array([0.75  , 0.9375, 0.9844])
    """
    order = {"reverse": reverse, "time_first": time_first}
    xp = check_sequence(3, order, mask, x, W_x, W_h, b_x, b_h, h0=h0)
    x, m = inputs_in_order(x, mask, order)
    rz, new = slice(2 * h0.shape[1]), slice(2 * h0.shape[1], None)
    W_rz, W_n, b_n = W_h[:, rz], W_h[:, new], b_h[new]
    a = project(x, W_x, xp.concat([b_x[rz] + b_h[rz], b_x[new]]))
    h, saved = h0, []
    for a_rz, a_n, m_t in steps(a[..., rz], a[..., new], m):
        r, z = blocks(sigma(xp, a_rz + h @ W_rz), 2)
        s = (h if reset_after else r * h) @ W_n + b_n
        n = xp.tanh(a_n + (r * s if reset_after else s))
        h = where(m_t, n + z * (h - n), h)
        saved.append((h, r, z, n, s) if return_saved else (h,))
    saved = dict(zip(SAVED, map(list, zip(*saved, strict=True)), strict=False))
    hs = as_given(where(m, xp.stack(saved["h"])), **order)
    return (hs, h, saved) if return_saved else (hs, h)


def gru_vjp(
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
    reset_after=True,
    mask=None,
    reverse=False,
    time_first=False,
    saved=None,
):
    r"""Vector–Jacobian product of `gru`: backpropagation through time.

    .. math::
        \begin{aligned}
        u_t &= v_t + u_{t+1} \odot z_{t+1} + \delta_{t+1}^{(r)} W_h^{(r) \top}
        + \delta_{t+1}^{(z)} W_h^{(z) \top} + (\delta_{t+1}^{(n)} \odot r_{t+1}) W_h^{(n) \top} \\
        \delta_t^{(n)} &= u_t \odot (1 - z_t) \odot (1 - n_t \odot n_t) \\
        \delta_t^{(z)} &= u_t \odot (h_{t-1} - n_t) \odot z_t \odot (1 - z_t) \\
        \delta_t^{(r)} &= \delta_t^{(n)} \odot s_t^{(n)} \odot r_t \odot (1 - r_t)
        \end{aligned}

    Equation ``eq-gru-vjp`` of the book, with v = `dhs`, u the gradient of h, and s = h W_h + b_h,
    from the last step to the first. The gradient of the final state, `dstate`, is added to that of
    the last output. As in `rnn_vjp`, the gradients of W_x, b_x and x follow from δ; for those of
    W_h and b_h, r multiplies the part n of δ. Without `reset_after` it multiplies h there.

    Parameters
    ----------
    dhs : array, shape (N, T, H)
        Gradient of the objective with respect to the outputs; (T, N, H) with `time_first`.
    x, h0, W_x, W_h, b_x, b_h : array
        Arguments of `gru`.
    dstate : array, shape (N, H), optional
        Gradient with respect to the final state h; 0 by default.
    reset_after, mask, reverse, time_first : optional
        Options of `gru`.
    saved : dict, optional
        What `gru` returned for the same arguments, with `return_saved`: it spares the forward
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
        If the shapes do not fit, or `saved` is of another call.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W_x, W_h = np.array([[0.0, 0.0, 100.0]]), np.zeros((1, 3))
    >>> b = np.array([0.0, -np.log(3), 0.0])  # z = ¼
    >>> args = np.ones((1, 3, 1)), np.zeros((1, 1)), W_x, W_h, b, np.zeros(3)
    >>> dx, dh0, *_ = nnlib.gru_vjp(np.zeros((1, 3, 1)), *args, dstate=np.ones((1, 1)))
    >>> dh0.round(6)  # ¼ of ¼ of ¼
    array([[0.015625]])
    """
    order = {"reverse": reverse, "time_first": time_first}
    xp = check_sequence(3, order, mask, x, W_x, W_h, b_x, b_h, h0=h0)
    (dh,) = check_upstream(order, dhs, x, dstate, h0=h0)
    if saved is None:
        options = {"reset_after": reset_after, "mask": mask, **order}
        saved = gru(x, h0, W_x, W_h, b_x, b_h, **options, return_saved=True)[-1]
    check_saved(SAVED, order, saved, x, h0)
    x, m = inputs_in_order(x, mask, order)
    v, before = where(m, in_order(dhs, **order)), [h0, *saved["h"][:-1]]
    W_back, rz, new = transposed(W_h), slice(2 * h0.shape[1]), slice(2 * h0.shape[1], None)
    W_rz, W_n, deltas = W_back[rz, :], W_back[new, :], []
    each = steps(v, before, *(saved[name] for name in SAVED[1:]), m)
    for v_t, h, r, z, n, s, m_t in reversed(each):
        u = v_t + dh
        u_n = u * (1 - z)
        dn = u_n * (1 - n * n)
        dz = u_n * (h - n) * z
        if reset_after:
            dr = dn * s * r * (1 - r)
            back = (dn * r) @ W_n
        else:
            drh = dn @ W_n
            dr = drh * h * r * (1 - r)
            back = drh * r
        delta = where(m_t, xp.concat([dr, dz, dn], axis=-1))
        dh = where(m_t, u * z + delta[:, rz] @ W_rz + back, u)
        deltas.append(delta)
    delta, previous, r = xp.concat(deltas[::-1]), xp.concat(before), xp.concat(saved["r"])
    dx, dW_x, db_x = linear_vjp(delta, flat(x), W_x, b_x)
    dx = as_given(xp.reshape(dx, x.shape), **order)
    drz, dn = delta[:, rz], delta[:, new]
    ds = r * dn if reset_after else dn  # gradient of s
    into_s = previous if reset_after else r * previous
    dW_h = xp.concat([previous.T @ drz, into_s.T @ ds], axis=-1)
    db_h = xp.concat([db_x[rz], xp.sum(ds, axis=0)])
    return dx, dh, dW_x, dW_h, db_x, db_h
