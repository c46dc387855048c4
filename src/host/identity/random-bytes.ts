import { Random } from "../../../simulators/random"

/** A source of random bytes: `randomBytes` of `node:crypto` in a factory, a seeded stream in a simulation. */
export type RandomBytes = (length: number) => Uint8Array

/** Sources by name, none of which says anything of another. */
export type RandomStreams = (stream: string) => RandomBytes

/** Seeded streams: equal seeds and names give equal bytes. */
export function seededStreams(seed: string): RandomStreams {
    return stream => seededBytes(`${seed}/${stream}`)
}

/** A seeded stream: equal seeds give equal bytes. */
export function seededBytes(seed: string): RandomBytes {
    const random = new Random(seed)
    return length => {
        const bytes = new Uint8Array(length)
        random.draw(bytes)
        return bytes
    }
}
