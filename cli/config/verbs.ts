import type { Command } from 'commander'

/** `entente config …`: what the consortium has set, on chain. */
export function addConfigVerbs(program: Command): void {
  const config = program
    .command('config')
    .description("the consortium's parameters on chain (ETH_RPC_URL, CONTRACT_REGISTRY; ENTENTE_KEY to change them)")
  const load = () => import('./config.ts')
  const from = ['--from <time>', 'from when on it holds (ISO 8601, whole seconds); a must under a timelock'] as const

  config
    .command('show')
    .description('print every parameter and its value, as JSON')
    .option('--at <version>', 'as it stood after this version')
    .action(async options => (await load()).showConfig(options))

  config
    .command('history')
    .description('print every version with its block, and whose it was, a JSON line each')
    .action(async () => (await load()).printHistory())

  config
    .command('set <parameter> <value>')
    .description('set a parameter; processes that run apply it at its next use')
    .option(...from)
    .action(async (key: string, value: string, options) => (await load()).setConfig(key, value, options))

  config
    .command('withdraw <parameter>')
    .description('take back a change that was announced and does not hold yet')
    .action(async (key: string) => (await load()).withdraw(key))

  config
    .command('rollback <version>')
    .description('set again, as new versions, what stood after a version')
    .option(...from)
    .action(async (version: string, options) => (await load()).rollBack(version, options))
}
