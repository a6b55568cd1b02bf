import { writeFile } from 'node:fs/promises'
import { explainBundle } from '../evidence/page/explain.ts'
import { EntenteError } from '../protocol/errors.ts'
import { authorizeByCedar } from '../registry/policy/cedar.ts'
import { readBundle } from './read-bundle.ts'

/**
 * `entente explain`: a page about a bundle, beside it unless another file is named.
 * @throws EntenteError FILE_UNREADABLE, BUNDLE_INVALID, FILE_UNWRITABLE
 */
export async function explain(file: string, { out }: { readonly out?: string }): Promise<void> {
  const page = out ?? `${file.replace(/\.json$/, '')}.html`
  const text = await explainBundle(readBundle(file), { authorize: authorizeByCedar })
  try {
    await writeFile(page, text)
  } catch (cause) {
    throw new EntenteError('FILE_UNWRITABLE', `${page} cannot be written`, { cause })
  }
  process.stdout.write(`${page}\n`)
}
