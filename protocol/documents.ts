import type { Hex } from './hash.ts'
import type { Address } from './ids.ts'
import { recoverAddress, signDigest } from './sign.ts'
import { compileTypedData, type Field, fields, type SigningDomain, type StructTypes } from './typed-data.ts'

/** Every document that a party signs. A field's order here is the order that contracts hash; never reorder. */
const structs = {
  TaskOrder: fields(
    'address requester, bytes32 domainId, bytes32 specHash, bytes32 inputHash, bytes32 policyHash, address token, uint256 budget, uint64 deadline, uint256 nonce',
  ),
  Attestation: fields(
    'bytes32 planId, bytes32 alertHash, bytes32 eventKind, uint8 severity, uint8 urgency, uint8 certainty, bytes32 area, uint64 validUntil, uint256 agentId',
  ),
  Commit: fields('bytes32 taskId, string subtaskId, uint32 attempt, uint256 agentId, bytes32 commitment'),
  Receipt: fields(
    'bytes32 taskId, string subtaskId, uint32 attempt, uint256 agentId, bytes32 inputHash, bytes32 outputHash, uint64 startedAtMs, uint64 finishedAtMs',
  ),
  Failure: fields(
    'bytes32 taskId, string subtaskId, uint32 attempt, uint256 agentId, bytes32 inputHash, string reason, bool retry',
  ),
  Refusal: fields(
    'bytes32 taskId, string subtaskId, uint32 attempt, uint256 agentId, bytes32 answerHash, string reason, uint64 atMs',
  ),
  Approval: fields('bytes32 taskId, string subtaskId, bytes32 contentHash, bool granted, uint64 atMs'),
  QuestionAnswer: fields('bytes32 taskId, string subtaskId, bytes32 contentHash, bytes32 answerHash, uint64 atMs'),
  Signal: fields('bytes32 taskId, string signal, bytes32 payloadHash, uint64 atMs'),
  Cancellation: fields('bytes32 taskId, string reason, uint64 atMs'),
  Pause: fields('bytes32 taskId, string reason, uint64 atMs'),
  Resumption: fields('bytes32 taskId, uint64 atMs'),
  SealingKey: fields('uint256 agentId, bytes32 publicKey'),
  KeyRelease: fields(
    'bytes32 taskId, string subtaskId, uint32 attempt, uint256 agentId, bytes32 askedHash, bytes32 wrapsHash',
  ),
  KeyRefusal: fields(
    'bytes32 taskId, string subtaskId, uint32 attempt, uint256 agentId, bytes32 askedHash, string code, string reason',
  ),
  PolicySet: fields('string id, string version, bytes32 policyHash'),
  Capacity: fields('uint256 agentId, bytes32 resourcesHash, uint64 statedAtMs, uint64 validUntilMs'),
  CredentialRequest: fields('uint256 agentId, string userKey, bytes32 cardHash, uint64 issuedAtMs'),
  Payment: fields('uint256 agentId, uint256 amount'),
  Penalty: fields('uint256 agentId, uint256 amount, bytes32 evidence'),
  Settlement: fields(
    'bytes32 taskId, bytes32 evidence, Payment[] payments, Penalty[] penalties, uint256 fee, uint256 refund',
  ),
  Checkpoint: fields('uint64 size, bytes32 root'),
  ForeignBlock: fields('uint256 sourceChain, uint64 number, bytes32 blockHash'),
  Witness: fields('string domainId, string name, bytes32 publicKey'),
} satisfies StructTypes

export type DocumentName = Exclude<keyof typeof structs, 'Payment' | 'Penalty'>

const digests = new Map<DocumentName, ReturnType<typeof compileTypedData>>()

/** Entente's own EIP-712 domain: one for all documents of one consortium on one chain. */
export function signingDomain(chainId: number, contractRegistry: Address): SigningDomain {
  return { name: 'Entente', version: '1', chainId, verifyingContract: contractRegistry }
}

export function digestDocument(domain: SigningDomain, name: DocumentName, document: object): Hex {
  const digest = digests.get(name) ?? compileTypedData(name, structs)
  digests.set(name, digest)
  return digest(domain, document)
}

export function signDocument(domain: SigningDomain, name: DocumentName, document: object, privateKey: Hex): Hex {
  return signDigest(digestDocument(domain, name, document), privateKey)
}

/** Whose wallet signed this document; null when the signature is malformed. */
export function signerOf(
  domain: SigningDomain,
  name: DocumentName,
  document: object,
  signature: string,
): Address | null {
  return recoverAddress(digestDocument(domain, name, document), signature)
}

/** The type as libraries and wallets take it (`eth_signTypedData_v4`). */
export function documentTypes(name: DocumentName): Record<string, Field[]> {
  const names = name === 'Settlement' ? (['Settlement', 'Payment', 'Penalty'] as const) : [name]
  return Object.fromEntries(names.map(each => [each, [...structs[each]]]))
}
