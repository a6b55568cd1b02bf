import { beforeAll, describe, expect, it } from 'vitest'
import sleeper from '../coordinator/programs/sleeper.ts'
import { withCoordinators } from '../coordinator/with-coordinators.ts'
import { runProgram } from '../harness/run-program.ts'
import { entente } from '../scenarios/run-scenario.ts'

const office = withCoordinators()
const approval = { when: '`true`', reason: 'somebody answers for it', deadlineMs: 60_000 }
const doze = { id: 'doze', skill: 'doze@1', input: 'input', approval }

beforeAll(async () => {
  await office.employ(sleeper, 'weather')
})

async function run(...args: string[]) {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, ...office.busEnv(), ENTENTE_KEY: office.approverFile() }
  const { code, stdout, stderr } = await runProgram(entente, args, env).end
  return { code, stderr, said: stdout === '' ? null : JSON.parse(stdout) }
}

describe('entente', () => {
  it('pauses, resumes and approves a task with the key of who may', { timeout: 60_000 }, async () => {
    const task = await office.open([doze], { input: { sleepMs: 100 } })
    const asked = await task.until('ApprovalRequested')
    const paused = await run('pause', task.taskId, '--reason', 'lunch')
    expect(paused).toMatchObject({ code: 0, said: { state: 'input-required', paused: true } })
    expect(await run('resume', task.taskId)).toMatchObject({ code: 0, said: { paused: false } })
    const other = await run('approve', task.taskId, 'doze', `0x${'ab'.repeat(32)}`)
    expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/^APPROVAL_NOT_OPEN: /) })
    expect(await run('approve', task.taskId, 'doze', asked.contentHash)).toMatchObject({ code: 0 })
    expect((await task.until('ApprovalAnswered')).by).toMatchObject({ approver: office.approver.address })
    await task.until('TaskCompleted')
  })

  it('cancels a task, and says what is wrong with a command before it sends it', { timeout: 60_000 }, async () => {
    const task = await office.open([doze], { input: { sleepMs: 30_000 } })
    await task.until('SubtaskAssigned')
    expect(await run('cancel', '0x12', '--reason', 'no')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^COMMAND_INVALID: taskId/),
    })
    expect(await run('cancel', task.taskId, '--reason', 'no')).toMatchObject({ code: 0, said: { state: 'canceled' } })
    expect(await task.until('TaskCanceled')).toMatchObject({ reason: 'no', by: { signer: office.approver.address } })
  })
})
