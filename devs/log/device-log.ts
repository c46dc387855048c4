import * as ds from "@devicescript/core"
import { sha256Of } from "../../src/core/crypto/sha256-of"
import { EventLog } from "../../src/core/eventlog/event-log"
import { LogExport } from "../../src/core/eventlog/log-export"
import { UEID_KEY_BYTES } from "../../src/core/identity/attestation"
import { IdentityState } from "../../src/core/identity/identity-state"
import { logHasForgotten, logHasToForget } from "../../src/core/owner/factory-reset"
import type { ByteMemory, Log } from "../../src/core/ports"
import type { Identity, Opened } from "../identity/identity"
import { pace, pause } from "../pause"
import { uptimeS } from "../uptime"

/** Time between two looks for what has to be written, in milliseconds. */
const LOOK_MS = 100
/** Looks for which somebody waits who wants it written: a memory that does not answer must not stop an update for ever. */
const PATIENCE = 50

/**
 * The event log of a device, written in a fiber of its own: nobody waits for it. Nothing is written until the device can prove who it is,
 * since the key of the entries comes with that; what happens before is written then, unless the power goes.
 */
export class DeviceLog extends EventLog implements Log {
    /** What is being handed out. */
    private handedOut: LogExport | undefined
    /** Number of the piece that comes next. */
    private next!: number

    /**
     * @param memory for entries alone
     * @param ledger for what is known of each kind of event, and for that alone
     */
    constructor(memory: ByteMemory, ledger: ByteMemory) {
        super(memory, ledger, pause)
    }

    async settle(): Promise<void> {
        for (let look = 0; look < PATIENCE && !this.settled(uptimeS()); look++) await ds.sleep(LOOK_MS)
    }

    /** Runs for ever. */
    async run(identity: Identity): Promise<void> {
        while (true) {
            try {
                if (this.mounted) await this.tick(uptimeS())
                else if (identity.state === IdentityState.Valid) await this.begin(identity)
            } catch (error) {
                // Also if all is written but that it has forgotten: else it would forget again at the next start.
                this.mounted = false
                console.error("log:", error)
            }
            // Reading the log ends the start.
            if (identity.state === IdentityState.Valid) pace.starting = false
            await ds.sleep(LOOK_MS)
        }
    }

    /**
     * Hands the log out, entry by entry.
     * @param number 0 begins anew
     * @returns nothing after the last entry; undefined for another piece than the next
     */
    async piece(number: number, opened: Opened): Promise<Buffer | undefined> {
        if (number === 0 && this.mounted) {
            this.handedOut = new LogExport(this, opened.digest, pause)
            this.next = 0
        }
        if (!this.handedOut || number !== this.next) return undefined
        this.next++
        return (await this.handedOut.next()) || hex``
    }

    /** @returns the signed statement about the entries that were handed out; undefined if there were none */
    async statement(challenge: Buffer, { keys, digest }: Opened): Promise<Buffer | undefined> {
        if (!this.handedOut) return undefined
        const keyDigest = await sha256Of(digest, await keys.publicKey(), pause)
        return await this.handedOut.statement(keys, keyDigest.slice(0, UEID_KEY_BYTES), challenge, uptimeS())
    }

    private async begin(identity: Identity): Promise<void> {
        const { store } = identity
        const forget = await logHasToForget(store)
        await this.mount(identity.opened, identity.bootCount, uptimeS(), forget)
        if (forget) await logHasForgotten(store)
    }
}
