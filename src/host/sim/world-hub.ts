import { JacdacHost } from "../../../simulators/bus/jacdac-host"
import type { Json } from "../../../simulators/trace"
import type { Hub, Visit } from "../../../simulators/world/run"
import { seededBytes } from "../identity/random-bytes"
import { DomovoiClient } from "../unit/domovoi-client"
import { simulatedTrust } from "../unit/simulated-factory"
import { type InstallLink, LinkError } from "../unit/unit-link"
import { MemoryJournal } from "../update/journal"
import type { PackageParts } from "../update/package-parts"
import { updateUnit } from "../update/update-unit"

/** The hub's own identifier on a bus. */
const HUB_ID = "d0d0d0d0d0d0d0d0"
/** The date in every simulated home: the certificates of simulated units are good. */
const NOW = new Date("2026-02-01T00:00:00Z")

/** The host of a simulated home: it brings updates as `domovoi update --yes` does, and goes back to nothing. */
export class WorldHub implements Hub {
    readonly #packages: ReadonlyMap<string, PackageParts>
    readonly #journal = new MemoryJournal()
    readonly #random = seededBytes("hub")
    /** Visits under way, and those of them that wait for their device. */
    #visits = 0
    #waiting = 0
    /** One visit at a time. */
    #last: Promise<unknown> = Promise.resolve()

    /** @param packages by their names in the world */
    constructor(packages: ReadonlyMap<string, PackageParts>) {
        this.#packages = packages
    }

    get busy(): boolean {
        return this.#visits > this.#waiting
    }

    update(visit: Visit): Promise<Record<string, Json>> {
        const outcome = this.#last.then(() => this.#update(visit))
        this.#last = outcome
        return outcome
    }

    async #update({ packageName, chipId, bus, clock }: Visit): Promise<Record<string, Json>> {
        this.#visits++
        const host = new JacdacHost({ name: "hub", deviceId: HUB_ID, bus, clock })
        try {
            const { outcome, refusal } = await updateUnit({
                link: this.#linkTo(new DomovoiClient(host.jdbus, chipId)),
                parts: this.#packages.get(packageName)!,
                policy: { ...(await simulatedTrust()), now: NOW },
                journal: this.#journal,
                random: this.#random,
                consent: true,
            })
            return refusal === undefined ? { outcome } : { outcome, refusal }
        } catch (error) {
            if (error instanceof LinkError) return { outcome: "interrupted", detail: error.message }
            throw error
        } finally {
            await host.detach()
            this.#visits--
        }
    }

    #linkTo(client: DomovoiClient): InstallLink {
        const counted =
            <A extends unknown[], R>(ask: (...request: A) => Promise<R>) =>
            async (...request: A): Promise<R> => {
                this.#waiting++
                try {
                    return await ask.apply(client, request)
                } finally {
                    this.#waiting--
                }
            }
        return {
            get: counted(client.get),
            call: counted(client.call),
            programSha256: counted(client.programSha256),
            chip: counted(client.chip),
            install: counted(client.install),
            challenge: counted(client.challenge),
            find: counted(client.find),
            wait: counted(client.wait),
            close: counted(client.close),
        }
    }
}
