// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// What is deployed just as OpenZeppelin wrote it: imported so that it is compiled, and its bytecode committed, with the rest.
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
