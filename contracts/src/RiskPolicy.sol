// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "./interfaces/IPolicy.sol";
import {IRiskPolicy} from "./interfaces/IRiskPolicy.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title RiskPolicy
/// @dev Keeps one slot for each subject and action, however often it moves money. Fixed periods rather than a bucket that
/// refills: the sum is exact, and an auditor adds it up from events.
contract RiskPolicy is IRiskPolicy, AccessManaged {
    /// @param start Unix time in seconds at which the period began that `used` belongs to.
    struct Usage {
        uint64 start;
        uint128 used;
    }

    uint32 public constant MAX_PERIOD_SECONDS = 31 days;

    /// @inheritdoc IRiskPolicy
    Mode public mode;
    /// @inheritdoc IRiskPolicy
    mapping(address account => Standing) public standingOf;
    /// @inheritdoc IRiskPolicy
    mapping(address caller => bool) public isCaller;
    mapping(Action action => Limit) private _limits;
    mapping(address subject => mapping(Action action => Limit)) private _subjectLimits;
    mapping(address subject => mapping(Action action => Usage)) private _usages;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IPolicy
    function check(Action action, address subject, address counterparty, uint256 amount)
        external
        returns (bytes32 reason)
    {
        if (!isCaller[msg.sender]) revert RiskPolicyNotCaller(msg.sender);
        Limit memory limit = limitOf(subject, action);
        uint256 used = _used(subject, action, limit);
        reason = _judge(action, subject, counterparty, amount, limit, used);
        if (reason != 0 || limit.periodSeconds == 0) return reason;

        // The sum is at most limit.amount, a uint128, or it would have been denied.
        _usages[subject][action] = Usage(_start(limit), uint128(used + amount));
    }

    /// @inheritdoc IRiskPolicy
    function setStanding(address account, Standing standing) external restricted {
        // Zero stands for "no counterparty", which must stay free of any list.
        if (account == address(0)) revert RiskPolicyAccountZero();

        standingOf[account] = standing;
        emit StandingChanged(account, standing);
    }

    /// @inheritdoc IRiskPolicy
    function setMode(Mode mode_) external restricted {
        mode = mode_;
        emit ModeChanged(mode_);
    }

    /// @inheritdoc IRiskPolicy
    function setLimit(Action action, Limit calldata limit) external restricted {
        _checkLimit(action, limit);

        _limits[action] = limit;
        emit LimitChanged(action, limit.amount, limit.periodSeconds);
    }

    /// @inheritdoc IRiskPolicy
    function setSubjectLimit(address subject, Action action, Limit calldata limit) external restricted {
        _checkLimit(action, limit);

        _subjectLimits[subject][action] = limit;
        emit SubjectLimitChanged(subject, action, limit.amount, limit.periodSeconds);
    }

    /// @inheritdoc IRiskPolicy
    function admitCaller(address caller) external restricted {
        isCaller[caller] = true;
        emit CallerAdmitted(caller);
    }

    /// @inheritdoc IRiskPolicy
    function removeCaller(address caller) external restricted {
        isCaller[caller] = false;
        emit CallerRemoved(caller);
    }

    /// @inheritdoc IRiskPolicy
    function reasonFor(Action action, address subject, address counterparty, uint256 amount)
        external
        view
        returns (bytes32)
    {
        Limit memory limit = limitOf(subject, action);
        return _judge(action, subject, counterparty, amount, limit, _used(subject, action, limit));
    }

    /// @inheritdoc IRiskPolicy
    function usedBy(address subject, Action action) external view returns (uint128) {
        return _used(subject, action, limitOf(subject, action));
    }

    /// @inheritdoc IRiskPolicy
    function limitOf(address subject, Action action) public view returns (Limit memory limit) {
        limit = _subjectLimits[subject][action];
        if (limit.periodSeconds == 0) limit = _limits[action];
    }

    function _judge(
        Action action,
        address subject,
        address counterparty,
        uint256 amount,
        Limit memory limit,
        uint256 used
    ) private view returns (bytes32) {
        Standing own = standingOf[subject];
        Standing other = standingOf[counterparty];
        if (own == Standing.Sanctioned) return "sanctioned";
        if (other == Standing.Sanctioned) return "counterparty-sanctioned";
        if (action != Action.Payout) {
            if (own == Standing.Denied) return "denied";
            if (other == Standing.Denied) return "counterparty-denied";
            if (mode == Mode.AllowListed) {
                if (own != Standing.Allowed) return "not-allowed";
                bool otherMay = counterparty == address(0) || other == Standing.Allowed;
                if (!otherMay) return "counterparty-not-allowed";
            }
        }
        // A limit that was lowered can be below what is used already.
        bool fits = limit.periodSeconds == 0 || (used <= limit.amount && amount <= limit.amount - used);
        return fits ? bytes32(0) : _limitReason(action);
    }

    function _used(address subject, Action action, Limit memory limit) private view returns (uint128) {
        Usage memory usage = _usages[subject][action];
        bool present = limit.periodSeconds != 0 && usage.start == _start(limit);
        return present ? usage.used : 0;
    }

    function _start(Limit memory limit) private view returns (uint64) {
        return uint64(block.timestamp - block.timestamp % limit.periodSeconds);
    }

    function _checkLimit(Action action, Limit calldata limit) private pure {
        if (limit.periodSeconds > MAX_PERIOD_SECONDS) revert RiskPolicyPeriodTooLong(limit.periodSeconds);
        bool keepsAll = limit.periodSeconds != 0 && limit.amount == 0;
        if (action == Action.Payout && keepsAll) revert RiskPolicyPayoutLimitZero();
    }

    function _limitReason(Action action) private pure returns (bytes32) {
        if (action == Action.Deposit) return "deposit-limit";
        return action == Action.Order ? bytes32("order-limit") : bytes32("payout-limit");
    }
}
