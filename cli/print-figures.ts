import { EntenteError } from '../protocol/errors.ts'
import { subjects } from '../protocol/subjects.ts'
import { askAll } from '../stack/ask-all.ts'
import { withBus } from './with-bus.ts'

/** Prints how each process of a kind stands that is on the bus, one JSON line each. */
export function printFigures(kind: 'raterFigures' | 'relayFigures' | 'towerFigures'): Promise<void> {
  return withBus(async nc => {
    const answers = await askAll(nc, subjects[kind], null, { timeoutMs: 5_000, silence: 'NOBODY_ANSWERS' })
    for (const answer of answers) {
      if (answer instanceof EntenteError) throw answer
      process.stdout.write(`${JSON.stringify(answer)}\n`)
    }
  })
}
