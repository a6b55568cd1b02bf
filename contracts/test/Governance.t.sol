// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {Consortium} from "./Consortium.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @notice Governance as in production: a timelock is the one admin, a council proposes, a watcher can only cancel, and when
/// the delay is over anyone executes, so that nobody holds up what was decided.
/// @custom:as-shipped
contract GovernanceTest is Consortium {
    uint256 private constant DELAY = 2 days;
    string private constant CARD =
        "https://agents.example/a-card-whose-address-is-longer-than-one-word-of-storage.json";

    address private immutable council = address(0xC0C1);
    address private immutable watcher = address(0xC0C2);
    TimelockController private timelock;
    IdentityRegistry private next;

    function setUp() public override {
        super.setUp();
        address[] memory proposers = new address[](1);
        proposers[0] = council;
        address[] memory executors = new address[](1);
        executors[0] = address(0);
        // The constructor wants an admin to appoint the watcher; it steps down at once, and the timelock is its own.
        timelock = new TimelockController(DELAY, proposers, executors, governor);
        timelock.revokeRole(timelock.CANCELLER_ROLE(), council);
        timelock.grantRole(timelock.CANCELLER_ROLE(), watcher);
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), governor);

        manager.grantRole(Roles.GOVERNOR, address(timelock), 0);
        manager.renounceRole(Roles.GOVERNOR, governor);
        next = new IdentityRegistryV2();
    }

    function test_AnUpgradeComesAfterProposalDelayAndExecution() public {
        bytes memory upgrade = upgradeCall();
        propose(address(identity), upgrade);
        vm.warp(block.timestamp + DELAY);
        execute(address(identity), upgrade);
        vm.assertEq(upgraded().seasons(), 4, "upgraded and migrated in one step");
    }

    function test_Attack_NobodyUpgradesBeforeTheDelayIsOver() public {
        bytes memory upgrade = upgradeCall();
        bytes32 id = operationId(address(identity), upgrade);
        expectNotReady(id);
        execute(address(identity), upgrade);
        propose(address(identity), upgrade);
        expectNotReady(id);
        execute(address(identity), upgrade);
        vm.warp(block.timestamp + DELAY - 1);
        expectNotReady(id);
        execute(address(identity), upgrade);
        vm.warp(block.timestamp + 1);
        execute(address(identity), upgrade);
    }

    function test_Attack_ADelayShorterThanTheLeastIsRefused() public {
        bytes memory upgrade = upgradeCall();
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockInsufficientDelay.selector, DELAY - 1, DELAY));
        vm.prank(council);
        timelock.schedule(address(identity), 0, upgrade, 0, 0, DELAY - 1);
    }

    function test_Attack_TheFormerGovernorHasNoPowerLeft() public {
        bytes memory refusal = unauthorized(governor);
        vm.expectRevert(refusal);
        identity.upgradeToAndCall(address(next), "");
        vm.expectRevert(refusal);
        domains.suspend(WEATHER);
        vm.expectRevert(refusal);
        token.mint(governor, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, governor, Roles.GOVERNOR)
        );
        manager.grantRole(Roles.GOVERNOR, governor, 0);
        vm.expectRevert(missingRole(governor, timelock.PROPOSER_ROLE()));
        timelock.schedule(address(identity), 0, "", 0, 0, DELAY);
    }

    function test_Attack_TheCouncilDoesNotGoAroundItsOwnDelay() public {
        vm.startPrank(council);
        vm.expectRevert(unauthorized(council));
        identity.upgradeToAndCall(address(next), "");
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, council));
        timelock.updateDelay(0);
        bytes32 proposer = timelock.PROPOSER_ROLE();
        vm.expectRevert(missingRole(council, timelock.DEFAULT_ADMIN_ROLE()));
        timelock.grantRole(proposer, stranger);
        vm.stopPrank();
    }

    function test_ACancellerStopsAnUpgrade() public {
        bytes memory upgrade = upgradeCall();
        bytes32 id = propose(address(identity), upgrade);
        vm.warp(block.timestamp + DELAY);
        vm.prank(watcher);
        timelock.cancel(id);
        expectNotReady(id);
        execute(address(identity), upgrade);
    }

    function test_ACancellerDoesNothingElse() public {
        bytes memory upgrade = upgradeCall();
        bytes32 id = propose(address(identity), upgrade);
        vm.expectRevert(missingRole(watcher, timelock.PROPOSER_ROLE()));
        vm.prank(watcher);
        timelock.schedule(address(identity), 0, upgrade, 0, "another", DELAY);
        vm.expectRevert(missingRole(stranger, timelock.CANCELLER_ROLE()));
        vm.prank(stranger);
        timelock.cancel(id);
    }

    function test_AllThatIsStoredOutlivesAnUpgrade() public {
        vm.startPrank(weatherAdmin);
        identity.setAgentURI(weatherAgent, CARD);
        identity.setMetadata(weatherAgent, "region", "coast");
        identity.approve(stranger, weatherAgent);
        vm.stopPrank();
        bytes memory upgrade = upgradeCall();
        propose(address(identity), upgrade);
        vm.warp(block.timestamp + DELAY);
        execute(address(identity), upgrade);

        vm.assertEq(identity.ownerOf(weatherAgent), weatherAdmin, "owner");
        vm.assertEq(identity.getApproved(weatherAgent), stranger, "approval");
        vm.assertEq(identity.balanceOf(weatherAdmin), 1, "balance");
        vm.assertEq(identity.getAgentWallet(weatherAgent), weatherWallet, "wallet");
        vm.assertEq(identity.tokenURI(weatherAgent), CARD, "card");
        vm.assertEq(identity.getMetadata(weatherAgent, "region"), bytes("coast"), "metadata");
        vm.assertEq(identity.authority(), address(manager), "authority");
        vm.assertTrue(domains.isActive(healthAgent), "enrolments still hold");
        vm.prank(stranger);
        vm.assertEq(identity.register("ipfs://card"), healthAgent + 1, "ids go on where they were");
    }

    function test_Attack_AMigrationRunsOnce() public {
        bytes memory upgrade = upgradeCall();
        propose(address(identity), upgrade);
        vm.warp(block.timestamp + DELAY);
        execute(address(identity), upgrade);
        IdentityRegistryV2 second = upgraded();
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        second.migrate(5);
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        identity.initialize(stranger);
        vm.expectRevert(bytes4(keccak256("InvalidInitialization()")));
        IdentityRegistryV2(address(next)).migrate(5);
    }

    function test_TheTimelockGovernsTheRestOfTheConsortiumToo() public {
        bytes memory suspend = abi.encodeCall(domains.suspend, (WEATHER));
        propose(address(domains), suspend);
        vm.warp(block.timestamp + DELAY);
        execute(address(domains), suspend);
        vm.assertFalse(domains.isActive(weatherAgent), "suspended");
    }

    function upgradeCall() private view returns (bytes memory) {
        bytes memory migration = abi.encodeCall(IdentityRegistryV2.migrate, (4));
        return abi.encodeCall(identity.upgradeToAndCall, (address(next), migration));
    }

    function upgraded() private view returns (IdentityRegistryV2) {
        return IdentityRegistryV2(address(identity));
    }

    function propose(address target, bytes memory data) private returns (bytes32) {
        vm.prank(council);
        timelock.schedule(target, 0, data, 0, 0, DELAY);
        return operationId(target, data);
    }

    function execute(address target, bytes memory data) private {
        vm.prank(stranger);
        timelock.execute(target, 0, data, 0, 0);
    }

    function operationId(address target, bytes memory data) private view returns (bytes32) {
        return timelock.hashOperation(target, 0, data, 0, 0);
    }

    function expectNotReady(bytes32 id) private {
        bytes32 ready = bytes32(uint256(1) << uint8(TimelockController.OperationState.Ready));
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnexpectedOperationState.selector, id, ready));
    }

    function unauthorized(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, account);
    }

    function missingRole(address account, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role);
    }
}

/// @notice A next version: all of the first, and a number of its own that it sets as it takes over.
contract IdentityRegistryV2 is IdentityRegistry {
    /// @custom:storage-location erc7201:entente.storage.IdentityRegistryV2
    struct LayoutV2 {
        uint256 seasons;
    }

    // keccak256(abi.encode(uint256(keccak256("entente.storage.IdentityRegistryV2")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LAYOUT_V2_SLOT = 0xcae80f01dfab85e7fc2a6a65859c7eed8112ae49ed9658d72a250c6e19d55300;

    function migrate(uint256 seasons_) external reinitializer(2) {
        _layoutV2().seasons = seasons_;
    }

    function seasons() external view returns (uint256) {
        return _layoutV2().seasons;
    }

    function _layoutV2() private pure returns (LayoutV2 storage self) {
        assembly ("memory-safe") {
            self.slot := LAYOUT_V2_SLOT
        }
    }
}
