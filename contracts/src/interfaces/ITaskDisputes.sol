// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "./IBatches.sol";

/// @title ITaskDisputes
/// @notice Condemns a batch of which somebody shows a wrong task line. Each function takes the batch, the line with its path
/// and what else its rule needs, fails with `DisputeUnfounded` where the line is right, and otherwise condemns the batch, the
/// caller being the challenger.
interface ITaskDisputes {
    /// @notice No valid order: not signed by the requester's key, for another token, void by a reservation or
    /// cancellation when the batch was posted, or posted later than deadline and grace.
    function disputeOrder(uint256 id, IBatches.Batch calldata batch, IBatches.OpenTask calldata task) external;

    /// @notice Budget exceeded: the task costs more than its order allows, or the fee is higher than the consortium allows.
    function disputeBudget(uint256 id, IBatches.Batch calldata batch, IBatches.OpenTask calldata task) external;

    /// @notice Wrong sum: the line's totals do not go on from the line before it, or do not end as the batch says.
    /// @param before The line before; for the first line it is not read.
    /// @param group Index of the debit that covers the line.
    function disputeTotals(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata before,
        IBatches.OpenTask calldata task,
        uint256 group
    ) external;

    /// @notice Wrong split: the task's payments are not its pool, split by their shares by largest remainder, each agent once
    /// in ascending order; or the empty coalition is worth something.
    /// @param payments All payments of the task, in order.
    function disputeSplit(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment[] calldata payments
    ) external;

    /// @notice A coalition of nobody has a value, which would be shared by nobody.
    function disputeEmptyCoalition(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenNumber calldata value
    ) external;

    /// @notice Settled twice: the same order has a line elsewhere in the batch, or in an earlier one that is posted or final.
    function disputeRepeat(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        uint256 otherId,
        IBatches.Batch calldata otherBatch,
        IBatches.OpenTask calldata otherTask
    ) external;
}
