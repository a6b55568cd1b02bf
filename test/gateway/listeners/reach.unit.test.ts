import { lookup } from 'node:dns/promises'
import { expect, it } from 'vitest'
import { isWithin, lookupWithin, whyOutOfReach } from '../../../gateway/listeners/reach.ts'

it.each([
  '169.254.169.254',
  '169.254.1.1',
  '::ffff:169.254.169.254',
  '::a9fe:a9fe',
  '64:ff9b::169.254.169.254',
  '2002:a9fe:a9fe::1',
  'fe80::1',
  'fd00:ec2::254',
  '100.100.100.200',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  '255.255.255.255',
])('%s is for any only', address => {
  expect(['public', 'site', 'any'].filter(reach => isWithin(reach as 'any', address))).toEqual(['any'])
})

it.each(['127.0.0.1', '::1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '::ffff:10.0.0.1', 'fd12:3456::1', '100.64.0.1'])(
  '%s is of a site',
  address => {
    expect(['public', 'site', 'any'].filter(reach => isWithin(reach as 'any', address))).toEqual(['site', 'any'])
  },
)

it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '64:ff9b::8.8.8.8'])('%s is not', address => {
  expect(isWithin('site', address)).toBe(true)
})

it('sees through the forms in which URLs write an address', () => {
  for (const host of ['0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '[::ffff:a9fe:a9fe]', '169.254.169.254.']) {
    expect(whyOutOfReach('site', new URL(`http://${host}/`).hostname), host).not.toBeNull()
  }
  expect(whyOutOfReach('site', 'hooks.example')).toBeNull()
})

it('refuses a name by the address that it leads to', async () => {
  const resolve = (reach: 'public' | 'site', all: boolean) =>
    new Promise<unknown>((done, fail) => {
      lookupWithin(reach)('localhost', { all }, (error, address) => (error ? fail(error) : done(address)))
    })
  await expect(resolve('public', true)).rejects.toThrow(/localhost \(.+\) is an address that webhooks may not go to/)
  expect(await resolve('site', false)).toBe((await lookup('localhost')).address)
})
