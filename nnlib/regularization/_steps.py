"""Steps of gradient descent on a penalised objective."""

from array_api_compat import is_array_api_obj

from nnlib._validation import (
    check_at_least_zero,
    check_broadcastable,
    check_floating,
    check_non_negative,
)
from nnlib.optimizers._state import check_step
from nnlib.regularization._penalties import l2_penalty_grad

__all__ = ["l2_step", "proximal_step", "soft_threshold", "weight_decay_step"]


def l2_step(w, grad, /, *, learning_rate, strength):
    r"""Gradient step with the L2 penalty as a part of the objective.

    .. math:: w \leftarrow w - \eta (\lambda w + g)

    Equation ``eq-l2-step`` of the book. For plain gradient descent this is `weight_decay_step`,
    written otherwise. For an optimiser that rescales gradients the two differ: `nnlib.adam`, given
    λ w + g, rescales the penalty's gradient too; `nnlib.adamw` does not.

    Parameters
    ----------
    w : array
        Weights before the step.
    grad : array, shape and dtype of w
        Gradient g of the objective without the penalty.
    learning_rate : float
        Learning rate η, 0 or more.
    strength : float
        Strength λ of the penalty, 0 or more.

    Returns
    -------
    array, shape and dtype of w
        Weights after the step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if an option is not a number.
    ValueError
        If the shapes differ, or an option is negative or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> w, grad = np.array([1.0, -2.0]), np.array([1.0, 0.0])
    >>> nnlib.l2_step(w, grad, learning_rate=0.5, strength=0.5)
    array([ 0.25, -1.5 ])
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    check_step(w, grad)
    return w - learning_rate * (l2_penalty_grad(w, strength=strength) + grad)


def weight_decay_step(w, grad, /, *, learning_rate, strength):
    r"""Gradient step with weight decay: first, all weights shrink by one factor.

    .. math:: w \leftarrow (1 - \eta \lambda) w - \eta g

    Equation ``eq-weight-decay`` of the book. For plain gradient descent this is `l2_step`, written
    otherwise.

    Parameters
    ----------
    w : array
        Weights before the step.
    grad : array, shape and dtype of w
        Gradient g of the objective without a penalty.
    learning_rate : float
        Learning rate η, 0 or more.
    strength : float
        Strength λ of the decay, 0 or more. Where η λ is above 1, weights change their sign.

    Returns
    -------
    array, shape and dtype of w
        Weights after the step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if an option is not a number.
    ValueError
        If the shapes differ, or an option is negative or not finite.

    References
    ----------
    S. J. Hanson and L. Y. Pratt, "Comparing biases for minimal network construction with
    back-propagation", Advances in Neural Information Processing Systems 1, 1988.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> w, grad = np.array([1.0, -2.0]), np.array([1.0, 0.0])
    >>> nnlib.weight_decay_step(w, grad, learning_rate=0.5, strength=0.5)
    array([ 0.25, -1.5 ])
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    strength = check_at_least_zero(strength=strength)
    check_step(w, grad)
    return (1 - learning_rate * strength) * w - learning_rate * grad


def soft_threshold(w, /, *, threshold):
    r"""Soft threshold: every weight moves towards 0 by the threshold, and stops there.

    .. math:: S(w, t)_i = \operatorname{sign}(w_i) \max(0, |w_i| - t)

    Equation ``eq-soft-threshold`` of the book. It is the proximal operator of the L1 norm: the u
    that minimises ½‖u - w‖² + t‖u‖₁.

    Parameters
    ----------
    w : array
        Weights, any shape.
    threshold : array or float
        Threshold t, 0 or more: one for all weights, or an array that broadcasts to the shape of w.

    Returns
    -------
    array, shape and dtype of w
        The weights that are left; exactly 0 where \|w\| ≤ t.

    Raises
    ------
    TypeError
        If `w` is not an array of a real floating-point dtype, or `threshold` neither such an array
        of the same library nor a number.
    ValueError
        If `threshold` does not broadcast to the shape of w, or is negative or not finite.

    References
    ----------
    D. L. Donoho, "De-noising by soft-thresholding", IEEE Transactions on Information Theory 41,
    1995.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.soft_threshold(np.array([-3.0, -0.5, 1.0, 2.0]), threshold=1.0)
    array([-2.,  0.,  0.,  1.])
    """
    xp = check_floating(w=w)
    t = _threshold(w, threshold)
    # What sign(w) max(0, |w| - t) takes from w: all of it between -t and t, and ±t outside.
    return w - xp.clip(w, -t, t)


def proximal_step(w, grad, /, *, learning_rate, strength):
    r"""Proximal gradient step for the L1 penalty: a gradient step, then the soft threshold.

    .. math:: w \leftarrow S(w - \eta g, \eta \lambda)

    Equation ``eq-proximal-step`` of the book, where S is `soft_threshold`. Steps along the gradient
    of the penalty itself make weights small, but hardly ever 0; these make them 0.

    Parameters
    ----------
    w : array
        Weights before the step.
    grad : array, shape and dtype of w
        Gradient g of the objective without the penalty.
    learning_rate : float
        Learning rate η, 0 or more.
    strength : float
        Strength λ of the L1 penalty, 0 or more.

    Returns
    -------
    array, shape and dtype of w
        Weights after the step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if an option is not a number.
    ValueError
        If the shapes differ, or an option is negative or not finite.

    References
    ----------
    I. Daubechies, M. Defrise and C. De Mol, "An iterative thresholding algorithm for linear inverse
    problems with a sparsity constraint", Communications on Pure and Applied Mathematics 57, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> w, grad = np.array([1.0, 0.25]), np.array([-2.0, 0.0])
    >>> nnlib.proximal_step(w, grad, learning_rate=0.5, strength=1.0)
    array([1.5, 0. ])
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    strength = check_at_least_zero(strength=strength)
    check_step(w, grad)
    return soft_threshold(w - learning_rate * grad, threshold=learning_rate * strength)


def _threshold(w, threshold):
    """A number, or an array that broadcasts to the shape of w; 0 or more."""
    if not is_array_api_obj(threshold):
        return check_at_least_zero(threshold=threshold)
    check_floating(w=w, threshold=threshold)
    check_broadcastable(w=w, threshold=threshold)
    check_non_negative(threshold=threshold)
    return threshold
