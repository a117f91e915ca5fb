"""What mail clients write around a quote, in the languages they write it in.

Collected by looking at clients' mail; a row missing here costs a quote that is taken for the person's words.
"""

import re

# The verb of an attribution line ("... wrote:").
VERBS = (
    *("wrote", "writes", "schrieb", "schreibt", "geschrieben", "a écrit", "écrit", "a ecrit", "escribió", "escribio"),
    *("va escriure", "ha scritto", "scrive", "schreef", "geschreven", "napisał", "napisała", "napisał(a)", "pisze"),
    *(
        "escreveu",
        "skrev",
        "skrifaði",
        "napsal",
        "napsala",
        "napsal(a)",
        "napísal",
        "napísala",
        "napísal(a)",
        "kirjoitti",
    ),
    *("написал", "написала", "написал(а)", "пишет", "писал", "писала", "пише", "написав", "написала(в)", "написа"),
    *(
        "a scris",
        "ezt írta",
        "írta",
        "yazdı",
        "şunu yazdı",
        "έγραψε",
        "je napisao",
        "napisao je",
        "napisala je",
        "napisao",
    ),
    *("je napisal", "je napisala", "kirjutas", "rašė", "parašė", "rakstīja", "写道", "寫道", "のメール", "書きました"),
    *("님이 작성", "viết", "đã viết", "menulis", "כתב", "كتب", "het volgende geschreven"),
)

# How an attribution line begins.
OPENERS = (
    *(
        "on",
        "am",
        "le",
        "el",
        "il",
        "il giorno",
        "op",
        "em",
        "no dia",
        "den",
        "dne",
        "w dniu",
        "dnia",
        "в",
        "во",
        "på",
        "d.",
    ),
    *("la data de", "a(z)", "στις", "u", "dana", "ke dni", "dňa", "在", "vào", "pada"),
)

# Somebody's own sentence about what was written is no attribution by a client.
CONVERSATION = re.compile(
    r"\b(?:you|we|i|they) (?:wrote|said)\b|\bschrieben sie\b|\bsie schrieben\b|\bschriebst du\b"
    r"|\bhaben sie\b|\bhast du\b"
    r"|\bvous (?:avez|m'avez|écriviez)\b|\btu (?:as|m'as)\b|\b(?:usted|ustedes) \w{1,20}\b"
    r"|\bescribiste\b|\bhai scritto\b"
    r"|\blei (?:ha|mi ha) scritto\b|\bje schreef\b|\bu schreef\b|\bvocê escreveu\b|\bskrev du\b"
    r"|\bdu skrev\b|\bвы \w{0,8}писали\b"
    r"|\bя писала?\b|\bschrieb ich\b|\bich (?:\w{1,8} )?(?:schrieb|geschrieben)\b|\bje (?:vous|t)(?:'"
    r"| )ai écrit\b|\bj'ai écrit\b"
    r"|\bles? escrib\w+\b|\bho scritto\b|\bschreef ik\b|\bskrev ja?e?g\b|\bja?e?g skrev\b|\bpisał[ae]m\b"
    r"|\bnapisali państwo\b|\bpan napisał\b|\bjste napsali?\b",
    re.IGNORECASE,
)

# The words between the dashes of "-----Original Message-----".
ORIGINAL = frozenset(
    {
        *("original message", "original-nachricht", "originalnachricht", "ursprüngliche nachricht", "urspr. nachricht"),
        *("ursprüngliche mail", "message d'origine", "message d’origine", "message original", "message initial"),
        *(
            "mensaje original",
            "missatge original",
            "messaggio originale",
            "messaggio originario",
            "oorspronkelijk bericht",
        ),
        *(
            "origineel bericht",
            "oprindelig meddelelse",
            "original meddelelse",
            "opprinnelig melding",
            "mensagem original",
        ),
        *(
            "ursprungligt meddelande",
            "originalmeddelande",
            "alkuperäinen viesti",
            "wiadomość oryginalna",
            "oryginalna wiadomość",
        ),
        *("původní zpráva", "původní e-mail", "pôvodná správa", "исходное сообщение", "оригинальное сообщение"),
        *(
            "оригинальное письмо",
            "исходное письмо",
            "eredeti üzenet",
            "mesaj original",
            "orijinal mesaj",
            "αρχικό μήνυμα",
        ),
        *(
            "originalna poruka",
            "izvirno sporočilo",
            "algne sõnum",
            "原始邮件",
            "原邮件",
            "原始郵件",
            "元のメッセージ",
            "원본 메시지",
        ),
        *("quoted message", "ursprungliga meddelandet", "початкове повідомлення"),
    }
)

# The same where the mail is passed on rather than answered.
FORWARDED = frozenset(
    {
        *(
            "forwarded message",
            "begin forwarded message",
            "forwarded by",
            "weitergeleitete nachricht",
            "weitergeleitete mail",
        ),
        *("anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail", "message transféré"),
        *(
            "début du message transféré",
            "début du message réexpédié",
            "mensaje reenviado",
            "inicio del mensaje reenviado",
        ),
        *("comienza el mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht"),
        *("begin doorgestuurd bericht", "videresendt meddelelse", "start på videresendt besked", "videresendt melding"),
        *("videresendt besked", "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada"),
        *("início da mensagem reencaminhada", "vidarebefordrat meddelande", "vidarebefordrat brev", "välitetty viesti"),
        *("edelleenlähetetty viesti", "przekazana wiadomość", "wiadomość przekazana dalej", "przesłana wiadomość"),
        *(
            "początek przekazywanej wiadomości",
            "treść przekazanej wiadomości",
            "přeposlaná zpráva",
            "přeposlaný e-mail",
        ),
        *("předaná zpráva", "začátek přeposílané zprávy", "preposlaná správa", "пересланное сообщение"),
        *("пересылаемое сообщение", "начало переадресованного сообщения", "перенаправленное сообщение"),
        *("továbbított üzenet", "mesaj redirecționat", "iletilen mesaj", "προωθημένο μήνυμα", "proslijeđena poruka"),
        *(
            "posredovano sporočilo",
            "переслане повідомлення",
            "转发的邮件",
            "转发邮件",
            "轉寄的郵件",
            "転送されたメッセージ",
        ),
        *("전달된 메시지",),
    }
)

FORWARD_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|tr|rv|rt|enc|i|doorst|vs|vb|vl|pd|fw|továbbítás|пересл?|转发|轉寄)\s*:",
    re.IGNORECASE,
)

# Labels of the header block that Outlook and others put above a quote, by what they name; "_" stands for a blank.
_LABELS = {
    "from": """
        from von de da van od от fra från lähettäjä ze feladó kimden από отправитель від 发件人 寄件者 差出人 보낸사람
        expéditeur remitente mittente afzender nadawca remetente avsändare odesílatel absender gönderen
        expeditor pošiljatelj lähettänyt 寄件人 送信者
    """,
    "sent": """
        sent date gesendet datum envoyé enviado enviada inviato verzonden wysłano data fecha skickat sendt
        odesláno lähetetty отправлено дата odoslané elküldve dátum gönderildi tarih στάλθηκε ημερομηνία
        надіслано 发送时间 日期 送信日時 보낸날짜 poslano poslané dato päivämäärä data/hora verzenddatum 寄件日期
        发送日期 trimis
        trimisă
    """,
    "to": """
        to an à a para naar aan do кому til till vastaanottaja komu címzett kime προς pro către 收件人 宛先 받는사람
        destinataire destinatario destinatário ontvanger adresat mottagare empfänger příjemce za cui vers
    """,
    "subject": """
        subject betreff objet asunto oggetto onderwerp temat assunto ämne emne předmět тема aihe predmet
        tárgy konu θέμα subiect zadeva 主题 主旨 件名 제목 asunto: sujet betr
    """,
    "cc": """
        cc kopie kopia kopi copia копия cópia kopio bcc dw udw másolat bilgi κοιν 抄送 副本 boîte_de_réception
    """,
    "reply": """
        reply-to antwort responder risposta répondre rispondi reply_to répondre_à antwort_an responder_a
    """,
    "importance": """
        importance priority wichtigkeit priorität importanza prioridad prioriteit ważność prioritet
        attachments anlagen anhänge organization organisation newsgroups
    """,
}
LABELS = {label.replace("_", " "): kind for kind, labels in _LABELS.items() for label in labels.split()}
