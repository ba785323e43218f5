"""The adding problem at several lengths: what three recurrent layers learn of the sum.

    make experiments

All three have the same recipe and as many units. Their error is the mean squared error on fresh
sequences; who always answers 1 has an error of 1/6.
"""

from functools import partial

import numpy as np

import nnlib
from experiments.record import record
from nnlib import sequence_models, training
from nnlib.sequences import adding_problem

SEEDS = (0, 1, 2)
LENGTHS = (10, 30, 50, 100)
LAYERS = {"plain RNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
UNITS, SEQUENCES, FRESH, BATCH_SIZE, EPOCHS = 32, 5000, 1000, 50, 15
LEARNING_RATE, MAX_NORM = 1e-2, 1.0


def run(cell, length, seed):
    """Train a model; return its error on fresh sequences."""
    rng = np.random.default_rng(seed)
    X, y = adding_problem(SEQUENCES + FRESH, length, rng=rng)
    X, y = X.astype("float32"), y.astype("float32")
    params, _ = training.fit(
        partial(sequence_models.recurrent_loss_and_grads, cell=cell),
        sequence_models.recurrent_init((2, UNITS, 1), cell=cell, rng=rng, dtype="float32"),
        X[:SEQUENCES],
        y[:SEQUENCES],
        rng=rng,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=partial(
            nnlib.cosine_schedule,
            initial=LEARNING_RATE,
            steps=EPOCHS * SEQUENCES // BATCH_SIZE,
        ),
        max_norm=MAX_NORM,
    )
    answers = sequence_models.recurrent_model(params, X[SEQUENCES:], cell=cell)
    return round(float(np.mean((answers - y[SEQUENCES:]) ** 2)), 5)


def main():
    """Run everything, and write the results."""
    results = {}
    for name, cell in LAYERS.items():
        results[name] = {}
        for length in LENGTHS:
            results[name][f"{length}"] = [run(cell, length, seed) for seed in SEEDS]
            print(name, length, results[name][f"{length}"], flush=True)
    settings = {
        "units": UNITS,
        "sequences": SEQUENCES,
        "fresh sequences": FRESH,
        "optimizer": "adam",
        "learning_rate": LEARNING_RATE,
        "schedule": "cosine to 0",
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "max_norm": MAX_NORM,
        "dtype": "float32",
    }
    record("adding", ("numpy",), seeds=SEEDS, settings=settings, results=results)


if __name__ == "__main__":
    main()
