import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { capture, lastLines } from './capture.mjs'

/**
 * Downloads Debian packages with what they depend on and unpacks them into `toolsDir`, as any user: apt's lists and
 * cache are kept in our own folder, the system's packages are only read, and no maintainer script runs, so that no
 * service is installed or started.
 *
 * @param {string[]} names Debian packages, each with an executable of the same name
 * @param {string} toolsDir gets `bin/<name>`
 * @returns {Promise<string | undefined>} what went wrong, or nothing
 */
export async function unpackDebianServers(names, toolsDir) {
  const aptDir = join(toolsDir, 'apt')
  const root = join(toolsDir, 'root')
  for (const dir of ['lists/partial', 'archives/partial']) mkdirSync(join(aptDir, dir), { recursive: true })
  mkdirSync(root, { recursive: true })

  const apt = [...privateApt(aptDir), '-y', '-q']
  const steps = [
    ['apt-get', [...apt, 'update']],
    ['apt-get', [...apt, '--download-only', '--no-install-recommends', 'install', ...names]],
  ]
  for (const [command, args] of steps) {
    const { code, output } = await capture(command, args, { env: { ...process.env, LC_ALL: 'C' } })
    if (code !== 0) return `apt-get failed:\n${lastLines(output, 6)}`
  }
  const archives = join(aptDir, 'archives')
  for (const file of readdirSync(archives).filter(name => name.endsWith('.deb'))) {
    const { code, output } = await capture('dpkg', ['-x', join(archives, file), root])
    if (code !== 0) return `dpkg could not unpack ${file}:\n${lastLines(output, 3)}`
  }
  for (const name of names) writeLauncher(name, root, join(toolsDir, 'bin'))
  rmSync(aptDir, { recursive: true, force: true })
  return undefined
}

/** apt's options for folders of our own; the sandbox user and the locks are only for the system's. */
function privateApt(aptDir) {
  const options = {
    'Dir::State::lists': join(aptDir, 'lists'),
    'Dir::Cache': aptDir,
    'Dir::Cache::archives': join(aptDir, 'archives'),
    'APT::Sandbox::User': '',
    'Debug::NoLocking': '1',
    'Acquire::Retries': '3',
  }
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}

/**
 * A launcher that finds the libraries unpacked beside the server. `exec` keeps the process id, so that whoever starts
 * the launcher can stop the server.
 */
function writeLauncher(name, root, binDir) {
  mkdirSync(binDir, { recursive: true })
  const script = `#!/bin/sh
root='${root.replaceAll("'", "'\\''")}'
for dir in "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu "$root"/usr/lib; do
  [ -d "$dir" ] && LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$dir"
done
export LD_LIBRARY_PATH
for dir in "$root"/usr/bin "$root"/usr/sbin; do
  [ -x "$dir/${name}" ] && exec "$dir/${name}" "$@"
done
echo "${name} is not among the unpacked files" >&2
exit 127
`
  // Renamed into place, so that a second set-up running beside this one never sees half a file.
  const part = join(dirname(binDir), `${name}.${process.pid}.part`)
  writeFileSync(part, script)
  chmodSync(part, 0o755)
  renameSync(part, join(binDir, name))
}
