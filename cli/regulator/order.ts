import { EntenteError } from '../../protocol/errors.ts'
import { FreezeOrder } from '../../protocol/freeze.ts'
import type { Address } from '../../protocol/ids.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { orderFreeze } from '../../registry/order-freeze.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { openLog } from '../../stack/log.ts'
import { withBus } from '../with-bus.ts'

interface Options {
  readonly agent?: string
  readonly domain?: string
  readonly reason: string
}

/** `entente regulator freeze` and `unfreeze`: carried out on chain by the gateway, and final when this returns. */
export function orderBy(does: FreezeOrder['does'], { agent, domain, reason }: Options): Promise<void> {
  const wish = { does, about: agent === undefined ? { domainId: domain } : { agentId: agent }, reason }
  const parsed = FreezeOrder.pick({ does: true, about: true, reason: true }).safeParse(wish)
  if (!parsed.success) {
    throw new EntenteError(
      'COMMAND_INVALID',
      'name an agent (--agent) or a domain (--domain), and a reason of 1 to 2000 characters',
    )
  }
  return withBus(async (nc, config) => {
    const by = config.ENTENTE_ACCOUNT?.toLowerCase() as Address | undefined
    if (!by) throw new EntenteError('CONFIG_INVALID', 'ENTENTE_ACCOUNT is not set: which account is the regulator’s?')
    const log = openLog('regulator', { LOG_LEVEL: 'error' })
    const [chain, directory] = await Promise.all([askChainInfo(nc), followDirectory({ nc, log })])
    try {
      const ordered = await orderFreeze({ nc, chain, directory: directory.current(), by }, parsed.data)
      process.stdout.write(`${JSON.stringify(ordered)}\n`)
    } finally {
      await directory.stop()
    }
  })
}
