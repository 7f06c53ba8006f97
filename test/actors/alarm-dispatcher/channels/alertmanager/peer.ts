import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../../../../helpers/temporary-directory.ts';
import { until } from '../../../../helpers/until.ts';

const run = promisify(execFile);
const PACKAGE = 'prometheus-alertmanager';
const HOME = join(import.meta.dirname, '../../../../../.cache/alertmanager');
/** Debian's build reads its templates from a fixed place. */
const TEMPLATES = '/usr/share/prometheus/alertmanager/default.tmpl';

/** A command line that runs Debian's Alertmanager. */
export type Alertmanager = readonly string[];

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Debian's Alertmanager, from the system or unpacked without being root; or why there is none. */
export async function findAlertmanager(): Promise<Alertmanager | string> {
  if (await isThere(TEMPLATES)) return [PACKAGE];
  try {
    if (!(await isThere(join(HOME, 'usr/bin', PACKAGE)))) await fetchInto(HOME);
  } catch (error) {
    return `no ${PACKAGE} here, and none to be fetched: ${error instanceof Error ? error.message : String(error)}`;
  }
  // What it expects below /usr/share is put there in a mount namespace of its own.
  const script = `mount -t overlay overlay -o lowerdir="$0/usr/share":/usr/share /usr/share && exec "$0/usr/bin/${PACKAGE}" "$@"`;
  const command = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script, HOME];
  const [program = '', ...args] = command;
  try {
    await run(program, [...args, '--version']);
    return command;
  } catch (error) {
    return `${PACKAGE} cannot be run unprivileged here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function fetchInto(home: string): Promise<void> {
  const place = `${home}.${process.pid}`;
  await mkdir(join(place, 'lists/partial'), { recursive: true });
  const apt = (...args: string[]) =>
    run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', ...args], { cwd: place, timeout: 60_000 });
  try {
    try {
      await apt('download', PACKAGE);
    } catch {
      // Lean images come without package lists; lists of our own need no root.
      const lists = ['-o', `Dir::State::lists=${join(place, 'lists')}`];
      await apt('update', ...lists);
      await apt('download', PACKAGE, ...lists);
    }
    const archive = (await readdir(place)).find(name => name.endsWith('.deb')) ?? '';
    await run('dpkg-deb', ['-x', archive, 'root'], { cwd: place });
    await rm(home, { recursive: true, force: true });
    await rename(join(place, 'root'), home);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Starts it; it tells what happens to `webhook`, at once. */
export async function alertmanager([program = '', ...args]: Alertmanager, webhook: string) {
  const directory = await temporaryDirectory();
  const config = join(directory.path, 'alertmanager.yml');
  await writeFile(
    config,
    `route: { receiver: shifters, group_by: [area], group_wait: 50ms, group_interval: 100ms, repeat_interval: 1h }
receivers: [{ name: shifters, webhook_configs: [{ url: "${webhook}" }] }]
`,
  );
  const url = `http://127.0.0.1:${await freePort()}`;
  const own = [
    `--config.file=${config}`,
    `--storage.path=${directory.path}`,
    `--web.listen-address=${url.slice('http://'.length)}`,
    '--cluster.listen-address=',
  ];
  const child = spawn(program, [...args, ...own], { stdio: 'ignore' });
  await until(async () => (await fetch(`${url}/-/ready`)).ok, { timeoutMs: 20_000, what: 'Alertmanager' });
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await directory[Symbol.asyncDispose]();
    },
  };
}
