import io
import json
import zipfile
from contextlib import suppress
from random import Random

import pytest

from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import BUNDLED
from services.worker.classifiers.keras_archive import LARGEST_CONFIG, check_keras


def archive(config: object, **others: bytes) -> bytes:
    members = {
        "metadata.json": b"{}",
        "model.weights.h5": b"",
        "config.json": config if isinstance(config, bytes) else json.dumps(config).encode(),
        **{name.replace("evil__", "evil."): raw for name, raw in others.items()},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, raw in members.items():
            writing.writestr(name, raw)
    return file.getvalue()


def model(*layers: object) -> dict[str, object]:
    return {"class_name": "Sequential", "module": "keras", "config": {"layers": list(layers)}}


def layer(name: object, **more: object) -> dict[str, object]:
    return {"class_name": name, "module": "keras.layers", "config": {}, **more}


DEEP = b'{"class_name": "Sequential", "config": ' + b"[" * 200 + b"]" * 200 + b"}"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"not a zip", "no Keras archive"),
        (archive(b"{"), "no Keras archive"),
        (archive([]), "no Sequential"),
        (archive({"class_name": ["Sequential"]}), "no Sequential"),
        (archive(model(layer(["Dense"]))), "is not allowed"),
        (archive(model(layer("Dense", module=["keras"]))), "is not allowed"),
        (archive(model(layer("Dense", registered_name=[]))), "is not allowed"),
        (archive(model(layer("Lambda"))), '"Lambda" is not allowed'),
        (archive(model(layer("Dense", module="os"))), '"os" is not allowed'),
        (archive(model(layer("Dense", registered_name="mine>Dense"))), "mine>Dense"),
        (archive(model(layer("Bidirectional", layer=layer("Lambda")))), '"Lambda"'),
        (archive(model(), evil__py=b"print()"), "other files"),
        (archive(DEEP), "too deep"),
        (archive(b"[" * 100_000), "too deep"),
        (archive(b" " * (LARGEST_CONFIG + 1)), "config.json takes more"),
    ],
)
def test_a_hostile_file_is_refused(raw: bytes, told: str) -> None:
    with pytest.raises(ClassifierError, match=told):
        check_keras(raw)


def test_a_file_with_false_bytes_passes_or_is_refused() -> None:
    whole = archive(model(*[layer("Dense") for _ in range(50)]))
    for seed in range(1000):
        chance, raw = Random(seed), bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        with suppress(ClassifierError):
            check_keras(bytes(raw))


def words(**config: object) -> dict[str, object]:
    return model(layer("TextVectorization", config=config))


WORD_LIST = {"assets/layers/text_vectorization/_lookup_layer/vocabulary.txt": b"a\nb"}


def test_word_lists_are_for_models_that_read_text_alone() -> None:
    raw = archive(words(vocabulary=None), **WORD_LIST)
    check_keras(raw, reads_text=True)
    with pytest.raises(ClassifierError, match="other files"):
        check_keras(raw)
    with pytest.raises(ClassifierError, match='"TextVectorization" is not allowed'):
        check_keras(archive(words()))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (archive(words(vocabulary="/etc/passwd")), "vocabulary names a file"),
        (archive(words(standardize={"class_name": "function"})), '"function" is not allowed'),
        (archive(words(), **{"assets/../evil/vocabulary.txt": b""}), "other files"),
        (archive(words(), **{"assets/a/evil.py": b""}), "other files"),
        (archive(words(), **{f"assets/{n}/vocabulary.txt": b"" for n in range(5)}), "other files"),
    ],
)
def test_a_hostile_reader_of_text_is_refused(raw: bytes, told: str) -> None:
    with pytest.raises(ClassifierError, match=told):
        check_keras(raw, reads_text=True)


def test_the_task_model_passes() -> None:
    check_keras((BUNDLED / "model.keras").read_bytes())
