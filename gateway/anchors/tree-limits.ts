import type { Config } from '../../stack/config.ts'

/** When a tree is closed. */
export interface TreeLimits {
  /** It has so many items: those of one batch stay together, so it may have a few more... */
  readonly items: number
  /** ...or its first has waited so long. */
  readonly ms: number
}

export function treeLimitsOf(config: Pick<Config, 'ENTENTE_ANCHOR_ITEMS' | 'ENTENTE_ANCHOR_SECONDS'>): TreeLimits {
  return { items: config.ENTENTE_ANCHOR_ITEMS, ms: config.ENTENTE_ANCHOR_SECONDS * 1_000 }
}
