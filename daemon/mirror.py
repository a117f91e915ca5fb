"""What the settings say of accounts and balancing tests, as rows that replies and letters can point at."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from daemon import settings_sections
from daemon.records import Account, Assessment
from daemon.settings_rights import BalancingTest


def mirror_accounts(session: Session, accounts: Mapping[str, settings_sections.Account]) -> dict[str, Account]:
    """Make the rows of these accounts, or bring them up to date; returns them by name.

    An account that is gone from the settings keeps its row: replies and letters point at it.
    """
    known = {row.name: row for row in session.scalars(select(Account))}
    rows = {name: known.get(name) or Account(name=name) for name in accounts}
    for name, row in rows.items():
        _fill(row, accounts[name])
    session.add_all(rows.values())
    session.flush()
    return rows


def _fill(row: Account, chosen: settings_sections.Account) -> None:
    controller = chosen.controller
    row.address, row.aliases = chosen.address, list(chosen.aliases)
    row.controller_name, row.controller_seat = controller.name, controller.seat
    row.controller_country, row.controller_email = controller.country, controller.email
    row.representative, row.officer = controller.representative, controller.officer
    row.authority, row.safeguards = controller.authority, controller.safeguards
    row.storage_countries = list(controller.storage_countries) or None


def account_as_said(name: str, chosen: settings_sections.Account) -> Account:
    """The row that an account would have, for whoever looks at the settings alone."""
    row = Account(name=name)
    _fill(row, chosen)
    return row


def mirror_assessments(session: Session, tests: Mapping[str, BalancingTest]) -> None:
    """Make the table of balancing tests what the settings say: whatever is gone there must not be quoted any more."""
    session.execute(delete(Assessment).where(Assessment.name.not_in(tests)))
    known = {row.name: row for row in session.scalars(select(Assessment))}
    for name, test in tests.items():
        row = known.get(name) or Assessment(name=name)
        _fill_test(row, test)
        session.add(row)


def assessment_as_said(name: str, test: BalancingTest) -> Assessment:
    """The row that a balancing test would have."""
    row = Assessment(name=name)
    _fill_test(row, test)
    return row


def _fill_test(row: Assessment, test: BalancingTest) -> None:
    row.interest, row.outcome = test.interest, test.outcome
    row.weighed_on, row.weighed_by = test.weighed_on, test.weighed_by
    row.countries = list(test.countries)


def own_addresses(session: Session) -> frozenset[str]:
    """Every address that is or was ours, in lower case; mail from them is our own, whichever account it reaches."""
    rows = session.execute(select(Account.address, Account.aliases))
    return frozenset(address.lower() for row in rows for address in (row.address, *row.aliases))


def removed_accounts(session: Session, kept: Mapping[str, Account]) -> list[Account]:
    """Accounts that the settings know no more."""
    return list(session.scalars(select(Account).where(Account.name.not_in(kept)).order_by(Account.id)))
