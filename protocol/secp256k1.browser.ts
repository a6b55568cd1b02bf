import * as wasm from 'tiny-secp256k1'

/** ECDSA on secp256k1 (SEC 2, section 2.4.1), as Ethereum uses it. Points are uncompressed: 65 bytes. */
export interface Curve {
  /** Deterministic (RFC 6979), with low s; `parity` of the point whose x is r. */
  sign(digest: Uint8Array, privateKey: Uint8Array): { readonly signature: Uint8Array; readonly parity: 0 | 1 }
  /** The public key that made the signature; null, or an error, when there is none. */
  recover(digest: Uint8Array, signature: Uint8Array, parity: 0 | 1): Uint8Array | null
  /** The public key of 32 bytes; null when they are no private key. */
  pointOf(privateKey: Uint8Array): Uint8Array | null
}

/** The curve in WebAssembly: in browsers, and where the native library has no binary. */
export const curve: Curve = {
  sign(digest, privateKey) {
    const { signature, recoveryId } = wasm.signRecoverable(digest, privateKey)
    return { signature, parity: recoveryId === 0 ? 0 : 1 }
  },
  recover: (digest, signature, parity) => wasm.recover(digest, signature, parity, false),
  pointOf: privateKey => (wasm.isPrivate(privateKey) ? wasm.pointFromScalar(privateKey, false) : null),
}
