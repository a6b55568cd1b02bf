import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Address,
  AgentId,
  Amount,
  Bytes32,
  DomainId,
  domainToBytes32,
  Signature,
  SubtaskId,
  slugFromBytes32,
} from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'

const largest = (2n ** 256n - 1n).toString()

describe('ids', () => {
  it.each([
    ['32 bytes', Bytes32, `0x${'0a'.repeat(32)}`],
    ['an address', Address, `0x${'0a'.repeat(20)}`],
    ['a signature', Signature, `0x${'0a'.repeat(65)}`],
    ['the first agent', AgentId, '0'],
    ['the last agent', AgentId, largest],
    ['a large amount', Amount, largest],
    ['a domain', DomainId, 'weather-noaa'],
    ['a domain of 31 characters', DomainId, 'd'.repeat(31)],
    ['a subtask', SubtaskId, 'forecast-threat'],
  ])('take %s', (_name, schema, text) => {
    expect(schema.parse(text)).toBe(text)
  })

  it.each([
    ['31 bytes', Bytes32, `0x${'0a'.repeat(31)}`],
    ['33 bytes', Bytes32, `0x${'0a'.repeat(33)}`],
    ['capitals, which would be a second text for the same bytes', Address, `0x${'0A'.repeat(20)}`],
    ['an address without 0x', Address, '0a'.repeat(20)],
    ['an address and a line break', Address, `0x${'0a'.repeat(20)}\n`],
    ['a leading zero', AgentId, '01'],
    ['a sign', Amount, '-1'],
    ['a fraction', Amount, '1.5'],
    ['a number', Amount, 1],
    ['what a uint256 cannot hold', Amount, (2n ** 256n).toString()],
    ['78 nines', AgentId, '9'.repeat(78)],
    ['a domain of 32 characters', DomainId, 'd'.repeat(32)],
    ['a subtask with a dot, which NATS would split', SubtaskId, 'forecast.threat'],
    ['a subtask with a wildcard', SubtaskId, 'forecast*'],
    ['a subtask with a capital', SubtaskId, 'Forecast'],
  ])('refuse %s', (_name, schema, text) => {
    expect(schema.safeParse(text).success).toBe(false)
  })

  it('say in the error what was expected', () => {
    expect(Address.safeParse('0x12').error?.issues[0]?.message).toBe(
      'an address: 0x and 40 lower-case hexadecimal digits',
    )
  })

  it('carry a domain to the chain and back', () => {
    expect(domainToBytes32('weather')).toBe(`0x77656174686572${'00'.repeat(25)}`)
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/), domainId => {
        expect(domainToBytes32(domainId)).toHaveLength(66)
        expect(slugFromBytes32(domainToBytes32(domainId))).toBe(domainId)
      }),
    )
  })

  it('are each one token of a NATS subject', () => {
    const subject = subjects.result(`0x${'0a'.repeat(32)}`, 'forecast-threat', '7')
    expect(subject.split('.')).toHaveLength(5)
  })
})
