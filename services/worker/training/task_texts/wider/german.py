"""The widest forms and fillings of requests in German. A list of texts, hence its length."""

FORMS = {
    "question": """
[Wie|wie] [kann man|kann ich|soll man|muss man] {act}[?| am besten?| zu Hause?| ohne Hilfe?]
[Was|Welches Werkzeug|Welche Schritte] [braucht man|brauche ich], um {zuact}?
[Was ist|Welches ist] [der beste|der schnellste|der sicherste|der übliche] Weg, {zuact}?
Wie lange dauert es, {zuact}?
[Ist es|Ist das] [schwer|erlaubt|möglich|gefährlich|gesund|teuer], {zuact}?
Warum [wollen|lieben es] [viele|die Leute|Menschen], {zuact}?
[Erkläre|Erklär mir|Beschreibe|Erläutere|Schildere|Erklären Sie] [bitte |kurz |]{topic}[.|, bitte.| für Anfänger.| in einfachen Worten.|]
[Sag mir|Erzähl mir|Sagen Sie mir|Verrate mir], [was|wie|warum|wann|wo] {topic} [ist|war|entstand|genutzt wird|wichtig wurde].
[Kannst du|Können Sie|Könntest du|Würdest du] mir [bitte |]sagen, [wer|wo|wann] {person} [war|lebte|geboren wurde]?
[Weißt du|Wissen Sie|Weißt du zufällig], [wann|wo|wie|warum] {topic} [begann|entdeckt wurde|entstand]?
[Erzähl|Berichte|Sag] mir [etwas|alles|mehr|zwei Dinge] über {topic}[.|, bitte.|]
was weißt du über {person}
[Vergleiche|Vergleich bitte|Vergleichen Sie] {topic} [mit|und] {topic}[.|]
[Nenne|Nenn mir|Liste|Zähle|Gib] [zwei|vier|zehn|alle|die wichtigsten] [Arten|Teile|Vorteile|Nachteile|Gründe|Beispiele|Merkmale] [für|von] {topic}[ auf|][.|]
[Wer|Welcher Mensch] [schrieb|malte|baute|gründete|führte|gewann|komponierte|entwarf] [das|{topic}|den Turm in {place}]?
[Wer|Welche Firma|Welches Land] [macht|besitzt|verkauft|erfand] {thing}?
[Wann|In welchem Jahr|In welchem Jahrhundert] [wurde|hat man] {thing} [erfunden|gebaut|verboten|zuerst benutzt]?
Wo [findet man|gibt es|ist|war] {thing}?
Warum [ist|wird|war] {thing} [rostig|so teuer|grün|nass|so laut|verboten]?
[Warum|Wieso|Weshalb] ist [der Himmel|das Gras|der Schnee|die Sonne|der Mond] [blau|grün|weiß|heiß|hell]?
[Warum|Wieso] [singen|schnurren|weinen|bellen|schlafen|leuchten|fliegen] [Vögel|Katzen|Babys|Hunde|Wale|Sterne|Bienen]?
Wie [groß|hoch|breit|schwer|heiß|weit|stark|schnell|alt] ist [{thing}|die Sonne|ein Elefant|der Turm in {place}|der Mount Everest]?
[Wie viele|wie viel] [Menschen|Zähne|Planeten|Staaten|Monde|Sprachen|Stunden|Gramm] [gibt es|hat das|sind in {thing}|leben in {place}]?
[Welche|Was für eine] [Farbe|Größe|Form] hat {thing}[?| normalerweise?]
[Wie lautet|Was ist|Wie ist] [der Name|das Alter|die Höhe|das Gewicht|der Preis|die Länge|der Zweck|der Grund|die Ursache|die Regel|die Formel|das Symbol] [von|für] {topic}?
[Welcher|Welche|Welches] [Fluss|See|Berg|Stadt|Sprache|Tier|Vogel|Metall|Planet] ist [am längsten|am tiefsten|am größten|am härtesten|am ältesten|am kleinsten] [in {place}|auf der Welt|von allen|]?
Was [bedeutet|heißt] [das Wort |der Begriff |]„{word}“[ genau|]?
Was [tat|schrieb|entdeckte|glaubte|sagte] {person}[ über {topic}|]?
[Ist|War] {person} [noch am Leben|verheiratet|ein König|aus {place}|Wissenschaftler]?
[Gibt es|Gab es|Leben] [Menschen|Tiere|Pflanzen|Wölfe] in {place}?
[Verändert|Hilft|Schadet|Beeinflusst] {topic} [den Menschen|dem Klima|{place}|uns]?
[Kann man|Darf man|Dürfen Kinder] {thing} [essen|trinken|benutzen|anfassen|sehen]?
[Ist|Sind] {thing} [aus Holz|gesund|gefährlich|Obst oder Gemüse|wasserdicht]?
[Was hilft gegen|Was verursacht|Wie behandelt man|Wie verhindert man] [Kopfschmerzen|Grippe|{topic}|Rost|Husten]?
Gib mir [eine Erklärung|einen Überblick|eine Definition|ein Beispiel|die Fakten] [zu|für] {topic}[.|, bitte.]
Ich [brauche|suche|möchte] [Informationen|Fakten|Einzelheiten|eine Erklärung] [zu|über] {topic}.
Ich [weiß nicht|habe nie verstanden|habe vergessen], [was|wie|warum] {topic} [ist|funktioniert|wichtig ist][.|. Kannst du es erklären?]
[Was ich immer wissen wollte|Noch eine Frage]: [warum|wie|wo|wann] [ist|war|begann] {topic}?
[In einfachen Worten|Kurz gesagt|Ganz kurz]: was ist {topic}?
Was sind [die|einige] [Beispiele|Anzeichen|Symptome|Folgen|Gesetze|Ursprünge] [von|für] {topic}?
Was [versteht man unter|meint man mit|weiß man über|ist so besonders an] {topic}?
{topic}: [was ist das|Definition|Erklärung|wie geht das|Geschichte und Fakten|Vor- und Nachteile][?|]
[wer|was|wo|wann] ist {place} [benannt|bekannt geworden|auf der Karte|am schönsten]
{passage} [Warum|Wie|Wann|Wo|Wer] [hat er|hat sie|haben sie|ist es] [das getan|gegangen|passiert]?
[Laut|Nach|Gemäß] [dem Text|dem Abschnitt|dem Artikel][,|:] [wer|was|wo|warum] [ist|war] [es|der Grund|der Ort]? {passage}
{passage} [Meine Frage:|F:|Nun die Frage:|] [Wie viele|Welche|Wessen] [waren es|sind gemeint|wurden erwähnt]?
[Lies|Lies dir] [das|den Text] [durch |]und beantworte[:| die Frage:| was über {thing} gesagt wurde.] {passage}
{passage} Beantworte: [was|warum|wann] [geschah|war das|begann es]?
[Quizfrage|Prüfungsfrage|Rätselfrage]: [wer|was|welcher] [ist|war] [{topic}|{person}]?
[Rechne um|Berechne|Wie viel sind|Was ergibt] [12 Zoll|40 Meilen|98 Grad|15 Prozent von 80|7 mal 8] [in Meter|bitte|]?
[wie spät|welcher Tag|welcher Monat] ist es [gerade |]in {place}
[Löse|Rechne]: [3x + 5 = 20|12 * 14|die Wurzel aus 81]
hey, [wer|was|wo|wann] [ist|war] {topic}
Was [steckt hinter|ist in|nützt|ist falsch an] {topic}?
[Worin|Wodurch|Wie] unterscheidet sich {topic} von {topic}?
[Kann mir jemand sagen|Weiß man], [warum|wie] {topic} [endete|funktioniert|entsteht][?|]
Welche [Rolle|Bedeutung] [spielte|hatte] {person} [bei|für] {topic}?
[Wem|Zu welchem Land|Wozu] gehört {place}?
[Stimmt es|Ist es richtig|Ist es ein Mythos], dass {topic} [schadet|aus {place} kommt|verboten ist]?
[Woraus|Womit|Wovon|Woran] [besteht|macht man|lebt|erkennt man] {thing}?
[Warum|Wie|Wann|Wo] haben [die Römer|die Ägypter|die Wikinger|Seeleute|die ersten Bauern] [Straßen gebaut|Essen gelagert|die Zeit gemessen|Papier gemacht|das Meer überquert][?| genau?|]
[Wie|Warum] [fliegen|funktionieren|wachsen|sinken|bewegen sich|brechen aus] [Flugzeuge|U-Boote|Magnete|Batterien|Gletscher|Vulkane|Wurzeln|Muskeln][?|]
[Welches|Welcher|Welche] [Gas|Vitamin|Organ|Muskel|Stoff] [atmen wir|gibt Energie|macht Knochen stark|reinigt das Blut|hält uns warm][?|]
[Ist|Sind] [eine Tomate|ein Wal|Honig|Glas|Pluto|Spinnen|Pilze|Viren] [Obst|ein Fisch|lebendig|flüssig|ein Planet|Insekten|Pflanzen|giftig][?| oder nicht?]
[Was|Welches] war [der erste|der letzte|das größte|der schlimmste|das teuerste] [Film|Krieg|Auto|Erdbeben|Kaiser|Computer] [in {place}|der Geschichte|des Jahrhunderts|][?|]
[Wie viele|wieviele] [Kammern|Buchstaben|Spieler|Seiten|Sekunden|Tasten|Saiten] hat [ein Herz|das Alphabet|eine Mannschaft|ein Dreieck|ein Tag|ein Klavier|{thing}][?|]
[Wer|wer] [ist der Präsident|war der erste König|ist der Autor|war der Gründer|ist die Chefin] von {place}[?|]
[Was ist|Wie hoch ist|Wie lautet] [der Siedepunkt|das chemische Zeichen|die Geschwindigkeit|die Hauptstadt|das Gegenteil|die Mehrzahl|die Einwohnerzahl] von [Wasser|Gold|Licht|{place}|„{word}“|Schall][?|]
[Macht|Hilft|Schadet|Verursacht] [Kaffee|Zucker|Lesen im Dunkeln|Kälte|Sport|{topic}] [müde|den Augen|beim Schlafen|Erkältungen|dem Herzen][?|]
[Was|was] [kommt vor|kommt nach|reimt sich auf|ist das Gegenteil von|ist ein anderes Wort für] [fünf|Dienstag|„{word}“|Winter][?|]
Welche [Sprachen|Tiere|Länder|Lebensmittel|Pflanzen|Metalle] [spricht man in {place}|sind gefährlich|enthalten Eisen|haben keine Armee|gibt es nur in {place}|haben Ringe][?|]
[Warum|warum] [wurde|ist|war] [die Mauer|der Turm|der Vertrag|der Kanal|das Gesetz|das Reich|die Brücke] in {place} [gebaut|schief|unterschrieben|so wichtig|geändert|geteilt|geschlossen][?|]
[Wie|wie] [wird|werden|entsteht|entstehen] [Wein|Papier|Salz|Stahl|Regen|Münzen|Diamanten|Perlen|Gesetze] [gemacht|hergestellt|heute|][?|]
[Wie nennt man|Wie heißt] [ein junges Känguru|eine Gruppe Wölfe|die Angst vor Höhe|jemanden, der Sterne erforscht|ein Wort mit zwei Bedeutungen][?|]
[Wo|Woher|Wohin] [geht|endet|leben|kommen|fließt|kommt] [die Sonne unter|die Donau|Pinguine|Kartoffeln|das Wort „{word}“|der Tee][?|]
[Was ist|was ist] [gesünder|schneller|billiger|schwerer|näher|sicherer], [Butter oder Öl|Zug oder Flugzeug|Gold oder Blei|Mars oder Venus|Tee oder Kaffee][?|]
Wenn [ein Zug um neun abfährt|ich drei Äpfel habe|die Miete 800 im Monat ist], [wann kommt er an|wie viele bleiben|wie viel ist das im Jahr][?|]
[nenne|erkläre|gib] [das erste Newtonsche Gesetz|die Schachregeln|die drei Zustände der Materie|die Ursachen des Krieges|die Teile einer Blume][.|]
[Bedeutung von|Definition von|was heißt] [Osmose|Ironie|Demokratie|BIP|Haiku|Entropie|Hypothek][?|]
""",
    "translation": """
[Übersetze|Übersetz|Übersetzen Sie|Bitte übersetze|Kannst du] [das|dies|den Text|den Satz|diese Nachricht|diese Wörter|meinen Brief] [ins {lang}e|auf {lang}|in {lang}][ übersetzen|][:|.|?] {foreign}
[Übertrage|Übersetze|Übertragen Sie|Bring|Überführe] [Folgendes|das Folgende|die nächste Zeile|den Absatz unten|alles] [ins {lang}e|in {lang}|auf {lang}][:|.] {foreign}
{foreign} [Übersetze|Bitte übersetze|Kannst du|Übersetzen Sie] [das|den Text oben|es] [ins {lang}e|auf {lang}][ übersetzen|][?|.|]
[Wie|wie] [sagt man|sage ich|schreibt man|sagen die Leute|würde man] „{sentence}“ auf {lang}[ sagen|][?|]
wie sagt man {word} auf {lang}[?|]
[Was|Wie] [heißt|ist|nennt man] {word} [auf|in] {lang}[?|]
[Das|Wie ist das|Gib mir das|Ich brauche das] {lang}e [Wort|Übersetzung] für {word}[?|.|]
Was [bedeutet|heißt] [das|dieses Schild|Folgendes|dieser Satz] auf [Deutsch|{lang}][?|:] {foreign}
Was [bedeutet|heißt|meint] „{foreignshort}“[ auf Deutsch| übersetzt|][?|]
„{foreignshort}“ [auf Deutsch|was heißt das|was bedeutet das auf Deutsch][?|]
{lang} [nach|-] {lang}[:| bitte:] {foreign}
[auf|in] {lang}[:| bitte:] {foreign}
{lang}e [Übersetzung|Fassung|Version][ davon| bitte| gesucht|]: {foreign}
Ich [brauche|möchte|hätte gern] [eine Übersetzung|das] [auf|in] {lang}[:|.] {foreign}
[Kannst du|Können Sie|Könntest du] [das|den Satz] [auf|in] {lang} [sagen|schreiben|wiederholen|ausdrücken]? {foreign}
[Das ist|Der Text ist] [auf|in] {lang}[.| geschrieben.] [Übersetze es|Was heißt das|Was bedeutet das auf Deutsch][.|?] {foreign}
Ich [kann kein|spreche kein|verstehe kein] {lang}[.|,] [was heißt das|kannst du das übersetzen][:|?] {foreign}
[Mein Kollege|Meine Kundin|Mein Lehrer|Meine Vermieterin] [spricht|schreibt] [nur |]{lang}[.|:] [Wie sage ich|Übersetze][:| das:] {foreign}
[Übersetzer|Dolmetscher|Du übersetzt][ für mich| ins {lang}e|]: {foreign}
[Sei|Arbeite als|Du bist] [mein |]Dolmetscher [ins|für das] {lang}e[.|:] {foreign}
[Schreib|Schreibe|Schreiben Sie] [bitte |]„{sentence}“ auf {lang}.
„{sentence}“ [wie heißt das|wie wäre das|was ist das|wie sagt man das] auf {lang}[?|]
[Sag mir|Zeig mir|Bring mir bei], [wie man|was] „{sentence}“ auf {lang} [sagt|heißt][.|]
{foreign} [Sag das|Und jetzt|Das Gleiche|Schreib das|Nun] auf {lang}[.|, bitte.]
[Gute|Natürliche|Formelle|Höfliche|Genaue] {lang}e [Fassung|Version|Übersetzung][ davon|]: {foreign}
Übersetze [wörtlich|frei|sorgfältig|Wort für Wort|genau][ ins {lang}e|]: {foreign}
[Untertitel|E-Mail|Vertrag|Rezept|Schlagzeile|Gedicht|Postkarte] [zum Übersetzen|zu übersetzen|ins {lang}e]: {foreign}
Übersetze [das Wort|den Ausdruck|die Wendung|den Titel] „{foreignshort}“ [ins {lang}e|auf {lang}]
Wenn ich „{sentence}“ auf {lang} sagen will, [was sage ich|wie geht das]?
[hi|hallo|hey][, |! ][übersetz mir das|ich brauche das auf {lang}]: {foreign}
[aus dem|vom] {lang}en[ bitte| ins Deutsche|]: {foreign}
[Gibt es|Was ist] ein {lang}[er Ausdruck|es Wort] für {word}?
[übersetze|übersetz|Übersetzung] {word} [ins {lang}e|auf {lang}|{lang}]
""",
    "summary": """
[Fasse|Fass|Fassen Sie|Bitte fasse] [den Text|diesen Text|den Artikel|den Absatz|die Geschichte|die Nachricht|das|Folgendes|die E-Mail] [kurz |bitte |knapp |]zusammen[:|.] {passage}
[Kannst du|Können Sie|Könntest du|Würdest du] [das|den Text|dies|den folgenden Absatz] [bitte |]zusammenfassen[?|:] {passage}
{passage} [Fasse|Fass|Bitte fasse] [das|den Text|es|das Obige] [kurz |]zusammen[.|, bitte.]
{passage} [Kannst du|Könnten Sie|Bitte] das [kurz |]zusammenfassen[?|.]
[Schreib|Gib mir|Mach|Erstelle|Ich brauche|Verfasse] [eine Zusammenfassung|eine kurze Zusammenfassung|einen Überblick|eine Inhaltsangabe|eine Kurzfassung][:| davon:| des Textes:] {passage}
{passage} [Schreib|Gib mir|Mach|Ich brauche] [eine Zusammenfassung|eine Kurzfassung|einen Überblick][.| davon.]
[Was ist|Was sind] [die Hauptaussage|der Kern|die Kernaussage|die wichtigsten Fakten|das Fazit|die Hauptgedanken][ des Textes| hier|][?|:] {passage}
{passage} [Was ist|Was war] [der Kern|die Hauptaussage|die Botschaft|das Fazit][ davon|]?
Was [sagt|will|meint|schreibt] [der Text|der Autor|der Artikel|dieser Brief|der Bericht] [kurz gesagt|in einem Satz|im Wesentlichen|]? {passage}
{passage} [Also was|Was] [steht da|steht drin|sagt das][ kurz| in wenigen Worten|]?
[In|Mit] [einem Satz|zwei Sätzen|drei Punkten|wenigen Worten|fünf Zeilen][,|:] [worum geht es|fasse zusammen|was ist passiert][:|?] {passage}
[tl;dr|tldr|TL;DR][ bitte|?|:|] {passage}
{passage} [tl;dr|TLDR|kurz|Kurzfassung][?| bitte|]
[Zu lang|Das ist zu lang][, |. ][kürze es|mach es kurz|was ist die Kurzfassung|was ist der Kern][.|?|:] {passage}
[Die|Eine] [kurze|knappe|schnelle] [Zusammenfassung|Fassung|Übersicht][ davon| bitte|]: {passage}
[Zusammenfassung|Überblick|Inhaltsangabe|Kurzfassung|Stichpunkte|Fazit][ bitte| in zwei Sätzen| des Textes|][:|.] {passage}
[Kürze|Kürzen Sie|Verkürze|Straffe|Verdichte] [das|den Text|den Artikel][ auf einen Satz| stark| auf das Wesentliche|][.|:] {passage}
[Nenne|Liste|Sammle|Finde|Notiere|Schreib] [die wichtigsten Punkte|die Hauptpunkte|die Kernpunkte|das Wichtigste|die Argumente] [aus dem Text|daraus|auf][.|:] {passage}
{passage} [Nenne|Notiere|Liste] [die wichtigsten Punkte|die Hauptpunkte|das Wesentliche][ auf|][.|]
[Ich bin in Eile|Ich habe eine Minute|Keine Zeit][.|, |: ][was steht da|gib mir die Zusammenfassung|nur das Wichtigste][?|.|:] {passage}
[Erklär|Sag|Erzähl] mir [kurz|knapp|schnell|in eigenen Worten], [was in dem Text steht|worum es geht|was der Artikel sagt][:|.] {passage}
[Vereinfache und kürze|Reduziere auf das Wichtigste|Komprimiere][ das|][:|.] {passage}
[Bericht|Artikel|Protokoll|E-Mail|Kapitel|Rede]: {passage} [Zusammenfassung|Kurz gesagt|In Kürze]:
[Text|Artikel|Dokument]: {passage} [Fasse ihn zusammen|Fass das zusammen|Nenne die Hauptpunkte][.|]
[Eine Zusammenfassung|Den Kern|Das Wesentliche|Die Hauptsache], bitte[:|.] {passage}
[Für meinen Chef|Für den Newsletter|Für meine Notizen][,|:] [fass das zusammen|kürze das][:|.] {passage}
[Gibt es|Hast du|Kann ich] [eine Kurzfassung|eine Zusammenfassung|das Wichtigste] [davon|hiervon][ haben|][?|:] {passage}
[Worum geht es|Worum geht's|Wovon handelt das|Um was geht es][ hier| im Text| in dem Artikel|][ kurz|][?|:] {passage}
{passage} [Worum geht es|Worum geht's|Wovon handelt das][ hier| kurz gesagt|]?
""",
    "chat": """
[hi|hallo|hey|na|guten Morgen|guten Tag|guten Abend|moin|servus|grüß dich][!|.|, mein Freund| zusammen| nochmal|, ich bin's|, schön dich zu sehen|, lange nicht gesehen|]
[wie geht's|wie geht es dir|wie läuft's|wie war dein Tag|was machst du|was gibt's Neues|alles gut][ heute| so|][?|]
[schönes|schreckliches|tolles|seltsames] [Wetter|Wochenende] [heute|draußen|hier][, oder|, nicht wahr|][?|.|!|]
Ich [bin|fühle mich] [so |sehr |wirklich |ein bisschen |][glücklich|traurig|müde|gelangweilt|einsam|aufgeregt|nervös|wütend|gestresst|krank|stolz][ heute| gerade|][.|!|...|]
Ich [möchte|will|werde] {act}[.|!| am Wochenende.| mit Freunden.]
Ich [habe vor|habe Lust|versuche], {zuact}[.|!|, wünsch mir Glück!]
Ich habe [gerade|endlich|fast|noch nie] [einen neuen Job bekommen|die Prüfung bestanden|mein Handy verloren|jemanden kennengelernt|gekündigt|geweint][.|!| und bin so froh| und jetzt bin ich traurig]
[mein Bruder|meine Mutter|meine Frau|mein Chef|meine Katze|mein Freund|meine Tochter] [redet nicht mit mir|ist böse auf mich|heiratet bald|bringt mich zum Lachen|zieht aus][.|!| und ich weiß nicht weiter|, kannst du das glauben?]
Soll ich [heute |wirklich |lieber |][kündigen|anrufen|umziehen|{thing} kaufen|zu Hause bleiben|ihr schreiben]?
Was soll ich [anziehen|kochen|ihm schenken|sagen|ihr antworten][ heute Abend| morgen| zur Party|]?
[Magst|Hast|Kannst|Bist|Willst|Träumst|Vermisst] du [mich|Gefühle|Freunde|tanzen|manchmal|einsam|mit mir reden|Musik][ auch|][?|]
Was ist [dein|deine] [Lieblingsfarbe|Lieblingsessen|Lieblingslied|Lieblingsfilm|Lieblingstier][?|]
[Wer|Was] bist du [eigentlich|wirklich|genau|]?
Wer hat dich [gemacht|gebaut|erfunden]?
[Was kannst du|Wo bist du|Wie alt bist du|Wo wohnst du|Hast du Zeit|Können wir reden|Bist du wach][?|]
[Schreib|Schreibe|Dichte|Erfinde|Gib mir|Ich brauche|Ich hätte gern] [ein kurzes|ein lustiges|ein trauriges|ein] [Gedicht|Lied|Märchen|Rätsel] [über|für|zu] [{thing}|{place}|{person}|meinen Geburtstag|die Liebe][.|]
[Erzähl|Erzähle|Schreib] mir [eine Geschichte|einen Witz|ein Märchen|etwas Lustiges][ über {thing}| zum Einschlafen|][.|!|]
[Schreib|Verfasse|Entwirf|Hilf mir mit] [einen Brief|eine E-Mail|eine Nachricht|eine Antwort|eine Bewerbung|eine Beschwerde|eine Einladung|eine Entschuldigung] an [meinen Chef|{person}|meine Nachbarin|die Schule|die Bank][.| wegen {thing}.]
[Schreib|Programmiere|Zeig mir|Baue] [eine|ein] [Funktion|Skript|Klasse|Webseite|Programm] in [python|java|rust|sql|html][, das Zahlen sortiert| für meinen Laden|][.|]
[Verbessere|Repariere|Prüfe|Finde den Fehler in] [meinem|diesem] [Code|Programm|Skript][.|: {code}(x)|]
[Formuliere|Schreib] [diesen Satz|den Text|meine E-Mail|das] [um|neu|höflicher|freundlicher|schöner][:|.] {sentence}
[Korrigiere|Verbessere|Überarbeite] [meinen Text|meinen Satz|diesen Absatz|meine Rechtschreibung][:|.] {sentence}
[Empfiehl mir|Schlag mir|Ich brauche|Hast du Ideen für|Kennst du] [einen Namen|ein gutes Buch|einen Film|ein Geschenk|ein Rezept|ein Hobby|einen Titel][ vor|][ für meinen Hund| für heute Abend| für {person}|][?|.|]
[Plane|Hilf mir bei|Erstelle|Organisiere|Mach] [eine Reise|meine Woche|eine Party|einen Speiseplan|ein Training|einen Stundenplan|meinen Urlaub][ in {place}| für mich|][.| bitte]
[Stell dir vor|Nehmen wir an|Tu so, als ob], [du bist|du wärst|ich wäre|wir wären] [{person}|ein Pirat|eine Katze|ein König|Arzt|auf dem Mond][.| und rede mit mir.| Was sagst du?]
[Sei|Spiel|Du bist] [mein Freund|mein Trainer|ein Zauberer|{person}|der Lehrer|ein Detektiv][, | und ][frag mich etwas|erzähl mir was|fang an|muntere mich auf][.|]
[Lass uns|Wollen wir|Können wir|Ich will mit dir] [spielen|plaudern|reden|singen|Freunde sein|ein Ratespiel spielen|über {topic} reden][.|!|?|]
Was [meinst du|denkst du|ist deine Meinung|hältst du|sagst du] [zu|über|von] [{topic}|{person}|{place}|meiner Idee|meiner neuen Frisur][?|.|]
Ich [finde|denke|glaube|meine], {topic} ist [langweilig|toll|überschätzt|gruselig|schön][.|, oder?|. Und du?|!]
Ich [mag|liebe|hasse|vermisse|genieße] {thing}[.|!|, du auch?|. Und du?]
[danke|vielen Dank|dankeschön|tausend Dank|merci][!| dir| für deine Hilfe| fürs Zuhören|, du bist super|, das hat geholfen|]
[tschüss|auf Wiedersehen|bis bald|bis morgen|gute Nacht|mach's gut|ich muss los][!|.|, mein Freund|, schlaf gut|]
[ja|nein|ok|okay|klar|vielleicht|genau|stimmt|natürlich|eigentlich nicht|gut|cool|wow|haha|lol][!|.|, mach weiter|, erzähl mehr|, danke dir|, warum nicht|]
[Das ist|Das war|Du bist|Es ist] [toll|falsch|so lustig|nicht, was ich meinte|sehr nett|großartig|langweilig|süß|nicht wahr|eine gute Idee|echt klug][!|.|, danke|]
[Entschuldigung|tut mir leid|sorry|Verzeihung|ups][!|.|, das wollte ich nicht|, was hast du gesagt?|, mein Fehler|]
Ich [verstehe dich nicht|bin anderer Meinung|weiß nicht, was ich sagen soll|kann nicht schlafen|glaube es nicht|will nicht hingehen][.|!|, hilf mir|]
[Hilf mir|Ich brauche Hilfe|Kannst du mir helfen|Ich brauche deinen Rat|Gib mir einen Rat][ mit meinem Leben| mit meiner Katze| mit {person}|: ich kann mich nicht entscheiden|][.|!|?|]
[Muntere mich auf|Bring mich zum Lachen|Überrasch mich|Motiviere mich|Tröste mich|Sag etwas Nettes|Rede mit mir|Unterhalte mich][.|!|, bitte|]
[weißt du was|rate mal|hör mal|wow|oh nein|hey][, |! ][ich habe gewonnen|es schneit|mein Hund ist krank|ich habe den Job|mein Auto ist kaputt|{who} {event}][!|.|]
[heute ist|morgen ist] [mein Geburtstag|mein erster Arbeitstag|mein letzter Tag|unser Jahrestag][!|.| und ich bin nervös]
[Was würdest du|Wie würdest du] [an meiner Stelle |dann |][tun|machen|sagen|reagieren][?|]
[Darf ich|Kann ich] [dich etwas Persönliches fragen|dir ein Geheimnis erzählen|dir was sagen|mich kurz ausheulen][?|]
[Sammle|Erfinde|Denk dir] [Ideen|Namen|Fragen|eine Geschichte|eine Figur|fünf Titel] [für|über] [meinen Blog|ein Schulprojekt|{thing}|eine Party|einen Roman][ aus|][.|]
[Antworte|Sprich|Rede] [wie|als] [ein Pirat|{person}|ein Kind|mein bester Freund][.| ab jetzt.]
[bist du|du bist] [ein Mensch|ein Bot|echt|klug|da|böse auf mich|sicher][?|]
[Ich wohne in|Ich komme aus|Ich arbeite in|Ich studiere in] {place}[.|, und du?| und liebe es hier.| und habe Heimweh.]
[Ich heiße|Mein Name ist|Nenn mich] {person}[.|, und du?|. Freut mich!]
[du|du bist] [machst mich glücklich|mein bester Freund|verstehst das nicht|lustig|hörst nie zu][.|!|]
[heute|gestern|letzte Nacht] [war ich im Kino|habe ich schlecht geschlafen|ist mir etwas Komisches passiert|hatte ich Streit][.|!| und muss immer daran denken]
[mein|unser] [Auto|Handy|Zug|Internet|Vermieter] [ist kaputt|kam zu spät|ist zu laut|wurde gestohlen|geht nicht] [schon wieder|seit heute früh][ und ich bin so genervt|, was für ein Tag|.|!|]
ich [freue mich auf|habe Angst vor|bin so müde von|denke oft an] [das Wochenende|den Sommer|meine Prüfung|die Besprechung|Weihnachten|meine Familie][.|!|]
[mein|unser] [Sohn|Team|Hund|Opa|Nachbar] [ist krank|hat gewonnen|wurde fünf|hat schwimmen gelernt|hört nie zu][.|!| und das wollte ich dir erzählen|]
ich habe [keine Lust|heute keine Kraft], [zur Arbeit zu gehen|aufzustehen|zu kochen|mit jemandem zu reden][.|!|]
ich habe [gestern|heute|gerade] [einen traurigen Film gesehen|alte Freunde getroffen|einen Kuchen gebacken|etwas Komisches gehört][.|!|, es war schön]
[willst du|möchtest du|magst du] [eine Geschichte hören|ein Spiel spielen|ein Geheimnis wissen|mein Freund sein|meine Fotos sehen][?|]
""",
    "completion": """
{tale} {broken}
{broken}
{broken}
{when} {broken}
{who} [wollte|musste|sollte|konnte] {act}, [aber|weil|als|und dann|bis]
{who} [versuchte|beschloss|begann|hoffte], {zuact}, [aber|weil|obwohl|und|damit]
{who} {event}[, und|, aber|. Dann|, weil|, als|, während|, sodass|, bis]
{who} {event} und [die|der|ihr|sein|dann|ein|das]
[Es war einmal|Vor langer Zeit lebte|In jenen Tagen lebte|Eines Winters kam|Vor vielen Jahren stand|In einem fernen Land gab es] [ein König|eine Frau|ein Müller|{who}|in {place} ein Haus][, der|, die|, das| und]
[Als|Während|Nachdem|Bevor|Weil|Obwohl|Sobald|Wenn|Bis|Seit] {who} [nach Hause kam|das Fenster öffnete|den Brief las|eingeschlafen war|lachte|das sah], [die|der|sie|er|alle|war|sah|begann]
[Das Erste|Das letzte Mal|Der beste Teil|Der Hauptgrund|Das Problem|Die Wahrheit|Das Geheimnis|Der Unterschied|Der einzige Weg] [war|ist|bei {topic} ist|, {zuact}, ist] [dass|die|ein|als]
[Die wichtigste|Die häufigste|Die schlimmste|Die größte] [Regel|Ursache|Sache|Folge] [bei|von|für] {topic} [ist|war]
[Einer der|Einige der|Die meisten|Viele der|Keiner der] [Gründe|Leute|Häuser|Probleme|Kinder|Ideen] [in {place}|von {topic}|, die|war|sind]
[In den letzten Jahren|Im letzten Jahrzehnt|In Zukunft|Heutzutage|Seit 1990|Seit Jahrhunderten|In diesem Kapitel] [haben|wird|hat|sind|beginnt|zeigen] [Menschen|wir|{topic}|Forscher|viele Firmen|die Stadt]
{topic} [ist|war|gilt als|bleibt|kann|wurde] [eine der|ein wichtiger|der erste|ein|bekannt als|genutzt, um|auf der]
{place} ist [eine|die|gelegen in|bekannt für|berühmt für|die Heimat]
{person} war [ein|eine|der|die|bekannt für|einer der] [und|in|erste|große|der|]
[Der Bürgermeister|Die Firma|Die Polizei|Der Minister|Die Mannschaft|Die Regierung] [sagte|meldete|kündigte|bestätigte|beschloss] [gestern|am Montag|heute|][, dass|, dass die|, den| an, dass]
[EILMELDUNG:|{place} -|BERLIN, 3. Mai -|Pressemitteilung:] {broken}
[Schreib|Führe|Setze|Vervollständige|Beende|Ergänze] [den Text|die Geschichte|diesen Satz|meinen Absatz|das Gedicht] [weiter|fort|][:|.] {broken}
[Weiter|Fortsetzung|Schreib weiter|Fortsetzen]: {broken}
{broken} [(weiter)|... und weiter|[Schreib weiter|bitte fortsetzen|beende diesen Satz]]
[Wie geht es weiter|Was kommt als Nächstes|Schreib den nächsten Satz]: {broken}
[Liebe|Lieber|Hallo|Sehr geehrter] [{person}|Herr Schmidt|Kollegen|Mama|Kunden], [ich schreibe|danke für|wir freuen uns|wie Sie wissen|ich hoffe|wir bedauern|als Antwort|nach] [dir|deinen|dass|weil|den|auf]
[Meine Damen und Herren|Liebe Gäste|Liebe Mitbürger], [wir|heute|es ist|ich] [stehen|sind|eine Ehre|möchte] [hier|um|weil]
„[Ich|Wir|Du] [weiß nicht|werde nie|solltest|muss]“, [sagte|flüsterte|rief|fragte] [{who}|das Mädchen|er|sie] [und|als|während|mit]
[Sie|Er|Niemand|Jeder|Jemand] {event}[ und|, aber|, weil|, also|, als der|, bis]
[Sie|Er] [sah auf|ging zu|dachte an|griff nach|hörte auf] {thing} [und|als|während|aber|bis]
Es war [eine dunkle|eine kalte|eine stille|ein alter|der letzte|ein seltsamer] [Nacht|Morgen|Tag|Sommer] [und|als|in|an dem|,]
[Der alte|Ein junger|Der kleine] [Mann|Hund|Kapitän|Lehrer|Wind|Fluss] [war|hatte|ging langsam|öffnete|kam|stieg] [und|die|über|in|]
[Erstens|Zweitens|Schließlich|Jedoch|Daher|Außerdem|Zum Beispiel|Andererseits] [ist|war|kann|hat|muss] {topic} [nicht|die|ein|nur|]
[Kapitel|Teil|Abschnitt|Akt] [1|2|eins|III][:|.|] {broken}
[Zutaten|Einkaufsliste|Aufgaben|Inhalt|Material]: [1.|2 Eier,|Milch,|-] [Brot|Zucker|200 g Mehl|{person} anrufen|{topic}], [2.|Salz,|Butter,|-|]
[Schritt 1|1.]: [öffne|nimm|mische|suche] {thing}[.|,] [Schritt 2:|2.|Dann]
[Wenn|Falls] [man|du] {act} [will|möchte|muss], [muss man|sollte|ist es|ist das Erste]
[Mein Großvater|Meine Mutter|Unser Haus|Unser Dorf|Ihr Leben|Sein Name] [war|ist|hatte|stand] [ein|der|in|immer|]
[Die Geschichte|Dieses Buch|Der Film|Der Bericht|Das Museum] [handelt von|beginnt mit|zeigt|beschreibt|erzählt|wurde] [einem|der|wie|dass|]
[Ich|Wir] [weiß|glaube|hoffe|erinnere mich|habe immer gedacht], [dass|wie|als] [der|wir|mein|{who}]
[Sie|Die Kinder] [liefen|saßen|lebten|gingen|blieben] [nach Hause|in einem|am|unter dem|zusammen] [und|bis|wo|Fluss|weil|]
{tale} {tale} [Aber|Und|Dann|Jedoch|Seitdem|Plötzlich|Danach|Also]
{tale} [Aber|Dann|Weil|Obwohl|Während|Also|Später] {who}
[Die Ergebnisse|Unsere Daten|Die Versuche|Abbildung 2] [zeigen|deuten darauf hin|legen nahe], dass [die|viele|ein großer Teil|{topic}]
[Seit mehr als|Nach fast|In weniger als|Innerhalb von] [zehn Jahren|einem Jahrhundert|zwei Stunden] [hatte|war|wurde|ist] [die Stadt|{who}|die Firma|der Fluss] [nie|langsam|nicht|]
[Es wird|Es wurde] [oft|allgemein|manchmal] [angenommen|gesagt|behauptet], dass [die|{topic}|Menschen|in]
[Das Wetter|Der Markt|Die Straße|Das Zimmer|Die Stille] [war|wurde|schien] [so|zu|immer] [kalt|leer|laut|seltsam], [dass|und|als ob|weil]
[Diese Anleitung|Dieses Produkt|Der Kurs|Die App] [ist|hilft|erklärt, wie|erfordert|wird] [Ihnen|die|man|eine|]
[Dort|Irgendwo|Weit weg|Hinter dem Hügel] [war|stand|lag|lebte] [ein altes|eine|kein] [Haus|Frau|Stimme|Garten], [das|wo|die|mit]
""",
}

ACTS = "Brot backen; schwimmen lernen; einen Reifen wechseln; Tomaten züchten; eine Krawatte binden; Gitarre spielen; die Fenster putzen; eine Wand streichen; ein Buch schreiben; Japanisch lernen; einen Marathon laufen; Käse machen; ein Konto eröffnen; einen Hund erziehen; schneller lesen; einen Fleck entfernen; Feuer machen; Geld sparen; besser schlafen; ein Ei kochen; ein Messer schärfen; einen Baum pflanzen; ein Fahrrad reparieren; ein Pferd malen; mit dem Rauchen aufhören; vor Leuten sprechen; ein Boot segeln; Reis kochen; einen Schal stricken; ein Visum beantragen; mit dem Zug reisen; ins Ausland ziehen; eine Katze adoptieren; einen Berg besteigen; ein Haus kaufen; eine Firma gründen; ein Rätsel lösen; ein Hemd bügeln; Kartoffeln lagern; eine Rede halten; einen Fisch fangen; früh aufstehen; in Gold investieren; beim Schach gewinnen; Tango tanzen; Bienen halten; den Keller aufräumen; Honig ernten; Wein lagern; Steuern zahlen".split("; ")  # fmt: skip
WHO = "der alte Lehrer; meine Schwester; eine junge Ärztin; der Kapitän; unser Nachbar; die Firma; ein Fremder; das kleine Mädchen; der Bauer; sein Onkel; der Ausschuss; die große Frau; ein Soldat; der König; ihre Großmutter; der Fahrer; die neue Schülerin; ein Fischer; der Bäcker; die Regierung; mein Freund Paul; die Krankenschwester; der Richter; ein Dieb; die ganze Familie; der Koch; die Ingenieurin; der schwarze Hund; die Bürgermeisterin; ein müder Reisender; der Gärtner; die Musikerin; der Reporter; die Mannschaft; ein Junge mit roten Haaren; die Königin; der Briefträger; die Malerin; der Vermieter; der Forscher; der Pfarrer; die Witwe; der Zahnarzt; die Pilotin; der Müller; der alte Mann; die Schauspielerin; der Matrose; die Sekretärin; der Trainer".split("; ")  # fmt: skip
EVENTS = "öffnete das Fenster; verlor den Schlüssel; ging langsam die Straße hinunter; kaufte ein neues Auto; verpasste den letzten Zug; fand einen Brief unter der Tür; saß am Feuer; verkaufte das Haus; wartete eine Stunde; vergaß den Regenschirm; hörte ein seltsames Geräusch; schlief im Bus ein; zerbrach ein Glas; gewann das Rennen; schrieb einen langen Brief; zog an die Küste; schloss zwei Werke; sah ein Licht im Wald; trank eine Tasse Tee; ging früh nach Hause; sagte die Wahrheit; verlor viel Geld; stieg auf den Turm; versteckte das Gold in einer Kiste; las die Zeitung; rief die Polizei; ging ohne ein Wort; strich den Zaun grün; schnitt das Seil durch; traf einen alten Freund; blieb den ganzen Tag im Bett; bezahlte die Rechnung; pflanzte drei Bäume; blickte zu den Sternen; erhöhte die Preise; baute eine Brücke; unterschrieb den Vertrag; sagte das Treffen ab; eröffnete einen kleinen Laden; fütterte die Vögel; rannte in den Garten; sang ein Lied; trug einen blauen Mantel; machte einen Fehler; bat um Hilfe; überquerte den Fluss; putzte die Küche; stellte zehn Arbeiter ein; zählte die Münzen; zündete eine Kerze an; nahm den falschen Weg; reparierte das Dach; lehnte das Angebot ab; änderte die Regeln".split("; ")  # fmt: skip
WHENS = "gestern; letzten Sommer; am Morgen; spät in der Nacht; zwei Tage später; am Montag; nach dem Krieg; am Mittag; im Jahr 1987; während des Sturms; vor dem Frühstück; vor einer Woche; am Ende; am Bahnhof; in einem kleinen Dorf; hinter der Kirche; am Hafen; auf dem Heimweg; nach dem Essen; mitten im Winter; an jenem Abend; jeden Sonntag; im Frühling; zum ersten Mal; ohne Warnung; um Mitternacht; nicht weit vom Meer; in der Hauptstadt; letzte Woche; bald darauf".split("; ")  # fmt: skip
TALES = """{when} {inverted}.
{when} {inverted}.
{who} {event}.
{who} {event}, und {who} {event}.
{who} {event}, denn {who} {event}.
{who} {event}, aber niemand bemerkte es.
Man sagt, {when} {inverted}.
{who} und {who} kamen {when} nach {place}.
{topic} hat sich in den letzten Jahren stark verändert.
Viele Menschen in {place} beschäftigt {topic}.
Fachleute sagen, {topic} werde wichtiger.
Der Preis stieg {when} um zehn Prozent.
Das Treffen über {topic} wurde auf Donnerstag verlegt.
Es gibt Pläne, {zuact}, aber das Geld ist knapp.
Es ist nicht leicht, {zuact}, wenn es regnet.
{who} wollte {act}.
Die Preise stiegen, die Löhne nicht.
Eine neue Studie behandelt {topic} in {place}.
Bitte schicken Sie die Unterlagen über {topic} bis Freitag.
Von {thing} war nichts mehr übrig.
{thing} stand seit Jahren in der Ecke.
Vielen Dank für Ihren Brief über {thing}.""".splitlines()
TOPICS = "die Chinesische Mauer; Honig; das menschliche Herz; die Renaissance; Basketball; ein Tornado; Insulin; der Euro; ein Virus; die Dichtung; die Geige; Kupfer; der Welthandel; das Gehirn; der Vogelzug; die Olympischen Spiele; Sonnenenergie; Yoga; der Reisanbau; die Sklaverei; das Wahlrecht; die Quantenphysik; das Steuersystem; Cholesterin; Dinosaurier; das alte Griechenland; der Mond; Tee; Diabetes; die Gitarre; das Bermudadreieck; die Mülltrennung; das Grundgesetz; die Eiszeit".split("; ")  # fmt: skip
THINGS = "ein Fahrrad; die Spülmaschine; eine Zwiebel; das Fenster; mein Laptop; der Wollpullover; ein Flugzeug; ein Stück Seife; eine Kamera; der Kühlschrank; ein Zelt; ein Pferd; der Spiegel; ein Diamant; ein Ei; die Brücke; ein Vulkan; eine Glühbirne; ein Pilz; der Vorhang; ein Hammer; der Fisch; eine Banane; der Teppich; meine Brille; das Sofa; ein Hubschrauber; eine Glocke; der Hai; eine Münze".split("; ")  # fmt: skip
PEOPLE = "Leonardo; Königin Victoria; Tesla; Bach; Marco Polo; Anna Schmidt; Dr. Lehmann; Van Gogh; Hannibal; Lincoln; Dante; Peter; Julia; Martin Luther; Sokrates; Magellan; Chopin; Alan Turing; Opa; Cäsar; Beethoven; Galilei; Kafka; Picasso".split("; ")  # fmt: skip
PLACES = "Tokio; Argentinien; Schottland; Vietnam; Moskau; Alaska; Venedig; Nigeria; Finnland; Texas; Grönland; Prag; Marokko; Lima; Sibirien; Irland; Neapel; Korea; Hawaii; Japan; Paris; Brasilien; Rom; Griechenland; Indien; Hamburg".split("; ")  # fmt: skip
WORDS = "Käse; Regenschirm; Entschuldigung; viel Glück; Hund; alles Gute; Freiheit; essen; gelb; Schule; Erdbeere; Schwester; kalt; bis morgen; Küche; mutig; Wasser; Fluss; Arzt; Kartoffel; ich liebe dich; Schuh; Montag; Apfel".split("; ")  # fmt: skip
