"""The text that a model reads while its matrices are rounded.

Pure. A little of much: prose, questions, lists, code, dialogue, languages, numbers.
Change rounding's ROUNDING_VERSION with it.
"""

TEXT = """\
The harbour lay still in the early light. Two boats had come in overnight, and the men who \
had brought them sat on the wall, mending nets and saying little. "It will turn by noon," said \
the older one, without looking up. Nobody answered him; he had been right too often.

Photosynthesis is the process by which plants, algae and some bacteria turn light into chemical \
energy. In the leaves, chlorophyll absorbs mostly red and blue light, and water is split into \
oxygen, protons and electrons. The energy is kept in sugars, which the plant uses to grow.

Q: How many sides does a hexagon have?
A: A hexagon has six sides.

Q: Who wrote "Pride and Prejudice"?
A: Jane Austen wrote it. It was published in 1813.

1. Preheat the oven to 200 degrees.
2. Mix the flour, the butter and a pinch of salt until the dough is crumbly.
3. Add two eggs, knead briefly, and let it rest for 30 minutes.
- 250 g flour
- 125 g butter
- 2 eggs

def area(shapes):
    total = 0.0
    for shape in shapes:
        if shape.kind == "circle":
            total += 3.14159 * shape.radius ** 2
        else:
            total += shape.width * shape.height
    return total

for (let i = 0; i < items.length; i++) { console.log(items[i].name + ": " + items[i].price); }

SELECT name, SUM(amount) FROM payments WHERE year >= 2019 GROUP BY name ORDER BY 2 DESC;

user
Can you help me write a short letter to my landlord about the heating?
assistant
Of course! Here is a draft: Dear Mr. Lee, I am writing to let you know that the heating in my \
apartment has not worked since last Monday. Could you please send somebody to repair it this \
week? Thank you very much for your help. Kind regards, Maria

Der Zug nach Hamburg fährt heute von Gleis sieben. Il pleut depuis trois jours et la rivière \
monte. El mercado abre a las ocho y cierra a mediodía. Il treno parte alle nove. \
今日は天気がいいですね。我们明天去学校。Сегодня утром было холодно.

In 2021 the town had 48,312 inhabitants, 3.7% more than in 2016; the average rent was $1,245. \
The committee met on Tuesday, March 9, and voted 7 to 2 in favour. Mr. Okafor, who had opposed \
the plan from the beginning, left the room before the count. "We will be back," he told the \
reporters, "and next time we will bring lawyers." Whether he meant it is another question.

If all roses are flowers and some flowers fade quickly, it does not follow that some roses fade \
quickly: the flowers that fade may all be tulips. An argument is valid when its conclusion \
cannot be false while its premises are true. 12 + 30 = 42, 9 * 8 = 72, and 100 / 4 = 25.

To reset your password, open Settings, choose Account, and click "Forgot password". You will \
receive an email with a link. The link is valid for 24 hours. If you do not receive it, check \
your spam folder or contact support@example.com. We are happy to help you.
"""
