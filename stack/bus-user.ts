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

export type IssuedUser = {
  /** With the user's own seed it opens a connection. */
  jwt: string
  /** In whole seconds, as a JWT has it: up to a second sooner than asked for. */
  expiresAtMs: number
}

/**
 * Signs a short-lived user of the account.
 *
 * @see https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt
 */
export async function issueUser(account: BusAccount, user: BusUser): Promise<IssuedUser> {
  const exp = Math.floor(Date.now() / 1000) + user.ttlSeconds
  const signer = fromSeed(new TextEncoder().encode(account.signingSeed))
  const [userKey, accountKey] = [fromPublic(user.userPublicKey), fromPublic(account.accountPublicKey)]
  const jwt = await encodeUser(user.name, userKey, accountKey, user.permissions, { exp, signer })
  return { jwt, expiresAtMs: exp * 1000 }
}

/** As `issueUser`, for a user whose key is made here: the text of a credentials file, JWT and seed. Secret. */
export async function issueCreds(account: BusAccount, user: Omit<BusUser, 'userPublicKey'>): Promise<string> {
  const key = createUser()
  const { jwt } = await issueUser(account, { ...user, userPublicKey: key.getPublicKey() })
  return new TextDecoder().decode(fmtCreds(jwt, key))
}
