import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { deviceNameProblem } from './device-name.ts';
import { SpillwayError } from './errors.ts';
import { ValueKind } from './messages/readings.ts';
import { InOut } from './subjects.ts';

/**
 * The list of devices to read, in two notations with one result (docs/formats.md, "Device list").
 *
 * YAML (`.yaml`, `.yml`, `.json`):
 *
 *     devices:
 *       - { name: "E:HPTGT", inOut: in, kind: float, length: 7, units: mm, description: position at the target }
 *
 * Plain text (any other file name): one device a line, `#` starts a comment, `-` stands for no units:
 *
 *     # NAME    in|out|-  float|int  LENGTH  UNITS  DESCRIPTION
 *     E:HPTGT   in        float      7       mm     position at the target
 *
 * Name and `inOut` are needed; the rest defaults to a float scalar without units. `-` in place of in|out keeps
 * the line as a note: the device is known and not read out, as in the original list (numi.md 4.3).
 */
export interface DeviceList {
  readonly devices: readonly Device[];
  /** Names that the list marks as not read out. */
  readonly notReadOut: readonly string[];
}

/** Far above any device known (216 values); catches a typing error before it becomes a request. */
const MAX_LENGTH = 65_536;

const word = (what: string) => z.string({ error: `${what}: accepted: text` });

const Entry = z.strictObject({
  name: word('name').check(context => {
    const problem = deviceNameProblem(context.value);
    if (problem) context.issues.push({ code: 'custom', message: `name: ${problem}`, input: context.value });
  }),
  inOut: z.enum({ ...InOut, none: '-' }, { error: given('inOut', 'in, out, or - for "not read out"') }),
  kind: z.enum(ValueKind, { error: given('kind', 'float or int') }).default('float'),
  length: z
    .int({ error: given('length', `a whole number from 1 to ${MAX_LENGTH}`) })
    .min(1, { error: given('length', `a whole number from 1 to ${MAX_LENGTH}`) })
    .max(MAX_LENGTH, { error: given('length', `a whole number from 1 to ${MAX_LENGTH}`) })
    .default(1),
  units: word('units')
    .transform(units => (units === '-' ? '' : units))
    .default(''),
  description: word('description').default(''),
});

/** A device to read out. */
export interface Device extends Readonly<Omit<z.infer<typeof Entry>, 'inOut'>> {
  readonly inOut: InOut;
}

function given(key: string, accepted: string) {
  return (issue: { input?: unknown }) =>
    issue.input === undefined
      ? `${key} is missing; accepted: ${accepted}`
      : `${key}: ${JSON.stringify(issue.input)} is not understood; accepted: ${accepted}`;
}

/** An entry as written, with the line of each of its keys (of the entry itself for a key not written). */
interface Written {
  readonly value: unknown;
  lineOf(key?: PropertyKey): number;
}

interface Refusal {
  readonly line: number;
  readonly message: string;
}

/**
 * Reads a device list. `file` chooses the notation by its ending and stands in the errors.
 * @throws SpillwayError DEVICE_LIST_INVALID: one line per refusal, `file:line: what; accepted: …`.
 */
export function parseDeviceList(text: string, file: string): DeviceList {
  const { entries, refusals } = /\.(ya?ml|json)$/i.test(file) ? fromYaml(text) : fromPlainText(text);
  const devices: Device[] = [];
  const notReadOut: string[] = [];
  const firstLine = new Map<string, number>();
  for (const entry of entries) {
    const parsed = Entry.safeParse(entry.value);
    if (!parsed.success) {
      refusals.push(...parsed.error.issues.map(issue => refusalOf(issue, entry)));
      continue;
    }
    const { inOut, ...device } = parsed.data;
    const line = entry.lineOf('name');
    const first = firstLine.get(device.name);
    if (first !== undefined)
      refusals.push({
        line,
        message: `${device.name} stands on line ${first} already; accepted: each device once`,
      });
    else firstLine.set(device.name, line);
    if (inOut === '-') notReadOut.push(device.name);
    else devices.push({ ...device, inOut });
  }
  if (refusals.length === 0 && devices.length === 0)
    refusals.push({ line: 1, message: 'no device to read out; accepted: at least one' });
  if (refusals.length > 0)
    throw new SpillwayError(
      'DEVICE_LIST_INVALID',
      refusals
        .toSorted((a, b) => a.line - b.line)
        .map(({ line, message }) => `${file}:${line}: ${message}`)
        .join('\n'),
    );
  return { devices, notReadOut };
}

function refusalOf(issue: z.core.$ZodIssue, entry: Written): Refusal {
  if (issue.code === 'unrecognized_keys')
    return {
      line: entry.lineOf(issue.keys[0]),
      message: `unknown key ${issue.keys.join(', ')}; accepted: ${Object.keys(Entry.shape).join(', ')}`,
    };
  if (issue.path.length === 0)
    return { line: entry.lineOf(), message: 'not a device; accepted: { name, inOut, … }' };
  return { line: entry.lineOf(issue.path[0]), message: issue.message };
}

interface Notation {
  readonly entries: readonly Written[];
  readonly refusals: Refusal[];
}

function fromPlainText(text: string): Notation {
  const entries = text.split(/\r\n|\r|\n/).flatMap((raw, index): Written[] => {
    const columns = raw
      .replace(/^\uFEFF/, '')
      .replace(/#.*$/, '')
      .trim()
      .split(/\s+/);
    const [name, inOut, kind, length, units, ...description] = columns;
    if (!name) return [];
    const value = {
      name,
      inOut,
      kind,
      length: length && /^\d+$/.test(length) ? Number(length) : length,
      units,
      description: description.join(' '),
    };
    return [{ value, lineOf: () => index + 1 }];
  });
  return { entries, refusals: [] };
}

function fromYaml(text: string): Notation {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (range: readonly number[] | null | undefined) => lines.linePos(range?.[0] ?? 0).line || 1;
  const refuse = (line: number, message: string): Notation => ({
    entries: [],
    refusals: [{ line, message }],
  });
  if (document.errors.length > 0)
    return {
      entries: [],
      refusals: document.errors.map(error => ({
        line: error.linePos?.[0].line ?? 1,
        message: `not YAML: ${error.message.split('\n')[0]}; accepted: devices: [ … ]`,
      })),
    };
  const root = document.contents;
  if (!isMap(root)) return refuse(lineAt(root?.range), 'not a device list; accepted: devices: [ … ]');
  for (const { key } of root.items)
    if (isScalar(key) && key.value !== 'devices')
      return refuse(lineAt(key.range), `unknown key ${String(key.value)}; accepted: devices`);
  const list = root.get('devices', true);
  if (!isSeq(list)) return refuse(lineAt(root.range), '"devices" is not a list; accepted: devices: [ … ]');
  const refusals: Refusal[] = [];
  const entries = list.items.flatMap((item): Written[] => {
    const range = isNode(item) ? item.range : undefined;
    let value: unknown;
    try {
      value = isNode(item) ? item.toJS(document) : item;
    } catch (thrown) {
      // An alias whose anchor is not there.
      refusals.push({
        line: lineAt(range),
        message: thrown instanceof Error ? thrown.message : String(thrown),
      });
      return [];
    }
    const written: Written = {
      value,
      lineOf(key) {
        const pair = isMap(item)
          ? item.items.find(({ key: written }) => isScalar(written) && written.value === key)
          : undefined;
        return lineAt(isScalar(pair?.key) ? pair.key.range : range);
      },
    };
    return [written];
  });
  return { entries, refusals };
}
