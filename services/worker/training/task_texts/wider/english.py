"""The widest forms and fillings of requests in English. A list of texts, hence its length."""

FORMS = {
    "question": """
[How|how] [do|can|does one|would you|should I] {act}[?| properly?| at home?| without help?]
[What|Which] [tools|steps|things] [do I need|are needed|does it take] to {act}?
[What is|What's] the [best|right|usual|safest|quickest] way to {act}?
How [long|many hours|much money] does it take to {act}?
Is it [hard|legal|safe|possible|healthy] to {act}[ in {place}| in winter|]?
At what age can [children|you] {act}?
Why do people {act}?
What [happens|would happen] if [you|people|nobody] [stopped|began] to {act}?
[Explain|Describe|Outline|Clarify|Illustrate] [the idea of|the basics of|how people use|the role of] {topic}[.|]
[Tell me|Let me know|Say] [what|how|why|when|where] {topic} [is|was] [used|made|needed|measured|discovered][.|]
[Can|Could|Would|Will] you [please |]tell me [who|what|where] {person} [was|did|came from]?
Do you [know|happen to know|remember] [when|where|how|why] {topic} [began|came about|was found]?
[Tell me|Explain to me|Teach me] [about|all about|the history of|the meaning of] {topic}[, please|].
what do you know about {person}
[Compare|Contrast] {place} [and|with] {place}[.|]
[List|Name|Give|Mention] [two|four|ten|all|the main] [kinds|uses|parts|features|advantages|disadvantages|types|reasons] of {topic}[.|]
[Who|which person] [wrote|painted|built|founded|led|won|composed|designed] [it|{topic}|the tower in {place}]?
[Who|which company|which country] [makes|owns|sells|discovered] {thing}?
[When|In what year|In which century] [was|were] {thing} [invented|first used|built|banned]?
Where [can you find|do people keep|was|is] {thing}?
Why [does|did|is|was|do] {thing} [float|rust|smell|stop working|cost so much|turn green|make that noise]?
Why is the [sky|sea|grass|snow|moon] [blue|salty|green|white|bright]?
Why do [cats|dogs|birds|babies|leaves|bees|whales|stars] [sing|purr|cry|fall|shine|sleep|bark|migrate]?
[How|how] [tall|big|wide|heavy|hot|far away|strong|fast] is [{thing}|the sun|an elephant|the tower in {place}|Mount Everest]?
[How many|how many] [people|bones|teeth|planets|states|moons|languages|hours|grams] [are there|does it have|are in {thing}|live in {place}]?
[What|what] [color|size|shape|kind|sort] is {thing}[?| usually?]
[What's|What is|what was|Whats] the [name|age|height|speed|size|price|weight|length|depth|number|purpose|reason|cause|effect|rule|law|formula|symbol] [of|for|behind] {topic}[?|]
[Which|What] [river|lake|ocean|mountain|city|language|animal|bird|metal|planet] is the [longest|deepest|highest|largest|smallest|hardest|oldest] [in {place}|in the world|of all|]?
[What|Which] [language|currency|religion|flag|food] [do they|do people] [speak|use|have|eat] in {place}?
[What|what] does [the word |]"{word}" [mean|stand for]?
What [does|did] {person} [do|write|discover|believe|say about {topic}]?
[Is|Was] {person} [still alive|married|a king|from {place}|a scientist]?
[Are|Were] [there|they] [really |][people|animals|plants|rules] [in|on|under] {place}?
[Did|Does|Has|Will] {topic} [change|help|hurt|affect] [people|the climate|{place}|us]?
[Can|could|may] [you|one|a person|a dog|children] [eat|drink|use|touch|see|survive] {thing}?
[Is|Are] {thing} [made of wood|good for you|dangerous|a fruit or a vegetable|waterproof]?
[What|How] [causes|does one prevent|can we cure|can you treat] [a headache|the flu|{topic}|rust|a storm]?
Give me [an explanation|an overview|a definition|an example|the facts] of {topic}[.|, please.]
[I need|I'm looking for|I want] [information|facts|details|an explanation] [about|on] {topic}[.|]
[I don't know|I never understood|I forgot|Nobody told me] [what|how|why] {topic} [is|works|matters][.|. Can you explain?]
[one|a] [question|thing I always wanted to know]: [why|how|where|when] [does|did|is] {topic} [work|begin|made]?
[In|in] [simple|plain|a few] words[,|:] what is {topic}?
What are [some|the] [examples|signs|symptoms|stages|laws|origins|consequences] of {topic}?
What is [meant by|known about|so special about|special about] {topic}?
{topic}: [what is it|definition|explanation|how does it work|history and facts|pros and cons][?|]
[who|what|where|when] is {place} [named after|known for|on the map|most beautiful]
{passage} [Why|How|When|Where|Who|What] did [he|she|they|it] [do that|happen|leave|come from]?
[Given|Using|With|From] [this|the] [text|passage|information][,|:] [who|what|where|why] [is|was] [it|the reason|the place]? {passage}
{passage} [Q:|My question:|Now the question:|] [How many|Which|Whose] [were|is] [there|meant|mentioned]?
[Read|Look at|Study] [this|the passage] and answer[:| the question:| what was said about {thing}.] {passage}
{passage} Answer [this|the question]: [what|why|when] [happened|was that|did it begin]?
[Multiple choice|Quiz|Trivia|Exam question]: [who|what|which] [is|was] [{topic}|{person}]?
[Convert|Calculate|Compute|What is] [12 inches|40 miles|98 degrees|15 percent of 80|7 times 8] [to meters|in centimeters|please|]?
[what time|what day|what month] [is it|does it begin] in {place}
[Solve|Work out]: [3x + 5 = 20|12 * 14|the square root of 81]
When [{who}|a person] {event}, [what|who] is [to blame|the cause]?
Why [do|would] [most people|experts|doctors] [say|think|believe] [so|that {topic} is bad|that]?
hey, [what|who|where|when] [is|was] {topic}
[Is it better to|Is it cheaper to|Should one] {act} or [to |]{act}?
What's [inside|the use of|wrong with|the science behind] {topic}?
[how is|how are|how was] {topic} [different from|related to|similar to|connected with] {topic}[?|]
[ever wondered|can anyone tell me|do we know] [why|how] {topic} [works|exists|ended][?|]
[What role|What part] did {person} play in {topic}?
[Why|How|When|Where] did [the Romans|the Egyptians|the Vikings|sailors|the first farmers|people long ago] [build roads|store food|measure time|choose a leader|bury the dead|make paper|cross the sea][?| exactly?|]
[How|Why] do [planes|submarines|magnets|batteries|engines|glaciers|volcanoes|spiders|roots|muscles] [fly|sink|move|work|grow|store energy|break down|hold on][?|]
[What|which] [gas|food|vitamin|organ|muscle|chemical|part of the brain] [do we breathe|gives energy|makes bones strong|cleans the blood|keeps us warm|helps us sleep][?|]
[Is|Are] [a tomato|a whale|honey|glass|Pluto|spiders|mushrooms|viruses] [a fruit|a fish|alive|a liquid|a planet|insects|plants|poisonous][?| or not?]
[What|which] was the [first|second|last|biggest|worst|most expensive] [film|war|computer|car|earthquake|city|emperor|newspaper] [ever|in {place}|in history|of the century|made][?|]
[How|how] many [chambers|letters|players|sides|seconds|feet|keys|rings] [does|do|are in] [a heart|the alphabet|a football team|a triangle|a day|a piano|{thing}] [have|there|]?
[Who|who] [is the president|was the first king|was the inventor|is the author|was the leader|is the owner] of {place}[?|]
[What|what] is the [boiling point|chemical symbol|speed|capital|square root|opposite|plural|distance|time difference|population] of [water|gold|light|{place}|144|"{word}"|sound][?|]
[Does|Do|Did|Can|Will|Would] [drinking coffee|eating sugar|reading in the dark|cold weather|exercise|{topic}] [make you tired|cause colds|hurt your eyes|help you sleep|stop growth][?|]
[What|what] [comes before|comes after|rhymes with|is the opposite of|is another word for] [five|Tuesday|"{word}"|winter|the letter K][?|]
[What|Which] [languages|animals|countries|foods|plants|planets|metals] [are|can be|have|contain] [spoken in {place}|dangerous|iron|no army|found only in {place}|rings][?|]
[Why|why] [was|is|were] [the wall|the tower|the treaty|the canal|the law|the empire|the bridge] in {place} [built|leaning|signed|so important|changed|divided|closed][?|]
[How|how] [is|are|was|were] [wine|paper|salt|steel|rain|coins|diamonds|pearls|laws|numbers] [made|formed|produced|measured|found][?| today?]
[What|what] [do you call|is the name of|is the term for] [a baby kangaroo|a group of wolves|fear of heights|someone who studies stars|a word with two meanings][?|]
[Where|where] [does|do|did] [the sun|the Danube|penguins|potatoes|the word "{word}"|tea|the Olympics] [rise|end|live|come from|begin][?|]
[Which|what] is [healthier|faster|cheaper|heavier|closer|safer], [butter or oil|a train or a plane|gold or lead|Mars or Venus|tea or coffee][?|]
[if|If] [a train leaves at nine|I have three apples|the rent is 800 a month|a shirt costs 40 euros], [when does it arrive|how many are left|how much is that a year|what do I pay with 20 percent off][?|]
[state|give|name|explain] [Newton's first law|the rules of chess|the three states of matter|the causes of the war|the parts of a flower|the seven wonders][.|]
[meaning of|definition of|what's] [osmosis|irony|democracy|GDP|a haiku|entropy|a mortgage|an atom][?|]
""",
    "translation": """
[Translate|translate|Please translate|Can you translate|translate pls] [this|it|that|the text|the sentence|the message|these words|my letter] [into|to|in] {lang}[:|.|] {foreign}
[Translate|Put|Render|Convert|Turn|Change] [the following|what I wrote|the next line|the paragraph below|everything below] [into|to] {lang}[:|.] {foreign}
{foreign} [Translate|Please translate|Can you translate|Could you put] [this|that|the text above|it] [into|to] {lang}[?|.|]
[How|how] [do you|does one|do they|can I|should I|would you] [say|write|express|ask for] "{sentence}" in {lang}[?|]
[how do you|how to|how do people] say {word} in {lang}[?|]
What [is|'s|would be|do they call] {word} in {lang}[?|]
[The|What's the|Give me the|I need the] {lang} [word|name|term|translation] [of|for] {word}[?|.|]
[What|what] does [this|it|the sign|the following] [mean|say] in [English|my language|{lang}][?|:] {foreign}
[What's|What is] the [meaning|English|translation] of "{foreignshort}"[?|]
"{foreignshort}" [means what|what does it mean|what does that mean in English|in English][?|]
{lang} to {lang}[:| please:| translation:] {foreign}
[to|into|in] {lang}[:| please:] {foreign}
{lang} translation [of this|please|needed|]: {foreign}
[I need|I want|I'd like|Make me|Send me] a {lang} translation[: | of this: |. ]{foreign}
[Could|Can|Would] you [say|write|repeat|phrase] [this|that|the sentence] in {lang}[ for me|]? {foreign}
[This is|That's|The text is] [in {lang}|written in {lang}]. [Translate it|What does it mean|What is it in English][.|?] {foreign}
[I don't speak|I can't read|I never learned] {lang}[.|,] [what does this mean|can you translate this][:|?] {foreign}
[My|Our] [colleague|client|teacher|host|landlady] [speaks|wrote in|sent this in] {lang}[.|:] [How do I say|Translate][:| this:] {foreign}
[Translator|Interpreter|You translate] [mode|for me|into {lang}]: {foreign}
[Act|Work|Serve] as a [translator|professional translator|interpreter] [from {lang} |]to {lang}[.|:] {foreign}
[Write|Type|Spell] "{sentence}" in {lang}[.| for me.| please]
"{sentence}" [how is that|how would that be|what is that|how to say that] in {lang}[?|]
[Tell|Show|Teach] me [how to say|the words for|the translation of] "{sentence}" in {lang}[.|]
the {lang} for "{sentence}"[?|]
{foreign} [Say it|And that|The same|Write that|Now] in {lang}[.|, please.]
[Correct|Good|Natural|Formal|Polite] {lang} [version|wording|translation] of[ this|]: {foreign}
[Translate|Interpret] [literally|freely|carefully|word by word|exactly][ into {lang}|]: {foreign}
[Subtitle|Email|Contract|Recipe|Headline|Poem|Postcard|Label] [to translate|for translation into {lang}|into {lang}, please]: {foreign}
[Translate|Turn] the [word|words|phrase|expression|title] "{foreignshort}" [into|to] {lang}[.|]
[If I want to say|When I want to say] "{sentence}" in {lang}, [what do I say|how do I do it]?
[hi|hello|hey|please help][, |! ][translate this|i need this in {lang}]: {foreign}
[from|From] {lang}[ please|]: {foreign}
[Is there|What is] a {lang} [expression|equivalent|word] for {word}?
[English|{lang}], please: {foreign}
[Back-translate|Retranslate|Transfer] [this|the text] [into|to] {lang}: {foreign}
what would "{sentence}" [sound like|be] in {lang}
""",
    "summary": """
[Summarize|Summarise|Sum up|Recap|Condense|Shorten|Abridge|Outline] [the text|this text|this passage|the article|the story|the news|this email|what follows|the following paragraph][.|:| for me:| please:] {passage}
[Please|Can you|Could you|Would you|Will you] [summarize|summarise|sum up|recap|condense|shorten|outline] [this|that|it|the text|this for me][?|:|.] {passage}
{passage} [Summarize|Summarise|Sum up|Recap|Condense|Shorten] [that|this|it|the text above|the passage][.|, please.| for me.]
{passage} [Can you|Please|Could you] [summarize|sum up|shorten|recap] [that|this|it|the above][?|.]
[Write|Give|Make|Provide|Create|Prepare|I need|I want] [a summary|a short summary|an outline|a recap|a synopsis|a one-line summary|a brief overview][:| of this:| of the text:| of what follows:] {passage}
{passage} [Write|Give me|Make|I need] [a summary|a short summary|an outline|a recap|a synopsis][.| of that.| of this text.]
[What|what] [is|are] the [main idea|key message|central point|most important facts|takeaways|highlights|conclusion][ of this text| here|][?|:] {passage}
{passage} [What is|What was|What's] [the point|the main idea|the takeaway|the bottom line|the message][ here| of it|]?
[What|what] does [this text|the author|the article|the following|the letter|this report] [say|tell us|want to say|argue][ in short| in one sentence| basically|]? {passage}
{passage} [So what|What] [does it say|is it about|was that about][ in short| in a few words|]?
[In|Using] [one|two|three|at most five|a few] [sentence|sentences|lines|words|bullet points][,|:] [what is this about|summarize this|what happened][:|?] {passage}
[tl;dr|tldr|TL;DR][ of this| please|?|:|] {passage}
{passage} [tl;dr|TLDR|in short|short version][?| please|]
[Too long|This is too long|That's a lot of text][, |. ][shorten it|make it short|what's the short version|give me the gist][.|?|:] {passage}
[The|A|Your] [short|brief|quick|concise|one-sentence] [summary|version|overview|recap] [of this|please|]: {passage}
[Summary|Recap|Synopsis|Overview|Digest|Outline|Bullet points][ please| in two sentences| of the text|][:|.] {passage}
[Make|Cut|Bring|Get] [this|the text|it] [shorter|much shorter|down to one sentence|down to the essentials][.|:] {passage}
[List|Extract|Collect|Note|Find|Pick out] the [key facts|main points|essential points|important facts|most important information|arguments] [in|from|of] [this|the text|the passage][.|:] {passage}
{passage} [List|Extract|Write down|Note] the [key facts|main points|important points|essentials][.|]
[I'm in a hurry|I have one minute|I'm too busy|No time][.|, |: ][what does this say|give me the summary|what's in it|just the main points][?|.|:] {passage}
[Explain|Tell me|Say] [briefly|in a nutshell|quickly|in your own words] what [this|the text|the article|the message] [says|is about|means][.|:] {passage}
[Simplify and shorten|Reduce to the core|Compress|Distill|Pare down][ this|][:|.] {passage}
[Report|Article|Minutes|Email|Chapter|Speech]: {passage} [Summary|Short summary|In short]:
[Text|Article|Document]: {passage} [Summarize it|Summarize the text|Give the main points][.|]
[A summary|An abstract|The gist|Key takeaways|The essentials], please[:|.] {passage}
[Could|Can] [I|we] [get|have] [a summary|the main points|the gist|a recap] of [this|the following][?|:] {passage}
[For my boss|For the newsletter|For my notes][,|:] [sum this up|summarize this|make a short version][:|.] {passage}
[Headline|One line|Two lines] [for|that summarizes] [this|the text]: {passage}
""",
}
