"""The convolutional networks: by hand, against JAX's layers, by differences, and in training."""

from functools import partial

import jax
import numpy as np
import pytest
from helpers import to_numpy
from jax import lax

import nnlib
from nnlib import cnn, datasets, training
from nnlib.gradcheck import check_gradients


def network(rng, init, batch, dtype, **options):
    """Parameters with biases that are not 0, a batch of examples, and labels."""
    params = init(rng=rng, classes=4, **options)
    params = {
        name: (w + 0.3 * rng.normal(size=w.shape)).astype(dtype) for name, w in params.items()
    }
    return params, rng.normal(size=batch).astype(dtype), rng.permutation(batch[0])


def small_lenet(rng, dtype="float64"):
    shape = (3, 6, 5)  # 6 × 5 pixels become 3 × 2, and 1 × 1
    return network(rng, cnn.lenet_init, (4, *shape), dtype, shape=shape, channels=(2, 3))


def small_cnn1d(rng, dtype="float64"):
    options = {"length": 15, "channels": (2, 3, 2), "sizes": (5, 3, 2)}
    return network(rng, cnn.cnn1d_init, (4, 15), dtype, **options)


NETWORKS = {
    "lenet": (small_lenet, cnn.lenet, cnn.lenet_loss_and_grads),
    "cnn1d": (small_cnn1d, cnn.cnn1d, cnn.cnn1d_loss_and_grads),
}
networks = pytest.mark.parametrize("name", NETWORKS)


# --- Parameters


def test_lenet_parameters():
    params = cnn.lenet_init(rng=np.random.default_rng(0))
    # 16 kernels of 3 × 3, 32 of 16 × 3 × 3; 8 × 8 pixels become 4 × 4, and 2 × 2: 128 numbers.
    assert {name: w.shape for name, w in params.items()} == {
        "W1": (16, 1, 3, 3), "b1": (16,), "W2": (32, 16, 3, 3), "b2": (32,),
        "W3": (128, 10), "b3": (10,)}  # fmt: skip
    assert sum(w.size for w in params.values()) == 16 * 10 + 32 * 145 + 10 * 129 == 6090
    options = {"shape": (3, 13, 9), "channels": (4,), "size": 5, "classes": 2}
    params = cnn.lenet_init(rng=np.random.default_rng(0), **options)
    shapes = [w.shape for w in params.values()]
    assert shapes == [(4, 3, 5, 5), (4,), (4 * 6 * 4, 2), (2,)]


def test_cnn1d_has_as_many_parameters_as_the_benchmark_s():
    # The benchmark's authors give 5,210 for the network, and 125 inputs of its last layer.
    params = cnn.cnn1d_init(rng=np.random.default_rng(0))
    assert params["W4"].shape == (125, 10)
    assert sum(w.size for w in params.values()) == 25 * 6 + 2 * 25 * 76 + 1260 == 5210


@pytest.mark.parametrize("init", [cnn.lenet_init, cnn.cnn1d_init])
def test_weights_come_from_the_initializer_and_biases_are_0(init):
    params = init(rng=np.random.default_rng(1))
    again = np.random.default_rng(1)
    for name, w in params.items():
        expected = nnlib.he_normal(w.shape, rng=again) if name[0] == "W" else np.zeros(w.shape)
        np.testing.assert_array_equal(w, expected)
    narrow = partial(nnlib.glorot_uniform, dtype="float32")
    params = init(rng=np.random.default_rng(1), initializer=narrow)
    assert {w.dtype for w in params.values()} == {np.dtype("float32")}


# --- Outputs and gradients


def test_lenet_by_hand(xp):
    # A kernel of one weight doubles and subtracts 1; ReLU; the largest of each quarter.
    params = {"W1": [[[[2]]]], "b1": [-1], "W2": [[1, 0], [0, 1]], "b2": [0, 10]}
    params = {name: xp.asarray(w, dtype=xp.float64) for name, w in params.items()}
    x = xp.asarray([[[[1.0, 0, -3, -1], [2, 3, -2, -4]]]])
    hidden, logits = cnn.lenet_layers(params, x)
    ((z, maps, pooled),) = hidden
    np.testing.assert_array_equal(to_numpy(z)[0, 0], [[1, -1, -7, -3], [3, 5, -5, -9]])
    np.testing.assert_array_equal(to_numpy(maps)[0, 0], [[1, 0, 0, 0], [3, 5, 0, 0]])
    np.testing.assert_array_equal(to_numpy(pooled)[0, 0], [[5, 0]])
    for result in (logits, cnn.lenet(params, x)):
        np.testing.assert_array_equal(to_numpy(result), [[5, 10]])
    # The second logit hangs on the right half, whose pixels are all cut off; the first on the 3.
    dparams, dx = cnn.lenet_vjp(xp.asarray([[1.0, 1.0]]), params, x)
    np.testing.assert_array_equal(to_numpy(dx)[0, 0], [[0, 0, 0, 0], [0, 2, 0, 0]])
    np.testing.assert_array_equal(to_numpy(dparams["W1"]), [[[[3]]]])
    np.testing.assert_array_equal(to_numpy(dparams["W2"]), [[5, 5], [0, 0]])


def test_cnn1d_by_hand(xp):
    # Kernel (1, 2, 3) on 0 | 1 2 3 4 | 0 at every second place: 0 + 2 + 6, and 2 + 6 + 12.
    params = {"W1": [[[1, 2, 3]]], "b1": [-10], "W2": [[1, 0], [0, 1]], "b2": [0, 0]}
    params = {name: xp.asarray(w, dtype=xp.float64) for name, w in params.items()}
    logits = cnn.cnn1d(params, xp.asarray([[1.0, 2.0, 3.0, 4.0]]))
    np.testing.assert_array_equal(to_numpy(logits), [[0, 10]])


def by_jax(name, params, x):
    """The logits, by JAX's convolution and windows."""
    *kernels, (W, b) = [(params[f"W{k}"], params[f"b{k}"]) for k in range(1, len(params) // 2 + 1)]
    h = x if name == "lenet" else x[:, None, :]
    axes = x.ndim - 2 if name == "lenet" else 1
    for w, bias in kernels:
        stride, padding = ((1, 1), "SAME") if name == "lenet" else ((2,), [(1, 1)])
        h = lax.conv_general_dilated(h, w, stride, padding)
        h = jax.nn.relu(h + bias.reshape(-1, *[1] * axes))
        if name == "lenet":
            window = (1, 1, 2, 2)
            h = lax.reduce_window(h, -np.inf, lax.max, window, window, "VALID")
    return h.reshape(len(h), -1) @ W + b


@networks
def test_logits_and_gradients_agree_with_jax(rng, name):
    make, forward, loss_and_grads = NETWORKS[name]
    params, x, labels = make(rng)

    @jax.jit
    def objective(params, x):
        logits = by_jax(name, params, x)
        return -jax.nn.log_softmax(logits)[np.arange(len(labels)), labels].mean(), logits

    differentiated = jax.value_and_grad(objective, argnums=(0, 1), has_aux=True)
    (expected, logits), (dparams, dx) = differentiated(params, x)
    np.testing.assert_allclose(forward(params, x), logits, rtol=1e-12, atol=1e-13)
    loss, grads = loss_and_grads(params, x, labels)
    assert loss == pytest.approx(float(expected), rel=1e-13)
    assert list(grads) == list(params)
    for key, grad in grads.items():
        np.testing.assert_allclose(grad, dparams[key], rtol=1e-10, atol=1e-13, err_msg=key)
        assert abs(grad).max() > 1e-3, "a gradient of nothing but zeros"
    if name == "lenet":
        dlogits = nnlib.softmax_cross_entropy_grad(np.asarray(logits), labels) / len(labels)
        dparams, gradient = cnn.lenet_vjp(dlogits, params, x)
        np.testing.assert_allclose(gradient, dx, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(dparams["W1"], grads["W1"], rtol=1e-12)


@networks
def test_gradients_pass_the_check_by_differences(rng, name):
    make, _, loss_and_grads = NETWORKS[name]
    report = check_gradients(loss_and_grads, *make(rng))
    assert report.ok, str(report)


@networks
def test_every_backend_gives_the_same_gradients_in_float32(xp, rng, name):
    make, _, loss_and_grads = NETWORKS[name]
    params, x, labels = make(rng, "float32")
    before = {key: w.copy() for key, w in params.items()}
    wide = {key: w.astype("float64") for key, w in params.items()}
    loss, grads = loss_and_grads(wide, x.astype("float64"), labels)
    compiled = jax.jit if xp is jax.numpy else lambda function: function
    result = compiled(loss_and_grads)(
        {key: xp.asarray(w) for key, w in params.items()}, xp.asarray(x), xp.asarray(labels)
    )
    assert float(result[0]) == pytest.approx(float(loss), rel=1e-6)
    for key, grad in result[1].items():
        assert grad.dtype == xp.float32
        np.testing.assert_allclose(to_numpy(grad), grads[key], atol=2e-5 * abs(grads[key]).max())
        np.testing.assert_array_equal(params[key], before[key])


# --- Training


def test_lenet_reads_digits():
    X, y, *_ = datasets.load_digits()
    rng = np.random.default_rng(1)
    X = X.reshape(-1, 1, 8, 8).astype("float32")
    X_train, X_test, y_train, y_test = datasets.train_test_split(X, y, rng=rng)
    params = cnn.lenet_init(rng=rng, initializer=partial(nnlib.he_normal, dtype="float32"))
    epochs = 20
    steps = epochs * -(-len(X_train) // 32)
    params, history = training.fit(
        cnn.lenet_loss_and_grads,
        params,
        X_train,
        y_train,
        rng=rng,
        epochs=epochs,
        learning_rate=partial(nnlib.cosine_schedule, initial=1e-2, steps=steps),
    )
    assert nnlib.accuracy(cnn.lenet(params, X_test), y_test) >= 0.98
    assert history["loss"][0] > 0.4
    assert history["loss"][-1] < 0.02


def test_cnn1d_reads_signals_wherever_they_stand():
    data = datasets.load_mnist1d()
    rng = np.random.default_rng(0)
    initializer = partial(nnlib.glorot_uniform, dtype="float32")
    params, _ = training.fit(
        cnn.cnn1d_loss_and_grads,
        cnn.cnn1d_init(rng=rng, initializer=initializer),
        data.X_train.astype("float32"),
        data.y_train,
        rng=rng,
        epochs=10,
        batch_size=100,
        learning_rate=1e-2,
    )
    # A fifteenth of the benchmark's steps, and better than its dense network ever gets: 68%.
    assert nnlib.accuracy(cnn.cnn1d(params, data.X_test.astype("float32")), data.y_test) > 0.75


# --- Bad input

RNG = np.random.default_rng(0)
PARAMS, IMAGES, LABELS = small_lenet(RNG)
PARAMS1D, SIGNALS, _ = small_cnn1d(RNG)
lenet_init, cnn1d_init = partial(cnn.lenet_init, rng=RNG), partial(cnn.cnn1d_init, rng=RNG)
grads, grads1d = cnn.lenet_loss_and_grads, cnn.cnn1d_loss_and_grads
BAD = [
    (lambda: cnn.lenet_init(rng=0), TypeError, "rng must be .*Generator"),
    (lambda: lenet_init(shape=8), TypeError, "shape must be a tuple of integers, got int"),
    (lambda: lenet_init(shape=(8, 8)), ValueError, r"shape must have 3 sizes, got \(8, 8\)"),
    (lambda: lenet_init(shape=(1, 8, 3)), ValueError, "shape must leave a pixel .* 2 times, got"),
    (
        lambda: lenet_init(channels=()),
        ValueError,
        r"channels must have one or more .*\(\)",
    ),
    (lambda: lenet_init(channels=(4, 0)), ValueError, r"channels\[1\] must be 1 or more, got 0"),
    (lambda: lenet_init(size=2.0), TypeError, "size must be an integer, got float"),
    (lambda: lenet_init(classes=0), ValueError, "classes must be 1 or more"),
    (lambda: cnn1d_init(sizes=(3, 3)), ValueError, r"sizes must have 3 sizes, got \(3, 3\)"),
    (lambda: cnn1d_init(length=4, sizes=(9, 3, 3)), ValueError, "9"),
    (lambda: cnn.cnn1d_init(rng=None), TypeError, "rng must be .*Generator"),
    (lambda: cnn.lenet([], IMAGES), TypeError, "params must be a dict of arrays, got list"),
    (lambda: cnn.lenet({"W1": 0, "b2": 0}, IMAGES), ValueError, "params must have the keys W1, b1"),
    (lambda: cnn.lenet(PARAMS, IMAGES[0]), ValueError, r"x must have the shape \(N, C, H, W\)"),
    (lambda: cnn.lenet(PARAMS, IMAGES[:, :2]), ValueError, "w must have the shape"),
    (lambda: cnn.lenet(PARAMS, IMAGES[..., :2]), ValueError, "window must fit into x"),
    (
        lambda: cnn.lenet_vjp(np.ones((4, 2)), PARAMS, IMAGES),
        ValueError,
        "dy must have the shape",
    ),
    (lambda: grads(PARAMS, IMAGES, LABELS[:2]), ValueError, "labels must have the shape"),
    (lambda: grads(PARAMS, IMAGES[:0], LABELS[:0]), ValueError, "x must hold one example or more"),
    (lambda: cnn.cnn1d(PARAMS1D, IMAGES), ValueError, r"x must have the shape \(N, L\), got"),
    (lambda: grads1d(PARAMS1D, SIGNALS, LABELS[:2]), ValueError, "labels must have the shape"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
