#!/usr/bin/env node
import { join } from 'node:path'
import { findNode } from './find-node.mjs'
import { findServers } from './find-servers.mjs'
import { installPackages } from './install-packages.mjs'
import { projectDir } from './project.mjs'
import { run } from './run.mjs'
import { SetupError, say } from './say.mjs'

// Verbs that start servers: only for these are they fetched, which a machine without apt-get or network cannot do.
const WITH_SERVERS = new Set(['run', 'script', 'test', 'check', 'bench', 'chaos', 'adversaries', 'soak', 'nodes'])

/** Tests that are run beside nodes of others, which are installed for them. */
const NODES_CONFIG = 'test/gateway/other-nodes/vitest.config.ts'

/**
 * Sets up whatever is missing, then starts `verb` under the project's own Node.
 *
 * Runs on Node 20 with no package installed, so it and all it imports use nothing but Node itself.
 */
async function boot([verb = 'help', ...args]) {
  await installPackages(projectDir)
  const node = await findNode(projectDir)
  const env = { ...process.env, NODE_COMPILE_CACHE: join(projectDir, '.entente', 'compile-cache') }
  if (WITH_SERVERS.has(verb)) {
    env.PATH = await findServers({ toolsDir: join(projectDir, '.entente', 'tools'), env })
  }
  const [entry, ...before] = entryOf(verb, args)
  // The caller's own folder stays the working folder, so that file arguments mean what the caller meant.
  return run(node, [join(projectDir, entry), ...before], { env })
}

/** The file that carries out a verb, and its arguments. What is not a verb of ours is one of the command line's. */
function entryOf(verb, args) {
  if (verb === 'test') return ['node_modules/vitest/vitest.mjs', 'run', '--root', projectDir, ...args]
  if (verb === 'check') return ['boot/check.mjs', ...args]
  if (verb === 'bench') return ['test/bench/bench.ts', ...args]
  if (verb === 'soak') return ['test/soak/soak.ts', ...args]
  if (verb === 'adversaries') return ['test/adversaries/adversaries.ts', ...args]
  if (verb === 'nodes') return [...entryOf('test', ['--config', join(projectDir, NODES_CONFIG)]), ...args]
  if (verb === 'chaos') return ['test/chaos/chaos.ts', ...args]
  if (verb === 'contracts') return [`contracts/${args[0] ?? 'test'}.ts`, ...args.slice(1)]
  return ['cli/entente.ts', verb, ...args]
}

try {
  process.exitCode = await boot(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exitCode = 1
}
