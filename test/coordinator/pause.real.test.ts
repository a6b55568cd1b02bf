import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DocumentName } from '../../protocol/documents.ts'
import { signDocument } from '../../protocol/documents.ts'
import { makeKeyFile } from '../../stack/key-file.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { domain } from '../registry/consortium.ts'
import sleeper from './programs/sleeper.ts'
import { type FollowedTask, withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()

beforeAll(async () => {
  await office.employ(sleeper, 'weather')
})

function command(task: FollowedTask, name: 'pause' | 'resume', key = office.approver) {
  const reason = name === 'pause' ? { reason: 'wait for the mayor' } : {}
  const document = { taskId: task.taskId, atMs: Date.now(), ...reason }
  const documentName: DocumentName = name === 'pause' ? 'Pause' : 'Resumption'
  const signature = signDocument(domain, documentName, document, key.privateKey)
  return sendCommand(office.consortium.nc, name, { ...document, signer: key.address, signature })
}

describe('a paused task', () => {
  it('gives out no new work, lets what runs end, and goes on when it is resumed', async () => {
    const doze = { skill: 'doze@1', input: 'input' }
    const subtasks = [
      { id: 'first', ...doze },
      { id: 'then', ...doze, after: ['first'] },
    ]
    const task = await office.open(subtasks, { input: { sleepMs: 700 } })
    await task.until('SubtaskAssigned')
    expect(await command(task, 'pause')).toEqual({ state: 'working', paused: true })
    await task.until('SubtaskCompleted')
    await sleep(700)
    expect(task.events.filter(({ type }) => type === 'SubtaskAssigned')).toHaveLength(1)
    expect(await command(task, 'resume')).toEqual({ state: 'working', paused: false })
    await task.until('TaskCompleted')
    expect(task.task().paused).toBe(false)
  })

  it('is paused by nobody but its requester and its approvers', async () => {
    const task = await office.open([{ id: 'one', skill: 'doze@1', input: 'input' }], { input: { sleepMs: 300 } })
    await task.until('SubtaskAssigned')
    const stranger = makeKeyFile(`${scratchDir('stranger')}/key.json`)
    await expect(command(task, 'pause', stranger)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const forged = { ...stranger, address: office.approver.address }
    await expect(command(task, 'pause', forged)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    await task.until('TaskCompleted')
  })
})
