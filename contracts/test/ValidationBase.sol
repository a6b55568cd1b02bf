// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidationRegistry} from "../src/ValidationRegistry.sol";
import {EscrowBase} from "./EscrowBase.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @notice A consortium with a validation registry, as deployed.
abstract contract ValidationBase is EscrowBase {
    address internal constant VALIDATOR = address(0xA11);
    address internal constant OTHER_VALIDATOR = address(0xA12);

    ValidationRegistry internal validations;

    function setUp() public virtual override {
        super.setUp();
        bytes memory initialize = abi.encodeCall(ValidationRegistry.initialize, (address(manager)));
        validations =
            ValidationRegistry(address(new ERC1967Proxy(address(new ValidationRegistry(identity)), initialize)));
    }

    function request(address validator, bytes32 requestHash) internal {
        vm.prank(weatherAdmin);
        validations.validationRequest(validator, weatherAgent, "ipfs://request", requestHash);
    }

    function respond(address validator, bytes32 requestHash, uint8 response, string memory tag) internal {
        vm.prank(validator);
        validations.validationResponse(requestHash, response, "ipfs://response", "response", tag);
    }
}
