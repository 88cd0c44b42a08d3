import crypto from 'node:crypto';

const STEPS = 2 ** 47;

/** A number in [0, 1) that nobody can foresee from those drawn before it: of Math.random a few say all that come. */
export const draw = (): number => crypto.randomInt(STEPS) / STEPS;
