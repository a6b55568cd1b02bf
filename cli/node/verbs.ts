import type { Command } from 'commander'
import type { NodeCommand } from '../../protocol/gateway-door.ts'

const bus = '(NATS_URL, NATS_CREDS)'
const untilRestart = 'until the gateways are started again: change ETH_RPC_URL too'

/** `entente node …` */
export function addNodeVerbs(program: Command): void {
  const node = program.command('node').description('nodes of the chain that the gateways ask')
  const tell = async (command: NodeCommand) => (await import('./tell.ts')).tellGateways(command)
  node
    .command('list')
    .description(`print what each gateway thinks of each node, as JSON lines ${bus}`)
    .action(() => tell({ do: 'list' }))
  node
    .command('add <node>')
    .description(`ask one more, roles before its URL: reader@https://…; ${untilRestart} ${bus}`)
    .action((entry: string) => tell({ do: 'add', node: entry }))
  node
    .command('remove <name>')
    .description(`ask one no more, by its name in the list; ${untilRestart} ${bus}`)
    .action((name: string) => tell({ do: 'remove', name }))
}
