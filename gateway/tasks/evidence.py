"""How well a part of a text answers a question, and which of its sentences do.

Pure. Decides by three things that can be told without another model: how much of
the question stands in the part, how much of the part's own answer does, each by
words that are rare among the parts (IDF), and how likely the model found what it
answered. An answer that there is none comes last, whatever else speaks for it.
Words are taken by their first letters, so that "clock" meets "clocks"; signs of
Chinese and Japanese each for itself. Knows neither prompts nor plans.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

_STEM = 5  # letters of a word that count
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
# What says that there is no answer, in folded letters.
_NOTHING = re.compile(
    r"\b(?:(?:does|do|did)(?: not|n.t) (?:say|mention|tell|state|specify|provide|contain|give)|"
    r"(?:is|are|was|were)(?: not|n.t) (?:said|mentioned|stated|specified|provided|given|told)|"
    r"no (?:information|mention|answer)|not? (?:enough|sufficient) information|"
    r"no (?:lo )?(?:dice|menciona|indica|especifica)|no se (?:dice|menciona|indica|especifica)|"
    r"(?:sagt|nennt|erwähnt) (?:\w+ ){0,3}nicht|nicht (?:erwähnt|genannt|angegeben|gesagt)|"
    r"keine (?:information|angabe|antwort))|(?:没有|沒有|未)(?:说|說|提|给出|給出)"
)

# Parts that an answer is made of; where none has one.
MOST_USED, _USED_UNANSWERED = 4, 2

Weights: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a part's answer; each but `logprob` from 0 to 1.

    Args:
        question: how much of the question stands in the part.
        support: how much of the answer does.
        logprob: mean log probability of the answer's tokens.
        says_nothing: the answer is that there is none.
        rank: place among the parts, from 1; 0: not ranked yet.
        is_used: the last step reads of it.
    """

    question: float
    support: float
    logprob: float
    says_nothing: bool
    rank: int = 0
    is_used: bool = False

    @property
    def score(self) -> float:
        """The greater, the better: an unlikely answer supports itself less."""
        return self.question + self.support * math.exp(self.logprob)


def weights(parts: Sequence[str]) -> Weights:
    """How rare words are among parts: the rarer, the more one tells."""
    found = Counter(word for part in parts for word in set(_words(part)))
    return {
        word: math.log(1 + (len(parts) - count + 0.5) / (count + 0.5))
        for word, count in found.items()
    }


def evidence_of(question: str, part: str, answer: str, logprob: float, rare: Weights) -> Evidence:
    """What speaks for an answer that a part gave."""
    there = frozenset(_words(part))
    says_nothing = not answer.strip() or _NOTHING.search(answer.casefold()) is not None
    asked = _share(_words(question), there, rare)
    support = 0.0 if says_nothing else _share(_words(answer), there, rare)
    return Evidence(asked, support, logprob, says_nothing)


def judged(found: Sequence[Evidence]) -> list[Evidence]:
    """Rank parts, and choose of which the answer is made: of the best that have one.

    Where none has, the model may have missed it: of those that speak most of what is asked.
    """
    order = sorted(range(len(found)), key=lambda p: (found[p].says_nothing, -found[p].score, p))
    saying = [part for part in order[:MOST_USED] if not found[part].says_nothing]
    used = saying or order[:_USED_UNANSWERED]
    ranks = {part: rank for rank, part in enumerate(order, 1)}
    return [
        replace(each, rank=ranks[part], is_used=part in used) for part, each in enumerate(found)
    ]


def best_passage(
    sentences: Sequence[str], sizes: Sequence[int], wanted: str, most: int, rare: Weights
) -> tuple[int, int]:
    """Neighbouring sentences of so many tokens at most that have most of what is wanted.

    Returns the first and the one behind the last; one sentence at least.
    """
    words = set(_words(wanted))
    worth = [sum(rare.get(word, 0.0) for word in words & set(_words(s))) for s in sentences]
    best, best_rank = (0, 1), (-1.0, 0)
    begin, tokens, sum_worth = 0, 0, 0.0
    for end in range(1, len(sentences) + 1):
        tokens += sizes[end - 1]
        sum_worth += worth[end - 1]
        while tokens > most and begin < end - 1:
            tokens -= sizes[begin]
            sum_worth -= worth[begin]
            begin += 1
        rank = (round(sum_worth, 6), tokens)
        if rank > best_rank:
            best, best_rank = (begin, end), rank
    return best


def _share(words: Sequence[str], there: frozenset[str], rare: Weights) -> float:
    """How much of some words stands in a text, the rare ones counting more."""
    most = max(rare.values(), default=1.0)  # of a word that stands nowhere
    all_of_them = {word: rare.get(word, most) for word in words}
    whole = sum(all_of_them.values())
    found = sum(weight for word, weight in all_of_them.items() if word in there)
    return found / whole if whole else 0.0


def _words(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORD.findall(text.casefold())]
