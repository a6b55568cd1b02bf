import { describe, expect, it } from 'vitest'
import { whatIf } from '../../../../coordinator/flow/policy/what-if.ts'
import { authorizeByCedar } from '../../../../registry/policy/cedar.ts'
import { Drive, planOf, taskId } from '../drive.ts'
import { clear, setWith } from './policed.ts'

const orders = '@id("order") permit (principal, action == Action::"order", resource);'
const toOne = setWith(
  `${orders}\n@id("one") permit (principal, action == Action::"flow", resource == Domain::"domain-1");`,
)
const masking = setWith(
  `${orders}\n@id("masked") permit (principal, action == Action::"flow", resource) when { context.masked };`,
  '2.0.0',
)
const plan = planOf([{ id: 'look', input: '{ name: input.name }' }])
const begun = () => new Drive().planned(plan, { input: { name: 'Ada' }, domainId: 'requester' })
const differing = (drive: Drive, set: typeof toOne) =>
  whatIf(taskId, drive.history, set, authorizeByCedar).filter(({ was, would }) => was !== would)

describe('what if another policy set had been in force', () => {
  it('is the same where it is the same', () => {
    const drive = begun()
    clear(drive, 'look', ['domain-1', 'domain-2'], toOne)
    drive.assign('look', ['1'])
    expect(whatIf(taskId, drive.history, toOne, authorizeByCedar)).toHaveLength(3)
    expect(differing(drive, toOne)).toEqual([])
  })

  it('says which decisions would have been others, and why', () => {
    const drive = begun()
    clear(drive, 'look', ['domain-1', 'domain-2'], toOne)
    const why = expect.arrayContaining(['personal data of requester (input.name): masked, by masked'])
    const would = 'masked (input.name)'
    expect(differing(drive, masking)).toEqual([
      { event: 4, subtaskId: 'look', domainId: 'domain-1', was: 'yes', would, why },
      { event: 4, subtaskId: 'look', domainId: 'domain-2', was: 'no', would, why },
    ])
  })

  it('looks at what was given out without one', () => {
    const drive = begun()
    drive.assign('look', ['2'])
    expect(differing(drive, toOne)).toEqual([
      expect.objectContaining({ event: 4, subtaskId: 'look', domainId: 'domain-2', was: 'yes', would: 'no' }),
    ])
  })

  it('would not even have taken the order', () => {
    expect(differing(begun(), setWith(''))).toEqual([
      {
        event: 2,
        subtaskId: null,
        domainId: null,
        was: 'yes',
        would: 'no',
        why: ['the policy set denies it: no policy permits it'],
      },
    ])
  })
})
