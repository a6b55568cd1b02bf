import { randomBytes } from 'node:crypto'
import { combine, split } from 'shamir-secret-sharing'
import { z } from 'zod'
import { contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { fromHex, type Hex, toHex } from '../../protocol/hash.ts'
import { Address, Bytes32 } from '../../protocol/ids.ts'
import { addressOf } from '../../protocol/sign.ts'

/** x coordinate and 32 bytes: that many shares at most have one of their own. */
const MAX_SHARES = 255

/**
 * One share of a private key (Shamir 1979, over GF(2^8), by the byte). Fewer than `need` of a set say nothing of the key.
 * Everything but `share` may be known to anyone.
 */
export const Share = z.strictObject({
  kind: z.literal('entente key share'),
  version: z.literal(1),
  /** Drawn by lot for each splitting: shares of two sets do not fit, even of the same key. */
  set: z.string().regex(/^[0-9a-f]{16}$/),
  address: Address,
  /** From 1 to `of`. */
  index: z.int().min(1).max(MAX_SHARES),
  need: z.int().min(2).max(MAX_SHARES),
  of: z.int().min(2).max(MAX_SHARES),
  share: z.string().regex(/^0x[0-9a-f]{66}$/),
  /** Of all the above: finds what was mistyped or cut off. */
  checksum: Bytes32,
})
export type Share = z.infer<typeof Share>

/**
 * Splits a key into `of` shares, any `need` of which bring it back. Tried out before it is given away.
 *
 * @throws EntenteError COMMAND_INVALID unless 2 ≤ need ≤ of ≤ 255
 */
export async function splitKey(privateKey: Hex, { need, of }: { need: number; of: number }): Promise<Share[]> {
  if (!(Number.isInteger(need) && Number.isInteger(of) && need >= 2 && need <= of && of <= MAX_SHARES)) {
    throw new EntenteError('COMMAND_INVALID', `of ${of} shares ${need} cannot be needed: 2 ≤ need ≤ of ≤ ${MAX_SHARES}`)
  }
  const about = { kind: 'entente key share', version: 1, set: randomBytes(8).toString('hex') } as const
  const pieces = await split(new Uint8Array(fromHex(privateKey)), of, need)
  const shares = pieces.map((piece, place) => {
    const content = { ...about, address: addressOf(privateKey), index: place + 1, need, of, share: toHex(piece) }
    return { ...content, checksum: contentHash(content) }
  })
  await joinShares(shares.slice(-need))
  return shares
}

/**
 * The key of these shares. Secret.
 *
 * @throws EntenteError SHARES_INVALID: too few, one twice, of different sets, changed, or not those of the address
 */
export async function joinShares(shares: readonly Share[]): Promise<Hex> {
  const [first] = shares
  if (first === undefined) throw new EntenteError('SHARES_INVALID', 'there are no shares')
  for (const share of shares) checkShare(share, first)
  const indices = new Set(shares.map(share => share.index))
  if (indices.size < shares.length) throw new EntenteError('SHARES_INVALID', 'the same share is there twice')
  if (shares.length < first.need) {
    throw new EntenteError('SHARES_INVALID', `${shares.length} of the ${first.need} shares needed are there`)
  }
  const key = toHex(
    await combine(shares.map(({ share }) => new Uint8Array(fromHex(share)))).catch(() => new Uint8Array()),
  )
  // The method itself cannot tell a wrong share: it gives another key.
  if (addressIfKey(key) === first.address) return key
  throw new EntenteError('SHARES_INVALID', `these shares do not make the key of ${first.address}: one was forged`)
}

function checkShare(share: Share, first: Share): void {
  const { checksum, ...content } = share
  const which = `share ${share.index} of ${share.of}`
  if (contentHash(content) !== checksum) throw new EntenteError('SHARES_INVALID', `${which} was changed or damaged`)
  const fits = (['set', 'address', 'need', 'of'] as const).every(field => share[field] === first[field])
  if (!fits) throw new EntenteError('SHARES_INVALID', `${which} is of set ${share.set}, not of set ${first.set}`)
}

function addressIfKey(key: Hex): Address | null {
  try {
    return addressOf(key)
  } catch {
    return null
  }
}
