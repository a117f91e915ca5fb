import json
from dataclasses import replace

from responses.disclosure import disclosure
from responses.facts import Fact, HeldItem


def test_the_copy_holds_every_row_of_the_person(facts):
    """Art. 15(3): data, sources, correspondence and the entry that stops outreach, with ISO dates."""
    copy = json.loads(disclosure(facts))
    assert copy["as_of"] == "2026-03-10T17:05:00+00:00"
    assert [item["field"] for item in copy["data"]] == ["email", "name", "company", "position", "country"]
    assert copy["data"][1]["value"] == "Erika Muster"
    assert copy["sources"][0]["obtained_on"] == "2026-03-02"
    assert copy["sources"][1]["source_kind"] == "guessed_and_verified"
    assert copy["correspondence"][0]["subject"] == "Planning for your second plant"
    assert copy["outreach_stopped_on"] == "2026-03-10"


def test_the_copy_is_the_same_bytes_every_time_and_readable(facts):
    """Fixed key order and real letters instead of escapes."""
    umlaut = replace(facts, held=(HeldItem("name", Fact("Jörg Größe", "contact:7.name")),))
    assert disclosure(umlaut) == disclosure(umlaut)
    assert "Jörg Größe" in disclosure(umlaut).decode("utf-8")


def test_the_copy_keeps_the_log_key_and_record_numbers_to_itself(facts):
    """What is not data about the person stays out."""
    assert facts.opening.value not in disclosure(facts).decode()
    assert "provenance:12" not in disclosure(facts).decode()


def test_a_value_that_is_no_valid_unicode_is_escaped_not_lost(facts):
    """A lone surrogate from an old import still reads back as it was stored."""
    odd = replace(facts, held=(HeldItem("name", Fact("x\ud800y", "contact:7.name")),))
    assert json.loads(disclosure(odd))["data"][0]["value"] == "x\ud800y"
