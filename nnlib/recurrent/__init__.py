"""Recurrent layers with backpropagation through time, and what models of language need."""

from nnlib.recurrent._bidirectional import bidirectional, bidirectional_vjp
from nnlib.recurrent._embedding import embedding, embedding_vjp
from nnlib.recurrent._gru import gru, gru_vjp
from nnlib.recurrent._init import lstm_init
from nnlib.recurrent._language import (
    perplexity,
    sample_with_temperature,
    sequence_cross_entropy,
    sequence_cross_entropy_grad,
)
from nnlib.recurrent._lstm import lstm, lstm_vjp
from nnlib.recurrent._rnn import rnn, rnn_vjp
from nnlib.recurrent._steps import gru_step, lstm_step, rnn_step

__all__ = [
    "bidirectional",
    "bidirectional_vjp",
    "embedding",
    "embedding_vjp",
    "gru",
    "gru_step",
    "gru_vjp",
    "lstm",
    "lstm_init",
    "lstm_step",
    "lstm_vjp",
    "perplexity",
    "rnn",
    "rnn_step",
    "rnn_vjp",
    "sample_with_temperature",
    "sequence_cross_entropy",
    "sequence_cross_entropy_grad",
]
