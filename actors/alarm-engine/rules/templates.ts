/** What a template's variables stand for in one of its alarms; a field of an element under `name.field`. */
export type Bindings = ReadonlyMap<string, string | number>;

export type Each = Readonly<Record<string, string | readonly Element[]>>;
type Element = string | number | Readonly<Record<string, string | number>>;

const RANGE = /^(-?\d+)\.\.(-?\d+)$/;

/** How many elements a list or a range has. */
const sizeOf = (elements: string | readonly Element[]): number => {
  if (typeof elements !== 'string') return elements.length;
  const [first, last] = rangeOf(elements);
  return Math.max(0, last - first + 1);
};

function rangeOf(text: string): [first: number, last: number] {
  const [, first, last] = RANGE.exec(text) ?? [];
  return [Number(first), Number(last)];
}

/** How many alarms a template makes. */
export const combinations = (each: Each): number =>
  Object.values(each).reduce((product, elements) => product * sizeOf(elements), 1);

/** Every combination of the elements of all variables, the last variable changing fastest. */
export function* expand(each: Each): Generator<Bindings> {
  const variables = Object.entries(each)
    .map(([name, elements]) => [name, typeof elements === 'string' ? numbers(elements) : elements] as const)
    .toReversed();
  const total = combinations(each);
  for (let index = 0; index < total; index++) {
    const bindings = new Map<string, string | number>();
    let rest = index;
    for (const [name, elements] of variables) {
      bind(bindings, name, elements[rest % elements.length]);
      rest = Math.floor(rest / elements.length);
    }
    yield bindings;
  }
}

function numbers(range: string): number[] {
  const [first, last] = rangeOf(range);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function bind(bindings: Map<string, string | number>, name: string, element: Element | undefined): void {
  if (element === undefined) return;
  if (typeof element !== 'object') bindings.set(name, element);
  else for (const [field, value] of Object.entries(element)) bindings.set(`${name}.${field}`, value);
}

const PLACEHOLDER = /\{([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+)?)\}/g;
const ONLY_PLACEHOLDER = /^\{([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+)?)\}$/;

/** Parts of a text that stand for a variable, by name. */
export const placeholdersIn = (text: string): string[] =>
  Array.from(text.matchAll(PLACEHOLDER), ([, name]) => name ?? '');

/**
 * A value with its placeholders filled in; the very same value when it has none, so that what has been read of it once need
 * not be read again. A text that is nothing but a placeholder becomes what it stands for, a number a number.
 */
export function fill(value: unknown, bindings: Bindings): unknown {
  if (typeof value === 'string') {
    if (!value.includes('{')) return value;
    const only = ONLY_PLACEHOLDER.exec(value)?.[1];
    if (only !== undefined) return bindings.get(only) ?? value;
    return value.replaceAll(PLACEHOLDER, (whole, name: string) => String(bindings.get(name) ?? whole));
  }
  if (Array.isArray(value)) {
    const filled = value.map(item => fill(item, bindings));
    return filled.some((item, index) => item !== value[index]) ? filled : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  let changed = false;
  const filled = Object.entries(value).map(([key, item]) => {
    const next = fill(item, bindings);
    changed ||= next !== item;
    return [key, next] as const;
  });
  return changed ? Object.fromEntries(filled) : value;
}

/** An alarm's name with its placeholders filled in, in the letters that names are made of: `E:HP121` as `e-hp121`. */
export const fillId = (id: string, bindings: Bindings): string =>
  id.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const value = bindings.get(name);
    return value === undefined ? whole : slug(String(value));
  });

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
