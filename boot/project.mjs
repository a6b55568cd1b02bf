import { fileURLToPath } from 'node:url'

/** The project's root folder, absolute, with no trailing slash. */
export const projectDir = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
