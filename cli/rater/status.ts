import { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import { askAll } from '../../stack/ask-all.ts'
import { withBus } from '../with-bus.ts'

/** `entente rater status`: one JSON line a rater. */
export function printRaters(): Promise<void> {
  return withBus(async nc => {
    const answers = await askAll(nc, subjects.raterFigures, null, { timeoutMs: 5_000, silence: 'NOT_FOUND' })
    for (const answer of answers) {
      if (answer instanceof EntenteError) throw answer
      process.stdout.write(`${JSON.stringify(answer)}\n`)
    }
  })
}
