import { describe, expect, it } from 'vitest'
import { EntenteError, explainError, listErrors } from '../../protocol/errors.ts'

describe('the error catalogue', () => {
  const errors = listErrors()

  it('is sorted by code, so that an entry has one place', () => {
    const codes = errors.map(error => error.code)
    expect(codes).toEqual([...codes].sort())
  })

  it.each(errors)('$code has a stable form and says what to do in whole sentences', ({ code, remedy }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)*$/)
    expect(remedy).toMatch(/^[A-Z].*\.$/)
    expect(remedy.length).toBeGreaterThan(15)
  })

  it('tells what another try may mend from what it cannot', () => {
    expect(new EntenteError('BUS_UNREACHABLE', 'no answer').retry).toBe(true)
    expect(new EntenteError('PLAN_INVALID', 'a cycle').retry).toBe(false)
  })
})

describe('an error as a user reads it', () => {
  it('says its code, what happened and what to do', () => {
    const error = new EntenteError('NOT_FOUND', 'there is no task 0x12')
    expect(explainError(error)).toBe('NOT_FOUND: there is no task 0x12. Check the identifier.')
  })

  it('does not end a sentence twice', () => {
    expect(explainError(new EntenteError('NOT_FOUND', 'Is there a task?'))).toBe(
      'NOT_FOUND: Is there a task? Check the identifier.',
    )
  })

  it('keeps the cause', () => {
    const cause = new Error('ECONNREFUSED')
    expect(new EntenteError('CHAIN_UNREACHABLE', 'no answer', { cause }).cause).toBe(cause)
  })

  it('shows what is not catalogued as it is', () => {
    expect(explainError(new Error('boom'))).toBe('boom')
    expect(explainError('boom')).toBe('boom')
  })
})
