/** What a node of the chain is used for. */
export type NodeRole = 'writer' | 'reader' | 'archive'

export interface NodeEntry {
  /** `http` or `https`; may hold a password or an access key, so it is never shown whole. */
  readonly url: string
  /** `writer` takes transactions, `reader` is asked, `archive` is asked for states that others have let go of. */
  readonly roles: readonly NodeRole[]
}

const roleNames: readonly string[] = ['writer', 'reader', 'archive'] satisfies NodeRole[]
const ALL: readonly NodeRole[] = ['writer', 'reader']

/**
 * `http://a:8545`, or several with commas between, each with its roles before it where it has not those of a writer and a
 * reader: `http://a:8545,reader@http://b:8545,reader+archive@https://c`.
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
  const [, prefix, url] = /^(?:([a-z+]+)@)?(https?:\/\/.+)$/.exec(text) ?? []
  if (url === undefined || !URL.canParse(url)) return null
  if (prefix === undefined) return { url, roles: ALL }
  const roles = prefix.split('+')
  return roles.every(role => roleNames.includes(role)) ? { url, roles: roles as NodeRole[] } : null
}
