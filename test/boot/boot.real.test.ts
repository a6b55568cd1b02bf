import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { scratchDir } from '../harness/scratch-dir.ts'

const bootDir = fileURLToPath(new URL('../../boot', import.meta.url))
// One package, which lies in the folder itself, so that no registry is asked.
const manifest = { name: 'small', version: '1.0.0', type: 'module', dependencies: { tiny: 'file:tiny' } }
const lockfile = {
  name: 'small',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'small', version: '1.0.0', dependencies: { tiny: 'file:tiny' } },
    'node_modules/tiny': { resolved: 'tiny', link: true },
    tiny: { version: '1.0.0' },
  },
}
// Says what it was given, then does as it is told: `exit N`, or `wait` for a signal and then exit with 9.
const program = `
import { onTold } from './told.ts'
console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), cache: process.env.NODE_COMPILE_CACHE }))
onTold(process.argv.slice(-2))
`
const told = `
export function onTold([what, code]: string[]): void {
  if (what === 'exit') process.exit(Number(code))
  if (code !== 'wait') return
  process.on('SIGTERM', () => process.exit(9))
  process.on('disconnect', () => process.exit(10))
  console.log('waiting')
  setInterval(() => {}, 60_000)
}
`

/** A clone that has our set-up, next to nothing to install, and a small program for a command line. */
function clone(): string {
  const dir = scratchDir('clone')
  cpSync(bootDir, join(dir, 'boot'), { recursive: true })
  mkdirSync(join(dir, 'cli'))
  writeFileSync(join(dir, 'cli', 'entente.ts'), program)
  writeFileSync(join(dir, 'cli', 'told.ts'), told)
  mkdirSync(join(dir, 'tiny'))
  writeFileSync(join(dir, 'tiny', 'package.json'), JSON.stringify({ name: 'tiny', version: '1.0.0' }))
  writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify(lockfile))
  return dir
}

const elsewhere = { ...process.env, NATS_URL: 'nats://x', REDIS_URL: 'redis://x', npm_lifecycle_event: undefined }

function boot(dir: string, args: string[], env: NodeJS.ProcessEnv = elsewhere) {
  const child = spawn(process.execPath, [join(dir, 'boot', 'boot.mjs'), ...args], { cwd: scratchDir('caller'), env })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', data => {
    printed.stdout += data
  })
  child.stderr.on('data', data => {
    printed.stderr += data
  })
  return { child, printed, end: once(child, 'close').then(([code]) => ({ code, ...printed })) }
}

describe('boot', () => {
  test('installs once, then starts at once; only the program writes to standard output', async () => {
    const dir = clone()
    const first = await boot(dir, ['run', 'a b', '--storm', 'exit', '0']).end
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('Packages installed in') })
    const { args, cwd, cache } = JSON.parse(first.stdout)
    expect(args).toEqual(['run', 'a b', '--storm', 'exit', '0'])
    expect(cwd).not.toContain(dir)
    expect(cache).toBe(join(dir, '.entente', 'compile-cache'))
    expect(await boot(dir, ['run', 'exit', '0']).end).toMatchObject({ code: 0, stderr: '' })
  })

  test('installs again when the lockfile has changed', async () => {
    const dir = clone()
    await boot(dir, ['verify', 'exit', '0']).end
    writeFileSync(join(dir, 'package-lock.json'), JSON.stringify(lockfile, null, 2))
    expect((await boot(dir, ['verify', 'exit', '0']).end).stderr).toContain('Installing packages')
  })

  test('says what npm said when packages cannot be installed, and does not take them for installed', async () => {
    const dir = clone()
    const wanting = { ...manifest, dependencies: { ...manifest.dependencies, 'not-in-the-lockfile': '1.0.0' } }
    writeFileSync(join(dir, 'package.json'), JSON.stringify(wanting))
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await boot(dir, ['verify', 'exit', '0'], {
        ...elsewhere,
        // Nothing is asked of a registry: the answer would be the same, later.
        npm_config_offline: 'true',
        npm_config_fetch_retries: '0',
      }).end
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain('npm error')
      expect(stderr).toContain('What to do')
    }
    expect(existsSync(join(dir, 'node_modules', '.entente-stamp'))).toBe(false)
  })

  test('keeps the exit code of the program', async () => {
    expect(await boot(clone(), ['run', 'exit', '3']).end).toMatchObject({ code: 3 })
  })

  test('passes a signal on', async () => {
    const { child, printed, end } = boot(clone(), ['run', 'wait'])
    await expect.poll(() => printed.stdout, { timeout: 30_000 }).toContain('waiting')
    child.kill('SIGTERM')
    expect(await end).toMatchObject({ code: 9 })
  })

  test('when it is killed outright the program notices', async () => {
    const { child, printed } = boot(clone(), ['run', 'wait'])
    await expect.poll(() => printed.stdout, { timeout: 30_000 }).toContain('waiting')
    child.kill('SIGKILL')
    // The program holds the other end of our pipes until it ends.
    await once(child, 'close')
    expect(printed.stdout).toContain('waiting')
  })

  test('names the servers that are missing and what can be done, where it cannot fetch them', async () => {
    const dir = clone()
    await boot(dir, ['verify', 'exit', '0']).end
    // A PATH with nothing on it, no apt-get above all.
    const { code, stderr } = await boot(dir, ['run', 'exit', '0'], { ...elsewhere, PATH: dir, REDIS_URL: '' }).end
    expect(code).toBe(1)
    expect(stderr).toContain('redis-server could not be found')
    expect(stderr).toContain('set REDIS_URL')
    expect(stderr).not.toContain('nats')
  })

  test('fetches no server for a verb that starts none', async () => {
    const dir = clone()
    const env = { ...elsewhere, PATH: dir, NATS_URL: '', REDIS_URL: '' }
    await boot(dir, ['verify', 'exit', '0']).end
    expect(await boot(dir, ['explain', 'exit', '0'], env).end).toMatchObject({ code: 0, stderr: '' })
    expect(await boot(dir, ['script', 'exit', '0'], env).end).toMatchObject({ code: 1 })
  })

  test('takes servers that it fetched before', async () => {
    const dir = clone()
    const bin = join(dir, '.entente', 'tools', 'bin')
    mkdirSync(bin, { recursive: true })
    for (const name of ['nats-server', 'redis-server']) {
      writeFileSync(join(bin, name), '#!/bin/sh\n')
      chmodSync(join(bin, name), 0o755)
    }
    await boot(dir, ['verify', 'exit', '0']).end
    const { code, stderr } = await boot(dir, ['run', 'exit', '0'], {
      ...elsewhere,
      PATH: dir,
      REDIS_URL: '',
      NATS_URL: '',
    }).end
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

test('the lockfile names the packages of every platform, without which `npm ci` refuses it', () => {
  const { packages } = JSON.parse(readFileSync(join(bootDir, '..', 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  )
  expect(missing).toEqual([])
})
