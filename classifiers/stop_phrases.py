"""Wishes to stop, in thirty languages: data for `rules`.

Phrases are separated by commas. `*` ends a stem, `…` stands for up to four words. What is written with accents is
found without them too. `WHOLE` counts only where nothing else but courtesy stands in the
reply; `ANYWHERE` counts in any reply.
"""

WHOLE = {
    "en": (
        "stop, stop it, stop this, stop now, unsubscribe, unsubscribed, unsub, remove, remove me, opt out, "
        "optout, opt me out, take me off, no more, no more emails, no more mails, no more messages, enough, "
        "cease, cease and desist, go away, leave me alone, do not contact, don't write, do not write, don't "
        "email, never again, off, delist, delist me"
    ),
    "de": (
        "stop, stopp, abmelden, abmeldung, abbestellen, austragen, entfernen, werbewiderspruch, widerspruch, "
        "keine werbung, keine werbung mehr, keine mails mehr, keine e-mails mehr, keine mail mehr, schluss, "
        "schluss damit, aufhören, raus, unterlassen, nicht mehr schreiben, lass mich in ruhe, bitte austragen"
    ),
    "fr": (
        "stop, arrêt, arrêtez, arrêter, désinscription, désinscrire, désinscrivez moi, désabonnement, "
        "désabonner, désabonnez moi, se désabonner, me désabonner, me désinscrire, retirez moi, supprimez "
        "moi, plus de mails, plus de publicité, stop pub, ça suffit, assez"
    ),
    "es": (
        "stop, baja, alto, basta, basta ya, darme de baja, dar de baja, deme de baja, dame de baja, quiero "
        "darme de baja, no más, no más correos, no más mensajes, cancelar suscripción, desuscribir, "
        "desuscribirme, desuscríbame, eliminar, parar, pare, paren, no enviar más"
    ),
    "it": (
        "stop, basta, cancellami, cancellatemi, cancellarmi, cancellazione, disiscrizione, disiscrivimi, "
        "disiscrivetemi, disiscrivermi, rimuovimi, rimuovetemi, rimuovere, rimozione, annulla iscrizione, non "
        "scrivetemi, non scrivermi, niente email"
    ),
    "pt": (
        "stop, parar, pare, parem, chega, basta, sair, remover, remova me, remova, remover me, descadastrar, "
        "descadastre me, descadastre, cancelar inscrição, cancelar subscrição, anular subscrição, retirar, "
        "não enviar mais, me remova, me retire"
    ),
    "nl": (
        "stop, stoppen, afmelden, afmelding, uitschrijven, uitschrijving, uitschrijf, verwijderen, verwijder "
        "mij, verwijder me, geen mails meer, geen e-mails meer, geen reclame, houd op, hou op, genoeg"
    ),
    "pl": (
        "stop, wypisz, wypisać, wypisz mnie, proszę wypisać, wypis, wypisuję się, rezygnuję, rezygnacja, "
        "usuń, usuń mnie, proszę usunąć, usunąć, dość, koniec, proszę przestać, przestańcie, przestań, nie "
        "pisać, anuluj subskrypcję"
    ),
    "cs": (
        "stop, odhlásit, odhlaste, odhlaste mě, odhlásit se, odhlášení, vyřadit, vyřaďte mě, odebrat, dost, "
        "nepište, nepište mi, přestaňte, zrušit odběr, zrušit, smazat"
    ),
    "sk": (
        "stop, odhlásiť, odhlásiť sa, odhláste, odhláste ma, odhlásenie, vyradiť, vyraďte ma, odstrániť, "
        "dosť, nepíšte, nepíšte mi, prestaňte, zrušiť odber, zrušiť"
    ),
    "sl": (
        "stop, odjava, odjavi, odjavite me, odjavite, odjaviti, odstranite, odstranite me, izbrišite me, "
        "dovolj, nehajte, ne pišite"
    ),
    "hr": (
        "stop, odjava, odjavi, odjavi me, odjavite me, odjaviti, uklonite me, ukloni me, maknite me, "
        "izbrišite me, dosta, prestanite, prekinite"
    ),
    "sr": (
        "stop, odjava, odjavi me, odjavite me, uklonite me, skinite me, dosta, prestanite, стоп, одјава, "
        "одјави ме, одјавите ме, уклоните ме, скините ме, доста, престаните"
    ),
    "bg": (
        "стоп, отпиши, отпиши ме, отпишете ме, отписване, отпис, премахнете ме, махнете ме, изтрийте ме, "
        "спрете, спри, стига, край"
    ),
    "ro": (
        "stop, dezabonare, dezabonează, dezabonează mă, dezabonați mă, dezabonati, mă dezabonez, eliminare, "
        "ștergeți mă, scoateți mă, opriți, ajunge, gata, renunț"
    ),
    "hu": (
        "stop, leiratkozás, leiratkozom, leiratkozni, leiratkoznék, töröljenek, töröljön, töröljetek, törlés, "
        "elég, elég volt, hagyjanak békén, ne írjanak, ne írjon, kérem töröljenek"
    ),
    "el": (
        "stop, διαγραφή, διαγραφη, διαγράψτε με, διέγραψέ με, απεγγραφή, κατάργηση εγγραφής, σταματήστε, "
        "σταμάτα, σταμάτησε, αφαιρέστε με, τέλος, φτάνει"
    ),
    "da": (
        "stop, afmeld, afmelding, afmeld mig, frameld, framelding, frameld mig, fjern, fjern mig, slet mig, "
        "nok, ikke flere mails, opsig, lad mig være"
    ),
    "sv": (
        "stop, stopp, sluta, avregistrera, avregistrering, avregistrera mig, avprenumerera, avanmäl, "
        "avanmälan, avanmäl mig, ta bort mig, ta bort, avsluta, inga fler mejl, inga fler mail, lämna mig "
        "ifred"
    ),
    "no": (
        "stopp, stop, slutt, meld av, avmeld, avmelding, avmeld meg, meld meg av, fjern, fjern meg, slett "
        "meg, ingen flere eposter, ikke flere mailer, avslutt, la meg være"
    ),
    "fi": (
        "stop, seis, lopeta, lopettakaa, lopettakaa tämä, peruuta, peru tilaus, peruuta tilaus, poista, "
        "poistakaa, poista minut, poistakaa minut, poistakaa listalta, ei enää, ei enää viestejä, riittää"
    ),
    "et": (
        "stop, stopp, lõpeta, lõpetage, loobun, tühista, tühistan tellimuse, eemalda, eemaldage, eemalda "
        "mind, eemaldage mind, aitab, kustutage mind, ei soovi kirju"
    ),
    "lv": (
        "stop, atrakstīt, atrakstīties, atrakstiet mani, atrakstīšanās, atteikties, atsakos, izņemiet mani, "
        "dzēsiet mani, noņemiet mani, pietiek, beidziet, pārtrauciet"
    ),
    "lt": (
        "stop, atsisakyti, atsisakau, atsisakyti prenumeratos, išbraukite, išbraukite mane, pašalinkite, "
        "pašalinkite mane, ištrinkite mane, gana, užteks, nustokite, liaukitės, baikite"
    ),
    "ga": (
        "stop, stad, stadaigí, díliostáil, díliostáil mé, bain mé, bain mé den liosta, bain den liosta mé, scrios mé"
    ),
    "mt": (
        "stop, ieqaf, ieqfu, waqqaf, waqqfu, neħħini, neħħuni, neħħuni mil lista, tibgħatulix, tiktbulix, biżżejjed"
    ),
    "ca": (
        "stop, prou, baixa, donar de baixa, doneu me de baixa, dona'm de baixa, donar me de baixa, para, "
        "pareu, elimineu me, esborreu me, cancel·lar subscripció"
    ),
    "ru": (
        "стоп, отписка, отписаться, отпишите, отпишите меня, отпишись, отпиши, отпиши меня, отписать, "
        "удалите, удалите меня, уберите меня, хватит, прекратите, не пишите, не пишите мне, больше не пишите, "
        "отстаньте, отвалите, не беспокоить, не беспокойте"
    ),
    "uk": (
        "стоп, відписка, відписатися, відписатись, відпишіть, відпишіть мене, видаліть мене, приберіть мене, "
        "досить, припиніть, не пишіть, не пишіть мені, більше не пишіть, годі, не турбуйте"
    ),
    "tr": (
        "stop, dur, durun, durdur, durdurun, iptal, çık, çıkar, beni çıkar, beni çıkarın, listeden çıkar, "
        "listeden çıkarın, listeden çık, abonelikten çık, abonelikten çıkar, aboneliği iptal et, üyelikten "
        "çık, red, ret, yeter, yeter artık, yazmayın, beni silin, rahat bırakın"
    ),
}

ANYWHERE = {
    "en": (
        "unsubscribe me, unsubscribe us, unsubscribe this, unsubscribe my, unsubscribe immediately, please "
        "unsubscribe, want to unsubscribe, wish to unsubscribe, like to unsubscribe, unsubscribe from, remove "
        "me … list, remove us … list, remove me from, remove us from, remove me please, please remove me, "
        "please remove us, remove my address, remove my email, remove my e-mail, remove this address, remove "
        "this email, remove my contact*, take me off, take us off, take my … off, delete me from, off your "
        "list, off the list, off your mailing list, off your … list, from your list, from your mailing list, "
        "from your … list, from the mailing list, from this list, from all … lists, stop email*, stop "
        "e-mail*, stop contacting, stop writing to, stop writing me, stop messaging, stop spamming, stop "
        "mailing, stop sending me, stop sending these, stop sending us, stop sending emails, stop pestering, "
        "stop bothering, stop harassing, stop all these, don't contact me, do not contact me, do not contact "
        "us, do not contact this, don't contact us, don't email me, do not email me, don't email us, do not "
        "email us, do not e-mail me, don't write to me, do not write to me, don't write me, do not write me, "
        "don't write again, do not write again, don't mail me, do not mail me, don't message me, don't send "
        "me any*, do not send me any*, do not send any more, don't send any more, don't send me more, do not "
        "send me more, never contact me, never email me, never write to me, no longer wish to, no longer want "
        "to receive, no longer want … emails, not wish to receive, not want to receive, don't want to "
        "receive, don't want your emails, don't want … emails, don't want any more, no further emails, no "
        "further contact, no further communication*, no further correspondence, no further messages, no more "
        "emails, no more mails, no more messages, no more of these, leave me alone, leave us alone, opt me "
        "out, opt us out, opt out of, opting out, wish to opt out, want to opt out, like to opt out, opt out "
        "please, please opt out, cease all, cease contact*, cease email*, cease sending, lose my email, lose "
        "my address, lose my number, stop … contact with me, object to … marketing, do not wish to be "
        "contacted, don't wish to be contacted, not want to be contacted, don't want to be contacted, don't "
        "want to hear from, not want to hear from, never want to hear, add me to your … suppression, do not "
        "contact list, suppression list, blacklist me, block me"
    ),
    "de": (
        "melden sie mich … ab, meldet mich … ab, melde mich … ab, mich abmelden, mich abzumelden, bitte "
        "abmelden, bitte abbestellen, mich austragen, mich auszutragen, tragen sie mich … aus, tragt mich … "
        "aus, trage mich … aus, nehmen sie mich … aus, nehmt mich … aus, nimm mich … aus, nehmen sie mich … "
        "von, nehmen sie uns … aus, streichen sie mich, streichen sie uns, streicht mich, entfernen sie mich, "
        "entfernt mich, entferne mich, entfernen sie meine, entfernen sie uns, mich entfernen, mich … zu "
        "entfernen, mich zu streichen, aus … verteiler*, vom verteiler, von … verteiler*, aus der liste, von "
        "der liste, aus ihrer liste, von ihrer liste, aus eurer liste, von eurer liste, aus dem newsletter, "
        "keine weiteren … mails, keine weiteren … mail, keine weiteren nachrichten, keine weiteren angebote, "
        "keine weitere werbung, keine weitere kontaktaufnahme, keine weiteren kontakt*, keine weiteren "
        "schreiben, keine weiteren anfragen, keine mails mehr, keine e-mails mehr, keine emails mehr, keine "
        "mail mehr, keine werbung mehr, keine nachrichten mehr, keine angebote mehr, keine anfragen mehr, "
        "keine werbemails, keine post mehr, keinen kontakt mehr, nichts mehr schicken, nichts mehr senden, "
        "nicht mehr … anschreiben, nicht mehr … kontaktieren, nicht mehr … angeschrieben, nicht mehr … "
        "kontaktiert, nicht weiter … kontaktieren, nicht weiter … anschreiben, nicht weiter belästigen, nicht "
        "mehr … belästigen, schreiben sie mir nicht, schreib mir nicht, schreibt mir nicht, kontaktieren sie "
        "mich nicht, nicht mehr schreiben, nie wieder, widerspreche … werbung, widerspreche … nutzung, "
        "widerspreche … verwendung, widerspreche … verarbeitung, widerspruch gegen, werbewiderspruch, von "
        "weiteren … abzusehen, von weiteren … absehen, sehen sie von weiteren, hören sie auf, hört auf, hör "
        "auf, lassen sie mich in ruhe, lasst mich in ruhe, lass mich in ruhe, in ruhe lassen, unterlassen "
        "sie, zu unterlassen, stellen sie … ein mir, sperren sie meine, auf die sperrliste, auf die blacklist"
    ),
    "fr": (
        "désinscrivez moi, désinscrire de, me désinscrire, désabonnez moi, désabonner de, me désabonner, "
        "retirez moi, retirez nous, retirer de votre, me retirer de, retirer mon, retirer mes, retirez mon, "
        "retirez mes, enlevez moi, m'enlever de, enlever de votre, supprimez moi, supprimez mon adresse, "
        "supprimer de votre liste, me supprimer de, rayez moi, de votre liste, de vos listes, de votre base, "
        "de vos fichiers, liste de diffusion, arrêtez de, cessez de, merci de cesser, cesser de, arrêter de "
        "m', ne plus m'envoyer, ne plus me, ne plus recevoir, ne m'envoyez plus, n'envoyez plus, ne m'écrivez "
        "plus, ne me contactez plus, plus me contacter, ne plus être, ne plus nous, plus d'emails, plus "
        "d'e-mails, plus de mails, plus aucun, plus vos mails, laissez moi tranquille, foutez moi la paix, "
        "m'oppose à, je m'oppose, opposition à"
    ),
    "es": (
        "darme de baja, dar de baja, deme de baja, denme de baja, dame de baja, dadme de baja, darnos de "
        "baja, solicito la baja, quiero la baja, de su lista, de vuestra lista, de sus listas, de la lista, "
        "de tu lista, de su base de datos, lista de correo, lista de distribución, elimíneme, elimínenme, "
        "elimíname, eliminadme, eliminarme, quíteme, quítenme, quítame, quitadme, bórreme, bórrenme, bórrame, "
        "borradme, sáqueme, sáquenme, sácame, dejen de, deje de, deja de enviar*, deja de escribir*, dejad "
        "de, no me escriba*, no me contacte*, no me envíe*, no me envié*, no me manden, no me mande, no nos "
        "escriba*, no nos envíe*, no quiero recibir, no deseo recibir, no deseamos recibir, no queremos "
        "recibir, no más correos, no más mensajes, no vuelva* a, no volváis a, no volver a, no enviar más, no "
        "envíe* más, no seguir recibiendo, no recibir más, dejar de recibir, me opongo, déjeme* en paz, "
        "dejadme en paz, ya no quiero, cancelar … suscripción"
    ),
    "it": (
        "cancellatemi, cancellami, mi cancelli, cancellarmi, cancellare il mio, cancellate il mio, "
        "rimuovetemi, rimuovimi, mi rimuova, rimuovermi, rimuovere il mio, toglietemi, toglimi, mi tolga, "
        "togliermi, disiscrivetemi, disiscrivimi, disiscrivermi, mi disiscriva, eliminatemi, dalla vostra "
        "lista, dalla lista, dalla tua lista, dalla sua lista, dalle vostre liste, dalla mailing list, dalla "
        "vostra mailing, dal vostro database, smettete di, smettetela, smetti di, smetta di, la smetta, non "
        "scrivetemi, non scrivermi, non mi scriva*, non mi scrivete, non contattatemi, non contattarmi, non "
        "mi contatt*, non inviatemi, non inviarmi, non mandatemi, non mandarmi, non voglio più, non voglio "
        "ricevere, non desidero ricevere, non desidero più, non vogliamo ricevere, non intendo ricevere, "
        "niente più mail, non ricevere più, più ricevere, mi oppongo, lasciatemi in pace, lasciatemi stare"
    ),
    "pt": (
        "remova me, removam me, remova o meu, remover o meu, me remova, me remover, me removam, remover me, "
        "retire me, retirem me, me retire, me retirem, tire me, tirem me, me tire, me tirem, da sua lista, da "
        "vossa lista, da lista, das suas listas, da tua lista, lista de e-mails, descadastr*, cancelar … "
        "subscrição, cancelar … inscrição, cancele … subscrição, cancele … inscrição, anular … subscrição, "
        "pare de, parem de, deixe de enviar, deixem de, não me envie*, não envie* mais, não me mande*, não "
        "mande* mais, não me escreva*, não escreva* mais, não me contacte*, não me contate*, não entre* … em "
        "contato, não quero receber, não quero mais, não desejo receber, não desejo mais, não pretendo "
        "receber, não queremos receber, deixar de receber, não receber mais, oponho me, me deixe* em paz, "
        "deixem me em paz, excluam meu, exclua meu"
    ),
    "nl": (
        "meld mij … af, meld me … af, meldt u mij, mij afmelden, me afmelden, wil afmelden, graag afmelden, "
        "afmelden aub, afmelden voor, schrijf mij uit, schrijf me uit, mij uitschrijven, me uitschrijven, "
        "uitschrijven aub, graag uitschrijven, verwijder mij, verwijder me, verwijder ons, verwijder mijn, "
        "mij te verwijderen, mij verwijderen, mijn … te verwijderen, mijn … verwijderen, haal mij, haal me, "
        "haal ons, mij … te halen, van jullie lijst, van uw lijst, van de lijst, van je lijst, uit uw "
        "bestand, uit jullie bestand, uit uw mailinglijst, van … mailinglijst, van de mailinglist, stop met, "
        "stoppen met, ophouden met, geen mails meer, geen e-mails meer, geen mail meer, geen berichten meer, "
        "geen e-mail meer, geen reclame meer, niet meer … mailen, niet meer … benaderen, niet meer … "
        "contacteren, niet meer … schrijven, niet meer … ontvangen, mail mij niet, mail me niet, stuur mij "
        "geen, stuur me geen, stuur ons geen, geen verdere, laat mij met rust, laat me met rust, maak bezwaar "
        "tegen, hou op met"
    ),
    "pl": (
        "wypisz mnie, proszę mnie wypisać, proszę o wypisanie, wypiszcie mnie, mnie wypisać, usuń mnie, "
        "usuńcie mnie, proszę mnie usunąć, mnie usunąć, proszę o usunięcie, usunięcie mnie, usunąć mój, "
        "usunąć mnie, z listy mailingowej, z listy, z bazy, z waszej listy, z państwa listy, z państwa bazy, "
        "z waszej bazy, proszę nie wysyłać, nie wysyłajcie, nie wysyłać, nie przysyłać, proszę nie pisać, nie "
        "piszcie, nie pisz do, proszę nie kontaktować, nie kontaktować, nie kontaktujcie, nie życzę sobie, "
        "nie życzymy sobie, przestańcie, proszę przestać, przestań pisać, przestań wysyłać, proszę "
        "zaprzestać, zaprzestać, zaprzestanie, nie chcę otrzymywać, nie chcę dostawać, nie chcę więcej, nie "
        "chcemy otrzymywać, wyrażam sprzeciw, zgłaszam sprzeciw, wnoszę sprzeciw, sprzeciwiam się, dajcie mi "
        "spokój, rezygnuję z"
    ),
    "cs": (
        "odhlaste mě, odhlaste mne, odhlásit z, mě odhlásit, chci odhlásit, vyřaďte mě, vyřaďte mne, vyřadit "
        "z, vyřaďte nás, odstraňte mě, odstraňte mne, odstranit z, vymažte mě, smažte mě, smažte mou, smažte "
        "můj, odeberte mě, vyškrtněte mě, ze seznamu, z vašeho seznamu, z databáze, z vaší databáze, z "
        "mailing listu, z rozesílky, nepište mi, už mi nepište, neposílejte, neposílat, nezasílejte, "
        "nezasílat, nekontaktujte, nekontaktovat, přestaňte mi, přestaňte s, přestaňte posílat, přestaňte "
        "psát, nechci dostávat, nechci už, nepřeji si, nechte mě, nechci od vás, neobtěžujte, neoslovujte, "
        "zrušte odběr, nesouhlasím se zasíláním, vznáším námitku, vznáším námitky"
    ),
    "sk": (
        "odhláste ma, odhlásiť z, ma odhlásiť, chcem odhlásiť, vyraďte ma, vyradiť z, vyraďte nás, odstráňte "
        "ma, odstrániť z, odstránte ma, vymažte ma, zmažte ma, odoberte ma, vyškrtnite ma, zo zoznamu, z "
        "vášho zoznamu, z databázy, z vašej databázy, nepíšte mi, už mi nepíšte, neposielajte, neposielať, "
        "nezasielajte, nezasielať, nekontaktujte, nekontaktovať, prestaňte mi, prestaňte s, prestaňte "
        "posielať, prestaňte písať, nechcem dostávať, nechcem už, neželám si, neprajem si, dajte mi pokoj, "
        "nechajte ma, neobťažujte, zrušte odber, namietam proti, vznášam námietku"
    ),
    "sl": (
        "odjavite me, odjavi me, želim odjaviti, se odjaviti, odjaviti od, odstranite me, odstranite moj, "
        "odstrani me, izbrišite me, izbrišite moj, umaknite me, črtajte me, s seznama, z vašega seznama, iz "
        "vašega seznama, iz seznama, z liste, iz baze, iz vaše baze, s poštnega seznama, ne pišite mi, ne "
        "pišite več, ne pošiljajte, ne pošiljati, ne kontaktirajte, nehajte mi, nehajte pošiljati, nehajte "
        "pisati, prenehajte, ne želim več, ne želim prejemati, nočem več, nočem prejemati, ne želimo "
        "prejemati, pustite me, nasprotujem"
    ),
    "hr": (
        "odjavite me, odjavi me, želim se odjaviti, se odjaviti, uklonite me, ukloni me, uklonite moj*, "
        "maknite me, makni me, izbrišite me, obrišite me, skinite me, ispišite me, s popisa, s vašeg popisa, "
        "sa popisa, s liste, sa liste, s vaše liste, sa vaše liste, iz baze, iz vaše baze, ne pišite mi, ne "
        "pišite više, nemojte mi, nemojte više, nemojte slati, ne šaljite, ne slati, ne kontaktirajte, "
        "prestanite mi, prestanite slati, prestanite pisati, prestanite s, ne želim više, ne želim primati, "
        "ne želimo primati, ne želim dobivati, ne želim dobijati, neću više, ostavite me na miru, pustite me "
        "na miru, protivim se, prigovor na"
    ),
    "sr": (
        "odjavite me, odjavi me, uklonite me, ukloni me, skinite me, izbrišite me, obrišite me, sa liste, sa "
        "vaše liste, s liste, iz baze, iz vaše baze, ne pišite mi, nemojte mi, nemojte više, ne šaljite, "
        "prestanite da, ne želim više, ne želim da primam, ne želim da dobijam, ostavite me na miru, одјавите "
        "ме, одјави ме, се одјавим, уклоните ме, уклони ме, скините ме, избришите ме, обришите ме, са листе, "
        "са ваше листе, с листе, из базе, из ваше базе, не пишите ми, немојте ми, немојте више, не шаљите, "
        "престаните да, престаните са, не желим више, не желим да примам, не желим да добијам, оставите ме на "
        "миру, не контактирајте, ме уклоните, да ме скинете, да ме уклоните, да ме одјавите, да ме избришете"
    ),
    "bg": (
        "отпишете ме, отпиши ме, да ме отпишете, се отпиша, премахнете ме, премахни ме, да ме премахнете, "
        "махнете ме, да ме махнете, изтрийте ме, да ме изтриете, изтрийте адреса, премахнете адреса, "
        "премахнете имейла, извадете ме, от списъка, от вашия списък, от базата, от вашата база, от пощенския "
        "списък, не ми пишете, да не ми пишете, не пишете повече, не ми изпращайте, не изпращайте, не ми "
        "пращайте, спрете да, престанете да, не желая да, не желая повече, не искам да получавам, не искам "
        "повече, не желаем да получаваме, не се свързвайте, не ме търсете, не ме безпокойте, оставете ме, "
        "прекратете, възразявам"
    ),
    "ro": (
        "dezabonați mă, dezabonează mă, dezabonare de la, mă dezabonez, să mă dezabonez, să mă dezabonați, "
        "ștergeți mă, șterge mă, să mă ștergeți, ștergeți adresa, scoateți mă, scoate mă, să mă scoateți, "
        "eliminați mă, elimină mă, să mă eliminați, eliminați adresa, din lista, din listele, de pe lista, de "
        "pe listă, din baza, din baza de date, nu mi mai trimite*, nu îmi mai trimite*, nu imi mai*, nu mi "
        "mai scrie*, nu ne mai trimite*, nu mă mai contacta*, să nu mă mai, să nu mai, să nu îmi mai, nu mai "
        "trimite*, nu mai scrie*, nu mai doresc, nu mai vreau, nu doresc să primesc, nu vreau să primesc, nu "
        "dorim să primim, opriți, încetați, lăsați mă în pace, mă opun, nu mă mai deranja*"
    ),
    "hu": (
        "leiratkozom, leiratkozni, leiratkoznék, iratkoztassanak le, iratkoztasson le, iratkoztassatok le, "
        "iratkozzanak, vegyenek le, vegyen le, vegyetek le, vegyék le, töröljenek a, töröljön a, töröljetek "
        "a, töröljenek le, töröljenek ki, töröljenek az, törölje* … címemet, törölje* … listáról, törölje* … "
        "listájukról, töröljék … címem*, a listáról, a listájukról, a levelezőlistáról, levelezőlistáról, a "
        "listátokról, az adatbázisból, az adatbázisukból, adatbázisukból, ne írjanak, ne írjon, ne írj, ne "
        "küldjenek, ne küldjön, ne küldjetek, ne küldj, ne keressenek, ne keressen, ne zaklassanak, ne vegyék "
        "fel, ne lépjenek, hagyják abba, hagyja abba, hagyjátok abba, hagyjanak békén, hagyjon békén, nem "
        "kérek több*, nem kérem a, nem kérünk több*, nem szeretnék több*, nem szeretnék … kapni, nem akarok "
        "több*, nem akarok … kapni, tiltakozom"
    ),
    "el": (
        "διαγράψτε με, διέγραψέ με, διαγράψτε το email, διαγράψτε τη διεύθυνση, να με διαγράψετε, να "
        "διαγραφώ, διαγραφή μου, διαγραφή από, απεγγράψτε με, να απεγγραφώ, αφαιρέστε με, να με αφαιρέσετε, "
        "αφαιρέστε το email, αφαιρέστε τη, βγάλτε με, να με βγάλετε, από τη λίστα, από την λίστα, από τις "
        "λίστες, από τη βάση, μη μου στέλνετε, μην μου στέλνετε, μη μου στείλετε, μην στέλνετε, μη μου "
        "γράφετε, μην μου γράφετε, μη μου ξαναγράψετε, μη μου ξαναστείλετε, μην μου ξαναστείλετε, μην "
        "ξαναστείλετε, μην επικοινωνείτε, μην επικοινωνήσετε, να μην επικοινωνείτε, να μην επικοινωνήσετε, να "
        "μη μου, να μην μου, σταματήστε να, να σταματήσετε, σταματήστε τα, σταματήστε την, δεν θέλω να "
        "λαμβάνω, δεν θέλω άλλα, δεν επιθυμώ να, δεν επιθυμώ άλλ*, δεν θέλω πλέον, αφήστε με ήσυχ*, μη με "
        "ενοχλείτε, μην με ενοχλείτε"
    ),
    "da": (
        "afmeld mig, afmelde mig, afmelde mit, frameld mig, framelde mig, frameldes, afmeldes, fjern mig, "
        "fjern min, fjern os, fjerne mig, fjernes fra, slet mig, slette mig, slet min, tag mig af, stryg mig, "
        "fra jeres liste, fra listen, fra din liste, fra jeres mailliste, fra jeres mailingliste, fra "
        "mailinglisten, af listen, af jeres liste, fra jeres database, stop med, hold op med, holde op med, "
        "ikke flere mails, ikke flere e-mails, ikke flere henvendelser, ikke skriv, skriv ikke, send ikke, "
        "ikke sende mig, ikke kontakte, ikke kontaktes, kontakt mig ikke, ikke modtage, ønsker ikke flere, "
        "ønsker ikke at modtage, ønsker ikke at blive kontaktet, ønsker ikke længere, vil ikke have flere, "
        "vil ikke modtage, lad mig være, gør indsigelse"
    ),
    "sv": (
        "avregistrera mig, avregistreras, avregistrera min, avprenumerera mig, avanmäl mig, avanmäla mig, ta "
        "bort mig, ta bort min, ta bort oss, tas bort från, bli borttagen, stryk mig, plocka bort mig, från "
        "er lista, från listan, från din lista, från era listor, från er mejllista, från er maillista, från "
        "sändlistan, från utskickslistan, från ert register, ur ert register, ur er databas, från er databas, "
        "sluta skicka, sluta mejla, sluta maila, sluta kontakta, sluta skriva, sluta med, sluta att, inga "
        "fler mejl, inga fler mail, inga fler utskick, inga fler meddelanden, inte fler mejl, skicka inte, "
        "skriv inte, mejla inte, maila inte, kontakta mig inte, kontakta inte, inte bli kontaktad, inte ha "
        "fler, inte ha mer, inte få fler, inte längre, vill inte ta emot, önskar inte, undanber mig, lämna "
        "mig ifred, motsätter mig"
    ),
    "no": (
        "meld meg av, meld meg ut, meld oss av, avmeld meg, avmelde meg, melde meg av, fjern meg, fjern min, "
        "fjern oss, fjerne meg, fjernes fra, slett meg, slette meg, slett min, ta meg av, ta meg bort, stryk "
        "meg, fra listen, fra lista, fra listen deres, fra deres liste, fra e-postlisten, fra epostlisten, "
        "fra mailinglisten, fra databasen, slutt å, slutt med, slutte å, stopp å, stopp med, stoppe med, ikke "
        "flere eposter, ikke flere e-poster, ikke flere mailer, ikke flere henvendelser, ikke send, send "
        "ikke, ikke skriv, skriv ikke, ikke kontakt, ikke kontakte, kontakt meg ikke, ikke bli kontaktet, "
        "ikke motta, ønsker ikke flere, ønsker ikke å motta, ønsker ikke mer, ønsker ikke lenger, vil ikke ha "
        "flere, vil ikke ha mer, vil ikke motta, la meg være, la meg i fred, reserverer meg"
    ),
    "fi": (
        "poista minut, poistakaa minut, poistakaa meidät, poistakaa osoitteeni, poistakaa sähköpostini, "
        "poista osoitteeni, poistaa minut, poistaisitteko minut, poistamaan minut, poistakaa tietoni, "
        "listalta, listaltanne, listoiltanne, postituslistalta, postituslistaltanne, jakelulistalta, "
        "rekisteristänne, tietokannastanne, perukaa tilaus, peruuttakaa tilaus, peruuttaa tilauk*, "
        "lopettakaa, lopeta viestien, lopeta lähettäminen, lopettaa viestien, älkää lähettäkö, älä lähetä, "
        "älkää ottako, älä ota yhteyttä, älkää kirjoittako, älkää olko yhteydessä, en halua enää, en halua "
        "näitä, en halua vastaanottaa, en halua saada, en halua viestejä, en halua teiltä, emme halua, "
        "jättäkää minut rauhaan, jättäkää rauhaan, ei enää viestejä, ei enempää viestejä, kiellän, vastustan"
    ),
    "et": (
        "eemaldage mind, eemalda mind, eemaldage minu, eemalda minu, eemaldage meid, kustutage mind, "
        "kustutage minu, kustuta mind, võtke mind, võtke mu, palun eemaldada, mind eemaldada, listist, "
        "nimekirjast, postitusloendist, meililistist, andmebaasist, loobun, loobuda, ärge saatke, ära saada, "
        "ärge kirjutage, ära kirjuta, ärge võtke, ära võta minuga, ärge tülitage, lõpetage, lõpeta saatmine, "
        "ei soovi enam, ei soovi saada, ei soovi rohkem, ei taha enam, ei taha saada, ei taha rohkem, jätke "
        "mind rahule, palun mitte saata, palun mitte kirjutada, esitan vastuväite"
    ),
    "lv": (
        "atrakstiet mani, atrakstīt mani, atrakstīties no, vēlos atrakstīties, gribu atrakstīties, izņemiet "
        "mani, izņemt mani, izdzēsiet mani, izdzēsiet manu, dzēsiet mani, dzēst mani, noņemiet mani, "
        "svītrojiet mani, svītrot mani, izslēdziet mani, no saraksta, no jūsu saraksta, no adresātu saraksta, "
        "no jūsu datubāzes, no datubāzes, no datu bāzes, nerakstiet, neraksti man, nesūtiet, nesūti man, "
        "nesūtīt, nerakstīt man, nesazinieties, nesazināties, netraucējiet, beidziet, pārtrauciet, pārtraukt "
        "sūtīt, nevēlos saņemt, nevēlos vairs, vairs nevēlos, negribu saņemt, negribu vairs, nevēlamies "
        "saņemt, lieciet mani mierā, iebilstu"
    ),
    "lt": (
        "išbraukite mane, išbraukti mane, pašalinkite mane, pašalinti mane, pašalinkite mano, ištrinkite "
        "mane, ištrinkite mano, išregistruokite mane, atsisakau, atsisakyti prenumeratos, noriu atsisakyti, "
        "iš sąrašo, iš jūsų sąrašo, iš savo sąrašo, iš sąrašų, iš duomenų bazės, iš adresatų, iš "
        "naujienlaiškio, neberašykite, nerašykite, nebesiųskite, nesiųskite, nesiųsti, nebesikreipkite, "
        "nesikreipkite, nebesusisiekite, nesusisiekite, netrukdykite, liaukitės, nustokite, baikite siųsti, "
        "baikite rašyti, nenoriu gauti, nebenoriu, nepageidauju, nebepageidauju, nenorime gauti, daugiau "
        "nenoriu, palikite mane ramybėje, prieštarauju, nesutinku gauti"
    ),
    "ga": (
        "bain mé de, bain mé den, bain mé ón, bain m'ainm, bain mo sheoladh, mé a bhaint, scrios mé, scrios "
        "mo sheoladh, díliostáil mé, den liosta, ó bhur liosta, ón liosta, de do liosta, de bhur liosta, ná "
        "seol, ná scríobh, ná cuir ríomhphost, ná déan teagmháil, ná bí i dteagmháil, stad de, stop de, "
        "éirigh as, níl mé ag iarraidh, ní theastaíonn uaim, ní mian liom, fág mé, lig dom"
    ),
    "mt": (
        "neħħini, neħħuni, neħħi l-indirizz, neħħu l-indirizz, tneħħuni, tneħħini, ħassruni, ħassarni, "
        "aqtgħuni, mil-lista, mil lista, mill-lista, mid-database, tibgħatulix, tibgħatlix, tibgħatux, "
        "tiktbulix, tiktibli*, tikkuntattjawnix, tikkuntattjanix, ieqfu, ieqaf ibgħat, waqqfu, ma nixtieqx, "
        "ma rridx, ma nridx, ħalluni, noġġezzjona"
    ),
    "ca": (
        "doneu me de baixa, dona'm de baixa, doni'm de baixa, donin me de baixa, donar me de baixa, vull la "
        "baixa, vull donar me, elimineu me, elimina'm, elimini'm, esborreu me, esborra'm, esborri'm, traieu "
        "me, tregui'm, treu me, treieu me, de la llista, de la vostra llista, de la seva llista, de la teva "
        "llista, llista de correu, base de dades, deixeu de, deixi d*, deixin d*, deixa d'enviar*, no "
        "m'envieu, no m'enviïn, no m'envieu*, no em contacteu, no em contacti*, no m'escriviu, no "
        "m'escriguin, no vull rebre, no desitjo rebre, no volem rebre, no vull més, no envieu més, no enviïn "
        "més, ja no vull, deixeu me en pau, m'oposo"
    ),
    "ru": (
        "отпишите меня, отпиши меня, отпишите нас, меня отписать, хочу отписаться, отписаться от, прошу "
        "отписать, удалите меня, удали меня, удалите мой, удалите мою, удалите наш*, исключите меня, "
        "исключить меня, исключите мой, исключите нас, уберите меня, убери меня, уберите мой, вычеркните "
        "меня, меня удалить, меня исключить, из списка, из вашего списка, из рассылки, из вашей рассылки, из "
        "базы, из вашей базы, от рассылки, от вашей рассылки, не пишите мне, не пишите больше, больше не "
        "пишите, мне не пишите, больше мне не, не пиши мне, не надо мне, не присылайте, не присылай, не "
        "шлите, не шли мне, не отправляйте, не связывайтесь, не беспокойте, не беспокоить, не звоните, "
        "перестаньте, прекратите, прекратить рассыл*, прекрати слать, прекрати писать, хватит слать, хватит "
        "писать, хватит мне, хватит спам*, не хочу получать, не хочу больше, не желаю получать, не желаю "
        "больше, не хотим получать, больше не хочу, оставьте меня, отстаньте, возражаю против, отказываюсь от"
    ),
    "uk": (
        "відпишіть мене, відпиши мене, відпишіть нас, хочу відписатися, хочу відписатись, відписатися від, "
        "відписатись від, прошу відписати, мене відписати, видаліть мене, видали мене, видаліть мою, видаліть "
        "мій, вилучіть мене, виключіть мене, приберіть мене, викресліть мене, мене видалити, мене виключити, "
        "зі списку, з вашого списку, із списку, з розсилки, з вашої розсилки, із розсилки, з бази, з вашої "
        "бази, від розсилки, від вашої розсилки, не пишіть мені, мені не пишіть, не пишіть більше, більше не "
        "пишіть, мені більше не, не надсилайте, не надсилай, не присилайте, не шліть, не відправляйте, не "
        "зв'язуйтесь, не зв'язуйтеся, не турбуйте, не телефонуйте, перестаньте, припиніть, припинити розсил*, "
        "досить слати, досить писати, годі писати, не хочу отримувати, не хочу більше, не бажаю отримувати, "
        "не бажаю більше, не хочемо отримувати, більше не хочу, залиште мене, дайте мені спокій, заперечую "
        "проти, відмовляюся від, відмовляюсь від"
    ),
    "tr": (
        "listeden çıkar*, listenizden çıkar*, listenizden sil*, listeden sil*, listesinden çıkar*, "
        "listenizden kaldır*, listeden kaldır*, listelerinizden … çıkar*, listenizden, abonelikten çık*, "
        "aboneliği* iptal*, aboneliğimi, üyelikten çık*, üyeliğimi iptal, beni çıkar*, beni sil*, beni "
        "listeden, adresimi sil*, adresimi çıkar*, adresimi kaldır*, mailimi sil*, e-postamı sil*, "
        "veritabanınızdan, bir daha yazmayın, bir daha mail, bir daha e-posta, bir daha göndermeyin, bir daha "
        "atmayın, bir daha aramayın, bana yazmayın, yazmayın, göndermeyin, göndermeyiniz, yollamayın, mail "
        "atmayın, mail atmayı, göndermeyi bırak*, göndermeyi kes*, göndermeyi durdur*, yazmayı bırak*, "
        "yazmayı kes*, iletişime geçmeyin, iletişime geçmeyiniz, bana ulaşmayın, rahatsız etmeyin, rahatsız "
        "etmeyiniz, almak istemiyorum, almak istemiyoruz, istemiyorum artık, artık istemiyorum, beni rahat "
        "bırak*, itiraz ediyorum"
    ),
}

COURTESY = (
    "please pls plz thanks thank you thx ty hi hello hey dear sir madam sirs all team no yes ok okay kindly "
    "regards best cheers just now immediately sorry bitte danke vielen dank hallo guten tag sehr geehrte damen "
    "und herren gruß grüße mit freundlichen grüßen mfg lg vg nein sofort nur merci svp bonjour s'il vous plaît "
    "s'il te plaît monsieur madame cordialement non de por favor gracias hola buenos días saludos obrigado "
    "obrigada olá bom dia não per favore grazie buongiorno prego saluti alsjeblieft alstublieft aub dank "
    "bedankt graag hallo nee proszę dziękuję dzień dobry witam nie prosím děkuji dobrý den ne díky ďakujem "
    "dobrý deň prosim hvala pozdrav molim vas poštovani моля благодаря здравейте не молим вас хвала поштовани "
    "пожалуйста спасибо здравствуйте нет будь ласка будьласка дякую добрий день ні прошу добрый день vă rog "
    "mulțumesc bună ziua nu kérem köszönöm jó napot nem σας παρακαλώ ευχαριστώ καλημέρα γεια όχι venligst tak "
    "hej nej vänligen tack vennligst takk hei nei kiitos ole hyvä hei ei palun aitäh tere lūdzu paldies "
    "labdien prašau prašom ačiū laba diena sveiki le do thoil go raibh maith agat jekk jogħġbok grazzi si us "
    "plau gràcies bon dia lütfen teşekkürler merhaba hayır sağolun"
)
"""Words that may stand around a wish without changing it."""

NEGATED_WISHES = {
    "en": (
        "do not delete, don't delete, do not erase, don't erase, do not remove, don't remove, do not "
        "unsubscribe, don't unsubscribe, not unsubscribing, don't stop, do not stop, never stop, not asking "
        "to, not asking you to, don't take me off, do not take me off, keep me on, keep me in, stay on your "
        "list, stay subscribed, rather than … delet*, instead of … delet*, not delete, not remove, not "
        "unsubscribe, unsubscribe link, unsubscribe button, opt out link, no need to … remove, no need to … "
        "delete, no need to … unsubscribe, not want to be removed, not want to unsubscribe, stop by, don't "
        "have to, do not have to, don't need to, do not need to, you needn't, no need to stop, don't … take "
        "me off, don't … remove, don't … delete, don't … unsubscribe, not asking, how do i unsubscribe, i "
        "unsubscribed, did not ask you to, didn't ask you to, don't want you to delete, don't want you to "
        "remove, not yet delete, before you delete, before you erase, before deleting, before erasing"
    ),
    "de": (
        "nicht löschen, nicht gelöscht, nicht zu löschen, nicht entfernen, nicht entfernt, nicht abmelden, "
        "nicht abgemeldet, nicht austragen, nicht abbestellen, nicht streichen, löschen sie nicht, löschen "
        "sie … nicht, löschen sie bitte nicht, entfernen sie … nicht, melden sie mich … nicht ab, melden sie "
        "mich nicht, melde mich nicht, statt zu löschen, keine löschung, nicht die löschung, hört nicht auf, "
        "hören sie nicht auf, abmeldelink, abmelde link, abbestell link, bleibe … verteiler, im verteiler "
        "bleiben, auf der liste bleiben, noch nicht, noch nichts, brauchen … nicht, brauchen … nichts, "
        "brauchst … nicht, müssen … nicht, musst … nicht, nicht nötig, nicht vom verteiler, nicht … aus dem "
        "verteiler, nicht von der liste, keinesfalls löschen, auf keinen fall löschen, bevor sie … löschen, "
        "vor der löschung, löschen müssen sie, löschen brauchen, will … nicht abmelden, möchte … nicht "
        "abmelden"
    ),
}
"""Where one of these stands in a reply, a wish to stop is not acted on without a person."""
