// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {EscrowBase} from "./EscrowBase.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @notice Accounts: into them at any time, out of them with notice, and what is announced can still be spent by batches.
/// Batches are played by `holder`, an account with their role.
contract EscrowAccountsTest is EscrowBase {
    address private immutable holder = address(0x401D);

    function setUp() public override {
        super.setUp();
        manager.grantRole(Roles.HOLDER, holder, 0);
    }

    function hold(address requester, uint256 amount) private {
        IBatches.Debit[] memory debits = new IBatches.Debit[](1);
        debits[0] = IBatches.Debit(requester, 1, amount);
        vm.prank(holder);
        escrow.hold(debits, settler, 0);
    }

    function announce(address account, uint256 amount) private {
        vm.prank(account);
        escrow.announceWithdrawal(amount);
    }

    function expectHeld(address account, uint256 balance, uint256 leaving) private view {
        IEscrow.Account memory held = escrow.accountOf(account);
        vm.assertEq(held.balance, balance, "balance");
        vm.assertEq(held.leaving, leaving, "leaving");
        vm.assertEq(escrow.balanceOf(account), balance, "balanceOf");
    }

    function test_DepositsAreOfRealMoneyForRealAccounts() public {
        vm.expectRevert(IEscrow.EscrowAccountZero.selector);
        escrow.deposit(address(0), 1);
        vm.expectRevert(IEscrow.EscrowAmountZero.selector);
        escrow.deposit(stranger, 0);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(escrow), 0, 1));
        escrow.deposit(stranger, 1);
        vm.assertEq(escrow.balanceOf(stranger), 0, "a deposit that was not paid is none");
    }

    function testFuzz_DepositsAreWithdrawnToTheUnit(uint128 amount, uint128 part) public {
        vm.assume(amount > 0);
        giveBalance(stranger, amount);
        part = uint128(bound(part, 1, amount));
        uint64 leavesAt = uint64(block.timestamp) + NOTICE;
        vm.expectEmit(address(escrow));
        emit IEscrow.WithdrawalAnnounced(stranger, part, leavesAt);
        announce(stranger, part);
        expectHeld(stranger, amount - part, part);
        vm.assertEq(escrow.accountOf(stranger).leavesAt, leavesAt, "leavesAt");

        vm.warp(leavesAt);
        vm.expectEmit(address(escrow));
        emit IEscrow.Withdrawn(stranger, part);
        vm.prank(stranger);
        escrow.withdraw();
        vm.assertEq(token.balanceOf(stranger), part, "paid");
        expectHeld(stranger, amount - part, 0);
    }

    function testFuzz_NobodyAnnouncesMoreThanThereIs(uint128 amount, uint256 more) public {
        if (amount > 0) giveBalance(stranger, amount);
        more = bound(more, uint256(amount) + 1, type(uint256).max);
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, stranger, uint256(amount), more)
        );
        escrow.announceWithdrawal(more);
        vm.prank(stranger);
        vm.expectRevert(IEscrow.EscrowAmountZero.selector);
        escrow.announceWithdrawal(0);
    }

    function testFuzz_NothingLeavesBeforeTheNoticeIsOver(uint256 waited) public {
        giveBalance(stranger, 100);
        announce(stranger, 100);
        uint64 leavesAt = uint64(block.timestamp) + NOTICE;
        vm.warp(bound(waited, block.timestamp, leavesAt - 1));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNoticeRunning.selector, stranger, leavesAt));
        escrow.withdraw();
    }

    function test_Attack_MoneyLeavesOnAStaleNotice() public {
        giveBalance(stranger, 100);
        announce(stranger, 1);
        vm.warp(block.timestamp + NOTICE);
        announce(stranger, 99);
        uint64 leavesAt = uint64(block.timestamp) + NOTICE;
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNoticeRunning.selector, stranger, leavesAt));
        escrow.withdraw();
        vm.warp(leavesAt);
        vm.prank(stranger);
        escrow.withdraw();
        vm.assertEq(token.balanceOf(stranger), 100, "both, once the later notice is over");
    }

    function test_WhatWasWithdrawnIsNotWithdrawnAgain() public {
        giveBalance(stranger, 100);
        giveBalance(weatherAdmin, 100);
        takeOut(stranger, 60);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNothingLeaving.selector, stranger));
        escrow.withdraw();
        vm.assertEq(token.balanceOf(stranger), 60, "once");
    }

    function test_WhatIsLeavingReservesNothing() public {
        giveBalance(weatherAdmin, BUDGET);
        announce(weatherAdmin, 1);
        IEscrow.TaskOrder memory order = orderOf(1);
        bytes memory signature = signOrder(WEATHER_ADMIN_KEY, order);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, weatherAdmin, BUDGET - 1, BUDGET)
        );
        escrow.reserve(order, signature);
    }

    function testFuzz_BatchesSpendTheBalanceFirstThenWhatIsLeaving(uint128 balance, uint128 leaving, uint256 spent)
        public
    {
        balance = uint128(bound(balance, 0, type(uint120).max));
        leaving = uint128(bound(leaving, 1, type(uint120).max));
        giveBalance(weatherAdmin, uint256(balance) + leaving);
        announce(weatherAdmin, leaving);
        uint256 all = uint256(balance) + leaving;
        spent = bound(spent, 0, all);
        hold(weatherAdmin, spent);

        uint256 left = spent <= balance ? leaving : all - spent;
        expectHeld(weatherAdmin, spent <= balance ? balance - spent : 0, left);
        vm.assertEq(escrow.held(), spent, "held");
        vm.warp(block.timestamp + NOTICE);
        if (left == 0) return;
        vm.prank(weatherAdmin);
        escrow.withdraw();
        vm.assertEq(token.balanceOf(weatherAdmin), left, "what orders left of it");
    }

    /// @dev The agent works on a signed order; its requester tries to be gone with the money before the batch.
    function test_Attack_RequesterEmptiesItsAccountWhileItsOrderIsWorkedOn() public {
        giveBalance(weatherAdmin, BUDGET);
        announce(weatherAdmin, BUDGET);
        vm.warp(block.timestamp + NOTICE - 1);
        hold(weatherAdmin, BUDGET);
        vm.warp(block.timestamp + 1);
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNothingLeaving.selector, weatherAdmin));
        escrow.withdraw();
    }

    function testFuzz_ABatchTakesNoMoreThanThereIs(uint120 balance, uint120 leaving, uint256 more) public {
        uint256 all = uint256(balance) + leaving;
        if (all > 0) giveBalance(weatherAdmin, all);
        giveBalance(stranger, 1);
        if (leaving > 0) announce(weatherAdmin, leaving);
        more = bound(more, all + 1, type(uint256).max);
        IBatches.Debit[] memory debits = new IBatches.Debit[](1);
        debits[0] = IBatches.Debit(weatherAdmin, 1, more);
        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, weatherAdmin, all, more));
        escrow.hold(debits, settler, 0);
    }

    /// @dev A bond is risked, not ordered: what its owner announced to leave is not taken for it.
    function test_ABondComesOutOfTheBalanceAlone() public {
        giveBalance(settler, 100);
        announce(settler, 60);
        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, settler, 40, 41));
        escrow.hold(new IBatches.Debit[](0), settler, 41);
        vm.prank(holder);
        escrow.hold(new IBatches.Debit[](0), settler, 40);
        expectHeld(settler, 0, 60);
        vm.prank(holder);
        escrow.unhold(settler, 40);
        expectHeld(settler, 40, 60);
        vm.assertEq(escrow.held(), 0, "held");
    }

    function test_ABatchEndsInEarningsAndFees() public {
        giveBalance(weatherAdmin, BUDGET);
        hold(weatherAdmin, BUDGET);
        vm.expectEmit(address(escrow));
        emit IEscrow.EarningsAnchored("root", 2, 900_000);
        vm.prank(holder);
        escrow.conclude("root", 2, 900_000, 100_000);
        vm.assertEq(escrow.held(), 0, "held");
        vm.assertEq(escrow.pool(), 900_000, "pool");
        vm.assertEq(escrow.balanceOf(treasury), 100_000, "fees");
    }

    function test_OnlyOurOwnContractsHoldOrReleaseMoney() public {
        giveBalance(weatherAdmin, BUDGET);
        bytes[4] memory calls = [
            abi.encodeCall(escrow.hold, (new IBatches.Debit[](0), weatherAdmin, 1)),
            abi.encodeCall(escrow.unhold, (settler, 1)),
            abi.encodeCall(escrow.conclude, ("root", 1, 1, 0)),
            abi.encodeCall(escrow.release, (settler, 1))
        ];
        address[2] memory callers = [stranger, settler];
        for (uint256 i = 0; i < calls.length * callers.length; ++i) {
            address caller = callers[i % 2];
            vm.prank(caller);
            (bool done, bytes memory reason) = address(escrow).call(calls[i / 2]);
            vm.assertFalse(done, "refused");
            vm.assertEq(
                reason, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller), "why"
            );
        }
        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNotSettler.selector, holder));
        escrow.creditPenalty("task", holder, 1, 1);
    }

    function test_AnOpenerReleasesItsOwnBalanceAtOnce() public {
        giveBalance(address(plans), 100);
        vm.startPrank(address(plans));
        vm.expectRevert(IEscrow.EscrowAccountZero.selector);
        escrow.release(address(0), 60);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, address(plans), 100, 101));
        escrow.release(stranger, 101);
        vm.expectEmit(address(escrow));
        emit IEscrow.BalanceReleased(address(plans), stranger, 60);
        escrow.release(stranger, 60);
        vm.stopPrank();
        expectHeld(address(plans), 40, 0);
        expectHeld(stranger, 60, 0);
    }
}
