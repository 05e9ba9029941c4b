"""The widest forms of chat and of beginnings in English. A list of texts, hence its length."""

FORMS = {
    "chat": """
[hi|hello|hey|yo|good morning|good afternoon|good evening|howdy|greetings][!|.|, friend| there| again|, it's me|, nice to meet you|, long time no see|]
[how are you|how are you doing|how have you been|how was your day|how do you feel|what's new|how is life|you okay][ today| my friend|][?|]
[nice|lovely|awful|terrible|strange] [weather|day|morning|evening] [today|outside|here][, isn't it|, right|][?|.|!|]
[I am|I'm|i feel|I've been] [so |very |really |a bit |][happy|sad|tired|bored|lonely|excited|nervous|angry|stressed|worried|confused|proud|sick][ today| right now| lately|][.|!|...|]
I [want|plan|hope|try|am going] to {act} [this weekend|tomorrow|next year|one day|with my friends][.|!| Wish me luck!]
I [just|finally|almost|never|always] [{event}|got a new job|passed my exam|lost my wallet|moved to {place}|met someone|broke my phone][.|!| and I feel great| and I'm so nervous| and now I'm sad]
my [brother|mother|wife|husband|boss|cat|boyfriend|girlfriend|son|roommate|teacher] [{event}|won't talk to me|is angry with me|is getting married|makes me laugh][.|!| and I don't know what to do|, can you believe it?]
[Should I|Shall I|Is it okay if I|Do you think I should] {act}[ today| or not| first|]?
[What|which one|Who] should I [wear|cook|give my mother|say to her|choose|do][ tonight| tomorrow| for the party|]?
[Do you|Did you|Have you|Would you|Can you] [like|enjoy|miss me|ever dream|sleep well|have feelings|have friends|want to talk|get bored|hear me|dance|love me][?| too?]
[What's|What is|Tell me|what's] your [favorite|favourite] [color|food|song|movie|book|animal|season|place][.|?|]
[Who|What] are you[ really| exactly|]?
[Who made|Who built|Who trained] you?
[What can you do|What are you doing|where are you|how old are you|where do you live|are you busy|are you awake|can we talk][?|]
[Write|Compose|Create|Make up|Invent|Give me|I need|I'd like] [a short |a funny |a sad |a |][poem|song|rap|limerick|fairy tale|story|joke|riddle|haiku|speech|toast] [about|for|on] [{thing}|{place}|{person}|my birthday|love|autumn][.|]
[Write|Draft|Compose|Prepare|Help me write] [a letter|an email|a message|a reply|a cover letter|a complaint|an apology|an invitation|a birthday card|a text] [to|for] [my boss|{person}|my neighbour|a friend|the school|the bank|my aunt][.| saying that I am sick.| about {thing}.]
[Write|Code|Program|Build|Implement|Show me] [a|some] [function|script|class|website|loop|query|code] [in|with|using] [python|java|c++|rust|sql|html][ that {code}s numbers| to sort a list| for my shop|][.|]
[Fix|Debug|Review|Refactor|Improve] [my|this|the] [code|function|script|program][.|: {code}(x)|]
[Rewrite|Rephrase|Reword|Paraphrase|Proofread|Polish|Improve|Correct|Edit|Edit and improve] [this|my|the] [sentence|text|email|paragraph|essay][:| so that it is polite:| to sound better:] {sentence}
[Make|Can you make] [this|my text|it] [sound|more] [friendlier|more formal|nicer|polite|professional][:|.] {sentence}
[Suggest|Recommend|Give me|I need|Can you suggest|Can you recommend|Any ideas for] [a name|some names|a good book|a film|a gift|a recipe|a hobby|a title|a game|a slogan|some music|a restaurant][ for my dog| for tonight| for {person}| for my team|][?|.|]
[Plan|Organize|Help me plan|Make|Design|Create|Prepare] [a trip to {place}|my week|a birthday party|a menu|a workout|a schedule|a budget|my holiday|a study plan|a lesson][.| for me.| please]
[Pretend|Imagine|Act as if|Suppose|Act like|Behave as if] [you are|you were|I was|we are] [{person}|a pirate|a cat|a king|a doctor|on the moon|my mother|{who}][.| and talk to me.| What do you say?]
[Be|Play|You are|You're] [my friend|my coach|a wizard|{person}|the teacher|a detective|a robot from space][, | and ][ask me something|tell me a story|greet me|let's begin|cheer me up][.|]
[Let's|Let us|Can we|Shall we|I want to] [play|chat|talk|have fun|sing|be friends|play chess|play a guessing game|talk about {topic}|talk about my day][.|!|?|]
[What do you think|What's your opinion|How do you feel|Tell me your opinion|Your thoughts] [of|about|on] [{topic}|{person}|{place}|my idea|my new haircut][?|.|]
I [think|believe|guess|feel] [that |]{topic} is [boring|great|overrated|scary|beautiful][.|, don't you think?|. What about you?|!]
I [really |][like|love|hate|miss|prefer|enjoy] {thing}[.|!|, do you?|. How about you?]
[thanks|thank you|many thanks|cheers|ty|much appreciated][!| so much| for your help| for listening|, you are the best|, that helped me a lot|]
[bye|goodbye|see you|see you later|good night|take care|talk to you tomorrow|gotta go][!|.|, friend|, sleep well|]
[yes|no|ok|okay|sure|maybe|exactly|right|of course|not really|fine|great|cool|wow|haha|lol][!|.|, go on|, tell me more|, thank you|, I agree|, why not|]
[That's|That is|This is|It's|It was|You are|You're] [great|wrong|so funny|not what I meant|very kind|amazing|boring|sweet|not true|a good idea|really smart][!|.|, thanks|]
[sorry|I'm sorry|excuse me|pardon|oops][!|.|, I didn't mean that|, what did you say?|, my mistake|]
[I don't|I didn't|I can't] [understand you|agree|know what to say|sleep|believe it|feel well|want to go|like that][.|!|, help me|]
[Help me|I need help|Can you help me|Please help me|I need your advice|Give me advice][ with my life| with my cat| with {person}|: I can't decide| to relax| to feel better|][.|!|?|]
[Congratulate|Thank|Cheer up|Apologize to|Say hello to|Wish good luck to] {person}[ for me| in a funny way|][.|]
[Cheer me up|Make me laugh|Tell me something funny|Entertain me|Surprise me|Motivate me|Comfort me|Say something nice|Talk to me|Keep me company][.|!|, please|]
[guess what|you know what|listen|wow|omg|oh no|hey][, |! ][I {event}|I won|it is snowing|my dog is sick|I got the job|we are engaged|my car broke down][!|.|]
[it is|it's] my [birthday|first day at work|last day here|day off|anniversary] [today|tomorrow][!|.| and I'm nervous]
[what|how] would you [do|feel|say] [if you were me|in my place|if I left|if you could {act}][?|]
[can I|may I] [ask you something personal|tell you a secret|tell you something|complain a little][?|]
[Brainstorm|Think of|Come up with|Invent] [ideas|names|questions|topics|a story|a plot|a character|five titles] [for|about] [my blog|a school project|{thing}|a party|a novel][.|]
[Give me|Write|I need] [feedback on my idea|a compliment|a pep talk|some motivation|a daily routine|a shopping list|three wishes][.|, please|]
[Answer|Reply|Talk|Speak] [like|as] [a pirate|{person}|a child|my best friend|a poet][.| from now on.]
[Ask me|Quiz me with|Give me] [a question|questions about {topic}|a riddle|something difficult][.|!|]
[are you|you are] [human|a bot|real|smart|there|alive|mad at me|joking|sure][?|]
[I live in|I come from|I am from|I work in|I study in] {place}[.|, and you?| and I love it here.| but I miss home.]
[my name is|I'm|call me] {person}[.|, what's yours?|. Nice to meet you!]
[we|my friends and I|my family and I] [are going to|want to|had to] {act}[.|, are you jealous?|!| It was fun.]
[today|yesterday|last night] [I|we] {event}[.|!| and it was wonderful| and I can't stop thinking about it]
[you|you really] [make me happy|are my best friend|don't get it|are funny|never listen][.|!|]
[my|our] [car|heating|phone|train|internet|landlord|washing machine] [broke down|was late|is too loud|got stolen|stopped working] [again|this morning|yesterday][ and I am so annoyed|, what a day|.|!|]
[I|we] [can't wait for|am scared of|am looking forward to|am so tired of|am thinking about] [the weekend|summer|my exam|the meeting|Christmas|seeing my family|this job][.|!|]
[my|our] [kid|son|team|dog|grandma|neighbor] [is sick|won|turned five|learned to swim|made me laugh|never listens] [today|again|last night][.|!| and I wanted to tell you|]
I [don't|do not] [want to|feel like|think I can] [go to work|getting up|talk to anyone|cook tonight|doing this][ today|.| anymore|]
[I|i] [had|ate|watched|saw|made|heard] [a great dinner|a sad movie|an old friend|a cake|your song|something weird] [today|last night|and loved it|, it was fun][.|!|]
[do you want to|would you like to|wanna] [hear a story|play a game|know a secret|be my friend|see my photos|guess what I did][?|]
""",
    "completion": """
{tale} {broken}
{broken}
{broken}
{when}, {broken}
{when} {who} [wanted to|decided to|tried to|was about to] {act}, [but|because|when|and then]
{who} [wanted to|decided to|had to|began to|used to] {act} [but|because|until|so that|although|and]
{who} {event}[, and|, but|. Then| because| when| while| so that| until]
{who} {event} and [the|her|his|then|a|it]
[Once upon a time|A long time ago|In those days|One winter|Long ago|Many years ago|In a faraway land], [there was|there lived|a king|{who}|in {place}] [a|who|had|and]
[When|While|After|Before|Because|Although|As soon as|Since|If|Until] {who} {event}, [the|she|he|everyone|{who}|it]
[The first thing|The last time|The best part|The main reason|The problem|The truth|The secret|The trick|The difference|The only way] [was|is|of {topic} is|about {thing} was|to {act} is] [that|to|the|a|when]
[The most important|The most common|The three best|The worst|The biggest] [rule|reasons|mistakes|things|advantages|causes] [of|in|about|for] {topic} [is|are|was|were]
[One of the|Some of the|Most of the|Many of the|None of the] [reasons|people|houses|problems|children|ideas] [in {place}|of {topic}|that|were|we]
[In recent years|Over the last decade|In the future|Nowadays|Since 1990|For centuries|In this chapter|In this paper], [people|we|{topic}|scientists|many companies|the city] [have|has|will|are|began to|show that]
{topic} [is|was|has been|remains|can be|became] [one of the|an important|the first|a|known as|used to|based on]
{topic} [began|developed|plays|depends|refers|differs|consists] [in|on|to|from|of|a role in|when]
{place} is [a|the|located in|known for|famous for|one of the|home to]
{person} was [a|the|born in|known for|one of the|elected] [and|in|most|first|who|]
[The mayor|The company|The police|The minister|The team|The government|The university] [said|announced|reported|confirmed|decided] [yesterday|on Monday|today|] [that|that the|it would|to]
[BREAKING:|NEWS:|{place} -|LONDON, May 3 -|Press release:] {broken}
[Continue|Complete|Finish|Go on with|Extend|Carry on|Keep writing] [this text|the story|this sentence|my paragraph|the following|the poem|from here][:|.] {broken}
[Continue|Complete|Finish|Go on]: {broken}
{broken} [(continue)|... continue|[continue the text|please go on|finish this sentence]]
[What comes next|How does it go on|Fill in the rest|Write the next sentence]: {broken}
[Dear|Hello|Hi] [{person}|Sir or Madam|Mr. Smith|customers|colleagues|Mom|team], [I am writing|thank you for|we are pleased|as you know|I hope|we regret|in response|following] [to|your|that|because|the]
[Ladies and gentlemen|Dear guests|My fellow citizens], [we|today|it is|I] [are gathered|stand|an honor|would like] [to|here|because]
"[I|We|You] [don't|never|will|should|must]", [said|whispered|cried|asked|shouted] [{who}|the girl|he|she] [and|as|while|with]
"[Where|What|Why|Who] [are you|is that|did you]?" [asked|said|whispered] {who}[. "I|, and| as|. She]
[She|He|They|We|I|Nobody|Everybody] {event}[ and|, but| because|, so| when the| until]
[She|He|They] [looked at|walked to|thought of|reached for|stared at|listened to] {thing} [and|as|while|but|because|until]
[It was|There was|It had been] [a dark|a cold|a quiet|an old|a strange|the last] [night|morning|house|day|summer] [and|when|in|that|of|where]
[The|An old|A young|The little] [man|woman|girl|dog|captain|teacher|wind|river|door|sun] [was|had|slowly|suddenly|never|opened|came|rose] [and|the|over|into|up|]
[First|Second|Finally|However|Therefore|Moreover|In addition|As a result|On the other hand|For example], {topic} [is|was|can|has|does not|may] [not|be|the|a|only|]
[Chapter|Part|Section|Act] [1|2|One|III][:|.|\u2014] {broken}
[Ingredients|Shopping list|To do|Agenda|Contents|Materials]: [1.|2 eggs,|milk,|-] [bread|sugar|200 g flour|call {person}|{topic}], [2.|salt,|butter,|-|]
[Step 1|1.|First step]: [open|take|mix|turn on|find] {thing}[.|,] [Step 2:|2.|Then|Next,]
[def|function|class] {code}[(x):|(a, b):|:] [return|if x|for i in|const|]
[import|from|SELECT|<div>|#include|public static] [numpy as|name FROM|<p>|<stdio.h>|void|os]
[If|When] [you want to|you need to|someone wants to] {act}, [you|the first thing|it is|make sure|one]
[My|Our|Her|His] [grandfather|mother|life|house|village|name|favorite memory|best friend] [was|is|had|always|used to] [a|the|in|told us|to|]
[The story|This book|The film|The report|This article|The museum|The house] [is about|begins with|shows|describes|tells|was built|stands] [a|the|how|in|by|that]
[I|We] [remember|know|believe|hope|wish|have always thought] [that|the day when|how] [the|we|my|{who}]
[They|We|The children] [ran|sat|lived|went|stayed] [home|in a|by the|under the|along the|together] [and|until|where|river|because|]
[To be|To make|Roses|Every|All|In the beginning|Happy|Winter] [or not|bread you|are|morning|that|was|families|is] [to|need|red and|he|glitters|the|coming|]
{tale} {tale} [But|And|Then|However,|Since then|Suddenly|After that|So]
{tale} [But|Then|Because|Although|While|So|Later] {who}
[The results|Our data|These findings|The experiments|Figure 2] [show|suggest|indicate|reveal] that [the|most|a large part of|{topic}]
[For more than|After nearly|In less than|Within] [ten years|a century|two hours|a decade], [the town|{who}|the company|the river|our team] [had|has|was|would] [been|never|slowly|]
[It is|It was] [widely|generally|often|sometimes] [believed|known|said|assumed] that [the|{topic}|people|in]
[The weather|The market|The road|The room|The air|The crowd|The silence] [was|had become|grew|felt] [so|too|more and more|] [cold|empty|loud|strange|heavy] [that|and|as if|because]
[This|Our|The] [recipe|guide|product|service|course|app|policy] [is|will|helps you|allows you|explains how|requires] [to|the|you|a|]
[There|Here|Somewhere|Far away|Nearby|Behind the hill] [was|stood|lay|lived|came] [a|an old|the|no|] [house|woman|voice|garden|road] [that|where|who|with]
""",
}

ACTS = "bake bread; learn to swim; change a tire; grow tomatoes; tie a tie; play the guitar; quit my job; clean the windows; paint a wall; write a book; learn Japanese; run a marathon; make cheese; open a bank account; train a dog; fold a paper plane; read faster; remove a stain; build a fire; save money; lose weight; sleep better; boil an egg; sharpen a knife; plant a tree; repair a bicycle; draw a horse; stop smoking; speak in public; remember names; sail a boat; cook rice; knit a scarf; find water in the desert; apply for a visa; travel by train; move abroad; adopt a cat; climb a mountain; buy a house; drive a truck; start a company; cut my hair; become a nurse; solve a puzzle; meet new people; iron a shirt; store potatoes; give a speech; fix the heating; catch a fish; measure the wind; study at night; wake up early; invest in gold; cross the border; win at chess; wash wool; dance the tango; keep bees".split("; ")  # fmt: skip
WHO = "the old teacher; my sister; a young doctor; the captain; our neighbour; the company; a stranger; the little girl; the farmer; his uncle; the committee; the tall woman; a soldier; the king; her grandmother; the driver; the new student; a fisherman; the baker; the government; my friend Paul; the nurse; the judge; a thief; the whole family; the cook; the engineer; the black dog; the mayor; a tired traveller; the gardener; the musician; the reporter; the team; a boy with red hair; the queen; the postman; the painter; the landlord; the scientist; the priest; the widow; the dentist; the pilot; the miller; the old man; the actress; the sailor; the secretary; the coach".split("; ")  # fmt: skip
EVENTS = "opened the window; lost the key; walked slowly down the street; bought a new car; missed the last train; found a letter under the door; sat by the fire; sold the house; waited for an hour; forgot the umbrella; heard a strange noise; fell asleep on the bus; broke a glass; won the race; wrote a long letter; moved to the coast; closed two factories; saw a light in the forest; drank a cup of tea; went home early; told the truth; lost a lot of money; climbed the tower; hid the gold in a box; read the newspaper; called the police; left without a word; painted the fence green; burned the soup; cut the rope; met an old friend; stayed in bed all day; paid the bill; planted three trees; looked at the stars; raised the prices; built a bridge; signed the contract; cancelled the meeting; opened a small shop; fed the birds; dropped the plate; ran into the garden; sang a song; wore a blue coat; made a mistake; asked for help; crossed the river; cleaned the kitchen; hired ten workers; stopped at the gate; counted the coins; smiled at everyone; lit a candle; took the wrong road; repaired the roof; refused the offer; published a report; changed the rules; gave away the books".split("; ")  # fmt: skip
WHENS = "yesterday; last summer; in the morning; late at night; two days later; on Monday; after the war; at noon; in 1987; during the storm; before breakfast; a week ago; in the end; at the station; in a small village; behind the church; near the harbor; on the way home; after dinner; in the middle of winter; that evening; every Sunday; early in spring; at the age of nine; for the first time; without warning; at midnight; not far from the sea; in the capital; last week".split("; ")  # fmt: skip
TALES = """{when}, {who} {event}.
{who} {event} {when}.
{who} {event}.
{who} {event}, and {who} {event}.
{who} {event} because {who} {event}.
After {who} {event}, {who} {event}.
{who} {event}, but nobody noticed.
When {who} {event}, it was too late.
It is said that {who} {event} {when}.
{who} and {who} came to {place} {when}.
{topic} has changed a lot in recent years.
Many people in {place} care about {topic}.
Experts say that {topic} will become more important.
The price of it rose by ten percent {when}.
The meeting about {topic} was moved to Thursday.
There are plans to {act}, but money is short.
It is not easy to {act} when it rains.
{who} wanted to {act} but {event} instead.
Prices went up, wages did not.
A new study looks at {topic} in {place}.
Please send the papers about {topic} by Friday.
I wanted to {act}, so I asked {who}.
Nothing was left of {thing}.
{thing} stood in the corner for years.
Thank you for your letter about {thing}.""".splitlines()
TOPICS = "the Great Wall; honey; the human heart; the Renaissance; basketball; a tornado; insulin; the euro; gravity waves; the alphabet; a virus; the Cold War; poetry; the violin; copper; sugar; cheese; global trade; the brain; bird migration; the Olympic Games; solar energy; yoga; the water level; rice farming; slavery; the right to vote; artificial light; a black box; quantum physics; the tax system; cholesterol; dinosaurs; the Bermuda Triangle; ancient Greece; the moon; wind power; tea; diabetes; the guitar; the printing of books; comets".split("; ")  # fmt: skip
THINGS = "a bicycle; the dishwasher; an onion; the window; my laptop; the wool sweater; an airplane; a bar of soap; a camera; the fridge; a tent; a horse; the mirror; a diamond; an egg; the bridge; an umbrella; a volcano; a lightbulb; a mushroom; the curtain; a hammer; the fish; a banana; the carpet; a jellyfish; my glasses; the sofa; a helicopter; a bell; the shark; a coin".split("; ")  # fmt: skip
PEOPLE = "Leonardo; Queen Victoria; Tesla; Bach; Marco Polo; Anna Smith; Dr. Lee; Van Gogh; Hannibal; Lincoln; Dante; Peter; Julia; Florence Nightingale; Socrates; Magellan; Chopin; Alan Turing; Grandpa; Caesar".split("; ")  # fmt: skip
PLACES = "Tokyo; Argentina; Scotland; Vietnam; Moscow; Alaska; the Nile valley; Venice; Nigeria; Finland; Texas; Greenland; Prague; Morocco; Lima; Siberia; Ireland; Naples; Korea; Hawaii".split("; ")  # fmt: skip
WORDS = "cheese; umbrella; sorry; good luck; dog; happy birthday; freedom; to eat; yellow; school; strawberry; sister; cold; see you tomorrow; kitchen; brave; water; river; doctor; potato; I love you; station; shoe; Monday".split("; ")  # fmt: skip
