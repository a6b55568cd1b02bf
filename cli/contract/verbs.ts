import type { Command } from 'commander'

/** `entente contract …`: what is on chain under which name, and its changes. */
export function addContractVerbs(program: Command): void {
  const contract = program
    .command('contract')
    .description(
      'the contracts as their registry on chain has them (ETH_RPC_URL, CONTRACT_REGISTRY; ENTENTE_KEY to change them)',
    )
  const load = () => import('./contracts.ts')

  contract
    .command('list')
    .description('print name, address, version, implementation, code hash and state, a JSON line each')
    .action(async () => (await load()).listContracts())

  contract
    .command('verify [name]')
    .description('compare the code on chain with this build, and say what differs; exit status 5 when anything does')
    .action(async (name: string | undefined) => {
      process.exitCode = await (await load()).verifyContracts(name)
    })

  contract
    .command('deploy <name>')
    .description("create this build's implementation of an upgradeable contract; nothing uses it before an upgrade")
    .action(async (name: string) => (await load()).deployImplementation(name))

  contract
    .command('upgrade <name>')
    .description("upgrade to this build's implementation; under a timelock say it again when its delay is over")
    .action(async (name: string) => (await load()).upgradeContract(name))

  for (const [verb, state, what] of [
    ['freeze', 'frozen', 'have the gateway refuse calls to it, until it is active again'],
    ['unfreeze', 'active', 'make it active again'],
    ['retire', 'retired', 'have the gateway refuse calls to it for good'],
  ] as const) {
    contract
      .command(`${verb} <name>`)
      .description(`${what}; under a timelock say it again when its delay is over`)
      .action(async (name: string) => (await load()).changeState(name, state))
  }
}
