import { readFileSync } from 'node:fs'
import { ed25519 } from '@noble/curves/ed25519.js'
import { verifyMessage } from 'ethers'
import { describe, expect, it } from 'vitest'
import {
  accountsOf,
  Envelope,
  payloadOf,
  preAuthenticationEncoding,
  signEnvelope,
  whoSigned,
} from '../../protocol/dsse.ts'
import { fromHex, sha256 } from '../../protocol/hash.ts'
import { addressOf } from '../../protocol/sign.ts'

interface Vector {
  readonly id: string
  readonly envelope: unknown
  readonly trustedKeys: readonly string[]
  readonly threshold: number
  readonly supportedPayloadTypes: readonly string[]
  readonly pae: string
  readonly expect: 'accept' | 'reject'
}

const read = readFileSync(new URL('../data/dsse/vectors.json', import.meta.url), 'utf8')
const { keys, vectors }: { keys: Record<string, { public: string }>; vectors: Vector[] } = JSON.parse(read)

describe('DSSE', () => {
  it.each(vectors)('takes, or does not take, what the vector $id says', vector => {
    const envelope = Envelope.parse(vector.envelope)
    const holds = (name: string, message: Uint8Array, signature: Uint8Array) =>
      ed25519.verify(signature, message, fromHex(keys[name]!.public))
    const signers = whoSigned(
      envelope,
      (message, signature) => vector.trustedKeys.find(name => holds(name, message, signature)) ?? null,
    )
    const accepts = signers.length >= vector.threshold && vector.supportedPayloadTypes.includes(envelope.payloadType)
    expect(accepts ? 'accept' : 'reject').toBe(vector.expect)
    const signed = preAuthenticationEncoding(envelope.payloadType, payloadOf(envelope)).toString('hex')
    // Of the vector whose type was swapped it is what was signed before.
    if (vector.id === 'payload-type-swapped') expect(signed).not.toBe(vector.pae)
    else expect(signed).toBe(vector.pae)
  })

  it('encodes the example of the specification', () => {
    const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'))
    expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  })

  it('is signed by an account as wallets sign messages', () => {
    const key = sha256('who attests')
    const account = addressOf(key)
    const envelope = signEnvelope('text/plain', Buffer.from('注意'), key, account)
    expect(accountsOf(envelope)).toEqual([account])
    const message = preAuthenticationEncoding('text/plain', Buffer.from('注意'))
    const signature = `0x${Buffer.from(envelope.signatures[0]!.sig, 'base64').toString('hex')}`
    expect(verifyMessage(message, signature).toLowerCase()).toBe(account)
    expect(accountsOf({ ...envelope, payloadType: 'text/html' })).not.toContain(account)
    expect(accountsOf({ ...envelope, signatures: [{ sig: 'AAAA' }] })).toEqual([])
  })
})
