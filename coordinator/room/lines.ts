import type { Hex } from '../../protocol/hash.ts'
import { priorities } from '../../protocol/task.ts'
import type { Wanted } from '../flow/demand.ts'
import { compareAge, type InLine, precedence, type Share } from '../flow/precedence.ts'

/** A subtask in line, and what it is wanted for. */
export interface Waiting extends InLine, Wanted {
  readonly taskId: Hex
  readonly seed: Hex | null
}

/** One domain's in one class, in the order in which they go. */
type Line = Waiting[]

/** All that waits for a free place: by skill, class and domain, so that the first is found without a look at the others. */
export class Lines {
  readonly #lines = new Map<string, Map<string, Line>>()

  skills(): string[] {
    return [...this.#lines.keys()]
  }

  add(waiting: Waiting): void {
    const ofSkill = this.#lines.get(waiting.skill) ?? new Map<string, Line>()
    this.#lines.set(waiting.skill, ofSkill)
    const line = ofSkill.get(lineOf(waiting)) ?? []
    ofSkill.set(lineOf(waiting), line)
    line.splice(placeIn(line, waiting), 0, waiting)
  }

  remove(waiting: Waiting): void {
    const ofSkill = this.#lines.get(waiting.skill)
    const line = ofSkill?.get(lineOf(waiting))
    if (!ofSkill || line?.[placeIn(line, waiting)]?.key !== waiting.key) return
    line.splice(placeIn(line, waiting), 1)
    if (line.length === 0) ofSkill.delete(lineOf(waiting))
    if (ofSkill.size === 0) this.#lines.delete(waiting.skill)
  }

  /** The one that goes first of these skills, but for those that were tried in vain. */
  first(
    skills: ReadonlySet<string>,
    tried: ReadonlySet<string>,
    shareOf: (domainId: string) => Share,
  ): Waiting | undefined {
    let first: Waiting | undefined
    for (const priority of priorities) {
      for (const skill of skills) {
        for (const line of this.#lines.get(skill)?.values() ?? []) {
          if (line[0]!.priority !== priority) continue
          const head = line.find(({ key }) => !tried.has(key))
          if (head && (!first || precedence(head, first, shareOf) < 0)) first = head
        }
      }
      if (first) return first
    }
    return undefined
  }
}

function lineOf({ priority, domainId }: Waiting): string {
  return `${priority}/${domainId}`
}

/** Where it stands, or would stand. */
function placeIn(line: Line, waiting: Waiting): number {
  let [from, to] = [0, line.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (compareAge(line[middle]!, waiting) < 0) from = middle + 1
    else to = middle
  }
  return from
}
