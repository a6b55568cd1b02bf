import { create2Address } from './create2.ts'
import { batchExecutorBytecode } from './generated/bytecode/batch-executor.ts'

export const batchExecutorInitCode = batchExecutorBytecode

/**
 * Where the code is that keys delegate to (`IBatchExecutor.sol`), on every chain. The address commits to the code itself, so
 * nobody who governs a registry can put other code under a key.
 */
export const BATCH_EXECUTOR = create2Address(batchExecutorInitCode).toLowerCase() as `0x${string}`
