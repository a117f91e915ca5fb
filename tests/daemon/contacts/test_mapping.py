"""Columns of bought lists: guessed from names in many languages and from values, never two for a field."""

import pytest

from daemon.contacts.dates import Order
from daemon.contacts.mapping import WrongMapping, complete, fixed_format, guess, samples
from daemon.contacts.mapping_file import Decided, mapping_text, read_mapping
from daemon.records.contact_cells import COLUMNS
from daemon.records.table_file import Table, read_table

PARTS = "email first_name last_name company position country"


def _table(head: str, *rows: str) -> Table:
    return read_table("\n".join((head, *rows)).encode())


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        ("E-Mail-Adresse;Vorname;Nachname;Firma;Funktion;Land", PARTS),
        ("Email Address,First Name,LastName,CompanyName,Job Title,Country", PARTS),
        ("Adresse e-mail;Prénom;Nom de famille;Société;Fonction;Pays", PARTS),
        ("Correo electrónico,Nombre,Apellidos,Empresa,Cargo,País", PARTS),
        ("mail\tFull name\tOrganisation\tTitle\tLanguage\tLand", "email name company position language country"),
        ("Adres e-mail;Imię i nazwisko;Nazwa firmy;Stanowisko;Język", "email name company position language"),
        ("Почта;ФИО;Компания;Должность;Страна;Источник", "email name company position country source"),
        ("EMail;Name;Vorname;Quelle;Erhoben am;Zweck", "email last_name first_name source obtained_on purpose"),
        ("E-mail,LinkedIn,Collected on,Keep until", "email source obtained_on keep_until"),
    ],
)  # fmt: skip
def test_names_of_columns_are_understood_in_many_languages(head, fields):
    """As Excel users of several countries write them."""
    table = _table(head)
    mapped = guess(table)
    by_column = {column: name for name, column in mapped.columns.items()}
    assert by_column == dict(zip(table.head, fields.split(), strict=True))
    assert not mapped.rivals
    assert not mapped.unused(table)


def test_a_column_full_of_addresses_is_the_address():
    """Whatever its name; a column that only speaks of mail is not."""
    table = _table("Kontakt,Mail sent?,Firma,Telefon", "a@x.example,yes,X,1", "b@x.example,no,Y,2", ",yes,Z,3")
    mapped = guess(table, {"email": "Kontakt"})
    assert guess(table).columns["email"] == "Kontakt"
    assert mapped.columns == {"email": "Kontakt", "company": "Firma"}
    assert mapped.unused(table) == ("Mail sent?", "Telefon")


def test_two_columns_for_one_field_are_never_decided():
    """Both are named, with what to type; saying which one settles it."""
    table = _table("E-Mail,Private e-mail,Title", "a@x.example,b@x.example,CTO")
    mapped = guess(table)
    assert mapped.rivals == {"email": ("E-Mail", "Private e-mail")}
    with pytest.raises(WrongMapping, match=r"--map email=E-Mail"):
        complete(mapped)
    settled = guess(table, {"email": "e-mail", "position": ""})
    assert complete(settled).columns == {"email": "E-Mail"}


def test_our_own_names_win_over_others():
    """So that the fixed format never needs a question."""
    table = _table(",".join((*COLUMNS, "E-Mail", "Firma")), "")
    mapped = guess(table)
    assert mapped.columns == {name: name for name in COLUMNS}
    assert fixed_format(_table(",".join(COLUMNS))).is_fixed_format(_table(",".join(COLUMNS)))
    assert not mapped.is_fixed_format(table)  # two columns are left over, which might be a slip


def test_an_empty_column_is_no_rival():
    """Exports of address books have many."""
    table = _table("E-Mail,E-Mail 2,Company,Organisation", "a@x.example,,X,")
    assert complete(guess(table)).columns == {"email": "E-Mail", "company": "Company"}


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"emial": "A"}, "did you mean 'email'"), ({"email": "Fimra"}, "did you mean 'Firma'"),
        ({"zzz": "A"}, "no field"),
        ({}, "type --map email=COLUMN"),
    ],
)  # fmt: skip
def test_a_slip_is_said_with_what_was_meant(chosen, said):
    """Fields and columns alike."""
    with pytest.raises(WrongMapping, match=said):
        complete(guess(_table("Firma,Telefon", "X,1"), chosen))


def test_three_different_values_show_what_a_column_is():
    """The same value three times would show nothing."""
    assert samples(_table("a", "1", "1", "2", "3", "4"), "a") == ("1", "2", "3")


def test_what_was_decided_is_kept_and_read_again(tmp_path):
    """Quotes and letters of any language survive."""
    decided = Decided({"email": 'E-"Mail"', "name": "Имя\\"}, Order.DAY_FIRST, "employee", "consumer")
    file = tmp_path / "mapping.toml"
    file.write_text(mapping_text(decided), "utf-8")
    assert read_mapping(file) == decided


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns]\nmail = 'x'", "no field 'mail'"), ("dates = 'x'", "must be one of"),
        ("columns = 1", "lines such as"),
        ("other = 1", "is none of"), ("[columns", "not TOML"), ("kind = 'boss'", "must be one of"),
    ],
)  # fmt: skip
def test_a_mapping_file_with_a_slip_is_refused(tmp_path, text, said):
    """With file and key."""
    file = tmp_path / "mapping.toml"
    file.write_text(text)
    with pytest.raises(WrongMapping, match=said):
        read_mapping(file)
