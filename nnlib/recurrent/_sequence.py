"""What the recurrent layers share: shapes, the order of the steps, masks, products."""

from array_api_compat import array_namespace

from nnlib._validation import check_arrays, check_floating


def check_shape(axes, expected, /, **arrays):
    """Check that each array has the expected shape, whose axes `axes` writes in letters."""
    for name, array in arrays.items():
        if array.shape != expected:
            raise ValueError(
                f"{name} must have the shape {axes} = {expected}, got {tuple(array.shape)}"
            )


def check_parameters(gates, D, W_x, W_h, b_x, b_h):
    """Return H, the number of units; the parameters must be for D features."""
    wide = "H" if gates == 1 else f"{gates} H"
    if W_h.ndim != 2 or W_h.shape[1] != gates * W_h.shape[0]:
        raise ValueError(f"W_h must have the shape (H, {wide}), got {tuple(W_h.shape)}")
    H = W_h.shape[0]
    check_shape(f"(D, {wide})", (D, gates * H), W_x=W_x)
    # With a comma, as Python writes a shape of one axis.
    check_shape(f"({wide},)", (gates * H,), b_x=b_x, b_h=b_h)
    return H


def check_sequence(gates, order, mask, x, W_x, W_h, b_x, b_h, **states):
    """Return the array namespace of the arguments of a layer."""
    xp = check_floating(x=x, **states, W_x=W_x, W_h=W_h, b_x=b_x, b_h=b_h)
    axes = _axes(order)
    if x.ndim != 3 or 0 in x.shape:
        raise ValueError(
            f"x must have the shape ({axes}, D), each of 1 or more, got {tuple(x.shape)}"
        )
    H = check_parameters(gates, x.shape[2], W_x, W_h, b_x, b_h)
    check_shape("(N, H)", (x.shape[_axis("N", order)], H), **states)
    if mask is not None:
        check_arrays(x=x, mask=mask)
        if not xp.isdtype(mask.dtype, "bool"):
            raise TypeError(f"mask must have a boolean dtype, got {mask.dtype}")
        check_shape(f"({axes})", tuple(x.shape[:2]), mask=mask)
    return xp


def check_upstream(order, dhs, x, dstate, **states):
    """Return the gradients of the final states, zeros if None are given; check those of all."""
    xp = check_floating(dhs=dhs, x=x)
    shape = next(iter(states.values())).shape
    check_shape(f"({_axes(order)}, H)", (*x.shape[:2], shape[1]), dhs=dhs)
    if dstate is None:
        return [xp.zeros_like(state) for state in states.values()]
    if len(states) == 1:
        named = {"dstate": dstate}
    elif isinstance(dstate, tuple | list) and len(dstate) == len(states):
        named = {f"dstate[{k}]": gradient for k, gradient in enumerate(dstate)}
    else:
        raise TypeError(
            f"dstate must be a tuple of {len(states)} arrays, as the final state is, got "
            f"{len(dstate) if isinstance(dstate, tuple | list) else type(dstate).__name__}"
        )
    check_floating(x=x, **named)
    check_shape("(N, H)", tuple(shape), **named)
    return list(named.values())


def check_saved(names, order, saved, x, h0):
    """Check that `saved` can come from a forward pass of these arguments."""
    steps_saved = saved.get("h") if isinstance(saved, dict) and set(saved) == set(names) else ()
    T = x.shape[_axis("T", order)]
    if len(steps_saved) != T or steps_saved[0].shape != h0.shape:
        raise ValueError(
            "saved must be what the layer returned for the same arguments, with "
            f"return_saved=True: {T} steps of {', '.join(names)}, each of the shape "
            f"{tuple(h0.shape)}"
        )


def in_order(array, *, reverse, time_first):
    """A sequence with its steps in front, in the order in which the layer takes them."""
    xp = array_namespace(array)
    array = array if time_first else xp.permute_dims(array, (1, 0, 2))
    return xp.flip(array, axis=0) if reverse else array


def as_given(array, *, reverse, time_first):
    """The inverse of `in_order`."""
    xp = array_namespace(array)
    array = xp.flip(array, axis=0) if reverse else array
    return array if time_first else xp.permute_dims(array, (1, 0, 2))


def inputs_in_order(x, mask, order):
    """Inputs (T, N, D) and mask (T, N, 1). Inputs that do not count are 0, were they even NaN."""
    m = None if mask is None else in_order(mask[..., None], **order)
    return where(m, in_order(x, **order)), m


def where(m, new, old=None):
    """`new` where the mask is True, `old` (or 0) elsewhere; without a mask simply `new`."""
    if m is None:
        return new
    xp = array_namespace(new)
    return xp.where(m, new, xp.zeros_like(new) if old is None else old)


def steps(*sequences):
    """The steps of several sequences, arrays or lists, side by side; None stays None."""
    each = [s if s is None or isinstance(s, list) else _unstack(s) for s in sequences]
    T = len(next(s for s in each if s is not None))
    return list(zip(*((None,) * T if s is None else s for s in each), strict=True))


def _unstack(array):
    return array_namespace(array).unstack(array)


def flat(array):
    """Steps and examples as one axis: a matrix, for which one product does it all."""
    return array_namespace(array).reshape(array, (-1, array.shape[-1]))


def project(x, W, b):
    """The inputs' part x W + b of all steps at once: b is the weight of one more input, 1."""
    xp = array_namespace(x)
    x_1 = xp.concat([x, xp.ones_like(x[..., :1])], axis=-1)
    return xp.reshape(flat(x_1) @ xp.concat([W, b[None, :]]), (*x.shape[:2], W.shape[1]))


def blocks(array, count):
    """The gates' parts of the last axis."""
    H = array.shape[-1] // count
    return [array[..., k * H : (k + 1) * H] for k in range(count)]


def sigma(xp, z):
    """The sigmoid by tanh, which is faster: σ(z) = ½ tanh(½ z) + ½."""
    return 0.5 * xp.tanh(0.5 * z) + 0.5


def transposed(W):
    """The transpose, laid out row by row: in a loop of products, that is a third faster."""
    xp = array_namespace(W)
    return xp.reshape(xp.reshape(W.T, (-1,)), (W.shape[1], W.shape[0]))


def _axes(order):
    return "T, N" if order["time_first"] else "N, T"


def _axis(letter, order):
    return _axes(order).split(", ").index(letter)
