import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.clock import now
from daemon.records import KeyCheck, Suppression
from daemon.records.database import Database
from daemon.records.encryption import (
    BadKeyFile,
    Key,
    Keys,
    Sealed,
    Vault,
    WrongKey,
    create_key,
    read_key,
    verify_keys,
)

KEYS = Keys(masters=(Key(1, b"m" * 32),), suppression=(Key(1, b"s" * 32),))
OTHER_KEYS = Keys(masters=(Key(1, b"M" * 32),), suppression=(Key(1, b"S" * 32),))
ROTATED = Keys(masters=(*KEYS.masters, Key(2, b"n" * 32)), suppression=(*KEYS.suppression, Key(2, b"t" * 32)))


@given(plain=st.binary(max_size=300), purpose=st.text(max_size=20))
def test_what_was_sealed_opens_again(plain: bytes, purpose: str) -> None:
    """Any bytes for any purpose."""
    vault = Vault(KEYS)
    assert vault.open(vault.seal(plain, purpose=purpose), purpose=purpose) == plain


def test_two_seals_of_the_same_share_nothing() -> None:
    """Each record has a key and a nonce of its own, so equal texts cannot be recognised."""
    one, two = (Vault(KEYS).seal(b"the same text", purpose="reply.raw") for _ in range(2))
    assert one.ciphertext != two.ciphertext
    assert one.key != two.key


@given(data=st.data())
def test_a_changed_bit_is_noticed(data: st.DataObject) -> None:
    """Nothing opens that is not exactly what was sealed."""
    sealed = Vault(KEYS).seal(b"text of a reply", purpose="reply.raw")
    which = data.draw(st.sampled_from(["ciphertext", "key"]))
    parts = {"ciphertext": bytearray(sealed.ciphertext), "key": bytearray(sealed.key)}
    bit = data.draw(st.integers(0, len(parts[which]) * 8 - 1))
    parts[which][bit // 8] ^= 1 << bit % 8
    with pytest.raises(WrongKey):
        Vault(KEYS).open(Sealed(bytes(parts["ciphertext"]), bytes(parts["key"])), "reply.raw")


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 20])
def test_cut_off_bytes_are_noticed(cut: int) -> None:
    """Truncated columns are an error of the same kind, not a crash."""
    sealed = Vault(KEYS).seal(b"text", purpose="reply.raw")
    for broken in (Sealed(sealed.ciphertext[:cut], sealed.key), Sealed(sealed.ciphertext, sealed.key[:cut])):
        with pytest.raises(WrongKey):
            Vault(KEYS).open(broken, "reply.raw")


def test_a_record_does_not_pass_for_one_of_another_purpose() -> None:
    """A raw mail moved into the column of a letter's facts does not open there."""
    sealed = Vault(KEYS).seal(b"text", purpose="reply.raw")
    with pytest.raises(WrongKey):
        Vault(KEYS).open(sealed, "letter.facts")


def test_another_master_key_opens_nothing() -> None:
    """The database alone is worth nothing."""
    sealed = Vault(KEYS).seal(b"text", purpose="reply.raw")
    with pytest.raises(WrongKey, match="key backup"):
        Vault(OTHER_KEYS).open(sealed, "reply.raw")


def test_after_a_rotation_old_records_open_and_rewrapped_ones_need_the_old_key_no_more() -> None:
    """Ending an old master key is: rewrap every record's key, then destroy the file."""
    old = Vault(KEYS).seal(b"text", purpose="reply.raw")
    assert Vault(ROTATED).open(old, "reply.raw") == b"text"
    rewrapped = Sealed(old.ciphertext, Vault(ROTATED).rewrap(old.key, purpose="reply.raw"))
    only_new = Vault(Keys(ROTATED.masters[1:], ROTATED.suppression))
    assert only_new.open(rewrapped, "reply.raw") == b"text"
    with pytest.raises(WrongKey, match=r"master-1\.key"):
        only_new.open(old, "reply.raw")


def test_keys_are_made_private_and_read_back(tmp_path: Path) -> None:
    """Both files are for their owner only, and loading gives what creating gave."""
    directory = tmp_path / "new" / "keys"
    keys = Keys.create(directory)
    assert Keys.load(directory) == keys
    assert {stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()} == {0o600}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert keys.masters[0].secret != keys.suppression[0].secret


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    """A second `create` fails, and the first keys stay."""
    keys = Keys.create(tmp_path)
    with pytest.raises(BadKeyFile, match="replyd keys rotate"):
        Keys.create(tmp_path)
    assert Keys.load(tmp_path) == keys


def test_versions_are_loaded_in_order(tmp_path: Path) -> None:
    """Version 10 comes after version 9, and what is no key file is passed over."""
    for version in (1, 2, 9, 10):
        create_key(tmp_path / f"master-{version}.key")
    for version in (1, 2):
        create_key(tmp_path / f"suppression-{version}.key")
    (tmp_path / "master-old.key").write_text("a note")
    keys = Keys.load(tmp_path)
    assert [key.version for key in keys.masters] == [1, 2, 9, 10]
    assert [key.version for key in keys.suppression] == [1, 2]


def test_a_missing_suppression_key_in_between_is_refused(tmp_path: Path) -> None:
    """Digests go through all of them; with a gap nobody would be found suppressed."""
    create_key(tmp_path / "master-1.key")
    create_key(tmp_path / "suppression-2.key")
    with pytest.raises(BadKeyFile, match="without a gap"):
        Keys.load(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "short", base64.urlsafe_b64encode(b"x" * 31).decode(), "!" * 44, "clé", "A" * 100]
)
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    """A damaged file is named; what is in it is not repeated."""
    path = tmp_path / "master-1.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(BadKeyFile, match=r"master-1\.key"):
        read_key(path)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The message says what to run."""
    path = tmp_path / "master-1.key"
    create_key(path)
    path.chmod(0o640)
    with pytest.raises(BadKeyFile, match="chmod 600"):
        read_key(path)


def test_a_missing_key_says_where_to_get_it(tmp_path: Path) -> None:
    """The first thing that a restore without keys runs into."""
    with pytest.raises(BadKeyFile, match="key backup"):
        Keys.load(tmp_path)


def test_a_key_does_not_show_in_its_text() -> None:
    """Neither a log nor a traceback gives it away."""
    assert "mmm" not in repr(KEYS)


def test_the_first_keys_are_noted_and_known_again(database: Database) -> None:
    """The same keys pass ever after, others never."""
    for _ in range(2):
        with database.write() as session:
            verify_keys(session, KEYS)
    for wrong in (OTHER_KEYS, Keys(KEYS.masters, OTHER_KEYS.suppression), Keys(OTHER_KEYS.masters, KEYS.suppression)):
        with pytest.raises(WrongKey), database.write() as session:
            verify_keys(session, wrong)


def test_keys_of_another_version_are_wrong(database: Database) -> None:
    """Somebody who restored keys without the database, or the other way round, is told."""
    with database.write() as session:
        verify_keys(session, ROTATED)
    with pytest.raises(WrongKey, match="version 2"), database.write() as session:
        verify_keys(session, KEYS)


def test_a_lost_check_value_does_not_let_a_wrong_key_in(database: Database) -> None:
    """With suppressions in the database no new check value is ever stored."""
    with database.write() as session:
        session.add(
            Suppression(scope="address", digest="0" * 64, normal_form=1, key_version=1, reason="opt_out", since=now())
        )
    with pytest.raises(WrongKey), database.write() as session:
        verify_keys(session, KEYS)
    with database.read() as session:
        assert session.get(KeyCheck, "suppression") is None
