import type { Creation } from '../create2.ts'
import type { DeploymentParams } from '../deployment-params.ts'
import { batchesBytecode } from '../generated/bytecode/batches.ts'
import { demandsBytecode } from '../generated/bytecode/demands.ts'
import { paymentDisputesBytecode } from '../generated/bytecode/payment-disputes.ts'
import { taskDisputesBytecode } from '../generated/bytecode/task-disputes.ts'
import { at, creation } from './creation.ts'

type Made = Record<'manager' | 'registry' | 'token' | 'domains' | 'escrow' | 'evidenceLog', Creation>

/** Settlement by the batch, and who may say no to a line of one. */
export function planBatches(
  { manager, registry, token, domains, escrow, evidenceLog }: Made,
  penalties: string,
  params: DeploymentParams,
) {
  const { windowSeconds, batchBond, challengerBps, showSeconds, demandStake } = params
  const batches = creation(
    'Batches',
    batchesBytecode,
    at(manager),
    at(escrow),
    ['address', penalties],
    ['(uint40,uint128,uint16)', [windowSeconds, batchBond, challengerBps]],
  )
  const both = [at(batches), at(escrow)] as const
  return {
    batches,
    demands: creation('Demands', demandsBytecode, ...both, ['uint40', showSeconds], ['uint128', demandStake]),
    taskDisputes: creation('TaskDisputes', taskDisputesBytecode, ...both, at(token)),
    paymentDisputes: creation(
      'PaymentDisputes',
      paymentDisputesBytecode,
      ...both,
      at(registry),
      at(domains),
      at(evidenceLog),
    ),
  }
}
