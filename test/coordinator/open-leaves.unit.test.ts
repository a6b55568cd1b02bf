import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OpenLeaves } from '../../coordinator/open-leaves.ts'
import type { HashedLeaf } from '../../coordinator/read-leaf.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { hashLeaf, MerkleTree, rootOfInclusion, tileLeaves } from '../../protocol/merkle.ts'

const taskOf = (task: number) => sha256(`task ${task}`)
/** The entry of this number in the task's log, each of two events. */
const leafOf = (task: number, entry: number): HashedLeaf => ({
  taskId: taskOf(task),
  first: 2 * entry,
  end: 2 * entry + 2,
  hash: hashLeaf(`${task}/${entry}`),
})

/** Tasks of so many entries each, whose leaves come by turns. */
function filled(tasks: number, entries: number) {
  const [leaves, whole] = [new OpenLeaves(), new MerkleTree()]
  for (let entry = 0; entry < entries; entry++) {
    for (let task = 0; task < tasks; task++) {
      leaves.add(leafOf(task, entry))
      whole.append(leafOf(task, entry).hash)
    }
  }
  return { leaves, whole }
}

/** Whether the leaf leads to the root, by what is said of its place. */
function leads(leaves: OpenLeaves, task: number, entry: number, cut: { size: number; root: Hex }): boolean {
  const { index, path } = leaves.place(taskOf(task), 2 * entry, cut.size)
  return rootOfInclusion(leafOf(task, entry).hash, index, cut.size, path) === cut.root
}

describe('the leaves of open tasks', () => {
  it('can be proved, whichever tasks were let go of, in whatever order', () => {
    const story = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 12 }), fc.boolean()), { maxLength: 120 })
    fc.assert(
      fc.property(story, steps => {
        const [leaves, whole] = [new OpenLeaves(), new MerkleTree()]
        const lengths = new Map<number, number>()
        const ended = new Set<number>()
        for (const [task, entries, ends] of steps) {
          if (ended.has(task)) continue
          for (let count = 0; count < entries; count++) {
            const length = lengths.get(task) ?? 0
            leaves.add(leafOf(task, length))
            whole.append(leafOf(task, length).hash)
            lengths.set(task, length + 1)
          }
          const cut = leaves.cut()
          expect(cut).toEqual({ size: whole.size, root: whole.root() })
          if (ends) {
            leaves.forget(taskOf(task))
            ended.add(task)
          }
          for (const [open, length] of lengths) {
            if (!ended.has(open)) expect(leads(leaves, open, length - 1, cut)).toBe(true)
          }
        }
      }),
    )
  })

  it('can still be proved to the last checkpoint and to the one before, after all others were let go of', () => {
    const leaves = new OpenLeaves()
    const tasks = 40
    for (let task = 0; task < tasks; task++) leaves.add(leafOf(task, 0))
    const older = leaves.cut()
    for (let task = 1; task < tasks; task++) leaves.add(leafOf(task, 1))
    const newer = leaves.cut()
    for (let task = 1; task < tasks; task++) leaves.add(leafOf(task, 2))
    for (let task = 1; task < tasks; task++) leaves.forget(taskOf(task))
    expect([older.size, newer.size]).toEqual([40, 79])
    for (const cut of [older, newer]) expect(leads(leaves, 0, 0, cut)).toBe(true)
  })

  it('take 64 bytes each, and two bytes at the most when their tasks are done', () => {
    const [tasks, entries] = [500, 64]
    const { leaves, whole } = filled(tasks, entries)
    expect(leaves.bytes).toBeGreaterThan(60 * tasks * entries)
    expect(leaves.bytes).toBeLessThan(66 * tasks * entries)
    for (let task = 0; task < tasks; task++) leaves.forget(taskOf(task))
    // The roots of tiles, in a buffer that doubles.
    expect(leaves.bytes).toBeLessThan((4 * 32 * tasks * entries) / tileLeaves)
    expect(leaves.cut()).toEqual({ size: whole.size, root: whole.root() })
  })

  it('has one place for a leaf that came twice, the first', () => {
    const leaves = new OpenLeaves()
    for (const index of [0, 1, 0]) leaves.add(leafOf(0, index))
    const cut = leaves.cut()
    expect(leaves.place(taskOf(0), 0, cut.size).index).toBe(0)
    expect(leads(leaves, 0, 0, cut)).toBe(true)
  })

  it('end where the next is not there yet', () => {
    const leaves = new OpenLeaves()
    for (const entry of [0, 1, 3]) leaves.add(leafOf(0, entry))
    const end = (event: number) => leaves.follow(taskOf(0), event)
    expect([end(0), end(2), end(4), end(6)]).toEqual([4, 4, 4, 8])
    leaves.add(leafOf(0, 2))
    // It came after what follows it, and is found all the same.
    expect(end(0)).toBe(8)
  })

  it('says so when it was let go of', () => {
    const { leaves } = filled(2, 1)
    leaves.forget(taskOf(0))
    expect(leaves.follow(taskOf(0), 0)).toBe(0)
    expect(() => leaves.place(taskOf(0), 0, 2)).toThrow('has been let go of')
    expect(leads(leaves, 1, 0, leaves.cut())).toBe(true)
  })
})
