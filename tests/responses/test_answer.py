from dataclasses import replace

import pytest

from responses.answer import REQUIRED, answer_to, missing_facts, parts, required_facts
from responses.countries import country_name, needs_safeguards
from responses.facts import Fact, Section, SourceKind


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
    assert missing_facts(tuple(Section), facts) == ()


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
