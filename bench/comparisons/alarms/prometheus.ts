import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listening } from '../../../runtime/listen.ts';
import { freePort } from '../../../runtime/up/ports.ts';
import type { Absent } from '../../harness/comparison.ts';
import { ask } from '../../harness/tools.ts';
import { DEVICES, Devices, deviceName, Journey, LIMIT, OUT_OF_REACH, RULES_A_DEVICE } from './load.ts';
import type { Side } from './side.ts';
import { webhook } from './webhook.ts';

const INSTALL = 'Debian: apt-get install prometheus prometheus-alertmanager';

/** Prometheus and Alertmanager with rules of the same meaning, asked to be as quick as they can: they count in seconds. */
export async function prometheus(directory: string, signal: AbortSignal): Promise<Side | Absent> {
  const version = await ask('prometheus', ['--version'], INSTALL);
  const alertmanager = await ask('prometheus-alertmanager', ['--version'], INSTALL);
  const name = 'Prometheus and Alertmanager';
  if ('absent' in version) return { name, ...version };
  if ('absent' in alertmanager) return { name, ...alertmanager };
  await using opening = new AsyncDisposableStack();
  const devices = new Devices();
  let journey = new Journey();
  const hook = opening.use(await webhook('device', (device, at) => journey.told(device, at)));
  const exporter = opening.use(await exporterOf(devices, (device, at) => journey.shown(device, at)));
  const [port, alertPort] = [await freePort(0), await freePort(0)];
  const files = join(directory, 'prometheus');
  await mkdir(files, { recursive: true });
  const write = async (file: string, value: unknown) => {
    // JSON is YAML.
    await writeFile(join(files, file), JSON.stringify(value));
    return join(files, file);
  };
  const alerting = opening.use(
    serve('prometheus-alertmanager', [
      `--config.file=${await write('alertmanager.yml', alertmanagerConfig(hook.url))}`,
      `--storage.path=${join(files, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${alertPort}`,
      '--cluster.listen-address=',
    ]),
  );
  const server = opening.use(
    serve('prometheus', [
      `--config.file=${await write('prometheus.yml', prometheusConfig(exporter.address, alertPort, await write('rules.yml', RULES)))}`,
      `--storage.tsdb.path=${join(files, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]),
  );
  await answering(`http://127.0.0.1:${port}/-/ready`, signal);
  await answering(`http://127.0.0.1:${alertPort}/-/ready`, signal);
  const pids = [server.pid, alerting.pid];
  const tellAll = (what: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, what);
  };
  tellAll('SIGSTOP');
  const owned = opening.move();
  return {
    name: `${name} ${/version (\d[\d.]*)/.exec(version.found)?.[1]}, ${/version (\d[\d.]*)/.exec(alertmanager.found)?.[1]}`,
    pids,
    evaluatorPid: server.pid,
    devices,
    begin: () => (journey = new Journey()),
    resume: () => tellAll('SIGCONT'),
    pause: async () => tellAll('SIGSTOP'),
    async [Symbol.asyncDispose]() {
      tellAll('SIGCONT');
      await owned.disposeAsync();
    },
  };
}

const prometheusConfig = (exporter: string, alertPort: number, rules: string) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
  rule_files: [rules],
  scrape_configs: [{ job_name: 'devices', static_configs: [{ targets: [exporter] }] }],
  alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertPort}`] }] }] },
});

const alertmanagerConfig = (url: string) => ({
  route: { receiver: 'hook', group_by: ['alertname', 'device'], group_wait: '0s', group_interval: '1s' },
  receivers: [{ name: 'hook', webhook_configs: [{ url, send_resolved: false }] }],
});

/** One expression holds all devices against one limit: its own way, and the cheapest. */
const RULES = {
  groups: [
    {
      name: 'limits',
      rules: Array.from({ length: RULES_A_DEVICE }, (_, n) => ({
        alert: `limit${n}`,
        expr: `reading > ${n === 0 ? LIMIT : OUT_OF_REACH + n}`,
        labels: { severity: 'major' },
      })),
    },
  ],
};

/** The devices as Prometheus reads them: a scrape is a reading of all, with its time stamp. */
async function exporterOf(devices: Devices, shown: (device: string, at: number) => void) {
  const server = createServer((_request, response) => {
    const now = Date.now();
    const lines = Array.from({ length: DEVICES }, (_, n) => {
      const value = devices.read(n);
      if (value > LIMIT) shown(deviceName(n), now);
      return `reading{device="${deviceName(n)}"} ${value}\n`;
    });
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(lines.join(''));
  });
  const port = await listening(server, 0, '127.0.0.1');
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function serve(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function answering(url: string, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  for (;;) {
    const up = await fetch(url, { signal: limit }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return;
    await sleep(100, undefined, { signal: limit });
  }
}
