import * as ds from "@devicescript/core"
import { RuntimeSettings } from "../stores/runtime-settings"

/** Set in place of the network that is forgotten; the runtime takes no empty name. */
const NO_NETWORK = "-"
/** Setting that is written again and again, and how many bytes at a time: more would not be safe to read. */
const FILLER = "filler"
const FILLER_BYTES = 200
/** What an entry of the runtime's store takes beside its value. */
const ENTRY_BYTES = 24
/** How long to wait for the chip's Wi-Fi server, in milliseconds. */
const SERVER_WITHIN_MS = 5000

/**
 * Credentials that the runtime of a chip with Wi-Fi keeps in its settings, where nothing is ever overwritten: a new value is appended, and
 * what still counts is copied from one bank to the other when the first is full.
 */
export class WifiCredentials {
    /** Of the chip itself by its name, unless a peer has the role manager bind it to another: docs/threats.md. */
    private readonly wifi = new ds.Wifi("wifi[int:0]")
    private readonly settings = new RuntimeSettings()
    private readonly bankBytes: number

    /** @param flashBytes what the chip has for programs and settings; each bank is a sixteenth of it */
    constructor(flashBytes: number) {
        this.bankBytes = flashBytes / 16
    }

    /**
     * Erases them from flash. To forget a network is not enough: the runtime forgets it until its next start. So another one takes its place,
     * and then both banks are filled, each of which is erased when the other is full. Takes 8 s with banks of 16 KiB. If power fails
     * inside one of the writes, the runtime may lose its whole store, program included.
     * @throws Error if the chip's Wi-Fi server is not there
     */
    async erase(): Promise<void> {
        const { wifi, settings } = this
        let waitedMs = 0
        while (!wifi.isBound) {
            if (waitedMs >= SERVER_WITHIN_MS) throw new Error("no Wi-Fi server")
            await ds.sleep(100)
            waitedMs += 100
        }
        await wifi.addNetwork(NO_NETWORK, "")
        await wifi.forgetAllNetworks()
        const filler = Buffer.alloc(FILLER_BYTES)
        for (let written = 0; written <= 2 * this.bankBytes; written += FILLER_BYTES + ENTRY_BYTES) {
            filler[0]++
            // A value that has not changed would not be written.
            await settings.write(FILLER, filler)
        }
        await settings.write(FILLER, Buffer.alloc(1))
    }
}
