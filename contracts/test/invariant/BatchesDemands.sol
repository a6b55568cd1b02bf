// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../../src/interfaces/IBatches.sol";
import {IDemands} from "../../src/interfaces/IDemands.sol";
import {BatchesSpoilt} from "./BatchesSpoilt.sol";

/// @notice Lines that are asked for, and shown, or not.
abstract contract BatchesDemands is BatchesSpoilt {
    /// @dev A line can be asked for again once it was shown.
    mapping(bytes32 place => bool) private isListed;

    /// @dev Also for coalitions and steps that a task is too small to have.
    function demand(uint256 which, uint256 tree, uint256 index, uint256 sub) external {
        uint256 id = pick(which, IBatches.Status.Posted);
        if (id == 0 || block.timestamp >= posted[id - 1].postedAt + WINDOW) return;
        IDemands.Place memory place = placeOf(bound(tree, 0, 5), index, sub);
        if (isOpen(Asked(id, place))) return;
        IBatches.Batch memory batch = batchOf(linesOf(id));
        afford(stranger, DEMAND_STAKE);
        vm.prank(stranger);
        demands.demand(id, batch, place);
        if (isListed[keccak256(abi.encode(id, place))]) return;
        isListed[keccak256(abi.encode(id, place))] = true;
        asked.push(Asked(id, place));
    }

    /// @dev Also on a batch that failed meanwhile, as long as it is not unwound.
    function show(uint256 which) external {
        if (asked.length == 0) return;
        Asked memory line = asked[which % asked.length];
        if (!isOpen(line) || batches.stateOf(line.id).hash == 0) return;
        if (block.timestamp > demands.demandOf(line.id, line.place).dueAt) return;
        Lines memory lines = linesOf(line.id);
        show(line, lines, batchOf(lines));
    }

    function expire(uint256 which) external {
        if (asked.length > 0) expire(asked[which % asked.length]);
    }

    function withdrawDemand(uint256 which) external {
        if (asked.length > 0) withdraw(asked[which % asked.length]);
    }

    function expire(Asked memory line) internal {
        if (!isOpen(line) || batches.stateOf(line.id).status != IBatches.Status.Posted) return;
        if (block.timestamp <= demands.demandOf(line.id, line.place).dueAt) return;
        vm.prank(stranger);
        demands.expire(line.id, line.place);
    }

    function withdraw(Asked memory line) internal {
        if (!isOpen(line) || batches.stateOf(line.id).status == IBatches.Status.Posted) return;
        vm.prank(stranger);
        demands.withdraw(line.id, line.place);
    }

    function placeOf(uint256 tree, uint256 index, uint256 sub) private pure returns (IDemands.Place memory place) {
        uint64[6] memory sizes = [uint64(3), 5, 1, 3, 3, 5];
        uint64[6] memory subs = [uint64(1), 1, 1, 1, 5, 3];
        place.tree = IBatches.Tree(tree);
        place.index = uint64(index % sizes[tree]);
        place.sub = uint64(sub % subs[tree]);
    }

    function show(Asked memory line, Lines memory lines, IBatches.Batch memory batch) private {
        (uint256 id, IBatches.Tree tree, uint64 index) = (line.id, line.place.tree, line.place.index);
        vm.startPrank(stranger);
        if (tree == IBatches.Tree.Tasks) demands.showTask(id, batch, openTask(lines, index));
        if (tree == IBatches.Tree.Payments) demands.showPayment(id, batch, openPayment(lines, index));
        if (tree == IBatches.Tree.Penalties) demands.showPenalty(id, batch, openPenalty(lines, index));
        if (tree == IBatches.Tree.Earnings) demands.showEarning(id, batch, index, openEarning(lines, index));
        if (tree == IBatches.Tree.Coalitions) showCoalition(line, lines, batch);
        if (tree == IBatches.Tree.Traces) showTrace(line, lines, batch);
        vm.stopPrank();
    }

    function showCoalition(Asked memory line, Lines memory lines, IBatches.Batch memory batch) private {
        IDemands.Place memory place = line.place;
        IBatches.OpenTask memory task = openTask(lines, place.index);
        uint256[] memory numbers = values(place.index == 1 ? 1 : 2);
        if (place.sub >= numbers.length) {
            return demands.refute(line.id, batch, task, openPayment(lines, 0), place);
        }
        demands.showCoalition(line.id, batch, task, place.sub, openNumber(numbers, place.sub));
    }

    function showTrace(Asked memory line, Lines memory lines, IBatches.Batch memory batch) private {
        IDemands.Place memory place = line.place;
        IBatches.OpenPayment memory payment = openPayment(lines, place.index);
        IBatches.OpenTask memory task = openTask(lines, payment.line.task);
        uint256[] memory sums = trace(payment.line.task == 1 ? 1 : 2, payment.line.agentId);
        if (place.sub >= sums.length) return demands.refute(line.id, batch, task, payment, place);
        demands.showTrace(line.id, batch, task, payment, place.sub, openNumber(sums, place.sub));
    }
}
