"""More forms and fillings of requests in English. A list of texts, hence its length."""

FORMS = {
    "question": """
[So|And] what exactly [do|did] people mean by {topic}?
[Since when|For how long] has {topic} [existed|been known]?
[May|Can] I ask [who|where|when] {person} [was|lived|worked]?
any idea [why|how] {thing} [works|smokes|is so loud]
{person} was born where?
[Got|Have you got] any [facts|information] about {place}?
I [wonder|was wondering] [why|whether|how] {thing} [is red|floats|makes noise].
[Does|Did] {person} [ever|really] [visit|live in] {place}?
[Can|Do] [birds|dogs|plants|children] [see colors|get a cold|feel pain|learn languages]?
[Is|Was] {place} [in Europe|an island|safe|a republic]?
[Has|Have] [anyone|people|scientists] ever [seen|found|explained] {topic}?
Which [country|city|planet|animal] [is|has] the [largest|oldest|fastest|fewest] [one|people|lakes|legs]?
[population|area|capital|flag] of {place}
[meaning|origin|history|causes] of {topic}
[difference|relation] between {topic} and {topic}
[when|where|how] to [plant|use|open|store] {thing}
[In|Under] which [circumstances|conditions] [does|can] {topic} [happen|fail]?
How come [nobody|everybody|only some people] [knows|likes|fears] {topic}?
What [caused|started|ended] {topic}, and [who|what] was [behind it|hurt]?
[Please|] [explain|describe] [briefly|step by step|] [how|why] {topic} [works|happens|matters].
Give me [two|three|some] facts about {place}.
[Describe|Outline] the [history|structure|life] of {topic}.
[Compare|Contrast] {topic} [with|and] {topic}.
[To whom|To which country] [does|did] {place} belong?
What [year|century|day] [was it|is it] when {person} [died|won|arrived]?
At what [speed|age|price] [is|can] {thing} [sold|moving|used]?
[How often|How fast|How well] [does|do|should] [one|you|people] [clean|replace|turn] {thing}?
Whose [idea|invention|book] was {topic}?
[Why|how] [can't|don't|do] [we|fish|cats|humans] [see|fly|sleep|breathe] [under water|in space|at night|upside down]?
What['s| is] [inside|behind|under] {thing}?
[The following is from a report.|Read this.] {passage} [How many|Which] [people|places|things] are [named|mentioned]?
{passage} [Based on this|Given the above], [who|what|why] [was late|was it about|did it change]?
Context: {passage} Question: [who|what|where|when] [is meant|happened|was that]?
[Answer in one word|Yes or no]: [is|was] {topic} [older than|part of] {topic}?
[Somebody|My teacher|A book] [says|claims] that {topic} [is harmless|comes from {place}]. Is that [right|true|so]?
[True or false|Fact or myth]: {topic} [is|was] [invented|first seen] in {place}.
[How many|What number of] [legs|strings|pages|calories|days] [has|are in|does it take for] {thing}?
What do [bees|whales|the people of {place}|scientists] [eat|use|do] in [winter|summer|the morning]?
[Which|What] [side|part|kind] of {thing} [is|should be] [warm|up|best]?
[What|Who] [else|] is [needed|responsible] for {topic}?
[Why|When|Where] was {thing} [built|made|forbidden]?
[Could|Would] {topic} [exist|work] without [oxygen|money|people]?
how [big|tall|cold|rich|heavy] [is|was] {place}
[I need help with my homework:|For school:] [what|who|why] is {topic}?
[What|How much] [does|did] it [take|cost] to [become|visit|study] {topic}?
[Tell|Teach] me [something|everything|two things] [about|on] {topic}[.|, please.]
[Where|From where] [does|do] {topic} [come from|get its name]?
[I'd like|I want] to [understand|learn about] {topic}. [Where does it come from?|How does it begin?]
[Is|Are] there [a|any] [cure|law|reason|proof] [for|against] {topic}?
[which of the two|what] [came first|is heavier], {topic} or {topic}
[If|When] I [drop|heat|mix] {thing}, what [happens|comes out]?
[Name|State] the [inventor|author|symptoms|parts] of {topic}.
""",
    "translation": """
[The {lang} for|{lang} word for] "{word}"[?| please]
[I'd like|I want|We need] [this|the text below] [translated|rendered] [into|in] {lang}: {foreign}
[Can|could] [somebody|anyone|you] [tell me|say] what [this|that] [means|says] in {lang}? {foreign}
{foreign} What [does that mean|is this] in {lang}?
{foreign} [Now|And now] [the same|this] in {lang}.
[How|what] [is|do they call] {word} [said|called] in {lang}[?|]
Translate "{sentence}"
[translate|Translate] {word} [to|into|in] {lang}
[from|From] {lang} [to|into] {lang}: {foreign}
[Text|Source text]: {foreign} [Target language|Language]: {lang}
{lang} [translation|version] of "{foreignshort}"[?|]
[Tell me|Show me] [how to|the way to] say "{sentence}" in {lang}.
[Make|Produce] a [faithful|literal|free|formal] {lang} translation. {foreign}
[What's|what is] "{foreignshort}" in {lang}[?|]
[Would|Will] you [kindly|please|] [put|render] [the passage|these lines|the quote] into {lang}? {foreign}
[My neighbour|A customer|My aunt] [wrote|sent me] this in {lang}. [What does it say?|Please translate.] {foreign}
[I don't|We don't] [speak|understand] {lang}. What [is|does] this [saying|mean]: {foreign}
[Say|Repeat] [that|this] [again|] in {lang}: {foreign}
[Localize|Localise] [this string|the message|the sign] [for|into] {lang} [speakers|]: {foreign}
[Menu|Sign|Label] to be translated [into|to] {lang}: {foreign}
[Give|Provide|Send] me the {lang} [equivalent|text|wording] [of|for] "{sentence}".
"{sentence}" [to|into|in] {lang}[?|]
"{foreignshort}" - [translation|meaning in English], please
[Is|Would] "{word}" [the same|different] in {lang}? [How do you say it there?|What is it called there?]
[Here is|Below is] [a letter|an email|a paragraph] [in {lang}|]. [Translate it|Put it into {lang}]. {foreign}
[Rewrite|Reproduce] the [following|text] in {lang}[, keeping the meaning|, word for word|]: {foreign}
[Act as an interpreter|Be my interpreter] [for|into] {lang}: {foreign}
[Help me|I need help] [to|with] [translate|translating] [this|a sentence] [into|to] {lang}: {foreign}
[What|which] [words|phrase] would [a native speaker|people] of {lang} use for "{sentence}"?
{lang} subtitles for [this|the line]: {foreign}
[translate|translation] [pls|plz|please] {foreign}
[Express|Phrase] [this|the following] in [good|plain|] {lang}: {foreign}
I am [travelling to {place}|writing to a friend]. How do I say "{sentence}" in {lang}?
[Using|In] {lang} [letters|words], how would "{word}" be [written|said]?
[Interpret|Translate] [for me|] [what he said|what is written here]: {foreign}
{foreign} [Translate|Put] [all of this|both parts|every word] into {lang}.
{foreign} [can you|could you|please] translate[?|, thanks]
[Back|Once more] into {lang}, please: {foreign}
[convert|switch] [this|it|text] to {lang} {foreign}
What is [this sentence|the title|this] [when translated|translated] [to|into] {lang}: {foreign}
""",
    "summary": """
[What's|What is] this [text|article|letter|mail] about[, in short|]? {passage}
{passage} [What is this about|So what does it say][, briefly|]?
{passage} [In short|In a sentence|Short version|Summary][?|, please.|:]
[Make|Keep] [it|this] [shorter|short|brief]: {passage}
[Write|Give] [an|a one-line|a two-sentence|an executive] [summary|overview]. {passage}
[Could|Can|Would] you [please|kindly|] [sum up|condense|recap|boil down] [the following|this|these lines]? {passage}
[I need|We need] a [summary|digest|recap|synopsis] of [this|the text below] [by tonight|for my boss|]: {passage}
[Provide|Prepare|Produce] a [concise|short|tight] [summary|synopsis|overview] [of|for] [the passage|the text]: {passage}
[Compress|Squeeze|Trim] [this|the text] [into|to] [one line|30 words|three lines]: {passage}
[summary|tl;dr|recap] [pls|plz|please]: {passage}
{passage} [sum it up|summarise that|recap pls]
[What|Which] [matters|is important|should I remember] [here|in this]? {passage}
[The essence|The gist|The bottom line] of [this|the following][, please|]: {passage}
[What's|Tell me] the [gist|takeaway|bottom line|upshot]: {passage}
[List|Note] the [three|five|] [most important|main|central] [points|facts|statements] [of|in] [this|the text]. {passage}
[Turn|Make] [this|the report] into [bullet points|a headline|a short note|a tweet]. {passage}
[Too long|Too much text]. [What's in it?|Shorten it.|Say it in a line.] {passage}
[Here are my notes|Here is the report|Minutes of the meeting]. [Condense them.|Sum it up.|Give a summary.] {passage}
[Find|Give] a [headline|title] that [sums up|covers] [this|the text]: {passage}
[Help me|I want to] [understand quickly|get] what [this|the article] [is saying|says]: {passage}
[Text|Article]: {passage} [Summary|Short version|Main points]:
[Below is|This is] [an article|a mail|a chapter]. [Summarise|Outline|Abridge] it [in|using] [one|two|three] [sentences|lines]. {passage}
[Abridge|Abbreviate|Digest] [this|the following][ text|]: {passage}
[Without details|Leaving out the details], what [is said|happens] [here|in this text]? {passage}
[Tell|Give] me [only|just] the [most important|essential] [thing|part] of [this|it]: {passage}
[Can|Could] you [make|do] a [quick|short] [summary|recap] [of this|]? {passage}
[My boss|My teacher|A friend] wants the [short version|main idea|summary] of [this|the text]: {passage}
[What|what] [are|were] the [results|conclusions|main statements] [of the meeting|of this report|here]? {passage}
{passage} [Please|] [shorten|condense|abridge] [the above|this|that] [to|into] [a sentence|its core].
{passage} [What are the|List the|Name the] [main|key|] [points|facts|takeaways].
{passage} [To sum up|All in all][, what does it say|, what is meant]?
[in brief|briefly][:|,] what [does it say|is going on] here {passage}
[Quick|Brief] [summary|overview|rundown] of [the following|this]: {passage}
[Read|Look at|Go through] [it|this|the text] and [report|give me] the [main|essential] [ideas|facts]: {passage}
[State|Describe] [shortly|in a few words] [the content|what is in the text]: {passage}
[Reduce|Distil] [it|the story] to [its|the] [main points|core|skeleton]. {passage}
[A|One] [sentence|paragraph] [that says what|on what] [this|the text] [says|contains], please: {passage}
""",
    "chat": """
[I'm|I am|im] [feeling|] [so|really|a bit|very] [happy|down|angry|proud|scared|stressed] [today|right now|about it|].
[yo|hiya|hey hey|heya|greetings|howdy][!|]
[good|lovely] [afternoon|evening|day] [to you|my friend|]!
[What's|what is] [new|on your mind|going on with you]?
[Long time no see|Nice to be back|I'm back|Here I am again][!|.|, did you miss me?]
[Guess what|You won't believe it|Listen]: [I got the job|we are having a baby|I passed|my cat is back]!
My [boyfriend|wife|best friend|mother] [left me|does not talk to me|lied to me][.| and I don't know what to do.]
I [failed|messed up|lost] [my exam|everything|my keys] and [now I feel awful|I could cry].
[I need|I could use] [someone to talk to|a friend|a hug|some advice|cheering up].
[How do I|How can I|how should i] [tell my boss that I quit|make friends|stop worrying|ask her out]?
[What should|What shall|what do] I [wear|cook|do|say] [tonight|on Sunday|to my sister|for her birthday]?
[Be|Play|You are now] [a detective|{person}|my grandmother|the captain of a ship][.| and greet me.| and I am your guest.]
[Let's do|Let's try] a [role play|quiz|word game]: you are [the waiter|a dragon|my boss] and I [order|begin].
[Make|Invent|Think up] a [rhyme|riddle|limerick|slogan|nickname] [about|for|with] {thing}.
[Write|Compose|Draft] [me|] [a short|a funny|a sad|a long] [story|poem|song|speech] [about|on|for] {thing}.
[Write|Draft] a [birthday card|love letter|toast|cover letter|complaint] for [me|my mother|a friend|{person}].
[Entertain|Surprise|Cheer|Comfort] me[!|.| a little]
[I|We] [went|drove|walked] to {place} [yesterday|last week] and it was [great|awful|so much fun].
[I'm|I am] [cooking|reading|watching a film|on the train] [right now|at the moment][.|, and you?]
[You|you] [are|seem] [funny|so kind|smart|boring|rude] [today|].
[Do you|do u] [have|get] [feelings|dreams|friends|a favorite song|tired]?
[I love you|I miss you|I like talking to you|You're the best][!|.|]
[Sorry|I'm sorry][, I was rude|, that was my fault| for yesterday].
[haha|lol|wow|oh no|hmm|cool][ that's funny| really|, tell me more|]
[no|nah|not really|yes please|of course|sure thing|fine by me][!|.|, let's do it|]
[Never mind|Forget it|Let's change the subject|Whatever][.|]
[It's my birthday|It's Friday|I have a day off|I'm on holiday] [today|finally|][!|]
[Wish|Tell] me [luck|good night|something nice|a secret].
[Help|Please help] me [find a hobby|plan my week|write my CV|decide|get organized].
[I want|I'd love] to [learn the guitar|move to {place}|get fit|change my life][. Any tips?|, where do I start?|.]
[Give|Can you give] me [some|] [tips|advice|ideas|feedback] [for|on] [my speech|sleeping better|a first date|my garden].
[What's|Got] a good [gift|name|present|excuse|plan] for [my dad|a dog|tonight|Saturday]?
[Build|Code|Make|Implement] [me|] a [website|small game|calculator|chat bot] [in python|with html|].
[Fix|Review|Debug] my [code|function|homework|text][, please|: {code}(1, 2)]
[Which|What] [film|song|book|sport] do you [like|love] [most|best]?
[Would you rather|Would you] [be rich or famous|fly or be invisible|live in {place}|dance with me]?
[I think|I believe|In my opinion] {topic} is [great|overrated|boring][. You?|, don't you agree?|.]
[Are you|r u] [okay|angry|tired|busy|awake|happy]?
[How|What] about [a game of chess|we talk about {topic}|telling me about your day]?
[I'm|We're] [hungry|so tired|bored to death|freezing|nervous about tomorrow].
[My day was|Work was|School was] [long|terrible|wonderful|boring] [today|][.|, how was yours?]
[Convince|Persuade] me [to|that I should] [buy|keep|paint] {thing}.
[Pretend|Act like|Behave as if] [you were|you are] [my teacher|a cat|{person}|from the future].
[Happy birthday|Merry Christmas|Happy new year|Congratulations][!| to you!| my friend]
[Talk|Speak|Chat] [to|with] me [about your day|a bit|, I feel lonely|].
[See you|Talk to you|Catch you] [later|tomorrow|soon][!|.| my friend]
[What|how] [would you do|would you decide] [in my place|if you were me]?
[Make|Create|Design] a [workout|diet|study|weekly] plan [for me|for beginners|].
""",
    "completion": """
{opening}
{opening}
{sentence} {opening}
{sentence} {sentence} {opening}
{sentence} [And then|But when|After that|Because of this|Suddenly|Meanwhile]
[When|After|Before|While|Although|Because] {person} [came home|left {place}|saw {thing}], [the|he|she|there was|it]
[It was|There was] [late|a time when|already dark when|nothing left but|once a man who] {opening}
[In the middle of|At the end of|Behind|Under] [the street|the forest|the house] [stood|lay|there was|a man with]
The [old|young|tall|tired] [woman|captain|teacher|dog] [sat|ran|looked|waited] [at|towards|for|and]
[He|She|They] [had|were|was] never [been to|seen|told anybody about|so sure that]
[I|We] [remember|have always thought|could not believe|still dream of] [the day when|that|how]
[The most important thing|The trick|The problem|The secret] [about|of|with] {topic} is [to|that|]
[If you want to|In order to|To] [learn|understand|build|keep] {thing}, you [must|need|should first]
[There are|We know] [three|many|two] [kinds|ways|reasons] [of|to|for] {topic}: [first,|the first is|1.]
[First|Second|Finally|However|Moreover|As a result], {topic} [is|has|can be]
[Step 1:|To do:|Shopping list:|1)] [buy milk|open the box|mix the flour] [Step 2:|2)|-]
[apples, pears,|red, green,|Monday, Tuesday,|one, two, three,|January, February,]
[def|class|function] {code}[(self, x):|:|(a, b): return]
[if|while] {code}(x) [== 0:|> 1:|is None: return]
[import|from] [json|math|re|typing] [import|as]
[SELECT name, age FROM|<html><head><title>|#include <stdio.h> int main(|const x =|name: Anna, age:]
[Dear Sir or Madam|Dear Mr. Brown|To whom it may concern|Dear friends], [I am writing|I would like|we regret|with reference]
[Hi mum|Dear diary|Dear grandma], [today|I hope|the weather here|yesterday we]
[Yours sincerely|With kind regards|P.S.], [I|the|]
[Chapter one|Act I, Scene 1|Prologue|Introduction]. {opening}
["|'][Come in|I don't know|Wait|Where were you]," [he said|she whispered|said the old man], ["but|and|as he]
[Recipe|Pancakes|Tomato soup]: [take|mix|boil] [two eggs|the water|200 g of flour] and
{place} - [The government|Police|A team of scientists] [announced|said|reported] [on Monday|today] that
[Scientists have|A new study has|Researchers in {place} have] [found|shown|discovered] that
{person} ([born|died] [1867|1902|in {place}]) was [a|the|an]
{thing} [is|was] [made of|used for|known as] [a|the|]
{topic} [began|was discovered|became important|is based on] [in|when|the]
[According to|As] {person}, [the|there is|{topic} is]
[The sun|The moon|The rain|The wind] [rose|fell|shone|blew] [over|through|on] [the|her] [hills and|roofs, and|window while]
[Long, long ago|Many years ago|In a far country|One winter night], [there lived|a king|a girl named|when] {opening}
[Knock knock. Who's there?|Q: What is {topic}? A:|User: hello Bot:|Teacher: Good morning! Pupil:]
[She|He] [opened|picked up|looked into] {thing} and [found|saw|knew that|said,]
[On the one hand|On the other hand|In conclusion|For example], {topic}
[Agenda|Notes|Contents]: 1. [Welcome|Introduction] 2. [Budget|History] 3.
{sentence} [She|He|They|It|Nobody] [was|had|did|could]
[My name is|I was born in|I grew up in|I work as] [Anna and|{place} and|a small town where|a]
[Tweet|Headline|Title|Abstract]: {opening}
[I|He|She] [walked|drove|went] [down|into|across] [the|a] [street|room|bridge] [and|when|where|until]
[Row, row,|Twinkle, twinkle|To be or not|All's well that]
[The contract|This agreement|The tenant|The buyer] [shall|is made between|agrees to|must] [the|be]
[x|y|total] = [0|1|{code}(] [for|while|if]
[complete|continue|finish|go on][:| writing:| this line:] {opening}
[Keep writing|Carry on with|Write on] [from here|the story|]: {opening}
""",
}

TOPICS = """the Black Death; a solar eclipse; paper money; evolution; the ozone layer; tennis; sleep; blood pressure; the
Cold War; recycling; relativity; oxygen; cheese; the alphabet; earthquakes; bitcoin; a comet; the Olympic Games; poetry;
rainbows; diabetes; coffee; the Suez Canal; radio waves; ice ages; insurance; yoga; the Vikings; silk; dreams; algebra;
wind power; perfume; the piano; malaria; sugar; chocolate; photography; cancer; fog""".replace(
    "\n", " "
).split("; ")
PEOPLE = "Galileo; Beethoven; Joan of Arc; Gandhi; Darwin; Picasso; Shakespeare; Columbus; Mrs. Miller; Tom; Aristotle; Kafka; Nelson Mandela; Leonardo da Vinci; Lisa; Captain Cook".split("; ")  # fmt: skip
PLACES = "Japan; Paris; Brazil; the Sahara; Rome; New York; Greece; Sweden; Chile; Istanbul; the Pacific; Cuba; Hamburg; India; Portugal; Sydney".split("; ")  # fmt: skip
THINGS = "a wooden chair; my phone; the old map; a snowman; a lemon; the roof; his coat; a mirror; the ladder; a spider; the radio; a pumpkin; the blanket; a key; my car; a football; the oven; a whale; the guitar; a letter; our house; a robot; the sea; soup".split("; ")  # fmt: skip
WORDS = "apple; please; friend; excuse me; winter; library; chair; love; grandfather; bridge; hungry; to swim; moon; ticket; cheers; tomorrow".split("; ")  # fmt: skip
SENTENCES = """The bus was late again, so we walked.
A dog barked somewhere behind the houses.
He put the letter into his pocket and said nothing.
The law was passed with a small majority.
Sales fell in the first quarter and rose in the second.
My father taught me how to swim when I was five.
The mayor opened the new library on Saturday.
Nobody had expected so many visitors.
The soldier had not slept for two days.
Plants need light, water and air.
The teacher wrote a long word on the board.
It had snowed all night, and the roads were empty.
The company will close two of its five factories.
There was a smell of apples in the kitchen.
We took the early train and arrived before noon.
The patient was sent home after three days.
The island has no trees and only a few sheep.
When the bell rang, everybody stood up.
The hotel was full, so they slept in the car.
A thin boy with red hair sold newspapers at the corner.
The temperature will drop below zero at night.
Her first novel was written in only six weeks.
The council has agreed to build forty new flats.
The ship left the port with eighty people on board.
I would like to change my order from last week.
The wolf looked at the moon and was afraid.
Students of the school collected money for the hospital.
The battery lasts about ten hours.
The judge asked the witness to speak louder.
Grandfather always told the same story at dinner.
Wages have grown more slowly than rents.
The cat slept on the warm stones in front of the church.
Please find attached the invoice for March.
The team lost the game in the last minute.
In spring the whole valley is yellow with flowers.
The thief came through the window and took only a clock.
The bridge is three hundred metres long.
My sister works as a nurse in a large hospital.
The device must not be used in the rain.
The strike ended after eleven days without a result.
Far away, a light went on and off again.
The river has become cleaner, and the fish are back.
She could not find her glasses anywhere.
The queen laughed, and all the others laughed too.
The new rule applies to everyone over eighteen.
The experiment was repeated four times with the same outcome.
They danced until the lamps went out.
The road to the village is closed until further notice.""".splitlines()
