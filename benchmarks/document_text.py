"""A long text of our own making: the chronicle of a harbour town, seeded.

For programs that need a document. It is made of forms written for this repository,
so that anybody may use it, and no model has read it; a year is a paragraph.
"""

import random
from collections.abc import Iterator

PEOPLE = (
    "Anna the baker", "Boris the ferryman", "old Clara", "Dmitri from the mill", "Emma the teacher",
    "Farid the carpenter", "Greta the doctor", "Hugo the mayor", "Ines who kept the lighthouse",
    "Jonas the fisherman", "Katja the smith", "Liam the postman",
)  # fmt: skip
PLACES = (
    "the harbour", "the market hall", "the school on the hill", "the northern bridge",
    "the old mill",
    "the lighthouse", "the town hall", "the road to the quarry", "the old orchard",
)  # fmt: skip
EVENTS = (
    "{who} repaired the roof of {where}, and asked for nothing in return.",
    "A storm broke the windows of {where}, and {who} took in three families for the winter.",
    "{who} and {other} quarrelled about {where}, and made peace before the first snow.",
    "The council decided to rebuild {where}; {who} drew the plans and {other} paid for the timber.",
    "{who} planted {count} apple trees beside {where}, of which half lived to bear fruit.",
    "In spring the river rose as far as {where}, and {who} rowed {count} people to dry ground.",
    "{who} found a chest of letters under the floor of {where} and read them aloud all winter.",
    "For the first time {count} ships came to the harbour in one week, and {other} wrote it down.",
    "Nobody knew why the clock of {where} stopped that autumn, until {who} found a nest in it.",
    "{who} taught {count} children to read in {where}, because the school had burnt down.",
    "The price of bread doubled, and {who} sold flour at the old price to whoever asked.",
    "{other} left for the city, and {who} kept the key of {where} until the end of the year.",
)  # fmt: skip
ENDINGS = (
    "So the year ended quietly.",
    "People spoke of it for a long time.",
    "It was, all in all, a good year.",
    "The winter that followed was mild.",
    "What came of it is told further on.",
)


def document(characters: int, seed: int = 1) -> str:
    """About so many characters, and no paragraph cut off."""
    years = _years(random.Random(seed))
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) + 2 * len(paragraphs) < characters:
        paragraphs.append(next(years))
    return "\n\n".join(paragraphs)


def _years(numbers: random.Random) -> Iterator[str]:
    year = 1801
    while True:
        told = [f"In the year {year} the town had {numbers.randrange(300, 3000)} people."]
        for event in numbers.sample(EVENTS, 4):
            who, other = numbers.sample(PEOPLE, 2)
            said = event.format(
                who=who, other=other, where=numbers.choice(PLACES), count=numbers.randrange(3, 40)
            )
            told.append(said[0].upper() + said[1:])
        yield " ".join([*told, numbers.choice(ENDINGS)])
        year += 1
