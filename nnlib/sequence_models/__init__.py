"""Recurrent models for `nnlib.training.fit`: of sequences to one answer, and of language.

Parameters are a dict of arrays: `W_x`, `W_h`, `b_x` and `b_h` of the recurrent layer, `W` and `b`
of the linear layer that reads it; `W_e`, the embedding, of a model of language. A layer that reads
backward adds `W_x_back` and so on. `cell` says which layer it is: "rnn", "lstm" or "gru".
"""

from nnlib.sequence_models._answers import (
    recurrent_init,
    recurrent_loss_and_grads,
    recurrent_model,
)
from nnlib.sequence_models._language import (
    generate,
    language_init,
    language_loss_and_grads,
    language_model,
)

__all__ = [
    "generate",
    "language_init",
    "language_loss_and_grads",
    "language_model",
    "recurrent_init",
    "recurrent_loss_and_grads",
    "recurrent_model",
]
