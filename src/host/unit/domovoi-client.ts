import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type JDBus, type JDService, jacdac } from "../../../simulators/bus/jacdac"
import { type FieldValue, ServiceSpec } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"
import { sdkRoot } from "../build/project"
import { LinkError } from "./unit-link"

/** Longest that a device takes for a command: a signature in software, with room. */
const COMMAND_TIMEOUT_MS = 30_000
const REGISTER_TIMEOUT_MS = 2_000
/** Time between two looks for a device that has not announced itself yet; it does so twice a second. */
const POLL_MS = 50

/** The client side of services/domovoi.md on a Jacdac bus. */
export class DomovoiClient {
    readonly #jdbus: JDBus
    readonly #spec = new ServiceSpec(readFileSync(join(sdkRoot, "services/domovoi.md"), "utf8"))
    #service: JDService | undefined

    constructor(jdbus: JDBus) {
        this.#jdbus = jdbus
    }

    /**
     * Waits for the one device on the bus that offers the service.
     * @throws LinkError if there is none within the time, or more than one
     */
    async find(timeoutMs: number): Promise<void> {
        const { scheduler } = this.#jdbus
        const deadline = scheduler.timestamp + timeoutMs
        for (;;) {
            const found = this.#jdbus.services({ serviceClass: this.#spec.classIdentifier })
            if (found.length > 1)
                throw new LinkError("more than one Domovoi device answers; connect the one that is meant and no other")
            this.#service = found[0]
            if (this.#service) return
            if (scheduler.timestamp >= deadline)
                throw new LinkError(`no Domovoi device answers within ${timeoutMs / 1000} s; is its program running?`)
            await new Promise<void>(resolve => void scheduler.setTimeout(resolve, POLL_MS))
        }
    }

    async get(register: string): Promise<Json> {
        const answer = await this.#ask(
            jacdac.Packet.onlyHeader(jacdac.CMD_GET_REG | this.#spec.registerCode(register)),
            REGISTER_TIMEOUT_MS,
            register,
        )
        return this.#spec.decodeRegister(register, answer)
    }

    async call(command: string, values: Record<string, FieldValue> = {}): Promise<Record<string, FieldValue>> {
        const packet = jacdac.Packet.from(this.#spec.commandCode(command), this.#spec.encodeCommand(command, values))
        return this.#spec.decodeReport(command, await this.#ask(packet, COMMAND_TIMEOUT_MS, command))
    }

    /** SHA-256 of the installed program in lowercase hex, as the runtime measures it. */
    async programSha256(): Promise<string> {
        const [manager] = this.#jdbus.services({ serviceClass: jacdac.SRV_DEVICE_SCRIPT_MANAGER })
        if (!manager) throw new LinkError("the device does not offer its runtime's program manager")
        const packet = jacdac.Packet.onlyHeader(jacdac.CMD_GET_REG | jacdac.DeviceScriptManagerReg.ProgramSha256)
        return Buffer.from(await this.#ask(packet, REGISTER_TIMEOUT_MS, "program_sha256", manager)).toString("hex")
    }

    async #ask(
        packet: ReturnType<typeof jacdac.Packet.from>,
        timeoutMs: number,
        what: string,
        service: JDService = this.#service!,
    ): Promise<Uint8Array> {
        try {
            return (await service.sendCmdAwaitResponseAsync(packet, timeoutMs)).data
        } catch (error) {
            throw new LinkError(`the device does not answer ${what}: ${(error as Error).message}`)
        }
    }
}
