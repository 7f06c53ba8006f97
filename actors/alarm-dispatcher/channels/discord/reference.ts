/** Where a message is: its id, within a thread that is named too where it is in one. Travels as `thread/message`. */
export interface Reference {
  readonly thread?: string;
  readonly message: string;
}

export const formatReference = ({ thread, message }: Reference): string =>
  thread === undefined ? message : `${thread}/${message}`;

/** @returns undefined for what is no reference of ours */
export function parseReference(text: string): Reference | undefined {
  const [, thread, message] = /^(?:(\d+)\/)?(\d+)$/.exec(text) ?? [];
  if (message === undefined) return undefined;
  return thread === undefined ? { message } : { thread, message };
}
