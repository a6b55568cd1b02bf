import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAccount, createOperator, encodeAccount, encodeOperator, type KeyPair } from '@nats-io/jwt'

const UNLIMITED = -1

/** What a nats-server of ours is told, and what whoever admits users to it needs. */
export type NatsTrust = {
  operatorJwt: string
  systemAccount: { publicKey: string; jwt: string }
  account: { publicKey: string; jwt: string }
  /** Secret: signs users of the account; see `issueUser`. */
  signingSeed: string
}

/**
 * The chain of trust of an embedded nats-server: operator, system account, and the one account `ENTENTE` in which
 * everything of ours happens. Made once per data folder and kept there (mode 0600), because JetStream stores an
 * account's streams under its public key.
 *
 * The operator's own seed is thrown away: nothing more can ever be signed in its name.
 */
export async function keepNatsTrust(dir: string): Promise<NatsTrust> {
  const file = join(dir, 'nats-trust.json')
  const kept = readKept(file)
  if (kept !== undefined) return kept
  const trust = await makeNatsTrust()
  writeFileSync(file, JSON.stringify(trust), { mode: 0o600 })
  chmodSync(file, 0o600)
  return trust
}

async function makeNatsTrust(): Promise<NatsTrust> {
  const operator = createOperator()
  const system = createAccount()
  const account = createAccount()
  // Users are signed by a key of its own, which an operator can replace without losing the account and its streams.
  const signer = createAccount()
  const limits = { conn: UNLIMITED, leaf: 0, imports: 0, exports: 0, wildcards: true, disallow_bearer: true }
  const traffic = { subs: UNLIMITED, data: UNLIMITED, payload: UNLIMITED }
  const jetStream = { mem_storage: UNLIMITED, disk_storage: UNLIMITED, streams: UNLIMITED, consumer: UNLIMITED }
  return {
    operatorJwt: await encodeOperator('entente', operator, { system_account: system.getPublicKey() }),
    systemAccount: {
      publicKey: system.getPublicKey(),
      jwt: await encodeAccount('SYS', system, { limits: { ...limits, ...traffic } }, { signer: operator }),
    },
    account: {
      publicKey: account.getPublicKey(),
      jwt: await encodeAccount(
        'ENTENTE',
        account,
        { limits: { ...limits, ...traffic, ...jetStream }, signing_keys: [signer.getPublicKey()] },
        { signer: operator },
      ),
    },
    signingSeed: seedText(signer),
  }
}

function seedText(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed())
}

function readKept(file: string): NatsTrust | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as NatsTrust
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
