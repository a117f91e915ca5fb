from dataclasses import replace

import pytest

from responses.answer import APART, REQUIRED, NotTogether, answer_to, missing_facts, parts, required_facts
from responses.countries import country_name, needs_safeguards
from responses.facts import Fact, Section, SourceKind
from responses.languages import LANGUAGES

KINDS = ("employee", "role", "sole_trader", "consumer")
EVERYTHING = tuple(section for section in Section if section not in APART)


def test_a_mix_of_intents_becomes_each_section_once_in_the_order_of_reading():
    """The order in which intents were found does not matter, and what no section answers is left to a person."""
    answer = answer_to(["legal_basis", "access", "opt_out", "access", "interested"])
    assert answer.sections == (Section.OPT_OUT, Section.ACCESS)
    assert answer.unanswered == ("interested", "legal_basis")


def test_an_answer_to_an_access_request_states_the_source_and_the_rights():
    """Art. 15(1)(e)-(g): whoever asks for access is told the source, the rights and the authority."""
    assert parts([Section.ACCESS]) == (
        "opening",
        "data_source",
        "access",
        "rights",
        "reference",
        "closing",
    )


def test_a_confirmation_that_outreach_stopped_is_short():
    """Whoever said no gets the confirmation and nothing about what they did not ask."""
    assert parts([Section.OPT_OUT]) == ("opening", "opt_out", "reference", "closing")


def test_required_facts_of_access_include_those_of_the_source():
    """Nothing that a source answer needs may be missing from an access answer."""
    assert set(required_facts([Section.DATA_SOURCE])) < set(required_facts([Section.ACCESS]))
    assert set(REQUIRED[Section.ACCESS]) <= set(required_facts([Section.ACCESS]))


def test_nothing_is_missing_where_everything_is_on_record(facts):
    """The sample facts answer every section."""
    assert missing_facts(EVERYTHING, facts) == ()


def test_every_missing_fact_is_named_at_once_by_its_record(facts, website_row, guessed_row):
    """A person who fills gaps sees all of them, each with the row that it stands in."""
    rows = (replace(website_row, obtained_by=None), replace(guessed_row, verified_with=None, purpose=None))
    found = missing_facts([Section.DATA_SOURCE], replace(facts, provenance=rows))
    assert set(found) == {"provenance:12.obtained_by", "provenance:13.verified_with", "provenance:13.purpose"}


def test_what_the_person_gave_needs_no_source_beside_them(facts, website_row):
    """Data that came from the person themselves have no public source."""
    row = replace(
        website_row,
        items=Fact(("email", "name", "company", "position", "country"), "provenance:12.items"),
        source_kind=Fact(SourceKind.GIVEN_BY_PERSON, "provenance:12.source_kind"),
        source=None,
        publicly_accessible=None,
    )
    assert missing_facts([Section.DATA_SOURCE], replace(facts, provenance=(row,))) == ()


def test_a_held_field_whose_origin_is_on_no_row_stops_the_letter(facts, website_row):
    """An answer that names the source of some of the data and is silent about the rest is incomplete."""
    assert missing_facts([Section.DATA_SOURCE], replace(facts, provenance=(website_row,))) == (
        "provenance.items (email)",
    )


@pytest.mark.parametrize("value", ["", "  ", None])
def test_blank_words_are_a_missing_fact(facts, value):
    """A record that says nothing is no record."""
    controller = replace(facts.controller, name=Fact(value, "account:1.controller_name"))
    assert missing_facts([Section.OPT_OUT], replace(facts, controller=controller)) == ("controller.name",)


@pytest.mark.parametrize("countries", [("DE", "US"), ("Freedonia",)])
def test_a_country_outside_the_eea_needs_a_safeguard_to_name(facts, countries):
    """Art. 15(2): a transfer abroad is told with its safeguard, and an unknown country counts as abroad."""
    stored = Fact(countries, "account:1.storage_countries")
    abroad = replace(facts, controller=replace(facts.controller, storage_countries=stored))
    assert missing_facts([Section.ACCESS], abroad) == ("controller.safeguards",)
    named = replace(abroad.controller, safeguards=Fact("Standard contractual clauses of 2021", "account:1.safeguards"))
    assert missing_facts([Section.ACCESS], replace(abroad, controller=named)) == ()


def test_decisions_by_machine_need_a_person_to_explain_them(facts):
    """Art. 15(1)(h) asks for the logic involved, which no template knows."""
    decided = replace(facts.controller, automated_decisions=Fact(value=True, record="account:1.automated_decisions"))
    assert missing_facts([Section.ACCESS], replace(facts, controller=decided)) == ("controller.automated_decisions",)


def test_countries_are_named_in_the_language_of_the_letter():
    """A code becomes a name, a name stays, and both are recognised as inside the EEA."""
    assert country_name("de", "en") == "Germany"
    assert country_name("Deutschland", "en") == "Deutschland"
    assert not any(map(needs_safeguards, ("ie", "Deutschland", "Netherlands", "GB")))


def test_a_challenge_stands_alone():
    """Whatever stood beside it would say something about the person, and its text is constant."""
    assert parts([Section.CHALLENGE]) == ("challenge", "closing")
    for section in set(Section) - {Section.CHALLENGE}:
        with pytest.raises(NotTogether, match="challenge"):
            parts([section, Section.CHALLENGE])


@pytest.mark.parametrize("section", sorted(set(Section) - {Section.ERASURE_COMPLETED, Section.OPT_OUT}))
def test_what_is_erased_is_neither_told_nor_corrected_in_the_same_letter(section):
    """Knowledge comes first and disputes are settled first; then nothing is left to say but that it is done."""
    with pytest.raises(NotTogether):
        parts([Section.ERASURE_COMPLETED, section])


def test_data_in_dispute_are_not_being_erased():
    """Art. 18(1)(a) keeps what Art. 17 removes: a person asks what comes first."""
    with pytest.raises(NotTogether):
        parts([Section.RECTIFICATION, Section.ERASURE_INTERIM])


def test_a_challenge_needs_no_fact_about_the_person():
    """It is written from who sends it and the code."""
    assert {path.partition(".")[0] for path in required_facts([Section.CHALLENGE])} == {"controller", "challenge"}


def test_erased_is_never_claimed_while_a_system_is_open(facts, erased_systems):
    """The open system is the fact that is missing, by its record."""
    assert missing_facts([Section.ERASURE_COMPLETED], replace(facts, erased=erased_systems)) == ("erased (erasure:10)",)


def test_nothing_is_erased_before_the_answer(facts, erased_systems):
    """A letter that answers and has begun to erase goes to a person: knowledge is given first."""
    begun = replace(facts, erased=erased_systems)
    assert missing_facts([Section.ERASURE_INTERIM], begun) == ()
    assert missing_facts([Section.ACCESS, Section.ERASURE_INTERIM], begun) == ("held (erasure:8)", "held (erasure:9)")


def test_a_right_that_is_answered_is_not_put_off(facts):
    """An extension for what the same letter answers contradicts it."""
    put_off = replace(
        facts, extension=replace(facts.extension, rights=Fact(("access", "erasure"), "extension:1.rights"))
    )
    assert missing_facts([Section.EXTENSION], put_off) == ()
    assert missing_facts([Section.ACCESS, Section.EXTENSION], put_off) == ("extension.rights (access)",)


def test_a_record_that_is_absent_misses_each_of_its_facts(facts):
    """Without a balancing test every sentence about it is missing."""
    missing = missing_facts([Section.LEGAL_BASIS], replace(facts, assessment=None))
    assert missing == tuple(f"assessment.{name}" for name in ("interest", "weighed_on", "weighed_by", "outcome"))
    assert missing_facts([Section.CHALLENGE], replace(facts, challenge=None)) == (
        "challenge.code",
        "challenge.valid_until",
    )


def test_codes_are_said_in_words_and_words_are_left_alone():
    """What a column stores as a code is told in the language of the letter."""
    assert LANGUAGES["en"].value("kind", "role") == "shared mailbox of a company"
    assert LANGUAGES["de"].value("kind", "employee") == "Person in einem Unternehmen"
    assert LANGUAGES["de"].value("language", "PL") == "Polnisch"
    assert LANGUAGES["en"].value("country", "UA") == "Ukraine"
    assert LANGUAGES["en"].value("position", "de") == "de"
    assert LANGUAGES["en"].value("language", "Klingon") == "Klingon"


def test_every_language_says_the_same_codes():
    """No language leaves a code bare that another has words for."""
    english = LANGUAGES["en"]
    for language in LANGUAGES.values():
        assert {name: set(words) for name, words in language.values.items()} == {
            name: set(words) for name, words in english.values.items()
        }
        assert set(language.values["kind"]) == set(KINDS)
        assert set(language.rights) == set(english.rights)
        assert language.challenge_subject.isascii()


def test_a_country_outside_the_eea_is_named_and_still_needs_a_safeguard():
    """Having a name for a country says nothing about the level of protection there."""
    assert country_name("UA", "de") == "Ukraine"
    assert all(map(needs_safeguards, ("UA", "Ukraine", "us", "Kanada")))
