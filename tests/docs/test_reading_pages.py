"""The readers of pages find what a person would type, and refuse what the program would refuse."""

from pathlib import Path

import pytest

from tests.docs.pages import calls, mentions
from tests.docs.program import fault_of_call, fault_of_mention
from tests.docs.transcript import compared, with_settings

PAGE = """
A sentence names `replyd suppress undo`, and `replyd` alone is no command.

```sh
cd /etc/replyd
sudo -u replyd /opt/replyd/.venv/bin/replyd check --json | grep fail  # a comment
replyd contacts import \\
  list.csv --dry-run && replyd run --once
```

```console
$ replyd pause
replyd shows this and nobody types it
```

    .venv/bin/replyd init

```toml
replyd = "no command"
```
"""


def test_commands_are_found_wherever_they_are_typed(tmp_path: Path) -> None:
    """Behind sudo, before a pipe, over two lines, in a transcript, in an indented block; and nowhere else."""
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert [call.words for call in calls(page)] == [
        ("replyd", "check", "--json"),
        ("replyd", "contacts", "import", "list.csv", "--dry-run"),
        ("replyd", "run", "--once"),
        ("replyd", "pause"),
        ("replyd", "init"),
    ]
    assert [said.words for said in mentions(page)] == [("replyd", "suppress", "undo")]


@pytest.mark.parametrize(
    "words",
    [
        ("chek",),
        ("check", "--jason"),
        ("contacts", "import"),
        ("contacts", "exprt", "list.csv"),
        ("requests", "close", "1", "--how", "nohow", "--by", "anna"),
        ("suppress", "undo", "jane@example.com"),
        ("oauth", "login", "--port", "many"),
    ],
)
def test_a_call_that_the_program_refuses_is_a_fault(words: tuple[str, ...]) -> None:
    """An unknown command or option, a missing argument, a value that is none: each is said."""
    assert fault_of_call(words)


def test_a_call_that_would_run_is_none() -> None:
    """Parsed in full, and not run: there is no such file."""
    assert fault_of_call(("--config", "none.toml", "contacts", "import", "none.csv", "--skip-bad")) is None
    assert fault_of_call(("contacts", "--help")) is None


def test_a_mention_may_leave_out_arguments_but_invent_nothing() -> None:
    """`replyd suppress undo` stands for a command with arguments; an option that there is not is a fault."""
    assert fault_of_mention(("suppress", "undo")) is None
    assert fault_of_mention(("review", "decide", "ID", "--intents", "...")) is None
    assert fault_of_mention(("suppress", "undo", "--force"))
    assert fault_of_mention(("suppress", "forget"))
    assert fault_of_mention(("doctor",))


def test_settings_of_a_page_take_the_place_of_those_in_the_file() -> None:
    """A key is replaced in its own section only; a section that is not there is added."""
    file = '[replyd]\ndata = "data"\nmode = "assist"\n\n[run]\nmode = 1\n'
    shown = '[replyd]\nmode = "auto"\nauto = ["opt_out:en"]\n\n[letters]\nsettling_s = 0\n'
    assert compared(with_settings(file, shown)) == compared(
        '[replyd]\nauto = ["opt_out:en"]\nmode = "auto"\ndata = "data"\n[run]\nmode = 1\n[letters]\nsettling_s = 0\n'
    )


def test_what_differs_each_time_is_not_compared() -> None:
    """Times, case references, keys and digests; a word that differs is seen."""
    assert compared("R-JYZCOFOR at 2026-11-24 00:55") == compared("R-7K3MQ2XA  at 2026-12-01 10:00")
    assert compared("3 contacts added") != compared("4 contacts added")
