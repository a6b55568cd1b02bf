// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IResponsePlans} from "../src/interfaces/IResponsePlans.sol";
import {ResponsePlansBase} from "./ResponsePlansBase.sol";

contract ResponsePlansAttestTest is ResponsePlansBase {
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

    function test_AnAgentInJailAttestsNothingUntilItIsReleased() public {
        giveStake(weatherAgent, 3);
        for (uint256 fault = 1; fault <= 3; ++fault) {
            vm.prank(address(batches));
            penalties.impose(bytes32(fault), weatherAgent, 1, "evidence", healthAdmin);
            vm.warp(block.timestamp + APPEAL + 1);
            penalties.enforce(bytes32(fault), weatherAgent);
        }
        expectRefusal(
            WEATHER_WALLET_KEY,
            alertOf("alert"),
            weatherAgent,
            abi.encodeWithSelector(IResponsePlans.PlansAgentInactive.selector, weatherAgent)
        );
        vm.warp(block.timestamp + JAIL);
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
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
}
