"""The three top-level names are ours: two packages of PyPI import under the same ones."""

import importlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", ["classifiers", "daemon", "responses"])
def test_the_package_is_the_one_of_this_checkout(name: str) -> None:
    """Not whatever else is installed under that name."""
    module = importlib.import_module(name)
    assert Path(str(module.__file__)).resolve() == CHECKOUT / name / "__init__.py"


@pytest.mark.parametrize("name", ["responses", "python-daemon"])
def test_no_distribution_of_the_same_name_is_installed(name: str) -> None:
    """Not even as somebody else's dependency: which one is imported would be chance."""
    with pytest.raises(PackageNotFoundError):
        distribution(name)
