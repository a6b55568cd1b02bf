// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "./IBatches.sol";

/// @title IDemands
/// @notice A batch whose lines nobody shows, nobody can check. So whoever misses one may ask for it on chain, against a stake,
/// while the batch's window is open. Whoever shows it, as it hashes into the batch, gets the stake. If nobody does in time,
/// the batch is condemned, and the demander gets the challenger's reward: lines of which the settler knows only the hash, or
/// that are no lines at all, end so too.
/// @dev The batch does not become final while a demand is open, nor before a shown line could be disputed for `showSeconds`.
/// Demands end with the window, so they put finality off for at most twice that time.
interface IDemands {
    /// @param index Of the line in its tree. For earnings: the agentId. For coalitions: the task line's. For traces: the
    /// payment line's.
    /// @param sub For coalitions the mask, for traces the step; else 0.
    struct Place {
        IBatches.Tree tree;
        uint64 index;
        uint64 sub;
    }

    struct Demand {
        address demander;
        uint40 dueAt;
    }

    /// @dev `stake` is held of the demander's account.
    event LineDemanded(uint256 indexed id, Place place, address indexed demander, uint40 dueAt, uint256 stake);
    /// @dev `stake` went to `by`.
    event LineShown(uint256 indexed id, Place place, address indexed by, uint256 stake);
    /// @dev `stake` went back to the demander.
    event DemandExpired(uint256 indexed id, Place place, uint256 stake);
    /// @dev `stake` went back to the demander.
    event DemandWithdrawn(uint256 indexed id, Place place, uint256 stake);

    error DemandsExists();
    error DemandsUnknown();
    error DemandsNoSuchLine();
    error DemandsOverdue(uint256 dueAt);
    error DemandsNotDue(uint256 dueAt);
    error DemandsStillPending(uint256 id);
    error DemandsConfigInvalid();

    /// @notice Asks for a line. The caller's account in the escrow must have the stake.
    /// @dev A mask or step beyond the task's players, which only an opened task would tell, is refused at 2^16: a demand for
    /// one that the task does not have is answered by showing the task (`refute`).
    function demand(uint256 id, IBatches.Batch calldata batch, Place calldata place) external;

    /// @notice Shows a line that was asked for. By anyone, in time.
    function showTask(uint256 id, IBatches.Batch calldata batch, IBatches.OpenTask calldata task) external;
    function showPayment(uint256 id, IBatches.Batch calldata batch, IBatches.OpenPayment calldata payment) external;
    function showPenalty(uint256 id, IBatches.Batch calldata batch, IBatches.OpenPenalty calldata penalty) external;
    function showEarning(
        uint256 id,
        IBatches.Batch calldata batch,
        uint64 agentId,
        IBatches.OpenEarning calldata earning
    ) external;
    function showCoalition(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        uint64 mask,
        IBatches.OpenNumber calldata value
    ) external;
    function showTrace(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment,
        uint64 step,
        IBatches.OpenNumber calldata sum
    ) external;

    /// @notice Answers a demand for a coalition or a step that the task is too small to have.
    /// @param payment For a trace: the payment line asked of. Not read for a coalition.
    function refute(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment,
        Place calldata place
    ) external;

    /// @notice Condemns a batch of which a line was not shown in time. By anyone; the demander gets the reward.
    function expire(uint256 id, Place calldata place) external;

    /// @notice Returns the stake of a demand whose batch was condemned or orphaned meanwhile. By anyone.
    function withdraw(uint256 id, Place calldata place) external;

    /// @return The open demand; all zero if there is none.
    function demandOf(uint256 id, Place calldata place) external view returns (Demand memory);
}
