"""Norm penalties, which are added to the objective, and their gradients."""

from nnlib._validation import check_at_least_zero, check_finite, check_floating

__all__ = [
    "elastic_net_penalty",
    "elastic_net_penalty_grad",
    "l1_penalty",
    "l1_penalty_grad",
    "l2_penalty",
    "l2_penalty_grad",
]


def l2_penalty(w, /, *, strength):
    r"""L2 penalty: half the sum of the squared weights, times the strength.

    .. math:: \Omega(w) = \frac{\lambda}{2} \|w\|_2^2

    Equation ``eq-l2-penalty`` of the book. It is also known as ridge or Tikhonov regularisation.
    Biases are usually left out.

    Parameters
    ----------
    w : array
        Weights, any shape.
    strength : float
        Strength λ of the penalty, 0 or more.

    Returns
    -------
    array, shape ()
        The penalty, in the dtype of w.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, or `strength` not a number.
    ValueError
        If `strength` is negative or not finite.

    References
    ----------
    A. E. Hoerl and R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems",
    Technometrics 12, 1970.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> print(nnlib.l2_penalty(np.array([3.0, -4.0]), strength=0.1))
    1.25
    """
    xp = check_floating(w=w)
    return check_at_least_zero(strength=strength) / 2 * xp.sum(w * w)


def l2_penalty_grad(w, /, *, strength):
    r"""Gradient of `l2_penalty`: it grows with the weight.

    .. math:: \nabla_w \Omega = \lambda w

    Equation ``eq-l2-penalty-grad`` of the book.

    Parameters
    ----------
    w : array
        Weights, any shape.
    strength : float
        Strength λ of the penalty, 0 or more.

    Returns
    -------
    array, shape and dtype of w
        The gradient.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, or `strength` not a number.
    ValueError
        If `strength` is negative or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.l2_penalty_grad(np.array([3.0, -4.0]), strength=0.5)
    array([ 1.5, -2. ])
    """
    check_floating(w=w)
    return check_at_least_zero(strength=strength) * w


def l1_penalty(w, /, *, strength):
    r"""L1 penalty: the sum of the weights' absolute values, times the strength.

    .. math:: \Omega(w) = \lambda \|w\|_1

    Equation ``eq-l1-penalty`` of the book. In linear regression it makes the lasso. Biases are
    usually left out.

    Parameters
    ----------
    w : array
        Weights, any shape.
    strength : float
        Strength λ of the penalty, 0 or more.

    Returns
    -------
    array, shape ()
        The penalty, in the dtype of w.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, or `strength` not a number.
    ValueError
        If `strength` is negative or not finite.

    References
    ----------
    R. Tibshirani, "Regression shrinkage and selection via the lasso", Journal of the Royal
    Statistical Society B 58, 1996.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> print(nnlib.l1_penalty(np.array([3.0, -4.0]), strength=0.5))
    3.5
    """
    xp = check_floating(w=w)
    return check_at_least_zero(strength=strength) * xp.sum(xp.abs(w))


def l1_penalty_grad(w, /, *, strength):
    r"""Gradient of `l1_penalty`: it has one size for all weights, however small.

    .. math:: \frac{\partial \Omega}{\partial w_i} = \lambda \operatorname{sign}(w_i)

    Equation ``eq-l1-penalty-grad`` of the book.

    Parameters
    ----------
    w : array
        Weights, any shape.
    strength : float
        Strength λ of the penalty, 0 or more.

    Returns
    -------
    array, shape and dtype of w
        The gradient. At a weight of 0 there is none; 0 is the convention here, the middle of all
        subgradients, which go from -λ to λ.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, or `strength` not a number.
    ValueError
        If `strength` is negative or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.l1_penalty_grad(np.array([3.0, 0.0, -0.001]), strength=0.5)
    array([ 0.5,  0. , -0.5])
    """
    xp = check_floating(w=w)
    return check_at_least_zero(strength=strength) * xp.sign(w)


def elastic_net_penalty(w, /, *, strength, l1_ratio):
    r"""Elastic net: a weighted mean of the L1 and the L2 penalty.

    .. math:: \Omega(w) = \lambda \left( r \|w\|_1 + \frac{1 - r}{2} \|w\|_2^2 \right)

    Equation ``eq-elastic-net`` of the book.

    Parameters
    ----------
    w : array
        Weights, any shape.
    strength : float
        Strength λ of the penalty, 0 or more.
    l1_ratio : float
        Share r of the L1 penalty: from 0 (L2 alone) to 1 (L1 alone).

    Returns
    -------
    array, shape ()
        The penalty, in the dtype of w.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, or an option not a number.
    ValueError
        If `strength` is negative or not finite, or `l1_ratio` not from 0 to 1.

    References
    ----------
    H. Zou and T. Hastie, "Regularization and variable selection via the elastic net", Journal of
    the Royal Statistical Society B 67, 2005.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> print(nnlib.elastic_net_penalty(np.array([3.0, -4.0]), strength=1.0, l1_ratio=0.5))
    9.75
    """
    l1, l2 = _strengths(strength, l1_ratio)
    return l1_penalty(w, strength=l1) + l2_penalty(w, strength=l2)


def elastic_net_penalty_grad(w, /, *, strength, l1_ratio):
    r"""Gradient of `elastic_net_penalty`.

    .. math::
        \frac{\partial \Omega}{\partial w_i}
        = \lambda \left( r \operatorname{sign}(w_i) + (1 - r) w_i \right)

    Equation ``eq-elastic-net-grad`` of the book.

    Parameters
    ----------
    w : array
        Weights, any shape.
    strength : float
        Strength λ of the penalty, 0 or more.
    l1_ratio : float
        Share r of the L1 penalty: from 0 (L2 alone) to 1 (L1 alone).

    Returns
    -------
    array, shape and dtype of w
        The gradient. At a weight of 0 there is none unless r is 0; 0 is the convention here.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, or an option not a number.
    ValueError
        If `strength` is negative or not finite, or `l1_ratio` not from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> w = np.array([3.0, 0.0, -4.0])
    >>> nnlib.elastic_net_penalty_grad(w, strength=1.0, l1_ratio=0.5)
    array([ 2. ,  0. , -2.5])
    """
    l1, l2 = _strengths(strength, l1_ratio)
    return l1_penalty_grad(w, strength=l1) + l2_penalty_grad(w, strength=l2)


def _strengths(strength, l1_ratio):
    """Strengths of the L1 and of the L2 penalty in the elastic net."""
    strength, l1_ratio = check_at_least_zero(strength=strength), check_finite(l1_ratio=l1_ratio)
    if not 0 <= l1_ratio <= 1:
        raise ValueError(f"l1_ratio must be from 0 to 1, got {l1_ratio}")
    return strength * l1_ratio, strength * (1 - l1_ratio)
