// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReputationRegistry} from "../src/ReputationRegistry.sol";
import {EscrowBase} from "./EscrowBase.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @notice A consortium with a reputation registry, as deployed.
abstract contract ReputationBase is EscrowBase {
    address internal constant CLIENT = address(0xC11E);
    address internal constant OTHER_CLIENT = address(0xC12E);

    ReputationRegistry internal reputation;

    function setUp() public virtual override {
        super.setUp();
        bytes memory initialize = abi.encodeCall(ReputationRegistry.initialize, (address(manager)));
        reputation =
            ReputationRegistry(address(new ERC1967Proxy(address(new ReputationRegistry(identity)), initialize)));
    }

    function give(address client, int128 value, uint8 decimals, string memory tag1, string memory tag2) internal {
        vm.prank(client);
        reputation.giveFeedback(weatherAgent, value, decimals, tag1, tag2, "", "", 0);
    }

    function only(address account) internal pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }

    function both(address first, address second) internal pure returns (address[] memory accounts) {
        accounts = new address[](2);
        accounts[0] = first;
        accounts[1] = second;
    }
}
