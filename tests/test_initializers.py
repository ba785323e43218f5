"""Initial weights: their distribution, their bounds, and what they are for."""

import numpy as np
import pytest
import scipy.stats

import nnlib

# The variance of a weight with the fans (in, out), from the papers.
VARIANCE = {
    "glorot_uniform": lambda n_in, n_out: 2 / (n_in + n_out),
    "glorot_normal": lambda n_in, n_out: 2 / (n_in + n_out),
    "he_uniform": lambda n_in, n_out: 2 / n_in,
    "he_normal": lambda n_in, n_out: 2 / n_in,
    "lecun_normal": lambda n_in, n_out: 1 / n_in,
}
# Fans by hand: a kernel of 3 × 2 = 6 pixels over 50 channels has 300 inputs for each output, and
# each input goes to 6 pixels of 80 channels.
FANS = {(300, 80): (300, 80), (80, 50, 3, 2): (300, 480)}


@pytest.mark.parametrize("shape", FANS)
@pytest.mark.parametrize("name", VARIANCE)
def test_distribution(name, shape, dtype, rng):
    W = getattr(nnlib, name)(shape, rng=rng, dtype=dtype)
    assert W.shape == shape
    assert W.dtype == dtype
    variance = VARIANCE[name](*FANS[shape])
    # 24,000 numbers give the variance to 0.9% (one standard error), if they are normal.
    np.testing.assert_allclose(W.var(), variance, rtol=0.03)
    law = scipy.stats.norm() if name.endswith("normal") else scipy.stats.uniform(-(3**0.5), 12**0.5)
    assert scipy.stats.kstest(W.ravel() / variance**0.5, law.cdf).pvalue > 0.01


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_uniform_weights_fill_their_bounds(name, rng):
    W = getattr(nnlib, name)((300, 100), rng=rng)
    bound = np.sqrt(3 * VARIANCE[name](300, 100))
    assert 0.999 * bound < W.max() <= bound
    assert -bound <= W.min() < -0.999 * bound


@pytest.mark.parametrize("name", [*VARIANCE, "orthogonal"])
def test_weights_come_from_the_generator_alone(name):
    initializer = getattr(nnlib, name)
    first, again, other = (initializer((6, 4), rng=np.random.default_rng(s)) for s in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    single = initializer((6, 4), rng=np.random.default_rng(7), dtype="float32")
    np.testing.assert_array_equal(single, first.astype("float32"))


# What each is made for: 10 layers of 200 units keep the mean square of the signals, up to chance.
DEEP = [
    (nnlib.he_normal, nnlib.relu),
    (nnlib.he_uniform, nnlib.relu),
    (nnlib.lecun_normal, nnlib.identity),
    (nnlib.glorot_normal, nnlib.identity),
    (nnlib.glorot_uniform, nnlib.identity),
    (nnlib.orthogonal, nnlib.identity),
]


@pytest.mark.parametrize(("initializer", "activation"), DEEP)
def test_signals_keep_their_size_through_many_layers(initializer, activation, rng):
    h = rng.standard_normal((100, 200))
    for _ in range(10):
        h = activation(h @ initializer((200, 200), rng=rng))
    assert 0.25 < np.mean(h**2) < 4  # half the variance in each layer would leave 0.001


# --- Orthogonal weights


@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7), (1, 4), (4, 3, 2, 2)])
def test_orthogonal_columns_or_rows(shape, rng):
    W = nnlib.orthogonal(shape, rng=rng, gain=3.0)
    assert W.shape == shape
    W = W.reshape(shape[0], -1)
    gram = W.T @ W if W.shape[0] >= W.shape[1] else W @ W.T
    np.testing.assert_allclose(gram, 9 * np.eye(min(W.shape)), atol=1e-12)


def test_orthogonal_matrices_are_uniformly_distributed(rng):
    # Moments of Haar's measure on 3 × 3 matrices: entries have mean 0 and mean square 1/3, the
    # trace mean 0 and mean square 1, and the determinant is 1 as often as -1.
    samples = np.array([nnlib.orthogonal((3, 3), rng=rng) for _ in range(4000)])
    trace, determinant = np.trace(samples, axis1=1, axis2=2), np.linalg.det(samples)
    np.testing.assert_allclose(samples.mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose((samples**2).mean(axis=0), 1 / 3, atol=0.03)
    assert abs(trace.mean()) < 0.08
    assert abs((trace**2).mean() - 1) < 0.1
    assert abs(determinant.mean()) < 0.08


RNG = np.random.default_rng(0)
BAD = [
    (lambda: nnlib.he_normal((3,), rng=RNG), ValueError, r"shape must have two .* got \(3,\)"),
    (lambda: nnlib.he_normal(3, rng=RNG), TypeError, "shape must be a tuple, got int"),
    (lambda: nnlib.he_normal((3, 0), rng=RNG), ValueError, r"shape\[1\] must be 1 or more, got 0"),
    (lambda: nnlib.he_normal((3, 2.0), rng=RNG), TypeError, r"shape\[1\] must be an integer"),
    (lambda: nnlib.he_normal((3, 2), rng=0), TypeError, "rng must be .*Generator.* got int"),
    (lambda: nnlib.he_normal((3, 2)), TypeError, "rng"),
    (lambda: nnlib.he_normal((3, 2), rng=RNG, dtype=int), ValueError, "dtype must be float32 or"),
    (lambda: nnlib.glorot_uniform((3, 2), rng=None), TypeError, "rng must be .*Generator"),
    (lambda: nnlib.orthogonal((3,), rng=RNG), ValueError, "shape must have two"),
    (lambda: nnlib.orthogonal((3, 3), rng=None), TypeError, "rng must be .*Generator"),
    (lambda: nnlib.orthogonal((3, 3), rng=RNG, gain=0), ValueError, "gain must be positive"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
