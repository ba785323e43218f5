"""The perceptron against hand-worked values and differentiation; the training loop step by step."""

import sys
from functools import partial
from types import SimpleNamespace

import jax
import numpy as np
import pytest
from array_api_compat import array_namespace
from helpers import central_difference, to_numpy

import nnlib
from nnlib import datasets, training
from nnlib.cheat_sheet import CHEAT_SHEET


def network(rng, sizes=(3, 5, 4, 2), dtype="float64"):
    """Parameters with biases that are not 0, inputs and labels."""
    params = training.mlp_init(sizes, rng=rng)
    params = {name: w + 0.3 * rng.normal(size=w.shape) for name, w in params.items()}
    labels = rng.integers(max(sizes[-1], 2), size=6)
    assert len(np.unique(labels)) > 1
    x = rng.normal(size=(6, sizes[0])).astype(dtype)
    return {name: w.astype(dtype) for name, w in params.items()}, x, labels


# --- The perceptron


def test_init():
    shapes = []

    def initializer(shape, *, rng):
        shapes.append(shape)
        return nnlib.glorot_uniform(shape, rng=rng)

    rng = np.random.default_rng(1)
    params = training.mlp_init((4, 3, 2), rng=rng, initializer=initializer)
    assert shapes == [(4, 3), (3, 2)]
    assert list(params) == ["W1", "b1", "W2", "b2"]
    np.testing.assert_array_equal(params["b1"], np.zeros(3))
    again = nnlib.glorot_uniform((4, 3), rng=np.random.default_rng(1))
    np.testing.assert_array_equal(params["W1"], again)


def test_forward_by_hand(xp):
    # |x₁ - x₂| - 1 = max(0, x₁ - x₂) + max(0, x₂ - x₁) - 1
    params = {"W1": [[1, -1], [-1, 1]], "b1": [0, 0], "W2": [[1], [1]], "b2": [-1]}
    params = {name: xp.asarray(w, dtype=xp.float64) for name, w in params.items()}
    x = xp.asarray([[3.0, 1.0], [1.0, 3.0], [2.0, 2.0]])
    hidden, logits = training.mlp_layers(params, x)
    ((Z, H),) = hidden
    np.testing.assert_array_equal(to_numpy(Z), [[2, -2], [-2, 2], [0, 0]])
    np.testing.assert_array_equal(to_numpy(H), [[2, 0], [0, 2], [0, 0]])
    for result in (logits, training.mlp(params, x)):
        np.testing.assert_array_equal(to_numpy(result), [[1], [1], [-1]])


def test_layers_take_any_leading_axes(rng):
    params, x, _ = network(rng)
    stacked = training.mlp(params, np.stack([x, 2 * x]), activation="tanh")
    np.testing.assert_allclose(stacked[1], training.mlp(params, 2 * x, activation="tanh"))


def mean_loss(params, x, labels, activation):
    """The objective by the textbook, for small logits; it can be differentiated by JAX."""
    logits = training.mlp(params, x, activation=activation)
    xp = array_namespace(logits)
    if logits.shape[-1] == 1:
        right = 1 / (1 + xp.exp(-xp.asarray(2 * labels - 1) * logits[:, 0]))
    else:
        probs = xp.exp(logits) / xp.sum(xp.exp(logits), axis=-1, keepdims=True)
        right = probs[np.arange(len(labels)), labels]
    return -xp.mean(xp.log(right))


@pytest.mark.parametrize("sizes", [(3, 2), (3, 1), (3, 5, 1), (3, 5, 4, 2)])
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "prelu"])
def test_backpropagation_agrees_with_central_differences(rng, sizes, activation):
    params, x, labels = network(rng, sizes)
    loss, grads = training.mlp_loss_and_grads(params, x, labels, activation=activation)
    assert loss == pytest.approx(mean_loss(params, x, labels, activation), rel=1e-13)
    assert list(grads) == list(params)
    for name, w in params.items():
        differences = central_difference(
            lambda w, name=name: mean_loss(params | {name: w}, x, labels, activation), w, h=1e-4
        )
        np.testing.assert_allclose(grads[name], differences, rtol=1e-7, atol=1e-10)


def test_backpropagation_agrees_with_jax(rng):
    params, x, labels = network(rng)
    grads = training.mlp_loss_and_grads(params, x, labels, activation="selu")[1]
    objective = partial(mean_loss, x=jax.numpy.asarray(x), labels=labels, activation="selu")
    by_jax = jax.jit(jax.grad(objective))(params)
    for name, grad in grads.items():
        np.testing.assert_allclose(grad, by_jax[name], rtol=1e-11, atol=1e-14)


def test_every_backend_gives_the_same_gradients_in_float32(xp, rng):
    params, x, labels = network(rng, (3, 4, 2), "float32")
    double = {name: w.astype("float64") for name, w in params.items()}
    loss, grads = training.mlp_loss_and_grads(double, x.astype("float64"), labels)
    params = {name: xp.asarray(w) for name, w in params.items()}
    result = training.mlp_loss_and_grads(params, xp.asarray(x), xp.asarray(labels))
    assert float(result[0]) == pytest.approx(float(loss), rel=1e-6)
    for name, grad in result[1].items():
        assert grad.dtype == xp.float32
        np.testing.assert_allclose(to_numpy(grad), grads[name], rtol=1e-5, atol=1e-6)


def test_labels_may_be_distributions_and_the_loss_another(rng):
    params, x, labels = network(rng)
    by_number = training.mlp_loss_and_grads(params, x, labels)
    by_one_hot = training.mlp_loss_and_grads(params, x, np.eye(2)[labels])
    assert by_number[0] == by_one_hot[0]

    def squared(logits, targets):
        return ((logits - targets) ** 2).sum(axis=-1) / 2

    def squared_grad(logits, targets):
        return logits - targets

    targets = rng.normal(size=(6, 2))
    loss, grads = training.mlp_loss_and_grads(params, x, targets, loss=(squared, squared_grad))
    error = training.mlp(params, x) - targets
    assert loss == pytest.approx((error**2).sum() / 12, rel=1e-13)
    np.testing.assert_allclose(grads["b3"], error.mean(axis=0), rtol=1e-12)


def test_labels_of_one_output_may_be_a_column(rng):
    params, x, labels = network(rng, (3, 4, 1))
    loss, _ = training.mlp_loss_and_grads(params, x, labels)
    assert training.mlp_loss_and_grads(params, x, labels[:, None])[0] == loss


def test_activation_by_name_or_by_itself(rng):
    params, x, labels = network(rng)
    by_name = training.mlp_loss_and_grads(params, x, labels, activation="tanh")
    own = SimpleNamespace(function=np.tanh, derivative=lambda z: 1 / np.cosh(z) ** 2)
    for activation in (CHEAT_SHEET["tanh"], own):
        loss, grads = training.mlp_loss_and_grads(params, x, labels, activation=activation)
        assert loss == pytest.approx(by_name[0], rel=1e-14)
        np.testing.assert_allclose(grads["W1"], by_name[1]["W1"], rtol=1e-12)


# --- The training loop, seen through a model that only takes notes


class Model:
    """One weight; the gradient is 1, and the loss what `losses` say, or else 1."""

    def __init__(self, losses=()):
        self.losses, self.batches, self.weights = list(losses), [], []

    def __call__(self, params, X, labels):
        self.batches.append(to_numpy(X))
        self.weights.append(float(params["w"]))
        np.testing.assert_array_equal(to_numpy(labels), 10 * to_numpy(X))
        return (self.losses.pop(0) if self.losses else 1.0), {"w": np.array(1.0)}


W0 = {"w": np.array(0.0)}
NUMBERS = np.arange(10)


def fit(model, X=NUMBERS, labels=None, seed=0, **options):
    options = {"epochs": 1, "batch_size": 4, "optimizer": nnlib.sgd} | options
    labels = 10 * X if labels is None else labels
    return training.fit(model, W0, X, labels, rng=np.random.default_rng(seed), **options)


def test_each_epoch_shows_every_example_once_in_a_new_order():
    model = Model()
    fit(model, epochs=3)
    assert [len(batch) for batch in model.batches] == [4, 4, 2] * 3
    epochs = [np.concatenate(model.batches[start : start + 3]) for start in (0, 3, 6)]
    for order in epochs:
        np.testing.assert_array_equal(np.sort(order), NUMBERS)
    assert len({tuple(order) for order in [*epochs, NUMBERS]}) == 4
    again, other = Model(), Model()
    fit(again, epochs=3)
    fit(other, epochs=3, seed=1)
    np.testing.assert_array_equal(np.concatenate(again.batches), np.concatenate(model.batches))
    assert (np.concatenate(other.batches) != np.concatenate(model.batches)).any()


def test_steps_and_schedule():
    model = Model()
    params, _ = fit(model, epochs=2, learning_rate=lambda step: 10.0**-step)
    # The gradient is 1: each of the six steps takes off its learning rate.
    np.testing.assert_allclose(model.weights, [0, -1, -1.1, -1.11, -1.111, -1.1111], rtol=1e-13)
    assert params["w"] == pytest.approx(-1.11111, rel=1e-13)
    assert W0["w"] == 0
    clipped, _ = fit(Model(), epochs=2, learning_rate=1.0, max_norm=0.25)
    assert clipped["w"] == pytest.approx(-6 * 0.25, rel=1e-13)


def test_state_is_carried_from_step_to_step():
    params, _ = fit(Model(), optimizer=partial(nnlib.momentum, momentum=0.5), learning_rate=1.0)
    assert params["w"] == -(1 + 1.5 + 1.75)  # the velocities of three steps


def test_history_is_the_mean_over_the_examples():
    _, history = fit(Model([1.0, 2.0, 4.0, 3.0, 3.0, 3.0]), epochs=2)
    assert history == {"loss": [(4 * 1 + 4 * 2 + 2 * 4) / 10, 3.0]}
    assert fit(Model(), epochs=0) == (W0, {"loss": []})


def test_validation_is_measured_after_the_epoch_and_not_trained_on():
    model = Model([1.0, 1.0, 1.0, 7.0])
    _, history = fit(model, learning_rate=1.0, validation=(np.array([77]), np.array([770])))
    assert history == {"loss": [1.0], "validation_loss": [7.0]}
    assert model.weights[-1] == -3
    np.testing.assert_array_equal(model.batches[-1], [77])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_ends_the_training(bad):
    with pytest.raises(FloatingPointError, match=f"loss became {bad} at epoch 2: lower learning_r"):
        fit(Model([1.0] * 4 + [bad]), epochs=3)


def test_divergence_is_reported_without_a_warning(rng):
    params, x, labels = network(rng)
    options = {"rng": rng, "epochs": 200, "optimizer": nnlib.sgd, "learning_rate": 1e200}
    with pytest.raises(FloatingPointError, match="lower learning_rate"):
        training.fit(training.mlp_loss_and_grads, params, x, labels, **options)


def test_progress_is_shown_only_if_asked_for_and_on_stderr(capsys):
    fit(Model())
    assert capsys.readouterr() == ("", "")
    fit(Model(), epochs=2, progress=True, validation=(NUMBERS, 10 * NUMBERS))
    out, err = capsys.readouterr()
    assert out == ""
    assert "2/2" in err
    assert "loss=1.0000" in err
    assert "validation_loss=1.0000" in err


def test_without_tqdm_the_error_names_the_extra(monkeypatch):
    fit(Model())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r"pip install 'nnlib-course\[notebooks\]'"):
        fit(Model(), progress=True)


# --- Real training


def test_every_backend_is_trained_to_the_same_parameters(xp):
    X, y, *_ = datasets.make_moons(48, noise=0.1, rng=np.random.default_rng(0))
    start = training.mlp_init((2, 1), rng=np.random.default_rng(1))
    before = {name: w.copy() for name, w in start.items()}

    def train(xp):
        compiled = jax.jit if xp is jax.numpy else lambda function: function
        return training.fit(
            compiled(training.mlp_loss_and_grads),
            {name: xp.asarray(w) for name, w in start.items()},
            xp.asarray(X),
            xp.asarray(y),
            rng=np.random.default_rng(2),
            epochs=2,
            batch_size=24,
            learning_rate=0.1,
            max_norm=0.5,
        )

    (params, history), (expected, by_numpy) = train(xp), train(np)
    np.testing.assert_allclose(history["loss"], by_numpy["loss"], rtol=1e-12)
    assert history["loss"][1] < history["loss"][0]
    for name, w in params.items():
        np.testing.assert_allclose(to_numpy(w), expected[name], rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(start[name], before[name])


def test_digits_are_learnt_and_the_result_is_reproducible():
    X, y, *_ = datasets.load_digits()

    def train(epochs):
        rng = np.random.default_rng(1)
        X_train, X_test, y_train, y_test = datasets.train_test_split(X, y, rng=rng)
        params = training.mlp_init((64, 64, 10), rng=rng)
        options = {"rng": rng, "epochs": epochs, "learning_rate": 3e-3}
        params, history = training.fit(
            training.mlp_loss_and_grads, params, X_train, y_train, **options
        )
        return nnlib.accuracy(training.mlp(params, X_test), y_test), history["loss"]

    accuracy, losses = train(15)
    assert accuracy >= 0.96
    assert train(2)[1] == losses[:2]


PARAMS, INPUTS, LABELS = network(np.random.default_rng(0))
FIRST = {name: PARAMS[name] for name in ("W1", "b1", "W3", "b3")}
RNG = np.random.default_rng(0)
init, mlp, train = training.mlp_init, training.mlp, training.fit
grads = training.mlp_loss_and_grads
BAD = [
    (lambda: init(3, rng=RNG), TypeError, "sizes must be a tuple of integers, got int"),
    (lambda: init((3,), rng=RNG), ValueError, "sizes must name the inputs and the outputs"),
    (lambda: init((3, 0), rng=RNG), ValueError, r"sizes\[1\] must be 1 or more"),
    (lambda: init((3, 2), rng=1), TypeError, "rng must be .*Generator"),
    (lambda: mlp(PARAMS, INPUTS, activation="Relu"), ValueError, "activation must be .*relu.*Relu"),
    (lambda: mlp(PARAMS, INPUTS, activation=np.tanh), TypeError, "activation must be a name, or"),
    (lambda: mlp([], INPUTS), TypeError, "params must be a dict of arrays, got list"),
    (lambda: mlp({}, INPUTS), ValueError, "params must have the keys W1, b1, W2, …"),
    (lambda: mlp(FIRST, INPUTS), ValueError, "params must have the keys .* got W1, b1, W3, b3"),
    (lambda: mlp(PARAMS, INPUTS.T), ValueError, "x must have the shape"),
    (lambda: grads(PARAMS, INPUTS[0], LABELS[0]), ValueError, r"x must .* \(m, in\) .* got \(3,\)"),
    (lambda: grads(PARAMS, INPUTS[:0], LABELS[:0]), ValueError, r"x must have .* got \(0, 3\)"),
    (lambda: grads(PARAMS, INPUTS, LABELS[:2]), ValueError, "labels must have the shape"),
    (lambda: fit(Model(), labels=NUMBERS[:9]), ValueError, r"labels must be .* 10, got .*\(9,\)"),
    (lambda: fit(Model(), X=NUMBERS[:0]), ValueError, r"X must hold one .* got .*\(0,\)"),
    (lambda: fit(Model(), X=[1, 2], labels=NUMBERS), TypeError, "X must be an array"),
    (lambda: grads(PARAMS, INPUTS, [0, 1]), TypeError, "labels must be an array .* got list"),
    (lambda: grads(PARAMS, INPUTS, LABELS, loss=max), TypeError, "loss must be a tuple of two"),
    (lambda: fit(Model(), optimizer="sgd"), TypeError, "optimizer must be a function.* got str"),
    (lambda: fit(Model(), validation=NUMBERS), TypeError, "validation must be .* got ndarray"),
    (lambda: fit(Model(), validation=(NUMBERS,)), ValueError, "validation .* two arrays,.* got 1"),
    (lambda: train(Model(), [], NUMBERS, NUMBERS, rng=RNG, epochs=1), TypeError, "params must be"),
    (lambda: fit(Model(), epochs=-1), ValueError, "epochs must be 0 or more"),
    (lambda: fit(Model(), batch_size=0), ValueError, "batch_size must be 1 or more"),
    (lambda: fit(Model(), batch_size=2.5), TypeError, "batch_size must be an integer"),
    (lambda: fit(Model(), learning_rate=-1.0), ValueError, "learning_rate must be 0 or more"),
    (lambda: fit(lambda *_: (1.0, {})), ValueError, "must return gradients of w; got"),
    (lambda: fit(lambda p, *_: (np.ones(2), p)), ValueError, r"loss that is one number.*\(2,\)"),
    (
        lambda: train(Model(), W0, NUMBERS, NUMBERS, rng=0, epochs=1),
        TypeError,
        "rng must be .*Generator",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
