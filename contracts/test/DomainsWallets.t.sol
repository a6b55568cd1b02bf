// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "../src/interfaces/IDomains.sol";
import {Consortium} from "./Consortium.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @notice Which wallets spoke for an agent, and the ways to speak for one that is not yours.
contract DomainsWalletsTest is Consortium {
    uint256 private constant NEXT_KEY = 0xB7;
    address private immutable nextWallet = vm.addr(NEXT_KEY);

    function test_EnrolmentNotesTheWalletOfThatMoment() public {
        vm.assertEq(domains.walletSince(weatherAgent, weatherWallet), block.timestamp, "noted");
        vm.assertEq(domains.walletSince(weatherAgent, healthWallet), 0, "another's");
        vm.assertEq(domains.walletSince(healthAgent, weatherWallet), 0, "for another");

        vm.prank(weatherAdmin);
        uint256 agentId = identity.register("ipfs://card");
        vm.expectEmit(address(domains));
        emit IDomains.AgentEnrolled(WEATHER, agentId);
        vm.expectEmit(address(domains));
        emit IDomains.WalletNoted(agentId, weatherAdmin);
        vm.prank(weatherAdmin);
        domains.enrol(WEATHER, agentId);
    }

    function test_AnAgentEnrolledWithoutWalletHasNothingNoted() public {
        vm.startPrank(weatherAdmin);
        uint256 agentId = identity.register("ipfs://card");
        identity.unsetAgentWallet(agentId);
        domains.enrol(WEATHER, agentId);
        vm.stopPrank();
        vm.assertEq(domains.walletSince(agentId, address(0)), 0, "nobody speaks for it");
        expectInactive(agentId);
    }

    function test_AWalletIsReplacedWithoutAMomentOfDowntime() public {
        uint256 enrolledAt = block.timestamp;
        vm.warp(enrolledAt + 30 days);
        rotate();
        vm.assertEq(domains.activeWalletOf(weatherAgent), nextWallet, "speaks from the same transaction on");
        vm.assertEq(domains.domainOf(weatherAgent), WEATHER, "still enrolled");

        vm.prank(stranger);
        domains.noteWallet(weatherAgent);
        vm.assertEq(domains.walletSince(weatherAgent, nextWallet), enrolledAt + 30 days, "the new one, by anyone");
        vm.assertEq(domains.walletSince(weatherAgent, weatherWallet), enrolledAt, "the old one stays on record");
    }

    function test_ANoteIsNeverRenewedNorRemoved() public {
        uint256 enrolledAt = block.timestamp;
        vm.warp(enrolledAt + 1 days);
        vm.recordLogs();
        domains.noteWallet(weatherAgent);
        vm.assertEq(vm.getRecordedLogs().length, 0, "said once");

        vm.startPrank(weatherAdmin);
        domains.withdraw(weatherAgent);
        domains.enrol(WEATHER, weatherAgent);
        identity.unsetAgentWallet(weatherAgent);
        domains.withdraw(weatherAgent);
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        vm.stopPrank();
        domains.suspend(WEATHER);
        vm.assertEq(domains.walletSince(weatherAgent, weatherWallet), enrolledAt, "whatever happened since");
    }

    function test_NothingIsNotedOfAnAgentThatIsNotActive() public {
        domains.suspend(WEATHER);
        rotate();
        expectInactive(weatherAgent);
        domains.reinstate(WEATHER);

        vm.prank(weatherAdmin);
        domains.withdraw(weatherAgent);
        expectInactive(weatherAgent);
        expectInactive(99);
        vm.assertEq(domains.walletSince(weatherAgent, nextWallet), 0, "never spoke");
    }

    /// @dev The buyer has a wallet of its own on the agent, and would be taken for a wallet of the domain's agent.
    function test_Attack_IdentityTakenOverByTransfer() public {
        vm.prank(weatherAdmin);
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        expectInactive(weatherAgent);
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(NEXT_KEY, weatherAgent, stranger, deadline);
        vm.prank(stranger);
        identity.setAgentWallet(weatherAgent, nextWallet, deadline, consent);
        expectInactive(weatherAgent);
        vm.assertEq(domains.walletSince(weatherAgent, nextWallet), 0, "never spoke for the domain");
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmin.selector, WEATHER, stranger));
        domains.enrol(WEATHER, weatherAgent);
    }

    /// @dev One that was approved for all of the owner's agents and is no more; then one of an owner that was.
    function test_Attack_IdentityTakenOverByAFormerOperator() public {
        address operator = address(0x0b);
        domains.admit("police", operator, "Police");
        vm.startPrank(weatherAdmin);
        domains.withdraw(weatherAgent);
        identity.setApprovalForAll(operator, true);
        identity.setApprovalForAll(operator, false);
        vm.stopPrank();
        expectPowerless(operator, weatherAdmin);

        vm.startPrank(weatherAdmin);
        identity.setApprovalForAll(operator, true);
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        vm.stopPrank();
        expectPowerless(operator, stranger);
        expectPowerless(weatherAdmin, stranger);
    }

    /// @dev Two multisigs of the same holder: what binds one to one agent binds neither to another, nor the other to it.
    function test_Attack_AMultisigBoundTwice() public {
        ContractWallet first = new ContractWallet(vm.addr(NEXT_KEY));
        ContractWallet second = new ContractWallet(vm.addr(NEXT_KEY));
        vm.prank(weatherAdmin);
        uint256 other = identity.register("ipfs://card");
        uint256 deadline = block.timestamp + 1 minutes;
        bytes32 digest = walletDigest(address(first), weatherAgent, weatherAdmin, deadline);
        bytes memory consent = signWith(NEXT_KEY, digest);

        vm.startPrank(weatherAdmin);
        identity.setAgentWallet(weatherAgent, address(first), deadline, consent);
        vm.expectRevert("invalid wallet sig");
        identity.setAgentWallet(other, address(first), deadline, consent);
        vm.expectRevert("invalid wallet sig");
        identity.setAgentWallet(weatherAgent, address(second), deadline, consent);
        vm.stopPrank();
        domains.noteWallet(weatherAgent);
        vm.assertEq(domains.walletSince(weatherAgent, address(first)), block.timestamp, "bound once");
        vm.assertEq(domains.walletSince(weatherAgent, address(second)), 0, "its twin");
        vm.assertEq(domains.walletSince(other, address(first)), 0, "another agent");
    }

    /// @dev In one transaction: `setAgentWallet` alone.
    function rotate() private {
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(NEXT_KEY, weatherAgent, weatherAdmin, deadline);
        vm.prank(weatherAdmin);
        identity.setAgentWallet(weatherAgent, nextWallet, deadline, consent);
    }

    function expectInactive(uint256 agentId) private {
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsAgentInactive.selector, agentId));
        domains.noteWallet(agentId);
    }

    function expectPowerless(address account, address owner) private {
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(NEXT_KEY, weatherAgent, owner, deadline);
        vm.startPrank(account);
        vm.expectRevert("Not authorized");
        identity.setAgentWallet(weatherAgent, nextWallet, deadline, consent);
        vm.expectRevert("Not authorized");
        identity.unsetAgentWallet(weatherAgent);
        bytes memory refusal =
            abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, account, weatherAgent);
        vm.expectRevert(refusal);
        identity.transferFrom(owner, account, weatherAgent);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAgentOfCaller.selector, weatherAgent, account));
        domains.enrol(account == weatherAdmin ? WEATHER : bytes32("police"), weatherAgent);
        vm.stopPrank();
    }
}
