import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import type { Config } from '../../stack/config.ts'

/**
 * How far webhooks may reach: `public` to neither this machine nor a private network, `site` to those too, `any` even to
 * addresses where clouds hand out credentials to whoever asks from within.
 */
export type Reach = Config['ENTENTE_WEBHOOK_REACH']

// IANA's special-purpose registries (RFC 6890), and where clouds keep their metadata.
const neverASite = listOf(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['168.63.129.16', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
  ['ff00::', 8],
  // 169.254.0.0/16 as translators and tunnels on the way write it.
  ['::a9fe:0', 112],
  ['64:ff9b::a9fe:0', 112],
  ['2002:a9fe::', 32],
)
const ofASite = listOf(
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['fc00::', 7],
  // Any IPv4 address, so written.
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
)

/** Whether webhooks may go to an address. IPv6 forms of an IPv4 address count as that. */
export function isWithin(reach: Reach, address: string): boolean {
  if (reach === 'any') return true
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (neverASite.check(address, family)) return false
  return reach === 'site' || !ofASite.check(address, family)
}

/** Why a host is refused as it is written; null for a name, whose addresses are looked at when it is connected to. */
export function whyOutOfReach(reach: Reach, hostname: string): string | null {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(host) === 0 || isWithin(reach, host) ? null : outOfReach(host, host)
}

/** Resolves a name for a connection, and refuses it there and then: an answer that was looked at before may change. */
export function lookupWithin(reach: Reach): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, [])
      const refused = addresses.find(({ address }) => !isWithin(reach, address))
      if (refused) return done(new Error(outOfReach(hostname, refused.address)), [])
      if (options.all) return done(null, addresses)
      const [{ address, family }] = addresses as [{ address: string; family: number }]
      done(null, address, family)
    })
  }
}

function outOfReach(host: string, address: string): string {
  return `${host === address ? host : `${host} (${address})`} is an address that webhooks may not go to`
}

function listOf(...ranges: [network: string, prefix: number][]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4')
  return list
}
