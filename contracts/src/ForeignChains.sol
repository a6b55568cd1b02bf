// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "./interfaces/IDomains.sol";
import {IForeignChains} from "./interfaces/IForeignChains.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {QbftHeader} from "./libraries/QbftHeader.sol";
import {ReceiptProof} from "./libraries/ReceiptProof.sol";
import {Signer} from "./libraries/Signer.sol";
import {TypedHash} from "./libraries/TypedHash.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BlockHeader} from "@openzeppelin/contracts/utils/BlockHeader.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";

/// @title ForeignChains
contract ForeignChains is IForeignChains, AccessManaged {
    struct Block {
        bytes32 blockHash;
        bytes32 receiptsRoot;
    }

    struct Appointment {
        address attester;
        address admin;
    }

    uint256 private constant MAX_DOMAINS = 32;
    uint256 private constant MAX_VALIDATORS = 64;

    address public immutable registry;
    IDomains public immutable domains;

    mapping(uint256 sourceChain => Source) private _sources;
    mapping(bytes32 domainId => Appointment) private _appointments;
    /// @inheritdoc IForeignChains
    mapping(uint256 sourceChain => mapping(uint64 number => Block)) public blockAt;

    constructor(address authority, address registry_, IDomains domains_) AccessManaged(authority) {
        registry = registry_;
        domains = domains_;
    }

    /// @inheritdoc IForeignChains
    function recognise(uint256 sourceChain, address evidenceLog, address outbox) external restricted {
        if (evidenceLog == address(0) || outbox == address(0)) revert ForeignChainsAddressZero();
        Source storage source = _sources[sourceChain];
        if (source.outbox != address(0)) revert ForeignChainsKnown(sourceChain);

        source.evidenceLog = evidenceLog;
        source.outbox = outbox;
        emit ChainRecognised(sourceChain, evidenceLog, outbox);
    }

    /// @inheritdoc IForeignChains
    function nameVouchers(uint256 sourceChain, uint8 quorum, bytes32[] calldata domains_) external restricted {
        Source storage source = _known(sourceChain);
        if (quorum == 0 || quorum > domains_.length || domains_.length > MAX_DOMAINS) {
            revert ForeignChainsQuorumInvalid(quorum, domains_.length);
        }
        bytes32 previous;
        for (uint256 i = 0; i < domains_.length; ++i) {
            if (domains_[i] <= previous) revert ForeignChainsDomainsUnsorted(domains_[i]);
            previous = domains_[i];
        }

        source.quorum = quorum;
        source.domains = domains_;
        delete source.validators;
        emit VouchersNamed(sourceChain, quorum, domains_);
    }

    /// @inheritdoc IForeignChains
    function nameValidators(uint256 sourceChain, uint64 since, address[] calldata validators) external restricted {
        Source storage source = _known(sourceChain);
        uint256 count = validators.length;
        if (count == 0 || count > MAX_VALIDATORS || !_areDistinct(validators)) {
            revert ForeignChainsValidatorsInvalid(count);
        }

        source.quorum = 0;
        delete source.domains;
        _nameValidators(sourceChain, source, since, validators);
    }

    /// @inheritdoc IForeignChains
    function appoint(bytes32 domainId, address attester) external {
        if (domains.adminOf(domainId) != msg.sender) revert ForeignChainsNotAdmin(domainId, msg.sender);

        _appointments[domainId] = Appointment(attester, msg.sender);
        emit AttesterAppointed(domainId, attester);
    }

    /// @inheritdoc IForeignChains
    function accept(uint256 sourceChain, bytes calldata header, Vouch[] calldata vouches) external {
        Source storage source = _live(sourceChain);
        bytes32 blockHash = keccak256(header);
        (uint64 number, bytes32 receiptsRoot) = _read(header);
        _requireVouched(source, TypedHash.foreignBlock(sourceChain, number, blockHash), vouches);

        _keep(sourceChain, source, number, Block(blockHash, receiptsRoot));
    }

    /// @inheritdoc IForeignChains
    function acceptSealed(uint256 sourceChain, bytes calldata header) external {
        Source storage source = _live(sourceChain);
        QbftHeader.Sealed memory read = QbftHeader.read(header);
        uint64 number = _checked(read.number, read.receiptsRoot);
        _requireSealed(read.sealers, source.validators);

        if (number > source.validatorsSince && _isAnother(read.validators, source.validators)) {
            _requireSealed(read.sealers, read.validators);
            _nameValidators(sourceChain, source, number, read.validators);
        }
        _keep(sourceChain, source, number, Block(read.blockHash, read.receiptsRoot));
    }

    /// @inheritdoc IForeignChains
    function halt(uint256 sourceChain) external restricted {
        _halt(sourceChain, _live(sourceChain));
    }

    /// @inheritdoc IForeignChains
    function resume(uint256 sourceChain) external restricted {
        Source storage source = _known(sourceChain);
        if (!source.halted) revert ForeignChainsNotHalted(sourceChain);

        source.halted = false;
        emit ChainResumed(sourceChain);
    }

    /// @inheritdoc IForeignChains
    function open(uint256 sourceChain, ReceiptProof.Proof calldata proof)
        external
        view
        returns (ReceiptProof.Log memory)
    {
        _live(sourceChain);
        bytes32 receiptsRoot = blockAt[sourceChain][proof.blockNumber].receiptsRoot;
        if (receiptsRoot == 0) revert ForeignChainsBlockUnknown(sourceChain, proof.blockNumber);
        return ReceiptProof.open(receiptsRoot, proof);
    }

    /// @inheritdoc IForeignChains
    function sourceOf(uint256 sourceChain) external view returns (Source memory) {
        return _known(sourceChain);
    }

    /// @inheritdoc IForeignChains
    function attesterOf(bytes32 domainId) public view returns (address) {
        Appointment storage appointment = _appointments[domainId];
        return appointment.admin == domains.adminOf(domainId) ? appointment.attester : address(0);
    }

    function _keep(uint256 sourceChain, Source storage source, uint64 number, Block memory found) private {
        bytes32 knownHash = blockAt[sourceChain][number].blockHash;
        if (knownHash == found.blockHash) return;
        if (knownHash != 0) {
            emit ForkSeen(sourceChain, number, knownHash, found.blockHash);
            _halt(sourceChain, source);
            return;
        }
        blockAt[sourceChain][number] = found;
        emit HeaderAccepted(sourceChain, number, found.blockHash);
    }

    function _nameValidators(uint256 sourceChain, Source storage source, uint64 since, address[] memory validators)
        private
    {
        source.validatorsSince = since;
        source.validators = validators;
        emit ValidatorsNamed(sourceChain, since, validators);
    }

    function _halt(uint256 sourceChain, Source storage source) private {
        source.halted = true;
        emit ChainHalted(sourceChain);
    }

    /// @dev Both lists ascend, so one walk over the domains finds every voucher, and none counts twice.
    function _requireVouched(Source storage source, bytes32 structHash, Vouch[] calldata vouches) private view {
        uint256 quorum = source.quorum;
        // Before anybody was named, none is enough.
        if (quorum == 0 || vouches.length < quorum) revert ForeignChainsQuorumMissed(vouches.length, quorum);
        bytes32 digest = EntenteDomain.digest(registry, structHash);
        uint256 count = source.domains.length;
        uint256 place = 0;
        for (uint256 i = 0; i < vouches.length; ++i) {
            bytes32 domainId = vouches[i].domainId;
            while (place < count && source.domains[place] != domainId) ++place;
            if (place == count) revert ForeignChainsVoucherUnknown(domainId);
            ++place;
            if (domains.statusOf(domainId) != IDomains.Status.Admitted) revert ForeignChainsVoucherInactive(domainId);
            address attester = attesterOf(domainId);
            bool vouched = attester != address(0) && Signer.signed(attester, digest, vouches[i].signature);
            if (!vouched) revert ForeignChainsVouchInvalid(domainId, attester);
        }
    }

    function _live(uint256 sourceChain) private view returns (Source storage source) {
        source = _known(sourceChain);
        if (source.halted) revert ForeignChainsHalted(sourceChain);
    }

    function _known(uint256 sourceChain) private view returns (Source storage source) {
        source = _sources[sourceChain];
        if (source.outbox == address(0)) revert ForeignChainsUnknown(sourceChain);
    }

    function _read(bytes calldata header) private pure returns (uint64 number, bytes32 receiptsRoot) {
        Memory.Slice[] memory fields = BlockHeader.parseHeader(header);
        receiptsRoot = BlockHeader.getReceiptsRoot(fields);
        number = _checked(BlockHeader.getNumber(fields), receiptsRoot);
    }

    function _checked(uint256 number, bytes32 receiptsRoot) private pure returns (uint64) {
        if (number > type(uint64).max || receiptsRoot == 0) revert ForeignChainsHeaderInvalid();
        return uint64(number);
    }

    function _requireSealed(address[] memory sealers, address[] memory validators) private pure {
        uint256 seals = QbftHeader.countSealed(sealers, validators);
        uint256 quorum = QbftHeader.quorumOf(validators.length);
        // Without validators nothing is sealed.
        if (quorum == 0 || seals < quorum) revert ForeignChainsSealsMissed(seals, quorum);
    }

    /// @dev A header of a chain whose validators are kept in a contract names none.
    function _isAnother(address[] memory named, address[] memory known) private pure returns (bool) {
        return named.length > 0 && keccak256(abi.encode(named)) != keccak256(abi.encode(known));
    }

    function _areDistinct(address[] calldata accounts) private pure returns (bool) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (accounts[i] == address(0)) return false;
            for (uint256 j = 0; j < i; ++j) {
                if (accounts[i] == accounts[j]) return false;
            }
        }
        return true;
    }
}
