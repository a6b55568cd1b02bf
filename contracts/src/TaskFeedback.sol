// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "./interfaces/IDomains.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IReputationRegistry} from "./interfaces/IReputationRegistry.sol";
import {ISettledWork} from "./interfaces/ISettledWork.sol";
import {ITaskFeedback} from "./interfaces/ITaskFeedback.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {TypedHash} from "./libraries/TypedHash.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @title TaskFeedback
contract TaskFeedback is ITaskFeedback, AccessManaged {
    using BitMaps for BitMaps.BitMap;

    /// @notice What `tag1` says of all feedback from here.
    string public constant TAG = "task";
    uint8 public constant MAX_SCORE = 100;
    /// @notice In bytes: the most that a string keeps in one slot.
    uint256 public constant MAX_TAG = 31;

    /// @notice The ContractRegistry, which identifies this deployment in signatures.
    address public immutable registry;
    IEscrow public immutable escrow;
    IDomains public immutable domains;
    IReputationRegistry public immutable reputation;
    IIdentityRegistry public immutable identity;

    mapping(ISettledWork source => bool) public isSource;
    mapping(bytes32 taskId => BitMaps.BitMap) private _rated;

    constructor(
        address authority,
        address registry_,
        IEscrow escrow_,
        IDomains domains_,
        IReputationRegistry reputation_
    ) AccessManaged(authority) {
        registry = registry_;
        escrow = escrow_;
        domains = domains_;
        reputation = reputation_;
        identity = IIdentityRegistry(reputation_.getIdentityRegistry());
    }

    /// @inheritdoc ITaskFeedback
    function rate(IEscrow.Settlement calldata settlement, uint256 agentId, uint8 score, string calldata tag2) external {
        address requester = _payerOf(settlement, agentId);
        _rate(settlement.taskId, requester, agentId, score, tag2);
    }

    /// @inheritdoc ITaskFeedback
    function rateProven(ISettledWork source, bytes calldata proof, uint256 agentId, uint8 score, string calldata tag2)
        external
    {
        if (!isSource[source]) revert TaskFeedbackSourceUnknown(source);
        (bytes32 taskId, address requester) = source.paidWork(agentId, proof);
        _rate(taskId, requester, agentId, score, tag2);
    }

    /// @inheritdoc ITaskFeedback
    function admit(ISettledWork source) external restricted {
        isSource[source] = true;
        emit SourceAdmitted(source);
    }

    /// @inheritdoc ITaskFeedback
    function dismiss(ISettledWork source) external restricted {
        isSource[source] = false;
        emit SourceDismissed(source);
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

    /// @dev The proof for a task that the Escrow settled by itself.
    function _payerOf(IEscrow.Settlement calldata settlement, uint256 agentId) private view returns (address) {
        IEscrow.Task memory task = escrow.taskOf(settlement.taskId);
        bytes32 digest = EntenteDomain.digest(registry, TypedHash.settlement(settlement));
        if (task.status != IEscrow.Status.Settled || task.settlementHash != digest) {
            revert TaskFeedbackNotSettledSo(settlement.taskId);
        }
        // The Escrow settled it, so it has 256 payments at most.
        for (uint256 i = 0; i < settlement.payments.length; ++i) {
            IEscrow.Payment calldata payment = settlement.payments[i];
            if (payment.agentId == agentId && payment.amount > 0) return task.requester;
        }
        revert TaskFeedbackAgentUnpaid(settlement.taskId, agentId);
    }

    function _rate(bytes32 taskId, address requester, uint256 agentId, uint8 score, string calldata tag2) private {
        if (msg.sender != requester) revert TaskFeedbackNotRequester(taskId, msg.sender);
        if (score > MAX_SCORE) revert TaskFeedbackScoreTooHigh(score);
        if (bytes(tag2).length > MAX_TAG) revert TaskFeedbackTagTooLong(bytes(tag2).length);
        _checkApart(requester, agentId);
        if (_rated[taskId].get(agentId)) revert TaskFeedbackGiven(taskId, agentId);

        _rated[taskId].set(agentId);
        emit TaskRated(taskId, agentId, requester, score);
        // At most MAX_SCORE, so the cast loses nothing.
        reputation.giveFeedback(agentId, int128(uint128(score)), 0, TAG, tag2, "", "", taskId);
    }

    /// @dev The registry refuses self-feedback of its caller, which is here this contract and never the one who speaks. An
    /// agent that is active has some domain's consent to speak for it right now, so a requester cannot park its own agent
    /// with a straw man, outside its domain, for as long as it takes to praise it.
    function _checkApart(address requester, uint256 agentId) private view {
        if (!domains.isActive(agentId)) revert TaskFeedbackAgentInactive(agentId);
        bool itsDomain = domains.adminOf(domains.domainOf(agentId)) == requester;
        if (itsDomain || identity.isAuthorizedOrOwner(requester, agentId)) {
            revert TaskFeedbackOnOneself(agentId, requester);
        }
    }
}
