"""`replyd train`: a new model from the examples that come with the program and from reviewed replies."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from classifiers.examples import CORPUS, UnusableExamples
from classifiers.registry import shipped_path
from classifiers.training import TooFewExamples, train_from_files
from daemon.cli.options import ConfigPath, WrongUse, settings_of

app = typer.Typer(add_completion=False)


@app.command()
def train(
    corpus: Annotated[Path, typer.Option(help="Directory of <language>.jsonl files.")] = CORPUS,
    labels: Annotated[list[Path] | None, typer.Option(help="A further file of examples; may be repeated.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Directory of the model.", show_default="model in the data directory")
    ] = None,
    config: ConfigPath = None,
) -> None:
    """Train, measure on examples that were held out, and store the model with its figures."""
    paths = (*sorted(corpus.glob("*.jsonl")), *(labels or []))
    if not paths:
        raise WrongUse(f"{corpus} holds no .jsonl file with examples")
    target = (out or settings_of(config).data / "model") / shipped_path().name
    try:
        with Progress(transient=True) as progress:
            task = progress.add_task("training", total=None)
            trained = train_from_files(
                paths, target, lambda done, total: progress.update(task, completed=done, total=total)
            )
    except (UnusableExamples, TooFewExamples, OSError, UnicodeDecodeError) as error:
        raise WrongUse(str(error)) from error
    typer.echo(trained.evaluation.as_table())
    typer.echo(f"\nmodel {trained.limits.version} of {trained.examples} examples, stored as {target}")
