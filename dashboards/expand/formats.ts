/** A value of a variable: one, or several of a variable that allows it. */
export type Value = string | readonly string[];

type Format = (value: Value, name: string, text: string) => string;

const list = (value: Value): readonly string[] => (typeof value === 'string' ? [value] : value);
const joined =
  (separator: string): Format =>
  value =>
    list(value).join(separator);
const each =
  (write: (value: string) => string): Format =>
  value =>
    list(value).map(write).join(',');
const strict = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const regex = (text: string): string => text.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`);
const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What Grafana can do with `${name:format}` (scenes, formatRegistry.ts), as far as it makes sense in SQL and links. */
export const FORMATS: Readonly<Record<string, Format>> = {
  raw: joined(','),
  csv: joined(','),
  join: joined(','),
  pipe: joined('|'),
  text: (_value, _name, text) => text,
  json: value => (typeof value === 'string' ? value : JSON.stringify(value)),
  glob: value =>
    typeof value !== 'string' && value.length > 1 ? `{${value.join(',')}}` : list(value).join(','),
  regex: value => {
    const parts = list(value).map(regex);
    return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join('|')})`;
  },
  singlequote: each(value => `'${value.replaceAll("'", String.raw`\'`)}'`),
  doublequote: each(value => `"${value.replaceAll('"', String.raw`\"`)}"`),
  sqlstring: each(value => `'${value.replaceAll("'", "''").replaceAll('"', String.raw`\"`)}'`),
  percentencode: value => strict(typeof value === 'string' ? value : `{${value.join(',')}}`),
  queryparam: (value, name) =>
    list(value)
      .map(one => `var-${name}=${strict(one)}`)
      .join('&'),
  html: value =>
    list(value)
      .join(', ')
      .replaceAll(/[&<>"']/g, character => HTML[character] ?? ''),
};

/** Without a format the plugin joins several values by `','` in quotes and leaves a single one bare (CHDatasource, `format`). */
export const PLUGIN_FORMAT: Format = value => (typeof value === 'string' ? value : `'${value.join("','")}'`);

/** Formats whose output is a literal of its own. */
export const QUOTING: ReadonlySet<string> = new Set(['singlequote', 'doublequote', 'sqlstring']);
