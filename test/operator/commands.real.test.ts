import { describe, expect, test } from 'vitest'
import { alertCodes } from '../../protocol/alert.ts'
import { CancelTask, PauseTask, ResumeTask, SubmitTask } from '../../protocol/commands.ts'
import { digestDocument, signDocument, signerOf } from '../../protocol/documents.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { addressOf } from '../../protocol/sign.ts'
import { domain, done, operator, requesterKey, waiting, withDoor } from './with-door.ts'

const { api, coordinator } = withDoor()

describe('submitting', () => {
  const policy = { approvers: [operator], onSilence: 'deny' as const }
  const spec = { goal: 'Respond to Katrina', template: sha256('template'), policy }
  const order = {
    requester: addressOf(requesterKey),
    domainId: sha256('domain'),
    specHash: sha256('spec'),
    inputHash: sha256('input'),
    policyHash: sha256('policy'),
    token: domain.verifyingContract,
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

  test('refuses a deadline that no clock reaches: in milliseconds it could not be read back from the log', async () => {
    coordinator('submit', () => done({ taskId: digestDocument(domain, 'TaskOrder', order) }))
    const statusOf = async (deadline: number) => {
      const body = { ...submission, order: { ...order, deadline } }
      return (await api.request('/v1/tasks', { as: 'requester', body })).status
    }
    expect(await statusOf(8_640_000_000_000)).toBe(202)
    for (const deadline of [8_640_000_000_001, Number.MAX_SAFE_INTEGER]) expect(await statusOf(deadline)).toBe(400)
  })

  test('shows how busy the coordinators say that they are', async () => {
    const figures = {
      openTasks: { health: 2 },
      waiting: { emergency: 0, normal: 3, low: 0 },
      starving: 1,
      alerts: Object.fromEntries(alertCodes.map((code, place) => [code, place])),
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

test('a body that is more than the bus carries once it is written out', async () => {
  const payload = Array(1_000_000).fill(0)
  const body = JSON.stringify({ payload }).replaceAll('0', '1e20')
  const problem = await api.problem(`/v1/tasks/${waiting}/signals/tide`, { as: 'operator', body })
  expect(problem).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 })
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

  test('a reason with half of a character is refused: nothing can be signed of it, or hashed', async () => {
    const problem = await api.problem(path, { as: 'operator', body: { reason: 'a \ud83d' } })
    expect(problem).toMatchObject({ code: 'COMMAND_INVALID', errors: [{ field: 'body/reason' }] })
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
