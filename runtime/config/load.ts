import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { relativeTo } from './file-path.ts';

/**
 * A YAML file checked against a schema. Files that it names are relative to it.
 *
 * @throws SpillwayError CONFIG_UNREADABLE when the file cannot be read or is not YAML; CONFIG_INVALID with one line
 *   per problem: file, line, column, key and what is accepted.
 */
export function loadYaml<T>(path: string, schema: z.ZodType<T>, amend?: (document: Document) => void): T {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SpillwayError('CONFIG_UNREADABLE', `${path}: cannot be read`, { cause });
  }
  return parseYaml(path, text, schema, amend);
}

/** `loadYaml` for a text that is at hand; `path` is for messages, `amend` changes the document before the check. */
export function parseYaml<T>(
  path: string,
  text: string,
  schema: z.ZodType<T>,
  amend: (document: Document) => void = () => {},
): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    const first = broken.message.split('\n')[0] ?? 'not YAML';
    throw new SpillwayError('CONFIG_UNREADABLE', `${path}:${line}:${col}: ${first}`);
  }
  amend(document);
  const parsed = relativeTo(dirname(path), () => schema.safeParse(document.toJS() ?? {}));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap(flatten).map(issue => {
    const { line, col } = lines.linePos(offsetOf(document, issue.path));
    return `${path}:${line}:${col}: ${issue.path.map(String).join('.') || '(file)'}: ${issue.message}`;
  });
  throw new SpillwayError('CONFIG_INVALID', problems.join('\n'));
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Unknown keys become one problem each, at the key itself; a union tells the problems of its likeliest branch. */
function flatten(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: [...issue.path, key], message: 'this key is not known here' }));
  }
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0];
    if (branch && depth(branch) > 0) {
      return branch.map(inner => ({ path: [...issue.path, ...inner.path], message: inner.message }));
    }
  }
  return [issue];
}

const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map(issue => issue.path.length));

/** Where the key at `path` stands in the text; for a missing key, its nearest parent that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const found = document.getIn(path.slice(0, length), true);
    if (isNode(found) && found.range) return found.range[0];
  }
  return 0;
}
