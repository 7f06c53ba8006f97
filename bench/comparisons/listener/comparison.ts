import { join } from 'node:path';
import { decodeResponse, encodeCall } from '../../../protocol/xml-rpc/xml-rpc.ts';
import type { Absent, Comparison, Contender, Setting } from '../../harness/comparison.ts';
import { ask, compileC } from '../../harness/tools.ts';
import { whileUsing } from '../../harness/usage.ts';
import { numiDevices, numiSpill } from '../numi.ts';
import { callbacks } from './callbacks.ts';
import { type Load, load } from './load.ts';
import { startOurs } from './ours.ts';
import { startServer } from './server.ts';

const here = (file: string): string => join(import.meta.dirname, file);
const INSTALL_ABYSS = 'Debian: apt-get install gcc libxmlrpc-core-c3-dev';
const ABYSS_LIBRARIES = ['xmlrpc_server_abyss', 'xmlrpc_server', 'xmlrpc_abyss', 'xmlrpc', 'xmlrpc_xmlparse'];
const LIBRARIES = [...ABYSS_LIBRARIES, 'xmlrpc_xmltok', 'xmlrpc_util', 'pthread'].map(name => `-l${name}`);

/** From the POST of a callback to the answer: ours is given once the readings are on disk, theirs at once. */
export const listener: Comparison = {
  name: 'listener',
  title: 'callbacks of 92 kB taken over HTTP, 8 connections; ours stores each, the others none',
  unit: 'callbacks/s',
  better: 'more',
  quick: true,
  goals: ['xmlrpc-c Abyss', 'Python xmlrpc.server', 'npm xmlrpc server'].map(against => ({
    against,
    times: 1,
  })),
  rounds: 5,
  async contenders(setting) {
    const next = await callbacks();
    return [
      await ours(setting, next),
      await abyss(setting, next),
      await python(setting, next),
      await peer(setting, next, 'npm xmlrpc server 1.3.2', process.execPath, [here('npm-server.ts')]),
    ];
  },
};

type Next = () => Uint8Array;

async function ours({ directory, quick, signal }: Setting, next: Next): Promise<Contender> {
  const server = await startOurs(directory, signal);
  const client = load(server.url, next);
  return {
    ...contender('spillway', server.pids, client, quick),
    async answer() {
      await client.post(next());
      return server.stored();
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function abyss(setting: Setting, next: Next): Promise<Contender | Absent> {
  const version = await ask('xmlrpc-c-config', ['--version'], INSTALL_ABYSS);
  const compiled = await compileC(here('abyss.c'), setting.directory, {
    flags: LIBRARIES,
    install: INSTALL_ABYSS,
  });
  if ('absent' in version) return { name: 'xmlrpc-c Abyss', ...version };
  if ('absent' in compiled) return { name: 'xmlrpc-c Abyss', ...compiled };
  return peer(setting, next, `xmlrpc-c Abyss ${version.found}`, compiled.found, []);
}

async function python(setting: Setting, next: Next): Promise<Contender | Absent> {
  const version = await ask('python3', ['--version'], 'Debian: apt-get install python3');
  if ('absent' in version) return { name: 'Python xmlrpc.server', ...version };
  const name = `Python xmlrpc.server ${version.found.replace('Python ', '')}`;
  return peer(setting, next, name, 'python3', [here('server.py')]);
}

/** A server with the methods `beam.callback`, which answers true, and `digest`, which tells what it has understood. */
async function peer(
  { quick }: Setting,
  next: Next,
  name: string,
  command: string,
  args: readonly string[],
): Promise<Contender> {
  const server = await startServer(command, args, line => /^listening at (.+)$/.exec(line)?.[1]);
  const client = load(server.told, next);
  return {
    ...contender(name, [server.pid], client, quick),
    async answer() {
      const { callback } = numiSpill(await numiDevices(), 0);
      const response = decodeResponse(await client.post(encodeCall('digest', [callback])));
      return response.ok ? JSON.stringify(response.value).slice(1, -1) : response.fault.message;
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const contender = (name: string, pids: readonly number[], client: Load, quick: boolean) => ({
  name,
  async round() {
    const { result: figure, usage } = await whileUsing(pids, () => client.run(quick ? 1500 : 3000));
    return { figure, ...usage };
  },
});
