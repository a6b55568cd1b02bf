import { writeFile } from 'node:fs/promises'
import { explainBundle } from '../evidence/page/explain.ts'
import { EntenteError } from '../protocol/errors.ts'
import { authorizeByCedar } from '../registry/policy/cedar.ts'
import { exitCodes } from './exit-codes.ts'
import { readBundle } from './read-bundle.ts'

/**
 * `entente explain`: a page about a bundle, beside it unless another file is named. Of a bundle that does not hold it is
 * written too, and the exit status says so.
 * @throws EntenteError FILE_UNREADABLE, BUNDLE_INVALID, FILE_UNWRITABLE
 */
export async function explain(file: string, { out }: { readonly out?: string }): Promise<number> {
  const name = out ?? `${file.replace(/\.json$/, '')}.html`
  const { page, report } = await explainBundle(readBundle(file), { authorize: authorizeByCedar })
  try {
    await writeFile(name, page)
  } catch (cause) {
    throw new EntenteError('FILE_UNWRITABLE', `${name} cannot be written`, { cause })
  }
  process.stdout.write(`${name}\n`)
  if (report.ok) return exitCodes.done
  process.stderr.write(`${report.summary}\n`)
  return exitCodes.notVerified
}
