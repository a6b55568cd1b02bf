import { breaches, readKept, survey } from '../../contracts/layout.ts'
import { EntenteError } from '../../protocol/errors.ts'

/**
 * Compares how this build lays out a contract's storage with the snapshot of what runs.
 * @throws EntenteError LAYOUT_INCOMPATIBLE
 */
export async function checkLayout(name: string): Promise<void> {
  const { layouts, dangers } = survey()
  const broken = [...dangers, ...breaches(await readKept(), layouts)].filter(line => line.includes(name))
  if (broken.length > 0) throw new EntenteError('LAYOUT_INCOMPATIBLE', broken.join('\n'))
}
