"""The ledger keeps what it acknowledged, and shows every change of what it keeps."""

import json
import shutil
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import ValidationError

from governance import audit
from governance.canonical import canonical
from governance.entries import LedgerError, Tail, parse_line, read_head, segments
from governance.events import (
    EVENTS,
    BatchRegistered,
    LedgerRecovered,
    QueryAnswered,
    ReportWritten,
)
from governance.ledger import Ledger, Record
from governance.merkle import is_consistent, is_included, leaf_hash

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
WRITER = Path(__file__).with_name("ledger_writer.py")


def report(n: int, once: str | None = None) -> Record:
    return Record("lakehouse", ReportWritten(report="deid", sha256=sha256(bytes([n])).hexdigest()), NOW, once)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "ledger", tmp_path / "vault"


@pytest.fixture
def ledger(place):
    """Opened, with nine reports after it: entries 0 to 9."""
    ledger = Ledger(*place)
    ledger.append(*(report(n) for n in range(9)))
    return ledger


def lines(folder: Path) -> list[bytes]:
    return [line for s in segments(folder) for line in s.read_bytes().splitlines(keepends=True)]


def put(folder: Path, changed: list[bytes]) -> None:
    first, *others = segments(folder)
    first.write_bytes(b"".join(changed))
    for other in others:
        other.unlink()


def wrong(place, **more) -> list[tuple[str, int]]:
    found = audit.verify(place[0], head=read_head(place[1]), **more)
    return [(f.wrong, f.entry) for f in found.findings]


# --- what is written --------------------------------------------------------------------------------------------------


def test_an_entry_says_who_what_when_and_follows_the_one_before(ledger, place):
    opened, first, second, *_ = map(parse_line, (x[:-1] for x in lines(place[0])))
    assert opened.entry.kind == "ledger_opened"
    assert first.entry.seq == 1
    assert first.entry.body == {"report": "deid", "sha256": sha256(b"\0").hexdigest()}
    assert first.entry.time == "2026-03-01T09:30:00.000000Z"
    assert second.entry.previous == first.hash
    assert first.hash == sha256(first.message).hexdigest()
    assert wrong(place) == []


def test_the_line_can_be_checked_without_this_code(ledger, place):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    read = [json.loads(line) for line in lines(place[0])]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(read[0]["entry"]["body"]["public_key"]))
    for line, said in zip(lines(place[0]), read, strict=True):
        message = json.dumps(said["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert message in line
        assert sha256(message).hexdigest() == said["hash"]
        key.verify(bytes.fromhex(said["signature"]), b"ledger-entry:" + said["hash"].encode())


def test_what_was_recorded_once_is_not_recorded_again(place):
    one, other = Ledger(*place), Ledger(*place)
    (first,) = one.append(report(1, "report:1"))
    (again,) = other.append(report(1, "report:1"))
    assert (again.seq, again.hash, again.is_new) == (first.seq, first.hash, False)
    both = one.append(report(2, "report:2"), report(2, "report:2"))
    assert [r.is_new for r in both] == [True, False]
    assert len(lines(place[0])) == 3
    assert other.has("report:2")
    assert not other.has("report:3")


@pytest.mark.parametrize(
    "body",
    [
        {"institution": "clinic", "batch": "b1", "note": "seen on Monday"},
        {"institution": "Wang Xiaoming"},
        {"institution": "clinic", "batch": "张三"},
        {"fingerprint": "not a hash"},
        {"read": 1.5},
        {"read": -1},
    ],
)
def test_no_field_takes_a_text_that_a_person_wrote(body):
    good = {
        "institution": "clinic",
        "batch": "b1",
        "fingerprint": "0" * 16,
        "read": 1,
        "accepted": 1,
        "rejected": 0,
        "duplicates": 0,
    }
    assert BatchRegistered(**good)
    with pytest.raises(ValidationError):
        BatchRegistered(**(good | body))


def test_every_event_is_closed_and_frozen_and_has_a_kind_of_its_own():
    assert len(EVENTS) == len({e.kind for e in EVENTS.values()})
    for event in EVENTS.values():
        assert event.model_config["extra"] == "forbid"
        assert event.model_config["frozen"]


def test_a_number_has_one_form():
    assert canonical({"b": [1, True, None], "a": "患者"}) == '{"a":"患者","b":[1,true,null]}'.encode()
    for value in (1.0, float("nan"), 2**53, b"x"):
        with pytest.raises(ValueError, match="form"):
            canonical({"a": value})


# --- tampering --------------------------------------------------------------------------------------------------------


def test_a_changed_entry_is_found(ledger, place):
    had = lines(place[0])
    put(place[0], [*had[:4], had[4].replace(b'"report":"deid"', b'"report":"dead"'), *had[5:]])
    assert wrong(place) == [("changed", 4)]
    with pytest.raises(LedgerError, match=r"entry 4 .*was changed"):
        list(Tail(place[0]).new())
    with pytest.raises(LedgerError, match="lakehouse verify"):
        Ledger(*place).append(report(1))


def test_a_changed_entry_with_its_hash_made_again_is_found(ledger, place):
    had = lines(place[0])
    new = had[4].replace(b'"report":"deid"', b'"report":"dead"')
    own = parse_line(new[:-1])
    new = new.replace(own.hash.encode(), sha256(own.message).hexdigest().encode())
    put(place[0], [*had[:4], new, *had[5:]])
    assert wrong(place)[0] == ("forged", 4)


def test_a_changed_signature_is_found(ledger, place):
    had = lines(place[0])
    other = parse_line(had[5][:-1]).signature.encode()
    put(place[0], [*had[:4], had[4].replace(parse_line(had[4][:-1]).signature.encode(), other), *had[5:]])
    assert wrong(place) == [("forged", 4)]


@pytest.mark.parametrize("at", [1, 5, 8])
def test_a_deleted_entry_is_found(ledger, place, at):
    had = lines(place[0])
    put(place[0], had[:at] + had[at + 1 :])
    assert ("deleted", at) in wrong(place)


def test_a_deleted_first_entry_is_found(ledger, place):
    put(place[0], lines(place[0])[1:])
    assert {"deleted", "other_ledger"} <= {w for w, _ in wrong(place)}


def test_entries_in_another_order_are_found(ledger, place):
    had = lines(place[0])
    put(place[0], [*had[:3], had[5], had[4], had[3], *had[6:]])
    found = wrong(place)
    assert ("reordered", 4) in found
    assert ("reordered", 3) in found


def test_an_entry_that_stands_twice_is_found(ledger, place):
    had = lines(place[0])
    put(place[0], [*had[:5], had[3], *had[5:]])
    assert ("inserted", 3) in wrong(place)


@pytest.mark.parametrize("left", [0, 1, 5, 9])
def test_a_cut_off_end_is_found_by_what_the_vault_knows(ledger, place, left):
    put(place[0], lines(place[0])[:left])
    assert ("truncated", left) in wrong(place)
    assert audit.verify(place[0]).found == 0  # by itself it looks whole
    with pytest.raises(LedgerError, match="cut off"):
        Ledger(*place).append(report(1))


def test_a_cut_off_end_is_found_by_a_checkpoint_that_somebody_kept(ledger, place, tmp_path):
    kept = shutil.copy(audit.make_checkpoint(place[0], ledger.sign_with(), NOW), tmp_path / "kept.json")
    ledger.append(report(20))
    known = {"kept": audit.load_checkpoint(Path(kept))}
    assert audit.verify(place[0], checkpoints=known).compared == ["kept (10 entries)"]
    put(place[0], lines(place[0])[:8])
    assert [(f.wrong, f.entry, f.where) for f in audit.verify(place[0], checkpoints=known).findings] == [
        ("truncated", 8, "kept")
    ]


def test_a_ledger_written_anew_with_another_key_is_found(ledger, place, tmp_path):
    known = {"kept": audit.load_checkpoint(audit.make_checkpoint(place[0], ledger.sign_with(), NOW))}
    shutil.rmtree(place[0])
    Ledger(place[0], tmp_path / "other").append(*(report(n) for n in range(9)))
    assert audit.verify(place[0]).found == 0
    assert ("other_ledger", 0) in wrong(place, checkpoints=known)


def test_a_past_written_anew_with_the_stolen_key_is_found_by_a_checkpoint(ledger, place, tmp_path):
    known = {"kept": audit.load_checkpoint(audit.make_checkpoint(place[0], ledger.sign_with(), NOW))}
    put(place[0], lines(place[0])[:6])
    (place[1] / "head").unlink()
    first = json.loads(lines(place[0])[0])["hash"]
    (place[1] / "head").write_text(
        json.dumps({"ledger": first, "size": 6, "hash": parse_line(lines(place[0])[5][:-1]).hash})
    )
    Ledger(*place).append(*(report(n) for n in range(100, 120)))
    assert wrong(place) == []
    assert wrong(place, checkpoints=known) == [("changed", 9)]


def test_a_changed_checkpoint_is_refused(ledger, place):
    file = audit.make_checkpoint(place[0], ledger.sign_with(), NOW)
    file.write_text(file.read_text().replace('"size":10', '"size":9'))
    with pytest.raises(LedgerError, match="was changed after it was signed"):
        audit.load_checkpoint(file)


def test_garbage_in_the_middle_is_told_with_its_place(ledger, place):
    had = lines(place[0])
    put(place[0], [*had[:4], b"\xff\xfe what?\n", *had[5:]])
    (found,) = audit.verify(place[0]).findings
    assert (found.wrong, found.entry, found.where) == ("unreadable", 4, "000000000000.jsonl, line 5")


def test_a_ledger_taken_away_while_it_is_written_to_is_not_written_to(ledger, place):
    shutil.rmtree(place[0])
    with pytest.raises(LedgerError, match="taken away"):
        ledger.append(report(1))


def test_a_vault_that_lost_its_key_is_refused(ledger, place):
    from core.errors import ConfigError

    (place[1] / "signing-key.json").unlink()
    with pytest.raises(ConfigError, match="no signing key"):
        Ledger(*place).append(report(1))


# --- proofs -----------------------------------------------------------------------------------------------------------


def test_one_entry_is_proved_to_somebody_who_has_only_a_checkpoint(ledger, place):
    old = audit.load_checkpoint(audit.make_checkpoint(place[0], ledger.sign_with(), NOW))
    proof = audit.prove_entry(place[0], 3, old.size)
    path = [bytes.fromhex(h) for h in proof["path"]]
    assert is_included(leaf_hash(proof["line"].encode()), 3, old.size, path, bytes.fromhex(old.root))
    ledger.append(report(30), report(31))
    new = audit.load_checkpoint(audit.make_checkpoint(place[0], ledger.sign_with(), NOW))
    growth = [bytes.fromhex(h) for h in audit.prove_growth(place[0], old.size, new.size)["path"]]
    assert is_consistent(old.size, bytes.fromhex(old.root), new.size, bytes.fromhex(new.root), growth)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_after_a_rotation_the_old_key_signs_nothing_and_everything_still_verifies(ledger, place):
    other = Ledger(*place)
    other.append(report(40))
    old = ledger.sign_with()
    new = ledger.rotate(NOW)
    other.append(report(41))  # of a process that had the old key
    assert parse_line(lines(place[0])[-1][:-1]).entry.key_id == new.key_id != old.key_id
    assert old.public_key not in (place[1] / "signing-key.json").read_text()
    assert wrong(place) == []


@pytest.mark.parametrize("is_recorded", [False, True])
def test_a_rotation_that_was_cut_off_is_finished_or_undone(ledger, place, is_recorded, monkeypatch):
    from governance.signing import SigningKey

    kept = (place[1] / "signing-key.json").read_bytes()
    if is_recorded:
        ledger.rotate(NOW)
        new = (place[1] / "signing-key.json").read_bytes()
        (place[1] / "signing-key-next.json").write_bytes(new)
        (place[1] / "signing-key-next.json").chmod(0o600)
        (place[1] / "signing-key.json").write_bytes(kept)
    else:
        SigningKey.create(place[1] / "signing-key-next.json")
    Ledger(*place).append(report(50))
    assert wrong(place) == []


# --- many writers, and crashes ----------------------------------------------------------------------------------------


def start(place, name: str, count: int) -> subprocess.Popen:
    command = [sys.executable, str(WRITER), str(place[0]), str(place[1]), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def acknowledged(process: subprocess.Popen) -> list[tuple[int, str, int]]:
    told = process.communicate()[0].splitlines()
    return [(int(s), h, int(n)) for s, h, n in (line.split() for line in told if line.count(" ") == 2)]


def test_processes_that_write_at_once_lose_nothing_and_double_nothing(place):
    writers = [start(place, f"writer-{i}", 60) for i in range(3)]
    told = [a for w in writers for a in acknowledged(w)]
    read = list(map(parse_line, (x[:-1] for x in lines(place[0]))))
    assert wrong(place) == []
    assert len(segments(place[0])) > 3
    assert {(s, h) for s, h, _ in told} <= {(r.entry.seq, r.hash) for r in read}
    # Six names are shared by all writers and recorded by one each; the other 54 of each writer are its own.
    assert sum(n for *_, n in told) == 3 * 54 + 6 == len(read) - 1


def test_a_killed_writer_loses_no_acknowledged_entry(place):
    told = []
    for i in range(3):
        process = start(place, f"writer-{i}", 100_000)
        told += [process.stdout.readline() for _ in range(20 + i)]
        process.send_signal(signal.SIGKILL)
        told += process.communicate()[0].splitlines()
    read = {(r.entry.seq, r.hash) for r in map(parse_line, (x[:-1] for x in lines(place[0]) if x.endswith(b"\n")))}
    whole = [t.split() for t in told if t.count(" ") == 2]
    assert len(whole) >= 63
    assert {(int(s), h) for s, h, _ in whole} <= read
    Ledger(*place).append(report(1))
    assert wrong(place) == []


def test_a_line_that_was_cut_off_is_taken_away_and_told(ledger, place):
    file = segments(place[0])[-1]
    whole = file.read_bytes()
    for torn in (b'{"entry":{"actor":"lakeh', b"\0" * 300 + b'"}\n', b'{"entry":{"actor":"l\0\0\0\0\n'):
        file.write_bytes(whole + torn)
        told = []
        again = Ledger(*place, on_recovery=told.append)
        again.append(report(60))
        assert len(told) == 1
        assert f"{len(torn)} bytes" in told[0]
        recovered = parse_line(lines(place[0])[-2][:-1]).entry
        assert recovered.kind == LedgerRecovered.kind
        assert recovered.body == {"lost_bytes": len(torn), "lost_sha256": sha256(torn).hexdigest()}
        assert wrong(place) == []
        whole = file.read_bytes()


def test_a_full_disk_acknowledges_nothing_and_leaves_no_half_line(ledger, place, monkeypatch):
    import errno
    import os

    from core.errors import StorageError

    real = os.write

    def fails(descriptor: int, data: bytes) -> int:
        real(descriptor, data[:10])
        raise OSError(errno.ENOSPC, "full")

    had = lines(place[0])
    monkeypatch.setattr(os, "write", fails)
    with pytest.raises(StorageError, match="Nothing was acknowledged"):
        ledger.append(report(70, "seventy"))
    monkeypatch.undo()
    assert lines(place[0]) == had
    assert ledger.append(report(70, "seventy"))[0].is_new
    assert wrong(place) == []


def test_threads_share_a_flush_and_a_refused_one_harms_nobody_else(ledger, place):
    def no() -> None:
        raise LedgerError("refused")

    results: list[object] = []

    def write(i: int) -> None:
        try:
            results.append(ledger.append(report(i), check=no if i % 5 == 0 else None)[0].seq)
        except LedgerError:
            results.append("refused")

    threads = [threading.Thread(target=write, args=(i,)) for i in range(50)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert results.count("refused") == 10
    assert sorted(r for r in results if r != "refused") == list(range(10, 50))
    assert wrong(place) == []


def test_a_reader_sees_what_another_process_adds(ledger, place):
    tail = Tail(place[0], frozenset({"report_written"}))
    assert [e.seq for e in tail.new()] == list(range(10))
    assert list(tail.new()) == []
    Ledger(*place, segment_bytes=100).append(report(80))
    ledger.append(report(81))
    assert [e.seq for e in tail.new()] == [10, 11]


def test_a_query_says_how_many_rows_of_which_columns_and_not_what_was_asked():
    event = QueryAnswered(
        grant="g-1", view="drug_exposure", version=3, columns=("sex",), rows=10, query_sha256="0" * 64
    )
    assert set(event.model_dump()) == {"grant", "view", "version", "columns", "rows", "query_sha256"}
