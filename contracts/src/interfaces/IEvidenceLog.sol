// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IEvidenceLog
/// @notice Anchors the Merkle log of evidence: what it held, at which size, can no longer be denied. Roots are RFC 6962
/// tree heads over SHA-256; inclusion and consistency are proved against them here, or off chain.
/// @dev One size never has two roots, whoever signs and whatever governance does: what was anchored stays readable.
interface IEvidenceLog {
    event Checkpointed(uint64 indexed size, bytes32 root);
    event Cosigned(uint64 indexed size, bytes32 root, address indexed witness);
    event KeeperAppointed(address indexed keeper);
    event LogResumed(uint64 indexed size, bytes32 root);

    error EvidenceLogSignatureInvalid(address keeper);
    error EvidenceLogNotGrown(uint64 latestSize, uint64 size);
    error EvidenceLogRootEmpty();
    error EvidenceLogSizeTaken(uint64 size);
    error EvidenceLogNotAnchored(uint64 size);
    error EvidenceLogAlreadyCosigned(uint64 size, address witness);

    /// @notice Anchors the root of the log's first `size` leaves. On the log keeper's signature over EIP-712
    /// `Checkpoint(uint64 size,bytes32 root)` in the domain of EntenteDomain; anyone may send it.
    /// @dev The size grows, and must be one that was never anchored, not even on a branch that governance left.
    function checkpoint(uint64 size, bytes32 root, bytes calldata signature) external;

    /// @notice Says as a witness that the caller saw this checkpoint, and saw no other of its size. Once each.
    /// @dev Anyone may be a witness, so a number of them says nothing: ask for the ones you trust by `isCosigned`.
    function cosign(uint64 size) external;

    /// @notice The same for a witness that signed `Checkpoint(uint64 size,bytes32 root)`, as the keeper does; anyone may send
    /// it. A signature of other than 65 bytes is the 20 bytes of a contract's address, then what its ERC-1271 check takes.
    /// @dev A keeper's signature makes the keeper a witness of its own checkpoint, which is true and worth nothing.
    function cosign(uint64 size, bytes calldata signature) external;

    /// @notice Says who signs checkpoints from now on; the zero address for nobody. By governance.
    /// @dev The keeper is kept here, in the slot of the size, and not as a role elsewhere: asking another contract would
    /// make every checkpoint a tenth dearer.
    function appoint(address keeper) external;

    /// @notice Lets the log go on from a checkpoint it once had, or from nothing (0), under another keeper. For when a stolen
    /// key anchored what the log never held: a size of 2^64 - 1 would be the end of it. By governance.
    /// @dev Erases nothing: the roots that were anchored since stay, their sizes can never be anchored again, and
    /// `verifyConsistency` shows that they do not go with what follows. A limit of growth would not do: a thief anchors as
    /// often as gas allows. Both steps are one call, or the thief would anchor again between them.
    function resume(uint64 size, address keeper) external;

    /// @return Who signs checkpoints.
    function keeper() external view returns (address);

    /// @return size Leaves at the checkpoint from which the log goes on, 0 before the first.
    /// @return root The root of them.
    function latest() external view returns (uint64 size, bytes32 root);

    /// @return The root anchored for exactly `size` leaves, or 0.
    function rootAt(uint64 size) external view returns (bytes32);

    /// @return Whether `witness` cosigned the checkpoint of `size` leaves.
    function isCosigned(uint64 size, address witness) external view returns (bool);

    /// @param leafHash RFC 6962 hash of the leaf.
    /// @param proof Siblings, nearest first. Of another length than the leaf's, it reverts with `MerkleProofInvalid`.
    /// @return Whether that leaf has that position in the log of which `size` leaves were anchored. False for a size that
    /// was not.
    function verifyInclusion(bytes32 leafHash, uint64 index, uint64 size, bytes32[] calldata proof)
        external
        view
        returns (bool);

    /// @param proof As RFC 6962 orders it, nearest first.
    /// @return Whether the log at `newSize` began with the whole log at `oldSize`. False where either was not anchored.
    function verifyConsistency(uint64 oldSize, uint64 newSize, bytes32[] calldata proof) external view returns (bool);
}
