"""What stands below a person's words: notes of devices, disclaimers, closings, in the languages they are written in."""

import re

SENT_FROM = re.compile(
    r"^[\s*_>-]{0,4}(?:"
    r"sent (?:from|via|with|using|by) (?:my |the |a )?(?:\w+ ){0,3}(?:\S{1,30}|\[.{1,40})"
    r"|get (?:outlook|bluemail|boxer) |sent on the go"
    r"|(?:von|aus) mein\S{0,2} .{1,40}ge(?:sendet|schickt|schrieben)|gesendet (?:von|mit|über|aus"
    r"|via) |(?:diese|die) (?:nachricht|e-?mail|mail)"
    r" wurde (?:von|mit) (?:mein|outlook|der)|holen sie sich outlook|outlook für (?:ios|android)"
    r"|mobil gesendet|unterwegs gesendet"
    r"|envoyé (?:de(?:puis)?|à partir|avec|par) |télécharge[rz] outlook|obtenez outlook|provenance : "
    r"|enviado (?:desde|do|de|a partir|con|com|via) "
    r"|obtener outlook|obtenha o outlook|inviato (?:da|dal|con|tramite) |(?:ottieni|scarica) outlook"
    r"|verzonden (?:vanaf|met|via|vanuit) "
    r"|verstuurd (?:vanaf|met|via) |(?:outlook voor|download outlook)|wysłan[eoy] (?:z|ze|za|przez) "
    r"|pobierz (?:program |aplikację )?outlook"
    r"|skickat (?:från|med|via) |(?:hämta|skaffa) outlook|sendt (?:fra|med|via) |(?:hent|få) outlook"
    r"|lähetetty |hanki outlook"
    r"|odesláno (?:z|ze|pomocí) |odoslané z |získejte outlook|získat(?:e)? outlook|отправлено (?:с|из"
    r"|через|от) |отправлен[оа] (?:мобильн|с )"
    r"|загрузить outlook|скачать outlook|надіслано (?:з|із) |trimis (?:de pe|din|de la) |(?:küldve"
    r"|elküldve) |iphone-omról|poslano (?:s|iz|sa) "
    r"|στάλθηκε από |发自我的|从我的.{1,20}发|從我的|我的.{1,10}傳送|iphoneから送信"
    r"|.{1,20}から送信|나의 .{1,20}에서 보냄"
    r"|\S{1,20}에서 보냄"
    r"|powered by cock|posted from|mailtrack|virenfrei\.|virus-free\.|garanti sans virus"
    r"|libre de virus|senza virus|virusvrij"
    r"|this (?:e-?mail|message) (?:has been|was) (?:checked|scanned)|diese e-mail wurde von avast"
    r"|cet email a été vérifié"
    r"|questo messaggio e'? ?(?:stato)? ?(?:analizzato)|без вирусов"
    r")",
    re.IGNORECASE,
)

DISCLAIMER = re.compile(
    r"^[\s*_>=-]{0,6}(?:(?:legal )?(?:disclaimer|confidentiality(?: notice| note)?|privileged"
    r"|vertraulichkeitshinweis|haftungsausschluss"
    r"|avis de confidentialité|aviso legal|aviso de confidencialidad(?:e)?|avviso di riservatezza"
    r"|klauzula poufności|sekretess)\b.{0,60}$"
    r"|(?:the (?:information|content)s? (?:contained|transmitted|in |of )|this (?:e-?mail|message"
    r"|communication|transmission)"
    r"|diese (?:e-?mail|nachricht|mitteilung)"
    r"|die in dieser e-?mail|ce (?:message|courriel|courrier|mail)|cet? e-?mail"
    r"|les informations contenues|este (?:mensaje|correo|e-?mail)"
    r"|esta (?:mensagem|comunicación)|la información contenida|questo (?:messaggio|documento)"
    r"|le informazioni contenute|dit (?:bericht|e-mail\S{0,7})"
    r"|deze (?:e-?mail|boodschap)|de informatie (?:in|ver|die)|treść tej wiadomości|niniejsza wiadomość|ta wiadomość"
    r"|informacje zawarte"
    r"|detta (?:e-?post\S{0,12}|meddelande)|tento (?:e-?mail|dokument)|tato (?:zpráva|e-?mailová)"
    r"|это (?:сообщение|письмо|электронное)"
    r"|данное (?:сообщение|письмо)|denne (?:e-?mail|e-?post|meddelelse|melding)|tämä (?:viesti|sähköposti)).{0,200}"
    r"(?:confidential|privileged|vertraulich|rechtlich geschützt|confidentiel|confidencial|riservat"
    r"|confidenzial|vertrouwelijk"
    r"|uitsluitend bestemd|poufn|konfidentiel|konfidensiell|konfidentiell|sekretess|důvěrn"
    r"|конфиденциальн|luottamuksell|intended (?:only|solely)"
    r"|solely (?:for|intended)|ausschließlich|nur für den|destiné exclusivement|exclusivamente|esclusivamente))",
    re.IGNORECASE,
)

CLOSING = re.compile(
    r"^\s*(?:(?:with )?(?:best|kind|warm|many thanks and|kindest|warmest)? ?regards|best wishes"
    r"|sincerely|yours (?:sincerely|faithfully|truly)"
    r"|mit (?:freundliche[nm]|besten|herzlichen|lieben) gr(?:ü|ue)(?:ß|ss)en?|(?:freundliche|beste"
    r"|viele|liebe|herzliche|schöne) gr(?:ü|ue)(?:ß|ss)e"
    r"|mfg|vg|lg|(?:bien )?cordialement|(?:sincères|meilleures) salutations|bien à vous"
    r"|(?:un )?(?:cordial|atento) saludo|saludos(?: cordiales)?"
    r"|atentamente|cordiali saluti|distinti saluti|un saluto|met vriendelijke groet(?:en)?"
    r"|vriendelijke groeten?|hartelijke groet"
    r"|z (?:poważaniem|wyrazami szacunku)|pozdrawiam|(?:com os )?(?:melhores )?cumprimentos"
    r"|atenciosamente|med (?:vänliga|venlig|vennlig) hälsning"
    r"(?:ar)?|vänliga hälsningar|(?:med )?venlig hilsen|(?:med )?vennlig hilsen|s (?:pozdravem"
    r"|přátelským pozdravem|úctou)"
    r"|с уважением|ystävällisin terveisin|üdvözlettel|cu stimă)[\s,.!]*$",
    re.IGNORECASE,
)
