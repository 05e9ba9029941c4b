"""Forms and fillings of requests in Spanish."""

FORMS = {
    "question": """
[¿Qué|qué|que] es {topic}?
¿Qué es [exactamente|en realidad|] {topic} y por qué [importa|es importante]?
¿Quién [inventó|descubrió|describió por primera vez] {topic}?
¿[Cuándo|En qué año] [murió|vivió|nació] {person}?
¿Dónde está {place} y cuántas personas viven allí?
¿Cómo funciona {topic}?
¿Por qué es tan [importante|caro|raro] {topic}?
¿Cuántos [países|ríos|habitantes|lagos] hay en {place}?
¿Qué es [más grande|más antiguo|más caro], {place} o {place}?
[Explica|Explícame|Explique] {topic} [a un niño|con palabras sencillas|en una frase|].
[Háblame de|Qué sabes de|Cuéntame qué es] {topic}.
[Define|Da una definición de] {topic}.
¿Es verdad que {topic} es [peligroso|raro]?
¿Cuál es [la capital|la moneda|la montaña más alta] de {place}?
¿Qué diferencia hay entre {topic} y {topic}?
¿Cómo [reparo|limpio|construyo|mido] {thing}?
¿[Puedes|Podría] [explicarme|decirme] cómo funciona {topic}?
[Quiero|Quisiera] saber [cuándo|dónde|cómo] [nació|murió|se hizo famoso] {person}.
[Nombra|Dime] [tres|cinco|algunas] [causas|consecuencias|ventajas] de {topic}.
¿Cuánto mide {thing}?
¿Quién [fue|es] {person}?
¿Qué [idioma|moneda|comida] se usa en {place}?
¿Qué pasa si {thing} [se rompe|se moja|se congela]?
¿Cuánto [cuesta|pesa] {thing}?
{passage} [Pregunta:|] ¿[Quién|Qué|Cuándo|Dónde] [fue|pasó] [primero|al final]?
[Responde|Contesta] [según|a partir de] el texto. {passage} ¿Qué se dice de {thing}?
Según el texto, ¿[por qué|dónde|cuándo] está {thing}? {passage}
Aquí hay un texto: {passage} Ahora dime: ¿[por qué|dónde|cuándo] pasó eso?
cuales son [las ventajas|los riesgos|las partes principales] de {topic}
cual es la forma más [rápida|barata] de llegar a {place}
¿Qué [científico|escritor|pintor|rey] [escribió sobre|estudió] {topic}?
¿Hay [leones|volcanes|desiertos|trenes] en {place}?
No entiendo {topic}: ¿[qué lo causa|cómo empieza]?
Una pregunta: ¿funciona {thing} [sin|con] agua?
¿Quién tradujo [la Biblia|las obras de {person}] por primera vez?
¿Qué [hace|gana] un [traductor|escritor]?
{topic}, ¿cómo funciona [eso|en realidad]?
¿A qué [temperatura|edad] [hierve|empieza] {thing}?
""",
    "translation": """
[Traduce|traduce|Traduzca] [este texto|la siguiente frase|esto] al {lang}: {foreign}
[Traduce|Por favor traduce] en {lang}: {foreign}
¿[Puedes|Podrías|Puede] traducir [esto|este texto] al {lang}[, por favor|]? {foreign}
{foreign} [Traduce esto|Tradúcelo] al {lang}[.| por favor|]
¿Cómo se dice "{sentence}" en {lang}?
como digo {word} en {lang}
¿Cuál es la palabra [en {lang}|{lang}] para {word}?
Necesito [esta carta|este correo|el texto] en {lang}: {foreign}
[En|en] {lang}[, por favor|]: {foreign}
[Escribe|Pon|Di] [esto|lo siguiente] en {lang}: {foreign}
español [-|a|->] {lang}: {sentence}
¿Qué significa "{foreignshort}" [en español|]?
[Traduce|traducción] del {lang} al {lang}: {foreign}
¿Cómo sería [esto|esta frase] en {lang}? {foreign}
Mi [jefe|abuela|amiga] solo [habla|entiende|lee] {lang}, [así que|por favor] traduce [esto|]: {foreign}
[Pasa|Convierte] [esto|el texto de abajo] [al|a un buen|a] {lang}. {foreign}
[Traducción|Traducir], por favor: {foreign}
Recibí [esta carta|este mensaje] y no [lo entiendo|sé leerlo]. [¿Qué dice en español?|Tradúcelo.] {foreign}
Eres traductor. [Traduce|Da en {lang}] todo lo que sigue: {foreign}
Quiero una traducción [exacta|] al {lang} de: {foreign}
{foreign} - [al|en] {lang} por favor
""",
    "summary": """
[Resume|resume|Resuma] [este texto|el siguiente artículo|esto]: {passage}
[Por favor|Puedes] [resumir|resume] esto en [dos frases|50 palabras|tres puntos]. {passage}
{passage} Resume [esto|el texto anterior] [brevemente|en una frase|].
[Resumen|En resumen|Versión corta][:| por favor:] {passage}
{passage} [Resumen|Haz un resumen] por favor
[Dame|Escribe|Haz] un [breve|corto|] resumen de [este texto|el siguiente informe]: {passage}
¿Cuáles son [los puntos principales|las ideas clave] [de este texto|del artículo]? {passage}
[Acorta|Condensa|Reduce] [este texto|lo siguiente] a [unas líneas|lo esencial]: {passage}
¿De qué trata [este texto|esto] [en pocas palabras|en una frase|]? {passage}
{passage} ¿Cuál es [la idea principal|lo esencial] [de esto|]?
No tengo tiempo de leer [esto|todo]. [¿De qué va?|Dame la versión corta.] {passage}
[Haz|Escribe] [una lista de puntos|un esquema|una síntesis] de [este informe|la reunión]: {passage}
[Puntos clave|Ideas principales|Lo más importante][, por favor|]: {passage}
{passage} [Da|Escribe] [los puntos clave|las ideas principales] [del texto|] [en una lista|].
Lee [esto|lo siguiente] y dime [brevemente|en pocas palabras] qué dice. {passage}
[Reduce|Recorta] [esto|el artículo] a [100 palabras|un párrafo]. {passage}
Di en [dos|tres] frases lo que dice [el documento|el siguiente texto]: {passage}
tldr en español: {passage}
[Sintetiza|Recapitula] [el texto|la conversación]: {passage}
En breve, ¿qué dice [este correo|esta carta]? {passage}
""",
    "chat": """
[Hola|Buenos días|Buenas tardes|Buenas|Oye][!|.|, ¿cómo estás?|]
[¿Cómo estás|¿Qué tal|¿Qué haces] [hoy|]?
[Gracias|Muchas gracias][!|, eso me ayudó|]
[Escribe|Inventa|Compón] [un poema|una canción|un cuento|un chiste|una carta] sobre {thing}.
¿Me [puedes|podrías] ayudar? Estoy [triste|cansado|solo|nervioso] [hoy|].
[Tuve|Tengo] [un mal día|una pelea con mi amigo|un examen mañana], ¿qué hago?
[Cuéntame|cuenta] [un chiste|una historia|algo divertido][ sobre {thing}|].
¿Cómo te llamas[ y qué opinas de {topic}|]?
¿Te gusta {thing}?
[Vamos a|¿Quieres] [hablar|charlar|jugar a algo|imaginar que eres {person}][.|?]
[Escribe|Redacta] [un correo|un mensaje] a [mi jefe|mi profesora|mi casero] sobre {thing}.
Me [encanta|gusta] {thing}[.| ¡y estoy tan feliz!]
¿Debería [comprar|vender|guardar] {thing}?
Eres [{person}|un pirata|un profesor estricto]. [Háblame.|Responde así.]
[Dame|Sugiere] [ideas|un nombre|un plan] para [una fiesta|mis vacaciones en {place}|mi gata].
[Escribe|Programa] [una función|un programa] en [python|java] que [ordene números|lea archivos|cuente palabras].
¿Qué [piensas|opinas] de {topic}?
¿Eres [humano|un robot|real]?
[Adiós|Hasta luego|Buenas noches|Nos vemos][!| y gracias|]
[Planea|Haz] [un viaje a {place}|un menú|un plan de ejercicio] para [mí|mi familia].
No [estoy de acuerdo|te entiendo|sé qué hacer]. [Dime más.|¿Podemos hablar?|]
[Eso|Esto] [es genial|está mal|es divertido|no es lo que quería decir][!|.|]
Imagina que [vives en {place}|{thing} puede hablar]. [¿Qué dirías?|]
Mi [hermana|perro|vecino] [está enfermo|está enojado conmigo] y [estoy preocupado|necesito un consejo].
[Recomiéndame|¿Conoces] [un libro|una película|música] [para esta noche|sobre {topic}][.|?]
[ok|sí|no|tal vez|vale|claro][, sigue|, gracias|]
[Mejora|Corrige] [mi carta|mi frase] para que suene [más amable|mejor]: {sentence}
[Mucho gusto|Encantado de conocerte][!|, soy {person}]
[Estoy aburrido|No puedo dormir|Estoy tan contento][.|, habla conmigo|!]
[Felicita|Invita] a {person} [de mi parte|con unas palabras bonitas].
¿Quién eres [y qué sabes hacer|]?
[Sé|Haz de] mi [entrenador|amigo] y [escúchame|pregúntame algo].
[Está lloviendo|Hace mucho frío|Hace calor] [otra vez|hoy], [¿no?|no lo soporto].
""",
    "completion": """
{opening}
{passage} {opening}
{opening}
{opening} ...
[Continúa|Completa|Termina] [este texto|la frase|la historia]: {opening}
[Había una vez|Hace mucho tiempo|Un día] [en {place}|{thing}|{person}] [y|que|donde]
Lo [mejor|peor|primero] de {topic} es
[Querida|Estimado] {person}: [te escribo porque|nos alegra|gracias por]
{person} [abrió la puerta y|miró {thing} y|dijo que la]
[Capítulo|Parte] [1|uno] {opening}
[1. Leche 2. Pan 3.|Ingredientes: 200 g de harina,|Lunes: escuela, martes:]
[La capital de {place} es|{place} es conocido por|{person} nació en]
{topic} es [una forma|un tipo] de
[En este trabajo|Los resultados muestran que|Concluimos que {topic}]
[Última hora|Comunicado de prensa]: {opening}
"{sentence}", [dijo {person} y|gritó ella, y]
[Las rosas son rojas|La noche era oscura y|Era una mañana fría cuando]
{thing} [estaba|quedó] [sobre la mesa|en el rincón], [y|mientras|porque]
A quien corresponda: [por la presente|me dirijo a usted para|quisiera]
""",
}

TOPICS = """la fotosíntesis; el ciclo del agua; la inflación; la gravedad; la imprenta; un agujero negro; la Revolución
Francesa; una vacuna; la tectónica de placas; la democracia; la electricidad; la máquina de vapor; el ajedrez; la Ruta de
la Seda; el vidrio; el cambio climático; el sistema inmune; el aprendizaje automático; el jazz; el Imperio romano; un
volcán; el internet; un antibiótico; la llegada a la luna; un arrecife de coral; la bolsa; las mareas; el magnetismo;
la brújula; el budismo; la ópera; un eclipse de luna; un rayo; la fusión nuclear; la porcelana; un número primo""".replace(
    "\n", " "
).split("; ")
PEOPLE = "Marie Curie; Napoleón; Frida Kahlo; Confucio; Albert Einstein; Cervantes; Cleopatra; Goethe; Ada Lovelace; Mozart; Isaac Newton; Ana; el señor Moreno; mi tío; Simón Bolívar; Sophie Scholl".split(
    "; "
)
PLACES = "Francia; Berlín; Perú; China; Madrid; Islandia; Kenia; los Alpes; Viena; Canadá; Shanghái; México; Noruega; Egipto; Londres; Bolivia".split(
    "; "
)
THINGS = "una bicicleta vieja; el reloj de la cocina; un paraguas rojo; mi piano; un puente de madera; la lavadora; una taza de té; el jardín; un barco pequeño; el faro; un gato; la puerta azul; una cafetera; el violín; el arroz; una vela; el motor".split(
    "; "
)
WORDS = "mariposa; pan; ventana; gracias; felicidad; estación; desayuno; nostalgia; lluvia; buenas noches; cuchillo; perdonar; vecino; cuchara".split(
    "; "
)
LANGUAGES = "inglés español alemán chino francés italiano portugués ruso japonés holandés coreano árabe polaco turco sueco".split()
SENTENCES = """El puerto estaba en calma con la primera luz.
Durante la noche llegaron dos barcos y nadie sabía de dónde.
El comité se reunirá otra vez el jueves para discutir el presupuesto.
Nuestra empresa ha crecido un doce por ciento desde el año pasado.
Ella cerró el libro y miró por la ventana.
En las hojas la luz se convierte en energía química.
El río es más profundo de lo que parece.
Envíe los documentos a nuestra oficina antes de fin de mes.
La mayoría de las casas del pueblo eran de piedra.
El nuevo tren unirá las dos ciudades en menos de una hora.
No he visto a mi hermano desde hace tres años.
Los investigadores midieron la temperatura del lago todos los días.
La reunión fue corta, pero lo cambió todo.
Sentimos que su paquete haya llegado tarde.
Trabajó como carpintero hasta los setenta años.
El museo abre todos los días menos el lunes.
Los campesinos esperan una mala cosecha tras el verano seco.
¿Dónde pusiste las llaves?
El viejo puente se cerró por la inundación.
Los niños menores de seis años viajan gratis.
Un pequeño error en el programa causó el retraso.
El médico le dijo que descansara y bebiera más agua.
Al principio nadie creyó su historia.
Cualquiera de las partes puede terminar el contrato con un mes de aviso.
Las abejas encuentran el camino a casa por la luz del sol.
El concierto empieza a las ocho y las puertas abren a las siete.
Los precios del pan y de la leche han subido de nuevo.
Plantaron un árbol por cada niño que nacía.
El motor hace un ruido extraño cuando hace frío.
¡Qué mañana tan hermosa!
El rey tenía tres hijas y ninguna quería casarse.
En la montaña el agua hierve a menor temperatura.
Nuestros huéspedes preguntaron si el desayuno estaba incluido.
El informe dice que el aire de la ciudad está más limpio que hace diez años.
Mi abuela guardaba sus cartas en una caja de lata.
El programa guarda todos los datos en el propio ordenador.""".splitlines()
