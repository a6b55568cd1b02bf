// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "./IBatches.sol";
import {IEscrow} from "./IEscrow.sol";

/// @title ITaskFeedback
/// @notice The only client of the reputation registry whose feedback Entente counts: it writes there what settled tasks say of
/// their agents, once for each task and agent, whoever sends it.
/// @dev A settlement names a document by its SHA-256 (`evidence`): RFC 8785 JSON, from which anyone recomputes who is paid
/// and fined. It also says how each agent did: an item `{"agentId":"7","score":50,"tag":"forecast"}` of `ratings`. Who shows
/// the document, and the settlement that names it, has it written here. So nobody has an opinion here, the requester as
/// little as the sender: a score stands under the same signature or bond as the money, is computed by the same rules from
/// the same log, and is checked by whoever checks those.
///
/// The registry is open, as its standard wants: a fresh wallet costs nothing, and may praise an agent there a thousand
/// times. That counts for nothing here, since `scoreOf` averages what this contract gave and reads nobody else's. Of agents of
/// the requester's own domain the document says nothing, by its rules. What two domains agree on behind the scenes, no
/// contract can see; it costs them the fees of real settlements, and both names stand under it.
///
/// Nothing here is revoked: what was said of a settled task is as final as the settlement.
interface ITaskFeedback {
    /// @param score 0 to 100.
    /// @param tag What it is about, at most 31 bytes; may be empty.
    /// @param place Where in the document the item begins, in bytes.
    struct Rating {
        uint256 agentId;
        uint8 score;
        string tag;
        uint256 place;
    }

    /// @param document The one that the settlement names, to the byte.
    /// @param ratings What it says, all of it or some.
    struct Said {
        bytes document;
        Rating[] ratings;
    }

    /// @param settlement The one that ended the task in the Escrow, to the letter.
    struct SettledTask {
        IEscrow.Settlement settlement;
        Said said;
    }

    /// @param task Its line of the batch.
    struct BatchedTask {
        IBatches.OpenTask task;
        Said said;
    }

    event TaskRated(bytes32 indexed taskId, uint256 indexed agentId, address indexed requester, uint8 score);
    /// @notice The agent's owner made this contract its operator, so that the registry takes no feedback on it from here. It
    /// can be rated once that is over; until then it has no score.
    event RatingShutOut(bytes32 indexed taskId, uint256 indexed agentId);

    error TaskFeedbackNotSettledSo(bytes32 taskId);
    error TaskFeedbackBatchNotFinal(uint256 id);
    error TaskFeedbackDocumentForeign(bytes32 taskId);
    error TaskFeedbackNotSaid(bytes32 taskId, uint256 agentId);
    error TaskFeedbackScoreTooHigh(uint8 score);
    error TaskFeedbackTagInvalid(string tag);

    /// @notice Writes what tasks say that the Escrow settled one by one. By anyone.
    /// @dev What was written before is passed over, so that nobody can hinder others by writing some of it first. There is no
    /// deadline, and it does not matter whether an agent is still active: nobody leaves to escape a rating.
    function rate(SettledTask[] calldata tasks) external;

    /// @notice The same of tasks that a final batch settled.
    /// @param batch The one that was posted under `id`.
    function rateBatched(uint256 id, IBatches.Batch calldata batch, BatchedTask[] calldata tasks) external;

    /// @return Whether the agent was rated for the task.
    function isRated(bytes32 taskId, uint256 agentId) external view returns (bool);

    /// @notice What settled tasks say of an agent.
    /// @dev For reading off chain: the registry loops over all ratings of the agent. An agent whose owner makes this
    /// contract its operator cannot be rated, by a rule of the registry; lest that keep a bad rating out, it then has no
    /// score either.
    /// @return count How many ratings; 0 if there are none to go by.
    /// @return score Their average, 0 to 100, rounded down.
    function scoreOf(uint256 agentId) external view returns (uint64 count, uint8 score);
}
