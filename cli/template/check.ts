import { type CheckAgainst, checkTemplate } from '../../coordinator/planner/check-template.ts'
import { describeFault, readTemplateText } from '../../coordinator/planner/template-file.ts'
import { defaultTerms } from '../../coordinator/terms.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { readText } from '../read-text.ts'
import { readOffers } from './read-skills.ts'
import { libraryIn } from './templates-in.ts'

export interface CheckOptions {
  readonly skills?: string
  readonly templates?: string
  readonly budget?: string
  readonly time?: string
}

/** `entente template check`: one line for each fault; the exit status says whether there is any. */
export function check(file: string, options: CheckOptions): number {
  const read = readTemplateText(file, readText(file))
  const faults = checkTemplate(read, against(options))
  if (faults.length === 0) {
    const { name, version, subtasks } = read.template!
    const parts = subtasks.length === 1 ? 'one subtask' : `${subtasks.length} subtasks`
    process.stdout.write(`${file}: ${name}@${version}, ${parts}: no faults.${unseen(options)}\n`)
    return exitCodes.done
  }
  process.stdout.write(`${faults.map(fault => describeFault(read, fault)).join('\n')}\n`)
  return exitCodes.usage
}

function against({ skills, templates, budget, time }: CheckOptions): CheckAgainst {
  if (budget !== undefined && !skills) {
    throw new EntenteError('COMMAND_INVALID', '--budget needs --skills: prices are in the list of skills')
  }
  return {
    ...(skills ? { offerOf: readOffers(skills).offerOf } : {}),
    ...(templates ? { library: libraryIn(templates) } : {}),
    ...(budget === undefined ? {} : { budget: BigInt(wholeNumber('--budget', budget)), feeBps: defaultTerms.feeBps }),
    ...(time === undefined ? {} : { availableMs: Number(wholeNumber('--time', time)) }),
  }
}

function wholeNumber(option: string, text: string): string {
  if (/^\d{1,77}$/.test(text)) return text
  throw new EntenteError('COMMAND_INVALID', `${option} takes a whole number, ${text} is none`)
}

function unseen({ skills }: CheckOptions): string {
  return skills ? '' : ' Skills and their schemas were not checked: --skills names a list of them.'
}
