"""Small data sets that need no network: real ones, and some that are drawn.

The real ones come with scikit-learn, which names their sources. The UCI Machine Learning
Repository, where the tables can be found too, has them under the licence CC BY 4.0.
"""

import json
import random
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib._validation import (
    check_at_least_zero,
    check_count,
    check_finite,
    check_floating,
    check_generator,
)

__all__ = [
    "Dataset",
    "TrainTest",
    "load_breast_cancer",
    "load_china",
    "load_digits",
    "load_iris",
    "load_mnist1d",
    "load_results",
    "make_moons",
    "make_spirals",
    "standardize",
    "train_test_split",
]

RESULTS = Path(__file__).with_name("data") / "results"  # of the experiments


class Dataset(NamedTuple):
    """Examples and their classes.

    A tuple with names: `X, y, *_ = load_iris()` takes what is needed.

    Attributes
    ----------
    X : numpy.ndarray, shape (m, d)
        The features of m examples, in float64.
    y : numpy.ndarray, shape (m,)
        Their classes, integers from 0.
    feature_names : tuple of str
        What each feature measures.
    target_names : tuple of str
        What each class is called.

    Examples
    --------
    >>> from nnlib.datasets import load_iris
    >>> iris = load_iris()
    >>> iris.X.shape, iris.target_names
    ((150, 4), ('setosa', 'versicolor', 'virginica'))
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]


class TrainTest(NamedTuple):
    """Examples and their classes, for training and for testing.

    A tuple with names, in the order of what `train_test_split` returns.

    Attributes
    ----------
    X_train, X_test : numpy.ndarray, shape (m, d)
        The features of the examples, in float64.
    y_train, y_test : numpy.ndarray, shape (m,)
        Their classes, integers from 0.

    Examples
    --------
    >>> from nnlib.datasets import load_mnist1d
    >>> X_train, X_test, y_train, y_test = load_mnist1d()
    >>> X_train.shape, X_test.shape
    ((4000, 40), (1000, 40))
    """

    X_train: np.ndarray
    X_test: np.ndarray
    y_train: np.ndarray
    y_test: np.ndarray


def load_digits():
    """Handwritten digits: 1,797 images of 8 × 8 pixels, by 13 people.

    Pixels go from 0 to 1; scikit-learn has them from 0 to 16. Each class has 174 to 183 images.

    Returns
    -------
    Dataset
        With 64 features, the pixels row by row, and the classes 0 to 9.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    References
    ----------
    E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998, https://doi.org/10.24432/C50P49, its test set.

    Examples
    --------
    >>> from nnlib.datasets import load_digits
    >>> digits = load_digits()
    >>> print(digits.X[0].reshape(8, 8)[:2])
    [[0.     0.     0.3125 0.8125 0.5625 0.0625 0.     0.    ]
     [0.     0.     0.8125 0.9375 0.625  0.9375 0.3125 0.    ]]
    >>> print(digits.y[0])
    0
    """
    digits = _load("digits")
    return digits._replace(X=digits.X / 16)


def load_breast_cancer():
    """Breast tumours: 569, by 30 measurements of the cell nuclei in a sample.

    The deviations of the measurements differ by factors of up to 200,000: use `standardize`.

    Returns
    -------
    Dataset
        With 30 features, and the classes malignant (0, 212 of them) and benign (1, 357).

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    References
    ----------
    W. H. Wolberg, O. L. Mangasarian and W. N. Street, "Breast Cancer Wisconsin (Diagnostic)", UCI
    Machine Learning Repository, 1993, https://doi.org/10.24432/C5DW2B.

    Examples
    --------
    >>> from nnlib.datasets import load_breast_cancer
    >>> tumours = load_breast_cancer()
    >>> tumours.X.shape, tumours.target_names
    ((569, 30), ('malignant', 'benign'))
    """
    return _load("breast_cancer")


def load_iris():
    """Irises: 150 flowers of 3 species, by the length and width of sepals and petals, in cm.

    These are the numbers of Fisher's paper; UCI's copy differs from it in two flowers.

    Returns
    -------
    Dataset
        With 4 features, and 3 classes of 50 flowers each.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    References
    ----------
    R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7,
    1936; "Iris", UCI Machine Learning Repository, https://doi.org/10.24432/C56C76.

    Examples
    --------
    >>> from nnlib.datasets import load_iris
    >>> iris = load_iris()
    >>> iris.feature_names[0], iris.X[0]
    ('sepal length (cm)', array([5.1, 3.5, 1.4, 0.2]))
    """
    return _load("iris")


def load_china():
    """Load a photograph, in colour: a tower with curved roofs, trees, a lake and the sky.

    Returns
    -------
    numpy.ndarray, shape (427, 640, 3)
        Red, green and blue of each pixel, from 0 to 1, in float64.

    Raises
    ------
    ImportError
        If scikit-learn or Pillow is not installed.

    References
    ----------
    danielbuechele, https://www.flickr.com/photos/danielbuechele/6061409035, licence CC BY 2.0;
    scikit-learn's china.jpg.

    Examples
    --------
    >>> from nnlib.datasets import load_china
    >>> image = load_china()
    >>> print(image.shape, image[0, 0].round(2))  # the sky
    (427, 640, 3) [0.68 0.79 0.91]
    """
    return _sklearn_datasets().load_sample_image("china.jpg") / 255


def load_mnist1d(*, shuffled=False):
    """Draw MNIST-1D: ten signals of 40 numbers, like digits in one stroke, moved and distorted.

    The package mnist1d draws it, by the seed of its authors: the examples are always the same.
    A signal is shifted by any number of places, so that where it stands says nothing; it is
    stretched, scaled and tilted, and noise is added.

    Parameters
    ----------
    shuffled : bool, default False
        Whether the 40 numbers of all signals are put into another order, always the same. The
        examples have the same information then, but their neighbours are no longer near.

    Returns
    -------
    TrainTest
        4,000 examples for training and 1,000 for testing, of the classes 0 to 9. All numbers
        together have mean 0 and deviation 1.

    Raises
    ------
    ImportError
        If mnist1d is not installed.

    References
    ----------
    S. Greydanus and D. Kobak, "Scaling down deep learning with MNIST-1D", ICML, 2024.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.datasets import load_mnist1d
    >>> data = load_mnist1d()
    >>> print(data.X_train[0, :4].round(2), data.y_train[:4])
    [-0.33 -0.47 -0.78 -1.01] [2 6 4 5]
    >>> shuffled = load_mnist1d(shuffled=True)
    >>> bool(np.all(np.sort(shuffled.X_train, axis=1) == np.sort(data.X_train, axis=1)))
    True
    """
    try:
        from mnist1d.data import get_dataset_args, make_dataset
    except ImportError as error:
        raise ImportError(
            "the package mnist1d draws the data: pip install 'nnlib-course[notebooks]'"
        ) from error
    options = get_dataset_args()
    options.shuffle_seq = bool(shuffled)
    with _global_generators_kept():
        data = make_dataset(options)
    return TrainTest(data["x"], data["x_test"], data["y"], data["y_test"])


@contextmanager
def _global_generators_kept():
    """Leave the global generators of Python and NumPy as they were: mnist1d seeds them."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002


def load_results(experiment, /):
    """Load what a long experiment has found: one that takes more time than a notebook may.

    Parameters
    ----------
    experiment : str
        Name of its script in the folder `experiments` of the book, such as "mnist1d". `make
        experiments` runs it again.

    Returns
    -------
    dict
        The results; their keys and units are the script's.

    Raises
    ------
    ValueError
        If there is no such experiment.

    Examples
    --------
    >>> from nnlib.datasets import load_results
    >>> load_results("mnist1d")["in order"]["CNN"]["published"]
    94
    """
    files = {path.stem: path for path in RESULTS.glob("*.json")}
    if experiment not in files:
        names = ", ".join(sorted(files))
        raise ValueError(f"experiment must be one of {names}, got {experiment!r}")
    return json.loads(files[experiment].read_text(encoding="utf-8"))["results"]


def make_moons(n, /, *, noise, rng):
    """Draw two half circles, each reaching into the other: no straight line separates them.

    Parameters
    ----------
    n : int
        Number of examples, 2 or more; the two classes take turns.
    noise : float
        Standard deviation of the normal noise in each coordinate, 0 or more.
    rng : numpy.random.Generator
        Source of the noise.

    Returns
    -------
    Dataset
        With 2 features. Class 0 lies around the upper half of the circle of radius 1 about (0, 0),
        class 1 around the lower half of that about (1, 0.5).

    Raises
    ------
    TypeError
        If `n` is not an integer, `noise` not a number or `rng` not a generator.
    ValueError
        If `n` is less than 2, or `noise` negative.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.datasets import make_moons
    >>> X, y, *_ = make_moons(6, noise=0.0, rng=np.random.default_rng(0))
    >>> print(X[y == 0].round(2))
    [[ 1.  0.]
     [ 0.  1.]
     [-1.  0.]]
    """
    n, noise = check_count(2, n=n), check_at_least_zero(noise=noise)
    check_generator(rng=rng)
    y = np.arange(n) % 2
    angle = np.pi * (np.arange(n) // 2) / max((n - 1) // 2, 1)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.array([1, 0.5]) - upper
    X = np.where(y[:, None] == 0, upper, lower) + noise * rng.standard_normal((n, 2))
    return Dataset(X, y, ("x1", "x2"), ("upper", "lower"))


def make_spirals(n, /, *, classes=3, noise, rng):
    """Draw spirals that start at the origin and wind around each other, one for each class.

    Parameters
    ----------
    n : int
        Number of examples, at least one for each class; the classes take turns.
    classes : int, default 3
        Number of spirals, 2 or more.
    noise : float
        Standard deviation of the normal noise in the angle, in radians, 0 or more.
    rng : numpy.random.Generator
        Source of the noise.

    Returns
    -------
    Dataset
        With 2 features. Each spiral turns by 4 radians on its way from the origin to the circle of
        radius 1.

    Raises
    ------
    TypeError
        If `n` or `classes` is not an integer, `noise` not a number or `rng` not a generator.
    ValueError
        If `n` or `classes` is too small, or `noise` negative.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.datasets import make_spirals
    >>> X, y, *_ = make_spirals(300, noise=0.2, rng=np.random.default_rng(0))
    >>> X.shape, np.bincount(y)
    ((300, 2), array([100, 100, 100]))
    """
    classes = check_count(2, classes=classes)
    n, noise = check_count(classes, n=n), check_at_least_zero(noise=noise)
    check_generator(rng=rng)
    y, place = np.arange(n) % classes, np.arange(n) // classes
    radius = (place + 1) / (place[-1] + 1)
    angle = 4 * radius + 2 * np.pi * y / classes + noise * rng.standard_normal(n)
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return Dataset(X, y, ("x1", "x2"), tuple(f"spiral {k + 1}" for k in range(classes)))


def train_test_split(X, y, /, *, test_size=0.25, rng):
    """Split examples at random in two, with each class in the same proportion in both parts.

    Parameters
    ----------
    X : numpy.ndarray, shape (m, ...)
        Examples.
    y : numpy.ndarray, shape (m,)
        Their classes, integers.
    test_size : float, default 0.25
        Share of each class that is kept for testing, between 0 and 1; of each class at least one
        example comes into either part.
    rng : numpy.random.Generator
        Source of the choice and of the order.

    Returns
    -------
    X_train, X_test : numpy.ndarray
        The examples of both parts, in random order.
    y_train, y_test : numpy.ndarray
        Their classes.

    Raises
    ------
    TypeError
        If `test_size` is not a number, `y` not of an integer dtype or `rng` not a generator.
    ValueError
        If there are not as many labels as examples, a class has only one example, or `test_size`
        is not between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.datasets import load_iris, train_test_split
    >>> X, y, *_ = load_iris()
    >>> rng = np.random.default_rng(0)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, rng=rng)
    >>> np.bincount(y_train), np.bincount(y_test)
    (array([40, 40, 40]), array([10, 10, 10]))
    """
    check_generator(rng=rng)
    test_size = check_finite(test_size=test_size)
    if not 0 < test_size < 1:
        raise ValueError(f"test_size must be between 0 and 1, got {test_size}")
    X, y = np.asarray(X), np.asarray(y)
    if not np.issubdtype(y.dtype, np.integer):
        raise TypeError(f"y must have an integer dtype, got {y.dtype}")
    if y.shape != X.shape[:1]:
        raise ValueError(f"y must have the shape {X.shape[:1]}, as X does, got {y.shape}")
    is_test = np.zeros(len(y), dtype=bool)
    for k in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == k))
        if len(members) < 2:
            raise ValueError(f"y must have two or more examples of each class, got one of {k}")
        count = np.clip(round(test_size * len(members)), 1, len(members) - 1)
        is_test[members[:count]] = True
    train, test = (rng.permutation(np.flatnonzero(part)) for part in (~is_test, is_test))
    return X[train], X[test], y[train], y[test]


def standardize(train, /, *others):
    """Shift and scale each feature, so that in the training set it has mean 0 and deviation 1.

    Other sets are treated with the training set's means and deviations: nothing is learnt from
    the test set.

    Parameters
    ----------
    train : array, shape (m, ...)
        Training examples.
    *others : array, shape (..., ...)
        Other examples, of the same features.

    Returns
    -------
    tuple of array
        The same sets, standardised. A feature that is constant in the training set is only shifted.

    Raises
    ------
    TypeError
        If a set is not an array of a real floating-point dtype.
    ValueError
        If a set has other features than the training set, or this is empty.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.datasets import standardize
    >>> train, test = standardize(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([[4.0, 7.0]]))
    >>> train
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> test
    array([[2., 2.]])
    """
    named = {"train": train} | {f"others[{k}]": other for k, other in enumerate(others)}
    xp = check_floating(**named)
    for name, part in named.items():
        if part.ndim == 0 or part.shape[1:] != train.shape[1:]:
            raise ValueError(
                f"{name} must have the shape (..., {', '.join(map(str, train.shape[1:]))}), "
                f"as train does, got {tuple(part.shape)}"
            )
    if train.shape[0] == 0:
        raise ValueError("train must not be empty")
    mean, deviation = xp.mean(train, axis=0), xp.std(train, axis=0)
    # The deviation of equal numbers need not be 0: their mean is rounded.
    varies = xp.max(train, axis=0) > xp.min(train, axis=0)
    scale = xp.where(varies, deviation, xp.ones_like(deviation))
    return tuple((part - mean) / scale for part in named.values())


def _sklearn_datasets():
    try:
        from sklearn import datasets
    except ImportError as error:
        raise ImportError(
            "the real data sets come with scikit-learn: pip install 'nnlib-course[notebooks]'"
        ) from error
    return datasets


def _load(name):
    bunch = getattr(_sklearn_datasets(), f"load_{name}")()
    return Dataset(
        X=bunch.data.astype("float64"),
        y=bunch.target.astype("int64"),
        feature_names=tuple(map(str, bunch.feature_names)),
        target_names=tuple(map(str, bunch.target_names)),
    )
