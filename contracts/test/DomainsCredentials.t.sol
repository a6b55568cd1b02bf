// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "../src/interfaces/IDomains.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {Consortium} from "./Consortium.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract DomainsCredentialsTest is Consortium {
    bytes32 private constant CREDENTIAL = "credential";
    address private immutable attestor = address(0xA77E);

    function setUp() public override {
        super.setUp();
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (domains.attestCredential.selector, domains.revokeCredential.selector);
        manager.setTargetFunctionRole(address(domains), selectors, Roles.ATTESTOR);
        manager.grantRole(Roles.ATTESTOR, attestor, 0);
    }

    function test_OnlyTheAttestorAttestsAndRevokes() public {
        address[3] memory others = [governor, weatherAdmin, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]);
            vm.startPrank(others[i]);
            vm.expectRevert(refusal);
            domains.attestCredential(WEATHER, CREDENTIAL, inOneYear());
            vm.expectRevert(refusal);
            domains.revokeCredential(WEATHER, "reason");
            vm.stopPrank();
        }
    }

    function test_TheAttestorHasNoOtherPower() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, attestor);
        vm.startPrank(attestor);
        vm.expectRevert(refusal);
        domains.requireCredentials();
        vm.expectRevert(refusal);
        domains.suspend(WEATHER);
        vm.stopPrank();
    }

    function test_RecordsRenewsAndRevokesACredential() public {
        vm.expectEmit(address(domains));
        emit IDomains.CredentialAttested(WEATHER, CREDENTIAL, inOneYear());
        attestCredential(WEATHER, inOneYear());
        expectCredential(CREDENTIAL, inOneYear());

        vm.prank(attestor);
        domains.attestCredential(WEATHER, "renewed", inOneYear() + 1 days);
        expectCredential("renewed", inOneYear() + 1 days);

        vm.expectEmit(address(domains));
        emit IDomains.CredentialRevoked(WEATHER, "renewed", "reason");
        vm.startPrank(attestor);
        domains.revokeCredential(WEATHER, "reason");
        expectCredential(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsCredentialMissing.selector, WEATHER));
        domains.revokeCredential(WEATHER, "again");
        vm.stopPrank();
    }

    function test_RefusesACredentialThatMeansNothing() public {
        vm.startPrank(attestor);
        vm.expectRevert(IDomains.DomainsCredentialEmpty.selector);
        domains.attestCredential(WEATHER, 0, inOneYear());
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsCredentialExpired.selector, uint64(block.timestamp)));
        domains.attestCredential(WEATHER, CREDENTIAL, uint64(block.timestamp));
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmitted.selector, bytes32("police")));
        domains.attestCredential("police", CREDENTIAL, inOneYear());
        vm.stopPrank();
    }

    function test_WithoutTheRequirementNobodyNeedsACredential() public {
        attestCredential(WEATHER, inOneYear());
        vm.prank(attestor);
        domains.revokeCredential(WEATHER, "reason");
        vm.assertTrue(domains.isActive(weatherAgent), "after a revocation");
        vm.assertTrue(domains.isActive(healthAgent), "never had one");
    }

    function test_TheRequirementStopsAtOnceEveryDomainWithoutACredential() public {
        uint256 second = enrolAgent(HEALTH, healthAdmin, 0xB3);
        attestCredential(WEATHER, inOneYear());
        vm.expectEmit(address(domains));
        emit IDomains.CredentialsRequired();
        domains.requireCredentials();
        vm.assertTrue(domains.credentialsRequired(), "required");
        vm.assertEq(domains.activeWalletOf(weatherAgent), weatherWallet, "has a credential");
        vm.assertEq(domains.activeWalletOf(healthAgent), address(0), "first agent of one that has none");
        vm.assertEq(domains.activeWalletOf(second), address(0), "second");
        expectStatus(HEALTH, IDomains.Status.Uncredentialed);
        expectStatus("police", IDomains.Status.Unknown);

        attestCredential(HEALTH, inOneYear());
        vm.assertEq(domains.activeWalletOf(healthAgent), healthWallet, "as it was");
        vm.assertTrue(domains.isActive(second), "second again");
    }

    function testFuzz_ACredentialExpiresByTimeAlone(uint64 seconds_, uint64 waited) public {
        seconds_ = uint64(bound(seconds_, 1, 3650 days));
        waited = uint64(bound(waited, 0, 2 * uint256(seconds_)));
        attestCredential(WEATHER, uint64(block.timestamp) + seconds_);
        domains.requireCredentials();
        vm.warp(block.timestamp + waited);
        bool live = waited < seconds_;
        vm.assertEq(domains.activeWalletOf(weatherAgent), live ? weatherWallet : address(0), "wallet");
        expectStatus(WEATHER, live ? IDomains.Status.Admitted : IDomains.Status.Uncredentialed);
    }

    function test_ARevokedCredentialStopsItsDomainAtOnce() public {
        attestCredential(WEATHER, inOneYear());
        domains.requireCredentials();
        vm.prank(attestor);
        domains.revokeCredential(WEATHER, "reason");
        vm.assertFalse(domains.isActive(weatherAgent), "inactive");
    }

    function test_AWaivedRequirementLetsAllGoOn() public {
        domains.requireCredentials();
        vm.assertFalse(domains.isActive(weatherAgent), "stopped");
        vm.expectEmit(address(domains));
        emit IDomains.CredentialsWaived();
        domains.waiveCredentials();
        vm.assertTrue(domains.isActive(weatherAgent), "active again");
        expectStatus(WEATHER, IDomains.Status.Admitted);
    }

    function test_ADomainWithoutItsCredentialEnrolsAndNotesNothing() public {
        domains.requireCredentials();
        vm.startPrank(weatherAdmin);
        uint256 agentId = identity.register("ipfs://card");
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsCredentialMissing.selector, WEATHER));
        domains.enrol(WEATHER, agentId);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsAgentInactive.selector, weatherAgent));
        domains.noteWallet(weatherAgent);
        vm.stopPrank();
    }

    function test_SuspensionAndCredentialAreTwoThings() public {
        domains.requireCredentials();
        domains.suspend(WEATHER);
        attestCredential(WEATHER, inOneYear());
        expectStatus(WEATHER, IDomains.Status.Suspended);
        vm.assertFalse(domains.isActive(weatherAgent), "a credential does not lift a suspension");
        domains.reinstate(WEATHER);
        vm.assertTrue(domains.isActive(weatherAgent), "renewed while suspended");
    }

    function attestCredential(bytes32 domainId, uint64 expiresAt) private {
        vm.prank(attestor);
        domains.attestCredential(domainId, CREDENTIAL, expiresAt);
    }

    function expectCredential(bytes32 credentialHash, uint64 expiresAt) private view {
        (bytes32 hash, uint64 expiry) = domains.credentialOf(WEATHER);
        vm.assertEq(hash, credentialHash, "hash");
        vm.assertEq(expiry, expiresAt, "expiry");
    }

    function expectStatus(bytes32 domainId, IDomains.Status status) private view {
        vm.assertEq(uint256(domains.statusOf(domainId)), uint256(status), "status");
    }

    function inOneYear() private view returns (uint64) {
        return uint64(block.timestamp) + 365 days;
    }
}
