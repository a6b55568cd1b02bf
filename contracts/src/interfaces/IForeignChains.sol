// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReceiptProof} from "../libraries/ReceiptProof.sol";

/// @title IForeignChains
/// @notice What this chain knows of others: block headers that enough domains vouch for, and through them any log of any
/// receipt. Whoever carries a header or a proof here is trusted with nothing.
/// @dev A domain vouches by the signature of its attester over EIP-712
/// `ForeignBlock(uint256 sourceChain,uint64 number,bytes32 blockHash)` in the domain of EntenteDomain: that its own node of
/// that chain says that this block is final. What is assumed: of the domains named for a chain, fewer than the quorum sign
/// what is not so, and their nodes are right about finality. Of a chain with QBFT, the seals of its validators vouch instead;
/// there it is assumed of fewer than a third of them.
interface IForeignChains {
    /// @param evidenceLog The EvidenceLog there, and
    /// @param outbox the Outbox there: events of no other contract mean anything.
    /// @param quorum How many of the domains must vouch; 0 where validators do.
    /// @param validators Who seals blocks there; none where domains vouch.
    /// @param validatorsSince The block from which it is known that they do.
    struct Source {
        address evidenceLog;
        address outbox;
        uint8 quorum;
        bool halted;
        bytes32[] domains;
        uint64 validatorsSince;
        address[] validators;
    }

    /// @param domainId Of the domain for which its attester signed.
    struct Vouch {
        bytes32 domainId;
        bytes signature;
    }

    event ChainRecognised(uint256 indexed sourceChain, address evidenceLog, address outbox);
    event VouchersNamed(uint256 indexed sourceChain, uint8 quorum, bytes32[] domains);
    event ValidatorsNamed(uint256 indexed sourceChain, uint64 since, address[] validators);
    event AttesterAppointed(bytes32 indexed domainId, address indexed attester);
    event HeaderAccepted(uint256 indexed sourceChain, uint64 indexed number, bytes32 blockHash);
    event ForkSeen(uint256 indexed sourceChain, uint64 indexed number, bytes32 blockHash, bytes32 otherHash);
    event ChainHalted(uint256 indexed sourceChain);
    event ChainResumed(uint256 indexed sourceChain);

    error ForeignChainsUnknown(uint256 sourceChain);
    error ForeignChainsKnown(uint256 sourceChain);
    error ForeignChainsHalted(uint256 sourceChain);
    error ForeignChainsNotHalted(uint256 sourceChain);
    error ForeignChainsAddressZero();
    error ForeignChainsQuorumInvalid(uint256 quorum, uint256 domains);
    error ForeignChainsDomainsUnsorted(bytes32 domainId);
    error ForeignChainsNotAdmin(bytes32 domainId, address caller);
    error ForeignChainsVoucherUnknown(bytes32 domainId);
    error ForeignChainsVoucherInactive(bytes32 domainId);
    error ForeignChainsVouchInvalid(bytes32 domainId, address attester);
    error ForeignChainsQuorumMissed(uint256 vouches, uint256 quorum);
    error ForeignChainsValidatorsInvalid(uint256 count);
    error ForeignChainsSealsMissed(uint256 seals, uint256 quorum);
    error ForeignChainsHeaderInvalid();
    error ForeignChainsBlockUnknown(uint256 sourceChain, uint64 number);

    /// @notice Recognises another chain, once: its contracts stay those. By governance.
    /// @dev Another Outbox would count its messages from 0 again.
    function recognise(uint256 sourceChain, address evidenceLog, address outbox) external;

    /// @notice Says which domains vouch for a chain's headers, and how many of them must. By governance.
    /// @param domains In ascending order, none twice, 32 at most.
    /// @param quorum From 1 to their number.
    function nameVouchers(uint256 sourceChain, uint8 quorum, bytes32[] calldata domains) external;

    /// @notice Says who seals the blocks of a chain with QBFT from a block on: then no domain needs to vouch. By governance.
    /// @param validators From 1 to 64, none twice, as any header of that time has them.
    function nameValidators(uint256 sourceChain, uint64 since, address[] calldata validators) external;

    /// @notice Says which key signs for a domain; the zero address for none. By the domain's admin.
    /// @dev It lapses when the domain has another admin: what a thief of the old key appointed is then worth nothing. A
    /// contract may sign, by ERC-1271.
    function appoint(bytes32 domainId, address attester) external;

    /// @notice Takes a header that enough domains vouch for. By anyone.
    /// @dev Known already, it does nothing. Where another of the same number is known, the chain is halted: one of the two was
    /// not final, and nobody here can tell which.
    /// @param header RLP, as it hashes to the block's hash there.
    /// @param vouches In ascending order of their domains; every one must be valid, and count.
    function accept(uint256 sourceChain, bytes calldata header, Vouch[] calldata vouches) external;

    /// @notice Takes a header of a chain with QBFT that two thirds of its validators sealed. By anyone.
    /// @dev A later header that names other validators, and that two thirds of the old and of the new ones sealed, makes those
    /// the validators from then on. Where so many change at once that there is no such header, governance names them.
    /// @param header RLP with all seals, as nodes of that chain have it.
    function acceptSealed(uint256 sourceChain, bytes calldata header) external;

    /// @notice Stops taking headers of a chain, and opening proofs against them. By governance, or the guardian.
    function halt(uint256 sourceChain) external;

    /// @notice Goes on, once somebody has looked into it. By governance.
    function resume(uint256 sourceChain) external;

    /// @notice Opens a log of another chain.
    /// @dev Reverts for a block that is not known here, as ReceiptProof does for a proof that does not hold, and while the chain
    /// is halted. Who emitted the log is for the caller to check.
    function open(uint256 sourceChain, ReceiptProof.Proof calldata proof)
        external
        view
        returns (ReceiptProof.Log memory);

    /// @return What governance recognised of a chain. Reverts for one that it did not.
    function sourceOf(uint256 sourceChain) external view returns (Source memory);

    /// @return Who signs for a domain now; the zero address when nobody does.
    function attesterOf(bytes32 domainId) external view returns (address);

    /// @return blockHash Of the accepted block of that number, or 0.
    /// @return receiptsRoot Of its receipts.
    function blockAt(uint256 sourceChain, uint64 number) external view returns (bytes32 blockHash, bytes32 receiptsRoot);
}
