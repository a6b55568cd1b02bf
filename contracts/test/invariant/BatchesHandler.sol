// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../../src/interfaces/IBatches.sol";
import {IEvidenceLog} from "../../src/interfaces/IEvidenceLog.sol";
import {BatchesDemands} from "./BatchesDemands.sol";
import {BatchesMoney} from "./BatchesMoney.sol";

/// @notice Settles by batches, right ones and wrong ones, in any order of steps that the rules allow.
contract BatchesHandler is BatchesDemands, BatchesMoney {
    function checkpoint(uint256 size, bool back) external {
        size = back ? bound(size, 0, anchored) : anchored + bound(size, 1, 1_000);
        bytes32 root = keccak256(abi.encode(size));
        bytes32 structHash =
            keccak256(abi.encode(keccak256("Checkpoint(uint64 size,bytes32 root)"), uint64(size), root));
        bytes memory signature = sign(KEEPER_KEY, structHash);
        bytes memory data = abi.encodeCall(evidence.checkpoint, (uint64(size), root, signature));
        if (back) {
            bytes4 due = IEvidenceLog.EvidenceLogNotGrown.selector;
            return expectFailure(address(evidence), data, due, "the log shrank");
        }
        vm.prank(stranger);
        evidence.checkpoint(uint64(size), root, signature);
        anchored = size;
    }

    /// @dev Short enough for a line to be shown in time, for a window and for an appeal to be open now and over after.
    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 8 hours));
    }

    function waitLong(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 4 days));
    }

    /// @notice Ends all that is open when the settler, the arbiter and the keeper have fallen silent, as a stranger can.
    function endAll() external {
        vm.warp(block.timestamp + 365 days);
        for (uint256 id = 1; id <= posted.length; ++id) {
            bool stands = batches.stateOf(id).status == IBatches.Status.Posted;
            if (stands && posted[id - 1].spoilt != 0) showWrong(id);
        }
        for (uint256 i = 0; i < asked.length; ++i) {
            expire(asked[i]);
        }
        for (uint256 i = 0; i < asked.length; ++i) {
            withdraw(asked[i]);
        }
        for (uint256 id = 1; id <= posted.length; ++id) {
            IBatches.State memory state = batches.stateOf(id);
            if (state.status == IBatches.Status.Posted) batches.finalise(id, batchOf(linesOf(id)));
            else if (state.status != IBatches.Status.Final && state.hash != 0) unwindOnce(id);
        }
        for (uint256 i = 0; i < imposed.length; ++i) {
            timeOut(i);
        }
    }

    /// @notice What the earnings of the last final batch hash to, 0 while there is none.
    function lastEarnings() external returns (bytes32) {
        uint256 head = batches.head();
        return head == 0 ? bytes32(0) : earningsOf(linesOf(head));
    }
}
