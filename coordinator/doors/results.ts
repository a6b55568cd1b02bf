import { Answer } from '../../protocol/answer.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { consume } from '../consume.ts'
import { faultOfAnswer } from '../flow/check-answer.ts'
import type { World } from '../react/context.ts'

/** Answers of agents come in; what is not signed by the agent that was asked is left out, and said in the log. */
export function resultsDoor(world: World) {
  const { log, directory, domain, handle } = world
  return consume(world, {
    stream: streams.results,
    durable: 'coordinator',
    subject: 'ent.result.>',
    keyOf: ({ subject }) => subject.split('.')[2]!,
    async take(message) {
      const [, , taskId, , agentId] = message.subject.split('.') as [string, string, Hex, string, string]
      const answer = parseJson(Answer, message.data)
      if (!answer) return log.warn({ subject: message.subject }, 'what is no answer was left out')
      if (!directory.current().agents.get(agentId)?.active) {
        return log.warn({ subject: message.subject }, 'the answer of an agent that is not active was left out')
      }
      let fault: string | null = null
      await handle(taskId, task => {
        fault = task.submitted ? faultOfAnswer(task, agentId, answer, domain) : 'there is no such task'
        return fault ? null : { type: 'receive', atMs: Date.now(), agentId, answer }
      })
      if (fault) log.warn({ subject: message.subject, fault }, 'an answer was left out')
    },
  })
}
