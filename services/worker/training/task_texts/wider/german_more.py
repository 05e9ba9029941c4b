"""More of the widest forms in German, of more subjects. A list of texts, hence its length."""

FORMS = {
    "question": """
[Was|Wer|was] ist [eigentlich|überhaupt|genau] {topic}[?| und wer hat es erfunden?| und wozu dient es?|]
Was ist {topic}[ in der Physik| in der Biologie| im Recht|][?|]
[was sind|Was waren] [die|] {things}[?| und woraus bestehen sie?| eigentlich?|]
[Wer|wer] [entdeckte|erfand|beschrieb|entwickelte|begründete] {topic}[?| zuerst?|]
[Beschreibe|Beschreiben Sie|beschreib] {topic}[.| genau.| für Laien.| und die Folgen.|]
[Beschreibe|Vergleiche|Unterscheide] {topic} [und|mit|von] {thing}[.|]
[Erzähl mir mehr|Sag etwas|Ich möchte mehr hören|Bring mir etwas bei|Informiere mich] über {topic}[.|]
[Was hast du gehört|Was kannst du mir sagen|Was sollte jeder wissen|Was ist bekannt] über {topic}[?|.]
[Ich begreife|Ich kapiere|Wir verstehen] {topic} nicht[:|,|.] [woher kommt das|wie passiert das|was verursacht es|warum ist das so][?|]
Ich habe [etwas |]über {topic} gelesen[:|,|.] [was ist das|wie macht man das|stimmt das|wer bezahlt das][?|]
{topic} oder {topic}[?|: was ist der Unterschied?|, was ist besser|]
[Ursachen|Symptome|Preis|Herkunft|Erfinder|Vorteile|Nebenwirkungen|Regeln|Wirkung] von {topic}
[Bevölkerung|Höhe|Klima|Flagge|Präsident|Währung|Zeitzone|Karte|Fläche|Lage] von {place}
{place} [Einwohner|Hauptstadt|Klima|Währung|Zeitzone|Fläche|Entfernung nach {place}]
{topic} [Bedeutung|Definition|Beispiele|Geschichte|Fakten|Formel|Temperatur|Nebenwirkungen]
[wie viel|wie viele kalorien|wie viel zucker|wie viel wasser] [hat|enthält|braucht] {thing}
[Richtig oder falsch|Fakt oder Mythos|Stimmt das|Ja oder nein][:|,] {topic} [ist|war|macht] [gefährlich|älter als die Schrift|schlecht für die Augen|aus Kohlenstoff|ein Fisch][?|.|]
Was wäre, wenn {thing} [gefriert|ins Wasser fällt|brennt|nass würde|zerbricht]?
Was geschieht mit {thing} [im Weltall|in der Kälte|unter Wasser|bei Regen|nach zehn Jahren]?
[Könnte|Kann] {thing} [im Weltall überleben|ohne Strom laufen|schwimmen|hundert Jahre alt werden|in der Sonne schmelzen]?
[Kann|Könnte|Wird] {topic} [sich ausbreiten|aufhören|zurückkommen|funktionieren] [ohne Wasser|im Winter|auf dem Mars|von selbst|][?|]
[Welche Schritte|Welche Werkzeuge|Welche Dinge|Welche Unterlagen] [braucht man|sind nötig|benötigt man] [für {topic}|, {zuact}][?|]
Wo [wird|ist|war|liegt] {thing} [aufbewahrt|hergestellt|gefunden|verkauft|gebaut][?|]
[Wessen|Von wem ist die] [Idee|Erfindung|Theorie] [war|ist] {topic}[?|]
Dürfte ich [fragen|wissen], [wer|wo|was|wie alt] {person} [war|ist|lebte|schrieb][?|]
[Wo|wann|als was] [wurde|war] {person} [geboren|begraben|ausgebildet|verheiratet|bekannt][?|]
woran [starb|forschte|glaubte|arbeitete] {person}[?|]
[Seit wann|Wie lange|Seit wie vielen Jahren] [existiert|besteht|kennen wir|nutzt man] {topic}[?| schon?|]
[Wie oft|wie häufig] [soll|muss|wird] {thing} [gereinigt werden|gewechselt|kaputt|geölt werden][?|]
[Wie|wie] [tief|alt|teuer|lang|hell|laut|selten|dick] [ist|war] {thing}[?|]
[Welches|welcher|Welche] ist [der höchste|das kleinste|das schnellste|die seltenste|das ärmste|die kälteste] [Tier|Land|Planet|Gebäude|Vogel|Wüste|Knochen|Baum] [der Erde|in Europa|der Welt|][?|]
[Worum geht es|Wie endet es|Wer stirbt|Wer ist der Held] in [Hamlet|Don Quijote|der Odyssee|Faust|den Buddenbrooks][?|]
[Wer|wer] [spielt|singt|drehte|schrieb|spricht] [in Casablanca mit|Yesterday|den Herrn der Ringe|Carmen|die Hauptrolle in Titanic][?|]
[Ist|War] [die Erde|Latein|eine Gurke|der Pazifik|Silber|das Zebra|die Fledermaus] [flach|eine tote Sprache|Obst|tiefer als der Atlantik|schwerer als Eisen|ein Insekt][?|]
[Wie viel Prozent|Welcher Teil|Welcher Anteil] [des Körpers|des Meeres|der Bevölkerung|der Luft|des Gehirns] [ist|besteht aus|sind] [Wasser|Sauerstoff|über sechzig|unerforscht|Fett][?|]
[Warum|Weshalb|wieso] [können|fallen|gehen] [Pinguine|Strauße|Fische|Menschen|Schiffe|Flugzeuge|der Mond] nicht [fliegen|ertrinken|unter|unter Wasser atmen|herunter|im Dunkeln sehen][?|]
[Wann|wann] [beginnt|endet|ist|war] [der Sommer|Ostern|der Krieg|die nächste Sonnenfinsternis|die Sommerzeit|das Mittelalter][?|]
[Wie|wie] [schützt|schlägt|kühlt|arbeitet|findet] [eine Impfung|das Herz|ein Kühlschrank|ein Parlament|eine Biene|ein Radar|ein Kompass] [uns|Flugzeuge|den Weg|Norden|][?|]
[was|Was] [soll|muss|darf] [man|ein Patient|ein Tourist] [tun|essen|wissen|beachten] [bei einem Erdbeben|bei Fieber|vor einer Operation|in {place}|gegen Ameisen][?|]
[Was|was] [lässt Brot aufgehen|macht den Himmel rot|bringt Menschen zum Niesen|macht {place} reich|macht Eis glatt|hält Schiffe über Wasser][?|]
[Nenne|Liste|Zähl] [mir |][die Planeten|die Könige von {place}|die Edelgase|alle Kontinente|fünf Flüsse in {place}|die Grundfarben|die Knochen der Hand][ auf|][.|, bitte|]
[Erkläre|Beschreibe|Definiere|Erläutere] [, wie ein Gesetz entsteht|, was ein schwarzes Loch ist|, warum Laub rot wird|den Unterschied zwischen Wetter und Klima|, was das BIP misst|den Begriff Trägheit][.|]
[In welcher Reihenfolge|In welchem Land|Auf welchem Kontinent|In welcher Sprache|Bei welcher Geschwindigkeit|Bei wie viel Grad] [stehen die Planeten|liegt {place}|wurde das geschrieben|schmilzt Eisen|kocht Milch|fliegt ein Jet][?|]
[Aus welchem|Zu welcher|Für welches] [Metall|Familie|Sprache|Land|Team] [ist|gehört|kommt|spielte] [{thing}|Messi|der Tiger|das Wort „{word}“][?|]
[Ungefähr|Etwa|Genau] wie [viele|viel|lang|weit] [Menschen sprechen Hindi|kostet ein Liter Milch|ist ein Marathon|ist die Sonne weg|Salz ist im Meer][?|]
[Ich frage mich|Mich interessiert|Ich wüsste gern|Ich will herausfinden|wir möchten wissen], [wer|warum|wie|wann|ob] [{person} das schrieb|{thing} so schwer ist|{topic} noch genutzt wird|der Krieg begann|Fische hören][.|?|]
[Jemand|Ein Freund|Mein Sohn|Die Lehrerin] [fragte|will wissen|hat gefragt], [wie|warum|ob] [{topic} funktioniert|Wale schlafen|Pluto ein Planet ist|{thing} explodieren kann][.|. Was ist die Antwort?|]
[Schnelle|Dumme|Einfache|Ernste|Historische|Physikalische] Frage[:|,|.] [wer|was|warum|wie] [ist|war|geht] {topic}[?|]
[Hilfe bei Hausaufgaben|für die Prüfung|fürs Referat|Schulprojekt][:|,] [was ist|wer begann|wozu brauchte man|wo war] {topic}[?|]
{topic} [bitte erklären|einfach erklärt|für Dummies|in einfachen Worten|wie funktioniert das][?|]
{thing}[:|,] [wie funktioniert das|woraus besteht das|warum rot|wie alt kann es werden|ist das gefährlich][?|]
{thing} [geht nicht warum|richtig reinigen|Gewicht|Größe|beste Temperatur|Preis]
[Ist es|War es] [wahr|möglich|eine Tatsache|bewiesen|ein Mythos], dass [{topic} Krebs verursacht|{person} nie lebte|Goldfische alles vergessen|Stiere Rot hassen|{place} sinkt][?|]
[Legen|Haben|Halten] [alle|die meisten|manche] [Vögel|Schlangen|Planeten|Länder|Säugetiere|Römer] [Eier|einen Mond|Winterschlaf|eine Armee|Zähne][?|]
[Was|Welches] [war zuerst da|wiegt mehr|hält länger|ist näher|kostet weniger|brennt heißer]: [{thing} oder {thing}|Henne oder Ei|ein Kilo Blei oder Federn|{place} oder {place}][?|]
[Wenn|Sobald] [Wasser|Eisen|Zucker|Milch|Gummi] [gefriert|heiß wird|erhitzt wird|mit Säure gemischt wird|kocht], [dehnt es sich aus|was passiert|warum ändert sich die Farbe|wird es schwerer][?|]
{passage} [Wer ist|Wo ist|Wie alt ist|Warum ist] [die Hauptperson|das|die Geschichte|es so spät][?|]
{passage} [Sagt|Erwähnt|Nennt|Meint] [der Text|der Autor|er|sie] [einen Grund|den Winter|einen Ort|, warum][?|]
[Dem Artikel|Dem Bericht|Diesem Brief|Dem Obigen] [zufolge|nach][,|:] [wer|wann|wie viele] [gewann|war es|gab es][?|] {passage}
{passage} [Wahr oder falsch|Frage|Sag mir nun|F]: [waren es zwei Leute|wer sprach zuerst|was ging verloren|wo spielt das][?|]
wie kommt es, dass [{topic}|{thing}|das Meer|Gold] [so teuer ist|existiert|sich nie ändert|so viel kostet|verschwand]
[Weiß einer|Weiß irgendwer|Hat jemand eine Ahnung|Wer weiß], [was|warum|wie|wann] [{topic} ist|{thing} so langsam ist|man {place} baute|es in {place} dunkel wird][?|]
In welchem [Jahr|Jahrhundert|Monat|Alter] [starb {person}|fiel die Mauer|war die Schlacht bei Waterloo|wurde das Telefon erfunden|sank die Titanic][?|]
[Löse|Vereinfache|Integriere|Berechne|Rechne|Addiere|Was ist]: [2x = 14|x^2 - 9|17 + 26|120 / 8|3/4 von 60|der Mittelwert von 2, 4 und 9][?|]
[wie weit|wie lange|wie viele km] [ist es|fährt man|sind es] von {place} nach {place}[ mit dem Auto|][?|]
[Welches Visum|Welche Impfungen|Welchen Stecker|Welche Papiere] [brauchen Touristen|braucht man|benötigen Besucher] [in|für] {place}[?|]
[Vor- und Nachteile|Risiken|Anwendungen|Arten|Phasen|Grundbegriffe|Entstehung] von {topic}[?|.|, bitte|]
[Wie|wie] [lernt man|geht das,|schafft man es,|macht man das:] {zuact}[?| ohne Werkzeug?| in {place}?|]
[Tipps|Schritte|Anleitung|Der richtige Weg|Regeln], um {zuact}[?|]
[Anleitung|Methode|Regeln|Werkzeug] [für|zum] [Tomatenanbau|Reifenwechsel|Käsemachen|Tauchen|Schachspielen][?|]
[Kann|Könnte|Ist|War|Braucht] [ein Hund|ein Kätzchen|ein Hamster|meine Uhr|mein Tablet|mein Auto|ein blauer Schirm|eine Regenjacke] [Farben sehen|einen Sturz überleben|wasserdicht|gefährlich|aus Plastik|schwimmen|giftig|Zucker|Obst][?|]
[Was passiert mit|Was wird aus|Wie lange lebt] [einem Hund|meiner Uhr|meinem Tablet|einer Motte|meinem Hut|dem Goldfisch] [im All|unter Wasser|in der Kälte|bei Regen|nachts|][?|]
[Ist|War|Liegt] {place} [in Asien|eine Stadt|ein Königreich|reich|am Meer|weit weg|eine Demokratie|älter als Rom][?|]
[Kläre mich auf|Informier mich|Halte mir einen Vortrag|Gib mir Nachhilfe] über {topic}[.|]
Erzählen Sie uns [von|mehr über|alles über|die Fakten zu] {topic}[.|, bitte.|]
[Enthält|Braucht|Erzeugt|Benutzt] {thing} {topic}[?|]
[Gäbe es|Geht|Funktioniert] {topic} [ohne|mit weniger|trotz] [Licht|Öl|Menschen|Salz|Regen][?|]
Wie sähe {thing} [in der Wüste|auf dem Mars|nach einem Jahr|ohne Luft] aus[?|]
{topic} [und|versus|gegen] {topic}[: Unterschiede| im Vergleich|?|: was ist älter?]
Was [bitte |genau |denn |nun |]ist {topic}[?| denn?| nun eigentlich?|]
[Was|was] [heißt|bedeutet|meint] {topic}[?|]
""",
    "chat": """
[danke|vielen dank|merci|tausend Dank][ nochmal|, Kumpel|, das war alles|, es klappt| dass du da bist|!|]
[hm|hmm|aha|oh|ach|na ja|ups|aua|juhu|puh|igitt|tja][,|!|...] [okay|verstehe|interessant|das tut weh|geschafft|nicht schlecht|egal|und jetzt][.|!|]
[wen|was|wovon|warum] [liebst du|willst du werden|träumst du|magst du mich|hasst du][?|]
[Wie|wie] [heißt du|alt bist du|siehst du aus|lautet dein Name|fühlst du dich|findest du mich][?| Ich bin {person}.|]
[Dein|Was ist dein] [Lieblingslied|schönster Tag|bester Witz|Lieblingsessen|größter Wunsch|Lieblingstier][?|]
[Und|Na|Aber] [du|was ist mit dir|wie geht es dir|was gibt's bei dir|was sagst du|wer bist du dann][?|]
[Bist du|Du bist] [ernst|beschäftigt|sauer|heute Abend frei|verheiratet|mein Freund|Single|verrückt][?|!|]
[Hast du|Kannst du|Willst du|Wirst du] [mich vermisst|dich erinnern|Zeit für mich|mir verzeihen|mich heiraten|mich hören|mir vertrauen|auf mich warten][?|]
[sag mir|Sag|verrate mir] [deine Meinung|was du fühlst|wer du bist|dass du mich liebst|gute Nacht|was ich anziehen soll|dass alles gut wird][.|!|]
Ich habe [meine Prüfung|mein Portemonnaie|unseren Hochzeitstag|das Abendessen|alles|mein Handy] [verhauen|verloren|vergessen|ruiniert|fallen lassen][.|!| und fühle mich dumm]
[Ich bin|Wir sind|bin] [am Verhungern|erschöpft|zu Hause|wieder zu spät|verliebt|alt geworden|im Bus|schwanger|zurück von der Arbeit][.|!|, und du?|]
Ich habe [genug|Kopfschmerzen|keine Freunde|Neuigkeiten für dich|eine lustige Geschichte|den ganzen Tag geweint|niemanden zum Reden][.|!|]
[Gestern|Heute|Am Wochenende|Heute früh] [habe ich|haben wir|hat meine Frau] [die ganze Nacht getanzt|meinen Ex getroffen|bis mittags geschlafen|ein schönes Picknick gemacht|einen Welpen bekommen|sich einsam gefühlt][.|!|]
[Die Leute|Sie|Meine Eltern|Die Kinder|Meine Freunde] [hören mir nie zu|lachen immer über mich|machen mich verrückt|haben meinen Geburtstag vergessen|finden mich komisch][.|!|]
Wie [mache ich mit ihm Schluss|sage ich es meinen Eltern|tröste ich meine Freundin|komme ich darüber hinweg|spreche ich meinen Schwarm an|entschuldige ich mich bei meiner Schwester][?|]
[Wie sage ich|Was sage ich|wie erkläre ich] [meiner Frau|meinen Kindern|meinem Vermieter|ihm], dass [ich gehe|ich krank bin|es aus ist|ich gelogen habe][?|]
[Soll|Kann|Muss|Darf] ich [ihn verlassen|das rote nehmen|ihr schreiben|ja sagen|ihnen verzeihen|zur Party gehen|mir Sorgen machen|den Job nehmen][?| Was meinst du?|]
[Ist es|Bin ich|War es] [okay zu weinen|falsch, so zu fühlen|zu spät für mich|meine Schuld|ein schlechter Mensch|die Einzige|albern][?|]
[Warum|wieso] [mag mich keiner|bin ich immer müde|ist mein Leben so langweilig|ruft sie nicht an|bist du so nett zu mir|hat er mich verlassen][?|]
Was [würdest du essen|schenke ich ihr zu Weihnachten|hole ich meinem Papa|bestelle ich|bringe ich zur Party mit|mache ich mit einer Million][?|]
[Welches|welchen|Welche] [Hemd|Kleid|Jobangebot|Namen|Farbe|Handy] [soll ich nehmen|gefällt dir besser|steht mir|würdest du für mich wählen][?|]
[Wo|wo] [gehen wir heute hin|willst du essen|treffen wir uns|warst du|versteckst du dich|bist du aufgewachsen][?|]
[Hilf mir|Bitte hilf mir|Kannst du uns helfen], [einen Namen zu finden|mit meiner Rede|mich zu beruhigen|einzuschlafen|die richtigen Worte zu finden|fürs Interview zu üben][.|!|]
[Schreib|Verfasse|Entwirf|Tippe|Erzeuge|Generiere|Denk dir aus:] [einen Aufsatz|einen Blogbeitrag|eine Rezension|einen Slogan|einen Dialog|eine Szene|einen Liedtext|einen Tweet|eine Anzeige|einen Lebenslauf] [über|für|zu|zum Lob von] {topic}[.|]
[Schreib|Erstelle|Entwirf|Mach|Mach mir] [ein Menü|eine Packliste|einen Zeitplan|ein Quiz|einen Unterrichtsplan|ein Budget|eine Checkliste|eine Leseliste] [für|zu] [{place}|einen Regentag|zwei Kinder|{person}|Anfänger|die Betriebsfeier][.|]
[Ich will|Ich brauche|Ich hätte gern|Könntest du schreiben:|Bitte schreib] [eine Ausrede|einen Spitznamen|eine Gutenachtgeschichte|eine Hochzeitsrede|ein kurzes Gedicht|einen griffigen Titel|ein Datingprofil|eine Dankeskarte][ für meinen Lehrer| für {person}| über {thing}|][.|]
[Überarbeite|Korrigiere|Prüfe|Verbessere|Glätte] [meine Grammatik|die Rechtschreibung|mein Anschreiben|meinen Aufsatz|diese Zeilen|die Kommas|meinen Entwurf][:|.| bitte:] {sentence}
[Mach|Mache] [das|es|meine Nachricht|den Satz] [höflicher|natürlicher|freundlicher|lustig|zu einem Gedicht|zu einer Frage|weniger grob][:|.] {sentence}
[Erfinde|Stell dir|Denk dir|Erträume] [eine Welt|einen Superhelden|einen Planeten|einen Feiertag|ein neues Wort|ein Monster|ein Tier] [, wo keiner schläft|für Kinder|namens {person}|aus Käse|, das {thing} liebt][.|]
[Sei|Rede wie|Sprich wie|Tu, als wärst du|Antworte wie] [{person}|eine mürrische Katze|mein Großvater|ein Wikinger|Sherlock|ein Reiseführer|ein sprechender Baum|mein Therapeut][.|!| und ich frage dich etwas.|]
[Ab jetzt|In diesem Spiel|Für eine Stunde|Heute] [bist|spielst|sprichst] du [{person}|ein König|mein Diener|ein Dichter|der Bösewicht|ein schüchterner Roboter][.|!|]
[Baue|Schreib|Programmiere|Entwickle|Optimiere|Teste] [eine App|einen regulären Ausdruck|einen Bot|ein Makro|ein Spiel|Unittests|eine API|einen Parser|ein Shellskript] [in go|für excel|mit react|, das Mails sendet|für meine Webseite|in python|][.|]
[Kannst du|Könntest du|Würdest du] [singen|tanzen|Witze erzählen|ein Geheimnis bewahren|meine Freundin sein|meine Gedanken lesen|für mich kochen|mit mir Schach spielen][?|]
[Lass uns|Wir könnten|Wollen wir|Warum nicht] [eine Geschichte erfinden|von vorn anfangen|Galgenmännchen spielen|einfach reden|über etwas anderes reden|verreisen|bis zehn zählen][.|!|?|]
[Viel Glück|Schönen Tag|Schlaf gut|Pass auf dich auf|Gute Besserung|Frohe Ostern|Willkommen|Prost|Guten Appetit|Gut gemacht|Egal|Komm schon|Geh weg|Halt die Klappe|Lass mich in Ruhe][!|.|, Schatz|, mein Freund|]
[Ich denke|Ich schätze|Ehrlich gesagt|Um ehrlich zu sein], [du hast recht|das ist dumm|wir sollten reden|die Leute sind unhöflich|es wird regnen|Hunde sind netter als Menschen|ich verdiene mehr][.|!|, oder?|]
[mein|unser|meine] [Tag|Woche|Date|Chef|Prüfung|Ehe|Mannschaft|Flug|Nachbar] [war furchtbar|war ein Desaster|ist so süß|lief gut|ist ein Albtraum|hat wieder verloren|hasst mich|fiel aus][.|!|, uff|]
[niemand|jeder|irgendwer|keiner] [liebt mich|ist so gemein|hat heute angerufen|versteht mich|ging früh|hat mein Essen geklaut|mag meine Idee][.|!| :(|]
[boah|omg|wow|Mann|Alter|mensch|lol][,|] [was für ein Tag|das war knapp|bin ich müde|du bist lustig|schon wieder Montag|ich liebe dieses Lied|mein Kopf tut weh][.|!|]
[es ist|es war] [zu heiß zum Schlafen|so still hier|am Schneien|spät, ich sollte schlafen|endlich Freitag|einsam ohne dich|besser geworden][.|!|]
[Rate mal|Weißt du|Hör zu], [wer mich angerufen hat|was ich heute gemacht habe|ich habe jemanden getroffen|ich habe im Lotto gewonnen|wen ich gesehen habe][!|?|.|]
[Wollte nur|Ich wollte nur] [hallo sagen|reden|eine Umarmung|sagen, dass ich da bin|mit {person} Kaffee trinken|mich melden][.|!|]
[Wie|So] [süß|schade|schön|nett von dir|lustig|traurig|peinlich|ein Chaos][!|.|, oder|]
[Wir planen|Ich plane|Ich denke an|Ich freue mich auf|Ich sorge mich um|Wir streiten über] [unsere Hochzeit|den Umzug|meine Diät|ein Baby|meine Zukunft|die Reise nach {place}|Geld][.|!|. Irgendein Rat?|]
[Denkst|Glaubst|Meinst|Findest] du[, ich bin hübsch|, sie mag mich|, ich sollte kündigen|, wir können Freunde sein|, er ruft an|, das ist Liebe| an Geister| an Liebe auf den ersten Blick][?|]
[Wie findest|Wie siehst|Was sagst|Magst] du [zu |]{topic}[?|]
[Deine Meinung|Deine Gedanken|Deine Ansicht] [zu|über] {topic}[?|]
Was [ist deine Meinung|meinst du|sagst du] [zu|über] {topic}[?|]
[Schreib|Formuliere|Korrigiere|Verbessere|Überarbeite|Glätte] [diese E-Mail|den Text|meinen Aufsatz|den Absatz|meinen Brief][ neu|][:|.| damit es besser klingt:] {passage}
[Kannst du|Könntest du|Bitte] [das umschreiben|meinen Text verbessern|den Absatz korrigieren|das glätten][:|?|.] {passage}
{passage} [Schreib das um|Formuliere es höflicher|Korrigiere das|Mach es schöner][.|!|]
[Hast du|Gibst du mir|Kennst du] [eine gute|eine billige|eine lustige|] [Idee|Ausrede|Verkleidung] für [meine Mama|eine Katze|morgen|Sonntag|eine Hochzeit][?|]
Gib mir [ein paar |][Ratschläge|Anregungen|Hinweise|Hilfe|Mut] für [meine Bewerbung|meinen Balkon|den Umzug|ein erstes Treffen][.|!|]
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
[Er|Sie|Mein Vater|Der Junge|{person}|Eine Frau|Unsere Lehrerin] [hatte immer|konnte sich nicht|erzählte mir, dass|stand|nahm|legte|hat nie] [an den|ein|am|die Hand auf|wo|der]
[Ich|Wir] [ging|saßen|hatte gewartet|hörte|wachte auf|wuchs] [in|an|als|durch|entlang|neben] [die|einem|meinem|unser|der]
[In|An|Bei|Von|Seit|Unter] [dem|einem|diesem|jenem|seinem|ihrem] [Abend|ersten Tag|Ende|Rand|alten|neunzehnten Jahrhundert|Anfang] [des|der|als|und|,|im]
[{topic}|{thing}|{place}|{person}][, der|, die|, das|, auch bekannt als| (| und] [ist|war|hat|die|ein]
[{topic}|{thing}] [kann|wird oft|wurde zuerst|ist seit langem|darf nicht|wird meist] [in|als|gesehen als|aus|beschrieben|durch]
[Das Ziel|Der Zweck|Ein wichtiger Teil|Die Geschichte|Ein Vorteil|Ein Beispiel] [von|für] {topic} [ist|war|liegt|kann] [, dass|die|ein|im|der]
[Studien|Kritiker|Ärzte|Historiker|Ökonomen|Anwohner|Behörden] [zeigen|sagen|glauben|warnen|meinen], dass [{topic}|der|in|mehr als|es|sie]
[Gestern|Am Dienstag|Letzte Nacht|Im März|Anfang des Jahres] [hat|wurde|haben] [der Rat|ein Mann|die Polizei|die Firma|die Wähler|ein Feuer|das Gericht] [ein|die|nach|, dass|in]
[Verglichen mit|Nach|Wegen|Dank|Im Gegensatz zu|Trotz|Anstelle von] [der|seiner|ihrer|dieser|einem]
[Der Patient|Der Nutzer|Der Schüler|Der Mieter|Der Kunde|Der Arbeitnehmer] [muss|sollte|darf|wird gebeten|hat das Recht|soll] [nicht|, zu|den|am|sich|die]
„[Ich kann nicht|Wir müssen|Du wirst nie|Es ist nicht|Da ist]“[, dachte er|, sagte er, „|, fügte sie hinzu, „| und dann]
[Es war|Das war|Dies ist] [die Art von|einer von denen|nicht das erste Mal,|alles wegen|der Moment, als|nichts als] [Tag|der|ein|Mann, der|er]
[kaum hatte|nicht nur hatte|nie zuvor hatte|noch bevor] [er|sie|wir|der] [gewusst|angekommen,|das|die Tür|gesehen]
[Jeden|An jedem] [Morgen|Sommer|Sonntag|Abend] [saß sie|ging der alte Mann|liefen die Kinder|kam mein Großvater|sang ein Vogel] [am|und|mit|auf|zu]
[Zwei|Drei|Sieben|Hundert] [Männer|Jahre|Schiffe|Wochen|Brüder|Meilen] [später|von hier|kamen|waren|entfernt|lebten] [in|die|zum|dort|und|,]
[einst|eines tages] [lebte|kam|war|stand|ging] [ein|eine|im|in der] [kleiner|alter|dunklen|Wald|König|arme]
[Hiermit|Wir möchten Sie|Mit diesem Schreiben|Anbei|Als Antwort auf Ihr] [bestätige ich|bitten|informieren|finden Sie|bewerbe ich mich|Schreiben] [, dass|um|die|den|vom]
[Der Grund|Die Tatsache|Die Idee|Die Frage|Die Hoffnung|Die Nachricht|Das Gerücht], [warum|dass|ob|weshalb] [er|sie|es|wir|der] [nie|war|hatte|könnte]
[Ein|Eine|Der|Die] [guter|gute|typischer|gesundes|perfekte|einfacher] [Lehrer|Kuchen|Leben|Garten|Urlaub|Frühstück|Passwort] [ist|braucht|sollte|hat|beginnt mit] [zu|mindestens|ein|die|zwei|nicht]
[Montag|Frühstück|Tag 1|Name|Datum|Betreff|Von|Titel|Zusammenhang]: [{topic}|{person}|der|ein Besuch in|Eier und|unser Treffen] [-|,|und|in|:]
[Sobald|Solange|Selbst wenn|Wann immer|Wo auch immer|Falls|Vorausgesetzt, dass] [man|wir|er|die Leute|{who}] [den|die|ein|nicht|keine|,]
[so|und so|und dann|aber|oder|weshalb] [gingen|begann|war|hatte|beschloss] [sie|er|es|wir|der] [zu|zum|in|ein|dass]
[Der erste|Der zweite|Die letzte|Das nächste|Ein weiterer|Ein dritter] [Grund|Schritt|Kapitel|Tag|Fehler] [ist|war|wird sein|, den] [zu|die|dass|ein|wir]
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
[Diese|Unsere|Ihre] [Webseite|Firma|Schule|Anleitung] [bietet|zeigt|wurde|enthält|muss|kann] [die|Ihnen|eine|von|mehr als|]
[Hänschen klein|Alle meine|Fuchs, du hast|Veilchen sind|Backe, backe|Es klappert] [ging|Entchen|die|blau,|der|am]
[Liebe|Sehr geehrter|Hallo] [alle|Team|Nachbarn|Herr Meier|Tante Gisela|Eltern], [wir hoffen|wir schreiben|bitte|vielen Dank für|wie versprochen|im Namen] [, dass|der|Ihre|Ihnen|]
[{topic}|{place}|{thing}] [fing|wuchs|kam|geht|stützt sich|hat seine Wurzeln] [an|auf|aus|zurück auf|in|mit]
""",
    "translation": """
[Dolmetsche|Übersetze|Lies] [für mich|mir|] [, was sie gesagt hat|, was er sagt|, was auf dem Schild steht|den Brief|, was dieser Mann meint][:| auf Deutsch:] {foreign}
[Lokalisiere|Übertrage|Gib|Bring] [diesen Text|das Etikett|unseren Slogan|diese Anleitung] [für Leser in {place}|ins {langs}|auf {lang}][ wieder|][:|.] {foreign}
[Ich fand|Ich bekam|Wir erhielten|Es gibt] [diese Notiz|einen Brief|eine Nachricht|diese E-Mail] [auf {lang}|, die ich nicht lesen kann|, die keiner versteht][.|:|,] [was steht da|was bedeutet das|kannst du das übersetzen][?|:] {foreign}
{foreign} [Was heißt das|Was ist das auf Deutsch|Kannst du das auf Deutsch sagen|Sag mir auf Deutsch, was da steht|Und auf Deutsch][?|]
[Sag|Schreib|Sag ihm] ["{sentence}"|{word}] auf {lang}[.|!|, bitte|]
[Wie|wie] [wird|würde|könnte] [man |]["{sentence}"|{word}] auf {lang} [gesagt|sagen|schreiben][?|]
[wort für|übersetzung von|wie schreibt man] {word} auf {lang}
{word} [auf|in] {lang}[?| bitte|]
[Bitte|Schnell] [eine|die] [{lang}|englische|spanische|chinesische] [Fassung|Übersetzung|Version] [hiervon|von Folgendem|des Textes unten][:|.] {foreign}
[Übersetze|Übertrage] [vom {langs}n|aus dem {langs}n] [ins|in das] {langs}[:|.| das Folgende:] {foreign}
""",
    "summary": """
[Ein|Nur ein|Ein einziger] [Satz|Absatz] [darüber, was|, der sagt, was] [der Abschnitt|die Geschichte|es] [sagt|bedeutet|erzählt][:|, bitte:] {passage}
[Sag|Gib|Nenn] mir [den Kern|das Wesentliche|die Kurzform|die Essenz|die Quintessenz] [davon|des Textes|hiervon|][:|.] {passage}
{passage} [Der Kern|Stichpunkte|In einem Satz|Das Wesentliche|Fazit|Kernaussage|Kurzfassung][?|, bitte|:]
[Kürze|Kürz|Verdichte|Straffe] [das|den Artikel|den Text] [auf wenige Worte|auf die Kernpunkte|auf die Hälfte|zu drei Stichpunkten|zu einer Schlagzeile][:|.] {passage}
{passage} [Mach|Mache] [es|das] [kürzer|kurz|zu einer Zusammenfassung in zwei Zeilen|halb so lang][.|!|, bitte|]
[Könntest du|Kannst du|Bitte] [die Hauptgedanken|das Wichtige|was zählt|was passiert ist] [umreißen|zusammenfassen|im Überblick geben][:|?] {passage}
[Zusammenfassung|Überblick|tl;dr|Kernpunkte|Kurzfassung] auf {lang}[:|, bitte:] {passage}
[Fasse|Fass] [das|den Text|es] auf {lang} zusammen[:|.] {passage}
{passage} [Fass es|Fasse das] auf {lang} zusammen[.|, bitte|]
""",
}

LINES = """Der Leuchtturmwärter hatte seit drei Wochen mit niemandem gesprochen.
Obwohl der Regen aufgehört hatte, standen die Straßen noch unter Wasser.
Ich war sieben Jahre alt, als mein Vater mich zum ersten Mal ans Meer mitnahm.
Die meisten Fahrgäste schliefen, als der Zug plötzlich anhielt.
Die Kommission veröffentlichte ihre Ergebnisse am Ende eines langen und schwierigen Jahres.
Ein gutes Brot braucht nichts als Mehl, Wasser, Salz und Zeit.
Wir möchten Ihnen mitteilen, dass Ihre Bewerbung bei uns eingegangen ist.
Er betrachtete das Foto lange, bevor er es in die Schublade zurücklegte.
Meine Oma sagte immer, dass man einem stillen Fluss nie trauen soll.
Nach Angaben der Polizei war der Fahrer am Steuer eingeschlafen.
Der größte Vorteil dieses Verfahrens ist, dass es sehr wenig Energie braucht.
Sie hatte am Abend zuvor ihre Koffer gepackt und ging, ohne sich zu verabschieden.
Im Norden des Landes sind die Winter lang und die Tage kurz.
Die Burg wurde im zwölften Jahrhundert auf einem Hügel über dem Tal errichtet.
Die Aktien der Bank fielen nach der Ankündigung am Dienstag deutlich.
Wenn die Temperatur unter null sinkt, können die Rohre einfrieren und platzen.
Ich habe darüber nachgedacht, was du mir letzte Woche gesagt hast.
Keiner im Büro wusste, warum der Direktor zurückgetreten war.
Der Versuch wurde fünfmal mit verschiedenen Proben wiederholt.
Es gibt eine alte Geschichte von einem Fuchs, der fliegen wollte.
Sobald die Glocke läutete, rannten die Kinder auf den Hof hinaus.
Erhitzen Sie das Öl in einer großen Pfanne und geben Sie Zwiebeln und Knoblauch dazu.
Unser Hotel liegt in einer ruhigen Nebenstraße, nur fünf Minuten vom Strand entfernt.
Um das Programm zu installieren, öffnen Sie die Datei und folgen Sie den Anweisungen.
Man weiß nie, was man hat, bis es weg ist, sagte mein Onkel immer.
Die Regierung will zwei Milliarden für neue Schulen und Krankenhäuser ausgeben.
Sie gingen schweigend am Ufer entlang, jeder in seine eigenen Gedanken versunken.
Lange glaubten Forscher, dass es in dem See kein Leben gibt.
Er brauchte fast eine Stunde, um das Haus im Nebel zu finden.
Die Wölfe kamen von den Bergen herunter, als der Schnee hoch lag.
Vor dem Krieg besaß meine Familie eine kleine Bäckerei am Markt.
Beide Seiten sind sich einig, dass der Vertrag am letzten Tag im Juni endet.
Die zweite Halbzeit war noch schlechter als die erste.
Als die Kaiserin davon hörte, ließ sie die Tore schließen.
Ich erinnere mich noch an den Geruch von Kaffee und Holzrauch in jener Küche.
Viele Eltern sorgen sich, dass ihre Kinder zu viel Zeit vor dem Bildschirm verbringen.
Dieses Kapitel befasst sich mit den Anfängen des modernen Handels.
Der Brief, der heute Morgen kam, hatte keinen Absender und keine Marke.
Zum ersten Mal seit Jahren hatte er das Gefühl, dass ihm jemand zuhörte.
Die Straße verbindet die Altstadt mit dem Hafen auf der anderen Seite.
Wir hatten das Dorf kaum verlassen, da begann der Motor zu rauchen.
Das neue Theater zieht mehr Besucher an als jedes andere in der Region.
Unter dem Bett lag eine Kiste, die seit Jahrzehnten nicht geöffnet worden war.
Jedes Mitglied hat eine Stimme und darf drei Minuten lang sprechen.
Sie legte den Schlüssel auf den Tisch, setzte sich und fing an zu weinen.
Im vergangenen Jahr verkaufte das Unternehmen mehr Fahrräder als Autos.
Weit draußen auf dem Meer ging ein rotes Licht an und wieder aus.
Seine Hände zitterten, als er das Papier unterschrieb.
Vögel, die auf Inseln leben, verlieren oft die Fähigkeit zu fliegen.
Im Preis ist das Frühstück enthalten, nicht aber die Nutzung des Schwimmbads.
Zwei Tage nach dem Sturm fuhren die Fischer wieder hinaus.
Ich hätte dir früher geschrieben, aber ich war einen Monat lang krank.
Bis auf einen Hund und eine alte Zeitung war die Gasse leer.
Wasser bedeckt mehr als zwei Drittel der Oberfläche unseres Planeten.
Ohne ein weiteres Wort bezahlte der Fremde und verließ das Gasthaus.
Die Ministerin weigerte sich, Fragen nach dem verschwundenen Geld zu beantworten.
Rühren Sie die Butter mit dem Zucker, bis die Masse glatt ist.
In ihrem neuen Roman erzählt sie die Geschichte zweier Schwestern in Lissabon.
Tausende gingen auf die Straße, um gegen das neue Gesetz zu protestieren.
Am Ende des Ganges war eine Tür, die immer verschlossen blieb.""".splitlines()
TOPICS = "die Osmose; Chemotherapie; die Zellteilung; die Industrielle Revolution; Blockchain; eine Hypothek; der Feudalismus; das Echolot; die Ozonschicht; Hypnose; das Periodensystem; Kernenergie; ein Palindrom; Angst; das Nervensystem; die Gärung; die Seidenstraße; Karate; der Surrealismus; eine Solaranlage; die Lichtbrechung; Gluten; die Aufklärung; Homöopathie; Rugby; das Ballett; Elektromagnetismus; die Mittelschicht; ein Wirbelsturm; lineare Algebra; die Wahrscheinlichkeit; der Impressionismus; Hip-Hop; dunkle Materie; der Buddhismus; das Osmanische Reich; Luftverschmutzung; die Abholzung; eine Lawine; Vitamin C; Sushi; Schokolade; Baumwolle; der Ölpreis; eine Volksabstimmung; die Meinungsfreiheit; der Mindestlohn; Arbeitslosigkeit; die Zellmembran; Enzyme; die Mythologie; Astrologie; das Radio; die Typografie; Zement; Koffein; Alkohol; Tuberkulose; Gebärdensprache; Grammatik; der Konjunktiv; der Kalender; das Schaltjahr; das metrische System; die Zeitzone; der Breitengrad; Erosion; Kalkstein; ein Tsunami; Plankton; ein Parasit; Tarnung; die Echoortung; der Winterschlaf; ein Halbleiter; ein Transistor; die Verschlüsselung; eine Firewall; maschinelle Übersetzung; ein neuronales Netz; freie Software; das Urheberrecht; ein Patent; das Schwurgericht; die Kaution; die Versicherung; der Zinseszins; eine Rezession; der Goldstandard; die Weltwirtschaftskrise; die Apartheid; der Kolonialismus; die Hanse; das Rittertum; die Samurai; die Pyramiden; Hieroglyphen; Papyrus; das Mosaik; die Gotik; die Zentralperspektive; die Bildhauerei; die Sinfonie; der Rhythmus; Blues; Flamenco; Cricket; der Marathonlauf; Abseits; Judo; Meditation; die Stoa; der Utilitarismus; Ironie; die Metapher; das Sonett; Hefe; der Föhn; die Ostsee; die Rente".split("; ")  # fmt: skip
THINGS = "ein Wasserkocher; der Staubsauger; ein Reisepass; ein Kaktus; der Drucker; eine Schildkröte; ein Holzlöffel; der Aufzug; meine Schuhe; eine Geige; die Waschmaschine; ein Papagei; ein Mikroskop; ein Delfin; ein Anker; ein Koffer; der Rasenmäher; ein Schraubenzieher; eine Ameise; das Thermometer; eine Walnuss; eine Ananas; die Ampel; ein Rollstuhl; ein Kompass; der Locher; eine Jacke; eine Eule; eine Saite; eine Batterie; der Schornstein; ein Fernrohr; der Toaster; eine Schnecke; ein Kissen; eine Orange; die Türklingel; ein Traktor; eine Biene; ein Regenmantel; der Keller; ein Kaninchen; ein Kajak; die Mikrowelle; ein Taschenrechner; ein Igel; ein Brötchen; ein Luftballon; eine Perle; eine Wespe; die Tastatur; ein Helm; eine Zitrone; eine Trommel; die Fernbedienung; ein Reißverschluss; ein Tintenfisch; der Backofen; eine Trompete; eine Drohne; ein Skorpion; das Waschbecken; ein Pinguin".split("; ")  # fmt: skip
PEOPLE = "Darwin; Frida Kahlo; Mandela; Platon; Frau Weber; Nietzsche; Dschingis Khan; Edison; Rembrandt; Onkel Jürgen; Jane Austen; Archimedes; Elvis; Tolstoi; Stalin; Pythagoras; Maria; Kapitän Cook; Hemingway; Aristoteles; Monet; Kant; Charlie Chaplin; Franz von Assisi; Thomas; Schiller; Fleming; Vivaldi; Bismarck; Gauß".split("; ")  # fmt: skip
PLACES = "Ägypten; Chicago; Kuba; Thailand; Warschau; Island; Chile; die Türkei; Istanbul; Schweden; Bangkok; die Ukraine; Boston; Portugal; Nepal; München; Kolumbien; Ghana; Sydney; Polen; Singapur; Kairo; Ungarn; Jamaika; Delhi; Seoul; Genf; Tibet; Mongolei; Köln; Dresden; Sachsen; Bayern; Zürich".split("; ")  # fmt: skip
MANY = "Batterien; Tulpen; Vitamine; Gletscher; Pilze; Münzen; Diamanten; Antikörper; Planeten; Perlen; Fossilien; Gezeiten; Magnete; Schwämme; Antibiotika; Linsen; Proteine; Mücken; Satelliten; Hormone; Kerzen; Ziegel; Gewürze; Kristalle; Mineralien; Turbinen; Federn; Schrauben; Kaulquappen; Primzahlen; Adverbien; Sanktionen; Pixel; Cookies; Muskeln; Kiefern; Kanäle; Zünfte".split("; ")  # fmt: skip
