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
  const lines = stdout.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
  return { code, stderr, lines, said: lines[0] ?? null }
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

  it('says what a task waits for, answers its question and sends its signal', { timeout: 60_000 }, async () => {
    const answer = { type: 'object', properties: { bed: { type: 'string' } }, required: ['bed'] }
    const ask = { question: 'In which bed?', show: 'input.beds', answer, deadlineMs: 60_000 }
    const wait = { event: 'dark', match: 'payload.lux == `0`', deadlineMs: 60_000, onSilence: 'fail' }
    const nodes = [
      { id: 'bed', ask },
      { id: 'night', wait },
      { id: 'doze', skill: 'doze@1', after: ['bed', 'night'], input: '{ sleepMs: `10`, bed: outputs.bed.bed }' },
    ]
    const task = await office.open(nodes, { input: { beds: ['red', 'blue'] } })
    const { contentHash } = await task.until('QuestionAsked')
    await task.until('WaitBegun')
    const awaited = (await run('awaits', task.taskId)).lines
    expect(awaited).toMatchObject([
      { signal: 'dark', subtaskId: 'night', onSilence: 'fail' },
      { answer: 'bed', contentHash, question: 'In which bed?', show: ['red', 'blue'], answerSchema: answer },
    ])
    expect(awaited[1]).toMatchObject({ from: expect.arrayContaining([office.approver.address]) })
    const reply = (json: string, hash = contentHash) => run('answer', task.taskId, 'bed', hash, json)
    expect(await reply('red')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^COMMAND_INVALID: .*JSON/) })
    expect(await reply('{"bed":7}')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ANSWER_INVALID: .*bed/) })
    const other = await reply('{"bed":"red"}', `0x${'ab'.repeat(32)}`)
    expect(other.stderr).toMatch(/^QUESTION_NOT_OPEN: /)
    expect(await reply('{"bed":"red"}')).toMatchObject({ code: 0, said: { state: 'working' } })
    expect((await task.until('QuestionAnswered')).by).toMatchObject({ signer: office.approver.address })
    const signal = (payload: string) => run('signal', task.taskId, 'dark', payload)
    expect((await signal('{"lux":9}')).stderr).toMatch(/^SIGNAL_REFUSED: /)
    expect(await signal('{"lux":0}')).toMatchObject({ code: 0 })
    expect(await task.until('SubtaskAssigned')).toMatchObject({ input: { sleepMs: 10, bed: 'red' } })
    await task.until('TaskCompleted')
    expect(await run('awaits', task.taskId)).toMatchObject({ code: 0, lines: [] })
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
