import { expect, it } from 'vitest'
import { unheardAt } from '../../../coordinator/flow/unheard.ts'
import { sha256 } from '../../../protocol/hash.ts'
import { Drive, planOf } from './drive.ts'
import { givenSeal, giver, keeper } from './seal/given-seals.ts'

const taskEndMs = 10_000_000

it('who would be called silent is who was asked, and has not said what the attempt waits for', () => {
  const drive = new Drive().planned(planOf([{ id: 'one', replicas: 2, quorum: 2 }]))
  expect(unheardAt(drive.task, taskEndMs)).toEqual([])
  drive.assign('one', ['1', '2'])
  const untilMs = drive.nowMs + 1_000
  const unheard = (agentId: string, deadlineMs: number) => ({ subtaskId: 'one', agentId, deadlineMs })
  expect(unheardAt(drive.task, untilMs - 1)).toEqual([])
  expect(unheardAt(drive.task, untilMs)).toEqual([unheard('1', untilMs), unheard('2', untilMs)])
  drive.commit('one', '2')
  expect(unheardAt(drive.task, untilMs)).toEqual([unheard('1', untilMs)])
  drive.nowMs += 400
  drive.commit('one', '1')
  expect(
    unheardAt(drive.task, untilMs + 400)
      .map(({ agentId }) => agentId)
      .sort(),
  ).toEqual(['1', '2'])
  drive.at(untilMs + 400)
  expect(unheardAt(drive.task, taskEndMs)).toEqual([])
})

it('the end of the task leaves unheard who has longer than that', () => {
  const drive = new Drive().planned(planOf([{ id: 'one', deadlineMs: 2 * taskEndMs }]))
  drive.assign('one', ['1'])
  expect(unheardAt(drive.task, taskEndMs)).toEqual([{ subtaskId: 'one', agentId: '1', deadlineMs: taskEndMs }])
})

it('who would be called silent where keys are missing is who was asked for them, and has not answered in time', () => {
  const wait = { event: 'born', payload: { type: 'object' }, deadlineMs: 9_000, onSilence: 'fail' as const }
  const take = planOf([{ id: 'take', after: ['word'], input: 'outputs.word' }])
  const drive = new Drive().planned({ ...take, waits: [{ id: 'word', title: '', after: [], wait }] })
  const by = { signer: giver, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }
  drive.when({ type: 'signal', signal: 'born', payload: { name: givenSeal() }, by, keepers: [keeper] })
  drive.assign('take', ['2'])
  const untilMs = drive.nowMs + 1_000
  const key = { wallet: giver, publicKey: sha256('2'), signature: by.signature }
  const receivers = [{ agentId: '2', domainId: 'domain-2', ...key }]
  drive.when({ type: 'askKeys', subtaskId: 'take', attempt: 1, receivers, consents: [] })
  const unheard = [{ subtaskId: 'take', agentId: keeper.agentId, deadlineMs: drive.nowMs + 500 }]
  expect(unheardAt(drive.task, untilMs)).toEqual(unheard)
})
