// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ForeignLogs} from "../src/ForeignLogs.sol";
import {IEvidenceLog} from "../src/interfaces/IEvidenceLog.sol";
import {IForeignChains} from "../src/interfaces/IForeignChains.sol";
import {IForeignLogs} from "../src/interfaces/IForeignLogs.sol";
import {ReceiptProof} from "../src/libraries/ReceiptProof.sol";
import {RelayBase} from "./RelayBase.sol";

contract ForeignLogsTest is RelayBase {
    ForeignLogs private logs;

    function setUp() public override {
        super.setUp();
        logs = new ForeignLogs(chains);
    }

    function logFrom(address emitter, bytes32 topic, uint64 size, bytes32 root) private pure returns (bytes memory) {
        bytes32[] memory topics = new bytes32[](2);
        (topics[0], topics[1]) = (topic, bytes32(uint256(size)));
        return receiptOf(logOf(emitter, topics, abi.encode(root)));
    }

    function checkpointAt(uint64 number, uint64 size, bytes32 root) private returns (ReceiptProof.Proof memory) {
        return acceptBlock(number, logFrom(foreignLog, IEvidenceLog.Checkpointed.selector, size, root));
    }

    function testFuzz_AProvenCheckpointIsReadHere(uint64 number, uint64 size, bytes32 root) public {
        vm.assume(size > 0 && number > 0);
        ReceiptProof.Proof memory proof = checkpointAt(number, size, root);
        vm.prank(stranger);
        logs.anchor(SOURCE, proof);
        (uint64 latestSize, bytes32 latestRoot, uint256 position) = logs.latest(SOURCE);
        vm.assertEq(latestSize, size, "size");
        vm.assertEq(latestRoot, root, "root");
        vm.assertEq(position, uint256(number) << 96, "position");
        vm.assertEq(logs.rootAt(SOURCE, size), root, "root at size");
    }

    function test_ALeafOfTheOtherChainIsProvenHere() public {
        bytes32 leaf = sha256(bytes.concat(hex"00", "leaf"));
        logs.anchor(SOURCE, checkpointAt(1, 1, leaf));
        vm.assertTrue(logs.verifyInclusion(SOURCE, leaf, 0, 1, new bytes32[](0)), "included");
        vm.assertFalse(logs.verifyInclusion(SOURCE, leaf, 0, 2, new bytes32[](0)), "unknown size");
        vm.assertFalse(logs.verifyInclusion(SOURCE + 1, leaf, 0, 1, new bytes32[](0)), "unknown chain");
        vm.assertFalse(logs.verifyInclusion(SOURCE, "other", 0, 1, new bytes32[](0)), "another leaf");
    }

    function test_ItOnlyGrows() public {
        ReceiptProof.Proof memory first = checkpointAt(5, 10, "ten");
        ReceiptProof.Proof memory later = checkpointAt(6, 20, "twenty");
        ReceiptProof.Proof memory smaller = checkpointAt(7, 19, "nineteen");
        logs.anchor(SOURCE, later);
        bytes4 notLater = IForeignLogs.ForeignLogsNotLater.selector;
        vm.expectRevert(abi.encodeWithSelector(notLater, SOURCE, uint256(5) << 96, uint256(6) << 96));
        logs.anchor(SOURCE, first);
        vm.expectRevert(abi.encodeWithSelector(notLater, SOURCE, uint256(6) << 96, uint256(6) << 96));
        logs.anchor(SOURCE, later);
        vm.expectRevert(abi.encodeWithSelector(IForeignLogs.ForeignLogsNotGrown.selector, 20, 19));
        logs.anchor(SOURCE, smaller);
    }

    function test_AStepBackOfGovernanceThereIsFollowed() public {
        logs.anchor(SOURCE, checkpointAt(5, 10, "ten"));
        logs.anchor(SOURCE, checkpointAt(6, type(uint64).max, "stolen"));
        bytes memory resumed = logFrom(foreignLog, IEvidenceLog.LogResumed.selector, 10, "ten");
        ReceiptProof.Proof memory proof = acceptBlock(7, resumed);
        logs.anchor(SOURCE, proof);
        logs.anchor(SOURCE, checkpointAt(8, 11, "eleven"));
        (uint64 size, bytes32 root,) = logs.latest(SOURCE);
        vm.assertEq(size, 11, "size");
        vm.assertEq(root, "eleven", "root");
        vm.assertEq(logs.rootAt(SOURCE, type(uint64).max), "stolen", "what was anchored stays");
        (bool again,) = address(logs).call(abi.encodeCall(logs.anchor, (SOURCE, proof)));
        vm.assertFalse(again, "not twice");
    }

    function test_Attack_AnotherEmitterOrEvent() public {
        bytes memory forged = logFrom(stranger, IEvidenceLog.Checkpointed.selector, 1, "root");
        ReceiptProof.Proof memory proof = acceptBlock(1, forged);
        vm.expectRevert(abi.encodeWithSelector(IForeignLogs.ForeignLogsEmitterWrong.selector, stranger, foreignLog));
        logs.anchor(SOURCE, proof);
        proof = acceptBlock(2, logFrom(foreignLog, IEvidenceLog.KeeperAppointed.selector, 1, "root"));
        vm.expectRevert(IForeignLogs.ForeignLogsEventWrong.selector);
        logs.anchor(SOURCE, proof);
        proof = acceptBlock(3, receiptOf(logOf(foreignLog, new bytes32[](0), abi.encode("root"))));
        vm.expectRevert(IForeignLogs.ForeignLogsEventWrong.selector);
        logs.anchor(SOURCE, proof);
        proof = checkpointAt(4, 1, "root");
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsUnknown.selector, SOURCE + 1));
        logs.anchor(SOURCE + 1, proof);
    }
}
