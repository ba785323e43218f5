"""Gradient descent, without and with momentum."""

from nnlib._validation import check_at_least_zero, check_fraction
from nnlib.optimizers._state import check_step, previous

__all__ = ["momentum", "nesterov", "sgd"]


def sgd(w, grad, state, /, *, learning_rate):
    r"""Gradient descent: a step against the gradient.

    .. math:: w_t = w_{t-1} - \eta g_t

    Equation ``eq-sgd`` of the book. With the gradient of a minibatch it is *stochastic* gradient
    descent, hence the name.

    Parameters
    ----------
    w : array
        Weights before the step.
    grad : array, shape and dtype of w
        Gradient g of the objective with respect to `w`.
    state : None
        Gradient descent has none. The argument is there for all optimisers to be called alike.
    learning_rate : float
        Learning rate η, 0 or more.

    Returns
    -------
    w : array, shape and dtype of w
        Weights after the step.
    state : None
        For the next step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if `learning_rate` is not a number.
    ValueError
        If the shapes differ, `state` is not None, or `learning_rate` is negative or not finite.

    References
    ----------
    H. Robbins and S. Monro, "A stochastic approximation method", Annals of Mathematical
    Statistics 22, 1951.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> w, state = nnlib.sgd(np.array([1.0, 2.0]), np.array([10.0, -10.0]), None, learning_rate=0.1)
    >>> w
    array([0., 3.])
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    check_step(w, grad)
    if state is not None:
        raise ValueError(f"state must be None, as sgd has none, got {type(state).__name__}")
    return w - learning_rate * grad, None


def momentum(w, grad, state, /, *, learning_rate, momentum=0.9):
    r"""Gradient descent with momentum: the steps gather speed along a lasting slope.

    .. math:: v_t = \mu v_{t-1} + g_t, \qquad w_t = w_{t-1} - \eta v_t

    Equation ``eq-momentum`` of the book. The velocity v starts at 0. Under a constant gradient it
    grows to g / (1 - μ).

    Parameters
    ----------
    w : array
        Weights before the step.
    grad : array, shape and dtype of w
        Gradient g of the objective with respect to `w`.
    state : dict or None
        What the step before returned; None at the first.
    learning_rate : float
        Learning rate η, 0 or more.
    momentum : float, default 0.9
        Share μ of the velocity that lasts: from 0 (plain gradient descent) to less than 1.

    Returns
    -------
    w : array, shape and dtype of w
        Weights after the step.
    state : dict
        The velocity `v`, for the next step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if an option is not a number.
    ValueError
        If the shapes differ, `state` is not one of this optimiser, or an option is out of range.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
    Computational Mathematics and Mathematical Physics 4, 1964.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> w, state, grad = np.array([0.0]), None, np.array([1.0])
    >>> for _ in range(3):
    ...     w, state = nnlib.momentum(w, grad, state, learning_rate=1.0, momentum=0.5)
    ...     print(w)
    [-1.]
    [-2.5]
    [-4.25]
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    momentum = check_fraction(momentum=momentum)
    xp = check_step(w, grad)
    (v,) = previous(state, v=xp.zeros_like(w))
    v = momentum * v + grad
    return w - learning_rate * v, {"v": v}


def nesterov(w, grad, state, /, *, learning_rate, momentum=0.9):
    r"""Momentum after Nesterov: the step counts the velocity that the gradient leaves behind.

    .. math:: v_t = \mu v_{t-1} + g_t, \qquad w_t = w_{t-1} - \eta (g_t + \mu v_t)

    Equation ``eq-nesterov`` of the book. In Nesterov's own form the gradient is taken at a point
    ahead of the weights, where the velocity would carry them. Here `w` is that point ahead, so that
    the gradient is taken at `w`.

    Parameters
    ----------
    w : array
        Weights before the step.
    grad : array, shape and dtype of w
        Gradient g of the objective with respect to `w`.
    state : dict or None
        What the step before returned; None at the first.
    learning_rate : float
        Learning rate η, 0 or more.
    momentum : float, default 0.9
        Share μ of the velocity that lasts: from 0 (plain gradient descent) to less than 1.

    Returns
    -------
    w : array, shape and dtype of w
        Weights after the step.
    state : dict
        The velocity `v`, for the next step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if an option is not a number.
    ValueError
        If the shapes differ, `state` is not one of this optimiser, or an option is out of range.

    References
    ----------
    Y. Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)",
    Soviet Mathematics Doklady 27, 1983. I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the
    importance of initialization and momentum in deep learning", ICML, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> w, state, grad = np.array([0.0]), None, np.array([1.0])
    >>> for _ in range(3):
    ...     w, state = nnlib.nesterov(w, grad, state, learning_rate=1.0, momentum=0.5)
    ...     print(w)
    [-1.5]
    [-3.25]
    [-5.125]
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    momentum = check_fraction(momentum=momentum)
    xp = check_step(w, grad)
    (v,) = previous(state, v=xp.zeros_like(w))
    v = momentum * v + grad
    return w - learning_rate * (grad + momentum * v), {"v": v}
