import type { InstallLink } from "../unit/unit-link"

/** The host has left. */
export class HostGone extends Error {}

/** What has just come to pass between host and device. */
export type Moment =
    | { read: string; answer: unknown }
    | { answered: string }
    /** Share of the program that is written, from 0 to 1. */
    | { written: number }
    /** How long the host has waited since the program was written. */
    | { onTrialMs: number }

/** A link whose host leaves at a moment: what it has begun stays as it is then. What it does at that moment throws `HostGone`. */
export function leavingAt(link: InstallLink, isMoment: (moment: Moment) => boolean): InstallLink {
    let onTrialMs: number | undefined
    const pass = (moment: Moment) => {
        if (isMoment(moment)) throw new HostGone(JSON.stringify(moment))
    }
    return {
        async get(register) {
            const answer = await link.get(register)
            pass({ read: register, answer })
            return answer
        },
        async call(command, values) {
            const report = await link.call(command, values)
            pass({ answered: command })
            return report
        },
        async install(image, onProgress) {
            await link.install(image, share => {
                pass({ written: share })
                onProgress(share)
            })
            onTrialMs = 0
            pass({ onTrialMs })
        },
        async wait(ms) {
            await link.wait(ms)
            if (onTrialMs === undefined) return
            onTrialMs += ms
            pass({ onTrialMs })
        },
        programSha256: () => link.programSha256(),
        chip: () => link.chip(),
        find: timeoutMs => link.find(timeoutMs),
        close: () => link.close(),
    }
}

/** Does something until the host leaves. @returns what came of it if that moment never came @throws LinkError */
export async function untilGone<T>(work: Promise<T>): Promise<T | undefined> {
    try {
        return await work
    } catch (error) {
        if (error instanceof HostGone) return undefined
        throw error
    }
}
