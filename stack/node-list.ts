/** What a node of the chain is used for. */
export type NodeRole = 'writer' | 'reader' | 'archive'

export interface NodeEntry {
  /** `http` or `https`; may hold a password or an access key, so it is never shown whole. */
  readonly url: string
  /** `writer` takes transactions, `reader` is asked, `archive` is asked for states that others have let go of. */
  readonly roles: readonly NodeRole[]
  /** Where it says new heads, `ws` or `wss`; absent when it is only asked. */
  readonly headsUrl?: string
}

const roleNames: readonly string[] = ['writer', 'reader', 'archive'] satisfies NodeRole[]
const ALL: readonly NodeRole[] = ['writer', 'reader']

/**
 * `http://a:8545`, or several with commas between, each with its roles before it where it has not those of a writer and a
 * reader: `http://a:8545,reader@http://b:8545,reader+archive@https://c`. Where it says new heads stands behind: `+ws` for the
 * same place, or a URL: `http://a:8545+ws,http://b:8545+ws://b:8546`.
 *
 * @returns null when it is not that, or names no writer or no reader, or a node twice
 */
export function parseNodeList(text: string): NodeEntry[] | null {
  const entries = text.split(',').map(each => parseNode(each.trim()))
  if (!entries.every(entry => entry !== null)) return null
  const has = (role: NodeRole) => entries.some(({ roles }) => roles.includes(role))
  const different = new Set(entries.map(({ url }) => url)).size === entries.length
  return different && has('writer') && has('reader') ? entries : null
}

/** One entry of such a list. */
export function parseNode(text: string): NodeEntry | null {
  const [, prefix, url, socket] = /^(?:([a-z+]+)@)?(https?:\/\/.+?)(?:\+(ws|wss?:\/\/.*))?$/.exec(text) ?? []
  if (url === undefined || !URL.canParse(url)) return null
  const headsUrl = socket === 'ws' ? url.replace(/^http/, 'ws') : socket
  if (headsUrl !== undefined && !URL.canParse(headsUrl)) return null
  const roles = prefix?.split('+') ?? ALL
  if (!roles.every(role => roleNames.includes(role))) return null
  return { url, roles: roles as NodeRole[], ...(headsUrl !== undefined && { headsUrl }) }
}

/**
 * The first node of a list that is asked, by its URL: for whoever reads by itself, and needs no more than one.
 * @param nodes as ETH_RPC_URL has them, which the configuration has checked
 */
export function readerIn(nodes: string): string {
  return parseNodeList(nodes)!.find(({ roles }) => roles.includes('reader'))!.url
}
