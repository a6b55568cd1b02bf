import type { Hospital } from './registry.ts'

/**
 * Share of beds with a patient in them, in percent. An assumption that has not been checked against a published table: two
 * thirds is the order of what US community hospitals reported around 2005. A department puts its own figure here.
 */
export const occupiedPercent = 67

/**
 * Share of its beds that a hospital frees for others within four hours, in percent: the goal of Immediate Bed
 * Availability, Hospital Preparedness Program, US Department of Health and Human Services.
 */
export const freeablePercent = 20

/** Patients to move out, rounded up; null when the beds are unknown. */
export function estimatePatients({ beds }: Pick<Hospital, 'beds'>): number | null {
  return beds === null ? null : Math.ceil((beds * occupiedPercent) / 100)
}

/** Beds offered to others, rounded down; none when the beds are unknown. */
export function estimateFreeBeds({ beds }: Pick<Hospital, 'beds'>): number {
  return beds === null ? 0 : Math.floor((beds * freeablePercent) / 100)
}
