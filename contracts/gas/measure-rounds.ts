import { AbiCoder, keccak256 } from 'ethers'
import { ABIS } from '../abis.ts'
import type { Hex } from '../bindings.ts'
import { callContract } from '../call-contract.ts'
import { foundDomain, type Scene } from './scene.ts'

const HASH = `0x${'5a'.repeat(32)}` as Hex

export async function measureRounds(scene: Scene): Promise<void> {
  const { gas, governor, addresses } = scene
  const { agents } = await foundDomain(scene, 'round-office', 3)
  const agentIds = agents.map(({ agentId }) => agentId)
  const key = { opener: governor.address as Hex, taskId: HASH, subtaskHash: HASH, number: 1n }
  const place = [HASH, HASH, 1n] as const
  gas['open a round of 3 agents'] = await scene.act(governor, 'Rounds', 'open', [...place, agentIds, 3_600n, 3_600n])

  const roundId = await callContract(scene.chain.provider, addresses.Rounds, ABIS.Rounds, 'roundIdOf', [key])
  const { chainId } = await scene.chain.provider.getNetwork()
  for (const { agentId, wallet } of agents) {
    const words = [chainId, addresses.Rounds, ...place, agentId, wallet.address, HASH, HASH]
    const types = ['uint256', 'address', 'bytes32', 'bytes32', 'uint256', 'uint256', 'address', 'bytes32', 'bytes32']
    const commitment = keccak256(AbiCoder.defaultAbiCoder().encode(types, words)) as Hex
    gas['commit to an answer on chain'] = await scene.act(wallet, 'Rounds', 'commit', [roundId, agentId, commitment])
  }
  for (const { agentId, wallet } of agents) {
    const opening = [key, agentId, wallet.address as Hex, HASH, HASH] as const
    gas['reveal an answer on chain'] = await scene.act(governor, 'Rounds', 'reveal', opening)
  }
  gas['close a round of 3 agents'] = await scene.act(governor, 'Rounds', 'close', [roundId])
}
