// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvidenceLog} from "../src/interfaces/IEvidenceLog.sol";
import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {Signer} from "../src/libraries/Signer.sol";
import {Consortium} from "./Consortium.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract EvidenceLogTest is Consortium {
    function signCheckpoint(uint256 key, uint64 size, bytes32 root) private view returns (bytes memory) {
        return sign(key, keccak256(abi.encode(keccak256("Checkpoint(uint64 size,bytes32 root)"), size, root)));
    }

    function anchor(uint64 size, bytes32 root) private {
        bytes memory signature = signCheckpoint(KEEPER_KEY, size, root);
        vm.prank(stranger);
        evidence.checkpoint(size, root, signature);
    }

    function testFuzz_AnyoneSendsWhatTheKeeperSigned(uint64 size, bytes32 root) public {
        vm.assume(size > 0 && root != 0);
        anchor(size, root);
        (uint64 latestSize, bytes32 latestRoot) = evidence.latest();
        vm.assertEq(latestSize, size, "size");
        vm.assertEq(latestRoot, root, "root");
        vm.assertEq(evidence.rootAt(size), root, "root at size");
    }

    function testFuzz_HistoryCannotBeRewritten(uint64 size, uint64 later) public {
        vm.assume(size > 0);
        anchor(size, "first");
        uint64 notGrown = uint64(bound(later, 0, size));
        bytes memory signature = signCheckpoint(KEEPER_KEY, notGrown, "second");
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogNotGrown.selector, size, notGrown));
        evidence.checkpoint(notGrown, "second", signature);
        vm.assertEq(evidence.rootAt(size), "first", "root stays");
    }

    function test_OnlyTheKeepersSignatureAnchors() public {
        address keeper = vm.addr(KEEPER_KEY);
        bytes memory forged = signCheckpoint(SETTLER_KEY, 1, "root");
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogSignatureInvalid.selector, keeper));
        evidence.checkpoint(1, "root", forged);
        bytes memory ofAnotherSize = signCheckpoint(KEEPER_KEY, 2, "root");
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogSignatureInvalid.selector, keeper));
        evidence.checkpoint(1, "root", ofAnotherSize);
        vm.expectRevert(IEvidenceLog.EvidenceLogRootEmpty.selector);
        evidence.checkpoint(1, 0, forged);
    }

    function test_ACheckpointOfAnotherChainAnchorsNothing() public {
        bytes memory signature = signCheckpoint(KEEPER_KEY, 1, "root");
        vm.chainId(block.chainid + 1);
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogSignatureInvalid.selector, vm.addr(KEEPER_KEY)));
        evidence.checkpoint(1, "root", signature);
    }

    function test_GovernanceReplacesTheKeeper() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        evidence.appoint(stranger);

        bytes memory byFormer = signCheckpoint(KEEPER_KEY, 1, "root");
        evidence.appoint(vm.addr(0xC9));
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogSignatureInvalid.selector, vm.addr(0xC9)));
        evidence.checkpoint(1, "root", byFormer);
        evidence.checkpoint(1, "root", signCheckpoint(0xC9, 1, "root"));
        vm.assertEq(evidence.rootAt(1), "root", "anchored");
    }

    function test_WithoutAKeeperNoSignatureAnchors() public {
        evidence.appoint(address(0));
        // An ECDSA signature that recovers to nobody must not pass for the zero address.
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogSignatureInvalid.selector, address(0)));
        evidence.checkpoint(1, "root", new bytes(65));
    }

    /// @dev The thief's branch: what a keeper's key in wrong hands can do at worst.
    function test_Attack_AStolenKeepersKeyCannotEndTheLog() public {
        anchor(10, "honest");
        anchor(type(uint64).max, "forged");
        bytes memory beyond = signCheckpoint(KEEPER_KEY, type(uint64).max, "any");
        vm.expectRevert(
            abi.encodeWithSelector(IEvidenceLog.EvidenceLogNotGrown.selector, type(uint64).max, type(uint64).max)
        );
        evidence.checkpoint(type(uint64).max, "any", beyond);

        vm.expectEmit(address(evidence));
        emit IEvidenceLog.LogResumed(10, "honest");
        vm.expectEmit(address(evidence));
        emit IEvidenceLog.KeeperAppointed(vm.addr(0xC9));
        evidence.resume(10, vm.addr(0xC9));
        (uint64 size, bytes32 root) = evidence.latest();
        vm.assertEq(size, 10, "size");
        vm.assertEq(root, "honest", "root");
        evidence.checkpoint(11, "next", signCheckpoint(0xC9, 11, "next"));
        vm.assertEq(evidence.rootAt(11), "next", "the log goes on");
        vm.assertEq(evidence.rootAt(type(uint64).max), "forged", "and nothing is erased");
    }

    function test_Attack_AThiefIsOutAtOnceWhenTheLogResumes() public {
        anchor(10, "honest");
        anchor(20, "forged");
        bytes memory kept = signCheckpoint(KEEPER_KEY, 15, "forged too");
        evidence.resume(10, vm.addr(0xC9));
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogSignatureInvalid.selector, vm.addr(0xC9)));
        evidence.checkpoint(15, "forged too", kept);
    }

    function test_Attack_GovernanceCannotRewriteWhatWasAnchored() public {
        anchor(10, "first");
        anchor(20, "second");
        evidence.resume(10, vm.addr(0xC9));
        bytes memory rewrite = signCheckpoint(0xC9, 20, "rewritten");
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogSizeTaken.selector, uint64(20)));
        evidence.checkpoint(20, "rewritten", rewrite);
        evidence.checkpoint(21, "beside it", signCheckpoint(0xC9, 21, "beside it"));
        vm.assertEq(evidence.rootAt(20), "second", "root stays");
    }

    function test_TheLogResumesOnlyFromWhatItOnceWas() public {
        anchor(10, "first");
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogNotAnchored.selector, uint64(9)));
        evidence.resume(9, stranger);
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EvidenceLogNotAnchored.selector, uint64(11)));
        evidence.resume(11, stranger);
        evidence.resume(0, vm.addr(KEEPER_KEY));
        (uint64 size, bytes32 root) = evidence.latest();
        vm.assertEq(size, 0, "as before the first");
        vm.assertEq(root, 0, "no root");
        anchor(3, "smaller");
        // A governance that left the right branch by mistake comes back to it.
        evidence.resume(10, vm.addr(KEEPER_KEY));
        (, root) = evidence.latest();
        vm.assertEq(root, "first", "back");
    }

    function test_OnlyGovernanceResumesTheLog() public {
        anchor(10, "first");
        vm.prank(vm.addr(KEEPER_KEY));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, vm.addr(KEEPER_KEY)));
        evidence.resume(0, vm.addr(KEEPER_KEY));
    }

    function test_AWitnessCosignsByACall() public {
        anchor(10, "root");
        vm.assertFalse(evidence.isCosigned(10, stranger), "not yet");
        vm.expectEmit(address(evidence));
        emit IEvidenceLog.Cosigned(10, "root", stranger);
        vm.prank(stranger);
        evidence.cosign(10);
        vm.assertTrue(evidence.isCosigned(10, stranger), "cosigned");
        vm.assertFalse(evidence.isCosigned(10, weatherAdmin), "by nobody else");
        vm.assertFalse(evidence.isCosigned(11, stranger), "no other");
    }

    function testFuzz_AnyoneSendsWhatAWitnessSigned(uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        anchor(10, "root");
        bytes memory signature = signCheckpoint(key, 10, "root");
        vm.expectEmit(address(evidence));
        emit IEvidenceLog.Cosigned(10, "root", vm.addr(key));
        vm.prank(stranger);
        evidence.cosign(10, signature);
        vm.assertTrue(evidence.isCosigned(10, vm.addr(key)), "cosigned");
    }

    function test_AContractIsAWitnessToo() public {
        anchor(10, "root");
        address wallet = address(new ContractWallet(vm.addr(0xE1)));
        evidence.cosign(10, bytes.concat(bytes20(wallet), signCheckpoint(0xE1, 10, "root")));
        vm.assertTrue(evidence.isCosigned(10, wallet), "cosigned");
        bytes memory forged = bytes.concat(bytes20(wallet), signCheckpoint(0xE2, 10, "root"));
        vm.expectRevert(Signer.SignatureInvalid.selector);
        evidence.cosign(10, forged);
    }

    function test_Attack_AWitnessCountsOnceHoweverItCosigns() public {
        anchor(10, "root");
        address witness = vm.addr(0xE1);
        bytes memory signature = signCheckpoint(0xE1, 10, "root");
        evidence.cosign(10, signature);
        bytes memory refusal =
            abi.encodeWithSelector(IEvidenceLog.EvidenceLogAlreadyCosigned.selector, uint64(10), witness);
        vm.expectRevert(refusal);
        evidence.cosign(10, signature);
        vm.prank(witness);
        vm.expectRevert(refusal);
        evidence.cosign(10);
    }

    /// @dev What a witness signed for one checkpoint makes it, at most, a signer that nobody has heard of for another.
    function test_Attack_AWitnesssWordIsNotMovedToAnotherCheckpoint() public {
        anchor(10, "root");
        anchor(20, "other");
        address witness = vm.addr(0xE1);
        evidence.cosign(20, signCheckpoint(0xE1, 10, "root"));
        vm.assertFalse(evidence.isCosigned(20, witness), "another size");
        evidence.cosign(10, signCheckpoint(0xE1, 10, "other"));
        vm.assertFalse(evidence.isCosigned(10, witness), "another root");
        bytes memory ofThisChain = signCheckpoint(0xE1, 10, "root");
        vm.chainId(block.chainid + 1);
        evidence.cosign(10, ofThisChain);
        vm.assertFalse(evidence.isCosigned(10, witness), "another chain");
    }

    function test_OnlyWhatIsAnchoredIsCosigned() public {
        bytes memory refusal = abi.encodeWithSelector(IEvidenceLog.EvidenceLogNotAnchored.selector, uint64(10));
        bytes memory signature = signCheckpoint(0xE1, 10, 0);
        vm.expectRevert(refusal);
        evidence.cosign(10);
        vm.expectRevert(refusal);
        evidence.cosign(10, signature);
    }

    /// @dev A tree of two leaves, then of three.
    function grow() private returns (bytes32[3] memory leaves, bytes32 two) {
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.hashLeaf(abi.encode(i));
        }
        two = sha256(abi.encodePacked(hex"01", leaves[0], leaves[1]));
        anchor(2, two);
        anchor(3, sha256(abi.encodePacked(hex"01", two, leaves[2])));
    }

    function proofOf(bytes32 first) private pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = first;
    }

    function test_InclusionIsProvedAgainstEachAnchoredSize() public {
        (bytes32[3] memory leaves, bytes32 two) = grow();
        vm.assertTrue(evidence.verifyInclusion(leaves[0], 0, 2, proofOf(leaves[1])), "in two");
        vm.assertTrue(evidence.verifyInclusion(leaves[2], 2, 3, proofOf(two)), "in three");
        vm.assertFalse(evidence.verifyInclusion(leaves[1], 0, 2, proofOf(leaves[1])), "another leaf");
        vm.assertFalse(evidence.verifyInclusion(leaves[0], 0, 4, proofOf(leaves[1])), "a size not anchored");
        vm.assertFalse(evidence.verifyInclusion(leaves[0], 0, 0, proofOf(leaves[1])), "no size at all");
        vm.expectRevert(MerkleTree.MerkleProofInvalid.selector);
        evidence.verifyInclusion(leaves[0], 0, 3, proofOf(leaves[1]));
    }

    function test_ConsistencyIsProvedBetweenAnchoredSizes() public {
        (bytes32[3] memory leaves, bytes32 two) = grow();
        vm.assertTrue(evidence.verifyConsistency(2, 3, proofOf(leaves[2])), "three begin with two");
        vm.assertFalse(evidence.verifyConsistency(2, 3, proofOf(two)), "another proof");
        vm.assertFalse(evidence.verifyConsistency(1, 3, proofOf(leaves[2])), "the old not anchored");
        vm.assertFalse(evidence.verifyConsistency(2, 4, proofOf(leaves[2])), "the new not anchored");
        vm.assertFalse(evidence.verifyConsistency(0, 3, new bytes32[](0)), "the empty log was not anchored either");
    }

    function test_Attack_ABranchThatWasLeftIsInconsistentWithWhatFollows() public {
        (bytes32[3] memory leaves, bytes32 two) = grow();
        evidence.resume(2, vm.addr(KEEPER_KEY));
        bytes32 pair = sha256(abi.encodePacked(hex"01", MerkleTree.hashLeaf("another"), MerkleTree.hashLeaf("fourth")));
        anchor(4, sha256(abi.encodePacked(hex"01", two, pair)));
        vm.assertTrue(evidence.verifyConsistency(2, 4, proofOf(pair)), "what was kept");
        bytes32[] memory proof = new bytes32[](3);
        (proof[0], proof[1], proof[2]) = (leaves[2], MerkleTree.hashLeaf("fourth"), two);
        vm.assertFalse(evidence.verifyConsistency(3, 4, proof), "what was left");
    }
}
