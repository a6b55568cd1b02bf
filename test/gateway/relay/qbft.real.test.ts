import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RLP } from '@ethereumjs/rlp'
import { expect, it } from 'vitest'
import { ABIS } from '../../../contracts/abis.ts'
import { callContract } from '../../../contracts/call-contract.ts'
import { readBlock } from '../../../gateway/block.ts'
import { encodeHeader } from '../../../gateway/encode-block.ts'
import { proveLog } from '../../../gateway/relay/source.ts'
import { keccak256, sha256, toHex } from '../../../protocol/hash.ts'
import { addressOf, signDigest } from '../../../protocol/sign.ts'
import { runProgram } from '../../harness/run-program.ts'
import { attesterKey, domainIds, refusalOf, withTwoChains } from './two-chains.ts'

const chains = withTwoChains()
const cli = fileURLToPath(new URL('../../../cli/entente.ts', import.meta.url))
const qbftChain = 7_002
const keys = [1, 2, 3, 4].map(each => sha256(`validator ${each}`))
const validators = keys.map(addressOf)

async function govern(key: string, ...args: string[]): Promise<string> {
  const { b, world } = chains
  const file = join(world().servers.dir, `key-${args[1]}.json`)
  const holder = key as `0x${string}`
  writeFileSync(file, JSON.stringify({ address: addressOf(holder), privateKey: holder }), { mode: 0o600 })
  const env = {
    PATH: process.env.PATH,
    ETH_RPC_URL: b.url,
    CONTRACT_REGISTRY: b.deployment.registry,
    ENTENTE_KEY: file,
  }
  const { code, stdout, stderr } = await runProgram(cli, ['relay', ...args], env).end
  return code === 0 ? stdout : stderr
}

const extraData = (seals: readonly Uint8Array[]) =>
  toHex(RLP.encode([Buffer.alloc(32), validators.map(each => Buffer.from(each.slice(2), 'hex')), [], 1, [...seals]]))
const sealWith = (key: `0x${string}`, digest: `0x${string}`) => {
  const seal = Buffer.from(signDigest(digest, key).slice(2), 'hex')
  seal[64]! -= 27
  return seal
}

it('a chain is recognised from the command line, and what its validators sealed is delivered', async () => {
  const { a, b } = chains
  const governor = b.governor.privateKey
  const { EvidenceLog, Outbox } = a.deployment.addresses
  const contracts = ['--evidence-log', EvidenceLog, '--outbox', Outbox]
  expect(await govern(governor, 'recognise', `${qbftChain}`, ...contracts)).toContain('done')
  const seals = ['--validators', validators.join(','), '--since', '1']
  expect(await govern(governor, 'validators', `${qbftChain}`, ...seals)).toContain('done')

  // A block with a message, as a chain with QBFT would have made it.
  await chains.send('sealed')
  const [log] = await a.rpc<Parameters<typeof proveLog>[1][]>('eth_getLogs', [
    { fromBlock: '0x0', toBlock: 'latest', address: Outbox },
  ])
  const block = await readBlock(a.rpc, Number(log!.blockNumber), 'ethereum')
  const digest = keccak256(encodeHeader({ ...block.header, extraData: extraData([]) }))
  const sealed = (count: number) =>
    toHex(
      encodeHeader({ ...block.header, extraData: extraData(keys.slice(0, count).map(key => sealWith(key, digest))) }),
    )
  expect(await refusalOf(b, 'ForeignChains', 'acceptSealed', [qbftChain, sealed(2)])).toBe('ForeignChainsSealsMissed')
  await b.act('ForeignChains', 'acceptSealed', [qbftChain, sealed(3)])
  await b.act('Inbox', 'deliver', [qbftChain, await proveLog(block, log!)])
  expect(await chains.taken()).toBe(1n)
})

it('domains that vouch are named, and appoint who attests, from the command line', async () => {
  const { b } = chains
  const { ForeignChains } = b.deployment.addresses
  const named = ['--quorum', '2', '--domains', 'weather,health']
  expect(await govern(b.governor.privateKey, 'vouchers', `${qbftChain}`, ...named)).toContain('done')
  const source = await callContract(b.provider, ForeignChains, ABIS.ForeignChains, 'sourceOf', [BigInt(qbftChain)])
  expect(source).toMatchObject({ quorum: 2, validators: [] })
  const attester = addressOf(attesterKey('another'))
  expect(await govern(b.governor.privateKey, 'appoint', attester, '--domain', domainIds[0])).toContain('attests for')
  expect(await govern(attesterKey('another'), 'appoint', attester, '--domain', 'nobody')).toContain(
    'TRANSACTION_FAILED',
  )
  const wrong = ['--domain', 'Not A Domain']
  expect(await govern(b.governor.privateKey, 'appoint', attester, ...wrong)).toContain('COMMAND_INVALID')
})
