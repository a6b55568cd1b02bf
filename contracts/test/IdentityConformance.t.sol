// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIdentityRegistry} from "../src/interfaces/IIdentityRegistry.sol";
import {Consortium} from "./Consortium.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {Vm} from "./Vm.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @notice What IdentityRegistry.t.sol leaves open of the behaviour of ERC-8004's reference contracts.
contract IdentityConformanceTest is Consortium {
    bytes32 private constant REGISTERED = 0xca52e62c367d81bb2e328eb795f7c7ba24afb478408a26c0e201d155c449bc4a;
    bytes32 private constant METADATA_SET = 0x2c149ed548c6d2993cd73efe187df6eccabe4538091b33adbd25fafdb8a1468b;
    bytes32 private constant URI_UPDATED = 0x3a2c7fffc2cba7582c690e3b82c453ea02a308326a98a3ad7576c606336409fb;
    bytes32 private constant TRANSFER = 0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef;

    function test_RegisteringWithoutAUriTellsTheSameInTheSameOrder() public {
        vm.recordLogs();
        vm.prank(stranger);
        uint256 agentId = identity.register();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 3, "events");
        vm.assertEq(logs[0].topics[0], TRANSFER, "Transfer");
        vm.assertEq(logs[1].topics[0], REGISTERED, "Registered");
        vm.assertEq(logs[1].topics.length, 3, "indexed");
        vm.assertEq(logs[1].data, abi.encode(""), "no URI");
        vm.assertEq(logs[2].topics[0], METADATA_SET, "MetadataSet");
        vm.assertEq(logs[2].topics.length, 3, "indexed");
        vm.assertEq(logs[2].topics[1], bytes32(agentId), "agentId");
        vm.assertEq(identity.tokenURI(agentId), "", "URI");
        vm.assertEq(identity.ownerOf(agentId), stranger, "owner");
        vm.assertEq(identity.getAgentWallet(agentId), stranger, "first wallet");
    }

    function test_UriUpdatedIsTheEventOfErc8004() public {
        vm.prank(weatherAdmin);
        identity.approve(stranger, weatherAgent);
        vm.recordLogs();
        vm.prank(stranger);
        identity.setAgentURI(weatherAgent, "ipfs://next");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 2, "events");
        vm.assertEq(logs[1].topics[0], URI_UPDATED, "URIUpdated");
        vm.assertEq(logs[1].topics.length, 3, "indexed");
        vm.assertEq(logs[1].topics[1], bytes32(weatherAgent), "agentId");
        vm.assertEq(logs[1].topics[2], bytes32(uint256(uint160(stranger))), "by");
        vm.assertEq(logs[1].data, abi.encode("ipfs://next"), "URI");
    }

    function test_MetadataSetIsTheEventOfErc8004() public {
        vm.recordLogs();
        vm.prank(weatherAdmin);
        identity.setMetadata(weatherAgent, "team", hex"00ff");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "events");
        vm.assertEq(logs[0].topics[0], METADATA_SET, "MetadataSet");
        vm.assertEq(logs[0].topics[2], keccak256("team"), "indexed key");
        vm.assertEq(logs[0].data, abi.encode("team", hex"00ff"), "data");
    }

    function test_AWalletChangeTellsAsMetadata() public {
        uint256 deadline = block.timestamp + 5 minutes;
        bytes memory consent = signWallet(0xD1, weatherAgent, weatherAdmin, deadline);
        vm.expectEmit(address(identity));
        emit IIdentityRegistry.MetadataSet(weatherAgent, "agentWallet", "agentWallet", abi.encodePacked(vm.addr(0xD1)));
        vm.prank(weatherAdmin);
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
        vm.assertEq(
            identity.getMetadata(weatherAgent, "agentWallet"), abi.encodePacked(vm.addr(0xD1)), "read as metadata"
        );
        vm.expectEmit(address(identity));
        emit IIdentityRegistry.MetadataSet(weatherAgent, "agentWallet", "agentWallet", "");
        vm.prank(weatherAdmin);
        identity.unsetAgentWallet(weatherAgent);
    }

    function test_WalletChecksInTheOrderOfTheReference() public {
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99));
        identity.setAgentWallet(99, address(0), 0, "");
        vm.expectRevert("Not authorized");
        identity.setAgentWallet(weatherAgent, address(0), 0, "");
        vm.stopPrank();
        vm.startPrank(weatherAdmin);
        vm.expectRevert("bad wallet");
        identity.setAgentWallet(weatherAgent, address(0), 0, "");
        vm.expectRevert("expired");
        identity.setAgentWallet(weatherAgent, stranger, block.timestamp - 1, "");
        vm.expectRevert("deadline too far");
        identity.setAgentWallet(weatherAgent, stranger, block.timestamp + 301, "");
        vm.expectRevert("invalid wallet sig");
        identity.setAgentWallet(weatherAgent, stranger, block.timestamp + 300, "");
        vm.stopPrank();
    }

    function test_ManagersOfTheAgentSetEverythingForIt() public {
        vm.startPrank(weatherAdmin);
        identity.setApprovalForAll(address(0x0b), true);
        identity.approve(address(0x0c), weatherAgent);
        vm.stopPrank();
        address[2] memory managers = [address(0x0b), address(0x0c)];
        for (uint256 i = 0; i < managers.length; ++i) {
            uint256 deadline = block.timestamp + 1 minutes;
            // What the wallet consents to names the owner, whoever sends it.
            bytes memory consent = signWallet(0xD1, weatherAgent, weatherAdmin, deadline);
            vm.startPrank(managers[i]);
            identity.setAgentURI(weatherAgent, "ipfs://next");
            identity.setMetadata(weatherAgent, "k", "v");
            identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
            identity.unsetAgentWallet(weatherAgent);
            vm.stopPrank();
        }
    }

    function test_AContractThatAnswersAmissConsentsToNothing() public {
        bytes32 consent = "any";
        address[3] memory wallets = [address(new Answering(0)), address(new Answering(4)), address(identity)];
        for (uint256 i = 0; i < wallets.length; ++i) {
            vm.prank(weatherAdmin);
            vm.expectRevert("invalid wallet sig");
            identity.setAgentWallet(weatherAgent, wallets[i], block.timestamp, abi.encode(consent));
        }
    }

    function test_Attack_AConsentOnAnotherChainOrDomainBindsNoWallet() public {
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(0xD1, weatherAgent, weatherAdmin, deadline);
        vm.chainId(block.chainid + 1);
        vm.prank(weatherAdmin);
        vm.expectRevert("invalid wallet sig");
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
    }

    function test_AContractWalletIsClearedByATransferToo() public {
        ContractWallet wallet = new ContractWallet(vm.addr(0xD1));
        uint256 deadline = block.timestamp + 1 minutes;
        bytes32 digest = walletDigest(address(wallet), weatherAgent, weatherAdmin, deadline);
        vm.startPrank(weatherAdmin);
        identity.setAgentWallet(weatherAgent, address(wallet), deadline, signWith(0xD1, digest));
        identity.safeTransferFrom(weatherAdmin, stranger, weatherAgent);
        vm.stopPrank();
        vm.assertEq(identity.getAgentWallet(weatherAgent), address(0), "wallet");
        vm.assertEq(identity.getMetadata(weatherAgent, "agentWallet"), "", "metadata");
    }

    function test_ATransferToOneselfClearsTheWalletAsInTheReference() public {
        vm.prank(weatherAdmin);
        identity.transferFrom(weatherAdmin, weatherAdmin, weatherAgent);
        vm.assertEq(identity.getAgentWallet(weatherAgent), address(0), "wallet");
    }

    function test_WhatDoesNotExistReadsAsInTheReference() public {
        vm.assertEq(identity.getAgentWallet(99), address(0), "wallet");
        vm.assertEq(identity.getMetadata(99, "agentWallet"), "", "metadata");
        bytes memory refusal = abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99);
        vm.expectRevert(refusal);
        identity.tokenURI(99);
        vm.expectRevert(refusal);
        identity.isAuthorizedOrOwner(stranger, 99);
        vm.expectRevert(refusal);
        identity.unsetAgentWallet(99);
        vm.expectRevert(refusal);
        identity.setAgentURI(99, "");
    }

    function test_AnswersAsTheReferenceOfItsVersion() public view {
        vm.assertEq(identity.getVersion(), "2.0.0", "version");
        vm.assertTrue(identity.isAuthorizedOrOwner(weatherAdmin, weatherAgent), "owner");
        vm.assertFalse(identity.isAuthorizedOrOwner(weatherWallet, weatherAgent), "the wallet manages nothing");
        vm.assertFalse(identity.isAuthorizedOrOwner(address(0), weatherAgent), "nor does nobody");
    }
}

/// @notice Answers any ERC-1271 question with so many bytes, and never with what says yes.
contract Answering {
    uint256 private immutable size;

    constructor(uint256 size_) {
        size = size_;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        return size == 0 ? bytes("") : abi.encodePacked(bytes4(0x1626ba7e));
    }
}
