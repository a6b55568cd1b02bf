// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TaskValidation} from "../src/TaskValidation.sol";
import {ITaskValidation} from "../src/interfaces/ITaskValidation.sol";
import {ValidationBase} from "./ValidationBase.sol";

/// @notice Weather has validators check what health's agent did, and the owner of that agent lets it.
contract TaskValidationTest is ValidationBase {
    bytes32 private constant SUBTASK = "forecast";
    bytes32 private constant SALT = "salt";

    TaskValidation private checks;
    bytes32 private taskId;

    function setUp() public override {
        super.setUp();
        checks = new TaskValidation(escrow, validations);
        taskId = openTask(1);
        vm.prank(healthAdmin);
        identity.approve(address(checks), healthAgent);
    }

    function open(bytes32 salt) private returns (bytes32) {
        vm.prank(weatherAdmin);
        return checks.open(taskId, SUBTASK, healthAgent, VALIDATOR, "ipfs://request", salt);
    }

    function subject() private view returns (ITaskValidation.Subject memory) {
        return ITaskValidation.Subject(weatherAdmin, taskId, SUBTASK, healthAgent, VALIDATOR);
    }

    /// @dev Anyone can, with an agent of its own.
    function squat(uint256 attempts) private returns (uint256 agentId) {
        vm.startPrank(stranger);
        agentId = identity.register();
        for (uint256 attempt = 0; attempt < attempts; ++attempt) {
            bytes32 taken = checks.hashFor(subject(), SALT, attempt);
            validations.validationRequest(stranger, agentId, "", taken);
            validations.validationResponse(taken, 100, "", 0, "forged");
        }
        vm.stopPrank();
    }

    function test_OpensARequestUnderAHashOfItsOwn() public {
        bytes32 expected = checks.hashFor(subject(), SALT, 0);
        vm.assertEq(checks.requestHashOf(subject()), 0, "none yet");
        vm.expectEmit(address(checks));
        emit ITaskValidation.TaskValidationOpened(expected, taskId, healthAgent, SUBTASK, VALIDATOR, weatherAdmin);
        bytes32 requestHash = open(SALT);

        vm.assertEq(requestHash, expected, "hash");
        vm.assertEq(checks.requestHashOf(subject()), requestHash, "known by its subject");
        (address validator, uint256 agentId,,,,) = validations.getValidationStatus(requestHash);
        vm.assertEq(validator, VALIDATOR, "validator");
        vm.assertEq(agentId, healthAgent, "agent");
    }

    function test_ReadsTheAnswerByItsSubject() public {
        vm.expectRevert(ITaskValidation.TaskValidationNotOpened.selector);
        checks.responseTo(subject());
        bytes32 requestHash = open(SALT);
        respond(VALIDATOR, requestHash, 88, "passed");
        (uint8 response, bytes32 responseHash, string memory tag, uint256 lastUpdate) = checks.responseTo(subject());
        vm.assertEq(response, 88, "response");
        vm.assertEq(responseHash, "response", "hash");
        vm.assertEq(tag, "passed", "tag");
        vm.assertEq(lastUpdate, block.timestamp, "time");
    }

    function test_HashesAreBoundToAllTheyAreAbout() public {
        ITaskValidation.Subject memory base = subject();
        bytes32 hash = checks.hashFor(base, SALT, 0);
        ITaskValidation.Subject memory other = subject();
        other.requester = healthAdmin;
        vm.assertTrue(checks.hashFor(other, SALT, 0) != hash, "requester");
        other = subject();
        other.taskId = "other";
        vm.assertTrue(checks.hashFor(other, SALT, 0) != hash, "task");
        other = subject();
        other.subtaskId = "other";
        vm.assertTrue(checks.hashFor(other, SALT, 0) != hash, "subtask");
        other = subject();
        other.agentId = weatherAgent;
        vm.assertTrue(checks.hashFor(other, SALT, 0) != hash, "agent");
        other = subject();
        other.validator = OTHER_VALIDATOR;
        vm.assertTrue(checks.hashFor(other, SALT, 0) != hash, "validator");
        vm.assertTrue(checks.hashFor(base, "other", 0) != hash, "salt");
        vm.assertTrue(checks.hashFor(base, SALT, 1) != hash, "attempt");
        vm.assertTrue(new TaskValidation(escrow, validations).hashFor(base, SALT, 0) != hash, "contract");
        vm.chainId(1);
        vm.assertTrue(checks.hashFor(base, SALT, 0) != hash, "chain");
    }

    function test_Attack_SquattedRequestIdDoesNotBlock() public {
        squat(7);
        bytes32 requestHash = open(SALT);
        vm.assertEq(requestHash, checks.hashFor(subject(), SALT, 7), "the first that was free");
        (address validator,,,,,) = validations.getValidationStatus(requestHash);
        vm.assertEq(validator, VALIDATOR, "ours");
    }

    function test_Attack_SquattingAllOfASaltLeavesTheOthers() public {
        squat(8);
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(ITaskValidation.TaskValidationSaltSpent.selector, SALT));
        checks.open(taskId, SUBTASK, healthAgent, VALIDATOR, "", SALT);
        vm.assertEq(open("another salt"), checks.hashFor(subject(), "another salt", 0), "opened");
    }

    function test_Attack_SquattedRequestIdDoesNotImpersonate() public {
        squat(1);
        vm.expectRevert(ITaskValidation.TaskValidationNotOpened.selector);
        checks.responseTo(subject());
        open(SALT);
        (uint8 response,, string memory tag,) = checks.responseTo(subject());
        vm.assertEq(response, 0, "not the squatter's answer");
        vm.assertEq(tag, "", "not its tag");
    }

    function test_Attack_NobodyOpensForAnothersTask() public {
        address[3] memory accounts = [stranger, healthAdmin, VALIDATOR];
        for (uint256 i = 0; i < accounts.length; ++i) {
            vm.prank(accounts[i]);
            vm.expectRevert(
                abi.encodeWithSelector(ITaskValidation.TaskValidationNotRequester.selector, taskId, accounts[i])
            );
            checks.open(taskId, SUBTASK, healthAgent, VALIDATOR, "", SALT);
        }
        vm.prank(weatherAdmin);
        vm.expectRevert(
            abi.encodeWithSelector(ITaskValidation.TaskValidationNotRequester.selector, bytes32("never"), weatherAdmin)
        );
        checks.open("never", SUBTASK, healthAgent, VALIDATOR, "", SALT);
    }

    function test_ASubjectIsOpenedOnce() public {
        bytes32 requestHash = open(SALT);
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(ITaskValidation.TaskValidationIsOpen.selector, requestHash));
        checks.open(taskId, SUBTASK, healthAgent, VALIDATOR, "", "another salt");
        vm.prank(weatherAdmin);
        checks.open(taskId, SUBTASK, healthAgent, OTHER_VALIDATOR, "", SALT);
    }

    function test_WhatElseTheRegistryRefusesIsPassedOn() public {
        vm.startPrank(weatherAdmin);
        vm.expectRevert("bad validator");
        checks.open(taskId, SUBTASK, healthAgent, address(0), "", SALT);
        vm.expectRevert("Not authorized");
        checks.open(taskId, SUBTASK, weatherAgent, VALIDATOR, "", SALT);
        vm.expectRevert(abi.encodeWithSignature("ERC721NonexistentToken(uint256)", 99));
        checks.open(taskId, SUBTASK, 99, VALIDATOR, "", SALT);
        vm.stopPrank();
    }
}
