/** What a unit says of itself while it is updated: unsigned, to know when it is worth asking for a proof. */
import { DEVICE_CAUSES } from "../../core/failsafe/cause"
import { START_MS } from "../unit/patience"
import { type InstallLink, LinkError } from "../unit/unit-link"

/** Time between two looks at what the device does by itself. */
export const LOOK_MS = 250
/** How long it is waited for the end of a trial (the device allows 60 s, and three starts of 6 s). */
const TRIAL_MS = 90_000

/** What the device says of its update, with the names of services/domovoi.md. */
export interface UpdateStatus {
    state: string
    /** A number of `UpdateRefusal` or of a package's refusals; 0 for none. */
    refusal: number
    /** SHA-256 of what the update brings, in lowercase hex. */
    digest: string
}

/** What a look at a device whose program may be starting, or dead, can tell. */
export interface Sight extends UpdateStatus {
    /** The device finds nothing in itself that keeps it from working. */
    atWork: boolean
    /** State, cause and identity, for people. */
    condition: string
}

/** No program answers: it is starting, dead, or there is none. */
export const SILENT: Sight = { state: "Silent", refusal: 0, digest: "", atWork: false, condition: "Silent" }

/** States in which nothing is open about the program that runs. After `Refused` it was another package that came to nothing. */
export const SETTLED: readonly string[] = ["Idle", "Confirmed", "Refused"]

/** @throws LinkError */
export async function look(link: InstallLink): Promise<UpdateStatus> {
    const { state, refusal, digest } = (await link.get("update")) as Record<string, unknown>
    return {
        state: String(state),
        refusal: Number(refusal),
        digest: Buffer.from(digest as Uint8Array).toString("hex"),
    }
}

/** Whether the device has a program that answers. Until that has read its records it refuses every package, so this waits for it. */
export async function answers(link: InstallLink): Promise<boolean> {
    try {
        await link.find(START_MS)
        for (let waitedMs = 0; waitedMs < START_MS && (await conditionOf(link)).isStarting; waitedMs += LOOK_MS)
            await link.wait(LOOK_MS)
        return true
    } catch (error) {
        if (error instanceof LinkError) return false
        throw error
    }
}

/**
 * Waits until the program that runs has nothing to prove any more and is at work, or says that it may not run.
 * @returns the last look; its time may have run out before either
 */
export async function trialEnd(link: InstallLink): Promise<Sight> {
    let sight = SILENT
    for (let waitedMs = 0; waitedMs < TRIAL_MS; ) {
        const seen = await see(link)
        sight = seen ?? SILENT
        if (sight.state === "Reverting" || (sight.atWork && SETTLED.includes(sight.state))) return sight
        await link.wait(LOOK_MS)
        waitedMs += seen === SILENT ? START_MS : LOOK_MS
    }
    return sight
}

/** @returns undefined while it starts: before its first cycle a program does not know yet what it is */
async function see(link: InstallLink): Promise<Sight | undefined> {
    try {
        await link.find(START_MS)
        const { state, cause, isStarting } = await conditionOf(link)
        if (isStarting) return undefined
        const [causes, identity] = [Number(await link.get("causes")), String(await link.get("identity"))]
        return {
            ...(await look(link)),
            atWork: (causes & DEVICE_CAUSES) === 0 && identity === "Valid",
            condition: `${state}, ${cause}, identity ${identity}`,
        }
    } catch (error) {
        if (error instanceof LinkError) return SILENT
        throw error
    }
}

async function conditionOf(link: InstallLink): Promise<{ state: string; cause: string; isStarting: boolean }> {
    const { state, cause } = (await link.get("state")) as { state: string; cause: string }
    return { state, cause, isStarting: cause === "Starting" }
}
