// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IStake} from "./interfaces/IStake.sol";
import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Stake
/// @dev Created by Penalties, the only caller that can take what is staked.
contract Stake is IStake {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    address public immutable penalties;
    address public immutable escrow;
    IERC20 public immutable token;
    IIdentityRegistry public immutable identity;
    uint64 public immutable unbondSeconds;
    uint16 public immutable jailAfter;
    uint64 public immutable jailSeconds;

    mapping(uint256 agentId => Bond) private _bonds;

    modifier onlyOwnerOf(uint256 agentId) {
        if (identity.ownerOf(agentId) != msg.sender) revert StakeNotOwner(agentId, msg.sender);
        _;
    }

    modifier onlyPenalties() {
        if (msg.sender != penalties) revert StakeNotPenalties(msg.sender);
        _;
    }

    constructor(
        address escrow_,
        IERC20 token_,
        IIdentityRegistry identity_,
        uint64 unbondSeconds_,
        uint16 jailAfter_,
        uint64 jailSeconds_
    ) {
        penalties = msg.sender;
        escrow = escrow_;
        token = token_;
        identity = identity_;
        unbondSeconds = unbondSeconds_;
        jailAfter = jailAfter_;
        jailSeconds = jailSeconds_;
    }

    /// @inheritdoc IStake
    function deposit(uint256 agentId, uint256 amount) external {
        if (amount == 0) revert StakeAmountZero();
        // Reverts for an agent that does not exist: its stake would have no owner.
        identity.ownerOf(agentId);

        _bonds[agentId].bonded += amount.toUint128();
        emit StakeDeposited(agentId, msg.sender, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IStake
    function requestUnbond(uint256 agentId, uint256 amount) external onlyOwnerOf(agentId) {
        if (amount == 0) revert StakeAmountZero();
        Bond storage bond = _bonds[agentId];
        if (amount > bond.bonded) revert StakeInsufficient(agentId, bond.bonded, amount);

        uint48 releaseTime = (block.timestamp + unbondSeconds).toUint48();
        bond.bonded -= amount.toUint128();
        bond.unbonding += amount.toUint128();
        bond.releaseTime = releaseTime;
        emit UnbondRequested(agentId, amount, releaseTime);
    }

    /// @inheritdoc IStake
    function withdraw(uint256 agentId) external onlyOwnerOf(agentId) {
        Bond storage bond = _bonds[agentId];
        uint256 amount = bond.unbonding;
        if (amount == 0) revert StakeNothingUnbonding(agentId);
        if (block.timestamp < bond.releaseTime) revert StakeStillBonded(agentId, bond.releaseTime);

        bond.unbonding = 0;
        emit StakeWithdrawn(agentId, msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IStake
    function hold(uint256 agentId, uint256 amount) external onlyPenalties returns (uint256 taken) {
        Bond storage bond = _bonds[agentId];
        uint256 fromBonded = Math.min(amount, bond.bonded);
        uint256 fromUnbonding = Math.min(amount - fromBonded, bond.unbonding);
        taken = fromBonded + fromUnbonding;

        // Each part is at most a uint128 that is in storage, so the casts lose nothing.
        bond.bonded -= uint128(fromBonded);
        bond.unbonding -= uint128(fromUnbonding);
        bond.held = (bond.held + taken).toUint128();
        emit StakeHeld(agentId, taken);
    }

    /// @inheritdoc IStake
    function unhold(uint256 agentId, uint256 amount) external onlyPenalties {
        Bond storage bond = _bonds[agentId];
        bond.held -= amount.toUint128();
        bond.bonded = (bond.bonded + amount).toUint128();
        emit StakeReturned(agentId, amount);
    }

    /// @inheritdoc IStake
    function slash(uint256 agentId, uint256 amount) external onlyPenalties {
        Bond storage bond = _bonds[agentId];
        bond.held -= amount.toUint128();
        emit StakeSlashed(agentId, amount);
        _countFault(agentId, bond);
        token.safeTransfer(escrow, amount);
    }

    /// @inheritdoc IStake
    function bondOf(uint256 agentId) external view returns (Bond memory) {
        return _bonds[agentId];
    }

    /// @inheritdoc IStake
    function isJailed(uint256 agentId) external view returns (bool) {
        return block.timestamp < _bonds[agentId].jailedUntil;
    }

    function _countFault(uint256 agentId, Bond storage bond) private {
        if (jailAfter == 0 || ++bond.faults < jailAfter) return;
        uint48 until = (block.timestamp + jailSeconds).toUint48();
        bond.faults = 0;
        bond.jailedUntil = until;
        emit AgentJailed(agentId, until);
    }
}
