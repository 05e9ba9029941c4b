import io
import json
import zipfile

import pytest

from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import BUNDLED
from services.worker.classifiers.keras_archive import LARGEST_CONFIG, check_keras


def archive(config: object, **others: bytes) -> bytes:
    members = {
        "metadata.json": b"{}",
        "model.weights.h5": b"",
        "config.json": config if isinstance(config, bytes) else json.dumps(config).encode(),
        **{name.replace("__", "."): raw for name, raw in others.items()},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, raw in members.items():
            writing.writestr(name, raw)
    return file.getvalue()


def model(*layers: object) -> dict[str, object]:
    return {"class_name": "Sequential", "module": "keras", "config": {"layers": list(layers)}}


def layer(name: str, **more: object) -> dict[str, object]:
    return {"class_name": name, "module": "keras.layers", "config": {}, **more}


DEEP = b'{"class_name": "Sequential", "config": ' + b"[" * 200 + b"]" * 200 + b"}"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"not a zip", "no Keras archive"),
        (archive(b"{"), "no Keras archive"),
        (archive([]), "no Sequential"),
        (archive(model(layer("Lambda"))), '"Lambda" is not allowed'),
        (archive(model(layer("Dense", module="os"))), '"os" is not allowed'),
        (archive(model(layer("Dense", registered_name="mine>Dense"))), "mine>Dense"),
        (archive(model(layer("Bidirectional", layer=layer("Lambda")))), '"Lambda"'),
        (archive(model(), evil__py=b"print()"), "other files"),
        (archive(DEEP), "too deep"),
        (archive(b" " * (LARGEST_CONFIG + 1)), "config.json takes more"),
    ],
)
def test_a_hostile_file_is_refused(raw: bytes, told: str) -> None:
    with pytest.raises(ClassifierError, match=told):
        check_keras(raw)


def test_the_task_model_passes() -> None:
    check_keras((BUNDLED / "model.keras").read_bytes())
