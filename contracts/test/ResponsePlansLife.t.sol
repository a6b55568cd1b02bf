// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IResponsePlans} from "../src/interfaces/IResponsePlans.sol";
import {ResponsePlansBase} from "./ResponsePlansBase.sol";

contract ResponsePlansLifeTest is ResponsePlansBase {
    function test_APlanCoolsDownBetweenTasks() public {
        fire("first");
        uint256 cooledDown = block.timestamp + 6 hours;
        attest(WEATHER_WALLET_KEY, alertOf("second"), weatherAgent);
        IResponsePlans.Alert memory second = alertOf("second");
        expectRefusal(
            HEALTH_WALLET_KEY,
            second,
            healthAgent,
            abi.encodeWithSelector(IResponsePlans.PlansCoolingDown.selector, PLAN, cooledDown)
        );
        vm.warp(cooledDown);
        attest(HEALTH_WALLET_KEY, second, healthAgent);
        vm.assertEq(plans.fundsOf(PLAN), BUDGET, "both opened");
    }

    function test_APlanWithoutMoneySaysSoAndOpensOnceFunded() public {
        fire("first");
        vm.warp(block.timestamp + 6 hours);
        fire("second");
        vm.warp(block.timestamp + 6 hours);
        fire("third");
        vm.warp(block.timestamp + 6 hours);
        attest(WEATHER_WALLET_KEY, alertOf("fourth"), weatherAgent);
        bytes memory refusal =
            abi.encodeWithSelector(IResponsePlans.PlansFundsInsufficient.selector, PLAN, uint256(0), BUDGET);
        expectRefusal(HEALTH_WALLET_KEY, alertOf("fourth"), healthAgent, refusal);
        fund(BUDGET);
        attest(HEALTH_WALLET_KEY, alertOf("fourth"), healthAgent);
        vm.assertEq(plans.fundsOf(PLAN), 0, "opened");
    }

    function test_OnePlanDoesNotSpendAnothersMoney() public {
        IResponsePlans.Plan memory poor = planOf();
        poor.planId = "poor";
        poor.quorum = 1;
        plans.create(0, poor, attestorsOf());
        vm.assertEq(plans.fundsOf("poor"), 0, "poor, beside a rich one");
        current = "poor";
        expectRefusal(
            WEATHER_WALLET_KEY,
            alertOf("alert"),
            weatherAgent,
            abi.encodeWithSelector(IResponsePlans.PlansFundsInsufficient.selector, bytes32("poor"), uint256(0), BUDGET)
        );
    }

    function test_WhatATaskLeavesComesBackToItsPlan() public {
        bytes32 taskId = fire("alert");
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansTaskNotEnded.selector, taskId));
        plans.collect(taskId);
        settle(settlementOf(taskId));
        vm.expectEmit(address(plans));
        emit IResponsePlans.PlanCollected(PLAN, taskId, 50_000);
        vm.prank(stranger);
        plans.collect(taskId);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET + 50_000, "the refund");
        vm.assertEq(escrow.balanceOf(address(plans)), 2 * BUDGET + 50_000, "which is there");
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNothingToCollect.selector, taskId));
        plans.collect(taskId);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansTaskNotOurs.selector, bytes32("never")));
        plans.collect("never");
    }

    /// @dev A penalty is enforced only once nobody can appeal, which may be after the refund was collected.
    function test_APenaltyOnItsTaskComesBackToThePlanWhenItIsEnforced() public {
        bytes32 taskId = fire("alert");
        giveStake(healthAgent, 8);
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        withPenalty(settlement, healthAgent, 8);
        settle(settlement);
        plans.collect(taskId);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET + 50_000, "the refund at once");
        vm.warp(block.timestamp + APPEAL + 1);
        penalties.enforce(taskId, healthAgent);
        plans.collect(taskId);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET + 50_006, "the penalty later, less the treasury's part");
        vm.assertEq(escrow.balanceOf(address(plans)), 2 * BUDGET + 50_006, "which is there");
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNothingToCollect.selector, taskId));
        plans.collect(taskId);
    }

    function test_NothingOfALapsedPenaltyComesBack() public {
        bytes32 taskId = fire("alert");
        giveStake(healthAgent, 8);
        giveBalance(healthAdmin, APPEAL_BOND);
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        withPenalty(settlement, healthAgent, 8);
        settle(settlement);
        plans.collect(taskId);
        vm.prank(healthAdmin);
        penalties.appeal(taskId, healthAgent);
        vm.prank(arbiter);
        penalties.drop(taskId, healthAgent);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNothingToCollect.selector, taskId));
        plans.collect(taskId);
    }

    function test_AReclaimedBudgetComesBackToItsPlan() public {
        bytes32 taskId = fire("alert");
        vm.warp(block.timestamp + 1 hours + GRACE + 1);
        escrow.reclaim(taskId);
        plans.collect(taskId);
        vm.assertEq(plans.fundsOf(PLAN), 3 * BUDGET, "all of it");
    }

    function test_AClosedPlanOpensNothingAndReturnsItsMoney() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNotSponsor.selector, PLAN, stranger));
        plans.close(PLAN);
        bytes32 taskId = fire("alert");
        plans.close(PLAN);
        vm.assertEq(escrow.balanceOf(governor), 2 * BUDGET, "to its sponsor");
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansPlanExpired.selector, PLAN, block.timestamp);
        expectRefusal(WEATHER_WALLET_KEY, alertOf("later"), weatherAgent, refusal);

        vm.warp(block.timestamp + 1 hours + GRACE + 1);
        escrow.reclaim(taskId);
        plans.collect(taskId);
        vm.prank(stranger);
        plans.close(PLAN);
        vm.assertEq(escrow.balanceOf(governor), 3 * BUDGET, "what came late too, whoever asks");
        vm.assertEq(escrow.balanceOf(address(plans)), 0, "nothing is left");
    }

    function test_OnlyGovernanceOrADomainsAdminCreates() public {
        IResponsePlans.Plan memory plan = planOf();
        plan.planId = "own";
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNotAdmin.selector, bytes32(0), weatherAdmin));
        plans.create(0, plan, attestorsOf());
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNotAdmin.selector, HEALTH, weatherAdmin));
        plans.create(HEALTH, plan, attestorsOf());
        vm.prank(weatherAdmin);
        plans.create(WEATHER, plan, attestorsOf());
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansPlanExists.selector, bytes32("own")));
        plans.create(0, plan, attestorsOf());

        domains.suspend(WEATHER);
        plan.planId = "other";
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNotAdmin.selector, WEATHER, weatherAdmin));
        plans.create(WEATHER, plan, attestorsOf());
    }

    function test_AnUnsoundPlanIsRefused() public {
        IResponsePlans.Plan[11] memory unsound;
        for (uint256 i = 0; i < unsound.length; ++i) {
            unsound[i] = planOf();
            unsound[i].planId = "unsound";
        }
        unsound[0].planId = 0;
        unsound[1].specHash = 0;
        unsound[2].budget = 0;
        unsound[3].taskSeconds = 0;
        unsound[4].taskSeconds = MAX_TASK + 1;
        unsound[5].expires = uint64(block.timestamp);
        unsound[6].minSeverity = 5;
        unsound[7].minUrgency = 5;
        unsound[8].minCertainty = 5;
        unsound[9].quorum = 0;
        unsound[10].quorum = 4;
        for (uint256 i = 0; i < unsound.length; ++i) {
            vm.expectRevert(IResponsePlans.PlansPlanInvalid.selector);
            plans.create(0, unsound[i], attestorsOf());
        }
        uint256[] memory twice = new uint256[](2);
        (twice[0], twice[1]) = (weatherAgent, weatherAgent);
        IResponsePlans.Plan memory plan = planOf();
        plan.planId = "twice";
        vm.expectRevert(IResponsePlans.PlansPlanInvalid.selector);
        plans.create(0, plan, twice);
    }

    function test_APlanThatIsNotThereIsSaidSo() public {
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansPlanUnknown.selector, bytes32("none"));
        vm.expectRevert(refusal);
        plans.fund("none", 1);
        vm.expectRevert(refusal);
        plans.close("none");
        vm.expectRevert(refusal);
        plans.planOf("none");
        vm.expectRevert(refusal);
        plans.attest("none", alertOf("alert"), weatherAgent, "");
    }
}
