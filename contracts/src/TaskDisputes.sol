// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Disputes} from "./Disputes.sol";
import {IBatches} from "./interfaces/IBatches.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {ITaskDisputes} from "./interfaces/ITaskDisputes.sol";
import {BatchLines} from "./libraries/BatchLines.sol";
import {BatchRules} from "./libraries/BatchRules.sol";
import {Signer} from "./libraries/Signer.sol";

/// @title TaskDisputes
contract TaskDisputes is ITaskDisputes, Disputes {
    address public immutable token;

    constructor(IBatches batches_, IEscrow escrow_, address token_) Disputes(batches_, escrow_) {
        token = token_;
    }

    /// @inheritdoc ITaskDisputes
    function disputeOrder(uint256 id, IBatches.Batch calldata batch, IBatches.OpenTask calldata task) external {
        IBatches.State memory state = batches.stateOf(id, batch);
        BatchLines.check(batch, task);
        _condemn(id, IBatches.Rule.OrderInvalid, _orderWrong(task.line, state.postedAt));
    }

    /// @inheritdoc ITaskDisputes
    function disputeBudget(uint256 id, IBatches.Batch calldata batch, IBatches.OpenTask calldata task) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, task);
        _condemn(id, IBatches.Rule.BudgetExceeded, BatchRules.exceedsBudget(task.line, escrow.maxFeeBps()));
    }

    /// @inheritdoc ITaskDisputes
    function disputeTotals(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata before,
        IBatches.OpenTask calldata task,
        uint256 group
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, task);
        if (task.index > 0) {
            BatchLines.check(batch, before);
            if (before.index + 1 != task.index) revert DisputeLinesMismatch();
        }
        if (!BatchRules.isInGroup(batch, task.index, group)) revert DisputeLinesMismatch();
        bool isWrong = BatchRules.totalsWrong(batch, before.line, task.line, task.index, group);
        _condemn(id, IBatches.Rule.SumWrong, isWrong);
    }

    /// @inheritdoc ITaskDisputes
    function disputeSplit(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment[] calldata payments
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, task);
        uint256 first = task.line.firstPayment;
        if (first + payments.length != task.line.endPayment) revert DisputeLinesMismatch();
        for (uint256 i = 0; i < payments.length; ++i) {
            BatchLines.check(batch, payments[i]);
            if (payments[i].index != first + i) revert DisputeLinesMismatch();
        }
        _condemn(id, IBatches.Rule.SplitWrong, BatchRules.splitWrong(task.line, task.index, payments));
    }

    /// @inheritdoc ITaskDisputes
    function disputeEmptyCoalition(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenNumber calldata value
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, task);
        uint256 size = BatchRules.coalitionsOf(task.line);
        BatchLines.check(IBatches.Tree.Coalitions, task.line.coalitions, 0, size, value);
        _condemn(id, IBatches.Rule.ContributionWrong, value.value != 0);
    }

    /// @inheritdoc ITaskDisputes
    function disputeRepeat(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        uint256 otherId,
        IBatches.Batch calldata otherBatch,
        IBatches.OpenTask calldata otherTask
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, task);
        IBatches.Status status = batches.stateOf(otherId, otherBatch).status;
        BatchLines.check(otherBatch, otherTask);
        bool isEarlier = otherId < id && (status == IBatches.Status.Posted || status == IBatches.Status.Final);
        bool isElsewhere = otherId == id && otherTask.index != task.index;
        if (!isEarlier && !isElsewhere) revert DisputeLinesMismatch();
        bool isSame = escrow.taskIdOf(task.line.order) == escrow.taskIdOf(otherTask.line.order);
        _condemn(id, IBatches.Rule.SettledTwice, isSame);
    }

    function _orderWrong(IBatches.TaskLine calldata line, uint256 postedAt) private view returns (bool) {
        IEscrow.TaskOrder calldata order = line.order;
        bytes32 taskId = escrow.taskIdOf(order);
        if (order.token != token || !Signer.signedByKey(order.requester, taskId, line.signature)) return true;
        if (postedAt > uint256(order.deadline) + escrow.graceSeconds()) return true;
        uint256 voidFrom = escrow.voidFrom(order.requester, order.nonce);
        if (voidFrom != 0 && voidFrom <= postedAt) return true;
        // A reservation voids the order for batches as a cancellation does, and with the same notice: whoever has the order
        // can send it, and could otherwise make an honest batch wrong just before it is posted.
        uint256 fundedAt = escrow.taskOf(taskId).fundedAt;
        return fundedAt != 0 && fundedAt + escrow.noticeSeconds() <= postedAt;
    }
}
