import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '../../protocol/canonical.ts'
import { signDocument, signerOf } from '../../protocol/documents.ts'
import { joinLeaves, leafOf } from '../../protocol/evidence.ts'
import { sha256 } from '../../protocol/hash.ts'
import { KeyAnswer, type KeysAsked, type Receiver } from '../../protocol/key-release.ts'
import type { SignedPolicySet } from '../../protocol/signed-policy.ts'
import { subjects } from '../../protocol/subjects.ts'
import { checkPolicySignatures } from '../../registry/policy/check-signatures.ts'
import { putPolicyInForce } from '../../registry/policy/in-force.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'
import { newTaskId, send } from '../agents/sdk/office.ts'
import { domain, type Member } from '../registry/consortium.ts'
import { maker, takerOf } from './programs/courier.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators(0)
const read: string[] = []
let makerMember: Member
let health: Member
let stranger: Member

/** What is restricted goes to these domains alone. */
const setFor = (version: string, domains: readonly string[]) =>
  policyFrom(
    'test.yaml',
    `
format: entente.policy/1
id: test
version: ${version}
policies: |
  @id("order") permit (principal, action == Action::"order", resource);
  @id("ask") permit (principal, action == Action::"ask", resource);
  @id("flow") permit (principal, action == Action::"flow", resource) when { context.class == Class::"internal" };
${domains.map(each => `  @id("to-${each}") permit (principal == Domain::"weather", action == Action::"flow", resource == Domain::"${each}");`).join('\n')}
`,
  )

const subtasks = [
  { id: 'make', skill: 'make@1', input: 'input' },
  { id: 'take', skill: 'take@1', after: ['make'], input: '{ secret: outputs.make.secret }', deadlineMs: 8_000 },
]

beforeAll(async () => {
  makerMember = await office.employ(maker, 'weather')
  health = await office.employ(takerOf(read), 'health')
  stranger = await office.employ(takerOf(read), 'bank')
  await putPolicyInForce(office.consortium.nc, office.consortium.signed(setFor('1.0.0', ['health'])))
  await office.startCoordinator()
})

describe('a sealed value', () => {
  it('is read by whom it is for, and is nowhere in the log', async () => {
    const task = await office.open(subtasks, { input: { word: 'canary' } })
    const { output } = await task.until('TaskCompleted')
    expect(output).toMatchObject({ take: { length: 'the word is yranac'.length } })
    expect(read).toEqual(['the word is yranac'])
    expect(task.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['KeysAsked', 'KeysAnswered']))
    expect(JSON.stringify(task.events)).not.toContain('yranac')
  })

  it('goes nowhere by a request that is not in the log', async () => {
    expect(await answerTo(forged(health), 1)).toMatchObject({
      kind: 'withheld',
      refusal: { code: 'RELEASE_UNFOUNDED' },
    })
  })

  it('goes nowhere where the policy set does not let it, though a coordinator put its request into the log', async () => {
    const asked = forged(stranger)
    const { reason } = await refusalOf(asked, 'RELEASE_DENIED')
    expect(reason).toContain('test@1.0.0, to bank')
  })

  it('goes to no agent that the chain does not show so, and to no key but its own', async () => {
    const [receiver] = forged(health).receivers
    const posing = { ...forged(stranger), receivers: [{ ...receiver!, agentId: stranger.agentId }] }
    expect((await refusalOf(posing, 'RECEIVER_UNPROVEN')).reason).toContain(`agent ${stranger.agentId} of health`)
    const { publicKey } = forged(stranger).receivers[0]!
    const swapped = { ...forged(health), receivers: [{ ...receiver!, publicKey }] }
    expect((await refusalOf(swapped, 'RECEIVER_UNPROVEN')).reason).toContain('is not by the wallet')
  })

  it('goes on as the last set says that was signed; one that was not is passed over', async () => {
    const { nc, signed, directory } = office.consortium
    const open = setFor('2.0.0', ['health', 'bank'])
    const few = { ...signed(open), signatures: signed(open).signatures.slice(0, 1) }
    const check = (set: SignedPolicySet) => () => checkPolicySignatures(set, directory.current(), domain)
    expect(check({ set: open, signatures: [] })).toThrow(expect.objectContaining({ code: 'POLICY_UNSIGNED' }))
    expect(check(few)).toThrow('signed by 1 of the 2 domains')
    const wrong = signed(setFor('2.0.1', []))
    expect(check({ ...wrong, set: open })).toThrow(expect.objectContaining({ code: 'POLICY_SIGNER_WRONG' }))
    await putPolicyInForce(nc, { set: open, signatures: [] })
    // Whoever seals believes it as little as a coordinator does.
    const { reason } = await refusalOf(forged(stranger), 'RELEASE_DENIED')
    expect(reason).toContain('POLICY_UNSIGNED')
    const task = await office.open(subtasks, { input: { word: 'another' } })
    const decided = await task.until('FlowsDecided', ({ subtaskId }) => subtaskId === 'make')
    expect(decided.policy.version).toBe('1.0.0')
  })
})

/** A request for a key, as a coordinator would make it that answers to nobody. */
function forged({ agentId, key }: Member): KeysAsked & { receivers: Receiver[] } {
  const domainId = agentId === stranger.agentId ? 'bank' : 'health'
  const publicKey = sha256(`key of ${agentId}`)
  const signature = signDocument(domain, 'SealingKey', { agentId, publicKey }, key.privateKey)
  const made = {
    subtaskId: 'make',
    attempt: 1,
    agentId: makerMember.agentId,
    domainId: 'weather',
    stake: '0',
    at: '/secret',
  }
  const wanted = [{ ...made, commitment: sha256('what was sealed') }]
  const receivers = [{ agentId, domainId, wallet: key.address, publicKey, signature }]
  const work = { skill: 'take@1', template: 'test', subtaskId: 'take', attempt: 1 }
  return { type: 'KeysAsked', atMs: 1, deadlineMs: Date.now() + 20_000, ...work, wanted, receivers, consents: [] }
}

async function answerTo(asked: KeysAsked, leaf: number, taskId = newTaskId()): Promise<KeyAnswer> {
  const { nc } = office.consortium
  const { subtaskId, attempt } = asked
  await send(nc, { kind: 'release', taskId, subtaskId, attempt, agentId: makerMember.agentId, asked, leaf })
  const jsm = await jetstreamManager(nc)
  for (;;) {
    const found = await jsm.streams.getMessage('RESULTS', { last_by_subj: `ent.result.${taskId}.>` })
    if (found) return KeyAnswer.parse(found.json())
    await sleep(50)
  }
}

/** The refusal of a request that is in the evidence log. */
async function refusalOf(asked: KeysAsked, code: string) {
  const { nc } = office.consortium
  const taskId = newTaskId()
  const others = leafOf(newTaskId(), 0, [{ ...asked, attempt: 2 }])
  const leaves = joinLeaves([others, leafOf(taskId, 0, [asked])].map(canonicalJson))
  const { seq } = await jetstream(nc).publish(subjects.evidence('event'), leaves)
  const answer = await answerTo(asked, seq, taskId)
  if (answer.kind !== 'withheld') throw new Error('the key was released')
  const { signature, refusal } = answer
  expect(signerOf(domain, 'KeyRefusal', refusal, signature)).toBe(makerMember.key.address)
  expect(refusal.code).toBe(code)
  return refusal
}
