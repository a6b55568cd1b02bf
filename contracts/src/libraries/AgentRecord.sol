// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title AgentRecord
/// @notice What the identity registry stores of an agent, laid out so that registering one is cheap: a URI begins in the 12
/// bytes that the wallet leaves free in its slot, and needs no slot for its length. A URI of 75 bytes takes two slots more,
/// where a Solidity string takes four: 44,000 gas less.
library AgentRecord {
    /// @param uriLength In bytes; `LONG` for a URI kept in `longUri`.
    /// @param uriHead The first 11 bytes.
    /// @param uriRest The bytes after, 32 in each; what lies beyond the length is left over from an earlier URI.
    struct Agent {
        address wallet;
        uint8 uriLength;
        bytes11 uriHead;
        mapping(uint256 index => bytes32) uriRest;
        string longUri;
        mapping(string key => bytes value) metadata;
    }

    uint256 private constant HEAD = 11;
    uint256 private constant LONG = type(uint8).max;

    function setUri(Agent storage self, bytes calldata uri) internal {
        if (uri.length >= LONG) {
            self.uriLength = uint8(LONG);
            self.longUri = string(uri);
            return;
        }
        // Below LONG, so it fits. Slices are zero-padded on the right.
        self.uriLength = uint8(uri.length);
        self.uriHead = bytes11(uri);
        for (uint256 offset = HEAD; offset < uri.length; offset += 32) {
            self.uriRest[offset / 32] = bytes32(uri[offset:]);
        }
    }

    function getUri(Agent storage self) internal view returns (string memory) {
        uint256 length = self.uriLength;
        if (length == LONG) return self.longUri;
        bytes memory uri = abi.encodePacked(self.uriHead);
        for (uint256 offset = HEAD; offset < length; offset += 32) {
            uri = bytes.concat(uri, self.uriRest[offset / 32]);
        }
        assembly ("memory-safe") {
            // Cuts the padding: `uri` is at least as long as `length`, in whole words after its head.
            mstore(uri, length)
        }
        return string(uri);
    }
}
