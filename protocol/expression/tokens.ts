import { BOUNDS } from './bounds.ts';
import { ExpressionInvalid } from './invalid.ts';

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'device' | 'symbol' | 'end';
  /** As written; the content of a text without its quotes. */
  readonly text: string;
  /** Of a number; a length of time is in seconds. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

const SECONDS_PER: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * A name never begins with a capital and a device always does, so that the colon of `E:TRTGTD` cannot be that of
 * `a ? b : c`.
 */
const DEVICE = /[A-Z]:[A-Z0-9_]+/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const UNIT = /(?:ms|s|m|h|d)(?![A-Za-z0-9_])/y;
const NAME = /[a-z_][A-Za-z0-9_]*/y;
const TEXT = /'([^'\\\n]*)'|"([^"\\\n]*)"/y;
const SYMBOL = /&&|\|\||<=|>=|==|!=|[-+*/%<>!?:,()[\]]/y;
const SPACE = /\s+/y;

/** @throws ExpressionInvalid */
export function tokenize(source: string): Token[] {
  if (source.length > BOUNDS.length)
    throw new ExpressionInvalid(
      BOUNDS.length,
      `${source.length} characters; accepted: up to ${BOUNDS.length}`,
    );
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const space = match(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = next(source, at, match);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: 'the end', value: 0, start: at, end: at });
  return tokens;
}

function next(source: string, start: number, match: (pattern: RegExp) => RegExpExecArray | null): Token {
  const token = (kind: Token['kind'], text: string, length: number, value = 0): Token => ({
    kind,
    text,
    value,
    start,
    end: start + length,
  });
  const device = match(DEVICE)?.[0];
  if (device) return token('device', device, device.length);
  const number = match(NUMBER)?.[0];
  if (number) return numberToken(source, start, number);
  const name = match(NAME)?.[0];
  if (name) return token('name', name, name.length);
  const text = match(TEXT);
  if (text) return token('text', text[1] ?? text[2] ?? '', text[0].length);
  const symbol = match(SYMBOL)?.[0];
  if (symbol) return token('symbol', symbol, symbol.length);
  throw new ExpressionInvalid(start, unknownCharacter(source.slice(start)));
}

function numberToken(source: string, start: number, digits: string): Token {
  UNIT.lastIndex = start + digits.length;
  const unit = UNIT.exec(source)?.[0] ?? '';
  const value = Number(digits) * (SECONDS_PER[unit] ?? 1);
  const end = start + digits.length + unit.length;
  if (!Number.isFinite(value)) throw new ExpressionInvalid(start, `${digits} is beyond all numbers`);
  if (/[A-Za-z0-9_.]/.test(source.charAt(end)))
    throw new ExpressionInvalid(
      start,
      `${/^[A-Za-z0-9_.]+/.exec(source.slice(start))?.[0]} is not a number; accepted: 12, -0.5, 2e13, or a time as 30s, 5m, 500ms`,
    );
  return { kind: 'number', text: source.slice(start, end), value, start, end };
}

function unknownCharacter(rest: string): string {
  if (/^['"]/.test(rest))
    return `this text has no end; accepted: '…' or "…" on one line, without backslashes`;
  if (rest.startsWith('=')) return 'nothing can be set here; accepted: == to compare';
  if (/^[A-Z]/.test(rest))
    return `${/^[A-Za-z0-9_:]+/.exec(rest)?.[0]} is no name; accepted: a device as E:TRTGTD, or a quantity in lower case`;
  return `"${String.fromCodePoint(rest.codePointAt(0) ?? 0)}" has no meaning here`;
}
