"""`replyd classify`: texts in, predictions out, line by line."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

import typer

from classifiers.intents import Intent
from classifiers.prediction import Classifier, Prediction
from daemon.cli.options import WrongUse
from daemon.cli.output import json_line
from daemon.cli.shipped import shipped_classifier

BATCH = 256

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One text and what it is called."""

    id: str | int
    text: str


@app.command()
def classify(_json: Annotated[bool, typer.Option("--json", help="JSON lines; the only form there is.")] = True) -> None:
    """Read lines of {"id", "text"} from standard input and write one line of JSON for each, in the same order."""
    classifier = shipped_classifier()
    batch: list[Line] = []
    try:
        for line in lines_of(sys.stdin.buffer):
            batch.append(line)
            if len(batch) == BATCH:
                _write(batch, classifier)
                batch = []
    finally:
        _write(batch, classifier)  # what stood before a bad line is not lost


def lines_of(stream: Iterable[bytes]) -> Iterator[Line]:
    """The texts, empty lines left out; raises WrongUse that names the line that is none."""
    for number, raw in enumerate(stream, start=1):
        if not raw.strip():
            continue
        try:
            values = json.loads(raw)
        except ValueError as error:
            raise WrongUse(f"standard input, line {number}: not JSON in UTF-8 ({type(error).__name__})") from None
        if not isinstance(values, dict) or not isinstance(values.get("text"), str):
            raise WrongUse(f'standard input, line {number}: an object with "id" and "text" is needed')
        if not isinstance(values.get("id"), str | int):
            raise WrongUse(f'standard input, line {number}: "id" must be a text or a whole number')
        yield Line(values["id"], values["text"])


def _write(batch: list[Line], classifier: Classifier) -> None:
    predictions = classifier.predict([line.text for line in batch])
    rows = (json_line(_record(line, found)) for line, found in zip(batch, predictions, strict=True))
    sys.stdout.write("".join(f"{row}\n" for row in rows))
    sys.stdout.flush()


def _record(line: Line, found: Prediction) -> dict[str, object]:
    return {
        "id": line.id,
        "language": found.language,
        "intents": {intent.value: round(found.probabilities[intent], 4) for intent in Intent},
        "act": [intent.value for intent in found.act],
        "maybe": [intent.value for intent in found.maybe],
        "review": found.review,
    }
