import type { RunnableConfig } from '@langchain/core/runnables'
import type { Skill } from '../sdk/define.ts'
import { classifyFailure } from './classify-failure.ts'
import { tellProgress } from './tell-progress.ts'

/** What runnables, chat models, graphs and agents of LangChain have in common. */
export interface Invocable<Given, Answer> {
  readonly invoke: (given: Given, config: RunnableConfig) => Promise<Answer>
}

export interface RunnableSkill<I, O, Given> extends Omit<Skill<I, O>, 'run'> {
  /**
   * Imports and builds the runnable, when the first work comes: LangChain takes about a second to import, and an agent
   * should be on the bus before that. Called again only if it failed.
   */
  readonly load: () => Promise<Invocable<Given, NoInfer<O>>>
  /** Makes of the skill's input what the runnable is given. */
  readonly toInput: (input: I) => NoInfer<Given>
}

/**
 * Offers a LangChain runnable as a skill. It is cancelled with the assignment, its steps are the skill's progress, and
 * what it throws is sorted into what another try may mend and what not. Its answer is checked where every skill's is.
 *
 * Its own retries (`maxRetries`, 6 unless told) run within the assignment's deadline: keep them few. A graph with a
 * memory keeps one thread an attempt.
 */
export function skillFromRunnable<I, O, Given>(definition: RunnableSkill<I, O, Given>): Skill<I, O> {
  const { load, toInput, ...skill } = definition
  let loading: ReturnType<typeof load> | undefined

  function loaded(): ReturnType<typeof load> {
    loading ??= load().catch(error => {
      loading = undefined
      throw error
    })
    return loading
  }

  return {
    ...skill,
    async run(input, ctx) {
      try {
        const runnable = await loaded()
        // Loading may take longer than the work is wanted.
        ctx.signal.throwIfAborted()
        const { signal, idempotencyKey, attempt } = ctx
        // Another attempt begins another conversation: what made the one before fail is no part of it.
        const configurable = { thread_id: `${idempotencyKey}:${attempt}` }
        const config = { signal, callbacks: [tellProgress(ctx)], configurable }
        return await runnable.invoke(toInput(input), config)
      } catch (error) {
        throw classifyFailure(error)
      }
    },
  }
}
