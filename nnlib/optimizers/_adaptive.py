"""Optimisers that give each weight a step size of its own."""

from nnlib._validation import check_at_least_zero, check_fraction, check_positive
from nnlib.optimizers._state import check_step, previous

__all__ = ["adam", "adamw", "rmsprop"]


def rmsprop(w, grad, state, /, *, learning_rate, decay=0.9, eps=1e-8):
    r"""RMSProp: each gradient is divided by the root of its own recent mean square.

    .. math::
        r_t = \rho r_{t-1} + (1 - \rho) g_t \odot g_t, \qquad
        w_t = w_{t-1} - \eta \frac{g_t}{\sqrt{r_t} + \epsilon}

    Equation ``eq-rmsprop`` of the book. The mean square r starts at 0, which makes the first steps
    larger than later ones: up to η / √(1 - ρ). `adam` corrects that.

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
    decay : float, default 0.9
        Share ρ of the mean square that lasts: from 0 (only the last gradient counts) to less
        than 1.
    eps : float, default 1e-8
        Small number ϵ > 0. A weight whose gradient was always 0 stays where it is.

    Returns
    -------
    w : array, shape and dtype of w
        Weights after the step.
    state : dict
        The running mean square `r`, for the next step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if an option is not a number.
    ValueError
        If the shapes differ, `state` is not one of this optimiser, or an option is out of range.

    References
    ----------
    T. Tieleman and G. Hinton, "Lecture 6.5: RMSProp", Neural Networks for Machine Learning,
    Coursera, 2012.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> grad = np.array([1.0, -1000.0])
    >>> w, state = nnlib.rmsprop(np.zeros(2), grad, None, learning_rate=0.1, decay=0.99)
    >>> w.round(6)
    array([-1.,  1.])
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    decay, eps = check_fraction(decay=decay), check_positive(eps=eps)
    xp = check_step(w, grad)
    (r,) = previous(state, r=xp.zeros_like(w))
    r = decay * r + (1 - decay) * grad * grad
    return w - learning_rate * grad / (xp.sqrt(r) + eps), {"r": r}


def adam(w, grad, state, /, *, learning_rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    r"""Adam: the step of RMSProp along a running mean of the gradients.

    .. math::
        \begin{aligned}
        v_t &= \beta_1 v_{t-1} + (1 - \beta_1) g_t \\
        r_t &= \beta_2 r_{t-1} + (1 - \beta_2) g_t \odot g_t \\
        w_t &= w_{t-1} - \eta \frac{v_t / (1 - \beta_1^t)}{\sqrt{r_t / (1 - \beta_2^t)} + \epsilon}
        \end{aligned}

    Equation ``eq-adam`` of the book. Both means start at 0, and so are too small by the factors
    1 - βᵗ, by which they are divided. The first step moves every weight by η, whatever the
    size of its gradient. (The paper writes m and v for our v and r.)

    Parameters
    ----------
    w : array
        Weights before the step.
    grad : array, shape and dtype of w
        Gradient g of the objective with respect to `w`.
    state : dict or None
        What the step before returned; None at the first.
    learning_rate : float, default 1e-3
        Learning rate η, 0 or more.
    beta1, beta2 : float, default 0.9 and 0.999
        Decay of the running means of the gradients and of their squares, from 0 to less than 1.
    eps : float, default 1e-8
        Small number ϵ > 0. A weight whose gradient was always 0 stays where it is.

    Returns
    -------
    w : array, shape and dtype of w
        Weights after the step.
    state : dict
        The running means `v` and `r`, and the number of steps `t`, for the next step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if an option is not a number.
    ValueError
        If the shapes differ, `state` is not one of this optimiser, or an option is out of range.

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> w, state = nnlib.adam(np.zeros(2), np.array([1.0, -1000.0]), None, learning_rate=0.1)
    >>> w.round(6)
    array([-0.1,  0.1])
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    direction, state = _adam(w, grad, state, beta1, beta2, eps)
    return w - learning_rate * direction, state


def adamw(
    w, grad, state, /, *, learning_rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    r"""Adam with weight decay that no running mean rescales.

    .. math::
        \begin{aligned}
        v_t &= \beta_1 v_{t-1} + (1 - \beta_1) g_t \\
        r_t &= \beta_2 r_{t-1} + (1 - \beta_2) g_t \odot g_t \\
        w_t &= w_{t-1} - \eta \left( \frac{v_t / (1 - \beta_1^t)}
        {\sqrt{r_t / (1 - \beta_2^t)} + \epsilon} + \lambda w_{t-1} \right)
        \end{aligned}

    Equation ``eq-adamw`` of the book. The decay is *decoupled*: every weight shrinks by the factor
    1 - ηλ, beside Adam's step. An L2 penalty in the objective would instead enter g, and be
    divided by the root of r like the rest of it.

    Parameters
    ----------
    w : array
        Weights before the step.
    grad : array, shape and dtype of w
        Gradient g of the objective, without a penalty, with respect to `w`.
    state : dict or None
        What the step before returned; None at the first.
    learning_rate : float, default 1e-3
        Learning rate η, 0 or more.
    beta1, beta2 : float, default 0.9 and 0.999
        Decay of the running means of the gradients and of their squares, from 0 to less than 1.
    eps : float, default 1e-8
        Small number ϵ > 0.
    weight_decay : float, default 0.01
        Strength λ of the decay, 0 (then it is `adam`) or more.

    Returns
    -------
    w : array, shape and dtype of w
        Weights after the step.
    state : dict
        The running means `v` and `r`, and the number of steps `t`, for the next step.

    Raises
    ------
    TypeError
        If `w` or `grad` is not an array of a real floating-point dtype, if their dtypes differ, or
        if an option is not a number.
    ValueError
        If the shapes differ, `state` is not one of this optimiser, or an option is out of range.

    References
    ----------
    I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR, 2019.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> options = {"learning_rate": 0.1, "weight_decay": 0.5}
    >>> w, state = nnlib.adamw(np.array([1.0, 1.0]), np.array([1.0, 0.0]), None, **options)
    >>> w.round(6)
    array([0.85, 0.95])
    """
    learning_rate = check_at_least_zero(learning_rate=learning_rate)
    weight_decay = check_at_least_zero(weight_decay=weight_decay)
    direction, state = _adam(w, grad, state, beta1, beta2, eps)
    return w - learning_rate * (direction + weight_decay * w), state


def _adam(w, grad, state, beta1, beta2, eps):
    """Adam's step for the learning rate 1, and the new state."""
    beta1, beta2 = check_fraction(beta1=beta1), check_fraction(beta2=beta2)
    eps = check_positive(eps=eps)
    xp = check_step(w, grad)
    v, r, t = previous(state, v=xp.zeros_like(w), r=xp.zeros_like(w), t=0)
    v = beta1 * v + (1 - beta1) * grad
    r = beta2 * r + (1 - beta2) * grad * grad
    t = t + 1
    direction = v / (1 - beta1**t) / (xp.sqrt(r / (1 - beta2**t)) + eps)
    return direction, {"v": v, "r": r, "t": t}
