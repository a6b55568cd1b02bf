// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReputationRegistry} from "../src/ReputationRegistry.sol";
import {TaskFeedback} from "../src/TaskFeedback.sol";
import {IBatches} from "../src/interfaces/IBatches.sol";
import {ITaskFeedback} from "../src/interfaces/ITaskFeedback.sol";
import {BatchBase} from "./BatchBase.sol";
import {SaidDocument} from "./SaidDocument.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @notice Tasks that a batch settled: what their lines' documents say counts once the batch is final.
contract TaskFeedbackBatchedTest is BatchBase {
    TaskFeedback private feedback;

    function setUp() public override {
        super.setUp();
        bytes memory initialize = abi.encodeCall(ReputationRegistry.initialize, (address(manager)));
        address code = address(new ReputationRegistry(identity));
        ReputationRegistry reputation = ReputationRegistry(address(new ERC1967Proxy(code, initialize)));
        feedback = new TaskFeedback(address(registry), escrow, batches, reputation);
    }

    function test_AFinalBatchProvesWhatItsTasksSay() public {
        (Lines memory lines, ITaskFeedback.Said memory words) = linesThatSay(2, idleAgent, 0);
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        makeFinal(id, batch);
        bytes32 taskId = escrow.taskIdOf(lines.tasks[2].order);
        vm.expectEmit(address(feedback));
        emit ITaskFeedback.TaskRated(taskId, idleAgent, vm.addr(secondKey), 0);
        vm.prank(stranger);
        feedback.rateBatched(id, batch, shown(lines, 2, words));
        vm.assertTrue(feedback.isRated(taskId, idleAgent), "rated");
        (uint64 count, uint8 score) = feedback.scoreOf(idleAgent);
        vm.assertEq(count, 1, "count");
        vm.assertEq(score, 0, "score");
    }

    function test_Attack_ABatchThatMayStillFallProvesNothing() public {
        (Lines memory lines, ITaskFeedback.Said memory words) = linesThatSay(0, healthAgent, 100);
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        ITaskFeedback.BatchedTask[] memory tasks = shown(lines, 0, words);
        bytes memory refusal = abi.encodeWithSelector(ITaskFeedback.TaskFeedbackBatchNotFinal.selector, id);
        vm.expectRevert(refusal);
        feedback.rateBatched(id, batch, tasks);
        vm.prank(address(taskDisputes));
        batches.condemn(id, IBatches.Rule.SumWrong, stranger);
        vm.expectRevert(refusal);
        feedback.rateBatched(id, batch, tasks);
    }

    function test_Attack_AnotherBatchOrLineProvesNothing() public {
        (Lines memory lines, ITaskFeedback.Said memory words) = linesThatSay(0, healthAgent, 50);
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        makeFinal(id, batch);
        (Lines memory forged, ITaskFeedback.Said memory praise) = linesThatSay(0, healthAgent, 100);
        IBatches.Batch memory other = batchOf(forged);
        ITaskFeedback.BatchedTask[] memory tasks = shown(forged, 0, praise);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesBatchForeign.selector, id));
        feedback.rateBatched(id, other, tasks);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesLineForeign.selector, IBatches.Tree.Tasks, 0));
        feedback.rateBatched(id, batch, tasks);
        bytes32 taskId = escrow.taskIdOf(lines.tasks[0].order);
        tasks = shown(lines, 0, praise);
        vm.expectRevert(abi.encodeWithSelector(ITaskFeedback.TaskFeedbackDocumentForeign.selector, taskId));
        feedback.rateBatched(id, batch, tasks);
        feedback.rateBatched(id, batch, shown(lines, 0, words));
    }

    function linesThatSay(uint256 task, uint256 agentId, uint8 score)
        private
        view
        returns (Lines memory lines, ITaskFeedback.Said memory words)
    {
        ITaskFeedback.Rating[] memory ratings = new ITaskFeedback.Rating[](1);
        (ratings[0].agentId, ratings[0].score, ratings[0].tag) = (agentId, score, "speed");
        words = SaidDocument.saying(ratings);
        lines = rightLines();
        lines.tasks[task].evidence = sha256(words.document);
    }

    function shown(Lines memory lines, uint64 task, ITaskFeedback.Said memory words)
        private
        pure
        returns (ITaskFeedback.BatchedTask[] memory tasks)
    {
        tasks = new ITaskFeedback.BatchedTask[](1);
        tasks[0] = ITaskFeedback.BatchedTask(openTask(lines, task), words);
    }
}
