"""Accounts and balancing tests of the settings, as rows."""

from datetime import date

from daemon.mirror import mirror_accounts, mirror_assessments, own_addresses, removed_accounts
from daemon.records import Account, Assessment
from daemon.records.database import Database
from daemon.settings import Settings
from daemon.settings_rights import BalancingTest


def _settings(*names: str, address: str = "{}@firm.example") -> Settings:
    controller = {"name": "F", "seat": "S", "country": "DE", "email": "e@firm.example"}
    servers = {"imap": {"host": "h", "user": "u", "password": "p"}, "smtp": {"host": "h"}}
    accounts = {name: {"address": address.format(name), "controller": controller, **servers} for name in names}
    return Settings.model_validate({"accounts": accounts})


def test_an_account_that_is_gone_keeps_its_row_and_its_address(database: Database) -> None:
    """Replies and letters point at it, and mail from its address is still our own."""
    with database.write() as session:
        first = mirror_accounts(session, _settings("sales", "service").accounts)
        ids = {name: row.id for name, row in first.items()}
    with database.write() as session:
        kept = mirror_accounts(session, _settings("sales", address="new-{}@Firm.example").accounts)
        assert kept["sales"].id == ids["sales"]
        assert [row.name for row in removed_accounts(session, kept)] == ["service"]
        assert own_addresses(session) == {"new-sales@firm.example", "service@firm.example"}
        assert session.query(Account).count() == 2


def test_balancing_tests_are_those_of_the_settings(database: Database) -> None:
    """New, changed and gone: what nobody signs any more is quoted in no letter."""
    test = BalancingTest(
        interest="planning", weighed_on=date(2026, 3, 2), weighed_by="Erika", outcome="one mail", countries=("DE",)
    )
    for tests in ({"one": test, "two": test}, {"two": test.model_copy(update={"countries": ("AT", "DE")})}, {}):
        with database.write() as session:
            mirror_assessments(session, tests)
        with database.read() as session:
            found = {row.name: tuple(row.countries) for row in session.query(Assessment)}
        assert found == {name: test.countries for name, test in tests.items()}
