import { writeFile } from 'node:fs/promises'
import { EntenteError } from '../protocol/errors.ts'
import { sha256 } from '../protocol/hash.ts'
import { buildVerifierPage } from '../verifier/build-page.ts'

/**
 * `entente verifier`: writes the page that verifies evidence in a browser. Its hash is printed as `sha256sum` prints it, to
 * be compared with what others built.
 * @throws EntenteError FILE_UNWRITABLE
 */
export async function writeVerifier({ out }: { readonly out: string }): Promise<void> {
  const page = await buildVerifierPage()
  try {
    await writeFile(out, page)
  } catch (cause) {
    throw new EntenteError('FILE_UNWRITABLE', `${out} cannot be written`, { cause })
  }
  process.stdout.write(`${sha256(page).slice(2)}  ${out}\n`)
}
