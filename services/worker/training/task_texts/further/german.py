"""More forms and fillings of requests in German."""

FORMS = {
    "question": """
[Seit wann|Wie lange] [gibt es|kennt man] {topic} [schon|]?
weiß jemand, [warum|wie] {thing} [so laut ist|geht]
[Darf|Kann] ich fragen, [wer|wo] {person} [war|lebte]?
[Einwohnerzahl|Hauptstadt|Fläche] von {place}
[Bedeutung|Ursprung|Geschichte] von {topic}
Woher [kommt|stammt] {topic}[ eigentlich|]?
[Weshalb|Wozu] [braucht man|gibt es] {thing}?
Können [Vögel|Hunde|Kinder] [Farben sehen|träumen]?
{passage} [Wie viele|Welche] [Leute|Orte] [werden genannt|kommen vor]?
Kontext: {passage} Frage: [wer|was|wo] [ist gemeint|war das]?
[Ja oder nein|Wahr oder falsch]: {topic} [ist|war] [gefährlich|älter als das Rad][?|.]
[Beschreibe|Vergleiche] {topic} [und|mit] {topic}.
Wem gehört {place} [heute|]?
[Wie oft|Wann] [soll|muss] man {thing} [reinigen|wechseln]?
[Mein Lehrer|Ein Buch] behauptet, {topic} sei harmlos. Stimmt das?
[Für die Schule|Hausaufgabe]: [was|wer|warum] ist {topic}?
""",
    "translation": """
[Kann|Könnte] mir jemand sagen, was das auf {lang} heißt? {foreign}
{foreign} [Und jetzt|Das Gleiche] auf {lang}[, bitte|].
{foreign} Was [heißt|bedeutet] das auf {lang}?
übersetz {word} [ins|auf] {lang}
Zeig mir, wie man "{sentence}" auf {lang} sagt.
{lang} für "{word}"[?|]
[Text|Ausgangstext]: {foreign} [Zielsprache|Sprache]: {lang}
Eine [wörtliche|freie|genaue] Übersetzung [auf|in] {lang}: {foreign}
[Ein Kunde|Meine Tante] schrieb mir auf {lang}. Was [steht da|will er]? {foreign}
Hilf mir [beim Übersetzen|, das zu übersetzen] [auf {lang}|]: {foreign}
[Drück|Formuliere] [das|den Satz] auf {lang} aus: {foreign}
"{sentence}" [auf|nach] {lang}[?|]
Ich [verstehe|spreche] kein {lang}. Was bedeutet: {foreign}
[Gib mir|Schick mir] die {lang}e [Fassung|Version] von "{sentence}".
""",
    "summary": """
Worum geht es [hier|in diesem Text|im Folgenden]? {passage}
{passage} [Kurz gesagt|Kurzfassung|In einem Satz][?|:|, bitte.]
[Mach|Schreib] [das|es] kürzer: {passage}
[Kannst du|Könnten Sie] [das|den Text] [bitte|] [zusammenfassen|kürzen]? {passage}
[Zusammenfassung|Kurzfassung] [bitte|]: {passage}
{passage} [fass das zusammen|Zusammenfassung bitte|kürze das]
Was [ist wichtig|muss ich mir merken]? {passage}
[Der Kern|Das Wesentliche] [des Textes|]: {passage}
[Nenne|Liste] die [wichtigsten|zentralen] [Punkte|Aussagen] [auf|]. {passage}
Mach daraus [Stichpunkte|eine Überschrift|eine kurze Notiz]: {passage}
[Zu lang|Zu viel Text]. [Was steht drin|Fass es zusammen]. {passage}
Text: {passage} Zusammenfassung:
Gib [den Inhalt|das Folgende] [knapp|in drei Sätzen] wieder: {passage}
[Komprimiere|Verdichte] [den Text|das] auf [einen Satz|das Nötigste]: {passage}
""",
    "chat": """
[Ich bin|bin] [heute|gerade] [so|total|etwas] [glücklich|traurig|wütend|stolz|gestresst|müde].
[Na|Moin|Servus|Grüß dich|Guten Abend][!|, alles klar?|]
[Rate mal|Hör zu|Stell dir vor]: [ich habe die Stelle|wir bekommen ein Kind|ich habe bestanden]!
[Mein Freund|Meine Frau|Meine Mutter] [hat mich verlassen|redet nicht mit mir][.| und ich weiß nicht weiter.]
Ich brauche [jemanden zum Reden|einen Freund|einen Rat|Trost].
Was soll ich [anziehen|kochen|ihr sagen|heute machen]?
Wie [sage ich|erkläre ich] meinem Chef, dass ich [gehe|krank bin]?
[Spiel|Sei] [ein Detektiv|meine Oma|ein Drache] und [begrüße mich|fang an].
[Dichte|Erfinde] [einen Reim|ein Rätsel|einen Spruch] über {thing}.
Schreib [mir|] [eine Rede|eine Karte|einen Liebesbrief|eine lustige Geschichte] [für meine Mutter|über {thing}].
[Muntere mich auf|Tröste mich|Überrasch mich][!|.| bitte]
[Hast du|Kennst du] [Gefühle|Träume|Freunde|ein Lieblingslied]?
[haha|wow|oje|cool|na gut][ echt|, erzähl mehr|]
[Entschuldige|Tut mir leid][, ich war unhöflich| wegen gestern|].
[Heute ist mein Geburtstag|Endlich Wochenende|Ich habe frei][!|]
Gib mir [Tipps|Ideen] für [mein Vorstellungsgespräch|den Garten|besseren Schlaf].
[Ich finde|Ich glaube], {topic} ist [toll|langweilig][. Und du?|, oder?]
[Wir waren|Ich war] [gestern|letzte Woche] in {place} und es war [schön|furchtbar].
[Alles Gute|Frohe Weihnachten|Herzlichen Glückwunsch][!| zum Geburtstag!]
""",
    "completion": """
{sentence} {opening}
{sentence} [Und dann|Aber als|Danach|Plötzlich|Deshalb]
[Als|Nachdem|Während|Obwohl] {person} [nach Hause kam|{thing} sah], [war|lag|hatte] [der|die|es]
[Mitten im|Am Ende des] [Wald|Dorf] [stand|lag|wohnte] [ein|eine]
[Der|Die] [alte|junge] [Frau|Lehrer|Hund] [saß|lief|wartete] [auf|vor|und]
[Er|Sie] [hatte|war] noch nie [in {place}|so sicher], [dass|wie]
Das [Geheimnis|Problem|Schöne] [von|an] {topic} [ist|liegt darin], [dass|]
Wer {thing} [bauen|verstehen] will, [muss|sollte] [zuerst|]
[Erstens|Zweitens|Schließlich|Außerdem] [ist|hat|kann] {topic}
[Äpfel, Birnen,|rot, grün,|Montag, Dienstag,|eins, zwei,|Januar, Februar,]
[Liebe Oma|Liebes Tagebuch|Hallo Mama], [heute|ich hoffe|gestern waren wir]
"[Komm herein|Warte|Ich weiß es nicht]", [sagte er|flüsterte sie], ["aber|und|während]
[Forscher haben|Eine Studie hat] [gezeigt|herausgefunden], dass
{topic} [begann|entstand|beruht] [im|auf|als]
[Die Sonne|Der Wind|Der Regen] [schien|wehte|fiel] [über|durch] [die|den]
[Der Mieter|Der Käufer|Der Vertrag] [verpflichtet sich|ist|darf] [zu|nicht|]
[schreib weiter|weiter im Text|setz fort]: {opening}
def {code}(x):
{sentence} [Sie|Er|Niemand] [war|hatte|konnte]
""",
}
TOPICS = "die Pest; eine Sonnenfinsternis; Papiergeld; die Evolution; Schlaf; der Kalte Krieg; Recycling; Sauerstoff; Käse; das Alphabet; ein Erdbeben; ein Komet; Kaffee; Zucker; Seide; Windkraft; das Klavier; Fotografie; Nebel; Malaria".split(
    "; "
)
THINGS = "ein Holzstuhl; mein Handy; die alte Karte; ein Schneemann; eine Zitrone; das Dach; sein Mantel; ein Spiegel; die Leiter; eine Spinne; das Radio; ein Kürbis; die Decke; ein Schlüssel; mein Auto; ein Fußball".split(
    "; "
)
SENTENCES = """Der Bus kam wieder zu spät, also gingen wir zu Fuß.
Irgendwo hinter den Häusern bellte ein Hund.
Er steckte den Brief in die Tasche und sagte nichts.
Das Gesetz wurde mit knapper Mehrheit beschlossen.
Mein Vater brachte mir das Schwimmen bei, als ich fünf war.
Die Bürgermeisterin eröffnete am Samstag die neue Bibliothek.
Niemand hatte mit so vielen Besuchern gerechnet.
Pflanzen brauchen Licht, Wasser und Luft.
Die Lehrerin schrieb ein langes Wort an die Tafel.
Es hatte die ganze Nacht geschneit, und die Straßen waren leer.
In der Küche roch es nach Äpfeln.
Das Hotel war voll, deshalb schliefen sie im Auto.
Ein dünner Junge mit roten Haaren verkaufte Zeitungen.
Nachts sinkt die Temperatur unter null.
Der Gemeinderat will vierzig neue Wohnungen bauen.
Ich möchte meine Bestellung von letzter Woche ändern.
Der Akku hält etwa zehn Stunden.
Großvater erzählte beim Essen immer dieselbe Geschichte.
Die Löhne sind langsamer gestiegen als die Mieten.
Die Katze schlief auf den warmen Steinen vor der Kirche.
Die Mannschaft verlor in der letzten Minute.
Der Dieb kam durch das Fenster und nahm nur eine Uhr mit.
Meine Schwester arbeitet in einem großen Krankenhaus.
Weit entfernt ging ein Licht an und wieder aus.""".splitlines()
