import { EntenteError, explainError } from '../../protocol/errors.ts'
import type { View } from './view.ts'

/** JSON lines: what happens as it happens, and last the outcome: `{taskId, state, bundle, verified, deviators}`. */
export function jsonView(): View {
  const write = (value: object) => void process.stdout.write(`${JSON.stringify(value)}\n`)
  return {
    hazard: ({ id, event, severity, asOf, unusable }) => write({ hazard: { id, event, severity, asOf, unusable } }),
    step: text => write({ step: text }),
    watcher: ({ operatorUrl }) => ({
      onAttested: attestations => write({ operatorUrl, attestations }),
      onEvent: (event, { taskId, state }) => write({ taskId, state, event }),
      async approve({ subtaskId, contentHash }) {
        write({ approved: { subtaskId, contentHash, by: 'this run' } })
        return true
      },
    }),
    async outcome(_, task, bundle, { ok }) {
      const deviators = [...task.subtasks.values()].flatMap(({ verdict }) => verdict?.deviators ?? [])
      write({ taskId: task.taskId, state: task.state, bundle, verified: ok, deviators: [...new Set(deviators)] })
    },
    // The outcome stays the last line; the key is for people.
    keeping: (_, apiKey) => void process.stderr.write(`${apiKey}\n`),
    logsKept: dir => void process.stderr.write(`The logs are in ${dir}\n`),
    failed: error => {
      const code = error instanceof EntenteError ? error.code : 'INTERNAL'
      write({ error: { code, message: explainError(error) } })
    },
  }
}
