"""What followed each step of an episode: returns, and advantages over a value function."""

import numpy as np

from nnlib._validation import check_finite, check_share

__all__ = ["discounted_returns", "gae"]


def discounted_returns(rewards, /, *, discount, bootstrap=0.0):
    r"""Compute the return that followed each step of an episode.

    .. math:: G_t = R_{t+1} + \gamma G_{t+1}, \qquad G_t = \sum_{k=0}^{T-t-1} \gamma^k R_{t+k+1}

    Equation ``eq-discounted-returns`` of the book.

    Parameters
    ----------
    rewards : array_like, shape (T,)
        Rewards R₁, …, R_T, in the order in which they came.
    discount : float
        Discount γ, from 0 to 1.
    bootstrap : float, default 0.0
        What G_T is instead of 0: the estimated value of the last state, if the episode was cut off
        (truncated) there and would have gone on. An episode that ended (terminated) has 0.

    Returns
    -------
    numpy.ndarray, shape (T,)
        The returns G₀, …, G_{T-1}: row t has what came after action t.

    Raises
    ------
    TypeError
        If `rewards` does not hold real numbers, or an option is not a number.
    ValueError
        If `rewards` has another number of axes than one, or an option is out of range.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd ed., MIT Press,
    2018, section 3.3.

    Examples
    --------
    >>> from nnlib import rl
    >>> rl.discounted_returns([-1, 2, 6, 3, 2], discount=0.5)
    array([2., 6., 8., 4., 2.])
    """
    rewards = _check_vector(rewards=rewards)
    discount = check_share(discount=discount)
    following = check_finite(bootstrap=bootstrap)
    return sums(rewards, discount, following)


def gae(rewards, values, /, *, discount, trace):
    r"""Generalised advantage estimation: how much better each action was than expected.

    .. math::
        \hat{A}_t = \delta_t + \gamma \lambda \hat{A}_{t+1}, \qquad
        \delta_t = R_{t+1} + \gamma V_{t+1} - V_t, \qquad
        \hat{A}_t = \sum_{k=0}^{T-t-1} (\gamma \lambda)^k \delta_{t+k}

    Equation ``eq-gae`` of the book.

    With λ = 0 it is the error δ of one step: little variance, but biased by wrong values. With
    λ = 1 it is the return minus the value: unbiased, but of much variance.

    Parameters
    ----------
    rewards : array_like, shape (T,)
        Rewards R₁, …, R_T of steps in a row.
    values : array_like, shape (T + 1,)
        Values V(S₀), …, V(S_T). The last one is 0 if the episode ended (terminated) in S_T; if it
        was cut off there (truncated), or goes on, it is the estimate like the others.
    discount : float
        Discount γ, from 0 to 1.
    trace : float
        Decay λ, from 0 to 1.

    Returns
    -------
    numpy.ndarray, shape (T,)
        The advantages A₀, …, A_{T-1}. Added to the values of the same states, they are the
        λ-returns, towards which the values are learned.

    Raises
    ------
    TypeError
        If an array does not hold real numbers, or an option is not a number.
    ValueError
        If the shapes do not fit, or an option is out of range.

    References
    ----------
    J. Schulman, P. Moritz, S. Levine, M. Jordan and P. Abbeel, "High-dimensional continuous control
    using generalized advantage estimation", ICLR, 2016.

    Examples
    --------
    >>> from nnlib import rl
    >>> rewards, values = [1, 1, 1], [2, 2, 2, 0]
    >>> rl.gae(rewards, values, discount=1, trace=0)
    array([ 1.,  1., -1.])
    >>> rl.gae(rewards, values, discount=1, trace=0.5)
    array([ 1.25,  0.5 , -1.  ])
    >>> rl.gae(rewards, values, discount=1, trace=1)
    array([ 1.,  0., -1.])
    """
    rewards, values = _check_vector(rewards=rewards), _check_vector(values=values)
    if len(values) != len(rewards) + 1:
        raise ValueError(
            "values must be one more than the rewards, as they are of the states before and after, "
            f"got {len(values)} values and {len(rewards)} rewards"
        )
    discount, trace = check_share(discount=discount), check_share(trace=trace)
    return advantages(rewards, values, discount, trace)


def advantages(rewards, values, discount, trace):
    """What `gae` computes, of arrays that need no check."""
    return sums(rewards + discount * values[1:] - values[:-1], discount * trace, 0.0)


def sums(terms, factor, following):
    """The sums y_t = x_t + factor · y_{t+1}, of which the last one follows on `following`."""
    sums = []
    for term in reversed(terms.tolist()):
        following = term + factor * following
        sums.append(following)
    return np.array(sums[::-1])


def _check_vector(**arrays):
    """Return the one array given by name, with one axis, as floating-point numbers."""
    ((name, array),) = arrays.items()
    vector = np.asarray(array)
    if vector.size > 0 and vector.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold real numbers, got the dtype {vector.dtype}")
    if vector.ndim != 1:
        raise ValueError(f"{name} must have one axis, got the shape {vector.shape}")
    return vector.astype("float64")
