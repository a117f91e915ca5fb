"""All tables of the first version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

# A table stands after those that its foreign keys point at.
TABLES = (
    "accounts",
    "campaigns",
    "contacts",
    "key_checks",
    "leases",
    "ledger_entries",
    "ledger_heads",
    "mailboxes",
    "outreach_messages",
    "provenance",
    "subjects",
    "replies",
    "frozen_copies",
    "letters",
    "pauses",
    "predictions",
    "requests",
    "reviews",
    "suppressions",
    "deliveries",
)


def upgrade() -> None:
    """Create the tables."""
    _create_accounts()
    _create_campaigns()
    _create_contacts()
    _create_key_checks()
    _create_leases()
    _create_ledger_entries()
    _create_ledger_heads()
    _create_mailboxes()
    _create_outreach_messages()
    _create_provenance()
    _create_subjects()
    _create_replies()
    _create_frozen_copies()
    _create_letters()
    _create_pauses()
    _create_predictions()
    _create_requests()
    _create_reviews()
    _create_suppressions()
    _create_deliveries()


def downgrade() -> None:
    """Drop them, children first."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("controller_name", sa.String(), nullable=True),
        sa.Column("controller_seat", sa.String(), nullable=True),
        sa.Column("controller_country", sa.String(), nullable=True),
        sa.Column("controller_email", sa.String(), nullable=True),
        sa.Column("representative", sa.String(), nullable=True),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("authority", sa.String(), nullable=True),
        sa.Column("storage_countries", JSON, nullable=True),
        sa.Column("safeguards", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
        sqlite_autoincrement=True,
    )


def _create_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("promise", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("name", name="uq_campaigns_name"),
        sqlite_autoincrement=True,
    )


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_normal", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("letters_off_since", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("email", name="uq_contacts_email"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contacts_email_normal", "contacts", ["email_normal"])


def _create_key_checks() -> None:
    op.create_table(
        "key_checks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("check_value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_key_checks"),
    )


def _create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _create_ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("seq", INTEGER, nullable=True),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entries"),
        sa.UniqueConstraint("seq", name="uq_ledger_entries_seq"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_ledger_entries_unsealed",
        "ledger_entries",
        ["id"],
        sqlite_where=sa.text("seq IS NULL"),
        postgresql_where=sa.text("seq IS NULL"),
    )


def _create_ledger_heads() -> None:
    op.create_table(
        "ledger_heads",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seq", INTEGER, nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("sealed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_ledger_heads"),
    )


def _create_mailboxes() -> None:
    op.create_table(
        "mailboxes",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("account_id", INTEGER, nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("uidvalidity", INTEGER, nullable=False),
        sa.Column("last_uid", INTEGER, nullable=False),
        sa.Column("renumbered", sa.Boolean(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("polled_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mailboxes"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_mailboxes_account_id_accounts"),
        sa.UniqueConstraint("account_id", "folder", name="uq_mailboxes_account_id_folder"),
        sqlite_autoincrement=True,
    )


def _create_outreach_messages() -> None:
    op.create_table(
        "outreach_messages",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("contact_id", INTEGER, nullable=False),
        sa.Column("campaign_id", INTEGER, nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("sent_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outreach_messages"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_outreach_messages_campaign_id_campaigns"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name="fk_outreach_messages_contact_id_contacts", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outreach_messages_contact_id", "outreach_messages", ["contact_id"])
    op.create_index("ix_outreach_messages_message_id", "outreach_messages", ["message_id"])


def _create_provenance() -> None:
    op.create_table(
        "provenance",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("contact_id", INTEGER, nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("obtained_on", sa.Date(), nullable=True),
        sa.Column("obtained_by", sa.String(), nullable=True),
        sa.Column("verified_with", sa.String(), nullable=True),
        sa.Column("publicly_accessible", sa.Boolean(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("recipients", JSON, nullable=True),
        sa.Column("stored_in", JSON, nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_provenance"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name="fk_provenance_contact_id_contacts", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_provenance_contact_id", "provenance", ["contact_id"])


def _create_subjects() -> None:
    op.create_table(
        "subjects",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("contact_id", INTEGER, nullable=True),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("opening", sa.LargeBinary(), nullable=True),
        sa.Column("opening_key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_subjects"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_subjects_contact_id_contacts"),
        sa.UniqueConstraint("commitment", name="uq_subjects_commitment"),
        sa.UniqueConstraint("contact_id", name="uq_subjects_contact_id"),
        sqlite_autoincrement=True,
    )


def _create_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("account_id", INTEGER, nullable=False),
        sa.Column("mailbox_id", INTEGER, nullable=False),
        sa.Column("uidvalidity", INTEGER, nullable=False),
        sa.Column("uid", INTEGER, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("stored_at", TIME, nullable=False),
        sa.Column("size_bytes", INTEGER, nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("raw_digest", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("raw_key", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("claim_token", sa.String(), nullable=True),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.Column("case", sa.String(), nullable=True),
        sa.Column("contact_id", INTEGER, nullable=True),
        sa.Column("matched_by", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("automatic_kind", sa.String(), nullable=True),
        sa.Column("automatic_rule", sa.String(), nullable=True),
        sa.Column("unanswerable", sa.String(), nullable=True),
        sa.Column("evidence", JSON, nullable=True),
        sa.Column("plan", JSON, nullable=True),
        sa.Column("reasons", JSON, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_replies_account_id_accounts"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_replies_contact_id_contacts"),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name="fk_replies_mailbox_id_mailboxes"),
        sa.UniqueConstraint("case", name="uq_replies_case"),
        sa.UniqueConstraint("mailbox_id", "uidvalidity", "uid", name="uq_replies_mailbox_id_uidvalidity_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_replies_contact_id", "replies", ["contact_id"])
    op.create_index("ix_replies_mailbox_id_raw_digest", "replies", ["mailbox_id", "raw_digest"])
    op.create_index("ix_replies_state_claimed_until", "replies", ["state", "claimed_until"])


def _create_frozen_copies() -> None:
    op.create_table(
        "frozen_copies",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("reply_id", INTEGER, nullable=False),
        sa.Column("contact_id", INTEGER, nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("facts_key", sa.LargeBinary(), nullable=True),
        sa.Column("frozen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_frozen_copies"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_frozen_copies_contact_id_contacts"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_frozen_copies_reply_id_replies"),
        sa.UniqueConstraint("reply_id", name="uq_frozen_copies_reply_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_frozen_copies_contact_id", "frozen_copies", ["contact_id"])


def _create_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("reply_id", INTEGER, nullable=False),
        sa.Column("contact_id", INTEGER, nullable=False),
        sa.Column("account_id", INTEGER, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("sections", JSON, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("facts_key", sa.LargeBinary(), nullable=True),
        sa.Column("in_reply_to", sa.String(), nullable=True),
        sa.Column("references", JSON, nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_letters_account_id_accounts"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_letters_contact_id_contacts"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_letters_reply_id_replies"),
        sa.UniqueConstraint("message_id", name="uq_letters_message_id"),
        sa.UniqueConstraint("reply_id", "step", name="uq_letters_reply_id_step"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letters_contact_id", "letters", ["contact_id"])


def _create_pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("contact_id", INTEGER, nullable=True),
        sa.Column("reply_id", INTEGER, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_pauses"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_pauses_contact_id_contacts"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_pauses_reply_id_replies"),
        sa.UniqueConstraint("reply_id", "digest", name="uq_pauses_reply_id_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pauses_contact_id", "pauses", ["contact_id"])
    op.create_index("ix_pauses_digest", "pauses", ["digest"])


def _create_predictions() -> None:
    op.create_table(
        "predictions",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("reply_id", INTEGER, nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("probabilities", JSON, nullable=False),
        sa.Column("act", JSON, nullable=False),
        sa.Column("maybe", JSON, nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_predictions"),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name="fk_predictions_reply_id_replies", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_predictions_reply_id", "predictions", ["reply_id"])


def _create_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("reply_id", INTEGER, nullable=False),
        sa.Column("contact_id", INTEGER, nullable=True),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("legal_due", sa.Date(), nullable=False),
        sa.Column("safe_due", sa.Date(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_requests_contact_id_contacts"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_requests_reply_id_replies"),
        sa.UniqueConstraint("reply_id", "right", name="uq_requests_reply_id_right"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_requests_case", "requests", ["case"])
    op.create_index("ix_requests_contact_id_state", "requests", ["contact_id", "state"])


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("reply_id", INTEGER, nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("intents", JSON, nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("decided_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_reviews_reply_id_replies", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_reply_id", "reviews", ["reply_id"])


def _create_suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("normal_form", INTEGER, nullable=False),
        sa.Column("key_version", INTEGER, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reply_id", INTEGER, nullable=True),
        sa.Column("since", TIME, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_suppressions_reply_id_replies"),
        sa.UniqueConstraint("scope", "digest", name="uq_suppressions_scope_digest"),
        sqlite_autoincrement=True,
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("letter_id", INTEGER, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", TIME, nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("copied_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_deliveries_letter_id_letters"),
        sa.UniqueConstraint("letter_id", name="uq_deliveries_letter_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_sent_at", "deliveries", ["sent_at"])
    op.create_index("ix_deliveries_state_not_before", "deliveries", ["state", "not_before"])
