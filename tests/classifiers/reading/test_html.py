import time

import pytest

from classifiers.reading.html import read_html

HEADER_LINE = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><p class="gmail_attr">On</p><blockquote class="gmail_quote">OURS</blockquote></div>',
        '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message</div>OURS</div>',
        '<blockquote type="cite">OURS</blockquote>',
        '<div class="moz-cite-prefix">On ...</div><blockquote type="cite" cite="mid:x">OURS</blockquote>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: x</div><div>OURS</div>',
        '<div id="x_divRplyFwdMsg">From: x</div><div>OURS</div>',
        f'<div style="{HEADER_LINE}"><p><b>Von:</b> x<br><b>Gesendet:</b> y<br><b>Betreff:</b> z</p></div><p>OURS</p>',
        '<div class="yahoo_quoted" id="yahoo_quoted_1"><div>On ...</div>OURS</div>',
        '<div class="protonmail_quote"><blockquote type="cite">OURS</blockquote></div>',
        '<div class="zmail_extra"><blockquote>OURS</blockquote></div>',
        '<div name="quote" style="border-left:2px solid #C3D9E5"><b>Gesendet:</b> y<br>OURS</div>',
        '<div class="tutanota_quote">OURS</div>',
        '<blockquote style="border-left:1px solid #0857A6">OURS</blockquote>',
    ],
)
def test_quotes_of_each_client_stand_apart(quote: str):
    """Gmail, Apple Mail, Thunderbird, Outlook (web, copied, desktop), Yahoo, Proton, Zoho, GMX, Tuta, Mail.ru."""
    text = read_html(f"<div>Delete me</div>{quote}")
    assert text.own == "Delete me"
    assert "OURS" in text.quoted


def test_answers_between_gmails_quotes_are_own():
    """The container also holds what the writer put between the blockquotes."""
    quote = '<blockquote class="gmail_quote">OURS</blockquote>'
    text = read_html(
        f'<div class="gmail_quote"><div class="gmail_attr">On ...</div>{quote}<div>No.</div>{quote}Never.</div>'
    )
    assert text.own.split() == ["No.", "Never."]


def test_an_editors_indent_is_no_quote():
    """Gmail's indent button makes a blockquote without a line at its side."""
    assert read_html('<blockquote style="margin:0 0 0 40px;border:none;padding:0px">mine</blockquote>').own == "mine"


def test_signatures_that_a_client_marked_stand_apart():
    """Gmail's signature element is no own text."""
    text = read_html('<div>Stop</div><div class="gmail_signature">Max, ACME</div>')
    assert (text.own, text.signature) == ("Stop", "Max, ACME")


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">SECRET</div>',
        '<div style="DISPLAY : none !important"><span style="display:inline">SECRET</span></div>',
        '<span style="font-size:0">SECRET</span>',
        '<span style="font-size:1px">SECRET</span>',
        '<span style="visibility:hidden">SECRET</span>',
        '<span style="opacity:0">SECRET</span>',
        '<span style="color:#fff">SECRET</span>',
        '<font color="white">SECRET</font>',
        '<div style="background:#123456"><span style="color:rgb(18,52,86)">SECRET</span></div>',
        '<span style="color:transparent">SECRET</span>',
        '<div style="position:absolute;left:-9999px">SECRET</div>',
        '<div style="text-indent:-5000px">SECRET</div>',
        '<div style="max-height:0;overflow:hidden">SECRET</div>',
        "<p hidden>SECRET</p>",
        '<p style="mso-hide:all">SECRET</p>',
        "<style>.x{display:none}</style><p class='x'>SECRET</p>",
        "<textarea>SECRET</textarea>",
        "<noscript>SECRET</noscript>",
    ],
)
def test_text_that_no_reader_sees_is_dropped_and_flagged(hidden: str):
    """Hidden words must not become a request."""
    text = read_html(f"<p>Thanks</p>{hidden}")
    assert text.hidden
    assert "SECRET" not in text.own + text.quoted
    assert text.own == "Thanks"


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="font-size:0"><span style="font-size:14px">SEEN</span></div>',
        '<table bgcolor="#003366"><tr><td style="color:#ffffff">SEEN</td></tr></table>',
        "<style>@media (max-width:1px){.x{display:none}}</style><p class='x'>SEEN</p>",
        '<div style="background:url(x.png);color:white">SEEN</div>',
        '<div style="display:none">&zwnj;&nbsp;</div>SEEN',
        "<head><title>mail</title><style>p{}</style><script>1</script></head>SEEN",
        '<blockquote type="cite"><div style="display:none">preheader</div></blockquote>SEEN',
    ],
)
def test_ordinary_mail_hides_nothing(shown: str):
    """Wrappers, dark designs, style sheets, and what a quoted newsletter hides are no deceit."""
    text = read_html(shown)
    assert text.own == "SEEN"
    assert not text.hidden


def test_blocks_and_breaks_are_lines():
    """Lines of a mail stay lines, else attributions and header blocks cannot be seen."""
    assert read_html("<div>a</div><div>b</div>c<br>d<p>e</p>f").own == "a\nb\nc\nd\n\ne\n\nf"


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000 + "x",
        "<b><p>" * 60_000,
        "<a " * 150_000,
        "<a " + " ".join(f"a{number}" for number in range(60_000)) + ">x",
        "<a b\" c='>' " + " ".join(f"a{number}" for number in range(60_000)) + ">x",
        "<style>" + "/*" * 200_000 + "</style>x",
        "<!--" * 100_000,
        "<div class=gmail_quote>" * 20_000,
        "<table><tr><td>" * 40_000,
    ],
    ids=lambda bomb: bomb[:12],
)
def test_html_bombs_cost_linear_time(bomb: str):
    """Each took from seconds to minutes in one of the usual parsers."""
    start = time.perf_counter()
    read_html(bomb)
    assert time.perf_counter() - start < 3
