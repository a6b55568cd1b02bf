/** CPU of this process so far, in ms: what a busy machine does besides is not in it. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
