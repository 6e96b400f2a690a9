"""Words that say a number, in the languages of news; those that mean something else too are out."""

from __future__ import annotations

# Value and its words.  "One" and its like are articles in most languages and mostly left out.
_WORDS = """
0: zero null zéro cero nul noll ноль нуль μηδέν sıfır صفر אפס शून्य
2: two zwei deux dos due dois duas twee två kaksi dwa dwie dwoje dva dvě dvije két kettő doi două
   два две двое двох дві δύο iki اثنان اثنين שניים שתי שני दो dua hai
3: three drei trois tres tre três drie kolme trzy trzech troje tři tri három trei три трое трёх
   троє τρία τρεις üç ثلاثة ثلاث שלושה שלוש तीन tiga
4: four vier quatre cuatro quattro quatro fyra fire neljä cztery czterech čtyři štyri négy patru
   четыре четверо чотири τέσσερα τέσσερις dört أربعة أربع ארבעה ארבע चार empat bốn
5: five fünf cinq cinco cinque vijf fem viisi pięć pět päť pet öt cinci пять п'ять πέντε beş خمسة
   خمس חמישה חמש पांच पाँच lima năm
6: six sechs seis sei zes sex seks kuusi sześć šest hat șase шесть шість έξι altı ستة ست שישה שש
   छह enam sáu
7: seven sieben sept siete sette sete zeven sju syv seitsemän siedem sedm sedem sedam hét șapte
   семь сім επτά yedi سبعة سبع שבעה שבע सात tujuh bảy
8: eight acht huit ocho otto oito åtta åtte otte kahdeksan osiem osm osem osam nyolc opt восемь
   вісім οκτώ sekiz ثمانية ثماني שמונה आठ delapan tám
9: nine neun neuf nueve nove negen nio ni yhdeksän dziewięć devět deväť devet kilenc nouă девять
   дев'ять εννέα dokuz تسعة تسع תשעה תשע नौ sembilan chín
10: ten zehn dix diez dieci dez tien tio ti kymmenen dziesięć deset desať tíz zece десять δέκα on
   عشرة عشر עשרה עשר दस sepuluh mười
11: eleven elf onze once undici elva elleve yksitoista jedenaście jedenáct jedanaest tizenegy
   одиннадцать одинадцять έντεκα onbir
12: twelve zwölf douze doce dodici doze twaalf tolv kaksitoista dwanaście dvanáct dvanaest
   tizenkettő двенадцать дванадцять δώδεκα oniki
13: thirteen dreizehn treize trece tredici treze dertien tretton trzynaście třináct тринадцать
14: fourteen vierzehn quatorze catorce quattordici catorze veertien fjorton czternaście čtrnáct
   четырнадцать
15: fifteen fünfzehn quinze quince quindici vijftien femton piętnaście patnáct пятнадцать
16: sixteen sechzehn seize dieciséis sedici dezesseis zestien sexton szesnaście šestnáct шестнадцать
17: seventeen siebzehn dix-sept diecisiete diciassette dezessete zeventien siedemnaście семнадцать
18: eighteen achtzehn dix-huit dieciocho diciotto dezoito achttien osiemnaście восемнадцать
19: nineteen neunzehn dix-neuf diecinueve diciannove dezenove negentien dziewiętnaście девятнадцать
20: twenty zwanzig vingt veinte venti vinte twintig tjugo tyve dwadzieścia dvacet dvadeset húsz
   двадцать двадцять είκοσι yirmi عشرون عشرين עשרים बीस
30: thirty dreißig trente treinta trenta trinta dertig trettio tredive trzydzieści třicet тридцать
   тридцять τριάντα otuz ثلاثون ثلاثين שלושים तीस
40: forty vierzig quarante cuarenta quaranta quarenta veertig fyrtio førti czterdzieści čtyřicet
   сорок σαράντα kırk أربعون أربعين ארבעים चालीस
50: fifty fünfzig cinquante cincuenta cinquanta cinquenta vijftig femtio femti pięćdziesiąt padesát
   пятьдесят πενήντα elli خمسون خمسين חמישים पचास
60: sixty sechzig soixante sesenta sessanta sessenta zestig sextio sześćdziesiąt šedesát шестьдесят
70: seventy siebzig septante setenta settanta zeventig sjuttio siedemdziesiąt sedmdesát семьдесят
80: eighty achtzig ochenta ottanta oitenta tachtig åttio osiemdziesiąt osmdesát восемьдесят
90: ninety neunzig nonante noventa novanta negentig nittio dziewięćdziesiąt devadesát девяносто
100: hundred hundert cent cien ciento cento cem honderd hundra hundre sata sto száz сто εκατό yüz
   مئة مائة מאה सौ seratus
1000: thousand tausend mille mil duizend tusen tusind tuhat tysiąc tisíc ezer тысяча тысячи тысяч
   тисяча тисяч χίλια bin ألف آلاف אלף हज़ार हजार seribu ribu
1000000: million millions millionen millionen millón millones milione milioni milhão milhões miljoen
   miljon miljoner millioner miljoona milion miliony milionów millió миллион миллиона миллионов
   мільйон мільйонів εκατομμύριο εκατομμύρια milyon مليون ملايين מיליון juta triệu
1000000000: billion billions milliarde milliarden milliard milliards miliardo miliardi bilhão
   bilhões miljard miljarder milliarder miljardi miliard miliardy miliardów milliárd миллиард
   миллиарда
   миллиардов мільярд мільярдів δισεκατομμύριο milyar مليار مليارات מיליארד miliar tỷ
1000000000000: trillion billionen billón billones
"""

# Common words of one language that are numbers in another: once, on, fire, sex, hat …
_AMBIGUOUS = """
on sei due ni ti once hat fire sex opt bin cent elf hai tre sete dos fem doi ست شش
"""
NUMBERS: dict[str, str] = {}
for _line in _WORDS.replace("\n   ", " ").strip().splitlines():
    _value, _, _names = _line.partition(": ")
    for _name in _names.split():
        NUMBERS.setdefault(_name.replace("'", ""), _value)
for _name in _AMBIGUOUS.split():
    NUMBERS.pop(_name, None)
# Numerals of Han; only a change between nothing but these is one of a number.
HAN_NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬億亿两兩")
