import { programDeviceId } from "../../../simulators/bus/frame"
import { type JDBus, type JDDevice, type JDService, jacdac } from "../../../simulators/bus/jacdac"
import type { FieldValue, ServiceSpec } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"
import { isBusy } from "./call-when-free"
import { exchange, type Packet, type Question } from "./exchange"
import { ACKNOWLEDGEMENT, DEPLOYMENT, type Patience, patienceFor, REGISTER, RUNTIME_MS, saysDone } from "./patience"
import { SERVICES } from "./service-specs"
import { LinkError, NotImplementedError, type OtherService, type Role, type Waiting, type WholeLink } from "./unit-link"

/** What of a program goes into one packet; the runtime writes it to flash in steps of 8 bytes. */
const PIPE_BYTES = 224
/** How often the list of roles is asked for: it comes through a pipe, of which any packet may be lost. */
const LISTINGS = 3
const LISTING_MS = 2_000
/** Time between two looks for a device that has not announced itself yet; it does so twice a second. */
const POLL_MS = 50

/** The client side of services/domovoi.md on a Jacdac bus, and of the runtime's program manager. */
export class DomovoiClient implements WholeLink {
    readonly #jdbus: JDBus
    readonly #chipId: string | undefined
    readonly #spec = SERVICES.domovoi
    readonly waiting: Waiting | undefined
    #service: JDService | undefined
    /** Devices that have announced themselves since a program was installed last: what did so before may be the one that it replaced. */
    readonly #announced = new Set<string>()

    /**
     * @param chipId 16 hex digits: which device is meant, if there may be several
     * @param waiting hears what is waited for, about once a second
     */
    constructor(jdbus: JDBus, chipId?: string, waiting?: Waiting) {
        this.#jdbus = jdbus
        this.#chipId = chipId
        this.waiting = waiting
        jdbus.on(jacdac.DEVICE_PACKET_ANNOUNCE, ({ deviceId }: JDDevice) => this.#announced.add(deviceId))
    }

    /**
     * Waits for the one device on the bus that offers the service.
     * @throws LinkError if there is none within the time, or more than one
     */
    async find(timeoutMs: number): Promise<void> {
        const { scheduler } = this.#jdbus
        const deadline = scheduler.timestamp + timeoutMs
        for (;;) {
            const found = this.#services(this.#spec.classIdentifier, programDeviceId).filter(({ device }) =>
                this.#announced.has(device.deviceId),
            )
            if (found.length > 1)
                throw new LinkError("more than one Domovoi device answers; connect the one that is meant and no other")
            this.#service = found[0]
            if (this.#service) return
            if (scheduler.timestamp >= deadline)
                throw new LinkError(`no Domovoi device answers within ${timeoutMs / 1000} s; is its program running?`)
            await this.wait(POLL_MS)
        }
    }

    async get(register: string): Promise<Json> {
        const code = jacdac.CMD_GET_REG | this.#spec.registerCode(register)
        const answer = await this.#ask(jacdac.Packet.onlyHeader(code), REGISTER, register)
        return this.#spec.decodeRegister(register, answer)
    }

    async call(command: string, values: Record<string, FieldValue> = {}): Promise<Record<string, FieldValue>> {
        return this.#call(this.#spec, this.#current(), command, values)
    }

    async callOf(
        name: OtherService,
        command: string,
        values: Record<string, FieldValue> = {},
    ): Promise<Record<string, FieldValue>> {
        const spec = SERVICES[name]
        const service = this.#other(name)
        if (!service) throw new NotImplementedError(`the device has no service ${name}: its firmware is another`)
        return this.#call(spec, service, command, values)
    }

    async #call(
        spec: ServiceSpec,
        service: JDService,
        command: string,
        values: Record<string, FieldValue>,
    ): Promise<Record<string, FieldValue>> {
        const packet = jacdac.Packet.from(spec.commandCode(command), spec.encodeCommand(command, values))
        const reportIn = (answer: Uint8Array) => spec.decodeReport(command, answer)
        let wasAskedAgain = false
        const isAwaited = (answer: Uint8Array, asked: number) => {
            wasAskedAgain = asked > 1
            // What is at work on the first question answers the second that it is busy: the answer to the first is still to come.
            return !wasAskedAgain || !isBusy(reportIn(answer))
        }
        // What the unit repeats of the command tells an answer from one to an earlier command.
        const isAnswer = (answer: Uint8Array) => {
            const report = reportIn(answer)
            if (command === "exchange") return answersExchange(values.frame, report.answer)
            const repeated = Object.keys(values).map(name => [name, report[name] ?? values[name]])
            return Buffer.from(packet.data).equals(spec.encodeCommand(command, Object.fromEntries(repeated)))
        }
        const of = { service, isAnswer, isAwaited, lingers: true }
        const report = reportIn(await this.#ask(packet, patienceFor(command), command, of))
        return wasAskedAgain && saysDone(command, report.refusal)
            ? { ...report, refusal: "None", wasAskedAgain: true }
            : report
    }

    /** @returns undefined if the program has none */
    #other(name: OtherService): JDService | undefined {
        return this.#current().device.services({ serviceClass: SERVICES[name].classIdentifier })[0]
    }

    /** Modules that the running program asks for, as the runtime's role manager has them. @throws LinkError */
    async roles(): Promise<Role[]> {
        const [manager] = this.#services(jacdac.SRV_ROLE_MANAGER, id => id)
        if (!manager) throw new LinkError("the device does not offer its runtime's role manager")
        const rows = await this.#listed(manager, jacdac.RoleManagerCmd.ListRoles)
        return rows.map(data => {
            const [deviceId, serviceClass, , name] = jacdac.jdunpack<[Uint8Array, number, number, string]>(
                data,
                "b[8] u32 u8 s",
            )
            return { name, serviceClass, isBound: deviceId.some(byte => byte !== 0) }
        })
    }

    /** @throws LinkError */
    async #listed(service: JDService, command: number): Promise<Uint8Array[]> {
        for (let listing = 1; ; listing++) {
            const pipe = new jacdac.InPipeReader(this.#jdbus)
            try {
                await service.sendPacketAsync(pipe.openCommand(command))
                return await pipe.readData(LISTING_MS)
            } catch (error) {
                pipe.close()
                if (listing === LISTINGS)
                    throw new LinkError(`the device does not list what it has: ${(error as Error).message}`)
            }
        }
    }

    /** SHA-256 of the installed program in lowercase hex, as the runtime measures it. */
    async programSha256(): Promise<string> {
        const manager = await this.#manager()
        const packet = jacdac.Packet.onlyHeader(jacdac.CMD_GET_REG | jacdac.DeviceScriptManagerReg.ProgramSha256)
        return Buffer.from(await this.#ask(packet, REGISTER, "program_sha256", { service: manager })).toString("hex")
    }

    /**
     * Hands a program to the runtime, which stops the one that runs, and starts this one when all of it is there. Every 8 s the runtime
     * would start whatever there is, and does not survive that while a program is being written: it goes on using the hardware configuration
     * in the one that was erased (docs/power-cuts.md). So it is told to start nothing meanwhile.
     * @param onProgress hears the share that is done, from 0 to 1
     */
    async install(image: Uint8Array, onProgress: (share: number) => void): Promise<void> {
        const manager = await this.#manager()
        await this.#autostart(manager, false)
        const request = jacdac.Packet.jdpacked(jacdac.DeviceScriptManagerCmd.DeployBytecode, "u32", [image.length])
        const [port] = jacdac.jdunpack<[number]>(
            await this.#ask(request, DEPLOYMENT, "deploy_bytecode", { service: manager, lingers: true }),
            "u16",
        )
        const send = async (index: number, mask: number, data: Uint8Array) => {
            const counter = (index & jacdac.PIPE_COUNTER_MASK) | mask
            const packet = jacdac.Packet.from((port << jacdac.PIPE_PORT_SHIFT) | counter, data)
            packet.serviceIndex = jacdac.JD_SERVICE_INDEX_PIPE
            await this.#acknowledged(manager, packet)
        }
        let index = 0
        for (let at = 0; at < image.length; at += PIPE_BYTES) {
            onProgress(at / image.length)
            await send(index++, 0, image.slice(at, at + PIPE_BYTES))
        }
        await send(index, jacdac.PIPE_CLOSE_MASK, new Uint8Array(0))
        this.#announced.clear()
        await this.#autostart(manager, true)
    }

    /** Whether the runtime starts programs by itself. It forgets this when it is switched off. */
    async #autostart(manager: JDService, on: boolean): Promise<void> {
        const command = jacdac.CMD_SET_REG | jacdac.DeviceScriptManagerReg.Autostart
        const packet = jacdac.Packet.from(command, Uint8Array.of(on ? 1 : 0))
        packet.serviceIndex = manager.serviceIndex
        await this.#acknowledged(manager, packet)
    }

    /** Identifier of the chip, 16 hex digits. */
    async chip(): Promise<string> {
        return (await this.#manager()).device.deviceId
    }

    /** The runtime's program manager answers without a program, too. */
    async #manager(): Promise<JDService> {
        const { scheduler } = this.#jdbus
        const deadline = scheduler.timestamp + RUNTIME_MS
        for (;;) {
            const [manager] = this.#services(jacdac.SRV_DEVICE_SCRIPT_MANAGER, id => id)
            if (manager) return manager
            if (scheduler.timestamp >= deadline)
                throw new LinkError("the device does not offer its runtime's program manager")
            await this.wait(POLL_MS)
        }
    }

    wait(ms: number): Promise<void> {
        return new Promise(resolve => void this.#jdbus.scheduler.setTimeout(resolve, ms))
    }

    /** Leaves the bus. */
    async close(): Promise<void> {
        await this.#jdbus.stop()
    }

    /** @param idOf the identifier under which a chip serves them */
    #services(serviceClass: number, idOf: (chipId: string) => string): JDService[] {
        const found = this.#jdbus.services({ serviceClass })
        const chip = this.#chipId
        return chip === undefined ? found : found.filter(({ device }) => device.deviceId === idOf(chip))
    }

    /** A program that starts anew is announced anew: what was found of it before hears nothing any more. */
    #current(): JDService {
        const known = this.#service!
        const { deviceId } = known.device
        const services = this.#jdbus.services({ serviceClass: this.#spec.classIdentifier })
        return services.find(({ device }) => device.deviceId === deviceId) ?? known
    }

    #ask(packet: Packet, patience: Patience, what: string, of: Asked = {}): Promise<Uint8Array> {
        const { service = this.#current(), isAnswer = () => true, isAwaited, lingers } = of
        const { serviceIndex, device } = service
        packet.serviceIndex = serviceIndex
        const answer = (heard: Packet) => {
            if (heard.serviceIndex !== serviceIndex) return undefined
            if (heard.serviceCommand === jacdac.SystemCmd.CommandNotImplemented) refuseUnknown(heard, packet, what)
            return heard.serviceCommand === packet.serviceCommand && isAnswer(heard.data) ? heard.data : undefined
        }
        const { waiting } = this
        return exchange(this.#jdbus, { device, packet, what, patience, answer, isAwaited, lingers, waiting })
    }

    /** @param packet with its service index @throws LinkError */
    async #acknowledged({ device }: JDService, packet: Packet): Promise<void> {
        packet.requiresAck = true
        const answer = ({ serviceIndex, serviceCommand }: Packet) =>
            serviceIndex === jacdac.JD_SERVICE_INDEX_CRC_ACK && serviceCommand === packet.crc ? true : undefined
        const [what, patience] = ["the program", ACKNOWLEDGEMENT]
        await exchange(this.#jdbus, { device, packet, what, patience, answer, waiting: this.waiting })
    }
}

/** Of whom it is asked, and what is an answer; see `Question`. */
interface Asked extends Pick<Question<Uint8Array>, "isAwaited" | "lingers"> {
    /** The unit's `domovoi`, if left out. */
    service?: JDService
    isAnswer?: (answer: Uint8Array) => boolean
}

/** Whether a message of CoAP is to that request, by its Message ID (RFC 7252 §4.4); where nothing is said, nobody can tell to what. */
function answersExchange(request: FieldValue, answer: FieldValue): boolean {
    const idOf = (frame: FieldValue) => Buffer.from(frame as Uint8Array).toString("hex", 2, 4)
    return (answer as Uint8Array).length === 0 || idOf(answer) === idOf(request)
}

/** @throws NotImplementedError if what is not implemented is what was asked for */
function refuseUnknown(heard: Packet, { serviceCommand }: Packet, what: string): void {
    const [unknown] = heard.jdunpack<[number, number]>("u16 u16")
    if (unknown === serviceCommand)
        throw new NotImplementedError(
            `the device has no ${what}: its firmware is another, or it has people, who are served inside their sessions (domovoi pair, --session)`,
        )
}
