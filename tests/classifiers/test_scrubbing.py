import pytest

from classifiers.scrubbing import scrub


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to anna.lind+x@mail.example.org!", "Write to [mailaddr]!"),
        ("see https://www.example.com/a?b=c#d now", "see [weblink] now"),
        ("or www.example.com", "or [weblink]"),
        ("call +49 30 901820-15 today", "call [phonenum] today"),
        ("call 020 7946 0123", "call [phonenum]"),
        ("IBAN part 123456", "IBAN part [digits]"),
        ("on 3.4.2026 at 12:30", "on [digits] at [digits]"),
        ("Art. 15 and 3 more", "Art. 15 and 3 more"),
    ],
)
def test_what_identifies_a_person_is_masked_and_what_cites_a_law_stays(text, masked):
    """Addresses, links and long numbers teach nothing; "Art. 15" does."""
    assert scrub(text) == masked
