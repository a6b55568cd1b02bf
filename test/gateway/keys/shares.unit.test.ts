import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinShares, type Share, splitKey } from '../../../gateway/keys/shares.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import type { Hex } from '../../../protocol/hash.ts'

const key: Hex = `0x${'11'.repeat(32)}`
const other: Hex = `0x${'22'.repeat(32)}`
const refusal = (shares: Share[]) => expect(joinShares(shares)).rejects

describe('a key in shares', () => {
  test('comes back from any of them that are enough, and from more', async () => {
    const counts = fc
      .integer({ min: 2, max: 6 })
      .chain(need => fc.record({ need: fc.constant(need), of: fc.integer({ min: need, max: 8 }) }))
    await fc.assert(
      fc.asyncProperty(counts, fc.nat(), async ({ need, of }, lot) => {
        const shares = await splitKey(key, { need, of })
        const some = shares.toSorted(() => (lot % 3) - 1)
        expect(await joinShares(some.slice(0, need))).toBe(key)
        expect(await joinShares(some)).toBe(key)
        await refusal(some.slice(0, need - 1)).toMatchObject({ code: 'SHARES_INVALID' })
      }),
      { numRuns: 30 },
    )
  })

  test('does not come back from shares that are mixed, repeated, changed or forged', async () => {
    const [a, b, c] = (await splitKey(key, { need: 2, of: 3 })) as [Share, Share, Share]
    const [again] = (await splitKey(key, { need: 2, of: 3 })) as [Share]
    const [foreign] = (await splitKey(other, { need: 2, of: 3 })) as [Share]
    await refusal([]).toThrow('no shares')
    await refusal([a, a]).toThrow('twice')
    await refusal([a]).toThrow('1 of the 2 shares')
    await refusal([b, again]).toThrow('is of set')
    await refusal([b, foreign]).toThrow('is of set')
    await refusal([a, { ...b, share: c.share }]).toThrow('changed or damaged')
    await refusal([a, { ...b, need: 3 }]).toThrow('changed or damaged')
    const { checksum: _, ...content } = { ...b, share: c.share.replace(/..$/, '01') }
    await refusal([a, { ...content, checksum: contentHash(content) }]).toThrow('one was forged')
  })

  test('is not split into too few or too many', async () => {
    for (const [need, of] of [
      [1, 3],
      [4, 3],
      [2, 256],
      [0, 0],
      [2.5, 3],
    ] as const) {
      await expect(splitKey(key, { need, of })).rejects.toMatchObject({ code: 'COMMAND_INVALID' })
    }
  })

  test('shows nothing of itself in a share or an error', async () => {
    const shares = await splitKey(key, { need: 2, of: 3 })
    expect(JSON.stringify(shares)).not.toContain('11'.repeat(8))
    await refusal([shares[0]!]).not.toThrow(/0x[0-9a-f]{66}/)
  })
})
