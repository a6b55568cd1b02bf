/** What is used here of the native part of `secp256k1`, which has no types of its own. Errors are thrown. */
declare module 'secp256k1/bindings.js' {
  interface Bindings {
    ecdsaSign(digest: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recid: number }
    ecdsaRecover(signature: Uint8Array, recid: number, digest: Uint8Array, compressed: boolean): Uint8Array
    privateKeyVerify(privateKey: Uint8Array): boolean
    publicKeyCreate(privateKey: Uint8Array, compressed: boolean): Uint8Array
  }
  const bindings: Bindings
  export default bindings
}
