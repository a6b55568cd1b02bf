import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Says which rules these are: a hash of all that folding a task can depend on, of the flow's sources and the protocol's,
 * and of the engine. Two coordinators of one version have the same; any change makes another.
 */
export const rulesVersion = versionOf(['../flow/', '../../protocol/'])

function versionOf(folders: readonly string[]): string {
  const hash = createHash('sha256').update(process.version)
  for (const folder of folders) {
    const root = fileURLToPath(new URL(folder, import.meta.url))
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (file.endsWith('.ts')) hash.update(`${file}\0`).update(readFileSync(`${root}${file}`))
    }
  }
  return hash.digest('hex')
}
