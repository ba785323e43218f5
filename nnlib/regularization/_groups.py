"""Groups of weights that are shortened together: the weights along one axis."""

from nnlib._validation import check_at_least_zero, check_axis, check_floating, check_positive

__all__ = ["group_lasso_penalty", "group_soft_threshold", "max_norm_projection"]


def group_lasso_penalty(w, /, *, strength, axis=-1):
    r"""Group lasso: the sum of the groups' norms, times the strength.

    .. math:: \Omega(W) = \lambda \sum_j \|W_j\|_2

    Equation ``eq-group-lasso`` of the book, for groups that are the rows of a matrix. The weights
    of a group become 0 together: those that leave one input, say, which then has no influence.

    Parameters
    ----------
    w : array, one axis or more
        Weights W.
    strength : float
        Strength λ of the penalty, 0 or more. Groups of different sizes, of several arrays, are
        often given strengths in proportion to the square roots of their sizes.
    axis : int, default -1
        Axis along which the weights of a group stand.

    Returns
    -------
    array, shape ()
        The penalty, in the dtype of w.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, `strength` not a number, or `axis`
        not an integer.
    ValueError
        If `strength` is negative or not finite, or `w` has no such axis or nothing along it.

    References
    ----------
    M. Yuan and Y. Lin, "Model selection and estimation in regression with grouped variables",
    Journal of the Royal Statistical Society B 68, 2006.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> print(nnlib.group_lasso_penalty(np.array([[3.0, 4.0], [0.0, 0.0]]), strength=0.5))
    2.5
    """
    xp = check_floating(w=w)
    return check_at_least_zero(strength=strength) * xp.sum(_norm(w, axis))


def group_soft_threshold(w, /, *, threshold, axis=-1):
    r"""Soft threshold of groups: each group's norm falls by the threshold, down to 0.

    .. math:: S(W, t)_{jk} = \max\left( 0, 1 - \frac{t}{\|W_j\|_2} \right) W_{jk}

    Equation ``eq-group-soft-threshold`` of the book, for groups that are the rows of a matrix. It
    is the proximal operator of `group_lasso_penalty` with the strength t.

    Parameters
    ----------
    w : array, one axis or more
        Weights W.
    threshold : float
        Threshold t, 0 or more.
    axis : int, default -1
        Axis along which the weights of a group stand.

    Returns
    -------
    array, shape and dtype of w
        The weights that are left: 0 in groups with a norm of t or less, 0 included.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, `threshold` not a number, or `axis`
        not an integer.
    ValueError
        If `threshold` is negative or not finite, or `w` has no such axis or nothing along it.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.group_soft_threshold(np.array([[3.0, 4.0], [0.6, 0.8]]), threshold=1.0)
    array([[2.4, 3.2],
           [0. , 0. ]])
    """
    xp = check_floating(w=w)
    threshold = check_at_least_zero(threshold=threshold)
    norm = _norm(w, axis)
    return w * (xp.maximum(norm - threshold, 0) / xp.where(norm > 0, norm, 1))


def max_norm_projection(w, /, *, max_norm, axis=0):
    r"""Max-norm constraint: groups whose norm is too large are shortened to the largest allowed.

    .. math::
        \operatorname{project}(W)_{jk}
        = \min\left( 1, \frac{c}{\sqrt{\sum_i W_{ik}^2}} \right) W_{jk}

    Equation ``eq-max-norm`` of the book, for groups that are the columns of a matrix: of a linear
    layer, the weights that enter one unit. Applied after each step, it keeps weights bounded
    whatever the learning rate.

    Parameters
    ----------
    w : array, one axis or more
        Weights W.
    max_norm : float
        Largest norm c allowed, > 0.
    axis : int, default 0
        Axis along which the weights of a group stand.

    Returns
    -------
    array, shape and dtype of w
        The weights; the very same values in groups with a norm of c or less.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, `max_norm` not a number, or `axis`
        not an integer.
    ValueError
        If `max_norm` is not positive and finite, or `w` has no such axis or nothing along it.

    References
    ----------
    N. Srebro, J. D. M. Rennie and T. S. Jaakkola, "Maximum-margin matrix factorization", Advances
    in Neural Information Processing Systems 17, 2004. With dropout: N. Srivastava et al., "Dropout:
    a simple way to prevent neural networks from overfitting", Journal of Machine Learning Research
    15, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.max_norm_projection(np.array([[3.0, 0.6], [4.0, 0.8]]), max_norm=2.0)
    array([[1.2, 0.6],
           [1.6, 0.8]])
    """
    xp = check_floating(w=w)
    max_norm = check_positive(max_norm=max_norm)
    check_axis(axis, w=w)
    # Of w divided by `scale` no entry is above 1, so its squares cannot overflow. Nor is its norm
    # below 1 if an entry of w is above max_norm; otherwise it is the norm in units of max_norm.
    scale = xp.maximum(xp.max(xp.abs(w), axis=axis, keepdims=True), max_norm)
    scaled = w / scale
    norm = xp.sqrt(xp.sum(scaled * scaled, axis=axis, keepdims=True))
    fits = norm <= max_norm / scale
    return xp.where(fits, w, scaled * (max_norm / xp.maximum(norm, 1)))


def _norm(w, axis):
    """Norms along an axis, which stays, with length 1. Squares neither overflow nor underflow."""
    check_axis(axis, w=w)
    xp = check_floating(w=w)
    scale = xp.max(xp.abs(w), axis=axis, keepdims=True)
    scaled = w / xp.where(scale > 0, scale, 1)
    return scale * xp.sqrt(xp.sum(scaled * scaled, axis=axis, keepdims=True))
