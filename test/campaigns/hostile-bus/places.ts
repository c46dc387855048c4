import type { Siege } from "./siege"
import { type Word, wordsOf } from "./words"

export const CONTROL = 0

/** A service of a unit: where it is and what can be said there. */
export interface Place {
    deviceId: string
    index: number
    serviceClass: number
    words: readonly Word[]
}

/** All services that a unit has announced, those of its runtime first. */
export function placesOf({ peer, chip, program }: Siege): Place[] {
    return [chip, program].flatMap(deviceId =>
        [CONTROL, ...(peer.devices.get(deviceId) ?? [])].map((serviceClass, index) => ({
            deviceId,
            index,
            serviceClass,
            words: wordsOf(serviceClass),
        })),
    )
}
