/** What a Class 2 device must not be: it says that it is one, and keeps its key in the runtime's settings. */
import { pins } from "@dsboard/doorbell_c3"
import { Device, type RootOfTrust, SettingsSlots } from "devicescript-domovoi"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import type { Digest } from "devicescript-domovoi/src/core/crypto/digest"
import type { Random } from "devicescript-domovoi/src/core/crypto/random"
import type { Pause, Store } from "devicescript-domovoi/src/core/ports"

class LeakyRoot implements RootOfTrust {
    readonly securityClass = 2
    private readonly software = new SoftwareRoot()

    open(sealed: Store, digest: Digest, random: Random, pause: Pause) {
        return this.software.open(sealed, digest, random, pause)
    }

    async check() {
        return await this.software.check()
    }

    async lock() {
        return await this.software.lock()
    }
}

const device = new Device({
    model: "Domovoi doorbell",
    sequenceNumber: 1,
    root: new LeakyRoot(),
    storage: new SettingsSlots(),
    heartbeat: pins.HEARTBEAT,
    outputs: [],
})

async function recall() {}

async function step() {}

await device.run({ recall, step })
