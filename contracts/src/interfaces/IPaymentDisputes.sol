// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "./IBatches.sol";

/// @title IPaymentDisputes
/// @notice Condemns a batch of which somebody shows a wrong payment, penalty or earning. As ITaskDisputes.
interface IPaymentDisputes {
    /// @notice One step of a payment's running sums, with what it adds up.
    /// @param step k, from 0.
    /// @param before The running sum before; not read for step 0, before which it is 0.
    /// @param without Value of the k-th coalition without the agent. @param with_ Value of the same with the agent.
    struct Step {
        uint256 step;
        IBatches.OpenNumber before;
        IBatches.OpenNumber sum;
        IBatches.OpenNumber without;
        IBatches.OpenNumber with_;
    }

    /// @notice Paid without a valid receipt: not signed by the wallet it names, or that wallet never spoke for the agent.
    function disputeReceipt(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment
    ) external;

    /// @notice A contribution that does not follow from the committed coalition values: one step of its sum is wrong, or the
    /// last sum is not the share.
    function disputeContribution(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPayment calldata payment,
        Step calldata step
    ) external;

    /// @notice Wrong earnings: the payment does not add to what its agent had earned before it in the batch.
    /// @param previous The agent's payment that the line names as the one before.
    function disputeEarned(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenPayment calldata payment,
        IBatches.OpenPayment calldata previous
    ) external;

    /// @notice Wrong earnings: an agent's first payment does not add to what the parent says it had earned.
    /// @param earning The agent's line in the parent; not read where the parent has none.
    function disputeFirstEarned(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenPayment calldata payment,
        IBatches.Batch calldata parent,
        IBatches.OpenEarning calldata earning
    ) external;

    /// @notice Wrong earnings: two payments of one agent name the same one before them, so that one of them is left out.
    function disputeFork(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenPayment calldata one,
        IBatches.OpenPayment calldata other
    ) external;

    /// @notice Wrong earnings: the agent's line does not carry what its last payment says, or names one that is not its.
    /// @param payment The payment that the line names as the last.
    function disputeLast(
        uint256 id,
        IBatches.Batch calldata batch,
        uint256 agentId,
        IBatches.OpenEarning calldata earning,
        IBatches.OpenPayment calldata payment
    ) external;

    /// @notice Wrong earnings: a payment comes after the one that the agent's line names as the last; or the agent has no line.
    /// @param earning The agent's line; not read where the batch has none.
    function disputeLater(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenEarning calldata earning,
        IBatches.OpenPayment calldata payment
    ) external;

    /// @notice Wrong earnings: an agent without payments in this batch has earned other than the parent says, or the batch has
    /// fewer lines than the parent.
    /// @param before The agent's line in the parent; not read where the parent has none.
    function disputeUnpaid(
        uint256 id,
        IBatches.Batch calldata batch,
        uint256 agentId,
        IBatches.OpenEarning calldata earning,
        IBatches.Batch calldata parent,
        IBatches.OpenEarning calldata before
    ) external;

    /// @notice A penalty without the evidence for it: not in its task's lines, or without the commitment signed by a wallet that
    /// spoke for the agent, where the fault needs one.
    function disputePenalty(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenTask calldata task,
        IBatches.OpenPenalty calldata penalty
    ) external;

    /// @notice A penalty without the evidence for it: its place in the anchored evidence log holds another leaf, or there is no
    /// such place.
    /// @param leaf Hash of the leaf that is there. @param path Its inclusion proof; neither is read where the place is not.
    function disputeEvidence(
        uint256 id,
        IBatches.Batch calldata batch,
        IBatches.OpenPenalty calldata penalty,
        bytes32 leaf,
        bytes32[] calldata path
    ) external;
}
