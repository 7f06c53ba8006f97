/** Bytes of the name field in the raw block (numi.md 1.2): a longer name cannot be packed. */
export const MAX_NAME_LENGTH = 8;

/** What the second character of an ACNET name asks for (numi.md 3.3). Only `:` is read out. */
const PROPERTIES: Readonly<Record<string, string>> = {
  _: 'the setting',
  '|': 'the status',
  '&': 'the control',
  '@': 'the analogue alarm',
  $: 'the digital alarm',
  '~': 'the description',
};

const ACCEPTED = `accepted: one letter, ":", then capitals, digits or "_", up to ${MAX_NAME_LENGTH} characters in total`;
const NAME = /^[A-Z]:[A-Z0-9_]+$/;

/**
 * Why `name` is not the reading of an ACNET device that fits the raw block, with what is accepted; undefined
 * when it is one.
 */
export function deviceNameProblem(name: string): string | undefined {
  const property = PROPERTIES[name.charAt(1)];
  if (/^[A-Za-z]/.test(name) && property)
    return `"${name}" asks for ${property} of ${name.charAt(0)}:${name.slice(2)}; only readings (":") are read out; ${ACCEPTED}`;
  if (name.includes('['))
    return `"${name}" carries a range; the length goes into its own column; ${ACCEPTED}`;
  if (name !== name.toUpperCase() && NAME.test(name.toUpperCase()))
    return `"${name}" is not in capitals, as ACNET writes its names; ${ACCEPTED}`;
  if (!NAME.test(name)) return `"${name}" is not an ACNET device name; ${ACCEPTED}`;
  if (name.length > MAX_NAME_LENGTH)
    return `"${name}" has ${name.length} characters and does not fit the raw block; ${ACCEPTED}`;
  return undefined;
}
