import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { capture, lastLines } from './capture.mjs'
import { projectDir } from './project.mjs'
import { say } from './say.mjs'

const SOURCES =
  '{agents,bin,boot,cli,contracts,coordinator,evidence,gateway,operator,protocol,registry,scenarios,settlement,stack,test,verifier}'

/**
 * Checks who imports whom against `.dependency-cruiser.cjs`.
 *
 * The tool passes when it reads nothing, which it does in silence under a TypeScript that it does not know; so its
 * list of files is compared with the folder's.
 *
 * @param {string} dir a tree with the layout, tsconfig.json and node_modules of the project
 * @returns {Promise<{ filesRead: number, problems: string[] }>} each problem names its rule and the two files
 */
export async function checkImports(dir) {
  const folders = globSync(SOURCES, { cwd: dir })
  const cruiser = join(projectDir, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const config = join(projectDir, '.dependency-cruiser.cjs')
  const args = [cruiser, '--config', config, '--output-type', 'json', ...folders]
  const { output } = await capture(process.execPath, args, { cwd: dir })
  if (!output.startsWith('{'))
    return { filesRead: 0, problems: [`dependency-cruiser failed:\n${lastLines(output, 8)}`] }

  const { modules, summary } = JSON.parse(output)
  const read = new Set(modules.map(module => module.source))
  const unread = sourceFiles(dir).filter(file => !read.has(file))
  return {
    filesRead: sourceFiles(dir).length - unread.length,
    problems: [
      ...unread.map(file => `not-read: ${file} was passed over`),
      ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
    ],
  }
}

function sourceFiles(dir) {
  const files = globSync(`${SOURCES}/**/*.{ts,mjs}`, { cwd: dir })
  return files.filter(
    file => !/^contracts\/(out|cache|lib)\/|\/node_modules\//.test(file) && existsSync(join(dir, file)),
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { filesRead, problems } = await checkImports(projectDir)
  for (const problem of problems) say(problem)
  say(`${filesRead} files read, ${problems.length} problems`)
  if (problems.length > 0 || filesRead === 0) process.exitCode = 1
}
