import { openChainReader } from '../../coordinator/settlement/chain-reader.ts'
import { claimEarnings } from '../../coordinator/settlement/claim.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { AgentId } from '../../protocol/ids.ts'
import { connectChain } from '../../stack/chain.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { openLog } from '../../stack/log.ts'
import { readerIn } from '../../stack/node-list.ts'
import { withBus } from '../with-bus.ts'

/** `entente claim --agent N`: one JSON line. @throws EntenteError COMMAND_INVALID, CONFIG_INVALID, NOT_FOUND, CHAIN_REVERTED */
export async function claim(agent: string): Promise<void> {
  const { success, data: agentId } = AgentId.safeParse(agent)
  if (!success) throw new EntenteError('COMMAND_INVALID', '--agent takes the number of an agent')
  await withBus(async (nc, config) => {
    const nodes = config.ETH_RPC_URL
    if (!nodes) throw new EntenteError('CONFIG_INVALID', 'ETH_RPC_URL is not set: which node says what can be claimed?')
    const provider = await connectChain(readerIn(nodes))
    try {
      const reader = openChainReader(provider, await askChainInfo(nc))
      const claimed = await claimEarnings({ nc, reader, log: openLog('claim', config) }, agentId)
      process.stdout.write(`${JSON.stringify(claimed)}\n`)
    } finally {
      provider.destroy()
    }
  })
}
