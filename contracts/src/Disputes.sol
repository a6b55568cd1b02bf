// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "./interfaces/IBatches.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";

/// @title Disputes
/// @notice What the contracts for disputes share: a batch is condemned exactly when it was shown wrong.
abstract contract Disputes {
    error DisputeUnfounded();
    error DisputeLinesMismatch();

    IBatches public immutable batches;
    IEscrow public immutable escrow;

    constructor(IBatches batches_, IEscrow escrow_) {
        batches = batches_;
        escrow = escrow_;
    }

    function _condemn(uint256 id, IBatches.Rule rule, bool isWrong) internal {
        if (!isWrong) revert DisputeUnfounded();
        batches.condemn(id, rule, msg.sender);
    }
}
