import { shellQuote, type SshLink } from '../../hosts/index.ts'
import type { Shell } from './shell.ts'

/** The shell of a host behind an SSH connection. Needs a POSIX login shell there, and nothing else. */
export function sshShell(link: SshLink): Shell {
  let open = true
  void link.closed.then(() => (open = false))
  return {
    spawn: async (script, args, options = {}) => {
      const words = [script, 'spacefort', ...args].map(shellQuote).join(' ')
      const environment = 'PATH="$PATH" HOME="$HOME" USER="$USER" LOGNAME="$LOGNAME" ${LANG:+LANG="$LANG"} ${TZ:+TZ="$TZ"}'
      return link.run(`exec env -i ${environment}${options.tty ? ' TERM="$TERM"' : ''} sh -c ${words}`, options)
    },
    dial: (port) => link.dial(port),
    isOpen: () => open,
    close: () => link.close(),
  }
}
