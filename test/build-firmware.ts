import { buildFirmware } from "../src/host/build/firmware"

/** Builds the reference devices once, before any worker starts, so that every test finds them in the cache. */
export default async function buildReferenceDevices(): Promise<void> {
    for (const device of ["gas-valve", "doorbell"]) await buildFirmware(device)
}
