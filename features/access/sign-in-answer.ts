// What the sign-in route answers through next-auth's `error`, which is a text: a prefix and its value. Anything else means "do not match".
/** Then the end of the lock-out, 27 characters. */
export const LOCKED = 'LOCKED ';
/** Then the code of the fault. */
export const FAULT = 'FAULT ';
