import { z } from 'zod';
import { asSpillwayError } from '../../protocol/errors.ts';
import type { ActorDefinition } from '../actor.ts';
import { loadYaml } from '../config/load.ts';
import { Camera, Simulator } from '../config/schema.ts';
import { checkCamera } from '../up/camera.ts';
import { checkSimulator } from '../up/simulator.ts';

/**
 * Checks every file that a configuration names, in each section that is fine by itself, whatever else is wrong.
 * @returns the problems, a line each
 * @throws SpillwayError CONFIG_UNREADABLE when the configuration is not YAML
 */
export async function checkFiles(
  path: string,
  actors: readonly ActorDefinition<unknown>[],
): Promise<string[]> {
  const sections = actors.map(({ name, config }) => [name, config.optional().catch(undefined)] as const);
  const config = loadYaml(
    path,
    z.object({
      actors: z.object(Object.fromEntries(sections)).catch({}),
      embedded: z
        .object({
          simulator: Simulator.optional().catch(undefined),
          camera: Camera.optional().catch(undefined),
        })
        .catch({ simulator: undefined, camera: undefined }),
    }),
  );
  const { simulator, camera } = config.embedded;
  const checks = actors.map(async actor => {
    const section = config.actors[actor.name];
    try {
      if (section !== undefined) await actor.check?.(section);
      return [];
    } catch (thrown) {
      return asSpillwayError(thrown).message.split('\n');
    }
  });
  const problems = await Promise.all([
    ...checks,
    simulator ? checkSimulator(simulator) : [],
    camera ? checkCamera(camera) : [],
  ]);
  // Monitor and simulator may well read the same list.
  return [...new Set(problems.flat())];
}
