"""What would be made of one mail if a contact of ours had sent it: the judgement of everything but the records."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from classifiers.intents import Intent
from classifiers.prediction import Classifier, Prediction
from classifiers.reading import Ours, Reading, read
from classifiers.reading.message import UnreadableMail
from daemon.decisions.case import Case, Evidence, Known, Level, Match
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.plan import Plan
from daemon.decisions.policy import decide
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState
from daemon.log import place_of
from daemon.mail.evidence import referred_ids, sender_address
from daemon.mail.matching import failed_recipients
from daemon.mail.sandbox import Sandbox

BATCH = 64
"""Mails that are parsed and classified together."""

ASSUMED_MATCH = Match(Known.CONTACT, 1, "references", other_sender=False)
ASSUMED_EVIDENCE = (Evidence(Level.CLAIM, "assumed"), Evidence(Level.THREAD, "assumed"))
ASSUMED_STANDING = Standing(kind="employee")
"""A known employee with nothing open, nothing counted, and every fact on record."""

ASSUMED_CHOICES = Choices(
    mode=Mode.AUTO, auto=frozenset((intent, language) for intent in Intent for language in ("en", "de"))
)

DOUBTS = frozenset(
    {"model_unsure", "nothing_said", "hidden_text", "forwarded", "conflict", "not_proved", "wish_in_robot_mail"}
)
"""Reasons for a person that are doubts about the mail itself; others are rights that only people answer."""


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file's name and content; `raw` is None where it could not be read, and `error` says why."""

    name: str
    raw: bytes | None
    error: str = ""


def inspected(files: Iterable[MailFile], sandbox: Sandbox, classifier: Classifier) -> Iterator[dict[str, Any]]:
    """One record for each file, in order; whatever a mail provokes is its own record's."""
    batch: list[MailFile] = []
    for file in files:
        batch.append(file)
        if len(batch) == BATCH:
            yield from _inspected(batch, sandbox, classifier)
            batch = []
    yield from _inspected(batch, sandbox, classifier)


def _inspected(batch: Sequence[MailFile], sandbox: Sandbox, classifier: Classifier) -> Iterator[dict[str, Any]]:
    messages = iter(sandbox.parse_many([file.raw for file in batch if file.raw is not None]))
    readings = [_reading(next(messages)) if file.raw is not None else file.error for file in batch]
    predictions = iter(classifier.predict([r.own.text for r in readings if isinstance(r, Reading)]))
    for file, reading in zip(batch, readings, strict=True):
        if isinstance(reading, Reading):
            yield _record(file.name, reading, next(predictions))
        else:
            yield _unreadable(file.name, reading)


def _reading(message: object) -> Reading | str:
    if isinstance(message, UnreadableMail):
        return str(message)
    try:
        return read(message, Ours())  # type: ignore[arg-type]  # what the sandbox returns is a Message otherwise
    except Exception as error:  # noqa: BLE001  whatever a mail provokes is its own failure
        return place_of(error)


def planned(reading: Reading, prediction: Prediction) -> Plan:
    """The plan in mode `auto`, for a known contact with full provenance."""
    case = Case(
        received_at=datetime.now(UTC),
        answered=False,
        reading=reading,
        match=ASSUMED_MATCH,
        evidence=ASSUMED_EVIDENCE,
        prediction=prediction,
        sender=sender_address(reading.message),
        refers_to=referred_ids(reading.message),
        failed_recipients=failed_recipients(reading),
    )
    return decide(case, ASSUMED_STANDING, ASSUMED_CHOICES)


def _record(name: str, reading: Reading, prediction: Prediction) -> dict[str, Any]:
    plan = planned(reading, prediction)
    # Rules decide about robots; the classifier only counts where it makes a person look at one.
    counts = reading.automatic is None or plan.state is ReplyState.REVIEW
    return {
        "file": name,
        "own_text": reading.own.text,
        "automatic": _automatic(reading),
        "language": prediction.language,
        "intents": {intent.value: round(prediction.probabilities[intent], 4) for intent in Intent},
        "act": [intent.value for intent in prediction.act if counts],
        "maybe": [intent.value for intent in prediction.maybe if counts],
        "review": (counts and prediction.review) or bool(DOUBTS & set(plan.reasons)),
        "answerable": reading.answerable,
        "plan": plan.in_words(),
        "reasons": list(plan.reasons),
    }


def _automatic(reading: Reading) -> dict[str, Any] | None:
    found = reading.automatic
    if found is None:
        return None
    return {"kind": found.kind.value, "hard": found.hard, "recipients": list(found.recipients), "rule": found.rule}


def _unreadable(name: str, why: str) -> dict[str, Any]:
    return {
        "file": name,
        "own_text": "",
        "automatic": None,
        "language": None,
        "intents": dict.fromkeys((intent.value for intent in Intent), 0.0),
        "act": [],
        "maybe": [],
        "review": True,
        "answerable": False,
        "plan": ["ask a person"],
        "reasons": [f"unreadable: {why}"],
    }
