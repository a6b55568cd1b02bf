import type { TypedDataField, Wallet } from 'ethers'
import type { Addresses } from '../abis.ts'
import type { Hex } from '../bindings.ts'

/** EIP-712 types, as `contracts/src/libraries/TypedHash.sol` and ERC-8004 have them. */
const TYPES = {
  TaskOrder: fields(
    'address requester,bytes32 domainId,bytes32 specHash,bytes32 inputHash,bytes32 policyHash,address token,uint256 budget,uint64 deadline,uint256 nonce',
  ),
  Settlement: fields(
    'bytes32 taskId,bytes32 evidence,Payment[] payments,Penalty[] penalties,uint256 fee,uint256 refund',
  ),
  Payment: fields('uint256 agentId,uint256 amount'),
  Penalty: fields('uint256 agentId,uint256 amount,bytes32 evidence'),
  Checkpoint: fields('uint64 size,bytes32 root'),
  ForeignBlock: fields('uint256 sourceChain,uint64 number,bytes32 blockHash'),
  Attestation: fields(
    'bytes32 planId,bytes32 alertHash,bytes32 eventKind,uint8 severity,uint8 urgency,uint8 certainty,bytes32 area,uint64 validUntil,uint256 agentId',
  ),
  AgentWalletSet: fields('uint256 agentId,address newWallet,address owner,uint256 deadline'),
} as const

function fields(list: string): TypedDataField[] {
  return list.split(',').map(field => {
    const [type, name] = field.split(' ') as [string, string]
    return { type, name }
  })
}

/** @returns The wallet's signature over a message of the type `primary`, 65 bytes. */
export async function sign(
  addresses: Addresses,
  signer: Wallet,
  primary: keyof typeof TYPES,
  message: object,
): Promise<Hex> {
  const own = primary !== 'AgentWalletSet'
  const domain = {
    name: own ? 'Entente' : 'ERC8004IdentityRegistry',
    version: '1',
    chainId: (await signer.provider!.getNetwork()).chainId,
    verifyingContract: own ? addresses.ContractRegistry : addresses.IdentityRegistry,
  }
  const types =
    primary === 'Settlement'
      ? { Settlement: TYPES.Settlement, Payment: TYPES.Payment, Penalty: TYPES.Penalty }
      : { [primary]: TYPES[primary] }
  return (await signer.signTypedData(domain, types, message)) as Hex
}
