// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RiskPolicy} from "../src/RiskPolicy.sol";
import {IPolicy} from "../src/interfaces/IPolicy.sol";
import {IRiskPolicy} from "../src/interfaces/IRiskPolicy.sol";
import {PolicyGuard} from "../src/libraries/PolicyGuard.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {Consortium} from "./Consortium.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract RiskPolicyTest is Consortium {
    address private constant NOBODY = address(0);

    address private immutable officer = address(0x0FF1);
    RiskPolicy private policy;
    Counter private counter;

    function setUp() public override {
        super.setUp();
        policy = new RiskPolicy(address(manager));
        counter = new Counter(policy);
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = policy.setStanding.selector;
        manager.setTargetFunctionRole(address(policy), selectors, Roles.COMPLIANCE);
        manager.grantRole(Roles.COMPLIANCE, officer, 0);
        policy.admitCaller(address(counter));
    }

    function test_WhoeverIsOnNoListMovesMoneyFreely() public {
        for (uint8 i = 0; i < 3; ++i) {
            vm.assertEq(ask(IPolicy.Action(i), stranger, NOBODY, type(uint256).max), 0, "permitted");
        }
    }

    function test_ASanctionStopsEverythingOnEitherSide() public {
        setStanding(stranger, IRiskPolicy.Standing.Sanctioned);
        for (uint8 i = 0; i < 3; ++i) {
            IPolicy.Action action = IPolicy.Action(i);
            vm.assertEq(ask(action, stranger, NOBODY, 1), "sanctioned", "its own money");
            vm.assertEq(ask(action, weatherAdmin, stranger, 1), "counterparty-sanctioned", "another's");
        }
        setStanding(stranger, IRiskPolicy.Standing.None);
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 1), 0, "lifted");
    }

    function test_WhoeverIsDeniedDoesNoNewBusinessAndTakesOutItsMoney() public {
        setStanding(stranger, IRiskPolicy.Standing.Denied);
        vm.assertEq(ask(IPolicy.Action.Deposit, stranger, NOBODY, 1), "denied", "deposit");
        vm.assertEq(ask(IPolicy.Action.Order, stranger, NOBODY, 1), "denied", "order");
        vm.assertEq(ask(IPolicy.Action.Deposit, weatherAdmin, stranger, 1), "counterparty-denied", "deposit for it");
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, stranger, 1), 0, "payout");
    }

    function test_AnAllowListLetsOnlyItsMembersInAndEverybodyOut() public {
        setStanding(weatherAdmin, IRiskPolicy.Standing.Allowed);
        vm.expectEmit(address(policy));
        emit IRiskPolicy.ModeChanged(IRiskPolicy.Mode.AllowListed);
        policy.setMode(IRiskPolicy.Mode.AllowListed);
        vm.assertEq(ask(IPolicy.Action.Deposit, stranger, NOBODY, 1), "not-allowed", "deposit");
        vm.assertEq(ask(IPolicy.Action.Order, stranger, NOBODY, 1), "not-allowed", "order");
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 1), 0, "payout");
        vm.assertEq(ask(IPolicy.Action.Deposit, weatherAdmin, NOBODY, 1), 0, "a member's deposit");
        vm.assertEq(ask(IPolicy.Action.Deposit, weatherAdmin, weatherAdmin, 1), 0, "for itself");
        vm.assertEq(
            ask(IPolicy.Action.Deposit, weatherAdmin, stranger, 1), "counterparty-not-allowed", "not for an outsider"
        );
        policy.setMode(IRiskPolicy.Mode.Open);
        vm.assertEq(ask(IPolicy.Action.Order, stranger, NOBODY, 1), 0, "open again");
    }

    function test_EachActionHasALimitOfItsOwn() public {
        for (uint8 i = 0; i < 3; ++i) {
            policy.setLimit(IPolicy.Action(i), IRiskPolicy.Limit(100, 1 days));
        }
        vm.assertEq(ask(IPolicy.Action.Deposit, stranger, NOBODY, 100), 0, "deposit");
        vm.assertEq(ask(IPolicy.Action.Order, stranger, NOBODY, 100), 0, "order");
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 100), 0, "payout");
        vm.assertEq(ask(IPolicy.Action.Deposit, stranger, NOBODY, 1), "deposit-limit", "deposit too much");
        vm.assertEq(ask(IPolicy.Action.Order, stranger, NOBODY, 1), "order-limit", "order too much");
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 1), "payout-limit", "payout too much");
        vm.assertEq(ask(IPolicy.Action.Payout, weatherAdmin, NOBODY, 100), 0, "another's is untouched");
    }

    function test_ALimitComesBackWithTheNextPeriod() public {
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(100, 1 days));
        uint256 nextPeriod = block.timestamp - block.timestamp % 1 days + 1 days;
        ask(IPolicy.Action.Payout, stranger, NOBODY, 100);
        vm.warp(nextPeriod - 1);
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 1), "payout-limit", "its last second");
        vm.assertEq(policy.usedBy(stranger, IPolicy.Action.Payout), 100, "used");
        vm.warp(nextPeriod);
        vm.assertEq(policy.usedBy(stranger, IPolicy.Action.Payout), 0, "none used");
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 100), 0, "the next period");
    }

    function test_WhatIsDeniedUsesUpNothing() public {
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(100, 1 days));
        ask(IPolicy.Action.Payout, stranger, NOBODY, 101);
        setStanding(stranger, IRiskPolicy.Standing.Sanctioned);
        ask(IPolicy.Action.Payout, stranger, NOBODY, 50);
        vm.assertEq(policy.usedBy(stranger, IPolicy.Action.Payout), 0, "used");
    }

    function test_ASubjectCanHaveALimitOfItsOwn() public {
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(100, 1 days));
        vm.expectEmit(address(policy));
        emit IRiskPolicy.SubjectLimitChanged(stranger, IPolicy.Action.Payout, 500, 1 days);
        policy.setSubjectLimit(stranger, IPolicy.Action.Payout, IRiskPolicy.Limit(500, 1 days));
        vm.assertEq(policy.limitOf(stranger, IPolicy.Action.Payout).amount, 500, "its own");
        vm.assertEq(policy.limitOf(weatherAdmin, IPolicy.Action.Payout).amount, 100, "everyone's");
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 500), 0, "up to its own");
        policy.setSubjectLimit(stranger, IPolicy.Action.Payout, IRiskPolicy.Limit(0, 0));
        vm.assertEq(policy.limitOf(stranger, IPolicy.Action.Payout).amount, 100, "taken back");
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 1), "payout-limit", "what was used counts");
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(0, 0));
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, 1), 0, "no limit any more");
    }

    function test_Attack_AnAmountThatOverflowsIsDenied() public {
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(type(uint128).max, 1 days));
        ask(IPolicy.Action.Payout, stranger, NOBODY, 2);
        bytes32 reason = ask(IPolicy.Action.Payout, stranger, NOBODY, type(uint256).max - 1);
        vm.assertEq(reason, "payout-limit", "2 and 2^256 - 2");
        reason = ask(IPolicy.Action.Payout, stranger, NOBODY, uint256(type(uint128).max) + 1);
        vm.assertEq(reason, "payout-limit", "2^128");
    }

    function test_Attack_AStrangerDoesNotUseUpAnothersLimit() public {
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(100, 1 days));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRiskPolicy.RiskPolicyNotCaller.selector, stranger));
        policy.check(IPolicy.Action.Payout, weatherAdmin, NOBODY, 100);
        vm.assertEq(policy.reasonFor(IPolicy.Action.Payout, weatherAdmin, NOBODY, 100), 0, "untouched");
    }

    function test_Attack_ALimitNeverKeepsMoneyInForGood() public {
        vm.expectRevert(abi.encodeWithSelector(IRiskPolicy.RiskPolicyPeriodTooLong.selector, 31 days + 1));
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(100, 31 days + 1));
        vm.expectRevert(abi.encodeWithSelector(IRiskPolicy.RiskPolicyPeriodTooLong.selector, type(uint32).max));
        policy.setSubjectLimit(stranger, IPolicy.Action.Payout, IRiskPolicy.Limit(100, type(uint32).max));
        vm.expectRevert(IRiskPolicy.RiskPolicyPayoutLimitZero.selector);
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(0, 1));
        vm.expectRevert(IRiskPolicy.RiskPolicyPayoutLimitZero.selector);
        policy.setSubjectLimit(stranger, IPolicy.Action.Payout, IRiskPolicy.Limit(0, 1));
        policy.setLimit(IPolicy.Action.Deposit, IRiskPolicy.Limit(0, 1));
        vm.assertEq(ask(IPolicy.Action.Deposit, stranger, NOBODY, 1), "deposit-limit", "a way in may be shut");
    }

    function test_AnEscrowThatIsNoLongerACallerStillPaysOut() public {
        vm.expectEmit(address(policy));
        emit IRiskPolicy.CallerRemoved(address(counter));
        policy.removeCaller(address(counter));
        vm.assertFalse(policy.isCaller(address(counter)), "removed");
        counter.move(IPolicy.Action.Payout, stranger, stranger, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                PolicyGuard.PolicyDenied.selector, IPolicy.Action.Order, stranger, bytes32("policy-unavailable")
            )
        );
        counter.move(IPolicy.Action.Order, stranger, NOBODY, 1);
    }

    function test_BehindTheGuardItDeniesWithItsReason() public {
        setStanding(stranger, IRiskPolicy.Standing.Sanctioned);
        vm.expectRevert(
            abi.encodeWithSelector(
                PolicyGuard.PolicyDenied.selector, IPolicy.Action.Payout, stranger, bytes32("sanctioned")
            )
        );
        counter.move(IPolicy.Action.Payout, stranger, stranger, 1);
    }

    function test_ItAnswersWithinAThirdOfItsGas() public {
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(100, 1 days));
        vm.warp(block.timestamp + 1 days);
        counter.move(IPolicy.Action.Payout, stranger, weatherAdmin, 1);
        vm.assertLe(counter.lastCost(), PolicyGuard.POLICY_GAS / 3, "gas");
    }

    function test_OnlyAnOfficerSetsStandings() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        policy.setStanding(weatherAdmin, IRiskPolicy.Standing.Sanctioned);
        vm.expectEmit(address(policy));
        emit IRiskPolicy.StandingChanged(stranger, IRiskPolicy.Standing.Sanctioned);
        setStanding(stranger, IRiskPolicy.Standing.Sanctioned);
        vm.expectRevert(IRiskPolicy.RiskPolicyAccountZero.selector);
        setStanding(address(0), IRiskPolicy.Standing.Sanctioned);
    }

    function test_OnlyGovernanceSetsLimitsModeAndCallers() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, officer);
        IRiskPolicy.Limit memory limit = IRiskPolicy.Limit(1, 1 days);
        vm.startPrank(officer);
        vm.expectRevert(refusal);
        policy.setLimit(IPolicy.Action.Payout, limit);
        vm.expectRevert(refusal);
        policy.setSubjectLimit(stranger, IPolicy.Action.Payout, limit);
        vm.expectRevert(refusal);
        policy.setMode(IRiskPolicy.Mode.AllowListed);
        vm.expectRevert(refusal);
        policy.admitCaller(officer);
        vm.expectRevert(refusal);
        policy.removeCaller(address(counter));
        vm.stopPrank();
    }

    /// @dev Against a plain sum of each period: a denial is one that would break the limit, and nothing else is denied.
    function testFuzz_NoPeriodEverMovesMoreThanItsLimit(
        uint128 most,
        uint256 period,
        uint128[16] calldata amounts,
        uint32[16] calldata waits
    ) public {
        most = uint128(bound(most, 1, type(uint128).max));
        period = bound(period, 1, 31 days);
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(most, uint32(period)));
        uint256 moved;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 periodBefore = block.timestamp / period;
            vm.warp(block.timestamp + waits[i] % period);
            if (block.timestamp / period != periodBefore) moved = 0;
            // Half of them near the limit, where mistakes are.
            uint256 amount = i % 2 == 0 ? amounts[i] : uint256(most) / 3;
            bytes32 foretold = policy.reasonFor(IPolicy.Action.Payout, stranger, NOBODY, amount);
            bytes32 reason = ask(IPolicy.Action.Payout, stranger, NOBODY, amount);
            vm.assertEq(reason, foretold, "as foretold");
            vm.assertEq(reason, moved + amount > most ? bytes32("payout-limit") : bytes32(0), "reason");
            if (reason == 0) moved += amount;
            vm.assertEq(policy.usedBy(stranger, IPolicy.Action.Payout), moved, "used");
            vm.assertLe(moved, most, "within the limit");
        }
    }

    /// @dev A limit that is changed half-way neither underflows nor lets through more than the new one.
    function testFuzz_ALimitChangedMidwayHoldsFromThenOn(
        uint128 before,
        uint128 afterwards,
        uint128 first,
        uint128 then_
    ) public {
        before = uint128(bound(before, 1, type(uint128).max));
        afterwards = uint128(bound(afterwards, 1, type(uint128).max));
        first = uint128(bound(first, 0, before));
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(before, 1 days));
        vm.assertEq(ask(IPolicy.Action.Payout, stranger, NOBODY, first), 0, "within the first");
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(afterwards, 1 days));
        bool fits = uint256(first) + then_ <= afterwards;
        bytes32 reason = ask(IPolicy.Action.Payout, stranger, NOBODY, then_);
        vm.assertEq(reason, fits ? bytes32(0) : bytes32("payout-limit"), "by the second");
    }

    function ask(IPolicy.Action action, address subject, address counterparty, uint256 amount)
        private
        returns (bytes32)
    {
        vm.prank(address(counter));
        return policy.check(action, subject, counterparty, amount);
    }

    function setStanding(address account, IRiskPolicy.Standing standing) private {
        vm.prank(officer);
        policy.setStanding(account, standing);
    }
}

/// @notice Stands where the escrow will: asks the policy through the guard.
contract Counter {
    IPolicy private immutable policy;
    uint256 public lastCost;

    constructor(IPolicy policy_) {
        policy = policy_;
    }

    function move(IPolicy.Action action, address subject, address counterparty, uint256 amount) external {
        uint256 before = gasleft();
        PolicyGuard.enforce(policy, action, subject, counterparty, amount);
        lastCost = before - gasleft();
    }
}
