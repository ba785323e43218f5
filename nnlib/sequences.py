"""Sequences to learn from: a real time series, a story, a task that is drawn, and tools to cut."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib._validation import check_count, check_generator

__all__ = ["TimeSeries", "adding_problem", "encode", "load_story", "load_sunspots", "windows"]


class TimeSeries(NamedTuple):
    """One number per year.

    Attributes
    ----------
    years : numpy.ndarray of int, shape (T,)
        The years.
    values : numpy.ndarray, shape (T,)
        The number of each year.

    Examples
    --------
    >>> from nnlib.sequences import load_sunspots
    >>> years, values = load_sunspots()
    >>> print(years[0], values[0])
    1700 5.0
    """

    years: np.ndarray
    values: np.ndarray


def load_sunspots():
    """Sunspot numbers of the years 1700 to 2008, with a cycle of about 11 years.

    Each is the mean of a year's daily numbers, which count groups of spots and single spots. This
    is version 1 of the series; the numbers of version 2, of 2015, are larger.

    Returns
    -------
    TimeSeries
        309 years and their sunspot numbers.

    References
    ----------
    WDC-SILSO, Royal Observatory of Belgium, Brussels, "International sunspot number", version 1,
    https://www.sidc.be/SILSO/versionarchive. As distributed with statsmodels, from NOAA.

    Examples
    --------
    >>> from nnlib.sequences import load_sunspots
    >>> years, values = load_sunspots()
    >>> print(len(years), years[values.argmax()], values.max())
    309 1957 190.2
    """
    table = Path(__file__).with_name("data") / "sunspots.csv"
    years, values = np.loadtxt(table, delimiter=",", skiprows=5, unpack=True)
    return TimeSeries(years.astype(int), values)


def load_story(language="en", /):
    """A little story, told in English or in Chinese, to learn a language from.

    A lantern looks for the moon. The story was written for this course (CC BY 4.0). It says the
    same words again and again, so that a few thousand characters are enough to learn something.

    Parameters
    ----------
    language : {"en", "zh"}, default "en"
        English, of 2,822 characters, or Chinese, of 1,528. Neither translates the other.

    Returns
    -------
    str
        The story; an empty line stands between paragraphs.

    Raises
    ------
    ValueError
        If `language` is another.

    Examples
    --------
    >>> from nnlib.sequences import load_story
    >>> print(load_story()[38:75])
    Once there was a little lantern. Ever
    >>> print(load_story("zh")[9:19])
    从前有一只小灯笼。每
    """
    if language not in ("en", "zh"):
        raise ValueError(f"language must be 'en' or 'zh', got {language!r}")
    file = Path(__file__).with_name("data") / f"lantern.{language}.txt"
    return file.read_text(encoding="utf-8").rstrip("\n")


def adding_problem(n, length, /, *, rng):
    """Draw sequences of the adding problem: the sum of two marked numbers, which may lie far apart.

    The numbers are uniform between 0 and 1. One mark is in the first half of a sequence, the other
    in the second. Who always answers 1, the mean of all sums, has a mean squared error of 1/6.

    Parameters
    ----------
    n : int
        Number of sequences.
    length : int
        Steps of each, 2 or more.
    rng : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    X : numpy.ndarray, shape (n, length, 2)
        At each step a number, and 1 where it is marked, or else 0.
    y : numpy.ndarray, shape (n, 1)
        Sum of the two marked numbers.

    Raises
    ------
    TypeError
        If `n` or `length` is not an integer, or `rng` not a generator.
    ValueError
        If `n` is less than 1, or `length` less than 2.

    References
    ----------
    S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.sequences import adding_problem
    >>> X, y = adding_problem(1000, 10, rng=np.random.default_rng(0))
    >>> print(np.mean((y - 1) ** 2).round(2))  # 1/6
    0.17
    """
    check_generator(rng=rng)
    n, length = check_count(1, n=n), check_count(2, length=length)
    numbers, marks = rng.random((n, length)), np.zeros((n, length))
    half = length // 2
    marks[np.arange(n), rng.integers(0, half, n)] = 1
    marks[np.arange(n), rng.integers(half, length, n)] = 1
    X = np.stack([numbers, marks], axis=2)
    return X, np.sum(numbers * marks, axis=1, keepdims=True)


def encode(text, alphabet=None, /):
    """Write a text as numbers, one for each character.

    Parameters
    ----------
    text : str
        The text.
    alphabet : str, optional
        The characters that may occur, in their order: a character's number is its place. By default
        those of the text, in the order of Unicode.

    Returns
    -------
    ids : numpy.ndarray of int, shape (len(text),)
        Number of each character, from 0.
    alphabet : str
        The characters: `"".join(alphabet[i] for i in ids)` is the text again.

    Raises
    ------
    TypeError
        If `text` or `alphabet` is not a string.
    ValueError
        If `text` is empty, or a character is not in `alphabet`.

    Examples
    --------
    >>> from nnlib.sequences import encode
    >>> ids, alphabet = encode("abba")
    >>> ids, alphabet
    (array([0, 1, 1, 0]), 'ab')
    """
    for name, value in {"text": text, "alphabet": alphabet}.items():
        if not isinstance(value, str) and not (name == "alphabet" and value is None):
            raise TypeError(f"{name} must be a string, got {type(value).__name__}")
    if not text:
        raise ValueError("text must not be empty")
    alphabet = "".join(sorted(set(text))) if alphabet is None else alphabet
    place = {character: k for k, character in enumerate(alphabet)}
    unknown = sorted(set(text) - set(place))
    if unknown:
        raise ValueError(f"text must have characters of alphabet only, got {unknown[0]!r}")
    return np.array([place[character] for character in text]), alphabet


def windows(sequence, length, /, *, every=1):
    """Cut a long sequence into pieces of one length, the rows of an array.

    Parameters
    ----------
    sequence : numpy.ndarray, shape (T, ...)
        Numbers in the order of time.
    length : int
        Steps in each piece.
    every : int, default 1
        After how many steps the next piece begins: 1 for all pieces, `length` for pieces that do
        not overlap. What is left over at the end is not used.

    Returns
    -------
    numpy.ndarray, shape (n, length, ...)
        The pieces, a copy.

    Raises
    ------
    TypeError
        If `length` or `every` is not an integer.
    ValueError
        If `length` is not from 1 to T, or `every` is less than 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.sequences import windows
    >>> windows(np.array([1, 2, 3, 4, 5]), 3)
    array([[1, 2, 3],
           [2, 3, 4],
           [3, 4, 5]])
    """
    sequence = np.asarray(sequence)
    length, every = check_count(1, length=length), check_count(1, every=every)
    if sequence.ndim == 0 or len(sequence) < length:
        raise ValueError(
            f"sequence must have {length} steps or more, as length says, got the shape "
            f"{sequence.shape}"
        )
    starts = np.arange(0, len(sequence) - length + 1, every)
    return sequence[starts[:, None] + np.arange(length)]
