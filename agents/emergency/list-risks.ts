import { hospitalCount } from './hospital-count.ts'
import type { Figures, ResponseInput, Risk } from './response.ts'

/** What this response leaves open, patients first: each is somebody's next decision; none is left out or softened. */
export function listRisks({ hazard, evacuation, transport }: ResponseInput, figures: Figures): Risk[] {
  const left = new Set(transport.unmoved.map(entry => entry.from)).size
  const bedless = new Set(evacuation.unplaced.map(entry => entry.hospital)).size
  const unsized = hospitalCount(figures.unknownBeds)
  const states = evacuation.registry.states.join(', ')
  const risks: (Risk | false)[] = [
    figures.unmoved > 0 && {
      risk: 'Patients with a bed but no vehicle in time',
      patients: figures.unmoved,
      detail:
        `They stay in ${hospitalCount(left)} that should be empty when gales arrive, ` +
        'unless more vehicles are found.',
    },
    figures.unplaced > 0 && {
      risk: 'Patients with no bed elsewhere',
      patients: figures.unplaced,
      detail: `They are in ${hospitalCount(bedless)}; the registry of ${states} has no bed for them.`,
    },
    figures.shelteringInHurricane > 0 && {
      risk: 'Hospitals that meet hurricane-force winds with their patients',
      patients: null,
      detail: `Gales have reached ${hospitalCount(figures.shelteringInHurricane)} already: the roads are unsafe.`,
    },
    figures.unknownBeds > 0 && {
      risk: 'Hospitals of unknown size',
      patients: null,
      detail: `${unsized} in the area: beds unknown, patients in no figure. Call them first.`,
    },
    ...[...evacuation.unusable, ...transport.unusable]
      .filter(entry => entry.field !== 'beds')
      .map(({ field, value, why }) => ({ risk: `Not judged: ${field}`, patients: null, detail: `${value}: ${why}.` })),
    hazard.unusable.length > 0 && {
      risk: 'Parts of the source that could not be used',
      patients: null,
      detail: `${hazard.unusable.length} in all, the first: ${hazard.unusable[0]!.field}: ${hazard.unusable[0]!.why}.`,
    },
  ]
  return risks.filter(risk => risk !== false)
}
