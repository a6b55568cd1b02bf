// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {MerkleTreeBase} from "./MerkleTreeBase.sol";

/// @custom:as-shipped
contract MerkleTreeTest is MerkleTreeBase {
    function test_RootsAndProofsAreTheKnownAnswersOfCertificateTransparency() public view {
        bytes32[] memory leaves = knownLeaves();
        bytes32[8] memory roots = [
            bytes32(0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d),
            0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125,
            0xaeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77,
            0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7,
            0x4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4,
            0x76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef,
            0xddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c,
            0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
        ];
        vm.assertEq(MerkleTree.emptyRoot(), sha256(""), "empty");
        for (uint256 size = 1; size <= roots.length; ++size) {
            vm.assertEq(rootOf(leaves, 0, size), roots[size - 1], "root");
        }
        bytes32[] memory proof = new bytes32[](3);
        proof[0] = 0x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7;
        proof[1] = 0x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e;
        proof[2] = 0x6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4;
        vm.assertEq(this.rootFrom(leaves[0], 0, 8, proof), roots[7], "leaf 0 of 8");
        proof[0] = 0x0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a;
        proof[1] = 0xca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0;
        proof[2] = 0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7;
        vm.assertTrue(this.verifyConsistency(6, roots[5], 8, roots[7], proof), "8 begin with 6");
    }

    function test_EveryLeafOfEverySmallTreeLeadsToItsRoot() public view {
        bytes32[] memory leaves = numbered(33);
        for (uint256 size = 1; size <= 33; ++size) {
            bytes32 root = rootOf(leaves, 0, size);
            for (uint256 index = 0; index < size; ++index) {
                bytes32[] memory proof = inclusionOf(leaves, index, size);
                vm.assertEq(this.rootFrom(leaves[index], index, size, proof), root, "root");
            }
        }
    }

    function test_EverySmallTreeBeginsWithEverySmaller() public view {
        bytes32[] memory leaves = numbered(33);
        for (uint256 newSize = 1; newSize <= 33; ++newSize) {
            bytes32 newRoot = rootOf(leaves, 0, newSize);
            for (uint256 oldSize = 1; oldSize <= newSize; ++oldSize) {
                bytes32[] memory proof = consistencyOf(leaves, oldSize, newSize);
                bytes32 oldRoot = rootOf(leaves, 0, oldSize);
                vm.assertTrue(this.verifyConsistency(oldSize, oldRoot, newSize, newRoot, proof), "begins");
            }
        }
    }

    function testFuzz_LargerTreesProveTheirLeavesAndTheirPast(uint256 size, uint256 index, uint256 oldSize)
        public
        view
    {
        size = bound(size, 34, 200);
        index = bound(index, 0, size - 1);
        oldSize = bound(oldSize, 1, size);
        bytes32[] memory leaves = numbered(size);
        bytes32 root = rootOf(leaves, 0, size);
        vm.assertEq(this.rootFrom(leaves[index], index, size, inclusionOf(leaves, index, size)), root, "included");
        bytes32[] memory proof = consistencyOf(leaves, oldSize, size);
        vm.assertTrue(this.verifyConsistency(oldSize, rootOf(leaves, 0, oldSize), size, root, proof), "consistent");
    }

    /// @dev Against the procedure of RFC 9162, section 2.1.3.2, which walks instead of counting; up to the largest trees.
    function testFuzz_AnyProofIsReadAsTheStandardReadsIt(
        bytes32 leafHash,
        uint64 index,
        uint64 size,
        uint8 shift,
        bytes32 seed
    ) public {
        size = size >> (shift % 64);
        index = size == 0 ? index : index % size;
        for (uint256 length = 0; length <= 65; ++length) {
            bytes32[] memory proof = randomHashes(seed, length);
            (bool valid, bytes32 root) = rootByTheStandard(leafHash, index, size, proof);
            if (valid) vm.assertEq(this.rootFrom(leafHash, index, size, proof), root, "root");
            else expectInvalid(leafHash, index, size, proof);
        }
    }

    function test_TheLargestTreeOfAllIsReadToo() public view {
        bytes32[] memory proof = randomHashes("seed", 64);
        uint256 size = type(uint64).max;
        (bool valid, bytes32 root) = rootByTheStandard("leaf", 0, size, proof);
        vm.assertTrue(valid, "64 levels");
        vm.assertEq(this.rootFrom("leaf", 0, size, proof), root, "root");
    }

    function test_NoProofIsOfALeafThatIsNotThere() public {
        bytes32[] memory leaves = numbered(8);
        bytes32[] memory proof = inclusionOf(leaves, 7, 8);
        expectInvalid(leaves[7], 8, 8, proof);
        expectInvalid(leaves[7], type(uint256).max, 8, proof);
        expectInvalid(leaves[7], 0, 0, new bytes32[](0));
        // Larger than positions are counted: 2^64 leaves.
        expectInvalid(leaves[0], 0, uint256(type(uint64).max) + 1, randomHashes("seed", 64));
        expectInvalid(leaves[0], 0, type(uint256).max, randomHashes("seed", 256));
    }

    function testFuzz_Attack_ALongerOrShorterProofIsRefused(uint256 size, uint256 index) public {
        size = bound(size, 2, 70);
        index = bound(index, 0, size - 1);
        bytes32[] memory leaves = numbered(size);
        bytes32[] memory proof = inclusionOf(leaves, index, size);
        expectInvalid(leaves[index], index, size, resized(proof, proof.length - 1));
        expectInvalid(leaves[index], index, size, resized(proof, proof.length + 1));
    }

    function testFuzz_Attack_AnotherLeafIndexOrSiblingLeadsElsewhere(uint256 size, uint256 index, uint256 other)
        public
        view
    {
        size = bound(size, 2, 70);
        index = bound(index, 0, size - 1);
        bytes32[] memory leaves = numbered(size);
        bytes32 root = rootOf(leaves, 0, size);
        bytes32[] memory proof = inclusionOf(leaves, index, size);
        vm.assertFalse(this.rootFrom("forged", index, size, proof) == root, "another leaf");
        other = bound(other, 0, size - 1);
        if (other != index && inclusionOf(leaves, other, size).length == proof.length) {
            vm.assertFalse(this.rootFrom(leaves[index], other, size, proof) == root, "another place");
        }
        proof[other % proof.length] ^= bytes32(uint256(1) << (other % 256));
        vm.assertFalse(this.rootFrom(leaves[index], index, size, proof) == root, "a flipped bit");
    }

    /// @dev The second preimage that trees without domain separation have: two hashes side by side, shown as a leaf.
    function test_Attack_AnInnerNodeDoesNotPassForALeaf() public {
        bytes32[] memory leaves = numbered(3);
        bytes32 inner = rootOf(leaves, 0, 2);
        bytes memory disguised = abi.encodePacked(leaves[0], leaves[1]);
        vm.assertFalse(MerkleTree.hashLeaf(disguised) == inner, "as the content of a leaf");
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = leaves[2];
        expectInvalid(inner, 0, 3, proof);
        expectInvalid(inner, 1, 3, proof);
        vm.assertFalse(this.rootFrom(inner, 2, 3, proof) == rootOf(leaves, 0, 3), "as the hash of the last leaf");
    }

    function test_Attack_ALeafDoesNotPassForAnInnerNode() public view {
        bytes32[] memory leaves = numbered(2);
        bytes32 unseparated = sha256(abi.encodePacked(leaves[0], leaves[1]));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = leaves[1];
        bytes32 root = this.rootFrom(leaves[0], 0, 2, proof);
        vm.assertEq(root, sha256(abi.encodePacked(hex"01", leaves[0], leaves[1])), "separated");
        vm.assertFalse(root == unseparated, "not the plain hash of both");
        vm.assertFalse(root == MerkleTree.hashLeaf(abi.encodePacked(leaves[0], leaves[1])), "not that of a leaf");
    }

    function testFuzz_Attack_ARewrittenPastIsInconsistent(uint256 newSize, uint256 oldSize, uint256 rewritten)
        public
        view
    {
        newSize = bound(newSize, 2, 70);
        oldSize = bound(oldSize, 1, newSize - 1);
        bytes32[] memory leaves = numbered(newSize);
        bytes32 oldRoot = rootOf(leaves, 0, oldSize);
        leaves[bound(rewritten, 0, oldSize - 1)] = "forged";
        bytes32[] memory proof = consistencyOf(leaves, oldSize, newSize);
        bytes32 newRoot = rootOf(leaves, 0, newSize);
        vm.assertFalse(this.verifyConsistency(oldSize, oldRoot, newSize, newRoot, proof), "the log lied");
    }

    function testFuzz_Attack_OtherSizesRootsAndProofsAreInconsistent(uint256 newSize, uint256 oldSize, uint256 place)
        public
        view
    {
        newSize = bound(newSize, 2, 70);
        oldSize = bound(oldSize, 1, newSize - 1);
        bytes32[] memory leaves = numbered(newSize);
        (bytes32 older, bytes32 newer) = (rootOf(leaves, 0, oldSize), rootOf(leaves, 0, newSize));
        bytes32[] memory proof = consistencyOf(leaves, oldSize, newSize);
        vm.assertTrue(this.verifyConsistency(oldSize, older, newSize, newer, proof), "as it is");
        vm.assertFalse(this.verifyConsistency(oldSize, newer, newSize, newer, proof), "another old root");
        vm.assertFalse(this.verifyConsistency(oldSize, older, newSize, older, proof), "another new root");
        vm.assertFalse(this.verifyConsistency(newSize, newer, oldSize, older, proof), "the other way round");
        bytes32[] memory shorter = resized(proof, proof.length - 1);
        vm.assertFalse(this.verifyConsistency(oldSize, older, newSize, newer, shorter), "shorter");
        bytes32[] memory longer = resized(proof, proof.length + 1);
        vm.assertFalse(this.verifyConsistency(oldSize, older, newSize, newer, longer), "longer");
        proof[place % proof.length] ^= bytes32(uint256(1));
        vm.assertFalse(this.verifyConsistency(oldSize, older, newSize, newer, proof), "a flipped bit");
    }

    function test_TreesOfImpossibleSizesAreInconsistent() public view {
        bytes32[] memory none = new bytes32[](0);
        vm.assertFalse(this.verifyConsistency(0, MerkleTree.emptyRoot(), 1, "root", none), "an empty one");
        vm.assertFalse(this.verifyConsistency(0, "root", 0, "root", none), "two empty ones");
        uint256 tooLarge = uint256(type(uint64).max) + 1;
        vm.assertFalse(this.verifyConsistency(tooLarge, "root", tooLarge, "root", none), "too large a one");
    }

    function test_TheSameTreeIsConsistentWithItselfWithoutProof() public view {
        bytes32[] memory none = new bytes32[](0);
        vm.assertTrue(this.verifyConsistency(5, "root", 5, "root", none), "itself");
        vm.assertFalse(this.verifyConsistency(5, "root", 5, "other", none), "another of its size");
        vm.assertFalse(this.verifyConsistency(5, "root", 5, "root", new bytes32[](1)), "a needless proof");
    }

    /// @dev Against the same hashes in plain code, whatever the compiler's settings. On the largest tree, a leaf with 64 right
    /// siblings and one with 63 left ones.
    function test_AProofCostsLessThanHalfOfThePlainWay() public view {
        uint256 size = type(uint64).max;
        bytes32[] memory proof = randomHashes("seed", 64);
        vm.assertLe(2 * this.gasOfRoot("leaf", 0, size, proof), gasOfTheStandard("leaf", 0, size, proof), "first leaf");
        proof = resized(proof, 63);
        uint256 last = size - 1;
        uint256 plain = gasOfTheStandard("leaf", last, size, proof);
        vm.assertLe(2 * this.gasOfRoot("leaf", last, size, proof), plain, "last leaf");
    }
}
