import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readLeaf } from '../../coordinator/read-leaf.ts'
import { canonicalJson } from '../../protocol/canonical.ts'
import { Leaf, leafHash } from '../../protocol/evidence.ts'
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
      const text = isCanonical ? canonicalJson(each) : JSON.stringify(each, null, 1)
      expect(readLeaf(bytes(text))).toEqual({ ...readAs(each), hash: leafHash(each) })
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
        const wanted = parsed ? { ...readAs(parsed), hash: leafHash(parsed) } : null
        expect(readLeaf(bytes(changed))).toEqual(wanted)
      },
    ),
    { numRuns: 2_000 },
  )
})

it('takes no number that would lose digits for another', () => {
  const event = { type: 'x', hash: sha256('event') }
  const text = (first: string) => `{"events":[${canonicalJson(event)}],"first":${first},"taskId":"${sha256('t')}"}`
  expect(readLeaf(bytes(text('9007199254740993')))).toBeNull()
  expect(readLeaf(bytes(text('007')))).toBeNull()
  const same: Hex | undefined = readLeaf(bytes(text('7.0')))?.hash
  expect(same).toBe(readLeaf(bytes(text('7')))?.hash)
})

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
