// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "../src/interfaces/IDomains.sol";
import {Consortium} from "./Consortium.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract DomainsTest is Consortium {
    bytes32 private constant POLICE = "police";

    function test_OnlyGovernanceAdmitsSuspendsAndReinstates() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, weatherAdmin);
        vm.startPrank(weatherAdmin);
        vm.expectRevert(refusal);
        domains.admit(POLICE, weatherAdmin, "Police");
        vm.expectRevert(refusal);
        domains.suspend(HEALTH);
        vm.expectRevert(refusal);
        domains.reinstate(HEALTH);
        vm.expectRevert(refusal);
        domains.replaceAdmin(HEALTH, weatherAdmin);
        vm.expectRevert(refusal);
        domains.requireCredentials();
        vm.expectRevert(refusal);
        domains.waiveCredentials();
        vm.stopPrank();
    }

    function test_SuspensionStopsAllOfADomainsAgentsAtOnce() public {
        uint256 second = enrolAgent(WEATHER, weatherAdmin, 0xB3);
        domains.suspend(WEATHER);
        vm.assertFalse(domains.isActive(weatherAgent), "first");
        vm.assertFalse(domains.isActive(second), "second");
        vm.assertTrue(domains.isActive(healthAgent), "another domain's");
        domains.reinstate(WEATHER);
        vm.assertTrue(domains.isActive(weatherAgent), "first again");
        vm.assertTrue(domains.isActive(second), "second again");
    }

    function test_ADomainCannotEnrolAnothersAgent() public {
        vm.prank(stranger);
        uint256 foreign = identity.register("ipfs://card");
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAgentOfCaller.selector, foreign, weatherAdmin));
        domains.enrol(WEATHER, foreign);
    }

    function test_AnApprovedAdminEnrolsWithTheOwnersConsent() public {
        vm.startPrank(stranger);
        uint256 agentId = identity.register("ipfs://card");
        identity.approve(weatherAdmin, agentId);
        vm.stopPrank();
        vm.prank(weatherAdmin);
        domains.enrol(WEATHER, agentId);
        vm.assertTrue(domains.isActive(agentId), "active");
        vm.assertEq(domains.domainOf(agentId), WEATHER, "domain");
    }

    function test_NobodyEnrolsIntoADomainThatIsNotTheirs() public {
        vm.prank(stranger);
        uint256 agentId = identity.register("ipfs://card");
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmin.selector, WEATHER, stranger));
        domains.enrol(WEATHER, agentId);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmitted.selector, POLICE));
        domains.enrol(POLICE, agentId);
    }

    function test_AnAgentTakenOverByTransferLosesItsEnrolment() public {
        vm.prank(weatherAdmin);
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(0xD1, weatherAgent, stranger, deadline);
        vm.prank(stranger);
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
        vm.assertFalse(domains.isActive(weatherAgent), "the buyer does not speak for the domain");
        vm.assertEq(domains.activeWalletOf(weatherAgent), address(0), "no wallet");

        domains.admit(POLICE, stranger, "Police");
        vm.prank(stranger);
        domains.enrol(POLICE, weatherAgent);
        vm.assertEq(domains.domainOf(weatherAgent), POLICE, "a lapsed enrolment does not hold the buyer back");
        vm.assertEq(domains.activeWalletOf(weatherAgent), vm.addr(0xD1), "wallet");
    }

    function test_AnAgentIsInOneDomainAtATime() public {
        domains.admit(POLICE, weatherAdmin, "Police");
        vm.startPrank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsAgentEnrolled.selector, weatherAgent, WEATHER));
        domains.enrol(POLICE, weatherAgent);
        domains.withdraw(weatherAgent);
        domains.enrol(POLICE, weatherAgent);
        vm.stopPrank();
        vm.assertEq(domains.domainOf(weatherAgent), POLICE, "domain");
    }

    function test_OnlyTheAdminOrTheOwnerWithdraws() public {
        vm.prank(healthAdmin);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmin.selector, WEATHER, healthAdmin));
        domains.withdraw(weatherAgent);

        vm.expectEmit(address(domains));
        emit IDomains.AgentWithdrawn(WEATHER, weatherAgent);
        vm.prank(weatherAdmin);
        domains.withdraw(weatherAgent);
        vm.assertFalse(domains.isActive(weatherAgent), "inactive");
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsAgentNotEnrolled.selector, weatherAgent));
        domains.withdraw(weatherAgent);
    }

    function test_AnOwnerLeavesADomainThatWillNotLetGo() public {
        vm.startPrank(stranger);
        uint256 agentId = identity.register("ipfs://card");
        identity.approve(weatherAdmin, agentId);
        vm.stopPrank();
        vm.prank(weatherAdmin);
        domains.enrol(WEATHER, agentId);
        vm.prank(stranger);
        domains.withdraw(agentId);
        vm.assertEq(domains.domainOf(agentId), 0, "gone");
    }

    function test_AReplacedAdminHasNoPowerLeft() public {
        domains.replaceAdmin(WEATHER, stranger);
        vm.assertEq(domains.adminOf(WEATHER), stranger, "admin");
        vm.prank(weatherAdmin);
        uint256 agentId = identity.register("ipfs://card");
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmin.selector, WEATHER, weatherAdmin));
        domains.enrol(WEATHER, agentId);
    }

    function test_AnAdminIsReplacedBySomebodyInADomainThatExists() public {
        vm.expectRevert(IDomains.DomainsAdminZero.selector);
        domains.replaceAdmin(WEATHER, address(0));
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmitted.selector, POLICE));
        domains.replaceAdmin(POLICE, stranger);
    }

    function test_AnAgentWithoutWalletIsInactive() public {
        vm.prank(weatherAdmin);
        identity.unsetAgentWallet(weatherAgent);
        vm.assertFalse(domains.isActive(weatherAgent), "inactive");
        vm.assertFalse(domains.isActive(99), "one that does not exist is inactive too");
    }

    function test_ADomainGoesThroughItsStatesInOrder() public {
        vm.expectRevert(IDomains.DomainsIdEmpty.selector);
        domains.admit(0, stranger, "");
        vm.expectRevert(IDomains.DomainsAdminZero.selector);
        domains.admit(POLICE, address(0), "Police");
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsAlreadyAdmitted.selector, WEATHER));
        domains.admit(WEATHER, stranger, "Weather");
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotSuspended.selector, WEATHER));
        domains.reinstate(WEATHER);
        domains.suspend(WEATHER);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmitted.selector, WEATHER));
        domains.suspend(WEATHER);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsAlreadyAdmitted.selector, WEATHER));
        domains.admit(WEATHER, stranger, "a suspended domain cannot come back by another door");
    }
}
