import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { cosign, cosignedAt } from '../../protocol/cosignature.ts'
import { fromHex, toHex } from '../../protocol/hash.ts'
import { formatNote, keyIdOf, keyTypes, parseNote, verifierKey } from '../../protocol/note.ts'
import { checkpointText, parseCheckpoint } from '../../protocol/tree-head.ts'

const bytes = (base64: string) => Buffer.from(base64, 'base64')

// The example of the package that the format comes from: golang.org/x/mod/sumdb/note.
const neumann = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const signed = `${text}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`

describe('a signed note', () => {
  it('is read, and its signature holds, as in the example of the package that the format comes from', () => {
    const { text: read, signatures } = parseNote(signed)!
    expect(read).toBe(text)
    const [{ name, keyId, signature }] = signatures as [(typeof signatures)[0]]
    const publicKey = bytes('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW').subarray(1)
    expect(name).toBe('PeterNeumann')
    expect(toHex(keyId)).toBe('0xc74f20a3')
    expect(verifierKey(name, keyTypes.ed25519, publicKey)).toBe(neumann)
    expect(ed25519.verify(signature, Buffer.from(text), publicKey)).toBe(true)
    expect(formatNote({ text: read, signatures })).toBe(signed)
  })

  it.each([
    ['no blank line', 'text\n— a AAAAAAA=\n'],
    ['a name with a space', 'text\n\n— a b AAAAAAA=\n'],
    ['a name with a plus', 'text\n\n— a+b AAAAAAA=\n'],
    ['a hyphen for a dash', 'text\n\n- a AAAAAAA=\n'],
    ['base64 with bits left over', 'text\n\n— a AAAAAAB=\n'],
    ['nothing after the key id', 'text\n\n— a AAAAAA==\n'],
    ['a control character', 'te\txt\n\n— a AAAAAAA=\n'],
    ['no newline at its end', 'text\n\n— a AAAAAAA='],
  ])('is none with %s', (_, note) => {
    expect(parseNote(note)).toBeNull()
  })
})

// The example of the specifications.
const head = {
  origin: 'example.com/behind-the-sofa',
  size: 20_852_163,
  root: toHex(bytes('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=')),
}
const checkpoint = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
const cosigned = `${checkpoint}
— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`

describe('a checkpoint', () => {
  it('is written and read as in the example of the specification', () => {
    expect(checkpointText(head)).toBe(checkpoint)
    expect(parseCheckpoint(parseNote(cosigned)!.text)).toEqual(head)
    const [, witness] = parseNote(cosigned)!.signatures
    expect(Buffer.from(witness!.signature).readBigUInt64BE()).toBe(1_679_315_147n)
  })

  it.each(['a\n01\n', 'a\n-1\n', '\n1\n'])('is none that begins with %j', begin => {
    expect(parseCheckpoint(`${begin}CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n`)).toBeNull()
  })

  it('is none with a line more, or a root that is no hash', () => {
    expect(parseCheckpoint(`${checkpoint}more\n`)).toBeNull()
    expect(parseCheckpoint('a\n1\nAAAA\n')).toBeNull()
  })
})

describe('a cosignature', () => {
  const secretKey = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')
  const publicKey = ed25519.getPublicKey(secretKey)
  const name = 'witness.example.com/w1'

  it('is of the time and the text, by this key and name', () => {
    const given = cosign(checkpoint, name, secretKey, 1_679_315_147)
    expect(given.keyId).toEqual(keyIdOf(name, [4], publicKey))
    const message = `cosignature/v1\ntime 1679315147\n${checkpoint}`
    expect(ed25519.verify(given.signature.subarray(8), Buffer.from(message), publicKey)).toBe(true)
    expect(cosignedAt(checkpoint, name, publicKey, given)).toBe(1_679_315_147)
    expect(cosignedAt(checkpoint.replace('163', '164'), name, publicKey, given)).toBeNull()
    expect(cosignedAt(checkpoint, 'another', publicKey, given)).toBeNull()
    const later = { ...given, signature: Uint8Array.from(given.signature, (byte, at) => (at === 7 ? byte ^ 1 : byte)) }
    expect(cosignedAt(checkpoint, name, publicKey, later)).toBeNull()
  })
})
