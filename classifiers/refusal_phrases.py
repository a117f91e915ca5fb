"""Polite refusals that are the whole reply, in thirty languages: data for `rules`, in the form of `stop_phrases`.

"No, thanks" is what footers ask for. It is a refusal and nothing more: whether it takes somebody off the list is what
the footer promised, not what the words say.
"""

WHOLE_REFUSALS = {
    "en": (
        "no, nope, no thanks, no thank you, no thank you very much, not interested, we are not interested, i am not "
        "interested, not interested thanks, no interest, no need, we pass, i pass, pass, not for us, not for me, not "
        "relevant, not relevant for us, we're not interested, i'm not interested, thanks but not interested, thanks "
        "but no thanks, thank you but not interested, thank you but no"
    ),
    "de": (
        "nein, nein danke, nö, kein interesse, kein bedarf, wir haben kein interesse, ich habe kein interesse, wir "
        "haben keinen bedarf, nicht interessiert, nicht interessant, danke nein, danke kein interesse, danke kein "
        "bedarf, kein interesse danke, kein bedarf danke, bin nicht interessiert, wir sind nicht interessiert, ich bin "
        "nicht interessiert, leider nein, leider kein interesse, leider kein bedarf"
    ),
    "fr": (
        "non, non merci, pas intéressé, pas intéressée, pas intéressés, je ne suis pas intéressé, je ne suis pas "
        "intéressée, nous ne sommes pas intéressés, cela ne m'intéresse pas, ça ne m'intéresse pas, ça ne nous "
        "intéresse pas, pas besoin, sans intérêt, merci mais non, merci mais non merci"
    ),
    "es": (
        "no, no gracias, no me interesa, no nos interesa, no estoy interesado, no estoy interesada, no estamos "
        "interesados, sin interés, no interesado, no interesa"
    ),
    "it": (
        "no, no grazie, non mi interessa, non ci interessa, non interessa, non sono interessato, non sono "
        "interessata, non siamo interessati, nessun interesse, non interessato"
    ),
    "pt": (
        "não, não obrigado, não obrigada, não me interessa, não tenho interesse, não temos interesse, não estou "
        "interessado, não estou interessada, não estamos interessados, sem interesse"
    ),
    "nl": (
        "nee, nee bedankt, nee dank je, nee dank u, geen interesse, geen behoefte, niet geïnteresseerd, ik heb geen "
        "interesse, wij hebben geen interesse, we hebben geen interesse, wij zijn niet geïnteresseerd, nee hoor"
    ),
    "pl": (
        "nie, nie dziękuję, nie jestem zainteresowany, nie jestem zainteresowana, nie jesteśmy zainteresowani, brak "
        "zainteresowania, nie interesuje mnie to, nie interesuje nas to, niezainteresowany, dziękuję nie"
    ),
    "cs": "ne, ne děkuji, ne díky, nemám zájem, nemáme zájem, bez zájmu, děkuji nemám zájem, děkujeme nemáme zájem",
    "sk": "nie, nie ďakujem, nie vďaka, nemám záujem, nemáme záujem, bez záujmu, ďakujem nemám záujem",
    "sl": "ne, ne hvala, ne zanima me, nas ne zanima, me ne zanima, nimam interesa",
    "hr": "ne, ne hvala, nisam zainteresiran, nisam zainteresirana, nismo zainteresirani, ne zanima me, ne zanima nas",
    "sr": "ne, ne hvala, nisam zainteresovan, nismo zainteresovani, ne zanima me, не, не хвала, нисам заинтересован",
    "bg": "не, не благодаря, не се интересувам, не се интересуваме, не ме интересува, нямам интерес",
    "ro": "nu, nu mulțumesc, nu mersi, nu sunt interesat, nu sunt interesată, nu suntem interesați, nu mă interesează",
    "hu": "nem, nem köszönöm, nem köszönjük, nem érdekel, köszönöm nem, nem kérek, nem érdekelt, köszönöm nem érdekel",
    "el": "όχι, όχι ευχαριστώ, δεν ενδιαφέρομαι, δεν με ενδιαφέρει, δεν μας ενδιαφέρει, δεν ενδιαφερόμαστε",
    "da": "nej, nej tak, ikke interesseret, ingen interesse, vi er ikke interesserede, jeg er ikke interesseret",
    "sv": "nej, nej tack, inte intresserad, ej intresserad, inget intresse, vi är inte intresserade, ej intresse",
    "no": "nei, nei takk, ikke interessert, ikke interesse, ingen interesse, vi er ikke interessert",
    "fi": "ei, ei kiitos, ei kiinnosta, emme ole kiinnostuneita, en ole kiinnostunut, ei tarvetta",
    "et": "ei, ei aitäh, ei tänan, ei huvita, ei ole huvitatud, pole huvitatud",
    "lv": "nē, nē paldies, neinteresē, mani neinteresē, mūs neinteresē",
    "lt": "ne, ne ačiū, neįdomu, nedomina, manęs nedomina, mūsų nedomina",
    "ga": "níl suim agam, níl spéis agam, ní theastaíonn",
    "mt": "le, le grazzi, mhux interessat, mhux interessata, ma jinteressanix",
    "ca": "no, no gràcies, no m'interessa, no ens interessa, no estic interessat",
    "ru": (
        "нет, нет спасибо, не интересно, неинтересно, не интересует, спасибо не интересно, спасибо не интересует, нам "
        "не интересно, мне не интересно, нас не интересует, меня не интересует, спасибо нет, не нужно, не надо"
    ),
    "uk": "ні, ні дякую, не цікаво, не цікавить, нас не цікавить, мене не цікавить, дякую не цікаво",
    "tr": "hayır, hayır teşekkürler, hayır teşekkür ederim, ilgilenmiyorum, ilgilenmiyoruz, gerek yok",
}
