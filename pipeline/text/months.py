"""The names of the months in the languages of news, full and short, as they stand in dates."""

from __future__ import annotations

# January to December; spellings of one month are divided by "|", blanks in them written "_".  The
# case that goes with a day comes first.  Short forms are given without their full stop.
_MONTHS = """
en: january|jan february|feb march|mar april|apr may june|jun july|jul august|aug
    september|sept|sep october|oct november|nov december|dec
de: januar|jänner|jan|jän februar|feber|feb märz|maerz|mär|mrz april|apr mai juni|jun juli|jul
    august|aug september|sept|sep oktober|okt november|nov dezember|dez
fr: janvier|janv|jan février|fevrier|févr|fév mars|mar avril|avr mai juin juillet|juil août|aout
    septembre|sept octobre|oct novembre|nov décembre|decembre|déc
es: enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago
    septiembre|setiembre|sept|sep octubre|oct noviembre|nov diciembre|dic
it: gennaio|gen febbraio|feb marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug agosto|ago
    settembre|sett|set ottobre|ott novembre|nov dicembre|dic
pt: janeiro|jan fevereiro|fev março|marco|mar abril|abr maio|mai junho|jun julho|jul agosto|ago
    setembro|set outubro|out novembro|nov dezembro|dez
ca: gener|gen febrer|febr març abril|abr maig juny juliol|jul agost|ag setembre|set octubre|oct
    novembre|nov desembre|des
nl: januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug
    september|sep|sept oktober|okt november|nov december|dec
af: januarie|jan februarie|feb maart|mrt april|apr mei junie|jun julie|jul augustus|aug
    september|sep oktober|okt november|nov desember|des
sv: januari|jan februari|feb mars|mar april|apr maj juni|jun juli|jul augusti|aug
    september|sep|sept oktober|okt november|nov december|dec
no: januar|jan februar|feb mars|mar april|apr mai juni|jun juli|jul august|aug september|sep|sept
    oktober|okt november|nov desember|des
da: januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug september|sep|sept
    oktober|okt november|nov december|dec
is: janúar|jan febrúar|feb mars|mar apríl|apr maí júní|jún júlí|júl ágúst|ágú september|sep
    október|okt nóvember|nóv desember|des
fi: tammikuuta|tammikuu|tammi helmikuuta|helmikuu|helmi maaliskuuta|maaliskuu|maalis
    huhtikuuta|huhtikuu|huhti toukokuuta|toukokuu|touko kesäkuuta|kesäkuu|kesä
    heinäkuuta|heinäkuu|heinä elokuuta|elokuu|elo syyskuuta|syyskuu|syys lokakuuta|lokakuu|loka
    marraskuuta|marraskuu|marras joulukuuta|joulukuu|joulu
et: jaanuar|jaan veebruar|veebr märts aprill|apr mai juuni juuli august|aug september|sept
    oktoober|okt november|nov detsember|dets
lv: janvāris|janvārī|janv februāris|februārī|febr marts|martā aprīlis|aprīlī maijs|maijā
    jūnijs|jūnijā|jūn jūlijs|jūlijā|jūl augusts|augustā septembris|septembrī oktobris|oktobrī
    novembris|novembrī decembris|decembrī
lt: sausio|sausis vasario|vasaris kovo|kovas balandžio|balandis gegužės|gegužė birželio|birželis
    liepos|liepa rugpjūčio|rugpjūtis rugsėjo|rugsėjis spalio|spalis lapkričio|lapkritis
    gruodžio|gruodis
pl: stycznia|styczeń|sty lutego|luty|lut marca|marzec|mar kwietnia|kwiecień|kwi maja|maj
    czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz
    października|październik|paź listopada|listopad|lis grudnia|grudzień|gru
cs: ledna|leden|led února|únor|úno března|březen|bře dubna|duben|dub května|květen|kvě
    června|červen|čvn července|červenec|čvc srpna|srpen|srp září|zář října|říjen|říj
    listopadu|listopad|lis prosince|prosinec|pro
sk: januára|január|jan februára|február|feb marca|marec|mar apríla|apríl|apr mája|máj júna|jún
    júla|júl augusta|august|aug septembra|september|sep októbra|október|okt novembra|november|nov
    decembra|december|dec
hu: január|jan február|febr|feb március|márc április|ápr május|máj június|jún július|júl
    augusztus|aug szeptember|szept október|okt november|nov december|dec
ro: ianuarie|ian februarie|feb martie|mar aprilie|apr mai iunie|iun iulie|iul august|aug
    septembrie|sept|sep octombrie|oct noiembrie|noi|nov decembrie|dec
hr: siječnja|siječanj|sij veljače|veljača|velj ožujka|ožujak|ožu travnja|travanj|tra
    svibnja|svibanj|svi lipnja|lipanj|lip srpnja|srpanj|srp kolovoza|kolovoz|kol rujna|rujan|ruj
    listopada|listopad|lis studenoga|studenog|studeni|stu prosinca|prosinac|pro
sl: januarja|januar|jan februarja|februar|feb marca|marec|mar aprila|april|apr maja|maj
    junija|junij|jun julija|julij|jul avgusta|avgust|avg septembra|september|sep
    oktobra|oktober|okt novembra|november|nov decembra|december|dec
sr: januara|januar|јануара|јануар februara|februar|фебруара|фебруар marta|mart|марта|март
    aprila|april|априла|април maja|maj|маја|мај juna|jun|јуна|јун jula|jul|јула|јул
    avgusta|avgust|августа|август septembra|septembar|септембра|септембар
    oktobra|oktobar|октобра|октобар novembra|novembar|новембра|новембар
    decembra|decembar|децембра|децембар
sq: janar|jan shkurt|shk mars|mar prill|pri maj qershor|qer korrik|korr gusht|gush shtator|sht
    tetor|tet nëntor|nën dhjetor|dhj
ru: января|январь|янв февраля|февраль|фев|февр марта|март|мар апреля|апрель|апр мая|май
    июня|июнь|июн июля|июль|июл августа|август|авг сентября|сентябрь|сен|сент октября|октябрь|окт
    ноября|ноябрь|ноя|нояб декабря|декабрь|дек
uk: січня|січень|січ лютого|лютий|лют березня|березень|бер квітня|квітень|кві|квіт
    травня|травень|тра|трав червня|червень|чер|черв липня|липень|лип серпня|серпень|сер|серп
    вересня|вересень|вер жовтня|жовтень|жов|жовт листопада|листопад|лис|лист
    грудня|грудень|гру|груд
be: студзеня|студзень лютага|люты сакавіка|сакавік красавіка|красавік мая|май чэрвеня|чэрвень
    ліпеня|ліпень жніўня|жнівень верасня|верасень кастрычніка|кастрычнік лістапада|лістапад
    снежня|снежань
bg: януари|яну февруари|фев март|мар април|апр май юни|юн юли|юл август|авг септември|сеп
    октомври|окт ноември|ное декември|дек
mk: јануари|јан февруари|фев март|мар април|апр мај јуни|јун јули|јул август|авг септември|сеп
    октомври|окт ноември|ное декември|дек
el: ιανουαρίου|ιανουάριος|ιαν φεβρουαρίου|φεβρουάριος|φεβ μαρτίου|μάρτιος|μαρ
    απριλίου|απρίλιος|απρ μαΐου|μαίου|μάιος|μαΐ|μάι ιουνίου|ιούνιος|ιουν ιουλίου|ιούλιος|ιουλ
    αυγούστου|αύγουστος|αυγ σεπτεμβρίου|σεπτέμβριος|σεπ|σεπτ οκτωβρίου|οκτώβριος|οκτ
    νοεμβρίου|νοέμβριος|νοε δεκεμβρίου|δεκέμβριος|δεκ
tr: ocak|oca şubat|şub mart|mar nisan|nis mayıs|may haziran|haz temmuz|tem ağustos|ağu eylül|eyl
    ekim|eki kasım|kas aralık|ara
az: yanvar|yan fevral|fev mart aprel|apr may iyun iyul avqust|avq sentyabr|sen oktyabr|okt
    noyabr|noy dekabr|dek
kk: қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
hy: հունվարի|հունվար փետրվարի|փետրվար մարտի|մարտ ապրիլի|ապրիլ մայիսի|մայիս հունիսի|հունիս
    հուլիսի|հուլիս օգոստոսի|օգոստոս սեպտեմբերի|սեպտեմբեր հոկտեմբերի|հոկտեմբեր նոյեմբերի|նոյեմբեր
    դեկտեմբերի|դեկտեմբեր
ka: იანვარი|იანვ თებერვალი|თებ მარტი|მარ აპრილი|აპრ მაისი ივნისი|ივნ ივლისი|ივლ აგვისტო|აგვ
    სექტემბერი|სექ ოქტომბერი|ოქტ ნოემბერი|ნოემ დეკემბერი|დეკ
ar: يناير|كانون_الثاني|جانفي فبراير|شباط|فيفري مارس|آذار|اذار أبريل|ابريل|إبريل|نيسان|أفريل
    مايو|أيار|ايار|ماي يونيو|يونيه|حزيران|جوان يوليو|يوليه|تموز|جويلية أغسطس|اغسطس|آب|اب|أوت
    سبتمبر|أيلول|ايلول أكتوبر|اكتوبر|تشرين_الأول|تشرين_الاول نوفمبر|تشرين_الثاني
    ديسمبر|كانون_الأول|كانون_الاول
fa: ژانویه فوریه مارس آوریل مه|می ژوئن ژوئیه|جولای اوت|آگوست سپتامبر اکتبر نوامبر دسامبر
ur: جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
he: בינואר|ינואר|ינו׳ בפברואר|פברואר|פבר׳ במרץ|במרס|מרץ|מרס באפריל|אפריל|אפר׳ במאי|מאי ביוני|יוני
    ביולי|יולי באוגוסט|אוגוסט|אוג׳ בספטמבר|ספטמבר|ספט׳ באוקטובר|אוקטובר|אוק׳ בנובמבר|נובמבר|נוב׳
    בדצמבר|דצמבר|דצמ׳
hi: जनवरी|जन फरवरी|फ़रवरी|फर मार्च अप्रैल|अप्रै मई जून जुलाई|जुल अगस्त|अग सितंबर|सितम्बर|सित
    अक्टूबर|अक्तूबर|अक्टू नवंबर|नवम्बर|नव दिसंबर|दिसम्बर|दिस
bn: জানুয়ারি|জানুয়ারি ফেব্রুয়ারি|ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট|আগষ্ট সেপ্টেম্বর
    অক্টোবর নভেম্বর ডিসেম্বর
ta: ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
th: มกราคม|ม.ค กุมภาพันธ์|ก.พ มีนาคม|มี.ค เมษายน|เม.ย พฤษภาคม|พ.ค มิถุนายน|มิ.ย กรกฎาคม|ก.ค
    สิงหาคม|ส.ค กันยายน|ก.ย ตุลาคม|ต.ค พฤศจิกายน|พ.ย ธันวาคม|ธ.ค
id: januari|jan februari|feb maret|mar april|apr mei juni|jun juli|jul agustus|agu|agt
    september|sep oktober|okt november|nov desember|des
ms: januari|jan februari|feb mac april|apr mei jun julai|jul ogos|ogo september|sep oktober|okt
    november|nov disember|dis
vi: tháng_1 tháng_2 tháng_3 tháng_4 tháng_5 tháng_6 tháng_7 tháng_8 tháng_9 tháng_10 tháng_11
    tháng_12
sw: januari|jan februari|feb machi|mac aprili|apr mei juni|jun julai|jul agosti|ago septemba|sep
    oktoba|okt novemba|nov desemba|des
eu: urtarrilaren|urtarrilak otsailaren|otsailak martxoaren|martxoak apirilaren|apirilak
    maiatzaren|maiatzak ekainaren|ekainak uztailaren|uztailak abuztuaren|abuztuak
    irailaren|irailak urriaren|urriak azaroaren|azaroak abenduaren|abenduak
cy: ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr
ga: eanáir feabhra márta aibreán bealtaine meitheamh iúil lúnasa meán_fómhair deireadh_fómhair
    samhain nollaig
"""
# The months of the Iranian calendar, which begins its year in March.
_JALALI = "فروردین اردیبهشت خرداد تیر مرداد|امرداد شهریور مهر آبان آذر دی بهمن اسفند"


def spellings(months: str) -> dict[str, int]:
    """Each spelling in a list of months with its number, from 1."""
    return {
        spelling.replace("_", " "): number
        for number, group in enumerate(months.split(), 1)
        for spelling in group.split("|")
    }


MONTHS: dict[str, dict[str, int]] = {
    line[:2]: spellings(line[3:]) for line in _MONTHS.replace("\n    ", " ").strip().splitlines()
}
JALALI: dict[str, int] = spellings(_JALALI)
