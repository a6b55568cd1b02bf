// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Disputes} from "../src/Disputes.sol";
import {IBatches} from "../src/interfaces/IBatches.sol";
import {BatchBase} from "./BatchBase.sol";

/// @notice How a dispute ends: unfounded, of lines that do not belong together, or in the batch's condemnation, for which the
/// stranger is paid.
abstract contract DisputesBase is BatchBase {
    function expectUnfounded() internal {
        vm.expectRevert(Disputes.DisputeUnfounded.selector);
    }

    function expectMismatch() internal {
        vm.expectRevert(Disputes.DisputeLinesMismatch.selector);
    }

    function expectCondemned(uint256 id) internal view {
        vm.assertTrue(batches.stateOf(id).status == IBatches.Status.Condemned, "condemned");
        vm.assertEq(escrow.balanceOf(stranger), uint256(BOND) / 2, "the challenger's part of the bond");
    }
}
