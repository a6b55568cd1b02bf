// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IResponsePlans} from "../src/interfaces/IResponsePlans.sol";
import {EscrowBase} from "./EscrowBase.sol";

contract ResponsePlansTest is EscrowBase {
    bytes32 private constant PLAN = "hurricane";
    uint256 private constant HEALTH_SECOND_KEY = 0xB3;

    uint256 private healthSecond;
    /// @dev The plan that `attest` and its kin speak of.
    bytes32 private current = PLAN;

    function setUp() public override {
        super.setUp();
        healthSecond = enrolAgent(HEALTH, healthAdmin, HEALTH_SECOND_KEY);
        plans.create(0, planOf(), attestorsOf());
        fund(3 * BUDGET);
    }

    /// @dev Severe, Expected, Likely or more, by two domains.
    function planOf() private view returns (IResponsePlans.Plan memory) {
        return IResponsePlans.Plan({
            planId: PLAN,
            specHash: "spec",
            eventKind: "hurricane",
            minSeverity: 3,
            minUrgency: 3,
            minCertainty: 3,
            area: "gulf",
            quorum: 2,
            cooldownSeconds: 6 hours,
            expires: uint64(block.timestamp) + 365 days,
            budget: BUDGET,
            taskSeconds: 1 hours,
            approver: governor
        });
    }

    function attestorsOf() private view returns (uint256[] memory attestors) {
        attestors = new uint256[](3);
        (attestors[0], attestors[1], attestors[2]) = (weatherAgent, healthAgent, healthSecond);
    }

    function alertOf(bytes32 alertHash) private view returns (IResponsePlans.Alert memory) {
        return IResponsePlans.Alert({
            alertHash: alertHash,
            eventKind: "hurricane",
            severity: 4,
            urgency: 3,
            certainty: 3,
            area: "gulf",
            validUntil: uint64(block.timestamp) + 1 days
        });
    }

    function fund(uint256 amount) private {
        token.mint(address(this), amount);
        token.approve(address(plans), amount);
        plans.fund(current, amount);
    }

    function signAlert(uint256 key, IResponsePlans.Alert memory alert, uint256 agentId)
        private
        view
        returns (bytes memory)
    {
        bytes memory head = abi.encode(
            keccak256(
                "Attestation(bytes32 planId,bytes32 alertHash,bytes32 eventKind,uint8 severity,uint8 urgency,uint8 certainty,bytes32 area,uint64 validUntil,uint256 agentId)"
            ),
            current,
            alert.alertHash,
            alert.eventKind,
            alert.severity,
            alert.urgency
        );
        return
            sign(key, keccak256(bytes.concat(head, abi.encode(alert.certainty, alert.area, alert.validUntil, agentId))));
    }

    function attest(uint256 key, IResponsePlans.Alert memory alert, uint256 agentId) private {
        bytes memory signature = signAlert(key, alert, agentId);
        vm.prank(stranger);
        plans.attest(current, alert, agentId, signature);
    }

    function expectRefusal(uint256 key, IResponsePlans.Alert memory alert, uint256 agentId, bytes memory refusal)
        private
    {
        bytes memory signature = signAlert(key, alert, agentId);
        vm.expectRevert(refusal);
        plans.attest(current, alert, agentId, signature);
    }

    /// @dev Both domains attest.
    function fire(bytes32 alertHash) private returns (bytes32 taskId) {
        attest(WEATHER_WALLET_KEY, alertOf(alertHash), weatherAgent);
        attest(HEALTH_WALLET_KEY, alertOf(alertHash), healthAgent);
        return plans.taskIdOf(PLAN, alertHash);
    }

    function test_AQuorumOfDomainsOpensTheTask() public {
        vm.expectEmit(address(plans));
        emit IResponsePlans.Attested(PLAN, "alert", weatherAgent, 1, 2);
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        bytes32 taskId = keccak256(abi.encode(block.chainid, address(plans), PLAN, bytes32("alert")));
        vm.assertTrue(escrow.taskOf(taskId).status == IEscrow.Status.None, "one is not enough");

        uint64 deadline = uint64(block.timestamp) + 1 hours;
        vm.expectEmit(address(plans));
        emit IResponsePlans.TaskOpened(taskId, PLAN, "alert", "spec", BUDGET, deadline, governor);
        vm.expectEmit(address(escrow));
        emit IEscrow.TaskFunded(taskId, address(plans), BUDGET, deadline);
        attest(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET, "funds");
        vm.assertEq(escrow.balanceOf(address(plans)), 2 * BUDGET, "balance");
    }

    function test_OneDomainIsNotAQuorumHoweverManyAgentsItHas() public {
        attest(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent);
        expectRefusal(
            HEALTH_SECOND_KEY,
            alertOf("alert"),
            healthSecond,
            abi.encodeWithSelector(IResponsePlans.PlansDomainAttested.selector, HEALTH)
        );
        vm.assertEq(plans.countOf(PLAN, alertOf("alert")), 1, "count");
    }

    /// @dev Each of the facts in turn is another for the second attestor.
    function test_DomainsAreCountedTogetherOnlyForTheVerySameFacts() public {
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        IResponsePlans.Alert[4] memory others = [alertOf("alert"), alertOf("alert"), alertOf("alert"), alertOf("alert")];
        others[0].severity = 3;
        others[1].urgency = 4;
        others[2].certainty = 4;
        others[3].validUntil += 1;
        for (uint256 i = 0; i < others.length; ++i) {
            attest(HEALTH_WALLET_KEY, others[i], healthAgent);
        }
        vm.assertEq(plans.fundsOf(PLAN), 3 * BUDGET, "nothing opened");
        attest(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET, "opened");
    }

    function test_OneAlertOpensOneTaskEver() public {
        bytes32 taskId = fire("alert");
        vm.warp(block.timestamp + 12 hours);
        // Other facts under the same hash, by the same domains: another tally, but the same task.
        IResponsePlans.Alert memory again = alertOf("alert");
        again.severity = 3;
        attest(WEATHER_WALLET_KEY, again, weatherAgent);
        attest(HEALTH_WALLET_KEY, again, healthAgent);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET, "one budget");
        vm.warp(block.timestamp + GRACE);
        escrow.reclaim(taskId);
        again.severity = 4;
        again.validUntil = uint64(block.timestamp) + 1 days;
        attest(WEATHER_WALLET_KEY, again, weatherAgent);
        attest(HEALTH_WALLET_KEY, again, healthAgent);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET, "not even once it ended");
    }

    function test_ALaterAttestationIsRecordedAndOpensNothing() public {
        uint256 police = enrolPolice();
        uint256[] memory attestors = new uint256[](4);
        (attestors[0], attestors[1], attestors[2], attestors[3]) = (weatherAgent, healthAgent, healthSecond, police);
        IResponsePlans.Plan memory plan = planOf();
        plans.close(PLAN);
        plan.quorum = 1;
        current = "wide";
        plan.planId = current;
        plans.create(0, plan, attestors);
        fund(2 * BUDGET);
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        vm.expectEmit(address(plans));
        emit IResponsePlans.Attested("wide", "alert", police, 2, 1);
        attest(0xB4, alertOf("alert"), police);
        vm.assertEq(plans.fundsOf("wide"), BUDGET, "one budget");
    }

    function enrolPolice() private returns (uint256) {
        domains.admit("police", stranger, "Police");
        return enrolAgent("police", stranger, 0xB4);
    }

    function test_EachThresholdSaysWhatItAsks() public {
        IResponsePlans.Alert memory alert = alertOf("alert");
        alert.severity = 2;
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansSeverityBelowThreshold.selector, 2, 3);
        expectRefusal(WEATHER_WALLET_KEY, alert, weatherAgent, refusal);
        alert = alertOf("alert");
        alert.urgency = 1;
        refusal = abi.encodeWithSelector(IResponsePlans.PlansUrgencyBelowThreshold.selector, 1, 3);
        expectRefusal(WEATHER_WALLET_KEY, alert, weatherAgent, refusal);
        alert = alertOf("alert");
        alert.certainty = 0;
        refusal = abi.encodeWithSelector(IResponsePlans.PlansCertaintyBelowThreshold.selector, 0, 3);
        expectRefusal(WEATHER_WALLET_KEY, alert, weatherAgent, refusal);
    }

    function test_AnAlertOfAnotherKindOrPlaceOpensNothing() public {
        IResponsePlans.Alert memory alert = alertOf("alert");
        alert.eventKind = "flood";
        bytes memory refusal = abi.encodeWithSelector(
            IResponsePlans.PlansEventKindForeign.selector, bytes32("flood"), bytes32("hurricane")
        );
        expectRefusal(WEATHER_WALLET_KEY, alert, weatherAgent, refusal);
        alert = alertOf("alert");
        alert.area = "coast";
        refusal = abi.encodeWithSelector(IResponsePlans.PlansAreaForeign.selector, bytes32("coast"), bytes32("gulf"));
        expectRefusal(WEATHER_WALLET_KEY, alert, weatherAgent, refusal);
        alert = alertOf("alert");
        alert.severity = 5;
        expectRefusal(
            WEATHER_WALLET_KEY, alert, weatherAgent, abi.encodeWithSelector(IResponsePlans.PlansOrdinalUnknown.selector)
        );
    }

    function test_AnExpiredAlertOrPlanOpensNothing() public {
        IResponsePlans.Alert memory alert = alertOf("alert");
        alert.validUntil = uint64(block.timestamp) - 1;
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansAlertExpired.selector, alert.validUntil);
        expectRefusal(WEATHER_WALLET_KEY, alert, weatherAgent, refusal);

        uint64 expires = plans.planOf(PLAN).expires;
        vm.warp(expires);
        refusal = abi.encodeWithSelector(IResponsePlans.PlansPlanExpired.selector, PLAN, expires);
        expectRefusal(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent, refusal);
    }

    function test_OnlyListedActiveAgentsAttestWithTheirWallet() public {
        uint256 police = enrolPolice();
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansNotAttestor.selector, PLAN, police);
        expectRefusal(0xB4, alertOf("alert"), police, refusal);

        refusal = abi.encodeWithSelector(IResponsePlans.PlansSignatureInvalid.selector, weatherAgent);
        expectRefusal(WEATHER_ADMIN_KEY, alertOf("alert"), weatherAgent, refusal);
        bytes memory ofAnother = signAlert(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent);
        vm.expectRevert(refusal);
        plans.attest(PLAN, alertOf("alert"), weatherAgent, ofAnother);

        domains.suspend(WEATHER);
        refusal = abi.encodeWithSelector(IResponsePlans.PlansAgentInactive.selector, weatherAgent);
        expectRefusal(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent, refusal);
    }

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
        giveStake(healthAgent, 7);
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        withPenalty(settlement, healthAgent, 7);
        settle(settlement);
        vm.prank(stranger);
        plans.collect(taskId);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET + 50_007, "refund and penalty");
        vm.assertEq(escrow.balanceOf(address(plans)), 2 * BUDGET + 50_007, "which is there");
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansTaskNotOurs.selector, taskId));
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
