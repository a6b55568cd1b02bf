import type { Skill } from '../sdk/define.ts'
import { type Invocable, type RunnableSkill, skillFromRunnable } from './skill-from-runnable.ts'

/** What an agent of LangChain's `createAgent` is given: one message, from the user. */
interface Conversation {
  readonly messages: { readonly role: 'user'; readonly content: string }[]
}

export interface AgentSkill<I, O> extends Omit<RunnableSkill<I, O, Conversation>, 'load' | 'toInput'> {
  /** As for a runnable; the agent must be created with the skill's output schema as its `responseFormat`. */
  readonly load: () => Promise<Invocable<Conversation, { structuredResponse: NoInfer<O> }>>
  /** Words the input for the agent; without it, that is the input as JSON. */
  readonly toMessage?: (input: I) => string
}

/** Offers an agent made by LangChain's `createAgent` as a skill: its structured response is the output. */
export function skillFromAgent<I, O>(definition: AgentSkill<I, O>): Skill<I, O> {
  const { load, toMessage = (input: I) => JSON.stringify(input), ...skill } = definition
  return skillFromRunnable({
    ...skill,
    toInput: (input: I): Conversation => ({ messages: [{ role: 'user', content: toMessage(input) }] }),
    async load() {
      const agent = await load()
      const invoke: Invocable<Conversation, O>['invoke'] = async (conversation, config) =>
        (await agent.invoke(conversation, config)).structuredResponse
      return { invoke }
    },
  })
}
