"""Environments whose states stand in a row."""

import numpy as np

from nnlib._validation import check_at_least_zero, check_count, check_finite
from nnlib.environments._finite import FiniteEnv

__all__ = ["maximisation_bias", "random_walk", "short_corridor"]


def random_walk(states=5, *, left=0.0, right=1.0, render_mode=None):
    r"""A walk along a row of states that ends at both ends.

    It begins in the middle. Under the policy that goes left or right with the same probability, and
    with the rewards 0 on the left and 1 on the right, the value of the k-th of n states is the
    probability to end on the right, k / (n + 1).

    Parameters
    ----------
    states : int, default 5
        How many states there are besides the two ends, an odd number.
    left, right : float, default 0.0 and 1.0
        Reward of the step to that end. All other rewards are 0.
    render_mode : {None, "ansi"}
        "ansi": `render` returns a picture.

    Returns
    -------
    FiniteEnv
        States 0 to `states` + 1, of which the first and the last are the ends. Actions 0 left,
        1 right.

    Raises
    ------
    TypeError
        If an argument is no number of that kind.
    ValueError
        If `states` is not an odd number, 1 or more, or a reward is not finite.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, example 6.2, and 7.1 with 19 states and the reward −1 on the left.

    Examples
    --------
    >>> from nnlib import environments
    >>> env = environments.random_walk(19, left=-1.0)
    >>> env.P[1]
    {0: [(1.0, 0, -1.0, True)], 1: [(1.0, 2, 0.0, False)]}
    """
    states = check_count(1, states=states)
    if states % 2 == 0:
        raise ValueError(f"states must be odd, so that there is a middle, got {states}")
    left, right = check_finite(left=left), check_finite(right=right)
    P = [[[(1.0, s - 1, 0.0, False)], [(1.0, s + 1, 0.0, False)]] for s in range(states + 2)]
    P[1][0], P[states][1] = [(1.0, 0, left, True)], [(1.0, states + 1, right, True)]
    for end in (0, states + 1):
        P[end] = [[(1.0, end, 0.0, True)]] * 2
    initial = np.zeros(states + 2)
    initial[states // 2 + 1] = 1
    return FiniteEnv(P, initial, desc=["#" + "-" * states + "#"], render_mode=render_mode)


def short_corridor(*, render_mode=None):
    r"""A corridor of three states that look alike, in the second of which the moves are swapped.

    A step costs 1. It begins at the left, and ends beyond the right. Whoever sees no difference
    between the states must choose at random: to the right with probability
    :math:`2 - \sqrt{2} \approx 0.59`, for a return of :math:`-6 - 4\sqrt{2} \approx -11.66`.

    Parameters
    ----------
    render_mode : {None, "ansi"}
        "ansi": `render` returns a picture.

    Returns
    -------
    FiniteEnv
        States 0 to 3, the last of which is the goal. All are observed as 0. Actions 0 left,
        1 right.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, example 13.1.

    Examples
    --------
    >>> from nnlib import environments
    >>> env = environments.short_corridor(render_mode="ansi")
    >>> env.reset(seed=0)
    (0, {'prob': 1.0})
    >>> env.step(1)
    (0, -1.0, False, False, {'prob': 1.0})
    >>> env.render()
    '-x-G'
    >>> env.step(1)[0], env.render()  # swapped: to the left
    (0, 'x--G')
    """
    ways = [(0, 1), (2, 0), (1, 3)]
    P = [[[(1.0, following, -1.0, following == 3)] for following in both] for both in ways]
    P.append([[(1.0, 3, 0.0, True)]] * 2)
    options = {"observations": [0] * 4, "desc": ["---G"], "render_mode": render_mode}
    return FiniteEnv(P, [1, 0, 0, 0], **options)


def maximisation_bias(*, actions=10, mean=-0.1, sd=1.0, render_mode=None):
    """A choice between nothing and a bad lottery that seems good at times.

    It begins in A. To the right it ends at once; to the left, B follows. Both rewards are 0. In B
    each of many actions ends it, with a reward from a normal distribution whose mean is below 0.
    So left is the wrong choice; yet the largest of a few averages of such rewards is often above 0.

    Parameters
    ----------
    actions : int, default 10
        How many actions there are in B, 2 or more.
    mean : float, default -0.1
        Mean of the rewards in B.
    sd : float, default 1.0
        Their standard deviation, 0 or more.
    render_mode : {None, "ansi"}
        "ansi": `render` returns a picture.

    Returns
    -------
    FiniteEnv
        States 0, the end; 1, which is B; 2, which is A; 3, the end on the right. Actions in A: 0
        left, 1 right; the others, which only fill up the table, do nothing there.

    Raises
    ------
    TypeError
        If an argument is no number of that kind.
    ValueError
        If `actions` is less than 2, `sd` negative, or a number not finite.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, example 6.7.

    Examples
    --------
    >>> from nnlib import environments
    >>> env = environments.maximisation_bias()
    >>> env.action_counts
    (1, 10, 2, 1)
    """
    actions, sd = check_count(2, actions=actions), check_at_least_zero(sd=sd)
    mean, others = check_finite(mean=mean), actions - 2
    in_a = [[(1.0, 1, 0.0, False)], [(1.0, 3, 0.0, True)], *[[(1.0, 2, 0.0, False)]] * others]
    P = [
        [[(1.0, 0, 0.0, True)]] * actions,
        [[(1.0, 0, mean, True)]] * actions,
        in_a,
        [[(1.0, 3, 0.0, True)]] * actions,
    ]
    noise = np.zeros((4, actions))
    noise[1] = sd
    counts = [1, actions, 2, 1]
    options = {"desc": ["#BA#"], "render_mode": render_mode}
    return FiniteEnv(P, [0, 0, 1, 0], noise=noise, action_counts=counts, **options)
