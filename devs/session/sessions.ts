import * as ds from "@devicescript/core"
import type { Random } from "../../src/core/crypto/random"
import type { PersonsWord } from "../../src/core/failsafe/fail-safe"
import { PAIRING_RECORD } from "../../src/core/identity/identity-records"
import { Place } from "../../src/core/owner/rights"
import type { Log, Pause } from "../../src/core/ports"
import type { CoapMessage } from "../../src/core/session/coap-message"
import { Household } from "../../src/core/session/device/household"
import { Pairing } from "../../src/core/session/device/pairing"
import { peopleResources } from "../../src/core/session/device/people-resources"
import { type Asker, type Resource, serveFrom } from "../../src/core/session/device/resources"
import { SessionServer } from "../../src/core/session/device/session-server"
import type { EphemeralKey } from "../../src/core/session/edhoc/ephemeral-key"
import type { CipherSuite } from "../../src/core/session/edhoc/suites"
import { openRuntimeRandom } from "../crypto"
import type { Opened } from "../identity/identity"
import { pause } from "../pause"
import type { ServesSessions } from "./serves-sessions"

/** Time between two looks at the button, in milliseconds. */
const LOOK_MS = 50
/** Time from a failure to the next attempt, in milliseconds. */
const RETRY_MS = 1000

export interface SessionsOptions {
    /** Of pairing, and its AEAD of all messages; what makes ephemeral keys of its curve. */
    suite: CipherSuite
    makeKey(random: Random, pause: Pause): Promise<EphemeralKey>
    /** The word of whoever at the device holds its button down now. */
    touched(): PersonsWord | undefined
    /** What the device serves beside what all do. */
    resources: Resource[]
}

/** The device's sessions with people, on the runtime: see docs/session.md. Before `open`, nobody is served. */
export class Sessions implements ServesSessions {
    private readonly options: SessionsOptions
    private server: SessionServer | undefined
    private pairing: Pairing
    private household: Household
    /** Whether `work` runs. */
    private working = false

    constructor(options: SessionsOptions) {
        this.options = options
    }

    async open({ digest, sealed }: Opened, log: Log): Promise<void> {
        if (this.server) return
        const { suite, makeKey, resources } = this.options
        const random = await openRuntimeRandom(pause)
        const household = new Household(random, pause)
        await household.load(sealed)
        const table: Resource[] = []
        const serve = async (request: CoapMessage, asker: Asker) => await serveFrom(table, request, asker)
        const server = new SessionServer(
            { suite: suite.aead, digest, random, pause: pause, store: sealed, log, serve },
            household,
        )
        await server.load()
        for (const resource of resources) table.push(resource)
        for (const resource of peopleResources(household, log, server.forget)) table.push(resource)
        const pairing = new Pairing(
            {
                digest,
                pause: pause,
                store: sealed,
                log,
                now: ds.millis,
                suite,
                makeKey: async () => await makeKey(random, pause),
                labelSecret: async () => await sealed.get(PAIRING_RECORD),
                keep: server.keep,
            },
            household,
        )
        await pairing.load()
        server.pairing = pairing
        this.household = household
        this.pairing = pairing
        this.server = server
        this.watch.start()
    }

    async exchange(frame: Buffer): Promise<Buffer> {
        const { server } = this
        const answer = server ? await server.receive(frame, Place.Inside) : undefined
        return answer || hex``
    }

    /** Keeps an eye on the button, on the key for the next pairing, and on the hours. Runs for ever. */
    private async watch(): Promise<void> {
        const { pairing, household } = this
        // A button that was held at the start has not been pressed.
        let down = true
        while (true) {
            const isDown = this.options.touched() !== undefined
            if (isDown && !down) pairing.touched()
            down = isDown
            if (!this.working && (pairing.needsKey() || household.isDue(ds.millis()))) this.work.start()
            await ds.sleep(LOOK_MS)
        }
    }

    /** In a fiber of its own: the button is looked at meanwhile. What fails is tried again. */
    private async work(): Promise<void> {
        const { pairing, household } = this
        this.working = true
        try {
            if (household.isDue(ds.millis())) await household.takeHour()
            await pairing.prepare()
        } catch (error) {
            console.error("sessions:", error)
            await ds.sleep(RETRY_MS)
        }
        this.working = false
    }
}
