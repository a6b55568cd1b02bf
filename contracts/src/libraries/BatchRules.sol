// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../interfaces/IBatches.sol";
import {ShapleySteps} from "./ShapleySteps.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title BatchRules
/// @notice Whether a batch's line is right beside its neighbours. Each function answers for whatever numbers a line holds
/// and never reverts, or a line could be too wrong to be shown wrong.
library BatchRules {
    uint256 private constant FULL_BPS = 10_000;
    /// @dev Larger amounts are wrong in themselves: no tokens are that many. Sums of them stay far below a word's end.
    uint256 private constant MAX_AMOUNT = type(uint128).max;
    /// @dev Of one share: 16! times the highest value of a coalition is below this.
    uint256 private constant MAX_SHARE = 1 << 180;

    /// @notice Whether a task costs more than its order allows, or its fee more than the consortium allows.
    function exceedsBudget(IBatches.TaskLine calldata line, uint256 maxFeeBps) internal pure returns (bool) {
        if (line.pool > MAX_AMOUNT || line.fee > MAX_AMOUNT || line.order.budget > MAX_AMOUNT) return true;
        return line.pool + line.fee > line.order.budget || line.fee * FULL_BPS > line.order.budget * maxFeeBps;
    }

    /// @notice Whether the running totals of a task line go on from the line before it, and end as the batch says.
    /// @param before The line at `index` - 1; not read for the first line.
    /// @param group Index of the debit to whose lines this one belongs: see `isInGroup`.
    function totalsWrong(
        IBatches.Batch calldata batch,
        IBatches.TaskLine calldata before,
        IBatches.TaskLine calldata line,
        uint256 index,
        uint256 group
    ) internal pure returns (bool) {
        IBatches.Debit calldata debit = batch.debits[group];
        bool isFirst = index == 0;
        if (line.order.requester != debit.requester) return true;
        if (line.firstPayment != (isFirst ? 0 : before.endPayment)) return true;
        if (line.firstPenalty != (isFirst ? 0 : before.endPenalty)) return true;
        if (line.endPayment < line.firstPayment || line.endPenalty < line.firstPenalty) return true;
        if (line.endPayment - line.firstPayment > ShapleySteps.MAX_PLAYERS) return true;
        if (line.endPayment > batch.paymentCount || line.endPenalty > batch.penaltyCount) return true;

        if (line.pool > MAX_AMOUNT || line.fee > MAX_AMOUNT) return true;
        uint256 cost = line.pool + line.fee;
        bool startsGroup = index == _startOf(batch, group);
        if (!_adds(startsGroup ? 0 : before.debited, cost, line.debited)) return true;
        if (!_adds(isFirst ? 0 : before.feesSoFar, line.fee, line.feesSoFar)) return true;

        if (index + 1 == debit.endTask && line.debited != debit.amount) return true;
        if (index + 1 < batch.taskCount) return false;
        return
            line.endPayment != batch.paymentCount || line.endPenalty != batch.penaltyCount
                || line.feesSoFar != batch.fees;
    }

    /// @return Whether the debit at `group` covers the task line at `index`.
    function isInGroup(IBatches.Batch calldata batch, uint256 index, uint256 group) internal pure returns (bool) {
        return group < batch.debits.length && index >= _startOf(batch, group) && index < batch.debits[group].endTask;
    }

    /// @return 2^n for the n payments of a task; 0 where it says that it has more than it may, which is a wrong sum.
    function coalitionsOf(IBatches.TaskLine calldata line) internal pure returns (uint256) {
        uint256 first = line.firstPayment;
        uint256 end = line.endPayment;
        if (end < first || end - first > ShapleySteps.MAX_PLAYERS) return 0;
        return 1 << (end - first);
    }

    /// @notice Whether the payments of a task are not its pool, split by their shares: whole units by largest remainder
    /// (Hamilton's method), ties to the lower agentId.
    /// @param index Of the task line. @param payments All of the task, in order.
    function splitWrong(IBatches.TaskLine calldata line, uint256 index, IBatches.OpenPayment[] calldata payments)
        internal
        pure
        returns (bool)
    {
        uint256 whole = 0;
        uint256 sum = 0;
        for (uint256 i = 0; i < payments.length; ++i) {
            IBatches.PaymentLine calldata payment = payments[i].line;
            if (payment.task != index || payment.amount > MAX_AMOUNT || payment.share > MAX_SHARE) return true;
            if (i > 0 && payment.agentId <= payments[i - 1].line.agentId) return true;
            whole += payment.share;
            sum += payment.amount;
        }
        if (line.pool > MAX_AMOUNT || sum != line.pool) return true;
        // Where nobody contributed, nothing was earned.
        if (whole == 0) return sum != 0;
        return !_isHamilton(line.pool, whole, payments);
    }

    /// @notice Whether a payment does not continue what its agent had earned before.
    /// @param before What the agent had earned before this payment.
    function earnedWrong(IBatches.PaymentLine calldata line, uint256 before) internal pure returns (bool) {
        return line.amount > MAX_AMOUNT || !_adds(before, line.amount, line.earned);
    }

    function _startOf(IBatches.Batch calldata batch, uint256 group) private pure returns (uint256) {
        return group == 0 ? 0 : batch.debits[group - 1].endTask;
    }

    function _adds(uint256 before, uint256 amount, uint256 after_) private pure returns (bool) {
        unchecked {
            // Without overflow exactly if the sum is not below a part of it.
            return after_ == before + amount && after_ >= before;
        }
    }

    /// @dev A share is at most the whole, so no quotient exceeds the pool, and none reverts.
    function _isHamilton(uint256 pool, uint256 whole, IBatches.OpenPayment[] calldata payments)
        private
        pure
        returns (bool)
    {
        uint256[] memory remainders = new uint256[](payments.length);
        uint256 left = pool;
        for (uint256 i = 0; i < payments.length; ++i) {
            (uint256 floor, uint256 remainder) = _divide(pool, payments[i].line.share, whole);
            remainders[i] = remainder;
            // The floors sum to at most the pool, since the shares sum to the whole.
            left -= floor;
            if (payments[i].line.amount != floor && payments[i].line.amount != floor + 1) return false;
        }
        for (uint256 i = 0; i < payments.length; ++i) {
            (uint256 floor,) = _divide(pool, payments[i].line.share, whole);
            bool earnsUnit = _rank(remainders, i) < left;
            if (payments[i].line.amount != (earnsUnit ? floor + 1 : floor)) return false;
        }
        return true;
    }

    /// @return How many remainders come before the i-th: the larger ones, and equal ones of lower agentIds.
    function _rank(uint256[] memory remainders, uint256 i) private pure returns (uint256) {
        uint256 rank = 0;
        for (uint256 j = 0; j < remainders.length; ++j) {
            if (remainders[j] > remainders[i] || (remainders[j] == remainders[i] && j < i)) ++rank;
        }
        return rank;
    }

    /// @return floor of pool · share / whole. @return remainder of the same division.
    function _divide(uint256 pool, uint256 share, uint256 whole)
        private
        pure
        returns (uint256 floor, uint256 remainder)
    {
        floor = Math.mulDiv(pool, share, whole);
        remainder = mulmod(pool, share, whole);
    }
}
