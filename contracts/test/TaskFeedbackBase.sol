// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TaskFeedback} from "../src/TaskFeedback.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {ITaskFeedback} from "../src/interfaces/ITaskFeedback.sol";
import {ReputationBase} from "./ReputationBase.sol";
import {SaidDocument} from "./SaidDocument.sol";

/// @notice Weather asks, and health's agent works.
abstract contract TaskFeedbackBase is ReputationBase {
    TaskFeedback internal feedback;
    bytes32 internal taskId;

    function setUp() public virtual override {
        super.setUp();
        feedback = new TaskFeedback(address(registry), escrow, batches, reputation);
        taskId = openTask(1);
    }

    function ratingOf(uint256 agentId, uint8 score) internal pure returns (ITaskFeedback.Rating memory rating) {
        (rating.agentId, rating.score, rating.tag) = (agentId, score, "speed");
    }

    function saying(uint256 agentId, uint8 score) internal pure returns (ITaskFeedback.Said memory) {
        ITaskFeedback.Rating[] memory ratings = new ITaskFeedback.Rating[](1);
        ratings[0] = ratingOf(agentId, score);
        return SaidDocument.saying(ratings);
    }

    /// @dev The settlement of `taskId` that names the document.
    function naming(ITaskFeedback.Said memory said) internal view returns (ITaskFeedback.SettledTask memory task) {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.evidence = sha256(said.document);
        task = ITaskFeedback.SettledTask(settlement, said);
    }

    function only(ITaskFeedback.SettledTask memory task)
        internal
        pure
        returns (ITaskFeedback.SettledTask[] memory tasks)
    {
        tasks = new ITaskFeedback.SettledTask[](1);
        tasks[0] = task;
    }

    /// @dev Settles `taskId` so that it says this, and has it written.
    function settleAndRate(uint256 agentId, uint8 score) internal returns (ITaskFeedback.SettledTask memory task) {
        task = naming(saying(agentId, score));
        settle(task.settlement);
        feedback.rate(only(task));
    }

    function expectRefusal(ITaskFeedback.SettledTask memory task, bytes memory refusal) internal {
        vm.expectRevert(refusal);
        feedback.rate(only(task));
    }

    function expectScore(uint256 agentId, uint256 count, uint256 score) internal view {
        (uint64 counted, uint8 scored) = feedback.scoreOf(agentId);
        vm.assertEq(counted, count, "count");
        vm.assertEq(scored, score, "score");
    }
}
