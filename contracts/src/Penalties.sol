// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stake} from "./Stake.sol";
import {IBatches} from "./interfaces/IBatches.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IPenalties} from "./interfaces/IPenalties.sol";
import {IStake} from "./interfaces/IStake.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Penalties
/// @dev The escrow creates this, and this its stake, so that each knows the others from birth and none can be pointed
/// elsewhere.
contract Penalties is IPenalties, AccessManaged {
    uint256 private constant FULL_BPS = 10_000;

    IEscrow public immutable escrow;
    IIdentityRegistry public immutable identity;
    IStake public immutable stake;
    uint64 public immutable appealSeconds;
    uint64 public immutable rulingSeconds;
    uint128 public immutable appealBond;
    uint16 public immutable treasuryBps;

    mapping(bytes32 taskId => mapping(uint256 agentId => Penalty)) private _penalties;

    constructor(address authority, IEscrow escrow_, IERC20 token_, IIdentityRegistry identity_, Config memory config)
        AccessManaged(authority)
    {
        if (config.treasuryBps > FULL_BPS || config.appealSeconds == 0 || config.rulingSeconds == 0) {
            revert PenaltiesConfigInvalid();
        }
        escrow = escrow_;
        identity = identity_;
        appealSeconds = config.appealSeconds;
        rulingSeconds = config.rulingSeconds;
        appealBond = config.appealBond;
        treasuryBps = config.treasuryBps;
        stake =
            new Stake(address(escrow_), token_, identity_, config.unbondSeconds, config.jailAfter, config.jailSeconds);
    }

    /// @inheritdoc IPenalties
    function impose(bytes32 taskId, uint256 agentId, uint256 amount, bytes32 evidence, address requester)
        external
        returns (uint256 taken)
    {
        if (msg.sender != address(escrow)) _checkCanCall(msg.sender, msg.data);
        Penalty storage penalty = _penalties[taskId][agentId];
        if (penalty.status != Status.None) revert PenaltiesExists(taskId, agentId);

        taken = stake.hold(agentId, amount);
        penalty.requester = requester;
        penalty.until = uint64(block.timestamp) + appealSeconds;
        penalty.status = Status.Imposed;
        // Never more than the stake, which is a uint128.
        penalty.amount = uint128(taken);
        penalty.evidence = evidence;
        emit PenaltyImposed(taskId, agentId, requester, amount, taken, penalty.until, evidence);
    }

    /// @inheritdoc IPenalties
    function appeal(bytes32 taskId, uint256 agentId) external {
        Penalty storage penalty = _imposed(taskId, agentId);
        if (identity.ownerOf(agentId) != msg.sender) revert PenaltiesNotOwner(agentId, msg.sender);
        if (block.timestamp > penalty.until) revert PenaltiesAppealOver(penalty.until);

        penalty.status = Status.Appealed;
        penalty.appellant = msg.sender;
        penalty.until = uint64(block.timestamp) + rulingSeconds;
        emit PenaltyAppealed(taskId, agentId, msg.sender, appealBond, penalty.until);
        escrow.hold(new IBatches.Debit[](0), msg.sender, appealBond);
    }

    /// @inheritdoc IPenalties
    function uphold(bytes32 taskId, uint256 agentId) external restricted {
        Penalty storage penalty = _appealed(taskId, agentId);
        if (block.timestamp > penalty.until) revert PenaltiesRulingOver(penalty.until);

        _enforce(taskId, agentId, penalty, appealBond);
        escrow.unhold(escrow.treasury(), appealBond);
    }

    /// @inheritdoc IPenalties
    function drop(bytes32 taskId, uint256 agentId) external restricted {
        _lapse(taskId, agentId, _appealed(taskId, agentId));
    }

    /// @inheritdoc IPenalties
    function enforce(bytes32 taskId, uint256 agentId) external {
        Penalty storage penalty = _imposed(taskId, agentId);
        if (block.timestamp <= penalty.until) revert PenaltiesAppealOpen(penalty.until);

        _enforce(taskId, agentId, penalty, 0);
    }

    /// @inheritdoc IPenalties
    function lapse(bytes32 taskId, uint256 agentId) external {
        Penalty storage penalty = _appealed(taskId, agentId);
        if (block.timestamp <= penalty.until) revert PenaltiesRulingOpen(penalty.until);

        _lapse(taskId, agentId, penalty);
    }

    /// @inheritdoc IPenalties
    function penaltyOf(bytes32 taskId, uint256 agentId) external view returns (Penalty memory) {
        return _penalties[taskId][agentId];
    }

    function _imposed(bytes32 taskId, uint256 agentId) private view returns (Penalty storage penalty) {
        penalty = _penalties[taskId][agentId];
        if (penalty.status != Status.Imposed) revert PenaltiesNotImposed(taskId, agentId, penalty.status);
    }

    function _appealed(bytes32 taskId, uint256 agentId) private view returns (Penalty storage penalty) {
        penalty = _penalties[taskId][agentId];
        if (penalty.status != Status.Appealed) revert PenaltiesNotAppealed(taskId, agentId, penalty.status);
    }

    function _enforce(bytes32 taskId, uint256 agentId, Penalty storage penalty, uint256 forfeit) private {
        penalty.status = Status.Enforced;
        uint256 amount = penalty.amount;
        emit PenaltyEnforced(taskId, agentId, amount, forfeit);
        uint256 toTreasury = amount * treasuryBps / FULL_BPS;
        stake.slash(agentId, amount);
        escrow.creditPenalty(taskId, penalty.requester, amount - toTreasury, toTreasury);
    }

    function _lapse(bytes32 taskId, uint256 agentId, Penalty storage penalty) private {
        penalty.status = Status.Lapsed;
        emit PenaltyLapsed(taskId, agentId, penalty.amount, appealBond);
        stake.unhold(agentId, penalty.amount);
        escrow.unhold(penalty.appellant, appealBond);
    }
}
