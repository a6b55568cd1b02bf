// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlockHeader} from "@openzeppelin/contracts/utils/BlockHeader.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title QbftHeader
/// @notice Reads a block header of a QBFT chain, and who sealed it. Its extraData is an RLP list of vanity, validators, vote,
/// round and seals. The block's hash is that of the header with no seals and round 0; a seal is a validator's signature over
/// the hash of the header with no seals and the round as it is (Besu's `QbftExtraDataCodec` and `BftBlockHashing`).
library QbftHeader {
    struct Sealed {
        bytes32 blockHash;
        uint256 number;
        bytes32 receiptsRoot;
        address[] validators;
        address[] sealers;
    }

    error QbftHeaderInvalid();

    uint256 private constant EXTRA_DATA = uint256(BlockHeader.HeaderField.ExtraData);
    uint256 private constant EXTRA_FIELDS = 5;
    uint256 private constant VALIDATORS = 1;
    uint256 private constant ROUND = 3;
    uint256 private constant SEALS = 4;
    uint256 private constant SEAL_LENGTH = 65;

    /// @notice How many of `count` validators must seal a block: two thirds, rounded up.
    function quorumOf(uint256 count) internal pure returns (uint256) {
        return (2 * count + 2) / 3;
    }

    /// @notice How many of the validators are among the sealers, who may name one twice.
    function countSealed(address[] memory sealers, address[] memory validators) internal pure returns (uint256 count) {
        for (uint256 i = 0; i < validators.length; ++i) {
            for (uint256 j = 0; j < sealers.length; ++j) {
                if (sealers[j] == validators[i]) {
                    ++count;
                    break;
                }
            }
        }
    }

    /// @notice Reads a header as its chain's nodes give it, seals included. A seal that is none has no sealer.
    function read(bytes memory header) internal pure returns (Sealed memory result) {
        Memory.Slice[] memory fields = BlockHeader.parseHeader(header);
        result.number = BlockHeader.getNumber(fields);
        result.receiptsRoot = BlockHeader.getReceiptsRoot(fields);
        if (fields.length <= EXTRA_DATA) revert QbftHeaderInvalid();
        Memory.Slice[] memory extra = RLP.decodeList(RLP.readBytes(fields[EXTRA_DATA]));
        if (extra.length != EXTRA_FIELDS) revert QbftHeaderInvalid();

        bytes memory round = Memory.toBytes(extra[ROUND]);
        result.validators = _readValidators(extra[VALIDATORS]);
        result.blockHash = _hashWith(fields, extra, RLP.encode(uint256(0)));
        result.sealers = _recover(_hashWith(fields, extra, round), extra[SEALS]);
    }

    function _readValidators(Memory.Slice list) private pure returns (address[] memory validators) {
        Memory.Slice[] memory items = RLP.readList(list);
        validators = new address[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            validators[i] = RLP.readAddress(items[i]);
        }
    }

    /// @param round As it is encoded.
    function _hashWith(Memory.Slice[] memory fields, Memory.Slice[] memory extra, bytes memory round)
        private
        pure
        returns (bytes32)
    {
        bytes[] memory unsealed = _copy(extra);
        unsealed[ROUND] = round;
        unsealed[SEALS] = RLP.encode(new bytes[](0));
        bytes[] memory header = _copy(fields);
        header[EXTRA_DATA] = RLP.encode(RLP.encode(unsealed));
        return keccak256(RLP.encode(header));
    }

    function _copy(Memory.Slice[] memory items) private pure returns (bytes[] memory copies) {
        copies = new bytes[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            copies[i] = Memory.toBytes(items[i]);
        }
    }

    function _recover(bytes32 digest, Memory.Slice list) private pure returns (address[] memory sealers) {
        Memory.Slice[] memory seals = RLP.readList(list);
        sealers = new address[](seals.length);
        for (uint256 i = 0; i < seals.length; ++i) {
            bytes memory seal = RLP.readBytes(seals[i]);
            if (seal.length != SEAL_LENGTH) revert QbftHeaderInvalid();
            // Seals end in the parity, 0 or 1; what ends in 27 or 28 is none.
            uint8 parity = uint8(seal[64]);
            if (parity > 1) continue;
            seal[64] = bytes1(parity + 27);
            (address sealer, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, seal);
            if (failure == ECDSA.RecoverError.NoError) sealers[i] = sealer;
        }
    }
}
