"""More of the widest forms in English, of more subjects. A list of texts, hence its length."""

FORMS = {
    "question": """
What [exactly |actually |]is {topic}[?| and who came up with it?| used for?|]
What's {topic}[?| all about?| in biology?| in law?|]
[what are|What were] [the|] {things}[?| made of?| used for?| good for?|]
[Who|who] [discovered|invented|first described|developed|came up with|patented] {topic}[?|]
[Describe|describe] {topic}[.| in detail.| to a beginner.| and its effects.|]
[Describe|Compare|Contrast] {topic} [and|with|to] {thing}[.|]
[Tell me more|Say something|I'd like to hear more|Teach me something] about {topic}[.|]
[What have you heard|What can you tell me|What should everyone know] about {topic}[?|.]
I [do not|don't quite|can't] understand {topic}[:|,|.] [where does it come from|how does that happen|what causes it|why is that][?|]
I [read|heard] about {topic}[:|,|.] [what is it|how is it made|is it true|who pays for it][?|]
{topic} vs {topic}[?|: what's the difference?|, which is better|]
[causes|symptoms|history|price|origin|inventor|benefits|side effects|rules] of {topic}
[population|area|height|climate|capital|flag|president|currency|time zone|map] of {place}
{place} [population|capital|climate|currency|time zone|area|distance to {place}]
{topic} [meaning|definition|examples|history|facts|formula|temperature|side effects]
[how much|how many calories|how much sugar|how much water] [is|are|does it take for] {thing}
[true or false|fact or myth|right or wrong|Yes or no][:|,] {topic} [is|was|can be] [dangerous|older than the wheel|bad for your eyes|made of carbon|a kind of fish][?|.|]
What if {thing} [freezes|falls into water|catches fire|gets wet|runs out of power|breaks in half]?
What happens to {thing} [in space|in the cold|under water|when it rains|after ten years]?
Could {thing} [survive in space|run without power|float|be older than a hundred years|melt in the sun]?
[Can|Could|Does|Will] {topic} [spread|stop|exist|come back|work] [without water|in winter|on Mars|by itself][?|]
[Which|What] [steps|tools|things|papers|materials] [do you need|are necessary|does one need] [for|to understand] {topic}[?|]
Where [is|are|was] {thing} [kept|produced|found|grown|sold|built][?|]
[Whose|Which] [idea|invention|theory|painting|book] [was|is] {topic}[?|]
May I ask [who|where|what|how old] {person} [was|is|lived|wrote][?|]
[Who|where|when] [was|is] {person} [born|buried|educated|married|killed][?|]
what did {person} [die of|invent|study|look like|believe in][?|]
[Since when|How long|For how many years|How long ago] [has|have|did] {topic} [existed|been around|been known|begun|been used][?|]
[How often|how many times] [should|does|must] {thing} [be cleaned|be changed|break|need oil|be washed][?|]
[How|how] [deep|old|expensive|long|bright|loud|rare|thick] [is|was] {thing}[?|]
[What|which] is the [tallest|smallest|fastest|rarest|poorest|coldest|oldest] [animal|country|planet|building|bird|desert|bone|tree] [on earth|in Europe|known|alive|][?|]
[What is|What was] the [plot|ending|main theme|title|first chapter] of [Hamlet|Don Quixote|the Odyssey|Faust|Dracula][?|]
[Who|who] [plays|sings|directed|wrote|voiced] [in Casablanca|Yesterday|the Lord of the Rings|Carmen|the main role in Titanic][?|]
[Is|Are|Was] [the earth|Latin|a cucumber|the Pacific|silver|bacteria|the zebra|a bat] [flat|still spoken|a fruit|deeper than the Atlantic|heavier than iron|visible|an insect][?|]
[What|what] [percentage|part|share|proportion] of [the body|the ocean|the population|air|the brain|a tree] is [water|oxygen|over sixty|unexplored|fat][?|]
[Why|why] [can't|don't|doesn't|won't] [penguins|ostriches|fish|plants|humans|the moon|boats|planes] [fly|drown|sink|breathe under water|fall down|see in the dark|move][?|]
[When|when] [does|did|will] [summer|Easter|the war|the next eclipse|daylight saving time|the dark age|the sale] [begin|end|start|take place][?|]
[How|how] [does|do] [a vaccine|the heart|a fridge|elections|credit cards|bees|radar|a compass] [protect us|work|keep food cold|function|find their way|detect planes|know north][?|]
[what|What] [should|must|can] [one|you|a patient|a tourist] [do|eat|know|avoid] [when there is an earthquake|with a fever|before surgery|in {place}|against ants][?|]
[What|what] [makes|made] [bread rise|the sky red|people sneeze|{place} rich|popcorn pop|cats land on their feet|ice slippery][?|]
[Name|List|State|Give me|Write down] [the planets|the kings of {place}|the noble gases|all the continents|five rivers in {place}|the primary colors|the bones of the hand][.|, please|]
[Explain|Describe|Define|Clarify] [how a bill becomes law|what a black hole is|why leaves turn red|the difference between weather and climate|what GDP measures|the term inertia][.|]
[In what order|In which country|On which continent|In which language|At what speed|At what temperature] [are|is|does|did] [the planets|{place}|Beowulf written|light travel|iron melt|{thing} made][?|]
[Of which|From which|To which|For which] [metal|family|language|country|team] [is|was|did|does] [{thing}|Messi play|the tiger|the word "{word}"|it made][?|]
[Roughly|About|Approximately|Exactly] how [many|much|long|far] [people speak Hindi|does a liter of milk cost|is a marathon|is the sun|salt is in the sea][?|]
[I wonder|I was wondering|I'd like to know|I want to find out|we would like to know] [who|why|how|when|whether] [{person} wrote that|{thing} is so heavy|{topic} is still used|the war began|fish can hear][.|?|]
[Someone|A friend|My son|The teacher] [asked|wants to know|asked me] [how|why|whether] [{topic} works|whales sleep|the tides change|Pluto is a planet|{thing} can explode][.|. What is the answer?|]
[Quick|Short|Dumb|Simple|Serious|History|Physics|Geography] question[:|,|.] [who|what|why|how] [is|was|does] {topic}[ work|][?|]
[help with homework|for my exam|for school|school project][:|,] [what is|who started|why did they need|where was] {topic}[?|]
{topic} [please explain|explained simply|for dummies|in simple terms|how does that work][?|]
{thing}[:|,] [how does it work|what is it made of|why is it red|how old can it get|is it dangerous][?|]
{thing} [not working why|how to clean|weight|size|best temperature|price]
[Is it|Was it] [true|possible|a fact|proven|a myth] that [{topic} causes cancer|{person} never existed|goldfish forget everything|bulls hate red|{place} is sinking][?|]
[Do|Did] [all|most|some] [birds|snakes|planets|countries|mammals|Romans] [lay eggs|have a moon|hibernate|have an army|wear trousers|have teeth][?|]
[What|Which] [came first|weighs more|lasts longer|is closer to us|costs less|burns hotter]: [{thing} or {thing}|the chicken or the egg|a kilo of lead or of feathers|{place} or {place}][?|]
[If|when] [water|iron|sugar|milk|rubber] [freezes|gets hot|is heated|is mixed with acid|boils], [does it expand|what happens|why does it change color|does it get heavier][?|]
{passage} [Who is|Where is|How old is|Why is] [the main person|this|the story set|it so late][?|]
{passage} [Is|Was|Does|Did] [the text|the author|this|it] [say why|happen in winter|in favor|name a place][?|]
[Based on|According to|From] [the above|the article|the report|this letter][,|:] [who|when|how many] [won|was it|were there][?|] {passage}
{passage} [True or false|Question|Now tell me|Q]: [there were two people|who spoke first|what was lost|where did it take place][?|]
how come [{topic}|{thing}|the sea|gold|my country] [is so expensive|exists|never changes|costs so much|disappeared]
[Any idea|Anyone know|Does anybody know|Who knows|You know] [what|why|how|when] [{topic} is|{thing} is so slow|they built {place}|it gets dark in {place}][?|]
What [year|day|century|age] [did|was|is] [{person} die|the Berlin wall built|the battle of Waterloo|the telephone invented|the Titanic sunk][?|]
[Solve for x|Simplify|Integrate|Evaluate|Calculate|Compute|Add up|What's]: [2x = 14|x^2 - 9|17 + 26|120 / 8|3/4 of 60|the mean of 2, 4 and 9][?|]
[how far|how long|how many km] [is it |]from {place} to {place}[ by car| by plane|][?|]
[Which|What] [visa|vaccines|plug|documents|language] do [tourists|visitors|travellers|you] need [in|for|to enter] {place}[?|]
[Advantages|Pros and cons|Risks|Uses|Types|Stages|Key concepts] of {topic}[?|.|, please|]
[How|how] [does one|do people|do you|do experts] {act}[?| without tools?| in {place}?|]
[Tips|Steps|Instructions|The right way|Ways|How] to {act}[?|]
[Steps|Method|Rules|Tools|Guide] for [growing tomatoes|changing a tire|making cheese|building a shed|a safe dive][?|]
[Does|Can|Could|Is|Was] [a dog|a kitten|a hamster|my watch|my tablet|my car|a blue umbrella|a raincoat|the goldfish] [see colors|survive a fall|waterproof|need sugar|dangerous|made of plastic|float|poisonous|older than ten years][?|]
[What happens to|What becomes of|How long does] [a dog|my watch|my tablet|a moth|my hat|the goldfish] [in space|under water|in the cold|live|when it rains|at night][?|]
[Is|Was|Are] {place} [in Asia|a city|a kingdom|rich|near the sea|far away|a democracy|part of China|older than Rome][?|]
[Inform me|Fill me in|Enlighten me|Lecture me|Give me a lesson] [on|about] {topic}[.|]
Tell us [about|more about|everything about|the facts about] {topic}[.|, please.|]
[Do|Does|Did] {thing} [contain|need|produce|use|cause] {topic}[?|]
[Would|Will|Can] {topic} [exist|work|be possible|happen] [without|with less|despite] [light|oil|people|salt|rain][?|]
What [would|will] {thing} [do|become|look like] [in the desert|on Mars|after a year|without air][?|]
{topic} [or|and|versus] {topic}[: explain| - differences| compared|?|: which is older?]
[who|Who] [gave us|built the first|was behind|is known for|created|made the first] {topic}[?|]
""",
    "chat": """
[Thanks|Thank you|Cheers|Much obliged][ again|, mate|, that's all|, it worked| for being there|!|]
[hm|hmm|aha|oh|ah|well|oops|ouch|yay|phew|yikes|meh][,|!|...] [okay|I see|interesting|that hurts|we made it|not bad|never mind|what now][.|!|]
[who do you|what do you|which team do you|why do you] [love|want to be|dream of|support|like me|hate][?|]
What's [your name|your story|wrong with you|on your mind|your sign|up with you|your plan for tonight][?| Mine is {person}.|]
[Your|your] [favorite|best|worst|first] [song|day|memory|joke|meal|friend|animal][?|]
[And|So|But] [you|what about you|how are you|what's new with you|what do you say|who are you then][?|]
[Are you|You're] [serious|kidding|joking|busy|mad|free tonight|married|my friend|single|lying to me][?|!|]
[Did you|Do you|Have you|Will you|Could you] [miss me|remember me|have time for me|ever been in love|forgive me|marry me|hear me|trust me|wait for me][?|]
[tell me|Tell me|say] [your opinion|what you feel|who you are|your favorite joke|that you love me|good night|what to wear|that it will be okay][.|!|]
I [failed|lost|forgot|broke|burned|ruined|dropped] [my test|my wallet|our anniversary|my arm|the dinner|everything|my phone][.|!| today| and I feel stupid]
[I'm|We are|i am|im] [starving|freezing|exhausted|home|late again|in love|getting old|on the bus|so done with this|pregnant|back from work][.|!|, what about you?|]
[I've|I have] [had enough|a headache|no friends|a crush on someone|news for you|a funny story|been crying all day|nobody to talk to][.|!|]
[Yesterday|Today|Last weekend|This morning] [I|we|my wife] [danced all night|felt so lonely|ran into my ex|got fired|slept until noon|had a lovely picnic|adopted a puppy][.|!|]
[People|They|My parents|The kids|My friends] [never listen to me|always laugh at me|are driving me crazy|want me to study law|forgot my birthday|think I am weird][.|!|]
[How do I|How can I|How should I] [break up with him|tell my parents|cheer up my friend|stop missing her|get over this|talk to my crush|say sorry to my sister][?|]
[How do I tell|How should I tell|What do I tell|what should i say to] [my boss|my wife|my kids|my landlord|him] [that I am leaving|that I'm ill|about us|that I lied][?|]
[Should|Can|Must|Would] I [leave him|wear the red one|text her|say yes|forgive them|go to the party|cut my hair|take the job|be worried][?| What do you think?|]
[Is it|Am I|Was it] [okay to cry|wrong to feel this way|too late for me|my fault|a bad person|the only one|silly|overreacting][?|]
[Why|why] [does nobody like me|am I always tired|is my life so boring|won't she call me|are you so nice to me|did he leave me|do I always fail][?|]
[What would you|What do you|What should I] [recommend for dinner|do with a million|give her for Christmas|get my dad|call my kitten|order|bring to the party][?|]
[Which|what] [shirt|dress|job offer|name|color|phone] [should I take|do you like better|suits me|would you choose for me|do I pick][?|]
[Where|where] [should we go tonight|do you want to eat|shall we meet|have you been|are you hiding|did you grow up][?|]
[Help|Please help|Can you help] [me|us] [choose a name|with my speech|write a poem|calm down|practise for my interview|to fall asleep|find the right words][.|!|]
[Write|Compose|Create|Draft|Type|Produce|Generate|Come up with] [an essay|a blog post|a review|a product description|a slogan|a dialogue|a scene|lyrics|a tweet|an ad|a CV|a script] [about|for|on|in praise of] {topic}[.|]
[Write|Compose|Create|Draft|Prepare|Make] [a|me a|us a] [menu|packing list|timetable|quiz|lesson plan|budget|checklist|reading list|workout] [for|about] [{place}|a rainy day|two kids|{person}|beginners|the office party][.|]
[I want|I need|I'd like|Could you write|Can you make|Please write] [a|an] [excuse|nickname|bedtime story|wedding toast|thank you note|short poem|catchy title|dating profile|thank-you card][ for my teacher| for {person}| about {thing}|][.|]
[Edit|Revise|Correct|Check|Proofread|Rewrite|Improve|Tidy up|Fix] [my grammar|the spelling|my cover letter|my essay|these lines|the commas|my draft|this][:|.| please:] {sentence}
[Make|Turn] [this|it|my message|the sentence] [more polite|sound natural|friendlier|rhyme|funny|into a poem|into a question|less rude][:|.] {sentence}
[Make up|Invent|Imagine|Think of|Dream up] [a world|a superhero|a planet|a holiday|a new word|a monster|three wishes|an animal] [where nobody sleeps|for children|called {person}|made of cheese|that loves {thing}][.|]
[You be|Be|Act like|Talk like|Pretend to be|Answer as if you were] [{person}|a grumpy cat|my grandfather|a Viking|Sherlock|a tour guide|a talking tree|my therapist][.|!| and I ask you things.|]
[From now on|In this game|For the next hour|Today] you [are|play|speak like] [{person}|a king|my servant|a poet|the villain|a shy robot][.|!|]
[Build|Write|Code|Develop|Script|Refactor|Optimize|Test] [an app|a regex|a bot|a macro|a game|unit tests|an API|a parser|a shell script] [in go|for excel|with react|that sends mails|for my website|in python|][.|]
[Can you|Could you|Would you] [sing|dance|tell jokes|keep a secret|be my girlfriend|read my mind|cook for me|play chess with me|feel pain][?|]
[Let's|We could|Shall we|Why don't we] [make up a story|start over|play hangman|just talk|talk about something else|go on a trip|count to ten|tell each other secrets][.|!|?|]
[Good luck|Have a nice day|Sleep well|Take care|Get well soon|Happy Easter|Welcome|Cheers|Bon appetit|Well done|Never mind|Come on|Go away|Shut up|Leave me alone][!|.|, dear|, my friend|]
[I think|I guess|I feel|Honestly,|To be honest,] [you are right|this is stupid|we should talk|people are too rude|it will rain|dogs are nicer than people|I deserve better|winter is the best][.|!|, no?|]
[my|our] [day|week|date|boss|exam|marriage|team|flight|landlady|neighbour] [was awful|was a disaster|is so sweet|went well|is a nightmare|lost again|hates me|got cancelled][.|!|, ugh|]
[nobody|everyone|somebody|no one] [loves me|is so mean|called today|understands me|left early|stole my lunch|likes my idea][.|!| :(|]
[ugh|omg|wow|man|dude|gosh|lol][,|] [what a day|that was close|I'm so tired|you are funny|it's Monday again|I love this song|my head hurts][.|!|]
[it's|it is] [too hot to sleep|so quiet here|snowing|late, I should sleep|Friday at last|my turn|lonely without you|getting better][.|!|]
[Guess|You know|Hey, guess|Listen,] [who called me|what I did today|I met someone|I won the lottery|my secret|who I saw][!|?|.|]
[Just|I just|I only] [wanted to say hi|wanted to talk|need a hug|got home|had coffee with {person}|finished my book|woke up][.|!|]
[What|how] [a day|a mess|cute|beautiful weather|a lovely idea|nice of you|funny|sad|embarrassing][!|.|, isn't it|]
[We're|I'm] [planning|thinking about|excited about|worried about|arguing about] [our wedding|the move|my diet|a baby|my future|the trip to {place}|money][.|!|. Any advice?|]
Do you [think|believe|feel] [I'm pretty|she likes me|I should quit|we can be friends|he will call|this is love|I made a mistake|in ghosts|in love at first sight][?|]
[What's your view|What are your thoughts|What do you make|Your opinion|How do you see|Do you like the idea] [of|on|about] {topic}[?|]
[Rewrite|Rephrase|Polish|Improve|Correct|Edit|Proofread|Reword] [this|the|my] [email|text|essay|paragraph|letter][:|.| to sound better:| so it is clear:] {passage}
[Can you|Could you|Please] [rewrite|fix|rephrase|polish|correct] [this|my text|the paragraph below][:|?|.] {passage}
{passage} [Rewrite|Rephrase|Correct|Polish|Make] [this|it][ nicer| more formal| so it sounds friendly|, fix the spelling][.|!|]
[Got|Have you got|Any|Do you have] [a good|a cheap|a funny|] [idea|excuse|name|present|costume|recipe|joke] for [my mum|a cat|tomorrow|Sunday|us|a wedding][?|]
[thx|ty|tysm|tnx|thanks a lot|thank you so much|many thanks][!|.|]
""",
    "completion": """
{line}
{line}
{line}
{line}
{sentence} {line}
{line}
{tale} {line}
{line} ...
[He|She|My father|The boy|{person}|A woman|Our teacher] [had always wanted to|could not remember|told me that|was standing|took|put|never] [be a|where|the|by the|a|his hand on the]
[I|We|You] [was walking|were sitting|had been waiting|could hear|woke up|grew up] [in|on|when|for|along|by] [the|a|my|our]
[In|On|At|By|From|Since|Until|Under] [the|a|this|that|his|her] [evening|first day|end|edge|old|nineteenth century|beginning of the] [of|the|when|and|,|in the]
[{topic}|{thing}|{place}|{person}] [, which|, who|, also known as|(|and] [is|was|has|the|a]
[{topic}|{thing}] [can be|is often|was first|has long been|must not be|is usually] [found in|used as|seen as a|made of|described by|caused by]
[The aim|The purpose|A key part|The history|An advantage|The cost|One example] of {topic} [is|was|has been|lies in|can be] [to|the|that|a|in]
[Studies|Critics|Doctors|Historians|Economists|Local people|Officials] [have shown|say|believe|warn|found|argue] that [{topic}|the|in|more than|it is|there]
[Yesterday|On Tuesday|Last night|In March|Earlier this year], [the council|a man|police|the firm|voters|a fire|the court] [approved|was arrested|announced|destroyed|ruled|rejected] [a|the|after|that|in]
[Compared|According|Due|Thanks|In contrast|In spite|Because|Instead] [to|of] [the|its|his|this|last year's|a]
[The patient|The user|The student|The tenant|The customer|The employee] [must|should|may|is asked to|has the right to|shall] [not|be|to|sign|the|at]
["|][I can't|We must|You never|It's not|There is|Don't]["|] [he thought|, he said, "|, she added, "|and then he|believe you|look at the]
[It was|That was|This is] [the kind of|one of those|not the first|all because of|the moment when|nothing but] [day|the|a|man who|time|he]
[no sooner had|not only did|hardly had|little did|never before had] [he|she|they|we|the] [know|arrived|been|closed the|seen]
[Every|Each|One] [morning|summer|Sunday|year|night], [she would|the old man|the children|my grandfather|a bird|they] [sit|come|walk|used to|and|would go]
[Two|Three|Seven|A hundred] [men|years|ships|weeks|brothers|miles] [later|from here|were|came|away|lived] [in|the|to|there|and|,]
[once|one day] [there|upon a|a|in the|when] [lived|was|time|little|forest|king]
[I hereby|We would like to|With this letter I|We kindly|Please find|In reply to your] [confirm|inform you|ask you|attached|apply for|letter of] [that|the|to|a|]
[The reason|The fact|The idea|The question|The hope|The news|The rumor] [why|that|whether|of] [he|she|it|they|the|we] [never|was|had|would|could]
[A|The] [good|bad|typical|healthy|perfect|simple] [teacher|cake|life|garden|holiday|breakfast|password] [is|needs|should|has|begins with|contains] [to|at least|a|the|two|not]
[Monday|Breakfast|Day 1|Name|Date|Subject|Re|From|Title|Abstract]: [{topic}|{person}|the|a visit to|eggs and|our meeting] [-|,|and|in|,|:]
[for|while|if|else|try|return|public|var|let|print] [{code}|(|x|i|:] [=|in|+|==|(|;]
[Once|As long as|Even if|Whenever|Wherever|Whether|Unless|Provided that] [you|we|the|he|people|{who}] [have|can|is|want|go|had] [the|to|a|not|,|no]
[so|and so|and then|but|or|which is why] [the|they|he|she|it|we] [went|began|was|had|never|decided] [to|the|in|a|that]
[The first|The second|The last|The next|Another|A third] [reason|step|chapter|day|mistake|thing] [is|was|will be|that|to] [to|the|that|a|we]
{passage} {line}
{passage} {line}
{passage} {broken}
{passage} {line}
{line}
{line}
{passage} {broken}
{tale} {tale} {line}
{passage} {line}
{line}
[This|Our|The|Your] [website|manual|company|school|lesson|offer|device] [provides|gives|shows|was made|contains|supports|must be|can] [the|you with|a|by|more than|]
[Mary had a|Jack and Jill|Humpty Dumpty|London bridge is|Hush, little|Violets are|Row, row, row] [little|went up|sat on|falling|baby|blue,|your]
[Dear|Hello|My dear|Hi] [all|team|neighbours|Mr. Jones|Aunt May|colleagues|parents], [we hope|we are writing|it is with|please|thank you for|as promised,|on behalf of] [to|that|the|your|]
[{topic}|{place}|{thing}] [started|grew|arose|goes back|relies|is rooted|was born] [in|on|out of|to|as|with]
""",
    "translation": """
[Interpret|Translate|Read] [for me|to me|] what [she|he|the sign|the letter|this man] [said|says|means][:| in English:] {foreign}
[Localize|Adapt|Render|Transcribe into {lang}|Bring] [this text|the label|our slogan|these instructions] [for {lang} readers|into {lang}|in {lang}][:|.] {foreign}
[I found|I got|We received|There is] [this note|a letter|a message|this email] [in {lang}|I can't read|that nobody understands][.|:|,] [what does it say|what does it mean|can you translate it][?|:] {foreign}
{foreign} [What does that mean|What is that in English|Which means|Can you put that in English|Tell me what this says in English][?|]
[Say|Write|Text|Tell him] ["{sentence}"|{word}] in {lang}[.|!|, please|]
[How|how] [is|would|could] ["{sentence}"|{word}] [be |]said in {lang}[?|]
[word for|translation of|how to write|how to spell] {word} in {lang}
{word} [in|to|into] {lang}[?| please|]
[Please|Kindly|Quickly] [give|provide|write] [the|a] {lang} [version|translation|text] of [this|the following|what is below][:|.] {foreign}
[Translate|Convert] from {lang} [to|into] {lang}[:|.| the following:] {foreign}
""",
    "summary": """
[A|One|Just one|A single] [sentence|line|paragraph] [about what|saying what|that captures what] [the passage|this story|it] [says|means|is about][:|, please:] {passage}
[Tell|Give] me [the gist|the core|the key point|the short form|the essence|the upshot] [of this|of the text|here|][:|.] {passage}
{passage} [The gist|Key points|In one sentence|The essence|Bottom line|Main message|Abstract][?|, please|:]
[Boil|Cut|Bring|Trim|Shrink] [this|the article|the text] [down |]to [a few words|the key points|half the length|three bullets|a headline][:|.] {passage}
{passage} [Make|Write] [it|this|that] [shorter|brief|a two-line summary|an abstract|half as long][.|!|, please|]
[Could you|Can you|Please] [outline|summarize|go over|give an overview of] [the main ideas|the important parts|what matters|what happened] [here|in this|below][:|?] {passage}
[Summary|Recap|tl;dr|Key points|Main points|Short version|Gist] in {lang}[:|, please:] {passage}
[Summarize|Sum up|Outline|Recap] [this|the text|it] in {lang}[:|.] {passage}
{passage} [Summarize|Sum up|Recap] [it|this|that] in {lang}[.|, please|]
""",
}

LINES = """The lighthouse keeper had not spoken to anyone for three weeks.
Although the rain had stopped, the streets were still full of water.
I was seven years old when my father first took me to the sea.
Most of the passengers were asleep when the train came to a sudden stop.
The committee published its findings at the end of a long and difficult year.
A good loaf of bread needs nothing but flour, water, salt and time.
We would like to inform you that your application has been received.
He looked at the photograph for a long time before he put it back into the drawer.
My grandmother always said that you should never trust a quiet river.
According to the police, the driver had fallen asleep at the wheel.
The main advantage of this method is that it needs very little energy.
She had packed her bags the night before and left without saying goodbye.
In the north of the country, winters are long and the days are short.
The castle was built in the twelfth century on a hill above the valley.
Shares in the bank fell sharply after the announcement on Tuesday.
If the temperature drops below zero, the pipes may freeze and burst.
I have been thinking about what you told me last week.
Nobody in the office knew why the director had resigned.
The experiment was repeated five times with different samples.
There is an old story about a fox who wanted to fly.
As soon as the bell rang, the children ran out into the yard.
Heat the oil in a large pan and add the onions and the garlic.
Our hotel lies in a quiet side street only five minutes from the beach.
To install the program, open the file and follow the instructions.
You never know what you have until it is gone, my uncle used to say.
The government plans to spend two billion on new schools and hospitals.
They walked along the shore in silence, each with their own thoughts.
Scientists have long believed that the lake contains no life at all.
It took him almost an hour to find the house in the fog.
The wolves came down from the mountains when the snow was deep.
Before the war, my family owned a small bakery near the market.
Both parties agree that the contract ends on the last day of June.
The second half of the match was even worse than the first.
When the queen heard the news, she ordered the gates to be closed.
I still remember the smell of coffee and wood smoke in that kitchen.
Many parents worry that their children spend too much time with screens.
This chapter deals with the origins of modern trade.
The letter that arrived this morning had no sender and no stamp.
For the first time in years, he felt that someone was listening.
The bridge connects the old town with the harbor on the other side.
We had hardly left the village when the engine began to smoke.
The new museum attracts more visitors than any other in the region.
Under the bed lay a box that had not been opened for decades.
Every member has one vote and may speak for three minutes.
She put the key on the table, sat down and began to cry.
Last year the company sold more bicycles than cars.
Far out at sea, a red light went on and off.
His hands were shaking as he signed the paper.
Birds that live on islands often lose the ability to fly.
The price includes breakfast, but not the use of the pool.
Two days after the storm, the fishermen went out again.
I would have written earlier, but I have been ill for a month.
The street was empty except for a dog and an old newspaper.
Water covers more than two thirds of the surface of our planet.
Without another word the stranger paid and left the inn.
The minister refused to answer questions about the missing money.
Mix the butter with the sugar and stir until the mixture is smooth.
In her latest novel she tells the story of two sisters in Lisbon.
Thousands of people took to the streets to protest against the new law.
At the end of the corridor there was a door that was always locked.""".splitlines()
TOPICS = "osmosis; chemotherapy; the stock exchange; mitosis; the Industrial Revolution; blockchain; a mortgage; feudalism; sonar; the ozone layer; hypnosis; the periodic table; nuclear energy; a palindrome; anxiety; the nervous system; fermentation; the Silk Road; karate; opera music; surrealism; a solar panel; the Black Death; refraction; gluten; the Enlightenment; homeopathy; rugby; ballet; diabetes type 2; electromagnetism; the middle class; a hurricane; tectonic plates; linear algebra; probability; impressionism; hip hop; dark matter; Buddhism; the Ottoman Empire; pollution; deforestation; an avalanche; vitamin C; sushi; chocolate; cotton; oil prices; a referendum; free speech; the minimum wage; unemployment; the cell membrane; enzymes; mythology; astrology; the steam engine; the radio; typography; the bicycle; cement; caffeine; alcohol; tuberculosis; sign language; grammar; the subjunctive; the calendar; leap years; the metric system; time zones; latitude; erosion; limestone; a tsunami; plankton; parasites; camouflage; echolocation; hibernation; nuclear fusion; semiconductors; a transistor; encryption; a firewall; machine translation; neural networks; open source; copyright; patents; the jury; bail; insurance; compound interest; recession; the gold standard; the Great Depression; apartheid; colonialism; the Magna Carta; knighthood; samurai; pyramids; hieroglyphs; papyrus; mosaics; Gothic architecture; perspective; sculpture; the symphony; rhythm; blues; flamenco; cricket; marathon running; offside; judo; meditation; stoicism; utilitarianism; irony; metaphor; sonnets".split("; ")  # fmt: skip
THINGS = "a kettle; the vacuum cleaner; a passport; a cactus; the printer; a turtle; a wooden spoon; the elevator; a candle; my shoes; a violin; the washing machine; a parrot; a microscope; the roof; a dolphin; an anchor; a suitcase; the lawn mower; a screwdriver; an ant; the thermometer; a walnut; a pineapple; the traffic light; a wheelchair; a compass; the stapler; a jacket; an owl; a guitar string; a battery; the chimney; a telescope; the toaster; a snail; a pillow; an orange; the doorbell; a tractor; a bee; a raincoat; a ladder; the basement; a rabbit; a kayak; the microwave; a calculator; a hedgehog; a sandwich; a balloon; a pearl; a wasp; the keyboard; a helmet; a lemon; a drum; a carpet; the remote control; a zipper; an octopus; the oven; a trumpet; a drone; a scorpion; the sink; a penguin".split("; ")  # fmt: skip
PEOPLE = "Darwin; Frida Kahlo; Mandela; Rosa Parks; Plato; Mrs. Carter; Nietzsche; Genghis Khan; Edison; Rembrandt; Uncle Joe; Jane Austen; Archimedes; Elvis; Tolstoy; Amelia Earhart; Stalin; Pythagoras; Maria; Captain Cook; Hemingway; Aristotle; Monet; Kant; Charlie Chaplin; Saint Francis; Thomas; Virginia Woolf; Fleming; Vivaldi".split("; ")  # fmt: skip
PLACES = "Norway; Egypt; Chicago; Cuba; Thailand; the Sahara; Warsaw; Iceland; Chile; Berlin; Turkey; Istanbul; Sweden; Bangkok; the Andes; Ukraine; Boston; Portugal; Nepal; Munich; Colombia; Ghana; Sydney; Poland; Singapore; Cairo; Kansas; Hungary; Jamaica; the Rhine; Delhi; Seoul; Geneva; Tibet; Mongolia".split("; ")  # fmt: skip
MANY = "batteries; tulips; vitamins; glaciers; mushrooms; coins; diamonds; antibodies; planets; pearls; fossils; tides; magnets; sponges; antibiotics; lenses; proteins; mosquitoes; satellites; hormones; candles; bricks; spices; crystals; minerals; turbines; feathers; screws; tadpoles; tax brackets; prime numbers; adverbs; sanctions; pixels; cookies; muscles; pine trees; canals; monsoons; guilds".split("; ")  # fmt: skip
