/** Where a log is on its chain. */
export interface ReceiptPlace {
  readonly blockNumber: number
  readonly txIndex: number
  /** In the receipt of its transaction, not in the block. */
  readonly logIndex: number
}

/** As `ForeignLogs` orders places: block, transaction and log of 64, 64 and 32 bits. */
export function positionOf({ blockNumber, txIndex, logIndex }: ReceiptPlace): bigint {
  return (BigInt(blockNumber) << 96n) | (BigInt(txIndex) << 32n) | BigInt(logIndex)
}
