import { ApiError, type CommandAnswer } from './answers.ts';

/**
 * What became of a command. `waiting`: stored, nobody has answered yet. `unsure`: nobody knows whether it is done; it can be sent
 * again under its id. `refused`: it is not done, and would not be.
 */
export interface Attempt {
  readonly kind: 'done' | 'waiting' | 'unsure' | 'refused';
  readonly message: string;
  readonly error?: ApiError;
}

/** Sends a command and says plainly what became of it. Never throws. */
export async function attempt(send: () => Promise<CommandAnswer>): Promise<Attempt> {
  try {
    const { done, message } = await send();
    return { kind: done ? 'done' : 'waiting', message };
  } catch (error) {
    if (!(error instanceof ApiError))
      return {
        kind: 'unsure',
        message: 'The gateway could not be reached; whether it is done is not known.',
      };
    return { kind: error.status >= 500 ? 'unsure' : 'refused', message: error.message, error };
  }
}
