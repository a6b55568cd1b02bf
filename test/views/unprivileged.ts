/** The user that owns nothing, on Debian and most others. */
export const nobody = 65_534

export const isRoot = process.getuid?.() === 0

/** The command as a user other than root runs it: PostgreSQL refuses to run as root. The process id stays the same. */
export function unprivileged(command: [string, ...string[]]): [string, ...string[]] {
  if (!isRoot) return command
  return ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--', ...command]
}
