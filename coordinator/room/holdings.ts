import type { Hex } from '../../protocol/hash.ts'

/** Agents, and how many assignments each has. */
export type Holding = Readonly<Record<string, number>>

/** What a task will hold by an entry whose stamp has not come. */
export interface Expected {
  /** Of the task before that entry. */
  readonly length: number
  readonly holding: Holding
}

interface Held {
  readonly domainId: string
  /** By the last stamp. */
  readonly shown: Holding
  readonly expected: readonly Expected[]
  /** The most of what was shown and is expected: no stamp that is still to come shows more. */
  readonly counted: Holding
}

const nothing: Omit<Held, 'domainId'> = { shown: {}, expected: [], counted: {} }

/** What the agents of each task hold: as its stamps show it, and by what this coordinator has written and not yet read. */
export class Holdings {
  readonly #of = new Map<Hex, Held>()
  readonly #onChange: (agentId: string, domainId: string, change: number) => void

  constructor(onChange: (agentId: string, domainId: string, change: number) => void) {
    this.#onChange = onChange
  }

  of(taskId: Hex): Holding {
    return this.#of.get(taskId)?.counted ?? {}
  }

  /** A stamp has come, of a task that has so many events by it. */
  show(taskId: Hex, domainId: string, shown: Holding, length: number): void {
    const { expected } = this.#of.get(taskId) ?? nothing
    this.#set(
      taskId,
      domainId,
      shown,
      expected.length === 0 ? expected : expected.filter(each => each.length >= length),
    )
  }

  /** An entry is being written; another for the same place in the log takes its place. */
  expect(taskId: Hex, domainId: string, entry: Expected): void {
    const { shown, expected } = this.#of.get(taskId) ?? nothing
    this.#set(taskId, domainId, shown, [...expected.filter(({ length }) => length !== entry.length), entry])
  }

  /** What is expected will not come. */
  forget(taskId: Hex): void {
    const held = this.#of.get(taskId)
    if (held) this.#set(taskId, held.domainId, held.shown, [])
  }

  #set(taskId: Hex, domainId: string, shown: Holding, expected: readonly Expected[]): void {
    const before = this.of(taskId)
    const counted = expected.reduce((most, { holding }) => mostOf(most, holding), shown)
    for (const agentId of Object.keys({ ...before, ...counted })) {
      const change = (counted[agentId] ?? 0) - (before[agentId] ?? 0)
      if (change !== 0) this.#onChange(agentId, domainId, change)
    }
    if (expected.length === 0 && Object.keys(shown).length === 0) this.#of.delete(taskId)
    else this.#of.set(taskId, { domainId, shown, expected, counted })
  }
}

function mostOf(a: Holding, b: Holding): Holding {
  const most = { ...a }
  for (const [agentId, count] of Object.entries(b)) most[agentId] = Math.max(most[agentId] ?? 0, count)
  return most
}
