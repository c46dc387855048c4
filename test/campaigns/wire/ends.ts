/** A device and a hub as the campaign plays them: counted, without power once it has gone, and with OpenSSL's ChaCha20-Poly1305, since it is many. */
import type { Aead } from "../../../src/core/crypto/aead"
import { CoapCode } from "../../../src/core/session/coap-message"
import { SUITE_4 } from "../../../src/core/session/edhoc/suite-4"
import type { CipherSuite } from "../../../src/core/session/edhoc/suites"
import { openSsl } from "../../core/crypto/openssl"
import { SUITE, TestDevice } from "../../core/session/device/home"
import { digest } from "../../core/session/ends"
import { MemoryStore, PowerCut } from "../../core/session/kudos/ends"
import { watched } from "../../core/session/watched"
import { Meter } from "./meter"

/** Beside `echo` of the device that is played elsewhere: a path long enough to be found wherever it is readable. */
export const LONG_PATH = "upstairs-bedroom/reading-lamp"

const TAG_BYTES = 16

/** Once the power has gone, nothing is read or written before a start. */
export class WireStore extends MemoryStore {
    /** Times that the counter of tries was raised before a look. */
    counted = 0

    override async get(name: string): Promise<Buffer | undefined> {
        this.needPower()
        return await super.get(name)
    }

    override async set(name: string, value: Buffer): Promise<void> {
        this.needPower()
        await super.set(name, value)
        if (name === "tries" && value.some(byte => byte !== 0)) this.counted++
    }

    override async erase(name: string): Promise<void> {
        this.needPower()
        await super.erase(name)
    }

    private needPower(): void {
        if (this.isOff) throw new PowerCut("power cut")
    }
}

/** A device's own parts may be made wrong, at each start. */
export type Spoil = (device: WireDevice) => void

export class WireDevice extends TestDevice {
    meter!: Meter
    spoil: Spoil = () => {}

    override async start(): Promise<this> {
        await super.start()
        this.spoil(this)
        return this
    }

    protected override echoes(): string[] {
        return [LONG_PATH, ...super.echoes()]
    }
}

/** What seals in a world: no nonce is taken twice under a key, at any end, in any of its lives. */
export interface Seals {
    readonly suite: typeof SUITE
    readonly cipherSuite: CipherSuite
    readonly nonces: Set<string>
}

/** @param used nonces of lives before */
export function sealsOf(used: readonly string[]): Seals {
    const { suite, nonces } = watched({ ...SUITE, open: async key => native(Buffer.from(key)) })
    for (const nonce of used) nonces.add(nonce)
    const aead = { ...SUITE_4.aead, open: async (key: Buffer) => once(Buffer.from(key), nonces) }
    return { suite, nonces, cipherSuite: { ...SUITE_4, aead } }
}

function once(key: Buffer, nonces: Set<string>): Aead {
    const { seal, open } = native(key)
    return {
        open,
        seal: async (nonce, ...rest) => {
            const used = `${key.toString("hex")} ${nonce.toString("hex")}`
            if (nonces.has(used)) throw new Error(`the nonce was used before: ${used}`)
            nonces.add(used)
            return await seal(nonce, ...rest)
        },
    }
}

const native = (key: Buffer): Aead => ({
    seal: (nonce, data, text) => openSsl.chachaSeal(key, nonce, data, text),
    open: async (nonce, data, sealed) =>
        sealed.length < TAG_BYTES ? undefined : await openSsl.chachaOpen(key, nonce, data, sealed),
})

/** @param label 16 bytes */
export function wireDevice(seed: string, label: Buffer, seals: Seals, store: WireStore): WireDevice {
    const meter = new Meter()
    const device = new WireDevice(seed, store, meter.suite(seals.suite))
    device.meter = meter
    device.label = label
    device.digest = meter.digest(digest)
    device.cipherSuite = meter.cipherSuite(seals.cipherSuite)
    return device
}

/** What a device's echo answers with. */
export const ECHOED = CoapCode.Changed
