// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {NaiveTree} from "./NaiveTree.sol";
import {Vm} from "./Vm.sol";

/// @notice Trees and proofs as RFC 6962, section 2.1, defines them, by plain recursion and the compiler's own sha256: slow,
/// and nothing in common with the library.
abstract contract MerkleTreeBase {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    function rootFrom(bytes32 leafHash, uint256 index, uint256 size, bytes32[] calldata proof)
        external
        pure
        returns (bytes32)
    {
        return MerkleTree.rootFrom(leafHash, index, size, proof);
    }

    function gasOfRoot(bytes32 leafHash, uint256 index, uint256 size, bytes32[] calldata proof)
        external
        view
        returns (uint256)
    {
        uint256 before = gasleft();
        MerkleTree.rootFrom(leafHash, index, size, proof);
        return before - gasleft();
    }

    function gasOfTheStandard(bytes32 leafHash, uint256 index, uint256 size, bytes32[] memory proof)
        internal
        view
        returns (uint256)
    {
        uint256 before = gasleft();
        rootByTheStandard(leafHash, index, size, proof);
        return before - gasleft();
    }

    function verifyConsistency(
        uint256 oldSize,
        bytes32 oldRoot,
        uint256 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external pure returns (bool) {
        return MerkleTree.verifyConsistency(oldSize, oldRoot, newSize, newRoot, proof);
    }

    function expectInvalid(bytes32 leafHash, uint256 index, uint256 size, bytes32[] memory proof) internal {
        vm.expectRevert(MerkleTree.MerkleProofInvalid.selector);
        this.rootFrom(leafHash, index, size, proof);
    }

    /// @dev The leaves that implementations of Certificate Transparency test against.
    function knownLeaves() internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](8);
        leaves[0] = MerkleTree.hashLeaf("");
        leaves[1] = MerkleTree.hashLeaf(hex"00");
        leaves[2] = MerkleTree.hashLeaf(hex"10");
        leaves[3] = MerkleTree.hashLeaf(hex"2021");
        leaves[4] = MerkleTree.hashLeaf(hex"3031");
        leaves[5] = MerkleTree.hashLeaf(hex"40414243");
        leaves[6] = MerkleTree.hashLeaf(hex"5051525354555657");
        leaves[7] = MerkleTree.hashLeaf(hex"606162636465666768696a6b6c6d6e6f");
    }

    function numbered(uint256 size) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            leaves[i] = sha256(abi.encodePacked(hex"00", i));
        }
    }

    function randomHashes(bytes32 seed, uint256 length) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) {
            hashes[i] = keccak256(abi.encode(seed, i));
        }
    }

    /// @dev The root of the leaves from `start` to before `end`.
    function rootOf(bytes32[] memory leaves, uint256 start, uint256 end) internal pure returns (bytes32) {
        return NaiveTree.root(leaves, start, end);
    }

    function inclusionOf(bytes32[] memory leaves, uint256 index, uint256 size)
        internal
        pure
        returns (bytes32[] memory)
    {
        return NaiveTree.path(leaves, index, 0, size);
    }

    function consistencyOf(bytes32[] memory leaves, uint256 oldSize, uint256 newSize)
        internal
        pure
        returns (bytes32[] memory)
    {
        return subproofOf(leaves, oldSize, 0, newSize, true);
    }

    /// @dev SUBPROOF(m, D[n], b) of the RFC, where b says whether the old tree is known to be whole.
    function subproofOf(bytes32[] memory leaves, uint256 oldSize, uint256 start, uint256 end, bool whole)
        private
        pure
        returns (bytes32[] memory)
    {
        if (oldSize == end - start) {
            return whole ? new bytes32[](0) : appended(new bytes32[](0), rootOf(leaves, start, end));
        }
        uint256 split = NaiveTree.split(end - start);
        uint256 middle = start + split;
        return oldSize <= split
            ? appended(subproofOf(leaves, oldSize, start, middle, whole), rootOf(leaves, middle, end))
            : appended(subproofOf(leaves, oldSize - split, middle, end, false), rootOf(leaves, start, middle));
    }

    /// @dev RFC 9162, section 2.1.3.2, step by step.
    function rootByTheStandard(bytes32 leafHash, uint256 index, uint256 size, bytes32[] memory proof)
        internal
        pure
        returns (bool valid, bytes32 root)
    {
        if (index >= size) return (false, 0);
        (uint256 fn, uint256 sn) = (index, size - 1);
        root = leafHash;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (sn == 0) return (false, 0);
            if (fn % 2 == 1 || fn == sn) {
                root = sha256(abi.encodePacked(hex"01", proof[i], root));
                while (fn % 2 == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            } else {
                root = sha256(abi.encodePacked(hex"01", root, proof[i]));
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        valid = sn == 0;
    }

    function resized(bytes32[] memory list, uint256 length) internal pure returns (bytes32[] memory result) {
        result = new bytes32[](length);
        for (uint256 i = 0; i < length && i < list.length; ++i) {
            result[i] = list[i];
        }
    }

    function appended(bytes32[] memory list, bytes32 item) private pure returns (bytes32[] memory result) {
        result = resized(list, list.length + 1);
        result[list.length] = item;
    }

    function bound(uint256 value, uint256 lowest, uint256 highest) internal pure returns (uint256) {
        return value >= lowest && value <= highest ? value : lowest + value % (highest - lowest + 1);
    }
}
