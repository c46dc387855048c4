import * as ds from "@devicescript/core"
import { Server, type Serves } from "./server"

/** Product of whatever serves with DeviceScript. */
const PRODUCT = 0x355724dd
/** Time between two announcements, in milliseconds. */
const ANNOUNCE_MS = 500

/** The `control` service, which stands before all others: what there is, said twice a second. */
export class ControlServer extends Server implements Serves<ds.ControlServerSpec> {
    readonly deviceDescription = "DeviceScript user-provided servers"
    readonly productIdentifier = PRODUCT
    readonly bootloaderProductIdentifier = PRODUCT
    readonly firmwareVersion = ds._dcfgString("@version")
    // There is no light that it could show itself by.
    readonly identify = this.noop
    readonly setStatusLight = this.noop
    private readonly servers: readonly Server[]
    /** Announcements, up to the count that says no more. */
    private count = 1

    /** @param servers this one first */
    constructor(servers: readonly Server[]) {
        super(ds.Control.spec)
        this.servers = servers
    }

    announce(): number[] {
        if (this.count < ds.ControlAnnounceFlags.RestartCounterSteady) this.count++
        // Packets are not counted, and what comes after their count is reserved.
        const announcement = [this.count | ds.ControlAnnounceFlags.SupportsACK, 0, 0]
        for (let i = 1; i < this.servers.length; i++) {
            const server = this.servers[i]
            announcement.push(server.spec.classIdentifier)
        }
        return announcement
    }

    /** Runs for ever. */
    async run(): Promise<void> {
        const { response } = this.spec.lookup("announce")
        while (true) {
            await this._send(response.encode(this.announce()))
            await ds.sleep(ANNOUNCE_MS)
        }
    }

    noop(): void {}

    reset(): void {
        ds.reboot()
    }

    uptime(): number {
        return ds.millis() * 1000
    }
}
