"""Schedules of the learning rate."""

from math import cos, pi

from nnlib._validation import check_at_least_zero, check_count, check_positive

__all__ = ["cosine_schedule", "step_schedule"]


def cosine_schedule(step, /, *, initial, steps, final=0.0):
    r"""Learning rate that falls along half a wave of the cosine: slowly, fast, slowly.

    .. math::
        \eta_t = \eta_\tau + \frac{\eta_0 - \eta_\tau}{2}
        \left( 1 + \cos \frac{\pi t}{\tau} \right)

    Equation ``eq-cosine-schedule`` of the book.

    Parameters
    ----------
    step : int
        How many steps were made before, t; 0 at the first.
    initial : float
        Learning rate at step 0, η₀, 0 or more.
    steps : int
        After how many steps τ it arrives at `final`. There it stays.
    final : float, default 0.0
        Last learning rate, 0 or more.

    Returns
    -------
    float
        The learning rate of this step.

    Raises
    ------
    TypeError
        If `step` or `steps` is not an integer, or `initial` or `final` not a number.
    ValueError
        If `step`, `initial` or `final` is negative, or `steps` less than 1.

    References
    ----------
    I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR, 2017.

    Examples
    --------
    >>> import nnlib
    >>> [round(nnlib.cosine_schedule(t, initial=0.1, steps=4), 4) for t in range(6)]
    [0.1, 0.0854, 0.05, 0.0146, 0.0, 0.0]
    """
    step, steps = check_count(0, step=step), check_count(1, steps=steps)
    initial, final = check_at_least_zero(initial=initial), check_at_least_zero(final=final)
    t = min(step, steps)
    return final + (initial - final) / 2 * (1 + cos(pi * t / steps))


def step_schedule(step, /, *, initial, every, factor=0.1):
    r"""Learning rate that falls in stairs.

    .. math:: \eta_t = \eta_0 \kappa^{\lfloor t / \tau \rfloor}

    Equation ``eq-step-schedule`` of the book.

    Parameters
    ----------
    step : int
        How many steps were made before, t; 0 at the first.
    initial : float
        Learning rate at step 0, η₀, 0 or more.
    every : int
        How many steps τ a stair is long.
    factor : float, default 0.1
        By what κ > 0 the rate is multiplied at the end of each stair.

    Returns
    -------
    float
        The learning rate of this step.

    Raises
    ------
    TypeError
        If `step` or `every` is not an integer, or `initial` or `factor` not a number.
    ValueError
        If `step` or `initial` is negative, `every` less than 1, or `factor` not positive.

    Examples
    --------
    >>> import nnlib
    >>> [nnlib.step_schedule(t, initial=0.4, every=2, factor=0.5) for t in range(6)]
    [0.4, 0.4, 0.2, 0.2, 0.1, 0.1]
    """
    step, every = check_count(0, step=step), check_count(1, every=every)
    initial, factor = check_at_least_zero(initial=initial), check_positive(factor=factor)
    return initial * factor ** (step // every)
