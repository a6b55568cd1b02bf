import { setTimeout as wait } from 'node:timers/promises'
import { isCallException, type JsonRpcProvider, type Provider, type TransactionReceipt, type Wallet } from 'ethers'
import { decodeRevert } from './bindings.ts'

/** A transaction to be sent: ours to sign, or one that somebody signed. */
export type Intent =
  | {
      what: string
      to: string
      data: string
      gasLimit: bigint
      value?: bigint
      /** Address of the contract it creates. That one is there is success, even if another transaction was faster. */
      creates?: string
    }
  | { what: string; signed: string }

const RECEIPT_POLL_MS = 25
const RECEIPT_TIMEOUT_MS = 120_000
const SEND_AGAIN_MS = 3_000

/**
 * Sends transactions in order without waiting between them, nonces counted here, so that together they take a block or two;
 * then waits for all. One that others depend on must come before them.
 *
 * @throws Error naming the first transaction that failed, and why, or that was not mined within two minutes.
 */
export async function sendAll(sender: Wallet, intents: readonly Intent[]): Promise<void> {
  if (intents.length === 0) return
  const provider = sender.provider as JsonRpcProvider
  const [firstNonce, fees, { chainId }] = await Promise.all([
    provider.getTransactionCount(sender.address, 'pending'),
    provider.getFeeData(),
    provider.getNetwork(),
  ])
  const price =
    fees.maxFeePerGas === null
      ? { type: 0, gasPrice: fees.gasPrice ?? 0n }
      : { type: 2, maxFeePerGas: fees.maxFeePerGas, maxPriorityFeePerGas: fees.maxPriorityFeePerGas ?? 0n }
  let nonce = firstNonce
  const signed: string[] = []
  for (const intent of intents) {
    if ('signed' in intent) {
      signed.push(intent.signed)
    } else {
      const { to, data, gasLimit, value = 0n } = intent
      signed.push(await sender.signTransaction({ ...price, chainId, nonce: nonce++, to, data, gasLimit, value }))
    }
  }
  const hashes: string[] = []
  for (const [index, raw] of signed.entries()) {
    hashes.push(await broadcast(provider, raw, intents[index]!.what))
  }
  for (const [index, hash] of hashes.entries()) {
    const receipt = await receiptOf(provider, { hash, raw: signed[index]! }, intents[index]!.what)
    if (receipt.status !== 1 && !(await isCreated(provider, intents[index]!))) {
      throw new Error(`${intents[index]!.what} failed: ${await reason(provider, intents[index]!, sender.address)}`)
    }
  }
}

async function broadcast(provider: JsonRpcProvider, raw: string, what: string): Promise<string> {
  try {
    return await provider.send('eth_sendRawTransaction', [raw])
  } catch (cause) {
    throw new Error(`the chain refused the transaction to ${what}`, { cause })
  }
}

/** Sends it again now and then: a pool may have lost it, or hold it for one that was mined while it came in. */
async function receiptOf(
  provider: JsonRpcProvider,
  { hash, raw }: { hash: string; raw: string },
  what: string,
): Promise<TransactionReceipt> {
  const deadlineMs = Date.now() + RECEIPT_TIMEOUT_MS
  let againMs = Date.now() + SEND_AGAIN_MS
  for (;;) {
    const receipt = await provider.getTransactionReceipt(hash)
    if (receipt) return receipt
    if (Date.now() > deadlineMs) throw new Error(`the transaction to ${what} (${hash}) was not mined in two minutes`)
    if (Date.now() > againMs) {
      againMs = Date.now() + SEND_AGAIN_MS
      // What it says of one that it knows, or has mined, is of no matter.
      await provider.send('eth_sendRawTransaction', [raw]).catch(() => {})
    }
    await wait(RECEIPT_POLL_MS)
  }
}

async function isCreated(provider: Provider, intent: Intent): Promise<boolean> {
  if (!('creates' in intent) || intent.creates === undefined) return false
  return (await provider.getCode(intent.creates)) !== '0x'
}

/** Runs the call again on the state that is there now, because a receipt does not say why. */
async function reason(provider: Provider, intent: Intent, from: string): Promise<string> {
  if ('signed' in intent) return 'its sender or its gas price is not accepted by this chain'
  try {
    await provider.call({ from, to: intent.to, data: intent.data, value: intent.value ?? 0n })
    return 'out of gas, or because a transaction before it failed'
  } catch (error) {
    if (!isCallException(error)) return String(error)
    const revert = error.data === null ? null : decodeRevert(error.data)
    return revert ? `${revert.name} ${JSON.stringify(revert.args, plainBigint)}` : error.shortMessage
  }
}

function plainBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
