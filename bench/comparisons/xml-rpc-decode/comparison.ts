import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeCall, type XmlRpcStruct } from '../../../protocol/xml-rpc/xml-rpc.ts';
import type { Absent, Comparison, Contender, Setting } from '../../harness/comparison.ts';
import { program } from '../../harness/program.ts';
import { ask, compileC } from '../../harness/tools.ts';
import { METHOD, numiDevices, numiSpill } from '../numi.ts';
import { indented, withAllDigits } from './documents.ts';

const here = (file: string): string => join(import.meta.dirname, file);
const INSTALL_XMLRPC_C = 'Debian: apt-get install gcc libxmlrpc-core-c3-dev';
const INSTALL_PYTHON = 'Debian: apt-get install python3';

const asText = (callback: XmlRpcStruct): string => Buffer.from(encodeCall(METHOD, [callback])).toString();

/** What a front end may send: XML-RPC leaves white space and digits to the sender. */
export const xmlRpcDecode: readonly Comparison[] = [
  decoding(
    'xml-rpc-decode',
    'indented, numbers of six digits, 189 kB',
    callback => indented(asText(callback)),
    true,
  ),
  decoding('xml-rpc-decode-compact', 'no white space, numbers of six digits, 92 kB', asText),
  decoding('xml-rpc-decode-digits', 'no white space, numbers of 16 digits, 109 kB', callback =>
    asText(withAllDigits(callback) as XmlRpcStruct),
  ),
];

/** From the bytes of a callback to values in the language's own types, in one process and one thread. */
function decoding(
  name: string,
  form: string,
  write: (callback: XmlRpcStruct) => string,
  quick = false,
): Comparison {
  return {
    name,
    title: `XML-RPC decode of a NuMI callback, 60 devices, 1,721 values, ${form}`,
    unit: 'callbacks per second of processor time',
    better: 'more',
    quick,
    goals: [
      { against: 'xmlrpc-c', times: 3 },
      { against: 'npm xmlrpc', times: 20 },
    ],
    rounds: 7,
    async contenders(setting) {
      const file = join(setting.directory, 'callback.xml');
      await writeFile(file, write(numiSpill(await numiDevices(), 0).callback));
      const roundMs = setting.quick ? 300 : 700;
      const own = { args: [file], roundMs, clock: 'processor' as const, signal: setting.signal };
      const node = process.execPath;
      return [
        program({ ...own, name: 'spillway', command: node, args: [here('ours.ts'), file] }),
        await xmlRpcC(setting, own),
        await python(own),
        program({ ...own, name: 'npm xmlrpc 1.3.2', command: node, args: [here('npm-xmlrpc.ts'), file] }),
        await onePass(setting, own),
      ];
    },
  };
}

type Own = Pick<Parameters<typeof program>[0], 'args' | 'roundMs' | 'clock' | 'signal'>;

async function xmlRpcC({ directory }: Setting, own: Own): Promise<Contender | Absent> {
  const version = await ask('xmlrpc-c-config', ['--version'], INSTALL_XMLRPC_C);
  const compiled = await compileC(here('xmlrpc_c.c'), directory, {
    flags: ['-lxmlrpc', '-lxmlrpc_xmlparse', '-lxmlrpc_xmltok', '-lxmlrpc_util', '-lm'],
    install: INSTALL_XMLRPC_C,
  });
  if ('absent' in version) return { name: 'xmlrpc-c', ...version };
  if ('absent' in compiled) return { name: 'xmlrpc-c', ...compiled };
  return program({ ...own, name: `xmlrpc-c ${version.found}`, command: compiled.found });
}

async function python(own: Own): Promise<Contender | Absent> {
  const version = await ask('python3', ['--version'], INSTALL_PYTHON);
  if ('absent' in version) return { name: 'Python xmlrpc.client', ...version };
  return program({
    ...own,
    name: `Python xmlrpc.client ${version.found.replace('Python ', '')}`,
    command: 'python3',
    args: [here('python.py'), ...own.args],
  });
}

/** The limit: whoever decodes a document must have read it. */
async function onePass({ directory }: Setting, own: Own): Promise<Contender | Absent> {
  const name = 'one pass over the bytes (limit)';
  const compiled = await compileC(here('one_pass.c'), directory, { install: 'Debian: apt-get install gcc' });
  if ('absent' in compiled) return { name, ...compiled };
  return program({ ...own, name, command: compiled.found, answers: false });
}
