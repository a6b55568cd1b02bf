import type { Curve } from './secp256k1.browser.ts'

/** Native where its package brings a binary: a third of the time of WebAssembly, and a fifth for recovery. */
export const curve: Curve = (await nativeCurve()) ?? (await import('./secp256k1.browser.ts')).curve

/** libsecp256k1 by Node's own interface; null where there is no binary for this platform. */
async function nativeCurve(): Promise<Curve | null> {
  // Its package's own front would fall back to JavaScript.
  const { default: native } = await import('secp256k1/bindings.js').catch(() => ({ default: null }))
  return (
    native && {
      sign(digest, privateKey) {
        const { signature, recid } = native.ecdsaSign(digest, privateKey)
        return { signature, parity: recid === 0 ? 0 : 1 }
      },
      recover: (digest, signature, parity) => native.ecdsaRecover(signature, parity, digest, false),
      pointOf: key => (native.privateKeyVerify(key) ? native.publicKeyCreate(key, false) : null),
    }
  )
}
