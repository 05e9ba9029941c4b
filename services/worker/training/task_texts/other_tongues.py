"""Sentences in languages that requests speak of, but are not made in."""

SENTENCES = {
    "french": """Le port était calme au petit matin.
Nous sommes désolés que votre colis soit arrivé en retard.
Elle ferma le livre et regarda par la fenêtre.
Le musée est ouvert tous les jours sauf le lundi.
Où as-tu mis les clés ?
Les prix du pain et du lait ont encore augmenté.
Mon frère travaille à la gare depuis trois ans.
Le roi avait trois filles et aucune ne voulait se marier.""".splitlines(),
    "italian": """Il porto era calmo alle prime luci.
Ci dispiace che il suo pacco sia arrivato in ritardo.
Lei chiuse il libro e guardò dalla finestra.
Il museo è aperto tutti i giorni tranne il lunedì.
Dove hai messo le chiavi?
I prezzi del pane e del latte sono aumentati di nuovo.""".splitlines(),
    "portuguese": """O porto estava calmo na primeira luz.
Lamentamos que a sua encomenda tenha chegado tarde.
Onde você colocou as chaves?
O museu abre todos os dias, exceto segunda-feira.
Os preços do pão e do leite subiram de novo.""".splitlines(),
    "russian": """Гавань была тихой на рассвете.
Нам жаль, что ваша посылка пришла поздно.
Она закрыла книгу и посмотрела в окно.
Где ты положил ключи?
Музей открыт каждый день, кроме понедельника.""".splitlines(),
    "japanese": """朝の港は静かだった。
荷物が遅れて申し訳ありません。
彼女は本を閉じて窓の外を見た。
鍵はどこに置きましたか。
博物館は月曜日を除いて毎日開いています。""".splitlines(),
}
CODE_NAMES = "count_words mean_of load_file is_prime area parse_line next_state".split()
