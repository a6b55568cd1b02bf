// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Inbox} from "../src/Inbox.sol";
import {IMessageReceiver} from "../src/interfaces/IMessageReceiver.sol";

/// @notice Does what the test says, and counts.
/// @custom:as-shipped
contract ReceiverHarness is IMessageReceiver {
    enum Manner {
        Take,
        Revert,
        Deny,
        Burn,
        Flood,
        Reenter
    }

    Inbox private immutable inbox;
    Manner public manner;
    uint256 public taken;
    bytes public last;
    bytes private reentry;

    constructor(Inbox inbox_) {
        inbox = inbox_;
    }

    function behave(Manner manner_, bytes calldata reentry_) external {
        manner = manner_;
        reentry = reentry_;
    }

    function receiveMessage(uint256 sourceChain, address sender, uint256 nonce, bytes calldata payload)
        external
        returns (bytes4)
    {
        if (manner == Manner.Revert) revert("not now");
        if (manner == Manner.Deny) return 0xdeadbeef;
        if (manner == Manner.Burn) {
            while (true) {}
        }
        if (manner == Manner.Flood) {
            assembly {
                revert(0, 100000)
            }
        }
        if (manner == Manner.Reenter) {
            (bool again,) = address(inbox).call(reentry);
            require(!again, "it came again");
        }
        ++taken;
        last = abi.encode(sourceChain, sender, nonce, payload);
        return this.receiveMessage.selector;
    }
}
