"""Early stopping: train until the error on validation data no longer falls, and take the best.

`train_with_patience` finds the best step; `retrain_for` or `continue_until` may follow, to use the
validation data too. All three work with any model: `step` makes new parameters of old ones, and
`evaluate` returns a number for them. Parameters may be any object, with an optimiser's state in it.

`EarlyStopping` is the rule alone, for training loops of other kinds. What it knows can be saved.
"""

from copy import deepcopy
from math import inf
from typing import NamedTuple

from nnlib._validation import check_at_least_zero, check_count, check_finite

__all__ = [
    "EarlyStopping",
    "StoppingResult",
    "continue_until",
    "retrain_for",
    "train_with_patience",
]


class EarlyStopping:
    """Watch a number that should fall, and say when it has not fallen for too long.

    Parameters
    ----------
    patience : int
        After how many values in a row without an improvement to stop, 1 or more.
    min_delta : float, default 0.0
        A value is an improvement if it is below the best by more than this, 0 or more. So a value
        equal to the best is none, and neither is NaN. Many falls that are each too small to be an
        improvement may together be one, as the best only changes with an improvement.
    restore_best : bool, default True
        Whether to keep a copy of the best state. Without, `best_state` stays None.

    Attributes
    ----------
    best : float
        The best value up to now; infinity before the first improvement.
    best_step : int
        The number of the update, from 1, that brought it; 0 before the first improvement.
    best_state : object
        Copy of the state at that update; None before the first improvement.
    step : int
        How many updates there were.
    stopped : bool
        Whether patience has run out: what the last update returned.

    Methods
    -------
    update
        Take the next value, and say whether to stop.
    state_dict
        All that is needed to go on later.
    load_state_dict
        Go on from what `state_dict` returned.

    References
    ----------
    L. Prechelt, "Early stopping — but when?", Neural Networks: Tricks of the Trade, Springer, 1998.
    I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press, 2016, algorithm 7.1.

    Examples
    --------
    >>> from nnlib.early_stopping import EarlyStopping
    >>> stopping = EarlyStopping(patience=2)
    >>> losses = {"a": 0.9, "b": 0.5, "c": 0.6, "d": 0.5, "e": 0.1}
    >>> for params, loss in losses.items():
    ...     if stopping.update(loss, params):
    ...         break
    >>> params, stopping.best, stopping.best_step, stopping.best_state
    ('d', 0.5, 2, 'b')
    """

    def __init__(self, *, patience, min_delta=0.0, restore_best=True):
        self.patience = check_count(1, patience=patience)
        self.min_delta = check_at_least_zero(min_delta=min_delta)
        self.restore_best = restore_best
        self.best, self.best_step, self.best_state = inf, 0, None
        self.step = 0

    @property
    def stopped(self):
        """Whether patience has run out: what the last update returned."""
        return self.step - self.best_step >= self.patience

    def update(self, value, state=None):
        """Take the next value, and say whether to stop.

        Parameters
        ----------
        value : float
            What should fall, such as the validation loss.
        state : object, optional
            What to keep a copy of if the value is the best, such as the parameters. Needed unless
            `restore_best` is False.

        Returns
        -------
        bool
            Whether to stop.

        Raises
        ------
        TypeError
            If `value` is not a number, or `state` is missing.
        """
        value = _number(value=value)
        if self.restore_best and state is None:
            raise TypeError("state must be given, or restore_best=False, got None")
        self.step += 1
        if value < self.best - self.min_delta:
            self.best, self.best_step = value, self.step
            if self.restore_best:
                # A copy: training may go on in place.
                self.best_state = deepcopy(state)
        return self.stopped

    def state_dict(self):
        """All that is needed to go on later, in an object made with the same options.

        Returns
        -------
        dict
            Copies of `step`, `best`, `best_step` and `best_state`.
        """
        return {name: deepcopy(getattr(self, name)) for name in _STATE}

    def load_state_dict(self, state_dict):
        """Go on from what `state_dict` returned, as if there had been no break.

        Parameters
        ----------
        state_dict : dict
            What `state_dict` returned, perhaps in another process. It is copied.

        Raises
        ------
        ValueError
            If it has other keys.
        """
        if not isinstance(state_dict, dict) or state_dict.keys() != set(_STATE):
            keys = isinstance(state_dict, dict) and ", ".join(map(str, state_dict))
            raise ValueError(
                f"state_dict must be a dict of {', '.join(_STATE)}; "
                f"got {f'a dict of {keys}' if keys else type(state_dict).__name__}"
            )
        for name, value in state_dict.items():
            setattr(self, name, deepcopy(value))


_STATE = ("step", "best", "best_step", "best_state")


class StoppingResult(NamedTuple):
    """What a training loop arrived at.

    A tuple with names: `params, step, history = train_with_patience(…)`.

    Attributes
    ----------
    params : object
        The parameters chosen.
    step : int
        How many steps lead to them.
    history : dict of list
        For each evaluation `step`, the number of steps before it, and `value`, what it gave.

    Examples
    --------
    >>> from nnlib.early_stopping import continue_until
    >>> result = continue_until(lambda w: w / 2, abs, 8.0, target=2.0, max_steps=10)
    >>> result.params, result.step
    (2.0, 2)
    """

    params: object
    step: int
    history: dict[str, list]


def train_with_patience(step, evaluate, params, /, *, patience, max_steps, every=1, min_delta=0.0):
    """Train until the validation error has not improved for a while; return the best parameters.

    The meta-algorithm of early stopping. It finds parameters and, as a hyperparameter, the number
    of steps.

    Parameters
    ----------
    step : callable
        Called as `step(params)`, it makes one training step and returns the new parameters.
    evaluate : callable
        Called as `evaluate(params)`, it returns the error on validation data, a number.
    params : object
        Initial parameters. They are not evaluated.
    patience : int
        After how many evaluations in a row without an improvement to stop, 1 or more.
    max_steps : int
        How many steps to make at most, 0 or more. Steps that no evaluation would follow are not
        made.
    every : int, default 1
        How many steps to make before each evaluation, 1 or more.
    min_delta : float, default 0.0
        A value is an improvement if it is below the best by more than this. NaN is none.

    Returns
    -------
    StoppingResult
        The best parameters, the number of steps that lead to them, and all evaluations. If none
        was an improvement, which takes NaN or infinity, the initial parameters and 0.

    Raises
    ------
    TypeError
        If an option is of another type, or `evaluate` does not return a number.
    ValueError
        If an option is out of range.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press, 2016, algorithm 7.1.

    Examples
    --------
    >>> from nnlib.early_stopping import train_with_patience
    >>> errors = [9.0, 5.0, 3.0, 4.0, 3.5, 1.0]  # after 0, 1, 2, … steps
    >>> options = {"patience": 2, "max_steps": 5}
    >>> result = train_with_patience(lambda t: t + 1, lambda t: errors[t], 0, **options)
    >>> result.params, result.step
    (2, 2)
    >>> result.history
    {'step': [1, 2, 3, 4], 'value': [5.0, 3.0, 4.0, 3.5]}
    """
    stopping = EarlyStopping(patience=patience, min_delta=min_delta)
    max_steps, every = check_count(0, max_steps=max_steps), check_count(1, every=every)
    initial, history = params, {"step": [], "value": []}
    for steps in range(every, max_steps + 1, every):
        params = retrain_for(step, params, steps=every)
        value = _number(**{"evaluate(params)": evaluate(params)})
        history["step"].append(steps)
        history["value"].append(value)
        if stopping.update(value, params):
            break
    best = stopping.best_state if stopping.best_step else initial
    return StoppingResult(best, stopping.best_step * every, history)


def retrain_for(step, params, /, *, steps):
    """Train for a number of steps.

    To use the validation data too: start again, with steps on all data, as many as
    `train_with_patience` has found to be best.

    Parameters
    ----------
    step : callable
        Called as `step(params)`, it makes one training step and returns the new parameters.
    params : object
        Initial parameters.
    steps : int
        How many steps to make, 0 or more.

    Returns
    -------
    object
        Parameters after the last step.

    Raises
    ------
    TypeError
        If `steps` is not an integer.
    ValueError
        If `steps` is negative.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press, 2016, algorithm 7.2.

    Examples
    --------
    >>> from nnlib.early_stopping import retrain_for
    >>> retrain_for(lambda w: w / 2, 8.0, steps=3)
    1.0
    """
    for _ in range(check_count(0, steps=steps)):
        params = step(params)
    return params


def continue_until(step, evaluate, params, /, *, target, max_steps):
    """Train until the error on validation data has fallen to a target.

    To use the validation data too: go on from the best parameters that `train_with_patience` has
    found, with steps on all data, until the validation error is no larger than the training error
    was there. It may never be: hence `max_steps`.

    Parameters
    ----------
    step : callable
        Called as `step(params)`, it makes one training step and returns the new parameters.
    evaluate : callable
        Called as `evaluate(params)`, it returns the error on validation data, a number.
    params : object
        Parameters to go on from.
    target : float
        The error to arrive at.
    max_steps : int
        How many steps to make at most, 0 or more.

    Returns
    -------
    StoppingResult
        The first parameters with an error of at most the target, the number of steps that lead to
        them, and all evaluations, the first before any step. If there are none, the last
        parameters: the last value in `history` is above the target, or NaN.

    Raises
    ------
    TypeError
        If an option is of another type, or `evaluate` does not return a number.
    ValueError
        If `target` is not finite, or `max_steps` negative.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press, 2016, algorithm 7.3.

    Examples
    --------
    >>> from nnlib.early_stopping import continue_until
    >>> continue_until(lambda w: w / 2, abs, 8.0, target=2.5, max_steps=10)
    StoppingResult(params=2.0, step=2, history={'step': [0, 1, 2], 'value': [8.0, 4.0, 2.0]})
    """
    target, max_steps = check_finite(target=target), check_count(0, max_steps=max_steps)
    history = {"step": [], "value": []}
    for steps in range(max_steps + 1):
        if steps > 0:
            params = step(params)
        value = _number(**{"evaluate(params)": evaluate(params)})
        history["step"].append(steps)
        history["value"].append(value)
        if value <= target:
            break
    return StoppingResult(params, steps, history)


def _number(**values):
    """Return the one value given by name as a float."""
    ((name, value),) = values.items()
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}") from None
