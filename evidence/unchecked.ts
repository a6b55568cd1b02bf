import type { Bundle } from '../protocol/evidence.ts'
import { policyHash } from '../protocol/policy.ts'

/** What nobody can see from the file alone, in sentences. */
export function uncheckedOffline(bundle: Bundle): string[] {
  const isWithdrawn = bundle.events.some(
    ({ event }) => event.type === 'TaskCanceled' && event.by && 'cancelHash' in event.by,
  )
  const { chain, anchors, parties } = bundle
  const isPreempted = bundle.events.some(({ event }) => event.type === 'AttemptPreempted')
  const { batch } = bundle
  const blocks = [anchors.settlement, batch?.final, anchors.checkpoint].flatMap(anchor => anchor?.blockNumber ?? [])
  const isWeighed = bundle.events.some(({ event }) => event.type === 'SubtaskAssigned' && event.learned)
  return [
    `That blocks ${[...new Set(blocks)].join(' and ')} with these hashes are on chain ${chain.chainId}.`,
    `That contract registry ${chain.contractRegistry} is the consortium's, and the other contracts are its own.`,
    ...(anchors.settlement ? [] : ['The address of the escrow: this task was settled by no contract.']),
    ...(parties.length > 0 ? ["That each wallet was its agent's on chain, and its agent the domain's."] : []),
    ...(bundle.replannings?.length ? ['That a model gave the answers that are in the records of other plans.'] : []),
    ...(bundle.judgings?.length ? ['That a model gave the answers that are in the records of judges.'] : []),
    ...(isWeighed ? ['What settled tasks told of gold: as the coordinator recorded it; the tasks are named.'] : []),
    ...(isWithdrawn ? ['That the alert was withdrawn in the transaction that is named.'] : []),
    ...uncheckedOfBatch(bundle),
    ...(isPreempted
      ? ['That the emergencies for which attempts were broken off lacked what these held, and were funded.']
      : []),
    'The hashes of transactions, and the block in which the budget was reserved, by whose hash lots were drawn: neither is in a receipt.',
    ...uncheckedAnywhere,
  ]
}

/** Of the batch that settled it, if one did. */
function uncheckedOfBatch({ batch, events }: Bundle): string[] {
  const isCovered = events.some(({ event }) => event.type === 'BudgetCovered')
  return [
    ...(batch
      ? [
          `The lines of other tasks in batch ${batch.id}, and the running totals that this task's lines continue: nobody disputed them while anybody could.`,
        ]
      : []),
    ...(batch && !batch.final
      ? [`That batch ${batch.id} became final: another than its settler made it so, and the proof of that is not here.`]
      : []),
    ...(isCovered
      ? ["That the requester's account covered the budget; and which block drew the lots: the settler chose it."]
      : []),
  ]
}

/** What is left to trust when a node of the chain was asked too. */
export function uncheckedOnline({ template }: Bundle): string[] {
  return [...(template === null ? ['The template: it was never found.'] : []), ...uncheckedAnywhere]
}

/** Of the policy sets that decided, if there are any. */
export function uncheckedPolicies({ policies = [] }: Bundle, hasEngine: boolean, online: boolean): string[] {
  if (policies.length === 0) return []
  const sets = policies.map(set => `${set.id}@${set.version} (${policyHash(set)})`).join(', ')
  return [
    `That these policy sets were in force, and signed for more than half of the admitted domains: ${sets}.`,
    ...(online ? [] : ['That each who signed a policy set was the admin of the domain.']),
    ...(hasEngine ? [] : ['What the policy sets decided: no engine was there to ask them again.']),
  ]
}

/** Of those who watched the log. */
export function uncheckedWitnesses({ witnessed }: Bundle, online: boolean): string[] {
  if (!witnessed) return ['That others were shown the same log: no domain witnessed this checkpoint.']
  const domains = witnessed.witnesses.map(({ domainId }) => domainId).join(', ')
  return [
    `That the witnesses of ${domains} are run by these domains, and not by whoever keeps the log.`,
    ...(online ? [] : ['That each who appointed a witness was the admin of the domain.']),
  ]
}

const uncheckedAnywhere = [
  "Prices, stakes, output schemas and the consortium's terms: they are as the coordinator recorded them.",
  "The times: each is its signer's or the coordinator's own clock.",
  'Which other agents could have been asked, and what each candidate held and had done before: as the coordinator recorded them.',
  'That outputs are true: only who gave them, and that the replicas agreed as the rules say.',
]
