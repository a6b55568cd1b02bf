import { globSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scratchDir } from '../harness/scratch-dir.ts'

export const projectDir = fileURLToPath(new URL('../..', import.meta.url))

/** A fenced block of a guide that begins with the name of a file. */
export interface Snippet {
  readonly path: string
  readonly text: string
}

/** Every block of the guides in this language whose first line is a comment with a path of that ending. */
export function snippetsOf(language: 'ts' | 'yaml'): Snippet[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(?://|#) ([\\w./-]+\\.${language})\\n(.*?)^\`\`\`$`, 'gms')
  const guides = globSync(['docs/guides/*.md', 'docs/TEMPLATES.md'], { cwd: projectDir }).sort()
  return guides.flatMap(guide => {
    const matches = readFileSync(join(projectDir, guide), 'utf8').matchAll(fence)
    return [...matches].map(([, path, text]) => ({ path: path!, text: text! }))
  })
}

/** A tree like the project's, by links, with the guides' TypeScript where a reader would put it. */
export function plantSnippets(): string {
  const dir = scratchDir('guides')
  const snippets = snippetsOf('ts')
  const folders = new Set(snippets.map(({ path }) => path.split('/')[0]!))
  link(
    '',
    readdirSync(projectDir).filter(name => !folders.has(name) && !name.startsWith('.')),
  )
  // Folders that get files of the guides are made anew, and what they have is linked into them.
  for (const folder of ['agents']) link(folder, readdirSync(join(projectDir, folder)))
  for (const { path, text } of snippets) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text, { flag: 'wx' })
  }
  return dir

  function link(folder: string, names: readonly string[]): void {
    mkdirSync(join(dir, folder), { recursive: true })
    for (const name of names) symlinkSync(join(projectDir, folder, name), join(dir, folder, name))
  }
}
