from collections import Counter

from daemon.records import Record
from daemon.rights.purge import _WHOSE, TABLE, Fate, columns_of


def test_every_column_is_decided_about() -> None:
    """A new column has to be put into the table: erased or kept, and why; none stands in two lines."""
    decided = Counter(f"{line.record.__tablename__}.{name}" for line in TABLE for name in columns_of(line))
    there = {f"{table.name}.{column.name}" for table in Record.metadata.tables.values() for column in table.columns}
    assert decided.keys() - there == set(), "these columns are gone: take them out of daemon/rights/purge.py"
    assert there - decided.keys() == set(), "decide about these columns in daemon/rights/purge.py and docs/erasure.md"
    assert [name for name, times in decided.items() if times > 1] == []


def test_every_line_says_why() -> None:
    """Nothing is kept, and nothing erased, without a reason that an officer can read."""
    assert all(len(line.why) > 5 for line in TABLE)


def test_all_that_is_erased_can_be_found() -> None:
    """For each record that something is erased from, it is known which rows are one person's."""
    erased = {line.record for line in TABLE if line.fate not in {Fate.KEPT, Fate.NOBODY}}
    assert erased == set(_WHOSE)


def test_rows_go_before_those_that_they_point_to() -> None:
    """The contact's own row is the last that goes, so that no reference is left hanging."""
    rows = [line.record.__tablename__ for line in TABLE if line.fate in {Fate.PURGE_ROW, Fate.END_ROW}]
    assert rows[-1] == "contacts"
