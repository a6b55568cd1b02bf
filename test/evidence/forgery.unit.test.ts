import { describe, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { digestDocument, signDocument } from '../../protocol/documents.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { type Forgery, simulateBundle } from './simulated-bundle.ts'
import { domainOf, keyOf, orderIn, simulated, walletOf } from './simulated-setting.ts'

/**
 * The worst case: whoever keeps the log, signs the checkpoints and pays writes a history of their own, with leaves, paths,
 * checkpoint and chain to match. What they cannot make is others' signatures, or another outcome of the rules.
 */
const forgeries: { what: string; forge: Forgery; where: RegExp; because: RegExp }[] = [
  {
    what: 'a verdict that clears the liar',
    forge: changing('SubtaskAgreed', event => {
      event.verdict.deviators = []
      event.verdict.deviations = []
      event.verdict.accepted = ['3', '5', '8']
    }),
    where: /\/event\/verdict\/accepted\/2$/,
    because: /the rules give nothing, the log has "8"/,
  },
  {
    what: 'an agreed output that no merge of the answers gives',
    forge: changing('SubtaskAgreed', event => {
      event.output = { place: 'Buras', windKt: 90 }
    }),
    where: /\/event\/output\/windKt$/,
    because: /the rules give 122, the log has 90/,
  },
  {
    what: "an answer changed under its agent's receipt",
    forge: changing('ResultReceived', event => {
      if (event.answer.kind === 'result') event.answer.output = { windKt: 90, place: 'Buras' }
    }),
    where: /\/event\/answer\/output$/,
    because: /the agent's receipt is for/,
  },
  {
    what: "an answer and a receipt signed with the keeper's own key",
    forge: changing('ResultReceived', event => {
      if (event.answer.kind !== 'result') return
      event.answer.output = { windKt: 90, place: 'Buras' }
      event.answer.receipt.outputHash = contentHash(event.answer.output)
      event.answer.signature = signDocument(
        domainOf(simulated),
        'Receipt',
        event.answer.receipt,
        keyOf('log keeper'),
      ) as never
    }),
    where: /\/event\/answer\/receipt$/,
    because: /is not agent 3's/,
  },
  {
    what: 'a commitment made up afterwards',
    forge: changing('ResultCommitted', event => {
      event.commitment = contentHash('made up')
    }),
    where: /^\/events\/5\/event$/,
    because: /Commit is not agent 3's/,
  },
  {
    what: 'an input that the plan does not give',
    forge: changing('SubtaskAssigned', event => {
      event.input = { at: 'tomorrow' }
      event.inputHash = contentHash(event.input)
    }),
    where: /\/event\/answer\/receipt\/inputHash$/,
    because: /the agent was given/,
  },
  {
    what: 'an approval by somebody who is no approver',
    forge: changing('ApprovalAnswered', (event, { taskId }) => {
      const { subtaskId, contentHash, granted, by } = event
      const document = { taskId, subtaskId, contentHash, granted, atMs: by!.signedAtMs }
      const signature = signDocument(domainOf(simulated), 'Approval', document, keyOf('log keeper'))
      event.by = { approver: walletOf('log keeper'), signedAtMs: by!.signedAtMs, signature }
    }),
    where: /\/event\/by\/approver$/,
    because: /may not give this approval/,
  },
  {
    what: 'an approval said to have been given by silence',
    forge: changing('ApprovalAnswered', event => {
      event.by = null
    }),
    where: /^\/events\/\d+\/event$/,
    because: /by the rules no ApprovalAnswered can be here/,
  },
  {
    what: 'an answer of somebody who was not asked',
    forge: changing('QuestionAnswered', event => answerAs(event, 'log keeper')),
    where: /\/event\/by\/signer$/,
    because: /may not give this answer: the task allows 0x/,
  },
  {
    what: 'a question put to somebody else, who answers it',
    forge: events =>
      changing('QuestionAnswered', event => answerAs(event, 'log keeper'))(
        changing('QuestionAsked', event => {
          event.from = [walletOf('log keeper')]
        })(events),
      ),
    where: /\/event\/from\/0$/,
    because: /the rules give/,
  },
  {
    what: 'an answer changed under its signature',
    forge: changing('QuestionAnswered', event => {
      event.answer = { closed: false }
    }),
    where: /^\/events\/\d+\/event$/,
    because: /the signature of this QuestionAnswer is not the one who answered's/,
  },
  {
    what: 'a question other than was shown',
    forge: changing('QuestionAsked', event => {
      event.show = { windKt: 90, place: 'Buras' }
    }),
    where: /\/event\/show\/windKt$/,
    because: /the rules give 122, the log has 90/,
  },
  {
    what: 'an answer said to have been given by silence',
    forge: changing('QuestionAnswered', event => {
      event.by = null
    }),
    where: /^\/events\/\d+\/event$/,
    because: /by the rules no QuestionAnswered can be here/,
  },
  {
    what: 'an order for a larger budget',
    forge: changing('TaskSubmitted', event => {
      event.budget = '90000000'
    }),
    where: /^\/events\/0\/event\/budget$/,
    because: /the order's budget is 50000000/,
  },
  {
    what: 'a share that the agents did not earn',
    forge: changing('ContributionMeasured', event => {
      const [first] = event.contribution.shares
      first!.share = (BigInt(first!.share) + 1n).toString()
      event.contributionHash = contentHash(event.contribution)
    }),
    where: /\/event\/contribution\/shares\/0\/share$/,
    because: /the rules give/,
  },
  {
    what: 'a settlement without the penalty',
    forge: changing('SettlementComputed', event => {
      event.settlement.penalties = []
      event.settlementHash = contentHash(event.settlement)
    }),
    where: /^\/anchors\/settlement$/,
    because: /the chain has/,
  },
  {
    what: 'a subtask given to two agents of one domain',
    forge: changing('SubtaskAssigned', event => {
      event.chosen[1]!.domainId = event.chosen[0]!.domainId
    }),
    where: /\/event\/chosen$/,
    because: /two of its agents are of one domain/,
  },
  {
    what: 'another seed than its funding brought',
    forge: changing('TaskFunded', event => {
      event.blockHash = contentHash('one that suits somebody')
    }),
    where: /^\/events\/\d+\/event\/(chosen|passedOver)/,
    because: /of these candidates the rule chooses/,
  },
  {
    what: 'a seed that is left out after the draw',
    forge: changing('TaskFunded', event => {
      delete event.blockHash
    }),
    where: /^\/events\/1\/event\/blockHash$/,
    because: /lots were drawn/,
  },
  {
    what: 'one passed over whose name is the best of all',
    forge: changing('SubtaskAssigned', event => {
      event.passedOver[0]!.record = [900, 0, 900, 0]
    }),
    where: /\/event\/chosen\/0\/agentId$/,
    because: /of these candidates the rule chooses/,
  },
  {
    what: 'what is not said of one that was passed over',
    forge: changing('SubtaskAssigned', event => {
      delete event.passedOver[0]!.load
    }),
    where: /\/event\/chosen$/,
    because: /does not say enough of all candidates/,
  },
  {
    what: 'a history that leaves out the failed attempt',
    forge: events =>
      events.filter(event => !('subtaskId' in event && event.subtaskId === 'beds' && event.atMs < lastTry)),
    where: /^\/events\/\d+\/event/,
    because: /the rules/,
  },
]

const simulatedTaskId = digestDocument(domainOf(simulated), 'TaskOrder', orderIn(simulated).order)

/** When agent 13 was asked, after agent 12 had failed. */
const lastTry = 1_125_230_400_520

describe('a log keeper who forges', () => {
  it.each(forgeries)('$what is found out', async ({ forge, where, because }) => {
    const { findings, checks } = await verifyBundle(await simulateBundle('completed', forge))
    expect(checks.find(({ name }) => name === 'events')?.ok).toBe(true)
    expect(findings).not.toEqual([])
    expect(findings[0]!.where).toMatch(where)
    expect(findings[0]!.what).toMatch(because)
  })
})

/** The same answer, signed by another. */
function answerAs(event: TaskEventOf<'QuestionAnswered'>, name: string): void {
  const { subtaskId, contentHash: shown, answer, by } = event
  const answered = { contentHash: shown, answerHash: contentHash(answer) }
  const document = { taskId: simulatedTaskId, subtaskId, ...answered, atMs: by!.signedAtMs }
  const signature = signDocument(domainOf(simulated), 'QuestionAnswer', document, keyOf(name))
  event.by = { signer: walletOf(name), signedAtMs: by!.signedAtMs, signature }
}

/** The history with its first event of a type changed. */
function changing<T extends TaskEvent['type']>(
  type: T,
  change: (event: TaskEventOf<T>, context: { taskId: string }) => void,
): Forgery {
  return events => {
    const copy = structuredClone(events)
    const settlement = copy.find(event => event.type === 'SettlementComputed')!.settlement
    change(copy.find(event => event.type === type) as TaskEventOf<T>, settlement)
    return copy
  }
}
