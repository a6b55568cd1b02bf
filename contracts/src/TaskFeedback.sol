// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "./interfaces/IBatches.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IReputationRegistry} from "./interfaces/IReputationRegistry.sol";
import {ITaskFeedback} from "./interfaces/ITaskFeedback.sol";
import {BatchLines} from "./libraries/BatchLines.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {TypedHash} from "./libraries/TypedHash.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @title TaskFeedback
contract TaskFeedback is ITaskFeedback {
    using BitMaps for BitMaps.BitMap;

    /// @notice What `tag1` says of all feedback from here.
    string public constant TAG = "task";
    uint8 public constant MAX_SCORE = 100;
    /// @notice In bytes: the most that a string keeps in one slot.
    uint256 public constant MAX_TAG = 31;

    /// @notice The ContractRegistry, which identifies this deployment in signatures.
    address public immutable registry;
    IEscrow public immutable escrow;
    IBatches public immutable batches;
    IReputationRegistry public immutable reputation;
    IIdentityRegistry public immutable identity;

    mapping(bytes32 taskId => BitMaps.BitMap) private _rated;

    constructor(address registry_, IEscrow escrow_, IBatches batches_, IReputationRegistry reputation_) {
        registry = registry_;
        escrow = escrow_;
        batches = batches_;
        reputation = reputation_;
        identity = IIdentityRegistry(reputation_.getIdentityRegistry());
    }

    /// @inheritdoc ITaskFeedback
    function rate(SettledTask[] calldata tasks) external {
        for (uint256 i = 0; i < tasks.length; ++i) {
            IEscrow.Settlement calldata settlement = tasks[i].settlement;
            bytes32 taskId = settlement.taskId;
            IEscrow.Task memory task = escrow.taskOf(taskId);
            bytes32 digest = EntenteDomain.digest(registry, TypedHash.settlement(settlement));
            if (task.status != IEscrow.Status.Settled || task.settlementHash != digest) {
                revert TaskFeedbackNotSettledSo(taskId);
            }
            _rate(taskId, task.requester, settlement.evidence, tasks[i].said);
        }
    }

    /// @inheritdoc ITaskFeedback
    function rateBatched(uint256 id, IBatches.Batch calldata batch, BatchedTask[] calldata tasks) external {
        if (batches.stateOf(id, batch).status != IBatches.Status.Final) revert TaskFeedbackBatchNotFinal(id);
        for (uint256 i = 0; i < tasks.length; ++i) {
            BatchLines.check(batch, tasks[i].task);
            IBatches.TaskLine calldata line = tasks[i].task.line;
            _rate(escrow.taskIdOf(line.order), line.order.requester, line.evidence, tasks[i].said);
        }
    }

    /// @inheritdoc ITaskFeedback
    function isRated(bytes32 taskId, uint256 agentId) external view returns (bool) {
        return _rated[taskId].get(agentId);
    }

    /// @inheritdoc ITaskFeedback
    function scoreOf(uint256 agentId) external view returns (uint64 count, uint8 score) {
        if (identity.isAuthorizedOrOwner(address(this), agentId)) return (0, 0);
        address[] memory clients = new address[](1);
        clients[0] = address(this);
        int128 average;
        (count, average,) = reputation.getSummary(agentId, clients, "", "");
        // An average of scores from 0 to MAX_SCORE, all without decimals.
        score = uint8(uint128(average));
    }

    function _rate(bytes32 taskId, address requester, bytes32 evidence, Said calldata said) private {
        if (sha256(said.document) != evidence) revert TaskFeedbackDocumentForeign(taskId);
        for (uint256 i = 0; i < said.ratings.length; ++i) {
            Rating calldata rating = said.ratings[i];
            if (!_says(said.document, rating)) revert TaskFeedbackNotSaid(taskId, rating.agentId);
            if (_rated[taskId].get(rating.agentId)) continue;
            if (identity.isAuthorizedOrOwner(address(this), rating.agentId)) {
                emit RatingShutOut(taskId, rating.agentId);
                continue;
            }
            _rated[taskId].set(rating.agentId);
            emit TaskRated(taskId, rating.agentId, requester, rating.score);
            // At most MAX_SCORE, so the cast loses nothing.
            int128 value = int128(uint128(rating.score));
            reputation.giveFeedback(rating.agentId, value, 0, TAG, rating.tag, "", "", taskId);
        }
    }

    /// @dev Inside a string of JSON each quote has a backslash before it, so the item's quotes are JSON's own: what matches is
    /// an object with these keys, and the document has such objects among its ratings alone.
    function _says(bytes calldata document, Rating calldata rating) private pure returns (bool) {
        if (rating.score > MAX_SCORE) revert TaskFeedbackScoreTooHigh(rating.score);
        if (!_isPlain(bytes(rating.tag))) revert TaskFeedbackTagInvalid(rating.tag);
        bytes memory item = bytes.concat(
            "{\"agentId\":\"",
            bytes(Strings.toString(rating.agentId)),
            "\",\"score\":",
            bytes(Strings.toString(rating.score)),
            ",\"tag\":\"",
            bytes(rating.tag),
            "\"}"
        );
        if (rating.place > document.length || document.length - rating.place < item.length) return false;
        return keccak256(document[rating.place:rating.place + item.length]) == keccak256(item);
    }

    /// @dev A tag that could end its string would reach into what comes after it.
    function _isPlain(bytes calldata tag) private pure returns (bool) {
        if (tag.length > MAX_TAG) return false;
        for (uint256 i = 0; i < tag.length; ++i) {
            if (tag[i] == "\"" || tag[i] == "\\") return false;
        }
        return true;
    }
}
