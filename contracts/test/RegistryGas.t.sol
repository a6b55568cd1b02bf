// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReputationRegistry} from "../src/ReputationRegistry.sol";
import {ValidationRegistry} from "../src/ValidationRegistry.sol";
import {Consortium} from "./Consortium.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @notice That the registries are no dearer than the standard's reference contracts of August 2026. What is measured is a
/// little more than the transaction: the call by the test is in it, 2,600 for an address that a transaction finds warm.
/// @custom:as-shipped
contract RegistryGasTest is Consortium {
    address private constant CLIENT = address(0xC11E);
    address private constant VALIDATOR = address(0xA11);

    ReputationRegistry private reputation;
    ValidationRegistry private validations;

    function setUp() public override {
        super.setUp();
        bytes memory initialize = abi.encodeCall(ReputationRegistry.initialize, (address(manager)));
        reputation =
            ReputationRegistry(address(new ERC1967Proxy(address(new ReputationRegistry(identity)), initialize)));
        validations =
            ValidationRegistry(address(new ERC1967Proxy(address(new ValidationRegistry(identity)), initialize)));
        vm.prank(CLIENT);
        reputation.giveFeedback(healthAgent, 80, 0, "", "", "", "", 0);
        vm.prank(healthAdmin);
        validations.validationRequest(VALIDATOR, healthAgent, "ipfs://request", keccak256("first"));
    }

    function expectAtMost(uint256 limit, address sender, address target, bytes memory call) private {
        uint256 intrinsic = 21_000;
        for (uint256 i = 0; i < call.length; ++i) {
            intrinsic += call[i] == 0 ? 4 : 16;
        }
        vm.prank(sender);
        uint256 before = gasleft();
        (bool done,) = target.call(call);
        uint256 spent = intrinsic + before - gasleft();
        vm.assertTrue(done, "done");
        vm.assertLe(spent, limit, "gas");
    }

    function test_AFirstFeedbackIsNoDearerThanOnTheReference() public {
        bytes memory call = abi.encodeCall(reputation.giveFeedback, (weatherAgent, 80, 0, "", "", "", "", 0));
        expectAtMost(152_793, CLIENT, address(reputation), call);
    }

    function test_ARepeatedFeedbackIsNoDearerThanOnTheReference() public {
        bytes memory call = abi.encodeCall(reputation.giveFeedback, (healthAgent, 80, 0, "", "", "", "", 0));
        expectAtMost(88_049, CLIENT, address(reputation), call);
    }

    function test_AFirstRequestIsNoDearerThanOnTheReference() public {
        bytes memory call = abi.encodeCall(
            validations.validationRequest, (address(0xA12), weatherAgent, "ipfs://request", keccak256("second"))
        );
        expectAtMost(156_607, weatherAdmin, address(validations), call);
    }

    function test_AFirstResponseIsNoDearerThanOnTheReference() public {
        bytes memory call = abi.encodeCall(
            validations.validationResponse, (keccak256("first"), 100, "ipfs://response", keccak256("r"), "passed")
        );
        expectAtMost(90_150, VALIDATOR, address(validations), call);
    }
}
