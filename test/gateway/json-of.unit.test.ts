import { expect, test } from 'vitest'
import { jsonOf } from '../../gateway/json-of.ts'

test('what the ABI decodes becomes what JSON carries', () => {
  const address = '0xAbCdEf0123456789aBcDeF0123456789AbCdEf01'
  expect(jsonOf({ amount: 2n ** 200n, count: 3, ok: true, name: 'Ab', owner: address, list: [{ id: 1n }] })).toEqual({
    amount: (2n ** 200n).toString(),
    count: '3',
    ok: true,
    name: 'Ab',
    owner: address.toLowerCase(),
    list: [{ id: '1' }],
  })
  expect(() => jsonOf({ missing: undefined })).toThrow(TypeError)
})
