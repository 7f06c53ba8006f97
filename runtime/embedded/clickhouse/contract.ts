/** What passes between the launcher (`server.ts`) and the child that holds the engine (`child.ts`). */

/** What an account may do through the HTTP interface. */
export const StoreAccess = { readWrite: 'read-write', readOnly: 'read-only' } as const;
export type StoreAccess = (typeof StoreAccess)[keyof typeof StoreAccess];

/** The engine knows no users (`CREATE USER` is refused), so the HTTP interface keeps them. */
export interface StoreUser {
  readonly name: string;
  readonly password: string;
  readonly access: StoreAccess;
}

/** The one message the launcher sends; passwords go this way because arguments and environment are public. */
export interface ChildOptions {
  /** Holds `engine/` (the engine's own files) and `spool/` (insert bodies under way). */
  readonly directory: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Cap on what the engine allocates; a query beyond it fails with code 241 and the engine goes on. */
  readonly memoryBytes: number;
  /** Statements run at once, of each kind of access. */
  readonly sessions: number;
  readonly users: readonly StoreUser[];
}

/** Sent once by the child. */
export type ChildReport =
  | { readonly kind: 'ready'; readonly port: number; readonly version: string }
  | { readonly kind: 'failed'; readonly code: 'package' | 'open' | 'listen'; readonly message: string };
