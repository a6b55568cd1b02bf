import { createUser, encodeUser, fmtCreds, fromPublic, fromSeed, type Permissions } from '@nats-io/jwt'

export type BusAccount = {
  /** `A...`: the account in which users live. */
  accountPublicKey: string
  /** `SA...`: its identity key or one of its signing keys. Secret. */
  signingSeed: string
}

export type BusUser = {
  /** Shown in the server's connection list. */
  name: string
  /** `U...`: the key whose holder may connect. */
  userPublicKey: string
  /** Subjects as NATS writes them; what is not allowed is denied as soon as `allow` is given. */
  permissions: Partial<Permissions>
  /** After this the server closes the connection. */
  ttlSeconds: number
}

/**
 * Signs a short-lived user of the account.
 *
 * @returns the user's JWT; with the user's own seed it opens a connection
 * @see https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt
 */
export async function issueUser(account: BusAccount, user: BusUser): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + user.ttlSeconds
  return encodeUser(user.name, fromPublic(user.userPublicKey), fromPublic(account.accountPublicKey), user.permissions, {
    exp,
    signer: fromSeed(new TextEncoder().encode(account.signingSeed)),
  })
}

/** As `issueUser`, for a user whose key is made here: the text of a credentials file, JWT and seed. Secret. */
export async function issueCreds(account: BusAccount, user: Omit<BusUser, 'userPublicKey'>): Promise<string> {
  const key = createUser()
  const jwt = await issueUser(account, { ...user, userPublicKey: key.getPublicKey() })
  return new TextDecoder().decode(fmtCreds(jwt, key))
}
