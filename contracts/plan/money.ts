import { getCreateAddress } from 'ethers'
import type { Creation } from '../create2.ts'
import { type DeploymentParams, penaltiesArgument } from '../deployment-params.ts'
import { escrowBytecode } from '../generated/bytecode/escrow.ts'
import { at, creation } from './creation.ts'

type Made = Record<'manager' | 'registry' | 'token' | 'identity' | 'domains', Creation>

const ESCROW_ARGUMENT =
  '(address,address,address,address,address,uint64,uint64,uint64,uint16,(uint64,uint64,uint64,uint128,uint16,uint16,uint64))'

/** The escrow, and the penalties and stakes that it makes itself. */
export function planMoney(
  { manager, registry, token, identity, domains }: Made,
  treasury: string,
  params: DeploymentParams,
) {
  const escrow = creation('Escrow', escrowBytecode, at(manager), [
    ESCROW_ARGUMENT,
    [
      ...[registry, token, identity, domains].map(({ address }) => address),
      treasury,
      params.maxTaskSeconds,
      params.graceSeconds,
      params.noticeSeconds,
      params.maxFeeBps,
      penaltiesArgument(params),
    ],
  ])
  // Escrow's first and only creation, in its constructor, and that one's; a contract's own nonce starts at 1 (EIP-161).
  const penalties = getCreateAddress({ from: escrow.address, nonce: 1 })
  return { escrow, penalties, stake: getCreateAddress({ from: penalties, nonce: 1 }) }
}
