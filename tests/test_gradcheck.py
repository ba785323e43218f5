"""The gradient check: it passes right gradients, and finds planted bugs and names them."""

from functools import partial

import numpy as np
import pytest

from nnlib.gradcheck import check_gradients

PARAMS = {"W": np.array([[0.3, -0.8, 1.1], [0.5, 0.2, -0.4]]), "b": np.array([0.1, -0.2, 0.7])}
X = np.array([[1.0, 2.0], [-0.5, 0.3], [0.8, -1.2], [0.1, 0.9]])


def loss_and_grads(params, X, *, bug=None):
    """Mean of sin(X W + b) over the examples, summed over the outputs."""
    W, b = params["W"], params["b"]
    Z = X @ W + b
    V = np.cos(Z) / len(X)
    grads = {"W": X.T @ V, "b": V.sum(axis=0)}
    if bug == "sign":
        grads["b"] = -grads["b"]
    elif bug == "one entry":
        grads["W"][1, 2] *= 1.001
    elif bug == "not averaged":
        grads["W"] = grads["W"] * len(X)
    elif bug == "forgotten":
        grads["b"] = np.zeros(3)
    elif bug == "nan":
        grads["b"][1] = np.nan
    return np.sin(Z).sum() / len(X), grads


def test_right_gradients_pass():
    before = {name: w.copy() for name, w in PARAMS.items()}
    report = check_gradients(loss_and_grads, PARAMS, X)
    assert report.ok
    assert [(entry.name, entry.checked, entry.wrong) for entry in report.parameters] == [
        ("W", 6, 0),
        ("b", 3, 0),
    ]
    assert report.worst.error < 1e-9
    # By hand: the derivative with respect to b₁ is the mean of cos(X W + b).
    by_hand = np.cos(X @ PARAMS["W"] + PARAMS["b"]).mean(axis=0)
    entry = report.parameters[1]
    assert entry.analytic == pytest.approx(by_hand[entry.index], rel=1e-14)
    assert entry.numeric == pytest.approx(by_hand[entry.index], rel=1e-9)
    for name, w in PARAMS.items():
        np.testing.assert_array_equal(w, before[name])


# What is planted, the parameter that has it, how many of its entries are wrong, the worst error.
BUGS = [
    ("sign", "b", 3, 2),  # -g against g: twice the largest
    ("one entry", "W", 1, 1e-3),
    ("not averaged", "W", 6, 3 / 4),  # 4 g against g, relative to the largest 4 g
    ("forgotten", "b", 3, 1),
    ("nan", "b", 1, np.inf),
]


@pytest.mark.parametrize(("bug", "name", "wrong", "error"), BUGS)
def test_planted_bug_is_found_and_named(bug, name, wrong, error):
    report = check_gradients(partial(loss_and_grads, bug=bug), PARAMS, X)
    assert not report.ok
    assert (report.worst.name, report.worst.wrong) == (name, wrong)
    assert report.worst.error == pytest.approx(error, rel=0.5)
    (fine,) = (entry for entry in report.parameters if entry.name != name)
    assert fine.wrong == 0


def test_tolerance_is_the_line_between_right_and_wrong():
    def slightly_wrong(params):
        return params["w"].sum(), {"w": np.array([1.0, 1.0 + 3e-6])}

    params = {"w": np.array([0.5, -0.3])}
    assert not check_gradients(slightly_wrong, params).ok
    assert check_gradients(slightly_wrong, params).worst.error == pytest.approx(3e-6, rel=1e-3)
    assert check_gradients(slightly_wrong, params, rtol=4e-6).ok
    assert not check_gradients(slightly_wrong, params, rtol=2e-6).ok


def test_report_is_a_readable_table():
    right = str(check_gradients(loss_and_grads, PARAMS, X)).splitlines()
    assert right[0].startswith("gradients right: error at most 1e-06, worst at ")
    assert [line.split()[:3] for line in right[1:]] == [
        ["parameter", "checked", "wrong"],
        ["W", "6", "0"],
        ["b", "3", "0"],
    ]
    wrong = str(check_gradients(partial(loss_and_grads, bug="one entry"), PARAMS, X)).splitlines()
    assert wrong[0] == "gradients WRONG: error above 1e-06, worst at W[1, 2]"
    Z = X @ PARAMS["W"] + PARAMS["b"]
    gradient = (X.T @ np.cos(Z))[1, 2] / len(X)
    numbers = f"{1.001 * gradient:.6g}", f"{gradient:.6g}"
    assert wrong[2].split()[:7] == ["W", "6", "1", "W[1,", "2]", *numbers]
    assert "kink" in wrong[-2] + wrong[-1]
    assert max(map(len, wrong)) <= 100


def test_a_number_is_a_parameter_too():
    report = check_gradients(lambda p: (p["a"] ** 3, {"a": 3 * p["a"] ** 2}), {"a": 2.0})
    assert report.ok
    assert str(report.worst) == "a"
    assert report.worst.analytic == 12


def test_float32_parameters_are_checked_in_float64():
    single = {name: w.astype("float32") for name, w in PARAMS.items()}
    assert check_gradients(loss_and_grads, single, X).worst.error < 1e-9


def test_zero_and_tiny_gradients_are_not_taken_for_errors():
    # The loss is near 100, so its rounding is felt; the gradients are 0 and 1e-9.
    def flat(params):
        loss = np.cos(params["u"]).sum() * 0 + 1e-9 * params["v"].sum() + 100 / 3
        return loss, {"u": 0 * params["u"], "v": np.full(2, 1e-9)}

    assert check_gradients(flat, {"u": np.ones(3), "v": np.ones(2)}).ok


def test_a_kink_shows_as_a_few_wrong_entries_which_a_smaller_step_mends():
    def absolute(params):
        return np.abs(params["w"]).sum(), {"w": np.sign(params["w"])}

    w = np.array([0.5, -2.0, 3e-6, 1.0])
    report = check_gradients(absolute, {"w": w})
    assert (report.worst.index, report.worst.wrong) == ((2,), 1)
    # The slopes -1 and 1, over 7 and 13 parts of the way from w - h to w + h.
    assert report.worst.numeric == pytest.approx(0.3, rel=1e-6)
    assert check_gradients(absolute, {"w": w}, step=1e-6).ok


def test_samples_limit_the_work(rng):
    calls = []

    def counted(params):
        calls.append(params)
        return loss_and_grads(params, X)

    for _ in range(5):
        calls.clear()
        report = check_gradients(counted, PARAMS, samples=5, rng=rng)
        assert [entry.checked for entry in report.parameters] == [5, 3]
        assert len(calls) == 1 + 2 * (5 + 3)
        moved = {tuple(np.flatnonzero(p["W"] != PARAMS["W"])) for p in calls}
        assert len(moved - {()}) == 5, "an entry was drawn twice"
    # Over several draws the one wrong entry of six is found sometimes, not always.
    bug = partial(loss_and_grads, bug="one entry")
    found = [not check_gradients(bug, PARAMS, X, samples=2, rng=rng).ok for _ in range(20)]
    assert 0 < sum(found) < 20


def only(name):
    return lambda params: (0.0, {name: np.zeros(1)})


ONE = {"w": np.ones(2)}
BAD = [
    (lambda: check_gradients(only("w"), {}), ValueError, "params must not be empty"),
    (lambda: check_gradients(only("w"), {"w": np.ones(0)}), ValueError, "hold no empty array"),
    (lambda: check_gradients(only("w"), [1.0]), TypeError, "params must be a dict .* got list"),
    (lambda: check_gradients(lambda p: (p["w"], p), ONE), ValueError, r"one number, .*\(2,\)"),
    (lambda: check_gradients(only("v"), ONE), ValueError, "names of params, w; got v"),
    (lambda: check_gradients(only("w"), ONE), ValueError, r"shape, \(2,\), got \(1,\)"),
    (lambda: check_gradients(only("w"), ONE, samples=1), TypeError, "rng must be .*Generator"),
    (lambda: check_gradients(only("w"), ONE, samples=0), ValueError, "samples must be 1 or more"),
    (lambda: check_gradients(only("w"), ONE, step=0), ValueError, "step must be positive"),
    (lambda: check_gradients(only("w"), ONE, rtol=-1), ValueError, "rtol must be positive"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
