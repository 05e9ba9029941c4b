"""More of the widest forms in Spanish, of more subjects. A list of texts, hence its length."""

FORMS = {
    "question": """
¿[Qué|qué] es [realmente|en el fondo|] {topic}[?| y quién lo inventó?| y para qué sirve?]
[qué|que] es {topic} [en física|en biología|en derecho|]
¿[Qué son|De qué están hechos|Para qué sirven|Cuánto cuestan] [los|las|] {things}?
¿[Quién|quién] [desarrolló|ideó|patentó|descubrió|describió] {topic}[?| primero?]
[Describe|describe|Describa] {topic}[.| con detalle.| para principiantes.| y sus efectos.|]
[Describe|Compara|Contrasta] {topic} [y|con] {thing}[.|]
[Cuéntame más|Di algo|Me gustaría saber más|Enséñame algo|Infórmame] [sobre|de|acerca de] {topic}[.|]
¿[Qué has oído|Qué puedes decirme|Qué debería saber todo el mundo|Qué se sabe] [de|sobre] {topic}?
No [comprendo|logro entender|me queda claro] {topic}[:|,|.] ¿[de dónde viene|cómo ocurre|qué lo provoca|por qué es así]?
[Leí|He oído|Vi] algo sobre {topic}[:|,|.] ¿[qué es|cómo se hace|es verdad|quién lo paga]?
{topic} [o|vs|contra] {topic}[?|: ¿cuál es la diferencia?|, cuál es mejor|]
[causas|síntomas|precio|inventor|ventajas|efectos|reglas|usos] de {topic}
[altura|clima|bandera|presidente|moneda|huso horario|mapa|población|superficie] de {place}
{place} [habitantes|capital|clima|moneda|huso horario|superficie|distancia a {place}]
{topic} [significado|definición|ejemplos|historia|datos|fórmula|temperatura|efectos secundarios]
[cuánto|cuántas calorías|cuánto azúcar|cuánta agua] [tiene|lleva|necesita] {thing}
[Verdadero o falso|Mito o realidad|Sí o no|Cierto o falso][:|,] {topic} [es|fue|causa] [peligroso|más antiguo que la rueda|daño a los ojos|de carbono|un pez][.|?|]
¿Qué pasaría si {thing} [se congela|cae al agua|se quema|se mojara|se rompiera]?
¿Qué le ocurre a {thing} [en el espacio|con el frío|bajo el agua|cuando llueve|a los diez años]?
¿[Podría|Puede] {thing} [sobrevivir en el espacio|funcionar sin luz|flotar|durar cien años|derretirse al sol]?
¿[Puede|Podría|Va a] {topic} [extenderse|parar|volver|funcionar] [sin agua|en invierno|en Marte|por sí solo|]?
¿Qué [pasos|herramientas|cosas|documentos|materiales] [son necesarios|se requieren|hay que tener|me hacen falta] para {act}?
¿Dónde [se guarda|se fabrica|se vende|se cultiva|queda|estuvo] {thing}?
¿De quién [es|fue|era] [la idea|el invento|la teoría] de {topic}?
¿[Me dices|Puedes decirme|Sabrías decirme] [quién|dónde|qué|cuántos años] [fue|vivió|escribió|tenía] {person}?
¿[Dónde|cuándo|de qué|con quién] [nació|murió|estudió|se casó|fue enterrado] {person}?
¿En qué [trabajó|creía|investigó|se equivocó] {person}?
¿[Desde cuándo|Hace cuánto|Cuántos años hace que] [hay|usamos|se usa|sabemos de] {topic}?
¿[Cada cuánto|Con qué frecuencia] [se lava|hay que cambiar|falla|se engrasa] {thing}?
¿[Cómo de|Qué tan] [profundo|viejo|caro|largo|brillante|ruidoso|raro|grueso] es {thing}?
¿Cuál es [el animal|el país|el planeta|el edificio|el pájaro|el desierto|el hueso|el árbol] más [alto|pequeño|rápido|raro|pobre|frío|antiguo] [de la tierra|de Europa|conocido|]?
¿[De qué trata|Cómo termina|Quién muere en|Cuál es el tema de] [Hamlet|Don Quijote|la Odisea|Fausto|Cien años de soledad]?
¿Quién [actúa en Casablanca|canta Yesterday|dirigió El señor de los anillos|escribió Carmen|hace de Rose en Titanic]?
¿Es [la tierra|el latín|el pepino|el Pacífico|la plata|la cebra|el murciélago] [plana|una lengua muerta|una fruta|más profundo que el Atlántico|más pesada que el hierro|un insecto]?
¿Qué [porcentaje|parte|proporción] [del cuerpo|del mar|de la población|del aire|del cerebro] es [agua|oxígeno|mayor de sesenta|grasa]?
¿Por qué no [vuelan|se ahogan|se hunden|respiran bajo el agua|se caen|ven de noche] [los pingüinos|los peces|los humanos|los barcos|los aviones|las avestruces]?
¿Cuándo [empieza|termina|es|fue] [el verano|la Pascua|la guerra|el próximo eclipse|el horario de verano|la Edad Media]?
¿Cómo [nos protege|late|enfría|funciona|encuentra el norte] [una vacuna|el corazón|una nevera|el parlamento|un radar|una brújula]?
¿Qué [hay que|se debe|se puede] [hacer|comer|saber|evitar] [en un terremoto|con fiebre|antes de una operación|en {place}|contra las hormigas]?
¿Qué [hace que suba el pan|pone rojo el cielo|hace estornudar a la gente|hizo rico a {place}|hace resbalar el hielo]?
[Nombra|Enumera|Dime|Escribe] [los planetas|los reyes de {place}|los gases nobles|todos los continentes|cinco ríos de {place}|los colores primarios|los huesos de la mano][.|, por favor|]
[Explica|Describe|Define|Aclara] [cómo se aprueba una ley|qué es un agujero negro|por qué se ponen rojas las hojas|la diferencia entre tiempo y clima|qué mide el PIB|el término inercia][.|]
¿[En qué orden están|En qué país está|En qué continente queda|En qué idioma se escribió|A qué velocidad viaja|A cuántos grados hierve] [los planetas|{place}|Beowulf|la luz|la leche|el hierro]?
¿[De qué|A qué|Para qué] [metal|familia|idioma|país|equipo] [es|pertenece|viene|jugó] [{thing}|Messi|el tigre|la palabra "{word}"]?
¿[Aproximadamente|Más o menos|Exactamente] cuánto[|s] [hablan hindi|cuesta un litro de leche|mide un maratón|dista el sol|hay de sal en el mar]?
[Me pregunto|Me interesa saber|Quiero averiguar|Nos gustaría saber|Quisiera entender] [quién|por qué|cómo|cuándo|si] [{person} escribió eso|{thing} pesa tanto|se usa {topic}|empezó la guerra|los peces oyen][.|]
[Alguien|Un amigo|Mi hijo|La profesora] [preguntó|quiere saber|me preguntó] [cómo|por qué|si] [funciona {topic}|duermen las ballenas|Plutón es un planeta|{thing} puede explotar][.|. ¿Cuál es la respuesta?|]
[Pregunta|Duda] [rápida|tonta|sencilla|seria|de historia|de física][:|,|.] ¿[quién|qué|por qué|cómo] [es|fue|funciona] {topic}?
[ayuda con la tarea|para mi examen|para la clase|proyecto escolar][:|,] [qué es|quién empezó|para qué se necesitaba|dónde fue] {topic}[?|]
{topic} [explicado fácil|explícalo|para tontos|en palabras simples|cómo funciona][?|]
{thing}[:|,] ¿[cómo funciona|de qué está hecho|por qué es rojo|cuánto puede vivir|es peligroso]?
{thing} [no funciona por qué|cómo se limpia|peso|tamaño|mejor temperatura|precio]
¿[Es|Era] [verdad|posible|un hecho|un mito] que [{topic} causa cáncer|{person} nunca existió|los peces olvidan todo|los toros odian el rojo|{place} se hunde]?
¿[Ponen|Tienen|Hacen] [todos|la mayoría de|algunos] [los pájaros|las serpientes|los planetas|los países|los mamíferos] [huevos|luna|ejército|dientes|hibernación]?
¿Qué [fue primero|pesa más|dura más|está más cerca|cuesta menos|arde mejor]: [{thing} o {thing}|el huevo o la gallina|un kilo de plomo o de plumas|{place} o {place}]?
[Si|Cuando] [el agua|el hierro|el azúcar|la leche|la goma] [se congela|se calienta|se mezcla con ácido|hierve], ¿[se expande|qué pasa|por qué cambia de color|pesa más]?
{passage} ¿[Quién es|Dónde está|Qué edad tiene|Por qué está] [el personaje principal|eso|la historia|él]?
{passage} ¿[Dice|Menciona|Explica|Nombra] [el texto|el autor|ella] [el motivo|el invierno|un lugar|por qué]?
[Según|De acuerdo con|Por] [lo anterior|el artículo|el informe|esta carta][,|:] ¿[quién ganó|cuándo fue|cuántos había]? {passage}
{passage} [Verdadero o falso|Pregunta|Ahora dime|P]: ¿[eran dos personas|quién habló primero|qué se perdió|dónde ocurre]?
cómo es que [{topic}|{thing}|el mar|el oro] [es tan caro|existe|nunca cambia|cuesta tanto|desapareció]
¿[Alguna idea de|Alguien sabe|Quién sabe|Sabe alguno] [qué|por qué|cómo|cuándo] [es {topic}|{thing} va tan lento|se construyó {place}|anochece en {place}]?
¿En qué [año|siglo|mes|día] [murió {person}|cayó el muro|fue la batalla de Waterloo|se inventó el teléfono|se hundió el Titanic]?
[Resuelve|Simplifica|Integra|Calcula|Suma|Cuánto es]: [2x = 14|x^2 - 9|17 + 26|120 / 8|3/4 de 60|la media de 2, 4 y 9][?|]
[qué distancia hay|cuánto se tarda|cuántos km hay] de {place} a {place}[ en coche| en avión|][?|]
¿Qué [visa|vacunas|enchufe|papeles] [necesitan los turistas|hace falta|piden] [en|para] {place}?
[Ventajas y desventajas|Riesgos|Aplicaciones|Tipos|Etapas|Conceptos clave|Origen] de {topic}[?|.|, por favor|]
¿Cómo [se puede|se aprende a|hace uno para|se logra] {act}[?| sin herramientas?| en {place}?]
[Consejos|Pasos|Instrucciones|La mejor manera|Formas] para {act}[?|]
[Guía|Método|Reglas|Herramientas] para [cultivar tomates|cambiar una rueda|hacer queso|bucear|jugar al ajedrez][?|]
¿[Puede|Podría|Es|Era|Necesita] [un perro|un gatito|un hámster|mi reloj|mi tableta|mi coche|un paraguas azul|un impermeable] [ver colores|sobrevivir a una caída|impermeable|peligroso|de plástico|flotar|venenoso|azúcar]?
¿[Qué le pasa a|Qué es de|Cuánto vive|Qué le ocurre a] [un perro|mi reloj|mi tableta|una polilla|mi sombrero|el pez] [en el espacio|bajo el agua|con el calor|cuando nieva|de noche|]?
¿[Es|Era|Está] {place} [en Asia|una ciudad|un reino|rico|junto al mar|lejos|una democracia|más antiguo que Roma]?
[Infórmame|Ilústrame|Dame una lección|Ponme al día] sobre {topic}[.|]
Cuéntenos [de|más sobre|todo sobre|los datos de] {topic}[.|, por favor.|]
¿[Contiene|Necesita|Produce|Usa] {thing} {topic}?
¿[Existiría|Funciona|Sería posible] {topic} [sin|con menos|a pesar de] [luz|petróleo|gente|sal|lluvia]?
¿Cómo sería {thing} [en el desierto|en Marte|tras un año|sin aire]?
{topic} [y|frente a|versus] {topic}[: diferencias|: explica| en comparación|?|: ¿cuál es más antiguo?]
[Explica|Relaciona|Distingue|Contrapón|Analiza] {topic} [y|con|de] {topic}[.|]
[ubicación|idioma|gobierno|extensión|alcalde|himno] de {place}
""",
    "chat": """
[gracias|mil gracias|muchas gracias|muy amable][ otra vez|, amigo|, eso es todo|, funcionó| por estar ahí|!|]
[mm|ah|oh|ay|bueno|uy|huy|yupi|uf|puaj|pues][,|!|...] [vale|ya veo|interesante|eso duele|lo logramos|no está mal|da igual|y ahora qué][.|!|]
¿[A quién|Qué|Con qué|Por qué] [amas|quieres ser|sueñas|me quieres|odias]?
¿Cómo [te llamas|estás hoy|eres|te sientes|me ves|te va]?[ Yo soy {person}.|]
[tu|Cuál es tu] [canción favorita|mejor día|mejor chiste|comida favorita|mayor deseo|animal favorito][?|]
[Y|Pero|Entonces] [tú|qué tal tú|cómo estás|qué hay de ti|qué dices|quién eres][?|]
[Estás|Eres] [hablando en serio|de broma|ocupado|enfadada|libre esta noche|casado|mi amigo|soltera|loco][?|!|]
¿[Me has|Te|Podrías|Quieres] [echado de menos|acuerdas de mí|perdonarme|casarte conmigo|fías de mí|esperarme|quedarte conmigo]?
[dime|Di|cuéntame] [tu opinión|lo que sientes|quién eres|que me quieres|buenas noches|qué me pongo|que todo irá bien][.|!|]
[Suspendí|Perdí|Olvidé|Rompí|Quemé|Arruiné] [el examen|la cartera|nuestro aniversario|la cena|todo|el móvil][.|!| hoy| y me siento tonto]
[Estoy|Estamos|Ya estoy] [muerto de hambre|agotada|en casa|tarde otra vez|enamorado|en el autobús|embarazada|de vuelta del trabajo][.|!|, ¿y tú?|]
[He|Ya he|Llevo] [tenido bastante|llorado todo el día|sin amigos|un dolor de cabeza horrible|noticias para ti|sin hablar con nadie][.|!|]
[Ayer|Hoy|El fin de semana|Esta mañana] [bailé toda la noche|me sentí muy sola|vi a mi ex|me despidieron|dormí hasta mediodía|hicimos un picnic|adoptamos un cachorro][.|!|]
[La gente|Ellos|Mis padres|Los niños|Mis amigos] [nunca me escuchan|siempre se ríen de mí|me vuelven loca|olvidaron mi cumpleaños|me ven raro][.|!|]
¿Cómo [rompo con él|se lo digo a mis padres|animo a mi amiga|la olvido|supero esto|hablo con el chico que me gusta|le pido perdón a mi hermana]?
¿[Cómo le digo|Qué le digo|Cómo le explico] a [mi mujer|mis hijos|mi casero|él|mi jefa] que [me voy|estoy malo|se acabó|mentí]?
¿[Debo|Puedo|Tengo que|Debería] [dejarlo|ponerme el rojo|escribirle|decir que sí|perdonarlos|ir a la fiesta|aceptar el trabajo|preocuparme]?[ ¿Qué crees?|]
¿[Está bien|Soy|Fue] [llorar|mala persona|mi culpa|la única|tonto|sentirse así|tarde para mí]?
¿Por qué [no le gusto a nadie|estoy siempre cansada|mi vida es tan aburrida|no me llama|eres tan bueno conmigo|me dejó]?
¿Qué [cenamos|le regalo en Navidad|le compro a mi papá|pido|llevo a la fiesta|hago con un millón|nombre le pongo al gato]?
¿Qué [camisa|vestido|oferta|nombre|color|móvil] [me llevo|te gusta más|me queda bien|elegirías por mí]?
¿Dónde [vamos esta noche|quieres comer|quedamos|has estado|te escondes|creciste]?
[Ayúdame|Por favor ayúdame|Puedes ayudarnos] [a elegir un nombre|con mi discurso|a calmarme|a practicar la entrevista|a dormir|a encontrar las palabras][.|!|]
[Escribe|Compón|Crea|Redacta|Genera|Produce] [un ensayo|una entrada de blog|una reseña|un lema|un diálogo|una escena|una letra|un tuit|un anuncio|un guion] [sobre|para|de|en honor a] {topic}[.|]
[Escribe|Prepara|Haz|Hazme|Créame] [un menú|una lista de equipaje|un horario|un test|un plan de clase|un presupuesto|una lista de lecturas] [para|sobre] [{place}|un día de lluvia|dos niños|{person}|principiantes|la fiesta de la oficina][.|]
[Quiero|Necesito|Me gustaría|Podrías escribir|Por favor escribe] [una excusa|un apodo|un cuento para dormir|un brindis|un poema corto|un título llamativo|un perfil de citas|una tarjeta de agradecimiento][ para mi profe| para {person}| sobre {thing}|][.|]
[Revisa|Corrige|Comprueba|Mejora|Reescribe|Arregla] [mi gramática|la ortografía|mi carta de presentación|mi ensayo|estas líneas|las comas|mi borrador][:|.| por favor:] {sentence}
[Haz|Pon|Vuelve] [esto|mi mensaje|la frase] [más cortés|más natural|más simpático|gracioso|en verso|menos brusco][:|.] {sentence}
[Inventa|Imagina|Piensa|Sueña] [un mundo|un superhéroe|un planeta|una fiesta|una palabra nueva|un monstruo|un animal] [donde nadie duerme|para niños|llamado {person}|de queso|que ama {thing}][.|]
[Sé|Habla como|Actúa como|Finge ser|Contesta como] [{person}|un gato gruñón|mi abuelo|un vikingo|Sherlock|un guía|un árbol que habla|mi terapeuta][.|!| y yo pregunto.|]
[Desde ahora|En este juego|Durante una hora|Hoy] [eres|haces de|hablas como] [{person}|un rey|mi criado|un poeta|el malo|un robot tímido][.|!|]
[Construye|Escribe|Programa|Desarrolla|Optimiza|Prueba] [una app|una regex|un bot|una macro|un juego|pruebas unitarias|una API|un script] [en go|para excel|con react|que mande correos|para mi web|en python|][.|]
¿[Sabes|Podrías|Puedes] [cantar|bailar|contar chistes|guardar un secreto|ser mi novia|leerme la mente|cocinar para mí|jugar al ajedrez conmigo]?
[Vamos a|Podríamos|Por qué no|Y si] [inventar una historia|empezar de nuevo|jugar al ahorcado|hablamos de otra cosa|viajar|contar hasta diez|nos contamos secretos][.|!|?|]
[Buena suerte|Que tengas buen día|Que descanses|Cuídate|Que te mejores|Felices Pascuas|Bienvenido|Salud|Buen provecho|Bien hecho|No importa|Venga|Vete|Cállate|Déjame en paz][!|.|, cariño|, amigo|]
[Creo que|Supongo que|La verdad,|Para ser sincera,] [tienes razón|es una tontería|tenemos que hablar|la gente es grosera|va a llover|los perros son mejores|merezco algo mejor][.|!|, ¿no?|]
[mi|nuestro] [día|semana|cita|jefe|examen|matrimonio|equipo|vuelo|vecino] [fue horrible|fue un desastre|es un encanto|salió bien|es una pesadilla|perdió otra vez|me odia|se canceló][.|!|, uf|]
[nadie|todo el mundo|alguien] [me quiere|es tan malo|llamó hoy|me entiende|se fue pronto|me robó la comida|apoya mi idea][.|!| :(|]
[uf|omg|guau|tío|madre mía|jo|jaja][,|] [qué día|por poco|estoy cansadísima|qué gracioso eres|otra vez lunes|adoro esta canción|me duele la cabeza][.|!|]
[hace|está] [demasiado calor para dormir|todo tan tranquilo|nevando|tarde, debería dormir|mejorando|solitario sin ti][.|!|]
[Adivina|Sabes|Oye, adivina|Escucha,] [quién me llamó|qué hice hoy|conocí a alguien|me tocó la lotería|a quién vi][!|?|.|]
[Solo quería|Quería|Acabo de] [saludar|hablar un rato|un abrazo|llegar a casa|tomar café con {person}|terminar mi libro|despertarme][.|!|]
[qué|Qué] [lindo|pena|tiempo tan bonito|buena idea|amable|risa|triste|vergüenza|lío][!|.|, ¿verdad|]
[Estamos|Estoy] [planeando|pensando en|ilusionada con|preocupado por|discutiendo por] [la boda|la mudanza|mi dieta|un bebé|mi futuro|el viaje a {place}|dinero][.|!|. ¿Algún consejo?|]
¿Crees [que soy guapa|que le gusto|que debería renunciar|que podemos ser amigos|que llamará|que esto es amor|en fantasmas|en el amor a primera vista]?
¿[Cómo ves|Qué te parece|Qué dices de|Te gusta] {topic}?
[Tu opinión|Tus ideas|Tu punto de vista] [sobre|acerca de] {topic}[?|]
[Reescribe|Reformula|Corrige|Mejora|Edita|Pule] [este correo|el texto|mi ensayo|el párrafo|mi carta][:|.| para que suene mejor:] {passage}
[Puedes|Podrías|Por favor] [reescribir esto|mejorar mi texto|corregir el párrafo|pulir esto][:|?|.] {passage}
{passage} [Reescríbelo|Ponlo más formal|Corrígelo|Que suene más amable][.|!|]
¿[Tienes|Me das|Se te ocurre] [una buena|una|alguna] [idea|excusa|broma] para [mi mamá|un gato|mañana|el domingo|una boda]?
[estoy|Estoy|me siento] [llorando|sola|fatal|contento|nerviosísimo|aburrida|rota por dentro][.|!|, háblame|]
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
[Él|Ella|Mi padre|El niño|{person}|Una mujer|Nuestra maestra] [siempre había querido|no podía recordar|me dijo que|estaba de pie|tomó|puso|nunca] [ser|dónde|el|junto a|un|la mano en el]
[Yo|Nosotros] [caminaba|estábamos sentados|había esperado|oía|desperté|crecí] [en|por|cuando|junto a|durante] [la|un|mi|nuestra|el]
[En|A|Desde|Hasta|Bajo|Por] [la|aquella|este|su|el] [noche|primer día|final|borde|siglo diecinueve|principio] [de|del|cuando|y|,|en la]
[{topic}|{thing}|{place}|{person}][, que|, quien|, también conocido como| (| y] [es|era|tiene|la|un]
[{topic}|{thing}] [puede|se usa a menudo|se vio por primera vez|ha sido|no debe|suele] [en|como|ser|estar|por]
[El objetivo|El fin|Una parte clave|La historia|Una ventaja|Un ejemplo] de {topic} [es|era|ha sido|está en|puede] [que|el|la|un|en]
[Los estudios|Los críticos|Los médicos|Los historiadores|Los economistas|Los vecinos] [muestran|dicen|creen|advierten|sostienen] que [{topic}|el|en|más de|hay|es]
[Ayer|El martes|Anoche|En marzo|A principios de año], [el consejo|un hombre|la policía|la empresa|los votantes|un incendio|el juez] [aprobó|fue detenido|anunció|destruyó|decidió|rechazó] [un|la|tras|que|en]
[Comparado con|Según|Debido a|Gracias a|A diferencia de|A pesar de|En lugar de] [la|sus|este|los del año|una]
[El paciente|El usuario|El alumno|El inquilino|El cliente|El empleado] [debe|debería|puede|tiene derecho a|deberá] [no|ser|firmar|el|a la]
—[No puedo|Tenemos que|Tú nunca|No es|Hay que]— [pensó él|dijo él, y|añadió ella, pero|y entonces]
[Era|Eso fue|Esta es] [el tipo de|uno de esos|no era la primera vez|todo por|el momento en que|nada más que] [día|el|un|hombre que|él]
[apenas había|no solo había|nunca antes había|antes de que] [él|ella|la|el] [sabido|llegado|cerrado la|visto|, cuando]
[Cada|Todas las|Todos los] [mañana|veranos|domingo|noches], [ella|el viejo|los niños|mi abuelo|un pájaro] [se sentaba|venía|caminaba|solía|y|iba a]
[Dos|Tres|Siete|Cien] [hombres|años|barcos|semanas|hermanos|millas] [después|de aquí|llegaron|eran|más allá|vivían] [en|la|al|allí|y|,]
[una vez|un día] [vivía|vino|había|estaba|iba] [un|una|en el|en la] [pequeño|viejo|oscuro|bosque|rey|pobre]
[Por la presente|Nos gustaría|Con esta carta|Le rogamos|Adjunto|En respuesta a su] [confirmo|informarle|le pido|encontrará|solicito|carta] [que|de|la|el|del]
[La razón|El hecho|La idea|La pregunta|La esperanza|La noticia|El rumor] [por la que|de que|de si] [él|ella|nosotros|el] [nunca|era|había|podía]
[Un|Una|El|La] [buen|buena|típico|sano|perfecta|sencillo] [maestro|tarta|vida|jardín|viaje|desayuno|contraseña] [es|necesita|debe|tiene|empieza con] [al menos|un|la|dos|no]
[Lunes|Desayuno|Día 1|Nombre|Fecha|Asunto|De|Título|Resumen]: [{topic}|{person}|la|una visita a|huevos y|nuestra reunión] [-|,|y|en|:]
[En cuanto|Mientras|Aunque|Siempre que|Dondequiera que|A menos que|Con tal de que] [uno|nosotros|él|la gente|{who}] [tenga|pueda|quiera|no|vaya] [la|un|a|no|,]
[así que|y así|y luego|pero|o|por lo que] [ellos|él|ella|nosotros|el] [fueron|empezó|era|nunca|decidió] [a|al|en|una|que]
[El primer|El segundo|El último|El próximo|Otro|Un tercer] [motivo|paso|capítulo|día|error] [es|fue|será|que] [el|la|que|un|hemos]
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
[Esta|Nuestra|Su] [web|empresa|escuela|guía] [ofrece|muestra|fue|contiene|debe|puede] [la|le|una|por|más de|]
[Pimpón es un|Los pollitos|Arroz con|Las violetas son|Sana, sana|Cinco lobitos] [muñeco|dicen|leche, me|azules,|colita de|tiene]
[Queridos|Estimada|Hola] [todos|equipo|vecinos|señor Ruiz|tía Rosa|padres], [esperamos|les escribimos|por favor|gracias por|como prometí|en nombre] [que|de|su|para|]
[{topic}|{place}|{thing}] [nació|creció|surgió|se remonta|depende|tiene sus raíces] [en|de|a|como|con]
""",
    "translation": """
[Interpreta|Traduce|Lee] [para mí|] [lo que dijo ella|lo que dice él|lo que pone el cartel|la carta|lo que dice este hombre][:| en español:] {foreign}
[Localiza|Adapta|Vierte|Pasa|Lleva] [este texto|la etiqueta|nuestro lema|estas instrucciones] [para lectores de {place}|al {lang}|en {lang}][:|.] {foreign}
[Encontré|Recibí|Nos llegó|Hay] [esta nota|una carta|un mensaje|este correo] [en {lang}|que no puedo leer|que nadie entiende][.|:|,] ¿[qué pone|qué significa|puedes traducirlo]? {foreign}
{foreign} ¿[Qué quiere decir eso|Qué es eso en español|Puedes decirlo en español|Me dices en español qué pone|Y en español]?
[Di|Escribe|Dile] ["{sentence}"|{word}] en {lang}[.|!|, por favor|]
¿Cómo se [dice|diría|escribe] ["{sentence}"|{word}] en {lang}?
[palabra para|traducción de|cómo se escribe] {word} en {lang}
{word} [en|al] {lang}[?| por favor|]
[Por favor|Rápido], [dame|escribe] [la|una] [versión|traducción] en {lang} [de esto|de lo siguiente|de lo de abajo][:|.] {foreign}
[Traduce|Pasa] del {lang} al {lang}[:|.| lo siguiente:] {foreign}
""",
    "summary": """
[Una|Solo una|Una sola] [frase|línea] [sobre lo que|que diga lo que] [el pasaje|la historia|esto] [dice|significa|cuenta][:|, por favor:] {passage}
[Dime|Dame] [lo central|la clave|lo básico|la versión corta|la esencia] [de esto|del texto|][:|.] {passage}
{passage} [Lo esencial|Puntos clave|En una frase|La esencia|Conclusión|Idea principal|Síntesis][?|, por favor|:]
[Reduce|Recorta|Acorta|Condensa|Abrevia] [esto|el artículo|el texto] [a pocas palabras|a los puntos clave|a la mitad|a tres puntos|a un titular][:|.] {passage}
{passage} [Hazlo|Déjalo|Ponlo] [más corto|breve|en un resumen de dos líneas|en la mitad][.|!|, por favor|]
[Podrías|Puedes|Por favor] [esbozar|resumir|repasar|dar una idea general de] [las ideas principales|lo importante|lo que cuenta|lo que pasó][:|?] {passage}
[Resumen|Síntesis|tl;dr|Puntos clave|Versión corta] en {lang}[:|, por favor:] {passage}
[Resume|Sintetiza] [esto|el texto] en {lang}[:|.] {passage}
{passage} [Resúmelo|Haz un resumen] en {lang}[.|, por favor|]
""",
}

LINES = """El farero no había hablado con nadie desde hacía tres semanas.
Aunque la lluvia había cesado, las calles seguían llenas de agua.
Yo tenía siete años cuando mi padre me llevó por primera vez al mar.
La mayoría de los pasajeros dormía cuando el tren se detuvo de repente.
La comisión publicó sus conclusiones al final de un año largo y difícil.
Un buen pan no necesita más que harina, agua, sal y tiempo.
Nos complace informarle de que hemos recibido su solicitud.
Miró la fotografía mucho tiempo antes de volver a guardarla en el cajón.
Mi abuelita siempre decía que nunca hay que fiarse de un río tranquilo.
Según la policía, el conductor se había dormido al volante.
La principal ventaja de este método es que necesita muy poca energía.
Había hecho las maletas la noche anterior y se fue sin despedirse.
En el norte del país los inviernos son largos y los días cortos.
El castillo fue construido en el siglo doce sobre una colina encima del valle.
Las acciones del banco cayeron con fuerza tras el anuncio del martes.
Si la temperatura baja de cero, las tuberías pueden congelarse y reventar.
He estado pensando en lo que me dijiste la semana pasada.
Nadie en la oficina sabía por qué había dimitido el director.
El experimento se repitió cinco veces con muestras distintas.
Hay un viejo cuento sobre un zorro que quería volar.
En cuanto sonó la campana, los niños salieron corriendo al patio.
Caliente el aceite en una sartén grande y añada la cebolla y el ajo.
Nuestro hotel está en una calle tranquila, a solo cinco minutos de la playa.
Para instalar el programa, abra el archivo y siga las instrucciones.
Uno no sabe lo que tiene hasta que lo pierde, decía mi tío.
El gobierno prevé gastar dos mil millones en escuelas y hospitales nuevos.
Caminaban por la orilla en silencio, cada uno con sus pensamientos.
Durante mucho tiempo los científicos creyeron que en el lago no había vida.
Tardó casi una hora en encontrar la casa entre la niebla.
Los lobos bajaron de las montañas cuando la nieve era profunda.
Antes de la guerra, mi familia tenía una pequeña panadería cerca del mercado.
Ambas partes acuerdan que el contrato termina el último día de junio.
La segunda parte del partido fue todavía peor que la primera.
Cuando la emperatriz oyó la noticia, mandó cerrar las puertas.
Todavía recuerdo el olor a café y a leña de aquella cocina.
A muchos padres les preocupa que sus hijos pasen demasiado tiempo con pantallas.
Este capítulo trata de los orígenes del comercio moderno.
La carta que llegó esta mañana no tenía remitente ni sello.
Por primera vez en años sintió que alguien lo escuchaba.
La carretera une el casco antiguo con el puerto al otro lado.
Apenas habíamos salido del pueblo cuando el motor empezó a echar humo.
El nuevo teatro atrae a más visitantes que cualquier otro de la región.
Debajo de la cama había una caja que no se había abierto en décadas.
Cada miembro tiene un voto y puede hablar durante tres minutos.
Dejó la llave sobre la mesa, se sentó y empezó a llorar.
El año pasado la empresa vendió más bicicletas que coches.
Mar adentro, una luz roja se encendía y se apagaba.
Le temblaban las manos al firmar el papel.
Las aves que viven en islas pierden a menudo la capacidad de volar.
El precio incluye el desayuno, pero no el uso de la piscina.
Dos días después de la tormenta, los pescadores volvieron a salir.
Te habría escrito antes, pero he estado enfermo un mes.
La calle estaba vacía salvo por un perro y un periódico viejo.
El agua cubre más de dos tercios de la superficie de nuestro planeta.
Sin decir otra palabra, el desconocido pagó y salió de la posada.
La ministra se negó a responder preguntas sobre el dinero desaparecido.
Bata la mantequilla con el azúcar hasta que la mezcla quede suave.
En su nueva novela cuenta la historia de dos hermanas en Lisboa.
Miles de personas salieron a la calle para protestar contra la nueva ley.
Al final del pasillo había una puerta que siempre estaba cerrada.""".splitlines()
TOPICS = "la ósmosis; la quimioterapia; la bolsa; la división celular; la Revolución Industrial; una hipoteca; el feudalismo; el sonar; la capa de ozono; la hipnosis; la tabla periódica; la energía nuclear; un palíndromo; la ansiedad; el sistema nervioso; la fermentación; la Ruta de la Seda; el kárate; el surrealismo; un panel solar; la refracción; el gluten; la Ilustración; la homeopatía; el rugby; el ballet; el electromagnetismo; la clase media; un huracán; el álgebra lineal; la probabilidad; el impresionismo; el hip hop; la materia oscura; el budismo; el Imperio otomano; la contaminación; la deforestación; una avalancha; la vitamina C; el sushi; el chocolate; el algodón; el precio del petróleo; un referéndum; la libertad de expresión; el salario mínimo; el desempleo; la membrana celular; las enzimas; la mitología; la astrología; la tipografía; el cemento; la cafeína; el alcohol; la tuberculosis; la lengua de signos; la gramática; el subjuntivo; el calendario; el año bisiesto; el sistema métrico; los husos horarios; la latitud; la erosión; la piedra caliza; un tsunami; el plancton; un parásito; el camuflaje; la ecolocalización; la hibernación; un semiconductor; un transistor; el cifrado; un cortafuegos; la traducción automática; las redes neuronales; el software libre; los derechos de autor; una patente; el jurado; la fianza; el seguro; el interés compuesto; la recesión; el patrón oro; la Gran Depresión; el apartheid; el colonialismo; la caballería; los samuráis; las pirámides; los jeroglíficos; el papiro; el mosaico; la arquitectura gótica; la perspectiva; la escultura; la sinfonía; el ritmo; el blues; el flamenco; el críquet; el maratón; el fuera de juego; el yudo; la meditación; el estoicismo; el utilitarismo; la ironía; la metáfora; el soneto; la levadura; el tango; la siesta".split("; ")  # fmt: skip
THINGS = "una tetera; la aspiradora; un pasaporte; un cactus; la impresora; una tortuga; una cuchara de madera; el ascensor; mis zapatos; un violín; la lavadora; un loro; un microscopio; un delfín; un ancla; una maleta; el cortacésped; un destornillador; una hormiga; el termómetro; una nuez; una piña; el semáforo; una silla de ruedas; la grapadora; una chaqueta; un búho; una cuerda de guitarra; una batería; la chimenea; un telescopio; la tostadora; un caracol; una almohada; una naranja; el timbre; un tractor; una abeja; un impermeable; el sótano; un conejo; un kayak; el microondas; una calculadora; un erizo; un bocadillo; un globo; una perla; una avispa; el teclado; un casco; un limón; un tambor; el mando a distancia; una cremallera; un pulpo; el horno; una trompeta; un dron; un escorpión; el lavabo; un pingüino".split("; ")  # fmt: skip
PEOPLE = "Darwin; Mandela; Platón; la señora López; Nietzsche; Gengis Kan; Edison; Rembrandt; el tío Paco; Jane Austen; Arquímedes; Elvis; Tolstói; Stalin; Pitágoras; María; el capitán Cook; Hemingway; Aristóteles; Monet; Kant; Chaplin; San Francisco de Asís; Tomás; Neruda; Fleming; Vivaldi; Goya; Lorca; Gabriela Mistral".split("; ")  # fmt: skip
PLACES = "Egipto; Chicago; Cuba; Tailandia; Varsovia; Islandia; Chile; Turquía; Estambul; Suecia; Bangkok; Ucrania; Boston; Portugal; Nepal; Múnich; Colombia; Ghana; Sídney; Polonia; Singapur; El Cairo; Hungría; Jamaica; Delhi; Seúl; Ginebra; el Tíbet; Mongolia; Sevilla; Bogotá; Ecuador; la Patagonia; Granada".split("; ")  # fmt: skip
MANY = "baterías; tulipanes; vitaminas; glaciares; setas; monedas; diamantes; anticuerpos; planetas; perlas; fósiles; mareas; imanes; esponjas; antibióticos; lentes; proteínas; mosquitos; satélites; hormonas; velas; ladrillos; especias; cristales; minerales; turbinas; plumas; tornillos; renacuajos; números primos; adverbios; sanciones; píxeles; cookies; músculos; pinos; canales; monzones; gremios".split("; ")  # fmt: skip
