"""Sequences to learn from: the table of sunspots, the adding problem, texts and windows."""

import numpy as np
import pytest

from nnlib.sequences import adding_problem, encode, load_story, load_sunspots, windows


def test_sunspots_are_the_published_ones():
    years, values = load_sunspots()
    np.testing.assert_array_equal(years, np.arange(1700, 2009))
    # Version 1 of the series, as textbooks print it: its begin, largest cycle, zero and end.
    known = {1700: 5, 1749: 80.9, 1810: 0, 1957: 190.2, 1996: 8.6, 2008: 2.9}
    assert {year: values[year - 1700] for year in known} == known
    # The cycle: the strongest period of the spectrum is about 11 years.
    spectrum = abs(np.fft.rfft(values - values.mean()))
    assert len(values) / spectrum.argmax() == pytest.approx(11, abs=0.3)


@pytest.mark.parametrize(
    ("language", "characters", "word"), [("en", 2822, "lantern"), ("zh", 1528, "灯笼")]
)
def test_the_stories_repeat_their_words(language, characters, word):
    story = load_story(language)
    assert len(story) == characters
    assert story == story.strip()
    assert story.count(word) > 30
    # What stands in the last part can be learned: it has been read before, all but a trifle.
    first, last = story[: int(0.85 * characters)], story[int(0.85 * characters) :]
    assert sum(character not in first for character in last) <= 1


@pytest.mark.parametrize("length", [2, 3, 10])
def test_adding_problem_marks_one_number_in_each_half(rng, length):
    X, y = adding_problem(2000, length, rng=rng)
    numbers, marks = X[..., 0], X[..., 1]
    assert X.shape == (2000, length, 2)
    assert y.shape == (2000, 1)
    half = length // 2
    np.testing.assert_array_equal(marks[:, :half].sum(axis=1), 1)
    np.testing.assert_array_equal(marks[:, half:].sum(axis=1), 1)
    assert np.all(marks.sum(axis=0) > 0)  # every place is marked at times
    assert 0 <= numbers.min() < 0.01 < 0.99 < numbers.max() < 1
    for sequence, total in zip(X[:20], y[:20, 0], strict=True):
        assert total == pytest.approx(sum(number for number, mark in sequence if mark))


def test_who_always_answers_one_is_wrong_by_a_sixth(rng):
    # The variance of the sum of two numbers that are uniform between 0 and 1: 2/12.
    y = adding_problem(100_000, 10, rng=rng)[1]
    assert np.mean((y - 1) ** 2) == pytest.approx(1 / 6, rel=0.02)


def test_encode_and_back():
    ids, alphabet = encode("循环，循环。")
    assert sorted(alphabet) == list(alphabet)
    assert "".join(alphabet[i] for i in ids) == "循环，循环。"
    again, same = encode("环循", alphabet)
    assert same == alphabet
    assert [alphabet[i] for i in again] == ["环", "循"]


def test_windows_by_hand():
    series = np.arange(7)
    np.testing.assert_array_equal(
        windows(series, 5), [[0, 1, 2, 3, 4], [1, 2, 3, 4, 5], [2, *range(3, 7)]]
    )
    np.testing.assert_array_equal(windows(series, 3, every=3), [[0, 1, 2], [3, 4, 5]])
    pairs = windows(np.stack([series, -series], axis=1), 7)
    assert pairs.shape == (1, 7, 2)
    np.testing.assert_array_equal(pairs[0, :, 1], -series)
    piece = windows(series, 3)
    piece[0] = -1
    np.testing.assert_array_equal(series, np.arange(7))


RNG = np.random.default_rng(0)
BAD = [
    (lambda: load_story("fr"), ValueError, "language must be 'en' or 'zh', got 'fr'"),
    (lambda: adding_problem(3, 1, rng=RNG), ValueError, "length must be 2 or more, got 1"),
    (lambda: adding_problem(0, 5, rng=RNG), ValueError, "n must be 1 or more, got 0"),
    (lambda: adding_problem(3, 5, rng=0), TypeError, "rng must be a numpy.random.Generator"),
    (lambda: encode(3), TypeError, "text must be a string, got int"),
    (lambda: encode("a", ["a"]), TypeError, "alphabet must be a string, got list"),
    (lambda: encode(""), ValueError, "text must not be empty"),
    (lambda: encode("abc", "ab"), ValueError, "alphabet only, got 'c'"),
    (lambda: windows(np.arange(3), 4), ValueError, r"4 steps or more, .* got the shape \(3,\)"),
    (lambda: windows(np.arange(3), 0), ValueError, "length must be 1 or more, got 0"),
    (lambda: windows(np.arange(3), 2, every=0), ValueError, "every must be 1 or more, got 0"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
