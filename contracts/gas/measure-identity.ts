import { encodeBytes32String, hexlify, toUtf8Bytes } from 'ethers'
import type { Hex } from '../bindings.ts'
import { giveWallet, nextAgentId, type Scene } from './scene.ts'

// 75 bytes: the reference registry's figures below are of a URI of three storage words, which is 65 to 96.
const CARD = 'https://agents.weather.example.org/track-forecaster/1.0.0/agent-card-1.json'
const NEXT_CARD = CARD.replace('1.json', '2.json')
// What Entente itself registers: 81 bytes, of which the last ones need a storage word more.
const OWN_CARD = `urn:entente:card:${'5e'.repeat(32)}`
const NEXT_OWN_CARD = `urn:entente:card:${'a7'.repeat(32)}`

/**
 * What the same operations cost on the standard's reference contracts of August 2026 behind their proxy, in gas of the
 * whole transaction. Ours may not cost more.
 */
export const REFERENCE_GAS: Readonly<Record<string, number>> = {
  'register an agent with a URI, for a new owner': 200_652,
  'register an agent with a URI, for an owner of others': 183_552,
  "change an agent's URI": 47_162,
  'set 32 bytes of metadata': 79_976,
  "change an agent's wallet": 50_404,
}

export async function measureIdentity(scene: Scene): Promise<void> {
  const { gas, governor } = scene
  const founder = await scene.actor(0n)
  nextAgentId()
  await scene.act(founder, 'IdentityRegistry', 'register', [CARD])

  const owner = await scene.actor(0n)
  const agentId = nextAgentId()
  const first = await scene.act(owner, 'IdentityRegistry', 'register', [CARD])
  gas['register an agent with a URI, for a new owner'] = first
  nextAgentId()
  const second = await scene.act(owner, 'IdentityRegistry', 'register', [CARD])
  gas['register an agent with a URI, for an owner of others'] = second
  gas["change an agent's URI"] = await scene.act(owner, 'IdentityRegistry', 'setAgentURI', [agentId, NEXT_CARD])
  const value = hexlify(toUtf8Bytes('x'.repeat(32))) as Hex
  gas['set 32 bytes of metadata'] = await scene.act(owner, 'IdentityRegistry', 'setMetadata', [
    agentId,
    'cardHash',
    value,
  ])
  gas["change an agent's wallet"] = await giveWallet(scene, owner, agentId, await scene.actor(0n))

  const domainId = encodeBytes32String('identity') as Hex
  gas['admit a domain'] = await scene.act(governor, 'Domains', 'admit', [
    domainId,
    owner.address as Hex,
    'Identity office',
  ])
  gas['enrol an agent'] = await scene.act(owner, 'Domains', 'enrol', [domainId, agentId])

  const newcomer = await scene.actor(0n)
  const ownId = nextAgentId()
  const registered = await scene.act(newcomer, 'IdentityRegistry', 'register', [OWN_CARD])
  gas['register an agent with a card URI of ours, for a new owner'] = registered
  const changed = await scene.act(newcomer, 'IdentityRegistry', 'setAgentURI', [ownId, NEXT_OWN_CARD])
  gas["change an agent's card URI of ours"] = changed
}
