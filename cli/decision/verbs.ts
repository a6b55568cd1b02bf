import type { Command } from 'commander'
import type { sendDecision } from './send.ts'

type Keeping = Parameters<typeof sendDecision>[2]

const decide = async (verb: Parameters<typeof sendDecision>[0], decision: object, keeping: Keeping = {}) => {
  const { sendDecision } = await import('./send.ts')
  await sendDecision(verb, decision, keeping)
}
const sealed = 'What the task marks as restricted is sealed first.'
const keeper = [
  '--keeper <agent>',
  "who keeps the keys to what is sealed (default: the first agent at work of the signer's domain)",
] as const
const signed = 'Signed with the key in ENTENTE_KEY, and sent over the bus (NATS_URL, NATS_CREDS).'

/** What people decide of a running task. */
export function addDecisionVerbs(program: Command): void {
  program
    .command('awaits <task>')
    .description('print what a task waits for from people: approvals, questions, signals (NATS_URL, NATS_CREDS)')
    .action(async (taskId: string) => (await import('./awaits.ts')).printAwaited(taskId))

  program
    .command('approve <task> <subtask> <hash>')
    .description(`answer an approval, for exactly the content of this hash. ${signed}`)
    .option('--deny', 'deny it')
    .action((taskId: string, subtaskId: string, contentHash: string, { deny = false }) =>
      decide('approve', { taskId, subtaskId, contentHash, granted: !deny }),
    )

  program
    .command('answer <task> <subtask> <hash> <answer>')
    .description(
      `answer a question, for exactly what was shown under this hash; the answer is JSON. ${sealed} ${signed}`,
    )
    .option(...keeper)
    .action(async (taskId: string, subtaskId: string, contentHash: string, text: string, options: Keeping) => {
      const { readJson } = await import('../read-json.ts')
      await decide('answer', { taskId, subtaskId, contentHash, answer: readJson('the answer', text) }, options)
    })

  program
    .command('signal <task> <signal> [payload]')
    .description(`tell a task of something that it waits for; the payload is JSON (default: null). ${sealed} ${signed}`)
    .option(...keeper)
    .action(async (taskId: string, signal: string, text = 'null', options: Keeping = {}) => {
      const { readJson } = await import('../read-json.ts')
      await decide('signal', { taskId, signal, payload: readJson('the payload', text) }, options)
    })

  program
    .command('cancel <task>')
    .description(`cancel a task. ${signed}`)
    .requiredOption('--reason <text>', 'why')
    .action((taskId: string, { reason }) => decide('cancel', { taskId, reason }))

  program
    .command('pause <task>')
    .description(`give out no new work of a task; what is under way goes on. ${signed}`)
    .requiredOption('--reason <text>', 'why')
    .action((taskId: string, { reason }) => decide('pause', { taskId, reason }))

  program
    .command('resume <task>')
    .description(`give out work of a paused task again. ${signed}`)
    .action((taskId: string) => decide('resume', { taskId }))
}
