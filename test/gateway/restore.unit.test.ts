import { expect, test } from 'vitest'
import { fold } from '../../gateway/life.ts'
import { createNonces } from '../../gateway/nonces.ts'
import { restore } from '../../gateway/restore.ts'
import { NodeError, type Rpc } from '../../gateway/rpc.ts'
import { messageIdOf, recordsOf } from '../../protocol/chain-message.ts'
import { sha256 } from '../../protocol/hash.ts'
import { openLog } from '../../stack/log.ts'

const signer = `0x${'1'.repeat(40)}` as const
const log = openLog('test', { LOG_LEVEL: 'silent' })

/** A message that was final under a number. */
function lifeUnder(nonce: number) {
  const intent = {
    ...{ tenant: 'consortium', operation: 'mint', businessId: `under ${nonce}`, from: signer },
    ...{ contract: 'EntenteToken', call: 'mint', args: [], value: '0', prove: false },
  }
  const txHash = sha256(String(nonce))
  const block = { txHash, blockNumber: 1, blockHash: sha256('block') }
  const steps = [
    { state: 'RECEIVED', intent },
    { state: 'ADMITTED' },
    { state: 'NONCED', signer, nonce },
    { state: 'SIGNED', attempt: 1, nonce, raw: `0x02${nonce}`, txHash },
    { state: 'SENDING' },
    { state: 'MINED', ...block },
    { state: 'FINAL' },
    { state: 'NOTIFIED' },
  ] as const
  const entry = { messageId: messageIdOf(intent), steps: steps.map(step => ({ ...step, atMs: 1 })) }
  return fold(null, recordsOf(entry))
}

/** A node that has counted so many of the signer, and takes what it does not refuse without ever mining it. */
function nodeThatCounts(count: number, refuses = false) {
  const sent: string[] = []
  const rpc = async (method: string, params: readonly unknown[]) => {
    if (method === 'eth_getTransactionCount') return `0x${count.toString(16)}`
    if (refuses) throw new NodeError(method, { code: -32_000, message: 'max fee per gas less than block base fee' })
    sent.push(String(params[0]))
    return null
  }
  return { rpc: rpc as Rpc, sent }
}

test('keeps the numbers of what is lost, and of nothing that the chain has', async () => {
  const { rpc, sent } = nodeThatCounts(6)
  const restoring = await restore({ rpc, log }, [lifeUnder(5), lifeUnder(6), lifeUnder(7)])
  expect(sent).toEqual(['0x026', '0x027'])
  expect(restoring.kept(signer)).toEqual(new Set([6, 7]))
})

test('keeps the number of what the node refuses for now', async () => {
  const restoring = await restore({ rpc: nodeThatCounts(6, true).rpc, log }, [lifeUnder(6)])
  expect(restoring.kept(signer)).toEqual(new Set([6]))
})

test('gives away the numbers of what no block takes back', async () => {
  const { rpc } = nodeThatCounts(6)
  const restoring = await restore({ rpc, log }, [lifeUnder(6), lifeUnder(7)], { againMs: 0, keepMs: 0 })
  const nonces = createNonces()
  nonces.begin(signer, 6, new Set([...restoring.kept(signer), 8]))
  expect(nonces.gaps(signer)).toEqual([])
  await restoring.tend({ rpc, nonces, leases: { holds: () => true }, log })
  expect(restoring.kept(signer)).toEqual(new Set())
  expect(nonces.gaps(signer)).toEqual([6, 7])
})
