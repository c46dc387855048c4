/** Which unit a command is about, and how it is reached. */
import { type Command, InvalidArgumentError, Option } from "commander"
import { clockDoubt } from "../host/clock"
import type { ChainPolicy } from "../host/identity/chain"
import { isSerial, SERIAL_RULE } from "../host/identity/unit"
import { InputError } from "../host/input-error"
import type { BoardBridge } from "../host/unit/board-bridge"
import type { RemoteUnit } from "../host/unit/remote-unit"
import { readTrust } from "../host/unit/trust"
import type { UnitEngine } from "../host/unit/unit-file"
import { LinkError, type Waiting, type WholeLink } from "../host/unit/unit-link"
import { complain } from "./lines"
import { type RuntimeOptions, runtimePaths, withRuntimeOptions } from "./runtime-options"

export interface UnitOptions extends RuntimeOptions {
    target: "sim" | "emulator" | "serial" | "ws"
    serial?: string
    unit?: string
    port?: string
    url: string
}

/** What a unit's certificate is measured by; `readTrust` takes it. */
export interface TrustOptions {
    ca: string
    crl?: string
    allowTestUnits?: boolean
}

export function withTrustOptions(command: Command): Command {
    return command
        .option("--ca <path>", "the manufacturer's authority: its folder, or its certificate in a file", "domovoi-ca")
        .option("--crl <file>", "the authority's revocation list, where --ca is a certificate")
        .option(
            "--allow-test-units",
            "take a certificate that says it is a test unit's (always so for --target sim and emulator)",
        )
}

/**
 * Reads what a unit's certificate is measured by, and says so if the clock is behind: then it measures wrongly.
 * @param target where the unit is, if it is asked itself: what is simulated here can be no real unit
 * @throws InputError
 */
export function readPolicy(
    { ca, crl, serial, allowTestUnits, target }: TrustOptions & { serial?: string; target?: UnitOptions["target"] },
    now: Date,
): ChainPolicy {
    const trust = readTrust(ca, crl, now)
    const doubt = clockDoubt(now, trust.known)
    if (doubt?.is === "behind") complain(`${doubt.why}; set the clock`)
    return { ...trust, now, serial, allowTestUnits: allowTestUnits || target === "sim" || target === "emulator" }
}

export function withUnitOptions(command: Command): Command {
    return withRuntimeOptions(command)
        .addOption(
            new Option("--target <kind>", "where the unit is")
                .choices(["sim", "emulator", "serial", "ws"])
                .default("sim"),
        )
        .option("--serial <number>", "the serial number that the unit has to have", parseSerial)
        .option("--unit <file>", "file of the simulated unit (sim and emulator; default: domovoi-units/SERIAL.json)")
        .option("--port <path>", "serial port (serial)")
        .option(
            "--url <address>",
            "server that has the board (ws), such as that of devs devtools",
            "ws://localhost:8081",
        )
}

/** What is to be there: a program that runs, or a board that may have none. */
export type Reach = "open" | "connect"

/**
 * Reaches a unit, and closes the way to it afterwards.
 * @param silent what comes of it if the unit does not answer
 * @param waiting hears what the unit is waited for
 * @throws InputError
 */
export async function withUnit<T>(
    options: UnitOptions,
    reach: Reach,
    ask: (unit: WholeLink) => Promise<T>,
    silent: (detail: string) => T,
    waiting: Waiting,
): Promise<T> {
    try {
        const unit = await reachedUnit(options, reach, waiting)
        return await ask(unit).finally(() => unit.close())
    } catch (error) {
        if (error instanceof LinkError) return silent(error.message)
        throw error
    }
}

/** @throws InputError; LinkError if nobody answers */
export async function reachedUnit(options: UnitOptions, reach: Reach, waiting: Waiting): Promise<WholeLink> {
    const { target, port, url } = options
    // Each way to a unit is code of its own, that the other ways do without.
    if (target === "sim" || target === "emulator") {
        const file = requiredUnitFile(options)
        const { UnitFile } = await import("../host/unit/unit-file")
        return UnitFile[reach](file, target === "emulator" ? await engineFor(options) : undefined)
    }
    const bridge = target === "serial" ? await serialBridge(requiredPort(port)) : await webSocketBridge(url)
    return overBridge(bridge, reach, waiting)
}

/** The unit at the other end of a bridge. @throws LinkError if a program is to be there, and none answers */
export async function overBridge(bridge: BoardBridge, reach: Reach, waiting: Waiting): Promise<RemoteUnit> {
    const { RemoteUnit } = await import("../host/unit/remote-unit")
    return reach === "open" ? RemoteUnit.open(bridge, waiting) : new RemoteUnit(bridge, waiting)
}

/** @throws InputError */
export async function engineFor(options: RuntimeOptions): Promise<UnitEngine> {
    const { emulatorEngine } = await import("../host/emulator/engine")
    return emulatorEngine(runtimePaths(options))
}

/** @throws InputError; LinkError if nobody answers */
export async function serialBridge(port: string): Promise<BoardBridge> {
    const { SerialBridge } = await import("../host/unit/serial-bridge")
    return SerialBridge.open(port)
}

/** @throws InputError; LinkError if nobody answers */
export async function webSocketBridge(url: string): Promise<BoardBridge> {
    const { WebSocketBridge } = await import("../host/unit/web-socket-bridge")
    return WebSocketBridge.open(url)
}

/** A serial number names files and folders, so nothing else passes for one. */
export function parseSerial(text: string): string {
    if (!isSerial(text)) throw new InvalidArgumentError(`a serial number has ${SERIAL_RULE}.`)
    return text
}

/** File of a simulated unit: the one that was named, or the one that its serial number stands for. */
export function simulatedUnitFile(file: string | undefined, serial: string): string {
    return file ?? `domovoi-units/${serial}.json`
}

/** @throws InputError if neither file nor serial number was given */
export function requiredUnitFile({ unit, serial }: Pick<UnitOptions, "unit" | "serial">): string {
    if (!unit && !serial) throw new InputError("which simulated unit? give --unit or --serial")
    return simulatedUnitFile(unit, String(serial))
}

/** @throws InputError if no port was given */
export function requiredPort(port: string | undefined): string {
    if (!port) throw new InputError("--target serial needs --port, such as /dev/ttyACM0")
    return port
}
