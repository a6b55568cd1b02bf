import { copyFileSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'

const POLL_MS = 100
/** A dump that has not grown for so long is complete. */
const QUIET_MS = 150
const KEPT = 3

const keptFiles = (stateFile: string) => Array.from({ length: KEPT }, (_, age) => `${stateFile}.kept-${age}`)

/**
 * Keeps copies of anvil's last dumps beside it, one a second. anvil writes over its only one, so that a kill in the middle
 * leaves half a file.
 */
export function keepDump(stateFile: string): { stop(): void } {
  const part = `${stateFile}.part`
  let keptMs = 0
  const timer = setInterval(() => {
    const modifiedMs = statSync(stateFile, { throwIfNoEntry: false })?.mtimeMs
    if (modifiedMs === undefined || modifiedMs === keptMs || Date.now() - modifiedMs < QUIET_MS) return
    copyFileSync(stateFile, part)
    // It may have been written to while it was copied: then there is another chance in a second.
    if (statSync(stateFile).mtimeMs !== modifiedMs) return
    age(stateFile)
    renameSync(part, keptFiles(stateFile)[0]!)
    keptMs = modifiedMs
  }, POLL_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Each copy takes the place of the next older one. */
function age(stateFile: string): void {
  const files = keptFiles(stateFile)
  for (let older = KEPT - 1; older > 0; older--) {
    if (existsSync(files[older - 1]!)) renameSync(files[older - 1]!, files[older]!)
  }
}

/**
 * Puts the newest sound copy in the place of a dump that is not sound, with one genesis block. Where none is sound, anvil
 * says so itself.
 */
export function restoreDump(stateFile: string): void {
  const sound = [stateFile, ...keptFiles(stateFile)].find(isSound)
  if (sound === undefined) return
  if (sound !== stateFile) copyFileSync(sound, stateFile)
  keepOneGenesis(stateFile)
}

type Dump = {
  accounts: Record<string, { nonce: number | string; code: string }>
  blocks: { header: { number: string; timestamp: string } }[]
  transactions: unknown[]
}

/**
 * anvil makes a genesis block at every start, before it reads its dump, and dumps it beside the one that the chain began
 * with. From the second start on there are several, and any of them may come out as block 0: another chain, to whoever
 * looks. The first is the chain's.
 */
function keepOneGenesis(stateFile: string): void {
  const dump = JSON.parse(readFileSync(stateFile, 'utf8')) as Dump
  const genesis = dump.blocks.filter(isGenesis)
  if (genesis.length < 2) return
  const first = genesis.reduce((a, b) => (Number(b.header.timestamp) < Number(a.header.timestamp) ? b : a))
  const blocks = dump.blocks.filter(block => block === first || !isGenesis(block))
  writeFileSync(stateFile, JSON.stringify({ ...dump, blocks }))
}

function isGenesis({ header }: Dump['blocks'][number]): boolean {
  return Number(header.number) === 0
}

/**
 * Whether a dump is whole, and of one moment. anvil takes down its blocks first and the accounts after, and may mine in
 * between: then accounts have the effects of transactions that no block has, which no chain can explain. Each transaction
 * has counted up the nonce of one account without code, so that the two sums tell.
 */
function isSound(file: string): boolean {
  try {
    const { accounts, transactions } = JSON.parse(readFileSync(file, 'utf8')) as Dump
    const senders = Object.values(accounts).filter(({ code }) => code === '0x')
    return senders.reduce((sum, { nonce }) => sum + Number(nonce), 0) === transactions.length
  } catch {
    return false
  }
}
