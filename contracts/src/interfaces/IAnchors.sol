// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IAnchors
/// @notice Says on chain that a tree of hashes was there: of any service, for items that are in no log of the consortium's.
/// The root is an RFC 6962 tree head over SHA-256; an item is proved to be under it off chain.
/// @dev Nothing is stored, and nothing is promised of one root beside another: the receipt with the event is the anchor, and
/// its block is the time before which the items were there. A log that only grows is IEvidenceLog.
interface IAnchors {
    event Anchored(address indexed sender, bytes32 indexed root, uint64 size);

    error AnchorsTreeEmpty();

    /// @notice Anchors the root of a tree of `size` leaves. Anyone may, as often as they like: whoever reads it trusts the
    /// tree's proofs, and the sender for nothing.
    function anchor(bytes32 root, uint64 size) external;
}
