"""The classifier that comes with the program, for commands that need no set-up."""

import typer

from classifiers.model import ReplyClassifier
from classifiers.prediction import Classifier
from classifiers.registry import UnusableModel, shipped_path
from classifiers.rules import RulesOnly


def shipped_classifier() -> Classifier:
    """The model that comes with the program, or the rules alone where it is refused."""
    try:
        return ReplyClassifier.load(shipped_path())
    except UnusableModel as error:
        typer.echo(f"replyd: only the rules judge, since the model is refused: {error}", err=True)
        return RulesOnly()
