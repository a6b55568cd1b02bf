import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readLeaves } from '../../coordinator/read-leaf.ts'
import { canonicalJson } from '../../protocol/canonical.ts'
import { joinLeaves, Leaf, leafHash } from '../../protocol/evidence.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'

const hash = fc.string().map(text => sha256(text))
const leaf = fc.record({
  taskId: hash,
  first: fc.oneof(fc.nat(100), fc.nat()),
  events: fc.array(fc.record({ type: fc.constantFrom('TaskSubmitted', 'a "type":', 'é', 'x'), hash }), {
    minLength: 1,
  }),
})
const bytes = (text: string) => new TextEncoder().encode(text)
const readAs = ({ taskId, first, events }: Leaf) => ({ taskId, first, end: first + events.length })

it('reads a leaf and its hash, however it is written', () => {
  fc.assert(
    fc.property(leaf, fc.boolean(), (each, isCanonical) => {
      const text = isCanonical ? canonicalJson(each) : spaced(each)
      expect(readLeaves(bytes(text))).toEqual([{ ...readAs(each), hash: leafHash(each) }])
    }),
  )
})

it('reads the leaves of a message in their order, and leaves out what is none', () => {
  const line = fc.oneof(leaf, fc.constantFrom('', ' ', '{}', '[]', 'junk', '\r', '\ufeff'))
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), lines => {
      const texts = lines.map(each => (typeof each === 'string' ? each : canonicalJson(each)))
      const leaves = lines.filter(each => typeof each !== 'string')
      const wanted = leaves.map(each => ({ ...readAs(each), hash: leafHash(each) }))
      expect(readLeaves(bytes(joinLeaves(texts)))).toEqual(wanted)
    }),
  )
})

it('says what the schema says of any text that is nearly a leaf', () => {
  const text = canonicalJson({
    taskId: sha256('task'),
    first: 10,
    events: [{ type: 'TaskSubmitted', hash: sha256('event') }],
  })
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(3),
      fc.constantFrom('', '0', '"', ' ', '}', 'g', '-', 'é'),
      (at, cut, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + cut)
        const parsed = Leaf.safeParse(parseOrNull(changed)).data
        const wanted = parsed ? [{ ...readAs(parsed), hash: leafHash(parsed) }] : []
        expect(readLeaves(bytes(changed))).toEqual(wanted)
      },
    ),
    { numRuns: 2_000 },
  )
})

it('takes no number that would lose digits for another', () => {
  const event = { type: 'x', hash: sha256('event') }
  const text = (first: string) => `{"events":[${canonicalJson(event)}],"first":${first},"taskId":"${sha256('t')}"}`
  expect(readLeaves(bytes(text('9007199254740993')))).toEqual([])
  expect(readLeaves(bytes(text('007')))).toEqual([])
  const same: Hex | undefined = readLeaves(bytes(text('7.0')))[0]?.hash
  expect(same).toBe(readLeaves(bytes(text('7')))[0]?.hash)
})

function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replaceAll('\n', ' ')
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
