import { z } from 'zod'
import { fromHex, type Hex, keccak256 } from './hash.ts'
import { type Address, AgentId, Attempt, Bytes32, Millis, SubtaskId, TaskId } from './ids.ts'

const attemptOf = { taskId: TaskId, subtaskId: SubtaskId, attempt: Attempt, agentId: AgentId }

/** The agent's word for what it made of what, and when (EIP-712 `Receipt`). */
export const Receipt = z.object({
  ...attemptOf,
  inputHash: Bytes32,
  outputHash: Bytes32,
  startedAtMs: Millis,
  finishedAtMs: Millis,
})
export type Receipt = z.infer<typeof Receipt>

/** A promise of a result, given before anyone's result is known (EIP-712 `Commit`). */
export const Commit = z.object({ ...attemptOf, commitment: Bytes32 })
export type Commit = z.infer<typeof Commit>

/** The agent's word that it could not do it; `retry` says whether another try may help (EIP-712 `Failure`). */
export const Failure = z.object({ ...attemptOf, inputHash: Bytes32, reason: z.string().max(500), retry: z.boolean() })
export type Failure = z.infer<typeof Failure>

/** Where a commitment holds: nothing committed for one place opens in another. */
export interface CommitmentScope {
  readonly chainId: number
  readonly contract: Address
  readonly taskId: Hex
  readonly subtaskId: string
  readonly attempt: number
  readonly agentId: string
  readonly wallet: Address
}

/**
 * keccak256 over eight 32-byte words and the salt, as `abi.encode` lays them out, so that a contract can open it too:
 * chain, contract, task, keccak256(subtask), attempt, agent, wallet, output hash, salt. The salt keeps answers of few
 * possible values from being guessed.
 */
export function commitmentOf(scope: CommitmentScope, outputHash: Hex, salt: Hex): Hex {
  return keccak256(
    Buffer.concat([
      word(scope.chainId),
      word(scope.contract),
      fromHex(scope.taskId),
      fromHex(keccak256(Buffer.from(scope.subtaskId))),
      word(scope.attempt),
      word(scope.agentId),
      word(scope.wallet),
      fromHex(outputHash),
      fromHex(salt),
    ]),
  )
}

function word(value: number | string): Buffer {
  return Buffer.from(BigInt(value).toString(16).padStart(64, '0'), 'hex')
}
