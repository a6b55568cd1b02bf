// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GuardedPause} from "../src/GuardedPause.sol";
import {IGuardedPause} from "../src/interfaces/IGuardedPause.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {Consortium} from "./Consortium.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @custom:as-shipped
contract GuardedPauseTest is Consortium {
    address private immutable secondGuardian = address(0x6A2E);
    Shop private shop;

    function setUp() public override {
        super.setUp();
        shop = new Shop(address(manager));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = shop.pause.selector;
        manager.setTargetFunctionRole(address(shop), selectors, Roles.GUARDIAN);
        manager.grantRole(Roles.GUARDIAN, guardian, 0);
        manager.grantRole(Roles.GUARDIAN, secondGuardian, 0);
    }

    function test_AGuardianStopsNewBusinessAndNoExit() public {
        shop.enter();
        uint64 until = uint64(block.timestamp) + shop.PAUSE_SECONDS();
        vm.expectEmit(address(shop));
        emit IGuardedPause.Paused(until);
        vm.prank(guardian);
        shop.pause();
        vm.assertEq(shop.pausedUntil(), until, "until");
        vm.expectRevert(abi.encodeWithSelector(IGuardedPause.GuardedPausePaused.selector, until));
        shop.enter();
        shop.exit();
    }

    function test_APauseEndsByItself() public {
        vm.prank(guardian);
        shop.pause();
        vm.warp(shop.pausedUntil() - 1);
        vm.expectRevert(abi.encodeWithSelector(IGuardedPause.GuardedPausePaused.selector, shop.pausedUntil()));
        shop.enter();
        vm.warp(shop.pausedUntil());
        shop.enter();
    }

    function test_GovernanceEndsAPauseAtOnce() public {
        vm.prank(guardian);
        shop.pause();
        vm.warp(block.timestamp + 1 hours);
        vm.expectEmit(address(shop));
        emit IGuardedPause.Unpaused();
        shop.unpause();
        shop.enter();
        vm.expectRevert(IGuardedPause.GuardedPauseNotPaused.selector);
        shop.unpause();
    }

    function test_Attack_AGuardianDoesNotPauseAgainAfterGovernanceSaidNo() public {
        vm.prank(guardian);
        shop.pause();
        vm.warp(block.timestamp + 1 hours);
        shop.unpause();
        uint64 restsUntil = uint64(block.timestamp) + shop.COOL_OFF_SECONDS();
        vm.warp(restsUntil - 1);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IGuardedPause.GuardedPauseCoolingOff.selector, restsUntil));
        shop.pause();
        vm.warp(restsUntil);
        vm.prank(guardian);
        shop.pause();
    }

    /// @dev Two of them try every hour for 100 days, and pause for 3 days in 10 all the same.
    function test_Attack_GuardiansCannotFreezeForEver() public {
        uint256 pausedHours;
        for (uint256 hour = 0; hour < 2400; ++hour) {
            vm.prank(hour % 2 == 0 ? guardian : secondGuardian);
            try shop.pause() {} catch {}
            if (block.timestamp < shop.pausedUntil()) ++pausedHours;
            vm.warp(block.timestamp + 1 hours);
        }
        vm.assertEq(pausedHours, 720, "30 days of 100");
    }

    function testFuzz_APauseIsNeverProlonged(uint256 wait) public {
        vm.prank(guardian);
        shop.pause();
        uint64 until = shop.pausedUntil();
        uint64 restsUntil = until + shop.COOL_OFF_SECONDS();
        vm.warp(bound(wait, block.timestamp, restsUntil - 1));
        vm.prank(secondGuardian);
        vm.expectRevert(abi.encodeWithSelector(IGuardedPause.GuardedPauseCoolingOff.selector, restsUntil));
        shop.pause();
    }

    function test_AGuardianPausesAndDoesNothingElse() public {
        vm.prank(guardian);
        shop.pause();
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian);
        vm.startPrank(guardian);
        vm.expectRevert(refusal);
        shop.unpause();
        vm.expectRevert(refusal);
        domains.suspend(WEATHER);
        vm.stopPrank();
    }

    function test_NobodyElsePauses() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        shop.pause();
        manager.revokeRole(Roles.GUARDIAN, guardian);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian));
        shop.pause();
    }
}

/// @notice What is guarded: a way in, and a way out.
contract Shop is GuardedPause {
    constructor(address authority) AccessManaged(authority) {}

    function enter() external view whenNotPaused {}

    function exit() external pure {}
}
