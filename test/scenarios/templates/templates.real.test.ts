import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkRules } from '../../../evidence/check-rules.ts'
import { verifyBundle } from '../../../evidence/verify.ts'
import type { Json } from '../../../protocol/canonical.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import type { Bundle } from '../../../protocol/evidence.ts'
import { isSealed } from '../../../protocol/sealed.ts'
import { depositFor } from '../../../scenarios/consortium/order-task.ts'
import { sendAnswer } from '../../../scenarios/consortium/send-answer.ts'
import { sendSignal } from '../../../scenarios/consortium/send-signal.ts'
import { type Consortium, startConsortium } from '../../../scenarios/consortium/start-consortium.ts'
import { castOf, processes } from '../../../scenarios/templates/casts.ts'
import { isResidentId, residentId } from '../../../scenarios/templates/one-stop-birth/resident-id.ts'
import { readConfig } from '../../../stack/config.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { ordered } from './ordered.ts'

const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn' })
const time = { timeout: 120_000 }
const deaths: string[] = []
let consortium: Consortium
const adminOf = (domainId: string) => consortium.accounts.admins.get(domainId)!

beforeAll(async () => {
  const onDeath = ({ message }: Error) => deaths.push(message)
  const cast = processes.flatMap(castOf)
  consortium = await startConsortium({ config, cast, dir: scratchDir('templates'), onStep: () => {}, onDeath })
  await Promise.all(['inland', 'police', 'maker'].map(domainId => depositFor(consortium, domainId, 500_000_000n)))
}, 120_000)
afterAll(() => consortium?.stop())

const named = (events: readonly TaskEvent[], type: TaskEvent['type']) =>
  events.flatMap(event => (event.type === type && 'subtaskId' in event ? [event.subtaskId] : []))

/** What the rules find in a history in which the first event of a type is another. */
function replayed(bundle: Bundle, type: TaskEvent['type'], more: object) {
  const at = bundle.events.findIndex(({ event }) => event.type === type)
  const forged = structuredClone(bundle)
  Object.assign(forged.events[at]!.event, more)
  return checkRules(forged).findings
}

describe('a cross-region emergency', () => {
  const katrina = () => ({
    hazard: 'Katrina',
    landfall: { lat: 29.3, lon: -89.6 },
    regions: ['LA', 'MS', 'AL'],
    roadAuthority: adminOf('transport-corps').address,
  })
  type Output = {
    regions: { region: string; shortfall: number }[]
    aid: { unmet: number; convoys: { beds: number }[] } | null
  }

  it('counts every region by two, and sends convoys from one to another', time, async () => {
    const { task, events, bundle, report } = await ordered(consortium, {
      process: 'cross-region-emergency',
      domainId: 'inland',
      input: katrina(),
      onEvent(event, { taskId }) {
        if (event.type !== 'WaitBegun') return
        const signal = { taskId, signal: 'corridors-open', payload: { closed: [] } }
        return sendSignal(consortium, signal, adminOf('transport-corps'))
      },
    })
    expect(task.state).toBe('completed')
    expect(report.findings).toEqual([])
    const { regions, aid } = task.output as unknown as Output
    expect(regions.map(({ region }) => region)).toEqual(['LA', 'MS', 'AL'])
    const lacking = regions.reduce((sum, { shortfall }) => sum + shortfall, 0)
    expect(lacking).toBeGreaterThan(0)
    expect(aid!.unmet + aid!.convoys.reduce((sum, { beds }) => sum + beds, 0)).toBe(lacking)
    expect(aid!.convoys.length).toBeGreaterThan(0)
    expect(named(events, 'SubtaskExpanded')).toEqual(['region', 'aid-convoy'])
    // What two regions counted alike they are both paid for.
    expect(task.settlement!.settlement.payments).toHaveLength(3)
    const forged = structuredClone(bundle)
    forged.uses = [{ ...(forged.uses![0] as object), title: 'Another' }]
    expect((await verifyBundle(forged)).findings).toContainEqual(expect.objectContaining({ where: '/uses/0' }))
  })

  it('goes on without word from the roads, and leaves out the aid that nobody needs', time, async () => {
    const { task, events, report } = await ordered(consortium, {
      process: 'cross-region-emergency',
      domainId: 'inland',
      input: katrina(),
      parameters: { radiusKm: 1 },
    })
    expect(task.state).toBe('completed')
    expect(report.findings).toEqual([])
    expect(named(events, 'WaitElapsed')).toEqual(['corridors'])
    expect(named(events, 'SubtaskSkipped')).toEqual(['aid-match', 'aid-convoy'])
    expect(task.output).toMatchObject({ aid: null, notice: expect.stringContaining('no region needs help') })
  })

  it('flies the patients when the roads cannot take them, and pays for what was done before too', time, async () => {
    const { task, events, bundle, report } = await ordered(consortium, {
      process: 'cross-region-emergency',
      domainId: 'inland',
      input: katrina(),
      parameters: { radiusKm: 200, spareShare: 0.3 },
    })
    expect(report.findings).toEqual([])
    expect(task.state).toBe('completed')
    const replanned = events.find(event => event.type === 'TaskReplanned')
    expect(replanned).toMatchObject({
      by: { fallback: 'by-air' },
      why: expect.stringMatching(/^subtask aid-convoy-\d failed$/),
    })
    const { aid } = task.output as unknown as Output
    expect(aid!.convoys.map(({ beds }) => beds)).toContain(5670)
    expect(named(events, 'SubtaskCompleted')).toContain('aid-match')
    // Regions, matching before and after, flights, the notice: four domains worked.
    expect(task.settlement!.settlement.payments).toHaveLength(4)
    expect(replayed(bundle, 'TaskReplanned', { by: { fallback: 'by-sea' } })).toContainEqual(
      expect.objectContaining({ where: expect.stringMatching(/by\/fallback$/) }),
    )
  })

  it.each([
    [
      'parameters',
      { parameters: { radiusKm: 'far', speed: 1 } },
      'PARAMETERS_INVALID',
      /speed: it was given.*radiusKm: .*expected number/,
    ],
    ['an input', { input: { hazard: '' } as Json }, 'INPUT_INVALID', /input\.landfall/],
  ])('with %s that do not fit is rejected, and its budget goes back', time, async (_, given, code, reason) => {
    const wanted = { process: 'cross-region-emergency' as const, domainId: 'inland', input: katrina(), ...given }
    const { task, events, report } = await ordered(consortium, wanted)
    expect(task.state).toBe('rejected')
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'TaskRejected', code, reason: expect.stringMatching(reason) }),
    )
    expect(task.settlement!.settlement.refund).toBe('60000000')
    expect(report.findings).toEqual([])
  })
})

describe('a birth that is told once', () => {
  it('is in every register, though the coordinator was killed while the hospital had not sealed it', time, async () => {
    const mother = residentId('110105', '1993-05-14', 228)
    const { task, events, bundle, report } = await ordered(consortium, {
      process: 'one-stop-birth',
      domainId: 'police',
      input: {
        child: { name: 'Lin An', sex: 'female', bornOn: '2026-08-02' },
        birth: { hospital: 'Harbour', certificateNo: 'P110000123', sealedBy: adminOf('health-office').address },
        parents: [
          { name: 'Lin Mei', residentId: mother },
          { name: 'Lin Bo', residentId: residentId('110105', '1991-11-30', 117) },
        ],
        siblings: 1,
        toldOn: '2026-09-20',
      },
      async onEvent(event, { taskId }) {
        if (event.type !== 'WaitBegun') return
        process.kill(consortium.coordinator.pid, 'SIGKILL')
        await consortium.startCoordinator()
        const seal = (hospital: string) => {
          const payload = { hospital, certificateNo: 'P110000123' }
          return { taskId, signal: 'birth-sealed', payload }
        }
        const refused = expect.objectContaining({ code: 'SIGNAL_REFUSED' })
        await expect(sendSignal(consortium, seal('Harbour'), adminOf('carrier'))).rejects.toEqual(refused)
        await expect(sendSignal(consortium, seal('Elsewhere'), adminOf('health-office'))).rejects.toEqual(refused)
        await sendSignal(consortium, seal('Harbour'), adminOf('health-office'))
      },
    })
    expect(report.findings).toEqual([])
    expect(task.output).toMatchObject({
      familyNo: expect.stringMatching(/^F/),
      allowance: { perMonth: 300, months: 36 },
    })
    // The child's number is for the registers alone.
    expect(isSealed((task.output as { residentId: Json }).residentId)).toBe(true)
    expect(isResidentId(mother)).toBe(true)
    expect(isResidentId(`${mother.slice(0, -1)}${mother.endsWith('1') ? '2' : '1'}`)).toBe(false)
    // By the rules none of this can have been otherwise.
    const forgeries: [TaskEvent['type'], object][] = [
      ['SubtaskExpanded', { children: [] }],
      ['SubtaskGathered', { output: [] }],
      ['WaitBegun', { deadlineMs: 0 }],
      ['SignalReceived', { payload: { hospital: 'Harbour', certificateNo: 'P110000123' } }],
      [
        'SignalReceived',
        { by: { signer: adminOf('carrier').address, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` } },
      ],
    ]
    for (const [type, more] of forgeries) expect(replayed(bundle, type, more), type).not.toEqual([])
    expect(replayed(bundle, 'SubtaskGathered', {})).toEqual([])
    // Told after 49 days: an officer answered.
    expect(named(events, 'ApprovalAnswered')).toEqual(['resident'])
    expect(named(events, 'SubtaskExpanded')).toEqual(['parent'])
    expect(deaths.every(message => message.startsWith('coordinator'))).toBe(true)
  })
})

describe('a letter of credit', () => {
  const document = (name: string) =>
    readFileSync(new URL(`../../../scenarios/templates/letter-of-credit/data/UBL-${name}.xml`, import.meta.url), 'utf8')

  /** Ordered by the maker; the carrier has the goods on board, and the buyer says this when it is asked. */
  const presented = (waiver: Json, payableFrom = new Date().toISOString()) =>
    ordered(consortium, {
      process: 'letter-of-credit',
      domainId: 'maker',
      input: {
        order: document('Order-2.0-Example'),
        despatchAdvice: document('DespatchAdvice-2.0-Example'),
        waybill: document('Waybill-2.0-Example-International'),
        invoice: document('Invoice-2.0-Example'),
        carrier: adminOf('carrier').address,
        buyer: consortium.approver.address,
        payableFrom,
      },
      async onEvent(event, { taskId }) {
        if (event.type === 'WaitBegun' && event.subtaskId === 'on-board') {
          const payload = { orderId: 'AEG012345', vessel: 'United Airfreight' }
          await sendSignal(consortium, { taskId, signal: 'goods-on-board', payload }, adminOf('carrier'))
        }
        if (event.type !== 'QuestionAsked') return
        const refused = (code: string) => expect.objectContaining({ code })
        const say = (answer: Json, who: Parameters<typeof sendAnswer>[4]) =>
          sendAnswer(consortium, taskId, event, answer, who)
        // Who presents the documents does not waive what is wrong with them.
        await expect(say(waiver, adminOf('maker'))).rejects.toEqual(refused('ANSWERER_UNKNOWN'))
        await expect(say('yes', consortium.approver)).rejects.toEqual(refused('ANSWER_INVALID'))
        await say(waiver, consortium.approver)
      },
    })

  it('is paid up to its amount when the buyer waives what two banks found in real documents', time, async () => {
    const payableFrom = new Date(Date.now() + 8_000).toISOString()
    const { task, events, bundle, report } = await presented({ waived: true, note: 'We need them.' }, payableFrom)
    expect(report.findings).toEqual([])
    expect(events.filter(({ type }) => type === 'SubtaskFailed' || type === 'TaskRejected')).toEqual([])
    const discrepancies = [
      { what: 'quantity despatched', expected: '100', found: '90' },
      { what: 'quantity invoiced', expected: '90', found: '100' },
      { what: 'amount', expected: '100', found: '107.5' },
    ]
    expect(task.output).toMatchObject({
      credit: { orderId: 'AEG012345', buyer: 'IYT Corporation', seller: 'Consortial', currency: 'GBP', amount: 100 },
      documents: { complies: false, payable: true, discrepancies, note: 'We need them.' },
      payment: { beneficiary: 'Consortial', currency: 'GBP', paid: 100 },
      refusal: null,
    })
    const asked = events.find(event => event.type === 'QuestionAsked')
    expect(asked).toMatchObject({
      subtaskId: 'documents-waiver',
      question: expect.stringMatching(/LC-\w+ do not comply: quantity despatched; quantity invoiced; amount\./),
      show: discrepancies,
      from: [consortium.approver.address],
    })
    expect(named(events, 'SubtaskSkipped')).toEqual(['refusal'])
    expect(replayed(bundle, 'SubtaskSkipped', { subtaskId: 'payment' })).not.toEqual([])
    expect(replayed(bundle, 'WaitElapsed', { atMs: 0 })).not.toEqual([])
    expect(replayed(bundle, 'QuestionAnswered', { answer: { waived: 'yes' } })).not.toEqual([])
    const paid = events.find(event => event.type === 'SubtaskAssigned' && event.subtaskId === 'payment')!
    expect(paid.atMs).toBeGreaterThanOrEqual(Date.parse(payableFrom))
  })

  it('is refused, with every discrepancy, when the buyer does not waive them', time, async () => {
    const { task, events, report } = await presented({ waived: false })
    expect(report.findings).toEqual([])
    expect(task.output).toMatchObject({
      documents: { complies: false, payable: false },
      payment: null,
      refusal: { reasons: ['quantity despatched', 'quantity invoiced', 'amount'] },
    })
    expect(named(events, 'SubtaskSkipped')).toEqual(['payment'])
  })
})
