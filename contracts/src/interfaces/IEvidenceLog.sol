// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IEvidenceLog
/// @notice Anchors the Merkle log of evidence: what it held, at which size, can no longer be denied. Roots are RFC 6962
/// tree heads over SHA-256; inclusion and consistency are proved against them off chain.
interface IEvidenceLog {
    event Checkpointed(uint64 indexed size, bytes32 root);
    event KeeperAppointed(address indexed keeper);

    error EvidenceLogSignatureInvalid(address keeper);
    error EvidenceLogNotGrown(uint64 latestSize, uint64 size);
    error EvidenceLogRootEmpty();

    /// @notice Anchors the root of the log's first `size` leaves. On the log keeper's signature over EIP-712
    /// `Checkpoint(uint64 size,bytes32 root)` in the domain of EntenteDomain; anyone may send it.
    /// @dev The size only grows, so one size never has two roots.
    function checkpoint(uint64 size, bytes32 root, bytes calldata signature) external;

    /// @notice Says who signs checkpoints from now on; the zero address for nobody. By governance.
    /// @dev The keeper is kept here, in the slot of the size, and not as a role elsewhere: asking another contract would
    /// make every checkpoint a tenth dearer.
    function appoint(address keeper) external;

    /// @return Who signs checkpoints.
    function keeper() external view returns (address);

    /// @return size Leaves at the last checkpoint, 0 before the first.
    /// @return root The root of them.
    function latest() external view returns (uint64 size, bytes32 root);

    /// @return The root anchored for exactly `size` leaves, or 0.
    function rootAt(uint64 size) external view returns (bytes32);
}
