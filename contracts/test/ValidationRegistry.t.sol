// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidationRegistry} from "../src/ValidationRegistry.sol";
import {IIdentityRegistry} from "../src/interfaces/IIdentityRegistry.sol";
import {ValidationBase} from "./ValidationBase.sol";
import {Vm} from "./Vm.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract ValidationRegistryTest is ValidationBase {
    function test_SelectorsAreThoseOfErc8004() public view {
        vm.assertEq(validations.validationRequest.selector, bytes4(0xaaf400c4), "validationRequest");
        vm.assertEq(validations.validationResponse.selector, bytes4(0x3d659a96), "validationResponse");
        vm.assertEq(validations.getValidationStatus.selector, bytes4(0xff2febfc), "getValidationStatus");
        vm.assertEq(validations.getSummary.selector, bytes4(0x1b7cabd6), "getSummary");
        vm.assertEq(validations.getAgentValidations.selector, bytes4(0x8d5d0c2d), "getAgentValidations");
        vm.assertEq(validations.getValidatorRequests.selector, bytes4(0x4bf3158c), "getValidatorRequests");
        vm.assertEq(validations.getIdentityRegistry.selector, bytes4(0xbc4d861b), "getIdentityRegistry");
        vm.assertEq(validations.getVersion.selector, bytes4(0x0d8e6e2c), "getVersion");
    }

    function test_ValidationRequestIsTheEventOfErc8004() public {
        vm.recordLogs();
        request(VALIDATOR, "a");
        Vm.Log memory log = onlyLog();
        bytes32 topic = 0x530436c3634a98e1e626b0898be2f1e9980cc1bd2a78c07a0aba52d0a48a5059;
        vm.assertEq(log.topics[0], topic, "event");
        vm.assertEq(log.topics[1], bytes32(uint256(uint160(VALIDATOR))), "validator");
        vm.assertEq(log.topics[2], bytes32(weatherAgent), "agentId");
        vm.assertEq(log.topics[3], "a", "hash");
        vm.assertEq(log.data, abi.encode("ipfs://request"), "data");
    }

    function test_ValidationResponseIsTheEventOfErc8004() public {
        request(VALIDATOR, "a");
        vm.recordLogs();
        respond(VALIDATOR, "a", 67, "partial");
        Vm.Log memory log = onlyLog();
        bytes32 topic = 0xafddf629e874ccc3963b6a888c477bd464a6c8525024fc88759ea3b2326349ae;
        vm.assertEq(log.topics[0], topic, "event");
        vm.assertEq(log.topics[1], bytes32(uint256(uint160(VALIDATOR))), "validator");
        vm.assertEq(log.topics[2], bytes32(weatherAgent), "agentId");
        vm.assertEq(log.topics[3], "a", "hash");
        vm.assertEq(log.data, abi.encode(uint8(67), "ipfs://response", bytes32("response"), "partial"), "data");
    }

    function test_AnswersAsTheReferenceOfItsVersion() public view {
        vm.assertEq(validations.getVersion(), "2.0.0", "version");
        vm.assertEq(validations.getIdentityRegistry(), address(identity), "identity");
    }

    function test_ARequestReadsAsUnanswered() public {
        request(VALIDATOR, "a");
        expectStatus("a", VALIDATOR, 0, 0, "", block.timestamp);
    }

    function testFuzz_KeepsTheLatestAnswer(uint8 first, uint8 second, bytes32 hash, string calldata tag) public {
        request(VALIDATOR, "a");
        respond(VALIDATOR, "a", uint8(bound(first, 0, 100)), "a first tag that is longer than one slot holds");
        vm.warp(block.timestamp + 1 hours);
        second = uint8(bound(second, 0, 100));
        vm.prank(VALIDATOR);
        validations.validationResponse("a", second, "", hash, tag);
        expectStatus("a", VALIDATOR, second, hash, tag, block.timestamp);
    }

    function test_ManagersOfTheAgentMayAskAndNobodyElse() public {
        vm.startPrank(weatherAdmin);
        identity.setApprovalForAll(address(0x0b), true);
        identity.approve(address(0x0c), weatherAgent);
        vm.stopPrank();
        address[3] memory managers = [weatherAdmin, address(0x0b), address(0x0c)];
        for (uint256 i = 0; i < managers.length; ++i) {
            vm.prank(managers[i]);
            validations.validationRequest(VALIDATOR, weatherAgent, "", bytes32(i));
        }
        address[3] memory others = [stranger, weatherWallet, healthAdmin];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert("Not authorized");
            validations.validationRequest(VALIDATOR, weatherAgent, "", "other");
        }
    }

    function test_RequestChecksInTheOrderOfTheReference() public {
        request(VALIDATOR, "a");
        vm.expectRevert("bad validator");
        validations.validationRequest(address(0), 99, "", "a");
        vm.expectRevert("exists");
        validations.validationRequest(VALIDATOR, 99, "", "a");
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99));
        validations.validationRequest(VALIDATOR, 99, "", "b");
        vm.expectRevert("Not authorized");
        validations.validationRequest(VALIDATOR, weatherAgent, "", "b");
    }

    function test_ResponseChecksInTheOrderOfTheReference() public {
        request(VALIDATOR, "a");
        vm.expectRevert("unknown");
        validations.validationResponse("b", 101, "", 0, "");
        vm.expectRevert("not validator");
        validations.validationResponse("a", 101, "", 0, "");
        vm.prank(VALIDATOR);
        vm.expectRevert("resp>100");
        validations.validationResponse("a", 101, "", 0, "");
        vm.expectRevert("unknown");
        validations.getValidationStatus("b");
    }

    function test_ListsRequestsOldestFirst() public {
        request(VALIDATOR, "a");
        request(OTHER_VALIDATOR, "b");
        request(VALIDATOR, "c");
        bytes32[] memory about = validations.getAgentValidations(weatherAgent);
        vm.assertEq(abi.encodePacked(about), abi.encodePacked(bytes32("a"), bytes32("b"), bytes32("c")), "about");
        bytes32[] memory to = validations.getValidatorRequests(VALIDATOR);
        vm.assertEq(abi.encodePacked(to), abi.encodePacked(bytes32("a"), bytes32("c")), "to");
        vm.assertEq(validations.getAgentValidations(healthAgent).length, 0, "about another");
        vm.assertEq(validations.getValidatorRequests(stranger).length, 0, "to another");
    }

    function test_AveragesAnswersRoundedDown() public {
        request(VALIDATOR, "a");
        request(OTHER_VALIDATOR, "b");
        request(VALIDATOR, "c");
        request(VALIDATOR, "unanswered");
        expectSummary(new address[](0), "", 0, 0);
        respond(VALIDATOR, "a", 80, "security");
        respond(OTHER_VALIDATOR, "b", 91, "speed");
        respond(VALIDATOR, "c", 0, "security");

        expectSummary(new address[](0), "", 3, 57);
        expectSummary(new address[](0), "security", 2, 40);
        expectSummary(new address[](0), "none", 0, 0);
        address[] memory asked = new address[](1);
        asked[0] = OTHER_VALIDATOR;
        expectSummary(asked, "", 1, 91);
        expectSummary(asked, "security", 0, 0);
        asked = new address[](3);
        (asked[0], asked[1], asked[2]) = (VALIDATOR, VALIDATOR, OTHER_VALIDATOR);
        expectSummary(asked, "", 3, 57);
    }

    function test_OnlyGovernanceUpgrades() public {
        request(VALIDATOR, "a");
        address next = address(new ValidationRegistry(identity));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        validations.upgradeToAndCall(next, "");
        validations.upgradeToAndCall(next, "");
        expectStatus("a", VALIDATOR, 0, 0, "", block.timestamp);
    }

    function test_NobodyInitializesTheImplementationOrAgain() public {
        vm.expectRevert("bad identity");
        new ValidationRegistry(IIdentityRegistry(address(0)));
        ValidationRegistry implementation = new ValidationRegistry(identity);
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        implementation.initialize(stranger);
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        validations.initialize(stranger);
    }

    function onlyLog() private returns (Vm.Log memory) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "events");
        vm.assertEq(logs[0].emitter, address(validations), "emitter");
        vm.assertEq(logs[0].topics.length, 4, "topics");
        return logs[0];
    }

    function expectStatus(
        bytes32 requestHash,
        address validator,
        uint8 response,
        bytes32 responseHash,
        string memory tag,
        uint256 lastUpdate
    ) private view {
        (, bytes memory read) = address(validations)
            .staticcall(abi.encodeCall(validations.getValidationStatus, (requestHash)));
        bytes memory expected = abi.encode(validator, weatherAgent, response, responseHash, tag, lastUpdate);
        vm.assertEq(read, expected, "status");
    }

    function expectSummary(address[] memory validators, string memory tag, uint64 count, uint8 average) private view {
        (uint64 counted, uint8 averaged) = validations.getSummary(weatherAgent, validators, tag);
        vm.assertEq(counted, count, "count");
        vm.assertEq(averaged, average, "average");
    }
}
