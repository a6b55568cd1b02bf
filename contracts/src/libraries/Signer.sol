// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../interfaces/IBatches.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Signer
/// @notice Who signed: by a key (ECDSA), or by a contract (ERC-1271).
library Signer {
    error SignatureInvalid();

    /// @notice Whether `account` signed `digest`: ECDSA first, so that a key whose account has delegated code (EIP-7702)
    /// still signs as itself, then ERC-1271.
    function signed(address account, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == account) return true;
        return
            account.code.length > 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature);
    }

    /// @notice Whether `account` signed `digest` by its key. What is invalid was signed by nobody.
    function signedByKey(address account, bytes32 digest, IBatches.Signature calldata signature)
        internal
        pure
        returns (bool)
    {
        (address recovered, ECDSA.RecoverError failure,) =
            ECDSA.tryRecover(digest, signature.v, signature.r, signature.s);
        return failure == ECDSA.RecoverError.NoError && recovered == account;
    }

    /// @notice Who signed `digest`, where the caller knows only what the signer must be allowed to do. A signature of 65
    /// bytes is ECDSA and names its signer by itself; any other is the 20 bytes of a contract's address, then what that
    /// contract's ERC-1271 check takes.
    /// @return signer Never the zero address: an invalid signature reverts with `SignatureInvalid`.
    function recover(bytes32 digest, bytes calldata signature) internal view returns (address signer) {
        if (signature.length == 65) {
            ECDSA.RecoverError failure;
            (signer, failure,) = ECDSA.tryRecoverCalldata(digest, signature);
            if (failure != ECDSA.RecoverError.NoError) revert SignatureInvalid();
        } else {
            if (signature.length < 20) revert SignatureInvalid();
            signer = address(bytes20(signature[:20]));
            bool valid = SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature[20:]);
            if (!valid) revert SignatureInvalid();
        }
    }
}
