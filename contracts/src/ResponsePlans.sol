// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "./interfaces/IDomains.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IResponsePlans} from "./interfaces/IResponsePlans.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {Roles} from "./libraries/Roles.sol";
import {Signer} from "./libraries/Signer.sol";
import {Threshold} from "./libraries/Threshold.sol";
import {TypedHash} from "./libraries/TypedHash.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title ResponsePlans
/// @dev All its money is its one free balance in the escrow; the sum of all plans' funds never exceeds that.
contract ResponsePlans is IResponsePlans {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_ATTESTORS = 64;

    struct State {
        address sponsor;
        uint64 lastOpened;
        uint256 funds;
    }

    /// @param count How many domains have attested the same: these facts, or this cancellation.
    struct Tally {
        uint8 count;
        mapping(bytes32 domainId => bool) attested;
    }

    address public immutable authority;
    address public immutable registry;
    IEscrow public immutable escrow;
    IDomains public immutable domains;
    IERC20 public immutable token;

    mapping(bytes32 planId => Plan) private _plans;
    mapping(bytes32 planId => State) private _states;
    mapping(bytes32 planId => mapping(uint256 agentId => bool)) public isAttestor;
    /// @dev By the hash of what was attested. One of facts is of more words than one of a cancellation, so no two share.
    mapping(bytes32 attestedHash => Tally) private _tallies;
    mapping(bytes32 planId => mapping(bytes32 alertHash => bool)) public isCancelled;
    /// @dev Which plan a task's money must come back to.
    mapping(bytes32 taskId => bytes32 planId) private _planOf;
    mapping(bytes32 taskId => uint256) private _collected;
    /// @dev Digests of the settlements that sponsors consented to, each for a task of its own plan.
    mapping(bytes32 digest => bool) private _consented;

    constructor(address authority_, address registry_, IEscrow escrow_, IDomains domains_, IERC20 token_) {
        authority = authority_;
        registry = registry_;
        escrow = escrow_;
        domains = domains_;
        token = token_;
        // The escrow pulls only what this contract deposits, and is trusted with all of it anyway.
        token_.forceApprove(address(escrow_), type(uint256).max);
    }

    modifier onlyKnown(bytes32 planId) {
        if (_plans[planId].planId == 0) revert PlansPlanUnknown(planId);
        _;
    }

    /// @inheritdoc IResponsePlans
    function create(bytes32 domainId, Plan calldata plan, uint256[] calldata attestors) external {
        _checkSponsor(domainId);
        _checkPlan(plan, attestors);
        if (_plans[plan.planId].planId != 0) revert PlansPlanExists(plan.planId);

        _plans[plan.planId] = plan;
        _states[plan.planId].sponsor = msg.sender;
        for (uint256 i = 0; i < attestors.length; ++i) {
            isAttestor[plan.planId][attestors[i]] = true;
        }
        emit PlanCreated(plan.planId, msg.sender, plan, attestors);
    }

    /// @inheritdoc IResponsePlans
    function fund(bytes32 planId, uint256 amount) external onlyKnown(planId) {
        _states[planId].funds += amount;
        emit PlanFunded(planId, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
        escrow.deposit(address(this), amount);
    }

    /// @inheritdoc IResponsePlans
    function attest(bytes32 planId, Alert calldata alert, uint256 agentId, bytes calldata signature)
        external
        onlyKnown(planId)
    {
        Plan storage plan = _plans[planId];
        if (block.timestamp >= plan.expires) revert PlansPlanExpired(planId, plan.expires);
        Threshold.check(plan, alert);
        _checkAttestor(planId, agentId, TypedHash.attestation(planId, alert, agentId), signature);

        uint8 count = _count(_factsHash(planId, alert), domains.domainOf(agentId));
        emit Attested(planId, alert.alertHash, agentId, count, plan.quorum);
        if (count >= plan.quorum) _open(plan, alert.alertHash);
    }

    /// @inheritdoc IResponsePlans
    function cancel(bytes32 planId, bytes32 alertHash, bytes32 cancelHash, uint256 agentId, bytes calldata signature)
        external
        onlyKnown(planId)
    {
        if (isCancelled[planId][alertHash]) revert PlansAlertCancelled(planId, alertHash);
        bytes32 structHash = TypedHash.alertCancellation(planId, alertHash, cancelHash, agentId);
        _checkAttestor(planId, agentId, structHash, signature);

        uint8 quorum = _plans[planId].quorum;
        uint8 count = _count(_cancellationHash(planId, alertHash, cancelHash), domains.domainOf(agentId));
        emit CancellationAttested(planId, alertHash, agentId, cancelHash, count, quorum);
        if (count < quorum) return;

        isCancelled[planId][alertHash] = true;
        bytes32 taskId = taskIdOf(planId, alertHash);
        bool opened = escrow.taskOf(taskId).status != IEscrow.Status.None;
        emit AlertCancelled(planId, alertHash, cancelHash, opened ? taskId : bytes32(0));
    }

    /// @inheritdoc IResponsePlans
    function consent(IEscrow.Settlement calldata settlement) external {
        bytes32 taskId = settlement.taskId;
        bytes32 planId = _planOf[taskId];
        if (planId == 0) revert PlansTaskNotOurs(taskId);
        if (_states[planId].sponsor != msg.sender) revert PlansNotSponsor(planId, msg.sender);

        // Hashed here, so that what is recorded is a settlement of this very task, and nothing else that could be signed.
        bytes32 digest = EntenteDomain.digest(registry, TypedHash.settlement(settlement));
        _consented[digest] = true;
        emit SettlementConsented(planId, taskId, digest);
    }

    /// @inheritdoc IResponsePlans
    function collect(bytes32 taskId) external {
        bytes32 planId = _planOf[taskId];
        if (planId == 0) revert PlansTaskNotOurs(taskId);
        IEscrow.Task memory task = escrow.taskOf(taskId);
        if (task.status == IEscrow.Status.Funded) revert PlansTaskNotEnded(taskId);

        uint256 amount = task.returned - _collected[taskId];
        if (amount == 0) revert PlansNothingToCollect(taskId);

        _collected[taskId] = task.returned;
        _states[planId].funds += amount;
        emit PlanCollected(planId, taskId, amount);
    }

    /// @inheritdoc IResponsePlans
    function close(bytes32 planId) external onlyKnown(planId) {
        Plan storage plan = _plans[planId];
        State storage state = _states[planId];
        bool expired = block.timestamp >= plan.expires;
        if (!expired && msg.sender != state.sponsor) revert PlansNotSponsor(planId, msg.sender);

        if (!expired) plan.expires = uint64(block.timestamp);
        uint256 released = state.funds;
        state.funds = 0;
        emit PlanClosed(planId, state.sponsor, released);
        if (released > 0) {
            escrow.release(state.sponsor, released);
        }
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return _consented[digest] ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    /// @inheritdoc IResponsePlans
    function planOf(bytes32 planId) external view onlyKnown(planId) returns (Plan memory) {
        return _plans[planId];
    }

    /// @inheritdoc IResponsePlans
    function fundsOf(bytes32 planId) external view returns (uint256) {
        return _states[planId].funds;
    }

    /// @inheritdoc IResponsePlans
    function countOf(bytes32 planId, Alert calldata alert) external view returns (uint8) {
        return _tallies[_factsHash(planId, alert)].count;
    }

    /// @inheritdoc IResponsePlans
    function cancellationsOf(bytes32 planId, bytes32 alertHash, bytes32 cancelHash) external view returns (uint8) {
        return _tallies[_cancellationHash(planId, alertHash, cancelHash)].count;
    }

    /// @inheritdoc IResponsePlans
    function taskIdOf(bytes32 planId, bytes32 alertHash) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), planId, alertHash));
    }

    function _checkSponsor(bytes32 domainId) private view {
        bool allowed = domainId == 0
            ? Roles.holds(authority, Roles.GOVERNOR, msg.sender)
            : domains.statusOf(domainId) == IDomains.Status.Admitted && domains.adminOf(domainId) == msg.sender;
        if (!allowed) revert PlansNotAdmin(domainId, msg.sender);
    }

    function _checkPlan(Plan calldata plan, uint256[] calldata attestors) private view {
        bool sound = plan.planId != 0 && plan.specHash != 0 && plan.budget > 0 && plan.taskSeconds > 0
            && plan.taskSeconds <= escrow.maxTaskSeconds() && plan.expires > block.timestamp
            && plan.minSeverity <= Threshold.HIGHEST && plan.minUrgency <= Threshold.HIGHEST
            && plan.minCertainty <= Threshold.HIGHEST && plan.quorum > 0 && plan.quorum <= attestors.length
            && attestors.length <= MAX_ATTESTORS;
        if (!sound) revert PlansPlanInvalid();
        for (uint256 i = 1; i < attestors.length; ++i) {
            if (attestors[i] <= attestors[i - 1]) revert PlansPlanInvalid();
        }
    }

    function _checkAttestor(bytes32 planId, uint256 agentId, bytes32 structHash, bytes calldata signature)
        private
        view
    {
        if (!isAttestor[planId][agentId]) revert PlansNotAttestor(planId, agentId);
        address wallet = domains.activeWalletOf(agentId);
        if (wallet == address(0) || escrow.stake().isJailed(agentId)) revert PlansAgentInactive(agentId);
        bytes32 digest = EntenteDomain.digest(registry, structHash);
        if (!Signer.signed(wallet, digest, signature)) revert PlansSignatureInvalid(agentId);
    }

    /// @return count How many domains have attested exactly the same, this one included. A later disagreement in any field
    /// is another tally, so domains are counted together only when they say the very same.
    function _count(bytes32 attestedHash, bytes32 domainId) private returns (uint8 count) {
        Tally storage tally = _tallies[attestedHash];
        if (tally.attested[domainId]) revert PlansDomainAttested(domainId);
        tally.attested[domainId] = true;
        count = ++tally.count;
    }

    function _open(Plan storage plan, bytes32 alertHash) private {
        bytes32 planId = plan.planId;
        bytes32 taskId = taskIdOf(planId, alertHash);
        if (escrow.taskOf(taskId).status != IEscrow.Status.None) return;
        if (isCancelled[planId][alertHash]) revert PlansAlertCancelled(planId, alertHash);
        State storage state = _states[planId];
        uint256 cooledDown = uint256(state.lastOpened) + plan.cooldownSeconds;
        if (state.lastOpened > 0 && block.timestamp < cooledDown) revert PlansCoolingDown(planId, cooledDown);
        if (state.funds < plan.budget) revert PlansFundsInsufficient(planId, state.funds, plan.budget);

        uint64 deadline = uint64(block.timestamp) + plan.taskSeconds;
        state.lastOpened = uint64(block.timestamp);
        state.funds -= plan.budget;
        _planOf[taskId] = planId;
        emit TaskOpened(taskId, planId, alertHash, plan.specHash, plan.budget, deadline, plan.approver);
        escrow.reserveFor(taskId, plan.budget, deadline);
    }

    function _factsHash(bytes32 planId, Alert calldata alert) private pure returns (bytes32) {
        return keccak256(abi.encode(planId, alert));
    }

    function _cancellationHash(bytes32 planId, bytes32 alertHash, bytes32 cancelHash) private pure returns (bytes32) {
        return keccak256(abi.encode(planId, alertHash, cancelHash));
    }
}
