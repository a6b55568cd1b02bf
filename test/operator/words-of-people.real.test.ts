import { beforeAll, describe, expect, test } from 'vitest'
import { contentHash } from '../../protocol/canonical.ts'
import { AnswerApproval, AnswerQuestion, SignalTask } from '../../protocol/commands.ts'
import { signDocument, signerOf } from '../../protocol/documents.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { addressOf } from '../../protocol/sign.ts'
import { answerSchema, askingTask, askingTaskId } from '../views/asking-task.ts'
import { Publisher } from '../views/publish.ts'
import { domain, done, operator, requesterKey, waiting, withDoor } from './with-door.ts'

const { api, coordinator } = withDoor()

describe('deciding on an approval', () => {
  const path = `/v1/tasks/${waiting}/approvals/forecast`
  const open = async () => {
    const { approvals } = await api.get<{ approvals: { contentHash: Hex }[] }>(`/v1/tasks/${waiting}`)
    return approvals[0]!.contentHash
  }

  test("signs with the operator's key over the content that was seen", async () => {
    const contentHash = await open()
    let received: AnswerApproval | undefined
    coordinator('approve', command => {
      received = AnswerApproval.parse(command)
      return done({ state: 'working' })
    })
    const body = { contentHash, granted: true }
    const response = await api.request(path, { as: 'operator', body })
    expect(await response.json()).toEqual({ state: 'working', approver: operator })
    expect(received).toMatchObject({ taskId: waiting, subtaskId: 'forecast', ...body, approver: operator })
    expect(signerOf(domain, 'Approval', received!, received!.signature)).toBe(operator)
    expect(Math.abs(received!.atMs - Date.now())).toBeLessThan(60_000)
  })

  test('refuses a decision on another content, and signs nothing', async () => {
    let asked = 0
    coordinator('approve', () => {
      asked++
      return done({ state: 'working' })
    })
    const body = { contentHash: sha256('another'), granted: true }
    const problem = await api.problem(path, { as: 'operator', body })
    expect(problem).toMatchObject({ code: 'APPROVAL_NOT_OPEN', status: 409 })
    expect(asked).toBe(0)
  })

  test('leaves to the coordinator what the read model does not know', async () => {
    coordinator('approve', () => ({ ok: false, code: 'TASK_NOT_FOUND', message: 'there is no such task' }))
    const unknown = `/v1/tasks/${sha256('unknown')}/approvals/forecast`
    const problem = await api.problem(unknown, { as: 'operator', body: { contentHash: sha256('x'), granted: false } })
    expect(problem).toMatchObject({ code: 'TASK_NOT_FOUND', status: 404 })
  })
})

describe('answering a question', () => {
  const { drive, entry } = askingTask()
  const path = `/v1/tasks/${askingTaskId}/questions/harbour`
  const asked = drive.task.subtasks.get('harbour')!.question!
  const body = { contentHash: asked.contentHash, answer: { closed: true } }

  beforeAll(async () => {
    await new Publisher(api.nc).entries([entry()])
    await api.caughtUp()
  })

  test('begins with reading it: what is shown, who may answer and how, and what silence means', async () => {
    const task = await api.get<{ state: string; openQuestions: number; questions: object[] }>(
      `/v1/tasks/${askingTaskId}`,
    )
    expect(task).toMatchObject({ state: 'input-required', openQuestions: 2 })
    const { question, show, from, contentHash, deadlineMs } = asked
    const seen: object = { subtaskId: 'harbour', question, show, from, contentHash, deadlineMs, answerSchema }
    expect(task.questions).toContainEqual(
      expect.objectContaining({ ...seen, onSilence: { answer: null }, answer: null }),
    )
    expect(task.questions).toContainEqual(expect.objectContaining({ subtaskId: 'bridge', onSilence: null }))
  })

  test("the operator's word is signed with the operator's key, over what was shown and what is answered", async () => {
    let received: AnswerQuestion | undefined
    coordinator('answer', command => {
      received = AnswerQuestion.parse(command)
      return done({ state: 'working' })
    })
    const response = await api.request(path, { as: 'operator', body })
    expect(await response.json()).toEqual({ state: 'working' })
    expect(received).toMatchObject({ taskId: askingTaskId, subtaskId: 'harbour', ...body, signer: operator })
    const document = { ...received!, answerHash: contentHash(body.answer) }
    expect(signerOf(domain, 'QuestionAnswer', document, received!.signature)).toBe(operator)
  })

  test('a signature of its own goes on untouched; a requester gets none of the operator', async () => {
    const place = { taskId: askingTaskId, subtaskId: 'harbour', contentHash: body.contentHash }
    const document = { ...place, answerHash: contentHash(body.answer), atMs: 1_900_000_000_000 }
    const signature = signDocument(domain, 'QuestionAnswer', document, requesterKey)
    let received: unknown
    coordinator('answer', command => {
      received = command
      return done({ state: 'working' })
    })
    const own = { ...body, atMs: document.atMs, signer: addressOf(requesterKey), signature }
    expect((await api.request(path, { as: 'requester', body: own })).status).toBe(200)
    expect(received).toEqual({ taskId: askingTaskId, subtaskId: 'harbour', ...own })
    expect(await api.problem(path, { as: 'requester', body })).toMatchObject({ code: 'UNAUTHORIZED', status: 403 })
  })

  test('an answer to another question is refused, and nothing is signed', async () => {
    const problem = await api.problem(path, { as: 'operator', body: { ...body, contentHash: sha256('another') } })
    expect(problem).toMatchObject({ code: 'QUESTION_NOT_OPEN', status: 409 })
  })

  test.each([
    ['ANSWER_INVALID', 422],
    ['ANSWERER_UNKNOWN', 403],
  ])("gives the coordinator's %s as %i", async (code, status) => {
    coordinator('answer', () => ({ ok: false, code, message: 'for this reason' }))
    expect(await api.problem(path, { as: 'operator', body })).toMatchObject({ code, status })
  })
})

describe('signalling', () => {
  const path = `/v1/tasks/${waiting}/signals/goods-on-board`
  const payload = { orderId: 'AEG012345' }

  test("the operator's word is signed with the operator's key, over the payload", async () => {
    let received: SignalTask | undefined
    coordinator('signal', command => {
      received = SignalTask.parse(command)
      return done({ state: 'working' })
    })
    const response = await api.request(path, { as: 'operator', body: { payload } })
    expect(await response.json()).toEqual({ state: 'working' })
    expect(received).toMatchObject({ taskId: waiting, signal: 'goods-on-board', payload, signer: operator })
    const document = { ...received!, payloadHash: contentHash(payload) }
    expect(signerOf(domain, 'Signal', document, received!.signature)).toBe(operator)
  })

  test('a signature of its own goes on untouched; a requester gets none of the operator', async () => {
    const document = {
      taskId: waiting,
      signal: 'goods-on-board',
      payloadHash: contentHash(payload),
      atMs: 1_900_000_000_000,
    }
    const signature = signDocument(domain, 'Signal', document, requesterKey)
    let received: unknown
    coordinator('signal', command => {
      received = command
      return done({ state: 'working' })
    })
    const body = { payload, atMs: document.atMs, signer: addressOf(requesterKey), signature }
    expect((await api.request(path, { as: 'requester', body })).status).toBe(200)
    expect(received).toEqual({ taskId: waiting, signal: 'goods-on-board', ...body })
    expect(await api.problem(path, { as: 'requester', body: { payload } })).toMatchObject({ status: 403 })
  })

  test('what the task does not wait for is a conflict', async () => {
    coordinator('signal', () => ({ ok: false, code: 'SIGNAL_NOT_AWAITED', message: 'the task waits for none now' }))
    const problem = await api.problem(path, { as: 'operator', body: { payload } })
    expect(problem).toMatchObject({ code: 'SIGNAL_NOT_AWAITED', status: 409 })
  })
})
