import { ValueKind } from '../../protocol/messages/readings.ts';
import {
  type BlockId,
  type DecodedDevice,
  DetectorCode,
  encodeBlockId,
  formatBlockId,
  SourceCode,
} from '../../protocol/raw-block/raw-block.ts';
import { formatEventTime } from '../../protocol/time.ts';
import type { Entry } from './dump-entries.ts';

/** Lines of text for a reader at a terminal. Floats are printed with as many digits as single precision holds. */
export function formatText(entry: Entry): string {
  const start = `${String(entry.offset).padStart(10)}  `;
  if ('problem' in entry) return `${start}PROBLEM ${entry.problem}: ${entry.reason} (${entry.bytes} bytes)\n`;
  const id = `${formatBlockId(encodeBlockId(entry.id))} ${formatFields(entry.id)}`;
  switch (entry.block) {
    case 'header':
      return `${start}header     ${id}  spill ${entry.spillCount}  ${formatEventTime(entry.time)}\n`;
    case 'payload': {
      const head = `${start}${entry.inOut}-spill`.padEnd(23);
      return `${head}${id}  ${entry.devices.length} devices\n${entry.devices.map(formatDevice).join('')}`;
    }
    case 'unknown':
      return `${start}unknown    ${id}  ${entry.words} words\n`;
    default:
      return entry satisfies never;
  }
}

/** One JSON object, on one line. NaN and infinities, which JSON has not, become the strings `"NaN"`, `"Infinity"`... */
export function formatJson(entry: Entry): string {
  const { file, offset, bytes } = entry;
  if ('problem' in entry) return line({ file, offset, bytes, problem: entry.problem, reason: entry.reason });
  const { id, ...rest } = entry;
  const fields = {
    ...rest,
    id: formatBlockId(encodeBlockId(id)),
    ...id,
    ...('time' in rest ? { time: rest.time && formatEventTime(rest.time) } : {}),
    ...('devices' in rest ? { devices: rest.devices.map(jsonDevice) } : {}),
  };
  return line(fields);
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

const jsonDevice = ({ values, ...device }: DecodedDevice) => ({
  ...device,
  values: Array.from(values, value => (Number.isFinite(value) ? value : String(value))),
});

function formatDevice({ name, kind, seconds, milliseconds, values }: DecodedDevice): string {
  const time = seconds === null ? '' : new Date(seconds * 1000 + (milliseconds ?? 0)).toISOString();
  const texts = Array.from(values, kind === ValueKind.float ? formatSingle : String);
  return `${' '.repeat(12)}${name.padEnd(9)} ${kind.padEnd(5)} ${time}  ${texts.join(' ')}\n`;
}

/** The shortest decimal that reads back as the same single precision number. */
function formatSingle(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number.isFinite(value) ? Number(value.toPrecision(9)) : value);
}

/** The five fields of a block id, in words where they have some. */
function formatFields(id: BlockId): string {
  const detector = nameOf(DetectorCode, id.detector) ?? `detector ${id.detector}`;
  const source = nameOf(SourceCode, id.source) ?? `source ${id.source}`;
  return `${id.csf === 0 ? 'data' : 'simulated'} ${detector} ${source} minor ${id.minor}`;
}

const nameOf = (table: Readonly<Record<string, number>>, code: number): string | undefined =>
  Object.entries(table).find(([, value]) => value === code)?.[0];
