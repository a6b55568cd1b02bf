import { Transaction as Decoded } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localSigner } from '../../../gateway/keys/local.ts'
import type { Signer } from '../../../gateway/keys/signer.ts'
import { web3Signer } from '../../../gateway/keys/web3signer.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { addressOf } from '../../../protocol/sign.ts'
import { type SignerFault, type SigningServer, startSigningServer } from './signing-server.ts'

const key: Hex = `0x${'11'.repeat(32)}`
const transaction = {
  chainId: 31337,
  nonce: 7,
  to: `0x${'42'.repeat(20)}` as Hex,
  data: '0xdeadbeef' as Hex,
  value: 1n,
  gasLimit: 21_000n,
  maxFeePerGas: 10n,
  maxPriorityFeePerGas: 1n,
}
let server: SigningServer
let signer: Signer

beforeEach(async () => {
  server = await startSigningServer(`0x${'22'.repeat(32)}`, key)
  signer = await web3Signer({ url: `${server.url}/`, address: addressOf(key), timeoutMs: 200 })
})
afterEach(() => server.stop())

test('what a remote signer signs is what the key itself would', async () => {
  const signed = await signer.signTransaction(transaction)
  expect(signed).toEqual(await localSigner(key, 'the test').signTransaction(transaction))
  expect(Decoded.from(signed.raw).from?.toLowerCase()).toBe(addressOf(key))
  // The EIP-1559 payload, not its hash: the signer can look at what it signs.
  expect(server.asked).toEqual([Decoded.from(signed.raw).unsignedSerialized])
})

test.each<SignerFault[]>([['down'], ['silent'], ['broken'], ['broken', 'down']])(
  'a signer that fails for a while is asked again, for the very same bytes: %s',
  async (...faults) => {
    server.inject(...faults)
    await expect(signer.signTransaction(transaction)).resolves.toMatchObject({ txHash: expect.any(String) })
    expect(server.asked).toHaveLength(faults.length + 1)
    expect(new Set(server.asked).size).toBe(1)
  },
)

test.each<[SignerFault, string, number]>([
  ['down', 'SIGNER_UNREACHABLE', 3],
  ['wrong', 'SIGNER_WRONG', 1],
  ['garbage', 'SIGNER_WRONG', 1],
])('a signer that goes on being %s is %s', async (fault, code, requests) => {
  server.inject(fault, fault, fault)
  await expect(signer.signTransaction(transaction)).rejects.toMatchObject({ code })
  expect(server.asked).toHaveLength(requests)
})

test('a signer without the key, or none at all, is told apart at the start', async () => {
  const options = { url: server.url, address: addressOf(`0x${'44'.repeat(32)}`), timeoutMs: 200 }
  await expect(web3Signer(options)).rejects.toMatchObject({ code: 'KEY_INVALID' })
  await expect(web3Signer({ ...options, url: 'http://127.0.0.1:1' })).rejects.toMatchObject({
    code: 'SIGNER_UNREACHABLE',
  })
})
