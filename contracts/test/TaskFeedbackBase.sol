// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TaskFeedback} from "../src/TaskFeedback.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {ReputationBase} from "./ReputationBase.sol";

/// @notice Weather asks, and health's agent works.
abstract contract TaskFeedbackBase is ReputationBase {
    TaskFeedback internal feedback;
    bytes32 internal taskId;

    function setUp() public virtual override {
        super.setUp();
        feedback = new TaskFeedback(address(manager), address(registry), escrow, domains, reputation);
        taskId = openTask(1);
    }

    function rate(uint256 agentId, uint8 score) internal {
        vm.prank(weatherAdmin);
        feedback.rate(settlementOf(taskId), agentId, score, "");
    }

    function expectRefusal(address account, IEscrow.Settlement memory settlement, uint256 agentId, bytes memory refusal)
        internal
    {
        vm.prank(account);
        vm.expectRevert(refusal);
        feedback.rate(settlement, agentId, 100, "");
    }

    function expectScore(uint256 agentId, uint256 count, uint256 score) internal view {
        (uint64 counted, uint8 scored) = feedback.scoreOf(agentId);
        vm.assertEq(counted, count, "count");
        vm.assertEq(scored, score, "score");
    }
}
