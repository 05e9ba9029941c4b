"""More forms and fillings of requests in Spanish."""

FORMS = {
    "question": """
¿[Desde cuándo|Hace cuánto] [existe|se conoce] {topic}?
alguien sabe [por qué|cómo] {thing} [hace ruido|funciona]
¿Puedo preguntar [quién|dónde] [era|vivió] {person}?
[población|capital|superficie] de {place}
[significado|origen|historia|causas] de {topic}
¿De dónde [viene|sale] {topic}?
¿Para qué [sirve|se usa] {thing}?
¿Pueden [los pájaros|los perros|los niños] [soñar|ver colores]?
{passage} ¿[Cuántas|Qué] [personas|lugares] se [nombran|mencionan]?
Contexto: {passage} Pregunta: ¿[quién|qué|dónde] [fue|era]?
[Sí o no|Verdadero o falso]: {topic} [es|fue] [peligroso|muy antiguo]
[Describe|Compara] {topic} [y|con] {topic}.
¿A quién [pertenece|perteneció] {place}?
¿Cada cuánto se [limpia|cambia] {thing}?
[Mi profesor|Un libro] dice que {topic} no es peligroso. ¿Es cierto?
[Para la escuela|Tarea]: ¿[qué|quién] es {topic}?
""",
    "translation": """
¿Alguien puede decirme qué [es|significa] esto en {lang}? {foreign}
{foreign} [Ahora|Lo mismo] en {lang}[, por favor|].
{foreign} ¿Qué [significa|quiere decir] eso en {lang}?
traduce {word} al {lang}
[Dime|Enséñame] cómo decir "{sentence}" en {lang}.
"{word}" en {lang}[?|]
[Texto|Original]: {foreign} [Idioma|Lengua]: {lang}
Una traducción [literal|libre|fiel] al {lang}: {foreign}
[Un cliente|Mi tía] me escribió en {lang}. ¿Qué dice? {foreign}
Ayúdame a traducir [esto|la frase] [al {lang}|]: {foreign}
[Expresa|Formula] [esto|la frase] en {lang}: {foreign}
"{sentence}" [al|en] {lang}[?|]
No [hablo|entiendo] {lang}. ¿Qué significa: {foreign}
[Dame|Mándame] la versión en {lang} de "{sentence}".
""",
    "summary": """
¿De qué [habla|va|trata] [este texto|lo siguiente]? {passage}
{passage} [En breve|En una frase|Versión corta][?|:|, por favor.]
[Hazlo|Ponlo] más corto: {passage}
¿[Puedes|Podría] [resumir|acortar] [esto|el texto]? {passage}
[Resumen|Síntesis] [por favor|]: {passage}
{passage} [resúmelo|un resumen por favor|acórtalo]
¿Qué [es importante|debo recordar] [aquí|]? {passage}
[La esencia|Lo fundamental] [del texto|]: {passage}
[Enumera|Lista] los puntos [principales|centrales]. {passage}
Haz de esto [unos puntos|un titular|una nota corta]: {passage}
[Demasiado largo|Mucho texto]. [¿Qué dice?|Resúmelo.] {passage}
Texto: {passage} Resumen:
[Cuenta|Expón] [el contenido|lo siguiente] en [tres frases|pocas líneas]: {passage}
[Comprime|Abrevia] [el texto|esto] a [una frase|lo mínimo]: {passage}
""",
    "chat": """
[Estoy|hoy estoy] [muy|tan|un poco] [feliz|enojado|orgullosa|estresado|asustada|cansada].
[Holaa|Qué onda|Buenas noches|Saludos][!|, ¿todo bien?|]
[Adivina|Escucha|No lo vas a creer]: [conseguí el trabajo|vamos a tener un bebé|aprobé]!
[Mi novio|Mi esposa|Mi madre] [me dejó|no me habla][.| y no sé qué hacer.]
Necesito [hablar con alguien|un amigo|un consejo|ánimo].
¿Qué [me pongo|cocino|le digo|hago] [hoy|esta noche]?
¿Cómo le digo a mi jefe que [renuncio|estoy enferma]?
[Haz de|Sé] [detective|mi abuela|un dragón] y [salúdame|empieza].
[Inventa|Haz] [una rima|una adivinanza|un lema] sobre {thing}.
Escríbeme [un discurso|una tarjeta|una carta de amor|un cuento gracioso] [para mi madre|sobre {thing}].
[Anímame|Consuélame|Sorpréndeme][!|.| por favor]
¿Tienes [sentimientos|sueños|amigos|una canción favorita]?
[jaja|vaya|ay no|genial|bueno][ en serio|, cuéntame más|]
[Perdón|Lo siento][, fui grosero| por lo de ayer|].
[Hoy es mi cumpleaños|Por fin es viernes|Tengo el día libre][!|]
Dame [consejos|ideas] para [mi entrevista|el jardín|dormir mejor].
[Creo|Me parece] que {topic} es [genial|aburrido][. ¿Y tú?|, ¿no?]
[Fuimos|Fui] [ayer|la semana pasada] a {place} y fue [precioso|horrible].
[Feliz cumpleaños|Feliz Navidad|Felicidades][!| amigo!]
""",
    "completion": """
{sentence} {opening}
{sentence} [Y entonces|Pero cuando|Después|De pronto|Por eso]
[Cuando|Después de que|Mientras|Aunque] {person} [llegó a casa|vio {thing}], [el|la|había]
[En medio del|Al final del] [bosque|pueblo] [estaba|vivía|había] [un|una]
[La|El] [vieja|joven] [mujer|maestro|perro] [corrió|esperaba|miró] [a|y|hacia]
[Él|Ella] nunca [había estado en {place}|estuvo tan segura] [de que|y]
El [secreto|problema] de {topic} [es|está en] [que|]
Para [construir|entender] {thing}, [hay que|se debe] [primero|]
[Primero|Segundo|Por último|Además], {topic} [es|tiene|puede]
[manzanas, peras,|rojo, verde,|lunes, martes,|uno, dos,|enero, febrero,]
[Querida abuela|Querido diario|Hola mamá]: [hoy|espero que|ayer fuimos]
—[Entra|Espera|No lo sé] —[dijo él|susurró ella]—, [pero|y|mientras]
[Los científicos han|Un estudio ha] [demostrado|descubierto] que
{topic} [empezó|surgió|se basa] [en|como|con]
[El sol|El viento|La lluvia] [brillaba|soplaba|caía] [sobre|por] [las|el]
[El inquilino|El comprador|El contrato] [se obliga a|podrá|no debe]
[sigue escribiendo|continúa|sigue]: {opening}
def {code}(x):
{sentence} [Ella|Él|Nadie] [era|tenía|podía]
""",
}
TOPICS = "la peste; un eclipse de sol; el papel moneda; la evolución; el sueño; la Guerra Fría; el reciclaje; el oxígeno; el queso; el alfabeto; un terremoto; un cometa; el café; el azúcar; la seda; la energía eólica; el piano; la fotografía; la niebla; la malaria".split(
    "; "
)
THINGS = "una silla de madera; mi teléfono; el mapa viejo; un limón; el techo; su abrigo; un espejo; la escalera; una araña; la radio; una calabaza; la manta; una llave; mi coche; un balón; el horno".split(
    "; "
)
SENTENCES = """El autobús llegó tarde otra vez, así que caminamos.
Un perro ladraba en algún lugar detrás de las casas.
Guardó la carta en el bolsillo y no dijo nada.
La ley se aprobó por una pequeña mayoría.
Mi padre me enseñó a nadar cuando tenía cinco años.
La alcaldesa inauguró el sábado la nueva biblioteca.
Nadie esperaba tantos visitantes.
Las plantas necesitan luz, agua y aire.
La maestra escribió una palabra larga en la pizarra.
Había nevado toda la noche y las calles estaban vacías.
En la cocina olía a manzanas.
El hotel estaba lleno y durmieron en el coche.
Un chico delgado de pelo rojo vendía periódicos.
Por la noche la temperatura bajará de cero.
El ayuntamiento quiere construir cuarenta viviendas.
Quisiera cambiar mi pedido de la semana pasada.
La batería dura unas diez horas.
El abuelo contaba siempre la misma historia en la cena.
Los sueldos han subido más despacio que los alquileres.
El gato dormía sobre las piedras calientes.
El equipo perdió en el último minuto.
El ladrón entró por la ventana y solo se llevó un reloj.
Mi hermana trabaja en un gran hospital.
A lo lejos una luz se encendió y se apagó.""".splitlines()
