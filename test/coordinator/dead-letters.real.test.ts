import { jetstreamManager } from '@nats-io/jetstream'
import { describe, expect, it, vi } from 'vitest'
import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import { sha256 } from '../../protocol/hash.ts'
import { streams } from '../../protocol/subjects.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import { listDeadLetters } from '../../stack/dead-letters.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { queued } from '../agents/sdk/office.ts'
import { runProgram } from '../harness/run-program.ts'
import { entente } from '../scenarios/run-scenario.ts'
import { startBareWorker } from './bare-worker.ts'
import { clerk } from './clerk.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()
const soon = { timeout: 20_000 }
const letters = () => listDeadLetters(office.consortium.nc)
const letterWith = (subject: string, timeout: number) =>
  vi.waitFor(
    async () => {
      const found = (await letters()).find(letter => letter.subject === subject)
      expect(found, subject).toBeDefined()
      return found!
    },
    { timeout, interval: 250 },
  )

async function dead(...args: string[]): Promise<string> {
  const { PATH, HOME } = process.env
  const { stdout, stderr } = await runProgram(entente, ['dead', ...args], { PATH, HOME, ...office.busEnv() }).end
  return stdout + stderr
}

describe('work that its agent always hands back', () => {
  it('leaves the queue for the dead letters when it was given out often enough, and can be tried again', async () => {
    const member = await office.consortium.join(clerk('unwilling'), 'weather')
    const worker = await startBareWorker(office.consortium, member)
    const task = await office.open([{ id: 'one', skill: 'unwilling@1', deadlineMs: 60_000 }])
    for (let delivery = 1; delivery <= 10; delivery++) (await worker.take()).message.nak()
    expect(await worker.next(1_500)).toBeNull()
    const letter = await letterWith(`ent.work.${member.agentId}`, 10_000)
    expect(letter).toMatchObject({ stream: 'WORK', consumer: `agent-${member.agentId}`, attempts: 10 })
    expect(JSON.parse(Buffer.from(letter.payload, 'base64').toString())).toMatchObject({ taskId: task.taskId })
    // The server alone would leave it there.
    const jsm = await jetstreamManager(office.consortium.nc)
    await vi.waitFor(
      async () => expect(await jsm.streams.getMessage(streams.work, { seq: letter.streamSequence })).toBeNull(),
      soon,
    )
    expect(await sendCommand(office.consortium.nc, 'retry-dead', { sequence: letter.sequence })).toEqual({
      sequence: letter.sequence,
    })
    const again = await worker.take()
    await worker.send(again.item, worker.resultOf(again.item, { text: 'after all' }))
    again.message.ack()
    await task.until('TaskCompleted')
    expect((await letters()).map(({ sequence }) => sequence)).not.toContain(letter.sequence)
    expect(await queued(office.consortium.nc, member.agentId)).toBe(0)
    await worker.stop()
  })
})

describe('what no coordinator can act on', () => {
  it('is tried for a while, or not at all when that is useless, then kept with its cause, tried again, and dropped', {
    timeout: 120_000,
  }, async () => {
    // A specification that is not there yet, and one that is none.
    const late: Json = { goal: 'a test', template: sha256('t'), policy: { approvers: [], onSilence: 'deny' } }
    const opening = (name: string, specHash: string) => ({
      ...{ taskId: sha256(name), planId: office.planId, alertHash: contentHash({ name }), specHash },
      ...{ budget: '5', deadline: `${Math.floor(Date.now() / 1000) + 600}`, approver: office.approver.address },
    })
    await putArtifact(office.consortium.nc, Buffer.from(canonicalJson({ name: 'late' })))
    await office.chainFact('TaskOpened', opening('late', contentHash(late)))
    await office.chainFact('TaskOpened', opening('none', await putArtifact(office.consortium.nc, Buffer.from('{}'))))

    const [useless] = await vi.waitFor(async () => {
      const found = (await letters()).filter(({ stream }) => stream === 'CHAIN_EVENTS')
      expect(found).toHaveLength(1)
      return found
    }, soon)
    expect(useless).toMatchObject({ attempts: 1, cause: expect.stringContaining('is no specification') })

    const listed = await vi.waitFor(
      async () => {
        const lines = (await dead('list')).trim().split('\n')
        expect(lines).toHaveLength(2)
        return lines.map(line => JSON.parse(line))
      },
      { timeout: 60_000, interval: 1_000 },
    )
    const missing = listed.find(({ cause }) => /there is no artifact/.test(cause))
    expect(missing).toMatchObject({ stream: 'CHAIN_EVENTS', attempts: 8 })
    expect(await dead('retry', `${missing.sequence}`)).toMatch(/^ARTIFACT_MISSING: /)
    await putArtifact(office.consortium.nc, Buffer.from(canonicalJson(late)))
    const opened = office.follow(sha256('late'))
    expect(JSON.parse(await dead('retry', `${missing.sequence}`))).toEqual({ sequence: missing.sequence })
    await opened.until('TaskSubmitted')
    const { sequence } = useless!
    expect(JSON.parse(await dead('drop', `${sequence}`))).toEqual({ sequence })
    expect(await letters()).toEqual([])
    expect(await dead('drop', `${sequence}`)).toMatch(/^DEAD_LETTER_UNKNOWN: /)
  })
})
