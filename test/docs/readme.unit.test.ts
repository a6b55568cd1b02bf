import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const readme = read('README.md')

describe('the README', () => {
  it('shows the smallest agent as it is', () => {
    expect(readme).toContain(read('agents/echo/agent.ts').trim())
  })

  it('begins with the two commands, which are scripts of the package', () => {
    const commands = [...readme.matchAll(/^npm (start|test)\b/gm)].map(([, name]) => name)
    expect(commands.slice(0, 2)).toEqual(['start', 'test'])
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    for (const name of ['start', 'test', 'check', 'bench']) expect(scripts[name]).toBeDefined()
  })

  it('names only options that the command line has', () => {
    const verbs = globSync('cli/*/verb{,s}.ts', { cwd: fileURLToPath(root) })
    expect(verbs.length).toBeGreaterThan(5)
    const cli = ['cli/entente.ts', ...verbs].map(read).join()
    const options = new Set([...readme.matchAll(/(?<=[ `])--[a-z]+/g)].map(([option]) => option))
    options.delete('--help')
    expect(options.size).toBeGreaterThan(5)
    for (const option of options) expect(cli).toContain(`'${option}`)
  })

  it('shows commands as they can be typed where nothing is installed, as the guides do', () => {
    for (const page of ['README.md', ...globSync('docs/**/*.md', { cwd: fileURLToPath(root) })]) {
      const blocks = [...read(page).matchAll(/^```(?:sh)?\n(.*?)^```$/gms)].map(([, block]) => block)
      expect(blocks.join('').match(/^entente .*/m)?.[0], page).toBeUndefined()
    }
  })

  it('links and names only what there is', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path!)
    const tests = [...readme.matchAll(/`((?:test|contracts)\/[^`]*)`/g)].map(([, path]) => path!)
    expect(links.length).toBeGreaterThan(8)
    for (const path of [...links, ...tests]) {
      expect(existsSync(fileURLToPath(new URL(path, root))), path).toBe(true)
    }
  })

  it('says the gas that the snapshot has', () => {
    const gas = JSON.parse(read('contracts/gas.json')) as Record<string, number>
    const shown = (operation: string) => gas[operation]!.toLocaleString('en-US')
    expect(readme).toContain(shown('register an agent with a URI, for a new owner'))
    expect(readme).toContain(shown('settle a task of 3 agents alone'))
    expect(readme).toContain(shown('anchor a checkpoint of the evidence log'))
  })
})
