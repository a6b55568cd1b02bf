import type { Hazard } from '../../agents/hazard/hazard.ts'
import type { Task } from '../../coordinator/flow/state.ts'
import type { Report } from '../../evidence/report.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import type { Watcher } from '../../scenarios/emergency-response/respond.ts'

/** How a run shows itself: a live tree on a terminal, lines elsewhere, JSON for programs. */
export interface View {
  hazard(hazard: Hazard): void
  /** What is being done, in a few words. */
  readonly step: (text: string) => void
  watcher(consortium: Consortium): Watcher
  outcome(consortium: Consortium, task: Task, bundlePath: string, report: Report): Promise<void>
  /** Everything runs on; `apiKey` is shown this once. */
  keeping(consortium: Consortium, apiKey: string): void
  /** Where the logs of a run that failed were left. */
  logsKept(dir: string): void
  failed(error: unknown): void
}
