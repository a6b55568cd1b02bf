// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ShapleySteps
/// @notice A Shapley value as a sum of 2^(n-1) steps, each of which anyone can check alone (L. S. Shapley, A Value for
/// n-Person Games, 1953): step k adds what player i brings to the k-th coalition S without it, in ascending order of masks,
/// times |S|! (n - 1 - |S|)!. The sum is the value times n!, an integer.
library ShapleySteps {
    /// @notice The most players. With 16, a value has 32,768 steps.
    uint256 internal constant MAX_PLAYERS = 16;
    /// @notice No coalition may be worth more, so that no sum of steps comes near the end of a word: 15! < 2^41.
    uint256 internal constant MAX_VALUE = type(uint128).max;

    /// @return The k-th coalition without `player`, as a mask: k with a zero put in at the player's bit.
    function coalition(uint256 k, uint256 player) internal pure returns (uint256) {
        uint256 low = k & ((1 << player) - 1);
        return ((k >> player) << (player + 1)) | low;
    }

    /// @return |S|! (n - 1 - |S|)!
    function weight(uint256 mask, uint256 players) internal pure returns (uint256) {
        uint256 size = 0;
        for (uint256 left = mask; left != 0; left &= left - 1) {
            ++size;
        }
        return factorial(size) * factorial(players - 1 - size);
    }

    function factorial(uint256 n) internal pure returns (uint256 product) {
        product = 1;
        for (uint256 factor = 2; factor <= n; ++factor) {
            product *= factor;
        }
    }

    /// @notice Whether `after_` is what a step makes of `before`. Running sums are two's complement words.
    /// @param without Value of the k-th coalition without the player. @param with_ Value of the same, and the player.
    function follows(uint256 before, uint256 after_, uint256 without, uint256 with_, uint256 stepWeight)
        internal
        pure
        returns (bool)
    {
        if (without > MAX_VALUE || with_ > MAX_VALUE) return false;
        unchecked {
            // Modular on purpose: a running sum may be below zero, and a wrong one is any word at all.
            return after_ == before + stepWeight * (with_ - without);
        }
    }
}
