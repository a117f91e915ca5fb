"""Why a delivery failed, in the words that servers use: a table of reasons, and whether each is permanent.

Only four are: no such user, no such host, a host that takes no mail at all (RFC 7505), an address that has moved.
Policy, reputation, authentication, size, quota, suspension and time say nothing about whether it will live tomorrow.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One row: the name of a reason, whether it is permanent, and its words (lower case, single spaces)."""

    name: str
    permanent: bool
    words: re.Pattern[str]


def _reason(name: str, *phrases: str, permanent: bool = False) -> Reason:
    return Reason(name, permanent, re.compile("|".join(phrases)))


FULL = _reason(
    "mailbox_full",
    r"mailbox (?:is )?(?:too )?full|mailbox .{0,80}(?:is full|over ?quota|exceed)|mail ?folder is full|inbox is full",
    r"(?:over|exceed\w*|out of|insufficient|not enough)[- ]?(?:the |its |his |their |disk |mail(?:box)? |storage "
    r"|system )*"
    r"(?:quota|storage|space)",
    r"quota (?:is |has been |was )?(?:exceeded|full|violation|limit)|quota.?exceeded|exceed\w* (?:\w+ ){0,3}quota",
    r"mail ?box (?:size|space|quota)? ?(?:limit|not enough|exceeded)|mailbox exceeds|too much mail stored|disk full",
    r"mailbox for .{0,120} is full|full mailbox|recipient storage full|storage limit|user is over|maildir over",
    r"postfach (?:ist )?voll|bo[iî]te .{0,40}pleine|casella .{0,40}piena|buz[oó]n .{0,20}lleno|ящик переполнен"
    r"|переполнен",
    r"message size exceeds remaining quota|account .{0,60}over ?quota|user over disk|no space left|out of space",
)

SOFT: tuple[Reason, ...] = (
    FULL,
    _reason(
        "suspended",
        r"account (?:is |has been |was )?(?:temporarily )?(?:disabled|suspended|locked|deactivated|inactive|frozen"
        r"|expired)",
        r"account .{0,60}(?:disabled or discontinued|is inactive|not active|suspended|has been disabled)",
        r"(?:mailbox|user|recipient|domain) (?:is )?(?:currently |temporarily )?(?:frozen|suspended|locked|inactive"
        r"|disabled)",
        r"inactive (?:user|account|mailbox)|account that you tried to reach is (?:disabled|inactive|over)"
        r"|mailbox .{0,40}suspended",
        r"not been used for a long time|has been blocked for inactivity|deactivated mailbox|account closed"
        r"|user suspended",
    ),
    _reason(
        "too_large",
        r"(?:message|mail|size|line|header) (?:size |length )?(?:limit )?(?:exceed|is too (?:large|big|long)"
        r"|too (?:large|big|long))",
        r"(?:line|size) limit exceeded|exceed\w* .{0,60}(?:message|maximum|fixed|size) (?:size|limit)"
        r"|too large for this recipient",
        r"recipsizelimit|file too big|body too large",
    ),
    _reason(
        "authentication",
        r"\bspf\b|\bdkim\b|\bdmarc\b|unauthenticated (?:e-?mail|mail|message)|sender policy framework|sender id",
        r"5\.7\.(?:2[0-9]|30|509)\b",
    ),
    _reason(
        "no_reverse_name",
        r"\bptr\b|reverse ?-?dns|reverse (?:host|address|name|lookup)|\brdns\b|no reverse|unverifyable sending"
        r"|unverifiable sending",
        r"mismatches client ip|fcrdns|cannot find your (?:reverse )?host|cannot resolve your (?:address|hostname|ip)",
        r"(?:helo|ehlo|client host).{0,60}(?:rejected|not found|invalid)|invalid helo",
    ),
    _reason(
        "reputation_or_blocked",
        r"block(?:ed|ing|list| list)\b|black ?-?list|rbl\b|dnsbl|spamhaus|spamcop|barracuda|abuseat|sorbs|proofpoint",
        r"banned|bad reputation|reputation|poor reput|unusual rate|unsolicited"
        r"|(?:messages|mail) from .{0,80} weren't sent",
        r"open relay|not permitted to (?:send|connect)|no access from mail server|smtp server of your isp"
        r"|service refused",
        r"traffic not accepted|bad outbound sender|connection(?:s)? (?:not accepted|refused|rejected|dropped)"
        r"|denied by|ip (?:address )?(?:is )?(?:not allowed|rejected|denied)",
        r"client host rejected|(?:sending|connecting) (?:ip|server|host)",
    ),
    _reason(
        "spam",
        r"\bspam\b|\bube\b|\buce\b|junk mail|\bbulk (?:e-?)?mail|content (?:rejected|filter|denied|restrict)"
        r"|looks like spam",
        r"message (?:was )?(?:rejected|refused|blocked) (?:by|due|for|as|because)|mail reject(?:ed|e)\."
        r"|considered (?:unsolicited|spam)",
        r"virus|malware|phish|infected|dangerous attach|message content|high probability",
    ),
    _reason(
        "sender_refused",
        r"sender (?:address |verify |domain |denied|is |was )?(?:rejected|denied|failed|refused|invalid|not allowed"
        r"|not verified)",
        r"unroutable sender|return address|(?:from|sender)(?: address|:)? .{0,80}(?:is invalid|not accepted"
        r"|valid from)",
        r"domain of sender|sender domain|not (?:a )?member|not authorized to (?:send|post)"
        r"|only accepts? (?:mail|messages) from",
        r"purported responsible|allowed to post|permission to post|sender not (?:authenticated|in)|sender is not"
        r"|\bmail from\b.{0,60}(?:rejected|denied)",
    ),
    _reason(
        "rate",
        r"rate ?limit|(?:too many|excessive) (?:connection|message|mail|recipient|error|session|concurrent)"
        r"|frequency limited",
        r"try (?:again )?later|too fast|throttl|daily relay quota|temporarily (?:deferred|rejected|unavailable)"
        r"|grey ?list|hourly limit",
        r"(?:sending|receiving) (?:mail|messages) (?:at a rate|too quickly)|receiving mail at a rate",
    ),
    _reason(
        "relaying",
        r"relay(?:ing)? (?:access |is |not |operation )?(?:denied|prohibited|not (?:permitted|allowed)|rejected)"
        r"|unable to relay",
        r"not permitted to relay|insecure mail relay|not (?:allowed|authorized|permitted) to relay|relaying"
        r"|relay access|to relay through",
        r"we do not relay|no relay",
    ),
    _reason(
        "policy",
        r"\bpolicy\b|policies|header error|recipient preferences|restricted|not allowed to send|prohibited"
        r"|authrequired",
        r"authentication (?:is )?required|must (?:be )?authenticat|smtp authentication|starttls|\btls\b|security"
        r"|not rfc|rfc ?[258]\d{2,3}",
        r"delivery not authorized|not authori[sz]ed|refused due to|message refused|email address is redundant"
        r"|e-mail is redundant",
    ),
    _reason(
        "system",
        r"local error|internal (?:server )?error|configuration (?:error|problem)|ldap|system (?:error|problem|failure)"
        r"|loops? back",
        r"too many hops|hop count|mail loop|routing loop|loop detected|loop alert"
        r"|resources? (?:temporarily )?(?:unavailable|limit)",
        r"no such file or directory|permission denied|unknown mailer error|failed to read|command (?:died|failed)"
        r"|pipe to \|",
        r"disk error|i/o error|cannot create|cannot open|protocol error|command not recogni[sz]ed|upstream error"
        r"|malformed address",
    ),
)
"""Reasons that do not end an address, tried in order."""

EXPIRED = _reason(
    "expired",
    r"retry time(?:out)? (?:not reached|exceeded)|retry timeout exceeded|time ?out|timed out|expired|queue too long",
    r"could ?n[o']t be delivered (?:for|within)|not delivered within|cannot send message for|delayed"
    r"|has not been collected",
    r"(?:did|does) not accept our requests to connect|socket error|failing for a long time|unable to connect"
    r"|not responding",
    r"could not connect|failed connect|no route to host|connection (?:reset|lost|closed|failed|died)"
    r"|network is unreachable",
    r"establish an smtp connection|not reachable within|queue period|undeliverable for \d|will be retried"
    r"|will (?:keep|continue) try",
    r"lost connection|server is down|host is (?:down|unreachable)|could not find a gateway"
    r"|exceeded maximum delivery attempts",
    r"delivery failed \d+ attempts|deferred|recipient server did not respond",
)
"""Asked last: a server that gave up after days may still have been told on the way that the user is unknown."""

MOVED = _reason(
    "moved",
    r"has (?:been )?moved|user not local; please try|(?:address|mailbox|account) has changed|new address is"
    r"|been replaced by",
    permanent=True,
)

HOST = _reason(
    "host_unknown",
    r"host(?:name)? (?:or domain name )?(?:is )?(?:unknown|not found)|unknown host|no such (?:host|domain)"
    r"|domain (?:is )?not (?:found|exist)",
    r"(?:host|domain|account or domain) (?:may |does |name )?(?:not|n't) exist|non-?existent (?:host|domain)|nxdomain"
    r"|domain does(?:n't| not)",
    r"could(?: not|n't) find any host named|illegal host/domain|domain is not reachable|unrouteable mail domain",
    r"name service error .{0,120}(?:not found|malformed)|host or domain name not found"
    r"|dns (?:domain )?.{0,40}(?:not exist|nxdomain)",
    r"no mx|bad destination (?:host|system)|invalid domain|unknown domain|domain name not found"
    r"|name or service not known",
    r"(?:^|\s)[\w.-]{1,200}\.[a-z]{2,20} does not exist",
    permanent=True,
)

TAKES_NO_MAIL = _reason(
    "host_takes_no_mail",
    r"does not accept (?:mail|e-?mail|any mail)|null ?mx|nullmx|couldn't find a mail exchanger|does not receive mail",
    r"smtp protocol returned a permanent error|no mail accepted|not accept incoming mail",
    permanent=True,
)

KEEPER_SAYS_UNKNOWN = _reason(
    "user_unknown",
    r"not listed in (?:domino directory|public name)|recipient name is not recognized|000c05a6"
    r"|resolver\.adr\.\w*notfound",
    r"doesn'?t have an? .{0,80}account|no mailbox here by that name|requested action not taken: mailbox unavailable",
    r"unknown (?:or illegal )?(?:local part|local-part)|unrouteable address|unknown recipient: |does not exist at this",
    r"email account that you tried to reach does not exist|no longer (?:on server|available|valid|in use|employed)",
    r"recipient address rejected: access denied|recipnotfound|user .{0,80} does not exist"
    r"|does not exist on this server",
    r"recipient address does not exist|invalid final delivery userid"
    r"|address .{0,80} (?:couldn't|wasn't|was not) (?:be )?found",
    permanent=True,
)
"""Words of the system that keeps the mailboxes; they need no confirmation by command or status."""

USER_UNKNOWN = _reason(
    "user_unknown",
    r"(?:user|recipient|addressee|mailbox|address|account|utilisateur|alias)(?: account| name| id| address)? (?:is "
    r"|was |are )?"
    r"(?:unknown|not (?:found|known|exist|recogni[sz]ed|listed|local)|invalid|unavailable|does(?:n't| not) exist"
    r"|inconnu)",
    r"(?:unknown|no such|invalid|illegal|non-?existent|bad|undefined|unrecogni[sz]ed) (?:or (?:illegal|invalid) )?"
    r"(?:local |virtual |final )?(?:user|recipient|mailbox|address|account|alias|person|destination|name|local)",
    r"(?:no|not a) (?:valid )?(?:mailbox|user|recipient|account|such)|not a known user|user unknown|unknown to"
    r"|does ?n.t exist",
    r"does not exist|no mailbox|not our customer|no (?:local )?user|no account|recipient .{0,60}rejected"
    r"|address rejected",
    r"mailbox (?:name not allowed|not available|unavailable)|not a valid (?:user|mailbox|recipient)|isn't a valid"
    r"|no longer exists",
    r"(?:empf[aä]nger|benutzer|adresse) .{0,60}(?:unbekannt|nicht gefunden|existiert nicht)|introuvable|n'existe pas",
    r"usuario desconocido|no existe|utente sconosciuto|non esiste|пользовател\w+ не (?:найден|существует)|недоступен",
    permanent=True,
)
