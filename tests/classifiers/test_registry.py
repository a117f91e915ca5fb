import hashlib
import json
import pickle
import shutil

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from classifiers.examples import corpus_paths, data_hash, read_examples
from classifiers.registry import MAX_BYTES, UnusableModel, load, manifest_path, shipped_path


@pytest.fixture
def model_file(tmp_path):
    """A copy of the shipped model, to be spoilt."""
    path = tmp_path / "model.skops"
    shutil.copy(shipped_path(), path)
    shutil.copy(manifest_path(shipped_path()), manifest_path(path))
    return path


def put(path, data: bytes) -> None:
    """Another file in the model's place, with a manifest that vouches for it."""
    path.write_bytes(data)
    manifest = json.loads(manifest_path(path).read_text())
    manifest["sha256"] = hashlib.sha256(data).hexdigest()
    manifest_path(path).write_text(json.dumps(manifest))


def test_the_shipped_model_has_learned_from_the_corpus_in_the_tree():
    """Whoever changes an example trains again (`replyd train`), or this fails."""
    assert load(shipped_path()).manifest["data_hash"] == data_hash(read_examples(corpus_paths()))


def test_the_shipped_model_is_small():
    """It travels in the wheel."""
    assert shipped_path().stat().st_size < 10_000_000


def test_a_missing_model_is_named(tmp_path):
    """The message says which file is missing."""
    with pytest.raises(UnusableModel, match=r"none\.json cannot be read"):
        load(tmp_path / "none.skops")


def test_a_changed_byte_is_refused(model_file):
    """The manifest vouches for one sequence of bytes only."""
    data = bytearray(model_file.read_bytes())
    data[len(data) // 2] ^= 1
    model_file.write_bytes(bytes(data))
    with pytest.raises(UnusableModel, match="SHA-256"):
        load(model_file)


def test_a_pickle_is_refused_and_never_runs(model_file, tmp_path):
    """Not even a manifest that vouches for it makes it run."""

    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    put(model_file, pickle.dumps(Trap()))
    with pytest.raises(UnusableModel, match="not a model file"):
        load(model_file)
    assert not (tmp_path / "ran").exists()


def test_foreign_types_are_refused(model_file):
    """A skops file that asks for any function outside the list is none of ours."""
    put(model_file, skops.io.dumps({"format": 1, "f": np.save}))
    with pytest.raises(UnusableModel, match="types that no model of ours has"):
        load(model_file)


@pytest.mark.parametrize("content", [LogisticRegression(), {"format": 99}, {"format": 1}, [1]])
def test_other_skops_files_are_refused(model_file, content):
    """Harmless is not enough: a part that is missing or of another format is said."""
    put(model_file, skops.io.dumps(content))
    with pytest.raises(UnusableModel):
        load(model_file)


def test_a_huge_file_is_not_read(model_file):
    """The size is looked at first."""
    with model_file.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UnusableModel, match="larger"):
        load(model_file)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 0}'])
def test_a_broken_manifest_is_refused(model_file, text):
    """No manifest, no model."""
    manifest_path(model_file).write_text(text)
    with pytest.raises(UnusableModel):
        load(model_file)
