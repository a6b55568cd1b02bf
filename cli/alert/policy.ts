import { parseDocument } from 'yaml'
import { EntenteError } from '../../protocol/errors.ts'
import { SupervisionPolicy, supervisionHash } from '../../protocol/supervision.ts'
import { putSupervisionInForce } from '../../stack/supervision.ts'
import { readText } from '../read-text.ts'
import { withBus } from '../with-bus.ts'

/** `entente alert policy check` */
export async function checkSupervision(file: string): Promise<void> {
  const policy = supervisionFrom(file)
  process.stdout.write(`${file}: ${policy.id}@${policy.version}, ${supervisionHash(policy)}: no faults.\n`)
}

/** `entente alert policy set` */
export async function setSupervision(file: string): Promise<void> {
  const policy = supervisionFrom(file)
  const hash = await withBus(nc => putSupervisionInForce(nc, policy))
  process.stdout.write(`${policy.id}@${policy.version}, ${hash}, is in force.\n`)
}

/** @throws EntenteError POLICY_INVALID with every fault; FILE_UNREADABLE */
function supervisionFrom(file: string): SupervisionPolicy {
  const document = parseDocument(readText(file), { prettyErrors: true })
  const broken = document.errors.map(({ message }) => `${file}: ${message}`)
  if (broken.length > 0) throw new EntenteError('POLICY_INVALID', broken.join('\n'))
  const { data, error } = SupervisionPolicy.safeParse(document.toJS())
  if (data) return data
  const faults = error.issues.map(({ path, message }) => `${file}: ${path.join('.') || 'the file'}: ${message}`)
  throw new EntenteError('POLICY_INVALID', faults.join('\n'))
}
