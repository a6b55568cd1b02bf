// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "./interfaces/IBatches.sol";
import {IDemands} from "./interfaces/IDemands.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {BatchLines} from "./libraries/BatchLines.sol";
import {BatchRules} from "./libraries/BatchRules.sol";
import {ShapleySteps} from "./libraries/ShapleySteps.sol";

/// @title Demands
contract Demands is IDemands {
    uint64 private constant MAX_SUB = uint64(1) << uint64(ShapleySteps.MAX_PLAYERS);

    IBatches public immutable batches;
    IEscrow public immutable escrow;
    /// @notice How long there is to show a line, and how long after that to dispute what it shows.
    uint40 public immutable showSeconds;
    /// @notice What a demander risks, in units of the token: about what it costs to show a line.
    uint128 public immutable stake;

    mapping(bytes32 key => Demand) private _demands;

    constructor(IBatches batches_, IEscrow escrow_, uint40 showSeconds_, uint128 stake_) {
        if (showSeconds_ == 0) revert DemandsConfigInvalid();
        batches = batches_;
        escrow = escrow_;
        showSeconds = showSeconds_;
        stake = stake_;
    }

    /// @inheritdoc IDemands
    function demand(uint256 id, IBatches.Batch calldata batch, Place calldata place) external {
        batches.stateOf(id, batch);
        if (place.index >= _sizeOf(batch, place.tree)) revert DemandsNoSuchLine();
        bool hasSub = place.tree == IBatches.Tree.Coalitions || place.tree == IBatches.Tree.Traces;
        if (place.sub >= (hasSub ? MAX_SUB : 1)) revert DemandsNoSuchLine();
        Demand storage open = _demands[_keyOf(id, place)];
        if (open.demander != address(0)) revert DemandsExists();

        open.demander = msg.sender;
        open.dueAt = uint40(block.timestamp) + showSeconds;
        emit LineDemanded(id, place, msg.sender, open.dueAt, stake);
        batches.await(id);
        escrow.hold(new IBatches.Debit[](0), msg.sender, stake);
    }

    /// @inheritdoc IDemands
    function showTask(uint256 id, IBatches.Batch calldata batch, IBatches.OpenTask calldata task) external {
        _check(id, batch, task);
        _answer(id, Place(IBatches.Tree.Tasks, task.index, 0));
    }

    /// @inheritdoc IDemands
    function showPayment(uint256 id, IBatches.Batch calldata batch, IBatches.OpenPayment calldata payment) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, payment);
        _answer(id, Place(IBatches.Tree.Payments, payment.index, 0));
    }

    /// @inheritdoc IDemands
    function showPenalty(uint256 id, IBatches.Batch calldata batch, IBatches.OpenPenalty calldata penalty) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, penalty);
        _answer(id, Place(IBatches.Tree.Penalties, penalty.index, 0));
    }

    /// @inheritdoc IDemands
    function showEarning(
        uint256 id,
        IBatches.Batch calldata batch,
        uint64 agentId,
        IBatches.OpenEarning calldata earning
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, agentId, earning);
        _answer(id, Place(IBatches.Tree.Earnings, agentId, 0));
    }

    /// @inheritdoc IDemands
    function showCoalition(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        uint64 mask,
        IBatches.OpenNumber calldata value
    ) external {
        _check(id, batch, task);
        BatchLines.check(
            IBatches.Tree.Coalitions, task.line.coalitions, mask, BatchRules.coalitionsOf(task.line), value
        );
        _answer(id, Place(IBatches.Tree.Coalitions, task.index, mask));
    }

    /// @inheritdoc IDemands
    function showTrace(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment,
        uint64 step,
        IBatches.OpenNumber calldata sum
    ) external {
        _check(id, batch, task);
        BatchLines.check(batch, payment);
        if (payment.line.task != task.index) revert IBatches.BatchesLineForeign(IBatches.Tree.Payments, payment.index);
        BatchLines.check(IBatches.Tree.Traces, payment.line.trace, step, BatchRules.coalitionsOf(task.line) / 2, sum);
        _answer(id, Place(IBatches.Tree.Traces, payment.index, step));
    }

    /// @inheritdoc IDemands
    function refute(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment,
        Place calldata place
    ) external {
        _check(id, batch, task);
        uint256 size = BatchRules.coalitionsOf(task.line);
        if (place.tree == IBatches.Tree.Traces) {
            BatchLines.check(batch, payment);
            if (payment.index != place.index || payment.line.task != task.index) revert DemandsNoSuchLine();
            size /= 2;
        } else if (place.tree != IBatches.Tree.Coalitions || place.index != task.index) {
            revert DemandsNoSuchLine();
        }
        if (place.sub < size) revert DemandsNoSuchLine();
        _answer(id, place);
    }

    /// @inheritdoc IDemands
    function expire(uint256 id, Place calldata place) external {
        Demand memory open = _take(id, place);
        if (block.timestamp <= open.dueAt) revert DemandsNotDue(open.dueAt);

        emit DemandExpired(id, place, stake);
        batches.condemn(id, IBatches.Rule.LineWithheld, open.demander);
        escrow.unhold(open.demander, stake);
    }

    /// @inheritdoc IDemands
    function withdraw(uint256 id, Place calldata place) external {
        if (batches.stateOf(id).status == IBatches.Status.Posted) revert DemandsStillPending(id);
        Demand memory open = _take(id, place);

        emit DemandWithdrawn(id, place, stake);
        escrow.unhold(open.demander, stake);
    }

    /// @inheritdoc IDemands
    function demandOf(uint256 id, Place calldata place) external view returns (Demand memory) {
        return _demands[_keyOf(id, place)];
    }

    function _answer(uint256 id, Place memory place) private {
        Demand memory open = _take(id, place);
        if (block.timestamp > open.dueAt) revert DemandsOverdue(open.dueAt);

        emit LineShown(id, place, msg.sender, stake);
        batches.resume(id, uint40(block.timestamp) + showSeconds);
        escrow.unhold(msg.sender, stake);
    }

    function _take(uint256 id, Place memory place) private returns (Demand memory open) {
        bytes32 key = _keyOf(id, place);
        open = _demands[key];
        if (open.demander == address(0)) revert DemandsUnknown();
        delete _demands[key];
    }

    function _check(uint256 id, IBatches.Batch calldata batch, IBatches.OpenTask calldata task) private view {
        batches.stateOf(id, batch);
        BatchLines.check(batch, task);
    }

    function _keyOf(uint256 id, Place memory place) private pure returns (bytes32) {
        return keccak256(abi.encode(id, place));
    }

    function _sizeOf(IBatches.Batch calldata batch, IBatches.Tree tree) private pure returns (uint256) {
        if (tree == IBatches.Tree.Earnings) return batch.earningCount;
        if (tree == IBatches.Tree.Penalties) return batch.penaltyCount;
        bool ofPayment = tree == IBatches.Tree.Payments || tree == IBatches.Tree.Traces;
        return ofPayment ? batch.paymentCount : batch.taskCount;
    }
}
