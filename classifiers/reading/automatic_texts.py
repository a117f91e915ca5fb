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
_NOTE_SENTENCE = _any_of(
    # Greetings and thanks
    r"^(?:hello|hi|dear|good (?:day|morning|afternoon)|greetings|thank you|thanks|many thanks|hallo|guten tag"
    r"|sehr geehrte|liebe|vielen dank"
    r"|danke|besten dank|bonjour|madame|merci|hola|estimad|buenos d[íi]as|gracias|muchas gracias|buongiorno"
    r"|gentile|salve|grazie|beste|geachte"
    r"|dank|bedankt|dzie[ńn] dobry|szanown|dzi[ęe]kuj|ol[áa]|prezad|caro|obrigad|bom dia|hej|tack|tak|takk|hei"
    r"|moi|kiitos|dobr[ýy]|d[ěe]kuj"
    r"|v[áa][žz]en|здравствуйте|добрый|уважаем|спасибо|благодар)",
    # Return
    r"\b(?:return|back|until|till|from|between|resume|available again|zur[üu]ck|wieder|bis|ab dem|vom|retour"
    r"|jusqu|du \d|de retour|regres|hasta"
    r"|vuelv|rientr|torn|fino|dal|tot|terug|vanaf|weer|do \d|od|wr[óo]c|powr[óo]t|at[ée]|retorn|volt|till?baka"
    r"|tillbaks|tilbage|tilbake|til|igen"
    r"|takaisin|asti|saakka|palaan|vr[áa]t|zp[ěe]t|od|do|вернусь|выйду|до|по|буду)\b.{0,80}(?:\d|monday"
    r"|tuesday|wednesday|thursday|friday"
    r"|january|february|march|april|june|july|august|september|october|november|december|week|office|tomorrow"
    r"|then"
    r"|montag|woche|lundi|lunes|luned|maandag|poniedzia|segunda|m[åa]ndag|mandag|maanantai|pond[ěe]l"
    r"|понедельник)",
    # Urgency, deputies, reading
    r"\b(?:urgent|emergenc|dringend|eilig|urgence|urgent[ei]|urgenz|urgente|spoed|dringende|piln|urg[êe]n"
    r"|br[åa]dskande|akut|hast|haste"
    r"|kiireelli|nal[ée]hav|срочн|неотложн)",
    r"\b(?:(?:please )?(?:contact|call|reach|e-?mail|write to) (?:my colleague|our|my|the|mr|ms|mrs|\S+@"
    r"|\+?\d)|wenden sie sich|kontaktieren sie"
    r"|(?:my|meine?|mon|ma) (?:colleague|deput|stand-?in|kolleg|vertret|coll[èe]gue)|vertretung"
    r"|in meiner abwesenheit|in my absence"
    r"|contacter|veuillez|contactar|contacte con|contattare|rivolgersi|contact opnemen|neem contact"
    r"|prosz[ęe] o kontakt|kontakt|contatar|contacte"
    r"|kontakta|kontakte|v[äa]nligen|ota yhteytt|obra[ťt]te|kontaktujte|обращ|связ|свяж)",
    r"\b(?:limited|no|sporadic|restricted) access|access to (?:my )?e-?mails?|read my e-?mail"
    r"|reply (?:to you )?(?:as soon|upon|when|on my|after)"
    r"|respond (?:as soon|upon|when|on my|after)|get back to you"
    r"|answer (?:your|you) .{0,30}(?:return|back|soon)"
    r"|(?:mails?|nachrichten?) (?:werden|wird) (?:nicht|erst|weder)|weitergeleitet|forwarded"
    r"|wird nicht gelesen|antworte|beantworte|r[ée]pond"
    r"|responder|rispond|beantwoord|odpowiem|svara|svarer|vastaan|odpov[íi]m|отвечу|besvar",
    # A machine speaks
    r"\bauto(?:matic|mated|matisch|matique|m[áa]tic|matyczn|matisk|maattinen|matick)|автоматич",
    # Closings
    r"^(?:best|kind|warm|with|many)? ?(?:regards|wishes|greetings)"
    r"|^(?:sincerely|cheers|mit freundlichen|freundliche|viele|beste|herzliche|mfg|cordialement"
    r"|bien|bien [àa] vous|sinc[èe]res|saludos|un saludo|atentamente|cordiali|distinti|saluti|met vriendelijke"
    r"|groet|pozdrawiam|z powa[żz]aniem"
    r"|atenciosamente|cumprimentos|com os melhores|v[äa]nliga|med v[äa]nlig|h[äa]lsning|med venlig|venlig"
    r"|med vennlig|vennlig|mvh"
    r"|yst[äa]v[äa]llisin|terveisin|s pozdravem|с уважением|best)",
)
_ASKS_OR_TELLS_US = re.compile(
    r"\?|\b(?:unsubscribe|remove (?:me|my|us)|delete|stop|opt[- ]?out|no longer interested|not interested|interested"
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
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")


def is_out_of_office(text: str) -> bool:
    """Whether the whole text is an out-of-office note."""
    if not text.strip() or len(text) > TEXT_LIMIT_CHARACTERS or _ASKS_OR_TELLS_US.search(text):
        return False
    said = [sentence.strip() for sentence in _SENTENCE_ENDS.split(text.replace("’", "'")) if sentence.strip()]
    return any(map(_ABSENT.search, said)) and all(map(_belongs_to_a_note, said))


def tells_of_departure(text: str) -> bool:
    """Whether the text says that somebody is no longer there."""
    return _DEPARTED.search(text[:TEXT_LIMIT_CHARACTERS].replace("’", "'")) is not None


def is_departed_mailbox(text: str) -> bool:
    """Whether a mailbox, not a colleague, says that its owner is gone."""
    bare = text[:TEXT_LIMIT_CHARACTERS].replace("’", "'")
    return tells_of_departure(bare) and _MAILBOX_SPEAKS.search(bare) is not None and not _ASKS_OR_TELLS_US.search(bare)


def _belongs_to_a_note(sentence: str) -> bool:
    """A note's sentence, or so short a line that it is a name, a number or a closing."""
    if _ABSENT.search(sentence) or _NOTE_SENTENCE.search(sentence):
        return True
    return len(sentence.split()) <= 5 or "@" in sentence  # noqa: PLR2004 -- longer than a name with its title
