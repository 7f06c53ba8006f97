import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { DeclaredMode } from './machine-mode.ts';

const FILES = 'alarm-rules/1';
const APPLIED = 'alarm-rules-applied/1';

/**
 * The rule files themselves: whoever evaluates them again, now or next year, has what was in force then. Text, not the
 * parsed form, so that comments and line numbers survive.
 */
export const AlarmRules = z.strictObject({
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
  by: z
    .string()
    .describe('who put them in force; the instance of the engine when it found the files changed'),
  at: EventTime,
});
export type AlarmRules = z.infer<typeof AlarmRules>;

/** Equal for equal files, whatever their order. */
export const digestOfRules = (files: AlarmRules['files']): string => {
  const hash = createHash('sha256');
  for (const { path, text } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path.length}:${path}${text.length}:${text}`);
  }
  return hash.digest('hex').slice(0, 16);
};

/** Rule files to be put in force. */
export const alarmRules: MessageType<AlarmRules> = {
  type: FILES,
  stream: 'COMMAND',
  subject: experiment => subjects.alarmRules(experiment),
  identity: body => `rules:${digestOfRules(body.files)}:${body.at.seconds}.${body.at.nanoseconds}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(FILES, AlarmRules, bytes),
};

export const AlarmRulesApplied = z.strictObject({
  version: z.int().min(1).describe('counts the rule sets put in force'),
  digest: z.string(),
  by: z.string(),
  at: EventTime,
  alarms: z.int().min(0).describe('alarms defined'),
  added: z.array(z.string()).describe('alarm ids'),
  removed: z.array(z.string()),
  changed: z.array(z.string()).describe('whose rule differs'),
  moved: z.array(z.string()).describe('alarms whose state changed only because of the new rules'),
  modes: z.array(DeclaredMode).default([]).describe('machine modes declared, in their order'),
});

/** A rule set is in force; what became different by it. Long lists are cut after 1000 names. */
export type AlarmRulesApplied = z.infer<typeof AlarmRulesApplied>;

export const alarmRulesApplied: MessageType<AlarmRulesApplied> = {
  type: APPLIED,
  stream: 'ALARM',
  subject: experiment => subjects.alarmRulesApplied(experiment),
  identity: body => `rules:${body.version}:${body.digest}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(APPLIED, AlarmRulesApplied, bytes),
};
