import { Random } from "../../../simulators/random"

/** A source of random bytes: `randomBytes` of `node:crypto` in a factory, a seeded stream in a simulation. */
export type RandomBytes = (length: number) => Uint8Array

/** A seeded stream: equal seeds give equal bytes. */
export function seededBytes(seed: string): RandomBytes {
    const random = new Random(seed)
    return length => {
        const bytes = new Uint8Array(length)
        random.draw(bytes)
        return bytes
    }
}
