// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Disputes} from "../../src/Disputes.sol";
import {IBatches} from "../../src/interfaces/IBatches.sol";
import {BatchesSpoilt} from "./BatchesSpoilt.sol";

/// @notice Batches from being posted to being final, or unwound. Optimistic settlement is sound while one watcher is honest:
/// here that is a stranger, who disputes a wrong batch at the latest when somebody is about to make it final.
abstract contract BatchesLife is BatchesSpoilt {
    function postRight() external {
        post(uint256(0));
    }

    function postWrong(uint256 way) external {
        post(bound(way, 1, WAYS));
    }

    function dispute(uint256 which) external {
        uint256 id = pick(which, IBatches.Status.Posted);
        if (id == 0 || posted[id - 1].spoilt == 0) return;
        showWrong(id);
    }

    /// @dev Whatever a right batch is accused of, it stands. A way to be wrong beside the parent is no wrong of the child's.
    function disputeRight(uint256 which, uint256 way) external {
        uint256 id = pick(which, IBatches.Status.Posted);
        if (id == 0 || posted[id - 1].spoilt != 0) return;
        uint256 parent = posted[id - 1].parent;
        way = bound(way, 1, WAYS);
        if (way == 9 && parent != 0 && posted[parent - 1].spoilt == 9) return;
        (address target, bytes memory data) = disputeOf(id, way);
        expectFailure(target, data, Disputes.DisputeUnfounded.selector, "a right batch is condemned");
    }

    function finalise(uint256 which) external {
        uint256 id = pick(which, IBatches.Status.Posted);
        if (id == 0) return;
        IBatches.Batch memory batch = batchOf(linesOf(id));
        if (isRipe(id)) {
            if (posted[id - 1].spoilt != 0) return showWrong(id);
            vm.prank(stranger);
            return batches.finalise(id, batch);
        }
        expectFailure(address(batches), abi.encodeCall(batches.finalise, (id, batch)), 0, "final too early");
    }

    function unwind(uint256 which, bool orphan) external {
        uint256 id = pick(which, orphan ? IBatches.Status.Orphaned : IBatches.Status.Condemned);
        if (id != 0) unwindOnce(id);
    }

    function unwindOnce(uint256 id) internal {
        IBatches.Batch memory batch = batchOf(linesOf(id));
        if (batches.stateOf(id).hash == 0) {
            bytes memory again = abi.encodeCall(batches.unwind, (id, batch));
            return expectFailure(address(batches), again, IBatches.BatchesBatchForeign.selector, "unwound twice");
        }
        vm.prank(stranger);
        batches.unwind(id, batch);
    }

    function showWrong(uint256 id) internal {
        (address target, bytes memory data) = disputeOf(id, posted[id - 1].spoilt);
        vm.prank(stranger);
        (bool done,) = target.call(data);
        if (!done || batches.stateOf(id).status != IBatches.Status.Condemned) broken = "a wrong batch stands";
    }

    function isRipe(uint256 id) internal view returns (bool) {
        IBatches.State memory state = batches.stateOf(id);
        return block.timestamp >= state.finalAfter && state.demands == 0 && posted[id - 1].parent == batches.head();
    }

    /// @param selector The error that is due; 0 for any.
    function expectFailure(address target, bytes memory data, bytes4 selector, string memory otherwise) internal {
        vm.prank(stranger);
        (bool done, bytes memory reason) = target.call(data);
        if (done || (selector != 0 && bytes4(reason) != selector)) broken = otherwise;
    }

    function post(uint256 spoilt) internal {
        if (batches.pending() == batches.MAX_PENDING()) return;
        uint256 parent = batches.tip();
        uint256 round = parent == 0 ? 0 : posted[parent - 1].round + 1;
        posted.push(Record(parent, round, spoilt, block.timestamp));
        afford(weatherAdmin, DEBITS);
        afford(healthAdmin, DEBITS);
        afford(settler, BOND);
        postAs(batchOf(linesOf(posted.length)));
    }
}
