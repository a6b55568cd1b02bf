import { asCsv } from '../coordinator/settlement/statement/as-csv.ts'
import { asPdf } from '../coordinator/settlement/statement/as-pdf.ts'
import { makeStatement, type StatementOptions } from '../coordinator/settlement/statement/make-statement.ts'
import { EntenteError } from '../protocol/errors.ts'
import { AgentId, DomainId } from '../protocol/ids.ts'
import { connectChain } from '../stack/chain.ts'
import { askChainInfo } from '../stack/chain-info.ts'
import { openLog } from '../stack/log.ts'
import { readerIn } from '../stack/node-list.ts'
import { withBus } from './with-bus.ts'

export interface StatementVerb {
  readonly agent?: string
  readonly domain?: string
  readonly from: string
  readonly to: string
  readonly format: 'csv' | 'pdf'
}

/** `entente statement`: on standard output, as CSV or PDF. @throws EntenteError COMMAND_INVALID, NOT_FOUND, STATEMENT_UNRECONCILED */
export async function printStatement({ agent, domain, from, to, format }: StatementVerb): Promise<void> {
  const period = { fromMs: timeOf('--from', from), toMs: timeOf('--to', to) }
  if (period.fromMs >= period.toMs) throw new EntenteError('COMMAND_INVALID', '--from is not before --to')
  const of = subjectOf(agent, domain)
  await withBus(async (nc, config) => {
    const nodes = config.ETH_RPC_URL
    if (!nodes) throw new EntenteError('CONFIG_INVALID', 'ETH_RPC_URL is not set: with which node is it compared?')
    const node = await connectChain(readerIn(nodes))
    try {
      const log = openLog('statement', config)
      const statement = await makeStatement({ nc, log, chain: await askChainInfo(nc), node, of, period })
      process.stdout.write(format === 'csv' ? asCsv(statement) : await asPdf(statement))
    } finally {
      node.destroy()
    }
  })
}

function subjectOf(agent: string | undefined, domain: string | undefined): StatementOptions['of'] {
  if (agent !== undefined && domain === undefined && AgentId.safeParse(agent).success) return { agentId: agent }
  if (domain !== undefined && agent === undefined && DomainId.safeParse(domain).success) return { domainId: domain }
  throw new EntenteError('COMMAND_INVALID', 'give --agent with its number, or --domain with its id, not both')
}

function timeOf(option: string, text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new EntenteError('COMMAND_INVALID', `${option} takes an ISO 8601 time, not ${text}`)
  return ms
}
