import * as ds from "@devicescript/core"
import type { Random } from "../../src/core/crypto/random"
import type { PersonsWord } from "../../src/core/failsafe/fail-safe"
import { PAIRING_RECORD } from "../../src/core/identity/identity-records"
import { type Action, may, Place } from "../../src/core/owner/rights"
import type { Log, Pause } from "../../src/core/ports"
import { CoapCode, type CoapMessage } from "../../src/core/session/coap-message"
import { Household } from "../../src/core/session/device/household"
import { Pairing } from "../../src/core/session/device/pairing"
import { type Asker, type Reply, segmentsOf } from "../../src/core/session/device/requests"
import { servePeople } from "../../src/core/session/device/serve-people"
import { SessionServer } from "../../src/core/session/device/session-server"
import type { EphemeralKey } from "../../src/core/session/edhoc/ephemeral-key"
import type { CipherSuite } from "../../src/core/session/edhoc/suites"
import { openRuntimeRandom } from "../crypto"
import type { Opened } from "../identity/identity"
import type { ServesPeople } from "../owner/serves-owner"
import { leisure, pause } from "../pause"
import { serveCommand } from "./serve-command"

/** How long a press says that somebody is at the device, in milliseconds: it is good for one command within that. */
const PRESS_MS = 30_000
/** Time from a failure to the next attempt, in milliseconds. */
const RETRY_MS = 1000

export interface SessionsOptions {
    /** Of pairing, and its AEAD of all messages; what makes ephemeral keys of its curve. */
    suite: CipherSuite
    makeKey(random: Random, pause: Pause): Promise<EphemeralKey>
    /** The word of whoever at the device holds its button down now. Asked every 50 ms, whatever state the device is in. */
    touched(): PersonsWord | undefined
}

/** The device's sessions with people, on the runtime: see docs/session.md. Before `open`, nobody is served. */
export class Sessions implements ServesPeople {
    private readonly options: SessionsOptions
    private server: SessionServer | undefined
    private pairing: Pairing
    /** Who is known, from `open` on. */
    household: Household | undefined
    /** Whether `work` runs. */
    private working = false
    /** Whether the button was down when it was last seen. A button that was held at the start has not been pressed. */
    private down = true
    /** When it was pressed last, unless a command has used that up. */
    private touchedMs = -PRESS_MS

    constructor(options: SessionsOptions) {
        this.options = options
    }

    /** Reads who is known. No effect the second time. To be called once the device has proved who it is. @throws StoreError */
    async open({ digest, sealed }: Opened, log: Log): Promise<void> {
        if (this.server) return
        const { suite, makeKey } = this.options
        const { mayNow } = this
        const random = await openRuntimeRandom(pause)
        const household = new Household(random, pause)
        await household.load(sealed)
        const serve = async (request: CoapMessage, asker: Asker): Promise<Reply> => {
            const reply = await servePeople(household, log, server.forget, request, asker)
            if (reply.code !== CoapCode.NotFound) return reply
            return await serveCommand(segmentsOf(request), request.payload, asker, mayNow)
        }
        const server = new SessionServer(
            { suite: suite.aead, digest, random, pause: pause, store: sealed, log, serve },
            household,
        )
        await server.load()
        const pairing = new Pairing(
            {
                digest,
                pause: pause,
                store: sealed,
                log,
                now: ds.millis,
                suite,
                makeKey: async () => await makeKey(random, leisure),
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
    }

    /** Whether it is proved that nobody is known; undefined before `open`. */
    isNobodys(): boolean | undefined {
        const { server, household } = this
        return server && household.count() === 0 && !household.lost
    }

    async exchange(frame: Buffer): Promise<Buffer> {
        const { server } = this
        const answer = server ? await server.receive(frame, Place.Inside) : undefined
        return answer || hex``
    }

    /** Whether whoever asks may have this done from where they are, or with the press that was last, which is used up by that. */
    mayNow(asker: Asker | undefined, action: Action): boolean {
        if (!asker) return false
        const { role, from } = asker
        if (may(role, action, from)) return true
        if (ds.millis() - this.touchedMs >= PRESS_MS || !may(role, action, Place.Touch)) return false
        this.touchedMs = -PRESS_MS
        return true
    }

    /** Takes in whether the button is down, and sees to it that there is a key for the next pairing, and to the hours. To be called every cycle. */
    look(isDown: boolean): void {
        const { pairing, household } = this
        if (isDown && !this.down) {
            this.touchedMs = ds.millis()
            if (pairing) pairing.touched()
        }
        this.down = isDown
        if (this.server && !this.working && (pairing.needsKey() || household.isDue(ds.millis()))) this.work.start()
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
