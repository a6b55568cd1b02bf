// Loaded into each process that runs tests. Vitest tells none of them that it was killed: they would go on with their files, and
// their servers with them, until they next report to it.
const { exit } = process
process.once('disconnect', () => exit.call(process, 1))
