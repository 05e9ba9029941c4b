"""What languages are called: in English, Spanish, German, Chinese and in themselves.

Pure. A table by ISO 639-1 code, without accents or capitals, as `folded` writes
text. German names stand without their ending (`deutsch`, for "ins Deutsche").
"""

import unicodedata
from collections.abc import Mapping


def folded(text: str) -> str:
    """Text in small letters, full-width forms and accents taken off."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


_NAMES = {
    "ar": "arabic arabe arabisch 阿拉伯语 阿拉伯文 العربية",
    "bg": "bulgarian bulgaro bulgarisch 保加利亚语 български",
    "cs": "czech checo tschechisch 捷克语 čeština česky",
    "da": "danish danes danisch dänisch 丹麦语 dansk",
    "de": "german aleman deutsch 德语 德文",
    "el": "greek griego griechisch 希腊语 希腊文 ελληνικά",
    "en": "english ingles englisch 英语 英文 英語",
    "es": "spanish español castellano spanisch 西班牙语 西班牙文 西语",
    "fa": "persian farsi persa persisch 波斯语 فارسی",
    "fi": "finnish finlandes fines finnisch 芬兰语 suomi suomeksi",
    "fr": "french frances französisch 法语 法文 法語 français",
    "he": "hebrew hebreo hebräisch 希伯来语 עברית",
    "hi": "hindi 印地语 हिन्दी",
    "hu": "hungarian hungaro ungarisch 匈牙利语 magyar magyarul",
    "id": "indonesian indonesio indonesisch 印尼语 印度尼西亚语 indonesia",
    "it": "italian italiano italienisch 意大利语 意大利文",
    "ja": "japanese japones japanisch 日语 日文 日語 日本語",
    "ko": "korean coreano koreanisch 韩语 韩文 韓語 한국어",
    "nl": "dutch neerlandes holandes niederländisch holländisch 荷兰语 nederlands",
    "no": "norwegian noruego norwegisch 挪威语 norsk",
    "pl": "polish polaco polnisch 波兰语 polski",
    "pt": "portuguese portugues portugiesisch 葡萄牙语 葡萄牙文 葡语",
    "ro": "romanian rumano rumänisch 罗马尼亚语 română",
    "ru": "russian ruso russisch 俄语 俄文 俄語 русский",
    "sv": "swedish sueco schwedisch 瑞典语 svenska",
    "th": "thai tailandes thailändisch 泰语 ไทย",
    "tr": "turkish turco türkisch 土耳其语 türkçe",
    "uk": "ukrainian ucraniano ukrainisch 乌克兰语 українська",
    "vi": "vietnamese vietnamita vietnamesisch 越南语 tiếng việt",
    "zh": "chinese mandarin chino mandarín chinesisch 中文 汉语 漢語 普通话 国语 國語",
}
CODES: Mapping[str, str] = {
    folded(name): code for code, names in _NAMES.items() for name in names.split()
}
