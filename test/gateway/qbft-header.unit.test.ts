import { RLP } from '@ethereumjs/rlp'
import { expect, it } from 'vitest'
import type { RpcHeader } from '../../gateway/block.ts'
import { encodeHashed, encodeHeader, encodeQbftHeader } from '../../gateway/encode-block.ts'
import { type Hex, keccak256, toHex } from '../../protocol/hash.ts'

const word = (byte: string): Hex => `0x${byte.repeat(32)}`
const seals = [1, 2, 3].map(each => Buffer.alloc(65, each))
const validators = [1, 2, 3, 4].map(each => Buffer.alloc(20, each))
const extraData = (round: number, sealed: Uint8Array[]) =>
  toHex(RLP.encode([Buffer.alloc(32), validators, [], round, sealed]))
const header: RpcHeader = {
  hash: word('00'),
  parentHash: word('01'),
  sha3Uncles: word('02'),
  miner: `0x${'03'.repeat(20)}`,
  stateRoot: word('04'),
  transactionsRoot: word('05'),
  receiptsRoot: word('06'),
  logsBloom: `0x${'00'.repeat(256)}`,
  difficulty: '0x1',
  number: '0x2a',
  gasLimit: '0x1c9c380',
  gasUsed: '0x0',
  timestamp: '0x6b49d200',
  extraData: extraData(3, seals),
  mixHash: '0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365',
  nonce: '0x0000000000000000',
  baseFeePerGas: '0x0',
  transactions: [],
}

it('hashes a header of QBFT without its seals, as of round 0', () => {
  const hashed = encodeHeader({ ...header, extraData: extraData(0, []) })
  expect(toHex(encodeQbftHeader(header)!)).toBe(toHex(hashed))
  const whole = { ...header, hash: keccak256(hashed) }
  expect(toHex(encodeHashed(whole))).toBe(toHex(hashed))
  const fields = RLP.decode(encodeHashed(whole)) as Uint8Array[]
  expect(toHex(fields[12]!)).toBe(extraData(0, []))
})

it('takes a header that hashes as it is for what it is', () => {
  const plain = { ...header, hash: keccak256(encodeHeader(header)) }
  expect(toHex(encodeHashed(plain))).toBe(toHex(encodeHeader(header)))
})

it.each(['0x', '0x01', '0xc0', `0x${'00'.repeat(32)}`, extraData(0, []).slice(0, -2)])(
  'knows that %s is not of QBFT',
  data => {
    expect(encodeQbftHeader({ ...header, extraData: data as Hex })).toBeNull()
  },
)
