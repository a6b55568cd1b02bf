/** Checks the format of the contracts, and runs their tests: `node contracts/test.ts [forge's arguments]`. */
import { forge } from './forge.ts'

await forge(['fmt', '--check'])
await forge(['test', ...process.argv.slice(2)])
