"""Sent mail, lists of contacts, erasures with their tasks, challenges, balancing tests, sign-offs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_day_one"
down_revision = "0001_initial"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
KEPT_IDS = {"sqlite_autoincrement": True}
"""SQLite rebuilds a table to change it; ids of erased rows must not come back thereby."""

NEW_TABLES = ("contact_lists", "assessments", "sign_offs", "erasures", "system_tasks", "challenges")


def upgrade() -> None:
    """Create the new tables and widen those that are there."""
    _create_contact_lists()
    _create_assessments()
    _create_sign_offs()
    _create_erasures()
    _create_system_tasks()
    _create_challenges()
    op.add_column("contacts", sa.Column("restricted_since", TIME, nullable=True))
    op.add_column("campaigns", sa.Column("footer", sa.String(), nullable=True))
    op.add_column("suppressions", sa.Column("value", sa.LargeBinary(), nullable=True))
    op.add_column("suppressions", sa.Column("value_key", sa.LargeBinary(), nullable=True))
    _widen_provenance()
    _widen_outreach_messages()
    _widen_mailboxes()
    with op.batch_alter_table("letters", table_kwargs=KEPT_IDS) as letters:
        letters.alter_column("contact_id", existing_type=INTEGER, nullable=True)
    with op.batch_alter_table("deliveries", table_kwargs=KEPT_IDS) as deliveries:
        deliveries.add_column(sa.Column("by_key", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("deliveries", table_kwargs=KEPT_IDS) as deliveries:
        deliveries.alter_column("by_key", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """Drop what was added; letters of erased people go, for the first version cannot keep them."""
    op.execute("DELETE FROM deliveries WHERE letter_id IN (SELECT id FROM letters WHERE contact_id IS NULL)")
    op.execute("DELETE FROM letters WHERE contact_id IS NULL")
    with op.batch_alter_table("deliveries", table_kwargs=KEPT_IDS) as deliveries:
        deliveries.drop_column("by_key")
    with op.batch_alter_table("letters", table_kwargs=KEPT_IDS) as letters:
        letters.alter_column("contact_id", existing_type=INTEGER, nullable=False)
    with op.batch_alter_table("mailboxes", table_kwargs=KEPT_IDS) as mailboxes:
        mailboxes.drop_column("kind")
    _narrow_outreach_messages()
    _narrow_provenance()
    for table, column in (
        ("suppressions", "value_key"), ("suppressions", "value"), ("campaigns", "footer"),
        ("contacts", "restricted_since"),
    ):  # fmt: skip
        with op.batch_alter_table(table, table_kwargs=KEPT_IDS) as altered:
            altered.drop_column(column)
    for name in reversed(NEW_TABLES):
        op.drop_table(name)


def _widen_provenance() -> None:
    with op.batch_alter_table("provenance", recreate="auto", table_kwargs=KEPT_IDS) as provenance:
        provenance.add_column(sa.Column("list_id", INTEGER, nullable=True))
        provenance.create_foreign_key("fk_provenance_list_id_contact_lists", "contact_lists", ["list_id"], ["id"])
    op.create_index("ix_provenance_list_id", "provenance", ["list_id"])


def _narrow_provenance() -> None:
    op.drop_index("ix_provenance_list_id", "provenance")
    with op.batch_alter_table("provenance", table_kwargs=KEPT_IDS) as provenance:
        provenance.drop_constraint("fk_provenance_list_id_contact_lists", type_="foreignkey")
        provenance.drop_column("list_id")


def _widen_outreach_messages() -> None:
    op.execute(
        "DELETE FROM outreach_messages WHERE id IN (SELECT a.id FROM outreach_messages a JOIN outreach_messages b "
        "ON a.contact_id = b.contact_id AND a.message_id = b.message_id AND a.id > b.id)"
    )
    with op.batch_alter_table("outreach_messages", table_kwargs=KEPT_IDS) as messages:
        messages.add_column(sa.Column("source", sa.String(), nullable=False, server_default="import"))
        messages.add_column(sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
        messages.add_column(sa.Column("in_reply_to", sa.String(), nullable=True))
        messages.add_column(sa.Column("text", sa.LargeBinary(), nullable=True))
        messages.add_column(sa.Column("text_key", sa.LargeBinary(), nullable=True))
        messages.alter_column("message_id", existing_type=sa.String(), nullable=True)
        messages.create_unique_constraint("uq_outreach_messages_contact_id_message_id", ["contact_id", "message_id"])
    with op.batch_alter_table("outreach_messages", table_kwargs=KEPT_IDS) as messages:
        messages.alter_column("source", existing_type=sa.String(), server_default=None)
        messages.alter_column("shared", existing_type=sa.Boolean(), server_default=None)
    op.create_index("ix_outreach_messages_in_reply_to", "outreach_messages", ["in_reply_to"])


def _narrow_outreach_messages() -> None:
    op.execute("DELETE FROM outreach_messages WHERE message_id IS NULL")
    op.drop_index("ix_outreach_messages_in_reply_to", "outreach_messages")
    with op.batch_alter_table("outreach_messages", table_kwargs=KEPT_IDS) as messages:
        messages.alter_column("message_id", existing_type=sa.String(), nullable=False)
        messages.drop_constraint("uq_outreach_messages_contact_id_message_id", type_="unique")
        for column in ("text_key", "text", "in_reply_to", "shared", "source"):
            messages.drop_column(column)


def _widen_mailboxes() -> None:
    with op.batch_alter_table("mailboxes", table_kwargs=KEPT_IDS) as mailboxes:
        mailboxes.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="replies"))
    with op.batch_alter_table("mailboxes", table_kwargs=KEPT_IDS) as mailboxes:
        mailboxes.alter_column("kind", existing_type=sa.String(), server_default=None)


def _create_contact_lists() -> None:
    op.create_table(
        "contact_lists",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("imported_at", TIME, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_lists"),
        sa.UniqueConstraint("name", name="uq_contact_lists_name"),
        sqlite_autoincrement=True,
    )


def _create_assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("interest", sa.String(), nullable=False),
        sa.Column("weighed_on", sa.Date(), nullable=False),
        sa.Column("weighed_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("countries", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
        sa.UniqueConstraint("name", name="uq_assessments_name"),
        sqlite_autoincrement=True,
    )


def _create_sign_offs() -> None:
    op.create_table(
        "sign_offs",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign_offs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_offs_language", "sign_offs", ["language"])


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("reply_id", INTEGER, nullable=False),
        sa.Column("contact_id", INTEGER, nullable=True),
        sa.Column("account_id", INTEGER, nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("digests", JSON, nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("grace_until", TIME, nullable=False),
        sa.Column("purged_at", TIME, nullable=True),
        sa.Column("items", JSON, nullable=True),
        sa.Column("recipients", JSON, nullable=True),
        sa.Column("done_at", TIME, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("swept_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_erasures_account_id_accounts"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_erasures_contact_id_contacts"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_erasures_reply_id_replies"),
        sa.UniqueConstraint("reply_id", name="uq_erasures_reply_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erasures_case", "erasures", ["case"])
    op.create_index("ix_erasures_contact_id_state", "erasures", ["contact_id", "state"])
    op.create_index("ix_erasures_state_grace_until", "erasures", ["state", "grace_until"])
    op.create_index("ix_erasures_swept_at_purged_at", "erasures", ["swept_at", "purged_at"])


def _create_system_tasks() -> None:
    op.create_table(
        "system_tasks",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("erasure_id", INTEGER, nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("steps", JSON, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("note_key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_system_tasks"),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.id"], name="fk_system_tasks_erasure_id_erasures"),
        sa.UniqueConstraint("erasure_id", "system", name="uq_system_tasks_erasure_id_system"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_system_tasks_state_due", "system_tasks", ["state", "due"])


def _create_challenges() -> None:
    op.create_table(
        "challenges",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("reply_id", INTEGER, nullable=False),
        sa.Column("contact_id", INTEGER, nullable=True),
        sa.Column("code_digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.Column("reminded_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_challenges"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_challenges_contact_id_contacts"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name="fk_challenges_reply_id_replies"),
        sa.UniqueConstraint("code_digest", name="uq_challenges_code_digest"),
        sa.UniqueConstraint("reply_id", name="uq_challenges_reply_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_challenges_contact_id_created_at", "challenges", ["contact_id", "created_at"])
    op.create_index("ix_challenges_state_valid_until", "challenges", ["state", "valid_until"])
