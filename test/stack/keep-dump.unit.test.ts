import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { restoreDump } from '../../stack/embedded/keep-dump.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const sender = (nonce: number) => ({ nonce, code: '0x' })
const contract = { nonce: 1, code: '0x60' }
const block = (number: number, timestamp: number) => ({
  header: { number: `0x${number.toString(16)}`, timestamp: `0x${timestamp.toString(16)}` },
})
const dump = (nonces: readonly number[], transactions: number, blocks = [block(1, 11), block(0, 10)]) =>
  JSON.stringify({
    blocks,
    accounts: Object.fromEntries([contract, ...nonces.map(sender)].map((account, index) => [`0x${index}`, account])),
    transactions: Array.from({ length: transactions }, (_, index) => index),
  })
const sound = dump([2, 1], 3)
const ahead = dump([3, 1], 3)
const manyBegun = dump([2, 1], 3, [block(0, 30), block(2, 12), block(0, 10), block(1, 11), block(0, 20)])
const begunOnce = dump([2, 1], 3, [block(2, 12), block(0, 10), block(1, 11)])
const cutShort = sound.slice(0, -9)

test.each([
  ['a sound dump as it is', sound, [ahead, ahead], sound],
  ['the copy when the dump was cut short', cutShort, [sound], sound],
  ['the copy when accounts are ahead of the blocks', ahead, [sound], sound],
  ['the newest sound copy', cutShort, [ahead, sound, dump([1, 1], 2)], sound],
  ['the genesis block that the chain began with', manyBegun, [], begunOnce],
  ['that of a copy too', cutShort, [manyBegun], begunOnce],
  ['the dump when nothing is sound', ahead, [cutShort], ahead],
])('anvil starts from %s', (_, now, kept, expected) => {
  const file = join(scratchDir('dump'), 'state.json')
  writeFileSync(file, now)
  for (const [age, text] of kept.entries()) writeFileSync(`${file}.kept-${age}`, text)
  restoreDump(file)
  expect(readFileSync(file, 'utf8')).toBe(expected)
})
