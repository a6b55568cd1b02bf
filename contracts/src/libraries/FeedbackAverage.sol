// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title FeedbackAverage
/// @notice How ERC-8004's reference contracts average decimal numbers that differ in their decimals.
library FeedbackAverage {
    uint8 internal constant MAX_DECIMALS = 18;

    /// @param sum In units of 1e-18.
    /// @param uses How many of the numbers had each count of decimals.
    struct Tally {
        int256 sum;
        uint64 count;
        uint64[19] uses;
    }

    /// @param value Between -1e38 and 1e38, so that sums of any number that fits a block are far from overflow.
    /// @param decimals At most 18.
    function add(Tally memory self, int128 value, uint8 decimals) internal pure {
        self.sum += int256(value) * unit(decimals);
        ++self.count;
        ++self.uses[decimals];
    }

    /// @return average In units of the commonest count of decimals, of several the fewest. Rounded toward zero twice: in
    /// units of 1e-18 first.
    function average(Tally memory self) internal pure returns (int128, uint8) {
        if (self.count == 0) return (0, 0);
        uint8 commonest = 0;
        for (uint8 decimals = 1; decimals <= MAX_DECIMALS; ++decimals) {
            if (self.uses[decimals] > self.uses[commonest]) commonest = decimals;
        }
        // Wraps beyond int128, as the reference does: see IReputationRegistry.getSummary.
        return (int128(self.sum / int256(uint256(self.count)) / unit(commonest)), commonest);
    }

    /// @return In units of 1e-18, what 1 means in a number of `decimals`.
    function unit(uint8 decimals) private pure returns (int256) {
        // At most 1e18.
        return int256(10 ** uint256(MAX_DECIMALS - decimals));
    }
}
