"""The data that the task model learns from."""

import hashlib
from collections import Counter
from random import Random

import pytest

from services.worker.training.task_texts.__main__ import PER_KIND, PER_KIND_WIDER, examples
from services.worker.training.task_texts.making import plain, request
from services.worker.training.task_texts.tongues import KINDS, PARTS, TONGUES, fillings, forms

FORMS = forms()
# Of the 2,873 texts that the task model has been tested on from the beginning.
FIRST_TEST = "62f7f7b03c6b71cdf74fac9feacbfb92298e87eb329546e7844fd20ee65c540e"


@pytest.fixture(scope="module")
def made():
    return list(examples(6))


def test_the_same_seed_makes_the_same_texts(made):
    again = examples(6)
    assert [next(again) for _ in range(500)] == made[:500]
    assert [example["text"] for example in examples(7)] != [example["text"] for example in made]


def test_every_kind_is_made_in_every_language_for_every_part(made):
    counts = Counter((e["split"], e["slice"], e["label"]) for e in made)
    wanted = {
        (part, f"{tongue}{added}", kind): per_kind[part]
        for part in PARTS
        for tongue in TONGUES
        for kind in KINDS
        for added, per_kind in (("", PER_KIND), (" wider", PER_KIND_WIDER))
    }
    assert set(counts) == set(wanted)
    assert min(counts[cell] / wanted[cell] for cell in wanted) > 0.25


def test_the_first_test_stays_as_it_was_whatever_is_added(made):
    texts = [e["text"] for e in made if e["split"] == "test" and "wider" not in e["form"]]
    assert len(texts) == 2873
    told = "\n".join(sorted(texts)).encode()
    assert hashlib.sha256(told).hexdigest() == FIRST_TEST


def test_no_text_that_is_trained_on_says_what_a_held_out_one_does(made):
    said = {part: {plain(e["text"]) for e in made if e["split"] == part} for part in PARTS}
    assert not said["train"] & (said["test"] | said["validation"])


def test_no_form_text_or_subject_is_in_two_parts(made):
    parts_of_form = {(e["form"], e["split"]) for e in made}
    assert len(parts_of_form) == len({form for form, _ in parts_of_form})
    assert len({e["text"] for e in made}) == len(made)
    for tongue in TONGUES:
        for slot in ("topic", "person", "place", "thing", "sentence", "act", "who", "event"):
            by_part = [set(fillings(tongue, slot, part)) for part in PARTS]
            assert all(by_part)
            assert sum(map(len, by_part)) == len(set.union(*by_part))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_leaves_no_slot_or_choice_open(form):
    for number in range(5):
        text, _ = request(form, Random(number))
        assert text
        assert not set("[]{}|") & set(text), text
