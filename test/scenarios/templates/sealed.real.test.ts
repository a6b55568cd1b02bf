import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { JsonRpcProvider } from 'ethers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiKeysFile, createApiKey } from '../../../operator/api-keys.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { signDocument, signingDomain } from '../../../protocol/documents.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { putPolicyInForce } from '../../../registry/policy/in-force.ts'
import { policyFrom } from '../../../registry/policy/policy-file.ts'
import { signPolicy } from '../../../registry/policy/sign-policy.ts'
import { depositFor } from '../../../scenarios/consortium/order-task.ts'
import { sendAnswer } from '../../../scenarios/consortium/send-answer.ts'
import { sendSignal } from '../../../scenarios/consortium/send-signal.ts'
import { type Consortium, startConsortium } from '../../../scenarios/consortium/start-consortium.ts'
import { castOf } from '../../../scenarios/templates/casts.ts'
import { residentId } from '../../../scenarios/templates/one-stop-birth/resident-id.ts'
import { readConfig } from '../../../stack/config.ts'
import { sendCommand } from '../../../stack/send-command.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { ordered } from './ordered.ts'

const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'debug' })
const dir = scratchDir('sealed')
const policyFile = new URL('../../../scenarios/templates/one-stop-birth/policy.yaml', import.meta.url)
let consortium: Consortium

beforeAll(async () => {
  const cast = castOf('one-stop-birth')
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'police', 100_000_000n)
  const { nc, chain, accounts, directory } = consortium
  const set = policyFrom('policy.yaml', readFileSync(policyFile, 'utf8'))
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const admins = ['police', 'civil-affairs', 'social-security'].map(id => accounts.admins.get(id)!.privateKey)
  const signatures = admins.map(key => signPolicy(set, key, directory.current(), domain))
  await putPolicyInForce(nc, { set, signatures })
}, 120_000)
afterAll(() => consortium?.stop())

const mother = residentId('110105', '1993-05-14', 228)
const child = { name: 'Lin An', sex: 'female' as const, bornOn: '2026-08-02' }

/** The number that the police will give: it follows from the task's id. */
function numberGiven(taskId: string): string {
  const drawn = createHash('sha256').update(taskId).digest().readUInt16BE() % 499
  return residentId('110105', child.bornOn, 2 * drawn + 2)
}

/** A text as it stands, in hexadecimal, and in base64 wherever in a longer text it begins. */
function shapesOf(text: string): string[] {
  const hex = Buffer.from(text).toString('hex')
  const base64 = [0, 1, 2].map(shift => {
    const whole = Buffer.from(' '.repeat(shift) + text).toString('base64')
    return whole.slice(shift === 0 ? 0 : 4, Math.floor(((shift + text.length) * 8) / 6) - 1)
  })
  return [text, hex, hex.toUpperCase(), ...base64]
}

/** Where a text is found, of all that the consortium keeps or says. */
function placesOf(text: string, haystacks: ReadonlyMap<string, Buffer>): string[] {
  const shapes = shapesOf(text)
  return [...haystacks].flatMap(([place, bytes]) => (shapes.some(shape => bytes.includes(shape)) ? [place] : []))
}

async function everything(taskId: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  const { nc, stack, operatorUrl } = consortium
  const jsm = await jetstreamManager(nc)
  // Every stream is one: event logs, queues, buckets, the object store.
  for await (const { config, state } of jsm.streams.list()) {
    if (state.messages === 0) continue
    const seqs = Array.from({ length: state.last_seq - state.first_seq + 1 }, (_, offset) => state.first_seq + offset)
    const messages = await Promise.all(seqs.map(seq => jsm.streams.getMessage(config.name, { seq })))
    const parts = messages.flatMap(each => (each ? [Buffer.from(each.subject), each.data] : []))
    found.set(`stream ${config.name}`, Buffer.concat(parts))
  }
  const redis = new Redis(stack.urls.redis)
  for (const key of await redis.keys('*')) found.set(`redis ${key}`, (await redis.dumpBuffer(key)) ?? Buffer.alloc(0))
  redis.disconnect()
  const chain = new JsonRpcProvider(stack.urls.chain)
  const blocks = await chain.getBlockNumber()
  const logs = await chain.getLogs({ fromBlock: 0, toBlock: blocks })
  const sent = await Promise.all(
    Array.from({ length: blocks + 1 }, (_, number) =>
      chain.send('eth_getBlockByNumber', [`0x${number.toString(16)}`, true]),
    ),
  )
  found.set('chain', Buffer.from(JSON.stringify([logs, sent])))
  chain.destroy()
  const headers = { authorization: `Bearer ${createApiKey(apiKeysFile({ ENTENTE_DATA: dir }), 'operator', 'test')}` }
  for (const path of [`tasks/${taskId}`, `tasks/${taskId}/bundle`, 'tasks', 'agents', 'evidence/leaves']) {
    const answer = await fetch(new URL(`/v1/${path}`, operatorUrl), { headers })
    expect(answer.status, path).toBe(200)
    found.set(`operator ${path}`, Buffer.from(await answer.arrayBuffer()))
  }
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) found.set(path.slice(dir.length + 1), readFileSync(path))
  }
  return found
}

/** What an order, a signal and an answer bring sealed. */
const certificateNo = 'P110000123'
const accountNo = '6222020200112233445'
const inPlain = expect.objectContaining({ code: 'SEAL_MISSING' })

/** As its sender would send it who seals nothing. */
async function sendPlain(taskId: Hex, payload: Json) {
  const { nc, chain, accounts } = consortium
  const { address: signer, privateKey } = accounts.admins.get('health-office')!
  const place = { taskId, signal: 'birth-sealed', atMs: Date.now() }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const signature = signDocument(domain, 'Signal', { ...place, payloadHash: contentHash(payload) }, privateKey)
  await sendCommand(nc, 'signal', { ...place, payload, signer, signature })
}

describe('what is for some alone', () => {
  it('is with whom it is for, and nowhere else', { timeout: 120_000 }, async () => {
    const { task, events, bundle, report } = await ordered(consortium, {
      process: 'one-stop-birth',
      domainId: 'police',
      input: {
        child,
        birth: {
          hospital: 'Harbour',
          certificateNo,
          sealedBy: consortium.accounts.admins.get('health-office')!.address,
        },
        parents: [{ name: 'Lin Mei', residentId: mother }],
        siblings: 1,
        toldOn: '2026-08-20',
        payByAccount: true,
      },
      async onEvent(event, { taskId }) {
        const adminOf = (domainId: string) => consortium.accounts.admins.get(domainId)!
        if (event.type === 'QuestionAsked') {
          // Who administers no domain has the key kept by one that will.
          const keeper = consortium.agents.find(({ domainId }) => domainId === 'civil-affairs')!.agentId
          await sendAnswer({ ...consortium, keeper }, taskId, event, { accountNo }, consortium.approver)
        }
        if (event.type !== 'WaitBegun') return
        await expect(sendPlain(taskId, { hospital: 'Harbour', certificateNo: 'plain' })).rejects.toEqual(inPlain)
        const payload = { hospital: 'Harbour', certificateNo }
        await sendSignal(consortium, { taskId, signal: 'birth-sealed', payload }, adminOf('health-office'))
      },
    })
    expect(
      events.flatMap(event => (/(Failed|Rejected)$/.test(event.type) && 'reason' in event ? [event.reason] : [])),
    ).toEqual([])
    expect(report.findings).toEqual([])
    expect(report.checks).toContainEqual(expect.objectContaining({ name: 'seals', ok: true, count: 11 }))
    expect(task.state).toBe('completed')
    expect(events.filter(({ type }) => type === 'KeysAnswered')).toHaveLength(6)
    const haystacks = await everything(task.taskId)
    haystacks.set('bundle', Buffer.from(JSON.stringify(bundle)))
    // What was given in plain is found, so what is not found is not there.
    const shown = ['stream TASKS', 'stream RESULTS', 'bundle', `operator tasks/${task.taskId}/bundle`]
    expect(placesOf(mother, haystacks)).toEqual(expect.arrayContaining(shown))
    for (const secret of [numberGiven(task.taskId), certificateNo, accountNo])
      expect(placesOf(secret, haystacks), secret).toEqual([])
    // It was given: the family has a member more, and the insurance is for it.
    expect(task.output).toMatchObject({
      familyNo: expect.stringMatching(/^F/),
      allowance: { months: 36, paid: 'account' },
    })
  })
})
