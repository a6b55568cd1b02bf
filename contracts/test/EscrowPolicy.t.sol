// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RiskPolicy} from "../src/RiskPolicy.sol";
import {IBatches} from "../src/interfaces/IBatches.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IPolicy} from "../src/interfaces/IPolicy.sol";
import {IRiskPolicy} from "../src/interfaces/IRiskPolicy.sol";
import {PolicyGuard} from "../src/libraries/PolicyGuard.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {EscrowBase} from "./EscrowBase.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @notice The escrow asks a policy when money comes in, is reserved, and goes out. Weather's admin has BUDGET in its account
/// and as much that may leave now; weather's agent has earnings.
contract EscrowPolicyTest is EscrowBase {
    uint256 private constant EARNED = 600_000;
    RiskPolicy private policy;

    function setUp() public override {
        super.setUp();
        settle(settlementOf(openTask(1)));
        giveBalance(weatherAdmin, 2 * BUDGET);
        uint256 rest = escrow.balanceOf(weatherAdmin) - BUDGET;
        vm.prank(weatherAdmin);
        escrow.announceWithdrawal(rest);
        vm.warp(block.timestamp + NOTICE);
        policy = new RiskPolicy(address(manager));
        policy.admitCaller(address(escrow));
        escrow.setPolicy(policy);
        token.mint(address(this), BUDGET);
        token.approve(address(escrow), BUDGET);
    }

    function refusal(IPolicy.Action action, address subject, bytes32 reason) private pure returns (bytes memory) {
        return abi.encodeWithSelector(PolicyGuard.PolicyDenied.selector, action, subject, reason);
    }

    function expectNoReservation(bytes32 reason) private {
        IEscrow.TaskOrder memory order = orderOf(2);
        bytes memory signature = signOrder(WEATHER_ADMIN_KEY, order);
        vm.expectRevert(refusal(IPolicy.Action.Order, weatherAdmin, reason));
        escrow.reserve(order, signature);
    }

    function expectNoDeposit(bytes32 reason) private {
        vm.expectRevert(refusal(IPolicy.Action.Deposit, address(this), reason));
        escrow.deposit(weatherAdmin, 1);
    }

    function expectPaidOut() private {
        uint256 leaving = escrow.accountOf(weatherAdmin).leaving;
        vm.prank(weatherAdmin);
        escrow.withdraw();
        vm.assertEq(token.balanceOf(weatherAdmin), leaving, "withdrawn");
        draw(weatherWallet, weatherAgent, EARNED);
        vm.assertEq(token.balanceOf(weatherWallet), EARNED, "drawn");
    }

    function test_APolicyWithoutObjectionsLetsAllPass() public {
        escrow.deposit(weatherAdmin, 1);
        IEscrow.TaskOrder memory order = orderOf(2);
        escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order));
        expectPaidOut();
    }

    function test_OnlyGovernanceNamesThePolicyAndZeroIsNone() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        escrow.setPolicy(IPolicy(address(0)));
        policy.setStanding(weatherAdmin, IRiskPolicy.Standing.Sanctioned);
        vm.expectEmit(address(escrow));
        emit IEscrow.PolicyChanged(address(0));
        escrow.setPolicy(IPolicy(address(0)));
        expectPaidOut();
    }

    function test_WhoeverIsDeniedBringsNothingInAndTakesAllOut() public {
        policy.setStanding(weatherAdmin, IRiskPolicy.Standing.Denied);
        expectNoDeposit("counterparty-denied");
        policy.setStanding(address(this), IRiskPolicy.Standing.Denied);
        expectNoDeposit("denied");
        expectNoReservation("denied");
        expectPaidOut();
    }

    function test_NothingOfASanctionedAccountMoves() public {
        policy.setStanding(weatherAdmin, IRiskPolicy.Standing.Sanctioned);
        policy.setStanding(weatherWallet, IRiskPolicy.Standing.Sanctioned);
        expectNoDeposit("counterparty-sanctioned");
        expectNoReservation("sanctioned");
        vm.prank(weatherAdmin);
        vm.expectRevert(refusal(IPolicy.Action.Payout, weatherAdmin, "sanctioned"));
        escrow.withdraw();
        vm.prank(weatherWallet);
        vm.expectRevert(refusal(IPolicy.Action.Payout, weatherWallet, "sanctioned"));
        escrow.draw(weatherAgent, EARNED);

        policy.setStanding(weatherAdmin, IRiskPolicy.Standing.None);
        policy.setStanding(weatherWallet, IRiskPolicy.Standing.None);
        expectPaidOut();
    }

    function test_ALimitSlowsDownWhatIsReservedAndDrawn() public {
        policy.setLimit(IPolicy.Action.Order, IRiskPolicy.Limit(uint128(BUDGET - 1), 1 days));
        expectNoReservation("order-limit");
        policy.setLimit(IPolicy.Action.Payout, IRiskPolicy.Limit(uint128(EARNED / 2), 1 days));
        draw(weatherWallet, weatherAgent, EARNED / 2);
        vm.prank(weatherWallet);
        vm.expectRevert(refusal(IPolicy.Action.Payout, weatherWallet, "payout-limit"));
        escrow.draw(weatherAgent, EARNED / 2);
        vm.warp(block.timestamp + 1 days);
        draw(weatherWallet, weatherAgent, EARNED / 2);
        vm.assertEq(token.balanceOf(weatherWallet), EARNED, "all of it, in two days");
    }

    function test_Attack_ABrokenPolicyLocksFunds() public {
        IPolicy broken = IPolicy(address(new BrokenPolicy()));
        escrow.setPolicy(broken);
        expectNoDeposit("policy-unavailable");
        expectNoReservation("policy-unavailable");
        vm.expectEmit(address(escrow));
        emit PolicyGuard.PolicyUnanswered(address(broken), IPolicy.Action.Payout, weatherAdmin);
        expectPaidOut();
    }

    /// @dev A policy that no longer answers this escrow is one that is broken.
    function test_APolicyThatDoesNotKnowTheEscrowKeepsNothingIn() public {
        policy.removeCaller(address(escrow));
        expectNoDeposit("policy-unavailable");
        expectPaidOut();
    }

    function test_WhatStaysInTheEscrowIsNotAsked() public {
        IEscrow.TaskOrder memory order = orderOf(2);
        bytes32 taskId = escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order));
        order.nonce = 3;
        giveBalance(weatherAdmin, BUDGET);
        bytes32 other = escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order));
        escrow.setPolicy(IPolicy(address(new BrokenPolicy())));
        settle(settlementOf(taskId));
        vm.warp(block.timestamp + MAX_TASK + GRACE);
        escrow.reclaim(other);
        vm.startPrank(weatherAdmin);
        escrow.announceWithdrawal(1);
        escrow.cancel(9);
        vm.stopPrank();
    }

    /// @dev The policy spends, by an order of a batch, what is being paid out at this moment.
    function test_Attack_ReentrancyThroughThePolicy() public {
        SpendingPolicy spending = new SpendingPolicy(escrow, weatherAdmin);
        manager.grantRole(Roles.HOLDER, address(spending), 0);
        escrow.setPolicy(spending);
        uint256 before = token.balanceOf(address(escrow));
        vm.prank(weatherAdmin);
        vm.expectRevert(ARITHMETIC);
        escrow.withdraw();
        vm.assertEq(token.balanceOf(address(escrow)), before, "nothing left");
    }
}

contract BrokenPolicy {
    fallback() external {
        revert("broken");
    }
}

contract SpendingPolicy is IPolicy {
    IEscrow private immutable escrow;
    address private immutable victim;

    constructor(IEscrow escrow_, address victim_) {
        escrow = escrow_;
        victim = victim_;
    }

    function check(Action, address, address, uint256) external returns (bytes32) {
        IEscrow.Account memory account = escrow.accountOf(victim);
        IBatches.Debit[] memory debits = new IBatches.Debit[](1);
        debits[0] = IBatches.Debit(victim, 1, uint256(account.balance) + account.leaving);
        escrow.hold(debits, address(this), 0);
        return 0;
    }
}
