/** Checks the format of the contracts, and runs their tests: `node contracts/test.ts [forge's arguments]`. */
import { forge } from './forge.ts'

// In a build of its own, so that other steps of the gate may build the contracts meanwhile.
const FOLDER = 'contracts/cache/test'
const APART = { FOUNDRY_OUT: `${FOLDER}/out`, FOUNDRY_CACHE_PATH: FOLDER }

try {
  await forge(['fmt', '--check'])
  await forge(['test', ...process.argv.slice(2)], APART)
} catch (error) {
  // forge has said what is wrong; its own stack would only push that out of sight.
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
