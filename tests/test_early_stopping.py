"""Early stopping on scripted validation curves, every result worked by hand."""

import json
from math import inf, nan

import numpy as np
import pytest

from nnlib.early_stopping import (
    EarlyStopping,
    continue_until,
    retrain_for,
    train_with_patience,
)

# Values, options, the update that says stop (None: none does), and the best value and its update.
CURVES = [
    # Two in a row without an improvement: 4, then 3.5.
    ([5, 3, 4, 3.5, 1], {"patience": 2}, 4, (3, 2)),
    # An improvement sets the count to 0: 4 5 | 2 | 3 4 5.
    ([3, 4, 5, 2, 3, 4, 5, 1], {"patience": 3}, 7, (2, 4)),
    # The first that is no improvement stops.
    ([5, 4, 4.5, 1], {"patience": 1}, 3, (4, 2)),
    # A tie is no improvement, and the earlier of the two stays the best.
    ([3, 2, 2, 2, 1], {"patience": 2}, 4, (2, 2)),
    # Falls of at most ¼ are none: 4.75 is not below 5 - ¼. 4.5 is, as the best is still 5.
    ([5, 4.75, 4.5, 4.25, 4.25, 1], {"patience": 2, "min_delta": 0.25}, 5, (4.5, 3)),
    # Rising from the start
    ([1, 2, 3, 4], {"patience": 3}, 4, (1, 1)),
    # Always falling
    ([4, 3, 2, 1], {"patience": 1}, None, (1, 4)),
    # Patience that does not run out
    ([1, 2, 2, 2], {"patience": 4}, None, (1, 1)),
    # NaN is no improvement; infinity is none on nothing at all.
    ([nan, inf, 3, nan, nan, 1], {"patience": 3}, None, (1, 6)),
    ([nan, inf, 3], {"patience": 2}, 2, (inf, 0)),
    # Below 0 too, less is better.
    ([-1, -2, -1.5, -3], {"patience": 2}, None, (-3, 4)),
]


@pytest.mark.parametrize(("values", "options", "stop", "best"), CURVES)
def test_scripted_curve(values, options, stop, best):
    stopping = EarlyStopping(**options)
    for k, value in enumerate(values, start=1):
        answer = stopping.update(value, f"state {k}")
        assert answer is (k == stop)
        assert stopping.stopped is answer
        if answer:
            break
    assert stopping.step == (stop or len(values))
    assert (stopping.best, stopping.best_step) == best
    assert stopping.best_state == (f"state {best[1]}" if best[1] else None)


@pytest.mark.parametrize(("values", "options", "stop", "best"), CURVES)
def test_resuming_from_a_saved_state_changes_nothing(values, options, stop, best):
    for pause in range(len(values) + 1):
        stopping, answers = EarlyStopping(**options), []
        for k, value in enumerate(values):
            if k == pause:
                # By way of a file, and in another object
                saved = json.loads(json.dumps(stopping.state_dict()))
                stopping = EarlyStopping(**options)
                stopping.load_state_dict(saved)
            if stopping.stopped:
                break
            answers.append(stopping.update(value, [k]))
        assert len(answers) == (stop or len(values))
        assert answers.index(True) + 1 == stop if stop else not any(answers)
        assert (stopping.best, stopping.best_step) == best
        assert stopping.best_state == ([best[1] - 1] if best[1] else None)


def test_best_state_is_a_copy():
    w, stopping = np.zeros(2), EarlyStopping(patience=5)
    for value in (3.0, 2.0, 4.0, 5.0):
        w += 1  # in place
        stopping.update(value, {"w": w})
    np.testing.assert_array_equal(stopping.best_state["w"], [2, 2])
    saved, other = stopping.state_dict(), EarlyStopping(patience=5)
    other.load_state_dict(saved)
    stopping.best_state["w"] += 10
    np.testing.assert_array_equal(saved["best_state"]["w"], [2, 2])
    saved["best_state"]["w"] += 10
    np.testing.assert_array_equal(other.best_state["w"], [2, 2])


def test_states_are_not_kept_unless_asked_for():
    stopping = EarlyStopping(patience=1, restore_best=False)
    assert [stopping.update(value) for value in (2.0, 1.0, 3.0)] == [False, False, True]
    assert stopping.update(1.5, "state") is True, "still over"
    assert (stopping.best, stopping.best_step) == (1.0, 2)
    assert stopping.update(np.float32(0.5), "state") is False, "better after all"
    assert (stopping.best, stopping.best_step, stopping.best_state) == (0.5, 5, None)


# --- The three algorithms. Parameters count the steps; each curve says what they are worth.

COUNT = (lambda t: t + 1).__call__
CURVE = [9, 5, 3, 4, 2, 6, 7, 8, 1]  # after 0, 1, 2, … steps


def curve(t):
    return CURVE[t]


# Options, the best step, and the steps after which the curve is asked for
RUNS = [
    ({"patience": 1, "max_steps": 8}, 2, [1, 2, 3]),
    ({"patience": 2, "max_steps": 8}, 4, [1, 2, 3, 4, 5, 6]),
    ({"patience": 4, "max_steps": 8}, 8, [1, 2, 3, 4, 5, 6, 7, 8]),
    ({"patience": 9, "max_steps": 5}, 4, [1, 2, 3, 4, 5]),
    # Every second step, 3 2 7 1; every third, 4 7, and two steps more would tell nothing.
    ({"patience": 1, "max_steps": 8, "every": 2}, 4, [2, 4, 6]),
    ({"patience": 2, "max_steps": 8, "every": 2}, 8, [2, 4, 6, 8]),
    ({"patience": 2, "max_steps": 8, "every": 3}, 3, [3, 6]),
    # 3 is not more than 2 below 5; 2 is.
    ({"patience": 3, "max_steps": 8, "min_delta": 2}, 4, [1, 2, 3, 4, 5, 6, 7]),
    ({"patience": 2, "max_steps": 8, "min_delta": 2}, 1, [1, 2, 3]),
    ({"patience": 2, "max_steps": 0}, 0, []),
    ({"patience": 2, "max_steps": 1, "every": 2}, 0, []),
]


@pytest.mark.parametrize(("options", "best", "asked"), RUNS)
def test_train_with_patience_by_hand(options, best, asked):
    made = []

    def step(t):
        made.append(t)
        return t + 1

    params, steps, history = train_with_patience(step, curve, 0, **options)
    assert (params, steps) == (best, best)
    assert history == {"step": asked, "value": [CURVE[t] for t in asked]}
    assert made == list(range(asked[-1] if asked else 0)), "no step without need"


def test_train_with_patience_without_any_improvement_returns_the_initial_parameters():
    result = train_with_patience(COUNT, lambda t: nan, 7, patience=2, max_steps=9)
    assert (result.params, result.step, result.history["step"]) == (7, 0, [1, 2])


def test_train_with_patience_keeps_copies_where_steps_are_made_in_place():
    def step(w):
        w += 1
        return w

    result = train_with_patience(step, lambda w: CURVE[int(w[0])], np.zeros(1), patience=2,
                                 max_steps=8)  # fmt: skip
    assert result.params == [4]


def test_retrain_for_by_hand():
    assert retrain_for(COUNT, 0, steps=5) == 5
    assert retrain_for(COUNT, "untouched", steps=0) == "untouched"
    # What was found on the training part, once more on all data
    found = train_with_patience(COUNT, curve, 0, patience=2, max_steps=8)
    assert retrain_for(lambda w: w / 2, 64.0, steps=found.step) == 4.0


# The target, the most steps, and where it ends
TARGETS = [
    (3.5, 8, 2),
    (3, 8, 2),  # at most the target
    (2.5, 8, 4),
    (9, 8, 0),  # there already
    (0.5, 8, 8),  # never
    (2.5, 3, 3),  # not in time
    (2.5, 4, 4),
    (0.5, 0, 0),
]


@pytest.mark.parametrize(("target", "most", "end"), TARGETS)
def test_continue_until_by_hand(target, most, end):
    params, steps, history = continue_until(COUNT, curve, 0, target=target, max_steps=most)
    assert (params, steps) == (end, end)
    assert history == {"step": list(range(end + 1)), "value": CURVE[: end + 1]}


def test_nan_is_not_the_target():
    result = continue_until(COUNT, lambda t: nan, 0, target=1.0, max_steps=3)
    assert result.step == 3


def test_on_a_quadratic_the_best_step_is_where_the_validation_error_turns():
    # Gradient descent on ½(w - 2)² from 0 passes 1 on its way to 2: w = 2 - 2 · 0.9^t is nearest
    # to 1 at t = log ½ / log 0.9 = 6.58, and of the whole numbers at 7: 1.0434; at 6: 0.9371.
    result = train_with_patience(
        lambda w: w - 0.1 * (w - 2.0), lambda w: (w - 1.0) ** 2, 0.0, patience=3, max_steps=99
    )
    assert result.step == 7
    assert result.params == pytest.approx(2 - 2 * 0.9**7, rel=1e-14)
    assert result.history["step"] == list(range(1, 11))
    again = retrain_for(lambda w: w - 0.1 * (w - 2.0), 0.0, steps=result.step)
    assert again == result.params


# --- Bad input

watch = EarlyStopping(patience=1)
train = {"patience": 1, "max_steps": 1}
BAD = [
    (lambda: EarlyStopping(patience=0), ValueError, "patience must be 1 or more, got 0"),
    (lambda: EarlyStopping(patience=1.5), TypeError, "patience must be an integer, got float"),
    (lambda: EarlyStopping(patience=1, min_delta=-1), ValueError, "min_delta must be 0 or more"),
    (lambda: watch.update("low", 1), TypeError, "value must be a number, got str"),
    (lambda: watch.update(np.ones(2), 1), TypeError, "value must be a number, got ndarray"),
    (lambda: watch.update(1.0), TypeError, "state must be given, or restore_best=False"),
    (lambda: watch.load_state_dict({"step": 1}), ValueError, "state_dict must be a dict of step, "),
    (lambda: watch.load_state_dict(None), ValueError, "best_state; got NoneType"),
    (
        lambda: watch.load_state_dict(watch.state_dict() | {"patience": 1}),
        ValueError,
        "got a dict of step, best, best_step, best_state, patience",
    ),
    (
        lambda: train_with_patience(COUNT, curve, 0, patience=0, max_steps=1),
        ValueError,
        "patience must be 1 or more",
    ),
    (
        lambda: train_with_patience(COUNT, curve, 0, patience=1, max_steps=-1),
        ValueError,
        "max_steps must be 0 or more, got -1",
    ),
    (
        lambda: train_with_patience(COUNT, curve, 0, **train, every=0),
        ValueError,
        "every must be 1 or more, got 0",
    ),
    (
        lambda: train_with_patience(COUNT, curve, 0, **train, min_delta="1"),
        TypeError,
        "min_delta must be a real number",
    ),
    (
        lambda: train_with_patience(COUNT, lambda t: None, 0, **train),
        TypeError,
        r"evaluate\(params\) must be a number, got NoneType",
    ),
    (lambda: retrain_for(COUNT, 0, steps=-1), ValueError, "steps must be 0 or more, got -1"),
    (lambda: retrain_for(COUNT, 0, steps=2.0), TypeError, "steps must be an integer"),
    (
        lambda: continue_until(COUNT, curve, 0, target=nan, max_steps=1),
        ValueError,
        "target must be finite, got nan",
    ),
    (
        lambda: continue_until(COUNT, curve, 0, target=1, max_steps=0.5),
        TypeError,
        "max_steps must be an integer",
    ),
    (
        lambda: continue_until(COUNT, lambda t: "low", 0, target=1, max_steps=1),
        TypeError,
        r"evaluate\(params\) must be a number, got str",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
