"""Forms and fillings of requests in German."""

FORMS = {
    "question": """
[Was|was] ist {topic}?
Was [genau|eigentlich|] ist {topic} und [warum|wieso] ist das wichtig?
Wer hat {topic} [erfunden|entdeckt|zuerst beschrieben]?
[Wann|In welchem Jahr] [starb|lebte] {person}?
Wo liegt {place} und wie viele Menschen leben dort?
Wie funktioniert {topic}?
Warum ist {topic} so [wichtig|teuer|selten]?
Wie viele [Länder|Inseln|Flüsse|Menschen] gibt es in {place}?
Was ist [größer|älter|schwerer], {place} oder {place}?
[Erkläre|Erklär mir|Erklären Sie] {topic} [einem Kind|in einfachen Worten|in einem Satz|].
[Erzähl mir etwas über|Was weißt du über] {topic}[.|?]
[Definiere|Gib eine Definition von] {topic}.
Stimmt es, dass {topic} [gefährlich|selten] ist?
Wie heißt [die Hauptstadt|der höchste Berg|die Währung] von {place}?
Was ist der Unterschied zwischen {topic} und {topic}?
Wie [repariere|reinige|baue|messe] ich {thing}?
[Kannst du|Können Sie] mir [erklären|sagen], wie {topic} funktioniert?
Ich [möchte|will] wissen, [wann|wo|wie] {person} [geboren wurde|berühmt wurde|starb].
[Nenne|Nenn mir] [drei|fünf|einige] [Ursachen|Beispiele|Folgen] von {topic}.
Wie [lang|weit|hoch|tief|alt] ist {thing}?
Wer [war|ist] {person}?
Welche [Sprache|Währung] benutzt man in {place}?
Was passiert, wenn {thing} [kaputt geht|nass wird|gefriert]?
Wie viel [kostet|wiegt] {thing}?
{passage} [Frage:|] [Wer|Was|Wann|Wo] [war das|geschah] [zuerst|am Ende]?
[Beantworte die Frage|Antworte] [anhand des Textes|mit Hilfe des Textes]. {passage} Was wird über {thing} gesagt?
[Laut|Nach] dem Text: [warum|wo|wann] ist {thing} dort? {passage}
Hier ist ein Text: {passage} Sag mir nun: [warum|wo|wann] ist das passiert?
was sind die [vorteile|risiken|wichtigsten teile] von {topic}
wie komme ich am [schnellsten|billigsten] nach {place}
Welcher [Forscher|Schriftsteller|Maler|König] [schrieb über|untersuchte] {topic}?
Gibt es [Löwen|Vulkane|Wüsten|Züge] in {place}?
Ich verstehe {topic} nicht: [wodurch|wie] entsteht das?
Kurze Frage: [geht|funktioniert] {thing} auch [ohne|mit] Wasser?
Wer hat die [Bibel|Werke von {person}] zuerst [ins Deutsche|] übersetzt?
Was [macht|verdient] ein [Übersetzer|Schriftsteller]?
{topic} - wie geht das [eigentlich|]?
[Bei welcher Temperatur|In welchem Alter] [schmilzt|beginnt] {thing}?
""",
    "translation": """
[Übersetze|übersetze|Übersetzen Sie] [diesen Text|den folgenden Satz|das] ins {langs}: {foreign}
[Übersetze|Bitte übersetze] [auf|nach] {lang}: {foreign}
[Kannst du|Könntest du|Können Sie] [das|diesen Text] [bitte|] ins {langs} übersetzen? {foreign}
{foreign} [Übersetze das|Übersetze es|bitte] ins {langs}[.| übersetzen|]
Wie sagt man "{sentence}" auf {lang}?
was heißt {word} auf {lang}
Wie [lautet|heißt] das [Wort|] für {word} [auf|im] {lang}en?
Ich brauche [diesen Brief|diese Mail|den Text] auf {lang}: {foreign}
[Auf|auf] {lang}[ bitte|]: {foreign}
[Schreib|Sag] [das|Folgendes] auf {lang}: {foreign}
Deutsch [-|nach|->] {lang}: {sentence}
Was bedeutet "{foreignshort}" [auf Deutsch|]?
[Übersetze|Übersetzung] aus dem {langs}n ins {langs}: {foreign}
Wie würde [das|dieser Satz] auf {lang} lauten? {foreign}
Meine [Chefin|Oma|Freundin] [spricht|versteht] nur {lang}, [bitte|also] übersetze [das|]: {foreign}
[Übertrage|Bring] den Text [unten|] in [gutes|einfaches|] {lang}. {foreign}
[Bitte übersetzen|Übersetzung bitte]: {foreign}
Ich habe [diesen Brief|diese Nachricht] bekommen und [kann sie nicht lesen|verstehe nichts]. [Was steht da auf Deutsch?|Übersetze bitte.] {foreign}
Du bist Übersetzer. [Gib alles auf {lang} wieder|Übersetze alles Folgende]: {foreign}
Bitte eine [genaue|] Übersetzung ins {langs} von: {foreign}
{foreign} - [ins {langs}|auf {lang}] bitte
""",
    "summary": """
[Fasse|fasse|Fassen Sie] [diesen Text|den folgenden Artikel|das] zusammen: {passage}
[Bitte|Kannst du] [das|den Text] in [zwei Sätzen|50 Wörtern|drei Punkten] zusammenfassen[.|?] {passage}
{passage} Fasse [das|den Text oben] [kurz|in einem Satz|] zusammen.
[Zusammenfassung|Kurzfassung|Kurz gesagt][:| bitte:] {passage}
{passage} [Zusammenfassung|Kurzfassung] bitte
[Gib mir|Schreibe] eine [kurze|knappe|] Zusammenfassung [dieses Textes|des folgenden Berichts]: {passage}
Was sind die [wichtigsten|zentralen] Punkte [in diesem Text|des Artikels]? {passage}
[Kürze|Verdichte] [diesen Text|das Folgende] auf [wenige Zeilen|das Wesentliche]: {passage}
Worum geht es [in diesem Text|hier] [kurz|in einem Satz|]? {passage}
{passage} Was ist [der Kern|das Wesentliche|die Hauptaussage] [davon|]?
Ich habe keine Zeit, [das|alles] zu lesen. [Worum geht es?|Gib mir die Kurzfassung.] {passage}
[Mach|Schreib] [Stichpunkte|eine Übersicht|ein Abstract] aus [diesem Bericht|dem Protokoll]: {passage}
[Kernaussagen|Hauptpunkte|Das Wichtigste][ bitte|]: {passage}
{passage} Nenne die [Kernpunkte|wichtigsten Aussagen] [des Textes|] [als Liste|].
Lies [das|Folgendes] und sag mir [knapp|in wenigen Worten], was [darin steht|drinsteht]. {passage}
[Reduziere|Kürze] [das|den Artikel] auf [100 Wörter|einen Absatz]. {passage}
Sag in [zwei|drei] Sätzen, was [das Dokument|der folgende Text] aussagt: {passage}
tl;dr auf deutsch: {passage}
[Gib|Geben Sie] [den Text|das Gespräch] [knapp|in Kürze] wieder: {passage}
Bitte [ganz|] kurz: was steht in [dieser Mail|diesem Schreiben]? {passage}
""",
    "chat": """
[Hallo|Hi|Guten Morgen|Guten Abend|Moin|Servus][!|.|, wie geht's?|]
[Wie geht es dir|Wie geht's|Was machst du] [heute|]?
[Danke|Vielen Dank|dankeschön][!|, das hat geholfen|]
[Schreib|Schreibe|Verfasse] [ein Gedicht|ein Lied|eine Geschichte|einen Witz|einen Brief] über {thing}.
[Kannst du|Kann mir jemand] helfen? Ich bin [traurig|müde|einsam|nervös] [heute|].
Ich [hatte|habe] [einen schlechten Tag|Streit mit meinem Freund|morgen eine Prüfung], was soll ich tun?
[Erzähl|erzähl] mir [einen Witz|eine Geschichte|was Lustiges][ über {thing}|].
Wie [heißt du|findest du {topic}|alt bist du]?
Magst du {thing}?
[Lass uns|Wollen wir] [reden|plaudern|ein Spiel spielen|so tun, als wärst du {person}][.|?]
[Schreib|Entwirf] [eine Mail|eine Nachricht] an [meinen Chef|meine Lehrerin|den Vermieter] wegen {thing}.
Ich [liebe|mag|habe gestern verloren:] {thing}[.| und bin so froh!]
Soll ich {thing} [kaufen|verkaufen|behalten]?
Du bist [{person}|ein Pirat|ein strenger Lehrer]. [Sprich mit mir.|Antworte so.]
[Gib mir|Hast du] [Ideen|einen Namen|einen Plan] für [eine Feier|meinen Urlaub in {place}|meine Katze][.|?]
[Schreib|Programmiere] [eine Funktion|ein Skript|ein Programm] in [Python|Java], das [Zahlen sortiert|Dateien liest|Wörter zählt].
Was [denkst|hältst] du [über|von] {topic}?
Bist du [ein Mensch|ein Roboter|echt|da]?
[Tschüss|Auf Wiedersehen|Bis bald|Gute Nacht][!| und danke|]
[Plane|Mach] [eine Reise nach {place}|ein Menü|einen Trainingsplan] für [mich|meine Familie].
Ich [bin anderer Meinung|verstehe dich nicht|weiß nicht weiter]. [Sag mehr.|Können wir reden?|]
Das [ist toll|ist falsch|ist lustig|meinte ich nicht][!|.|]
[Stell dir vor|Tu so], [du lebst in {place}|{thing} könnte sprechen]. [Was würdest du sagen?|]
[Meine Schwester|Mein Hund|Mein Nachbar] [ist krank|ist böse auf mich] und ich [mache mir Sorgen|brauche Rat].
[Empfiehl mir|Kennst du] [ein Buch|einen Film|Musik] [für heute Abend|über {topic}][.|?]
[ok|ja|nein|vielleicht|genau][, mach weiter|, danke|]
[Verbessere|Korrigiere] [meinen Brief|meinen Satz], damit er [höflicher|besser] klingt: {sentence}
Schön, dich [kennenzulernen|zu sehen][!|, ich bin {person}]
[Mir ist langweilig|Ich kann nicht schlafen|Ich freue mich so][.|, rede mit mir|!]
[Gratuliere|Danke] {person} [für mich|mit ein paar netten Worten].
Wer bist du [und was kannst du|]?
[Sei|Spiel] [mein Trainer|mein Freund] und [hör zu|frag mich etwas].
Es [regnet|ist so kalt|ist so heiß] [schon wieder|heute], [nicht wahr|ich hasse das].
""",
    "completion": """
{opening}
{passage} {opening}
{opening}
{opening} ...
[Setze fort|Vervollständige|Beende] [diesen Text|den Satz|die Geschichte]: {opening}
[Es war einmal|Vor langer Zeit|Eines Tages] [in {place}|war {thing}|kam {person}] [und|der|das]
Das [Beste|Schlimmste|Erste] an {topic} ist
[Liebe|Lieber] {person}, [ich schreibe dir, weil|wir freuen uns,|danke für]
{person} [öffnete die Tür und|sah {thing} an und|sagte, dass die]
[Kapitel|Teil] [1|Eins] {opening}
[1. Milch 2. Brot 3.|Zutaten: 200 g Mehl,|Montag: Schule, Dienstag:]
[Die Hauptstadt von {place} ist|{place} ist bekannt für|{person} wurde geboren in]
{topic} ist [eine|ein] [Art|Form] von
[In dieser Arbeit|Die Ergebnisse zeigen, dass|Wir schließen, dass {topic}]
[Eilmeldung|Pressemitteilung]: {opening}
"{sentence}", [sagte {person} und|rief sie, und]
[Rosen sind rot|Die Nacht war dunkel und|Es war ein kalter Morgen, als]
{thing} [stand|lag] [auf dem Tisch|in der Ecke], [und|während|weil]
Sehr geehrte Damen und Herren, [hiermit|ich möchte|mit großem]
""",
}

TOPICS = """die Photosynthese; der Wasserkreislauf; Inflation; die Schwerkraft; der Buchdruck; ein schwarzes Loch; die
Französische Revolution; eine Impfung; die Plattentektonik; Demokratie; elektrischer Strom; die Dampfmaschine; Schach;
die Seidenstraße; Glas; der Klimawandel; das Immunsystem; maschinelles Lernen; Jazz; das Römische Reich; ein Vulkan;
das Internet; ein Antibiotikum; die Mondlandung; ein Korallenriff; die Börse; die Gezeiten; Magnetismus; der Kompass;
der Buddhismus; die Oper; eine Mondfinsternis; ein Blitz; die Kernfusion; Porzellan; eine Primzahl""".replace(
    "\n", " "
).split("; ")
PEOPLE = "Marie Curie; Napoleon; Frida Kahlo; Konfuzius; Albert Einstein; Cervantes; Kleopatra; Goethe; Ada Lovelace; Mozart; Isaac Newton; Anna; Herr Braun; mein Onkel; Bolívar; Sophie Scholl".split(
    "; "
)
PLACES = "Frankreich; Berlin; Peru; China; Madrid; Island; Kenia; den Alpen; Wien; Kanada; Schanghai; Mexiko; Norwegen; Ägypten; London; Bolivien".split(
    "; "
)
THINGS = "ein altes Fahrrad; die Küchenuhr; ein roter Regenschirm; mein Klavier; eine Holzbrücke; die Waschmaschine; eine Tasse Tee; der Garten; ein kleines Boot; der Leuchtturm; eine Katze; die blaue Tür; eine Kaffeemaschine; die Geige; Reis; eine Kerze; der Motor".split(
    "; "
)
WORDS = "Schmetterling; Brot; Fenster; danke; Glück; Bahnhof; Frühstück; Heimweh; Regen; gute Nacht; Messer; verzeihen; Nachbar; Löffel".split(
    "; "
)
LANGUAGES = "Englisch Spanisch Deutsch Chinesisch Französisch Italienisch Portugiesisch Russisch Japanisch Niederländisch Koreanisch Arabisch Polnisch Türkisch Schwedisch".split()
SENTENCES = """Der Hafen lag still im frühen Licht.
Über Nacht waren zwei Boote gekommen, und niemand wusste, woher.
Der Ausschuss tagt am Donnerstag wieder, um über den Haushalt zu beraten.
Unsere Firma ist seit dem letzten Jahr um zwölf Prozent gewachsen.
Sie schloss das Buch und sah aus dem Fenster.
In den Blättern wird Licht in chemische Energie verwandelt.
Der Fluss ist tiefer, als er aussieht.
Bitte senden Sie die Unterlagen vor Ende des Monats an unser Büro.
Die meisten Häuser im Dorf waren aus Stein gebaut.
Der neue Zug verbindet beide Städte in weniger als einer Stunde.
Ich habe meinen Bruder seit drei Jahren nicht gesehen.
Forscher maßen jeden Tag die Temperatur des Sees.
Die Besprechung war kurz, aber sie änderte alles.
Es tut uns leid, dass Ihr Paket zu spät angekommen ist.
Er arbeitete als Tischler, bis er siebzig war.
Das Museum ist täglich außer montags geöffnet.
Die Bauern erwarten nach dem trockenen Sommer eine schlechte Ernte.
Wo hast du die Schlüssel hingelegt?
Die alte Brücke wurde wegen des Hochwassers gesperrt.
Kinder unter sechs Jahren fahren kostenlos.
Ein kleiner Fehler im Programm verursachte die Verspätung.
Der Arzt riet ihm, sich auszuruhen und mehr Wasser zu trinken.
Niemand glaubte ihr zuerst die Geschichte.
Der Vertrag kann von beiden Seiten mit einem Monat Frist gekündigt werden.
Bienen finden nach dem Licht der Sonne nach Hause.
Das Konzert beginnt um acht, und Einlass ist um sieben.
Die Preise für Brot und Milch sind wieder gestiegen.
Für jedes Kind, das geboren wurde, pflanzten sie einen Baum.
Der Motor macht ein seltsames Geräusch, wenn es kalt ist.
Was für ein schöner Morgen das war!
Der König hatte drei Töchter, und keine wollte heiraten.
In den Bergen kocht Wasser bei niedrigerer Temperatur.
Unsere Gäste fragten, ob das Frühstück inbegriffen sei.
Dem Bericht zufolge ist die Luft in der Stadt sauberer als vor zehn Jahren.
Meine Großmutter bewahrte ihre Briefe in einer Blechdose auf.
Das Programm speichert alle Daten auf dem eigenen Rechner.""".splitlines()
