"""The data that the task model learns from."""

from collections import Counter
from random import Random

import pytest

from services.worker.training.task_texts.__main__ import PER_KIND, examples
from services.worker.training.task_texts.making import request
from services.worker.training.task_texts.tongues import KINDS, PARTS, TONGUES, fillings, forms

FORMS = forms()


@pytest.fixture(scope="module")
def made():
    return list(examples(6))


def test_the_same_seed_makes_the_same_texts(made):
    again = examples(6)
    assert [next(again) for _ in range(500)] == made[:500]
    assert [example["text"] for example in examples(7)] != [example["text"] for example in made]


def test_every_kind_is_made_in_every_language_for_every_part(made):
    counts = Counter((e["split"], e["slice"], e["label"]) for e in made)
    cells = {(part, tongue, kind) for part in PARTS for tongue in TONGUES for kind in KINDS}
    assert set(counts) == cells
    assert min(counts[cell] / PER_KIND[cell[0]] for cell in cells) > 0.25


def test_no_form_text_or_subject_is_in_two_parts(made):
    parts_of_form = {(e["form"], e["split"]) for e in made}
    assert len(parts_of_form) == len({form for form, _ in parts_of_form})
    assert len({e["text"] for e in made}) == len(made)
    for slot in ("topic", "person", "place", "thing", "sentence"):
        by_part = [set(fillings("en", slot, part)) for part in PARTS]
        assert all(by_part)
        assert sum(map(len, by_part)) == len(set.union(*by_part))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_leaves_no_slot_or_choice_open(form):
    for number in range(5):
        text = request(form, Random(number))
        assert text
        assert not set("[]{}|") & set(text), text
