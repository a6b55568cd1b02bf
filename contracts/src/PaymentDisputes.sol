// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Disputes} from "./Disputes.sol";
import {IBatches} from "./interfaces/IBatches.sol";
import {IDomains} from "./interfaces/IDomains.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {IPaymentDisputes} from "./interfaces/IPaymentDisputes.sol";
import {BatchLines} from "./libraries/BatchLines.sol";
import {BatchRules} from "./libraries/BatchRules.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {MerkleTree} from "./libraries/MerkleTree.sol";
import {ShapleySteps} from "./libraries/ShapleySteps.sol";
import {Signer} from "./libraries/Signer.sol";
import {TypedHash} from "./libraries/TypedHash.sol";

/// @title PaymentDisputes
contract PaymentDisputes is IPaymentDisputes, Disputes {
    address public immutable registry;
    IDomains public immutable domains;
    IEvidenceLog public immutable evidenceLog;

    constructor(IBatches batches_, IEscrow escrow_, address registry_, IDomains domains_, IEvidenceLog evidenceLog_)
        Disputes(batches_, escrow_)
    {
        registry = registry_;
        domains = domains_;
        evidenceLog = evidenceLog_;
    }

    /// @inheritdoc IPaymentDisputes
    function disputeReceipt(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment
    ) external {
        _check(id, batch, task, payment);
        IBatches.PaymentLine calldata line = payment.line;
        bytes32 receipt = TypedHash.receipt(escrow.taskIdOf(task.line.order), line);
        _condemn(id, IBatches.Rule.ReceiptInvalid, !_spokeFor(line.agentId, line.wallet, receipt, line.signature));
    }

    /// @inheritdoc IPaymentDisputes
    function disputeContribution(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment,
        Step calldata step
    ) external {
        _check(id, batch, task, payment);
        _condemn(id, IBatches.Rule.ContributionWrong, _stepWrong(task.line, payment, step));
    }

    /// @inheritdoc IPaymentDisputes
    function disputeEarned(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenPayment calldata payment,
        IBatches.OpenPayment calldata previous
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, payment);
        if (payment.line.previous == 0) revert DisputeLinesMismatch();
        // A line that names itself or a later one as the one before needs no other line to be wrong.
        bool isWrong = payment.line.previous > payment.index;
        if (!isWrong) {
            BatchLines.check(batch, previous);
            if (previous.index + 1 != payment.line.previous) revert DisputeLinesMismatch();
            isWrong = previous.line.agentId != payment.line.agentId
                || BatchRules.earnedWrong(payment.line, previous.line.earned);
        }
        _condemn(id, IBatches.Rule.EarningsWrong, isWrong);
    }

    /// @inheritdoc IPaymentDisputes
    function disputeFirstEarned(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenPayment calldata payment,
        IBatches.Batch calldata parent,
        IBatches.OpenEarning calldata earning
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, payment);
        if (payment.line.previous != 0) revert DisputeLinesMismatch();
        uint256 before = _earnedBefore(batch, parent, payment.line.agentId, earning);
        _condemn(id, IBatches.Rule.EarningsWrong, BatchRules.earnedWrong(payment.line, before));
    }

    /// @inheritdoc IPaymentDisputes
    function disputeFork(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenPayment calldata one,
        IBatches.OpenPayment calldata other
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, one);
        BatchLines.check(batch, other);
        bool isFork = one.index != other.index && one.line.agentId == other.line.agentId
            && one.line.previous == other.line.previous;
        _condemn(id, IBatches.Rule.EarningsWrong, isFork);
    }

    /// @inheritdoc IPaymentDisputes
    function disputeLast(
        uint256 id,
        IBatches.Batch calldata batch,
        uint256 agentId,
        IBatches.OpenEarning calldata earning,
        IBatches.OpenPayment calldata payment
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, agentId, earning);
        if (earning.line.last == 0) revert DisputeLinesMismatch();
        bool isWrong = earning.line.last > batch.paymentCount;
        if (!isWrong) {
            BatchLines.check(batch, payment);
            if (payment.index + 1 != earning.line.last) revert DisputeLinesMismatch();
            isWrong = payment.line.agentId != agentId || payment.line.earned != earning.line.cumulative;
        }
        _condemn(id, IBatches.Rule.EarningsWrong, isWrong);
    }

    /// @inheritdoc IPaymentDisputes
    function disputeLater(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenEarning calldata earning,
        IBatches.OpenPayment calldata payment
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, payment);
        bool isWrong = payment.line.agentId >= batch.earningCount;
        if (!isWrong) {
            BatchLines.check(batch, payment.line.agentId, earning);
            isWrong = payment.line.previous == earning.line.last;
        }
        _condemn(id, IBatches.Rule.EarningsWrong, isWrong);
    }

    /// @inheritdoc IPaymentDisputes
    function disputeUnpaid(
        uint256 id,
        IBatches.Batch calldata batch,
        uint256 agentId,
        IBatches.OpenEarning calldata earning,
        IBatches.Batch calldata parent,
        IBatches.OpenEarning calldata before
    ) external {
        batches.stateOf(id, batch);
        bool isWrong = batch.parent != 0 && batch.earningCount < _parentOf(batch, parent).earningCount;
        if (!isWrong) {
            BatchLines.check(batch, agentId, earning);
            if (earning.line.last != 0) revert DisputeLinesMismatch();
            isWrong = earning.line.cumulative != _earnedBefore(batch, parent, agentId, before);
        }
        _condemn(id, IBatches.Rule.EarningsWrong, isWrong);
    }

    /// @inheritdoc IPaymentDisputes
    function disputePenalty(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPenalty calldata penalty
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, task);
        BatchLines.check(batch, penalty);
        _condemn(id, IBatches.Rule.PenaltyUnproven, _penaltyWrong(task, penalty));
    }

    /// @inheritdoc IPaymentDisputes
    function disputeEvidence(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenPenalty calldata penalty,
        bytes32 leaf,
        bytes32[] calldata path
    ) external {
        batches.stateOf(id, batch);
        BatchLines.check(batch, penalty);
        bytes32 root = evidenceLog.rootAt(batch.evidenceSize);
        uint256 index = penalty.line.evidenceIndex;
        bool isWrong = root == 0 || index >= batch.evidenceSize;
        if (!isWrong) {
            if (MerkleTree.rootFrom(leaf, index, batch.evidenceSize, path) != root) revert DisputeLinesMismatch();
            isWrong = leaf != penalty.line.evidence;
        }
        _condemn(id, IBatches.Rule.PenaltyUnproven, isWrong);
    }

    function _check(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment
    ) private view {
        batches.stateOf(id, batch);
        BatchLines.check(batch, task);
        BatchLines.check(batch, payment);
        bool isOfTask = payment.index >= task.line.firstPayment && payment.index < task.line.endPayment;
        if (!isOfTask) revert DisputeLinesMismatch();
    }

    function _stepWrong(IBatches.TaskLine calldata line, IBatches.OpenPayment calldata payment, Step calldata step)
        private
        pure
        returns (bool)
    {
        uint256 coalitions = BatchRules.coalitionsOf(line);
        uint256 player = payment.index - line.firstPayment;
        bytes32 trace = payment.line.trace;
        BatchLines.check(IBatches.Tree.Traces, trace, step.step, coalitions / 2, step.sum);
        if (step.step > 0) {
            BatchLines.check(IBatches.Tree.Traces, trace, step.step - 1, coalitions / 2, step.before);
        }
        uint256 mask = ShapleySteps.coalition(step.step, player);
        BatchLines.check(IBatches.Tree.Coalitions, line.coalitions, mask, coalitions, step.without);
        BatchLines.check(IBatches.Tree.Coalitions, line.coalitions, mask | (1 << player), coalitions, step.with_);

        uint256 before = step.step == 0 ? 0 : step.before.value;
        uint256 weight = ShapleySteps.weight(mask, line.endPayment - line.firstPayment);
        if (!ShapleySteps.follows(before, step.sum.value, step.without.value, step.with_.value, weight)) return true;
        return step.step + 1 == coalitions / 2 && step.sum.value != payment.line.share;
    }

    /// @return What the parent says that an agent had earned.
    function _earnedBefore(
        IBatches.Batch calldata batch,
        IBatches.Batch calldata parent,
        uint256 agentId,
        IBatches.OpenEarning calldata earning
    ) private view returns (uint256) {
        if (batch.parent == 0 || agentId >= _parentOf(batch, parent).earningCount) return 0;
        BatchLines.check(parent, agentId, earning);
        return earning.line.cumulative;
    }

    function _parentOf(IBatches.Batch calldata batch, IBatches.Batch calldata parent)
        private
        view
        returns (IBatches.Batch calldata)
    {
        batches.stateOf(batch.parent, parent);
        return parent;
    }

    function _penaltyWrong(IBatches.OpenTask calldata task, IBatches.OpenPenalty calldata penalty)
        private
        view
        returns (bool)
    {
        IBatches.PenaltyLine calldata line = penalty.line;
        bool isOfTask = penalty.index >= task.line.firstPenalty && penalty.index < task.line.endPenalty;
        // Shown with another task's line, a penalty is wrong only if it says that it belongs there.
        if (line.task != task.index) {
            if (!isOfTask) revert DisputeLinesMismatch();
            return true;
        }
        if (!isOfTask) return true;
        // Who did not come signed nothing; that it was asked, and did not come, is in the evidence log.
        if (line.fault == IBatches.Fault.NoShow) return false;
        bytes32 commit = TypedHash.commit(escrow.taskIdOf(task.line.order), line);
        return !_spokeFor(line.agentId, line.wallet, commit, line.signature);
    }

    function _spokeFor(uint256 agentId, address wallet, bytes32 structHash, IBatches.Signature calldata signature)
        private
        view
        returns (bool)
    {
        bytes32 digest = EntenteDomain.digest(registry, structHash);
        return Signer.signedByKey(wallet, digest, signature) && domains.walletSince(agentId, wallet) != 0;
    }
}
