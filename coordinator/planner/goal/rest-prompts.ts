import type { Json } from '../../../protocol/canonical.ts'
import type { Schema } from '../../../protocol/parameters.ts'
import { type Halt, haltsOf, type Subtask } from '../../../protocol/plan.ts'
import type { TalkMessage } from '../../../protocol/planning.ts'
import { asData, oneLine } from '../../flow/as-data.ts'
import { hasEnded, type SubtaskProgress } from '../../flow/progress.ts'
import type { Task } from '../../flow/state.ts'
import { builtAs } from './built-as.ts'
import { ofData, ofSubtasks } from './prompts.ts'
import type { Vocabulary } from './vocabulary.ts'

const LONGEST_REASON = 300

const restTask = `A plan towards a goal is being carried out, and part of it has failed for good. Plan the rest anew, each subtask done \
by one of the skills offered. ${ofData}
Rules:
- "done" is done: build on it. What failed cannot be tried again under its id, and nothing can wait for it.
- "under-way" and "planned" are given up, except what you name in "keep", what your subtasks have in "after", and what these wait for.
${ofSubtasks}
- An "id" that is among those below is never used again.
- The sum of the prices must fit the budget that is left, the longest chain of deadlines (30000 ms each where "deadlineMs" does not \
say) the time that is left.
- If the skills offered do not do it, answer {"cannot": "why"} and nothing else.
Answer with JSON alone: {"keep": ["…"], "subtasks": [{"id", "title", "skill", "after", "input"}, …], "output": "…"}.`

export interface RestAsked {
  readonly inputSchema: Schema | undefined
  readonly offered: readonly string[]
  readonly vocabulary: Vocabulary
  readonly atMs: number
}

/** What a model is told of a task: how everything is built, and what became of it; no value that it works on. */
export function restTalk(task: Task, { inputSchema, offered, vocabulary, atMs }: RestAsked): TalkMessage[] {
  const { spec, budget, deadlineMs } = task.submitted!
  const nodes = [...task.plan!.subtasks, ...haltsOf(task.plan!)].filter(({ id }) => !task.subtasks.get(id)!.part)
  const told = (of: (progress: SubtaskProgress) => boolean) =>
    nodes.filter(({ id }) => of(task.subtasks.get(id)!)).map(node => show(node, task, vocabulary))
  const data = [
    asData('goal', spec.goal),
    asData('input-schema', inputSchema ? builtAs(inputSchema) : {}),
    asData('done', told(hasEnded)),
    asData('failed', failures(task)),
    asData(
      'under-way',
      told(each => !hasEnded(each) && each.phase !== 'failed' && each.phase !== 'waiting'),
    ),
    asData(
      'planned',
      told(({ phase }) => phase === 'waiting'),
    ),
    asData('means', { budgetInAll: budget, timeLeftMs: deadlineMs - atMs }),
    asData('skills', offered.map(vocabulary.show)),
  ]
  return [
    { role: 'system', content: restTask },
    { role: 'user', content: data.join('\n') },
  ]
}

function show(node: Subtask | Halt, { subtasks }: Task, { offerOf }: Vocabulary): Json {
  const { id, title, after } = node
  const common = { id, title: oneLine(title, LONGEST_REASON), after: [...after] }
  if (!('skill' in node)) return { ...common, kind: 'wait' in node ? 'wait' : 'question to a person' }
  const schema = subtasks.get(id)!.assigned?.outputSchema ?? offerOf(node.skill).outputSchemas?.[0] ?? {}
  const one = builtAs(schema)
  return { ...common, skill: node.skill, output: node.forEach ? { type: 'array', items: one } : one }
}

/** Agents wrote the reasons. */
function failures({ subtasks }: Task): Json {
  const failed = [...subtasks.values()].filter(({ phase }) => phase === 'failed')
  return failed.map(({ id, approval, failures, attempts }) => {
    const reasons = [...failures.values()].map(({ reason }) => oneLine(reason, LONGEST_REASON))
    return { id, attempts, why: approval ? ['it was not approved'] : reasons }
  })
}
