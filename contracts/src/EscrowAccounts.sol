// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GuardedPause} from "./GuardedPause.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {PolicyGuard} from "./libraries/PolicyGuard.sol";
import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title EscrowAccounts
/// @notice The escrow's accounts: how money comes in, waits to be spent, and leaves with notice.
abstract contract EscrowAccounts is IEscrow, GuardedPause, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    IERC20 public immutable token;
    uint64 public immutable noticeSeconds;

    address public treasury;
    IPolicy public policy;
    mapping(address account => Account) private _accounts;

    constructor(IERC20 token_, address treasury_, uint64 noticeSeconds_) {
        if (treasury_ == address(0)) revert EscrowConfigInvalid();
        token = token_;
        treasury = treasury_;
        noticeSeconds = noticeSeconds_;
        emit TreasuryChanged(treasury_);
    }

    /// @inheritdoc IEscrow
    function deposit(address account, uint256 amount) external nonReentrant whenNotPaused {
        if (account == address(0)) revert EscrowAccountZero();
        if (amount == 0) revert EscrowAmountZero();
        PolicyGuard.enforce(policy, IPolicy.Action.Deposit, msg.sender, account, amount);

        _credit(account, amount);
        emit Deposited(account, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IEscrow
    function announceWithdrawal(uint256 amount) external {
        if (amount == 0) revert EscrowAmountZero();
        Account storage account = _accounts[msg.sender];
        if (amount > account.balance) revert EscrowBalanceInsufficient(msg.sender, account.balance, amount);

        // Both are parts of the tokens that came in, so the casts lose nothing.
        account.balance -= uint128(amount);
        account.leaving += uint128(amount);
        account.leavesAt = uint64(block.timestamp) + noticeSeconds;
        emit WithdrawalAnnounced(msg.sender, amount, account.leavesAt);
    }

    /// @inheritdoc IEscrow
    function withdraw() external nonReentrant {
        Account storage account = _accounts[msg.sender];
        uint256 amount = account.leaving;
        if (amount == 0) revert EscrowNothingLeaving(msg.sender);
        if (block.timestamp < account.leavesAt) revert EscrowNoticeRunning(msg.sender, account.leavesAt);
        PolicyGuard.enforce(policy, IPolicy.Action.Payout, msg.sender, msg.sender, amount);

        // Subtracted, not set to 0: whatever foreign code the policy ran, no more is paid than is still there.
        account.leaving -= uint128(amount);
        emit Withdrawn(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IEscrow
    function release(address account, uint256 amount) external restricted {
        if (account == address(0)) revert EscrowAccountZero();

        _debit(msg.sender, amount);
        _credit(account, amount);
        emit BalanceReleased(msg.sender, account, amount);
    }

    /// @inheritdoc IEscrow
    function setTreasury(address treasury_) external restricted {
        if (treasury_ == address(0)) revert EscrowAccountZero();

        treasury = treasury_;
        emit TreasuryChanged(treasury_);
    }

    /// @inheritdoc IEscrow
    function setPolicy(IPolicy policy_) external restricted {
        policy = policy_;
        emit PolicyChanged(address(policy_));
    }

    /// @inheritdoc IEscrow
    function balanceOf(address account) external view returns (uint256) {
        return _accounts[account].balance;
    }

    /// @inheritdoc IEscrow
    function accountOf(address account) external view returns (Account memory) {
        return _accounts[account];
    }

    function _credit(address account, uint256 amount) internal {
        _accounts[account].balance = (_accounts[account].balance + amount).toUint128();
    }

    function _debit(address account, uint256 amount) internal {
        uint256 balance = _accounts[account].balance;
        if (amount > balance) revert EscrowBalanceInsufficient(account, balance, amount);
        unchecked {
            // amount <= balance, just checked; the difference is at most the uint128 that was there.
            _accounts[account].balance = uint128(balance - amount);
        }
    }

    /// @dev For orders of batches, which may spend what is about to leave too.
    function _debitOrdered(address account, uint256 amount) internal {
        Account storage from = _accounts[account];
        uint256 balance = from.balance;
        if (amount <= balance) return _debit(account, amount);
        uint256 leaving = from.leaving;
        if (amount > balance + leaving) revert EscrowBalanceInsufficient(account, balance + leaving, amount);
        from.balance = 0;
        unchecked {
            // amount <= balance + leaving, just checked; what is left is at most `leaving`, a uint128.
            from.leaving = uint128(balance + leaving - amount);
        }
    }
}
