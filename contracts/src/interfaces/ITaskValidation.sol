// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ITaskValidation
/// @notice Opens requests in the validation registry for the subtasks of Entente's tasks, under hashes that nobody else can
/// make mean anything.
/// @dev In the registry a hash belongs to whoever uses it first, and says nothing of what it is about. Here it is bound to
/// chain, contract, requester, task, subtask, agent and validator, and **only what this contract opened counts**: readers
/// ask `requestHashOf` for a subject's hash, and never take a hash from elsewhere. So a squatter who opens a request about
/// an agent of its own, under a hash of ours, impersonates nothing. Nor does it block: it must know the salt, so it must
/// run before a transaction that it sees; that transaction then goes on to the next hash, and there are eight, each of
/// which costs the squatter more than it costs us; and after the eighth the requester takes another salt.
///
/// The registry lets only those who may manage an agent ask about it, so the agent's owner first makes this contract the
/// account approved for it (ERC-721 `approve`). This contract has no code that would move a token.
interface ITaskValidation {
    /// @param requester Of the task.
    /// @param subtaskId What names the subtask in the task; a hash of it where it is longer.
    struct Subject {
        address requester;
        bytes32 taskId;
        bytes32 subtaskId;
        uint256 agentId;
        address validator;
    }

    event TaskValidationOpened(
        bytes32 indexed requestHash,
        bytes32 indexed taskId,
        uint256 indexed agentId,
        bytes32 subtaskId,
        address validator,
        address requester
    );

    error TaskValidationNotRequester(bytes32 taskId, address account);
    error TaskValidationIsOpen(bytes32 requestHash);
    error TaskValidationNotOpened();
    error TaskValidationSaltSpent(bytes32 salt);

    /// @notice Asks a validator about an agent's work on a subtask, once for each. By the requester of a task that is or
    /// was in escrow.
    /// @dev Fails as the registry does, and with `TaskValidationSaltSpent` if all hashes under the salt are taken.
    /// @param salt Random, and not known to others before.
    /// @return requestHash The request's name in the registry.
    function open(
        bytes32 taskId,
        bytes32 subtaskId,
        uint256 agentId,
        address validator,
        string calldata requestURI,
        bytes32 salt
    ) external returns (bytes32 requestHash);

    /// @return The hash of the request that was opened here about the subject, or 0.
    function requestHashOf(Subject calldata subject) external view returns (bytes32);

    /// @notice What the validator answered about the subject. Fails with `TaskValidationNotOpened`.
    /// @return response The latest answer, 0 to 100; 0 before the first.
    /// @return responseHash Of the latest answer.
    /// @return tag Of the latest answer.
    /// @return lastUpdate Unix time in seconds of the latest answer; before the first, of the request.
    function responseTo(Subject calldata subject)
        external
        view
        returns (uint8 response, bytes32 responseHash, string memory tag, uint256 lastUpdate);

    /// @param attempt From 0, by how many hashes under the salt were taken.
    /// @return The hash under which `open` asks.
    function hashFor(Subject calldata subject, bytes32 salt, uint256 attempt) external view returns (bytes32);
}
