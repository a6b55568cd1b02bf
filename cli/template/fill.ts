import { writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { pathText } from '../../coordinator/flow/check/fault.ts'
import { type Found, fillTemplate } from '../../coordinator/planner/fill-template.ts'
import { type Offers, offersIn } from '../../coordinator/planner/offered.ts'
import type { Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { embedderOf } from '../../registry/retrieve/embedder-of.ts'
import { choiceFrom } from '../../registry/retrieve/explanation.ts'
import { readConfig } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { readText } from '../read-text.ts'
import { withBus } from '../with-bus.ts'
import { readOffers } from './read-skills.ts'
import { libraryIn } from './templates-in.ts'

export interface FillOptions {
  readonly skills?: string
  readonly offered?: boolean
  readonly templates?: string
  readonly explain?: string
}

/** `entente template fill`: the template with its skills named, as JSON; what was found, and instead of what, beside it. */
export async function fill(file: string, options: FillOptions): Promise<void> {
  const { templates, explain } = options
  const { template, found } = await fillTemplate(parse(readText(file)) as Json, {
    ...(await offersFor(options)),
    embedder: embedderOf(readConfig(process.env)),
    ...(templates ? { library: libraryIn(templates) } : {}),
  })
  process.stdout.write(`${JSON.stringify(template, null, 2)}\n`)
  process.stderr.write(found.map(linesOf).join(''))
  if (explain) writeFileSync(explain, `${JSON.stringify(found, null, 2)}\n`)
}

async function offersFor({ skills, offered = false }: FillOptions): Promise<Offers> {
  if (skills && !offered) return readOffers(skills)
  if (skills || !offered)
    throw new EntenteError('COMMAND_INVALID', 'give --skills or --offered: which skills are there?')
  return withBus(async nc => {
    const directory = await followDirectory({ nc, log: openLog('template', { LOG_LEVEL: 'silent' }) })
    try {
      return offersIn(directory.current())
    } finally {
      await directory.stop()
    }
  })
}

function linesOf({ path, words, skill, explanation, passedOver }: Found): string {
  const scores = new Map(
    choiceFrom(explanation)
      .toReversed()
      .map(({ id, score }) => [id.slice(0, id.lastIndexOf('/')), score]),
  )
  const scored = (each: string) => `${each} (${(scores.get(each) ?? 0).toFixed(2)})`
  const others = passedOver.map(each => `  not ${scored(each.skill)}: ${each.why}\n`)
  return `${pathText(path)}: “${words}” is ${scored(skill)}\n${others.join('')}`
}
