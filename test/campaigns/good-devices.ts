/** Whether the suite flags a good device by chance: what it says of a reference device must not depend on the seed. */

import { PROFILES, type Profile } from "../../src/host/conformance/declaration"
import type { Report } from "../../src/host/conformance/report"
import { DEVICES, type Device, reportOn } from "../conformance/table"

/** The seed of docs/conformance.md, whose verdicts are the ones to be had. */
const REFERENCE_SEED = "1"

/** A test that says something else of the same device than it did with the seed of the reference. */
export interface Flag {
    test: string
    verdict: string
    reference: string
    seen: string
}

export interface GoodDevice {
    device: Device
    profile: Profile
    /** @returns tests whose verdict is another with this seed; all of them, if the device has not proved who it is */
    flags(seed: string): Promise<Flag[]>
}

/** @param device of `DEVICES`, @param profile of `PROFILES`; all, if left out */
export function goodDevices(device?: string, profile?: string): GoodDevice[] {
    const devices = (Object.keys(DEVICES) as Device[]).filter(name => name === (device ?? name))
    const profiles = PROFILES.filter(name => name === (profile ?? name))
    return devices.flatMap(name => profiles.map(of => goodDevice(name, of)))
}

function goodDevice(device: Device, profile: Profile): GoodDevice {
    let reference: Promise<Report> | undefined
    return {
        device,
        profile,
        async flags(seed) {
            reference ??= reportOn(device, profile, REFERENCE_SEED)
            return differences(await reference, await reportOn(device, profile, seed))
        },
    }
}

/** @param tried of the same tests in the same order */
export function differences(reference: Report, tried: Report): Flag[] {
    return reference.results.flatMap(({ id, verdict }, at) => {
        const found = tried.results[at]
        if (found.id === id && found.verdict === verdict && tried.isSame) return []
        return [{ test: id, verdict: found.verdict, reference: verdict, seen: found.seen }]
    })
}
