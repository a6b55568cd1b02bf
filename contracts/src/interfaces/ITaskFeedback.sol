// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "./IEscrow.sol";
import {ISettledWork} from "./ISettledWork.sol";

/// @title ITaskFeedback
/// @notice The only client of the reputation registry whose feedback Entente counts: it passes on what the requester of a
/// settled task says of an agent that the task paid, once for each.
/// @dev The registry is open, as its standard wants: a fresh wallet costs nothing, and may praise an agent there a thousand
/// times. That counts for nothing here, since `scoreOf` averages what this contract gave and reads nobody else's. To get
/// feedback in here takes a task that was paid for, that a settler signed, and whose requester is the admin of a domain
/// that governance admitted under a real name: a person cannot be many of those. And nobody rates what is its own: neither
/// an agent that it may manage, nor one that its domain enrolled. What two domains agree on behind the scenes, no contract
/// can see; it costs them the fees of real settlements, and both names stand under it.
///
/// Nothing here is revoked: what was said of a settled task is as final as the settlement.
interface ITaskFeedback {
    event TaskRated(bytes32 indexed taskId, uint256 indexed agentId, address indexed requester, uint8 score);
    event SourceAdmitted(ISettledWork indexed source);
    event SourceDismissed(ISettledWork indexed source);

    error TaskFeedbackNotSettledSo(bytes32 taskId);
    error TaskFeedbackAgentUnpaid(bytes32 taskId, uint256 agentId);
    error TaskFeedbackNotRequester(bytes32 taskId, address account);
    error TaskFeedbackAgentInactive(uint256 agentId);
    error TaskFeedbackOnOneself(uint256 agentId, address requester);
    error TaskFeedbackGiven(bytes32 taskId, uint256 agentId);
    error TaskFeedbackScoreTooHigh(uint8 score);
    error TaskFeedbackTagTooLong(uint256 length);
    error TaskFeedbackSourceUnknown(ISettledWork source);

    /// @notice Rates an agent for its part in a task that the Escrow settled. By the task's requester, once.
    /// @dev Fails with the registry's "Self-feedback not allowed" if the agent's owner made this contract its operator.
    /// @param settlement The one that ended the task, to the letter.
    /// @param agentId One that it paid more than nothing, and that is active now. There is no deadline: who leaves to escape
    /// a rating finds it on return.
    /// @param score 0 to 100.
    /// @param tag2 What the score is about, at most 31 bytes; may be empty.
    function rate(IEscrow.Settlement calldata settlement, uint256 agentId, uint8 score, string calldata tag2) external;

    /// @notice As `rate`, for a task that was settled some other way.
    /// @param source An admitted one.
    /// @param proof What that source takes for a proof.
    function rateProven(ISettledWork source, bytes calldata proof, uint256 agentId, uint8 score, string calldata tag2)
        external;

    /// @notice Believes a source from now on. By governance.
    function admit(ISettledWork source) external;

    /// @notice Believes a source no more; what it showed so far stays. By governance.
    function dismiss(ISettledWork source) external;

    /// @return Whether the source is believed.
    function isSource(ISettledWork source) external view returns (bool);

    /// @return Whether the agent was rated for the task.
    function isRated(bytes32 taskId, uint256 agentId) external view returns (bool);

    /// @notice What requesters of settled tasks think of an agent.
    /// @dev For reading off chain: the registry loops over all ratings of the agent. An agent whose owner makes this
    /// contract its operator cannot be rated, by a rule of the registry; lest that keep a bad rating out, it then has no
    /// score either.
    /// @return count How many ratings; 0 if there are none to go by.
    /// @return score Their average, 0 to 100, rounded down.
    function scoreOf(uint256 agentId) external view returns (uint64 count, uint8 score);
}
