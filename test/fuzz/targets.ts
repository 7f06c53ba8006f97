import type { Target } from './target.ts';
import { expressions, matchers, ruleFiles } from './targets/alarm-language.ts';
import { configuration, deviceLists } from './targets/configuration.ts';
import { objects, s3Lists } from './targets/event-store.ts';
import { messages } from './targets/messages.ts';
import { midas, odb } from './targets/midas.ts';
import { boards, startMessages, variables } from './targets/page.ts';
import { rawBlock } from './targets/raw-block.ts';
import { rotorooterCommands, rotorooterReplies } from './targets/rotorooter.ts';
import { xmlRpc } from './targets/xml-rpc.ts';

/** Every parser that sees bytes from outside. */
export const targets: readonly Target[] = [
  xmlRpc,
  rawBlock,
  rotorooterCommands,
  rotorooterReplies,
  midas,
  odb,
  ...messages,
  objects,
  s3Lists,
  expressions,
  ruleFiles,
  matchers,
  configuration,
  deviceLists,
  startMessages,
  boards,
  variables,
];
