import type { FieldDefaults, Mapping, Override, Panel, Threshold } from '../../dashboards/model.ts';
import { ago, asText, formatNumber, isoTime, type Shown } from './format.ts';

/** How the values of one column or line are shown: the panel's defaults with the overrides for this name. */
export type Appearance = FieldDefaults & { readonly displayName?: string };

const matches = ({ matcher }: Override, name: string): boolean => {
  if (matcher.id === 'byName') return matcher.options === name;
  const [, pattern = matcher.options, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(matcher.options) ?? [];
  return new RegExp(pattern, flags.replace('g', '')).test(name);
};

/** @param name of the column or line */
export function appearanceOf({ fieldConfig }: Pick<Panel, 'fieldConfig'>, name: string): Appearance {
  const properties = fieldConfig.overrides
    .filter(override => matches(override, name))
    .flatMap(override => override.properties);
  const own: Record<string, unknown> = {};
  const custom: Record<string, unknown> = { ...fieldConfig.defaults.custom };
  for (const { id, value } of properties) {
    if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
    else own[id] = value;
  }
  return { ...fieldConfig.defaults, ...own, custom };
}

/** Text, unit and colour of one value; the colour is a name of Grafana's, undefined for the ordinary one. */
export interface Display extends Shown {
  readonly color: string | undefined;
}

/** @param nowMs for times that are shown as an age */
export function display(value: unknown, appearance: Appearance, nowMs: number): Display {
  const mapped = mapping(value, appearance.mappings ?? []);
  if (mapped) return { text: mapped.text, unit: '', color: mapped.color };
  if (value === null || value === undefined) return { text: '–', unit: '', color: undefined };
  if (typeof value !== 'number') return { text: asText(value), unit: '', color: colorOf(value, appearance) };
  if (appearance.unit === 'dateTimeFromNow') return { text: ago(value, nowMs), unit: '', color: undefined };
  return { ...formatNumber(value, appearance.unit, appearance.decimals), color: colorOf(value, appearance) };
}

/** A time column's value. */
export const displayTime = (ms: unknown): string => (typeof ms === 'number' ? isoTime(ms) : '–');

function mapping(value: unknown, mappings: readonly Mapping[]): { text: string; color?: string } | undefined {
  for (const one of mappings) {
    if (one.type === 'value') {
      const key = asText(value);
      if (value !== null && value !== undefined && Object.hasOwn(one.options, key)) return one.options[key];
    } else {
      const isNull = value === null || value === undefined;
      const isNaN = value === 'NaN' || Number.isNaN(value);
      if (one.options.match === 'null' ? isNull : isNaN) return one.options.result;
    }
  }
  return undefined;
}

function colorOf(value: unknown, { color, thresholds }: Appearance): string | undefined {
  if (color?.mode === 'fixed') return color.fixedColor;
  if (color?.mode !== 'thresholds' || typeof value !== 'number') return undefined;
  return thresholds && stepOf(value, thresholds.steps)?.color;
}

/** The last step that the value reaches; steps rise, and the first has no value. */
export const stepOf = (value: number, steps: readonly Threshold[]): Threshold | undefined =>
  steps.findLast(step => step.value === null || value >= step.value);
