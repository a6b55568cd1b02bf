// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ISettledWork
/// @notice One way to show that a task was settled, and that it paid an agent. Tasks that settle some other way than one by
/// one in the Escrow get a contract of this kind, which governance then admits in TaskFeedback.
interface ISettledWork {
    /// @notice Fails unless `proof` shows that a task was settled for good and paid the agent more than nothing.
    /// @dev Whatever this returns is believed, so it must hold for every `proof` that anyone could send. A task has one id,
    /// whichever way it was settled.
    /// @return taskId The task.
    /// @return requester Whose money paid the agent.
    function paidWork(uint256 agentId, bytes calldata proof) external view returns (bytes32 taskId, address requester);
}
