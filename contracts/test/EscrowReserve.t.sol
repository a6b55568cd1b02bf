// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {EscrowBase} from "./EscrowBase.sol";
import {Vm} from "./Vm.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract EscrowReserveTest is EscrowBase {
    function expectRefusal(IEscrow.TaskOrder memory order, bytes memory refusal) private {
        bytes memory signature = signOrder(WEATHER_ADMIN_KEY, order);
        vm.expectRevert(refusal);
        escrow.reserve(order, signature);
    }

    function test_AnyoneSendsAnOrderThatItsRequesterSigned() public {
        giveBalance(weatherAdmin, BUDGET + 1);
        IEscrow.TaskOrder memory order = orderOf(1);
        bytes memory signature = signOrder(WEATHER_ADMIN_KEY, order);
        vm.expectEmit(address(escrow));
        emit IEscrow.TaskFunded(escrow.taskIdOf(order), weatherAdmin, BUDGET, order.deadline);
        vm.prank(stranger);
        bytes32 taskId = escrow.reserve(order, signature);

        vm.assertEq(taskId, escrow.taskIdOf(order), "taskId");
        vm.assertEq(escrow.balanceOf(weatherAdmin), 1, "left");
        IEscrow.Task memory task = escrow.taskOf(taskId);
        vm.assertEq(task.requester, weatherAdmin, "requester");
        vm.assertEq(task.budget, BUDGET, "budget");
        vm.assertTrue(task.status == IEscrow.Status.Funded, "funded");
    }

    function test_ADomainWithAContractForItsAdminOrdersByErc1271() public {
        ContractWallet admin = new ContractWallet(vm.addr(0xD1));
        domains.replaceAdmin(WEATHER, address(admin));
        giveBalance(address(admin), BUDGET);
        IEscrow.TaskOrder memory order = orderOf(1);
        order.requester = address(admin);
        bytes memory forged = signOrder(WEATHER_ADMIN_KEY, order);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowSignatureInvalid.selector, address(admin)));
        escrow.reserve(order, forged);
        escrow.reserve(order, signOrder(0xD1, order));
        vm.assertEq(escrow.balanceOf(address(admin)), 0, "reserved");
    }

    function test_AnOrderCannotBeReplayed() public {
        openTask(1);
        giveBalance(weatherAdmin, BUDGET);
        expectRefusal(orderOf(1), abi.encodeWithSelector(IEscrow.EscrowNonceSpent.selector, weatherAdmin, 1));
        IEscrow.TaskOrder memory other = orderOf(1);
        other.inputHash = "another input";
        expectRefusal(other, abi.encodeWithSelector(IEscrow.EscrowNonceSpent.selector, weatherAdmin, 1));
    }

    function test_Attack_ReplayWithoutChainId() public {
        giveBalance(weatherAdmin, BUDGET);
        IEscrow.TaskOrder memory order = orderOf(1);
        bytes memory signature = signOrder(WEATHER_ADMIN_KEY, order);
        vm.chainId(block.chainid + 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowSignatureInvalid.selector, weatherAdmin));
        escrow.reserve(order, signature);
    }

    function test_ACancelledOrderOpensNothing() public {
        giveBalance(weatherAdmin, BUDGET);
        vm.expectEmit(address(escrow));
        emit IEscrow.NonceSpent(weatherAdmin, 1);
        vm.expectEmit(address(escrow));
        emit IEscrow.OrderCancelled(weatherAdmin, 1, uint64(block.timestamp) + NOTICE);
        vm.prank(weatherAdmin);
        escrow.cancel(1);
        vm.assertTrue(escrow.isNonceSpent(weatherAdmin, 1), "spent");
        vm.assertFalse(escrow.isNonceSpent(weatherAdmin, 2), "its neighbour is not");
        vm.assertFalse(escrow.isNonceSpent(healthAdmin, 1), "nor another's");
        expectRefusal(orderOf(1), abi.encodeWithSelector(IEscrow.EscrowNonceSpent.selector, weatherAdmin, 1));
        vm.warp(block.timestamp + NOTICE);
        expectRefusal(orderOf(1), abi.encodeWithSelector(IEscrow.EscrowNonceSpent.selector, weatherAdmin, 1));
    }

    /// @dev Batches judge by voidFrom, so it may neither come earlier than the notice, nor be moved.
    function test_ACancelledOrderIsVoidForBatchesANoticeLaterAndNeverElse() public {
        vm.assertEq(escrow.voidFrom(weatherAdmin, 1), 0, "good");
        vm.prank(weatherAdmin);
        escrow.cancel(1);
        uint256 voidFrom = block.timestamp + NOTICE;
        vm.assertEq(escrow.voidFrom(weatherAdmin, 1), voidFrom, "void a notice later");
        vm.assertEq(escrow.voidFrom(weatherAdmin, 2), 0, "its neighbour is good");
        vm.assertEq(escrow.voidFrom(healthAdmin, 1), 0, "and so is another's");

        vm.warp(block.timestamp + 1 hours);
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNonceSpent.selector, weatherAdmin, 1));
        escrow.cancel(1);
        vm.assertEq(escrow.voidFrom(weatherAdmin, 1), voidFrom, "once and for all");
    }

    function test_AnOrderThatWasReservedIsPastCancelling() public {
        openTask(1);
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNonceSpent.selector, weatherAdmin, 1));
        escrow.cancel(1);
        vm.assertEq(escrow.voidFrom(weatherAdmin, 1), 0, "not void");
    }

    function test_NobodySpendsAnothersBudget() public {
        giveBalance(weatherAdmin, BUDGET);
        IEscrow.TaskOrder memory order = orderOf(1);
        bytes memory byAnother = signOrder(HEALTH_ADMIN_KEY, order);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowSignatureInvalid.selector, weatherAdmin));
        escrow.reserve(order, byAnother);

        order.domainId = HEALTH;
        expectRefusal(order, abi.encodeWithSelector(IEscrow.EscrowNotAdmin.selector, HEALTH, weatherAdmin));
    }

    function test_ASuspendedDomainOrdersNothing() public {
        giveBalance(weatherAdmin, BUDGET);
        domains.suspend(WEATHER);
        expectRefusal(orderOf(1), abi.encodeWithSelector(IEscrow.EscrowDomainInactive.selector, WEATHER));
    }

    function test_Attack_TokenSwappedBetweenQuoteAndFund() public {
        giveBalance(weatherAdmin, BUDGET);
        IEscrow.TaskOrder memory order = orderOf(1);
        order.token = stranger;
        expectRefusal(order, abi.encodeWithSelector(IEscrow.EscrowTokenForeign.selector, stranger));
    }

    function test_ADeadlineIsInTheFutureAndNotAnAgeAway() public {
        giveBalance(weatherAdmin, BUDGET);
        IEscrow.TaskOrder memory order = orderOf(1);
        order.deadline = uint64(block.timestamp);
        expectRefusal(order, abi.encodeWithSelector(IEscrow.EscrowDeadlinePassed.selector, order.deadline));
        order.deadline = uint64(block.timestamp) + MAX_TASK + 1;
        expectRefusal(order, abi.encodeWithSelector(IEscrow.EscrowDeadlineTooFar.selector, order.deadline));
    }

    function testFuzz_NoTaskWithoutItsMoney(uint128 balance, uint256 budget) public {
        if (balance > 0) giveBalance(weatherAdmin, balance);
        IEscrow.TaskOrder memory order = orderOf(1);
        order.budget = bound(budget, uint256(balance) + 1, type(uint256).max);
        expectRefusal(
            order,
            abi.encodeWithSelector(
                IEscrow.EscrowBalanceInsufficient.selector, weatherAdmin, uint256(balance), order.budget
            )
        );
        order.budget = 0;
        expectRefusal(order, abi.encodeWithSelector(IEscrow.EscrowAmountZero.selector));
    }

    function test_ARequestIdCannotBeSquattedOn() public {
        giveBalance(stranger, BUDGET);
        bytes32 taskId = escrow.taskIdOf(orderOf(1));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        escrow.reserveFor(taskId, BUDGET, uint64(block.timestamp) + 1 hours);
    }

    function test_AnOpenerSpendsItsOwnBalanceAndEachIdOnce() public {
        giveBalance(address(plans), BUDGET);
        vm.startPrank(address(plans));
        escrow.reserveFor("task", BUDGET / 2, uint64(block.timestamp) + 1 hours);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowTaskExists.selector, bytes32("task")));
        escrow.reserveFor("task", BUDGET / 2, uint64(block.timestamp) + 1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, address(plans), BUDGET / 2, BUDGET)
        );
        escrow.reserveFor("other", BUDGET, uint64(block.timestamp) + 1 hours);
        vm.stopPrank();
    }

    function test_WhoseTheTreasuryIsIsSaidFromTheFoundingOn() public {
        vm.recordLogs();
        Escrow made = new Escrow(address(manager), escrowConfig());
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 said = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(made) || logs[i].topics[0] != IEscrow.TreasuryChanged.selector) continue;
            vm.assertEq(logs[i].topics[1], bytes32(uint256(uint160(treasury))), "the treasury");
            ++said;
        }
        vm.assertEq(said, 1, "said once");
    }

    function test_AStakeOutlastsAnyTaskOrTheEscrowIsNotMade() public {
        Escrow.Config memory config = escrowConfig();
        config.penalties.unbondSeconds = MAX_TASK + GRACE;
        vm.expectRevert(IEscrow.EscrowConfigInvalid.selector);
        new Escrow(address(manager), config);
        config = escrowConfig();
        config.treasury = address(0);
        vm.expectRevert(IEscrow.EscrowConfigInvalid.selector);
        new Escrow(address(manager), config);
        config = escrowConfig();
        config.maxFeeBps = 10_001;
        vm.expectRevert(IEscrow.EscrowConfigInvalid.selector);
        new Escrow(address(manager), config);
    }
}
