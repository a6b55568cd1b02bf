import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { cardOf } from '../../agents/sdk/card.ts'
import type { AgentDefinition } from '../../agents/sdk/define.ts'
import { castOf, type Process, processes } from './casts.ts'

/** Where the cards of a process's agents are: what its template is checked against. */
export const cardsFile = (process: Process) => new URL(`${process}/cards.json`, import.meta.url)

export async function cardsText(process: Process): Promise<string> {
  const cards = castOf(process).flatMap(({ agents }) =>
    agents.map(async ({ module }) => {
      const { default: definition } = (await import(pathToFileURL(module).href)) as { default: AgentDefinition }
      return cardOf(definition)
    }),
  )
  return `${JSON.stringify(await Promise.all(cards), null, 2)}\n`
}

if (import.meta.main) for (const process of processes) writeFileSync(cardsFile(process), await cardsText(process))
