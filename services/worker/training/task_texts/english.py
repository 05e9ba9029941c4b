"""Forms and fillings of requests in English."""

FORMS = {
    "question": """
[What|what] is {topic}?
What [exactly|really|] is {topic} and [why|how] does it matter?
Who [invented|discovered|first described] {topic}?
[When|In which year] did {person} [die|live|arrive in {place}]?
Where is {place} [located|] and how many people live there?
How does {topic} work?
Why [is|was] {topic} [so important|so expensive|so rare]?
How many [countries|islands|rivers|people] are there in {place}?
Which is [bigger|older|heavier], {place} or {place}?
[Explain|explain] {topic} [to a child|in simple words|in one sentence|].
[Tell me about|What do you know about] {topic}.
[Define|Give a definition of] {topic}.
Is it true that {topic} [was|is] [dangerous|found in {place}]?
What is the [capital|population|currency|highest mountain] of {place}?
What is the difference between {topic} and {topic}?
How do I [repair|clean|build|cook|measure] {thing}?
[Can|Could] you [explain|tell me] how {topic} works?
I [want|would like|need] to know [who|when|how] {person} [was born|became famous|died].
[Do|Does] {thing} [contain|need] {topic}?
[Name|List] [three|five|some] [causes|examples|effects] of {topic}.
How [long|far|high|deep|old] is {thing}?
Who [was|is] {person}?
In {place}, what [language|money|food] do people use?
What happens [if|when] {thing} [breaks|freezes|gets wet|is heated]?
How much does {thing} [cost|weigh]?
{passage} [Question:|] [Who|What|When|Where] [did it|was it|happened] [first|in the end]?
[Answer|Answer the question] [from|based on|using] the text. {passage} What [happened to|is said about] {thing}?
[According to|Based on] the [text|following], [what|who|why] [is|was] {thing}? {passage}
Here is [a text|some context]: {passage} Now [tell me|answer]: [why|where|when] [did that happen|was it]?
what [r|are] the [benefits|risks|main parts] of {topic}
[whats|what's] the [fastest|cheapest|best known] way to get to {place}
[Which|What] [scientist|writer|painter|king] [wrote about|studied] {topic}?
Are there [any|] [lions|volcanoes|deserts|trains] in {place}?
[Help me understand|I don't understand] {topic}: what [causes|starts] it?
Quick question: [is|does] {thing} [really|] [work|safe] [without|with] water?
Who [translated|summarized] the [bible|works of {person}] [into English|] first?
What does a [translator|summary|chat program|writer] [do|cost|contain]?
How many [words|letters|languages] [does|did] {person} [know|speak|use]?
{topic} - how does [that|it] [actually|] work?
[At what temperature|At which age|On which date] does {thing} [boil|melt|start]?
{person}, [who|when] was that?
""",
    "translation": """
[Translate|translate] [this|the following] [text|sentence|] into {lang}: {foreign}
[Translate|Please translate] to {lang}: {foreign}
[Could|Can|Would] you [please|] translate [this|that] into {lang} [for me|]? {foreign}
{foreign} [Translate|translate] [this|it|the above] [into|to] {lang}[.|, please|]
How do you say "{sentence}" in {lang}?
how [would|do] i say {word} in {lang}
What is the {lang} [word|expression|term] for {word}?
[I need|Give me] a {lang} version of [this|the following] [letter|email|text]: {foreign}
{lang}[, please|]: {foreign}
[Put|Render|Write] [this|the following] in {lang}: {foreign}
[English|en] [to|->|into] {lang}: {sentence}
What does "{foreignshort}" mean in [English|{lang}]?
[Translate|translation] from {lang} [into|to] {lang}: {foreign}
What would [this|the sentence below] be in {lang}? {foreign}
My [boss|friend|grandmother] only [speaks|reads|understands] {lang}, [so|] please translate [this|]: {foreign}
[Turn|Convert] [this|the text below] into [good|fluent|simple|] {lang}. {foreign}
[Translation|Translate], please: {foreign}
Say "{sentence}" in {lang}.
I [got|received] this [letter|message] and [cannot|can't] read it. [What does it say in English?|Translate it.] {foreign}
You are a translator. [Translate|Give the {lang} text] [everything|what follows] [into {lang}|]: {foreign}
[in|In] {lang}: {foreign}
Please provide [a|an accurate] translation [into|in] {lang} of: {foreign}
{foreign} -- [in|to|into] {lang} please
[word for word|literally], what is "{foreignshort}" in English?
""",
    "summary": """
[Summarize|Summarise|summarize] [this|the following] [text|article|report|]: {passage}
[Please|Could you] [summarize|summarise] [this|it] [in|with] [two sentences|50 words|three points]. {passage}
{passage} [Summarize|Summarise] [this|the above|the text] [briefly|in one sentence|].
[TL;DR|tldr][:|] {passage}
{passage} [TL;DR|tldr|tl;dr please]
[Give me|Write] [a|a short|a brief] summary of [this|the following] [text|page|letter]: {passage}
What are the [main|key|most important] points of [this|the following] [text|article]? {passage}
[Shorten|Condense|Boil down] [this|the text below] [to a few lines|to its core|]: {passage}
[Sum up|sum up] [what|everything that] [is said here|follows]: {passage}
In [short|a nutshell|one sentence], what does [this|the following] say? {passage}
{passage} What's the [gist|short version|essence] [of this|]?
I [have|had] no time to read [this|all that]. [What is it about?|Give me the short version.] {passage}
[Make|Write] [bullet points|an abstract|a digest|an overview] of [this|the] [report|text|meeting]: {passage}
[Key points|Main ideas|Highlights][, please|]: {passage}
{passage} [Give|Write] the [key points|main ideas] [of the above|] [in a list|].
Read [this|the following] and tell me [briefly|in a few words] what [it says|it is about]. {passage}
[Summary|Abstract|Short version]: {passage}
[Reduce|Cut] [this|the article] to [its essentials|100 words|a paragraph]. {passage}
[Explain|Tell me] in [two|three] sentences what the [following|] [text|document] says: {passage}
Please [outline|recap] [the text|this meeting|this story]: {passage}
[Extract|Pull out] the [main|central] [message|points] from [this|the text]. {passage}
Can [I|you] [have|get me] the short version of [this|that]? {passage}
""",
    "chat": """
[Hi|Hello|Hey|hey there|Good morning|Good evening][!|.|, how are you?|]
[How are you|How's it going|What's up|how r u] [today|]?
[Thanks|Thank you|thx][ a lot|!|, that was helpful]
[Write|Compose] [a poem|a song|a story|a joke|a letter] about {thing}.
[Can|Could] you [help|advise] me? I [feel|am] [sad|tired|lonely|nervous] [today|].
I [had|have] [a bad day|a fight with my friend|an exam tomorrow], [what should I do|any advice]?
[Tell|tell] me a [joke|story|bedtime story][ about {thing}|].
What's your [name|favorite color|opinion on {topic}]?
[Do you|Would you] [like|love|hate] {thing}?
[Let's|Let us] [talk|chat|play a game|pretend that you are {person}].
[Write|Draft] [an email|a message] to my [boss|teacher|landlord] [about|because of] {thing}.
I [like|love|bought|lost] {thing}[.| yesterday.| and I am so happy!]
[Should I|Do you think I should] [buy|sell|keep] {thing}?
You are [{person}|a pirate|a strict teacher]. [Talk to me.|Answer as such.]
[Give me|Suggest] [some ideas|a name|a plan] for [a party|my holiday in {place}|my new cat].
[Write|Create] a [python|javascript] [function|script|program] that [sorts|reads|counts] [numbers|files|words].
[What do you think|How do you feel] about {topic}?
[Are you|are u] [a human|a robot|real|there]?
[Bye|Goodbye|See you|Good night][!| and thanks|]
[Plan|Make] a [trip|menu|training plan] for [me|my family|{place}].
I don't [agree|understand you|know what to do]. [Say more.|Can we talk?|]
[That|This] is [great|wrong|funny|not what I meant][!|.|]
[Imagine|Pretend] [you live in {place}|that {thing} could speak]. [What would you say?|Go on.]
My [sister|dog|neighbour] [is ill|is angry with me|likes {thing}] and I [worry|need advice].
[Recommend|suggest] [me|] [a book|a film|some music] [for tonight|about {topic}].
[ok|okay|yes|no|maybe][ sure|, go on|, thanks|]
[Rewrite|Improve|Correct] my [letter|sentence|text] so that it [sounds|is] [polite|friendlier|better]: {sentence}
[Nice|Good] to [meet|see] you[!|, I am {person}]
[I'm bored|I can't sleep|I am so excited][.|, talk to me|!]
[Congratulate|Invite|Thank] {person} [for me|in a few nice words].
Who are you [and what can you do|]?
[Who|What] would you [be|take with you] if you [could choose|lived in {place}]?
Please [be|act as] my [coach|teacher|friend] [and|,] [listen|ask me something].
[How was your day|What are you doing|did you sleep well]?
[It|It's] [raining|so cold|so hot] [again|today], [isn't it|I hate that].
""",
    "completion": """
{opening}
{passage} {opening}
{opening}
{opening} ...
[Continue|Complete|Finish] [this|the] [text|sentence|story]: {opening}
[Once upon a time|Long ago|One day], [in {place}|there was {thing}|{person}] [and|who|that]
[The|My] [best|worst|first] thing about {topic} is
[Dear|To] {person}, [I am writing to you because|we are pleased to|thank you for]
{person} [opened the door and|looked at {thing} and|said that the]
def {code}(
import [os|sys|numpy as np] def {code}(self,
[Chapter|Part] [1|One] {opening}
[1. Milk 2. Bread 3.|Ingredients: 200 g flour,|Monday: school, Tuesday:]
[The capital of {place} is|{place} is known for|{person} was born in]
{topic} is [a|an|the] [kind|form|science] of
[In this paper we|The results show that|We conclude that {topic}]
[Breaking news|Press release|Abstract]: {opening}
"{sentence}" [said {person}, and then|, she said, and]
[Roses are red|The night was dark and|It was a cold morning when]
{thing} [stood|lay] [on the table|in the corner], [and|while|because]
for [i|x] in range(10): {code}
""",
}

TOPICS = """photosynthesis; the water cycle; inflation; gravity; the printing press; black holes; the French
Revolution; vaccination; plate tectonics; democracy; electricity; the steam engine; chess; the Silk Road; glass;
climate change; the immune system; machine learning; jazz; the Roman Empire; volcanoes; bread making; the
internet; antibiotics; the moon landing; coral reefs; the stock market; DNA; tides; magnetism; the compass;
Buddhism; opera; a lunar eclipse; lightning; rubber; nuclear fusion; the census; porcelain; a prime number""".replace(
    "\n", " "
).split("; ")
PEOPLE = "Marie Curie; Napoleon; Frida Kahlo; Confucius; Albert Einstein; Cervantes; Cleopatra; Goethe; Ada Lovelace; Mozart; Isaac Newton; Anna; Mr. Brown; my uncle; Simón Bolívar; Sophie Scholl".split(
    "; "
)
PLACES = "France; Berlin; Peru; China; Madrid; Iceland; Kenya; the Alps; Vienna; Canada; Shanghai; Mexico; Norway; Egypt; London; Bolivia".split(
    "; "
)
THINGS = "an old bicycle; the kitchen clock; a red umbrella; my piano; a wooden bridge; the washing machine; a cup of tea; the garden; a little boat; the lighthouse; a cat; the blue door; a coffee machine; the violin; rice; a candle; the engine".split(
    "; "
)
WORDS = "butterfly; bread; window; thank you; happiness; railway station; breakfast; homesick; rain; good night; knife; to forgive; neighbour; spoon".split(
    "; "
)
LANGUAGES = "English Spanish German Chinese French Italian Portuguese Russian Japanese Dutch Korean Arabic Polish Turkish Swedish".split()
SENTENCES = """The harbour lay still in the early light.
Two boats had come in overnight, and nobody knew from where.
The committee will meet again on Thursday to discuss the budget.
Our company has grown by twelve percent since last year.
She closed the book and looked out of the window.
In the leaves, light is turned into chemical energy.
The river is deeper than it looks.
Please send the documents to our office before the end of the month.
Most of the houses in the village were built of stone.
The new train will connect both cities in less than an hour.
I have not seen my brother for three years.
Researchers measured the temperature of the lake every day.
The meeting was short, but it changed everything.
We are sorry that your parcel arrived late.
He worked as a carpenter until he was seventy.
The museum is open every day except Monday.
Farmers expect a poor harvest after the dry summer.
Where did you put the keys?
The old bridge was closed because of the flood.
Children under six travel free of charge.
A small mistake in the program caused the delay.
The doctor told him to rest and to drink more water.
Nobody believed her story at first.
The contract can be ended by either side with one month's notice.
Bees find their way home by the light of the sun.
The concert begins at eight, and the doors open at seven.
Prices for bread and milk have risen again.
They planted a tree for every child that was born.
The engine makes a strange noise when it is cold.
What a beautiful morning it was!
The king had three daughters, and none of them wanted to marry.
Water boils at a lower temperature in the mountains.
Our guests asked whether breakfast was included.
The report says that the air in the city is cleaner than ten years ago.
My grandmother kept her letters in a tin box.
The software stores all data on the user's own computer.""".splitlines()
