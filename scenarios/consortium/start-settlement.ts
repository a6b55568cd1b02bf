import type { NatsConnection } from '@nats-io/nats-core'
import { ROLES } from '../../contracts/roles.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import { perform } from '../../registry/perform.ts'
import type { Config } from '../../stack/config.ts'
import type { Account, Accounts } from './accounts.ts'
import type { Role } from './start-processes.ts'

const credit = 1_000_000n
/** For the bonds of as many batches as may wait at a time (64), of 1,000 credits each by default, and as many more. */
const settlersMoney = 128_000n * credit
/** Comes back with each line that is shown. */
const towersMoney = 10_000n * credit

export interface SettlementCrew {
  readonly nc: NatsConnection
  readonly chain: ChainInfo
  readonly accounts: Accounts
  readonly config: Config
  /** A node that both read by themselves. */
  readonly rpcUrl: string
  /** File with the key of whoever keeps the evidence log. */
  readonly keeperKey: string
  start(role: Role, env: Readonly<Record<string, string>>): Promise<unknown>
}

/** Has tasks settled by batches: a settler under its bond, and a tower that challenges wrong ones. Can be done again. */
export async function startSettlement({ nc, chain, accounts, config, rpcUrl, keeperKey, start }: SettlementCrew) {
  const { governor, settler, tower } = accounts
  const step = (from: Account, businessId: string, contract: string, call: string, args: string[]) =>
    perform(nc, { operation: `settlement-${call.toLowerCase()}`, businessId, from: from.address, contract, call, args })
  const endow = async (account: Account, amount: bigint) => {
    const { address } = account
    await step(governor, address, 'EntenteToken', 'mint', [address, `${amount}`])
    await step(account, address, 'EntenteToken', 'approve', [chain.contracts.Escrow!, `${amount}`])
    await step(account, address, 'Escrow', 'deposit', [address, `${amount}`])
  }
  await Promise.all([
    step(governor, settler.address, 'AccessManager', 'grantRole', [`${ROLES.settler}`, settler.address, '0']),
    endow(settler, settlersMoney),
    endow(tower, towersMoney),
  ])
  const env = { ETH_RPC_URL: rpcUrl, FINALITY_BLOCKS: `${config.FINALITY_BLOCKS}` }
  await Promise.all([
    start('settler', {
      ...env,
      ENTENTE_ACCOUNT: settler.address,
      ENTENTE_KEY: keeperKey,
      ENTENTE_SETTLE_TASKS: `${config.ENTENTE_SETTLE_TASKS}`,
      ENTENTE_SETTLE_SECONDS: `${config.ENTENTE_SETTLE_SECONDS}`,
    }),
    start('tower', { ...env, ENTENTE_ACCOUNT: tower.address }),
  ])
}
