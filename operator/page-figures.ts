import type { Figure } from './exposition.ts'
import type { PageCache } from './page-cache.ts'

/** What became of reads of the read model in this process, and what Redis did for them. */
export function pageFigures({ reads, lost }: ReturnType<PageCache['figures']>): Figure[] {
  return [
    {
      name: 'entente_page_reads_total',
      counts: true,
      help: 'Reads of the read model: unchanged for who asked, found near, found shared, made, or made while the read model moved.',
      samples: Object.entries(reads).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
    {
      name: 'entente_page_redis_lost_total',
      counts: true,
      help: 'How often Redis gave no answer in time for a page, and was left alone for a second.',
      samples: [{ value: lost }],
    },
  ]
}
