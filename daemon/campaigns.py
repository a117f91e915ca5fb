"""Campaigns: what their footers promise, and how a sent mail is recognised as one of theirs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from classifiers.reading.sent_text import words_of
from daemon.clock import Clock
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record
from daemon.mail.sent_texts import text_of
from daemon.records import Campaign, OutreachMessage
from daemon.records.database import Database
from daemon.records.encryption import Vault

PROMISES = ("none", "remove", "delete")
"""What a footer promises to whoever answers no, the weakest first."""

LEAST_WORDS = 4
"""A shorter footer stands in anybody's mail."""

_AT_ONCE = 500


class BadCampaign(ReplydError):  # noqa: N818  the name is what went wrong
    """A campaign that cannot be stored as it was given."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Footer:
    """The footer of one campaign as it is compared: words without case, punctuation and links."""

    campaign_id: int
    words: str


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a campaign did."""

    campaign_id: int
    messages: int
    """Stored messages that were recognised as this campaign's."""


def comparable(text: str) -> str:
    """A text as its words, with one space around each, whatever was done to its lines, quotes and case."""
    return f" {' '.join(words_of(text))} "


def footers_of(session: Session) -> list[Footer]:
    """The footers of all campaigns that have one."""
    rows = session.execute(select(Campaign.id, Campaign.footer).where(Campaign.footer.is_not(None)))
    return [Footer(row.id, words) for row in rows if (words := comparable(row.footer or "")).strip()]


def campaign_of(text: str, footers: Sequence[Footer]) -> int | None:
    """The campaign whose footer stands in a text; of several the one with the longest footer."""
    compared = comparable(text) if footers else ""
    found = [footer for footer in footers if footer.words in compared]
    return max(found, key=lambda footer: len(footer.words)).campaign_id if found else None


def _is_open() -> ColumnElement[bool]:
    """A campaign of which only a name is known: a footer that is recognised says more."""
    return and_(Campaign.promise == "none", Campaign.footer.is_(None))


def _without_campaign() -> ColumnElement[bool]:
    opened = OutreachMessage.campaign_id.in_(select(Campaign.id).where(_is_open()))
    return or_(OutreachMessage.campaign_id.is_(None), opened)


def open_campaigns(session: Session) -> frozenset[int]:
    """Campaigns of which only a name is known, as an import makes them."""
    return frozenset(session.scalars(select(Campaign.id).where(_is_open())))


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Stores campaigns, and finds out which stored messages are theirs."""

    database: Database
    vault: Vault
    clock: Clock

    def add(self, name: str, promise: str, footer: str | None) -> Added:
        """Store a campaign, or what more is known of one; messages that bear its footer become its. Raises BadCampaign.

        A promise can be raised and never lowered: it was given.
        """
        if footer is not None and len(words_of(footer)) < LEAST_WORDS:
            raise BadCampaign(f"a footer of fewer than {LEAST_WORDS} words stands in anybody's mail; give more of it")
        with self.database.write() as session:
            campaign = _stored(session, name, promise, footer)
            footers = footers_of(session)
            record(
                session, self.clock(), EntryKind.CAMPAIGN_ADDED,
                payload={"campaign": campaign.id, "promise": campaign.promise, "footer": campaign.footer is not None},
            )  # fmt: skip
        messages = self._assign(campaign.id, footers) if footer is not None else 0
        return Added(campaign.id, messages)

    def _assign(self, campaign_id: int, footers: Sequence[Footer]) -> int:
        """Give the campaign those stored messages of none that bear its footer and no longer one; how many."""
        assigned, after = 0, 0
        while rows := self._unassigned(after):
            after = rows[-1].id
            theirs = [row.id for row in rows if campaign_of(text_of(self.vault, row) or "", footers) == campaign_id]
            with self.database.write() as session:
                session.execute(
                    update(OutreachMessage)
                    .where(OutreachMessage.id.in_(theirs), _without_campaign())
                    .values(campaign_id=campaign_id)
                )
            assigned += len(theirs)
        return assigned

    def _unassigned(self, after: int) -> Sequence[OutreachMessage]:
        with self.database.read() as session:
            return session.scalars(
                select(OutreachMessage)
                .where(OutreachMessage.id > after, _without_campaign(), OutreachMessage.text.is_not(None))
                .order_by(OutreachMessage.id)
                .limit(_AT_ONCE)
            ).all()

    def unassigned_texts(self) -> Iterator[tuple[int, str]]:
        """Contact and text of every stored message of no campaign."""
        after = 0
        while rows := self._unassigned(after):
            after = rows[-1].id
            yield from ((row.contact_id, text_of(self.vault, row) or "") for row in rows)

    def listed(self) -> list[tuple[Campaign, int]]:
        """All campaigns with the number of their messages, by name."""
        count = func.count(OutreachMessage.id)
        query = select(Campaign, count).outerjoin(OutreachMessage, OutreachMessage.campaign_id == Campaign.id)
        with self.database.read() as session:
            rows = session.execute(query.group_by(Campaign.id).order_by(Campaign.name))
            return [(campaign, messages) for campaign, messages in rows]


def _stored(session: Session, name: str, promise: str, footer: str | None) -> Campaign:
    campaign = session.scalar(select(Campaign).where(Campaign.name == name).with_for_update())
    if campaign is None:
        campaign = Campaign(name=name, promise=promise, footer=footer)
        session.add(campaign)
    elif PROMISES.index(promise) < PROMISES.index(campaign.promise):
        raise BadCampaign(f"the campaign promised {campaign.promise!r} already, and a promise cannot be taken back")
    elif footer is not None and campaign.footer is not None and comparable(footer) != comparable(campaign.footer):
        raise BadCampaign("the campaign has another footer already; give this one a name of its own")
    else:
        campaign.promise, campaign.footer = promise, campaign.footer or footer
    session.flush()
    return campaign
