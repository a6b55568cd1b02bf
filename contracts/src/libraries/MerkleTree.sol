// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title MerkleTree
/// @notice Proofs in the Merkle trees of RFC 6962 over SHA-256, as `protocol/merkle.ts` makes them: nearest sibling first.
/// @dev A leaf is hashed after a zero byte and an inner node after a one, so that neither passes for the other. Where a
/// leaf lies and how large the tree is say how long its proof is and on which side each sibling goes; a proof decides
/// nothing but the siblings. Trees have fewer than 2^64 leaves, so no proof is longer than 64.
library MerkleTree {
    error MerkleProofInvalid();

    /// @notice The root of the tree without leaves: SHA-256 of nothing.
    bytes32 internal constant EMPTY_ROOT = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    function emptyRoot() internal pure returns (bytes32) {
        return EMPTY_ROOT;
    }

    /// @return SHA-256(0x00 ‖ data).
    function hashLeaf(bytes memory data) internal pure returns (bytes32) {
        function(bytes memory) internal view returns (bytes32) viewed = _hashLeafByPrecompile;
        function(bytes memory) internal pure returns (bytes32) hash;
        assembly ("memory-safe") {
            // As in `_climb`.
            hash := viewed
        }
        return hash(data);
    }

    /// @notice The root to which a leaf and its inclusion proof lead. Reverts with `MerkleProofInvalid` where the tree has
    /// no such leaf, or the proof is longer or shorter than that leaf's.
    /// @param index The leaf's position, from 0.
    /// @param size The tree's number of leaves.
    function rootFrom(bytes32 leafHash, uint256 index, uint256 size, bytes32[] calldata proof)
        internal
        pure
        returns (bytes32)
    {
        if (index >= size || size > type(uint64).max) revert MerkleProofInvalid();
        uint256 inner = _meetingLevel(index, size - 1);
        if (proof.length != inner + _ones(index >> inner)) revert MerkleProofInvalid();

        return _climb(leafHash, _sides(index, inner), proof);
    }

    /// @notice Whether the tree of `newSize` leaves begins with the whole tree of `oldSize`: that a log kept what it once
    /// showed. False for an empty old tree, of which nothing needs proof.
    function verifyConsistency(
        uint256 oldSize,
        bytes32 oldRoot,
        uint256 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) internal pure returns (bool) {
        if (oldSize == 0 || oldSize > newSize || newSize > type(uint64).max) return false;
        if (oldSize == newSize) return proof.length == 0 && oldRoot == newRoot;

        // The largest complete subtree that ends the old tree. Above it, both trees are climbed at once, from `node`.
        uint256 level = Math.log2(oldSize & (~oldSize + 1));
        uint256 node = (oldSize - 1) >> level;
        uint256 inner = _meetingLevel(node, (newSize - 1) >> level);
        // Where that subtree is the whole old tree, its root is known, and the proof leaves it out.
        uint256 first = node == 0 ? 0 : 1;
        if (proof.length != first + inner + _ones(node >> inner)) return false;

        bytes32 start = node == 0 ? oldRoot : proof[0];
        bytes32[] calldata siblings = proof[first:];
        uint256 sides = _sides(node, inner);
        bytes32 older = start;
        for (uint256 i = 0; i < siblings.length; ++i) {
            // What lies to the right came after the old tree.
            if ((sides >> i) & 1 == 1) older = _climb(older, 1, siblings[i:i + 1]);
        }
        return older == oldRoot && _climb(start, sides, siblings) == newRoot;
    }

    /// @return The level at which the way up from `node` meets the tree's right edge, that is, the way up from `last`. Below
    /// it every node has a sibling; from it on only the nodes that are right children have.
    function _meetingLevel(uint256 node, uint256 last) private pure returns (uint256) {
        return node == last ? 0 : Math.log2(node ^ last) + 1;
    }

    /// @return How many of the 64 bits of `word` are 1: summed in pairs, in fours, in bytes, then all bytes at once.
    function _ones(uint256 word) private pure returns (uint256) {
        word -= (word >> 1) & 0x5555555555555555;
        word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
        word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
        return ((word * 0x0101010101010101) >> 56) & 0xff;
    }

    /// @return A bit for each level, lowest first: 1 where the sibling is the left of the two.
    function _sides(uint256 node, uint256 inner) private pure returns (uint256) {
        return node | (type(uint256).max << inner);
    }

    /// @return SHA-256(0x01 ‖ left ‖ right) of `hash` and the first sibling, of that and the second, and so on.
    function _climb(bytes32 hash, uint256 sides, bytes32[] calldata siblings) private pure returns (bytes32) {
        function(bytes32, uint256, bytes32[] calldata) internal view returns (bytes32) viewed = _climbByPrecompile;
        function(bytes32, uint256, bytes32[] calldata) internal pure returns (bytes32) climb;
        assembly ("memory-safe") {
            // The compiler takes every call for a look at the chain's state. A hash depends on its input alone.
            climb := viewed
        }
        return climb(hash, sides, siblings);
    }

    function _hashLeafByPrecompile(bytes memory data) private view returns (bytes32 hash) {
        assembly ("memory-safe") {
            // The byte before the data is the last of its length: it is the zero byte for as long as this takes, so that
            // nothing is copied.
            let length := mload(data)
            mstore8(add(data, 31), 0)
            // Fails only for want of gas, which no test reaches.
            if iszero(staticcall(gas(), 2, add(data, 31), add(length, 1), 0, 32)) { revert(0, 0) }
            mstore(data, length)
            hash := mload(0)
        }
    }

    function _climbByPrecompile(bytes32 hash, uint256 sides, bytes32[] calldata siblings)
        private
        view
        returns (bytes32 root)
    {
        root = hash;
        assembly ("memory-safe") {
            // 65 bytes do not fit the scratch space: they go, unallocated, where free memory begins. The hash comes back in
            // the scratch space.
            let preimage := mload(0x40)
            mstore8(preimage, 1)
            let left := add(preimage, 1)
            let right := add(preimage, 33)
            let end := add(siblings.offset, shl(5, siblings.length))
            for { let sibling := siblings.offset } lt(sibling, end) { sibling := add(sibling, 32) } {
                let swap := shl(5, and(sides, 1))
                mstore(sub(right, swap), calldataload(sibling))
                mstore(add(left, swap), root)
                // Fails only for want of gas, which no test reaches.
                if iszero(staticcall(gas(), 2, preimage, 65, 0, 32)) { revert(0, 0) }
                root := mload(0)
                sides := shr(1, sides)
            }
        }
    }
}
