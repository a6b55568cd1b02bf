import { EntenteError } from '../../protocol/errors.ts'
import { makeKeyFile } from '../../stack/key-file.ts'

/** `entente key new`: only its address is ever printed. */
export function newKey(path: string): void {
  print({ address: makeKeyFile(path).address, file: path })
}

/** `entente key split` */
export async function split(path: string, options: { of: string; need: string; out: string }): Promise<void> {
  const { splitKeyFile } = await import('../../gateway/keys/custody.ts')
  const counts = { of: countOf('--of', options.of), need: countOf('--need', options.need) }
  print({ shares: await splitKeyFile(path, options.out, counts), need: counts.need })
}

/** `entente key join` */
export async function join(shares: readonly string[], { out }: { out: string }): Promise<void> {
  const { joinShareFiles } = await import('../../gateway/keys/custody.ts')
  print({ address: await joinShareFiles(shares, out), file: out })
}

type Sealed = { password: string; out: string }

/** `entente key export` */
export async function exportKey(path: string, { password, out }: Sealed): Promise<void> {
  const { exportKeystore } = await import('../../gateway/keys/custody.ts')
  print({ address: await exportKeystore(path, password, out), keystore: out })
}

/** `entente key import` */
export async function importKey(path: string, { password, out }: Sealed): Promise<void> {
  const { importKeystore } = await import('../../gateway/keys/custody.ts')
  print({ address: await importKeystore(path, password, out), file: out })
}

function countOf(option: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new EntenteError('COMMAND_INVALID', `${option} is ${text}, but takes a whole number`)
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
