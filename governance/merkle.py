"""Merkle trees over a list that only grows, and the two proofs that make a small promise about a long list checkable.

Source: RFC 6962, section 2.1 (tree hash, audit path, consistency proof). A leaf is the bytes of one line.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    return sha256(b"\x00" + line).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The tree hash of leaves that come one after the other; keeps one hash for each power of two in their number."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []  # (leaves below, hash), the largest first

    def add(self, line: bytes) -> None:
        self.size += 1
        width, top = 1, leaf_hash(line)
        while self._peaks and self._peaks[-1][0] == width:
            top = _node(self._peaks.pop()[1], top)
            width *= 2
        self._peaks.append((width, top))

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        _, top = self._peaks[-1]
        for _, left in reversed(self._peaks[:-1]):
            top = _node(left, top)
        return top


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The tree hash of these leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    k = _split(len(leaves))
    return _node(root_of(leaves[:k]), root_of(leaves[k:]))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf, from the bottom up."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"leaf {index} of {len(leaves)}")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index), root_of(leaves[k:])]
    return [*inclusion_proof(leaves[k:], index - k), root_of(leaves[:k])]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf stands at `index` of the `size` leaves with this root. Source: RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    first, last, top = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if first % 2 or first == last:
            top = _node(sibling, top)
            while first % 2 == 0 and first:
                first, last = first >> 1, last >> 1
        else:
            top = _node(top, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and top == root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """What shows that the first `old_size` leaves of a list are still its first ones."""
    if not 0 < old_size <= len(leaves):
        raise ValueError(f"{old_size} of {len(leaves)} leaves")
    return _subproof(leaves, old_size, True)


def _subproof(leaves: Sequence[bytes], old_size: int, is_whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if is_whole else [root_of(leaves)]
    k = _split(len(leaves))
    if old_size <= k:
        return [*_subproof(leaves[:k], old_size, is_whole), root_of(leaves[k:])]
    return [*_subproof(leaves[k:], old_size - k, False), root_of(leaves[:k])]


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a list with `root` begins with the one that had `old_root`. Source: RFC 9162, 2.1.4.2."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    first, last = old_size - 1, size - 1
    while first % 2:
        first, last = first >> 1, last >> 1
    old_top = top = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first % 2 or first == last:
            old_top, top = _node(sibling, old_top), _node(sibling, top)
            while first % 2 == 0 and first:
                first, last = first >> 1, last >> 1
        else:
            top = _node(top, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old_top == old_root and top == root


def _split(n: int) -> int:
    """The largest power of two below n."""
    return 1 << ((n - 1).bit_length() - 1)
