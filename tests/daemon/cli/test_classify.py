"""The contract of `replyd classify --json`: docs/commands.md."""

import json

import pytest

from classifiers.intents import Intent
from daemon.cli.classify import BATCH
from tests.daemon.cli.answers import json_lines

KEYS = ["id", "language", "intents", "act", "maybe", "review"]


def _lines(*rows: object) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_each_text_has_one_line_with_all_keys_in_order(replyd):
    """More than a batch, texts and numbers as ids, empty texts and odd ones, in the order of the input."""
    rows = [{"id": n if n % 2 else str(n), "text": "" if n % 7 == 0 else f"stop {n}"} for n in range(BATCH + 10)]
    rows.append({"id": "last", "text": "\ud800 Woher haben Sie meine Daten? \u2028"})
    result = replyd("classify", "--json", stdin=_lines(*rows))
    records = json_lines(result)
    assert result.exit_code == 0
    assert [record["id"] for record in records] == [row["id"] for row in rows]
    assert all(list(record) == KEYS for record in records)
    assert all(list(record["intents"]) == [intent.value for intent in Intent] for record in records)


@pytest.mark.parametrize(
    "bad", ["nonsense", "[]", '{"id": 1}', '{"text": "x"}', '{"id": [], "text": "x"}', '{"id": 1, "text": 2}']
)
def test_a_bad_line_is_named_and_nothing_before_it_is_lost(replyd, bad):
    """Exit code 2, the number of the line, and the answers to all lines above it."""
    result = replyd("classify", "--json", stdin=_lines({"id": 1, "text": "stop"}) + f"\n{bad}\n")
    assert result.exit_code == 2
    assert "line 3" in result.stderr
    assert [record["id"] for record in json_lines(result)] == [1]


def test_bytes_that_are_no_utf8_are_a_bad_line(replyd):
    """As is everything else that is not JSON."""
    result = replyd("classify", stdin=b'{"id": 1, "text": "M\xfcller"}\n')
    assert result.exit_code == 2
    assert "line 1" in result.stderr


def test_nothing_in_nothing_out(replyd):
    """An empty input is no fault."""
    assert (replyd("classify", stdin="").exit_code, replyd("classify", stdin="\n\n").stdout) == (0, "")
