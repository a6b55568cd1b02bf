import { expect, test } from 'vitest'
import { poolListOf } from '../../../gateway/pools/pool-list.ts'
import type { Address } from '../../../protocol/ids.ts'

const [one, two] = ['a', 'b'].map(digit => `0x${digit.repeat(40)}` as Address) as [Address, Address]
const signers = {
  byAddress: new Map([one, two].map(address => [address, { address } as never])),
  byName: new Map([
    ['relayer', one],
    ['relayer-2', two],
  ]),
}
const read = (text?: string) => poolListOf({ ENTENTE_SIGNER_POOLS: text }, signers)

test('names keys by their addresses, or as the list of keys does', () => {
  expect(read(`relayer:relayer+${two.toUpperCase().replace('0X', '0x')}`)).toEqual(new Map([['relayer', [one, two]]]))
  expect(read('one:relayer, two:relayer-2')).toEqual(
    new Map([
      ['one', [one]],
      ['two', [two]],
    ]),
  )
  expect(read()).toEqual(new Map())
})

test.each([
  ['relayer', /takes a name/],
  ['Relayer:relayer', /has "Relayer:relayer"/],
  ['one:relayer+', /has "", which is no key/],
  ['one:relayer+stranger', /has "stranger", which is no key of ENTENTE_KEYS/],
  [`one:0x${'c'.repeat(40)}`, /which is no key of ENTENTE_KEYS/],
  ['one:relayer+relayer', /has the key of 0xa+ twice/],
  ['one:relayer,two:relayer', /has the key of 0xa+ twice/],
  ['one:relayer,one:relayer-2', /names the pool one twice/],
])('refuses %s', (text, why) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(why) }),
  )
})
