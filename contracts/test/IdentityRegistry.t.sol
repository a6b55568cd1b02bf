// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {IIdentityRegistry} from "../src/interfaces/IIdentityRegistry.sol";
import {Consortium} from "./Consortium.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {Vm} from "./Vm.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";

contract IdentityRegistryTest is Consortium {
    function test_FirstAgentIdIsZero() public view {
        vm.assertEq(weatherAgent, 0, "first agent");
        vm.assertEq(healthAgent, 1, "second agent");
    }

    function test_SelectorsAreThoseOfErc8004() public view {
        vm.assertEq(bytes4(keccak256("register()")), bytes4(0x1aa3a008), "register");
        vm.assertEq(identity.setAgentURI.selector, bytes4(0x0af28bd3), "setAgentURI");
        vm.assertEq(identity.setMetadata.selector, bytes4(0x466648da), "setMetadata");
        vm.assertEq(identity.getMetadata.selector, bytes4(0xcb4799f2), "getMetadata");
        vm.assertEq(identity.setAgentWallet.selector, bytes4(0x2d1ef5ae), "setAgentWallet");
        vm.assertEq(identity.getAgentWallet.selector, bytes4(0x00339509), "getAgentWallet");
        vm.assertEq(identity.unsetAgentWallet.selector, bytes4(0x3fddcf19), "unsetAgentWallet");
        vm.assertEq(identity.isAuthorizedOrOwner.selector, bytes4(0xd95e72be), "isAuthorizedOrOwner");
    }

    function test_OverloadsOfRegisterAnswerToTheSelectorsOfErc8004() public {
        bytes memory entries = abi.encode("u", new IIdentityRegistry.MetadataEntry[](0));
        bytes[3] memory calls = [
            abi.encodePacked(bytes4(0x1aa3a008)),
            abi.encodePacked(bytes4(0xf2c298be), abi.encode("u")),
            abi.encodePacked(bytes4(0x8ea42286), entries)
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(stranger);
            (bool done, bytes memory result) = address(identity).call(calls[i]);
            vm.assertTrue(done, "registers");
            vm.assertEq(abi.decode(result, (uint256)), 2 + i, "agentId");
        }
    }

    function test_RegisteredComesBeforeMetadataAsInTheReference() public {
        IIdentityRegistry.MetadataEntry[] memory entries = new IIdentityRegistry.MetadataEntry[](1);
        entries[0] = IIdentityRegistry.MetadataEntry("team", "blue");
        vm.recordLogs();
        vm.prank(stranger);
        uint256 agentId = identity.register("ipfs://card", entries);

        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 5, "events");
        vm.assertEq(logs[0].topics[0], keccak256("Transfer(address,address,uint256)"), "Transfer");
        vm.assertEq(logs[1].topics[0], keccak256("MetadataUpdate(uint256)"), "MetadataUpdate");
        vm.assertEq(logs[2].topics[0], keccak256("Registered(uint256,string,address)"), "Registered");
        vm.assertEq(logs[2].topics[1], bytes32(agentId), "Registered agentId");
        vm.assertEq(logs[2].topics[2], bytes32(uint256(uint160(stranger))), "Registered owner");
        vm.assertEq(logs[2].data, abi.encode("ipfs://card"), "Registered URI");
        vm.assertEq(logs[3].topics[0], keccak256("MetadataSet(uint256,string,string,bytes)"), "MetadataSet");
        vm.assertEq(logs[3].topics[2], keccak256("agentWallet"), "the wallet first");
        vm.assertEq(logs[3].data, abi.encode("agentWallet", abi.encodePacked(stranger)), "wallet's 20 bytes");
        vm.assertEq(logs[4].topics[2], keccak256("team"), "then the entries");
        vm.assertEq(identity.getMetadata(agentId, "team"), "blue", "metadata");
    }

    function testFuzz_KeepsAnyUri(string calldata first, string calldata second) public {
        vm.prank(stranger);
        uint256 agentId = identity.register(first);
        vm.assertEq(identity.tokenURI(agentId), first, "first");
        vm.prank(stranger);
        identity.setAgentURI(agentId, second);
        vm.assertEq(identity.tokenURI(agentId), second, "second");
        vm.assertEq(identity.getAgentWallet(agentId), stranger, "the wallet shares a slot with the URI");
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_KeepsUrisAroundEachSlotBoundary(uint16 length, uint16 next) public {
        string memory first = textOf(length % 400, "a");
        string memory second = textOf(next % 400, "b");
        vm.startPrank(stranger);
        uint256 agentId = identity.register(first);
        vm.assertEq(identity.tokenURI(agentId), first, "first");
        identity.setAgentURI(agentId, second);
        vm.assertEq(identity.tokenURI(agentId), second, "second");
        vm.stopPrank();
    }

    function textOf(uint256 length, bytes1 letter) private pure returns (string memory) {
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            text[i] = letter;
        }
        return string(text);
    }

    function testFuzz_KeepsAnyMetadata(string calldata key, bytes calldata value) public {
        vm.assume(keccak256(bytes(key)) != keccak256("agentWallet"));
        vm.prank(weatherAdmin);
        identity.setMetadata(weatherAgent, key, value);
        vm.assertEq(identity.getMetadata(weatherAgent, key), value, "metadata");
    }

    function test_ReservedKeyCannotForgeAWallet() public {
        vm.prank(weatherAdmin);
        vm.expectRevert("reserved key");
        identity.setMetadata(weatherAgent, "agentWallet", abi.encodePacked(stranger));

        IIdentityRegistry.MetadataEntry[] memory entries = new IIdentityRegistry.MetadataEntry[](1);
        entries[0] = IIdentityRegistry.MetadataEntry("agentWallet", abi.encodePacked(stranger));
        vm.expectRevert("reserved key");
        identity.register("ipfs://card", entries);
    }

    function test_StrangerManagesNothing() public {
        vm.startPrank(stranger);
        vm.expectRevert("Not authorized");
        identity.setAgentURI(weatherAgent, "ipfs://other");
        vm.expectRevert("Not authorized");
        identity.setMetadata(weatherAgent, "k", "v");
        vm.expectRevert("Not authorized");
        identity.unsetAgentWallet(weatherAgent);
        vm.expectRevert("Not authorized");
        identity.setAgentWallet(weatherAgent, stranger, block.timestamp, "");
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99));
        identity.setMetadata(99, "k", "v");
        vm.stopPrank();
    }

    function test_WalletIsReadAsMetadataToo() public {
        vm.assertEq(identity.getMetadata(weatherAgent, "agentWallet"), abi.encodePacked(weatherWallet), "20 bytes");
        vm.prank(weatherAdmin);
        identity.unsetAgentWallet(weatherAgent);
        vm.assertEq(identity.getMetadata(weatherAgent, "agentWallet"), "", "none");
        vm.assertEq(identity.getAgentWallet(weatherAgent), address(0), "no wallet");
    }

    function test_OwnersSignatureCannotBindAnothersWallet() public {
        uint256 deadline = block.timestamp + 1 minutes;
        bytes32 digest = walletDigest(stranger, weatherAgent, weatherAdmin, deadline);
        bytes memory byOwner = signWith(WEATHER_ADMIN_KEY, digest);
        vm.prank(weatherAdmin);
        vm.expectRevert("invalid wallet sig");
        identity.setAgentWallet(weatherAgent, stranger, deadline, byOwner);
    }

    function test_ConsentLastsFiveMinutesAtMost() public {
        bytes memory tooFar = signWallet(0xD1, weatherAgent, weatherAdmin, block.timestamp + 5 minutes + 1);
        vm.prank(weatherAdmin);
        vm.expectRevert("deadline too far");
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), block.timestamp + 5 minutes + 1, tooFar);

        uint256 deadline = block.timestamp + 5 minutes;
        bytes memory consent = signWallet(0xD1, weatherAgent, weatherAdmin, deadline);
        vm.warp(deadline + 1);
        vm.prank(weatherAdmin);
        vm.expectRevert("expired");
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
        vm.warp(deadline);
        vm.prank(weatherAdmin);
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
        vm.assertEq(identity.getAgentWallet(weatherAgent), vm.addr(0xD1), "wallet");
    }

    function test_ConsentCannotBeReplayedForAnotherAgentOrOwner() public {
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(0xD1, weatherAgent, weatherAdmin, deadline);
        vm.prank(healthAdmin);
        vm.expectRevert("invalid wallet sig");
        identity.setAgentWallet(healthAgent, vm.addr(0xD1), deadline, consent);

        vm.prank(weatherAdmin);
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        vm.prank(stranger);
        vm.expectRevert("invalid wallet sig");
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
    }

    function test_ContractWalletConsentsByErc1271() public {
        ContractWallet wallet = new ContractWallet(vm.addr(0xD1));
        uint256 deadline = block.timestamp + 1 minutes;
        bytes32 digest = walletDigest(address(wallet), weatherAgent, weatherAdmin, deadline);
        vm.startPrank(weatherAdmin);
        vm.expectRevert("invalid wallet sig");
        identity.setAgentWallet(weatherAgent, address(wallet), deadline, signWith(0xD2, digest));
        identity.setAgentWallet(weatherAgent, address(wallet), deadline, signWith(0xD1, digest));
        vm.stopPrank();
        vm.assertEq(identity.getAgentWallet(weatherAgent), address(wallet), "wallet");
    }

    function test_TransferClearsTheWallet() public {
        vm.expectEmit(address(identity));
        emit IIdentityRegistry.MetadataSet(weatherAgent, "agentWallet", "agentWallet", "");
        vm.prank(weatherAdmin);
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        vm.assertEq(identity.getAgentWallet(weatherAgent), address(0), "wallet");
    }

    function test_FormerOperatorCannotTakeTheAgentOver() public {
        vm.startPrank(weatherAdmin);
        identity.setApprovalForAll(address(0x0b), true);
        identity.approve(address(0x0c), weatherAgent);
        vm.assertTrue(identity.isAuthorizedOrOwner(address(0x0b), weatherAgent), "operator");
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        vm.stopPrank();
        vm.assertFalse(identity.isAuthorizedOrOwner(address(0x0b), weatherAgent), "former operator");
        vm.assertFalse(identity.isAuthorizedOrOwner(address(0x0c), weatherAgent), "formerly approved");
        vm.assertFalse(identity.isAuthorizedOrOwner(weatherAdmin, weatherAgent), "former owner");
    }

    function test_ReenteringReceiverFindsItsRegistrationComplete() public {
        ReenteringReceiver receiver = new ReenteringReceiver(identity);
        receiver.registerTwo();
        vm.assertEq(identity.tokenURI(2), "ipfs://outer", "outer");
        vm.assertEq(identity.tokenURI(3), "ipfs://inner", "inner");
        vm.assertEq(receiver.uriSeen(), "ipfs://outer", "complete when asked");
    }

    function test_ContractThatTakesNoTokensCannotRegister() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(this)));
        identity.register();
    }

    function test_OnlyGovernanceUpgrades() public {
        address next = address(new IdentityRegistry());
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        identity.upgradeToAndCall(next, "");
        identity.upgradeToAndCall(next, "");
        vm.assertEq(identity.getAgentWallet(weatherAgent), weatherWallet, "state stays");
    }

    function test_NobodyInitializesTheImplementationOrAgain() public {
        IdentityRegistry implementation = new IdentityRegistry();
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        implementation.initialize(stranger);
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        identity.initialize(stranger);
    }

    function test_TokenIsNamedAsInTheReference() public view {
        vm.assertEq(identity.name(), "AgentIdentity", "name");
        vm.assertEq(identity.symbol(), "AGENT", "symbol");
        vm.assertTrue(identity.supportsInterface(0x80ac58cd), "ERC-721");
        vm.assertTrue(identity.supportsInterface(0x49064906), "ERC-4906");
        (, string memory name, string memory version,, address verifying,,) = identity.eip712Domain();
        vm.assertEq(name, "ERC8004IdentityRegistry", "domain name");
        vm.assertEq(version, "1", "domain version");
        vm.assertEq(verifying, address(identity), "domain contract");
    }
}

contract ReenteringReceiver is IERC721Receiver {
    IdentityRegistry private immutable identity;
    string public uriSeen;

    constructor(IdentityRegistry identity_) {
        identity = identity_;
    }

    function registerTwo() external {
        identity.register("ipfs://outer");
    }

    function onERC721Received(address, address, uint256 agentId, bytes calldata) external returns (bytes4) {
        if (bytes(uriSeen).length == 0) {
            uriSeen = identity.tokenURI(agentId);
            identity.register("ipfs://inner");
        }
        return this.onERC721Received.selector;
    }
}
