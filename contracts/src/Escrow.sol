// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stake} from "./Stake.sol";
import {IDomains} from "./interfaces/IDomains.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IStake} from "./interfaces/IStake.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {Roles} from "./libraries/Roles.sol";
import {Signer} from "./libraries/Signer.sol";
import {TypedHash} from "./libraries/TypedHash.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @title Escrow
/// @dev Solvency: the sum of free balances and of the budgets of Funded tasks never exceeds the token balance held here.
contract Escrow is IEscrow, AccessManaged, ReentrancyGuardTransient {
    using BitMaps for BitMaps.BitMap;
    using SafeERC20 for IERC20;

    /// @param registry The ContractRegistry, which identifies this deployment in signatures.
    /// @param maxTaskSeconds The longest way to a task's deadline, so that no budget is locked for an age.
    /// @param graceSeconds How long after a task's deadline it can still be settled.
    /// @param unbondSeconds How long a stake stays slashable after its owner asks for it: longer than the two above
    /// together, or an agent could deviate and be gone before the settlement.
    /// @param maxFeeBps The highest fee, in hundredths of a percent of the budget.
    struct Config {
        address registry;
        IERC20 token;
        IIdentityRegistry identity;
        IDomains domains;
        address treasury;
        uint64 maxTaskSeconds;
        uint64 graceSeconds;
        uint64 unbondSeconds;
        uint16 maxFeeBps;
    }

    /// @notice The most payments, and the most penalties, of one settlement: bounds its gas far below a block's.
    uint256 public constant MAX_AGENTS = 256;
    uint256 private constant FULL_BPS = 10_000;

    address public immutable registry;
    IERC20 public immutable token;
    IDomains public immutable domains;
    IStake public immutable stake;
    uint64 public immutable maxTaskSeconds;
    uint64 public immutable graceSeconds;
    uint16 public immutable maxFeeBps;

    address public treasury;
    mapping(address account => uint256) public balanceOf;
    mapping(bytes32 taskId => Task) private _tasks;
    mapping(address requester => BitMaps.BitMap) private _spentNonces;

    constructor(address authority, Config memory config) AccessManaged(authority) {
        if (config.treasury == address(0) || config.maxFeeBps > FULL_BPS) revert EscrowConfigInvalid();
        if (config.unbondSeconds <= config.maxTaskSeconds + config.graceSeconds) revert EscrowConfigInvalid();
        registry = config.registry;
        token = config.token;
        domains = config.domains;
        treasury = config.treasury;
        maxTaskSeconds = config.maxTaskSeconds;
        graceSeconds = config.graceSeconds;
        maxFeeBps = config.maxFeeBps;
        stake = new Stake(config.token, config.identity, config.unbondSeconds);
    }

    /// @inheritdoc IEscrow
    function deposit(address account, uint256 amount) external nonReentrant {
        if (account == address(0)) revert EscrowAccountZero();
        if (amount == 0) revert EscrowAmountZero();

        balanceOf[account] += amount;
        emit Deposited(account, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IEscrow
    function withdraw(uint256 amount) external nonReentrant {
        if (amount == 0) revert EscrowAmountZero();

        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IEscrow
    function reserve(TaskOrder calldata order, bytes calldata signature) external returns (bytes32 taskId) {
        if (order.token != address(token)) revert EscrowTokenForeign(order.token);
        if (domains.adminOf(order.domainId) != order.requester) revert EscrowNotAdmin(order.domainId, order.requester);
        if (domains.statusOf(order.domainId) != IDomains.Status.Admitted) revert EscrowDomainInactive(order.domainId);
        taskId = taskIdOf(order);
        if (!Signer.signed(order.requester, taskId, signature)) revert EscrowSignatureInvalid(order.requester);

        _spendNonce(order.requester, order.nonce);
        _fund(taskId, order.requester, order.budget, order.deadline);
    }

    /// @inheritdoc IEscrow
    function reserveFor(bytes32 taskId, uint256 budget, uint64 deadline) external restricted {
        _fund(taskId, msg.sender, budget, deadline);
    }

    /// @inheritdoc IEscrow
    function cancel(uint256 nonce) external {
        _spendNonce(msg.sender, nonce);
    }

    /// @inheritdoc IEscrow
    function settle(Settlement calldata settlement, bytes calldata signature) external nonReentrant {
        Task storage task = _tasks[settlement.taskId];
        if (task.status != Status.Funded) revert EscrowTaskNotFunded(settlement.taskId);
        if (block.timestamp > _lastSettlement(task)) revert EscrowTaskLapsed(settlement.taskId);
        _checkSums(settlement, task.budget);
        bytes32 digest = EntenteDomain.digest(registry, TypedHash.settlement(settlement));
        address settler = Signer.recover(digest, signature);
        if (!Roles.holds(authority(), Roles.SETTLER, settler)) revert EscrowNotSettler(settler);

        task.status = Status.Settled;
        task.settlementHash = digest;
        (uint256 paid, uint256 unpaid) = _pay(settlement);
        uint256 penalised = _penalise(settlement);
        uint256 refund = settlement.refund + unpaid;
        task.returned = refund + penalised;
        balanceOf[task.requester] += refund + penalised;
        balanceOf[treasury] += settlement.fee;
        emit TaskSettled(settlement.taskId, settlement.evidence, paid, penalised, settlement.fee, refund);
    }

    /// @inheritdoc IEscrow
    function reclaim(bytes32 taskId) external {
        Task storage task = _tasks[taskId];
        if (task.status != Status.Funded) revert EscrowTaskNotFunded(taskId);
        if (block.timestamp <= _lastSettlement(task)) revert EscrowTaskStillOpen(taskId, _lastSettlement(task));

        task.status = Status.Reclaimed;
        task.returned = task.budget;
        balanceOf[task.requester] += task.budget;
        emit TaskReclaimed(taskId, task.requester, task.budget);
    }

    /// @inheritdoc IEscrow
    function setTreasury(address treasury_) external restricted {
        if (treasury_ == address(0)) revert EscrowAccountZero();

        treasury = treasury_;
        emit TreasuryChanged(treasury_);
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

    /// @dev The one way a budget is reserved: it leaves the free balance in the same step, so what a task can pay or return
    /// was always there first.
    function _fund(bytes32 taskId, address requester, uint256 budget, uint64 deadline) private {
        if (budget == 0) revert EscrowAmountZero();
        if (deadline <= block.timestamp) revert EscrowDeadlinePassed(deadline);
        if (deadline > block.timestamp + maxTaskSeconds) revert EscrowDeadlineTooFar(deadline);
        Task storage task = _tasks[taskId];
        if (task.status != Status.None) revert EscrowTaskExists(taskId);

        _debit(requester, budget);
        task.requester = requester;
        task.deadline = deadline;
        task.status = Status.Funded;
        task.budget = budget;
        emit TaskFunded(taskId, requester, budget, deadline);
    }

    function _debit(address account, uint256 amount) private {
        uint256 balance = balanceOf[account];
        if (amount > balance) revert EscrowBalanceInsufficient(account, balance, amount);
        unchecked {
            // amount <= balance, just checked.
            balanceOf[account] = balance - amount;
        }
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

    function _checkSums(Settlement calldata settlement, uint256 budget) private view {
        uint256 highestFee = budget * maxFeeBps / FULL_BPS;
        if (settlement.fee > highestFee) revert EscrowFeeTooHigh(settlement.fee, highestFee);
        Payment[] calldata payments = settlement.payments;
        if (payments.length > MAX_AGENTS) revert EscrowTooManyAgents(payments.length);
        uint256 sum = settlement.fee + settlement.refund;
        for (uint256 i = 0; i < payments.length; ++i) {
            if (i > 0 && payments[i].agentId <= payments[i - 1].agentId) {
                revert EscrowAgentsNotAscending(payments[i].agentId);
            }
            sum += payments[i].amount;
        }
        if (sum != budget) revert EscrowSumMismatch(sum, budget);
    }

    function _pay(Settlement calldata settlement) private returns (uint256 paid, uint256 unpaid) {
        for (uint256 i = 0; i < settlement.payments.length; ++i) {
            Payment calldata payment = settlement.payments[i];
            address wallet = domains.activeWalletOf(payment.agentId);
            if (wallet == address(0)) {
                unpaid += payment.amount;
                emit AgentUnpaid(settlement.taskId, payment.agentId, payment.amount);
            } else {
                paid += payment.amount;
                balanceOf[wallet] += payment.amount;
                emit AgentPaid(settlement.taskId, payment.agentId, wallet, payment.amount);
            }
        }
    }

    function _penalise(Settlement calldata settlement) private returns (uint256 penalised) {
        Penalty[] calldata penalties = settlement.penalties;
        if (penalties.length > MAX_AGENTS) revert EscrowTooManyAgents(penalties.length);
        for (uint256 i = 0; i < penalties.length; ++i) {
            Penalty calldata penalty = penalties[i];
            if (i > 0 && penalty.agentId <= penalties[i - 1].agentId) revert EscrowAgentsNotAscending(penalty.agentId);
            uint256 taken = stake.slash(penalty.agentId, penalty.amount);
            penalised += taken;
            emit AgentPenalised(settlement.taskId, penalty.agentId, penalty.amount, taken, penalty.evidence);
        }
    }
}
