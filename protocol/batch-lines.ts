import { encodeUint, wordEncoder } from './abi-word.ts'
import {
  type Earning,
  type LineOrder,
  lineFaults,
  type PaymentLine,
  type PenaltyLine,
  type Signature,
  type SignedCommit,
  type SignedReceipt,
  type TaskLine,
} from './batch.ts'
import { digestDocument, documentTypes } from './documents.ts'
import type { Hex } from './hash.ts'
import { hashLeaf } from './merkle.ts'
import { recoverAddress } from './sign.ts'
import { fields, type SigningDomain, type StructTypes } from './typed-data.ts'

/** Each kind of line, by the contracts' name. */
export interface Lines {
  TaskLine: TaskLine
  PaymentLine: PaymentLine
  PenaltyLine: PenaltyLine
  Earning: Earning
}

/** A field's order here is the order that contracts hash. */
const structs = {
  TaskOrder: documentTypes('TaskOrder').TaskOrder!,
  Signature: fields('bytes32 r, bytes32 s, uint8 v'),
  TaskLine: fields(
    'TaskOrder order, Signature signature, uint256 pool, uint256 fee, uint256 debited, uint256 feesSoFar, uint64 firstPayment, uint64 endPayment, uint64 firstPenalty, uint64 endPenalty, bytes32 coalitions, bytes32 evidence',
  ),
  PaymentLine: fields(
    'uint64 task, uint256 agentId, uint256 share, uint256 amount, uint256 earned, uint64 previous, bytes32 trace, bytes32 subtask, uint32 attempt, bytes32 inputHash, bytes32 outputHash, uint64 startedAtMs, uint64 finishedAtMs, address wallet, Signature signature',
  ),
  PenaltyLine: fields(
    'uint64 task, uint256 agentId, uint256 amount, Fault fault, bytes32 evidence, uint64 evidenceIndex, bytes32 subtask, uint32 attempt, bytes32 commitment, address wallet, Signature signature',
  ),
  Earning: fields('uint256 cumulative, uint64 last'),
} satisfies StructTypes

type Encode = (value: never) => Buffer

const encoders: Record<keyof Lines, Encode> = {
  TaskLine: compileStruct('TaskLine'),
  PaymentLine: compileStruct('PaymentLine'),
  PenaltyLine: compileStruct('PenaltyLine'),
  Earning: compileStruct('Earning'),
}

/**
 * A line's ABI encoding: one word a field, inner structs in place.
 *
 * @throws RangeError when a field does not fit its type: no contract could ever be shown such a line.
 */
export function encodeLine<Kind extends keyof Lines>(kind: Kind, line: Lines[Kind]): Buffer {
  return encoders[kind](line as never)
}

/** Whether every field of a line fits its type. */
export function fitsLine<Kind extends keyof Lines>(kind: Kind, line: Lines[Kind]): boolean {
  try {
    encodeLine(kind, line)
    return true
  } catch {
    return false
  }
}

/** The leaf of a line in its tree. @throws as `encodeLine` */
export function hashLine<Kind extends keyof Lines>(kind: Kind, line: Lines[Kind]): Hex {
  return hashLeaf(encodeLine(kind, line))
}

/** The leaf of a coalition's value, or of a running sum, in its tree. @throws RangeError when it is not a word */
export function hashNumber(value: bigint): Hex {
  return hashLeaf(encodeUint(value, 256))
}

/** The task's id, which is what its requester signed. @throws as `encodeLine` */
export function taskIdOf(domain: SigningDomain, order: LineOrder): Hex {
  return digestDocument(domain, 'TaskOrder', order)
}

/** The digest of the `Receipt` that a payment line carries. Of the subtask's id only the hash is in a line. */
export function digestReceipt(domain: SigningDomain, taskId: Hex, line: SignedReceipt): Hex {
  return digestDocument(domain, 'Receipt', { ...line, taskId, subtaskId: { keccak256: line.subtask } })
}

/** The digest of the `Commit` that a penalty line carries. */
export function digestCommit(domain: SigningDomain, taskId: Hex, line: SignedCommit): Hex {
  return digestDocument(domain, 'Commit', { ...line, taskId, subtaskId: { keccak256: line.subtask } })
}

/** Whose key made this signature; null when it is malformed, which is nobody's. */
export function recoverSigner(digest: Hex, { r, s, v }: Signature): Hex | null {
  return recoverAddress(digest, `${r}${s.slice(2)}${v.toString(16).padStart(2, '0')}`)
}

function compileStruct(name: keyof typeof structs): Encode {
  const parts = structs[name].map(field => ({ name: field.name, encode: compileField(field.type) }))
  return (value: Record<string, never>) => Buffer.concat(parts.map(part => part.encode(value[part.name]!)))
}

function compileField(type: string): Encode {
  if (type === 'TaskOrder' || type === 'Signature') return compileStruct(type)
  if (type === 'Fault') return encodeFault
  return wordEncoder(type)!
}

/** Solidity refuses a number beyond an enum's names. */
function encodeFault(fault: number): Buffer {
  if (!lineFaults[fault]) throw new RangeError(`${fault} is no fault`)
  return encodeUint(BigInt(fault), 8)
}
