"""What the steps of all optimisers have in common."""

from nnlib._validation import check_floating, check_same_shape


def check_step(w, grad):
    """Return the array namespace of weights and their gradient, of one dtype and shape."""
    xp = check_floating(w=w, grad=grad)
    check_same_shape(w=w, grad=grad)
    if grad.dtype != w.dtype:
        raise TypeError(f"grad must have the dtype of w, {w.dtype}, got {grad.dtype}")
    return xp


def previous(state, **start):
    """The values of a state; those given by name before the first step."""
    if state is None:
        return start.values()
    if not isinstance(state, dict) or state.keys() != start.keys():
        came = f"a dict of {', '.join(state)}" if isinstance(state, dict) else type(state).__name__
        raise ValueError(
            f"state must be None or what the step before returned, a dict of {', '.join(start)}; "
            f"got {came}"
        )
    arrays = {name: zeros for name, zeros in start.items() if name != "t"}
    for name, zeros in arrays.items():
        check_same_shape(**{"w": zeros, f"state[{name!r}]": state[name]})
    return (state[name] for name in start)
