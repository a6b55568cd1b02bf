import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import echo from '../../agents/echo/agent.ts'
import { cardOf } from '../../agents/sdk/card.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import { streams } from '../../protocol/subjects.ts'
import { type FollowedDirectory, followDirectory } from '../../registry/follow-directory.ts'
import { type DomainPlan, provision } from '../../registry/provision.ts'
import { signWalletConsent } from '../../registry/wallet-consent.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { type KeyFile, makeKeyFile } from '../../stack/key-file.ts'
import { withGateway } from '../gateway/with-gateway.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { log } from './consortium.ts'
import { fundedSigners } from './funded-signers.ts'

const { world, start } = withGateway()
let gateway: Gateway
let directory: FollowedDirectory
let chain: ChainInfo
let domains: DomainPlan[]

const stake = 1_000_000n

beforeAll(async () => {
  const { signers, admins } = await fundedSigners(world(), 2)
  gateway = await start({ signers })
  chain = await askChainInfo(world().nc)
  directory = await followDirectory({ nc: world().nc, log })
  const dir = scratchDir('wallets')
  domains = ['weather', 'health'].map((domainId, index) => ({
    domainId,
    name: `The ${domainId} department`,
    admin: admins[index]!,
    agents: [0, 1, 2].map(number => planOf(`${domainId} ${number}`, makeKeyFile(`${dir}/${domainId}-${number}.json`))),
  }))
})
afterAll(async () => {
  await directory?.stop()
  await gateway?.stop()
})

function planOf(name: string, key: KeyFile) {
  return {
    card: cardOf({ ...echo, name }),
    wallet: key.address,
    stake,
    consent: (consent: Parameters<typeof signWalletConsent>[0]) => signWalletConsent(consent, chain, key.privateKey),
  }
}

const bringUp = () => provision({ nc: world().nc, directory, chain, governor: world().governor }, domains)

async function messagesToTheChain(): Promise<number> {
  const jsm = await jetstreamManager(world().nc)
  const { state } = await jsm.streams.info(streams.chainTx, { subjects_filter: '>' } as never)
  return Object.keys(state.subjects ?? {}).length
}

describe('provisioning', () => {
  it('makes every agent of every domain active, with its own wallet and stake, in a few blocks', async () => {
    const agents = await bringUp()
    expect(agents.map(({ domainId }) => domainId)).toEqual([
      'weather',
      'weather',
      'weather',
      'health',
      'health',
      'health',
    ])
    expect(agents.map(({ wallet }) => wallet)).toEqual(domains.flatMap(({ agents }) => agents.map(plan => plan.wallet)))
    for (const { active, stake: staked } of agents) expect({ active, staked }).toEqual({ active: true, staked: stake })
    const { domains: admitted } = directory.current()
    expect(admitted.get('health')).toMatchObject({ name: 'The health department', status: 'admitted' })
  })

  it('sends nothing when all of it is there already', async () => {
    const before = await messagesToTheChain()
    const agents = await bringUp()
    expect(agents).toHaveLength(6)
    expect(await messagesToTheChain()).toBe(before)
  })

  it('adds what was added to the plan, and nothing else', async () => {
    const before = await messagesToTheChain()
    const key = makeKeyFile(`${scratchDir('wallets')}/late.json`)
    const [weather] = domains
    domains[0] = { ...weather!, agents: [...weather!.agents, planOf('latecomer', key)] }
    const agents = await bringUp()
    expect(agents.find(({ wallet }) => wallet === key.address)).toMatchObject({
      domainId: 'weather',
      active: true,
      stake,
    })
    // register, wallet, enrol, mint, approve, deposit
    expect(await messagesToTheChain()).toBe(before + 6)
  })

  it('says why the chain refused', async () => {
    const [weather, health] = domains
    const key = makeKeyFile(`${scratchDir('wallets')}/intruder.json`)
    const intruder = { ...weather!, admin: health!.admin, agents: [planOf('intruder', key)] }
    const attempt = provision({ nc: world().nc, directory, chain, governor: world().governor }, [intruder])
    await expect(attempt).rejects.toMatchObject({
      code: 'CHAIN_REVERTED',
      message: expect.stringMatching(/DomainsNotAdmin/),
    })
  })
})
