/** A source of random bytes: `randomBytes` of `node:crypto` in a factory, a seeded stream in a simulation. */
export type RandomBytes = (length: number) => Uint8Array
