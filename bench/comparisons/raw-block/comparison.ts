import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { encodeRecord } from '../../../protocol/raw-block/raw-block.ts';
import type { Absent, Comparison, Contender, Setting } from '../../harness/comparison.ts';
import { program } from '../../harness/program.ts';
import { ask, compileC, type Found } from '../../harness/tools.ts';
import { numiDevices, numiSpill } from '../numi.ts';
import { devicesFile, readRecord } from './input.ts';

const here = (file: string): string => join(import.meta.dirname, file);
const INSTALL_C = 'Debian: apt-get install gcc zlib1g-dev';
const INSTALL_PYTHON = 'Debian: apt-get install python3';
const PYTHON_PEERS = join(import.meta.dirname, '../../../.cache/bench/python');
const INSTALL_KAITAI = 'python3 -m pip install --target .cache/bench/python kaitaistruct';

const SHARED = {
  unit: 'records per second of processor time',
  better: 'more',
  quick: true,
  goals: [
    { against: 'C', times: 0.5 },
    { against: 'Python struct', times: 30 },
  ],
  rounds: 7,
} as const satisfies Partial<Comparison>;

/** From the values of a spill to the bytes of its record, checksums and all. */
export const pack: Comparison = {
  ...SHARED,
  name: 'pack',
  title: 'packing a record of raw blocks, 60 devices, 1,721 values, 8 kB',
  async contenders(setting) {
    const { own, devices, record } = await inputs(setting);
    return [
      program({ ...own, name: 'spillway', command: process.execPath, args: [here('pack-ours.ts'), devices] }),
      await inC(setting, own, 'pack.c', devices),
      await inPython(own, 'Python struct', [here('pack_struct.py'), devices]),
      await copied(setting, own, record),
    ];
  },
};

/** From the bytes of a record to its values in the language's own types. */
export const unpack: Comparison = {
  ...SHARED,
  name: 'unpack',
  title: 'unpacking a record of raw blocks, 60 devices, 1,721 values, 8 kB',
  async contenders(setting) {
    const { own, record } = await inputs(setting);
    return [
      program({
        ...own,
        name: 'spillway',
        command: process.execPath,
        args: [here('unpack-ours.ts'), record],
      }),
      await inC(setting, own, 'unpack.c', record),
      await inPython(own, 'Python struct', [here('unpack_struct.py'), record]),
      program({
        ...own,
        name: 'Kaitai Struct 0.11.0 (JavaScript)',
        command: process.execPath,
        args: [here('unpack-kaitai.ts'), record],
      }),
      await kaitaiInPython(setting, own, record),
      await copied(setting, own, record),
    ];
  },
};

type Own = Pick<Parameters<typeof program>[0], 'roundMs' | 'clock' | 'signal'>;

async function inputs({ directory, quick, signal }: Setting) {
  const devices = join(directory, 'devices.bin');
  const record = join(directory, 'record.bin');
  await writeFile(devices, devicesFile(numiSpill(await numiDevices(), 0)));
  await writeFile(record, encodeRecord(readRecord(devices), { minor: 2 }));
  return { own: { roundMs: quick ? 300 : 700, clock: 'processor' as const, signal }, devices, record };
}

async function inC(
  { directory }: Setting,
  own: Own,
  source: string,
  file: string,
): Promise<Contender | Absent> {
  const compiled = await compileC(here(source), directory, { flags: ['-lz'], install: INSTALL_C });
  if ('absent' in compiled) return { name: 'C', ...compiled };
  return program({ ...own, name: 'C -O2', command: compiled.found, args: [file] });
}

async function inPython(own: Own, name: string, args: readonly string[]): Promise<Contender | Absent> {
  const version = await pythonVersion();
  if ('absent' in version) return { name, ...version };
  return program({ ...own, name: `${name} ${version.found}`, command: 'python3', args });
}

async function pythonVersion(): Promise<Found<string>> {
  const version = await ask('python3', ['--version'], INSTALL_PYTHON);
  return 'absent' in version ? version : { found: version.found.replace('Python ', '') };
}

/** Of the Python reader that is generated here the runtime library is a package of its own. */
async function kaitaiInPython({ directory }: Setting, own: Own, file: string): Promise<Contender | Absent> {
  const name = 'Kaitai Struct 0.11.0 (Python)';
  const env = { PYTHONPATH: PYTHON_PEERS };
  const library = await ask(
    'env',
    [`PYTHONPATH=${PYTHON_PEERS}`, 'python3', '-c', 'import kaitaistruct'],
    INSTALL_KAITAI,
  );
  if ('absent' in library) return { name, ...library };
  const folder = join(directory, 'kaitai');
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(await generated('python')))
    await writeFile(join(folder, path), text);
  return program({ ...own, name, command: 'python3', args: [here('unpack_kaitai.py'), file, folder], env });
}

/** What the compiler of Kaitai Struct makes of our description, by file name. */
async function generated(language: string): Promise<Record<string, string>> {
  const compiler = createRequire(import.meta.url)('kaitai-struct-compiler') as {
    compile(
      language: string,
      description: unknown,
      imports: null,
      debug: boolean,
    ): Promise<Record<string, string>>;
  };
  const description = await readFile(here('../../../protocol/raw-block/minos_beam_file.ksy'), 'utf8');
  return compiler.compile(language, parse(description), null, false);
}

/** The limit: the bytes must get from one place to another. */
async function copied({ directory }: Setting, own: Own, file: string): Promise<Contender | Absent> {
  const name = 'memory copy (limit)';
  const compiled = await compileC(here('copy.c'), directory, { install: INSTALL_C });
  if ('absent' in compiled) return { name, ...compiled };
  return program({ ...own, name, command: compiled.found, args: [file], answers: false });
}
