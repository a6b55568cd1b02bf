import type { Permissions } from '@nats-io/jwt'

/**
 * What processes of ours may do on the bus: whatever they like in their account, but for what JetStream offers to those who
 * run servers. Before 2.10.27 nats-server does these for anybody who may ask, in all accounts (CVE-2025-30215).
 */
export const servicePermissions: Partial<Permissions> = {
  pub: {
    deny: ['$JS.API.SERVER.>', '$JS.API.ACCOUNT.PURGE.>', '$JS.API.ACCOUNT.STREAM.>', '$JS.API.META.>'],
  },
}
