import { policyHash } from '../../protocol/policy.ts'
import { describePolicyFault, readPolicyText } from '../../registry/policy/policy-file.ts'
import { exitCodes } from '../exit-codes.ts'
import { readText } from '../read-text.ts'

/** `entente policy check`: one line for each fault; the exit status says whether there is any. */
export function checkPolicy(file: string): number {
  const { set, faults } = readPolicyText(readText(file))
  for (const fault of faults) process.stdout.write(`${describePolicyFault(file, fault)}\n`)
  if (!set) return exitCodes.usage
  process.stdout.write(`${file}: ${set.id}@${set.version}, ${policyHash(set)}: no faults.\n`)
  return exitCodes.done
}
