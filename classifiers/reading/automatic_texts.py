"""Out-of-office notes without any mark: recognised only when the whole text is one.

Exchange and some webmailers send a note with no header and with the thread's own subject. A person who writes "I am
away on Tuesday, but send me the price" says one thing that a note would not say, and stays a person. So each sentence
has to be one that a note is made of, and one of them has to say that the writer is away or that a machine answers.
"""

import re

TEXT_LIMIT_CHARACTERS = 1_500
"""A longer text is no note; Exchange allows more, but people who write that much are read."""


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_ABSENT = _any_of(
    # English
    r"\b(?:i am|i'm|i will be|i'll be|we are) (?:currently |presently "
    r"|now )?(?:\w+ )?(?:out of (?:the |my )?office|on (?:\w+ )?"
    r"(?:leave|vacation|holiday|a business trip)|away (?:from|until|on)|travell?ing|not in the office|absent"
    r"|unavailable)",
    r"\bout of (?:the )?office (?:from|until|till|and|with|this|on)|\bthe office is closed",
    r"^(?:this is )?an? (?:automatic|automated|automatically generated) (?:reply|response|answer|out)",
    r"^this is an? auto(?:matic|mated)?[- ]?(?:reply|response)|\bour offices? (?:is|are|will be) closed",
    # German
    r"\b(?:ich bin|bin ich|wir sind|sind wir) .{0,60}(?:nicht im (?:b[üu]ro|hause?)|abwesend|im urlaub"
    r"|nicht erreichbar|au[ßs]er haus"
    r"|in elternzeit|im mutterschutz|auf dienstreise|nicht am arbeitsplatz|nicht zu erreichen)",
    r"^dies ist eine automatisch|automatische abwesenheits"
    r"|\b(?:unser b[üu]ro|das b[üu]ro) (?:ist|bleibt) .{0,40}geschlossen",
    # French
    r"\bje (?:suis|serai) .{0,40}(?:absent|en cong[ée]s?|en vacances|en d[ée]placement|hors du bureau"
    r"|indisponible)",
    r"^ceci est une r[ée]ponse automatique|\bmon absence\b|nos bureaux (?:sont|seront) ferm",
    # Spanish
    r"\b(?:estoy|estar[ée]|me encuentro|me encontrar[ée]) .{0,40}(?:fuera de (?:la |mi )?oficina|de vacaciones"
    r"|ausente|de baja|de viaje)",
    r"^(?:[ée]sta es una |este es un )(?:respuesta|mensaje) autom[áa]tic",
    # Italian
    r"\b(?:sono|sar[òo]) .{0,40}(?:assente|fuori (?:sede|ufficio)|in ferie|in vacanza|in maternit[àa]"
    r"|in trasferta)",
    r"^(?:questa [èe] una )?risposta automatica|i nostri uffici (?:sono|saranno) chius",
    # Dutch
    r"\b(?:ik ben|wij zijn) .{0,60}(?:afwezig|niet (?:aanwezig|op kantoor|bereikbaar)|met vakantie|op vakantie"
    r"|met verlof|buiten kantoor)",
    r"^dit is een automatisch",
    # Polish
    r"\b(?:jestem|b[ęe]d[ęe]|przebywam) .{0,50}(?:nieobecn[ya]|poza biurem|na urlopie|niedost[ęe]pn[ya]"
    r"|na zwolnieniu)|^to jest automatyczna",
    # Portuguese
    r"\b(?:estou|estarei|encontro-me|estar[ée]) .{0,40}(?:ausente|fora do escrit[óo]rio|de f[ée]rias"
    r"|de licen[çc]a|em viagem)",
    r"^esta [ée] uma resposta autom[áa]tica",
    # Swedish, Danish, Norwegian
    r"\bjag [äa]r .{0,50}(?:p[åa] semester|inte p[åa] (?:kontoret|plats)|bortrest|ledig|f[öo]r[äa]ldraledig"
    r"|tj[äa]nstledig|fr[åa]nvarande)",
    r"\bjeg (?:er|har) .{0,50}(?:p[åa] ferie|ikke (?:p[åa] kontoret|til stede|tilstede)|bortreist|ude af huset"
    r"|ferie|frav[æa]rende|barsel)",
    r"^dett?e? (?:[äa]r|er) et automatisk",
    # Finnish
    r"\bolen .{0,50}(?:lomalla|poissa|vapaalla|matkoilla)|^t[äa]m[äa] on automaattinen",
    # Czech
    r"\b(?:jsem|budu) .{0,50}(?:mimo kancel[áa][řr]|na dovolen[ée]|nep[řr][íi]tom|na slu[žz]ebn[íi])"
    r"|^toto je automatick",
    # Russian
    r"\b(?:я )?(?:нахожусь|буду|в настоящее время) .{0,50}(?:в отпуске|отсутств|вне офиса|в командировке"
    r"|не в офисе|на больничном)",
    r"^это автоматическ|\bменя (?:нет|не будет) в офисе",
)
_GREETING = _any_of(
    r"^(?:hello|hi|dear|good (?:day|morning|afternoon|evening)|greetings|thank you|thanks|many thanks|hallo"
    r"|guten (?:tag|morgen)"
    r"|sehr geehrte\w?|liebe[rs]?|vielen dank|danke|besten dank|bonjour|madame|monsieur|merci|hola|estimad[oa]s?"
    r"|buenos d[íi]as"
    r"|gracias|muchas gracias|buongiorno|gentile|salve|grazie|beste|geachte|dank|bedankt|dzie[ńn] dobry|szanown[iay]"
    r"|dzi[ęe]kuj[ęe]|ol[áa]|prezad[oa]s?|car[oa]s?|obrigad[oa]|bom dia|hej|tack|tak|takk|hei|moi|kiitos|dobr[ýy] den"
    r"|d[ěe]kuj[ie]|v[áa][žz]en[íýá]|здравствуйте|добрый день|уважаем\w{2,3}|спасибо|благодар\w{1,4})\b",
)
_RETURN = _any_of(
    r"\b(?:will |shall |am |be )?(?:return(?:ing)?|be back|back (?:on|in|at|from)|available again|resume|reopen)\b",
    r"\b(?:zur[üu]ck|wieder (?:im|da|erreichbar|zur[üu]ck|f[üu]r sie|anwesend)|de retour|mon retour|regres\w+|vuelvo"
    r"|volver[ée]|vuelta)\b",
    r"\b(?:rientr\w+|torner[òo]|terug|wr[óo]c[ęe]|powr[óo]\w+|retorn\w+|voltarei|volto|till?baka|tillbaks|tilbage"
    r"|tilbake)\b",
    r"\b(?:takaisin|palaan|vr[áa]t[íi]m|zp[ěe]t|вернусь|выйду|возвращ\w+)\b",
    r"^(?:from|until|till|between|vom|bis|ab|du|jusqu\S+|hasta|desde|dal|fino|tot|van|vanaf|od|do|at[ée]|de|fram|till"
    r"|fra|til|с|до)\b.{0,60}\d",
)
_READING = _any_of(
    r"\b(?:limited|no|sporadic|restricted|intermittent) access"
    r"|\b(?:read|check|monitor)\w* (?:my |this |the )?(?:e-?mail|mail|inbox|mailbox)",
    r"\b(?:reply|respond|get back|answer|deal with)\b.{0,60}\b(?:soon|upon|when|on my|after|return|back|possible"
    r"|then)\b",
    r"(?:mails?|nachrichten?) (?:werden|wird) (?:nicht|erst|weder|auch)|weitergeleitet|\bforwarded\b"
    r"|wird nicht gelesen|antworte|beantworte",
    r"\b(?:r[ée]pondrai|responder[ée]|responderei|risponder[òo]|beantwoord\w*|odpowiem|svarar|svarer|vastaan"
    r"|odpov[íi]m|отвечу|besvarer)\b",
    r"\bauto(?:matic|mated|matisch\w*|matique|m[áa]tic[ao]|matyczn\w+|matiskt?|maattinen|matick\w+) (?:\w+ )?(?:reply"
    r"|response|message|e-?mail|antwort"
    r"|nachricht|r[ée]ponse|mensaje|respuesta|risposta|antwoord|bericht|odpowied|wiadomo|resposta|svar|vastaus|odpov)",
    r"автоматическ\w+ (?:ответ|сообщен)|r[ée]ponse automatique|(?:respuesta|resposta|risposta) autom",
)
_DEPUTY = _any_of(
    r"\b(?:urgent\w*|emergenc\w+|dringend\w*|eilig\w*|urgence\w*|urgenz\w*|spoed\w*|piln\w+|urg[êe]n\w+|br[åa]dskande"
    r"|akut\w*|hast\w*"
    r"|kiireelli\w+|nal[ée]hav\w+|срочн\w+|неотложн\w+)\b",
    r"\b(?:please )?(?:contact|call|reach|e-?mail|write to|turn to) (?:my colleague|our|my|the|mr|ms|mrs|\S+@|\+?\d)",
    r"\b(?:wenden sie sich|kontaktieren sie|vertretung|vertritt mich|veuillez|contacte[rz]?|contactar|contattare"
    r"|rivolgersi|neem .{0,40}contact"
    r"|prosz[ęe] o kontakt|kontakt|contatar|kontakta|kontakte?|ota yhteytt[äa]|obra[ťt]te|kontaktujte|обращайтесь"
    r"|свяжитесь)\b",
    r"\b(?:my|meine?|mon|ma) (?:colleague|deputy|stand-?in|assistant|kolleg\w+|vertretung|coll[èe]gue)"
    r"|in meiner abwesenheit|in my absence",
)
_CLOSING = _any_of(
    r"^(?:(?:best|kind|warm|with|many) )?(?:regards|wishes|greetings)\b"
    r"|^(?:sincerely|cheers|best|mit freundlichen|freundliche|viele|beste"
    r"|herzliche|mfg|cordialement|bien|sinc[èe]res|saludos|un saludo|atentamente|cordiali|distinti|saluti"
    r"|met vriendelijke|groet|pozdrawiam"
    r"|z powa[żz]aniem|atenciosamente|cumprimentos|com os melhores|v[äa]nliga|med v[äa]nlig|h[äa]lsning|med venlig"
    r"|venlig|med vennlig"
    r"|vennlig|mvh|yst[äa]v[äa]llisin|terveisin|s pozdravem|с уважением)\b",
)
_NEGATION = _any_of(
    r"\b(?:not|never|nicht|kein\w*|nie|niemals|pas|jamais|nunca|jam[áa]s|mai|niet|geen|nooit|n[ãa]o|inte|aldrig|ikke"
    r"|aldri|ei|[äa]l[äa]\w*|не)\b|n't\b",
)
_ASKS_OR_TELLS_US = re.compile(
    r"\?|\b(?:do not|don't) (?!have|check|read|hesitate|monitor)|\bno need\b|\bkein(?:en)? bedarf\b"
    r"|\b(?:unsubscribe|remove (?:me|my|us)|delete|stop|opt[- ]?out|no longer interested|not interested|interested"
    r"|price|offer|gdpr|dsgvo|rgpd"
    r"|my data|your data|where did you|personal data|l[öo]sch\w*|abmeld\w*|daten|angebot|interess\w*|supprim\w*"
    r"|d[ée]sinscri\w*|donn[ée]es"
    r"|elimin\w*|borr\w*|datos|oferta|cancell\w*|dati|offerta|verwijder\w*|gegevens|aanbod|usu[ńn]\w*|dane|ofert\w*"
    r"|apag\w*|dados|radera|uppgifter"
    r"|slet|slett|oplysninger|poista|tiedot|smaz\w*|[úu]daje|nab[íi]dk\w*|удал\w*|данн\w*|отпис\w*|предложени\w*"
    r"|do ?n[o']t (?:write|contact|e-?mail)"
    r"|schick\w*|send me|envoyez|mandami|stuur)\b",
    re.IGNORECASE,
)
_DEPARTED = re.compile(
    r"\b(?:no longer (?:with|works?|working|employed|an? employee|part of|at)"
    r"|(?:has|have) left (?:the|our|my)? ?(?:company|organi[sz]ation|firm|position)"
    r"|nicht mehr (?:f[üu]r|bei|im unternehmen|in unserem|t[äa]tig|besch[äa]ftigt)|ausgeschieden|unternehmen verlassen"
    r"|ne (?:travaille|fait) plus (?:partie|chez|dans)"
    r"|a quitt[ée] (?:la|l'|notre)|ya no (?:trabaja|trabajo|forma)|no trabaja(?:n)? (?:ya|m[áa]s)"
    r"|non (?:lavora|lavoro|fa) pi[ùu]|niet (?:meer|langer) (?:werkzaam|in dienst)"
    r"|werkt? niet meer|(?:ju[żz] )?nie pracuj|n[ãa]o trabalha mais|j[áa] n[ãa]o (?:trabalha|colabora|faz)"
    r"|(?:har slutat|jobbar inte l[äa]ngre|arbetar inte l[äa]ngre)"
    r"|(?:arbejder|jobber|arbeider) ikke l[æe]ngere?|er stoppet|har sluttet"
    r"|ei (?:ole en[äa][äa]|en[äa][äa] (?:ty[öo]skentele|ole))"
    r"|ji[žz] (?:u n[áa]s |zde )?nepracuj|(?:больше|уже) не работает|mailbox is no longer (?:monitored|in use|active)"
    r"|address is no longer (?:in use|valid|active|monitored))",
    re.IGNORECASE,
)
_MAILBOX_SPEAKS = re.compile(
    r"\b(?:this (?:e-?mail|mail|message|mailbox|account|inbox|address)[\w -]{0,30} (?:is|will|has|was|are) (?:not"
    r"|no longer|being|automatically|been)"
    r"|(?:mailbox|inbox|account) (?:is )?(?:not|no longer) (?:monitored|read|checked|in use|active)"
    r"|automatic(?:ally)?\b|automatisch|automatique"
    r"|autom[áa]tic|automatyczn|automatisk|automaattinen|automatick|автоматич"
    r"|(?:diese|dieses) (?:e-?mail-?adresse|postfach) (?:wird|ist)"
    r"|cette (?:adresse|bo[iî]te)[\w -]{0,30} (?:n'est|ne sera)|wird nicht (?:mehr )?gelesen"
    r"|will be forwarded automatically|i no longer work|ich bin nicht mehr)",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(
    r"(?<=[.!?…])(?<![0-9]\.)\s+|\n+|[,;]\s{0,4}(?:but|aber|doch|mais|pero|ma|maar|ale|mas|men|mutta|но)\s",
    re.IGNORECASE,
)
"""A date like "9. March" holds together; what follows a "but" stands for itself."""
_NAME_WORDS = 4
_SIGNATURE_WORDS = 8


def is_out_of_office(text: str) -> bool:
    """Whether the whole text is an out-of-office note; one sentence alone may be a person's."""
    if not text.strip() or len(text) > TEXT_LIMIT_CHARACTERS or _ASKS_OR_TELLS_US.search(text):
        return False
    said = [sentence.strip() for sentence in _SENTENCE_ENDS.split(text.replace("’", "'")) if sentence.strip()]
    closing = next((number for number, sentence in enumerate(said) if number and _CLOSING.search(sentence)), len(said))
    if any(len(line.split()) > _SIGNATURE_WORDS for line in said[closing:]):
        return False
    note = said[:closing]
    return len(note) > 1 and any(map(_ABSENT.search, note)) and all(map(_belongs_to_a_note, note))


def tells_of_departure(text: str) -> bool:
    """Whether the text says that somebody is no longer there."""
    return _DEPARTED.search(text[:TEXT_LIMIT_CHARACTERS].replace("’", "'")) is not None


def is_departed_mailbox(text: str) -> bool:
    """Whether a mailbox, not a colleague, says that its owner is gone."""
    bare = text[:TEXT_LIMIT_CHARACTERS].replace("’", "'")
    return tells_of_departure(bare) and _MAILBOX_SPEAKS.search(bare) is not None and not _ASKS_OR_TELLS_US.search(bare)


def _belongs_to_a_note(sentence: str) -> bool:
    """A sentence that notes are made of, or the writer's name."""
    if any(pattern.search(sentence) for pattern in (_ABSENT, _GREETING, _RETURN, _READING)):
        return True
    if _DEPUTY.search(sentence):
        return _NEGATION.search(sentence) is None
    words = sentence.rstrip(",").split()
    return len(words) <= _NAME_WORDS and all(word[0].isupper() or word[0].isdigit() for word in words)
