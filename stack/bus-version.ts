const ADVISED = [2, 10, 27] as const
const flaws = 'CVE-2023-47090 below 2.9.23; CVE-2025-30215, purging across accounts, below 2.10.27'

/**
 * Why a nats-server of this version should be replaced before strangers may connect to it; nothing when it is new
 * enough.
 *
 * @param version as the server tells it, `2.9.10`
 * @see https://advisories.nats.io — CVE-2023-47090 (below 2.9.23), CVE-2025-30215 (below 2.10.27)
 */
export function adviseOnBusVersion(version: string): string | undefined {
  const parts = version.split('.').map(part => Number.parseInt(part, 10))
  for (const [index, advised] of ADVISED.entries()) {
    const part = parts[index] ?? 0
    if (part > advised) return undefined
    if (part < advised)
      return `nats-server ${version} has known authorisation flaws (${flaws}); use ${ADVISED.join('.')} or newer`
  }
  return undefined
}
