"""What can be explained, opened: a language model in float32, or a classifier in Keras.

Decides which of the two a source is and that there is room for it before anything
large is read. Knows no asks and no pipes.
"""

from collections.abc import Callable
from pathlib import Path

from services.worker.engines.engine import Tokenizer
from services.worker.engines.errors import ModelFileError
from services.worker.engines.explain.graph import ExplainGraph
from services.worker.engines.explain.model import LanguageOutcomes
from services.worker.engines.explain.process import POSITIONS, Bounds, Explainable
from services.worker.engines.float32.decoder import revision_of
from services.worker.engines.machine_memory import available_memory
from services.worker.engines.memory_need import explaining_need, refuse_beyond
from services.worker.engines.models.finding import find_model
from services.worker.engines.models.source import open_source
from services.worker.engines.tensorflow_quiet import set_threads
from services.worker.explaining.messages import Source
from services.worker.explaining.values import Differentiable, Subject


class ExplainableModel:
    """A language model."""

    baseline = "zeros for every token but the first and the template's control tokens, which stay"

    def __init__(self, graph: ExplainGraph, tokenizer: Tokenizer, revision: str) -> None:
        self._graph = graph
        self._tokenizer = tokenizer
        self.revision = revision

    def outcomes(self, subject: Subject) -> Differentiable:
        """One prompt's answer."""
        return LanguageOutcomes(self._graph, subject, self._is_control)

    def _is_control(self, token: int) -> bool:
        return not self._tokenizer.token_bytes(token)


def open_explainable(
    source: Source, bounds: Bounds, progress: Callable[[float], None]
) -> Explainable:
    """Open what `source` names; ModelFileError and its like say why it cannot be."""
    set_threads(bounds.threads)
    if source.kind == "classifier":
        from services.worker.engines.explain.classifier import ExplainableClassifier

        return ExplainableClassifier(Path(source.name))
    found = find_model(source.name, bounds.cache_dir)
    with open_source(found.path) as opened:
        config = opened.config
        if bounds.tokens > config.context:
            raise ModelFileError(f"the model holds {config.context} tokens, not {bounds.tokens}")
        weights = opened.weights(progress)
        need = explaining_need(
            config,
            tokens=bounds.tokens,
            positions=max(POSITIONS, bounds.tokens),
            is_tied=weights.is_tied,
        )
        memory = bounds.memory_mb << 20 or available_memory()
        refuse_beyond(need, memory, f"explaining {bounds.tokens} tokens (explain_memory_mb)")
        graph = ExplainGraph(config, weights, positions=bounds.tokens)
        return ExplainableModel(graph, opened.tokenizer, revision_of(found.sha256))
