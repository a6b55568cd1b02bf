import type { NatsConnection } from '@nats-io/nats-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import {
  AnswerApproval,
  AnswerQuestion,
  CancelTask,
  PauseTask,
  type Reply,
  ResumeTask,
  SignalTask,
  SubmitTask,
} from '../../protocol/commands.ts'
import { digestDocument, signDocument, signerOf, signingDomain } from '../../protocol/documents.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { addressOf } from '../../protocol/sign.ts'
import { subjects } from '../../protocol/subjects.ts'
import { answerSchema, askingTask, askingTaskId } from '../views/asking-task.ts'
import { Publisher } from '../views/publish.ts'
import { historyOf, taskIdOf } from '../views/sample-task.ts'
import { operatorKey, withApi } from './with-api.ts'

const api = withApi()
const chain = { chainId: 31337, contractRegistry: `0x${'cc'.repeat(20)}`, contracts: {} } as const
const domain = signingDomain(chain.chainId, chain.contractRegistry)
const requesterKey: Hex = `0x${'22'.repeat(32)}`
const operator = addressOf(operatorKey)
const waiting = taskIdOf('waiting')
const answers: (() => void)[] = []

beforeAll(async () => {
  await new Publisher(api.nc).entries(historyOf('waiting').slice(0, 9))
  await api.caughtUp()
  respond(api.nc, subjects.chainInfo, () => ({ ok: true, value: chain }))
})

afterEach(() => {
  for (const stop of answers.splice(0)) stop()
})

/** Stands at the coordinator's door: what the API sends must satisfy whoever answers there. */
function coordinator(name: Parameters<typeof subjects.command>[0], answer: (command: unknown) => Reply): void {
  answers.push(respond(api.nc, subjects.command(name), answer))
}

function respond(nc: NatsConnection, subject: string, answer: (command: unknown) => Reply): () => void {
  const subscription = nc.subscribe(subject, {
    callback: (_error, message) => {
      const command = message.data.length > 0 ? message.json() : undefined
      message.respond(JSON.stringify(answer(command)))
    },
  })
  return () => subscription.unsubscribe()
}

const done = (value: Json): Reply => ({ ok: true, value })

describe('submitting', () => {
  const policy = { approvers: [operator], onSilence: 'deny' as const }
  const spec = { goal: 'Respond to Katrina', template: sha256('template'), policy }
  const order = {
    requester: addressOf(requesterKey),
    domainId: sha256('domain'),
    specHash: sha256('spec'),
    inputHash: sha256('input'),
    policyHash: sha256('policy'),
    token: chain.contractRegistry,
    budget: '1000000',
    deadline: 1_900_000_000,
    nonce: '7',
  }
  const signature = signDocument(domain, 'TaskOrder', order, requesterKey)
  const submission = { order, signature, spec, input: { storm: 'AL122005' } }

  test('passes on the very order, and answers with where the task is', async () => {
    let received: unknown
    coordinator('submit', command => {
      received = SubmitTask.parse(command)
      return done({ taskId: digestDocument(domain, 'TaskOrder', order) })
    })
    const response = await api.request('/v1/tasks', { as: 'requester', body: submission })
    const taskId = digestDocument(domain, 'TaskOrder', order)
    expect(response.status).toBe(202)
    expect(response.headers.get('location')).toBe(`/v1/tasks/${taskId}`)
    expect(await response.json()).toEqual({ taskId })
    expect(received).toEqual(submission)
  })

  test.each([
    ['BUDGET_NOT_FUNDED', 422],
    ['SIGNATURE_INVALID', 403],
    ['UNAUTHORIZED', 403],
    ['LOG_CONFLICT', 409],
    ['CHAIN_UNREACHABLE', 503],
  ])("gives the coordinator's %s as %i", async (code, status) => {
    coordinator('submit', () => ({ ok: false, code, message: 'for this reason' }))
    const problem = await api.problem('/v1/tasks', { as: 'requester', body: submission })
    expect(problem).toMatchObject({ code, status, detail: 'for this reason' })
  })

  test.each([
    ['DOMAIN_OVER_QUOTA', 429],
    ['COORDINATORS_FULL', 503],
  ])("gives the coordinator's %s as %i, with the time to wait", async (code, status) => {
    coordinator('submit', () => ({ ok: false, code, message: 'for this reason', retryAfterMs: 2_300 }))
    const response = await api.request('/v1/tasks', { as: 'requester', body: submission })
    expect(response.status).toBe(status)
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await response.json()).toMatchObject({ code, retry: true })
  })

  test('shows how busy the coordinators say that they are', async () => {
    const figures = {
      openTasks: { health: 2 },
      waiting: { emergency: 0, normal: 3, low: 0 },
      starving: 1,
      atWork: { 4: 2 },
    }
    coordinator('figures', () => done(figures))
    expect(await api.get('/v1/figures')).toEqual(figures)
  })

  test('says so when the coordinator answers with an error that nobody knows', async () => {
    coordinator('submit', () => ({ ok: false, code: 'NEW_ONE', message: 'hm' }))
    const problem = await api.problem('/v1/tasks', { as: 'requester', body: submission })
    expect(problem).toMatchObject({
      code: 'INTERNAL',
      status: 500,
      detail: 'ent.command.submit was answered NEW_ONE: hm',
    })
  })

  test('says so when no coordinator answers', async () => {
    const problem = await api.problem('/v1/tasks', { as: 'requester', body: submission })
    expect(problem).toMatchObject({ code: 'COORDINATOR_SILENT', status: 503 })
  })
})

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

describe('cancelling', () => {
  const path = `/v1/tasks/${waiting}/cancel`

  test("the operator's word is signed with the operator's key", async () => {
    let received: CancelTask | undefined
    coordinator('cancel', command => {
      received = CancelTask.parse(command)
      return done({ state: 'canceled' })
    })
    const response = await api.request(path, { as: 'operator', body: { reason: 'a drill' } })
    expect(await response.json()).toEqual({ state: 'canceled' })
    expect(received).toMatchObject({ taskId: waiting, reason: 'a drill', signer: operator })
    expect(signerOf(domain, 'Cancellation', received!, received!.signature)).toBe(operator)
  })

  test('a requester signs for itself, and its signature goes on untouched', async () => {
    const document = { taskId: waiting, reason: 'no need', atMs: 1_900_000_000_000 }
    const signature = signDocument(domain, 'Cancellation', document, requesterKey)
    const { taskId: _, ...rest } = document
    let received: unknown
    coordinator('cancel', command => {
      received = command
      return done({ state: 'canceled' })
    })
    const body = { ...rest, signer: addressOf(requesterKey), signature }
    expect((await api.request(path, { as: 'requester', body })).status).toBe(200)
    expect(received).toEqual({ taskId: waiting, ...body })
  })

  test('a requester gets no signature of the operator, and half a signature is none', async () => {
    expect(await api.problem(path, { as: 'requester', body: { reason: 'no need' } })).toMatchObject({ status: 403 })
    const half = { reason: 'no need', signer: addressOf(requesterKey) }
    expect(await api.problem(path, { as: 'operator', body: half })).toMatchObject({ code: 'COMMAND_INVALID' })
  })
})

describe('pausing and resuming', () => {
  test.each([
    ['pause', PauseTask, 'Pause', { reason: 'a drill' }],
    ['resume', ResumeTask, 'Resumption', {}],
  ] as const)("%s: the operator's word is signed with the operator's key, a requester's is its own", async (...row) => {
    const [name, schema, document, body] = row
    const received: { signer: Hex; signature: Hex }[] = []
    coordinator(name, command => {
      received.push(schema.parse(command))
      return done({ state: 'working', paused: name === 'pause' })
    })
    const path = `/v1/tasks/${waiting}/${name}`
    const response = await api.request(path, { as: 'operator', body })
    expect(await response.json()).toEqual({ state: 'working', paused: name === 'pause' })
    expect(signerOf(domain, document, received[0]!, received[0]!.signature)).toBe(operator)
    expect(await api.problem(path, { as: 'requester', body })).toMatchObject({ code: 'UNAUTHORIZED' })
    const signed = { ...body, atMs: 1_900_000_000_000 }
    const signature = signDocument(domain, document, { taskId: waiting, ...signed }, requesterKey)
    const own = { ...signed, signer: addressOf(requesterKey), signature }
    expect((await api.request(path, { as: 'requester', body: own })).status).toBe(200)
    expect(received[1]).toEqual({ taskId: waiting, ...own })
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
