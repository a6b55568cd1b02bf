// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EscrowAccounts} from "./EscrowAccounts.sol";
import {EscrowEarnings} from "./EscrowEarnings.sol";
import {Penalties} from "./Penalties.sol";
import {IDomains} from "./interfaces/IDomains.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IPenalties} from "./interfaces/IPenalties.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IStake} from "./interfaces/IStake.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {PolicyGuard} from "./libraries/PolicyGuard.sol";
import {Roles} from "./libraries/Roles.sol";
import {Signer} from "./libraries/Signer.sol";
import {TypedHash} from "./libraries/TypedHash.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @title Escrow
/// @dev Tasks that reserve a budget, and how they end, over accounts and earnings.
///
/// Solvency: accounts, purses' pool, budgets of Funded tasks and what is held together are exactly the token balance held
/// here, or less by what was sent here by mistake.
contract Escrow is EscrowEarnings {
    using BitMaps for BitMaps.BitMap;
    using SafeCast for uint256;

    /// @param registry The ContractRegistry, which identifies this deployment in signatures.
    /// @param maxTaskSeconds The longest way to a task's deadline, so that no budget is locked for an age.
    /// @param graceSeconds How long after a task's deadline it can still be settled.
    /// @param noticeSeconds How long before it leaves an account's money must say so, and an order's cancellation.
    /// @param maxFeeBps The highest fee, in hundredths of a percent of the budget.
    /// @param penalties How penalties are appealed against and enforced.
    struct Config {
        address registry;
        IERC20 token;
        IIdentityRegistry identity;
        IDomains domains;
        address treasury;
        uint64 maxTaskSeconds;
        uint64 graceSeconds;
        uint64 noticeSeconds;
        uint16 maxFeeBps;
        IPenalties.Config penalties;
    }

    /// @notice The most payments, and the most penalties, of one settlement: bounds its gas far below a block's.
    uint256 public constant MAX_AGENTS = 256;
    uint256 private constant FULL_BPS = 10_000;

    address public immutable registry;
    IPenalties public immutable penalties;
    IStake public immutable stake;
    uint64 public immutable maxTaskSeconds;
    uint64 public immutable graceSeconds;
    uint16 public immutable maxFeeBps;

    mapping(bytes32 taskId => Task) private _tasks;
    mapping(address requester => BitMaps.BitMap) private _spentNonces;
    /// @inheritdoc IEscrow
    mapping(address requester => mapping(uint256 nonce => uint64)) public voidFrom;

    constructor(address authority, Config memory config)
        AccessManaged(authority)
        EscrowAccounts(config.token, config.treasury, config.noticeSeconds)
        EscrowEarnings(config.domains)
    {
        if (config.maxFeeBps > FULL_BPS) {
            revert EscrowConfigInvalid();
        }
        registry = config.registry;
        maxTaskSeconds = config.maxTaskSeconds;
        graceSeconds = config.graceSeconds;
        maxFeeBps = config.maxFeeBps;
        Penalties made = new Penalties(authority, this, config.token, config.identity, config.penalties);
        penalties = made;
        stake = made.stake();
        if (config.penalties.unbondSeconds <= config.maxTaskSeconds + config.graceSeconds) {
            revert EscrowConfigInvalid();
        }
    }

    /// @inheritdoc IEscrow
    function reserve(TaskOrder calldata order, bytes calldata signature)
        external
        nonReentrant
        whenNotPaused
        returns (bytes32 taskId)
    {
        if (order.token != address(token)) revert EscrowTokenForeign(order.token);
        if (domains.adminOf(order.domainId) != order.requester) revert EscrowNotAdmin(order.domainId, order.requester);
        if (domains.statusOf(order.domainId) != IDomains.Status.Admitted) revert EscrowDomainInactive(order.domainId);
        taskId = taskIdOf(order);
        if (!Signer.signed(order.requester, taskId, signature)) revert EscrowSignatureInvalid(order.requester);
        PolicyGuard.enforce(policy, IPolicy.Action.Order, order.requester, address(0), order.budget);

        _spendNonce(order.requester, order.nonce);
        _fund(taskId, order.requester, order.budget, order.deadline);
    }

    /// @inheritdoc IEscrow
    function reserveFor(bytes32 taskId, uint256 budget, uint64 deadline) external restricted whenNotPaused {
        _fund(taskId, msg.sender, budget, deadline);
    }

    /// @inheritdoc IEscrow
    function cancel(uint256 nonce) external {
        _spendNonce(msg.sender, nonce);
        uint64 from = uint64(block.timestamp) + noticeSeconds;
        voidFrom[msg.sender][nonce] = from;
        emit OrderCancelled(msg.sender, nonce, from);
    }

    /// @inheritdoc IEscrow
    function settle(Settlement calldata settlement, bytes calldata signature) external {
        bytes32 digest = _digest(settlement);
        address settler = Signer.recover(digest, signature);
        if (!Roles.holds(authority(), Roles.DIRECT_SETTLER, settler)) revert EscrowNotSettler(settler);

        _settle(settlement, digest);
    }

    /// @inheritdoc IEscrow
    function settleTogether(
        Settlement calldata settlement,
        bytes calldata requesterSignature,
        bytes[] calldata agentSignatures
    ) external {
        bytes32 digest = _digest(settlement);
        address requester = _tasks[settlement.taskId].requester;
        if (!Signer.signed(requester, digest, requesterSignature)) revert EscrowSignatureInvalid(requester);
        _checkAgentsSigned(settlement, digest, agentSignatures);

        _settle(settlement, digest);
    }

    /// @inheritdoc IEscrow
    function reclaim(bytes32 taskId) external {
        Task storage task = _tasks[taskId];
        if (task.status != Status.Funded) revert EscrowTaskNotFunded(taskId);
        if (block.timestamp <= _lastSettlement(task)) revert EscrowTaskStillOpen(taskId, _lastSettlement(task));

        task.status = Status.Reclaimed;
        task.returned = task.budget;
        _credit(task.requester, task.budget);
        emit TaskReclaimed(taskId, task.requester, task.budget);
    }

    /// @inheritdoc IEscrow
    function creditPenalty(bytes32 taskId, address requester, uint256 toRequester, uint256 toTreasury) external {
        if (msg.sender != address(penalties)) revert EscrowNotSettler(msg.sender);

        Task storage task = _tasks[taskId];
        // A task of a batch has no record here; one that was reserved has, and its opener collects what came back. A sum
        // beyond all budgets has no room there, and must not keep the penalty from being enforced.
        if (task.status != Status.None) {
            task.returned = uint96(Math.min(task.returned + toRequester, type(uint96).max));
        }
        _credit(requester, toRequester);
        _credit(treasury, toTreasury);
        emit PenaltyCredited(taskId, requester, toRequester, toTreasury);
    }

    /// @inheritdoc IEscrow
    function taskOf(bytes32 taskId) external view returns (Task memory) {
        return _tasks[taskId];
    }

    /// @inheritdoc IEscrow
    function settlementHash(bytes32 taskId) external view returns (bytes32) {
        return _tasks[taskId].settlementHash;
    }

    /// @inheritdoc IEscrow
    function isNonceSpent(address requester, uint256 nonce) external view returns (bool) {
        return _spentNonces[requester].get(nonce);
    }

    /// @inheritdoc IEscrow
    function taskIdOf(TaskOrder calldata order) public view returns (bytes32) {
        return EntenteDomain.digest(registry, TypedHash.taskOrder(order));
    }

    /// @dev The one way a budget is reserved: it leaves the account in the same step, so what a task can pay or return was
    /// always there first.
    function _fund(bytes32 taskId, address requester, uint256 budget, uint64 deadline) private {
        if (budget == 0) revert EscrowAmountZero();
        if (deadline <= block.timestamp) revert EscrowDeadlinePassed(deadline);
        if (deadline > block.timestamp + maxTaskSeconds) revert EscrowDeadlineTooFar(deadline);
        if (_tasks[taskId].status != Status.None) revert EscrowTaskExists(taskId);

        _debit(requester, budget);
        _tasks[taskId] = Task({
            requester: requester,
            deadline: deadline,
            status: Status.Funded,
            budget: budget.toUint96(),
            returned: 0,
            fundedAt: uint64(block.timestamp),
            settlementHash: 0
        });
        emit TaskFunded(taskId, requester, budget, deadline);
    }

    function _spendNonce(address requester, uint256 nonce) private {
        if (_spentNonces[requester].get(nonce)) revert EscrowNonceSpent(requester, nonce);
        _spentNonces[requester].set(nonce);
        emit NonceSpent(requester, nonce);
    }

    /// @return Unix time in seconds of the last moment to settle; the next second, anyone may reclaim.
    function _lastSettlement(Task storage task) private view returns (uint256) {
        return uint256(task.deadline) + graceSeconds;
    }

    function _digest(Settlement calldata settlement) private view returns (bytes32) {
        Task storage task = _tasks[settlement.taskId];
        if (task.status != Status.Funded) revert EscrowTaskNotFunded(settlement.taskId);
        if (block.timestamp > _lastSettlement(task)) revert EscrowTaskLapsed(settlement.taskId);
        return EntenteDomain.digest(registry, TypedHash.settlement(settlement));
    }

    function _settle(Settlement calldata settlement, bytes32 digest) private {
        Task storage task = _tasks[settlement.taskId];
        uint256 paid = _checkSums(settlement, task.budget);

        task.status = Status.Settled;
        task.settlementHash = digest;
        // Part of the budget, a uint96.
        task.returned = uint96(settlement.refund);
        pool += paid.toUint128();
        _credit(task.requester, settlement.refund);
        _credit(treasury, settlement.fee);
        _pay(settlement);
        uint256 penalised = _penalise(settlement, task.requester);
        emit TaskSettled(settlement.taskId, settlement.evidence, paid, penalised, settlement.fee, settlement.refund);
    }

    /// @return paid The sum of the payments.
    function _checkSums(Settlement calldata settlement, uint256 budget) private view returns (uint256 paid) {
        uint256 highestFee = budget * maxFeeBps / FULL_BPS;
        if (settlement.fee > highestFee) revert EscrowFeeTooHigh(settlement.fee, highestFee);
        Payment[] calldata payments = settlement.payments;
        if (payments.length > MAX_AGENTS) revert EscrowTooManyAgents(payments.length);
        for (uint256 i = 0; i < payments.length; ++i) {
            if (i > 0 && payments[i].agentId <= payments[i - 1].agentId) {
                revert EscrowAgentsNotAscending(payments[i].agentId);
            }
            paid += payments[i].amount;
        }
        uint256 sum = paid + settlement.fee + settlement.refund;
        if (sum != budget) revert EscrowSumMismatch(sum, budget);
    }

    function _pay(Settlement calldata settlement) private {
        for (uint256 i = 0; i < settlement.payments.length; ++i) {
            Payment calldata payment = settlement.payments[i];
            // Part of a uint96 budget, and so of the tokens that came in.
            _purses[payment.agentId].balance += uint128(payment.amount);
            emit AgentPaid(settlement.taskId, payment.agentId, payment.amount);
        }
    }

    function _penalise(Settlement calldata settlement, address requester) private returns (uint256 penalised) {
        Penalty[] calldata list = settlement.penalties;
        if (list.length > MAX_AGENTS) revert EscrowTooManyAgents(list.length);
        for (uint256 i = 0; i < list.length; ++i) {
            Penalty calldata penalty = list[i];
            if (i > 0 && penalty.agentId <= list[i - 1].agentId) revert EscrowAgentsNotAscending(penalty.agentId);
            uint256 taken =
                penalties.impose(settlement.taskId, penalty.agentId, penalty.amount, penalty.evidence, requester);
            penalised += taken;
            emit AgentPenalised(settlement.taskId, penalty.agentId, penalty.amount, taken, penalty.evidence);
        }
    }

    function _checkAgentsSigned(Settlement calldata settlement, bytes32 digest, bytes[] calldata signatures)
        private
        view
    {
        uint256 payees = settlement.payments.length;
        uint256 needed = payees + settlement.penalties.length;
        if (signatures.length != needed) revert EscrowSignaturesMissing(signatures.length, needed);
        for (uint256 i = 0; i < needed; ++i) {
            uint256 agentId = i < payees ? settlement.payments[i].agentId : settlement.penalties[i - payees].agentId;
            address wallet = domains.activeWalletOf(agentId);
            if (wallet == address(0) || !Signer.signed(wallet, digest, signatures[i])) {
                revert EscrowSignatureInvalid(wallet);
            }
        }
    }
}
