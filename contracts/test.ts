/** Checks the format of the contracts, and runs their tests: `node contracts/test.ts [forge's arguments]`. */
import { forge } from './forge.ts'

try {
  await forge(['fmt', '--check'])
  await forge(['test', ...process.argv.slice(2)])
} catch (error) {
  // forge has said what is wrong; its own stack would only push that out of sight.
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
