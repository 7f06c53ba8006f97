/** What somebody may do. */
export const Permission = {
  see: 'see',
  /** Tell a notification. */
  notify: 'notify',
  /** Acknowledge, comment, take over, shelve, and take these back. */
  operate: 'operate',
  /** Disable, enable, reset, silence, set the machine mode: what changes what others get to know. */
  manage: 'manage',
} as const;
export type Permission = (typeof Permission)[keyof typeof Permission];

/** Whom a permission is given to; `notifier` is for programs that have something to tell and need to see nothing. */
export const Role = { notifier: 'notifier', viewer: 'viewer', shifter: 'shifter', expert: 'expert' } as const;
export type Role = (typeof Role)[keyof typeof Role];

const { see, notify, operate, manage } = Permission;

const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  notifier: [notify],
  viewer: [see],
  shifter: [see, notify, operate],
  expert: [see, notify, operate, manage],
};

/** A name as it stands in the record of what was done: what is not seen in it could make it look like another. */
export const PERSON_NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u;

/** Who a request comes from. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
  /** How the request shows it. A browser sends a session by itself, so that one needs proof that our page sent it. */
  readonly by: 'session' | 'token' | 'anonymous';
  /** The proof, of a session. */
  readonly csrf?: string;
}

export const may = ({ role }: Principal, permission: Permission): boolean =>
  PERMISSIONS[role].includes(permission);

/** Roles that have a permission, for a message. */
export const rolesThatMay = (permission: Permission): Role[] =>
  Object.values(Role).filter(role => PERMISSIONS[role].includes(permission));
