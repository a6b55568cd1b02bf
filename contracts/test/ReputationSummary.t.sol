// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReputationBase} from "./ReputationBase.sol";

contract ReputationSummaryTest is ReputationBase {
    function expectSummary(address[] memory clients, string memory tag1, string memory tag2, bytes memory expected)
        private
        view
    {
        (uint64 count, int128 value, uint8 decimals) = reputation.getSummary(weatherAgent, clients, tag1, tag2);
        vm.assertEq(abi.encode(count, value, decimals), expected, "summary");
    }

    function summary(uint64 count, int128 value, uint8 decimals) private pure returns (bytes memory) {
        return abi.encode(count, value, decimals);
    }

    function test_ASummaryNeedsClients() public {
        give(CLIENT, 1, 0, "", "");
        vm.expectRevert("clientAddresses required");
        reputation.getSummary(weatherAgent, new address[](0), "", "");
    }

    function test_NothingAveragesToZero() public view {
        expectSummary(only(CLIENT), "", "", summary(0, 0, 0));
    }

    function test_AveragesTheClientsAskedForAndNoOthers() public {
        give(CLIENT, 80, 0, "", "");
        give(CLIENT, 90, 0, "", "");
        give(OTHER_CLIENT, 100, 0, "", "");
        give(stranger, -1e38, 0, "", "");
        expectSummary(both(CLIENT, OTHER_CLIENT), "", "", summary(3, 90, 0));
        expectSummary(only(CLIENT), "", "", summary(2, 85, 0));
        expectSummary(both(OTHER_CLIENT, OTHER_CLIENT), "", "", summary(2, 100, 0));
    }

    function test_FiltersByEitherTag() public {
        give(CLIENT, 60, 0, "quality", "fast");
        give(CLIENT, 80, 0, "quality", "slow");
        give(CLIENT, 100, 0, "speed", "slow");
        expectSummary(only(CLIENT), "", "", summary(3, 80, 0));
        expectSummary(only(CLIENT), "quality", "", summary(2, 70, 0));
        expectSummary(only(CLIENT), "", "slow", summary(2, 90, 0));
        expectSummary(only(CLIENT), "quality", "slow", summary(1, 80, 0));
        expectSummary(only(CLIENT), "qualit", "", summary(0, 0, 0));
        expectSummary(only(CLIENT), "slow", "", summary(0, 0, 0));
    }

    function test_LeavesOutWhatWasRevoked() public {
        give(CLIENT, 10, 0, "", "");
        give(CLIENT, 90, 0, "", "");
        vm.prank(CLIENT);
        reputation.revokeFeedback(weatherAgent, 1);
        expectSummary(only(CLIENT), "", "", summary(1, 90, 0));
    }

    function test_TheCommonestDecimalsWin() public {
        give(CLIENT, 9977, 2, "", "");
        give(CLIENT, 9900, 2, "", "");
        give(CLIENT, 98, 0, "", "");
        // (99.77 + 99.00 + 98) / 3 = 98.92333…
        expectSummary(only(CLIENT), "", "", summary(3, 9892, 2));
    }

    function test_OfSeveralTheFewestDecimalsWin() public {
        give(CLIENT, 15, 1, "", "");
        give(CLIENT, 2, 0, "", "");
        // (1.5 + 2) / 2 = 1.75
        expectSummary(only(CLIENT), "", "", summary(2, 1, 0));
        give(CLIENT, 1, 18, "", "");
        give(CLIENT, 1, 18, "", "");
        expectSummary(only(CLIENT), "", "", summary(4, 0.875e18, 18));
    }

    function test_RoundsTowardZeroOnEitherSide() public {
        give(CLIENT, 1, 0, "up", "");
        give(CLIENT, 0, 0, "up", "");
        give(CLIENT, -1, 0, "down", "");
        give(CLIENT, 0, 0, "down", "");
        expectSummary(only(CLIENT), "up", "", summary(2, 0, 0));
        expectSummary(only(CLIENT), "down", "", summary(2, 0, 0));
        give(CLIENT, -3, 0, "down", "");
        give(CLIENT, -3, 0, "down", "");
        // -7 / 4
        expectSummary(only(CLIENT), "down", "", summary(4, -1, 0));
    }

    function test_TheHighestValuesAverageExactly() public {
        give(CLIENT, 1e38, 0, "", "");
        give(CLIENT, 1e38, 0, "", "");
        expectSummary(only(CLIENT), "", "", summary(2, 1e38, 0));
        give(OTHER_CLIENT, -1e38, 18, "", "");
        expectSummary(only(OTHER_CLIENT), "", "", summary(1, -1e38, 18));
    }

    function test_BeyondInt128TheAverageWrapsAsInTheReference() public {
        give(CLIENT, 1e38, 0, "", "");
        give(CLIENT, 0, 18, "", "");
        give(CLIENT, 0, 18, "", "");
        int256 exact = int256(1e56) / 3;
        expectSummary(only(CLIENT), "", "", summary(3, int128(exact), 18));
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_AveragesAsTheStandardsReferenceDoes(int64[8] memory values, uint8[8] memory decimals) public {
        int256 sum = 0;
        uint256[19] memory uses;
        for (uint256 i = 0; i < values.length; ++i) {
            uint8 places = uint8(decimals[i] % 19);
            give(i % 2 == 0 ? CLIENT : OTHER_CLIENT, values[i], places, "", "");
            sum += int256(values[i]) * int256(10 ** (18 - uint256(places)));
            ++uses[places];
        }
        uint8 commonest = 0;
        for (uint8 places = 0; places < 19; ++places) {
            if (uses[places] > uses[commonest]) commonest = places;
        }
        int128 average = int128(sum / 8 / int256(10 ** (18 - uint256(commonest))));
        expectSummary(both(CLIENT, OTHER_CLIENT), "", "", summary(8, average, commonest));
    }

    function readAll(address[] memory clients, string memory tag1, string memory tag2, bool revokedToo)
        private
        view
        returns (bytes memory read)
    {
        (, read) = address(reputation)
            .staticcall(abi.encodeCall(reputation.readAllFeedback, (weatherAgent, clients, tag1, tag2, revokedToo)));
    }

    function test_ReadsAllFeedbackClientByClient() public {
        give(CLIENT, 70, 0, "quality", "fast");
        give(OTHER_CLIENT, 80, 1, "speed", "slow");
        give(CLIENT, -90, 2, "quality", "slow");
        vm.prank(CLIENT);
        reputation.revokeFeedback(weatherAgent, 1);

        bytes memory everything = allThree(
            [CLIENT, CLIENT, OTHER_CLIENT],
            [uint64(1), 2, 1],
            [int128(70), -90, 80],
            [uint8(0), 2, 1],
            ["quality", "quality", "speed"],
            ["fast", "slow", "slow"],
            [true, false, false]
        );
        vm.assertEq(readAll(new address[](0), "", "", true), everything, "of every client");
        vm.assertEq(readAll(both(CLIENT, OTHER_CLIENT), "", "", true), everything, "of both");
        bytes memory second = one(CLIENT, 2, -90, 2, "quality", "slow");
        vm.assertEq(readAll(only(CLIENT), "", "", false), second, "what was not revoked");
        vm.assertEq(readAll(new address[](0), "quality", "slow", true), second, "both tags");
        vm.assertEq(readAll(new address[](0), "speed", "", false), one(OTHER_CLIENT, 1, 80, 1, "speed", "slow"), "tag");
        vm.assertEq(readAll(only(stranger), "", "", true), readAll(new address[](0), "none", "", true), "nothing");
    }

    function one(address client, uint64 index, int128 value, uint8 decimals, string memory tag1, string memory tag2)
        private
        pure
        returns (bytes memory)
    {
        uint64[] memory indexes = new uint64[](1);
        int128[] memory values = new int128[](1);
        uint8[] memory places = new uint8[](1);
        string[] memory tag1s = new string[](1);
        string[] memory tag2s = new string[](1);
        (indexes[0], values[0], places[0], tag1s[0], tag2s[0]) = (index, value, decimals, tag1, tag2);
        return abi.encode(only(client), indexes, values, places, tag1s, tag2s, new bool[](1));
    }

    function allThree(
        address[3] memory clients,
        uint64[3] memory indexes,
        int128[3] memory values,
        uint8[3] memory places,
        string[3] memory tag1s,
        string[3] memory tag2s,
        bool[3] memory revoked
    ) private pure returns (bytes memory) {
        Expected memory e = Expected(
            new address[](3),
            new uint64[](3),
            new int128[](3),
            new uint8[](3),
            new string[](3),
            new string[](3),
            new bool[](3)
        );
        for (uint256 i = 0; i < 3; ++i) {
            e.clients[i] = clients[i];
            e.indexes[i] = indexes[i];
            e.values[i] = values[i];
            e.places[i] = places[i];
            e.tag1s[i] = tag1s[i];
            e.tag2s[i] = tag2s[i];
            e.revoked[i] = revoked[i];
        }
        return abi.encode(e.clients, e.indexes, e.values, e.places, e.tag1s, e.tag2s, e.revoked);
    }

    struct Expected {
        address[] clients;
        uint64[] indexes;
        int128[] values;
        uint8[] places;
        string[] tag1s;
        string[] tag2s;
        bool[] revoked;
    }
}
