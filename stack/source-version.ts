import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Says which program this is, as far as it lies in these folders: a hash of every source in them, and of the engine. Two
 * processes of one version have the same; any change makes another.
 */
export function sourceVersion(...folders: readonly URL[]): string {
  const hash = createHash('sha256').update(process.version)
  for (const folder of folders) {
    const root = fileURLToPath(folder)
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (file.endsWith('.ts')) hash.update(`${file}\0`).update(readFileSync(`${root}${file}`))
    }
  }
  return hash.digest('hex')
}
