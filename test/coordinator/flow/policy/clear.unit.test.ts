import { describe, expect, it } from 'vitest'
import { masked } from '../../../../coordinator/flow/policy/mask.ts'
import { readySubtasks } from '../../../../coordinator/flow/ready.ts'
import { Drive, planOf, typesOf } from '../drive.ts'
import { clear, officer, setWith } from './policed.ts'

const input = { name: 'Ada', size: 3, note: 'as usual' }
const plan = planOf([
  { id: 'look', skill: 'look@1', input: '{ name: input.name, size: input.size }' },
  { id: 'tell', skill: 'tell@1', after: ['look'], input: 'outputs.look.said' },
  { id: 'shout', skill: 'shout@1', after: ['tell'], input: 'outputs.tell' },
])
const begun = (how = plan) => new Drive().planned(how, { input, domainId: 'requester' })
const signature = `0x${'22'.repeat(65)}`

const toOneOnly = setWith(
  '@id("one") permit (principal, action == Action::"flow", resource == Domain::"domain-1") when { context.class == Class::"personal" };',
)
const toThePublic = setWith('', '2.0.0')
const maskedToAll = setWith(
  '@id("masked") permit (principal, action == Action::"flow", resource) when { context.masked };',
)
const byOfficer = setWith(
  '@id("officer") permit (principal, action == Action::"flow", resource) when { context.approvedBy.contains(Role::"officer") };',
)

describe('a policy set', () => {
  it('lets work go where it says, and nowhere else', () => {
    const drive = begun()
    expect(clear(drive, 'look', ['domain-1', 'domain-2'], toOneOnly)[0]).toMatchObject({
      type: 'FlowsDecided',
      policy: { id: 'test', version: '1.0.0' },
      data: [
        { from: 'input', at: 'name', owner: 'requester', class: 'personal' },
        { from: 'input', at: 'size', owner: 'requester', class: 'public' },
      ],
      verdicts: [
        { domainId: 'domain-1', permit: true },
        {
          domainId: 'domain-2',
          permit: false,
          reasons: ['personal data of requester (input.name): no, by no policy permits it'],
        },
      ],
    })
    expect(drive.assign('look', ['2'])).toEqual([])
    expect(drive.assign('look', ['1', '2'])).toEqual([])
    expect(drive.assign('look', ['1'])[0]).toMatchObject({ type: 'SubtaskAssigned', input: { name: 'Ada', size: 3 } })
  })

  it('holds for what was made of the data too, until the set gives the result another class', () => {
    const drive = begun()
    clear(drive, 'look', ['domain-1'], toOneOnly)
    drive.assign('look', ['1'])
    drive.result('look', '1', { said: 'Ada is 3' })
    expect(drive.assign('tell', ['1']), 'nobody has asked the set yet').toEqual([])
    const [decided] = clear(drive, 'tell', ['domain-1', 'domain-2'], toOneOnly)
    expect(decided).toMatchObject({ verdicts: [{ permit: false }, { permit: false }] })
    expect(decided).toMatchObject({
      data: expect.arrayContaining([{ from: 'outputs.look', at: '', owner: 'requester', class: 'personal' }]),
    })
    expect(drive.task.state, 'the rest of what look gives is internal, and domain-1 may not have that').toBe('failed')
  })

  it('that changes holds from the next subtask on', () => {
    const drive = begun()
    clear(drive, 'look', ['domain-1'], toOneOnly)
    expect(readySubtasks(drive.task).map(({ id }) => id)).toEqual(['look'])
    expect(typesOf(clear(drive, 'look', ['domain-1'], toThePublic))).toContain('SubtaskFailed')
    expect(drive.task.state).toBe('failed')
  })

  it('has masked what it wants masked, where it comes from', () => {
    const drive = begun()
    clear(drive, 'look', ['domain-1'], maskedToAll)
    expect(drive.assign('look', ['1'])[0]).toMatchObject({ input: { name: masked, size: 3 } })
    expect(JSON.stringify(drive.history.filter(({ type }) => type === 'SubtaskAssigned'))).not.toContain('Ada')
  })

  it('has masked an item of a list', () => {
    const people = planOf([
      { id: 'each', skill: 'look@1', input: 'p.name', forEach: { items: 'input', as: 'p', concurrency: 2, max: 3 } },
    ])
    const drive = new Drive().planned(people, { input: [{ name: 'Ada' }, { name: 'Bo' }], domainId: 'requester' })
    clear(drive, 'each-1', ['domain-1'], maskedToAll)
    expect(drive.assign('each-1', ['1'])[0]).toMatchObject({ input: masked })
  })

  it('has approved what it wants approved, by whom it names, before anything is given out', () => {
    const drive = begun()
    expect(typesOf(clear(drive, 'look', ['domain-1'], byOfficer))).toEqual(['FlowsDecided', 'ApprovalRequested'])
    expect(drive.task.state).toBe('input-required')
    expect(drive.assign('look', ['1'])).toEqual([])
    expect(() => drive.approve('look', true), 'the approver of the order').toThrow('may approve')
    const { contentHash, flow } = drive.task.subtasks.get('look')!.approval!
    expect(flow).toEqual({ role: 'officer', from: [officer] })
    const by = { approver: officer, signedAtMs: drive.nowMs, signature }
    const answer = { type: 'answerApproval', subtaskId: 'look', contentHash, granted: true, by }
    expect(drive.when(answer)[0]).toMatchObject({ flow: 'officer', granted: true })
    expect(drive.assign('look', ['2']), 'nobody asked for this one').toEqual([])
    expect(typesOf(drive.assign('look', ['1']))).toEqual(['SubtaskAssigned'])
    drive.fail('look', '1', true)
    expect(typesOf(clear(drive, 'look', ['domain-1'], byOfficer)), 'approved once').toEqual(['FlowsDecided'])
    expect(typesOf(drive.assign('look', ['1']))).toEqual(['SubtaskAssigned'])
  })

  it('takes silence for a no, whatever the order says of silence', () => {
    const drive = begun()
    clear(drive, 'look', ['domain-1'], byOfficer)
    expect(typesOf(drive.at(drive.nowMs + 600_000))).toContain('ApprovalAnswered')
    expect(drive.task.state).toBe('failed')
  })

  it('that fails on a question permits nothing', () => {
    const overflow = setWith(
      '@id("all") permit (principal, action == Action::"flow", resource);\n@id("sum") forbid (principal, action == Action::"flow", resource) when { 9223372036854775807 + 1 > 0 };',
    )
    const [decided] = clear(begun(), 'look', ['domain-1'], overflow)
    expect(decided).toMatchObject({
      verdicts: [{ permit: false, reasons: expect.arrayContaining([expect.stringContaining('by sum fails')]) }],
    })
  })
})
