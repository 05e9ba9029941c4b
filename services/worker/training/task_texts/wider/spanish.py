"""The widest forms and fillings of requests in Spanish. A list of texts, hence its length."""

FORMS = {
    "question": """
[¿Cómo|como|cómo] [se puede|puedo|hay que|se hace para|se aprende a] {act}[?| en casa?| sin ayuda?|]
¿Qué [pasos|herramientas|cosas] [hacen falta|necesito|se necesitan] para {act}?
¿Cuál es la [mejor|más rápida|más segura] [forma|manera] de {act}?
¿Cuánto [tiempo|dinero] [se tarda en|hace falta para|cuesta] {act}?
¿Es [difícil|legal|posible|peligroso|sano|caro] {act}?
¿Por qué la gente [quiere|suele|decide] {act}?
[Explica|Explícame|Describe|Aclara|Expón|Explique] [por favor |brevemente |]{topic}[.|, por favor.| para principiantes.| en palabras simples.|]
[Dime|Cuéntame|Dígame|Enséñame], [qué|cómo|por qué|cuándo|dónde] [es|fue|surgió|se usa|se descubrió] {topic}[.|]
¿[Puedes|Podrías|Me puede|Sabrías] decirme [quién|dónde|cuándo] [fue|nació|vivió] {person}?
¿[Sabes|Sabe usted|Sabes acaso] [cuándo|dónde|cómo|por qué] [empezó|se descubrió|surgió] {topic}?
[Cuéntame|Háblame|Dime] [algo|todo|más|dos cosas] [sobre|acerca de] {topic}[.|, por favor.|]
qué sabes de {person}
[Compara|Comparar|Contrasta] {place} [con|y] {place}[.|]
[Enumera|Nombra|Menciona|Da|Cita] [dos|cuatro|diez|los principales] [tipos|usos|partes|beneficios|inconvenientes|motivos|ejemplos] de {topic}[.|]
¿[Quién|Qué persona] [escribió|pintó|construyó|fundó|dirigió|ganó|compuso|diseñó] [eso|{topic}|la torre de {place}]?
¿[Quién|Qué empresa|Qué país] [fabrica|posee|vende|inventó] {thing}?
¿[Cuándo|En qué año|En qué siglo] se [inventó|construyó|prohibió|usó por primera vez] {thing}?
¿Dónde [se encuentra|hay|está|estaba] {thing}?
¿Por qué [flota|se oxida|huele mal|es tan caro|se pone verde|hace ruido] {thing}?
[¿Por qué|por qué|porque] [el cielo|la hierba|la nieve|el sol|la luna|el mar] [es|está] [azul|verde|blanca|caliente|salado][?|]
¿Por qué [cantan|ronronean|lloran|ladran|duermen|brillan|vuelan] los [pájaros|gatos|bebés|perros|peces|astros]?
¿[Cuánto|Qué tan] [mide|pesa|alto es|grande es|lejos está|rápido va] [{thing}|el sol|un elefante|la torre de {place}|el Everest]?
¿[Cuántos|Cuántas|cuantos] [personas|dientes|planetas|estados|lunas|idiomas|horas|gramos] [hay|tiene|hay en {thing}|viven en {place}]?
¿De qué [color|tamaño|forma|material] es {thing}?
¿Cuál es [el nombre|la edad|la altura|el peso|el precio|la longitud|el propósito|la causa|la regla|la fórmula|el símbolo] de {topic}?
¿[Qué|Cuál] [río|lago|montaña|ciudad|idioma|animal|metal|planeta] es [el más largo|el más profundo|la más grande|el más duro|el más antiguo] [de {place}|del mundo|de todos|]?
¿Qué [significa|quiere decir] [la palabra |el término |]«{word}»?
¿Qué [hizo|escribió|descubrió|creía|dijo] {person}[ sobre {topic}|]?
¿[Está|Estaba|Es|Era] {person} [vivo todavía|casado|rey|de {place}|científico]?
¿[Hay|Había|Viven] [gente|animales|plantas|lobos] en {place}?
¿[Cambia|Ayuda|Perjudica|Afecta] {topic} [a las personas|al clima|a {place}]?
¿[Se puede|Se debe|Pueden los niños] [comer|beber|usar|tocar|ver] {thing}?
¿[Es|Son] {thing} [de madera|bueno para la salud|peligroso|fruta o verdura|impermeable]?
¿[Qué sirve contra|Qué causa|Cómo se cura|Cómo se evita] [el dolor de cabeza|la gripe|{topic}|el óxido|la tos]?
Dame [una explicación|un panorama|una definición|un ejemplo|los datos] de {topic}[.|, por favor.]
[Necesito|Busco|Quiero] [información|datos|detalles|una explicación] [sobre|acerca de] {topic}[.|]
[No sé|Nunca entendí|Se me olvidó] [qué es|cómo funciona|por qué importa] {topic}[.|. ¿Me lo explicas?]
[Algo que siempre quise saber|Otra pregunta|Una duda]: ¿[por qué|cómo|dónde|cuándo] [es|empezó|se usa] {topic}?
[En pocas palabras|Sencillamente], ¿qué es {topic}?
¿Cuáles son [los|algunos] [ejemplos|síntomas|efectos|orígenes|tipos] de {topic}?
¿Qué [se entiende por|se sabe de|tiene de especial] {topic}?
{topic}: [qué es|definición|explicación|cómo funciona|historia y datos|pros y contras]
[quién|qué|dónde|cuándo] [es|fue|está] {place}[ en el mapa|]
{passage} ¿[Por qué|Cómo|Cuándo|Dónde|Quién] [hizo eso|se fue|llegó|lo dijo]?
[De acuerdo con|Según|Con] [el texto|el pasaje|el artículo], ¿[quién|qué|dónde|por qué] [es|fue] [eso|el motivo|el lugar]? {passage}
{passage} [Mi pregunta:|P:|Ahora la pregunta:|] ¿[Cuántos|Cuáles|De quién] [eran|son|se mencionan]?
[Lee|Lea] [esto|el texto] y responde[:| a la pregunta:| qué se dijo de {thing}.] {passage}
{passage} Contesta: ¿[qué|por qué|cuándo] [pasó|fue eso|empezó]?
[Pregunta de examen|Trivia|Adivina]: ¿[quién|qué|cuál] [es|fue] [{topic}|{person}]?
[Convierte|Calcula|Cuánto es|Cuántos son] [12 pulgadas|40 millas|98 grados|el 15 por ciento de 80|7 por 8] [en metros|por favor|][?|]
¿[Qué hora|Qué día|Qué mes] es [ahora |]en {place}?
[Resuelve|Halla]: [3x + 5 = 20|12 * 14|la raíz de 81]
oye, [quién|qué|dónde|cuándo] [es|fue] {topic}
¿Qué [hay detrás de|hay dentro de|tiene de malo] {topic}?
¿En qué se [diferencia|parece] {topic} [de|a] {topic}?
[¿Alguien sabe|¿Se sabe] [por qué|cómo] [terminó|funciona|surge] {topic}?
¿Qué [papel|importancia] tuvo {person} en {topic}?
¿[A quién|A qué país] pertenece {place}?
¿[Es cierto|Es verdad|Es un mito] que {topic} [hace daño|viene de {place}|está prohibido]?
¿[De qué está hecho|Para qué sirve|Con qué se limpia|De dónde sale] {thing}?
¿[Por qué|Cómo|Cuándo|Dónde] [construyeron caminos|guardaban comida|medían el tiempo|hacían papel|cruzaron el mar] [los romanos|los egipcios|los vikingos|los marineros|los incas]?
[¿Cómo|¿Por qué|como|por qué] [vuelan|funcionan|crecen|se hunden|se mueven] [los aviones|los submarinos|los imanes|las baterías|los glaciares|las raíces|los músculos][?|]
¿Qué [gas|vitamina|órgano|músculo|sustancia] [respiramos|da energía|fortalece los huesos|limpia la sangre|nos da calor]?
¿[Es|Son] [un tomate|la ballena|la miel|el vidrio|Plutón|las arañas|los hongos] [una fruta|un pez|un líquido|un planeta|insectos|plantas|venenosos]?
¿Cuál fue [el primer|el último|el peor|el mayor] [emperador|terremoto|coche|ordenador|periódico] [de {place}|de la historia|del siglo]?
¿[Cuántas|Cuántos] [cámaras|letras|jugadores|lados|segundos|teclas|cuerdas] tiene [el corazón|el alfabeto|un equipo|un triángulo|un día|un piano|{thing}]?
¿Quién [es el presidente|fue el primer rey|es el autor|fue el fundador|es la dueña] de {place}?
¿Cuál es [el punto de ebullición|el símbolo químico|la velocidad|el contrario|el plural|la población] [del agua|del oro|de la luz|de {place}|de «{word}»|del sonido]?
¿[El café|El azúcar|Leer a oscuras|El frío|El deporte] [da sueño|daña los ojos|ayuda a dormir|causa resfriados|es bueno para el corazón]?
¿Qué [va antes de|va después de|rima con|es lo contrario de|es otra palabra para] [cinco|martes|«{word}»|invierno]?
¿Qué [idiomas|animales|países|alimentos|plantas|metales] [se hablan en {place}|son peligrosos|tienen hierro|no tienen ejército|solo hay en {place}]?
¿Por qué [se construyó|está inclinada|se firmó|es tan importante|se dividió|se cerró] [el muro|la torre|el tratado|el canal|el imperio|el puente] [de|en] {place}?
¿Cómo se [hace|forma|produce|mide|obtiene] [el vino|el papel|la sal|el acero|la lluvia|el diamante|el tiempo]?
¿Cómo se llama [la cría del canguro|un grupo de lobos|el miedo a las alturas|quien estudia las estrellas]?
¿[Dónde|De dónde|Adónde] [nace|vienen|viven|termina|sale] [el Danubio|las patatas|los pingüinos|el sol|la palabra «{word}»|el té]?
¿Qué es [más sano|más rápido|más barato|más pesado|más seguro], [mantequilla o aceite|tren o avión|oro o plomo|Marte o Venus|té o café]?
Si [un tren sale a las nueve|tengo tres manzanas|el alquiler es de 800 al mes], ¿[a qué hora llega|cuántas quedan|cuánto es al año]?
[enuncia|explica|da|di] [la primera ley de Newton|las reglas del ajedrez|los tres estados de la materia|las causas de la guerra|las partes de una flor][.|]
[significado de|definición de|qué es] [ósmosis|ironía|democracia|PIB|haiku|entropía|hipoteca][?|]
""",
    "translation": """
[Traduce|Traducir|Traduzca|Por favor traduce|Puedes traducir] [esto|el texto|la frase|este mensaje|estas palabras|mi carta] [al|en|del español al] {lang}[:|.|] {foreign}
[Pasa|Convierte|Pon|Vierte|Cambia] [lo siguiente|este texto|la línea de abajo|el párrafo|todo esto] al {lang}[:|.] {foreign}
{foreign} [Traduce|Por favor traduce|Puedes pasar] [esto|eso|el texto anterior] al {lang}[?|.|]
¿[Cómo|como] [se dice|digo|se escribe|diría uno|dicen] «{sentence}» en {lang}?
cómo [se dice|digo] {word} en {lang}[?|]
¿[Qué|Cómo] [es|se llama|sería] {word} en {lang}?
[La palabra|Cuál es la palabra|Dame la palabra|Necesito el término] en {lang} para {word}[.|?|]
¿Qué [significa|quiere decir|dice] [esto|este letrero|lo siguiente|esta frase] en [español|{lang}]? {foreign}
¿Qué [significa|quiere decir] «{foreignshort}»[ en español| traducido|]?
«{foreignshort}»[, qué significa| en español|, qué quiere decir en español][?|]
{lang} a {lang}[:| por favor:] {foreign}
[al|en] {lang}[:| por favor:] {foreign}
[Traducción|Versión] [al|en] {lang}[ de esto| por favor|]: {foreign}
[Necesito|Quiero|Quisiera] [una traducción|esto] [al|en] {lang}[:|.] {foreign}
¿[Puedes|Puede|Podrías] [decir|escribir|repetir|expresar] [esto|la frase] en {lang}? {foreign}
[Esto está|El texto está] [en {lang}|escrito en {lang}]. [Tradúcelo|¿Qué significa?|¿Qué dice en español?] {foreign}
No [hablo|entiendo|leo] {lang}[.|,] [¿qué significa esto?|¿me lo traduces?] {foreign}
[Mi compañero|Mi clienta|Mi profesor|Mi casera] [habla|escribe en] {lang}[.|:] [¿Cómo le digo esto?|Traduce esto:] {foreign}
[Traductor|Intérprete|Tú traduces][ para mí| al {lang}|]: {foreign}
[Haz de|Actúa como|Trabaja de] [traductor|intérprete] al {lang}[.|:] {foreign}
[Escribe|Escriba|Di] «{sentence}» en {lang}[.|, por favor.]
«{sentence}», [¿cómo se dice|¿cómo sería|¿qué es] en {lang}?
[Dime|Muéstrame|Enséñame] cómo [decir|se dice] «{sentence}» en {lang}[.|]
{foreign} [Dilo|Ahora|Lo mismo|Escríbelo] en {lang}[.|, por favor.]
[Buena|Natural|Formal|Correcta] [versión|traducción] en {lang}[ de esto|]: {foreign}
Traduce [literalmente|libremente|con cuidado|palabra por palabra][ al {lang}|]: {foreign}
[Subtítulo|Correo|Contrato|Receta|Titular|Poema|Postal] [para traducir|a traducir al {lang}]: {foreign}
Traduce [la palabra|la expresión|el título] «{foreignshort}» al {lang}
Si quiero decir «{sentence}» en {lang}, ¿[qué digo|cómo se hace]?
[hola|oye|ayuda][, |! ][tradúceme esto|necesito esto en {lang}]: {foreign}
del {lang}[ por favor| al español|]: {foreign}
¿[Existe|Hay|Cuál es] [una expresión|una palabra] en {lang} para {word}?
[traduce|traducir|traducción de] {word} al {lang}
""",
    "summary": """
[Resume|Resumir|Resuma|Por favor resume|Sintetiza|Abrevia|Condensa|Acorta] [el texto|este texto|el artículo|el párrafo|la historia|la noticia|esto|lo siguiente|el correo][ brevemente| por favor|][:|.] {passage}
¿[Puedes|Puede|Podrías|Me puedes] [resumir|sintetizar|abreviar|acortar] [esto|el texto|el siguiente párrafo][ por favor|]? {passage}
{passage} [Resume|Resúmelo|Por favor resume|Sintetiza|Acorta] [esto|el texto|lo anterior] [en breve|].
{passage} ¿[Puedes|Podría] [resumirlo|acortarlo|sintetizarlo]?
[Escribe|Dame|Haz|Prepara|Necesito|Quiero] [un resumen|un resumen corto|una síntesis|una sinopsis|un esquema][:| de esto:| del texto:] {passage}
{passage} [Escribe|Dame|Haz|Necesito] [un resumen|una síntesis|un esquema][.| de eso.]
¿[Cuál es|Cuáles son] [la idea central|el mensaje|las ideas clave|los datos más importantes|la conclusión][ del texto| aquí|]? {passage}
{passage} ¿Cuál [es|fue] [la idea|el mensaje|la conclusión|lo central][ de esto|]?
¿Qué [dice|quiere decir|cuenta|sostiene] [el texto|el autor|el artículo|esta carta|el informe] [en breve|en una frase|en el fondo|]? {passage}
{passage} [Entonces, ¿qué dice|¿De qué va|¿De qué trata][ en breve| en pocas palabras|]?
En [una frase|dos frases|tres puntos|pocas palabras|cinco líneas][,|:] [¿de qué trata?|resume esto:|¿qué pasó?] {passage}
[tl;dr|tldr|TL;DR][ por favor|:|] {passage}
{passage} [tl;dr|TLDR|en corto|versión corta][?| por favor|]
[Es muy largo|Demasiado largo][, |. ][acórtalo|hazlo corto|¿cuál es la versión corta?] {passage}
[El|Un] [breve|corto|rápido] resumen[ de esto| por favor|]: {passage}
[Resumen|Síntesis|Sinopsis|Esquema|Puntos|Conclusión][ por favor| en dos frases| del texto|][:|.] {passage}
[Reduce|Acorta|Recorta|Deja] [esto|el texto|el artículo] [a una frase|mucho|a lo esencial|en tres líneas][.|:] {passage}
[Enumera|Extrae|Reúne|Anota|Saca] [los puntos principales|las ideas principales|los hechos clave|lo más importante] [del texto|de esto|][.|:] {passage}
{passage} [Enumera|Anota|Saca] [los puntos clave|las ideas principales|lo esencial][.|]
[Tengo prisa|Tengo un minuto|No tengo tiempo][.|, |: ][¿qué dice?|dame el resumen:|solo lo principal:] {passage}
[Explica|Di|Cuéntame] [brevemente|rápido|en breve|con tus palabras] [qué dice el texto|de qué trata|qué cuenta el artículo][:|.] {passage}
[Simplifica y acorta|Reduce a lo principal|Comprime][ esto|][:|.] {passage}
[Informe|Artículo|Acta|Correo|Capítulo|Discurso]: {passage} [Resumen|En breve|En resumen]:
[Texto|Artículo|Documento]: {passage} [Resúmelo|Resume el texto|Da los puntos principales][.|]
[Un resumen|La idea principal|Lo esencial|Lo más importante], por favor[:|.] {passage}
[Para mi jefe|Para el boletín|Para mis notas][,|:] [resume esto|acorta esto][:|.] {passage}
¿[Hay|Tienes|Me das] [una versión corta|un resumen|lo principal] de esto? {passage}
¿[De qué trata|De qué va|De qué habla|Sobre qué es] [esto|el texto|el artículo][ en breve|]? {passage}
""",
    "chat": """
[hola|buenas|buenos días|buenas tardes|hey|qué hay|saludos|holi][!|.|, amigo| a todos| otra vez|, soy yo|, mucho gusto|, cuánto tiempo|]
[cómo estás|cómo te va|qué tal|cómo fue tu día|qué haces|qué hay de nuevo|todo bien|qué cuentas][ hoy| por ahí|][?|]
[qué|hace un] [buen|mal|bonito|raro] [día|tiempo|clima] [hoy|afuera|aquí][, ¿no?|, ¿verdad?|][.|!|]
[Estoy|Me siento|ando] [muy |tan |un poco |][feliz|triste|cansado|aburrida|solo|nerviosa|enojado|preocupada|enfermo|orgullosa][ hoy| ahora|][.|!|...|]
[Quiero|Espero|Pienso|Voy a|Me gustaría] {act}[ este fin de semana| mañana| un día| con mis amigos|][.|!| Deséame suerte.]
[Por fin|Casi|Acabo de saber que] [conseguí trabajo|aprobé el examen|perdí mi cartera|conocí a alguien|se rompió mi teléfono|me mudo a {place}][.|!| y estoy muy feliz| y ahora estoy triste]
mi [hermano|madre|esposa|jefe|gato|novio|hija|vecina] [no me habla|está enojado conmigo|se casa|me hace reír|se va][.|!| y no sé qué hacer|, ¿lo puedes creer?]
¿[Debería|Debo|Está bien] {act}[ hoy| o no| primero|]?
¿[Qué|Cuál|A quién] [me pongo|cocino|le regalo a mi madre|le digo|elijo|hago][ esta noche| mañana| para la fiesta|]?
¿[Te gusta|Tienes|Puedes|Quieres|Sueñas|Me extrañas|Duermes] [bailar|sentimientos|amigos|hablar conmigo|a veces|mucho|la música]?
¿Cuál es tu [color|comida|canción|película|libro|animal] [favorito|favorita|preferido]?
¿[Quién|Qué] eres[ tú| en realidad| exactamente|]?
¿Quién te [hizo|creó|programó]?
¿[Qué sabes hacer|Dónde estás|Cuántos años tienes|Dónde vives|Tienes tiempo|Podemos hablar|Estás despierto]?
[Escribe|Escríbeme|Inventa|Compón|Dame|Necesito] [un poema corto|un poema|una canción|un cuento|una adivinanza|un rap|un chiste|un discurso] [sobre|para|de] [{thing}|{place}|{person}|mi cumpleaños|el amor][.|]
[Cuéntame|Cuenta|Dime] [un cuento|un chiste|una historia|algo gracioso][ sobre {thing}| para dormir|][.|!|]
[Escribe|Redacta|Prepara|Ayúdame con] [una carta|un correo|un mensaje|una respuesta|una queja|una invitación|una disculpa] [a|para] [mi jefe|{person}|mi vecina|la escuela|el banco][.| por {thing}.]
[Escribe|Programa|Muéstrame|Crea] [una función|un script|una clase|una página web|un programa] en [python|java|rust|sql|html][ que ordene números| para mi tienda|][.|]
[Arregla|Mejora|Revisa|Corrige] [mi|este] [código|programa|script][.|: {code}(x)|]
[Reescribe|Reformula|Redacta de nuevo|Haz más amable] [esta frase|el texto|mi correo][:|.| para que suene mejor:] {sentence}
[Corrige|Mejora|Revisa|Edita] [mi texto|mi frase|este párrafo|mi ortografía][:|.] {sentence}
[Recomiéndame|Sugiéreme|Necesito|Tienes ideas para|Dame] [un nombre|un buen libro|una película|un regalo|una receta|un pasatiempo|un título][ para mi perro| para esta noche| para {person}|][?|.|]
[Planea|Ayúdame con|Organiza|Haz|Crea|Prepara] [un viaje a {place}|mi semana|una fiesta|un menú|un entrenamiento|un horario|mis vacaciones][.| por favor| para mí]
[Imagina|Supón|Finge|Haz como] que [eres|fueras|yo soy|somos] [{person}|un pirata|un gato|un rey|médico|astronautas][.| y háblame.| ¿Qué dices?]
[Sé|Haz de|Eres] [mi amigo|mi entrenador|un mago|{person}|el profesor|un detective][, | y ][pregúntame algo|cuéntame algo|empieza|anímame][.|]
[Vamos a|Podemos|Quiero] [jugar|charlar|conversar|cantar|ser amigos|jugar a las adivinanzas|hablar de {topic}|hablar de mi día][.|!|?|]
¿Qué [piensas|opinas|te parece|crees|dices] [de|sobre] [{topic}|{person}|{place}|mi idea|mi corte de pelo]?
[Creo|Pienso|Siento] que {topic} es [aburrido|genial|exagerado|hermoso][.|, ¿no crees?|. ¿Y tú?|!]
[Me gusta|Amo|Odio|Extraño|Me encanta] {thing}[.|!|, ¿y a ti?|. ¿Y a ti?]
[gracias|muchas gracias|mil gracias|te lo agradezco][!| por todo| por tu ayuda| por escucharme|, eres el mejor|, me sirvió mucho|]
[adiós|chao|hasta luego|nos vemos|buenas noches|hasta mañana|cuídate|me voy][!|.|, amigo|, que duermas bien|]
[sí|no|ok|vale|claro|quizás|exacto|cierto|por supuesto|no mucho|bien|genial|guau|jaja|jeje][!|.|, sigue|, cuéntame más|, gracias|, por qué no|]
[Eso es|Eso fue|Eres|Es] [genial|falso|muy gracioso|no lo que quise decir|muy amable|increíble|aburrido|mentira|una buena idea|muy listo][!|.|, gracias|]
[perdón|lo siento|disculpa|ups][!|.|, no quise decir eso|, ¿qué dijiste?|, fue mi error|]
No [te entiendo|estoy de acuerdo|sé qué decir|puedo dormir|lo creo|quiero ir|me siento bien][.|!|, ayúdame|]
[Ayúdame|Necesito ayuda|Me puedes ayudar|Necesito tu consejo|Dame un consejo][ con mi vida| con mi gato| con {person}|: no puedo decidirme|][.|!|?|]
[Anímame|Hazme reír|Sorpréndeme|Motívame|Consuélame|Dime algo bonito|Habla conmigo|Entretenme][.|!|, por favor|]
[adivina qué|sabes qué|oye|guau|ay no|mira][, |! ][gané|está nevando|mi perro está enfermo|me dieron el trabajo|mi coche se averió|{who} {event}][!|.|]
[hoy es|mañana es] [mi cumpleaños|mi primer día de trabajo|mi último día|nuestro aniversario][!|.| y estoy nerviosa]
¿Qué [harías|dirías|sentirías] [en mi lugar|si fueras yo|si yo me fuera]?
¿Puedo [preguntarte algo personal|contarte un secreto|decirte algo|desahogarme]?
[Piensa|Inventa|Busca|Propón] [ideas|nombres|preguntas|una trama|un personaje|cinco títulos] para [mi blog|un proyecto escolar|{thing}|una fiesta|una novela][.|]
[Responde|Habla|Contesta] como [un pirata|{person}|un niño|mi mejor amigo][.| desde ahora.]
[eres|tú eres|de verdad eres] [humano|un robot|real|listo|así|mi amiga][?|]
[Vivo en|Vengo de|Soy de|Trabajo en|Estudio en] {place}[.|, ¿y tú?| y me encanta.| y extraño mi casa.]
[Me llamo|Mi nombre es|Soy|Llámame] {person}[.|, ¿y tú?|. Mucho gusto.]
[tú|tú sí que] [me haces feliz|eres mi mejor amigo|no entiendes|eres graciosa|nunca escuchas][.|!|]
[hoy|ayer|anoche] [fui al cine|dormí mal|me pasó algo raro|discutí con mi novia|lloré][.|!| y no dejo de pensar en eso]
[mi|nuestro] [coche|teléfono|tren|internet|casero] [se averió|llegó tarde|hace ruido|no funciona] [otra vez|esta mañana|ayer][ y estoy harto|, qué día|.|!|]
[no puedo esperar|tengo miedo|estoy cansada|tengo muchas ganas] [del fin de semana|del verano|de mi examen|de la reunión|de ver a mi familia][.|!|]
[mi|nuestro] [hijo|equipo|perro|abuelo|vecino] [está enfermo|ganó|cumplió cinco años|aprendió a nadar|nunca escucha][.|!| y quería contártelo|]
no [quiero|tengo ganas de|puedo] [ir al trabajo|levantarme|hablar con nadie|cocinar hoy][.|!|]
[ayer|hoy|anoche] [vi una película triste|cené muy bien|encontré a una amiga|hice un pastel|oí algo raro][.|!|, fue lindo]
[¿quieres|¿te gustaría] [oír una historia|jugar a algo|saber un secreto|ser mi amigo|ver mis fotos]?
""",
    "completion": """
{tale} {broken}
{broken}
{broken}
{when}, {broken}
{when}, {who} [quería|decidió|tuvo que|intentó|iba a] {act}, [pero|porque|cuando|y entonces]
{who} [quería|decidió|tuvo que|solía|prefería] {act} [pero|porque|hasta que|para que|aunque|y]
{who} {event}[, y|, pero|. Entonces| porque| cuando| mientras| hasta que]
{who} {event} y [la|el|su|luego|un|lo]
[Había una vez|Hace mucho tiempo vivía|En aquellos días vivía|Un invierno llegó|Hace muchos años había|En un país lejano había] [un rey|una mujer|un molinero|{who}|en {place} una casa] [que|y|con|cuya]
[Cuando|Mientras|Después de que|Como|Aunque|Tan pronto como|Si|Desde que] {who} {event}, [la|el|ella|él|todos|nadie|se]
[Lo primero|La última vez|La mejor parte|La razón principal|El problema|La verdad|El secreto|La diferencia|La única forma] [era|es|de {topic} es|de {act} es] [que|la|un|cuando]
[La regla|El error|La causa|La consecuencia] [más importante|más común|más grave] [de|en] {topic} [es|fue|era]
[Uno de los|Algunos de los|La mayoría de los|Muchos de los|Ninguno de los] [motivos|vecinos|problemas|niños|libros] [en {place}|de {topic}|que|eran|son]
[En los últimos años|En la última década|En el futuro|Hoy en día|Desde 1990|Durante siglos|En este capítulo] [la gente|nosotros|{topic}|los científicos|muchas empresas|la ciudad] [ha|será|hemos|es|comenzó|muestran que]
{topic} [es|era|se considera|sigue siendo|puede ser|se convirtió en] [uno de los|una importante|el primer|un|conocido como|usado para]
{place} es [un|el|situado en|conocido por|famosa por|una de las]
{person} fue [un|una|el|la|conocido por|uno de los] [y|en|primer|gran|que|]
[El alcalde|La empresa|La policía|El ministro|El equipo|El gobierno] [dijo|informó|confirmó|decidió|declaró] [ayer|el lunes|hoy|] [que|que la|que los|que no]
[ÚLTIMA HORA:|{place} -|MADRID, 3 de mayo -|Comunicado:] {broken}
[Continúa|Completa|Termina|Sigue|Prolonga|Acaba] [este texto|la historia|esta frase|mi párrafo|el poema|lo siguiente][:|.] {broken}
[Continuar|Sigue escribiendo|Completar|Continúa]: {broken}
{broken} [(continúa)|... y sigue|[continúa el texto|sigue por favor|termina esta frase]]
[¿Qué viene después?|¿Cómo sigue?|Escribe la frase siguiente:] {broken}
[Querida|Querido|Hola|Estimado] [{person}|señor Gómez|colegas|mamá|clientes]: [te escribo|gracias por|nos alegra|como sabes|espero|lamentamos|en respuesta a|tras] [tu|que|porque|la|su]
[Señoras y señores|Queridos invitados|Ciudadanos], [nosotros|hoy|es|me] [estamos|un honor|gustaría] [aquí|porque|decir]
—[Yo|Nosotros|Tú] [no sé|nunca|deberías|tenemos que] —[dijo|susurró|gritó|preguntó] [{who}|la niña|él|ella] [y|mientras|con]
[Ella|Él|Nadie|Alguien|Todo el mundo] {event}[ y|, pero| porque|, así que| cuando la| hasta]
[Ella|Él] [miró|caminó hacia|pensó en|buscó|escuchó] {thing} [y|mientras|pero|hasta que]
[Era|Había sido] [una noche oscura|una fría mañana|un día tranquilo|un verano extraño|el último día] [y|cuando|en|de]
[El viejo|Un joven|El pequeño] [hombre|perro|capitán|maestro|viento|río] [era|tenía|lentamente|abrió|llegó|subió] [y|la|por|en|]
[Primero|Segundo|Finalmente|Sin embargo|Por lo tanto|Además|Por ejemplo|Por otro lado], {topic} [no|es|puede|ha|debe] [la|un|solo|ser|]
[Capítulo|Parte|Sección|Acto] [1|2|uno|III][:|.|] {broken}
[Ingredientes|Lista de compras|Tareas|Contenido|Materiales]: [1.|2 huevos,|leche,|-] [pan|azúcar|200 g de harina|llamar a {person}|{topic}], [2.|sal,|mantequilla,|-|]
[Paso 1|1.]: [abre|toma|mezcla|busca] {thing}[.|,] [Paso 2:|2.|Luego]
[Si|Cuando] [quieres|necesitas|alguien quiere] {act}, [debes|lo primero es|hay que|conviene]
[Mi abuelo|Mi madre|Nuestra casa|Su vida|Nuestro pueblo|Su nombre] [era|es|tenía|siempre|estaba] [un|el|en|una|]
[La historia|Este libro|La película|El informe|El museo] [trata de|empieza con|muestra|describe|cuenta|fue] [un|la|cómo|que|]
[Yo|Nosotros|Siempre] [sé|creo|espero|recuerdo|pensé|sabíamos] que [la|el|mi|{who}]
[Ellos|Los niños] [corrieron|se sentaron|vivían|fueron|se quedaron] [a casa|en un|junto al|bajo el|juntos] [y|hasta|donde|río|porque|]
{tale} {tale} [Pero|Y|Entonces|Sin embargo|Desde entonces|De pronto|Después|Así que]
{tale} [Pero|Entonces|Porque|Aunque|Mientras|Luego] {who}
[Los resultados|Nuestros datos|Los experimentos|La figura 2] [muestran|sugieren|indican] que [la|muchos|gran parte de|{topic}]
[Durante más de|Después de casi|En menos de] [diez años|un siglo|dos horas], [la ciudad|{who}|la empresa|el río] [había|ha|fue|] [nunca|sido|poco a poco|]
[A menudo|En general|A veces] se [cree|dice|supone|sabe] que [la|{topic}|las personas|en]
[El tiempo|El mercado|La calle|El cuarto|El silencio] [era|estaba|se volvió|parecía] [tan|demasiado|cada vez más] [frío|vacío|fuerte|extraño] [que|y|como si|porque]
[Esta guía|Este producto|El curso|La aplicación] [es|ayuda a|explica cómo|requiere|permite] [los|la|una|]
[Allí|En algún lugar|Muy lejos|Detrás de la colina] [había|estaba|vivía] [una vieja|un|una|el] [casa|mujer|voz|jardín] [que|donde|con]
""",
}

ACTS = "hornear pan; aprender a nadar; cambiar una llanta; cultivar tomates; hacer el nudo de la corbata; tocar la guitarra; dejar mi trabajo; limpiar las ventanas; pintar una pared; escribir un libro; aprender japonés; correr un maratón; hacer queso; abrir una cuenta; entrenar a un perro; leer más rápido; quitar una mancha; encender fuego; ahorrar dinero; bajar de peso; dormir mejor; cocer un huevo; afilar un cuchillo; plantar un árbol; reparar una bicicleta; dibujar un caballo; dejar de fumar; hablar en público; navegar; cocinar arroz; tejer una bufanda; pedir una visa; viajar en tren; vivir en el extranjero; adoptar un gato; subir una montaña; comprar una casa; fundar una empresa; resolver un acertijo; planchar una camisa; guardar patatas; dar un discurso; pescar; madrugar; invertir en oro; ganar al ajedrez; bailar tango; criar abejas; pagar impuestos; ordenar el sótano".split("; ")  # fmt: skip
WHO = "el viejo maestro; mi hermana; una joven médica; el capitán; nuestro vecino; la empresa; un extraño; la niña; el granjero; su tío; el comité; la mujer alta; un soldado; el rey; su abuela; el conductor; la nueva alumna; un pescador; el panadero; el gobierno; mi amigo Pablo; la enfermera; el juez; un ladrón; toda la familia; el cocinero; la ingeniera; el perro negro; la alcaldesa; un viajero cansado; el jardinero; la música; el periodista; el equipo; un chico pelirrojo; la reina; el cartero; la pintora; el casero; el científico; el cura; la viuda; el dentista; la piloto; el molinero; el anciano; la actriz; el marinero; la secretaria; el entrenador".split("; ")  # fmt: skip
EVENTS = "abrió la ventana; perdió la llave; caminó despacio por la calle; compró un coche nuevo; perdió el último tren; encontró una carta bajo la puerta; se sentó junto al fuego; vendió la casa; esperó una hora; olvidó el paraguas; oyó un ruido extraño; se durmió en el autobús; rompió un vaso; ganó la carrera; escribió una larga carta; se mudó a la costa; cerró dos fábricas; vio una luz en el bosque; bebió una taza de té; se fue a casa temprano; dijo la verdad; perdió mucho dinero; subió a la torre; escondió el oro en una caja; leyó el periódico; llamó a la policía; se fue sin decir nada; pintó la cerca de verde; cortó la cuerda; encontró a un viejo amigo; pasó todo el día en la cama; pagó la cuenta; plantó tres árboles; miró las estrellas; subió los precios; construyó un puente; firmó el contrato; canceló la reunión; abrió una pequeña tienda; dio de comer a los pájaros; corrió al jardín; cantó una canción; llevaba un abrigo azul; cometió un error; pidió ayuda; cruzó el río; limpió la cocina; contrató a diez obreros; contó las monedas; encendió una vela; tomó el camino equivocado; reparó el tejado; rechazó la oferta; cambió las reglas".split("; ")  # fmt: skip
WHENS = "ayer; el verano pasado; por la mañana; tarde en la noche; dos días después; el lunes; después de la guerra; a mediodía; en 1987; durante la tormenta; antes del desayuno; hace una semana; al final; en la estación; en un pequeño pueblo; detrás de la iglesia; cerca del puerto; de camino a casa; después de cenar; en pleno invierno; aquella tarde; cada domingo; en primavera; por primera vez; sin aviso; a medianoche; no lejos del mar; en la capital; la semana pasada; poco después".split("; ")  # fmt: skip
TALES = """{when}, {who} {event}.
{who} {event} {when}.
{who} {event}.
{who} {event}, y {who} {event}.
{who} {event} porque {who} {event}.
Cuando {who} {event}, ya era tarde.
{who} {event}, pero nadie se dio cuenta.
Dicen que {who} {event} {when}.
{who} y {who} llegaron a {place} {when}.
{topic} ha cambiado mucho en los últimos años.
A mucha gente de {place} le interesa {topic}.
Los expertos dicen que {topic} será más importante.
El precio subió un diez por ciento {when}.
La reunión sobre {topic} se pasó al jueves.
Hay planes para {act}, pero falta dinero.
No es fácil {act} cuando llueve.
{who} quería {act}, pero {event}.
Los precios subieron, los sueldos no.
Un nuevo estudio trata de {topic} en {place}.
Por favor, envíe los documentos sobre {topic} antes del viernes.
No quedó nada de {thing}.
{thing} estuvo años en el rincón.
Gracias por su carta sobre {thing}.""".splitlines()
TOPICS = "la Gran Muralla; la miel; el corazón humano; el Renacimiento; el baloncesto; un tornado; la insulina; el euro; un virus; la poesía; el violín; el cobre; el comercio mundial; el cerebro; la migración de las aves; los Juegos Olímpicos; la energía solar; el yoga; el cultivo del arroz; la esclavitud; el derecho al voto; la física cuántica; el sistema fiscal; el colesterol; los dinosaurios; la antigua Grecia; la luna; el té; la diabetes; la guitarra; el Triángulo de las Bermudas; la era glacial; la constitución; el flamenco".split("; ")  # fmt: skip
THINGS = "una bicicleta; el lavavajillas; una cebolla; la ventana; mi portátil; el suéter de lana; un avión; una pastilla de jabón; una cámara; la nevera; una tienda de campaña; un caballo; el espejo; un diamante; un huevo; el puente; un volcán; una bombilla; una seta; la cortina; un martillo; el pez; un plátano; la alfombra; mis gafas; el sofá; un helicóptero; una campana; el tiburón; una moneda".split("; ")  # fmt: skip
PEOPLE = "Leonardo; la reina Victoria; Tesla; Bach; Marco Polo; Ana Gómez; el doctor Ruiz; Van Gogh; Aníbal; Lincoln; Dante; Pedro; Julia; Velázquez; Sócrates; Magallanes; Chopin; Alan Turing; el abuelo; César; Beethoven; Galileo; Kafka; Picasso".split("; ")  # fmt: skip
PLACES = "Tokio; Argentina; Escocia; Vietnam; Moscú; Alaska; Venecia; Nigeria; Finlandia; Texas; Groenlandia; Praga; Marruecos; Lima; Siberia; Irlanda; Nápoles; Corea; Hawái; Japón; París; Brasil; Roma; Grecia; la India; Sevilla".split("; ")  # fmt: skip
WORDS = "queso; paraguas; perdón; buena suerte; perro; feliz cumpleaños; libertad; comer; amarillo; escuela; fresa; hermana; frío; hasta mañana; cocina; valiente; agua; río; médico; patata; te quiero; zapato; lunes; manzana".split("; ")  # fmt: skip
