import { composeResponse } from '../../../agents/emergency/compose-response.ts'
import type { ResponseInput } from '../../../agents/emergency/response.ts'
import { scheduleTransfers } from '../../../agents/transport/schedule-transfers.ts'
import { evacuationOf } from '../health/katrina.ts'

type Seen = Pick<ResponseInput, 'hazard' | 'threat'>

/** What health and transport say of a hazard. */
export async function departmentsOn(seen: Seen): Promise<ResponseInput> {
  const evacuation = await evacuationOf(seen)
  return { ...seen, evacuation, transport: scheduleTransfers(evacuation) }
}

export async function responseTo(seen: Seen) {
  return composeResponse(await departmentsOn(seen))
}
