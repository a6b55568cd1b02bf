// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReputationRegistry} from "../src/interfaces/IReputationRegistry.sol";
import {ITaskFeedback} from "../src/interfaces/ITaskFeedback.sol";
import {SaidDocument} from "./SaidDocument.sol";
import {TaskFeedbackBase} from "./TaskFeedbackBase.sol";

/// @notice Weather asks, and health's agent works: what the settlement's document says of it counts.
contract TaskFeedbackTest is TaskFeedbackBase {
    function test_AnyoneWritesWhatASettledTaskSays() public {
        ITaskFeedback.SettledTask memory task = naming(saying(healthAgent, 83));
        settle(task.settlement);
        expectScore(healthAgent, 0, 0);
        vm.expectEmit(address(feedback));
        emit ITaskFeedback.TaskRated(taskId, healthAgent, weatherAdmin, 83);
        vm.expectEmit(address(reputation));
        emit IReputationRegistry.NewFeedback(
            healthAgent, address(feedback), 1, 83, 0, "task", "task", "speed", "", "", taskId
        );
        vm.prank(stranger);
        feedback.rate(only(task));

        vm.assertTrue(feedback.isRated(taskId, healthAgent), "rated");
        vm.assertFalse(feedback.isRated(taskId, weatherAgent), "for another agent");
        vm.assertFalse(feedback.isRated("other", healthAgent), "for another task");
        expectScore(healthAgent, 1, 83);
    }

    function test_ADocumentSaysHowEachDid() public {
        uint256 third = enrolAgent(HEALTH, healthAdmin, 0xB3);
        ITaskFeedback.Rating[] memory ratings = new ITaskFeedback.Rating[](2);
        (ratings[0], ratings[1]) = (ratingOf(healthAgent, 100), ratingOf(third, 0));
        ITaskFeedback.SettledTask memory task = naming(SaidDocument.saying(ratings));
        settle(task.settlement);
        feedback.rate(only(task));
        expectScore(healthAgent, 1, 100);
        // Who was paid nothing is rated too.
        expectScore(third, 1, 0);
    }

    function test_AScoreIsTheAverageOverTasks() public {
        settleAndRate(healthAgent, 100);
        taskId = openTask(2);
        settleAndRate(healthAgent, 51);
        expectScore(healthAgent, 2, 75);
    }

    function test_ManyTasksAreRatedAtOnce() public {
        ITaskFeedback.SettledTask[] memory tasks = new ITaskFeedback.SettledTask[](2);
        tasks[0] = naming(saying(healthAgent, 100));
        settle(tasks[0].settlement);
        taskId = openTask(2);
        tasks[1] = naming(saying(healthAgent, 0));
        settle(tasks[1].settlement);
        feedback.rate(tasks);
        expectScore(healthAgent, 2, 50);
    }

    function test_Attack_FeedbackByAFreshWalletCountsForNothing() public {
        settleAndRate(healthAgent, 20);
        for (uint160 wallet = 0x5B00; wallet < 0x5B20; ++wallet) {
            vm.prank(address(wallet));
            reputation.giveFeedback(healthAgent, 100, 0, "task", "", "", "", taskId);
        }
        vm.assertEq(reputation.getClients(healthAgent).length, 33, "the open registry lists them");
        expectScore(healthAgent, 1, 20);
    }

    function test_Attack_NobodyMakesAScoreUp() public {
        ITaskFeedback.SettledTask memory task = naming(saying(healthAgent, 50));
        settle(task.settlement);
        address[3] memory accounts = [weatherAdmin, healthAdmin, settler];
        task.said.ratings[0].score = 100;
        for (uint256 i = 0; i < accounts.length; ++i) {
            vm.prank(accounts[i]);
            expectRefusal(task, notSaid(healthAgent));
        }
        (task.said.ratings[0].score, task.said.ratings[0].agentId) = (50, weatherAgent);
        expectRefusal(task, notSaid(weatherAgent));
        (task.said.ratings[0].agentId, task.said.ratings[0].tag) = (healthAgent, "other");
        expectRefusal(task, notSaid(healthAgent));
        task.said.ratings[0].tag = "speed";
        uint256 place = task.said.ratings[0].place;
        uint256[4] memory places = [place + 1, 0, task.said.document.length, type(uint256).max];
        for (uint256 i = 0; i < places.length; ++i) {
            task.said.ratings[0].place = places[i];
            expectRefusal(task, notSaid(healthAgent));
        }
    }

    function test_Attack_AnotherDocumentIsNoProof() public {
        ITaskFeedback.SettledTask memory task = naming(saying(healthAgent, 50));
        settle(task.settlement);
        task.said = saying(healthAgent, 100);
        expectRefusal(task, abi.encodeWithSelector(ITaskFeedback.TaskFeedbackDocumentForeign.selector, taskId));
    }

    function test_Attack_AnotherSettlementIsNoProof() public {
        ITaskFeedback.SettledTask memory task = naming(saying(healthAgent, 50));
        settle(task.settlement);
        expectRefusal(naming(saying(healthAgent, 100)), notSettledSo(taskId));
        bytes32 settled = taskId;
        taskId = openTask(2);
        task.settlement.taskId = taskId;
        expectRefusal(task, notSettledSo(taskId));
        vm.assertFalse(feedback.isRated(settled, healthAgent), "rated");
    }

    function test_Attack_ATaskThatIsNotSettledIsNotRated() public {
        ITaskFeedback.SettledTask memory task = naming(saying(healthAgent, 100));
        expectRefusal(task, notSettledSo(taskId));
        vm.warp(block.timestamp + MAX_TASK + GRACE);
        escrow.reclaim(taskId);
        expectRefusal(task, notSettledSo(taskId));
        task.settlement.taskId = "never";
        expectRefusal(task, notSettledSo("never"));
    }

    function test_Attack_WhoWritesAgainOrFirstHindersNobody() public {
        ITaskFeedback.Rating[] memory ratings = new ITaskFeedback.Rating[](2);
        (ratings[0], ratings[1]) = (ratingOf(healthAgent, 60), ratingOf(weatherAgent, 40));
        ITaskFeedback.SettledTask memory all = naming(SaidDocument.saying(ratings));
        settle(all.settlement);
        ITaskFeedback.SettledTask memory some = naming(SaidDocument.saying(ratings));
        some.said.ratings = new ITaskFeedback.Rating[](1);
        some.said.ratings[0] = ratings[0];
        feedback.rate(only(some));
        feedback.rate(only(all));
        feedback.rate(only(all));
        expectScore(healthAgent, 1, 60);
        expectScore(weatherAgent, 1, 40);
    }

    function test_Attack_ATagDoesNotReachBeyondItsString() public {
        ITaskFeedback.Rating[] memory ratings = new ITaskFeedback.Rating[](2);
        (ratings[0], ratings[1]) = (ratingOf(healthAgent, 0), ratingOf(3, 9));
        (ratings[0].tag, ratings[1].tag) = ("", "");
        ITaskFeedback.SettledTask memory task = naming(SaidDocument.saying(ratings));
        settle(task.settlement);
        task.said.ratings = new ITaskFeedback.Rating[](1);
        task.said.ratings[0] = ratings[0];
        string[3] memory tags = ['"},{"agentId":"3","score":9,"tag":"', "\\", "a tag of 32 bytes is 1 too long!"];
        for (uint256 i = 0; i < tags.length; ++i) {
            task.said.ratings[0].tag = tags[i];
            expectRefusal(task, abi.encodeWithSelector(ITaskFeedback.TaskFeedbackTagInvalid.selector, tags[i]));
        }
        task.said.ratings[0].tag = '"}';
        expectRefusal(task, abi.encodeWithSelector(ITaskFeedback.TaskFeedbackTagInvalid.selector, '"}'));
    }

    function test_ScoresAreBounded() public {
        ITaskFeedback.SettledTask memory task = naming(saying(healthAgent, 101));
        settle(task.settlement);
        expectRefusal(task, abi.encodeWithSelector(ITaskFeedback.TaskFeedbackScoreTooHigh.selector, 101));
    }

    function test_Attack_LeavingDoesNotEscapeARating() public {
        vm.prank(healthAdmin);
        domains.withdraw(healthAgent);
        settleAndRate(healthAgent, 5);
        expectScore(healthAgent, 1, 5);
    }

    function test_Attack_ShuttingFeedbackOutCostsTheScoreAndHindersNobody() public {
        settleAndRate(healthAgent, 100);
        taskId = openTask(2);
        vm.prank(healthAdmin);
        identity.setApprovalForAll(address(feedback), true);
        ITaskFeedback.Rating[] memory ratings = new ITaskFeedback.Rating[](2);
        (ratings[0], ratings[1]) = (ratingOf(healthAgent, 0), ratingOf(weatherAgent, 40));
        ITaskFeedback.SettledTask memory task = naming(SaidDocument.saying(ratings));
        settle(task.settlement);
        vm.expectEmit(address(feedback));
        emit ITaskFeedback.RatingShutOut(taskId, healthAgent);
        feedback.rate(only(task));
        vm.assertFalse(feedback.isRated(taskId, healthAgent), "may still be rated");
        expectScore(healthAgent, 0, 0);
        expectScore(weatherAgent, 1, 40);

        vm.prank(healthAdmin);
        identity.setApprovalForAll(address(feedback), false);
        feedback.rate(only(task));
        expectScore(healthAgent, 2, 50);
    }

    function notSaid(uint256 agentId) private view returns (bytes memory) {
        return abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotSaid.selector, taskId, agentId);
    }

    function notSettledSo(bytes32 id) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotSettledSo.selector, id);
    }
}
