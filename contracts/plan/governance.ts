import { ZeroAddress } from 'ethers'
import type { Creation } from '../create2.ts'
import type { DeploymentParams } from '../deployment-params.ts'
import { configRegistryBytecode } from '../generated/bytecode/config-registry.ts'
import { recoveryBytecode } from '../generated/bytecode/recovery.ts'
import { riskPolicyBytecode } from '../generated/bytecode/risk-policy.ts'
import { timelockControllerBytecode } from '../generated/bytecode/timelock-controller.ts'
import { at, creation } from './creation.ts'

type Made = Record<'manager' | 'registry' | 'identity', Creation>

/** What the consortium decides on, how late a decision holds, and how an agent without its key comes back. */
export function planGovernance({ manager, registry, identity }: Made, governor: string, params: DeploymentParams) {
  const { recoveryMinSeconds, recoveryMaxSeconds, recoveryWindowSeconds, configNoticeSeconds, timelockSeconds } = params
  const recovering = [recoveryMinSeconds, recoveryMaxSeconds, recoveryWindowSeconds]
  const seconds = recovering.map(each => ['uint64', each] as const)
  const governors = ['address[]', [governor]] as const
  return {
    recovery: creation('Recovery', recoveryBytecode, at(identity), at(registry), ...seconds),
    config: creation('ConfigRegistry', configRegistryBytecode, at(manager), ['uint64', configNoticeSeconds]),
    policy: creation('RiskPolicy', riskPolicyBytecode, at(manager)),
    timelock: creation(
      'TimelockController',
      timelockControllerBytecode,
      ['uint256', timelockSeconds],
      governors,
      governors,
      ['address', ZeroAddress],
    ),
  }
}
