// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IRounds
/// @notice Rounds of commit and reveal for subtasks that ask for them on chain: several agents each promise a result before
/// anyone's is known, then show it. Who did neither is at fault, and any contract can read so.
/// @dev A round ends by the clock: nobody, its opener included, can hold it up, and nobody has to close it. A commitment is
/// keccak256 over nine words: chain, this contract, task, keccak256 of the subtask, round, agent, wallet, output hash, salt.
/// Those are the words of `commitmentOf` in `protocol/receipt.ts`, the round in the place of the attempt. The contract is
/// this one, where commitments off chain name the ContractRegistry: so what was revealed in one place, salt and all, opens
/// nothing in the other.
interface IRounds {
    /// @dev Commit until all have committed or the time is up, then Reveal until its time is up.
    enum Phase {
        None,
        Commit,
        Reveal,
        Over
    }

    enum Fault {
        None,
        NoCommit,
        NoReveal
    }

    /// @notice What a round is identified by.
    /// @param opener Who opened it. Part of the id, so nobody opens a round in another's name or in another's way: whoever
    /// acts on a round asks whose it is.
    /// @param subtaskHash keccak256 of the subtask's id.
    /// @param number Counted from 1 by the opener: the attempt.
    struct Key {
        address opener;
        bytes32 taskId;
        bytes32 subtaskHash;
        uint256 number;
    }

    /// @param commitUntil Unix time in seconds of the last moment to commit.
    /// @param revealUntil Unix time in seconds of the last moment to reveal.
    /// @param listed How many agents are in it.
    /// @param committed How many of them have committed.
    /// @param closed Whether its faults have been put on record.
    struct Round {
        uint64 commitUntil;
        uint64 revealUntil;
        uint8 listed;
        uint8 committed;
        bool closed;
    }

    event RoundOpened(
        bytes32 indexed roundId,
        address indexed opener,
        bytes32 indexed taskId,
        bytes32 subtaskHash,
        uint256 number,
        uint256[] agentIds,
        uint64 commitUntil,
        uint64 revealUntil
    );
    event Committed(bytes32 indexed roundId, uint256 indexed agentId, bytes32 commitment);
    event Revealed(bytes32 indexed roundId, uint256 indexed agentId, bytes32 outputHash);
    event Faulted(bytes32 indexed roundId, uint256 indexed agentId, Fault fault);
    event RoundClosed(bytes32 indexed roundId, uint256 faults);

    error RoundsRoundExists(bytes32 roundId);
    error RoundsRoundUnknown(bytes32 roundId);
    error RoundsKeyInvalid();
    error RoundsLengthInvalid(uint64 seconds_);
    error RoundsAgentCountInvalid(uint256 count);
    error RoundsAgentsNotAscending(uint256 agentId);
    error RoundsAgentInactive(uint256 agentId);
    error RoundsNotWallet(bytes32 roundId, uint256 agentId, address caller);
    error RoundsAlreadyCommitted(bytes32 roundId, uint256 agentId);
    error RoundsNotCommitting(bytes32 roundId);
    error RoundsNotRevealing(bytes32 roundId);
    error RoundsNotOver(bytes32 roundId);
    error RoundsAlreadyClosed(bytes32 roundId);
    error RoundsSaltEmpty();
    error RoundsRevealMismatch(bytes32 roundId, uint256 agentId);

    /// @notice Opens a round; the caller is its opener. Its commit phase begins at once.
    /// @dev Each agent commits with the wallet that is active at this moment. Keeping it here spares each commit a look into
    /// two other contracts, more than all the rest of it costs; so a suspension takes effect from the next round, and
    /// where it counts: whoever pays asks again.
    /// @param agentIds At most 31, in strictly ascending order, each active.
    /// @param commitSeconds The longest commit phase, from 15 seconds to a day.
    /// @param revealSeconds How much longer results are revealed, from 15 seconds to a day.
    function open(
        bytes32 taskId,
        bytes32 subtaskHash,
        uint256 number,
        uint256[] calldata agentIds,
        uint64 commitSeconds,
        uint64 revealSeconds
    ) external returns (bytes32 roundId);

    /// @notice Promises a result. By the agent's wallet, once.
    /// @dev Two agents may commit the same value. To refuse it would let whoever sees a commitment on its way send it first
    /// and keep its author out; a copy opens nothing, for the agent and its wallet are in it.
    function commit(bytes32 roundId, uint256 agentId, bytes32 commitment) external;

    /// @notice Shows a result. By anyone who knows it, in the reveal phase, once.
    /// @param wallet The one that committed.
    /// @param salt Not 0: an unsalted promise of one of few possible results is no secret.
    function reveal(Key calldata key, uint256 agentId, address wallet, bytes32 outputHash, bytes32 salt) external;

    /// @notice Puts a round's faults on record as events. By anyone, once, when no more can change: after the reveal phase, or
    /// before its time when every commitment has been revealed. Nothing waits for it: `faultOf` does not.
    function close(bytes32 roundId) external;

    /// @return What an agent is at fault for by now: NoCommit from the end of the commit phase, NoReveal from that of the
    /// reveal phase. None for an agent that is not listed, or a round that is not there.
    function faultOf(bytes32 roundId, uint256 agentId) external view returns (Fault);

    /// @return The round's phase at this moment; None if there is no such round.
    function phaseOf(bytes32 roundId) external view returns (Phase);

    /// @return The round; all zero if there is none.
    function roundOf(bytes32 roundId) external view returns (Round memory);

    /// @return The agents listed, in ascending order.
    function agentsOf(bytes32 roundId) external view returns (uint64[] memory);

    /// @return The id of that round on this chain, opened or not.
    function roundIdOf(Key calldata key) external view returns (bytes32);
}
