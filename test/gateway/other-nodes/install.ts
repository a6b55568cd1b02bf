import { installPackages } from '../../../boot/install-packages.mjs'
import { packages } from './other-node.ts'

/** Before the tests: without the nodes none can run, and the error says what to do. */
export default async function install(): Promise<void> {
  await installPackages(packages)
}
