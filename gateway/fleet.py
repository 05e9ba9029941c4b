"""The fleet as the balancer last told it.

Pure. Decides which models are served, and what they can do together. Knows
nothing of how snapshots arrive; the last one stands until there is another.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ClassifierView:
    """A classifier, as a worker serves it or as the fleet does; labels in its own order."""

    name: str
    version: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker of a snapshot. `is_ready`: it gets grants; `model` is empty before its report."""

    worker_id: str
    address: str
    is_ready: bool
    model: str = ""
    revision: str = ""
    context_tokens: int = 0
    slots: int = 0
    slots_used: int = 0
    kv_tokens_used: int = 0
    bytes_per_token: float = 0.0
    kv_tokens: int = 0
    prefill_rate: float = 0.0
    decode_seconds: float = 0.0
    lease_ids: tuple[int, ...] = ()
    classifiers: tuple[ClassifierView, ...] = ()
    explanations_total: int = 0
    explanations_used: int = 0

    def serves_classifier(self, name: str) -> bool:
        """Whether a text can be sent to it for this classifier."""
        return self.is_ready and any(classifier.name == name for classifier in self.classifiers)


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model that the fleet serves; see evenflow.v1.Model."""

    name: str
    revisions: tuple[str, ...]
    context_tokens: int
    workers: int
    slots: int


@dataclass(frozen=True, slots=True)
class ServedClassifier:
    """A classifier that the fleet serves; see evenflow.v1.Model."""

    name: str
    versions: tuple[str, ...]
    labels: tuple[str, ...]
    workers: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """One snapshot. `waiting`: tickets that do, whoever sent them."""

    workers: tuple[WorkerView, ...] = ()
    waiting: int = 0

    @classmethod
    def together(cls, shards: Sequence["Fleet"]) -> "Fleet":
        """All shards' workers and waiting tickets as one fleet."""
        workers = tuple(worker for shard in shards for worker in shard.workers)
        return cls(workers, sum(shard.waiting for shard in shards))

    def known_to(self, models: Collection[str] | None) -> "Fleet":
        """What of it those may know of who may ask these models and classifiers alone; None: all.

        A worker whose model is not among them has none here.
        """
        if models is None:
            return self
        return Fleet(tuple(_known(worker, models) for worker in self.workers))

    @property
    def addresses(self) -> frozenset[str]:
        """Where workers are."""
        return frozenset(worker.address for worker in self.workers)

    @property
    def models(self) -> tuple[ModelView, ...]:
        """Models served now, sorted by name."""
        ready = [worker for worker in self.workers if worker.is_ready and worker.model]
        names = sorted({worker.model for worker in ready})
        return tuple(_model(name, [w for w in ready if w.model == name]) for name in names)

    @property
    def classifiers(self) -> tuple[ServedClassifier, ...]:
        """Classifiers served now, sorted by name."""
        served: dict[str, list[ClassifierView]] = {}
        for worker in self.workers:
            for classifier in worker.classifiers if worker.is_ready else ():
                served.setdefault(classifier.name, []).append(classifier)
        return tuple(_classifier(name, served[name]) for name in sorted(served))


def _known(worker: WorkerView, models: Collection[str]) -> WorkerView:
    classifiers = tuple(c for c in worker.classifiers if c.name in models)
    model = worker.model if worker.model in models else ""
    return replace(worker, model=model, classifiers=classifiers)


def _model(name: str, workers: list[WorkerView]) -> ModelView:
    return ModelView(
        name=name,
        revisions=tuple(sorted({worker.revision for worker in workers})),
        context_tokens=min(worker.context_tokens for worker in workers),
        workers=len(workers),
        slots=sum(worker.slots for worker in workers),
    )


def _classifier(name: str, served: list[ClassifierView]) -> ServedClassifier:
    labels = dict.fromkeys(label for classifier in served for label in classifier.labels)
    versions = sorted({classifier.version for classifier in served})
    return ServedClassifier(name, tuple(versions), tuple(labels), len(served))
