// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {NaiveTree} from "./NaiveTree.sol";
import {RightLines} from "./RightLines.sol";

/// @notice Lines as a batch: posted, opened at their places, and made final.
abstract contract BatchBase is RightLines {
    function batchOf(Lines memory lines) internal view returns (IBatches.Batch memory batch) {
        batch.parent = lines.parent;
        batch.data = "data";
        batch.tasks = NaiveTree.root(taskLeaves(lines));
        batch.payments = NaiveTree.root(paymentLeaves(lines));
        batch.penalties = NaiveTree.root(penaltyLeaves(lines));
        batch.earnings = NaiveTree.root(earningLeaves(lines));
        batch.taskCount = uint64(lines.tasks.length);
        batch.paymentCount = uint64(lines.payments.length);
        batch.penaltyCount = uint64(lines.penalties.length);
        batch.earningCount = uint64(lines.earnings.length);
        batch.evidenceSize = EVIDENCE_SIZE;
        batch.fees = 3 * FEE;
        batch.debits = new IBatches.Debit[](2);
        batch.debits[0] = IBatches.Debit(vm.addr(firstKey), 2, 1_541);
        batch.debits[1] = IBatches.Debit(vm.addr(secondKey), 3, 1_021);
    }

    /// @return What the escrow keeps of the lines' earnings once they are final.
    function earningsOf(Lines memory lines) internal pure returns (bytes32) {
        return keccak256(abi.encode(NaiveTree.root(earningLeaves(lines)), lines.earnings.length));
    }

    function post(Lines memory lines) internal returns (uint256 id, IBatches.Batch memory batch) {
        batch = batchOf(lines);
        id = postAs(batch);
    }

    function postAs(IBatches.Batch memory batch) internal returns (uint256) {
        vm.prank(settler);
        return batches.post(batch);
    }

    function taskLeaves(Lines memory lines) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](lines.tasks.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.hashLeaf(abi.encode(lines.tasks[i]));
        }
    }

    function paymentLeaves(Lines memory lines) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](lines.payments.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.hashLeaf(abi.encode(lines.payments[i]));
        }
    }

    function penaltyLeaves(Lines memory lines) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](lines.penalties.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.hashLeaf(abi.encode(lines.penalties[i]));
        }
    }

    function earningLeaves(Lines memory lines) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](lines.earnings.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.hashLeaf(abi.encode(lines.earnings[i]));
        }
    }

    function openTask(Lines memory lines, uint64 index) internal pure returns (IBatches.OpenTask memory) {
        return IBatches.OpenTask(lines.tasks[index], index, NaiveTree.path(taskLeaves(lines), index));
    }

    function openPayment(Lines memory lines, uint64 index) internal pure returns (IBatches.OpenPayment memory) {
        return IBatches.OpenPayment(lines.payments[index], index, NaiveTree.path(paymentLeaves(lines), index));
    }

    function openPenalty(Lines memory lines, uint64 index) internal pure returns (IBatches.OpenPenalty memory) {
        return IBatches.OpenPenalty(lines.penalties[index], index, NaiveTree.path(penaltyLeaves(lines), index));
    }

    function openEarning(Lines memory lines, uint256 agentId) internal pure returns (IBatches.OpenEarning memory) {
        return IBatches.OpenEarning(lines.earnings[agentId], NaiveTree.path(earningLeaves(lines), agentId));
    }

    function openNumber(uint256[] memory numbers, uint256 index) internal pure returns (IBatches.OpenNumber memory) {
        return IBatches.OpenNumber(numbers[index], NaiveTree.path(numberLeaves(numbers), index));
    }

    function paymentsOf(Lines memory lines, uint256 task) internal pure returns (IBatches.OpenPayment[] memory opened) {
        uint64 first = lines.tasks[task].firstPayment;
        opened = new IBatches.OpenPayment[](lines.tasks[task].endPayment - first);
        for (uint64 i = 0; i < opened.length; ++i) {
            opened[i] = openPayment(lines, first + i);
        }
    }

    /// @dev Takes a posted batch over its window, and makes it final.
    function makeFinal(uint256 id, IBatches.Batch memory batch) internal {
        vm.warp(batches.stateOf(id).finalAfter);
        batches.finalise(id, batch);
    }
}
