// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ConfigRegistry} from "../src/ConfigRegistry.sol";
import {IConfigRegistry} from "../src/interfaces/IConfigRegistry.sol";
import {Consortium} from "./Consortium.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract ConfigRegistryTest is Consortium {
    bytes32 private constant WINDOW_KEY = "challenge-window-seconds";

    ConfigRegistry private config;

    function setUp() public override {
        super.setUp();
        config = new ConfigRegistry(address(manager), NOTICE);
    }

    function test_AChangeHoldsFromItsTimeOn() public {
        uint64 first = uint64(block.timestamp) + NOTICE;
        vm.expectEmit(address(config));
        emit IConfigRegistry.ConfigSet(WINDOW_KEY, 1, 3600, first);
        vm.assertEq(config.set(WINDOW_KEY, 3600, first), 1, "the first version");
        vm.expectRevert(
            abi.encodeWithSelector(IConfigRegistry.ConfigRegistryNoValue.selector, WINDOW_KEY, uint64(block.timestamp))
        );
        config.valueOf(WINDOW_KEY);

        vm.warp(first);
        vm.assertEq(config.valueOf(WINDOW_KEY), 3600, "in force to the second");
        vm.assertEq(config.versionOf(WINDOW_KEY), 1, "version");
        vm.assertEq(config.keys().length, 1, "one key");
        vm.assertEq(config.keys()[0], WINDOW_KEY, "its name");
    }

    function test_AnOldSettlementIsJudgedByTheValueOfItsDay() public {
        uint64 first = change(3600);
        uint64 second = change(7200);
        uint64 third = change(60);
        vm.warp(third + 400 days);

        vm.assertEq(config.valueAt(WINDOW_KEY, first), 3600, "when it began");
        vm.assertEq(config.valueAt(WINDOW_KEY, second - 1), 3600, "until the last second");
        vm.assertEq(config.valueAt(WINDOW_KEY, second), 7200, "from the second on");
        vm.assertEq(config.valueAt(WINDOW_KEY, third), 60, "the third");
        vm.assertEq(config.valueOf(WINDOW_KEY), 60, "and it still holds");
        IConfigRegistry.Change memory past = config.changeAt(WINDOW_KEY, third - 1);
        vm.assertEq(past.version, 2, "the version then");
        vm.assertEq(past.effectiveAt, second, "and since when");
        vm.expectRevert(abi.encodeWithSelector(IConfigRegistry.ConfigRegistryNoValue.selector, WINDOW_KEY, first - 1));
        config.valueAt(WINDOW_KEY, first - 1);
    }

    function test_TheFutureIsNotAnswered() public {
        change(3600);
        uint64 ahead = uint64(block.timestamp) + 1;
        vm.expectRevert(abi.encodeWithSelector(IConfigRegistry.ConfigRegistryTimeAhead.selector, ahead));
        config.valueAt(WINDOW_KEY, ahead);
    }

    function test_NobodyIsSurprisedByAChange() public {
        uint64 tooSoon = uint64(block.timestamp) + NOTICE - 1;
        vm.expectRevert(
            abi.encodeWithSelector(IConfigRegistry.ConfigRegistryNoticeTooShort.selector, tooSoon, uint256(tooSoon) + 1)
        );
        config.set(WINDOW_KEY, 3600, tooSoon);
    }

    function test_Attack_ThePastIsNotRewritten() public {
        change(3600);
        uint64 past = uint64(block.timestamp) - 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IConfigRegistry.ConfigRegistryNoticeTooShort.selector, past, block.timestamp + NOTICE
            )
        );
        config.set(WINDOW_KEY, 60, past);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(IConfigRegistry.ConfigRegistryNothingPending.selector, WINDOW_KEY));
        config.withdraw(WINDOW_KEY);
    }

    function test_AnAnnouncedChangeCanBeWithdrawnUntilItsTime() public {
        change(3600);
        vm.warp(block.timestamp + 1);
        uint64 next = uint64(block.timestamp) + NOTICE;
        config.set(WINDOW_KEY, 60, next);
        vm.assertEq(config.pendingOf(WINDOW_KEY).value, 60, "announced");
        vm.warp(next - 1);
        vm.expectEmit(address(config));
        emit IConfigRegistry.ConfigWithdrawn(WINDOW_KEY, 2);
        config.withdraw(WINDOW_KEY);
        vm.assertEq(config.pendingOf(WINDOW_KEY).version, 0, "none announced");

        vm.warp(next + 1);
        vm.assertEq(config.valueOf(WINDOW_KEY), 3600, "the old value stays");
        vm.expectRevert(abi.encodeWithSelector(IConfigRegistry.ConfigRegistryNothingPending.selector, WINDOW_KEY));
        config.withdraw(WINDOW_KEY);
    }

    function test_AWithdrawnVersionNumberIsNeverGivenToAnotherValue() public {
        config.set(WINDOW_KEY, 3600, uint64(block.timestamp) + NOTICE);
        config.withdraw(WINDOW_KEY);
        vm.assertEq(config.set(WINDOW_KEY, 60, uint64(block.timestamp) + NOTICE), 2, "the next number");
        vm.assertEq(config.keys().length, 1, "and the key is listed once");
    }

    function test_AChangeSetForTheFarFutureBlocksNothingOnceWithdrawn() public {
        config.set(WINDOW_KEY, 3600, type(uint64).max);
        config.withdraw(WINDOW_KEY);
        change(60);
        vm.assertEq(config.valueOf(WINDOW_KEY), 60, "value");
    }

    function test_OneChangeOfAKeyWaitsAtATime() public {
        uint64 first = uint64(block.timestamp) + NOTICE;
        config.set(WINDOW_KEY, 3600, first);
        bytes memory refusal =
            abi.encodeWithSelector(IConfigRegistry.ConfigRegistryChangePending.selector, WINDOW_KEY, first);
        vm.expectRevert(refusal);
        config.set(WINDOW_KEY, 60, first + 1);
        config.set("max-fee-bps", 100, first);
        vm.warp(first);
        vm.expectRevert(refusal);
        config.set(WINDOW_KEY, 60, first + NOTICE);
        vm.warp(first + 1);
        config.set(WINDOW_KEY, 60, first + 1 + NOTICE);
    }

    function test_WithoutNoticeAChangeHoldsAtOnceAndOnceASecond() public {
        config = new ConfigRegistry(address(manager), 0);
        uint64 present = uint64(block.timestamp);
        config.set(WINDOW_KEY, 3600, present);
        vm.assertEq(config.valueOf(WINDOW_KEY), 3600, "at once");
        vm.expectRevert(
            abi.encodeWithSelector(IConfigRegistry.ConfigRegistryChangePending.selector, WINDOW_KEY, present)
        );
        config.set(WINDOW_KEY, 60, present);
    }

    function test_TheRevisionMovesWithEverySetAndWithdrawal() public {
        config.set(WINDOW_KEY, 3600, uint64(block.timestamp) + NOTICE);
        config.set("max-fee-bps", 100, uint64(block.timestamp) + NOTICE);
        vm.assertEq(config.revision(), 2, "two set");
        config.withdraw(WINDOW_KEY);
        vm.assertEq(config.revision(), 3, "one withdrawn");
    }

    function test_OnlyGovernanceSetsAndWithdraws() public {
        config.set(WINDOW_KEY, 3600, uint64(block.timestamp) + NOTICE);
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        config.set("max-fee-bps", 10_000, uint64(block.timestamp) + NOTICE);
        vm.expectRevert(refusal);
        config.withdraw(WINDOW_KEY);
        vm.stopPrank();
    }

    function test_AKeyHasAName() public {
        vm.expectRevert(IConfigRegistry.ConfigRegistryKeyEmpty.selector);
        config.set(0, 1, uint64(block.timestamp) + NOTICE);
    }

    /// @dev Against the plain way: look at every change from the first on.
    function testFuzz_AnyPastTimeFindsTheChangeThenInForce(uint32[12] calldata pauses, uint256 back) public {
        uint64[12] memory times;
        for (uint256 i = 0; i < pauses.length; ++i) {
            vm.warp(block.timestamp + 1 + pauses[i]);
            times[i] = change(1000 + i);
        }
        vm.warp(block.timestamp + 1 + pauses[0]);
        uint64 time = uint64(bound(back, times[0], block.timestamp));
        uint256 expected;
        for (uint256 i = 0; i < times.length; ++i) {
            if (times[i] <= time) expected = 1000 + i;
        }
        vm.assertEq(config.valueAt(WINDOW_KEY, time), expected, "value");
        vm.assertEq(config.changeAt(WINDOW_KEY, time).version, expected - 999, "version");
    }

    /// @dev Sets a value with the least notice, and waits for it.
    function change(uint256 value) private returns (uint64 effectiveAt) {
        vm.warp(block.timestamp + 1);
        effectiveAt = uint64(block.timestamp) + NOTICE;
        config.set(WINDOW_KEY, value, effectiveAt);
        vm.warp(effectiveAt);
    }
}
