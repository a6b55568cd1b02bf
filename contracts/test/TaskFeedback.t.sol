// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IReputationRegistry} from "../src/interfaces/IReputationRegistry.sol";
import {ITaskFeedback} from "../src/interfaces/ITaskFeedback.sol";
import {TaskFeedbackBase} from "./TaskFeedbackBase.sol";

/// @notice Weather asks, and health's agent works: what weather says of it counts.
contract TaskFeedbackTest is TaskFeedbackBase {
    function test_TheRequesterOfASettledTaskRatesAnAgentThatItPaid() public {
        settle(settlementOf(taskId));
        expectScore(healthAgent, 0, 0);
        vm.expectEmit(address(feedback));
        emit ITaskFeedback.TaskRated(taskId, healthAgent, weatherAdmin, 83);
        vm.expectEmit(address(reputation));
        emit IReputationRegistry.NewFeedback(
            healthAgent, address(feedback), 1, 83, 0, "task", "task", "speed", "", "", taskId
        );
        vm.prank(weatherAdmin);
        feedback.rate(settlementOf(taskId), healthAgent, 83, "speed");

        vm.assertTrue(feedback.isRated(taskId, healthAgent), "rated");
        vm.assertFalse(feedback.isRated(taskId, weatherAgent), "for another agent");
        vm.assertFalse(feedback.isRated("other", healthAgent), "for another task");
        expectScore(healthAgent, 1, 83);
    }

    function test_AScoreIsTheAverageOverTasks() public {
        settle(settlementOf(taskId));
        rate(healthAgent, 100);
        taskId = openTask(2);
        settle(settlementOf(taskId));
        rate(healthAgent, 51);
        expectScore(healthAgent, 2, 75);
    }

    function test_Attack_FeedbackByAFreshWalletCountsForNothing() public {
        settle(settlementOf(taskId));
        rate(healthAgent, 20);
        for (uint160 wallet = 0x5B00; wallet < 0x5B20; ++wallet) {
            vm.prank(address(wallet));
            reputation.giveFeedback(healthAgent, 100, 0, "task", "", "", "", taskId);
        }
        vm.assertEq(reputation.getClients(healthAgent).length, 33, "the open registry lists them");
        expectScore(healthAgent, 1, 20);

        bytes memory refusal =
            abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotRequester.selector, taskId, address(0x5B00));
        expectRefusal(address(0x5B00), settlementOf(taskId), healthAgent, refusal);
    }

    function test_Attack_TheAgentsOwnSideDoesNotRateAnothersTask() public {
        settle(settlementOf(taskId));
        address[3] memory accounts = [healthAdmin, healthWallet, vm.addr(SETTLER_KEY)];
        for (uint256 i = 0; i < accounts.length; ++i) {
            bytes memory refusal =
                abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotRequester.selector, taskId, accounts[i]);
            expectRefusal(accounts[i], settlementOf(taskId), healthAgent, refusal);
        }
    }

    function test_Attack_ATaskThatIsNotSettledIsNotRated() public {
        bytes memory refusal = abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotSettledSo.selector, taskId);
        expectRefusal(weatherAdmin, settlementOf(taskId), healthAgent, refusal);
        vm.warp(block.timestamp + MAX_TASK + GRACE);
        escrow.reclaim(taskId);
        expectRefusal(weatherAdmin, settlementOf(taskId), healthAgent, refusal);
        bytes32 never = "never";
        refusal = abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotSettledSo.selector, never);
        expectRefusal(weatherAdmin, settlementOf(never), healthAgent, refusal);
    }

    function test_Attack_AnotherSettlementIsNoProof() public {
        uint256 third = enrolAgent(HEALTH, healthAdmin, 0xB3);
        settle(settlementOf(taskId));
        IEscrow.Settlement memory forged = settlementOf(taskId);
        forged.payments[1].agentId = third;
        bytes memory refusal = abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotSettledSo.selector, taskId);
        expectRefusal(weatherAdmin, forged, third, refusal);
        forged = settlementOf(taskId);
        forged.evidence = "other evidence";
        expectRefusal(weatherAdmin, forged, healthAgent, refusal);
        forged = settlementOf(openTask(2));
        refusal = abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotSettledSo.selector, forged.taskId);
        expectRefusal(weatherAdmin, forged, healthAgent, refusal);
    }

    function test_OnlyAgentsThatTheSettlementPaidAreRated() public {
        uint256 third = enrolAgent(HEALTH, healthAdmin, 0xB3);
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments[0].amount = BUDGET * 90 / 100;
        settlement.payments[1].amount = 0;
        settle(settlement);
        uint256[2] memory unpaid = [healthAgent, third];
        for (uint256 i = 0; i < unpaid.length; ++i) {
            bytes memory refusal =
                abi.encodeWithSelector(ITaskFeedback.TaskFeedbackAgentUnpaid.selector, taskId, unpaid[i]);
            expectRefusal(weatherAdmin, settlement, unpaid[i], refusal);
        }
    }

    function test_Attack_ATaskIsRatedOnceForEachAgent() public {
        uint256 third = enrolAgent(HEALTH, healthAdmin, 0xB3);
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments[0].agentId = healthAgent;
        settlement.payments[1].agentId = third;
        settle(settlement);
        vm.startPrank(weatherAdmin);
        feedback.rate(settlement, healthAgent, 100, "");
        feedback.rate(settlement, third, 0, "");
        vm.stopPrank();
        bytes memory refusal = abi.encodeWithSelector(ITaskFeedback.TaskFeedbackGiven.selector, taskId, healthAgent);
        expectRefusal(weatherAdmin, settlement, healthAgent, refusal);
        expectScore(healthAgent, 1, 100);
        expectScore(third, 1, 0);
    }

    function test_Attack_SelfFeedbackByTheRequestersOwnAgent() public {
        settle(settlementOf(taskId));
        expectRefusal(weatherAdmin, settlementOf(taskId), weatherAgent, onOneself(weatherAgent));
    }

    function test_Attack_SelfFeedbackByOperator() public {
        settle(settlementOf(taskId));
        vm.prank(healthAdmin);
        identity.setApprovalForAll(weatherAdmin, true);
        expectRefusal(weatherAdmin, settlementOf(taskId), healthAgent, onOneself(healthAgent));
        vm.startPrank(healthAdmin);
        identity.setApprovalForAll(weatherAdmin, false);
        identity.approve(weatherAdmin, healthAgent);
        vm.stopPrank();
        expectRefusal(weatherAdmin, settlementOf(taskId), healthAgent, onOneself(healthAgent));
    }

    function test_Attack_SelfFeedbackByTheAdminOfTheAgentsDomain() public {
        // A straw man owns the agent, and lets the domain's admin enrol it.
        vm.startPrank(stranger);
        uint256 agentId = identity.register("ipfs://straw");
        identity.approve(weatherAdmin, agentId);
        vm.stopPrank();
        vm.prank(weatherAdmin);
        domains.enrol(WEATHER, agentId);
        vm.prank(stranger);
        identity.approve(address(0), agentId);
        vm.assertFalse(identity.isAuthorizedOrOwner(weatherAdmin, agentId), "apart, it seems");

        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments[1].agentId = agentId;
        settle(settlement);
        expectRefusal(weatherAdmin, settlement, agentId, onOneself(agentId));
    }

    function test_Attack_ParkingOnesAgentWithAStrawManDoesNotHideIt() public {
        settle(settlementOf(taskId));
        vm.startPrank(weatherAdmin);
        domains.withdraw(weatherAgent);
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        vm.stopPrank();
        bytes memory refusal = abi.encodeWithSelector(ITaskFeedback.TaskFeedbackAgentInactive.selector, weatherAgent);
        expectRefusal(weatherAdmin, settlementOf(taskId), weatherAgent, refusal);
    }

    function test_Attack_LeavingDoesNotEscapeARating() public {
        settle(settlementOf(taskId));
        vm.prank(healthAdmin);
        domains.withdraw(healthAgent);
        bytes memory refusal = abi.encodeWithSelector(ITaskFeedback.TaskFeedbackAgentInactive.selector, healthAgent);
        expectRefusal(weatherAdmin, settlementOf(taskId), healthAgent, refusal);
        vm.warp(block.timestamp + 1000 days);
        vm.prank(healthAdmin);
        domains.enrol(HEALTH, healthAgent);
        rate(healthAgent, 5);
        expectScore(healthAgent, 1, 5);
    }

    function test_Attack_ShuttingCriticsOutCostsTheScore() public {
        settle(settlementOf(taskId));
        rate(healthAgent, 100);
        taskId = openTask(2);
        settle(settlementOf(taskId));
        vm.prank(healthAdmin);
        identity.setApprovalForAll(address(feedback), true);
        expectRefusal(
            weatherAdmin,
            settlementOf(taskId),
            healthAgent,
            abi.encodeWithSignature("Error(string)", "Self-feedback not allowed")
        );
        vm.assertFalse(feedback.isRated(taskId, healthAgent), "may still be rated");
        expectScore(healthAgent, 0, 0);

        vm.prank(healthAdmin);
        identity.setApprovalForAll(address(feedback), false);
        rate(healthAgent, 0);
        expectScore(healthAgent, 2, 50);
    }

    function test_ScoresAndTagsAreBounded() public {
        settle(settlementOf(taskId));
        vm.startPrank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(ITaskFeedback.TaskFeedbackScoreTooHigh.selector, 101));
        feedback.rate(settlementOf(taskId), healthAgent, 101, "");
        vm.expectRevert(abi.encodeWithSelector(ITaskFeedback.TaskFeedbackTagTooLong.selector, 32));
        feedback.rate(settlementOf(taskId), healthAgent, 100, "a tag of 32 bytes is 1 too long!");
        feedback.rate(settlementOf(taskId), healthAgent, 100, "a tag of 31 bytes fits one slot");
        vm.stopPrank();
    }

    function onOneself(uint256 agentId) private view returns (bytes memory) {
        return abi.encodeWithSelector(ITaskFeedback.TaskFeedbackOnOneself.selector, agentId, weatherAdmin);
    }
}
