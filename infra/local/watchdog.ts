import { spawn, type ChildProcess } from 'node:child_process';

/*
 * A parent that is SIGKILLed cannot stop its children. One small shell per parent keeps their ids and reads from a pipe
 * that only the parent holds open: when the parent is gone, by whatever way, the pipe ends and the shell stops them.
 */
const SCRIPT = `
trap '' HUP INT TERM
children=
while read -r verb pid signal; do
  case $verb in
    add) children="$children $pid:$signal" ;;
    remove)
      kept=
      for child in $children; do [ "\${child%%:*}" = "$pid" ] || kept="$kept $child"; done
      children=$kept ;;
  esac
done
for child in $children; do kill -s "\${child##*:}" "\${child%%:*}" 2>/dev/null; done
tries=0
while [ $tries -lt 50 ]; do
  alive=
  for child in $children; do kill -0 "\${child%%:*}" 2>/dev/null && alive=1; done
  [ -n "$alive" ] || exit 0
  sleep 0.1
  tries=$((tries + 1))
done
for child in $children; do kill -s KILL -- "-\${child%%:*}" 2>/dev/null; done
`;

let watchdog: ChildProcess | undefined;

function openWatchdog(): ChildProcess {
  if (watchdog && watchdog.exitCode === null && watchdog.signalCode === null) return watchdog;
  const started = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  started.on('error', () => undefined);
  started.stdin?.on('error', () => undefined);
  started.unref();
  (started.stdin as { unref?: () => void } | null)?.unref?.();
  watchdog = started;
  return started;
}

/** Has a process stopped (`signal`, then SIGKILL of its group after 5 s) if this process ends without stopping it. */
export function guardProcess(pid: number, signal: NodeJS.Signals): void {
  openWatchdog().stdin?.write(`add ${pid} ${signal.replace(/^SIG/, '')}\n`);
}

/** Takes a process off the list of {@link guardProcess}: it has ended, and its id may be given to another. */
export function releaseProcess(pid: number): void {
  watchdog?.stdin?.write(`remove ${pid} -\n`);
}
