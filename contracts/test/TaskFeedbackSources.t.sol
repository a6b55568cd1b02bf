// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettledWork} from "../src/interfaces/ISettledWork.sol";
import {ITaskFeedback} from "../src/interfaces/ITaskFeedback.sol";
import {TaskFeedbackBase} from "./TaskFeedbackBase.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @notice Work that was settled elsewhere than in the Escrow: whose word for it counts.
contract TaskFeedbackSourcesTest is TaskFeedbackBase {
    function test_AnAdmittedSourceProvesWorkSettledAnotherWay() public {
        Ledger ledger = new Ledger();
        bytes32 elsewhere = "elsewhere";
        ledger.record(elsewhere, weatherAdmin, healthAgent);
        expectUnknown(ledger, elsewhere);

        vm.expectEmit(address(feedback));
        emit ITaskFeedback.SourceAdmitted(ledger);
        feedback.admit(ledger);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskFeedback.TaskFeedbackNotRequester.selector, elsewhere, address(this))
        );
        feedback.rateProven(ledger, abi.encode(elsewhere), healthAgent, 90, "");
        vm.prank(weatherAdmin);
        feedback.rateProven(ledger, abi.encode(elsewhere), healthAgent, 90, "");
        expectScore(healthAgent, 1, 90);

        vm.expectEmit(address(feedback));
        emit ITaskFeedback.SourceDismissed(ledger);
        feedback.dismiss(ledger);
        expectUnknown(ledger, elsewhere);
        expectScore(healthAgent, 1, 90);
    }

    function test_Attack_TwoProofsOfOneTaskRateItOnce() public {
        settle(settlementOf(taskId));
        rate(healthAgent, 100);
        Ledger ledger = new Ledger();
        ledger.record(taskId, weatherAdmin, healthAgent);
        feedback.admit(ledger);
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(ITaskFeedback.TaskFeedbackGiven.selector, taskId, healthAgent));
        feedback.rateProven(ledger, abi.encode(taskId), healthAgent, 100, "");
    }

    function test_OnlyGovernanceAdmitsAndDismissesSources() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        feedback.admit(ISettledWork(stranger));
        vm.expectRevert(refusal);
        feedback.dismiss(ISettledWork(stranger));
        vm.stopPrank();
    }

    function expectUnknown(Ledger ledger, bytes32 id) private {
        vm.assertFalse(feedback.isSource(ledger), "source");
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(ITaskFeedback.TaskFeedbackSourceUnknown.selector, ledger));
        feedback.rateProven(ledger, abi.encode(id), healthAgent, 90, "");
    }
}

/// @notice A source that believes whoever writes it: what a consortium might admit beside the Escrow.
contract Ledger is ISettledWork {
    mapping(bytes32 taskId => mapping(uint256 agentId => address)) private _requesters;

    function record(bytes32 taskId, address requester, uint256 agentId) external {
        _requesters[taskId][agentId] = requester;
    }

    function paidWork(uint256 agentId, bytes calldata proof) external view returns (bytes32 taskId, address requester) {
        taskId = abi.decode(proof, (bytes32));
        requester = _requesters[taskId][agentId];
    }
}
