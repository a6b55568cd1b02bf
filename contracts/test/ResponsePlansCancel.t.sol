// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IResponsePlans} from "../src/interfaces/IResponsePlans.sol";
import {ResponsePlansBase} from "./ResponsePlansBase.sol";

contract ResponsePlansCancelTest is ResponsePlansBase {
    function signCancellation(uint256 key, bytes32 planId, bytes32 alertHash, bytes32 cancelHash, uint256 agentId)
        private
        view
        returns (bytes memory)
    {
        bytes32 typeHash =
            keccak256("AlertCancellation(bytes32 planId,bytes32 alertHash,bytes32 cancelHash,uint256 agentId)");
        return sign(key, keccak256(abi.encode(typeHash, planId, alertHash, cancelHash, agentId)));
    }

    function cancel(uint256 key, bytes32 cancelHash, uint256 agentId) private {
        bytes memory signature = signCancellation(key, PLAN, "alert", cancelHash, agentId);
        vm.prank(stranger);
        plans.cancel(PLAN, "alert", cancelHash, agentId, signature);
    }

    function cancelByBoth() private {
        cancel(WEATHER_WALLET_KEY, "cancel", weatherAgent);
        cancel(HEALTH_WALLET_KEY, "cancel", healthAgent);
    }

    function expectNoCancel(uint256 key, uint256 agentId, bytes memory refusal) private {
        bytes memory signature = signCancellation(key, PLAN, "alert", "cancel", agentId);
        vm.expectRevert(refusal);
        plans.cancel(PLAN, "alert", "cancel", agentId, signature);
    }

    function alertCancelled() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IResponsePlans.PlansAlertCancelled.selector, PLAN, bytes32("alert"));
    }

    function isOpen(bytes32 alertHash) private view returns (bool) {
        return escrow.taskOf(plans.taskIdOf(PLAN, alertHash)).status != IEscrow.Status.None;
    }

    function test_AnAlertCancelledByAQuorumNeverOpensATask() public {
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        vm.expectEmit(address(plans));
        emit IResponsePlans.CancellationAttested(PLAN, "alert", weatherAgent, "cancel", 1, 2);
        cancel(WEATHER_WALLET_KEY, "cancel", weatherAgent);
        vm.assertFalse(plans.isCancelled(PLAN, "alert"), "one is not enough");

        vm.expectEmit(address(plans));
        emit IResponsePlans.CancellationAttested(PLAN, "alert", healthAgent, "cancel", 2, 2);
        vm.expectEmit(address(plans));
        emit IResponsePlans.AlertCancelled(PLAN, "alert", "cancel", 0);
        cancel(HEALTH_WALLET_KEY, "cancel", healthAgent);
        vm.assertTrue(plans.isCancelled(PLAN, "alert"), "cancelled");
        vm.assertEq(plans.cancellationsOf(PLAN, "alert", "cancel"), 2, "count");

        expectRefusal(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent, alertCancelled());
        vm.assertFalse(isOpen("alert"), "no task");
        vm.assertEq(plans.fundsOf(PLAN), 3 * BUDGET, "no money spent");
    }

    function test_Attack_OtherFactsUnderTheSameHashDoNotReviveACancelledAlert() public {
        cancelByBoth();
        IResponsePlans.Alert memory again = alertOf("alert");
        again.severity = 3;
        again.validUntil += 1;
        attest(WEATHER_WALLET_KEY, again, weatherAgent);
        expectRefusal(HEALTH_WALLET_KEY, again, healthAgent, alertCancelled());
        vm.assertFalse(isOpen("alert"), "no task");
    }

    function test_ACancellationMayComeBeforeItsAlert() public {
        cancelByBoth();
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        expectRefusal(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent, alertCancelled());
    }

    function test_AnAlertThatWaitedForTheCooldownIsCancelledMeanwhile() public {
        fire("first");
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        IResponsePlans.Alert memory waiting = alertOf("alert");
        cancelByBoth();
        vm.warp(block.timestamp + 6 hours);
        expectRefusal(HEALTH_WALLET_KEY, waiting, healthAgent, alertCancelled());
    }

    function test_OneCancelledAlertStopsNoOtherAlertAndNoOtherPlan() public {
        IResponsePlans.Plan memory other = planOf();
        other.planId = "other";
        plans.create(0, other, attestorsOf());
        current = "other";
        fund(BUDGET);
        cancelByBoth();
        attest(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        attest(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent);
        vm.assertEq(plans.fundsOf("other"), 0, "another plan answers it");
        current = PLAN;
        fire("alert 2");
        vm.assertTrue(isOpen("alert 2"), "another alert");
    }

    /// @dev Whoever reads the event ends the task: a settlement that refunds everything needs no deadline.
    function test_ATaskThatIsOpenWhenItsAlertIsCancelledIsNamedAndCanBeRefundedAtOnce() public {
        bytes32 taskId = fire("alert");
        cancel(WEATHER_WALLET_KEY, "cancel", weatherAgent);
        vm.expectEmit(address(plans));
        emit IResponsePlans.AlertCancelled(PLAN, "alert", "cancel", taskId);
        cancel(HEALTH_WALLET_KEY, "cancel", healthAgent);
        vm.assertTrue(escrow.taskOf(taskId).status == IEscrow.Status.Funded, "stays open");
        attest(HEALTH_SECOND_KEY, laterFacts(), healthSecond);

        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments = new IEscrow.Payment[](0);
        (settlement.fee, settlement.refund) = (0, BUDGET);
        settle(settlement);
        plans.collect(taskId);
        vm.assertEq(plans.fundsOf(PLAN), 3 * BUDGET, "all of it is back");
    }

    function laterFacts() private view returns (IResponsePlans.Alert memory alert) {
        alert = alertOf("alert");
        alert.certainty = 4;
    }

    function test_AnAlertIsCancelledOnce() public {
        cancelByBoth();
        bytes memory signature = signCancellation(HEALTH_WALLET_KEY, PLAN, "alert", "another", healthAgent);
        vm.expectRevert(alertCancelled());
        plans.cancel(PLAN, "alert", "another", healthAgent, signature);
    }

    function test_Attack_OneDomainDoesNotCancelAloneHoweverManyAgentsItHas() public {
        cancel(HEALTH_WALLET_KEY, "cancel", healthAgent);
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansDomainAttested.selector, HEALTH);
        expectNoCancel(HEALTH_WALLET_KEY, healthAgent, refusal);
        expectNoCancel(HEALTH_SECOND_KEY, healthSecond, refusal);
        cancel(HEALTH_SECOND_KEY, "another cancel", healthSecond);
        vm.assertFalse(plans.isCancelled(PLAN, "alert"), "not by two documents of one domain");
        fire("alert");
        vm.assertTrue(isOpen("alert"), "the response starts");
    }

    function test_Attack_TwoDocumentsOfTwoDomainsAreNoQuorum() public {
        cancel(WEATHER_WALLET_KEY, "one", weatherAgent);
        cancel(HEALTH_WALLET_KEY, "another", healthAgent);
        vm.assertFalse(plans.isCancelled(PLAN, "alert"), "they may mean different things");
    }

    function test_Attack_AnAttestationIsNoCancellation() public {
        bytes memory ofTheAlert = signAlert(WEATHER_WALLET_KEY, alertOf("alert"), weatherAgent);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansSignatureInvalid.selector, weatherAgent));
        plans.cancel(PLAN, "alert", "cancel", weatherAgent, ofTheAlert);
    }

    function test_Attack_ACancellationIsNotReplayedForAnotherAlertPlanOrChain() public {
        IResponsePlans.Plan memory other = planOf();
        other.planId = "other";
        plans.create(0, other, attestorsOf());
        bytes memory signature = signCancellation(WEATHER_WALLET_KEY, PLAN, "alert", "cancel", weatherAgent);
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansSignatureInvalid.selector, weatherAgent);
        vm.expectRevert(refusal);
        plans.cancel("other", "alert", "cancel", weatherAgent, signature);
        vm.expectRevert(refusal);
        plans.cancel(PLAN, "alert 2", "cancel", weatherAgent, signature);
        vm.expectRevert(refusal);
        plans.cancel(PLAN, "alert", "another", weatherAgent, signature);
        vm.chainId(block.chainid + 1);
        vm.expectRevert(refusal);
        plans.cancel(PLAN, "alert", "cancel", weatherAgent, signature);
    }

    function test_Attack_OnlyListedActiveAgentsCancelWithTheirWallet() public {
        uint256 police = enrolPolice();
        expectNoCancel(0xB4, police, abi.encodeWithSelector(IResponsePlans.PlansNotAttestor.selector, PLAN, police));
        bytes memory invalid = abi.encodeWithSelector(IResponsePlans.PlansSignatureInvalid.selector, weatherAgent);
        expectNoCancel(WEATHER_ADMIN_KEY, weatherAgent, invalid);
        expectNoCancel(HEALTH_WALLET_KEY, weatherAgent, invalid);
        domains.suspend(WEATHER);
        bytes memory inactive = abi.encodeWithSelector(IResponsePlans.PlansAgentInactive.selector, weatherAgent);
        expectNoCancel(WEATHER_WALLET_KEY, weatherAgent, inactive);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansPlanUnknown.selector, bytes32("none")));
        plans.cancel("none", "alert", "cancel", weatherAgent, "");
    }
}
