// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GuardedPause} from "./GuardedPause.sol";
import {IBatches} from "./interfaces/IBatches.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IPenalties} from "./interfaces/IPenalties.sol";
import {BatchLines} from "./libraries/BatchLines.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @title Batches
/// @dev Holds no money: the escrow does, and takes a batch's debits from their accounts when it is posted.
contract Batches is IBatches, GuardedPause {
    using BitMaps for BitMaps.BitMap;

    /// @param windowSeconds How long a batch can be disputed, and lines of it be asked for.
    /// @param bond What a settler loses with a condemned batch, in units of the token.
    /// @param challengerBps The challenger's part of it, in hundredths of a percent; the rest is the treasury's. Below all of
    /// it, so that a settler that condemns its own batch, to be first, still loses.
    struct Config {
        uint40 windowSeconds;
        uint128 bond;
        uint16 challengerBps;
    }

    uint256 public constant MAX_DEBITS = 256;
    /// @notice How many batches can wait at a time: bounds the gas to orphan all that stand on a condemned one.
    uint256 public constant MAX_PENDING = 64;
    uint256 private constant FULL_BPS = 10_000;

    IEscrow public immutable escrow;
    IPenalties public immutable penalties;
    uint40 public immutable windowSeconds;
    uint128 public immutable bond;
    uint16 public immutable challengerBps;

    /// @inheritdoc IBatches
    uint256 public head;
    /// @inheritdoc IBatches
    uint256 public tip;
    /// @notice The id of the batch posted last, whatever became of it.
    uint256 public latest;
    /// @notice How many batches are posted, and neither final nor fallen.
    uint256 public pending;
    mapping(uint256 id => State) private _states;
    mapping(uint256 id => uint256) private _parents;
    mapping(uint256 id => BitMaps.BitMap) private _imposed;

    constructor(address authority, IEscrow escrow_, IPenalties penalties_, Config memory config)
        AccessManaged(authority)
    {
        if (config.windowSeconds == 0 || config.challengerBps >= FULL_BPS) revert BatchesConfigInvalid();
        escrow = escrow_;
        penalties = penalties_;
        windowSeconds = config.windowSeconds;
        bond = config.bond;
        challengerBps = config.challengerBps;
    }

    /// @inheritdoc IBatches
    function post(Batch calldata batch) external restricted whenNotPaused returns (uint256 id) {
        if (batch.parent != tip) revert BatchesParentStale(batch.parent, tip);
        if (pending >= MAX_PENDING) revert BatchesTooManyPending(pending);
        _checkShape(batch);

        id = ++latest;
        ++pending;
        tip = id;
        _parents[id] = batch.parent;
        _states[id] = State({
            hash: BatchLines.hash(batch),
            settler: msg.sender,
            postedAt: uint40(block.timestamp),
            finalAfter: uint40(block.timestamp) + windowSeconds,
            status: Status.Posted,
            demands: 0
        });
        emit BatchPosted(id, msg.sender, bond, uint40(block.timestamp) + windowSeconds, batch);
        escrow.hold(batch.debits, msg.sender, bond);
    }

    /// @inheritdoc IBatches
    function finalise(uint256 id, Batch calldata batch) external {
        State storage state = _posted(id);
        if (state.hash != BatchLines.hash(batch)) revert BatchesBatchForeign(id);
        if (block.timestamp < state.finalAfter) revert BatchesWindowOpen(id, state.finalAfter);
        if (state.demands > 0) revert BatchesDemandsOpen(id, state.demands);
        if (batch.parent != head) revert BatchesNotNext(id, head);

        head = id;
        --pending;
        state.status = Status.Final;
        uint256 earned = _debitsOf(batch) - batch.fees;
        emit BatchFinalised(id, earned, batch.fees, bond);
        escrow.conclude(batch.earnings, batch.earningCount, earned, batch.fees);
        escrow.unhold(state.settler, bond);
    }

    /// @inheritdoc IBatches
    function condemn(uint256 id, Rule rule, address challenger) external restricted {
        State storage state = _posted(id);
        state.status = Status.Condemned;
        uint256 reward = uint256(bond) * challengerBps / FULL_BPS;
        emit BatchCondemned(id, rule, challenger, reward, bond - reward);
        // Those that wait form one chain, from the tip down to the head: what stands on this one lies above it. Bounded by
        // MAX_PENDING.
        uint256 fallen = 1;
        for (uint256 each = tip; each != id; each = _parents[each]) {
            _states[each].status = Status.Orphaned;
            ++fallen;
            emit BatchOrphaned(each, id);
        }
        tip = _parents[id];
        pending -= fallen;
        escrow.unhold(challenger, reward);
        escrow.unhold(escrow.treasury(), bond - reward);
    }

    /// @inheritdoc IBatches
    function unwind(uint256 id, Batch calldata batch) external {
        State storage state = _states[id];
        bool isOrphan = state.status == Status.Orphaned;
        if (!isOrphan && state.status != Status.Condemned) revert BatchesNotFailed(id, state.status);
        if (state.hash != BatchLines.hash(batch)) revert BatchesBatchForeign(id);

        // Its debits can be returned once: no batch hashes to zero.
        state.hash = 0;
        uint256 returned = isOrphan ? bond : 0;
        emit BatchUnwound(id, _debitsOf(batch), returned);
        for (uint256 i = 0; i < batch.debits.length; ++i) {
            escrow.unhold(batch.debits[i].requester, batch.debits[i].amount);
        }
        if (returned > 0) escrow.unhold(state.settler, returned);
    }

    /// @inheritdoc IBatches
    function await(uint256 id) external restricted {
        State storage state = _posted(id);
        if (block.timestamp >= state.postedAt + windowSeconds) revert BatchesWindowOver(id);
        if (state.demands == type(uint8).max) revert BatchesTooManyDemands(id);

        ++state.demands;
    }

    /// @inheritdoc IBatches
    function resume(uint256 id, uint40 until) external restricted {
        State storage state = _states[id];
        --state.demands;
        // One that fell waits for nothing.
        if (state.status != Status.Posted || state.finalAfter >= until) return;
        state.finalAfter = until;
        emit BatchPostponed(id, until);
    }

    /// @inheritdoc IBatches
    function impose(uint256 id, Batch calldata batch, OpenTask calldata task, OpenPenalty calldata penalty) external {
        State memory state = stateOf(id, batch);
        if (state.status != Status.Final) revert BatchesNotFinal(id, state.status);
        BatchLines.check(batch, task);
        BatchLines.check(batch, penalty);
        if (penalty.line.task != task.index) revert BatchesLineForeign(Tree.Penalties, penalty.index);
        if (_imposed[id].get(penalty.index)) revert BatchesPenaltyImposed(id, penalty.index);

        _imposed[id].set(penalty.index);
        bytes32 taskId = escrow.taskIdOf(task.line.order);
        PenaltyLine calldata line = penalty.line;
        emit PenaltyImposed(id, penalty.index, taskId, line.agentId);
        penalties.impose(taskId, line.agentId, line.amount, line.evidence, task.line.order.requester);
    }

    /// @inheritdoc IBatches
    function stateOf(uint256 id, Batch calldata batch) public view returns (State memory state) {
        state = _states[id];
        if (state.hash == 0 || state.hash != BatchLines.hash(batch)) revert BatchesBatchForeign(id);
    }

    /// @inheritdoc IBatches
    function stateOf(uint256 id) external view returns (State memory) {
        return _states[id];
    }

    function _posted(uint256 id) private view returns (State storage state) {
        state = _states[id];
        if (state.status != Status.Posted) revert BatchesNotPosted(id, state.status);
    }

    /// @dev Every task line has one debit, and no debit is without lines.
    function _checkShape(Batch calldata batch) private pure {
        Debit[] calldata debits = batch.debits;
        if (debits.length == 0 || debits.length > MAX_DEBITS) revert BatchesBatchInvalid();
        for (uint256 i = 1; i < debits.length; ++i) {
            bool ascends = debits[i].requester > debits[i - 1].requester && debits[i].endTask > debits[i - 1].endTask;
            if (!ascends) revert BatchesBatchInvalid();
        }
        if (debits[0].endTask == 0 || debits[debits.length - 1].endTask != batch.taskCount) {
            revert BatchesBatchInvalid();
        }
        if (batch.fees > _debitsOf(batch)) revert BatchesBatchInvalid();
    }

    function _debitsOf(Batch calldata batch) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < batch.debits.length; ++i) {
            sum += batch.debits[i].amount;
        }
    }
}
