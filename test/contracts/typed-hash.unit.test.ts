import { readFileSync } from 'node:fs'
import { TypedDataEncoder } from 'ethers'
import { expect, it } from 'vitest'
import { type DocumentName, documentTypes } from '../../protocol/documents.ts'

const source = readFileSync(new URL('../../contracts/src/libraries/TypedHash.sol', import.meta.url), 'utf8')
const hashedTypes = [...source.matchAll(/"(\w+\([^"]*\))"/g)].map(([, type]) => type!)

it.each<DocumentName>(['TaskOrder', 'Settlement', 'Receipt', 'Commit', 'Checkpoint', 'Attestation'])(
  'contracts hash a %s of the very type that parties sign',
  name => {
    const signed = TypedDataEncoder.from(documentTypes(name)).encodeType(name)
    expect(hashedTypes).toContain(signed)
  },
)
