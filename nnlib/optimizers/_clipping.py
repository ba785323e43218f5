"""Clipping of gradients."""

from nnlib._validation import check_floating, check_positive

__all__ = ["clip_by_global_norm"]


def clip_by_global_norm(grads, /, *, max_norm):
    r"""Shorten the gradients, all by one factor, to a joint norm of at most `max_norm`.

    .. math:: \operatorname{clip}(g) = \min\left( 1, \frac{g_{\max}}{\|g\|_2} \right) g

    Equation ``eq-clip-by-global-norm`` of the book, where g is all gradients written as one vector.
    Its direction stays.

    Parameters
    ----------
    grads : dict, list or tuple of array
        Gradients of all parameters, of any shapes.
    max_norm : float
        Largest norm allowed, > 0.

    Returns
    -------
    dict, list or tuple of array
        The gradients; the very same values where their norm is at most `max_norm`.

    Raises
    ------
    TypeError
        If `grads` is not a dict, list or tuple of arrays of a real floating-point dtype, or
        `max_norm` is not a number.
    ValueError
        If `grads` is empty, or `max_norm` is not positive and finite.

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks",
    ICML, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> grads = {"W": np.array([[3.0], [0.0]]), "b": np.array([4.0])}  # of norm 5
    >>> nnlib.clip_by_global_norm(grads, max_norm=1.0)
    {'W': array([[0.6],
           [0. ]]), 'b': array([0.8])}
    """
    max_norm = check_positive(max_norm=max_norm)
    if not isinstance(grads, dict | list | tuple):
        raise TypeError(
            f"grads must be a dict, list or tuple of arrays, got {type(grads).__name__}"
        )
    if not isinstance(grads, dict):
        clipped = clip_by_global_norm(dict(enumerate(grads)), max_norm=max_norm)
        return type(grads)(clipped.values())
    if not grads:
        raise ValueError("grads must not be empty")
    xp = check_floating(**{f"grads[{key!r}]": grad for key, grad in grads.items()})
    largest = xp.max(xp.stack([xp.max(xp.abs(grad)) for grad in grads.values()]))
    # Of g divided by `scale` no entry is above 1, so its squares cannot overflow. Nor is its norm
    # below 1 if an entry of g is above max_norm; otherwise it is the norm in units of max_norm.
    scale = xp.maximum(largest, xp.full_like(largest, max_norm))
    scaled = {key: grad / xp.astype(scale, grad.dtype) for key, grad in grads.items()}
    norm = xp.sqrt(sum(xp.sum(part * part) for part in scaled.values()))
    fits = (largest <= max_norm) & (norm <= 1)
    factor = max_norm / xp.maximum(norm, xp.ones_like(norm))
    return {
        key: xp.where(fits, grad, scaled[key] * xp.astype(factor, grad.dtype))
        for key, grad in grads.items()
    }
