import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { relativeTo } from './file-path.ts';
import { flattenIssue, readYamlText } from './yaml-text.ts';

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
  const { document, broken, placeOf } = readYamlText(text);
  if (broken.length > 0) {
    const told = broken.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
    throw new SpillwayError('CONFIG_UNREADABLE', told.join('\n'));
  }
  amend(document);
  const parsed = relativeTo(dirname(path), () => schema.safeParse(document.toJS() ?? {}));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap(flattenIssue).map(issue => {
    const { line, column } = placeOf(issue.path);
    return `${path}:${line}:${column}: ${issue.path.map(String).join('.') || '(file)'}: ${issue.message}`;
  });
  throw new SpillwayError('CONFIG_INVALID', problems.join('\n'));
}
