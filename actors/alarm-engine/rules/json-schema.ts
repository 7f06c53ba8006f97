import { z } from 'zod';
import { ruleFileForEditors } from './schema.ts';

/** A text that a template fills in: it may stand for a number, a duration or one of a few words. */
const FILLED_IN = { type: 'string', pattern: '\\{[a-z]' } as const;

/** Describes rule files as they are written, for editors that check while one types. */
export function rulesJsonSchema(): string {
  const schema = z.toJSONSchema(ruleFileForEditors, {
    io: 'input',
    override({ jsonSchema }) {
      const narrow =
        jsonSchema.type === 'number' ||
        jsonSchema.type === 'integer' ||
        jsonSchema.enum ||
        jsonSchema.pattern;
      if (!narrow) return;
      const { description, ...own } = jsonSchema;
      for (const key of Object.keys(own)) delete jsonSchema[key];
      Object.assign(
        jsonSchema,
        { anyOf: [own, FILLED_IN] },
        description === undefined ? {} : { description },
      );
    },
  });
  return `${JSON.stringify({ title: 'Alarm rules of Spillway', ...schema }, undefined, 2)}\n`;
}
