import type { Consent, DataUse } from "./consent"

/** Something that was taken and kept. */
export interface KeptItem {
    /** Place of its use among the declared ones. */
    use: number
    /** Undefined if it cannot be said: the device has no clock that goes on without power. */
    ageS: number | undefined
}

/** @returns the places of the items that have to go: kept too long, perhaps too long, not agreed to any more, or for no declared use */
export function itemsToPurge(items: readonly KeptItem[], uses: readonly DataUse[], consent: Consent): number[] {
    const gone: number[] = []
    for (let i = 0; i < items.length; i++) {
        const { use, ageS } = items[i]
        const kept = consent.granted(use) && ageS !== undefined && ageS <= uses[use].retentionS
        if (!kept) gone.push(i)
    }
    return gone
}
