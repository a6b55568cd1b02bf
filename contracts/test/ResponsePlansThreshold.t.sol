// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IResponsePlans} from "../src/interfaces/IResponsePlans.sol";
import {ResponsePlansBase} from "./ResponsePlansBase.sol";

contract ResponsePlansThresholdTest is ResponsePlansBase {
    function openLoosePlan(bytes32 eventKind, bytes32 area) private {
        IResponsePlans.Plan memory plan = planOf();
        (plan.planId, plan.eventKind, plan.area) = ("loose", eventKind, area);
        plan.quorum = 1;
        plan.cooldownSeconds = 0;
        (plan.minSeverity, plan.minUrgency, plan.minCertainty) = (0, 0, 0);
        plans.create(0, plan, attestorsOf());
        current = "loose";
        fund(2 * BUDGET);
    }

    /// @dev Every alert of known ordinals opens a task if and only if each is at its threshold or above.
    function testFuzz_AnAlertOpensIfEachOrdinalReachesItsThreshold(uint8[3] calldata least, uint8[3] calldata ordinals)
        public
    {
        IResponsePlans.Plan memory plan = planOf();
        (plan.planId, plan.quorum) = ("fuzzed", 1);
        (plan.minSeverity, plan.minUrgency, plan.minCertainty) = (least[0] % 5, least[1] % 5, least[2] % 5);
        plans.create(0, plan, attestorsOf());
        current = "fuzzed";
        fund(BUDGET);
        IResponsePlans.Alert memory alert = alertOf("alert");
        (alert.severity, alert.urgency, alert.certainty) = (ordinals[0] % 5, ordinals[1] % 5, ordinals[2] % 5);
        bool reached = alert.severity >= plan.minSeverity && alert.urgency >= plan.minUrgency
            && alert.certainty >= plan.minCertainty;
        bytes memory signature = signAlert(WEATHER_WALLET_KEY, alert, weatherAgent);
        try plans.attest(current, alert, weatherAgent, signature) {
            vm.assertTrue(reached, "opened below a threshold");
            vm.assertEq(plans.fundsOf("fuzzed"), 0, "opened");
        } catch {
            vm.assertFalse(reached, "refused at its threshold");
        }
    }

    function testFuzz_OrdinalsThatCapDoesNotKnowAreRefused(uint8 ordinal) public {
        ordinal = uint8(bound(ordinal, 5, type(uint8).max));
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansOrdinalUnknown.selector);
        IResponsePlans.Alert[3] memory unknown = [alertOf("alert"), alertOf("alert"), alertOf("alert")];
        (unknown[0].severity, unknown[1].urgency, unknown[2].certainty) = (ordinal, ordinal, ordinal);
        for (uint256 i = 0; i < unknown.length; ++i) {
            expectRefusal(WEATHER_WALLET_KEY, unknown[i], weatherAgent, refusal);
        }
    }

    function testFuzz_APlanForAnyKindAndAreaAnswersEach(bytes32 eventKind, bytes32 area) public {
        openLoosePlan(0, 0);
        IResponsePlans.Alert memory alert = alertOf("alert");
        (alert.eventKind, alert.area) = (eventKind, area);
        (alert.severity, alert.urgency, alert.certainty) = (0, 0, 0);
        attest(WEATHER_WALLET_KEY, alert, weatherAgent);
        vm.assertEq(plans.fundsOf("loose"), BUDGET, "opened");
    }

    function testFuzz_APlanForOneKindAndAreaAnswersNoOther(bytes32 eventKind, bytes32 area) public {
        vm.assume(eventKind != "hurricane" && area != "gulf");
        IResponsePlans.Alert memory alert = alertOf("alert");
        alert.area = area;
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansAreaForeign.selector, area, bytes32("gulf"));
        expectRefusal(WEATHER_WALLET_KEY, alert, weatherAgent, refusal);
        alert.eventKind = eventKind;
        refusal = abi.encodeWithSelector(IResponsePlans.PlansEventKindForeign.selector, eventKind, bytes32("hurricane"));
        expectRefusal(WEATHER_WALLET_KEY, alert, weatherAgent, refusal);
    }

    function test_AnAlertHoldsUntilItsLastSecondAndAPlanDoesNot() public {
        openLoosePlan("hurricane", "gulf");
        uint64 expires = plans.planOf("loose").expires;
        vm.warp(expires - 1);
        IResponsePlans.Alert memory alert = alertOf("alert");
        alert.validUntil = uint64(block.timestamp);
        attest(WEATHER_WALLET_KEY, alert, weatherAgent);
        vm.assertEq(plans.fundsOf("loose"), BUDGET, "opened in both last seconds");
        vm.warp(expires);
        bytes memory refusal =
            abi.encodeWithSelector(IResponsePlans.PlansPlanExpired.selector, bytes32("loose"), expires);
        expectRefusal(WEATHER_WALLET_KEY, alertOf("later"), weatherAgent, refusal);
    }

    function test_APlanCoolsDownToTheSecond() public {
        fire("first");
        attest(WEATHER_WALLET_KEY, alertOf("second"), weatherAgent);
        IResponsePlans.Alert memory second = alertOf("second");
        uint256 cooledDown = block.timestamp + 6 hours;
        vm.warp(cooledDown - 1);
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansCoolingDown.selector, PLAN, cooledDown);
        expectRefusal(HEALTH_WALLET_KEY, second, healthAgent, refusal);
        vm.warp(cooledDown);
        attest(HEALTH_WALLET_KEY, second, healthAgent);
        vm.assertEq(plans.fundsOf(PLAN), BUDGET, "opened");
    }

    function test_APlanWithoutCooldownAnswersTwoAlertsAtOnce() public {
        openLoosePlan("hurricane", "gulf");
        attest(WEATHER_WALLET_KEY, alertOf("first"), weatherAgent);
        attest(HEALTH_WALLET_KEY, alertOf("second"), healthAgent);
        vm.assertEq(plans.fundsOf("loose"), 0, "both opened");
    }

    /// @dev Three domains, a quorum of one: the second and the third find the task there.
    function test_Attack_AnAlertAttestedOverAndOverSpendsOneBudget() public {
        openLoosePlan("hurricane", "gulf");
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        attest(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent);
        for (uint8 certainty = 0; certainty < 3; ++certainty) {
            IResponsePlans.Alert memory again = alertOf("alert");
            again.certainty = certainty;
            attest(WEATHER_WALLET_KEY, again, weatherAgent);
            attest(HEALTH_SECOND_KEY, again, healthSecond);
        }
        vm.assertEq(plans.fundsOf("loose"), BUDGET, "one budget");
    }
}
