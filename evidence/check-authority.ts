import { planningFaults } from '../coordinator/flow/propose.ts'
import { contentHash } from '../protocol/canonical.ts'
import { digestDocument, signingDomain } from '../protocol/documents.ts'
import type { TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { fromHex, type Hex, keccak256 } from '../protocol/hash.ts'
import { domainToBytes32 } from '../protocol/ids.ts'
import { PlanningRecord } from '../protocol/planning.ts'
import { type Check, eventAt, type Finding, pointer } from './finding.ts'

/**
 * Whether the task is the one that its authority allows: the task id follows from the order or the response plan, and
 * what the order names by hash or amount is what was submitted.
 */
export function checkAuthority(bundle: Bundle): Check {
  const submitted = bundle.events[0]?.event
  if (submitted?.type !== 'TaskSubmitted') {
    return {
      name: 'authority',
      count: 1,
      findings: [{ where: '/events/0', what: 'a history begins with TaskSubmitted' }],
    }
  }
  const facts = [
    idFact(bundle, submitted),
    ...submittedFacts(submitted),
    ...fundingFacts(bundle, submitted),
    ...templateFacts(bundle, submitted),
    ...planningFacts(bundle, submitted),
  ]
  return { name: 'authority', count: facts.length, findings: facts.flatMap(findingOf) }
}

interface Fact {
  readonly where: string
  readonly found: unknown
  readonly expected: unknown
  readonly source: string
}

type Submitted = TaskEventOf<'TaskSubmitted'>

function idFact(bundle: Bundle, submitted: Submitted): Fact {
  const source = 'the id that its authority gives'
  return { where: pointer('taskId'), found: bundle.taskId, expected: taskIdOf(bundle, submitted.authority), source }
}

/** The task that an authority opens on the bundle's chain. */
export function taskIdOf({ chain }: Bundle, authority: Submitted['authority']): Hex {
  if (authority.by === 'order') {
    return digestDocument(signingDomain(chain.chainId, chain.contractRegistry), 'TaskOrder', authority.order)
  }
  // As ResponsePlans has it: keccak256(abi.encode(chainid, this, planId, alertHash)).
  const words = [chain.chainId.toString(16), authority.contract, authority.planId, authority.alertHash]
  return keccak256(Buffer.concat(words.map(word => fromHex(word.replace('0x', '').padStart(64, '0')))))
}

function submittedFacts({ authority, requester, spec, input, budget, deadlineMs }: Submitted): Fact[] {
  const at = (field: string) => eventAt(0, field)
  const specHash = authority.by === 'order' ? authority.order.specHash : authority.specHash
  const specFact = {
    where: at('spec'),
    found: contentHash(spec),
    expected: specHash,
    source: "its authority's specHash",
  }
  const inputHash = contentHash(input)
  if (authority.by === 'response-plan') {
    const { alertHash, contract } = authority
    return [
      specFact,
      { where: at('input'), found: inputHash, expected: alertHash, source: 'the hash of the alert that was attested' },
      { where: at('requester'), found: requester.address, expected: contract, source: 'the contract of the plan' },
      { where: at('requester'), found: requester.domainId, expected: null, source: 'the domain of a response plan' },
    ]
  }
  const { order } = authority
  const domain = requester.domainId && domainToBytes32(requester.domainId)
  const policyHash = contentHash(spec.policy)
  return [
    specFact,
    { where: at('input'), found: inputHash, expected: order.inputHash, source: "the order's inputHash" },
    {
      where: eventAt(0, 'spec', 'policy'),
      found: policyHash,
      expected: order.policyHash,
      source: "the order's policyHash",
    },
    { where: at('budget'), found: budget, expected: order.budget, source: "the order's budget" },
    { where: at('deadlineMs'), found: deadlineMs, expected: order.deadline * 1000, source: "the order's deadline" },
    { where: at('requester'), found: requester.address, expected: order.requester, source: "the order's requester" },
    { where: at('requester'), found: domain, expected: order.domainId, source: "the order's domainId" },
  ]
}

/** A response plan reserves the budget in the very transaction that opens the task. */
function fundingFacts({ events }: Bundle, { authority }: Submitted): Fact[] {
  const index = events.findIndex(({ event }) => event.type === 'TaskFunded')
  const funded = events[index]?.event
  if (authority.by === 'order' || funded?.type !== 'TaskFunded') return []
  const source = 'that of the opening on chain'
  return [
    { where: eventAt(index, 'txHash'), found: funded.txHash, expected: authority.txHash, source },
    { where: eventAt(index, 'blockNumber'), found: funded.blockNumber, expected: authority.blockNumber, source },
  ]
}

/** A template that nobody could find is null, and its task was rejected before it was planned. */
function templateFacts({ template, uses = [], events }: Bundle, { spec }: Submitted): Fact[] {
  if (template === null && !events.some(({ event }) => event.type === 'TaskPlanned')) return []
  const source = 'the template that the task names'
  const named = events.find(({ event }) => event.type === 'TaskPlanned')?.event
  const hashes = named?.type === 'TaskPlanned' ? (named.plan.uses ?? []).map(({ hash }) => hash) : []
  const places = Array.from({ length: Math.max(hashes.length, uses.length) }, (_, place) => ({
    where: pointer('uses', place),
    found: uses[place] === undefined ? undefined : contentHash(uses[place]),
    expected: hashes[place],
    source: 'the template that the plan names here',
  }))
  return [{ where: pointer('template'), found: contentHash(template), expected: spec.template, source }, ...places]
}

/** Whether a model made the template so, as the record that the order names says. */
function planningFacts({ planning, events }: Bundle, { spec }: Submitted): Fact[] {
  if (spec.planning === undefined || !events.some(({ event }) => event.type === 'TaskPlanned')) return []
  const source = 'the record of planning that the task names'
  const { data: record } = PlanningRecord.safeParse(planning)
  const faults = record ? planningFaults(record, spec) : ['it is no record of planning']
  return [
    { where: pointer('planning'), found: contentHash(planning ?? null), expected: spec.planning, source },
    { where: pointer('planning'), found: faults.join('; ') || 'sound', expected: 'sound', source },
  ]
}

function findingOf({ where, found, expected, source }: Fact): Finding[] {
  return found === expected ? [] : [{ where, what: `it is or hashes to ${found}; ${source} is ${expected}` }]
}
