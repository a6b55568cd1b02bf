// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "./interfaces/IDomains.sol";
import {IRounds} from "./interfaces/IRounds.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title Rounds
contract Rounds is IRounds {
    uint256 public constant MAX_AGENTS = 31;
    /// @notice More than a block of the slowest chains in use takes, or nobody could commit in time.
    uint64 public constant MIN_PHASE_SECONDS = 15;
    uint64 public constant MAX_PHASE_SECONDS = 1 days;

    /// @dev The bit that tells a sealed commitment from a wallet.
    uint256 private constant SEALED = 1 << 255;

    IDomains public immutable domains;

    mapping(bytes32 roundId => Round) private _rounds;
    mapping(bytes32 roundId => uint64[]) private _agents;
    /// @dev What each listed agent has done, in one word: its wallet until it commits; then its commitment, sealed with that
    /// wallet; 0 once revealed. A word that is there already is changed at a quarter of the price of a new one, and
    /// clearing it pays some of the gas back.
    mapping(bytes32 roundId => mapping(uint256 agentId => uint256)) private _words;

    constructor(IDomains domains_) {
        domains = domains_;
    }

    /// @inheritdoc IRounds
    function open(
        bytes32 taskId,
        bytes32 subtaskHash,
        uint256 number,
        uint256[] calldata agentIds,
        uint64 commitSeconds,
        uint64 revealSeconds
    ) external returns (bytes32 roundId) {
        if (taskId == 0 || number == 0) revert RoundsKeyInvalid();
        if (agentIds.length == 0 || agentIds.length > MAX_AGENTS) revert RoundsAgentCountInvalid(agentIds.length);
        _checkLength(commitSeconds);
        _checkLength(revealSeconds);
        roundId = _idOf(msg.sender, taskId, subtaskHash, number);
        if (_rounds[roundId].listed != 0) revert RoundsRoundExists(roundId);

        uint64 commitUntil = uint64(block.timestamp) + commitSeconds;
        uint64 revealUntil = commitUntil + revealSeconds;
        _rounds[roundId] = Round(commitUntil, revealUntil, uint8(agentIds.length), 0, false);
        _list(roundId, agentIds);
        emit RoundOpened(roundId, msg.sender, taskId, subtaskHash, number, agentIds, commitUntil, revealUntil);
    }

    /// @inheritdoc IRounds
    function commit(bytes32 roundId, uint256 agentId, bytes32 commitment) external {
        Round storage round = _rounds[roundId];
        if (_phase(round) != Phase.Commit) revert RoundsNotCommitting(roundId);
        mapping(uint256 agentId => uint256) storage words = _words[roundId];
        uint256 word = words[agentId];
        if (word & SEALED != 0) revert RoundsAlreadyCommitted(roundId, agentId);
        if (word != uint160(msg.sender)) revert RoundsNotWallet(roundId, agentId, msg.sender);

        words[agentId] = _seal(commitment, msg.sender);
        round.committed += 1;
        emit Committed(roundId, agentId, commitment);
    }

    /// @inheritdoc IRounds
    function reveal(Key calldata key, uint256 agentId, address wallet, bytes32 outputHash, bytes32 salt) external {
        bytes32 roundId = _idOf(key.opener, key.taskId, key.subtaskHash, key.number);
        if (_phase(_rounds[roundId]) != Phase.Reveal) revert RoundsNotRevealing(roundId);
        if (salt == 0) revert RoundsSaltEmpty();
        bytes32 commitment = keccak256(
            abi.encode(
                block.chainid, address(this), key.taskId, key.subtaskHash, key.number, agentId, wallet, outputHash, salt
            )
        );
        mapping(uint256 agentId => uint256) storage words = _words[roundId];
        if (words[agentId] != _seal(commitment, wallet)) revert RoundsRevealMismatch(roundId, agentId);

        words[agentId] = 0;
        emit Revealed(roundId, agentId, outputHash);
    }

    /// @inheritdoc IRounds
    function close(bytes32 roundId) external {
        Round storage round = _rounds[roundId];
        Phase phase = _phase(round);
        if (phase == Phase.None) revert RoundsRoundUnknown(roundId);
        if (phase == Phase.Commit) revert RoundsNotOver(roundId);
        if (round.closed) revert RoundsAlreadyClosed(roundId);

        round.closed = true;
        uint64[] memory agentIds = _agents[roundId];
        uint256 faults = 0;
        for (uint256 i = 0; i < agentIds.length; ++i) {
            uint256 word = _words[roundId][agentIds[i]];
            if (word == 0) continue;
            if (word & SEALED != 0 && phase == Phase.Reveal) revert RoundsNotOver(roundId);
            ++faults;
            emit Faulted(roundId, agentIds[i], word & SEALED == 0 ? Fault.NoCommit : Fault.NoReveal);
        }
        emit RoundClosed(roundId, faults);
    }

    /// @inheritdoc IRounds
    function faultOf(bytes32 roundId, uint256 agentId) external view returns (Fault) {
        uint256 word = _words[roundId][agentId];
        Phase phase = _phase(_rounds[roundId]);
        if (word == 0 || phase == Phase.Commit) return Fault.None;
        if (word & SEALED == 0) return Fault.NoCommit;
        return phase == Phase.Over ? Fault.NoReveal : Fault.None;
    }

    /// @inheritdoc IRounds
    function phaseOf(bytes32 roundId) external view returns (Phase) {
        return _phase(_rounds[roundId]);
    }

    /// @inheritdoc IRounds
    function roundOf(bytes32 roundId) external view returns (Round memory) {
        return _rounds[roundId];
    }

    /// @inheritdoc IRounds
    function agentsOf(bytes32 roundId) external view returns (uint64[] memory) {
        return _agents[roundId];
    }

    /// @inheritdoc IRounds
    function roundIdOf(Key calldata key) external view returns (bytes32) {
        return _idOf(key.opener, key.taskId, key.subtaskHash, key.number);
    }

    function _list(bytes32 roundId, uint256[] calldata agentIds) private {
        uint64[] storage agents = _agents[roundId];
        for (uint256 i = 0; i < agentIds.length; ++i) {
            uint256 agentId = agentIds[i];
            if (i > 0 && agentId <= agentIds[i - 1]) revert RoundsAgentsNotAscending(agentId);
            address wallet = domains.activeWalletOf(agentId);
            if (wallet == address(0)) revert RoundsAgentInactive(agentId);

            _words[roundId][agentId] = uint160(wallet);
            // An active agent exists, and agents are numbered one by one from 0: 64 bits hold them all, four to a word.
            agents.push(uint64(agentId));
        }
    }

    function _phase(Round storage round) private view returns (Phase) {
        // Read together, they are one read of their one slot.
        (uint256 commitUntil, uint256 revealUntil) = (round.commitUntil, round.revealUntil);
        (uint256 listed, uint256 committed) = (round.listed, round.committed);
        if (listed == 0) return Phase.None;
        if (block.timestamp > revealUntil) return Phase.Over;
        return block.timestamp > commitUntil || committed == listed ? Phase.Reveal : Phase.Commit;
    }

    function _idOf(address opener, bytes32 taskId, bytes32 subtaskHash, uint256 number) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), opener, taskId, subtaskHash, number));
    }

    function _checkLength(uint64 length) private pure {
        if (length < MIN_PHASE_SECONDS || length > MAX_PHASE_SECONDS) revert RoundsLengthInvalid(length);
    }

    function _seal(bytes32 commitment, address wallet) private pure returns (uint256) {
        return uint256(Hashes.efficientKeccak256(commitment, bytes32(uint256(uint160(wallet))))) | SEALED;
    }
}
