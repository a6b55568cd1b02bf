// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EscrowAccounts} from "./EscrowAccounts.sol";
import {IBatches} from "./interfaces/IBatches.sol";
import {IDomains} from "./interfaces/IDomains.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {BatchLines} from "./libraries/BatchLines.sol";
import {PolicyGuard} from "./libraries/PolicyGuard.sol";
import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title EscrowEarnings
/// @notice What batches take from accounts, and what agents earn by them: held, then claimed into purses, then drawn.
abstract contract EscrowEarnings is EscrowAccounts {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    IDomains public immutable domains;

    /// @notice What purses, and claims against the earnings, can draw in all.
    uint128 public pool;
    /// @notice What batches that are not final, demands and appeals hold.
    uint128 public held;
    /// @inheritdoc IEscrow
    bytes32 public earnings;
    mapping(uint256 agentId => Purse) internal _purses;

    constructor(IDomains domains_) {
        domains = domains_;
    }

    /// @inheritdoc IEscrow
    function claim(uint256 agentId, IBatches.Earning calldata earning, uint64 count, bytes32[] calldata path) external {
        bytes32 root = BatchLines.earningsRoot(earning, agentId, count, path);
        if (_earningsOf(root, count) != earnings) revert EscrowProofInvalid();
        Purse memory purse = _purses[agentId];
        if (earning.cumulative <= purse.claimed) revert EscrowNothingToClaim(agentId, purse.claimed);

        uint256 amount = earning.cumulative - purse.claimed;
        _purses[agentId] = Purse((purse.balance + amount).toUint128(), earning.cumulative.toUint128());
        emit EarningsClaimed(agentId, amount);
    }

    /// @inheritdoc IEscrow
    function draw(uint256 agentId, uint256 amount) external nonReentrant {
        if (amount == 0) revert EscrowAmountZero();
        if (domains.activeWalletOf(agentId) != msg.sender) revert EscrowNotAgentsWallet(agentId, msg.sender);
        Purse storage purse = _purses[agentId];
        if (amount > purse.balance) revert EscrowPurseInsufficient(agentId, purse.balance, amount);
        PolicyGuard.enforce(policy, IPolicy.Action.Payout, msg.sender, msg.sender, amount);

        // At most the purse's uint128. The pool is what batches and settlements took from accounts: were a batch wrong and
        // nobody disputed it, it could give out no more than that, and nothing of anyone's account.
        purse.balance -= uint128(amount);
        pool -= uint128(amount);
        emit EarningsDrawn(agentId, msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IEscrow
    function hold(IBatches.Debit[] calldata debits, address settler, uint256 bond) external restricted {
        uint256 sum = bond;
        for (uint256 i = 0; i < debits.length; ++i) {
            _debitOrdered(debits[i].requester, debits[i].amount);
            sum += debits[i].amount;
        }
        _debit(settler, bond);
        held += sum.toUint128();
    }

    /// @inheritdoc IEscrow
    function unhold(address account, uint256 amount) external restricted {
        held -= amount.toUint128();
        _credit(account, amount);
    }

    /// @inheritdoc IEscrow
    function conclude(bytes32 root, uint64 count, uint256 earned, uint256 fees) external restricted {
        held -= (earned + fees).toUint128();
        pool += earned.toUint128();
        earnings = _earningsOf(root, count);
        _credit(treasury, fees);
        emit EarningsAnchored(root, count, earned);
    }

    /// @inheritdoc IEscrow
    function purseOf(uint256 agentId) external view returns (Purse memory) {
        return _purses[agentId];
    }

    /// @dev One word, so that a claim reads one. The count is in it because a path alone does not say where its leaf lies:
    /// with another count it would lead from another agent's place to the same root.
    function _earningsOf(bytes32 root, uint64 count) private pure returns (bytes32) {
        return keccak256(abi.encode(root, count));
    }
}
