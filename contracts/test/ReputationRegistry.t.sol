// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReputationRegistry} from "../src/ReputationRegistry.sol";
import {IIdentityRegistry} from "../src/interfaces/IIdentityRegistry.sol";
import {ReputationBase} from "./ReputationBase.sol";
import {Vm} from "./Vm.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract ReputationRegistryTest is ReputationBase {
    function test_SelectorsAreThoseOfErc8004() public view {
        vm.assertEq(reputation.giveFeedback.selector, bytes4(0x3c036a7e), "giveFeedback");
        vm.assertEq(reputation.revokeFeedback.selector, bytes4(0x4ab3ca99), "revokeFeedback");
        vm.assertEq(reputation.appendResponse.selector, bytes4(0xc2349ab2), "appendResponse");
        vm.assertEq(reputation.getSummary.selector, bytes4(0x81bbba58), "getSummary");
        vm.assertEq(reputation.readFeedback.selector, bytes4(0x232b0810), "readFeedback");
        vm.assertEq(reputation.readAllFeedback.selector, bytes4(0xd9d84224), "readAllFeedback");
        vm.assertEq(reputation.getResponseCount.selector, bytes4(0x6e04cacd), "getResponseCount");
        vm.assertEq(reputation.getClients.selector, bytes4(0x42dd519c), "getClients");
        vm.assertEq(reputation.getLastIndex.selector, bytes4(0xf2d81759), "getLastIndex");
        vm.assertEq(reputation.getIdentityRegistry.selector, bytes4(0xbc4d861b), "getIdentityRegistry");
        vm.assertEq(reputation.getVersion.selector, bytes4(0x0d8e6e2c), "getVersion");
    }

    function test_NewFeedbackIsTheEventOfErc8004() public {
        vm.recordLogs();
        vm.prank(CLIENT);
        reputation.giveFeedback(weatherAgent, -987, 2, "quality", "speed", "https://a", "ipfs://f", bytes32("hash"));

        Vm.Log memory log = onlyLog();
        vm.assertEq(log.topics.length, 4, "topics");
        bytes32 topic = 0x6a4a61743519c9d648a14e6493f47dbe3ff1aa29e7785c96c8326a205e58febc;
        vm.assertEq(log.topics[0], topic, "event");
        vm.assertEq(log.topics[1], bytes32(weatherAgent), "agentId");
        vm.assertEq(log.topics[2], bytes32(uint256(uint160(CLIENT))), "client");
        vm.assertEq(log.topics[3], keccak256("quality"), "indexed tag");
        bytes memory data =
            abi.encode(uint64(1), int128(-987), uint8(2), "quality", "speed", "https://a", "ipfs://f", bytes32("hash"));
        vm.assertEq(log.data, data, "data");
    }

    function test_FeedbackRevokedIsTheEventOfErc8004() public {
        give(CLIENT, 1, 0, "", "");
        vm.recordLogs();
        vm.prank(CLIENT);
        reputation.revokeFeedback(weatherAgent, 1);

        Vm.Log memory log = onlyLog();
        vm.assertEq(log.topics.length, 4, "topics");
        bytes32 topic = 0x25156fd3288212246d8b008d5921fde376c71ed14ac2e072a506eb06fde6d09d;
        vm.assertEq(log.topics[0], topic, "event");
        vm.assertEq(log.topics[1], bytes32(weatherAgent), "agentId");
        vm.assertEq(log.topics[2], bytes32(uint256(uint160(CLIENT))), "client");
        vm.assertEq(log.topics[3], bytes32(uint256(1)), "index");
        vm.assertEq(log.data, "", "data");
    }

    function test_ResponseAppendedIsTheEventOfErc8004() public {
        give(CLIENT, 1, 0, "", "");
        vm.recordLogs();
        respond(stranger, CLIENT, 1);

        Vm.Log memory log = onlyLog();
        vm.assertEq(log.topics.length, 4, "topics");
        bytes32 topic = 0xb1c6be0b5b8aef6539e2fac0fd131a2faa7b49edf8e505b5eb0ad487d56051d4;
        vm.assertEq(log.topics[0], topic, "event");
        vm.assertEq(log.topics[1], bytes32(weatherAgent), "agentId");
        vm.assertEq(log.topics[2], bytes32(uint256(uint160(CLIENT))), "client");
        vm.assertEq(log.topics[3], bytes32(uint256(uint160(stranger))), "responder");
        vm.assertEq(log.data, abi.encode(uint64(1), "ipfs://r", bytes32("r")), "data");
    }

    function test_AnswersAsTheReferenceOfItsVersion() public view {
        vm.assertEq(reputation.getVersion(), "2.0.0", "version");
        vm.assertEq(reputation.getIdentityRegistry(), address(identity), "identity");
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_KeepsWhatWasGiven(int128 value, uint8 decimals, string memory tag1, string memory tag2) public {
        value = int128(int256(bound(uint256(uint128(value)), 0, 2e38)) - 1e38);
        decimals = uint8(bound(decimals, 0, 18));
        give(CLIENT, 5, 0, "first", "");
        give(CLIENT, value, decimals, tag1, tag2);

        vm.assertEq(reputation.getLastIndex(weatherAgent, CLIENT), 2, "index");
        expectEntry(CLIENT, 1, 5, 0, "first", "", false);
        expectEntry(CLIENT, 2, value, decimals, tag1, tag2, false);
        vm.assertEq(abi.encode(reputation.getClients(weatherAgent)), abi.encode(only(CLIENT)), "listed once");
    }

    function test_IndicesStartAtOneForEachClientAndAgent() public {
        vm.assertEq(reputation.getLastIndex(weatherAgent, CLIENT), 0, "none");
        vm.assertEq(reputation.getClients(weatherAgent).length, 0, "no clients");
        give(CLIENT, 1, 0, "", "");
        give(OTHER_CLIENT, 2, 0, "", "");
        give(CLIENT, 3, 0, "", "");
        vm.prank(CLIENT);
        reputation.giveFeedback(healthAgent, 4, 0, "", "", "", "", 0);
        vm.assertEq(reputation.getLastIndex(weatherAgent, CLIENT), 2, "client");
        vm.assertEq(reputation.getLastIndex(weatherAgent, OTHER_CLIENT), 1, "other client");
        vm.assertEq(reputation.getLastIndex(healthAgent, CLIENT), 1, "other agent");
        bytes memory clients = abi.encode(both(CLIENT, OTHER_CLIENT));
        vm.assertEq(abi.encode(reputation.getClients(weatherAgent)), clients, "in the order of their first");
    }

    function test_ValuesAndDecimalsHaveTheBoundsOfTheReference() public {
        give(CLIENT, 1e38, 18, "", "");
        give(CLIENT, -1e38, 0, "", "");
        vm.startPrank(CLIENT);
        vm.expectRevert("value too large");
        reputation.giveFeedback(weatherAgent, 1e38 + 1, 0, "", "", "", "", 0);
        vm.expectRevert("value too large");
        reputation.giveFeedback(weatherAgent, -1e38 - 1, 0, "", "", "", "", 0);
        vm.expectRevert("value too large");
        reputation.giveFeedback(weatherAgent, type(int128).min, 0, "", "", "", "", 0);
        vm.expectRevert("too many decimals");
        reputation.giveFeedback(weatherAgent, type(int128).max, 19, "", "", "", "", 0);
        vm.stopPrank();
    }

    function test_AnAgentThatDoesNotExistGetsTheErrorOfErc721() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99));
        reputation.giveFeedback(99, 1, 0, "", "", "", "", 0);
        vm.expectRevert("value too large");
        reputation.giveFeedback(99, type(int128).max, 0, "", "", "", "", 0);
    }

    function test_Attack_SelfFeedbackByOwnerOperatorOrApproved() public {
        vm.startPrank(weatherAdmin);
        identity.setApprovalForAll(address(0x0b), true);
        identity.approve(address(0x0c), weatherAgent);
        vm.stopPrank();
        address[3] memory selves = [weatherAdmin, address(0x0b), address(0x0c)];
        for (uint256 i = 0; i < selves.length; ++i) {
            vm.prank(selves[i]);
            vm.expectRevert("Self-feedback not allowed");
            reputation.giveFeedback(weatherAgent, 100, 0, "", "", "", "", 0);
        }
        // As in the reference, the wallet is none of the three.
        give(weatherWallet, 100, 0, "", "");
    }

    function test_RevocationChecksInTheOrderOfTheReference() public {
        give(CLIENT, 7, 1, "a", "b");
        vm.startPrank(CLIENT);
        vm.expectRevert("index must be > 0");
        reputation.revokeFeedback(weatherAgent, 0);
        vm.expectRevert("index out of bounds");
        reputation.revokeFeedback(weatherAgent, 2);
        reputation.revokeFeedback(weatherAgent, 1);
        vm.expectRevert("Already revoked");
        reputation.revokeFeedback(weatherAgent, 1);
        vm.stopPrank();
        expectEntry(CLIENT, 1, 7, 1, "a", "b", true);
        vm.assertEq(reputation.getLastIndex(weatherAgent, CLIENT), 1, "the index stays");
    }

    function test_NobodyRevokesAnothersFeedback() public {
        give(CLIENT, 1, 0, "", "");
        vm.prank(weatherAdmin);
        vm.expectRevert("index out of bounds");
        reputation.revokeFeedback(weatherAgent, 1);
    }

    function test_ResponseChecksInTheOrderOfTheReference() public {
        vm.expectRevert("index must be > 0");
        reputation.appendResponse(weatherAgent, CLIENT, 0, "", 0);
        vm.expectRevert("Empty URI");
        reputation.appendResponse(weatherAgent, CLIENT, 1, "", 0);
        vm.expectRevert("index out of bounds");
        reputation.appendResponse(weatherAgent, CLIENT, 1, "ipfs://r", 0);
    }

    function test_ReadingChecksTheIndex() public {
        vm.expectRevert("index must be > 0");
        reputation.readFeedback(weatherAgent, CLIENT, 0);
        vm.expectRevert("index out of bounds");
        reputation.readFeedback(weatherAgent, CLIENT, 1);
    }

    function test_CountsResponsesAsTheReferenceDoes() public {
        give(CLIENT, 1, 0, "", "");
        give(CLIENT, 2, 0, "", "");
        give(OTHER_CLIENT, 3, 0, "", "");
        respond(stranger, CLIENT, 1);
        respond(stranger, CLIENT, 1);
        respond(weatherAdmin, CLIENT, 1);
        respond(stranger, CLIENT, 2);
        respond(weatherAdmin, OTHER_CLIENT, 1);
        address[] memory anyone = new address[](0);

        expectResponses(CLIENT, 1, anyone, 3);
        expectResponses(CLIENT, 1, only(stranger), 2);
        expectResponses(CLIENT, 1, both(stranger, weatherAdmin), 3);
        expectResponses(CLIENT, 1, both(stranger, stranger), 4);
        expectResponses(CLIENT, 0, anyone, 4);
        expectResponses(CLIENT, 0, only(stranger), 3);
        expectResponses(address(0), 0, anyone, 5);
        expectResponses(address(0), 9, only(weatherAdmin), 2);
        expectResponses(CLIENT, 9, anyone, 0);
        expectResponses(stranger, 0, anyone, 0);
    }

    function test_WhatWasRevokedStillTakesResponses() public {
        give(CLIENT, 1, 0, "", "");
        vm.prank(CLIENT);
        reputation.revokeFeedback(weatherAgent, 1);
        respond(stranger, CLIENT, 1);
        expectResponses(CLIENT, 1, new address[](0), 1);
    }

    function test_OnlyGovernanceUpgrades() public {
        give(CLIENT, 7, 0, "", "");
        address next = address(new ReputationRegistry(identity));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        reputation.upgradeToAndCall(next, "");
        reputation.upgradeToAndCall(next, "");
        expectEntry(CLIENT, 1, 7, 0, "", "", false);
    }

    function test_NobodyInitializesTheImplementationOrAgain() public {
        vm.expectRevert("bad identity");
        new ReputationRegistry(IIdentityRegistry(address(0)));
        ReputationRegistry implementation = new ReputationRegistry(identity);
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        implementation.initialize(stranger);
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        reputation.initialize(stranger);
    }

    function onlyLog() private returns (Vm.Log memory) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "events");
        vm.assertEq(logs[0].emitter, address(reputation), "emitter");
        return logs[0];
    }

    function respond(address responder, address client, uint64 index) private {
        vm.prank(responder);
        reputation.appendResponse(weatherAgent, client, index, "ipfs://r", "r");
    }

    function expectResponses(address client, uint64 index, address[] memory responders, uint256 count) private view {
        vm.assertEq(reputation.getResponseCount(weatherAgent, client, index, responders), count, "responses");
    }

    function expectEntry(
        address client,
        uint64 index,
        int128 value,
        uint8 decimals,
        string memory tag1,
        string memory tag2,
        bool revoked
    ) private view {
        (, bytes memory read) = address(reputation)
            .staticcall(abi.encodeCall(reputation.readFeedback, (weatherAgent, client, index)));
        vm.assertEq(read, abi.encode(value, decimals, tag1, tag2, revoked), "entry");
    }
}
