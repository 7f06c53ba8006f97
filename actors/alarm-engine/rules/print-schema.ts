import { rulesJsonSchema } from './json-schema.ts';

// `npm run schema` writes it to alarms.schema.json.
process.stdout.write(rulesJsonSchema());
