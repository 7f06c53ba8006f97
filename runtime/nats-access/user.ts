/** The user that makes streams, replays dead letters and asks on behalf of people: every command of `spillway` but `run`. */
export const OPERATOR = 'operator';

/** Where the answers to a user's requests come, so that nobody else hears them. */
export const inboxPrefix = (experiment: string, user: string): string => `_INBOX.${experiment}.${user}`;
