"""The tree and its proofs, against the definition and against every wrong claim near a right one."""

from hashlib import sha256

import pytest

from governance.merkle import (
    EMPTY,
    Tree,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    root_of,
)

LINES = [bytes([i]) * i for i in range(40)]
LEAVES = [leaf_hash(line) for line in LINES]


def test_known_roots():
    # RFC 6962: the hash of no leaf, and of one empty leaf, as Certificate Transparency's reference tests have them.
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    two = sha256(b"\x01" + leaf_hash(b"") + leaf_hash(b"\x00")).digest()
    assert root_of([leaf_hash(b""), leaf_hash(b"\x00")]) == two


def test_leaves_one_by_one_give_the_root_of_all():
    tree = Tree()
    for n, line in enumerate(LINES):
        assert tree.root() == root_of(LEAVES[:n])
        tree.add(line)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 40])
def test_a_leaf_is_proved_in_its_place_and_in_no_other(size):
    root = root_of(LEAVES[:size])
    for index in range(size):
        path = inclusion_proof(LEAVES[:size], index)
        assert is_included(LEAVES[index], index, size, path, root)
        assert not is_included(LEAVES[(index + 1) % 40], index, size, path, root)
        assert not any(is_included(LEAVES[index], other, size, path, root) for other in range(size) if other != index)
        assert not is_included(LEAVES[index], index, size, [*path, root], root)
    assert not is_included(LEAVES[0], size, size, [], root)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 40])
def test_growth_is_proved_and_a_changed_past_is_not(size):
    root = root_of(LEAVES[:size])
    for old in range(1, size + 1):
        proof = consistency_proof(LEAVES[:size], old)
        assert is_consistent(old, root_of(LEAVES[:old]), size, root, proof)
        other = [*LEAVES[: old - 1], leaf_hash(b"something else")]
        assert not is_consistent(old, root_of(other), size, root, proof)
        if proof:
            assert not is_consistent(old, root_of(LEAVES[:old]), size, root, proof[:-1])
