"""The data sets: their sources, their shapes, and how they are split and scaled."""

import random
import socket
import sys

import numpy as np
import pytest
import sklearn.datasets
from helpers import to_numpy
from mnist1d.data import make_dataset

from nnlib import datasets

LOADERS = {
    # by scikit-learn's descriptions: examples, features, examples of each class
    "digits": (1797, 64, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
    "breast_cancer": (569, 30, [212, 357]),
    "iris": (150, 4, [50, 50, 50]),
}


@pytest.mark.parametrize("name", LOADERS)
def test_real_data_needs_no_network(name, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    examples, features, counts = LOADERS[name]
    X, y, feature_names, target_names = getattr(datasets, f"load_{name}")()
    assert (X.shape, X.dtype, y.dtype) == ((examples, features), "float64", "int64")
    assert np.isfinite(X).all()
    assert (len(set(feature_names)), len(set(target_names))) == (features, len(counts))
    assert all(isinstance(each, str) for each in (*feature_names, *target_names))
    np.testing.assert_array_equal(np.bincount(y), counts)
    original = getattr(sklearn.datasets, f"load_{name}")()
    scale = 16 if name == "digits" else 1
    np.testing.assert_array_equal(scale * X, original.data)
    np.testing.assert_array_equal(y, original.target)


def test_china_is_scikit_learn_s_photograph(monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    image = datasets.load_china()
    assert (image.shape, image.dtype) == ((427, 640, 3), "float64")
    assert (image.min(), image.max()) == (0, 1)
    original = sklearn.datasets.load_sample_image("china.jpg")
    np.testing.assert_array_equal((255 * image).round(), original)
    red, green, blue = image[:100, :100].mean(axis=(0, 1))
    assert red < green < blue, "the sky is not blue"


@pytest.mark.parametrize(
    ("load", "package"),
    [
        (datasets.load_iris, "sklearn"),
        (datasets.load_china, "sklearn"),
        (datasets.load_mnist1d, "mnist1d.data"),
    ],
)
def test_without_the_package_the_error_names_the_extra(monkeypatch, load, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=r"pip install 'nnlib-course\[notebooks\]'"):
        load()


# --- MNIST-1D


@pytest.fixture(scope="module")
def mnist1d():
    return datasets.load_mnist1d()


def test_mnist1d_is_the_benchmark_s(mnist1d):
    # The authors' numbers: 5,000 examples of 40 numbers, 500 of each class, a fifth for testing.
    X_train, X_test, y_train, y_test = mnist1d
    assert (X_train.shape, y_train.shape) == ((4000, 40), (4000,))
    assert (X_test.shape, y_test.shape) == ((1000, 40), (1000,))
    assert (X_train.dtype, y_train.dtype) == ("float64", "int64")
    np.testing.assert_array_equal(np.bincount(y_train) + np.bincount(y_test), np.full(10, 500))
    both = np.concatenate([X_train, X_test])
    assert (both.mean(), both.std()) == pytest.approx((0, 1), abs=1e-12)
    assert len(np.unique(both, axis=0)) == 5000
    # By the package itself, with its defaults.
    original = make_dataset()
    names = ("x", "x_test", "y", "y_test")
    for part, name in zip(mnist1d, names, strict=True):
        np.testing.assert_array_equal(part, original[name])


def test_mnist1d_shuffled_is_one_order_of_the_40_numbers(mnist1d):
    shuffled = datasets.load_mnist1d(shuffled=True)
    # Find where each number of the first signal went: all signals go the same way.
    order = [list(mnist1d.X_train[0]).index(value) for value in shuffled.X_train[0]]
    assert sorted(order) == list(range(40))
    assert sum(place == came for place, came in enumerate(order)) < 10
    for part, was in zip(shuffled[:2], mnist1d[:2], strict=True):
        np.testing.assert_array_equal(part, was[:, order])
    for part, was in zip(shuffled[2:], mnist1d[2:], strict=True):
        np.testing.assert_array_equal(part, was)


def test_mnist1d_needs_no_network_and_leaves_the_global_generators_alone(monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    expected = random.random(), np.random.random()  # noqa: NPY002
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    datasets.load_mnist1d()
    assert (random.random(), np.random.random()) == expected  # noqa: NPY002


# --- Drawn data


@pytest.mark.parametrize("n", [10, 11])
def test_moons_lie_on_two_circles(n, rng):
    X, y, *_ = datasets.make_moons(n, noise=0.0, rng=rng)
    np.testing.assert_array_equal(np.bincount(y), [n - n // 2, n // 2])
    upper, lower = X[y == 0], X[y == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1, rtol=1e-12)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1, rtol=1e-12)
    assert upper[:, 1].min() > -1e-12
    assert lower[:, 1].max() < 0.5 + 1e-12
    # The lower moon reaches into the upper one: its first point lies on the latter's axis.
    np.testing.assert_allclose(lower[0], [0, 0.5], atol=1e-12)
    if n % 2 == 0:
        original, labels = sklearn.datasets.make_moons(n, shuffle=False)
        for k in (0, 1):
            np.testing.assert_allclose(X[y == k], original[labels == k], atol=1e-12)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_spirals(classes, rng):
    X, y, _, names = datasets.make_spirals(20 * classes, classes=classes, noise=0.0, rng=rng)
    assert len(names) == classes
    np.testing.assert_array_equal(np.bincount(y), np.full(classes, 20))
    np.testing.assert_allclose(np.hypot(*X[y == 1].T), np.arange(1, 21) / 20, rtol=1e-12)
    # Each spiral is the first one, turned.
    turn = 2 * np.pi / classes
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    np.testing.assert_allclose(X[y == 1], X[y == 0] @ rotation, atol=1e-12)
    # From its first to its last point it turns by 4 radians, less a twentieth of them.
    angle = np.unwrap(np.arctan2(X[y == 0, 1], X[y == 0, 0]))
    np.testing.assert_allclose(angle[-1] - angle[0], 4 * 19 / 20, rtol=1e-12)


@pytest.mark.parametrize("make", [datasets.make_moons, datasets.make_spirals])
def test_noise_comes_from_the_generator_alone(make):
    (X, *_), (again, *_), (other, *_) = (
        make(1000, noise=0.3, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    still, *_ = make(1000, noise=0.0, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(X, again)
    assert (X != other).all()
    if make is datasets.make_moons:
        np.testing.assert_allclose((X - still).std(axis=0), 0.3, rtol=0.1)
    else:  # noise in the angle: the distance from the origin stays
        np.testing.assert_allclose(np.hypot(*X.T), np.hypot(*still.T), rtol=1e-12)
        turned = np.angle(np.dot(X, [1, 1j]) / np.dot(still, [1, 1j]))
        np.testing.assert_allclose(turned.std(), 0.3, rtol=0.1)


# --- Splitting and scaling


def test_split_is_stratified_and_loses_nothing(rng):
    y = rng.permutation(np.repeat([0, 1, 2], [100, 40, 2]))
    X = np.column_stack([np.arange(142), y])
    X_train, X_test, y_train, y_test = datasets.train_test_split(X, y, test_size=0.3, rng=rng)
    np.testing.assert_array_equal(np.bincount(y_test), [30, 12, 1])
    np.testing.assert_array_equal(np.bincount(y_train), [70, 28, 1])
    for part, labels in ((X_train, y_train), (X_test, y_test)):
        np.testing.assert_array_equal(part[:, 1], labels)
        assert not (np.diff(part[:, 0]) > 0).all(), "in the old order"
    np.testing.assert_array_equal(np.sort(np.append(X_train[:, 0], X_test[:, 0])), np.arange(142))
    # The choice is random: neither the first of a class, nor the same again.
    again = datasets.train_test_split(X, y, test_size=0.3, rng=rng)[1]
    chosen, others = (np.sort(part[part[:, 1] == 0, 0]) for part in (X_test, again))
    assert (chosen != np.flatnonzero(y == 0)[:30]).any()
    assert (chosen != others).any()


@pytest.mark.parametrize("test_size", [0.05, 0.95])
def test_both_parts_have_every_class(test_size, rng):
    y = np.repeat([0, 1], [2, 100])
    _, _, y_train, y_test = datasets.train_test_split(y, y, test_size=test_size, rng=rng)
    np.testing.assert_array_equal(np.bincount(y_test), [1, 100 * test_size])
    np.testing.assert_array_equal(np.bincount(y_train), [1, 100 - 100 * test_size])


def test_split_comes_from_the_generator_alone():
    X, y, *_ = datasets.load_iris()
    first, again, other = (
        datasets.train_test_split(X, y, rng=np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    for part, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(part, same)
    assert (first[0] != other[0]).any()
    np.testing.assert_array_equal(np.bincount(first[3]), [12, 12, 12])  # a quarter of 50, to even


def test_standardize(xp, dtype, rng):
    train, test = (rng.normal([5, -2], [3, 0.1], size=(n, 2)).astype(dtype) for n in (50, 20))
    train_before = train.copy()
    scaled, other = datasets.standardize(xp.asarray(train), xp.asarray(test))
    tolerance = {"float32": 2e-5, "float64": 1e-13}[dtype]
    assert scaled.dtype == getattr(xp, dtype)
    np.testing.assert_allclose(to_numpy(scaled).mean(axis=0), 0, atol=tolerance)
    np.testing.assert_allclose(to_numpy(scaled).std(axis=0), 1, rtol=tolerance)
    # Only the training set is looked at.
    expected = (test - train.mean(axis=0)) / train.std(axis=0)
    np.testing.assert_allclose(to_numpy(other), expected, rtol=1e-3, atol=10 * tolerance)
    np.testing.assert_array_equal(train, train_before)


def test_constant_feature_is_only_shifted(xp):
    # The mean of seven times 0.1 is not quite 0.1, so the computed deviation is not quite 0.
    train, test = xp.full((7, 1), 0.1), xp.full((1, 1), 0.6)
    scaled, other = datasets.standardize(train, test)
    np.testing.assert_allclose(to_numpy(scaled), 0, atol=1e-15)
    np.testing.assert_allclose(to_numpy(other), 0.5, rtol=1e-12)


X, Y = np.zeros((4, 2)), np.array([0, 0, 1, 1])
RNG = np.random.default_rng(0)
moons, spirals, split = datasets.make_moons, datasets.make_spirals, datasets.train_test_split
BAD = [
    (lambda: moons(1, noise=0.1, rng=RNG), ValueError, "n must be 2 or more, got 1"),
    (lambda: moons(10.0, noise=0.1, rng=RNG), TypeError, "n must be an integer, got float"),
    (lambda: moons(10, noise=-0.1, rng=RNG), ValueError, "noise must be 0 or more, got -0.1"),
    (lambda: moons(10, noise=0.1, rng=0), TypeError, "rng must be .*Generator.* got int"),
    (lambda: spirals(2, noise=0.1, rng=RNG), ValueError, "n must be 3 or more"),
    (lambda: spirals(9, classes=1, noise=0.1, rng=RNG), ValueError, "classes must be 2 or more"),
    (lambda: split(X, Y[:3], rng=RNG), ValueError, r"y must have the shape \(4,\)"),
    (lambda: split(X, Y / 2, rng=RNG), TypeError, "y must have an integer dtype"),
    (lambda: split(X, np.arange(4), rng=RNG), ValueError, "two or more .* got one of 0"),
    (lambda: split(X, Y, test_size=1, rng=RNG), ValueError, "test_size must be between 0 and 1"),
    (lambda: split(X, Y, rng=None), TypeError, "rng must be .*Generator"),
    (lambda: datasets.standardize(X.astype(int)), TypeError, "train must have a real floating"),
    (lambda: datasets.standardize(X, X[:, :1]), ValueError, r"others\[0\] must have the shape"),
    (lambda: datasets.standardize(X[:0]), ValueError, "train must not be empty"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
