"""`replyd letters`: where each letter is, and settling by hand what no machine may settle."""

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon import clock
from daemon.cli.letter_actions import SETTLED_BY_HAND, Resolution, release, resolve
from daemon.cli.letters_preview import preview_letter
from daemon.cli.letters_sign_off import sign_off_letters
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, By, ConfigPath, WrongUse, settings_of
from daemon.cli.output import console, print_json, printable, table
from daemon.cli.review_queue import letter_text
from daemon.records import Delivery, Letter
from responses.rendering import Templates

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Look at letters, sign them off, settle doubts.")
app.command("preview")(preview_letter)
app.command("sign-off")(sign_off_letters)

LetterId = Annotated[int, typer.Argument(metavar="ID")]


@app.command("list")
def list_letters(
    everything: Annotated[bool, typer.Option("--all", help="Also those that nobody has to look at.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many, the newest first.")] = 100,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """List letters that are in doubt, refused or held, with the reason."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        rows = _rows(session, everything=everything, limit=limit)
    if as_json:
        for row in rows:
            print_json(row)
    else:
        names = ("id", "reply", "state", "reason", "attempts", "created_at")
        console().print(table(names, ([row[name] for name in names] for row in rows)))


def _rows(session: Session, *, everything: bool, limit: int) -> list[dict[str, Any]]:
    found = select(Letter, Delivery).join(Delivery, Delivery.letter_id == Letter.id)
    if not everything:
        found = found.where(Delivery.state.in_(SETTLED_BY_HAND))
    rows = session.execute(found.order_by(Letter.id.desc()).limit(limit)).all()
    return [_row(letter, delivery) for letter, delivery in rows]


def _row(letter: Letter, delivery: Delivery) -> dict[str, Any]:
    return {
        "id": letter.id,
        "reply": letter.reply_id,
        "state": delivery.state,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "sections": letter.sections,
        "language": letter.language,
        "message_id": letter.message_id,
        "created_at": letter.created_at,
        "not_before": delivery.not_before,
        "sent_at": delivery.sent_at,
    }


@app.command()
def show(letter_id: LetterId, as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Show the text of one letter."""
    settings = settings_of(config)
    own = settings.letters.templates
    with opened(settings) as installation, installation.database.read() as session:
        found = select(Letter, Delivery).join(Delivery, Delivery.letter_id == Letter.id).where(Letter.id == letter_id)
        row = session.execute(found).first()
        if row is None:
            raise WrongUse(f"there is no letter {letter_id}")
        values = _row(row[0], row[1])
        text = letter_text(session, installation.vault, Templates((own,) if own else ()), letter_id)
    if as_json:
        print_json({**values, "text": text})
    else:
        typer.echo(f"letter {letter_id}, {values['state']} {values['reason'] or ''}\n\n{printable(text)}")


@app.command("resolve")
def resolve_letter(
    letter_id: LetterId,
    by: By,
    sent: Annotated[bool, typer.Option("--sent", help="It arrived.")] = False,
    send_again: Annotated[bool, typer.Option("--send-again", help="It did not; send it once more.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="It is not to be sent.")] = False,
    config: ConfigPath = None,
) -> None:
    """Settle a letter that is in doubt, refused or held."""
    chosen = [r for r, wanted in zip(Resolution, (sent, send_again, withdraw), strict=True) if wanted]
    if len(chosen) != 1:
        raise WrongUse("say one of --sent, --send-again and --withdraw")
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        resolve(session, letter_id, chosen[0], by, clock.now())
    typer.echo(f"letter {letter_id}: {chosen[0].value}")


@app.command("release")
def release_letter(letter_id: LetterId, by: By, config: ConfigPath = None) -> None:
    """Let go a letter of an erasure that waits for your key; read it first with `show`."""
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        release(session, letter_id, by, clock.now())
    typer.echo(f"letter {letter_id}: released")
