// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ShapleySteps} from "../src/libraries/ShapleySteps.sol";
import {Vm} from "./Vm.sol";

/// @custom:as-shipped
contract ShapleyStepsTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    function test_WeightsAreTheOrdersInWhichACoalitionComesFirst() public pure {
        vm.assertEq(ShapleySteps.weight(0, 5), 24, "nobody before, four after");
        vm.assertEq(ShapleySteps.weight(11, 5), 6, "three before, one after");
        vm.assertEq(ShapleySteps.weight(15, 5), 24, "four before");
        vm.assertEq(ShapleySteps.weight(0, 16), 1_307_674_368_000, "15!");
    }

    /// @dev Every coalition without a player once, in ascending order, and none with it.
    function testFuzz_StepsAreTheCoalitionsWithoutThePlayer(uint256 player) public pure {
        player %= 6;
        uint256 k = 0;
        for (uint256 mask = 0; mask < 64; ++mask) {
            if (mask & (1 << player) != 0) continue;
            vm.assertEq(ShapleySteps.coalition(k, player), mask, "the k-th");
            ++k;
        }
        vm.assertEq(k, 32, "half of all");
    }

    /// @dev Two left gloves and a right one: a pair is worth 6. The shares are 1/6, 1/6, 2/3, times 3!.
    function test_TheGloveGameGivesItsKnownShares() public pure {
        uint256[3] memory expected = [uint256(6), 6, 24];
        for (uint256 player = 0; player < 3; ++player) {
            uint256 sum = 0;
            for (uint256 k = 0; k < 4; ++k) {
                uint256 mask = ShapleySteps.coalition(k, player);
                uint256 gain = worthOf(mask | (1 << player)) - worthOf(mask);
                uint256 after_ = sum + ShapleySteps.weight(mask, 3) * gain;
                bool follows = ShapleySteps.follows(
                    sum, after_, worthOf(mask), worthOf(mask | (1 << player)), ShapleySteps.weight(mask, 3)
                );
                vm.assertTrue(follows, "a step");
                sum = after_;
            }
            vm.assertEq(sum, expected[player], "share");
        }
    }

    function worthOf(uint256 mask) private pure returns (uint256) {
        return mask & 4 != 0 && mask & 3 != 0 ? 6 : 0;
    }
}
