// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvidenceLog} from "../src/interfaces/IEvidenceLog.sol";
import {Consortium} from "./Consortium.sol";
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
}
