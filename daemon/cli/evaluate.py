"""`replyd evaluate`: how good the model is on examples that it has not learned from."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from classifiers.evaluation import evaluate_file
from classifiers.examples import UnusableExamples
from classifiers.model import ReplyClassifier
from classifiers.registry import UnusableModel, shipped_path
from daemon.cli.options import AsJson, WrongUse
from daemon.cli.output import print_json

app = typer.Typer(add_completion=False)


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled examples, one JSON object a line.")],
    model: Annotated[
        Path | None, typer.Option(help="Directory of a model.", show_default="the one that comes with replyd")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure a model on labelled examples."""
    path = model / shipped_path().name if model else shipped_path()
    try:
        classifier = ReplyClassifier.load(path)
        found = evaluate_file(classifier, file)
    except (UnusableModel, UnusableExamples, OSError, UnicodeDecodeError) as error:
        raise WrongUse(str(error)) from error
    if as_json:
        print_json({"model": classifier.version, **asdict(found)})
    else:
        typer.echo(f"model {classifier.version}\n{found.as_table()}")
